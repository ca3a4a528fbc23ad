"""Files of figures carry what a reader must know with a number, in every format."""

import csv
import json
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from tests.cli.terminal import Terminal

LEAVERS = 12
REASON = "the council asked"


@pytest.fixture
def left_in_2023(terminal: Terminal) -> Terminal:
    """Twelve who left in 2023, six of them registered as in work."""
    return terminal.with_leavers(*["work"] * 6, *["other"] * (LEAVERS - 6))


def rows(terminal: Terminal, *asked: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(terminal.done("indicators", *asked, "--format", "json"))
    return found


def file_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_every_row_of_csv_and_json_has_definition_whom_source_and_caution(
    left_in_2023: Terminal, tmp_path: Path
) -> None:
    asked = ("R1", "R4", "--cohort", "left:2023", "--municipality", "5001")
    told = rows(left_in_2023, *asked)
    out = tmp_path / "figures.csv"
    left_in_2023.done("indicators", *asked, "--format", "csv", "--out", out)
    for found in (told, file_rows(out)):
        r1 = [row for row in found if row["indicator"] == "R1@2"]
        assert {row["title"] for row in r1} == {
            "Official snapshot: left to work, or to upper secondary or higher education"
        }
        assert all(row["definition"].startswith("Of all who left the programme") for row in r1)
        assert all("Formula: x(registered in" in row["definition"] for row in r1)
        assert all(row["whom"].startswith("Cohort left:2023 in municipality 5001: last end") for row in r1)
        assert all(row["source"].startswith("IMDi, direct result") for row in r1)
        cautions = {row["notes"] for row in found if row["indicator"] == "R4@1"}
        assert all("Not fit for decisions on settlement." in notes for notes in cautions)


def test_a_csv_with_its_notes_is_one_plain_table(left_in_2023: Terminal, tmp_path: Path) -> None:
    out = tmp_path / "figures.csv"
    left_in_2023.done("indicators", "R1", "E2", "--format", "csv", "--out", out)
    frame = pl.read_csv(out, separator=";", decimal_comma=True)
    assert frame.height == len(rows(left_in_2023, "R1", "E2"))
    assert frame["title"].n_unique() == 2


def test_that_nothing_was_hidden_stands_in_every_file_and_is_said(left_in_2023: Terminal, tmp_path: Path) -> None:
    asked = ("indicators", "R1@1", "--cohort", "left:2023", "--without-disclosure-control", REASON)
    left_in_2023.done("releases", "allow", left_in_2023.refused(*asked).removeprefix("error: ").split()[0])
    for format in ("csv", "json", "jsonstat", "xlsx", "parquet"):
        out = tmp_path / f"figures.{format}"
        result = left_in_2023.run(*asked, "--format", format, "--out", out)
        said = f"WITHOUT DISCLOSURE CONTROL: kari: {REASON}"
        assert said in result.stderr
        assert said in in_file(out, format)
    assert all(said in row["notes"] for row in file_rows(tmp_path / "figures.csv"))


def in_file(path: Path, format: str) -> str:
    """All texts of a file."""
    if format == "parquet":
        return pl.read_parquet_metadata(path)["notes"]
    if format == "xlsx":
        workbook = openpyxl.load_workbook(path)
        text = "\n".join(str(cell.value) for row in workbook["Definitions"].iter_rows() for cell in row)
        workbook.close()
        return text
    return path.read_text(encoding="utf-8-sig")


def test_how_many_have_been_erased_stands_in_every_file(left_in_2023: Terminal, tmp_path: Path) -> None:
    left_in_2023.done("forget", "socio:0", "--yes")
    for format in ("csv", "json", "jsonstat", "xlsx", "parquet"):
        out = tmp_path / f"figures.{format}"
        left_in_2023.done("indicators", "R1", "E2", "--format", format, "--out", out)
        assert "1 participant has been erased" in in_file(out, format)
    assert all("1 participant has been erased" in row["notes"] for row in file_rows(tmp_path / "figures.csv"))


def test_a_figure_shown_as_then_has_the_position_of_then_in_its_row(left_in_2023: Terminal) -> None:
    asked = ("R1@1", "--cohort", "left:2023")
    before = {row["line"]: row for row in rows(left_in_2023, *asked)}
    left_in_2023.done("correct", "socio:0", "3", "--set", "main-activity=other", "--reason", "read again")
    after = {row["line"]: row for row in rows(left_in_2023, *asked)}
    assert before["work"]["shown"] == after["work"]["shown"] == "shown"
    assert (after["work"]["counted"], after["work"]["position"]) == (6, before["work"]["position"])
    assert (after["work"]["known_on"], after["work"]["versions"]) == (None, None), "of that release, not of today"
    assert "shown as then" in after["work"]["notes"]
    same = after["primary-school"]
    assert same["position"] > before["primary-school"]["position"]
    assert same["known_on"] and same["versions"]


def test_three_years_without_any_value_keep_the_type_and_the_decimals_of_a_share(
    left_in_2023: Terminal, tmp_path: Path
) -> None:
    cube = json.loads(left_in_2023.done("indicators", "R1@1", "--format", "jsonstat"))
    units = cube["dimension"]["metric"]["category"]["unit"]
    assert {name: units[name]["decimals"] for name in ("counted", "value", "three_years", "three_years_n")} == {
        "counted": 0,
        "value": 4,
        "three_years": 4,
        "three_years_n": 0,
    }
    out = tmp_path / "figures.parquet"
    left_in_2023.done("indicators", "R1@1", "--format", "parquet", "--out", out)
    frame = pl.read_parquet(out)
    assert frame["three_years"].null_count() == frame.height
    assert frame.schema["three_years"] == pl.Float64
    assert frame.schema["three_years_n"] == pl.Int64
