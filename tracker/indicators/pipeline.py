"""From a question to figures: cohort, groups, measures, partial results, figures; nothing is hidden here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count
from threading import Lock

import polars as pl

from tracker.errors import Refusal
from tracker.indicators.breakdowns import BREAKDOWNS, UnknownBreakdown, grouped
from tracker.indicators.cohort import Cohort
from tracker.indicators.columns.keeping import Progress
from tracker.indicators.definition import Denominator, Indicator, Selection
from tracker.indicators.figures import COLUMNS, KEYS, NOT_AVAILABLE, each_text_once, figures_of
from tracker.indicators.frames import Frames
from tracker.indicators.measures import partial_of
from tracker.indicators.partials import ALL, Partial, added
from tracker.indicators.side_by_side import side_by_side
from tracker.indicators.statistics.shrinkage import YEARS_POOLED

YEAR = "cohort"
"""The breakdown by the year of the cohort."""

NO_YEAR = 1
"""A year in which nothing ever happened."""

LONGEST = 600
"""Months after a day that may be asked for."""


class WrongCohort(Refusal):
    """The indicator is defined for cohorts on another axis."""

    code = "wrong-cohort"


class WrongMonths(Refusal):
    """The number of months cannot be looked at."""

    code = "wrong-months"


@dataclass(frozen=True)
class Question:
    """What is asked of an indicator.

    :ivar cohort: left out, everybody on the indicator's usual axis
    :ivar by: breakdowns
    :ivar municipality: only those who lived there on their day; who lives elsewhere later is out of scope
    :ivar months: months after the day; left out, those of the definition
    :ivar denominator: left out, the usual one of the definition
    """

    cohort: Cohort | None = None
    by: tuple[str, ...] = ()
    municipality: str | None = None
    months: tuple[int, ...] | None = None
    denominator: Denominator | None = None


@dataclass(frozen=True, eq=False)
class Result:
    """Figures with all that fixes them.

    :ivar figures: a row a figure: the breakdowns, where ``all`` is everybody, then ``figures.COLUMNS``
    :ivar pooled: the same of the three years that end with the cohort's, for a cohort of one year; else none
    :ivar without_disclosure_control: who turned it off and why, where figures are published all the same
    """

    indicator: Indicator
    cohort: Cohort
    by: tuple[str, ...]
    months: tuple[int, ...]
    denominator: Denominator
    municipality: str | None
    frames: Frames
    figures: pl.DataFrame
    pooled: pl.DataFrame | None
    without_disclosure_control: str | None = None

    @property
    def available(self) -> bool:
        return bool((self.figures["shown"] != NOT_AVAILABLE).any()) if self.figures.height else True


def measured(frames: Frames, indicator: Indicator, question: Question = Question()) -> Result:
    """The figures of one indicator, exact: not for publication before :mod:`tracker.indicators.disclosure`.

    :raises WrongCohort: the cohort is on an axis that the indicator does not have
    :raises UnknownBreakdown: the indicator has no such breakdown
    :raises WrongMonths: the months cannot be looked at
    """
    question = checked(indicator, question)
    cohort, months, denominator = question.cohort, question.months, question.denominator
    assert cohort is not None and months is not None and denominator is not None
    recorded = not indicator.needs or frames.facts(*indicator.needs, columns=("participant",)).height
    if not recorded or indicator.is_awaited(cohort, frames.known_on):
        figures, pooled = _not_available(question.by), None
    else:
        partial, three = _with_pool(frames, indicator, question)
        figures = with_totals(indicator, partial, months, frames)
        pooled = None if three is None else with_totals(indicator, three, months, frames)
    return Result(indicator, cohort, question.by, months, denominator, question.municipality, frames, figures, pooled)


def measured_each(
    frames: Frames, asked: Sequence[tuple[Indicator, Question]], progress: Progress | None = None
) -> list[Result]:
    """:func:`measured` of each indicator and its question, two at a time where a core is to spare.

    :param progress: is told (questions answered, questions in all)
    :raises: as there, of any of them before the first is counted
    """
    for one in asked:
        checked(*one)
    done, telling = count(1), Lock()

    def answered(one: tuple[Indicator, Question]) -> Result:
        result = measured(frames, *one)
        if progress is not None:
            with telling:
                progress(next(done), len(asked))
        return result

    return side_by_side(answered, asked)


def counted(frames: Frames, indicator: Indicator, question: Question) -> Partial:
    """What an indicator comes to, to be added to that of other people."""
    question = checked(indicator, question)
    return partial_of(indicator.measures, selected(frames, question))


def _with_pool(frames: Frames, indicator: Indicator, question: Question) -> tuple[Partial, Partial | None]:
    """What it comes to, and the same over three years where cohorts are told apart year by year."""
    cohort, by = question.cohort, question.by
    assert cohort is not None
    if cohort.years is None or (len(cohort.years) > 1 and YEAR not in by):
        return counted(frames, indicator, question), None
    longer = replace(cohort, first=cohort.years[0] - YEARS_POOLED + 1)
    by_year = by if YEAR in by else (*by, YEAR)
    partial = counted(frames, indicator, replace(question, cohort=longer, by=by_year))
    own = partial.where(YEAR, {str(year): str(year) for year in cohort.years})
    pools = [
        partial.where(YEAR, {str(before): str(year) for before in range(year - YEARS_POOLED + 1, year + 1)})
        for year in cohort.years
    ]
    own, three = own.only(by), added(pools).only(by)
    if by:
        return own, three
    # A year in which there was nobody has its lines, too.
    nobody = counted(frames, indicator, replace(question, cohort=replace(cohort, first=NO_YEAR, last=NO_YEAR)))
    return own + nobody, three + nobody


def selected(frames: Frames, question: Question) -> Selection:
    """The people that a checked question is about."""
    cohort, months, denominator = question.cohort, question.months, question.denominator
    assert cohort is not None and months is not None and denominator is not None
    who = grouped(frames, cohort, question.by, question.municipality)
    return Selection(frames, cohort, who, question.by, months, denominator, municipality=question.municipality)


def checked(indicator: Indicator, question: Question) -> Question:
    """The question with everything that was left out, or a refusal."""
    cohort = question.cohort or Cohort(indicator.axis)
    if cohort.axis not in indicator.axes:
        raise WrongCohort(
            f"{indicator.id} is about cohorts of {', '.join(indicator.axes)}; give {indicator.axis}:YEAR, got {cohort}",
            indicator=indicator.id,
            axes=tuple(indicator.axes),
            cohort=str(cohort),
        )
    personal = cohort.axis != "year"
    for name in question.by:
        common = [by for by, one in BREAKDOWNS.items() if one.usual and personal]
        known = [*common, *indicator.breakdowns]
        if name not in known:
            raise UnknownBreakdown(
                f"{indicator.id} has no breakdown {name!r}; it has {', '.join(known) or 'none'}",
                about="indicator",
                indicator=indicator.id,
                given=name,
                breakdowns=tuple(known),
            )
    if len(set(question.by)) < len(question.by):
        raise UnknownBreakdown(
            f"each breakdown once, got {', '.join(question.by)}", about="twice", breakdowns=question.by
        )
    usual = indicator.axes[cohort.axis]
    months = usual if question.months is None else tuple(dict.fromkeys(question.months))
    if question.months and not usual:
        raise WrongMonths(
            f"{indicator.id} looks at the times that its definition names; leave the months out",
            about="none",
            indicator=indicator.id,
        )
    for month in months:
        if not 0 <= month <= LONGEST:
            raise WrongMonths(f"expected months from 0 to {LONGEST}, got {month}", most=LONGEST, given=month)
    return replace(question, cohort=cohort, months=months, denominator=question.denominator or indicator.denominator)


def with_totals(indicator: Indicator, partial: Partial, months: Sequence[int], frames: Frames) -> pl.DataFrame:
    """The figures of every group, after those of all of them together, and of all of each year."""
    parts = [partial]
    if YEAR in partial.by and len(partial.by) > 1:
        parts.insert(0, partial.total(YEAR))
    if partial.by:
        parts.insert(0, partial.total())
    return each_text_once(pl.concat([figures_of(indicator.measures, part, months, frames) for part in parts]))


def _not_available(by: Sequence[str]) -> pl.DataFrame:
    told = {"line": "all", "shown": NOT_AVAILABLE}
    return each_text_once(
        pl.DataFrame(
            {name: [ALL] for name in by} | {name: [told.get(name)] for name in COLUMNS},
            schema=dict.fromkeys(by, pl.String) | {name: kind for name, (kind, _) in COLUMNS.items()},
        )
    )


def key_columns(result: Result) -> list[str]:
    """The columns that tell one figure of a result from another."""
    return [*result.by, *KEYS]
