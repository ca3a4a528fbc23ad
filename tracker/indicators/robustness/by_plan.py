"""How far the official figure could have moved: by the goal of the plan, too, and in November of the year after."""

from dataclasses import replace
from datetime import date

import polars as pl

from tracker.indicators.cohort import Cohort, residence_at
from tracker.indicators.definition import Awaited, Selection
from tracker.indicators.frames import Frames
from tracker.indicators.looking import KNOWN
from tracker.indicators.measures import Share, if_known
from tracker.indicators.robustness import snapshot
from tracker.indicators.robustness.november import november_awaited, november_days, november_status
from tracker.indicators.robustness.snapshot import (
    choices,
    counts_of,
    first_homes,
    judged,
    panel_of,
    registration_awaited,
)
from tracker.indicators.statistics.snapshot import SCENARIOS
from tracker.rules.november import REFERENCE_DAY

NOVEMBER = "november-"
IN_NOVEMBER = ("low", "main-by-hours", "high")
"""What can be asked about November, when nothing is registered and the plan is over."""


def official_panel(selection: Selection) -> pl.DataFrame:
    """As :func:`panel`, by the official definition alone."""
    return panel_of(selection, SCENARIOS[:1], _homes_at_start)


def panel(selection: Selection) -> pl.DataFrame:
    """Each leaver with the columns of :func:`tracker.indicators.robustness.snapshot.judged` for each definition.

    Who lives elsewhere than when the programme began has moved, not who came from elsewhere before that.
    """
    return panel_of(selection, SCENARIOS, _homes_at_start)


def _homes_at_start(frames: Frames, left: pl.DataFrame) -> pl.DataFrame:
    """(participant, home): where each leaver lived when the programme last began; first, where no start was told."""
    begun = (
        frames.facts("programme-started", columns=("participant", "happened_on"))
        .join(left.select("participant", "left_on"), on="participant")
        .filter(pl.col("happened_on") <= pl.col("left_on"))
        .group_by("participant")
        .agg(origin=pl.col("happened_on").max())
    )
    found = first_homes(frames, left).join(residence_at(frames, begun), on="participant", how="left")
    return found.select("participant", home=pl.coalesce("residence", "home"))


def november_panel(selection: Selection) -> pl.DataFrame:
    """As :func:`panel`, of what runs in November of the year after leaving.

    Whoever nothing is known of then counts for nothing that is known: empty in each column.
    """
    seen = november_status(selection.frames, november_days(selection), "known")
    days = seen.select("participant", left_on="day", main_activity=pl.lit(None, pl.String))
    # Who has moved is counted wherever they live: it is no activity, as it can be for the register.
    found = judged(SCENARIOS, days, choices(selection.frames, days, first_homes(selection.frames, days), "moved"))
    told = [f"{one.id} {choice}" for one in SCENARIOS for choice in IN_NOVEMBER]
    return found.join(seen.select("participant", "known", "in_norway"), on="participant").with_columns(
        if_known(KNOWN, pl.col(column)).alias(column) for column in told
    )


def panel_awaited(cohort: Cohort, known_on: date) -> Awaited | None:
    """The years that are not closed in the register, and those that have not come to their November."""
    register, november = registration_awaited(cohort, known_on), november_awaited(cohort, known_on)
    if register is None or november is None:
        return register or november
    return replace(register, november=november.november)


_BY_PLAN = (
    " Main by plan is the activity that the goal of the programme on the day of leaving means (work: with wage "
    "subsidy or without; a trade certificate or part of it: upper secondary), the one with the most hours of several; "
    "where it means none of these, main by hours. Moved is who lives elsewhere on that day than when the programme "
    "last began."
)
R2 = replace(
    snapshot.R2,
    version=2,
    definition=snapshot.R2.definition + _BY_PLAN,
    formula=snapshot.R2.formula + "; by plan: sum over leavers of whether the activity of the goal counts / n",
    measures=(Share(official_panel, counts_of(SCENARIOS[:1])),),
    source=snapshot.R2.source + "; the goal in doubt: section 2.3.1",
)
R3 = replace(
    snapshot.R3,
    version=2,
    definition=(
        snapshot.R3.definition + _BY_PLAN + " Beside them the same definitions of what runs in the reference week of "
        "November in the year after leaving, of those who then are alive and in Norway, wherever they live, as far as "
        "their status is known; nothing is registered then, and there is no plan."
    ),
    formula=snapshot.R3.formula + "; in November of those seen then: sum low / n to sum high / n",
    measures=(
        Share(panel, counts_of(SCENARIOS)),
        Share(november_panel, counts_of(SCENARIOS, IN_NOVEMBER, NOVEMBER, pl.col("in_norway"))),
    ),
    rules=(*snapshot.R3.rules, REFERENCE_DAY),
    awaits=panel_awaited,
    source=snapshot.R3.source + "; the goal in doubt: section 2.3.1; Statistics Norway, introinnv",
)
