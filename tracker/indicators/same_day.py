"""Same day: the same day of the month so many months later."""

import numpy as np
import polars as pl


def same_day(days: pl.Series, months: int) -> pl.Series:
    """The same day so many months later of each day; a month that is too short for it gives its last day.

    There are far fewer days than people: the calendar is counted on, and each one's day is looked up in it.
    """
    if not months or not len(days) or days.null_count():
        return days.dt.offset_by(f"{months}mo")
    numbers = days.to_physical().to_numpy()
    first, last = numbers.min(), numbers.max()
    calendar = pl.Series(np.arange(first, last + 1, dtype=np.int32)).cast(pl.Date).dt.offset_by(f"{months}mo")
    return pl.Series(days.name, calendar.to_physical().to_numpy()[numbers - first], dtype=pl.Int32).cast(pl.Date)
