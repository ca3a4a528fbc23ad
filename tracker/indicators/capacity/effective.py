"""Effective time of many people at once: days since the programme started, without approved leave.

For each person it is what :class:`tracker.course.clock.Clock` counts.
"""

from decimal import Decimal

import polars as pl

from tracker.indicators.columns.derived import day_of, participant_of, place
from tracker.indicators.details import with_details
from tracker.indicators.frames import Frames


def leaves(frames: Frames, people: pl.DataFrame) -> pl.DataFrame:
    """(participant, first, after): leave that was approved and extends the deadline, from each one's ``start`` on.

    Leave that overlaps is there once, so that the stretches of a person are apart from each other.

    :param people: participant, start
    """
    refused = pl.any_horizontal((pl.col(name) == "false").fill_null(False) for name in ("approved", "extends_deadline"))
    person = pl.col("participant")
    spells = frames.spells("leave", columns=("participant", "valid_from", "valid_to", "details"))
    return (
        with_details(spells, approved="$.approved", extends_deadline="$.extends_deadline")
        .filter(~refused)
        .join(people.select("participant", "start"), on="participant")
        .select(
            first=place(person, pl.max_horizontal("valid_from", "start")),
            after=place(person, pl.col("valid_to")),
        )
        .sort("first")
        # The places of one person all lie before those of the next, so that these leave nothing behind.
        .with_columns(first=pl.max_horizontal("first", pl.col("after").cum_max().shift(1)))
        .filter(pl.col("after") > pl.col("first"))
        .select(participant_of(pl.col("first")), first=day_of(pl.col("first")), after=day_of(pl.col("after")))
    )


def passed(rows: pl.DataFrame, leave: pl.DataFrame, day: str) -> pl.Series:
    """The effective days that have passed before a day, a row each; 0 up to the start, empty where the day is.

    :param rows: participant, start and the day
    :param leave: of :func:`leaves`
    """
    numbered = rows.select("participant", "start", day=day).with_row_index("row")
    gone = (pl.min_horizontal("after", "day") - pl.col("first")).dt.total_days().clip(lower_bound=0)
    away = (
        numbered.join(leave, on="participant")
        .filter(pl.col("first") < pl.col("day"))
        .group_by("row")
        .agg(away=gone.sum())
    )
    since = (pl.col("day") - pl.col("start")).dt.total_days().clip(lower_bound=0)
    return (
        numbered.join(away, on="row", how="left", maintain_order="left")
        .select(passed=since - pl.col("away").fill_null(0))
        .to_series()
    )


def days_of(months: Decimal, since: pl.Expr) -> pl.Expr:
    """How many days so many calendar months from a day on are.

    A part of a month is that part of the days of the month it falls in, rounded half up.
    """
    whole = int(months)
    first = since.dt.offset_by(f"{whole}mo")
    days = (first - since).dt.total_days()
    if months == whole:
        return days
    up, down = (months - whole).as_integer_ratio()
    of_month = (since.dt.offset_by(f"{whole + 1}mo") - first).dt.total_days()
    return days + (2 * up * of_month + down) // (2 * down)
