"""Looking at a cohort: everybody's status at each of the months asked for."""

from collections.abc import Sequence
from functools import partial

import polars as pl

from tracker.indicators.definition import Selection
from tracker.indicators.side_by_side import side_by_side
from tracker.indicators.timeline import status_of, timeline

FEW = 3
"""More looks than these are looked up, rather than each worked out."""

KNOWN = pl.col("known")
WORKS, HOURS = pl.col("works"), pl.col("hours")
EDUCATED = pl.col("higher-education") | pl.col("upper-secondary") | pl.col("primary-school")


def statuses(selection: Selection) -> pl.DataFrame:
    """One row a person and month, of those followed that long: the columns of :func:`status_at`, months and present."""
    return looks(selection, selection.months or (0,))


def looks(selection: Selection, months: Sequence[int]) -> pl.DataFrame:
    """Everybody's status after each number of months."""
    if len(months) > FEW:
        timeline(selection.frames)
    return pl.concat(side_by_side(partial(status_after, selection), months))


def status_after(selection: Selection, months: int, *columns: str) -> pl.DataFrame:
    """Everybody's status so many months after their day, of those followed that long, and whether they are ``present``.

    :param columns: only these of a status; none named, all
    """
    days = selection.days(months).with_columns(months=pl.lit(months, pl.Int32))
    wanted = dict.fromkeys((*columns, "out", "dead")) if columns else ()
    return status_of(selection.frames, days, *wanted).with_columns(present=~pl.col("out") & ~pl.col("dead"))
