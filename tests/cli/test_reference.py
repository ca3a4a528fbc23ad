"""Reference tables are imported, listed, shown and compared from the command line."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.terminal import Terminal
from tests.reference_tables.files import after_the_programme, sheet, write
from tracker.errors import InFuture
from tracker.indicators.compare import NothingToCompare
from tracker.reference_tables.refusals import (
    CountedAboveAll,
    MunicipalityNotNamed,
    NotAReferenceTable,
    ReferenceCellWrong,
    ReferenceTableNotFound,
    ReferenceVersionTaken,
    UnknownReferenceKind,
    WrongReferenceKind,
)

COUNTS = """
    unit | year | counted | out_of
    0301 | 2022 | 200     | 390
    0301 | 2023 | 201     | 413
    5001 | 2022 | 4       | 9
    5001 | 2023 | 5       | 12
    1856 | 2023 | :       | 6
    4601 | 2023 | 90      | 200
"""
STRATA = "schooling | gender | age | counted | out_of\n none | female | 26-35 | 20 | 80\n"
TABLE = ("--table", "network", "--version", "1", "--source", "Made up, 2024")


@pytest.fixture
def trondheim(terminal: Terminal) -> Terminal:
    """A terminal where one municipality is registered."""
    terminal.done("municipality", "register", "--municipality", "5001", "--on", "2021-01-01")
    return terminal


def imported(terminal: Terminal, kind: str, path: Path, *words: str) -> str:
    return terminal.done("reference", "import", kind, path, *TABLE, *words)


def refused(terminal: Terminal, kind: str, path: Path, *words: str) -> str:
    return terminal.refused("reference", "import", kind, path, *TABLE, *words)


def listed(terminal: Terminal, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(terminal.done("reference", "list", "--format", "json", *words))
    return found


def test_the_county_table_of_2016_gives_the_published_percentages_and_funnel(
    trondheim: Terminal, reference_data: Path
) -> None:
    file = reference_data / "norway" / "imdi_2016_county_results.csv"
    words = ("--unit", "county", "--counted", "n_work+n_education", "--out-of", "n_ended", "--period", "2016")
    text = imported(trondheim, "counts", file, *words)
    assert text == "network@1: counts, 19 rows: is in use\n"
    told = json.loads(trondheim.done("compare", "--table", "network", "--format", "json"))
    with file.open(encoding="utf-8") as table:
        published = {row["county"]: int(row["pct_work_or_education"]) for row in csv.DictReader(table)}
    assert {unit["unit"]: round(100 * unit["share"]) for unit in told["units"]} == published
    assert (told["phi"], told["tau2"]) == (pytest.approx(2.538099, abs=1e-6), pytest.approx(0.00181955, abs=1e-8))
    assert [unit["unit"] for unit in told["units"] if unit["by_chance"].endswith("99.8 %")] == ["Telemark"]
    assert [unit["unit"] for unit in told["units"] if unit["with_spread"] != "within 95 %"] == ["Telemark"]


def test_the_published_tables_of_statistics_norway_are_imported(trondheim: Terminal, reference_data: Path) -> None:
    for year in ("2017", "2023"):
        file = reference_data / "norway" / f"ssb_status_1yr_after_{year}.csv"
        words = ("--table", f"status-{year}", "--version", "1", "--source", "SSB, introinnv", "--period", year)
        trondheim.done("reference", "import", "aggregate", file, *words)
    shown = json.loads(trondheim.done("reference", "show", "status-2017", "--format", "json"))
    assert shown["rows"][1]["both"] == 2980
    assert [row["period"] for row in listed(trondheim)] == ["2017", "2023"]


def test_a_rehearsal_shows_the_table_and_records_nothing(trondheim: Terminal, tmp_path: Path) -> None:
    text = imported(trondheim, "counts", sheet(tmp_path, COUNTS), "--rehearse")
    assert "1856  2023  :        6\n" in text
    assert text.endswith("network@1: counts, 6 rows: would be recorded\n")
    assert listed(trondheim) == []


def test_a_version_never_changes_and_the_same_file_again_records_nothing(trondheim: Terminal, tmp_path: Path) -> None:
    path = sheet(tmp_path, COUNTS)
    imported(trondheim, "counts", path)
    assert imported(trondheim, "counts", path, "--on", "2022-01-01") == (
        "network@1: counts, 6 rows: is there already; nothing was recorded\n"
    )
    other = sheet(tmp_path, COUNTS.replace("90 ", "91 "), "other.csv")
    assert ReferenceVersionTaken.code == "reference-version-taken"
    message = "network@1 is there with other content, and never changes; import this one as version 2"
    assert message in refused(trondheim, "counts", other)
    assert message in refused(trondheim, "counts", other, "--rehearse")
    assert "is there with other source, and never" in refused(trondheim, "counts", path, "--source", "Somebody else")
    again = ("--table", "network", "--version", "2", "--source", "Made up, 2024")
    trondheim.done("reference", "import", "counts", other, *again)
    assert [(row["table"], row["version"], row["rows"]) for row in listed(trondheim)] == [
        ("network", 1, 6),
        ("network", 2, 6),
    ]


def test_what_was_known_before_a_table_was_imported_does_not_know_it(trondheim: Terminal, tmp_path: Path) -> None:
    imported(trondheim, "counts", sheet(tmp_path, COUNTS))
    assert listed(trondheim, "--known-at", "@1") == []
    assert ReferenceTableNotFound.code == "reference-table-not-found"
    told = trondheim.refused("reference", "show", "network", "--known-at", "@1")
    assert "there is no reference table 'network'; there are: none" in told


def test_a_table_is_shown_with_hidden_missing_and_zero_apart(trondheim: Terminal, tmp_path: Path) -> None:
    path = sheet(tmp_path, "unit | counted | out_of\n A | : | 9\n B | .. | 9\n C | - | 9\n D | 3* | 9\n")
    imported(trondheim, "counts", path)
    shown = trondheim.run("reference", "show", "network@1")
    assert [line.split() for line in shown.stdout.splitlines()[2:]] == [
        ["A", ":", "9"],
        ["B", "..", "9"],
        ["C", "0", "9"],
        ["D", "3*", "9"],
    ]
    assert "`:` hidden at the source" in shown.stderr
    rows = list(csv.DictReader(io.StringIO(trondheim.done("reference", "show", "network", "--format", "csv"))))
    assert [(row["counted"], row["counted_status"]) for row in rows] == [
        ("", "hidden"),
        ("", "missing"),
        ("0", "told"),
        ("3", "provisional"),
    ]
    told = json.loads(trondheim.done("reference", "show", "network", "--format", "json"))
    assert [row["counted"] for row in told["rows"]] == [None, None, 0, 3]


def test_a_table_of_the_api_is_imported_as_counts_with_its_names(trondheim: Terminal, tmp_path: Path) -> None:
    path = write(tmp_path, "10824.json", after_the_programme())
    words = ("--unit", "Region", "--year", "Tid", "--counted", "Status=01", "--out-of", "Status=00")
    imported(trondheim, "counts", path, *words)
    shown = trondheim.done("reference", "show", "network")
    assert "1856  2022  Røst       :        6\n" in shown


def test_a_comparison_names_what_is_hidden_and_pools_a_small_unit(trondheim: Terminal, tmp_path: Path) -> None:
    imported(trondheim, "counts", sheet(tmp_path, COUNTS))
    svg = tmp_path / "funnel.svg"
    ran = trondheim.run("compare", "--table", "network@1", "--svg", svg)
    assert ran.exit_code == 0
    lines = ran.stdout.splitlines()
    assert lines[0] == "network@1, 2023. Source: Made up, 2024"
    assert [line.split()[0] for line in lines[4:7]] == ["0301", "4601", "5001"]
    assert lines[6].endswith("9/21 in 2022, 2023")
    assert "not shown at the source, and not counted as 0: 1856" in ran.stdout
    assert "labour market" in ran.stdout
    assert svg.read_text(encoding="utf-8").startswith("<svg ")
    earlier = json.loads(trondheim.done("compare", "--table", "network", "--year", "2022", "--format", "json"))
    assert [unit["n"] for unit in earlier["units"]] == [390, 9]
    table = list(csv.DictReader(io.StringIO(trondheim.done("compare", "--table", "network", "--format", "csv"))))
    assert [row["pooled_n"] for row in table] == ["", "", "21"]


def test_a_comparison_is_never_ordered_by_results(trondheim: Terminal) -> None:
    for option in ("--sort", "--rank", "--top", "--order"):
        assert "No such option" in trondheim.misused("compare", "--table", "network", option, "share")


def test_what_cannot_be_compared_is_refused(trondheim: Terminal, tmp_path: Path) -> None:
    imported(trondheim, "strata", sheet(tmp_path, STRATA), "--indicator", "E2@1", "--line", "work-20-hours")
    assert WrongReferenceKind.code == "wrong-reference-kind"
    assert "network@1 holds strata, expected counts" in trondheim.refused("compare", "--table", "network")
    alone = ("--table", "alone", "--version", "1", "--source", "Made up")
    one = sheet(tmp_path, "unit | year | counted | out_of\n A | 2023 | 1 | 9\n")
    trondheim.done("reference", "import", "counts", one, *alone)
    assert NothingToCompare.code == "nothing-to-compare"
    assert "needs two municipalities" in trondheim.refused("compare", "--table", "alone")
    assert "has no year 2020; it has 2023" in trondheim.refused("compare", "--table", "alone", "--year", "2020")


def test_a_file_with_a_fault_changes_nothing(trondheim: Terminal, tmp_path: Path) -> None:
    cases = (
        (CountedAboveAll, "unit | counted | out_of\n A | 1 | 9\n B | 10 | 9\n", "row 3: expected at most 9 people"),
        (
            ReferenceCellWrong,
            "unit | counted | out_of\n A | 1 | 9\n B | x | 9\n",
            "row 3, column 'counted': expected a",
        ),
        (NotAReferenceTable, "county | n\n A | 9\n", "no column is called 'unit'"),
    )
    for refusal, text, message in cases:
        assert refusal.code
        assert message in refused(trondheim, "counts", sheet(tmp_path, text))
    assert UnknownReferenceKind.code == "unknown-reference-kind"
    assert "no kind of reference table 'count'" in refused(trondheim, "count", sheet(tmp_path, COUNTS))
    assert "there is no file" in refused(trondheim, "counts", tmp_path / "none.csv")
    assert listed(trondheim) == []


def test_values_that_a_table_cannot_have_are_named(trondheim: Terminal, tmp_path: Path) -> None:
    path = sheet(tmp_path, COUNTS)
    assert "period: expected a year, month, day" in refused(trondheim, "counts", path, "--period", "soon")
    assert "indicator: expected an indicator with its version" in refused(
        trondheim, "counts", path, "--indicator", "E2"
    )
    words = ("--table", "Not An Id", "--version", "1", "--source", "x")
    assert "table: expected a code" in trondheim.refused("reference", "import", "counts", path, *words)
    assert InFuture.code == "in-future"
    assert "2099-01-01" in refused(trondheim, "counts", path, "--on", "2099-01-01")
    strata = sheet(tmp_path, STRATA, "strata.csv")
    assert "indicator: missing: strata belong to one line" in refused(trondheim, "strata", strata)
    assert "line: missing: strata" in refused(trondheim, "strata", strata, "--indicator", "E2@1")


@pytest.mark.parametrize(
    "kind, words, message",
    [
        ("series", ("--unit", "a"), "--unit is not for series; its columns are month, in-municipality"),
        ("counts", ("--percent", "a"), "--percent is not for counts; its figures are counted, out-of"),
        ("counts", ("--key", "a"), "--key is for an aggregate"),
        ("counts", ("--value", "a", "--value", "b"), "--value names one column"),
        ("series", ("--name", "a"), "--name is for the units of counts"),
        ("counts", ("--where", "a"), "--where expects COLUMN=VALUE, got 'a'"),
        ("counts", ("--recode", "a=b"), "--recode expects COLUMN:FROM=TO"),
        ("counts", ("--municipality", "50"), "expected a municipality code of four digits"),
    ],
)
def test_an_option_that_means_nothing_here_is_wrong_usage(
    trondheim: Terminal, kind: str, words: tuple[str, ...], message: str
) -> None:
    assert message in trondheim.misused("reference", "import", kind, "table.csv", *TABLE, *words)


def test_a_table_belongs_to_a_municipality_that_is_registered(terminal: Terminal, tmp_path: Path) -> None:
    path = sheet(tmp_path, COUNTS)
    assert "no municipality is registered" in refused(terminal, "counts", path)
    for code in ("5001", "0301"):
        terminal.done("municipality", "register", "--municipality", code, "--on", "2021-01-01")
    assert MunicipalityNotNamed.code == "municipality-not-named"
    assert "several municipalities use this installation: 0301, 5001; name one" in refused(terminal, "counts", path)
    assert "municipality 1103 is not registered" in refused(terminal, "counts", path, "--municipality", "1103")
    imported(terminal, "counts", path, "--municipality", "0301")
    assert "is there already" in imported(terminal, "counts", path, "--municipality", "5001")
    assert [row["table"] for row in listed(terminal)] == ["network"]


def test_the_fact_cannot_be_logged_by_hand_for_a_participant(terminal: Terminal, ana: str) -> None:
    told = terminal.misused("log", ana, "reference-table-imported", "--on", "2024-01-01")
    assert "there is no fact 'reference-table-imported'" in told


def test_the_log_verifies_and_rebuilds_with_a_table_in_it(trondheim: Terminal, tmp_path: Path) -> None:
    imported(trondheim, "counts", sheet(tmp_path, COUNTS))
    assert "agree with the log" in trondheim.done("verify")
    trondheim.done("rebuild", "--processes", "1")
    assert [row["rows"] for row in listed(trondheim)] == [6]
