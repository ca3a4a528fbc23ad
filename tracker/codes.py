"""Municipality codes through the years: under which code of one year the people of another year's code are counted.

Codes change when municipalities merge, split or change county. The changes come from a file that the user gives: the
correspondence of Klass 131 by Statistics Norway (merged time series), with lists of the codes of single years where
there are any. What is taken in lies in the data folder as ``codes.csv``.
"""

import csv
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from tracker.errors import Refusal
from tracker.importing.delimited import open_delimited
from tracker.importing.unreadable import UnreadableFile
from tracker.storage import make_file, make_folder, not_written

FILE = "codes.csv"
COLUMNS = ("code", "name", "group", "first_year", "last_year", "seen_in")
HOW = "tracker codes import FILE takes in the correspondence of Klass 131 (GRUPPEKODE, GRUPPETEKST, KODE, TEKST)"

MUNICIPALITY = re.compile(r"(?:K\.)?([0-9]{4})")
"""A group that is one municipality of the newest year."""


class NoCodes(Refusal):
    """No file of municipality codes has been imported, so no code can be mapped to another year."""

    code = "no-municipality-codes"


class NotCodeFile(Refusal):
    """A file is not one of municipality codes, or it contradicts itself or the files given with it."""

    code = "not-a-code-file"


class YearNotKnown(Refusal):
    """The imported codes do not reach to this year."""

    code = "year-not-known"


class CodeNotKnown(Refusal):
    """No municipality had this code in that year."""

    code = "code-not-known"


@dataclass(frozen=True)
class CodeSpan:
    """A code and the years in which it was in force, both of them included.

    :ivar group: the municipality of the newest year that Klass counts it to; other groups, such as that of divided
        municipalities, have no number
    :ivar first_year: None = from before what the file tells, or not told
    :ivar last_year: None = in force in the newest year
    :ivar seen_in: the last year for which a file told that it was in force
    """

    code: str
    name: str
    group: str
    first_year: int | None
    last_year: int | None
    seen_in: int

    def in_force(self, year: int) -> bool:
        """Whether it was in force in a year."""
        return (self.first_year or 0) <= year <= (self.last_year or 9999)

    @property
    def names(self) -> frozenset[str]:
        """Its names in each language, without the county in brackets: ``Harstad - Hárstták`` has two."""
        return frozenset(re.sub(r"\s*\(.*\)", "", part).strip().casefold() for part in self.name.split(" - "))


class Codes:
    """The codes of all years from :attr:`first_year` to :attr:`newest`.

    Codes of the newest year are taken to hold until a newer file is imported.
    """

    def __init__(self, spans: Iterable[CodeSpan]) -> None:
        self.spans = tuple(sorted(spans, key=lambda span: (span.group, span.code)))
        self.newest = max(span.seen_in for span in self.spans)

    @classmethod
    def load(cls, home: Path) -> "Codes":
        """The codes that were imported into a data folder.

        :raises NoCodes: none were
        :raises NotCodeFile: the file was changed by hand
        """
        path = home / FILE
        if not path.is_file():
            raise NoCodes(f"no municipality codes have been imported; {HOW}")
        header, rows = read_rows(path)
        if header != COLUMNS:
            raise NotCodeFile(f"{FILE} in the data folder is damaged: columns {', '.join(header)}; import it anew")
        try:
            return cls(
                CodeSpan(code, name, group, int(first) if first else None, int(last) if last else None, int(seen))
                for code, name, group, first, last, seen in rows
            )
        except ValueError as error:
            raise NotCodeFile(f"{FILE} in the data folder is damaged: {error}; import it anew") from None

    @cached_property
    def first_year(self) -> int:
        """The year of the last change before the first end that the file tells: what changed earlier is not in it."""
        first_end = min(span.last_year for span in self.spans if span.last_year)
        return max(span.first_year or 0 for span in self.spans if (span.first_year or 0) <= first_end) or first_end

    def known(self, year: int) -> frozenset[str]:
        """The codes in force in a year; the start of some is not told, and they count as in force all along.

        :raises YearNotKnown: the year is before the first or after the newest
        """
        if not self.first_year <= year <= self.newest:
            raise YearNotKnown(
                f"municipality codes are known for {self.first_year} to {self.newest}, got {year}; "
                "import a file that reaches there",
                first=str(self.first_year),
                last=str(self.newest),
                year=str(year),
            )
        return self._in_force[year]

    def in_year(self, code: str, from_year: int, year: int) -> str | None:
        """The code of ``year`` under which all those are counted whose code was ``code`` in ``from_year``.

        :param from_year: may be later than the newest year: its codes are taken to hold still
        :returns: None where they are counted under several, or it cannot be told under which
        :raises YearNotKnown: there are no codes for one of the years
        :raises CodeNotKnown: no municipality had the code in ``from_year``
        """
        start = min(from_year, self.newest)
        if code not in self.known(start):
            raise CodeNotKnown(self._unknown(code, from_year), municipality=code, year=str(from_year))
        self.known(year)
        group = self._group_of[code]
        if not MUNICIPALITY.fullmatch(group):
            return code if code in self._in_force[year] else None
        way = [
            frozenset(span.code for span in self._groups[group] if span.in_force(between))
            for between in range(start, year + (1 if year >= start else -1), 1 if year >= start else -1)
        ]
        return self._at_end(code, group, way, forward=year >= start)

    def group(self, code: str, from_year: int, year: int) -> str:
        """The code of ``year``, or ``split: `` and the old code where there is no single one: a group of its own."""
        return self.in_year(code, from_year, year) or f"split: {code}"

    def name(self, code: str, year: int) -> str:
        """The name that goes with a code in a year; empty where it was not in force."""
        return next((span.name for span in self.spans if span.code == code and span.in_force(year)), "")

    def save(self, home: Path) -> None:
        """Put the codes into a data folder, in place of those that are there.

        :raises tracker.errors.FolderNotUsable: they cannot be written
        """
        make_folder(home)
        part = home / f".{FILE}.{os.getpid()}.part"
        try:
            make_file(part)
            with part.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, delimiter=";")
                writer.writerow(COLUMNS)
                writer.writerows([getattr(span, column) for column in COLUMNS] for span in self.spans)
            part.replace(home / FILE)
        except OSError as error:
            raise not_written(home / FILE, error) from None
        finally:
            part.unlink(missing_ok=True)

    @cached_property
    def _in_force(self) -> dict[int, frozenset[str]]:
        years = range(self.first_year, self.newest + 1)
        return {year: frozenset(span.code for span in self.spans if span.in_force(year)) for year in years}

    @cached_property
    def _group_of(self) -> dict[str, str]:
        return {span.code: span.group for span in self.spans}

    @cached_property
    def _groups(self) -> dict[str, list[CodeSpan]]:
        found: dict[str, list[CodeSpan]] = {}
        for span in self.spans:
            if MUNICIPALITY.fullmatch(span.group):
                found.setdefault(span.group, []).append(span)
        return found

    def _at_end(self, code: str, group: str, way: list[frozenset[str]], *, forward: bool) -> str | None:
        """Where one arrives that goes with a code from year to year through what its group was made up of."""
        source, target = way[0], way[-1]
        if code in target and (forward or all(step == source for step in way)):
            return code
        if _divided(way, forward=forward):
            return None
        if len(target) == 1:
            return next(iter(target))
        if len({len(step) for step in way}) > 1:
            return None
        names = {span.code: span.names for span in self._groups[group]}
        called = [each for each in target if names[each] & names[code]]
        return called[0] if len(called) == 1 else None

    def _unknown(self, code: str, year: int) -> str:
        spans = [span for span in self.spans if span.code == code]
        when = ", ".join(f"{span.first_year or ''}-{span.last_year or ''}" for span in spans)
        return f"no municipality had the code {code!r} in {year}" + (
            f"; it was in force {when}" if when else "; check it, or import a newer file of codes"
        )


def _divided(way: list[frozenset[str]], *, forward: bool) -> bool:
    """Whether a municipality on the way gave away people to others.

    One that changes its code within its county, and takes in no other, has lost land: that is why the code changed.
    Those who come from a part of it are not concerned: the file tells where the part went.
    """
    for before, after in pairwise(way):
        if forward and len(before) > 1:
            return False
        if len(before) == len(after) == 1 and before != after and min(before)[:2] == min(after)[:2]:
            return True
    return False


def read_rows(path: Path) -> tuple[tuple[str, ...], list[list[str]]]:
    """The header and the rows of a csv file, however an office saved it.

    :raises NotCodeFile: it is no table
    """
    try:
        header, *rows = [row for row in open_delimited(path, 1).records() if any(row)]
    except (UnreadableFile, ValueError) as error:
        what = str(error) if isinstance(error, UnreadableFile) else f"{path.name} is empty"
        raise NotCodeFile(f"{what}; {HOW}") from None
    for number, row in enumerate(rows, 2):
        if len(row) != len(header):
            raise NotCodeFile(f"row {number} of {path.name} has {len(row)} cells, its header {len(header)}")
    return tuple(header), rows
