"""Files of rules that were put in use on the pages: who sent each in, when, and what it says, for good."""

from datetime import datetime
from typing import NamedTuple

import sqlite_utils

from tracker.storage import told, writing

_TABLE = (
    "CREATE TABLE IF NOT EXISTS rule_files (name TEXT PRIMARY KEY, municipality TEXT NOT NULL, user TEXT NOT NULL, "
    "at TEXT NOT NULL, content BLOB NOT NULL) WITHOUT ROWID"
)


class RuleFileKept(NamedTuple):
    """A file of rules.

    :ivar name: id and version, as ``own@2``
    :ivar municipality: the codes for which it holds, separated by blanks
    :ivar at: when it was put in use, UTC
    """

    name: str
    municipality: str
    user: str
    at: datetime


class RuleFiles:
    """The table ``rule_files`` of ``app.db``; nothing is ever changed in it.

    :param database: ``app.db``
    """

    def __init__(self, database: sqlite_utils.Database) -> None:
        self._database = database
        with writing(database) as connection:
            connection.execute(_TABLE)

    def keep(self, file: RuleFileKept, content: bytes) -> None:
        """Keep a version."""
        with writing(self._database) as connection:
            connection.execute(
                "INSERT INTO rule_files VALUES (?, ?, ?, ?, ?)", (*file[:3], file.at.isoformat(), content)
            )

    def all(self) -> list[RuleFileKept]:
        """Every version, the newest first."""
        with told():
            rows = self._database.execute("SELECT name, municipality, user, at FROM rule_files ORDER BY at DESC, name")
            return [RuleFileKept(name, codes, user, datetime.fromisoformat(at)) for name, codes, user, at in rows]

    def content(self, name: str) -> bytes | None:
        """What a version says."""
        with told():
            row = self._database.execute("SELECT content FROM rule_files WHERE name = ?", (name,)).fetchone()
        return None if row is None else bytes(row[0])
