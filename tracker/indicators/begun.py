"""Begun: the first day on which anything was told of what people take part in, or on which it ran."""

from typing import get_args

import polars as pl

from events import fact_classes
from events.base import activities
from events.programme import Element, ProgrammeElementStarted
from tracker.indicators.columns.derived import Derived, Source

_ELEMENT = ProgrammeElementStarted.activity
_ACTIVITIES = tuple(name for name, activity in activities().items() if activity.observes)
_ACTIVITY_OF = {cls.TOPIC: cls.activity for cls in fact_classes().values() if cls.activity in _ACTIVITIES}
NAMED = (*_ACTIVITIES, *(f"{_ELEMENT}={element}" for element in get_args(Element)))
"""Everything that somebody takes part in, and each part of the programme, as norm sets name them."""


def _begun(facts: pl.DataFrame, spells: pl.DataFrame) -> pl.DataFrame:
    fact, activity, key = (pl.col(name).cast(pl.String) for name in ("fact", "activity", "key"))
    told = pl.concat(
        [
            facts.select("participant", key, activity=fact.replace_strict(_ACTIVITY_OF), on="happened_on"),
            spells.select("participant", key, activity=activity, on="valid_from"),
        ]
    )
    elements = told.filter(pl.col("activity") == _ELEMENT)
    return (
        pl.concat(
            [
                told.select("participant", "on", named="activity"),
                elements.select("participant", "on", named=pl.concat_str(pl.lit(f"{_ELEMENT}="), "key")),
            ]
        )
        .with_columns(pl.col("named").cast(pl.Enum(NAMED)))
        .group_by("participant", "named")
        .agg(pl.col("on").min())
    )


BEGUN = Derived(
    "begun",
    {"participant": pl.UInt32(), "named": pl.Enum(NAMED), "on": pl.Date()},
    (
        Source("facts", tuple(_ACTIVITY_OF), ("participant", "fact", "key", "happened_on")),
        Source("spells", _ACTIVITIES, ("participant", "activity", "key", "valid_from")),
    ),
    _begun,
)
"""A row a participant and name of ``NAMED``: the first day of it. Where only the end was told, that day counts."""
