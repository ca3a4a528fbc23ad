"""What a report for the council says: figures under disclosure control, with all that fixes them."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from tracker.errors import Refusal
from tracker.indicators import catalogue, pipeline
from tracker.indicators.cohort import Axis, Cohort
from tracker.indicators.definition import Indicator
from tracker.indicators.disclosure import protected
from tracker.indicators.frames import Frames

if TYPE_CHECKING:
    from tracker.ledger import Ledger

FORMAT: Final = 1
"""Raised when the content of a report is made up in another way."""

FIRST_YEAR: Final = 2000
MOST_YEARS: Final = 5


class PeriodNotValid(Refusal):
    """The years of a report cannot be those."""

    code = "period-not-valid"


class Asked(NamedTuple):
    """An indicator of the report.

    :ivar earlier: how many years before the report's the cohort lies, so that it has been followed for long enough
    :ivar months: left out, those of the definition
    """

    id: str
    axis: Axis
    earlier: int = 0
    months: tuple[int, ...] | None = None


ASKED: Final = (
    Asked("R1", "left"),
    Asked("R2", "left"),
    Asked("R3", "left"),
    Asked("E1", "left", months=(0, 12, 24, 36)),
    Asked("E2", "left"),
    Asked("E3", "left"),
    Asked("K9", "left"),
    Asked("K2", "started", 3),
    Asked("K7", "settled", 5),
    Asked("R5", "left", months=(0, 12, 24)),
)
"""What every report asks, in the order in which it tells."""


class Row(msgspec.Struct, frozen=True, omit_defaults=True):
    """One figure, as it may be published; the fields are those of ``tracker.indicators.figures.COLUMNS``."""

    line: str
    kind: str | None
    shown: str
    months: int | None = None
    choice: str | None = None
    counted: int | None = None
    n: int | None = None
    unknown: int | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    at_most: float | None = None

    @property
    def key(self) -> tuple[str, int | None, str | None]:
        return self.line, self.months, self.choice


class Part(msgspec.Struct, frozen=True):
    """The figures of one indicator.

    :ivar cohort: as ``tracker.indicators.cohort.Cohort`` writes it
    :ivar versions: of the definition, the rules, and the program's reading of facts
    """

    id: str
    version: int
    title: str
    definition: str
    formula: str
    source: str
    caution: str
    cohort: str
    denominator: str
    months: tuple[int, ...]
    versions: str
    notes: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def name(self) -> str:
        return f"{self.id}@{self.version}"


class Content(msgspec.Struct, frozen=True):
    """A report, whatever language it is written in.

    :ivar municipality: code
    :ivar place: its name
    :ivar first: first year in which people left
    :ivar position: the log up to which it was known
    :ivar known_on: the day of that position; nobody is followed beyond it
    :ivar erased: participants erased until then
    """

    format: int
    municipality: str
    place: str
    first: int
    last: int
    position: int
    known_on: date
    made_at: datetime
    made_by: str
    erased: int
    parts: tuple[Part, ...]

    def part(self, id: str) -> Part | None:
        return next((part for part in self.parts if part.id == id), None)

    def row(self, id: str, line: str, months: int | None = None, choice: str | None = None) -> Row | None:
        """A figure; None where the report has none such."""
        part = self.part(id)
        rows = part.rows if part else ()
        found = (row for row in rows if row.key == (line, months, choice) and row.kind in ("share", "incidence", None))
        return next(found, None)


def cohort_of(asked: Asked, first: int, last: int) -> Cohort:
    """Whom an indicator of a report about these years is about."""
    return Cohort(asked.axis, first - asked.earlier, last - asked.earlier)


def check_years(first: int, last: int, known_on: date) -> None:
    """Refuse years that nothing can be told of.

    :raises PeriodNotValid: they are in the wrong order, too many, or not over
    """
    if not FIRST_YEAR <= first <= last <= known_on.year or last - first >= MOST_YEARS:
        raise PeriodNotValid(
            f"expected at most {MOST_YEARS} years from {FIRST_YEAR} to {known_on.year}, got {first} to {last}",
            most=MOST_YEARS,
            earliest=str(FIRST_YEAR),
            latest=str(known_on.year),
            first=str(first),
            last=str(last),
        )


def made(
    frames: Frames,
    ledger: "Ledger",
    *,
    municipality: str,
    place: str,
    first: int,
    last: int,
    at: datetime,
    by: str,
) -> Content:
    """A report, its figures protected and written into the ledger of releases.

    :raises PeriodNotValid: nothing can be told of the years
    :raises tracker.indicators.hiding.TooThinToPublish: what was published before leaves no way to protect it
    """
    check_years(first, last, frames.known_on)
    results = [
        pipeline.measured(
            frames,
            catalogue.indicator(asked.id),
            pipeline.Question(cohort_of(asked, first, last), (), municipality, asked.months),
        )
        for asked in ASKED
    ]
    shown = protected(results, ledger, by=by, at=at)
    return Content(
        format=FORMAT,
        municipality=municipality,
        place=place,
        first=first,
        last=last,
        position=frames.position,
        known_on=frames.known_on,
        made_at=at,
        made_by=by,
        erased=frames.erased,
        parts=tuple(_part(result.indicator, result, frames, result.notes) for result in shown),
    )


def _part(one: Indicator, result: pipeline.Result, frames: Frames, notes: Sequence[str]) -> Part:
    names = Row.__struct_fields__
    return Part(
        id=one.id,
        version=one.version,
        title=one.title,
        definition=one.definition,
        formula=one.formula,
        source=one.source,
        caution=one.caution,
        cohort=str(result.cohort),
        denominator=result.denominator,
        months=result.months,
        versions=f"{one.versions}, {frames.versions}",
        notes=tuple(notes),
        rows=tuple(Row(**{name: row[name] for name in names}) for row in result.figures.iter_rows(named=True)),
    )


def written(content: Content) -> bytes:
    """The content as JSON: the same bytes for the same content, for ever."""
    return msgspec.json.format(msgspec.json.encode(content, order="deterministic"), indent=1)


def read(data: bytes) -> Content:
    """A content that was written.

    :raises msgspec.MsgspecError: it was not
    """
    return msgspec.json.decode(data, type=Content)


def digest(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()
