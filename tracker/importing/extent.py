"""How large a zipped workbook (xlsx, xlsb, ods) really is, and which cells hold errors, before it is loaded.

The library that loads cells allocates rows x columns up to the last used cell at once, so that one stray
cell in the far corner of a small file would end the whole process; and it gives #N/A and its like as blank.
"""

import posixpath
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import IO, Final
from xml.parsers import expat
from zipfile import ZipFile

_CHUNK: Final = 1 << 18
# Equal neighbours are one element with a count; a count beyond this is no error that a person can look up.
_REPEATED_ERRORS: Final = 10_000
_BEGIN_SHEET: Final = b"\x81\x01\x00"
_CELL = re.compile(r"([A-Z]{1,7})([0-9]{1,10})")


@dataclass
class Extent:
    """The used rectangle of one sheet.

    :ivar errors: its error values, (row, column) from 1 -> "#N/A" or the like; xlsx and ods only
    """

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    _first: tuple[int, int] | None = None
    _last: tuple[int, int] = (0, 0)

    @property
    def cells(self) -> int:
        """Rows x columns of the rectangle that holds every used cell."""
        if self._first is None:
            return 0
        return (self._last[0] - self._first[0] + 1) * (self._last[1] - self._first[1] + 1)

    def use(self, row: int, column: int, rows: int = 1, columns: int = 1) -> None:
        """Stretch the rectangle over a used cell, or a block of equal ones."""
        if self._first is None:
            self._first = (row, column)
        elif row < self._first[0] or column < self._first[1]:
            self._first = (min(self._first[0], row), min(self._first[1], column))
        last_row, last_column = row + rows - 1, column + columns - 1
        if last_row > self._last[0] or last_column > self._last[1]:
            self._last = (max(self._last[0], last_row), max(self._last[1], last_column))


def extents(archive: ZipFile) -> dict[str, Extent]:
    """Every sheet of a workbook: part name (xlsx, xlsb) or sheet name (ods) -> its extent.

    Reads every part to its end, so that a part which is larger than it claims is found here.

    :raises expat.ExpatError, zipfile.BadZipFile, ValueError: the workbook is damaged
    """
    found: dict[str, Extent] = {}
    for name in archive.namelist():
        with archive.open(name) as part:
            if name == "content.xml":
                found |= _OpenDocument().read(part)
            elif name.lower().endswith(".bin"):
                if part.read(3) == _BEGIN_SHEET:
                    found[name] = _binary_sheet(part)
            elif name.lower().endswith(".xml") and (sheet := _Worksheet()).read(part):
                found[name] = sheet.extent
            while part.read(_CHUNK):
                pass
    return found


def sheet_parts(archive: ZipFile) -> Mapping[str, str]:
    """Sheet name -> part name, of an xlsx workbook; empty for other workbooks."""
    if "xl/workbook.xml" not in archive.namelist() or "xl/_rels/workbook.xml.rels" not in archive.namelist():
        return {}
    targets = {
        given["Id"]: posixpath.normpath(posixpath.join("/xl", given["Target"])).lstrip("/")
        for element, given in _elements(archive, "xl/_rels/workbook.xml.rels")
        if element == "Relationship" and {"Id", "Target"} <= given.keys()
    }
    parts = {}
    for element, given in _elements(archive, "xl/workbook.xml"):
        if element == "sheet":
            reference = next((value for name, value in given.items() if name.endswith(":id")), "")
            parts[given.get("name", "")] = targets.get(reference, "")
    return parts


def _elements(archive: ZipFile, name: str) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, given: found.append((_local(tag), given))
    with archive.open(name) as part:
        parser.ParseFile(part)
    return found


def _local(name: str) -> str:
    return name.rpartition(":")[2]


class _Worksheet:
    """Follows one part of an xlsx workbook; gives up at the first element if the part is no worksheet."""

    def __init__(self) -> None:
        self.extent = Extent()
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._root
        self._is_worksheet = True
        self._row = self._column = 0
        self._wrong = False
        self._said: list[str] = []

    def read(self, part: IO[bytes]) -> bool:
        while chunk := part.read(_CHUNK):
            self._parser.Parse(chunk)
            if not self._is_worksheet:
                return False
        self._parser.Parse(b"", True)
        return True

    def _root(self, name: str, _given: dict[str, str]) -> None:
        self._is_worksheet = _local(name) == "worksheet"
        self._parser.StartElementHandler = self._start if self._is_worksheet else None

    def _start(self, name: str, given: dict[str, str]) -> None:
        tag = _local(name) if ":" in name else name
        if tag == "c":
            if at := _CELL.fullmatch(given.get("r", "")):
                self._row, self._column = int(at[2]), _column_number(at[1])
            else:
                self._column += 1
            self._wrong = given.get("t") == "e"
        elif tag == "row":
            self._row = int(given["r"]) if "r" in given else self._row + 1
            self._column = 0
        elif tag in ("v", "is", "f"):
            self.extent.use(self._row, self._column)
            if tag == "v" and self._wrong:
                # Only here, for a call at each end and text would double the time of a large sheet.
                self._said = []
                self._parser.CharacterDataHandler = self._said.append
                self._parser.EndElementHandler = self._end_of_error

    def _end_of_error(self, _name: str) -> None:
        self._parser.CharacterDataHandler = self._parser.EndElementHandler = None
        self.extent.errors[self._row, self._column] = sys.intern("".join(self._said))


@lru_cache(maxsize=16_384)
def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


class _OpenDocument:
    """Follows the content of an ods workbook, where equal neighbours are written once with a count."""

    def __init__(self) -> None:
        self._found: dict[str, Extent] = {}
        self._sheet = Extent()
        self._row = self._column = 1
        self._rows = self._columns = 1
        self._used = self._wrong = False
        self._said: list[str] = []

    def read(self, part: IO[bytes]) -> dict[str, Extent]:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.ParseFile(part)
        return self._found

    def _start(self, name: str, given: dict[str, str]) -> None:
        tag = _local(name)
        if tag == "table":
            self._sheet = self._found[given.get("table:name", "")] = Extent()
            self._row = 1
        elif tag == "table-row":
            self._rows = int(given.get("table:number-rows-repeated", 1))
            self._column = 1
        elif tag in ("table-cell", "covered-table-cell"):
            self._columns = int(given.get("table:number-columns-repeated", 1))
            self._used = "office:value-type" in given
            self._wrong = given.get("calcext:value-type") == "error"
            self._said = []
        elif tag == "p":
            self._used = True

    def _text(self, text: str) -> None:
        if self._wrong:
            self._said.append(text)

    def _end(self, name: str) -> None:
        tag = _local(name)
        if tag == "table-row":
            self._row += self._rows
        elif tag in ("table-cell", "covered-table-cell"):
            if self._used:
                self._sheet.use(self._row, self._column, self._rows, self._columns)
            if self._wrong and self._rows * self._columns <= _REPEATED_ERRORS:
                said = sys.intern("".join(self._said).strip())
                for row in range(self._row, self._row + self._rows):
                    for column in range(self._column, self._column + self._columns):
                        self._sheet.errors[row, column] = said
            self._column += self._columns
            self._used = self._wrong = False


def _binary_sheet(part: IO[bytes]) -> Extent:
    # [MS-XLSB] 2.1.4: a record is type, size, content; type 0 opens a row, 2 to 11 are filled cells.
    extent, row = Extent(), 0
    for kind, content in _records(part):
        if kind == 0:
            row = int.from_bytes(content[:4], "little") + 1
        elif 2 <= kind <= 11:
            extent.use(row, int.from_bytes(content[:4], "little") + 1)
    return extent


def _records(part: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    while first := part.read(1):
        kind = first[0]
        if kind & 0x80:
            kind = (kind & 0x7F) | _next_byte(part) << 7
        size = 0
        for shift in (0, 7, 14, 21):
            byte = _next_byte(part)
            size |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        yield kind, part.read(size)


def _next_byte(part: IO[bytes]) -> int:
    byte = part.read(1)
    if not byte:
        raise ValueError("a record ends too early")
    return byte[0]
