"""What releases of other years tell of a figure: years add up, so that spans of them which are told give away others.

A span of years is told only where none of those that follow from it and from what was told before is of few people, or
was hidden before.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from tracker.indicators.cohort import Cohort
from tracker.indicators.disclosure.differing import Known
from tracker.indicators.disclosure.masking import OF_PEOPLE, SHARE_FROM, Mask, borne_by_few
from tracker.indicators.disclosure.pieces import SMALLEST_GROUP, small
from tracker.indicators.disclosure.tables import (
    Counted,
    Flags,
    Group,
    Key,
    Numbers,
    counted_at,
    lines_of,
    places,
)
from tracker.indicators.disclosure.tellings import Telling, pooled, span_of, tellings
from tracker.indicators.disclosure.ties import Span, Ties
from tracker.indicators.figures import HIDDEN, KEYS
from tracker.indicators.partials import ALL
from tracker.indicators.pipeline import YEAR, Result
from tracker.ledger import About, Released

PARTS = {"n": 1, "counted": 2, "unknown": 3, "value": 3}
"""What of a figure is told or hidden by itself, and how many numbers that add up it tells (:func:`_measures`)."""


@dataclass(frozen=True)
class Figure:
    """What of a figure must not follow.

    :ivar of_people: it counts people
    :ivar sensitive: full cells tell of people too
    :ivar scale: the least and the most that a mean can be of one person; empty where it is no mean
    """

    of_people: bool
    sensitive: bool
    scale: tuple[float, ...]

    @classmethod
    def of(cls, key: Key, sensitive: bool, line: Any) -> "Figure":
        return cls(key[3] in OF_PEOPLE, sensitive, getattr(line, "scale", ()) if key[3] == "mean" else ())


@dataclass(frozen=True, eq=False)
class Part:
    """The rows of a release that are about the same years: which they are, and which of the groups told apart by years.

    :ivar rows: of the release's groups
    :ivar groups: of the groups without years
    """

    span: Span
    rows: Numbers
    groups: Numbers


@dataclass(frozen=True)
class Flagged:
    """A flag for each part of a figure, a row a group and a column a figure."""

    n: Flags
    counted: Flags
    unknown: Flags
    value: Flags

    @classmethod
    def none(cls, shape: tuple[int, ...]) -> "Flagged":
        return cls(*(np.zeros(shape, dtype=bool) for _ in PARTS))


class Told:
    """What earlier releases tell of the figures of a result, over all spans of years.

    :ivar heard: they tell something
    """

    def __init__(
        self, by: Sequence[str], groups: Sequence[Group], keys: Sequence[Key], figures: Sequence[Figure], own: Cohort
    ) -> None:
        self.by, self.keys, self.figures = tuple(by), tuple(keys), figures
        self._all, self._span = groups, span_of(own)
        self._year_by_year = self.by == (YEAR,)
        self.heard = False

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The groups without years."""
        return ((),) if self._year_by_year else tuple(self._all)

    @cached_property
    def _ties(self) -> Mapping[str, Ties]:
        shape = len(self.groups), len(self.keys)
        return {
            "n": Ties(shape, lambda people: small(np.abs(people[0]))),
            "counted": Ties(shape, self._counted_tells),
            "unknown": Ties(shape, _unknown_tells),
            "value": Ties(shape, self._value_tells),
        }

    def add(self, release: Released, own: bool) -> None:
        """Take in what a release told of its years and the three beside each; the newest release first.

        :param own: it is about the same people, and what it told of themselves is held against these in another way
        """
        if own and release.pooled is None:
            return
        self.heard = True
        frames = {True: release.pooled} if own else {False: release.figures, True: release.pooled}
        for is_pool, frame in frames.items():
            if frame is not None:
                for told in tellings(release, frame, is_pool, self.by):
                    self._add(told)

    def risk(self, numbers: Counted) -> Flagged:
        """What of these figures may not be told."""
        return self._risk(self._parts, numbers) if self.heard else Flagged.none(numbers.n.shape)

    def near(self, numbers: Counted) -> Flagged:
        """What of these figures differs by few people from what follows, of more people or of some of them."""
        found = Flagged.none(numbers.n.shape)
        for part in self._parts if self.heard else ():
            own = _measures(numbers, part.rows)
            for name, ties in self._ties.items():
                getattr(found, name)[part.rows] = ties.near(part.span, own[name], part.groups)
        return found

    def absence_tells(self, numbers: Counted) -> bool:
        """Whether nobody in a group, which is told by its absence, makes something follow that may not be told."""
        if not self.heard or self._year_by_year:
            return False
        risky = self._ties["n"].risk(self._span, numbers.n[None], np.arange(len(self._all)))
        return bool(risky[(numbers.n == 0).all(axis=1)].any())

    def risk_of_three(self, numbers: Counted) -> Flagged:
        """The same of the three years beside."""
        return self._risk(self._three_years, numbers) if self.heard else Flagged.none(numbers.n.shape)

    def known(self, numbers: Counted) -> Flagged:
        """What of these figures can be worked out already."""
        return self._known(self._parts, numbers) if self.heard else Flagged.none(numbers.n.shape)

    def known_of_three(self, numbers: Counted) -> Flagged:
        """The same of the three years beside."""
        return self._known(self._three_years, numbers) if self.heard else Flagged.none(numbers.n.shape)

    def known_before(self, numbers: Counted) -> Flagged:
        """The same of the two years before."""
        return self._known(self._two_years_before, numbers) if self.heard else Flagged.none(numbers.n.shape)

    def settle(self, numbers: Counted, mask: Mask) -> None:
        """Take in what is told and hidden of these figures."""
        for part in self._parts if self.heard else ():
            for name, ties in self._ties.items():
                gone = getattr(mask, name)[part.rows]
                own = _measures(numbers, part.rows)[name]
                ties.tie(part.span, own, ~gone, part.groups)
                ties.hide(part.span, gone, part.groups)
        self.close()

    def close(self) -> None:
        """Draw what follows when all has been taken in: where there is nobody, nobody is counted or unknown."""
        if not self.heard:
            return
        everything = np.ones((len(self.groups), len(self.keys)), dtype=bool)
        empty = [(span, everything) for span in self._years_without_anybody()]
        for span, nobody in [*empty, *self._ties["n"].nobody()]:
            for name, ties in self._ties.items():
                ties.tie(span, np.zeros((PARTS[name], *nobody.shape)), nobody, np.arange(len(self.groups)))

    def _years_without_anybody(self) -> Iterator[Span]:
        """The spans between the years that are told one by one."""
        if not self._year_by_year:
            return
        first, end = self._span
        for year in sorted(int(year) for (year,) in self._all if year != ALL):
            if first < year:
                yield first, year
            first = year + 1
        if first < end:
            yield first, end

    def _risk(self, parts: Sequence[Part], numbers: Counted) -> Flagged:
        """What may not be told of some years; what may be is taken to be told when the next ones are looked at."""
        found = Flagged.none(numbers.n.shape)
        for name, known in self._ties.items():
            ties = known.copy() if len(parts) > 1 else known
            for part in parts:
                own = _measures(numbers, part.rows)[name]
                risky = ties.risk(part.span, own, part.groups)
                if name == "value":
                    risky &= np.array([bool(each.scale) for each in self.figures], dtype=bool)
                getattr(found, name)[part.rows] |= risky
                if name == "counted":
                    found.n[part.rows] |= ties.known_of_others(part.span, own, part.groups)
                if len(parts) > 1:
                    told = ~risky & ~ties.few(own, part.groups)
                    ties.tie(part.span, own, told, part.groups)
        # Where the years between are of few people, no group of them is told either.
        found.n[:] |= found.n[:1]
        # A group that everybody is in tells of everybody.
        alone = (numbers.n == numbers.n[:1]) & (numbers.n > 0)
        for name in PARTS:
            flags = getattr(found, name)
            flags[0] |= (flags & alone).any(axis=0)
        return found

    def _known(self, parts: Sequence[Part], numbers: Counted) -> Flagged:
        found = Flagged.none(numbers.n.shape)
        for part in parts:
            own = _measures(numbers, part.rows)
            for name, ties in self._ties.items():
                getattr(found, name)[part.rows] = ties.known(part.span, own[name], part.groups)
        return found

    @cached_property
    def _parts(self) -> list[Part]:
        if not self._year_by_year:
            everything = np.arange(len(self._all))
            return [Part(self._span, everything, everything)]
        spans = [self._span if year == ALL else (int(year), int(year) + 1) for (year,) in self._all]
        return [Part(span, np.array([row]), np.array([0])) for row, span in enumerate(spans)]

    @property
    def _three_years(self) -> list[Part]:
        return [replace(part, span=pooled(part.span)) for part in self._single_years()]

    @property
    def _two_years_before(self) -> list[Part]:
        return [replace(part, span=(pooled(part.span)[0], part.span[0])) for part in self._single_years()]

    def _single_years(self) -> Iterator[Part]:
        """The rows that have three years beside them: where years are told one by one, not those of all together."""
        for part in self._parts:
            kept = part.rows > 0 if self._year_by_year else np.ones(len(part.rows), dtype=bool)
            if kept.any():
                yield Part(part.span, part.rows[kept], part.groups[kept])

    def _counted_tells(self, people: Numbers) -> Flags:
        n, counted = people
        others = np.abs(n - counted)
        found: Flags = small(np.abs(counted)) | small(others)
        sensitive = np.array([each.sensitive and each.of_people for each in self.figures], dtype=bool)
        found |= sensitive[None, :] & (others < SMALLEST_GROUP) & (np.abs(n) > 0)
        return found

    def _value_tells(self, people: Numbers) -> Flags:
        known, total, squares = people
        found = np.zeros(known.shape, dtype=bool)
        for at, each in enumerate(self.figures):
            if each.scale:
                those = np.abs(known[:, at])
                found[:, at] = (those > 0) & (
                    (those < SHARE_FROM) | borne_by_few(those, np.abs(total[:, at]), np.abs(squares[:, at]), each.scale)
                )
        return found

    def _add(self, told: Telling) -> None:
        own = [name for name in self.by if name != YEAR]
        where = pl.DataFrame(self.keys, schema={name: told.rows.schema[name] for name in KEYS}, orient="row")
        rows = told.rows.join(where, on=list(KEYS), how="semi", nulls_equal=True)
        if own:
            there = pl.DataFrame(list(self.groups), schema=dict.fromkeys(own, pl.String), orient="row")
            rows = rows.join(there, on=own, how="semi")
        at = places(rows, own, self.groups, self.keys)
        numbers = counted_at(at, rows, self.groups, self.keys)
        asked = np.array([key in told.asked for key in self.keys], dtype=bool)
        nobody = np.zeros(numbers.n.shape, dtype=bool)
        nobody[1:] = asked & told.groups_told
        nobody[0] = asked & told.everybody_told

        def flags(condition: pl.Expr, without_row: Flags) -> Flags:
            found = without_row.copy()
            found[at] = rows.select(condition.fill_null(False)).to_series().to_numpy()
            return found

        n = flags(pl.col("n").is_not_null(), nobody)
        counted = n & flags(pl.col("counted").is_not_null(), nobody)
        parts = {
            "n": n,
            "counted": counted,
            "unknown": counted & flags(pl.col("unknown").is_not_null(), nobody),
            "value": counted & flags(pl.col("value").is_not_null() | (pl.col("n") == 0), nobody),
        }
        nothing = np.zeros(numbers.n.shape, dtype=bool)
        hidden = flags(pl.col("shown") == HIDDEN, nothing)
        # Of a mean that is hidden those unknown are told by the shares beside it.
        of_people = np.array([each.of_people for each in self.figures], dtype=bool)
        withheld = {"unknown": flags(pl.col("unknown").is_null(), nothing) & of_people}
        everything = np.arange(len(self.groups))
        measures = _measures(numbers, everything)
        for name, ties in self._ties.items():
            ties.tie(told.span, measures[name], parts[name], everything)
            ties.hide(told.span, withheld.get(name, hidden) & ~parts[name], everything)


def _unknown_tells(people: Numbers) -> Flags:
    n, unknown, counted = people
    found: Flags = small(np.abs(unknown)) | small(np.abs(n - unknown - counted))
    return found


def _measures(numbers: Counted, rows: Numbers) -> dict[str, Numbers]:
    """What each part of a figure tells: numbers that add up over years."""
    n, counted, unknown = numbers.n[rows], numbers.counted[rows], numbers.unknown[rows]
    return {
        "n": np.stack([n]),
        "counted": np.stack([n, counted]),
        "unknown": np.stack([n, unknown, counted]),
        "value": np.stack([counted, numbers.total[rows], numbers.squares[rows]]),
    }


def told_of(
    result: Result, about: About, earlier: Sequence[Released], groups: Sequence[Group], keys: Sequence[Key]
) -> Told:
    """What earlier releases tell of the people of a result, and of those of other years.

    :param about: whose figures they are
    :param earlier: the newest first
    """
    lines = lines_of(result)
    figures = [Figure.of(key, result.indicator.sensitive, lines.get((key[0], key[2]), (None, None))[1]) for key in keys]
    told = Told(result.by, groups, keys, figures, result.cohort)

    def fits(release: Released) -> tuple[bool, bool]:
        return release.about.denominator == about.denominator, release.position == result.frames.position

    # What was told of the same moment fits best; of the rest the newest comes first.
    for release in sorted(earlier, key=fits, reverse=True):
        # The people of two days do not add up.
        beside = release.about.is_beside(about) and result.cohort.axis != "active"
        if beside or release.about == about:
            told.add(release, own=release.about == about and not release.among)
    told.close()
    return told


def held_against(known: Known, risk: Flagged, follows: Flagged | None = None) -> Known:
    """What is known of figures, with what other years tell of them; what was told of themselves stays told.

    :param risk: what may not be told
    :param follows: what can be worked out already
    """
    held = replace(
        known,
        changed=known.changed | ((risk.counted | risk.value) & ~known.counted),
        unknown_changed=known.unknown_changed | (risk.unknown & ~known.unknown),
        people_changed=known.people_changed | (risk.n & ~known.n),
        given_away=known.given_away | ((risk.n | risk.counted) & ~known.counted),
    )
    if follows is None:
        return held
    return replace(
        held,
        counted=known.counted | follows.counted,
        unknown=known.unknown | follows.unknown,
        n=known.n | follows.n,
    )
