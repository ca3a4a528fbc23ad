"""What a release told, by years: those of its cohort, each year told by itself, and the three years beside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from tracker.indicators.cohort import Cohort
from tracker.indicators.disclosure.tables import Key
from tracker.indicators.disclosure.ties import Span
from tracker.indicators.figures import KEYS
from tracker.indicators.partials import ALL
from tracker.indicators.pipeline import YEAR
from tracker.indicators.statistics.shrinkage import YEARS_POOLED
from tracker.ledger import Released

EVER: Span = (date.min.year, date.max.year)


@dataclass(frozen=True, eq=False)
class Telling:
    """What a release told of a span of years.

    :ivar rows: a row a group and figure, of groups without years
    :ivar asked: the figures that it has
    :ivar groups_told: a group without a row has nobody
    :ivar everybody_told: without a row there is nobody at all
    """

    span: Span
    rows: pl.DataFrame
    asked: frozenset[Key]
    groups_told: bool
    everybody_told: bool


def span_of(cohort: Cohort) -> Span:
    """The years of a cohort; all there are, where it is not limited to any."""
    return EVER if cohort.years is None else (cohort.years[0], cohort.years[-1] + 1)


def pooled(span: Span) -> Span:
    """The three years that stand beside a year."""
    return span[1] - YEARS_POOLED, span[1]


def tellings(release: Released, frame: pl.DataFrame, is_pool: bool, by: Sequence[str]) -> Iterator[Telling]:
    """What figures of a release told, by its years; of another breakdown, of everybody alone.

    :param frame: its figures, or those of the three years beside
    :param by: the breakdowns in whose groups it is asked for
    """
    own = tuple(name for name in by if name != YEAR)
    others = tuple(name for name in release.by if name != YEAR)
    asked = frozenset(frame.select(KEYS).unique().iter_rows())
    same = set(others) == set(own)
    if not same:
        everybody = pl.all_horizontal(pl.lit(True), *(pl.col(name) == ALL for name in others))
        frame = frame.filter(everybody).with_columns(pl.lit(ALL).alias(name) for name in own)
    apart = same and not is_pool
    cohort = Cohort.parse(release.about.cohort)
    whole = span_of(cohort)
    if YEAR not in release.by:
        yield Telling(pooled(whole) if is_pool else whole, frame, asked, apart, False)
        return
    if not is_pool:
        yield Telling(whole, frame.filter(pl.col(YEAR) == ALL), asked, False, False)
        if others:
            yield from _of_groups(release.figures, others, own)
    for year in cohort.years or sorted(int(year) for year in frame[YEAR].unique() if year != ALL):
        span, rows = (year, year + 1), frame.filter(pl.col(YEAR) == str(year))
        yield Telling(pooled(span) if is_pool else span, rows, asked, apart and bool(own), apart and not own)


def _of_groups(figures: pl.DataFrame, others: Sequence[str], own: Sequence[str]) -> Iterator[Telling]:
    """Of years told by group, everybody of each year, where each of the groups is told."""
    told = ("n", "counted", "unknown")
    groups = figures.filter(pl.col(YEAR) != ALL, pl.all_horizontal(pl.col(name) != ALL for name in others))
    summed = groups.group_by(YEAR, *KEYS, maintain_order=True).agg(
        *(pl.when(pl.col(name).is_not_null().all()).then(pl.col(name).sum()).alias(name) for name in told),
    )
    empty = [name for name in figures.columns if name not in (YEAR, *others, *KEYS, *told, "shown")]
    rows = summed.with_columns(
        *(pl.lit(None, figures.schema[name]).alias(name) for name in empty),
        *(pl.lit(ALL).alias(name) for name in own),
        shown=pl.lit("shown"),
    )
    for (year,), those in rows.group_by(YEAR, maintain_order=True):
        yield Telling((int(str(year)), int(str(year)) + 1), those, frozenset(), False, False)
