"""Working days in Norway: which day comes next that is no Saturday, Sunday or public holiday."""

from datetime import date, timedelta

DAY = timedelta(days=1)


def next_working_day(day: date) -> date:
    """The first working day after a day: no Saturday, no Sunday, no public holiday (offentlig høytidsdag)."""
    # Imported only where it is used: it is slow to load.
    from holidays import country_holidays

    off = country_holidays("NO")
    day += DAY
    while day.weekday() >= 5 or day in off:
        day += DAY
    return day
