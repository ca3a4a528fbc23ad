"""Work intensity: how many hours of work a week, at which times after the programme or the settlement."""

from dataclasses import replace

import polars as pl

from tracker.indicators.definition import Indicator
from tracker.indicators.looking import EDUCATED, HOURS, KNOWN, WORKS, statuses
from tracker.indicators.measures import Average, Count, Mean, Share, curve, if_known

FULL_TIME = pl.col("full_time")
BANDS: dict[str, pl.Expr] = {
    "no-work": ~WORKS,
    "under-1": WORKS & ~FULL_TIME & (HOURS < 1),
    "1-9": WORKS & ~FULL_TIME & (HOURS >= 1) & (HOURS < 10),
    "10-19": WORKS & ~FULL_TIME & (HOURS >= 10) & (HOURS < 20),
    "20-29": WORKS & ~FULL_TIME & (HOURS >= 20) & (HOURS < 30),
    "30-36": WORKS & ~FULL_TIME & (HOURS >= 30) & (HOURS < 37),
    "37-or-more": WORKS & (FULL_TIME | (HOURS >= 37).fill_null(False)),
    "hours-unknown": WORKS & ~FULL_TIME & HOURS.is_null(),
}
"""Bands of weekly hours after Statistics Norway's labour force survey; lower bound included, upper excluded."""

THRESHOLDS = (1, 10, 20, 30, 37)
FULL_WEEK = 37.5
AFTER_LEAVING = (0, 12, 24, 36, 48, 60)
AFTER_SETTLEMENT = tuple(range(12, 121, 12))
_FROM_20 = ("E1/20-29", "E1/30-36", "E1/37-or-more")
ATOMS = {
    1: ("E1/1-9", "E1/10-19", *_FROM_20, "E1/hours-unknown"),
    10: ("E1/10-19", *_FROM_20),
    20: _FROM_20,
    30: _FROM_20[1:],
    37: _FROM_20[2:],
}
"""The bands of E1 that the lines of E2 are the sum of; work of unknown hours counts at 1 hour."""
ENOUGH = pl.when(FULL_TIME).then(60.0).otherwise(HOURS)
"""Hours for a threshold: a full post reaches every one."""

E1 = Indicator(
    id="E1",
    version=1,
    title="Work intensity: in each band of weekly hours",
    definition=(
        "Of those who left the programme and are in scope on the day, the share whose ordinary and self-employed work "
        "sums to no hours, under 1, 1-9, 10-19, 20-29, 30-36 or 37 hours a week or more; a position of 100 per cent "
        "is full time. Work of unknown hours and unknown status are lines of their own. Beside: self-employed, in a "
        "subsidised job, and in work and education at once. After settlement the same, year by year."
    ),
    formula="x(band) / n, h = sum of contracted hours a week over jobs that run on the day",
    example="Jobs of 12 and 8 hours on the day are 20 hours: band 20-29.",
    dimension="E",
    tags="H N R",
    unit="per cent",
    axes={"left": AFTER_LEAVING, "settled": AFTER_SETTLEMENT},
    denominator="present",
    measures=(
        Share(
            statuses,
            (
                *(
                    Count(name, if_known(KNOWN, inside.fill_null(False)), whole="bands")
                    for name, inside in BANDS.items()
                ),
                Count("status-unknown", ~KNOWN, whole="bands"),
                Count("self-employed", if_known(KNOWN, pl.col("self_employed"))),
                Count("wage-subsidy", if_known(KNOWN, pl.col("subsidised"))),
                Count("work-and-education", if_known(KNOWN, WORKS & EDUCATED)),
            ),
        ),
    ),
    source="NORCE 20-2019 section 2.3.3; hour bands of Statistics Norway's labour force survey",
)
E2 = Indicator(
    id="E2",
    version=1,
    title="In work of at least 1, 10, 20, 30, 37 hours a week",
    definition=(
        "Of those who left the programme and are in scope twelve months later, the share whose ordinary and "
        "self-employed work reaches each number of hours a week, and the mean of the part of a full week worked "
        "(hours up to 37.5, over 37.5; no work = 0). Subsidised work is a second line, never merged. Work of unknown "
        "hours counts at 1 hour and is unknown above; a full post reaches every threshold."
    ),
    formula="x(h >= t) / n; mean of min(h, 37.5) / 37.5",
    example="Of four people with 0, 9, 20 and 37.5 hours, 2 of 4 reach 20 hours; they work 0.443 of a full week.",
    dimension="E",
    tags="H",
    unit="per cent; part of a full week",
    axes={"left": (12,), "settled": AFTER_SETTLEMENT},
    denominator="present",
    measures=(
        Share(
            statuses,
            (
                *(
                    replace(line, atoms=ATOMS[threshold])
                    for line, threshold in zip(curve("work", WORKS, ENOUGH, THRESHOLDS, KNOWN), THRESHOLDS, strict=True)
                ),
                *curve("wage-subsidy", pl.col("subsidised"), pl.col("subsidised_hours"), THRESHOLDS, KNOWN),
            ),
        ),
        Mean(
            statuses,
            tuple(
                Average(
                    f"{name}-full-weeks",
                    if_known(KNOWN, hours.clip(upper_bound=FULL_WEEK)),
                    unit="part of a full week",
                    divisor=FULL_WEEK,
                    scale=(0.0, 1.0),
                )
                for name, hours in (("work", HOURS), ("wage-subsidy", pl.col("subsidised_hours")))
            ),
        ),
    ),
    source="NORCE 20-2019 chapter 4",
)
