"""Measures: what is counted of the rows of a cohort, each as a partial result that adds up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import inf
from typing import Protocol, runtime_checkable

import polars as pl

from tracker.indicators.cohort import Axis
from tracker.indicators.definition import Observe, Selection
from tracker.indicators.frames import Frames
from tracker.indicators.in_groups import MONTHS, grouped, in_groups, named, rows_in_groups
from tracker.indicators.partials import HUNDREDTHS, Partial, together
from tracker.indicators.side_by_side import side_by_side
from tracker.indicators.waiting import LEFT_SCOPE, REACHED, scope

IN_SCOPE = "in scope"
"""The line of events that says how long people stayed in scope, for the competing-risk denominator."""

MANY_LINES = 8
"""From so many lines on, rows that are alike are counted together first."""


@dataclass(frozen=True, eq=False)
class Count:
    """A line that counts people.

    :ivar when: true, false, or empty where it is not known of a person
    :ivar among: the people that the line is about; left out, all rows
    :ivar choice: the column that the line stands in, where lines differ in that only
    :ivar whole: lines with the same whole are parts of it: each person of the whole is in one of them, or unknown
    :ivar within: the line whose people include all people of this one (same choice unless ``LINE/CHOICE``)
    :ivar atoms: parts of a whole of another indicator (``INDICATOR/LINE``) that this line is the sum of
    """

    name: str
    when: pl.Expr
    among: pl.Expr | None = None
    choice: str | None = None
    whole: str | None = None
    within: str | None = None
    atoms: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Average:
    """A line that is the mean of a number over people; where it is empty it is unknown.

    :ivar value: kept to hundredths
    :ivar divisor: what one is, in the number's unit
    :ivar unit: what the mean is in
    :ivar scale: the least and the most that anybody can have, in that unit: no limit of the mean lies outside
    :ivar whole: lines with the same whole are parts of it, and everybody knows what they sum to
    """

    name: str
    value: pl.Expr
    unit: str
    among: pl.Expr | None = None
    divisor: float = 1.0
    choice: str | None = None
    scale: tuple[float, float] = (0.0, inf)
    whole: str | None = None


@dataclass(frozen=True, eq=False)
class Quotient:
    """A line that is a sum over people, divided by another sum; kept to hundredths.

    :ivar brought_by: the line of people (same choice) without whom the sum would be nothing, or all there can be: where
        they may not be told, this is not told either
    """

    name: str
    total: pl.Expr
    per: pl.Expr
    unit: str
    among: pl.Expr | None = None
    choice: str | None = None
    brought_by: str | None = None


@dataclass(frozen=True, eq=False)
class Middle:
    """A line that is the median of a whole number over people; where it is empty it is unknown."""

    name: str
    value: pl.Expr
    unit: str
    among: pl.Expr | None = None
    choice: str | None = None


Line = Count | Average | Quotient | Middle


@dataclass(frozen=True, eq=False)
class Share:
    """People counted, as a share of those they are among.

    :ivar axes: it is only counted of cohorts on these axes; none named, of all
    """

    rows: Observe
    lines: tuple[Count, ...]
    axes: tuple[Axis, ...] = ()

    def is_counted(self, selection: Selection) -> bool:
        return not self.axes or selection.axis in self.axes

    def partial(self, selection: Selection) -> Partial:
        if not self.is_counted(selection):
            return Partial.of(selection.by)
        rows = selection.rows(self.rows)
        together = _told_apart_by(rows, self.lines)
        counted = _times_counted if together or "times" in rows.columns else _counted
        wide = grouped(
            selection,
            self.rows,
            {
                name: part
                for number, line in enumerate(self.lines)
                for name, part in zip(_names(number), counted(line), strict=True)
            },
            together,
        )
        keys = [*selection.by, "months"]
        counts = pl.concat(
            wide.select(
                *keys,
                line=pl.lit(line.name),
                choice=pl.lit(line.choice, pl.String),
                counted=f"{number} counted",
                out_of=f"{number} out of",
                unknown=f"{number} unknown",
            )
            for number, line in enumerate(self.lines)
        )
        competing = selection.denominator == "aj" and selection.months
        if not competing or "present" not in selection.rows(self.rows).columns:
            return Partial.of(selection.by, counts=counts)
        return Partial.of(selection.by, counts=counts, events=_events(selection, scope(selection, IN_SCOPE)))


@dataclass(frozen=True, eq=False)
class Mean:
    """Means, quotients and medians over people."""

    rows: Observe
    lines: tuple[Average | Quotient | Middle, ...]

    def partial(self, selection: Selection) -> Partial:
        parts = []
        summed = [line for line in self.lines if not isinstance(line, Middle)]
        if summed:
            parts.append(Partial.of(selection.by, sums=self._sums(selection, summed)))
        parts += [
            Partial.of(selection.by, values=_values(selection, self.rows, line))
            for line in self.lines
            if isinstance(line, Middle)
        ]
        return together(parts)

    def _sums(self, selection: Selection, lines: Sequence[Average | Quotient]) -> pl.DataFrame:
        columns = ("people", "total", "squares", "per", "unknown")
        wide = grouped(
            selection,
            self.rows,
            {
                f"{number} {column}": part
                for number, line in enumerate(lines)
                for column, part in zip(columns, _added_up(line), strict=True)
            },
        )
        return pl.concat(
            wide.select(
                *selection.by,
                "months",
                line=pl.lit(line.name),
                choice=pl.lit(line.choice, pl.String),
                **{column: f"{number} {column}" for column in columns},
            )
            for number, line in enumerate(lines)
        )


@dataclass(frozen=True, eq=False)
class Incidence:
    """How many have reached something by each month, while leaving the scope competes (Aalen-Johansen).

    :ivar rows: of :func:`tracker.indicators.waiting.waiting`: a row a person and line
    :ivar lines: the lines, in order
    :ivar median: the median time is a figure too
    :ivar alone: beside it the median as if leaving the scope only ended the following (Kaplan-Meier)
    :ivar cap: the mean time up to so many months is a figure too
    :ivar expected: the column with the months in which each person was expected to reach the line, up to the cap: how
        much longer the mean time is than the mean of these is a figure too
    """

    rows: Observe
    lines: tuple[str, ...]
    median: bool = True
    alone: bool = False
    cap: int | None = None
    expected: str | None = None

    def partial(self, selection: Selection) -> Partial:
        # Where the definition looks at no months there are mean times only, whatever the denominator.
        if selection.denominator == "aj" or not selection.months:
            rows = selection.rows(self.rows)
            frames = {"events": _events(selection, rows)}
            if self.expected is not None:
                frames["sums"] = _expected(selection, rows, self.expected)
            return Partial.of(selection.by, **frames)
        return Share(_reached_by(self.rows), tuple(_reached(line) for line in self.lines)).partial(selection)


@runtime_checkable
class Compared(Protocol):
    """A measure that is set against a reference, and makes its own figures of what was counted.

    :ivar names: its lines
    """

    @property
    def names(self) -> tuple[str, ...]: ...

    def partial(self, selection: Selection) -> Partial: ...

    def figures(self, partial: Partial, frames: Frames) -> pl.DataFrame: ...


Measure = Share | Mean | Incidence | Compared


def curve(name: str, works: pl.Expr, hours: pl.Expr, thresholds: Sequence[int], known: pl.Expr) -> tuple[Count, ...]:
    """Lines that count fewer and fewer people: those with at least so many hours.

    :param hours: empty where they are unknown: then they count from 1 hour, and are unknown above
    """
    return tuple(
        Count(
            f"{name}-{threshold}-hours",
            if_known(known, works & (hours >= threshold if threshold > 1 else (hours >= threshold).fill_null(True))),
            within=f"{name}-{below}-hours" if below is not None else None,
        )
        for below, threshold in zip((None, *thresholds), thresholds, strict=False)
    )


def matrix(states: Iterable[str], before: pl.Expr, after: pl.Expr) -> tuple[Count, ...]:
    """Lines ``before -> after``: of those in one state, the share in each state later."""
    names = tuple(states)
    return tuple(
        Count(f"{one} -> {other}", after == other, among=before == one, whole=one)
        for one, other in product(names, names)
    )


def if_known(known: pl.Expr, what: pl.Expr) -> pl.Expr:
    """``what`` where it is known, else empty."""
    return pl.when(known).then(what)


def of_choice(choice: str, lines: Iterable[Count]) -> tuple[Count, ...]:
    """The same lines in a column of their own."""
    return tuple(replace(line, choice=choice) for line in lines)


def partial_of(measures: Iterable[Measure], selection: Selection) -> Partial:
    """What all measures of an indicator come to; what they need in common is worked out once."""
    measures = tuple(measures)
    # First what several of them may count, so that none waits for another to have observed it.
    observed = (
        measure.rows
        for measure in measures
        if isinstance(measure, Mean | Incidence) or (isinstance(measure, Share) and measure.is_counted(selection))
    )
    side_by_side(selection.rows, dict.fromkeys(observed))
    return together(side_by_side(lambda measure: measure.partial(selection), measures))


def _names(number: int) -> tuple[str, str, str]:
    return f"{number} counted", f"{number} out of", f"{number} unknown"


def _counted(line: Count) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    if line.among is None:
        return line.when.sum(), line.when.len(), line.when.null_count()
    among = line.among.fill_null(False)
    return (line.when & among).sum(), among.sum(), (line.when.is_null() & among).sum()


def _times_counted(line: Count) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """The same of rows that stand for several alike."""
    times, among = pl.col("times"), pl.lit(True) if line.among is None else line.among.fill_null(False)
    parts = (line.when & among, among, line.when.is_null() & among)
    counted, out_of, unknown = (pl.when(part).then(times).otherwise(0).sum() for part in parts)
    return counted, out_of, unknown


def _told_apart_by(rows: pl.DataFrame, lines: Sequence[Count]) -> tuple[str, ...]:
    """The columns that many lines look at, where these have few values each; else none.

    Rows that are alike in them are then counted once, and the lines are counted of far fewer rows.
    """
    if len(lines) < MANY_LINES or "times" in rows.columns:
        return ()
    parts = [part for line in lines for part in (line.when, line.among) if part is not None]
    names = dict.fromkeys(name for part in parts for name in part.meta.root_names())
    few = all(isinstance(rows.schema[name], pl.Boolean | pl.Enum) for name in names)
    return tuple(names) if few else ()


def _added_up(line: Average | Quotient) -> tuple[pl.Expr, ...]:
    among = pl.lit(True) if line.among is None else line.among.fill_null(False)
    if isinstance(line, Quotient):
        total, per = _hundredths(line.total), _hundredths(line.per)
        known = among & total.is_not_null() & per.is_not_null()
        return (
            known.sum(),
            total.filter(known).sum(),
            pl.lit(0, pl.Int64).first(),
            per.filter(known).sum(),
            (among & ~(total.is_not_null() & per.is_not_null())).sum(),
        )
    value = _hundredths(line.value)
    known = among & value.is_not_null()
    return (
        known.sum(),
        value.filter(known).sum(),
        (value.filter(known) ** 2).sum(),
        pl.lit(0, pl.Int64).first(),
        (among & value.is_null()).sum(),
    )


def _hundredths(value: pl.Expr) -> pl.Expr:
    return (value * HUNDREDTHS).round().cast(pl.Int64)


def _values(selection: Selection, observe: Observe, line: Middle) -> pl.DataFrame:
    rows, by = rows_in_groups(selection, observe)
    if line.among is not None:
        rows = rows.filter(line.among.fill_null(False))
    return named(
        selection,
        rows.with_columns(value=line.value.cast(pl.Int64))
        .group_by(*by, "months", "value")
        .agg(people=pl.len())
        .with_columns(line=pl.lit(line.name), choice=pl.lit(line.choice, pl.String)),
    )


def _events(selection: Selection, rows: pl.DataFrame) -> pl.DataFrame:
    told, by = in_groups(selection, rows)
    return named(
        selection,
        told.group_by(*by, "line", "entry", "time", "cause")
        .agg(people=pl.len())
        .with_columns(choice=pl.lit(None, pl.String)),
    )


def _expected(selection: Selection, rows: pl.DataFrame, column: str) -> pl.DataFrame:
    """The sum of what was expected of the people of each line."""
    told, by = in_groups(selection, rows)
    nothing = {name: pl.lit(0) for name in ("squares", "per", "unknown")}
    return named(
        selection,
        told.group_by(*by, "line")
        .agg(people=pl.len(), total=_hundredths(pl.col(column)).sum())
        .with_columns(choice=pl.lit(None), months=pl.lit(None), **nothing),
    )


def _reached(line: str) -> Count:
    return Count(line, pl.when("known").then("reached"), among=pl.col("line") == line)


def _reached_by(observe: Observe) -> Observe:
    """Rows by month of those who were followed that long: whether they had reached it by then."""

    def rows(selection: Selection) -> pl.DataFrame:
        waited = selection.rows(observe)
        months = pl.DataFrame({"months": list(selection.months)}, schema=MONTHS)
        reached = (pl.col("cause") == REACHED).fill_null(False) & (pl.col("time") <= pl.col("months"))
        return (
            waited.join(months, how="cross")
            .filter(pl.col("months") <= pl.col("followed"))
            .with_columns(
                reached=reached,
                present=(pl.col("out") > pl.col("months")).fill_null(True),
                known=reached | (pl.col("time") >= pl.col("months")) | (pl.col("cause") == LEFT_SCOPE).fill_null(False),
            )
        )

    return rows
