"""Observed against expected: what a cohort would have come to with the reference's figures for people like these.

Expected is counted stratum by stratum: schooling group, gender and age. People under collective protection (chapter 6A)
are set against people under collective protection, never mixed with others.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from tracker.indicators.breakdowns import with_groups
from tracker.indicators.cohort import Axis
from tracker.indicators.definition import Denominator, Indicator, Observe, Selection
from tracker.indicators.figures import NO_REFERENCE, NOBODY, SHOWN, empty
from tracker.indicators.frames import Frames
from tracker.indicators.measures import Average, Count, Mean, Share
from tracker.indicators.partials import HUNDREDTHS, Partial
from tracker.indicators.statistics.proportions import Proportion, standard_errors
from tracker.indicators.statistics.standardisation import (
    THINNEST_STRATUM,
    NoReference,
    Standardised,
    Strata,
    Stratum,
    standardised,
    total,
)
from tracker.reference_tables.lookup import StrataReference, references_in

STRATUM = ("protection", "schooling-group", "gender", "age")
PARTS = ("schooling", "gender", "age")
"""What reference tables call the parts after the protection."""
JOINT = "\x1f"
"""Between the parts of a stratum in one column."""


@dataclass(frozen=True, eq=False)
class Line:
    """A line of an indicator that a reference can have.

    :ivar of: the indicator
    :ivar name: its line
    :ivar months: months after the day; None where the definition itself says when
    :ivar choice: its variant
    """

    of: Indicator
    name: str
    months: int | None = None
    choice: str | None = None

    @property
    def title(self) -> str:
        """As the figure is called: ``E2 work-20-hours``."""
        return " ".join(part for part in (self.of.id, self.name, self.choice) if part)

    @property
    def key(self) -> str:
        """As reference tables name it: ``work-20-hours/12-months``, with the variant between where there is one."""
        months = None if self.months is None else f"{self.months}-months"
        return "/".join(part for part in (self.name, self.choice, months) if part)

    @property
    def shares(self) -> tuple[Observe, Count]:
        """The rows and the count behind it.

        :raises KeyError: the indicator has no such line that is a share
        """
        for measure in self.of.measures:
            if isinstance(measure, Share):
                for line in measure.lines:
                    if (line.name, line.choice) == (self.name, self.choice):
                        return measure.rows, line
        raise KeyError(f"{self.of.name} has no share {self.name!r}" + (f" / {self.choice!r}" if self.choice else ""))


def in_strata(selection: Selection, line: Line) -> Partial:
    """The counts of a line in every stratum; the parts of the stratum are the choice."""
    observe, count = line.shares
    denominator = line.of.denominator if line.of.denominator != "aj" else "present"
    part = _stratified(selection, () if line.months is None else (line.months,), denominator)
    return _as_choice(Share(observe, (replace(count, name=line.title, choice=None),)).partial(part), selection.by)


def _stratified(selection: Selection, months: tuple[int, ...], denominator: Denominator) -> Selection:
    """The selection with the stratum as a breakdown; lines that look at the same months share what was observed."""
    people = selection.others.of(STRATUM, lambda: _in_strata(selection))
    return selection.others.of((months, denominator), lambda: people.looked_at(months, denominator))


def _in_strata(selection: Selection) -> Selection:
    who = with_groups(selection.frames, selection.who.select("participant", "origin"), STRATUM).select(
        "participant", _stratum=pl.concat_str(STRATUM, separator=JOINT)
    )
    return selection.of(selection.who.join(who, on="participant"), by=(*selection.by, "_stratum"))


def _as_choice(partial: Partial, by: Sequence[str]) -> Partial:
    return Partial.of(
        by,
        **{
            name: frame.with_columns(choice=pl.col("_stratum"))
            for name in ("counts", "sums")
            if (frame := getattr(partial, name)).height
        },
    )


@dataclass(frozen=True, eq=False)
class ExpectedShare:
    """People counted by a line, against those that the reference would lead to expect among people like these.

    :ivar axis: the axis whose cohorts it is for; others have no figure
    """

    line: Line
    axis: Axis = "left"

    @property
    def names(self) -> tuple[str, ...]:
        return (self.line.title,)

    def partial(self, selection: Selection) -> Partial:
        return in_strata(selection, self.line) if selection.axis == self.axis else Partial.of(selection.by)

    def figures(self, partial: Partial, frames: Frames) -> pl.DataFrame:
        """Observed over expected, and observed less expected, for each ground of protection."""
        reference = references_in(frames).strata_for(self.line.of.name, self.line.key)
        rows: Rows = []
        for group, protection, own in own_strata(partial, self.line.title):
            n, counted = sum(one.out_of for one in own.values()), sum(one.counted for one in own.values())
            for kind, found in _kinds(_against(own, protection, reference)):
                shown = NOBODY if n == 0 else NO_REFERENCE if found is None else SHOWN
                value, low, high = found or (None, None, None)
                head = (*group, self.line.title, self.line.months, protection, kind)
                rows.append((*head, counted, n, 0, value, low, high, None, shown))
        return _figures(partial.by, rows)


@dataclass(frozen=True, eq=False)
class ExpectedMonths:
    """The mean of months waited, up to a cap, less what the reference would lead to expect among people like these.

    The reference has months waited out of months possible (people times the cap), by stratum.

    :ivar rows: one row a person followed that long, with ``waited`` in months
    :ivar of: the indicator that the reference is for
    """

    name: str
    rows: Observe
    cap: int
    of: str
    axis: Axis = "settled"

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    def partial(self, selection: Selection) -> Partial:
        if selection.axis != self.axis:
            return Partial.of(selection.by)
        mean = Mean(self.rows, (Average(self.name, pl.col("waited"), unit="months"),))
        return _as_choice(mean.partial(_stratified(selection, (), selection.denominator)), selection.by)

    def figures(self, partial: Partial, frames: Frames) -> pl.DataFrame:
        """Mean months waited less the expected ones, for each ground of protection; below 0 is sooner."""
        reference = references_in(frames).strata_for(self.of, self.name)
        rows: Rows = []
        columns = ("people", "total", "squares")
        for group, protection, strata in _by_protection(partial.by, partial.sums, self.name, columns):
            n, total, squares = (sum(part) for part in zip(*strata.values(), strict=True))
            head = (*group, self.name, self.cap, protection, "observed - expected", n, n, 0)
            expected = _expected_months(strata, protection, reference, self.cap)
            if expected is None or n == 0:
                rows.append((*head, None, None, None, None, NOBODY if n == 0 else NO_REFERENCE))
                continue
            mean = total / n / HUNDREDTHS
            spread = (max(squares / n / HUNDREDTHS**2 - mean**2, 0) / n) ** 0.5 * standard_errors(0.95)
            difference = mean - expected
            rows.append((*head, difference, difference - spread, difference + spread, None, SHOWN))
        return _figures(partial.by, rows)


Rows = list[tuple[object, ...]]
Group = tuple[str, ...]


def own_strata(partial: Partial, title: str) -> Iterator[tuple[Group, str, Strata]]:
    """(group, protection, strata) of what was counted by :func:`in_strata`."""
    for group, protection, parts in _by_protection(partial.by, partial.counts, title, ("counted", "out_of")):
        yield group, protection, {stratum: Proportion(counted, n) for stratum, (counted, n) in parts.items()}


def _by_protection(
    by: Sequence[str], frame: pl.DataFrame, title: str, columns: Sequence[str]
) -> Iterator[tuple[Group, str, dict[Stratum, tuple[int, ...]]]]:
    """(group, protection, stratum -> numbers) of one line."""
    found: dict[tuple[Group, str], dict[Stratum, tuple[int, ...]]] = {}
    for row in frame.filter(pl.col("line") == title).select(*by, "choice", *columns).sort(pl.all()).iter_rows():
        protection, *parts = row[len(by)].split(JOINT)
        found.setdefault((row[: len(by)], protection), {})[tuple(parts)] = row[len(by) + 1 :]
    for (group, protection), strata in found.items():
        yield group, protection, strata


def _against(
    own: Strata, protection: str, reference: StrataReference | NoReference, thinnest: int = THINNEST_STRATUM
) -> Standardised | NoReference:
    """Standardised by the parts of a stratum that both tell; others are summed over."""
    if isinstance(reference, NoReference):
        return reference
    if protection not in reference.strata:
        return NoReference(f"the reference tells nothing of people under {protection} protection")
    common = [part for part in PARTS if part in reference.parts]
    there = _only(reference.strata[protection], reference.parts, common)
    return standardised(_only(own, PARTS, common), there, thinnest)


def _only(strata: Strata, parts: Sequence[str], kept: Sequence[str]) -> Strata:
    """The strata told apart by some of their parts alone."""
    if tuple(parts) == tuple(kept):
        return strata
    places = [parts.index(part) for part in kept]
    merged: dict[Stratum, list[Proportion]] = {}
    for stratum, people in strata.items():
        merged.setdefault(tuple(stratum[place] for place in places), []).append(people)
    return {stratum: total(people) for stratum, people in merged.items()}


def _kinds(found: Standardised | NoReference) -> Iterator[tuple[str, tuple[float | None, ...] | None]]:
    """(kind, value with its limits); without a reference there is no value."""
    if isinstance(found, NoReference):
        yield from (("observed / expected", None), ("observed - expected", None))
        return
    limits = found.interval()
    yield "observed / expected", (found.ratio, limits.low if limits else None, limits.high if limits else None)
    half = standard_errors(0.95) * found.variance**0.5
    yield "observed - expected", (found.difference, found.difference - half, found.difference + half)


def _expected_months(
    strata: Mapping[Stratum, tuple[int, ...]], protection: str, reference: StrataReference | NoReference, cap: int
) -> float | None:
    own = {stratum: Proportion(0, numbers[0]) for stratum, numbers in strata.items()}
    # The reference counts months, of which each person has as many as the cap.
    found = _against(own, protection, reference, THINNEST_STRATUM * cap)
    return None if isinstance(found, NoReference) else cap * found.expected / sum(one.out_of for one in own.values())


def _figures(by: Sequence[str], rows: Rows) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=empty(by).schema, orient="row")
