"""Moves between bands of weekly hours from one year to the next, and from a small first job to full time."""

from itertools import chain
from typing import Any

import polars as pl

from tracker.indicators.definition import Indicator, Selection
from tracker.indicators.economic.intensity import BANDS
from tracker.indicators.hours import first_days, first_doubts, stretches
from tracker.indicators.looking import FEW, KNOWN, status_after
from tracker.indicators.measures import Incidence, Share, matrix
from tracker.indicators.timeline import timeline
from tracker.indicators.waiting import REACHED, months_between, waiting

YEAR = 12
"""Months from the first look to the second."""

SMALL, FULL = 30, 37
"""Hours a week: a first job of fewer is small; that many are full time."""

UNKNOWN, OUT_OF_SCOPE = "status-unknown", "out-of-scope"
STATES = (*BANDS, UNKNOWN, OUT_OF_SCOPE)
FULL_TIME_LINE = "37-hours-after-a-small-first-job"


def moves(selection: Selection) -> pl.DataFrame:
    """Each person's band at each month, and a year later, of those followed that long."""
    months = selection.months or (0,)
    looks = dict.fromkeys(chain(months, (month + YEAR for month in months)))
    if len(looks) > FEW:
        timeline(selection.frames)
    bands = {look: status_after(selection, look).select("participant", "months", band=_band()) for look in looks}
    return pl.concat(
        bands[month]
        .rename({"band": "before"})
        .join(bands[month + YEAR].select("participant", after="band"), on="participant")
        for month in months
    )


def _band() -> pl.Expr:
    """The state of a status row: one of ``STATES``."""
    band: Any = pl.when(pl.col("out") | pl.col("dead")).then(pl.lit(OUT_OF_SCOPE)).when(~KNOWN).then(pl.lit(UNKNOWN))
    for name, inside in BANDS.items():
        band = band.when(inside.fill_null(False)).then(pl.lit(name))
    found: pl.Expr = band.cast(pl.Enum(STATES))
    return found


def full_time_after_small(selection: Selection) -> pl.DataFrame:
    """Waiting for full-time hours since the first job, of those whose first job was small.

    From work of unknown hours on nobody knows whether they are reached: the wait is seen until the day before.
    """
    first = _first_jobs(selection)
    small = first.filter(((pl.col("hours") < SMALL) & ~pl.col("full_time")).fill_null(False))
    who = selection.who.drop("origin").join(small.select("participant", origin="on"), on="participant")
    doubts = first_doubts(selection.frames, who).rename({"on": "doubtful_on"})
    certain = (pl.col("on") <= pl.col("doubtful_on")).fill_null(True)
    reached = first_days(selection.frames, (FULL,), who).join(doubts, on="participant", how="left").filter(certain)
    rows = waiting(selection.of(who), reached.with_columns(line=pl.lit(FULL_TIME_LINE)), (FULL_TIME_LINE,))
    day_before = pl.col("doubtful_on").dt.offset_by("-1d")
    seen = doubts.join(who, on="participant").select(
        "participant", seen=months_between(pl.col("origin"), day_before, whole=True)
    )
    cut = (pl.col("cause") != REACHED).fill_null(True) & (pl.col("seen") < pl.col("time")).fill_null(False)
    return (
        rows.join(seen, on="participant", how="left")
        .with_columns(time=pl.when(cut).then("seen").otherwise("time"), cause=pl.when(~cut).then("cause"))
        .filter(pl.col("time") >= pl.col("entry"))
        .drop("seen")
    )


def _first_jobs(selection: Selection) -> pl.DataFrame:
    """(participant, on, hours, full_time): the first day from the origin on with any ordinary or self-employed work."""
    return (
        stretches(selection.frames)
        .filter("works")
        .join(selection.who.select("participant", "origin"), on="participant")
        .filter((pl.col("valid_to") > pl.col("origin")) & (pl.col("valid_from") <= selection.frames.known_on))
        .with_columns(on=pl.max_horizontal("valid_from", "origin"))
        .sort("participant", "on")
        .unique("participant", keep="first", maintain_order=True)
        .select("participant", "on", "hours", "full_time")
    )


E7 = Indicator(
    id="E7",
    version=1,
    title="Moves between bands of weekly hours, year by year",
    definition=(
        "Of those who left the programme and were in one band of weekly hours so many months later, the share in each "
        "band twelve months after that; only people followed to the second day. Bands as in E1: ordinary and "
        "self-employed work, summed; a position of 100 per cent is full time, work of unknown hours a band of its own. "
        "Unknown status and out of scope (dead, abroad, without protection, or moved where the figure is for one "
        "municipality) are states to come from and to go to, so that each row sums to everybody in it. Beside: of "
        "those whose first job since they left was of less than 30 hours, how many have reached 37 hours or a full "
        "post by so many months after that job began. The first job is the first day from leaving on with any such "
        "work, a job that runs already included; hours of jobs that run at once are summed; who has a first job of "
        "unknown hours is left out, and from later work of unknown hours on the wait is seen no further. Leaving the "
        "scope competes, and people are followed while their situation is known."
    ),
    formula="p(b' | b) = n(b at X+m, b' at X+m+12) / n(b at X+m); Aalen-Johansen of first h >= 37 since the first job",
    example="Of four people with 10-19 hours at X+12, two have 20-29 hours at X+24: 10-19 -> 20-29 is 50 per cent.",
    dimension="E",
    tags="H N",
    unit="per cent",
    axes={"left": (0, 12, 24, 36)},
    denominator="aj",
    measures=(
        Share(moves, matrix(STATES, pl.col("before"), pl.col("after"))),
        Incidence(full_time_after_small, (FULL_TIME_LINE,)),
    ),
    source="NORCE 20-2019 chapter 4; transition rates as seqtrate of TraMineR",
)
