"""Exports: opened with other programs, asked for on purpose, logged, whole or not there."""

import csv
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from click.testing import CliRunner, Result
from polars.exceptions import ComputeError
from xlsxwriter.exceptions import FileCreateError

from events.intake import ParticipantRegistered, UnitAssigned
from events.work import JobEnded, JobStarted
from tracker.application import Author, ProgressionTracker
from tracker.cli.exporting import export_
from tracker.errors import FolderNotUsable, StorageFull
from tracker.exporting import export as exporting
from tracker.exporting import formats
from tracker.exporting.export import FolderNotEmpty, PersonalDataNotAskedFor, export
from tracker.exporting.formats import ROW_GROUP, Format, TooMuchForSheet, write_csv, write_parquet, write_xlsx
from tracker.readmodel.tables import BY_NAME, FOLD, SCHEMA, SPELLS, TABLES
from tracker.settings import Settings

KARI = Author("kari")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TRAPS = ('=HYPERLINK("http://x")', "+cmd|calc", "-2+3", "@SUM(A1)", "=1+1;x")
FORMATS: tuple[Format, ...] = ("csv", "xlsx", "parquet")
Row = dict[str, Any]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[ProgressionTracker]:
    """One journey: a job of 18.5 hours (position 3), then its end (position 4), units named like formulas."""
    app = ProgressionTracker(Settings(home=tmp_path / "home", by="kari"), clock=lambda: NOW)
    registered = ParticipantRegistered(on=date(2024, 1, 8), municipality="0301", settled_on=date(2024, 1, 8))
    participant = app.register(registered, KARI)
    app.log(participant, UnitAssigned(on=date(2024, 1, 9), unit=TRAPS[0]), KARI)
    app.log(participant, JobStarted(on=date(2024, 2, 1), job="cafe", hours_per_week=Decimal("18.5")), KARI)
    app.log(participant, JobEnded(on=date(2024, 6, 30), job="cafe"), KARI)
    for month, name in enumerate(TRAPS[1:], 2):
        app.log(participant, UnitAssigned(on=date(2024, month, 2), unit=name), KARI)
    yield app
    app.close()


def taken(app: ProgressionTracker, folder: Path, form: Format = "csv", known_at: int | None = None) -> None:
    export(app, folder, KARI, personal_data=True, form=form, known_at=known_at)


def read_csv(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def read_xlsx(path: Path) -> list[Row]:
    workbook = openpyxl.load_workbook(path)
    rows = [[cell.value for cell in row] for row in workbook.active.iter_rows()]
    workbook.close()
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def read(path: Path) -> list[Row]:
    if path.suffix == ".csv":
        return read_csv(path)
    if path.suffix == ".xlsx":
        return read_xlsx(path)
    return pl.read_parquet(path).to_dicts()


def access_log(app: ProgressionTracker) -> list[Any]:
    path = app.settings.home / "app.db"
    if not path.exists():
        return []
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute('SELECT at, "by", what, position, rows FROM access_log').fetchall()


@pytest.mark.parametrize("form", FORMATS)
def test_every_table_is_there_with_its_columns_and_rows(app: ProgressionTracker, tmp_path: Path, form: Format) -> None:
    folder = tmp_path / "out"
    taken(app, folder, form)
    assert {path.name for path in folder.iterdir()} == {*(f"{table.name}.{form}" for table in TABLES), "README.md"}
    for table in TABLES:
        count = app.read_model.database.execute(f"SELECT COUNT(*) FROM {table.name}").fetchone()[0]
        rows = read(folder / f"{table.name}.{form}")
        assert len(rows) == count
        assert all(tuple(row) == table.names for row in rows)
    assert read(folder / f"participants.{form}")[0]["municipality"] == "0301"


def test_a_csv_opens_in_a_norwegian_spreadsheet(app: ProgressionTracker, tmp_path: Path) -> None:
    taken(app, tmp_path / "out")
    raw = (tmp_path / "out" / "spells.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfparticipant;activity;key;")
    assert raw.count(b"\r\n") == raw.count(b"\n")
    assert {row["hours_per_week"] for row in read_csv(tmp_path / "out" / "spells.csv")} == {"", "18,5"}


@pytest.mark.parametrize(
    "text, cell",
    [
        ("=1+1", "'=1+1"),
        ("+cmd", "'+cmd"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("-7.5", "-7.5"),
        ("cafe", "cafe"),
        ("a;b", "a;b"),
    ],
)
def test_no_text_of_a_csv_becomes_a_formula(tmp_path: Path, text: str, cell: str) -> None:
    line = ["x", "work", text, "2024-01-01", "2024-01-01", None, None, -2.5, None, None, 1, None, 1, None]
    write_csv(tmp_path / "spells.csv", SPELLS, [[tuple(line)]], lambda _: None)
    (row,) = read_csv(tmp_path / "spells.csv")
    assert row["key"] == cell
    assert row["hours_per_week"] == "-2,5"


def test_a_unit_named_like_a_formula_is_text_everywhere(app: ProgressionTracker, tmp_path: Path) -> None:
    for form in FORMATS:
        taken(app, tmp_path / form, form)
    named = {form: [row["value"] for row in read(tmp_path / form / f"spells.{form}")] for form in FORMATS}
    assert set(TRAPS) <= set(named["parquet"])
    assert {"'" + trap for trap in TRAPS} <= set(named["csv"])
    assert set(TRAPS) <= set(named["xlsx"])
    workbook = openpyxl.load_workbook(tmp_path / "xlsx" / "spells.xlsx")
    cells = [cell for row in workbook.active.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    workbook.close()


def test_numbers_are_numbers_in_a_workbook_and_in_parquet(app: ProgressionTracker, tmp_path: Path) -> None:
    for form in ("xlsx", "parquet"):
        taken(app, tmp_path / form, form)
    jobs = [row for row in read_xlsx(tmp_path / "xlsx" / "spells.xlsx") if row["activity"] == "work"]
    assert {job["hours_per_week"] for job in jobs} == {18.5}
    frame = pl.read_parquet(tmp_path / "parquet" / "spells.parquet")
    assert frame.schema["hours_per_week"] == pl.Float64
    assert frame.schema["opened_by"] == pl.Int64
    assert pl.read_parquet(tmp_path / "parquet" / "erased.parquet").schema["participant"] == pl.String


@pytest.mark.parametrize("form", FORMATS)
def test_rows_are_given_as_they_were_known_at_a_position(app: ProgressionTracker, tmp_path: Path, form: Format) -> None:
    taken(app, tmp_path / "out", form, known_at=3)
    spells = read(tmp_path / "out" / f"spells.{form}")
    job = next(row for row in spells if row["activity"] == "work")
    assert not job["valid_to"]
    assert not any(row["known_to"] for row in spells)
    assert len(read(tmp_path / "out" / f"timeline.{form}")) == 3
    assert "- known at: @3;" in (tmp_path / "out" / "README.md").read_text(encoding="utf-8")


def test_the_readme_tells_what_every_column_means(app: ProgressionTracker, tmp_path: Path) -> None:
    taken(app, tmp_path / "out")
    text = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    for table in TABLES:
        for column in table.columns:
            assert f"| {column.name} |" in text
            assert column.meaning in text
    assert "| `timeline.csv` | 8 |" in text
    assert "- position: @8" in text
    assert "2026-11-20 13:00 (Norwegian time) by kari" in text
    assert f"schema {SCHEMA}, fold {FOLD}" in text
    assert "not for publication" in text


def test_without_asking_for_personal_data_it_is_refused(app: ProgressionTracker, tmp_path: Path) -> None:
    with pytest.raises(PersonalDataNotAskedFor, match="tracker indicators"):
        export(app, tmp_path / "out", KARI, personal_data=False)
    assert not (tmp_path / "out").exists()
    assert access_log(app) == []


def test_who_took_what_is_noted(app: ProgressionTracker, tmp_path: Path) -> None:
    taken(app, tmp_path / "one")
    taken(app, tmp_path / "two", "xlsx", known_at=3)
    rows = sum(len(read_csv(tmp_path / "one" / f"{table.name}.csv")) for table in TABLES)
    assert access_log(app)[0] == (NOW.isoformat(), "kari", "export csv", 8, rows)
    assert access_log(app)[1][2:4] == ("export xlsx known-at @3", 8)


def test_a_folder_with_something_in_it_is_left_alone(app: ProgressionTracker, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FolderNotEmpty):
        taken(app, tmp_path / "out")
    with pytest.raises(FolderNotEmpty):
        taken(app, tmp_path / "out" / "mine.txt")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_a_folder_that_cannot_be_made_is_named(app: ProgressionTracker, tmp_path: Path) -> None:
    with pytest.raises(FolderNotUsable, match="no folder"):
        taken(app, tmp_path / "missing" / "out")


def test_an_empty_folder_is_filled_for_its_owner_alone(app: ProgressionTracker, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir(mode=0o755)
    taken(app, tmp_path / "out", "xlsx")
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "out").iterdir()} == {0o600}


@pytest.mark.parametrize(
    "error, refusal",
    [
        (OSError(28, "broken"), StorageFull),
        (ComputeError("parquet: underlying IO error: No space left on device (os error 28)"), StorageFull),
        (FileCreateError("[Errno 28] No space left on device"), StorageFull),
        (OSError(13, "Permission denied"), FolderNotUsable),
    ],
)
def test_what_breaks_off_leaves_nothing_behind(
    app: ProgressionTracker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, refusal: type[Exception]
) -> None:
    def breaks(path: Path, *_: object) -> None:
        path.write_text("half", encoding="utf-8")
        raise error

    (tmp_path / "place").mkdir()
    monkeypatch.setitem(formats.WRITERS, "csv", breaks)
    with pytest.raises(refusal):
        taken(app, tmp_path / "place" / "out")
    assert list((tmp_path / "place").iterdir()) == []
    assert access_log(app) == []


def test_more_rows_than_a_sheet_holds_are_refused_before_anything_is_written(
    app: ProgressionTracker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "SHEET_ROWS", 8)
    with pytest.raises(TooMuchForSheet, match="--format csv or parquet"):
        taken(app, tmp_path / "out", "xlsx")
    assert not (tmp_path / "out").exists()
    taken(app, tmp_path / "out", "csv")


def test_a_text_longer_than_a_cell_holds_is_refused(tmp_path: Path) -> None:
    line = ("x" * 32_768, 1)
    with pytest.raises(TooMuchForSheet, match="row 1"):
        write_xlsx(tmp_path / "erased.xlsx", BY_NAME["erased"], [[line]], lambda _: None)


def test_parquet_is_written_in_row_groups_and_no_row_is_lost(tmp_path: Path) -> None:
    pages = ([(f"p{number}", number) for number in range(at, at + 5_000)] for at in range(0, 120_000, 5_000))
    done: list[int] = []
    write_parquet(tmp_path / "erased.parquet", BY_NAME["erased"], pages, done.append)
    frame = pl.read_parquet(tmp_path / "erased.parquet")
    assert frame["position"].to_list() == list(range(120_000))
    assert sum(done) == 120_000
    assert ROW_GROUP < 120_000


@pytest.fixture
def run(app: ProgressionTracker, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("TRACKER_HOME", str(app.settings.home))
    monkeypatch.setenv("TRACKER_BY", "ola")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(export_, arguments)

    return run


def test_the_command_exports_and_says_that_it_is_not_for_publication(
    app: ProgressionTracker, run: Any, tmp_path: Path
) -> None:
    result = run(str(tmp_path / "out"), "--personal-data", "--known-at", "@3")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "not for publication" in result.stderr
    assert "as known at @3" in result.stderr
    assert len(read_csv(tmp_path / "out" / "timeline.csv")) == 3
    assert access_log(app)[0][1] == "ola"


def test_the_command_refuses_without_the_flag(run: Any, tmp_path: Path) -> None:
    result = run(str(tmp_path / "out"))
    assert isinstance(result.exception, PersonalDataNotAskedFor)
    assert not (tmp_path / "out").exists()
