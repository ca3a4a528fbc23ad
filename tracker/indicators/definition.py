"""What an indicator is: a population, its measures and its words; and the people that it is counted among."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import polars as pl

from tracker.indicators.cohort import Axis, Cohort
from tracker.indicators.frames import Frames
from tracker.indicators.once import Once
from tracker.indicators.same_day import same_day
from tracker.rules import Rule

if TYPE_CHECKING:
    from tracker.indicators.measures import Measure

Denominator = Literal["all", "present", "aj"]
DENOMINATORS: Mapping[Denominator, str] = {
    "all": "everybody of the cohort who was followed that long, whatever became of them",
    "present": "those of them who are in scope on the day: not dead, abroad, without protection or moved away",
    "aj": "everybody of the cohort, however long they were followed, leaving the scope being a competing risk "
    "(Aalen-Johansen)",
}
Dimension = Literal["K", "E", "P", "S", "O", "Q", "F", "R"]
DIMENSIONS: Mapping[Dimension, str] = {
    "K": "integration capacity",
    "E": "economic integration",
    "P": "political integration",
    "S": "social integration",
    "O": "experienced integration",
    "Q": "quality of the programme",
    "F": "follow-up",
    "R": "robustness",
}
TAGS: Mapping[str, str] = {
    "N": "when it is measured",
    "H": "how work and education are counted",
    "A": "what is measured at all",
    "R": "one end cause in the register",
    "U": "what the municipality does not decide",
}
"""The criticisms of the official figure that an indicator answers (NORCE 20-2019)."""


GROUP = "_group"
"""The column with the number of a group."""


@dataclass(frozen=True, eq=False)
class Selection:
    """The people of a cohort, in their groups, and how they are to be looked at.

    :ivar who: (participant, origin, home, a column for each breakdown); ``home`` is the municipality that a figure is
        for, empty where it is for all
    :ivar by: the breakdowns
    :ivar months: months after the origin at which to look; empty where the definition itself says when
    :ivar kept: what was observed of them, looked at so
    :ivar of_people: what was observed of them however they are looked at; selections of the same people share it
    :ivar municipality: the one municipality that is asked about, for rows that are about no participant
    """

    frames: Frames
    cohort: Cohort
    who: pl.DataFrame
    by: tuple[str, ...]
    months: tuple[int, ...]
    denominator: Denominator
    kept: Once = field(default_factory=Once, repr=False)
    of_people: Once = field(default_factory=Once, repr=False)
    municipality: str | None = None

    @property
    def axis(self) -> Axis:
        return self.cohort.axis

    def of(self, who: pl.DataFrame, by: tuple[str, ...] | None = None) -> "Selection":
        """The same of other people, or of people in other groups.

        :param by: their breakdowns; None = the same
        """
        return replace(self, who=who, by=self.by if by is None else by, kept=Once(), of_people=Once())

    def looked_at(self, months: tuple[int, ...], denominator: Denominator) -> "Selection":
        """The same people, looked at otherwise."""
        return replace(self, months=months, denominator=denominator, kept=Once())

    def rows(self, observe: "Observe") -> pl.DataFrame:
        """What was observed of these people, worked out once."""
        return self.kept.of(observe, lambda: observe(self))

    def rows_of_people(self, observe: "Observe") -> pl.DataFrame:
        """What was observed of these people whenever they are looked at, worked out once for all months."""
        return self.of_people.of(observe, lambda: observe(self))

    @property
    def groups(self) -> pl.DataFrame:
        """The groups that anybody is in: their number (``GROUP``), and a column for each breakdown."""
        return self.rows_of_people(_groups)

    @property
    def numbered(self) -> pl.DataFrame:
        """(participant, ``GROUP``): the number of each one's group; counting by it is sooner than by texts."""
        return self.rows_of_people(_numbered)

    def in_groups(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows of these people with the number of their group; those of others are left out."""
        people = rows["participant"].to_numpy()
        own = self.numbered["participant"].to_numpy()
        # Looked up by place: a join takes many times as long.
        group = np.full(max(own.max(initial=0), people.max(initial=0)) + 1, -1, dtype=np.int32)
        group[own] = self.numbered[GROUP].to_numpy()
        found = group[people]
        rows = rows.with_columns(pl.Series(GROUP, found).cast(pl.UInt32, strict=False))
        return rows if (found >= 0).all() else rows.filter(pl.col(GROUP).is_not_null())

    @cached_property
    def others(self) -> Once:
        """Selections made of this one that several lines are counted from."""
        return Once()

    def days(self, months: int, only_followed: bool = True) -> pl.DataFrame:
        """(participant, home, day): the same day of the month so many months after each one's origin.

        A month that is too short for the day gives its last day. Unless asked otherwise only of people who have been
        followed that long.
        """
        days = self.who.select("participant", "home", day=same_day(self.who["origin"], months))
        return days.filter(pl.col("day") <= self.frames.known_on) if only_followed else days


def _groups(selection: Selection) -> pl.DataFrame:
    first = selection.rows_of_people(_coded).unique("_code", keep="first", maintain_order=True)
    return first.select(selection.by).with_row_index(GROUP)


def _numbered(selection: Selection) -> pl.DataFrame:
    coded = selection.rows_of_people(_coded)
    numbers = coded.select(pl.col("_code").unique(maintain_order=True)).with_row_index(GROUP)
    return coded.join(numbers, on="_code", maintain_order="left").select("participant", GROUP)


def _coded(selection: Selection) -> pl.DataFrame:
    """(participant, the breakdowns, one number for all of them): telling people apart by it is sooner."""
    code = pl.lit(0, pl.UInt64)
    for name in selection.by:
        values = selection.who[name].unique().drop_nulls()
        value = pl.col(name).cast(pl.Enum(values)).to_physical().cast(pl.UInt64)
        code = code * (len(values) + 1) + value.fill_null(len(values))
    return selection.who.select("participant", *selection.by, _code=code)


Observe = Callable[[Selection], pl.DataFrame]
"""One row a person, or a person and month (column ``months``), with what its measures count.

Optional columns: ``months``; ``present``, whether the person is in scope then: rows without it hold for every
denominator. Rows without ``participant`` are about no single person, and bring the columns of their breakdowns along;
where shares alone are counted of them, ``times`` says for how many alike a row stands.
"""


@dataclass(frozen=True)
class Awaited:
    """What figures of a cohort wait for.

    :ivar registration: year -> the day at whose end the registration for it closes
    :ivar november: years whose leavers are looked at in November of the year after
    :ivar whole: there is no figure at all until then
    """

    registration: Mapping[int, date] = field(default_factory=dict)
    november: tuple[int, ...] = ()
    whole: bool = False

    @property
    def said(self) -> str:
        """What is waited for and when it comes, for who reads the figures."""
        closing = [f"the registration for {year} closes at the end of {day}" for year, day in self.registration.items()]
        looked = [f"those who left in {year} are looked at in November {year + 1}" for year in self.november]
        parts = ("Not told yet", closing), ("Not told yet of November", looked)
        return " ".join(f"{told}: {' and '.join(what)}." for told, what in parts if what)


@dataclass(frozen=True, eq=False)
class Indicator:
    """An indicator of the catalogue, as data.

    :ivar id: its catalogue id, permanent
    :ivar version: raised when the definition changes; older versions stay
    :ivar title: a claim in a few words
    :ivar definition: what is counted among whom, when, and how doubts are handled
    :ivar formula: the same in signs
    :ivar example: a small worked example
    :ivar tags: the report's criticisms that it answers, letters of ``TAGS``
    :ivar unit: what the figures are in
    :ivar axes: the axes that its cohorts can be taken from, the usual one first, each with the months after the day at
        which it looks; none where the definition itself says when
    :ivar denominator: the usual one
    :ivar measures: what is counted
    :ivar breakdowns: breakdowns that it has beyond those that all have
    :ivar needs: log names of facts; where none of them was ever recorded the indicator is not available
    :ivar rules: dated rules that it counts by; figures print their versions
    :ivar sensitive: about health, income, goals or end reasons: full cells tell of people too, and are hidden
    :ivar personal: the people behind a figure may be opened, with permission
    :ivar awaits: what the figures of a cohort wait for on the day of the figures; None where nothing is waited for
    :ivar caution: what the figure must not be used for
    :ivar source: where the definition comes from
    """

    id: str
    version: int
    title: str
    definition: str
    formula: str
    example: str
    dimension: Dimension
    tags: str
    unit: str
    axes: Mapping[Axis, tuple[int, ...]]
    denominator: Denominator
    measures: "tuple[Measure, ...]"
    source: str
    breakdowns: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    rules: tuple[Rule[Any], ...] = ()
    sensitive: bool = False
    personal: bool = True
    caution: str = ""
    awaits: Callable[[Cohort, date], Awaited | None] | None = None

    def awaited(self, cohort: Cohort, known_on: date) -> Awaited | None:
        """What the figures of a cohort wait for on a day."""
        return None if self.awaits is None else self.awaits(cohort, known_on)

    def is_awaited(self, cohort: Cohort, known_on: date) -> bool:
        """Whether there can be no figure of the cohort yet: neither zero nor nobody."""
        awaited = self.awaited(cohort, known_on)
        return awaited is not None and awaited.whole

    @property
    def name(self) -> str:
        """Id and version, as figures are quoted: ``E3@1``."""
        return f"{self.id}@{self.version}"

    @property
    def versions(self) -> str:
        """Of the definition and of the rules that it counts by."""
        return ", ".join((f"{self.id} {self.version}", *(f"{rule.id} {rule.version}" for rule in self.rules)))

    @property
    def axis(self) -> Axis:
        """The usual axis."""
        return next(iter(self.axes))
