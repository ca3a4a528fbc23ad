"""Sessions: who is signed in, kept on the server, so that they run out and can be ended."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlite_utils

from tracker.storage import told, writing

IDLE = timedelta(minutes=30)
"""Without a request for so long, a session is over."""

LONGEST = timedelta(hours=10)
"""However busy, a session is over after a working day."""

NOTED = timedelta(minutes=1)
"""How exactly the last request is noted: not every request need write."""

_TABLE = (
    "CREATE TABLE IF NOT EXISTS sessions (token BLOB PRIMARY KEY, user TEXT NOT NULL, at TEXT NOT NULL, "
    "seen TEXT NOT NULL) WITHOUT ROWID"
)


class Session(NamedTuple):
    """A session that runs.

    :ivar at: when it began, UTC
    :ivar seen: when it was last used, to the minute
    """

    user: str
    at: datetime
    seen: datetime


class Sessions:
    """The table of sessions; it holds digests of tokens, so that reading it lets nobody in."""

    def __init__(self, database: sqlite_utils.Database) -> None:
        self._database = database
        with writing(self._database) as connection:
            connection.execute(_TABLE)

    def begin(self, user: str, now: datetime) -> str:
        """Begin a session; those that are over are swept out.

        :returns: its token, which only the browser keeps
        """
        token = secrets.token_urlsafe(32)
        with writing(self._database) as connection:
            connection.execute(
                "DELETE FROM sessions WHERE seen < ? OR at < ?",
                ((now - IDLE).isoformat(), (now - LONGEST).isoformat()),
            )
            connection.execute(
                "INSERT INTO sessions VALUES (?, ?, ?, ?)", (_digest(token), user, now.isoformat(), now.isoformat())
            )
        return token

    def find(self, token: str, now: datetime) -> Session | None:
        """The session of a token, if it is not over; that it is used is noted."""
        digest = _digest(token)
        with told():
            row = self._database.execute("SELECT user, at, seen FROM sessions WHERE token = ?", (digest,)).fetchone()
        if row is None:
            return None
        session = Session(row[0], datetime.fromisoformat(row[1]), datetime.fromisoformat(row[2]))
        if now - session.seen > IDLE or now - session.at > LONGEST:
            self.end(token)
            return None
        if now - session.seen > NOTED:
            with writing(self._database) as connection:
                connection.execute("UPDATE sessions SET seen = ? WHERE token = ?", (now.isoformat(), digest))
        return session

    def end(self, token: str) -> None:
        """End a session."""
        with writing(self._database) as connection:
            connection.execute("DELETE FROM sessions WHERE token = ?", (_digest(token),))

    def end_all(self, user: str) -> int:
        """End every session of a user: signed out everywhere.

        :returns: how many there were
        """
        with writing(self._database) as connection:
            return connection.execute("DELETE FROM sessions WHERE user = ?", (user,)).rowcount

    def running(self, user: str, now: datetime) -> int:
        """How many sessions of a user are not over."""
        with told():
            rows = self._database.execute(
                "SELECT count(*) FROM sessions WHERE user = ? AND seen >= ? AND at >= ?",
                (user, (now - IDLE).isoformat(), (now - LONGEST).isoformat()),
            )
            return int(rows.fetchone()[0])


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
