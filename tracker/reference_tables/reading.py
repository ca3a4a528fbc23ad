"""Reads the file that a reference table comes in: JSON-stat, or a sheet as Norwegian offices save it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from tracker.importing.cells import CellProblem, as_decimal, as_text
from tracker.importing.sheets import read_sheets
from tracker.importing.unreadable import UnreadableFile
from tracker.reference_tables.jsonstat import PROVISIONAL, ZERO, read_jsonstat
from tracker.reference_tables.refusals import NotAReferenceTable, ReferenceCellWrong
from tracker.reference_tables.table import SIGNS, Cell
from tracker.saying import Said

VALUE = "value"
"""The column that the figures of a JSON-stat file stand in."""

LARGEST = 100_000_000
"""Bytes that a JSON file may have."""


class Record(NamedTuple):
    """One row of the file.

    :ivar where: its place, for messages: ``row 7``, or its categories
    :ivar cells: column -> what stands there
    """

    where: str
    cells: Mapping[str, Any]


@dataclass(frozen=True)
class Grid:
    """The file as rows and columns.

    :ivar name: of the file
    :ivar labels: column -> code -> what it is called
    :ivar long: each row has one figure, in the column ``value``
    """

    name: str
    columns: tuple[str, ...]
    records: tuple[Record, ...]
    labels: Mapping[str, Mapping[str, str]]
    long: bool

    @property
    def file(self) -> Said:
        """The file, as the place of what is wrong in all of it."""
        return file_of(self.name)

    def text(self, record: Record, column: str) -> str:
        """The text of a cell that tells what a row is about.

        :raises ReferenceCellWrong: it is blank
        """
        text = " ".join(as_text(record.cells[column]).split())
        if not text:
            raise ReferenceCellWrong(self.place(record, column), Said("expected a text, got a blank cell"))
        return text

    def figure(self, record: Record, column: str) -> Cell:
        """The figure of a cell: a number, or one of Statistics Norway's signs; a blank cell is missing.

        :raises ReferenceCellWrong: it is something else
        """
        raw = record.cells[column]
        if isinstance(raw, Cell):
            return raw
        text = as_text(raw)
        if not text:
            return Cell(None, "missing")
        if text in SIGNS:
            return Cell(None, SIGNS[text])
        if text == ZERO:
            return Cell(Decimal(0))
        provisional = isinstance(raw, str) and text.endswith(PROVISIONAL)
        try:
            number = as_decimal(text.removesuffix(PROVISIONAL).rstrip() if provisional else raw)
        except CellProblem as problem:
            raise ReferenceCellWrong(
                self.place(record, column),
                Said("%(cell)s; a figure that is not there is : (hidden) or .. (missing)", cell=problem),
            ) from None
        return Cell(number, "provisional" if provisional else "told")

    def place(self, record: Record, column: str) -> Said:
        """Where a cell stands, for a message."""
        return Said("%(file)s, %(where)s, column %(column)r", file=self.name, where=record.where, column=column)


def file_of(name: str) -> Said:
    """A file as the place of what is wrong in all of it."""
    return Said("%(file)s", file=name)


def read_grid(path: Path, header_row: int = 1) -> Grid:
    """The file as rows and columns; its content decides what it is, not its name.

    :param header_row: of a sheet, the row with the names of the columns
    :raises NotAReferenceTable: it cannot be read, or holds no rows
    :raises ReferenceCellWrong: a value of a JSON-stat file is no number
    """
    try:
        if _begins_json(path):
            return _from_jsonstat(path)
        sheets = list(read_sheets(path, header_row=header_row))
        if len(sheets) != 1:
            names = ", ".join(sheet.name for sheet in sheets) or "none"
            problem = Said("expected one sheet, got %(names)s; save the one meant as CSV", names=names)
            raise NotAReferenceTable(file_of(path.name), problem)
        sheet = sheets[0]
        records = []
        for row in sheet:
            if row.problem:
                place = Said("%(file)s, %(where)s", file=path.name, where=_row(row.number))
                raise NotAReferenceTable(place, Said("%(cell)s", cell=row.problem))
            cells = {name: cell for name, cell in zip(sheet.header, row.cells, strict=True) if name}
            records.append(Record(_row(row.number), cells))
    except UnreadableFile as error:
        raise NotAReferenceTable(file_of(path.name), Said("%(unreadable)s", unreadable=error)) from None
    if not records:
        problem = Said("it has no rows below its header; check that it was saved")
        raise NotAReferenceTable(file_of(path.name), problem)
    return Grid(path.name, tuple(name for name in sheet.header if name), tuple(records), {}, long=False)


def _row(number: int) -> Said:
    return Said("row %(row)s", row=number)


def _begins_json(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(256).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def _from_jsonstat(path: Path) -> Grid:
    if path.stat().st_size > LARGEST:
        problem = Said("it is larger than %(most)s bytes; choose fewer categories", most=LARGEST)
        raise NotAReferenceTable(file_of(path.name), problem)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        problem = Said("it is JSON but not UTF-8; save the answer of the API anew")
        raise NotAReferenceTable(file_of(path.name), problem) from None
    dataset = read_jsonstat(text, path.name)
    ids = tuple(dimension.id for dimension in dataset.dimensions)
    if VALUE in ids:
        problem = Said("a dimension is called %(name)r, as the figures are; rename it", name=VALUE)
        raise NotAReferenceTable(file_of(path.name), problem)
    records = tuple(
        Record(", ".join(f"{id}={code}" for id, code in codes.items()), {**codes, VALUE: cell})
        for codes, cell in dataset
    )
    labels = {dimension.id: dimension.labels for dimension in dataset.dimensions if dimension.labels}
    return Grid(path.name, (*ids, VALUE), records, labels, long=True)
