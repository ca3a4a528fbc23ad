"""The access log: who looked at whom, when and why; kept in ``app.db``, read by the auditor."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

import sqlite_utils

from tracker.storage import told, writing

_COLUMNS = {"at": str, "by": str, "what": str, "participant": str, "why": str, "position": int, "rows": int}
_INDEXES = (
    "CREATE INDEX IF NOT EXISTS access_log_participant ON access_log (participant)",
    "CREATE INDEX IF NOT EXISTS access_log_by ON access_log (by)",
)


class Access(NamedTuple):
    """A line of the log.

    :ivar at: UTC, as ISO text
    :ivar by: user name
    :ivar what: what was looked at, taken or refused: the name of a page, ``export parquet``, ``copy nb``
    :ivar participant: whom it was about; None = a list, whose length is ``rows``
    :ivar why: on what ground: own, manager, lent, or the reason that was given
    :ivar position: position in the log of facts, where figures or tables were taken
    :ivar rows: how many people or rows
    """

    at: str
    by: str
    what: str
    participant: str | None = None
    why: str | None = None
    position: int | None = None
    rows: int | None = None


class Asked(NamedTuple):
    """Which lines are asked for; what is left out does not matter.

    :ivar since: from this moment on
    :ivar before: up to this moment, without it
    :ivar besides: not what these users did
    """

    by: str | None = None
    participant: UUID | None = None
    since: datetime | None = None
    before: datetime | None = None
    besides: frozenset[str] = frozenset()


EVERYTHING = Asked()
_INSERT = f"INSERT INTO access_log ({', '.join(Access._fields)}) VALUES (?, ?, ?, ?, ?, ?, ?)"


class AccessLog:
    """The table ``access_log``; lines are added and never changed."""

    def __init__(self, database: sqlite_utils.Database) -> None:
        """
        :param database: ``app.db``, as ``tracker.storage.app_database`` opens it
        """
        self._database = database
        table = self._database.table("access_log")
        with told():
            table.create(_COLUMNS, if_not_exists=True)
            missing = _COLUMNS.keys() - table.columns_dict.keys()
        if missing:
            with writing(self._database) as connection:
                for name in missing:
                    kind = "INTEGER" if _COLUMNS[name] is int else "TEXT"
                    connection.execute(f"ALTER TABLE access_log ADD COLUMN {name} {kind}")
        with writing(self._database) as connection:
            for statement in _INDEXES:
                connection.execute(statement)

    def note(
        self,
        at: datetime,
        by: str,
        what: str,
        *,
        participant: UUID | None = None,
        why: str | None = None,
        position: int | None = None,
        rows: int | None = None,
    ) -> None:
        """Add a line. It stands before the answer does, so that nothing is shown without it."""
        line = Access(at.isoformat(), by, what, None if participant is None else str(participant), why, position, rows)
        # A statement by itself is a transaction of its own.
        with told():
            self._database.conn.execute(_INSERT, line)

    def lines(self, asked: Asked = EVERYTHING, *, limit: int = 200, offset: int = 0) -> list[Access]:
        """Lines, the newest first."""
        conditions, values = _conditions(asked)
        with told():
            rows = self._database.execute(
                f"SELECT {', '.join(Access._fields)} FROM access_log WHERE {' AND '.join(conditions)} "
                "ORDER BY at DESC, rowid DESC LIMIT ? OFFSET ?",
                [*values, limit, offset],
            )
            return [Access(*row) for row in rows.fetchall()]

    def count(self, asked: Asked = EVERYTHING) -> int:
        """How many lines there are."""
        conditions, values = _conditions(asked)
        with told():
            rows = self._database.execute(
                f"SELECT count(*) FROM access_log WHERE {' AND '.join(conditions)}", list(values)
            )
            return int(rows.fetchone()[0])


def _conditions(asked: Asked) -> tuple[list[str], Iterable[str]]:
    conditions = {
        "by = ?": asked.by,
        "participant = ?": asked.participant and str(asked.participant),
        "at >= ?": asked.since and asked.since.astimezone(UTC).isoformat(),
        "at < ?": asked.before and asked.before.astimezone(UTC).isoformat(),
        "by NOT IN (SELECT value FROM json_each(?))": asked.besides and json.dumps(sorted(asked.besides)),
    }
    given = {condition: value for condition, value in conditions.items() if value}
    return ["1", *given], given.values()
