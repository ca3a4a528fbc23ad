"""Reads csv, tsv and txt as a stream: which encoding, which delimiter, which records."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from tracker.importing.unreadable import UnreadableFile, foreign, told

LINE_LIMIT: Final = 1_000_000
"""Characters that one line may have; longer ones are no table."""

_CHUNK: Final = 1 << 18
_HINT = re.compile(r'"?sep=([;,\t|])"?\s*', re.IGNORECASE)


@dataclass(frozen=True)
class DelimitedText:
    """A text file of which the encoding and the delimiter are known.

    :ivar hinted: whether a first line such as "sep=;" names the delimiter; spreadsheets do not count it
    """

    path: Path
    encoding: str
    delimiter: str
    hinted: bool

    def records(self) -> Generator[list[str], None, None]:
        """Every record from the first, blank ones as []; each call reads the file anew.

        :raises UnreadableFile: unclosed-quote, line-too-long or cannot-open
        """
        done = 0
        with told(self.path), self.path.open(encoding=self.encoding, newline="") as file:
            lines = _lines(file, self.path)
            if self.hinted:
                next(lines, None)
            try:
                for record in csv.reader(lines, delimiter=self.delimiter, strict=True):
                    yield record
                    done += 1
            except csv.Error as error:
                raise UnreadableFile(
                    "unclosed-quote",
                    f"row {done + 1} of {self.path.name} cannot be read: {error}; close the quote that opens "
                    "there, and write a quote inside a quoted cell twice",
                ) from None


def open_delimited(path: Path, header_row: int) -> DelimitedText:
    """Finds out how a text file is written: UTF-8 with or without BOM, UTF-16 with BOM, else cp1252.

    :param header_row: number of the record in which ; , and tab are counted (outside of quotes)
    :raises UnreadableFile: unknown-encoding, not-a-spreadsheet (no text at all), line-too-long or cannot-open
    """
    with told(path):
        encoding = _encoding(path)
        with path.open(encoding=encoding, newline="") as file:
            if hint := _HINT.fullmatch(next(_lines(file, path), "")):
                return DelimitedText(path, encoding, hint[1], hinted=True)
            file.seek(0)
            counts = _counted(_lines(file, path), header_row)
    # The order settles a tie, and a header of one column, for Norwegian sheets with their decimal commas.
    return DelimitedText(path, encoding, max(";\t,", key=lambda each: counts[each]), hinted=False)


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            if _decodes(file, "utf-16"):
                return "utf-16"
        elif _is_binary(file):
            raise foreign(path, "is not text, though its name says so")
        else:
            for encoding in ("utf-8-sig", "cp1252"):
                if _decodes(file, encoding):
                    return encoding
    raise UnreadableFile(
        "unknown-encoding",
        f"{path.name} is neither UTF-8 nor Windows-1252 (cp1252) text; save it as 'CSV UTF-8'",
    )


def _is_binary(file: IO[bytes]) -> bool:
    file.seek(0)
    return any(b"\0" in chunk for chunk in _chunks(file))


def _decodes(file: IO[bytes], encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in _chunks(file):
            decoder.decode(chunk)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


def _lines(file: IO[str], path: Path) -> Iterator[str]:
    number = 0
    while line := file.readline(LINE_LIMIT + 1):
        number += 1
        if len(line) > LINE_LIMIT:
            raise UnreadableFile(
                "line-too-long",
                f"line {number} of {path.name} has more than {LINE_LIMIT:,} characters; is it a table?",
            )
        yield line


def _counted(lines: Iterator[str], header_row: int) -> Counter[str]:
    """How often each character stands outside of quotes in the header."""
    counts: Counter[str] = Counter()
    record, quoted, may_open = 1, False, True
    for line in lines:
        for character in line:
            if quoted:
                quoted = character != '"'
                # A quote that follows at once is the second of two, which stand for one inside the cell.
                may_open = True
            elif character == '"' and may_open:
                quoted = True
            else:
                may_open = character in ";,\t\r\n"
                counts[character] += 1
        if not quoted:
            if record == header_row:
                return counts
            record += 1
            counts.clear()
    return counts
