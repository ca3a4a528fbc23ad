"""Straight: columns read from the read model itself, in memory, where there are no files to read them from."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import polars as pl

from tracker.indicators.columns.derived import Derived
from tracker.indicators.columns.kinds import FACTS, MOMENT, Kind, Numbers, empty, read, until
from tracker.storage import told


class Straight:
    """What was known at a position, asked of the read model for each question.

    :ivar path: the read model's file
    :param numbers: the streams whose numbers have been handed out already
    """

    def __init__(self, path: Path, position: int, numbers: Numbers | None = None) -> None:
        self.path = path
        self.position = position
        self._numbers = numbers or Numbers()

    def rows(self, kind: Kind, parts: Sequence[str], columns: Sequence[str]) -> pl.DataFrame:
        """Rows known at the position.

        :param parts: values of ``kind.by``; none = all
        """
        known = "known_from <= ? AND (known_to IS NULL OR known_to > ?)"
        return self._read(kind, known, [self.position] * 2, parts).select(columns)

    def history(self, parts: Sequence[str], columns: Sequence[str]) -> pl.DataFrame:
        """Facts known at the position, and those known before it and no longer.

        :param parts: log names; none = all
        """
        return until(self.position, self._read(FACTS, "known_from <= ?", [self.position], parts)).select(columns)

    def moments(self, positions: pl.Series) -> pl.DataFrame:
        """(position, moment) of those positions that have a moment."""
        return moments(self.path, positions)

    def first_import(self, after: int, until: date) -> datetime | None:
        """The earliest moment of recording of an imported fact that is behind a position and happened until a day."""
        with told(), closing(connected(self.path)) as connection:
            row = connection.execute(
                "SELECT MIN(recorded_at) FROM timeline "
                "WHERE known_to IS NULL AND position > ? AND channel = 'import' AND happened_on <= ?",
                (after, until.isoformat()),
            ).fetchone()
        return datetime.fromisoformat(row[0]) if row[0] else None

    def windows(self) -> pl.DataFrame | None:
        """The windows as they are kept; None where they have to be worked out."""
        return None

    def keeps(self, _kind: Derived) -> bool:
        """Whether they are kept: nothing is."""
        return False

    def derived(self, _kind: Derived, _columns: Sequence[str]) -> pl.DataFrame | None:
        """Rows that are kept; None: they have to be worked out."""
        return None

    def _read(self, kind: Kind, condition: str, values: Sequence[int], parts: Sequence[str]) -> pl.DataFrame:
        if parts:
            condition += f" AND {kind.by} IN ({', '.join('?' * len(parts))})"
        with told(), closing(connected(self.path)) as connection:
            return pl.concat([empty(kind), *read(connection, kind, self._numbers, condition, [*values, *parts])])


def moments(path: Path, positions: pl.Series) -> pl.DataFrame:
    """(position, moment) of those positions of a read model that have a moment, each once."""
    wanted = json.dumps(positions.drop_nulls().unique().to_list())
    with told(), closing(connected(path)) as connection:
        rows = connection.execute(
            "SELECT position, moment FROM moments WHERE position IN (SELECT value FROM json_each(?))", (wanted,)
        ).fetchall()
    found = pl.DataFrame(rows, schema={"position": pl.Int64, "moment": pl.Int64}, orient="row")
    return found.with_columns(pl.col("moment").cast(MOMENT))


def connected(path: Path) -> sqlite3.Connection:
    """A connection of its own to a read model, for reading; one thread after the other may use it."""
    uri = f"{path.absolute().as_uri()}?mode=ro"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA query_only = ON")
    return connection
