"""Calendar feeds: a secret address for each advisor, of which only a digest is kept; kept in ``app.db``."""

import secrets
from datetime import datetime
from hashlib import sha256

import sqlite_utils

from tracker.storage import told, writing

_TABLE = (
    "CREATE TABLE IF NOT EXISTS calendar_feeds "
    "(user TEXT PRIMARY KEY, token TEXT NOT NULL UNIQUE, made_at TEXT NOT NULL)"
)


class Feeds:
    """The table of feeds, one for each user at most.

    :param database: ``app.db``
    """

    def __init__(self, database: sqlite_utils.Database) -> None:
        self._database = database
        with writing(database) as connection:
            connection.execute(_TABLE)

    def make(self, user: str, at: datetime) -> str:
        """Make a feed; an earlier one of the user stops.

        :returns: its token, which cannot be told again
        """
        token = secrets.token_urlsafe(32)
        with writing(self._database) as connection:
            connection.execute(
                "INSERT OR REPLACE INTO calendar_feeds VALUES (?, ?, ?)", (user, _digest(token), at.isoformat())
            )
        return token

    def end(self, user: str) -> None:
        """Stop the feed of a user."""
        with writing(self._database) as connection:
            connection.execute("DELETE FROM calendar_feeds WHERE user = ?", (user,))

    def made_at(self, user: str) -> str | None:
        """When the feed of a user was made; None where there is none."""
        with told():
            row = self._database.execute("SELECT made_at FROM calendar_feeds WHERE user = ?", (user,)).fetchone()
        return None if row is None else str(row[0])

    def user_of(self, token: str) -> str | None:
        """Whose feed has this token."""
        with told():
            row = self._database.execute(
                "SELECT user FROM calendar_feeds WHERE token = ?", (_digest(token),)
            ).fetchone()
        return None if row is None else str(row[0])


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
