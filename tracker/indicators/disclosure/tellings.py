"""What a release told, by years: those of its cohort, each year told by itself, and the three years beside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from tracker.indicators.cohort import Cohort
from tracker.indicators.disclosure.tables import Key
from tracker.indicators.disclosure.ties import Span
from tracker.indicators.figures import KEYS, SHOWN
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
    if others and release.whole:
        frame = _with_everybody_by_groups(frame, release.figures, others)
    same = set(others) == set(own)
    if not same:
        everybody = pl.all_horizontal(pl.lit(True), *(pl.col(name) == ALL for name in others))
        frame = frame.filter(everybody).with_columns(pl.lit(ALL).alias(name) for name in own)
    named = not own or bool(frame.select(pl.any_horizontal(pl.col(name) != ALL for name in own).any()).item())
    apart = same and not is_pool and release.whole and named
    cohort = Cohort.parse(release.about.cohort)
    whole = span_of(cohort)
    if YEAR not in release.by:
        yield Telling(pooled(whole) if is_pool else whole, frame, asked, apart, False)
        return
    if not is_pool:
        yield Telling(whole, frame.filter(pl.col(YEAR) == ALL), asked, False, False)
    told = sorted(int(year) for year in frame[YEAR].unique() if year != ALL)
    for year in cohort.years or range(told[0], told[-1] + 1) if told else ():
        span, rows = (year, year + 1), frame.filter(pl.col(YEAR) == str(year))
        yield Telling(pooled(span) if is_pool else span, rows, asked, False, apart)
    if cohort.years is None and told and not is_pool:
        for span in ((whole[0], told[0]), (told[-1] + 1, whole[1])):
            yield Telling(span, frame.clear(), asked, True, True)


def _with_everybody_by_groups(pool: pl.DataFrame, figures: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Figures of the year or of three, with what follows of everybody where each of the groups is told.

    The three years stand beside few alone, and everybody of a year did not stand beside its groups in 0.1.

    :param figures: of the year
    """
    told = ("n", "counted", "unknown")
    is_group = pl.any_horizontal(pl.col(name) != ALL for name in by)
    groups = pl.concat([each.filter(is_group).select(*by, *KEYS) for each in (figures, pool)]).unique()
    rows = groups.join(pool, on=[*by, *KEYS], how="left", nulls_equal=True)
    summed = rows.group_by(KEYS).agg(pl.when(pl.col(told).is_not_null().all()).then(pl.col(told).sum()))
    everybody = pool.filter(~is_group).join(summed, on=KEYS, how="full", coalesce=True, nulls_equal=True)
    everybody = everybody.with_columns(
        *(pl.coalesce(name, f"{name}_right") for name in told),
        *(pl.lit(ALL).alias(name) for name in by),
        pl.col("shown").fill_null(SHOWN),
    )
    return pl.concat([pool.filter(is_group), everybody.select(pool.columns)])
