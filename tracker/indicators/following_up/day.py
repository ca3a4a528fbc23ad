"""The day on which follow-up is looked at, and the people who are looked at."""

from collections.abc import Mapping

import polars as pl

from tracker.indicators.capacity.presence import in_scope
from tracker.indicators.cohort import Axis
from tracker.indicators.definition import Selection

AXES: Mapping[Axis, tuple[int, ...]] = {"started": (), "left": (), "active": ()}
WHEN = (
    " Looked at on the day of the figure; for those active, on the day on which they are. What was recorded of those "
    "who have died or moved since counts too."
)
"""How definitions say which day it is."""


def looked_at(selection: Selection) -> pl.DataFrame:
    """(participant, home, day, present): the day of the figure; of who is active, that on which they are."""
    day = pl.col("origin") if selection.axis == "active" else pl.lit(selection.frames.known_on)
    return in_scope(selection.frames, selection.who.select("participant", "home", day=day))
