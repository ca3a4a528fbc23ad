"""Figures as files that other programs open: which table, which format, where to; hidden is never zero in any."""

import csv
import errno
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import click
import msgspec
import polars as pl
from polars.exceptions import PolarsError

from tracker.cli.session import emit
from tracker.errors import FolderNotUsable, Refusal, StorageFull
from tracker.exporting.formats import CELL_CHARACTERS, SHEET_ROWS, TooMuchForSheet, _csv_cell

FigureFormat = Literal["csv", "json", "xlsx", "parquet", "jsonstat"]
Kind = Literal["dimension", "number", "share", "text", "date"]
Value = str | int | float | date | None
Row = tuple[Value, ...]

SHOWN = "shown"
STATES = {
    "shown": "the figures of the row are shown; an empty cell is a figure that the row does not have",
    "counts": "the row has counts, and no share",
    "hidden": "empty cells of the row are hidden, to protect small groups; they are not zero",
    "nobody": "there is nobody to count, so there is no share",
    "not-available": "there are no data for the row; it is not zero",
    "no-reference": "there is no reference table to set the row against, so there is no figure",
}
"""What the column ``shown`` says of a row."""

IN_CELL = {"hidden": "hidden", "nobody": "nobody", "not-available": "not available", "no-reference": "no reference"}
"""What stands in a cell of a workbook that has no figure; the share of a row of counts alone is `no share`."""


class OutputFileNeeded(Refusal):
    """A workbook and a Parquet file cannot be written to the terminal, so a file must be named."""

    code = "output-file-needed"


class OutputFileExists(Refusal):
    """There is a file of this name already, and it was not said that it may be replaced."""

    code = "output-file-exists"


@dataclass(frozen=True)
class FigureColumn:
    """A column of figures.

    :ivar name: its heading, the same in every format
    :ivar kind: dimension (says what a row is about: indicator, cohort, group, months), number (a count, a mean, a
        ratio), share (0 to 1), text, date
    :ivar meaning: what it holds, in a sentence
    :ivar whole: of a number: whether it can be whole numbers alone; where it has values, they tell
    """

    name: str
    kind: Kind
    meaning: str
    whole: bool = False


@dataclass(frozen=True)
class FigureTable:
    """Figures that are to be written, after disclosure control; a format adds nothing and leaves nothing out.

    :ivar title: what the figures are about
    :ivar columns: their columns; one of them is ``shown``, of kind text, with one of :data:`STATES` in every row
    :ivar rows: values in the order of the columns; None = not there, and ``shown`` tells why
    :ivar notes: lines that go with the figures: definitions, position, dates, versions
    :ivar source: who made the figures, out of what
    :ivar beside: columns of texts that csv and json repeat in every row, since they have no place for notes
    :ivar beside_rows: their values, row by row; rows may share them
    :raises ValueError: columns and rows do not fit together, or a row has a share that its ``shown`` denies
    """

    title: str
    columns: tuple[FigureColumn, ...]
    rows: Sequence[Row]
    notes: tuple[str, ...] = ()
    source: str = "participant progression tracker"
    beside: tuple[FigureColumn, ...] = ()
    beside_rows: Sequence[Row] = ()

    def __post_init__(self) -> None:
        if self.beside and len(self.beside_rows) != len(self.rows):
            raise ValueError(f"{len(self.beside_rows)} rows stand beside {len(self.rows)} rows")
        if twice := {column.name for column in self.beside} & set(self.names):
            raise ValueError(f"columns beside the figures need names of their own, got {', '.join(sorted(twice))}")
        names = self.names
        if len(set(names)) < len(names) or names.count(SHOWN) != 1:
            raise ValueError(f"columns need names of their own, one of them {SHOWN!r}, got {', '.join(names)}")
        shares = [at for at, column in enumerate(self.columns) if column.kind == "share"]
        state = names.index(SHOWN)
        for number, row in enumerate(self.rows, 1):
            if len(row) != len(names):
                raise ValueError(f"row {number} has {len(row)} values for {len(names)} columns")
            if row[state] not in STATES:
                raise ValueError(f"row {number}: {SHOWN} must be one of {', '.join(STATES)}, got {row[state]!r}")
            for at in shares:
                share = row[at]
                if share is not None and not (isinstance(share, int | float) and 0 <= share <= 1):
                    raise ValueError(f"row {number}: {names[at]} is a share, 0 to 1, got {share!r}")
                if share is not None and row[state] != "shown":
                    raise ValueError(f"row {number} is {row[state]}, and yet has a value for {names[at]}")

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def names_with_beside(self) -> tuple[str, ...]:
        return (*self.names, *(column.name for column in self.beside))

    def rows_with_beside(self) -> Iterator[Row]:
        """The rows, each with what goes with it; made one by one, since the texts are long."""
        if not self.beside:
            yield from self.rows
            return
        for row, texts in zip(self.rows, self.beside_rows, strict=True):
            yield (*row, *texts)

    def whole(self, column: FigureColumn) -> bool:
        """Whether a column has whole numbers alone; where it has none at all, as it is declared."""
        there = [value for value in self.values(column.name) if value is not None]
        return all(isinstance(value, int) for value in there) if there else column.whole

    def state(self, row: Row) -> str:
        """What the column ``shown`` says of a row."""
        return str(row[self.names.index(SHOWN)])

    def values(self, name: str) -> list[Value]:
        """The values of a column."""
        at = self.names.index(name)
        return [row[at] for row in self.rows]


def write_figures(
    table: FigureTable, format: FigureFormat, out: Path | None = None, *, overwrite: bool = False
) -> None:
    """Write figures to a file, for its owner only, there as a whole or not at all; or to the terminal.

    :param format: csv (on the terminal RFC 4180; in a file as spreadsheets in Norway open it: BOM, ``;``, CRLF,
        decimal comma), json (a list of objects), xlsx, parquet, jsonstat (JSON-stat 2.0)
    :param out: the file; None = stdout
    :param overwrite: a file that is there already may be replaced
    :raises OutputFileNeeded: the format is no text, and there is no file
    :raises OutputFileExists: there is one already
    :raises tracker.exporting.formats.TooMuchForSheet: a workbook does not hold so much
    :raises tracker.errors.FolderNotUsable: the file cannot be written
    """
    if out is None:
        _write_to_terminal(table, format)
        return
    writers: dict[FigureFormat, Callable[[FigureTable, Path], None]] = {
        "csv": _write_csv,
        "json": lambda table, path: _write_text(_json(table), path),
        "xlsx": _write_xlsx,
        "parquet": _write_parquet,
        "jsonstat": lambda table, path: _write_text(_jsonstat(table), path),
    }
    with written_beside(Path(os.path.abspath(out)), overwrite) as path:
        writers[format](table, path)


def _write_to_terminal(table: FigureTable, format: FigureFormat) -> None:
    if format == "csv":
        emit(table.rows_with_beside(), table.names_with_beside, "csv")
    elif format == "json":
        click.echo(_json(table), nl=False)
    elif format == "jsonstat":
        click.echo(_jsonstat(table), nl=False)
    else:
        raise OutputFileNeeded(f"{format} cannot be written to the terminal; name a file with --out")


def _json(table: FigureTable) -> str:
    names = table.names_with_beside
    lines = [msgspec.json.encode(dict(zip(names, row, strict=True))).decode() for row in table.rows_with_beside()]
    return "[\n  " + ",\n  ".join(lines) + "\n]\n" if lines else "[]\n"


def _jsonstat(table: FigureTable) -> str:
    from tracker.exporting.jsonstat import dataset

    return msgspec.json.encode(dataset(table)).decode() + "\n"


def _write_text(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8")


def _write_csv(table: FigureTable, path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(_csv_cell(name) for name in table.names_with_beside)
        for row in table.rows_with_beside():
            writer.writerow(_csv_cell(value.isoformat() if isinstance(value, date) else value) for value in row)


def _write_parquet(table: FigureTable, path: Path) -> None:
    pl.DataFrame({column.name: _series(table, column) for column in table.columns}).write_parquet(
        path,
        metadata={
            "title": table.title,
            "source": table.source,
            "notes": "\n".join(table.notes),
            "columns": json.dumps({column.name: column.meaning for column in table.columns}, ensure_ascii=False),
            "shown": json.dumps(STATES),
        },
    )


def _series(table: FigureTable, column: FigureColumn) -> pl.Series:
    """The values of a column with their type; whole numbers are kept whole: counts, months, a position."""
    values = table.values(column.name)
    if column.kind == "date":
        return pl.Series(values, dtype=pl.Date)
    whole = table.whole(column)
    if column.kind in ("number", "share"):
        return pl.Series(values, dtype=pl.Int64 if whole and column.kind == "number" else pl.Float64)
    if whole:
        return pl.Series(values, dtype=pl.Int64)
    return pl.Series([None if value is None else str(value) for value in values], dtype=pl.String)


def _write_xlsx(table: FigureTable, path: Path) -> None:
    if len(table.rows) >= SHEET_ROWS:
        raise TooMuchForSheet(
            f"there are {len(table.rows)} rows, a sheet holds {SHEET_ROWS - 1}; use --format csv or parquet"
        )
    # Imported only where it is used: figures in other formats need not wait for it.
    import xlsxwriter
    from xlsxwriter.exceptions import XlsxWriterException

    options = {
        "constant_memory": True,
        "tmpdir": str(path.parent),
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    try:
        with xlsxwriter.Workbook(str(path), options) as workbook:
            workbook.set_properties({"title": table.title[:255], "author": "", "company": ""})
            _figures_sheet(workbook, table)
            _definitions_sheet(workbook, table)
    except XlsxWriterException as error:
        raise OSError(str(error)) from None


def _figures_sheet(workbook: Any, table: FigureTable) -> None:
    sheet = workbook.add_worksheet("Figures")
    heading = workbook.add_format({"bold": True, "bottom": 1})
    without = workbook.add_format({"italic": True, "font_color": "#595959", "align": "right"})
    formats = {
        "share": workbook.add_format({"num_format": "0.0%"}),
        "date": workbook.add_format({"num_format": "dd.mm.yyyy"}),
    }
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(table.columns):
        sheet.set_column(at, at, max(len(column.name) + 3, 16 if column.kind in ("dimension", "text") else 11))
        sheet.write_string(0, at, _fits(column.name, "the heading"), heading)
    for number, row in enumerate(table.rows, 1):
        state = table.state(row)
        for at, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            if value is None:
                if said := _without_figure(state, column.kind):
                    sheet.write_string(number, at, said, without)
            elif isinstance(value, str):
                sheet.write_string(number, at, _fits(value, f"row {number}"))
            elif isinstance(value, date):
                sheet.write_datetime(number, at, value, formats["date"])
            else:
                sheet.write_number(number, at, value, formats.get(column.kind))
    sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)


def _without_figure(state: str, kind: Kind) -> str:
    if kind not in ("number", "share"):
        return ""
    return "no share" if state == "counts" and kind == "share" else IN_CELL.get(state, "")


def _definitions_sheet(workbook: Any, table: FigureTable) -> None:
    sheet = workbook.add_worksheet("Definitions")
    bold = workbook.add_format({"bold": True})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 110)
    lines: list[tuple[str, str]] = [("Title", table.title), ("Source", table.source)]
    lines += [("" if number else "Notes", note) for number, note in enumerate(table.notes)]
    lines += [(f"column {column.name}", column.meaning) for column in table.columns]
    lines += [(f"{SHOWN}: {state}", meaning) for state, meaning in STATES.items()]
    for number, (about, line) in enumerate(lines):
        sheet.write_string(number, 0, about, bold)
        sheet.write_string(number, 1, _fits(line, "the definitions"))


def _fits(text: str, where: str) -> str:
    if len(text) > CELL_CHARACTERS:
        raise TooMuchForSheet(
            f"{where} has a text of more than {CELL_CHARACTERS} characters, which no cell holds; "
            "use --format csv or parquet"
        )
    return text


@contextmanager
def written_beside(target: Path, overwrite: bool) -> Iterator[Path]:
    """A file to fill that takes the place of the target at the end, and is gone if it comes to nothing."""
    if target.is_dir():
        raise FolderNotUsable(f"{target} is a folder; name a file in it")
    if target.exists() and not overwrite:
        raise OutputFileExists(f"there is a file {target} already; name another, or say --overwrite")
    if not target.parent.is_dir():
        raise FolderNotUsable(f"there is no folder {target.parent} to write {target.name} in")
    folder = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        folder.mkdir(mode=0o700)
        part = folder / "figures"
        os.close(os.open(part, os.O_CREAT | os.O_WRONLY, 0o600))
        yield part
        part.chmod(0o600)
        part.replace(target)
    except (OSError, PolarsError) as error:
        if (isinstance(error, OSError) and error.errno == errno.ENOSPC) or "no space left" in str(error).lower():
            raise StorageFull(
                f"there is no room left for {target.name} in {target.parent}; nothing was written"
            ) from None
        raise FolderNotUsable(f"{target} cannot be written: {str(error).lower()}") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
