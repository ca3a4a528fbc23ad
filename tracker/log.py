"""The log of facts as it is read: by position, by stream, and whole, always in pages."""

import sqlite3
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder, StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder

from tracker.storage import told

if TYPE_CHECKING:
    from eventsourcing.postgres import PostgresApplicationRecorder

PAGE = 5_000


class Row(NamedTuple):
    """A stored fact in its place.

    :ivar position: its place in the whole log; positions rise, with gaps possible
    """

    position: int
    stream: UUID
    version: int
    topic: str
    state: bytes


class Log(Protocol):
    """What the rest of the tracker asks of the stored facts."""

    def head(self) -> int:
        """The newest position; 0 for an empty log."""

    def page(self, after: int, limit: int = PAGE, until: int | None = None) -> Sequence[Row]:
        """Facts after a position, in the order of the log."""

    def stream(self, stream: UUID, until: int | None = None) -> Sequence[Row]:
        """The facts of one stream, in the order of their versions."""

    def streams(self, until: int, first: str = "", last: str = "g") -> Generator[Row]:
        """All facts, stream by stream, of the streams whose hex id is in [first, last)."""

    def count(self) -> int:
        """How many facts there are."""

    def append(self, staged: Path) -> tuple[int, int]:
        """Add the facts of a staging file in one short transaction, and tell the first and the last position."""


def log_of(recorder: ApplicationRecorder) -> "SQLiteLog | PostgresLog":
    """The log behind the library's recorder."""
    if isinstance(recorder, SQLiteApplicationRecorder):
        return SQLiteLog(recorder)
    return PostgresLog(cast("PostgresApplicationRecorder", recorder))


class SQLiteLog:
    """Facts in ``events.db``; the position is the row id."""

    def __init__(self, recorder: SQLiteApplicationRecorder) -> None:
        self._datastore = recorder.datastore

    @contextmanager
    def _rows(self, statement: str, parameters: Sequence[Any]) -> Iterator[Any]:
        # One statement sees one state of the log without a transaction around it.
        with (
            told(),
            self._datastore.get_connection(commit=False) as connection,
            closing(connection._sqlite_conn.execute(statement, parameters)) as rows,
        ):
            rows.row_factory = None
            yield rows

    def head(self) -> int:
        with self._rows("SELECT MAX(rowid) FROM stored_events", ()) as rows:
            return rows.fetchone()[0] or 0

    def count(self) -> int:
        with self._rows("SELECT COUNT(*) FROM stored_events", ()) as rows:
            return int(rows.fetchone()[0])

    def page(self, after: int, limit: int = PAGE, until: int | None = None) -> Sequence[Row]:
        statement = (
            "SELECT rowid, originator_id, originator_version, topic, state FROM stored_events "
            "WHERE rowid > ? AND rowid <= ? ORDER BY rowid LIMIT ?"
        )
        with self._rows(statement, (after, until if until is not None else 1 << 62, limit)) as rows:
            return [Row(position, UUID(hex=name), *rest) for position, name, *rest in rows]

    def stream(self, stream: UUID, until: int | None = None) -> Sequence[Row]:
        statement = (
            "SELECT rowid, originator_version, topic, state FROM stored_events "
            "WHERE originator_id = ? ORDER BY originator_version"
        )
        with self._rows(statement, (stream.hex,)) as rows:
            found = [Row(position, stream, version, topic, state) for position, version, topic, state in rows]
        return found if until is None else [row for row in found if row.position <= until]

    def streams(self, until: int, first: str = "", last: str = "g") -> Generator[Row]:
        statement = (
            "SELECT rowid, originator_id, originator_version, topic, state FROM stored_events "
            "WHERE originator_id >= ? AND originator_id < ? AND rowid <= ? "
            "ORDER BY originator_id, originator_version"
        )
        known, stream = "", UUID(int=0)
        with self._rows(statement, (first, last, until)) as rows:
            for position, name, version, topic, state in rows:
                if name != known:
                    known, stream = name, UUID(hex=name)
                yield Row(position, stream, version, topic, state)

    def append(self, staged: Path) -> tuple[int, int]:
        with told(), self._datastore.get_connection(commit=True) as connection:
            raw = connection._sqlite_conn
            raw.execute("ATTACH ? AS staged", (str(staged),))
            try:
                raw.execute("BEGIN IMMEDIATE")
                before = raw.execute("SELECT MAX(rowid) FROM stored_events").fetchone()[0] or 0
                raw.execute(
                    "INSERT INTO stored_events SELECT originator_id, originator_version, topic, state "
                    "FROM staged.facts ORDER BY rowid"
                )
                after = raw.execute("SELECT MAX(rowid) FROM stored_events").fetchone()[0] or 0
                raw.execute("COMMIT")
            except BaseException:
                if raw.in_transaction:
                    raw.execute("ROLLBACK")
                raise
            finally:
                raw.execute("DETACH staged")
        return before + 1, after


class PostgresLog:
    """Facts in PostgreSQL; the position is the notification id."""

    def __init__(self, recorder: "PostgresApplicationRecorder") -> None:
        self._recorder = recorder
        self._datastore = recorder.datastore
        self._table = f'"{recorder.datastore.schema}"."{recorder.events_table_name}"'

    def _all(self, statement: str, parameters: Sequence[Any]) -> list[dict[str, Any]]:
        with told(), self._datastore.transaction() as cursor:
            cursor.execute(statement, parameters)
            return list(cursor.fetchall())

    def head(self) -> int:
        with told():
            return self._recorder.max_notification_id() or 0

    def count(self) -> int:
        return int(self._all(f"SELECT COUNT(*) AS n FROM {self._table}", ())[0]["n"])

    def page(self, after: int, limit: int = PAGE, until: int | None = None) -> Sequence[Row]:
        with told():
            found = self._recorder.select_notifications(after, limit, stop=until, inclusive_of_start=False)
        return [Row(item.id, _uuid(item), item.originator_version, item.topic, bytes(item.state)) for item in found]

    def stream(self, stream: UUID, until: int | None = None) -> Sequence[Row]:
        statement = (
            "SELECT notification_id, originator_version, topic, state "
            f"FROM {self._table} WHERE originator_id = %s ORDER BY originator_version"
        )
        rows = self._all(statement, (stream,))
        found = [
            Row(row["notification_id"], stream, row["originator_version"], row["topic"], bytes(row["state"]))
            for row in rows
        ]
        return found if until is None else [row for row in found if row.position <= until]

    def streams(self, until: int, first: str = "", last: str = "g") -> Generator[Row]:
        low = UUID(hex=first.ljust(32, "0")) if first else UUID(int=0)
        high = None if last == "g" else UUID(hex=last.ljust(32, "0"))
        bound = "" if high is None else "AND originator_id < %s"
        statement = (
            "SELECT notification_id, originator_id, originator_version, topic, state "
            f"FROM {self._table} WHERE originator_id >= %s {bound} AND notification_id <= %s "
            "ORDER BY originator_id, originator_version"
        )
        parameters = [low, *([high] if high else []), until]
        with (
            told(),
            self._datastore.get_connection() as connection,
            connection.transaction(),
            connection.cursor(name=f"streams_{threading.get_ident()}") as cursor,
        ):
            cursor.itersize = PAGE
            cursor.execute(statement, parameters)
            for row in cursor:
                yield Row(
                    row["notification_id"],
                    row["originator_id"],
                    row["originator_version"],
                    row["topic"],
                    bytes(row["state"]),
                )

    def append(self, staged: Path) -> tuple[int, int]:
        statement = f"COPY {self._table} (originator_id, originator_version, topic, state) FROM STDIN (FORMAT BINARY)"
        with told(), self._datastore.transaction(commit=True) as cursor:
            cursor.execute(f"LOCK TABLE {self._table} IN EXCLUSIVE MODE")
            cursor.execute(f"SELECT MAX(notification_id) AS n FROM {self._table}")
            newest = cursor.fetchone()
            before = (newest["n"] if newest else None) or 0
            with (
                closing(sqlite3.connect(staged)) as file,
                cursor.copy(statement) as copy,
            ):
                copy.set_types(["uuid", "int8", "text", "bytea"])
                for stream, *rest in file.execute(
                    "SELECT originator_id, originator_version, topic, state FROM facts ORDER BY rowid"
                ):
                    copy.write_row((UUID(hex=stream), *rest))
            cursor.execute(
                f"SELECT MIN(notification_id) AS low, MAX(notification_id) AS high FROM {self._table} "
                "WHERE notification_id > %s",
                (before,),
            )
            span = cursor.fetchone()
        assert span is not None
        return span["low"], span["high"]


def _uuid(item: StoredEvent) -> UUID:
    assert isinstance(item.originator_id, UUID)
    return item.originator_id
