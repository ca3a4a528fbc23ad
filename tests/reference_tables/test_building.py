"""The columns of a file become the rows of each kind; a cell that does not fit refuses the whole file."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from events.reference_tables import ReferenceKind
from tests.reference_tables.files import after_the_programme, cube, sheet, write
from tracker.reference_tables.building import added, build
from tracker.reference_tables.kinds import Meaning, kind_of
from tracker.reference_tables.reading import read_grid
from tracker.reference_tables.refusals import (
    CountedAboveAll,
    NotAReferenceTable,
    ReferenceCellWrong,
    UnknownReferenceKind,
)
from tracker.reference_tables.table import Cell, Content

UNITS = """
    unit   | counted | out_of
    Ås     | 5       | 10
    Bergen | :       | 20
    Agder  | ..      | 1 250
    Ærøy   | -       | 4
"""


def built(path: Path, kind: ReferenceKind = "counts", **meaning: Any) -> Content:
    return build(kind, read_grid(path), Meaning(**meaning))


def refused(kind: type[Exception], path: Path, of: ReferenceKind = "counts", **meaning: Any) -> str:
    with pytest.raises(kind) as caught:
        built(path, of, **meaning)
    return str(caught.value)


def test_units_stand_in_the_order_of_their_names_and_hidden_is_never_zero(tmp_path: Path) -> None:
    content = built(sheet(tmp_path, UNITS))
    assert content.columns == ("unit",)
    assert content.rows == (("Agder", "..", "1250"), ("Bergen", ":", "20"), ("Ærøy", "0", "4"), ("Ås", "5", "10"))


def test_a_blank_cell_is_missing_and_a_provisional_one_is_marked(tmp_path: Path) -> None:
    path = sheet(tmp_path, "unit | counted | out_of\n A | | 10\n B | 4* | 9\n")
    assert built(path).rows == (("A", "..", "10"), ("B", "4*", "9"))


def test_figures_of_several_columns_are_added_up_and_a_hidden_part_hides_the_sum(tmp_path: Path) -> None:
    path = sheet(tmp_path, "county | work | school | n\n A | 3 | 4 | 10\n B | : | 4 | 10\n C | .. | 4 | 10\n")
    content = built(path, columns={"unit": "county"}, figures={"counted": "work + school", "out_of": "n"})
    assert content.rows == (("A", "7", "10"), ("B", ":", "10"), ("C", "..", "10"))


def test_a_hidden_part_weighs_more_than_a_missing_one() -> None:
    assert added([Cell(None, "missing"), Cell(None, "hidden"), Cell(Decimal(1))]).status == "hidden"
    assert added([Cell(Decimal(1)), Cell(Decimal(2), "provisional")]) == Cell(Decimal(3), "provisional")


def test_a_table_of_the_api_becomes_counts_by_region_and_year(tmp_path: Path) -> None:
    path = write(tmp_path, "10824.json", after_the_programme())
    content = built(
        path,
        columns={"unit": "Region", "year": "Tid"},
        figures={"counted": "Status=01+Status=02", "out_of": "Status=00"},
    )
    assert content.rows == (
        ("0301", "2022", "195", "413"),
        ("0301", "2023", "210", "400"),
        ("1856", "2022", ":", "6"),
        ("1856", "2023", ":", "4"),
        ("5001", "2022", "60", "90"),
        ("5001", "2023", "60", "80"),
    )
    assert content.labels["unit"]["1856"] == "Røst"


def test_without_a_choice_of_rows_two_are_about_the_same(tmp_path: Path) -> None:
    path = write(tmp_path, "10824.json", after_the_programme())
    meaning: dict[str, Any] = {
        "columns": {"unit": "Region"},
        "figures": {"counted": "Status=01", "out_of": "Status=00"},
    }
    message = refused(NotAReferenceTable, path, "counts", **meaning)
    assert "Region=0301, Status=01, Tid=2023 is about unit=0301, Status=01, as a row before it" in message
    assert "choose the rows meant" in message
    chosen = built(path, "counts", **meaning, where=(("Tid", "2023"),))
    assert chosen.rows == (("0301", "160", "400"), ("1856", ":", "4"), ("5001", "44", "80"))


def test_a_csv_with_one_figure_a_row_names_the_column_it_stands_in(tmp_path: Path) -> None:
    path = sheet(tmp_path, "region | what | people\n A | all | 9\n A | work | 4\n B | all | 7\n")
    figures = {"counted": "what=work", "out_of": "what=all"}
    content = built(path, columns={"unit": "region"}, figures=figures, value="people")
    assert content.rows == (("A", "4", "9"), ("B", "..", "7"))


def test_strata_keep_groups_of_protection_apart_and_values_can_be_written_anew(tmp_path: Path) -> None:
    path = sheet(
        tmp_path,
        """
        schooling | kjønn | age   | protection | counted | out_of
        none      | 1     | 26-35 | 6a         | 3       | 40
        none      | 1     | 26-35 | other      | 9       | 40
        """,
    )
    content = built(path, "strata", columns={"gender": "kjønn"}, recode=(("gender", "1", "male"),))
    assert content.columns == ("schooling", "gender", "age", "protection")
    assert content.rows == (("none", "male", "26-35", "6a", "3", "40"), ("none", "male", "26-35", "other", "9", "40"))


def test_residents_have_shares_or_counts(tmp_path: Path) -> None:
    by_share = sheet(tmp_path, "age | gender | year | percent\n 20-24 | female | 2023 | 61,5\n")
    assert built(by_share, "residents").rows == (("20-24", "female", "2023", "61.5"),)
    by_count = sheet(tmp_path, "age | gender | counted | out_of\n 20-24 | female | 8 | 13\n")
    assert built(by_count, "residents").measures == ("counted", "out_of")


def test_unemployment_by_month_is_read_in_any_way_to_write_a_month(tmp_path: Path) -> None:
    path = sheet(tmp_path, "month | percent\n jan. 2023 | 1,9\n 2023M02 | 2.0\n 03.2023 | :\n")
    assert built(path, "series").rows == (("2023-01", "1.9"), ("2023-02", "2.0"), ("2023-03", ":"))
    api = write(tmp_path, "u.json", cube({"Tid": {"2023M01": "2023M01", "2023M02": "2023M02"}}, [1.9, 2]))
    assert built(api, "series", columns={"month": "Tid"}).rows == (("2023-01", "1.9"), ("2023-02", "2"))


def test_an_aggregate_keeps_any_labelled_figures_in_the_order_of_the_file(tmp_path: Path) -> None:
    content = built(sheet(tmp_path, "status | men | women\n total | 7 | 9\n at work | 3 | :\n"), "aggregate")
    assert (content.columns, content.measures) == (("status",), ("men", "women"))
    assert content.rows == (("total", "7", "9"), ("at work", "3", ":"))
    api = built(write(tmp_path, "a.json", after_the_programme()), "aggregate")
    assert api.columns == ("Region", "Status", "Tid")
    assert api.rows[14] == ("1856", "01", "2022", ":")


def test_the_published_tables_of_statistics_norway_are_aggregates(reference_data: Path) -> None:
    first = built(reference_data / "norway" / "ssb_status_1yr_after_2017.csv", "aggregate")
    assert first.rows[0] == ("total", "4790", "2706", "2084", "100", "100", "100")
    assert len(first.rows) == 7
    last = built(reference_data / "norway" / "ssb_status_1yr_after_2023.csv", "aggregate")
    assert last.rows[3] == ("other_or_unknown", "940", "263", "677", "30", "20", "37")


@pytest.mark.parametrize(
    "text, message",
    [
        ("unit | counted | out_of\n A | many | 9", "row 2, column 'counted': expected a number such as 37,5"),
        ("unit | counted | out_of\n A | 1 | 9\n B | 1.500 | 9", "row 3, column 'counted': expected a number"),
        ("unit | counted | out_of\n A | 2,5 | 9", "row 2: counted: expected a whole number of people, got 2.5"),
        ("unit | counted | out_of\n A | -2 | 9", "row 2: counted: expected a whole number of people, got -2"),
        ("unit | counted | out_of\n | 2 | 9", "row 2, column 'unit': expected a text, got a blank cell"),
        ("unit | year | counted | out_of\n A | 23 | 1 | 2", "row 2, column 'year': expected a year such as 2016"),
    ],
)
def test_a_cell_that_does_not_fit_is_named_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    assert f"table.csv, {message}" in refused(ReferenceCellWrong, sheet(tmp_path, text))


def test_per_cent_lie_from_0_to_100_and_a_month_is_a_month(tmp_path: Path) -> None:
    high = sheet(tmp_path, "month | percent\n 2023-01 | 101\n")
    assert "percent: expected per cent from 0 to 100, got 101" in refused(ReferenceCellWrong, high, "series")
    odd = sheet(tmp_path, "month | percent\n winter | 1\n")
    assert "row 2, column 'month': expected a month" in refused(ReferenceCellWrong, odd, "series")


def test_nobody_is_counted_twice_over(tmp_path: Path) -> None:
    path = sheet(tmp_path, "unit | counted | out_of\n A | 9 | 9\n B | 10 | 9\n")
    message = refused(CountedAboveAll, path)
    assert "table.csv, row 3: expected at most 9 people counted" in message
    assert "got 10" in message


@pytest.mark.parametrize(
    "meaning, message",
    [
        ({}, "no column is called 'unit'; name the one meant: there are county, n_work, n"),
        ({"columns": {"unit": "conty"}}, "unit: there is no column 'conty'; did you mean 'county'?"),
        ({"columns": {"unit": "county"}}, "no column is called 'counted'; name the one meant"),
        (
            {"columns": {"unit": "county"}, "figures": {"counted": "n_wrk+n", "out_of": "n"}},
            "counted: there is no column 'n_wrk'; did you mean 'n_work'?",
        ),
        (
            {"columns": {"unit": "county"}, "figures": {"counted": "county=C", "out_of": "n"}},
            "counted: no row has county=C; there are A, B",
        ),
        (
            {"columns": {"unit": "county"}, "figures": {"counted": "county=A+n=1", "out_of": "n"}},
            "expected codes of one column",
        ),
        (
            {"columns": {"unit": "county"}, "figures": {"counted": "n_work+n_work", "out_of": "n"}},
            "counted: expected each part of the sum once, got n_work+n_work",
        ),
        ({"where": (("county", "C"),)}, "no row is left of those with county=C"),
        ({"where": (("year", "1"),)}, "there is no column 'year'"),
    ],
    ids=str,
)
def test_a_column_that_is_not_there_is_named_with_those_that_are(
    tmp_path: Path, meaning: dict[str, Any], message: str
) -> None:
    path = sheet(tmp_path, "county | n_work | n\n A | 3 | 4\n B | 4 | 5\n")
    assert message in refused(NotAReferenceTable, path, **meaning)


def test_a_unit_stands_once(tmp_path: Path) -> None:
    path = sheet(tmp_path, "unit | counted | out_of\n A | 1 | 9\n A | 2 | 9\n")
    assert "row 3 is about unit=A, as a row before it" in refused(NotAReferenceTable, path)
    again = sheet(tmp_path, "status | n\n A | 1\n A | 2\n")
    assert "row 3 is about status=A" in refused(NotAReferenceTable, again, "aggregate")


@pytest.mark.parametrize(
    "name, text, message",
    [
        ("nothing.csv", "", "empty"),
        ("header.csv", "unit;counted;out_of\n", "has no rows below its header"),
        ("wide.csv", "unit;counted\nA;1;2\n", "row 2: expected nothing to the right of column 2"),
        ("list.json", "[1, 2]", "expected 'dataset'"),
        ("page.html", "<html>", "is not a spreadsheet"),
        ("twice.csv", "a;a\n1;2\n", "2 columns 'a'"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, text: str, message: str) -> None:
    assert message in refused(NotAReferenceTable, write(tmp_path, name, text))


def test_a_header_may_stand_below_a_title(tmp_path: Path) -> None:
    path = sheet(tmp_path, "Made up\n unit | counted | out_of\n A | 1 | 9\n")
    assert build("counts", read_grid(path, header_row=2), Meaning()).rows == (("A", "1", "9"),)


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    assert "there is no file" in refused(NotAReferenceTable, tmp_path / "none.csv")


def test_an_unknown_kind_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UnknownReferenceKind, match="'count'; there are counts, strata, residents, series, aggregate"):
        kind_of("count")
