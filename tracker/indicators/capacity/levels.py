"""Levels of Norwegian as they were shown: a result a row, its level as a rank."""

from collections.abc import Mapping

import polars as pl

from tracker.indicators.frames import Frames
from tracker.readmodel.fold import LEVELS

SKILLS = ("listening", "reading", "writing", "speaking")
RANKS: Mapping[str, int] = {level: rank for rank, level in enumerate(LEVELS)}
"""Steps from below A1 = 0 to C1 = 5: an order, not a measure."""

SKILL = pl.Enum(SKILLS)
LEVEL = pl.Enum(LEVELS)


def results(frames: Frames) -> pl.DataFrame:
    """(participant, skill, rank, tested, on) of every result on the day of its test; not assessed is no result.

    ``tested``: it is a result of the national test (norskprøven).
    """
    return frames.once(_results)


def _results(frames: Frames) -> pl.DataFrame:
    told = frames.facts("language-level-reached", columns=("participant", "happened_on", "value", "details"))
    # Far fewer different details than results: each is read once.
    details = told.select(pl.col("details").unique()).with_columns(
        skill=pl.col("details").str.json_path_match("$.skill").cast(SKILL),
        tested=(pl.col("details").str.json_path_match("$.evidence") == "norskproven").fill_null(False),
    )
    rank = pl.col("value").cast(LEVEL, strict=False).to_physical().cast(pl.Int8)
    return (
        told.lazy()
        .select("participant", "details", rank=rank, on="happened_on")
        .drop_nulls("rank")
        .join(details.lazy(), on="details")
        .select("participant", "skill", "rank", "tested", "on")
        .collect()
    )
