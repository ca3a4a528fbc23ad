"""Why a number changed between two reports: an exact sum of steps, each changing one thing in how it is counted.

The order is fixed, since the parts depend on it: first the definition, on the facts of the first report; then what was
corrected since; then what had happened by then and was told later; then the time that went by, with what happened in
it; last the years that the report is about. Between what a report says and what is computed anew today lies what
cannot be repeated: people erased since, another version of the program, and figures shown as in an earlier release.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal, NamedTuple
from uuid import UUID

import polars as pl

from tracker.council.content import ASKED, Asked, Content, Row, cohort_of
from tracker.council.mixing import Between, Learnt
from tracker.errors import Refusal
from tracker.indicators import catalogue, pipeline
from tracker.indicators.behind import behind
from tracker.indicators.definition import Indicator
from tracker.indicators.disclosure import SMALLEST_GROUP
from tracker.indicators.figures import figures_of
from tracker.indicators.frames import Frames
from tracker.indicators.measures import Count, Share, partial_of

if TYPE_CHECKING:
    from tracker.application import ProgressionTracker

Name = Literal["definition", "corrections", "late", "time", "years", "apart"]
STEPS: Final[tuple[Name, ...]] = ("definition", "corrections", "late", "time", "years", "apart")
NEVER_OPENED: Final = ("R1", "R2", "R3")
"""Indicators that are never opened to people: nobody shops for a better main activity."""


class NotComparable(Refusal):
    """The two reports do not share this figure, or are about different municipalities."""

    code = "reports-not-comparable"


class Key(NamedTuple):
    """One figure of a report."""

    id: str
    line: str
    months: int | None
    choice: str | None

    def __str__(self) -> str:
        return ".".join((self.id, self.line, "" if self.months is None else str(self.months), self.choice or ""))

    @classmethod
    def read(cls, text: str) -> "Key":
        """The key that was written.

        :raises NotComparable: it was none
        """
        parts = text.split(".")
        if len(parts) != 4 or not (parts[2] == "" or parts[2].isdigit()):
            raise NotComparable(f"expected a figure such as E3.work-20-hours.12.gap-1, got {text[:60]!r}")
        return cls(parts[0], parts[1], int(parts[2]) if parts[2] else None, parts[3] or None)


class Value(NamedTuple):
    """A share, as it was counted."""

    counted: int
    n: int

    @property
    def share(self) -> Fraction:
        return Fraction(self.counted, self.n) if self.n else Fraction(0)


@dataclass(frozen=True)
class Step:
    """What one cause did to a number.

    :ivar people: who counts otherwise than before; empty for ``apart``, which nobody can be named for
    :ivar facts: what was recorded in between about them that belongs to the cause
    """

    name: Name
    before: Value
    after: Value
    people: frozenset[UUID] = frozenset()
    facts: tuple[Learnt, ...] = ()

    @property
    def change(self) -> Fraction:
        """By how much the share changed; all steps add up to the whole change exactly."""
        return self.after.share - self.before.share

    @property
    def moved(self) -> int:
        """How many people at least stand behind the step."""
        return max(len(self.people), abs(self.after.counted - self.before.counted), abs(self.after.n - self.before.n))


@dataclass(frozen=True)
class Change:
    """Why one number changed."""

    key: Key
    first: Value
    second: Value
    steps: tuple[Step, ...]

    @property
    def total(self) -> Fraction:
        return self.second.share - self.first.share

    @property
    def tells_of_few(self) -> bool:
        """Whether a step tells of one to four people, so that it is not for everybody."""
        return any(0 < step.moved < SMALLEST_GROUP for step in self.steps)


def _not_shown(key: Key) -> NotComparable:
    return NotComparable(f"one of the reports does not show {key}")


def keys(first: Content, second: Content) -> list[Key]:
    """The shares that both reports tell."""
    found = []
    for asked in ASKED:
        one, other = first.part(asked.id), second.part(asked.id)
        if one is None or other is None:
            continue
        rows = {row.key: row for row in one.rows if _is_share(row)}
        found += [Key(asked.id, *row.key) for row in other.rows if _is_share(row) and row.key in rows]
    return found


def _is_share(row: Row) -> bool:
    return row.kind == "share" and row.shown in ("shown", "counts") and row.n is not None and row.counted is not None


class Comparison:
    """Two reports about the same municipality, the earlier one first.

    :raises NotComparable: they are not about the same municipality, or the second was known earlier
    """

    def __init__(self, app: "ProgressionTracker", first: Content, second: Content) -> None:
        if first.municipality != second.municipality:
            raise NotComparable("the two reports are about different municipalities")
        if (first.position, first.known_on) > (second.position, second.known_on):
            raise NotComparable("the first report must be the one that was known earlier")
        self.first, self.second = first, second
        self.between = Between(app, first.position, first.known_on, second.position, second.known_on)

    def explained(self, key: Key) -> Change:
        """Why a number changed.

        :raises NotComparable: one of the reports does not show it
        """
        return next(self.all([key]))

    def all(self, wanted: Sequence[Key]) -> Iterator[Change]:
        """Why each of the numbers changed.

        :raises NotComparable: one of the reports does not show one of them
        """
        told = {key: (self._asked(key), self._published(key)) for key in wanted}
        with ExitStack() as stack:
            corrected = stack.enter_context(self.between.with_corrections())
            late = stack.enter_context(self.between.with_late())
            for key, (asked, published) in told.items():
                yield self._change(key, asked, published, corrected, late)

    @staticmethod
    def _asked(key: Key) -> Asked:
        found = next((one for one in ASKED if one.id == key.id), None)
        if found is None:
            raise _not_shown(key)
        return found

    def _published(self, key: Key) -> list[Value]:
        """The number in each of the reports."""
        rows = [row for content in (self.first, self.second) if (row := content.row(*key)) is not None]
        if len(rows) < 2 or not all(map(_is_share, rows)):
            raise _not_shown(key)
        return [Value(row.counted or 0, row.n or 0) for row in rows]

    def _change(self, key: Key, asked: Asked, published: list[Value], corrected: Frames, late: Frames) -> Change:
        old = self._looked(asked, self.first, self.first, key)
        new = self._looked(asked, self.second, self.first, key)
        last = self._looked(asked, self.second, self.second, key)
        stages: list[tuple[Name, _Look, Frames]] = [
            ("definition", new, self.between.before),
            ("corrections", new, corrected),
            ("late", new, late),
            ("time", new, self.between.after),
            ("years", last, self.between.after),
        ]
        value, people = old.counted(self.between.before)
        start, seen = value, (old, self.between.before)
        steps: list[Step] = []
        for name, look, frames in stages:
            # The definition and the years are mostly the same in both reports; the same is not counted twice.
            same = look == seen[0] and frames is seen[1]
            after, then = (value, people) if same else look.counted(frames)
            seen = look, frames
            moved = frozenset(one for one in people.keys() | then.keys() if people.get(one) != then.get(one))
            steps.append(Step(name, value, after, moved, self._facts(name, moved)))
            value, people = after, then
        steps += _apart(published[0], start, value, published[1])
        return Change(key, published[0], published[1], tuple(steps))

    def _looked(self, asked: Asked, version_of: Content, years_of: Content, key: Key) -> "_Look":
        part = version_of.part(asked.id)
        assert part is not None
        indicator = catalogue.indicator(part.name)
        cohort = cohort_of(asked, years_of.first, years_of.last)
        question = pipeline.Question(cohort, (), years_of.municipality, asked.months)
        return _Look(indicator, question, key)

    def _facts(self, name: Name, people: frozenset[UUID]) -> tuple[Learnt, ...]:
        return tuple(one for one in self._learnt.get(name, ()) if one.participant in people)

    @cached_property
    def _learnt(self) -> Mapping[str, list[Learnt]]:
        found: dict[str, list[Learnt]] = {}
        for one in self.between.learnt:
            found.setdefault(one.reason, []).append(one)
        return found


def _apart(first: Value, start: Value, end: Value, second: Value) -> list[Step]:
    """What cannot be computed anew: a step from what was told to what is computed, and back."""
    parts = [Step("apart", *pair) for pair in ((first, start), (end, second)) if pair[0] != pair[1]]
    if len(parts) == 2 and sum(part.change for part in parts) == 0 and first == end and start == second:
        return []
    return parts


@dataclass(frozen=True)
class _Look:
    """One figure, to be computed on frames."""

    indicator: Indicator
    question: pipeline.Question
    key: Key

    def counted(self, frames: Frames) -> tuple[Value, Mapping[UUID, str]]:
        """The figure; and everybody behind it, with how they count, which is not shown of ``NEVER_OPENED``."""
        measures = self._measures
        if not measures:
            return Value(0, 0), {}
        question = pipeline.checked(self.indicator, self._question)
        selection = pipeline.selected(frames, question)
        there = not self.indicator.needs or frames.facts(*self.indicator.needs, columns=("participant",)).height
        figures = (
            figures_of(measures, partial_of(measures, selection), question.months or (), frames) if there else None
        )
        return self._value(figures), self._people(behind(selection, measures))

    @property
    def _question(self) -> pipeline.Question:
        """What is asked, at no other months than those of the figure."""
        return self.question if self.key.months is None else replace(self.question, months=(self.key.months,))

    @property
    def _measures(self) -> tuple[Share, ...]:
        """The measures of the indicator, with no other lines than the figure."""
        shares = (measure for measure in self.indicator.measures if isinstance(measure, Share))
        told = [(share, [line for line in share.lines if self._is_told_by(line)]) for share in shares]
        return tuple(replace(share, lines=tuple(lines)) for share, lines in told if lines)

    def _is_told_by(self, line: Count) -> bool:
        return (line.name, line.choice) == (self.key.line, self.key.choice)

    def _value(self, figures: pl.DataFrame | None) -> Value:
        for row in figures.iter_rows(named=True) if figures is not None else ():
            if row["kind"] == "share" and (row["line"], row["months"], row["choice"]) == self.key[1:]:
                return Value(row["counted"] or 0, row["n"] or 0)
        return Value(0, 0)

    def _people(self, found: pl.DataFrame) -> Mapping[UUID, str]:
        about = found.filter(
            (pl.col("line") == self.key.line)
            & pl.col("months").eq_missing(self.key.months)
            & pl.col("choice").eq_missing(self.key.choice)
        )
        return {UUID(id): counts for id, counts in about.select("id", "counts").iter_rows()}
