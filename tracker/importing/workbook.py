"""Reads the worksheets of xlsx, xlsb, xls and ods workbooks, after checking that they are safe to load."""

import mmap
import subprocess
import sys
from collections.abc import Collection, Generator, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final
from zipfile import ZipFile

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from tracker.importing import rehearsal
from tracker.importing.cells import Cell
from tracker.importing.extent import extents, sheet_parts
from tracker.importing.rehearsal import open_workbook
from tracker.importing.unreadable import SAVE_AS_CSV, UnreadableFile, damaged, encrypted, foreign, told

CELL_LIMIT: Final = 2_000_000
"""Rows x columns that a workbook may have, all its sheets together."""

FILE_LIMIT: Final = 100_000_000
"""Bytes that a workbook may have."""

EXPANDED_LIMIT: Final = 400_000_000
"""Bytes that a zipped workbook (xlsx, xlsb, ods) may have when it is unpacked."""

ZIP: Final = b"PK\x03\x04"
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_TRIAL_SECONDS: Final = 120
_EXACT: Final = 10**15  # a spreadsheet keeps 15 digits

Errors = dict[tuple[int, int], str]


@dataclass(frozen=True)
class Worksheet:
    """One loaded worksheet.

    :ivar errors: (row, column) from 1 -> the error value (#N/A) that the library leaves out
    """

    path: Path
    name: str
    content: CalamineSheet
    errors: Errors

    def records(self) -> Generator[list[Cell], None, None]:
        """Every row from row 1 of the spreadsheet to the last used one, from column A.

        :raises UnreadableFile: damaged-file
        """
        # The library keeps the empty rows above a table, but not the empty columns left of it.
        left = self.content.start[1] if self.content.start else 0
        with told(self.path):
            for number, values in enumerate(self.content.iter_rows(), start=1):
                record: list[Cell] = [None] * left + [_cell(value) for value in values]
                if self.errors:
                    record = [self.errors.get((number, n), cell) for n, cell in enumerate(record, start=1)]
                yield record


def _cell(value: str | float | bool | time | date | datetime | timedelta) -> Cell:
    match value:
        case float() if value.is_integer() and abs(value) < _EXACT:
            return int(value)
        case time():
            return value.isoformat("seconds" if value.second else "minutes")
        case timedelta():
            minutes = round(value.total_seconds() / 60)
            return f"{minutes // 60}:{minutes % 60:02}"
        case _:
            return value


def worksheets(path: Path, *, zipped: bool, sheet: str | None) -> Iterator[Worksheet]:
    """The named worksheet, or every visible one that holds something, loaded one at a time.

    :param zipped: whether the file is a zip archive (else an OLE file)
    :raises UnreadableFile: see there
    """
    with told(path):
        if (size := path.stat().st_size) > FILE_LIMIT:
            raise UnreadableFile(
                "too-large",
                f"{path.name} has {size:,} bytes, a workbook may have {FILE_LIMIT:,}; {SAVE_AS_CSV}",
            )
        workbook, errors = _open_zip(path) if zipped else (_open_ole(path), {})
        listed = [each for each in workbook.sheets_metadata if each.typ is SheetTypeEnum.WorkSheet]
    if sheet is None:
        names = [each.name for each in listed if each.visible is SheetVisibleEnum.Visible]
    elif sheet in (each.name for each in listed):
        names = [sheet]
    else:
        there = ", ".join(repr(each.name) for each in listed)
        raise UnreadableFile("no-such-sheet", f"{path.name} has no sheet {sheet!r}; choose one of {there}")
    cells, empty = 0, True
    for name in names:
        with told(path):
            content = workbook.get_sheet_by_name(name)
        cells += content.height * content.width
        _within_limit(path, cells)
        if content.start is not None:
            empty = False
            yield Worksheet(path, name, content, errors.get(name, {}))
    if empty:
        raise UnreadableFile("empty-file", f"{path.name} has no cell with a value; check that it was saved")


def _open_ole(path: Path) -> CalamineWorkbook:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if _has_stream(content, "EncryptedPackage"):
            raise encrypted(path)
        named_otherwise = path.suffix.lower() != ".xls"
        if named_otherwise and not any(_has_stream(content, stream) for stream in ("Workbook", "Book")):
            raise foreign(path, "is not a spreadsheet")
    return _open_binary(path, (".xls",))


def _has_stream(content: mmap.mmap, name: str) -> bool:
    return content.find(name.encode("utf-16-le")) >= 0


def _open_zip(path: Path) -> tuple[CalamineWorkbook, dict[str, Errors]]:
    """Refuses what would fill the memory before any cell is loaded."""
    with ZipFile(path) as archive:
        entries = {entry.filename: entry for entry in archive.infolist()}
        endings = _endings(entries)
        if sum(entry.file_size for entry in entries.values()) > EXPANDED_LIMIT:
            raise UnreadableFile(
                "too-large", f"{path.name} unpacks to more than {EXPANDED_LIMIT:,} bytes; {SAVE_AS_CSV}"
            )
        if not endings:
            raise foreign(path, "is not a spreadsheet")
        manifest = archive.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in entries else b""
        if b"encryption-data" in manifest or any(entry.flag_bits & 1 for entry in entries.values()):
            raise encrypted(path)
        found = extents(archive)
        parts = sheet_parts(archive)
    _within_limit(path, sum(extent.cells for extent in found.values()))
    named = {name: found[part] for name, part in parts.items() if part in found} if parts else found
    workbook = (_open_binary if ".xlsb" in endings else open_workbook)(path, endings)
    return workbook, {name: extent.errors for name, extent in named.items()}


def _endings(parts: Collection[str]) -> tuple[str, ...]:
    if "xl/workbook.bin" in parts:
        return (".xlsb",)
    if "xl/workbook.xml" in parts:
        return (".xlsx", ".xlsm")
    return (".ods",) if "content.xml" in parts else ()


def _open_binary(path: Path, endings: tuple[str, ...]) -> CalamineWorkbook:
    # Broken binary workbooks make the library allocate without bound or panic; both would end this process.
    try:
        trial = subprocess.run(
            [sys.executable, "-P", rehearsal.__file__, path, *endings],
            capture_output=True,
            check=True,
            timeout=_TRIAL_SECONDS,
        )
    except subprocess.SubprocessError:
        raise damaged(path, "its structure is broken") from None
    _within_limit(path, int(trial.stdout))
    return open_workbook(path, endings)


def _within_limit(path: Path, cells: int) -> None:
    if cells > CELL_LIMIT:
        raise UnreadableFile(
            "too-many-cells",
            f"{path.name} has {cells:,} cells (rows x columns of all sheets), the limit is {CELL_LIMIT:,}; "
            f"delete what lies outside of the table, or {SAVE_AS_CSV}",
        )
