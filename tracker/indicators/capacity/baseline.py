"""The starting point: whether each part of it was recorded while the programme was new."""

from datetime import date

import polars as pl

from events.base import UNTOLD
from tracker.indicators.capacity.levels import SKILLS, results
from tracker.indicators.capacity.presence import in_scope
from tracker.indicators.definition import Indicator, Selection
from tracker.indicators.details import with_details
from tracker.indicators.firsts import first_days_in
from tracker.indicators.frames import Frames
from tracker.indicators.measures import Count, Share
from tracker.indicators.tellings import BACKGROUND
from tracker.rules.quality import BASELINE_BY

BASELINE_MONTHS = BASELINE_BY.on(date.max)
"""Months after the start of the programme at which a starting point is looked for."""

LEVEL_PARTS = tuple(f"level-{skill}" for skill in SKILLS)
PARTS = ("track", *LEVEL_PARTS, "schooling", "literacy", "work-history", "programme-goal", "long-term-goal")
_FACTS = {"track": "track-assigned", "programme-goal": "programme-goal-set", "long-term-goal": "career-goal-set"}


def first_told(frames: Frames) -> pl.DataFrame:
    """(participant, a column for each of ``PARTS``): the first day on which it was told, empty where it never was."""
    columns = ("participant", "happened_on", "details")
    background = frames.derived(BACKGROUND).rename({"on": "happened_on"})
    mapped = with_details(
        frames.facts("skills-mapped", columns=columns), years="$.work_years", occupation="$.occupation"
    )
    on, skill = pl.col("on"), pl.col("skill")
    levels = (
        results(frames)
        .group_by("participant")
        .agg(pl.when(skill == name).then(on).min().alias(f"level-{name}") for name in SKILLS)
    )
    told = {
        "schooling": background.filter(~pl.col("schooling").is_in(UNTOLD)),
        "literacy": background.filter(~pl.col("literate").is_in(UNTOLD)),
        "work-history": mapped.filter(pl.col("years").is_not_null() | pl.col("occupation").is_not_null()),
        **{part: frames.facts(fact, columns=columns[:2]) for part, fact in _FACTS.items()},
    }
    found = levels
    for part, facts in told.items():
        first = first_days_in(facts, "happened_on", called=part)
        found = found.join(first, on="participant", how="full", coalesce=True)
    return found.select("participant", *PARTS)


def starting_points(selection: Selection) -> pl.DataFrame:
    """One row a person and month: whether each part was told by that day."""
    told = first_told(selection.frames)
    return pl.concat(
        in_scope(selection.frames, selection.days(months))
        .join(told, on="participant", how="left")
        .with_columns((pl.col(PARTS) <= pl.col("day")).fill_null(False), months=pl.lit(months, pl.Int32))
        .rename(_told)
        for months in selection.months
    )


def _told(column: str) -> str:
    """The column of a part: the breakdowns have some of the names."""
    return f"told {column}" if column in PARTS else column


_ALL = pl.all_horizontal(map(_told, PARTS))
_LEVELS = pl.all_horizontal(map(_told, LEVEL_PARTS))
K1 = Indicator(
    id="K1",
    version=1,
    title="Starting point recorded three months into the programme",
    definition=(
        "Of all who started the programme, the share for whom the whole starting point was recorded with a day up to "
        "three months after the start, that day included: track, a level in each of the four skills (below A1 is one, "
        "not assessed is none), highest schooling, literacy, work before arrival (years or occupation), goal of the "
        "programme and long-term goal. Each part is a line of its own. Schooling is its class, since years of it are "
        "not recorded. Unknown and not asked are not recorded. Nobody is left out, whatever became of them; what is "
        "learnt later counts only from the day that it is told of."
    ),
    formula="x(all parts told by P+3) / n(P); the same for each part",
    example="Of 4 people, 3 have a track, 2 all four levels and 1 all parts: 75, 50 and 25 per cent.",
    dimension="K",
    tags="R A",
    unit="per cent",
    axes={"started": (BASELINE_MONTHS,)},
    denominator="all",
    measures=(
        Share(
            starting_points,
            (
                Count("baseline", _ALL, within="levels"),
                Count("track", pl.col(_told("track"))),
                Count("levels", _LEVELS, within="level-listening"),
                *(Count(part, pl.col(_told(part))) for part in PARTS[1:]),
            ),
        ),
    ),
    rules=(BASELINE_BY,),
    source="NORCE 20-2019 section 3.1",
)
INDICATORS = (K1,)
