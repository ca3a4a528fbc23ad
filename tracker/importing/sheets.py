"""Reads the sheets of a file as Norwegian offices save them: csv, tsv, txt, xlsx, xlsb, xls or ods."""

from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from tracker.importing.cells import Cell, CellProblem, as_text
from tracker.importing.delimited import open_delimited
from tracker.importing.unreadable import UnreadableFile, foreign, told
from tracker.importing.workbook import CELL_LIMIT, OLE, ZIP, worksheets

__all__ = ["CELL_LIMIT", "Row", "Sheet", "UnreadableFile", "read_sheets"]

TEXT_ENDINGS: Final = (".csv", ".tsv", ".txt")
WORKBOOK_ENDINGS: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")

_BLANK = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"

Records = Callable[[], Generator[Sequence[Cell], None, None]]


class Row(NamedTuple):
    """One row that holds something.

    :ivar number: as the spreadsheet shows it, from 1; a csv record that spans several lines is one row
    :ivar cells: one a column of the header; None = blank
    :ivar problem: row-too-long, where something stands to the right of the last column of the header
    """

    number: int
    cells: tuple[Cell, ...]
    problem: CellProblem | None = None


@dataclass(frozen=True)
class Sheet:
    """A table with a header, read row by row; csv in memory that does not grow with the file.

    :ivar name: of the worksheet; for csv the file name without its ending
    :ivar header: names of the columns, runs of white space made one space; "" = a column without a name
    """

    name: str
    header: tuple[str, ...]
    header_row: int
    _records: Records

    def __iter__(self) -> Iterator[Row]:
        """Rows below the header; empty ones are left out, short ones filled up. Each iteration reads anew.

        :raises UnreadableFile: damaged-file, unclosed-quote, line-too-long or cannot-open
        """
        width = len(self.header)
        with closing(self._records()) as records:
            for number, record in enumerate(records, start=1):
                if number <= self.header_row:
                    continue
                cells = tuple([None if isinstance(cell, str) and not cell.strip() else cell for cell in record])
                if cells.count(None) == len(cells):
                    continue
                if len(cells) == width:
                    yield Row(number, cells)
                else:
                    yield Row(number, (cells + (None,) * width)[:width], _surplus(cells, width))


def _surplus(cells: tuple[Cell, ...], width: int) -> CellProblem | None:
    for column, cell in enumerate(cells[width:], start=width + 1):
        if cell is not None:
            return CellProblem(
                "row-too-long",
                cell,
                f"nothing to the right of column {width}, the last of the header",
                f"it stands in column {column}",
            )
    return None


def read_sheets(path: Path, *, sheet: str | None = None, header_row: int = 1) -> Iterator[Sheet]:
    """The sheets of a file, one after the other. Its content decides what it is, not its name.

    Text is UTF-8 (with or without BOM), UTF-16 with BOM, else cp1252; its delimiter is the most frequent of
    ; , and tab in the header, or named by a first line such as "sep=;". From a workbook values come as
    stored: a formula as its last result, dates as date or datetime, whole numbers as int, times of day as
    text. An error value (#N/A) comes as that text from xlsx and ods, as blank from xls and xlsb.

    :param sheet: read only this worksheet; without it, hidden and empty ones are left out. No meaning for csv
    :param header_row: number of the row with the names of the columns
    :raises UnreadableFile: before the first sheet, or on reaching the sheet that has the fault
    """
    start = _start(path)
    if not start.startswith((ZIP, OLE)):
        yield _text(path, header_row)
        return
    for each in worksheets(path, zipped=start.startswith(ZIP), sheet=sheet):
        yield _sheet(each.name, f"sheet {each.name!r} of {path.name}", header_row, each.records)


def _start(path: Path) -> bytes:
    with told(path):
        if not path.exists():
            raise UnreadableFile("file-not-found", f"there is no file {path}; check the name")
        if path.is_dir():
            raise UnreadableFile("is-a-folder", f"{path} is a folder; name the files in it")
        if not path.is_file():
            raise UnreadableFile("cannot-open", f"{path} is no ordinary file; save the sheet as a file first")
        with path.open("rb") as file:
            start = file.read(4096)
    if not start.strip(_BLANK):
        raise UnreadableFile("empty-file", f"{path.name} is empty; check that it was saved")
    return start


def _text(path: Path, header_row: int) -> Sheet:
    ending = path.suffix.lower()
    if ending in WORKBOOK_ENDINGS:
        raise foreign(path, f"is no workbook, though its name ends in {ending}: open it in a spreadsheet")
    if ending not in TEXT_ENDINGS:
        raise foreign(path, "is not a spreadsheet")
    return _sheet(path.stem, path.name, header_row, open_delimited(path, header_row).records)


def _sheet(name: str, where: str, header_row: int, records: Records) -> Sheet:
    with closing(records()) as opened:
        record = next((each for number, each in enumerate(opened, start=1) if number == header_row), [])
    header = [" ".join(as_text(cell).split()) for cell in record]
    while header and not header[-1]:
        header.pop()
    if not header:
        raise UnreadableFile("no-header", f"row {header_row} of {where} is empty; put the names of the columns there")
    for column, count in Counter(header).items():
        if column and count > 1:
            raise UnreadableFile(
                "duplicate-columns",
                f"row {header_row} of {where} names {count} columns {column!r}; give each its own name",
            )
    return Sheet(name, tuple(header), header_row, records)
