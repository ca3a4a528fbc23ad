"""The file formats: how the rows of a table are written as CSV, as a workbook, as Parquet, in bounded memory."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Literal

import polars as pl
from polars.io.plugins import register_io_source

from tracker.errors import Refusal
from tracker.exporting.rows import Line
from tracker.readmodel.tables import Table

Format = Literal["csv", "xlsx", "parquet"]
Pages = Iterable[list[Line]]
Counted = Callable[[int], None]
"""Is told how many rows were written."""

SHEET_ROWS = 1_048_576
"""Rows of a sheet, the heading included; a limit of the format."""

CELL_CHARACTERS = 32_767
ROW_GROUP = 50_000

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
_TYPES: dict[str, type[pl.DataType]] = {"TEXT": pl.String, "INTEGER": pl.Int64, "REAL": pl.Float64}


class TooMuchForSheet(Refusal):
    """A table has more rows, or a row has a longer text, than a sheet of a workbook can hold."""

    code = "too-much-for-sheet"


def write_csv(path: Path, table: Table, pages: Pages, counted: Counted) -> None:
    """As spreadsheets in Norway open it: UTF-8 with BOM, ``;``, CRLF, decimal comma.

    A text that a spreadsheet would take for a formula begins with an apostrophe.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(table.names)
        for page in pages:
            writer.writerows([_csv_cell(value) for value in row] for row in page)
            counted(len(page))


def _csv_cell(value: str | int | float | None) -> str | int:
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(value).replace(".", ",")
    if isinstance(value, str) and value.startswith(_STARTS_A_FORMULA) and not _PLAIN_NUMBER.fullmatch(value):
        return "'" + value
    return value


def write_xlsx(path: Path, table: Table, pages: Pages, counted: Counted) -> None:
    """A workbook with one sheet; every text is a text, never a formula or a link."""
    # Imported only where it is used: figures in other formats need not wait for it.
    import xlsxwriter

    options = {
        "constant_memory": True,
        "tmpdir": str(path.parent),
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(str(path), options) as workbook:
        sheet = workbook.add_worksheet(table.name)
        sheet.freeze_panes(1, 0)
        for at, name in enumerate(table.names):
            sheet.write_string(0, at, name)
        number = 0
        for page in pages:
            for row in page:
                number += 1
                for at, value in enumerate(row):
                    if isinstance(value, str):
                        if len(value) > CELL_CHARACTERS:
                            raise TooMuchForSheet(
                                f"{table.name} has a text of more than {CELL_CHARACTERS} characters in row {number}, "
                                "which no cell holds; export with --format csv or parquet"
                            )
                        sheet.write_string(number, at, value)
                    elif value is not None:
                        sheet.write_number(number, at, value)
            counted(len(page))


def write_parquet(path: Path, table: Table, pages: Pages, counted: Counted) -> None:
    """One file of row groups; types as in the read model: text, 64-bit whole numbers and decimals."""
    schema = {column.name: _TYPES[column.type] for column in table.columns}

    def source(
        columns: list[str] | None, predicate: pl.Expr | None, rows: int | None, batch: int | None
    ) -> Iterator[pl.DataFrame]:
        assert predicate is None and rows is None, (
            f"nothing but all rows is asked for, got {predicate}, {rows}, {batch}"
        )
        for page in pages:
            frame = pl.DataFrame(page, schema=schema, orient="row")
            yield frame if columns is None else frame.select(columns)
            counted(len(page))

    register_io_source(source, schema=schema).sink_parquet(path, row_group_size=ROW_GROUP, engine="streaming")


WRITERS: dict[Format, Callable[[Path, Table, Pages, Counted], None]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "parquet": write_parquet,
}
