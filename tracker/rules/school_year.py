"""The Norwegian school year: by when who starts is in school, and by when what a year holds is done."""

from datetime import date

from tracker.rules import Rule

SCHOOL_YEAR = "education act (opplæringslova): a school year runs from 1 August to 31 July. Unverified: the paragraph"

STARTED_BY = Rule(
    id="school-year-started-by",
    version=1,
    steps=((date.min, (8, 31)),),
    unit="month and day",
    basis=f"{SCHOOL_YEAR}. Teaching begins in the second half of August, on another day in each county. A choice of "
    "this product: who starts by the last of August starts with the school year",
)
ENDED_BY = Rule(
    id="school-year-ended-by",
    version=1,
    steps=((date.min, (6, 30)),),
    unit="month and day",
    basis=f"{SCHOOL_YEAR}. Teaching ends about the middle of June, and certificates follow. A choice of this product: "
    "what a school year holds is done by the last of June",
)


def first_year(day: date) -> int:
    """The year in which school year 1 begins, counted from a day: the first that can still be started with."""
    return day.year if day <= _in_year(STARTED_BY, day.year) else day.year + 1


def started_by(day: date, number: int) -> date:
    """The last day on which who starts is in time.

    :param day: what school years are counted from
    :param number: 1 = the first that can still be started with
    """
    return _in_year(STARTED_BY, first_year(day) + number - 1)


def ended_by(day: date, number: int) -> date:
    """The last day in time for what a school year holds; parameters as for :func:`started_by`."""
    return _in_year(ENDED_BY, first_year(day) + number)


def _in_year(rule: Rule[tuple[int, int]], year: int) -> date:
    month, day = rule.on(date(year, 8, 1))
    return date(year, month, day)
