"""Derived: rows that are worked out of others once, when files are written, and not whenever figures are counted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

_DAYS = 1 << 31


@dataclass(frozen=True)
class Source:
    """Rows that others are worked out of.

    :ivar parts: activities of spells, log names of facts; none = all
    """

    kind: Literal["spells", "facts", "windows"]
    parts: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Derived:
    """Rows that are worked out of those of each participant alone.

    They rise by participant; with a column ``day`` by participant and day.

    :ivar of: what the rows of the sources, of some participants, come to
    :ivar shared: whether several indicators ask for them, so that they are held as long as the frames are
    """

    name: str
    schema: Mapping[str, pl.DataType]
    sources: tuple[Source, ...]
    of: Callable[..., pl.DataFrame]
    shared: bool = True

    def made(self, *rows: pl.DataFrame) -> pl.DataFrame:
        """What the rows of the sources come to, with the columns in their order."""
        return rising(self.of(*rows).select(self.schema.keys()))


def rising(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows by rising participant, those of one in the order in which they came."""
    if not rows["participant"].is_sorted():
        rows = rows.sort("participant", maintain_order=True)
    return risen(rows)


def risen(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows that rise by participant, marked as such: joining and grouping by it takes a fraction of the time."""
    return rows.with_columns(pl.col("participant").set_sorted()) if "participant" in rows.columns else rows


def last_of_each(rows: pl.DataFrame, *order: str) -> pl.DataFrame:
    """The last row of each participant in an order; where each has one row that is seen sooner than rows are sorted."""
    people = rows["participant"].to_numpy()
    if (people[1:] > people[:-1]).all():
        return rows
    return rows.sort("participant", *order).unique("participant", keep="last", maintain_order=True)


def place(participant: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Person and day as one number: sorting by it takes a third of the time."""
    return participant.cast(pl.Int64) * _DAYS + day.cast(pl.Int32) + _DAYS // 2


def participant_of(place: pl.Expr) -> pl.Expr:
    """The person of such a number."""
    return (place // _DAYS).cast(pl.UInt32).alias("participant")


def day_of(place: pl.Expr) -> pl.Expr:
    """The day of such a number."""
    return (place % _DAYS - _DAYS // 2).cast(pl.Int32).cast(pl.Date)
