"""Stratum counts that may leave a municipality, so that several together become a reference for each of them.

Hidden is what is hidden in any publication. Where too much of it is, the strata are merged from their least important
part: first all ages together, then both genders, then all schooling; grounds of protection are never merged.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from tracker.errors import NotRegistered, Refusal
from tracker.indicators.cohort import Cohort
from tracker.indicators.definition import Indicator
from tracker.indicators.disclosure import protected
from tracker.indicators.expected import ExpectedMonths, Line
from tracker.indicators.figures import COUNTS, HIDDEN, NOBODY, NOT_AVAILABLE, SHOWN
from tracker.indicators.frames import Frames
from tracker.indicators.lines import denominator_of
from tracker.indicators.measures import Average, Mean
from tracker.indicators.partials import ALL
from tracker.indicators.pipeline import Question, Result, measured
from tracker.indicators.statistics.proportions import Proportion
from tracker.reference_tables.refusals import MunicipalityNotNamed

PARTS = {"protection": "protection", "schooling": "schooling-group", "gender": "gender", "age": "age"}
"""Parts of a stratum, the most important first, and the breakdowns that they come from."""
COVERED = 0.8
"""The part of all people whose strata must be told, before strata are merged no further."""

Key = tuple[str, ...]
Publish = Callable[[Sequence[Result]], Sequence[Result]]


class NothingToShare(Refusal):
    """All strata are hidden, or there is nobody, so that no count may leave the house."""

    code = "nothing-to-share"


@dataclass(frozen=True)
class Place:
    """A municipality in a table of stratum counts, and where its counts come from.

    :ivar code: of the municipality
    :ivar known_on: the day until which people were followed
    :ivar position: in the log of its installation
    """

    code: str
    known_on: date
    position: int


@dataclass(frozen=True)
class StratumCounts:
    """Counts by stratum that are safe to share.

    :ivar indicator: with its version
    :ivar line: as reference tables name it
    :ivar cells: (protection, schooling, gender, age) -> people; None where they are hidden. A part that strata were
        merged over is ``all``
    :ivar people: in all strata; of a pool it is not told
    :ivar told: people in strata whose counts are told
    """

    indicator: str
    line: str
    cohort: str
    places: tuple[Place, ...]
    cells: Mapping[Key, Proportion | None]
    people: int | None
    told: int

    @property
    def hidden(self) -> int:
        """Strata whose counts are hidden."""
        return sum(cell is None for cell in self.cells.values())

    @property
    def merged(self) -> tuple[str, ...]:
        """Parts of a stratum that are not told apart."""
        return tuple(part for at, part in enumerate(PARTS) if at and all(key[at] == ALL for key in self.cells))


def shared(
    frames: Frames, about: Line | ExpectedMonths, cohort: Cohort, municipality: str | None, publish: Publish
) -> StratumCounts:
    """The stratum counts of a municipality's line; months waited are counted out of months possible.

    :param municipality: its code; left out, the only one that uses this installation
    :param publish: disclosure control as at every publication
    :raises NothingToShare: nothing can be told
    :raises MunicipalityNotNamed: several municipalities use this installation, and none was named
    :raises NotRegistered: none does
    """
    code = _municipality(frames, municipality)
    chosen = _asked(about, cohort, code)
    indicator, question, line = chosen
    kept = len(PARTS)
    while kept > 1:
        tried = _counts(protected([measured(frames, indicator, _by(question, kept))])[0], about, line)
        if tried.people and tried.told >= COVERED * tried.people:
            break
        kept -= 1
    found = _counts(publish([measured(frames, indicator, _by(question, kept))])[0], about, line)
    if not found.told:
        raise NothingToShare(
            f"{line} of {question.cohort} in {code}: every stratum is of too few people to be shared; "
            "take a cohort of several years, such as left:2020..2022"
        )
    return found


def _asked(about: Line | ExpectedMonths, cohort: Cohort, code: str) -> tuple[Indicator, Question, str]:
    if isinstance(about, Line):
        months = None if about.months is None else (about.months,)
        question = Question(cohort, (), code, months, denominator_of(about))
        return about.of, question, about.name
    from tracker.indicators.robustness.against import R4

    mean = Mean(about.rows, (Average(about.name, pl.col("waited"), unit="months"),))
    indicator = replace(R4, id=f"{R4.id}-{about.name}", measures=(mean,), axes={about.axis: ()})
    return indicator, Question(cohort, (), code), about.name


def _by(question: Question, kept: int) -> Question:
    return replace(question, by=tuple(PARTS.values())[:kept])


def _counts(result: Result, about: Line | ExpectedMonths, line: str) -> StratumCounts:
    choice, months = (about.choice, about.months) if isinstance(about, Line) else (None, None)
    rows = result.figures.filter(
        (pl.col("line") == line)
        & pl.col("choice").eq_missing(pl.lit(choice, pl.String))
        & pl.col("months").eq_missing(pl.lit(months, pl.Int32))
        & pl.col("kind").is_in(["share", "mean"])
    ).to_dicts()
    if not result.available:
        raise NothingToShare(f"{result.indicator.name} is not available here: none of the facts it needs was recorded")
    cells: dict[Key, Proportion | None] = {}
    people = told = 0
    for row in rows:
        key = (*(row[name] for name in result.by), *[ALL] * (len(PARTS) - len(result.by)))
        if key[0] == ALL:
            people = row["n"] or 0
            continue
        cells[key] = _cell(row, about)
        told += row["n"] if cells[key] is not None else 0
    frames = result.frames
    assert result.municipality is not None, "counts are shared by one municipality"
    return StratumCounts(
        indicator=result.indicator.name if isinstance(about, Line) else about.of,
        line=about.key if isinstance(about, Line) else line,
        cohort=str(result.cohort),
        places=(Place(result.municipality, frames.known_on, frames.position),),
        cells=cells,
        people=people,
        told=told,
    )


def _cell(row: Mapping[str, object], about: Line | ExpectedMonths) -> Proportion | None:
    shown, n, value = row["shown"], row["n"], row["value"]
    assert shown in (SHOWN, COUNTS, HIDDEN, NOBODY, NOT_AVAILABLE), f"no such state of a figure: {shown!r}"
    if shown == NOBODY:
        return Proportion(0, 0)
    if shown not in (SHOWN, COUNTS) or not isinstance(n, int):
        return None
    if isinstance(about, ExpectedMonths):
        # The mean of whole months times the people is whole again.
        return Proportion(round(value * n), n * about.cap) if isinstance(value, float) else None
    counted = row["counted"]
    return Proportion(counted, n) if isinstance(counted, int) else None


def _municipality(frames: Frames, named: str | None) -> str:
    codes = sorted(frames.municipalities["municipality"].unique().to_list())
    if named is not None:
        return named
    if not codes:
        raise NotRegistered("no municipality is registered; name the one whose counts these are with --municipality")
    if len(codes) > 1:
        raise MunicipalityNotNamed(f"several municipalities use this installation: {', '.join(codes)}; name one")
    return str(codes[0])
