"""Where people live so many months after their day, and whether they are in scope then."""

import polars as pl

from tracker.indicators.cohort import residence_at
from tracker.indicators.definition import Selection
from tracker.indicators.waiting import NO_LONGER_THERE


def there_after(selection: Selection, months: int) -> pl.DataFrame:
    """(participant, day, months, residence, present) of those followed that long; no other part of a status."""
    days = selection.days(months)
    residence = residence_at(selection.frames, days.select("participant", origin="day"))
    lives = pl.col("residence")
    elsewhere = (lives != pl.col("home")).fill_null(False)
    return days.join(residence, on="participant").select(
        "participant",
        "day",
        "residence",
        months=pl.lit(months, pl.Int32),
        present=~lives.is_in(NO_LONGER_THERE) & ~elsewhere,
    )
