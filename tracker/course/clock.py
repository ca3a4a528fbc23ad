"""Effective time: calendar time since the programme started, with approved leave taken out, to the day.

While an approved leave that extends the deadline runs, the clock stands still: each of its days moves every later norm
by one day. Nothing else stops it: not a leave that was refused or does not extend the deadline, not a suspension
(stans), and not the time between an end of the programme and its reopening.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from tracker.calendar import months_after

Stretch = tuple[date, date | None]
"""First day, and the first day after; None while it runs."""


def months_on(day: date, months: Decimal) -> date:
    """So many calendar months later; a part of a month is that part of the days of the month it falls in, rounded half
    up."""
    whole = int(months)
    first = months_after(day, whole)
    part = months - whole
    if not part:
        return first
    days = (months_after(day, whole + 1) - first).days
    return first + timedelta(days=int((part * days).quantize(Decimal(1), ROUND_HALF_UP)))


@dataclass(frozen=True)
class Clock:
    """Counts effective days from the start of the programme.

    :ivar start: first day of the programme
    :ivar leaves: approved leave that stops the clock, in order and apart from each other
    """

    start: date
    leaves: tuple[Stretch, ...] = ()

    @classmethod
    def of(cls, start: date, leaves: Iterable[Stretch]) -> "Clock":
        """The clock of a programme; leave before its start does not count, and overlapping leave counts once."""
        merged: list[Stretch] = []
        for first, after in sorted(leaves, key=lambda leave: leave[0]):
            first = max(first, start)
            if after is not None and after <= first:
                continue
            if merged and (merged[-1][1] is None or first <= merged[-1][1]):
                before, until = merged[-1]
                merged[-1] = (before, None if until is None or after is None else max(until, after))
            else:
                merged.append((first, after))
        return cls(start, tuple(merged))

    def days(self, day: date) -> int:
        """Effective days that have passed before a day; 0 up to the start."""
        if day <= self.start:
            return 0
        away = sum((min(after or day, day) - first).days for first, after in self.leaves if first < day)
        return (day - self.start).days - away

    def away(self, day: date) -> int:
        """Days of leave before a day."""
        return max(0, (day - self.start).days) - self.days(day)

    def months(self, months: Decimal, since: date | None = None) -> int:
        """The effective day on which so many months are full, counted from the start or from a later day."""
        origin = max(since or self.start, self.start)
        return self.days(origin) + (months_on(origin, months) - origin).days

    def day(self, days: int) -> date | None:
        """The first day on which so many effective days have passed; None while a running leave puts it off."""
        day = self.start + timedelta(days=days)
        for first, after in self.leaves:
            if first >= day:
                break
            if after is None:
                return None
            day += after - first
        return day
