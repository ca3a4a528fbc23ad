"""Participants offered to another advisor, until that one has answered; kept in ``app.db``."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlite_utils

from tracker.storage import told, writing

_TABLES = (
    "CREATE TABLE IF NOT EXISTS handovers (id INTEGER PRIMARY KEY, participant TEXT NOT NULL, giver TEXT NOT NULL, "
    "receiver TEXT NOT NULL, municipality TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL, answer TEXT, "
    "answered_at TEXT)",
    # A participant is offered to one advisor at a time.
    "CREATE UNIQUE INDEX IF NOT EXISTS handovers_open ON handovers (participant) WHERE answer IS NULL",
    "CREATE INDEX IF NOT EXISTS handovers_receiver ON handovers (receiver, answer)",
    "CREATE INDEX IF NOT EXISTS handovers_giver ON handovers (giver, at)",
)
LAST = 50
"""So many answered offers of an advisor are looked back at."""
_COLUMNS = "id, participant, giver, receiver, municipality, at, by, answer, answered_at"


class Offer(NamedTuple):
    """A participant offered to another advisor.

    :ivar giver: who is the advisor now
    :ivar by: who offered it: the advisor, or a manager
    :ivar answer: accepted, declined, withdrawn; None = not yet
    """

    id: int
    participant: UUID
    giver: str
    receiver: str
    municipality: str
    at: str
    by: str
    answer: str | None = None
    answered_at: str | None = None


class Handovers:
    """The table of offers.

    :param database: ``app.db``
    """

    def __init__(self, database: sqlite_utils.Database) -> None:
        self._database = database
        with writing(database) as connection:
            for statement in _TABLES:
                connection.execute(statement)

    def offer(
        self, participants: Iterable[UUID], giver: str, receiver: str, municipality: str, at: datetime, by: str
    ) -> int:
        """Offer participants; who is offered to somebody already stays so.

        :returns: how many offers were made
        """
        with writing(self._database) as connection:
            made = 0
            for participant in participants:
                made += connection.execute(
                    "INSERT OR IGNORE INTO handovers (participant, giver, receiver, municipality, at, by) "
                    "VALUES (?, ?, ?, ?, ?, ?)",
                    (participant.hex, giver, receiver, municipality, at.isoformat(), by),
                ).rowcount
            return made

    def to(self, receiver: str) -> list[Offer]:
        """The offers that wait for the answer of an advisor."""
        return self._read("receiver = ? AND answer IS NULL ORDER BY id", receiver)

    def count_to(self, receiver: str) -> int:
        """How many offers wait for the answer of an advisor."""
        with told():
            row = self._database.execute(
                "SELECT count(*) FROM handovers WHERE receiver = ? AND answer IS NULL", (receiver,)
            ).fetchone()
        return int(row[0])

    def of(self, giver: str) -> list[Offer]:
        """The offers of an advisor's participants that wait for an answer, and the last that were answered."""
        waiting = self._read("giver = ? AND answer IS NULL ORDER BY id", giver)
        return waiting + self._read(f"giver = ? AND answer IS NOT NULL ORDER BY answered_at DESC LIMIT {LAST}", giver)

    def find(self, id: int) -> Offer | None:
        """An offer by its number."""
        return next(iter(self._read("id = ?", id)), None)

    def answer(self, offers: Iterable[int], answer: str, at: datetime) -> int:
        """Close those of these offers that wait.

        :returns: how many did
        """
        with writing(self._database) as connection:
            return connection.executemany(
                "UPDATE handovers SET answer = ?, answered_at = ? WHERE id = ? AND answer IS NULL",
                [(answer, at.isoformat(), one) for one in offers],
            ).rowcount

    def _read(self, condition: str, value: object) -> list[Offer]:
        with told():
            rows = self._database.execute(f"SELECT {_COLUMNS} FROM handovers WHERE {condition}", (value,)).fetchall()
        return [Offer(row[0], UUID(hex=row[1]), *row[2:]) for row in rows]
