"""The read model as columns: what was known at one position, ready for counting."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, date, datetime

import polars as pl

from tracker.journey import OSLO
from tracker.readmodel.follow import ReadModel
from tracker.readmodel.tables import FOLD, PARTICIPANTS, SPELLS, TIMELINE, Table
from tracker.rules.observation import KNOWN_FOR

KEPT = {
    "participants": (
        "participant",
        "municipality",
        "settled_on",
        "first_settled_on",
        "birth_year",
        "gender",
        "schooling",
        "rule_set",
        "category",
    ),
    "spells": (
        "participant",
        "activity",
        "key",
        "valid_from",
        "valid_to",
        "value",
        "hours_per_week",
        "position_percent",
    ),
    "timeline": ("participant", "version", "happened_on", "fact", "value", "details", "observes", "channel"),
}
DATES = ("settled_on", "first_settled_on", "valid_from", "valid_to", "happened_on")
LAST_DAY = date(9999, 1, 1)
"""Stands for an open end, so that one comparison does for all spells."""


@dataclass(frozen=True)
class Frames:
    """Everything that figures are counted from, as known at a position.

    :ivar participants: one row a participant
    :ivar spells: one row a segment; an open end is ``LAST_DAY``
    :ivar timeline: one row a fact
    :ivar position: the position in the log
    :ivar known_on: the day of that position, Europe/Oslo: nobody is followed beyond it
    :ivar erased: participants erased up to now, whom no figure holds any more
    """

    participants: pl.DataFrame
    spells: pl.DataFrame
    timeline: pl.DataFrame
    position: int
    known_on: date
    erased: int

    @property
    def versions(self) -> str:
        """What fixes an answer besides the data: the versions of fold and rules."""
        return f"fold {FOLD}, {KNOWN_FOR.id} {KNOWN_FOR.version}"


def load(read_model: ReadModel, position: int, today: date) -> Frames:
    """Read the frames as known at a position; at the newest position, follow-up goes on until ``today``."""
    connection = read_model.database.conn
    connection.execute("BEGIN")
    try:
        newest = connection.execute("SELECT value FROM state WHERE name = 'position'").fetchone()[0]
        at = min(position, newest)
        known_on = today
        if at < newest:
            row = connection.execute("SELECT MAX(latest) FROM newest WHERE position <= ?", (at,)).fetchone()
            known_on = _day(row[0]) if row[0] is not None else date.min
        frames = {table.name: _frame(connection, table, at) for table in (PARTICIPANTS, SPELLS, TIMELINE)}
        erased = connection.execute("SELECT COUNT(*) FROM erased").fetchone()[0]
    finally:
        connection.execute("ROLLBACK")
    spells = frames["spells"].with_columns(pl.col("valid_to").fill_null(LAST_DAY))
    return Frames(frames["participants"], spells, frames["timeline"], at, known_on, erased)


def _frame(connection: sqlite3.Connection, table: Table, position: int) -> pl.DataFrame:
    names = KEPT[table.name]
    types = {column.name: column.type for column in table.columns}
    kinds: dict[str, type[pl.DataType]] = {"TEXT": pl.String, "INTEGER": pl.Int64, "REAL": pl.Float64}
    cursor = connection.execute(
        f"SELECT {', '.join(names)} FROM {table.name} WHERE known_from <= ? AND (known_to IS NULL OR known_to > ?)",
        (position, position),
    )
    frame = pl.DataFrame(cursor.fetchall(), schema={name: kinds[types[name]] for name in names}, orient="row")
    return frame.with_columns(pl.col(name).str.to_date("%Y-%m-%d") for name in names if name in DATES)


def _day(micros: int) -> date:
    return datetime.fromtimestamp(micros / 1e6, UTC).astimezone(OSLO).date()
