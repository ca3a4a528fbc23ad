"""What is wrong in a sheet, told by row and column, and what the tracker refuses because of it."""

import re
from collections.abc import Iterable, Iterator
from typing import Final, Literal, NamedTuple

from tracker.errors import Refusal
from tracker.importing.cells import Cell, as_text
from tracker.saying import Said

Severity = Literal["error", "warning"]
KEPT: Final = 10_000
"""So many problems of one file are told one by one; further ones are counted."""

_SHOWN: Final = 60
_PERSONAL: Final = re.compile(r"\b\d{6}[ .-]?\d{5,6}\b|\b\d{6}\b")
"""Identity and DUF numbers, and the six digits of a birth date."""

PROBLEMS: Final[dict[str, str]] = {
    "several-sheets": "the workbook has several sheets and the profile does not name one",
    "unknown-column": "the profile names a column that the sheet does not have",
    "month-differs": "the heading of a month column names another month than its place says",
    "no-months": "there is no run of columns that name months",
    "row-too-long": "something stands to the right of the last column of the header",
    "blank-reference": "a row does not say who it is about",
    "duplicate-reference": "two rows are about the same participant, in a sheet that has one row for each",
    "unknown-participant": "the reference is not known, and the profile has no [participant] to register with",
    "unknown-state": "a month's cell says something that [states] does not name",
    "unknown-fact": "a cell does not name a fact that can be logged",
    "not-in-map": "a cell has a value that the column's map does not name",
    "not-of-fact": "a cell is filled that the row's fact has no field for",
    "blank-cell": "a cell is blank that the fact needs",
    "value-not-allowed": "a value is outside what the field allows",
    "registration-differs": "rows of the same participant do not agree about the registration",
    "same-fact-twice": "two rows tell the same; it is recorded once (warning)",
    "date-missing": "a row says something of a fact but not when; the fact is left out (warning)",
    "known-already": "the same fact was recorded in another way; it is not recorded again (warning)",
    "registered-otherwise": "the participant was registered in another way, with other values; they stay (warning)",
    "taken-back-by-hand": "a person retracted what this row says; it is not recorded again (warning)",
}
"""Codes of its own of an import -> meaning. Besides there are those of unreadable files, of cells, and of the
refusals of a journey, each with the same permanent name as there."""


class Problem(NamedTuple):
    """Something wrong in a sheet.

    :ivar code: permanent name in kebab-case
    :ivar severity: an error refuses the whole file; a warning tells what is not taken from it
    :ivar sheet: name of the sheet, or of the file where no sheet could be read
    :ivar row: as the spreadsheet shows it, from 1; None = the whole sheet
    :ivar value: the cell as its reader sees it; never a reference to a person
    :ivar expected: what would be right, or why it is refused
    """

    code: str
    severity: Severity
    sheet: str
    row: int | None
    column: str | None
    value: str
    expected: str


class Problems:
    """The problems of one file, gathered.

    :ivar errors: how many errors there are
    :ivar warnings: how many warnings there are
    """

    def __init__(self, sheet: str) -> None:
        self.sheet = sheet
        self.errors = 0
        self.warnings = 0
        self._kept: list[Problem] = []

    def __iter__(self) -> Iterator[Problem]:
        return iter(sorted(self._kept, key=lambda problem: (problem.row or 0, problem.severity, problem.column or "")))

    @property
    def untold(self) -> int:
        """How many were counted only."""
        return self.errors + self.warnings - len(self._kept)

    def error(self, code: str, row: int | None, column: str | None, cell: Cell, expected: str) -> None:
        self.errors += 1
        self._keep(Problem(code, "error", self.sheet, row, column, shown(cell), str(expected)))

    def warning(self, code: str, row: int | None, column: str | None, cell: Cell, expected: str) -> None:
        self.warnings += 1
        self._keep(Problem(code, "warning", self.sheet, row, column, shown(cell), str(expected)))

    def _keep(self, problem: Problem) -> None:
        if len(self._kept) < KEPT:
            self._kept.append(problem)


def shown(cell: Cell) -> str:
    """A cell as its reader sees it, not longer than a report bears, and without what may be a person's number."""
    text = _PERSONAL.sub("(a number)", as_text(cell))
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."


def choice_of(names: Iterable[str]) -> Said:
    """What a value may be, in words; long lists are cut."""
    listed = list(names)
    told = ", ".join(listed[:20])
    if len(listed) > 20:
        return Said("one of %(names)s and %(more)s more", names=told, more=len(listed) - 20)
    return Said("one of %(names)s", names=told)


class ProfileUnreadable(Refusal):
    """The profile cannot be opened, or is no TOML."""

    code = "profile-unreadable"


class ProfileInvalid(Refusal):
    """The profile says something that it cannot say, or leaves out what it must.

    :ivar where: the key, such as ``facts[0].on``
    """

    code = "profile-invalid"

    def __init__(self, file: str, where: str, problem: Said) -> None:
        self.where = where
        super().__init__(f"{file}: {where}: {problem}", file=file, place=where, problem=problem)


class ImportNotFound(Refusal):
    """There is no import with this id."""

    code = "import-not-found"


class ImportNotInForce(Refusal):
    """The import cannot be undone: it was undone before, or never recorded anything."""

    code = "import-not-in-force"


class LaterFactsRestOnImport(Refusal):
    """Later facts would become impossible without the facts of the import.

    :ivar versions: participant -> those facts
    """

    code = "later-facts-rest-on-import"

    def __init__(self, id: str, versions: dict[str, tuple[int, ...]]) -> None:
        self.versions = versions
        first = "; ".join(
            f"{participant}: {', '.join(str(version) for version in facts)}"
            for participant, facts in list(versions.items())[:5]
        )
        more = f"; and {len(versions) - 5} more participants" if len(versions) > 5 else ""
        super().__init__(
            f"{id} cannot be undone alone: later facts rest on it ({first}{more}); retract them first, or undo it "
            "with its dependants",
            number=len(versions),
        )
