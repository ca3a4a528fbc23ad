"""The rows to export: each table as it stands at one position, read once through and never held whole."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from tracker.readmodel.follow import ReadModel
from tracker.readmodel.tables import Table
from tracker.storage import LOCK_SECONDS, told

Line = tuple[Any, ...]
PAGE = 5_000


class Snapshot:
    """The read model as it is at one moment; what is folded meanwhile does not show.

    :ivar position: the position of the read model
    :ivar known_at: rows are given as they were known at this position; None = every row, with both clocks
    """

    def __init__(self, connection: sqlite3.Connection, position: int, known_at: int | None) -> None:
        self._connection = connection
        self.position = position
        self.known_at = known_at

    def count(self, table: Table) -> int:
        """How many rows of a table there are to export."""
        where, parameters = self._where(table)
        row = self._connection.execute(f"SELECT COUNT(*) FROM {table.name}{where}", parameters).fetchone()
        return int(row[0])

    def rows(self, table: Table) -> Iterator[list[Line]]:
        """The rows of a table in pages, in the order of its columns."""
        where, parameters = self._where(table)
        columns = ", ".join(self._shown(table, name) for name in table.names)
        cursor = self._connection.execute(f"SELECT {columns} FROM {table.name}{where} ORDER BY rowid", parameters)
        with told():
            while page := cursor.fetchmany(PAGE):
                yield page

    def erased(self) -> int:
        """How many participants have been erased, and so are in no answer."""
        return int(self._connection.execute("SELECT COUNT(*) FROM erased").fetchone()[0])

    def _where(self, table: Table) -> tuple[str, tuple[int, ...]]:
        if self.known_at is None:
            return "", ()
        if not table.versioned:
            return " WHERE position <= ?", (self.known_at,)
        return (
            " WHERE known_from <= ? AND (known_to IS NULL OR known_to > ?)",
            (self.known_at, self.known_at),
        )

    def _shown(self, table: Table, name: str) -> str:
        """Whoever asks what was known then must not see when it ceased to be known."""
        return "NULL AS known_to" if self.known_at is not None and name == "known_to" and table.versioned else name


@contextmanager
def snapshot(model: ReadModel, known_at: int | None) -> Iterator[Snapshot]:
    """Hold the read model as it is now, on a connection of its own.

    :param known_at: a position; rows are then given as they were known there
    """
    model.state()
    path = (model.home / model.name).absolute()
    with (
        told(),
        closing(
            sqlite3.connect(
                f"{path.as_uri()}?mode=rw",
                timeout=LOCK_SECONDS,
                isolation_level=None,
                check_same_thread=False,
                uri=True,
            )
        ) as connection,
    ):
        connection.execute("BEGIN")
        position = connection.execute("SELECT value FROM state WHERE name = 'position'").fetchone()[0]
        yield Snapshot(connection, int(position), known_at)
