"""Status: what is known of a participant's situation on a day or through a period, and when nobody knows."""

from datetime import date
from typing import Literal

import msgspec

from events.base import Marks, WeeklyHours
from events.income import MainIncome

StatusActivity = Literal[
    "work",
    "wage-subsidy",
    "primary-school",
    "upper-secondary",
    "higher-education",
    "labour-market-measure",
    "work-placement",
    "language-training",
    "volunteering",
    "benefit",
    "social-assistance",
]


class StatusConfirmed(Marks, frozen=True):
    """Someone asked how things stand on that day, and got an answer or did not (statusoppdatering).

    "No job" and "nobody knows" are different facts: reached with no activity says that nothing runs; not
    reached says that nobody knows.

    :ivar reached: there was an answer; where false, nothing else here says anything
    :ivar activities: every activity that runs that day -> hours a week, or nothing where the hours are
        unknown: work, wage-subsidy, primary-school, upper-secondary, higher-education, labour-market-measure,
        work-placement, language-training, volunteering, benefit, social-assistance; empty = none of them
    :ivar main_income: the main source of income, values as in income-source-recorded
    """

    TOPIC = "status-confirmed"
    TERM = "statusoppdatering"
    value_field = "reached"
    reached: bool = True
    activities: dict[StatusActivity, WeeklyHours | None] = msgspec.field(default_factory=dict)
    main_income: MainIncome = "not-asked"

    @property
    def observes(self) -> bool:
        return self.reached


class PeriodObserved(Marks, frozen=True):
    """A month-by-month overview was kept of the participant from this day (månedsoversikt).

    Inside the period the participant's situation is known: where nothing else is told, nothing ran. A month that the
    overview leaves blank lies outside, between two such periods.

    :ivar until: the last day the overview covers
    """

    TOPIC = "period-observed"
    TERM = "månedsoversikt"
    value_field = "until"
    until: date
