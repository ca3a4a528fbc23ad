"""What was saved lately at once, so that it can be undone at once."""

import json
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import sqlite_utils

from tracker.storage import told, writing

UNDO_FOR = timedelta(minutes=15)
"""How long an act can be undone with one click; later each fact is retracted with a reason."""

_TABLE = (
    "CREATE TABLE IF NOT EXISTS acts (act TEXT PRIMARY KEY, user TEXT NOT NULL, at TEXT NOT NULL, "
    "participants TEXT NOT NULL) WITHOUT ROWID"
)


class Act(NamedTuple):
    """What somebody saved at once.

    :ivar participants: in whose journeys
    """

    act: str
    user: str
    at: datetime
    participants: tuple[UUID, ...]


class Acts:
    """The table of what was saved lately; older lines are swept out."""

    def __init__(self, database: sqlite_utils.Database) -> None:
        """
        :param database: ``app.db``
        """
        self._database = database
        with writing(database) as connection:
            connection.execute(_TABLE)

    def note(self, act: Act) -> None:
        """Note an act."""
        with writing(self._database) as connection:
            connection.execute("DELETE FROM acts WHERE at < ?", ((act.at - UNDO_FOR).isoformat(),))
            connection.execute(
                "INSERT OR REPLACE INTO acts VALUES (?, ?, ?, ?)",
                (act.act, act.user, act.at.isoformat(), json.dumps([one.hex for one in act.participants])),
            )

    def find(self, act: str, user: str, now: datetime) -> Act | None:
        """An act of this user that can still be undone."""
        with told():
            row = self._database.execute(
                "SELECT act, user, at, participants FROM acts WHERE act = ? AND user = ? AND at >= ?",
                (act, user, (now - UNDO_FOR).isoformat()),
            ).fetchone()
        if row is None:
            return None
        return Act(row[0], row[1], datetime.fromisoformat(row[2]), tuple(UUID(hex=one) for one in json.loads(row[3])))
