"""Days and months: the arithmetic that every cohort and deadline uses."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache


@lru_cache(maxsize=1 << 16)
def months_after(day: date, months: int) -> date:
    """The same day of the month so many calendar months later, or the month's last day where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Span:
    """A time as people say it: so many months, or so many days."""

    months: int = 0
    days: int = 0

    @classmethod
    @cache
    def parse(cls, text: str) -> "Span | None":
        """What ``3 months``, ``2 weeks``, ``10 days`` or ``1 year`` means; None where it means nothing."""
        told = re.fullmatch(r"(\d{1,4}) ?(day|week|month|year)s?", text.strip())
        if told is None:
            return None
        number, unit = int(told[1]), told[2]
        return cls(days=number * _DAYS[unit]) if unit in _DAYS else cls(months=number * _MONTHS[unit])

    def after(self, day: date) -> date:
        """The day so long after another."""
        return months_after(day, self.months) + timedelta(days=self.days)


_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "year": 12}
