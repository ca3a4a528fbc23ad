"""What an indicator is: a population, a measure and its words; and the figures that come out of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from tracker.indicators.cohort import Axis, Cohort
from tracker.indicators.frames import Frames
from tracker.indicators.statistics.proportions import Proportion

Denominator = Literal["all", "present"]
Shown = Literal["shown", "hidden", "nobody"]


@dataclass(frozen=True)
class Selection:
    """The people of one group of a cohort, and how they are to be counted.

    :ivar who: (participant, origin)
    :ivar months: months after the origin at which to look
    :ivar denominator: all of them, or those in scope on the day
    :ivar group: value of each breakdown
    """

    frames: Frames
    who: pl.DataFrame
    months: tuple[int, ...]
    denominator: Denominator
    group: tuple[str, ...] = ()
    municipality: str | None = None


@dataclass(frozen=True)
class Line:
    """One count of an indicator, before anything is hidden.

    :ivar name: what is counted
    :ivar months: months after the origin; None where the moment is the origin itself by definition
    :ivar choice: how one activity each was chosen, where that is what lines differ in
    :ivar counted: people counted
    :ivar out_of: people it is a share of; those whose status is unknown are among them
    :ivar unknown: people of whom it is not known whether they count
    :ivar value: a mean, where the line is no share
    :ivar whole: lines with the same whole are parts of it and sum to it
    :ivar falling: lines with the same name here count fewer and fewer of the same people, one after the other
    """

    name: str
    months: int | None
    counted: int
    out_of: int
    unknown: int = 0
    value: float | None = None
    whole: str | None = None
    choice: str | None = None
    falling: str | None = None


@dataclass(frozen=True)
class Figure:
    """A line as it may be shown: with share, interval and bounds, or hidden.

    :ivar share: counted / out_of, or the mean
    :ivar low: lower limit of the Wilson interval, 95 %
    :ivar high: upper limit
    :ivar at_most: the share if everybody unknown counted
    :ivar shown: shown; hidden, to protect small groups; nobody, where there is nobody to count
    """

    indicator: str
    version: int
    cohort: str
    group: tuple[str, ...]
    line: Line
    share: float | None
    low: float | None
    high: float | None
    at_most: float | None
    shown: Shown = "shown"


@dataclass(frozen=True)
class Indicator:
    """An indicator of the catalogue, as data.

    :ivar id: its catalogue id, permanent
    :ivar version: raised when the definition changes
    :ivar title: a claim in a few words
    :ivar definition: what is counted among whom, when, and how doubts are handled
    :ivar dimension: K, E, P, S, O, Q or R
    :ivar tags: the report's criticisms that it answers: N when, H how, A what, R one end cause, U outside control
    :ivar unit: what the figure is in
    :ivar population: the axis that its cohorts are taken from
    :ivar months: months after the origin at which it looks
    :ivar denominator: all of the cohort, or those in scope on the day
    :ivar measure: the lines of one group
    :ivar source: where the definition comes from
    """

    id: str
    version: int
    title: str
    definition: str
    dimension: Literal["K", "E", "P", "S", "O", "Q", "R"]
    tags: str
    unit: str
    population: Axis
    months: tuple[int, ...]
    denominator: Denominator
    measure: Callable[[Selection], Iterable[Line]]
    source: str


def figure_of(indicator: Indicator, cohort: Cohort, group: tuple[str, ...], line: Line) -> Figure:
    """The figure behind a line, with nothing hidden yet."""
    figure = Figure(indicator.id, indicator.version, str(cohort), group, line, None, None, None, None)
    if line.out_of == 0:
        return replace(figure, shown="nobody")
    if line.value is not None:
        return replace(figure, share=line.value, shown="shown" if line.counted else "nobody")
    proportion = Proportion(line.counted, line.out_of)
    interval = proportion.wilson()
    return replace(
        figure,
        share=proportion.share,
        low=interval.low,
        high=interval.high,
        at_most=(line.counted + line.unknown) / line.out_of if line.unknown else None,
    )
