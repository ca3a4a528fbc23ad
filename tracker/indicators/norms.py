"""Norms of expected course: which ones the municipality that holds a participant has adopted."""

from pathlib import Path

import polars as pl

from tracker.course.norms import NormSet, NormSetNotFound, norm_sets
from tracker.indicators.cohort import holding
from tracker.indicators.columns.derived import last_of_each
from tracker.indicators.frames import Frames
from tracker.indicators.waiting import NO_LONGER_THERE

ADOPTED = "norm-set-adopted"


def adopted(frames: Frames, people: pl.DataFrame) -> pl.DataFrame:
    """(participant, norm_set): the norms that hold for each one, as ``default@1``; for whom none do, has no row.

    They are the last ones that the municipality of residence on ``day`` had adopted by ``by``. They hold for nobody
    who is dead, abroad or without protection on the day.

    :param people: participant, day, by
    """
    version = pl.col("details").str.json_path_match("$.version")
    adoptions = (
        frames.facts(ADOPTED, columns=("participant", "happened_on", "version", "value", "details"))
        .join(frames.municipalities.select("participant", "municipality"), on="participant")
        .select("municipality", "happened_on", "version", norm_set=pl.format("{}@{}", "value", version))
    )
    found = (
        people.select("participant", "day", "by")
        .join(_held_in(frames, people), on="participant")
        .join(adoptions, on="municipality")
        .filter(pl.col("happened_on") <= pl.col("by"))
    )
    return last_of_each(found, "happened_on", "version").select("participant", "norm_set")


def _held_in(frames: Frames, people: pl.DataFrame) -> pl.DataFrame:
    """(participant, municipality) of those whom one holds on their ``day``."""
    days = people.select("participant", origin="day")
    registered = (
        frames.facts("participant-registered", columns=("participant", "happened_on", "value"))
        .join(days, on="participant")
        .filter(pl.col("happened_on") <= pl.col("origin"))
        .select("participant", settled_in="value")
    )
    return (
        days.join(holding(frames, days, "residence"), on="participant", how="left")
        .join(registered, on="participant", how="left")
        .filter(~pl.col("value").is_in(NO_LONGER_THERE).fill_null(False))
        .select("participant", municipality=pl.coalesce("value", "settled_in"))
        .drop_nulls()
    )


def named(home: Path | None, name: str) -> NormSet:
    """The norm set of a name such as ``default@1``.

    :param home: the data folder, where norms of a municipality's own lie
    :raises NormSetNotFound: norms that were adopted are no longer there
    """
    known = norm_sets(home)
    if name not in known:
        there = ", ".join(sorted(known))
        raise NormSetNotFound(f"there is no norm set {name}; known: {there}", name=name, known=there)
    return known[name]
