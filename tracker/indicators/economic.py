"""Economic integration: work, graded by its hours."""

from collections.abc import Iterator

import polars as pl

from tracker.calendar import months_after
from tracker.indicators.definition import Indicator, Line, Selection
from tracker.indicators.status import status_at

BANDS = (
    ("no-work", None, 0.0),
    ("under-1", 0.0, 1.0),
    ("1-9", 1.0, 10.0),
    ("10-19", 10.0, 20.0),
    ("20-29", 20.0, 30.0),
    ("30-36", 30.0, 37.0),
    ("37-or-more", 37.0, None),
)
"""Bands of weekly hours after Statistics Norway's labour force survey; lower bound included, upper excluded."""

THRESHOLDS = (1, 10, 20, 30, 37)
FULL_WEEK = 37.5


def in_scope(selection: Selection, months: int) -> pl.DataFrame:
    """The status of the group's people so many months after their day, of those followed that long and in scope."""
    days = pl.DataFrame(
        [
            (participant, day)
            for participant, origin in selection.who.select("participant", "origin").iter_rows()
            if (day := months_after(origin, months)) <= selection.frames.known_on
        ],
        schema={"participant": pl.String, "day": pl.Date},
        orient="row",
    )
    status = status_at(selection.frames, days, municipality=selection.municipality)
    if selection.denominator == "present":
        status = status.filter(~pl.col("out") & ~pl.col("dead"))
    return status


def hours_bands(selection: Selection) -> Iterator[Line]:
    """Everybody in one band of weekly hours of ordinary and self-employed work, at each month."""
    for months in selection.months:
        status = in_scope(selection, months)
        n = status.height
        known = status.filter("known")
        unknown = n - known.height
        works, hours, full = pl.col("works"), pl.col("hours"), pl.col("full_time")
        for name, low, high in BANDS:
            if low is None:
                inside = ~works
            elif high is None:
                inside = works & (full | (hours >= low))
            else:
                inside = works & ~full & (hours >= low) & (hours < high)
            yield Line(name, months, _count(known, inside), n, unknown, whole="bands")
        yield Line("hours-unknown", months, _count(known, works & ~full & hours.is_null()), n, unknown, whole="bands")
        yield Line("status-unknown", months, unknown, n, whole="bands")
        educated = pl.col("higher-education") | pl.col("upper-secondary") | pl.col("primary-school")
        yield Line("self-employed", months, _count(known, pl.col("self_employed")), n, unknown)
        yield Line("wage-subsidy", months, _count(known, pl.col("subsidised")), n, unknown)
        yield Line("work-and-education", months, _count(known, works & educated), n, unknown)


def threshold_curve(selection: Selection) -> Iterator[Line]:
    """How many work at least so many hours, and the mean part of a full week, with wage subsidy beside."""
    for months in selection.months:
        status = in_scope(selection, months)
        n = status.height
        known = status.filter("known")
        for label, works, hours, full in (
            ("work", pl.col("works"), pl.col("hours"), pl.col("full_time")),
            ("wage-subsidy", pl.col("subsidised"), pl.col("subsidised_hours"), pl.lit(False)),
        ):
            for threshold in THRESHOLDS:
                surely = works & (full | (hours >= threshold))
                doubtful = works & ~full & hours.is_null()
                if threshold == 1:
                    surely, doubtful = surely | doubtful, pl.lit(False)
                unknown = n - known.height + _count(known, doubtful)
                counted = _count(known, surely)
                yield Line(f"{label}-{threshold}-hours", months, counted, n, unknown, falling=label)
            told = known.filter(~works | hours.is_not_null())
            week = (pl.when(works).then(hours).otherwise(0.0)).clip(upper_bound=FULL_WEEK) / FULL_WEEK
            mean = told.select(week.mean()).item() if told.height else None
            value = 0.0 if mean is None else float(mean)
            yield Line(f"{label}-full-weeks", months, told.height, n, n - told.height, value=value)


def _count(status: pl.DataFrame, which: pl.Expr) -> int:
    return status.filter(which.fill_null(False)).height


E1 = Indicator(
    id="E1",
    version=1,
    title="Work intensity: in each band of weekly hours",
    definition=(
        "Of those who left the programme and are in scope on the day, the share whose ordinary and self-employed work "
        "sums to no hours, under 1, 1-9, 10-19, 20-29, 30-36 or 37 hours a week or more; a position of 100 per cent "
        "is full time. Work of unknown hours and unknown status are lines of their own. Beside: self-employed, in a "
        "subsidised job, and in work and education at once."
    ),
    dimension="E",
    tags="H N R",
    unit="per cent",
    population="left",
    months=(0, 12, 24, 36, 48, 60),
    denominator="present",
    measure=hours_bands,
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
        "hours counts at 1 hour and is unknown above."
    ),
    dimension="E",
    tags="H",
    unit="per cent; part of a full week",
    population="left",
    months=(12,),
    denominator="present",
    measure=threshold_curve,
    source="NORCE 20-2019 chapter 4",
)
