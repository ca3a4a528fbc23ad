"""Files as offices save them, made for real by other libraries than the one that reads them."""

import csv
import io
import tracemalloc
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from tests.importing.files import (
    Write,
    refusal,
    rows_of,
    write_ods,
    write_ods_content,
    write_xls,
    write_xlsb,
    write_xlsx,
)
from tracker.importing.cells import Cell, as_text
from tracker.importing.sheets import Row, Sheet, read_sheets


def only_sheet(path: Path, header_row: int = 1) -> Sheet:
    (only,) = read_sheets(path, header_row=header_row)
    return only


TABLE: list[list[Cell]] = [
    ["Ref.", " Bosatt\n dato ", "Timer\u00a0i uka", "Avtalt"],
    ["Åse", date(2021, 3, 15), 12, True],
    [None, None, None, None],
    [1012.0, None, 37.5, False],
]
AS_READ = [(2, ("Åse", date(2021, 3, 15), 12, True)), (4, (1012, None, 37.5, False))]


@pytest.mark.parametrize("ending, write", [("xlsx", write_xlsx), ("xls", write_xls), ("ods", write_ods)])
def test_workbooks_of_each_kind_say_the_same(tmp_path: Path, ending: str, write: Write) -> None:
    path = tmp_path / f"deltakere.{ending}"
    write(path, TABLE)
    sheet = only_sheet(path)
    assert sheet.name == "Ark1"
    assert sheet.header == ("Ref.", "Bosatt dato", "Timer i uka", "Avtalt")
    assert [(row.number, row.cells) for row in sheet] == AS_READ
    assert [(row.number, row.cells) for row in sheet] == AS_READ, "a second reading differs"
    assert [type(cell) for row in sheet for cell in row.cells if isinstance(cell, float | int)] == [
        int,
        bool,
        int,
        float,
        bool,
    ]


def test_a_binary_workbook_is_read(tmp_path: Path) -> None:
    path = tmp_path / "deltakere.xlsb"
    write_xlsb(path, [["Ref.", "Timer", "Avtalt"], ["Åse", 37.5, True], [None, None, None], ["Bo", 12, False]])
    assert rows_of(path) == [(2, ("Åse", 37.5, True)), (4, ("Bo", 12, False))]


@pytest.mark.parametrize("ending, write", [("xlsx", write_xlsx), ("xls", write_xls), ("ods", write_ods)])
def test_the_content_decides_when_the_name_is_wrong(tmp_path: Path, ending: str, write: Write) -> None:
    write(tmp_path / f"a.{ending}", TABLE)
    for wrong in (".csv", ".xlsx", ".xls", ".ods", ""):
        path = (tmp_path / f"a.{ending}").rename(tmp_path / f"a.{ending}{wrong}")
        assert rows_of(path) == AS_READ
        path.rename(tmp_path / f"a.{ending}")


def test_a_workbook_of_another_library_with_times_formulas_and_errors_is_read_as_stored(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path, {"default_date_format": "dd.mm.yyyy hh:mm"})
    sheet = book.add_worksheet("Ark1")
    sheet.write_row(0, 0, ["sum", "feil", "møte", "klokka", "varighet"])
    sheet.write_formula(1, 0, "=18.75*2", None, 37.5)
    sheet.write_formula(1, 1, "=NA()", None, "#N/A")
    sheet.write_datetime(1, 2, datetime.fromisoformat("2021-03-15 10:30"))
    sheet.write_datetime(1, 3, time(8, 15), book.add_format({"num_format": "hh:mm"}))
    sheet.write(1, 4, 1.25, book.add_format({"num_format": "[hh]:mm"}))
    book.close()
    assert rows_of(path) == [(2, (37.5, "#N/A", datetime.fromisoformat("2021-03-15 10:30"), "08:15", "30:00"))]


def test_an_error_value_in_a_second_sheet_stays_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active.append([1, 2])
    second = book.create_sheet("Første & siste")
    second.append(["a", "b"])
    second.append(["#REF!", "x"])
    book.save(path)
    assert rows_of(path, sheet="Sheet") == [(2, (1, 2))]
    assert rows_of(path, sheet="Første & siste") == [(2, ("#REF!", "x"))]


def test_an_error_value_in_ods_is_not_taken_for_a_blank(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    text = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'.format
    wrong = (
        '<table:table-cell table:number-columns-repeated="2" table:formula="of:=NA()" '
        'office:value-type="string" office:string-value="" calcext:value-type="error">'
        "<text:p>#N/A</text:p></table:table-cell>"
    )
    write_ods_content(
        path,
        f"<table:table-row>{''.join(map(text, 'abcd'))}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="2">{text(1)}{wrong}{text("x")}</table:table-row>',
    )
    assert rows_of(path) == [(2, ("1", "#N/A", "#N/A", "x")), (3, ("1", "#N/A", "#N/A", "x"))]


def test_a_table_keeps_its_row_numbers_and_columns_when_it_starts_further_in(tmp_path: Path) -> None:
    for ending, write in (("xlsx", write_xlsx), ("xls", write_xls), ("ods", write_ods)):
        path = tmp_path / f"a.{ending}"
        write(path, [[], [None, "Overview"], [None, "ref", None, "hours"], [], [None, "Bo", None, 5]])
        assert only_sheet(path, header_row=3).header == ("", "ref", "", "hours")
        assert rows_of(path, header_row=3) == [(5, (None, "Bo", None, 5))]
        assert refusal(path).code == "no-header"


def test_every_visible_sheet_that_holds_something_is_read_and_a_hidden_one_by_its_name(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    for name in ("2021", "blank", "2022", "hidden"):
        sheet = book.add_worksheet(name)
        if name != "blank":
            sheet.write_column(0, 0, ["ref", name])
    sheet.hide()
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "='2021'!$A$1:$A$2"})
    book.add_chartsheet("chart").set_chart(chart)
    book.close()
    assert [(sheet.name, [row.cells for row in sheet]) for sheet in read_sheets(path)] == [
        ("2021", [("2021",)]),
        ("2022", [("2022",)]),
    ]
    assert rows_of(path, sheet="hidden") == [(2, ("hidden",))]
    problem = refusal(path, sheet="2023")
    assert problem.code == "no-such-sheet"
    assert "'2021', 'blank', '2022', 'hidden'" in str(problem)
    assert refusal(path, sheet="blank").code == "empty-file"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_csv_is_read_as_it_was_saved(tmp_path: Path, encoding: str, delimiter: str, line_end: str) -> None:
    path = tmp_path / "Bosatte på Ås.csv"
    lines = ["Ref.;Født;Timer;Merknad", 'Åse–Øyen;"a;b";"37,5";"sa ""nei"""', "", "Bo;;5"]
    path.write_bytes((line_end.join(lines) + line_end).replace(";", delimiter).encode(encoding))
    sheet = only_sheet(path)
    assert (sheet.name, sheet.header) == ("Bosatte på Ås", ("Ref.", "Født", "Timer", "Merknad"))
    assert list(sheet) == [
        Row(2, ("Åse–Øyen", f"a{delimiter}b", "37,5", 'sa "nei"')),
        Row(4, ("Bo", None, "5", None)),
    ]


@pytest.mark.parametrize(
    "text, header",
    [
        ("Navn;Timer, uke;Dato, start", ("Navn", "Timer, uke", "Dato, start")),
        ('"a;b;c;d",x', ("a;b;c;d", "x")),
        ('"a ""b;c;d"" e",x', ('a "b;c;d" e', "x")),
        ('"a\n;;b",x', ("a ;;b", "x")),
        ('rør 5";x', ('rør 5"', "x")),
        ("Ref.", ("Ref.",)),
        ("sep=,\na;b,c", ("a;b", "c")),
        ("a;b;;\n", ("a", "b")),
    ],
    ids=repr,
)
def test_the_delimiter_is_counted_in_the_header_outside_of_quotes(
    tmp_path: Path, text: str, header: tuple[str, ...]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    assert only_sheet(path).header == header


def test_a_cell_of_several_lines_is_one_row_and_a_hint_line_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('sep=;\nref;note\nAna;"one\ntwo\n\nfour"\n\nBo;x\n;\n \n;;\n', encoding="utf-8", newline="")
    assert rows_of(path) == [(2, ("Ana", "one\ntwo\n\nfour")), (4, ("Bo", "x"))]


@pytest.mark.parametrize("ending, write", [("csv", None), ("xlsx", write_xlsx), ("ods", write_ods)])
def test_a_row_longer_than_the_header_is_a_problem_of_that_row(
    tmp_path: Path, ending: str, write: Write | None
) -> None:
    table: list[list[Cell]] = [["a", "b"], ["1", "2", None, "over"], ["3"], ["4", "5", " "]]
    path = tmp_path / f"a.{ending}"
    if write:
        write(path, table)
    else:
        path.write_text("\n".join(";".join(as_text(cell) for cell in row) for row in table), encoding="utf-8")
    long, short, blank = only_sheet(path)
    assert long.cells == ("1", "2") and short.cells == ("3", None) and blank.cells == ("4", "5")
    assert short.problem is None and blank.problem is None
    assert long.problem is not None
    assert (long.problem.code, long.problem.value) == ("row-too-long", "over")
    assert "column 4" in str(long.problem)


PLAIN = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\ufeff", exclude_categories=["Cs"]), max_size=8)


@given(table=st.lists(st.tuples(PLAIN, PLAIN), max_size=8), delimiter=st.sampled_from(";,\t"))
def test_whatever_a_csv_writer_wrote_is_read(
    tmp_path_factory: pytest.TempPathFactory, table: list[tuple[str, str]], delimiter: str
) -> None:
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter).writerows([("first", "second"), *table])
    path.write_bytes(written.getvalue().encode("utf-8-sig"))
    assert rows_of(path) == [
        (number, tuple(cell if cell.strip() else None for cell in row))
        for number, row in enumerate(table, start=2)
        if any(cell.strip() for cell in row)
    ]


def test_a_long_csv_is_read_without_being_held(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("ref;state;hours\n")
        file.writelines(f"{number};employment;37,5\n" for number in range(60_000))
    tracemalloc.start()
    try:
        count = sum(1 for _ in only_sheet(path))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 60_000
    assert peak < path.stat().st_size / 2
