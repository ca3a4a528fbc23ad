"""Presence: who is in scope on a day, from where they live then."""

import polars as pl

from tracker.indicators.cohort import residence_at
from tracker.indicators.frames import Frames
from tracker.indicators.waiting import NO_LONGER_THERE


def in_scope(frames: Frames, days: pl.DataFrame) -> pl.DataFrame:
    """The days with ``present``: not dead, abroad or without protection, and in a figure for a municipality at home.

    :param days: participant, home, day, one row a participant; further columns are kept
    """
    lives, home = pl.col("residence"), pl.col("home")
    residence = residence_at(frames, days.select("participant", origin="day"))
    return (
        days.join(residence, on="participant", how="left")
        .with_columns(present=(~lives.is_in(NO_LONGER_THERE) & (home.is_null() | (lives == home))).fill_null(False))
        .drop("residence")
    )
