"""Months spent in each state after the programme, from one look at the same day of each month."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from tracker.indicators.definition import Indicator, Selection
from tracker.indicators.frames import Frames
from tracker.indicators.measures import Average, Mean
from tracker.indicators.side_by_side import halves, side_by_side
from tracker.indicators.status import NAMES, STATE_VERSION
from tracker.indicators.timeline import monthly_looks, timeline

FOLLOWED = 60
"""Months that are summed."""

SETS = ("any-work", "any-education")
"""What may run beside something else: months with it, whatever the state."""

KNOWN_FROM = NAMES.index("UNKNOWN") + 1
"""States from this number on are of those who are in scope and whose situation is known."""

LINES = {name: name.lower().replace("_", "-") for name in NAMES}
"""State -> its line."""


def months_in_states(selection: Selection) -> pl.DataFrame:
    """How many of the first months after the day each person spent in each state, of those followed that long."""
    months = selection.months or (FOLLOWED,)
    who = selection.who.select("participant", "origin", "home")
    timeline(selection.frames)
    found = pl.concat(side_by_side(lambda half: _looked_at(selection.frames, who[half], months), halves(who.height)))
    return pl.concat(
        found.filter(pl.col("months") == month).join(
            selection.days(month).select("participant"), on="participant", how="semi"
        )
        for month in months
    )


def _looked_at(frames: Frames, who: pl.DataFrame, months: Sequence[int]) -> pl.DataFrame:
    """How many of the first months each of these people spent in each state."""
    columns = (*LINES.values(), *SETS)
    totals = np.zeros((who.height, len(columns)), dtype=np.int16)
    found: dict[int, pl.DataFrame] = {}

    def keep(month: int) -> None:
        so_far = {name: pl.Series(totals[:, number].astype(np.int32)) for number, name in enumerate(columns)}
        found[month] = who.select("participant", months=pl.lit(month, pl.Int32), **so_far)

    keep(0)
    for look, seen in enumerate(monthly_looks(frames, who, max(months)), start=1):
        here = seen.states >= KNOWN_FROM
        people = np.flatnonzero(seen.followed)
        totals[people, seen.states] += 1
        for number, runs in enumerate((seen.works, seen.educated), start=len(LINES)):
            totals[people, number] += here & runs
        if look in months:
            keep(look)
    return pl.concat(found[month] for month in months)


E10 = Indicator(
    id="E10",
    version=1,
    title="Mean months in each state in five years",
    definition=(
        "For those who left the programme and have been followed for 60 months: the mean number of months in each "
        "state, from one look a month on the same day of the month, the day of leaving first, 60 looks in all. Each "
        f"look has one state, the first that holds by the printed precedence (version {STATE_VERSION}): "
        f"{', '.join(NAMES)}. The months of all states sum to 60, those of unknown status, out of scope and after "
        "death too. Beside, whatever the state: months with any ordinary or self-employed work, and months with any "
        "education, each a month where both run; only months in scope whose status is known count there, so that they "
        "are at least so many."
    ),
    formula="sum over people of looks in state s, over n; sum over s = 60",
    example="One person works full time for 24 of 60 looks, another never: mean 12 months in WORK37.",
    dimension="E",
    tags="N R",
    unit="months",
    axes={"left": (FOLLOWED,)},
    denominator="all",
    measures=(
        Mean(
            months_in_states,
            tuple(
                Average(
                    line,
                    pl.col(line),
                    unit="months",
                    scale=(0.0, FOLLOWED),
                    whole=None if line in SETS else "months followed",
                )
                for line in (*LINES.values(), *SETS)
            ),
        ),
    ),
    source="mean time in each state as seqmeant of TraMineR; state precedence of the catalogue, section 3.1",
)
