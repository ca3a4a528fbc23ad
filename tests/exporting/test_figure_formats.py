"""Figures opened with the programs that read them; hidden, missing, zero and nobody told apart in each."""

import csv
import json
import os
import re
import shutil
import stat
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import polars as pl
import pytest

from tests.exporting.sample import FORMULAS, KINDS, columns, written
from tracker.errors import FolderNotUsable
from tracker.exporting import figures
from tracker.exporting.figures import (
    STATES,
    FigureColumn,
    FigureFormat,
    FigureTable,
    OutputFileExists,
    OutputFileNeeded,
    Row,
    write_figures,
)
from tracker.exporting.formats import TooMuchForSheet

FORMATS: tuple[FigureFormat, ...] = ("csv", "json", "xlsx", "parquet", "jsonstat")


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def sheet_of(path: Path, name: str = "Figures") -> list[list[Any]]:
    workbook = openpyxl.load_workbook(path)
    found = [list(row) for row in workbook[name].iter_rows()]
    workbook.close()
    return found


def test_a_csv_file_opens_in_a_norwegian_spreadsheet(table: FigureTable, tmp_path: Path) -> None:
    raw = written(table, tmp_path / "figures.csv", "csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfindicator;cohort;")
    assert raw.count(b"\r\n") == raw.count(b"\n") == 7
    told = [(row["counted"], row["share"], row["shown"]) for row in read_csv(tmp_path / "figures.csv")]
    assert told == [
        ("0", "0,0", "shown"),
        ("10", "0,3333", "shown"),
        ("7", "", "counts"),
        ("", "", "hidden"),
        ("", "", "nobody"),
        ("", "", "not-available"),
    ]
    assert read_csv(tmp_path / "figures.csv")[0]["known_on"] == "2026-11-20"


def test_csv_on_the_terminal_is_plain(table: FigureTable, capsys: pytest.CaptureFixture[str]) -> None:
    write_figures(table, "csv")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == ",".join(KINDS)
    assert lines[2] == "E2@1,left:2021,0301,in work,24,10,30,0.3333,,shown,1200,2026-11-20,fold 1"


def test_json_is_the_same_in_a_file_and_on_the_terminal(
    table: FigureTable, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_figures(table, "json")
    text = capsys.readouterr().out
    assert written(table, tmp_path / "figures.json", "json").read_text(encoding="utf-8") == text
    found = json.loads(text)
    assert [row["share"] for row in found] == [0.0, 0.3333, None, None, None, None]
    assert found[3]["shown"] == "hidden"
    assert found[3]["known_on"] == "2026-11-20"
    write_figures(replace(table, rows=[]), "json")
    assert json.loads(capsys.readouterr().out) == []


def test_what_stands_beside_is_repeated_where_there_is_no_place_for_notes(table: FigureTable, tmp_path: Path) -> None:
    beside = (FigureColumn("definition", "text", "what is counted"), FigureColumn("caution", "text", "what for not"))
    texts: list[Row] = [(f"in work; or {number}", "=not for ranking") for number in range(len(table.rows))]
    table = replace(table, beside=beside, beside_rows=texts)
    told = [row["definition"] for row in read_csv(written(table, tmp_path / "figures.csv", "csv"))]
    assert told == [text for text, _ in texts]
    assert {row["caution"] for row in read_csv(tmp_path / "figures.csv")} == {"'=not for ranking"}
    found = json.loads(written(table, tmp_path / "figures.json", "json").read_text(encoding="utf-8"))
    assert [(row["definition"], row["caution"]) for row in found] == texts
    assert pl.read_parquet(written(table, tmp_path / "figures.parquet", "parquet")).columns == list(KINDS)
    assert [cell.value for cell in sheet_of(written(table, tmp_path / "figures.xlsx", "xlsx"))[0]] == list(KINDS)


def test_texts_that_do_not_fit_beside_the_rows_are_a_mistake(table: FigureTable) -> None:
    beside = (FigureColumn("definition", "text", "what is counted"),)
    with pytest.raises(ValueError, match="1 rows stand beside 6 rows"):
        replace(table, beside=beside, beside_rows=[("in work",)])
    with pytest.raises(ValueError, match="names of their own, got line"):
        replace(table, beside=(FigureColumn("line", "text", "a line"),), beside_rows=[("in work",)] * 6)


def test_a_column_without_any_value_has_the_type_that_it_was_declared_with(tmp_path: Path) -> None:
    declared = (FigureColumn("n", "number", "people", whole=True), FigureColumn("mean", "number", "hours"))
    table = FigureTable("t", (*declared, *columns("shown")), [(None, None, "hidden")])
    frame = pl.read_parquet(written(table, tmp_path / "hidden.parquet", "parquet"))
    assert frame.schema["n"] == pl.Int64
    assert frame.schema["mean"] == pl.Float64


def test_a_workbook_says_hidden_and_never_zero(table: FigureTable, tmp_path: Path) -> None:
    heading, *lines = sheet_of(written(table, tmp_path / "figures.xlsx", "xlsx"))
    assert [cell.value for cell in heading] == list(KINDS)
    share, counted = list(KINDS).index("share"), list(KINDS).index("counted")
    assert [line[share].value for line in lines] == [0, 0.3333, "no share", "hidden", "nobody", "not available"]
    assert [line[counted].value for line in lines] == [0, 10, 7, "hidden", "nobody", "not available"]
    assert [line[list(KINDS).index("at_most")].value for line in lines][:2] == [0.1, None]
    assert {line[share].number_format for line in lines[:2]} == {"0.0%"}
    assert {line[counted].number_format for line in lines[:2]} == {"General"}
    assert lines[0][list(KINDS).index("known_on")].value.date() == date(2026, 11, 20)


def test_a_workbook_has_its_definitions_a_filter_and_nobody_s_name(table: FigureTable, tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(written(table, tmp_path / "figures.xlsx", "xlsx"))
    assert workbook.sheetnames == ["Figures", "Definitions"]
    assert workbook["Figures"].freeze_panes == "A2"
    assert workbook["Figures"].auto_filter.ref == "A1:M7"
    said = {str(cell.value) for row in workbook["Definitions"].iter_rows() for cell in row}
    assert {*table.notes, table.title, table.source, *STATES.values()} <= said
    assert {column.meaning for column in table.columns} <= said
    about = workbook.properties
    assert (about.title, about.creator, about.lastModifiedBy) == (table.title, None, None)
    workbook.close()


def test_parquet_has_types_and_notes(table: FigureTable, tmp_path: Path) -> None:
    path = written(table, tmp_path / "figures.parquet", "parquet")
    frame = pl.read_parquet(path)
    assert frame.schema["months"] == frame.schema["counted"] == pl.Int64
    assert frame.schema["share"] == pl.Float64
    assert frame.schema["known_on"] == pl.Date
    assert frame.schema["municipality"] == pl.String
    assert frame.rows() == list(table.rows)
    told = pl.read_parquet_metadata(path)
    assert told["notes"].splitlines() == list(table.notes)
    assert json.loads(told["columns"])["share"] == "the meaning of share"
    assert pl.read_parquet(written(replace(table, rows=[]), tmp_path / "empty.parquet", "parquet")).is_empty()


def test_a_dimension_of_words_and_numbers_is_text_in_parquet(tmp_path: Path) -> None:
    table = FigureTable("t", columns("months", "versions", "shown"), [(12, 7, "shown"), ("all", None, "shown")])
    frame = pl.read_parquet(written(table, tmp_path / "mixed.parquet", "parquet"))
    assert frame.rows() == [("12", 7, "shown"), ("all", None, "shown")]
    assert frame.schema["versions"] == pl.Int64


def test_duckdb_tells_hidden_from_zero_in_parquet(table: FigureTable, tmp_path: Path) -> None:
    path = written(table, tmp_path / "figures.parquet", "parquet")
    with duckdb.connect() as connection:
        query = "SELECT shown, count(share), sum(counted) FROM read_parquet(?) GROUP BY shown ORDER BY shown"
        found = connection.execute(query, [str(path)]).fetchall()
    assert found == [
        ("counts", 0, 7),
        ("hidden", 0, None),
        ("nobody", 0, None),
        ("not-available", 0, None),
        ("shown", 2, 10),
    ]


def test_no_cell_of_a_csv_starts_a_formula(
    trapped: FigureTable, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with written(trapped, tmp_path / "traps.csv", "csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for line in csv.reader(file, delimiter=";") for cell in line]
    write_figures(trapped, "csv")
    cells += [cell for line in csv.reader(capsys.readouterr().out.splitlines()) for cell in line]
    assert len(cells) == 2 * 7 * 8
    assert not [cell for cell in cells if cell.startswith(("=", "@", "-", "\t"))]
    assert {cell for cell in cells if cell.startswith("+")} == {"+47"}, "a number is no formula"


def test_no_cell_of_a_workbook_is_a_formula_or_a_link(trapped: FigureTable, tmp_path: Path) -> None:
    path = written(trapped, tmp_path / "traps.xlsx", "xlsx")
    cells = [cell for name in ("Figures", "Definitions") for line in sheet_of(path, name) for cell in line]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert {cell.value for cell in cells} >= set(FORMULAS)


def test_texts_like_formulas_stay_as_they_are_where_nothing_reckons(trapped: FigureTable, tmp_path: Path) -> None:
    frame = pl.read_parquet(written(trapped, tmp_path / "traps.parquet", "parquet"))
    assert frame["=1+1"].to_list() == list(FORMULAS)
    found = json.loads(written(trapped, tmp_path / "traps.json", "json").read_text(encoding="utf-8"))
    assert [row["@x"] for row in found] == list(FORMULAS)
    cube = json.loads(written(trapped, tmp_path / "cube.json", "jsonstat").read_text(encoding="utf-8"))
    assert cube["dimension"]["+47"]["category"]["index"] == list(FORMULAS)
    assert list(cube["extension"]["=1+1"].values()) == list(FORMULAS)


def soffice() -> str:
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        if os.environ.get("TRACKER_REQUIRE_OFFICE") == "1":
            pytest.fail("no LibreOffice here (soffice), and TRACKER_REQUIRE_OFFICE=1")
        pytest.skip("no LibreOffice here (soffice); install libreoffice-calc-nogui to run this")
    return found


def opened_in_office(path: Path) -> list[list[str]]:
    """The first sheet as LibreOffice shows it, every cell formatted."""
    folder = path.parent / "office"
    command = [
        soffice(),
        "--headless",
        f"-env:UserInstallation={(path.parent / 'profile').as_uri()}",
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,true,false,false,1",
        "--outdir",
        str(folder),
        str(path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    found = sorted(folder.glob("*.csv")) if folder.is_dir() else []
    assert found, f"LibreOffice converted nothing: {done.stdout} {done.stderr}"
    with found[0].open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_libreoffice_shows_per_cent_and_hidden(table: FigureTable, tmp_path: Path) -> None:
    heading, *lines = opened_in_office(written(table, tmp_path / "figures.xlsx", "xlsx"))
    assert heading == list(KINDS)
    shown = [line[heading.index("share")] for line in lines]
    assert [re.sub(r"[.,](\d)\s?%", r".\1%", text) for text in shown] == [
        "0.0%",
        "33.3%",
        "no share",
        "hidden",
        "nobody",
        "not available",
    ]


def test_libreoffice_reckons_nothing(trapped: FigureTable, tmp_path: Path) -> None:
    _, *lines = opened_in_office(written(trapped, tmp_path / "traps.xlsx", "xlsx"))
    assert [line[0].strip() for line in lines] == [trap.strip() for trap in FORMULAS]


@pytest.mark.parametrize("form", ["xlsx", "parquet"])
def test_what_is_no_text_needs_a_file(table: FigureTable, form: FigureFormat) -> None:
    with pytest.raises(OutputFileNeeded, match="--out"):
        write_figures(table, form)


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_is_replaced_only_where_that_was_said(table: FigureTable, tmp_path: Path, form: FigureFormat) -> None:
    path = tmp_path / "figures"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(OutputFileExists, match="--overwrite"):
        write_figures(table, form, path)
    assert path.read_text(encoding="utf-8") == "mine"
    write_figures(table, form, path, overwrite=True)
    assert b"mine" not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("where", [".", "missing/figures.csv"])
def test_a_place_that_holds_no_file_is_named(table: FigureTable, tmp_path: Path, where: str) -> None:
    with pytest.raises(FolderNotUsable, match="folder"):
        write_figures(table, "csv", tmp_path / where)
    assert list(tmp_path.iterdir()) == []


def test_what_no_sheet_holds_is_refused(table: FigureTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TooMuchForSheet, match="definitions"):
        write_figures(replace(table, notes=("x" * 32_768,)), "xlsx", tmp_path / "figures.xlsx")
    monkeypatch.setattr(figures, "SHEET_ROWS", 6)
    with pytest.raises(TooMuchForSheet, match="6 rows, a sheet holds 5"):
        write_figures(table, "xlsx", tmp_path / "figures.xlsx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "row, message",
    [
        ((0.5,), "1 values for 2 columns"),
        ((0.5, "secret"), "must be one of"),
        ((3.2, "shown"), "0 to 1, got 3.2"),
        ((0.5, "hidden"), "row 1 is hidden, and yet has a value for share"),
    ],
)
def test_a_row_that_contradicts_its_columns_is_a_mistake(row: Row, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        FigureTable("t", columns("share", "shown"), [row])


def test_a_table_without_shown_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="one of them 'shown'"):
        FigureTable("t", columns("share"), [])
