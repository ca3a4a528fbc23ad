"""Looking at a cohort: everybody's status at each of the months asked for."""

import polars as pl

from tracker.indicators.definition import Selection
from tracker.indicators.status import status_at

KNOWN = pl.col("known")
WORKS, HOURS = pl.col("works"), pl.col("hours")
EDUCATED = pl.col("higher-education") | pl.col("upper-secondary") | pl.col("primary-school")


def statuses(selection: Selection) -> pl.DataFrame:
    """One row a person and month, of those followed that long: the columns of :func:`status_at`, months and present."""
    return pl.concat([status_after(selection, months) for months in selection.months or (0,)])


def status_after(selection: Selection, months: int) -> pl.DataFrame:
    """Everybody's status so many months after their day, of those followed that long."""
    days = selection.days(months).with_columns(months=pl.lit(months, pl.Int32))
    return status_at(selection.frames, days).with_columns(present=~pl.col("out") & ~pl.col("dead"))
