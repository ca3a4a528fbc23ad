"""What a simulated participant earns and receives month by month, and the incomes of whole years as they become known.

Amounts are in basic amounts (G) a year, so that they grow with what others earn.
"""

from datetime import date
from decimal import Decimal
from functools import cache

from events.income import IncomeRecorded
from tracker.demo import rates
from tracker.demo.account import DAYS
from tracker.demo.life import Life, YearOfIncome
from tracker.rules.income import basic_amount_of, known_years

ASSESSED_IN = 10
"""The month in which the income of the year before becomes known, when the tax is settled."""


def of_a_month(life: Life, month: date, in_programme: bool = False) -> None:
    """What a month brings; in October also what the year before came to."""
    year = life.income.setdefault(month.year, YearOfIncome())
    year.work += float(life.work_hours) * rates.WAGE * life.wage / 12
    if in_programme:
        year.benefits += rates.INTRODUCTION_BENEFIT / 12
    elif life.measure:
        year.benefits += rates.MEASURE_BENEFIT / 12
    elif not life.jobs and not life.school:
        year.benefits += rates.OTHER_BENEFITS / 12
    if life.school:
        year.other += rates.GRANT_FOR_STUDY / 12
    if life.social_assistance:
        year.other += rates.ASSISTANCE_RECEIVED / 12
    year.other += (rates.NOT_TAXED + life.traits.children * rates.FOR_EACH_CHILD) / 12
    if life.income_told and month.month == ASSESSED_IN and month.year - 1 in life.income:
        _became_known(life, life.day_in(month), month.year - 1)


@cache
def _basic_amount(year: int) -> int:
    """Of the nearest year in which it is known."""
    years = known_years()
    return basic_amount_of(min(max(year, years[0]), years[-1])) or 0


def _became_known(life: Life, on: date, year: int) -> None:
    told = life.income[year]
    basic = _basic_amount(year)
    work, benefits, other = (
        Decimal(round(part * basic / 1000) * 1000) for part in (told.work, told.benefits, told.other)
    )
    recorded = IncomeRecorded(
        on=on,
        year=year,
        own_work_income=work,
        taxable_benefits=benefits,
        pension=Decimal(0),
        other=other,
        told_by="register",
    )
    life.tell(recorded, DAYS)
