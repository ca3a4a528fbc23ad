"""Drafts: what somebody typed about a participant and has not saved, sealed with the participant's own key."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import msgspec
import sqlite_utils
from werkzeug.datastructures import MultiDict

from tracker.errors import ParticipantIsForgotten, SealBroken
from tracker.keys import Keys
from tracker.storage import told, writing

KEPT_FOR = timedelta(days=7)
LARGEST = 40_000
"""Characters of what was typed; a form holds a few thousand at most."""

NOT_KEPT = frozenset(("csrf_token", "command", "seen"))
"""What belongs to one showing of a form, not to what was typed."""

_TABLE = (
    "CREATE TABLE IF NOT EXISTS drafts (user TEXT NOT NULL, participant TEXT NOT NULL, form TEXT NOT NULL, "
    "at TEXT NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (user, participant, form)) WITHOUT ROWID"
)


_LIVING = "FROM drafts WHERE user = ? AND at >= ?"


class Draft(NamedTuple):
    """What was typed in a form.

    :ivar at: when it was last kept, UTC
    """

    at: datetime
    typed: "MultiDict[str, str]"


class Kept(NamedTuple):
    """A draft in a list: of whom and in which form, without what was typed.

    :ivar at: when it was last kept, UTC
    """

    participant: UUID
    form: str
    at: datetime


class Drafts:
    """The table ``drafts`` of ``app.db``; what is older than a week is swept out.

    :param database: ``app.db``
    :param keys: the keys of the participants
    """

    def __init__(self, database: sqlite_utils.Database, keys: Keys) -> None:
        self._database = database
        self._keys = keys
        with writing(database) as connection:
            connection.execute(_TABLE)

    def keep(self, user: str, participant: UUID, form: str, typed: Iterable[tuple[str, str]], now: datetime) -> bool:
        """Keep what was typed in place of what was kept before; False where it is nothing, or too much."""
        pairs = [(name, value) for name, value in typed if name not in NOT_KEPT and value.strip()]
        if not pairs or sum(len(name) + len(value) for name, value in pairs) > LARGEST:
            return False
        self._keys.refuse_forgotten(participant)
        sealed = self._keys.sealer(participant).seal(msgspec.json.encode(pairs), _place(user, participant, form))
        with writing(self._database) as connection:
            connection.execute("DELETE FROM drafts WHERE at < ?", ((now - KEPT_FOR).isoformat(),))
            connection.execute(
                "INSERT OR REPLACE INTO drafts VALUES (?, ?, ?, ?, ?)",
                (user, participant.hex, form, now.isoformat(), sealed),
            )
        return True

    def find(self, user: str, participant: UUID, form: str, now: datetime) -> Draft | None:
        """What this user had typed, unless it is too old."""
        with told():
            row = self._database.execute(
                "SELECT at, sealed FROM drafts WHERE user = ? AND participant = ? AND form = ? AND at >= ?",
                (user, participant.hex, form, (now - KEPT_FOR).isoformat()),
            ).fetchone()
        if row is None:
            return None
        try:
            opened = self._keys.sealer(participant).open(row[1], _place(user, participant, form))
        except (SealBroken, ParticipantIsForgotten):
            return None
        pairs = msgspec.json.decode(opened, type=list[tuple[str, str]])
        return Draft(datetime.fromisoformat(row[0]), MultiDict(pairs))

    def count(self, user: str, now: datetime) -> int:
        """How many drafts this user has."""
        with told():
            row = self._database.execute(f"SELECT COUNT(*) {_LIVING}", (user, (now - KEPT_FOR).isoformat())).fetchone()
        return int(row[0])

    def of(self, user: str, now: datetime) -> list[Kept]:
        """The drafts of this user, the newest first."""
        with told():
            rows = self._database.execute(
                f"SELECT participant, form, at {_LIVING} ORDER BY at DESC, participant, form",
                (user, (now - KEPT_FOR).isoformat()),
            ).fetchall()
        return [Kept(UUID(hex=one), form, datetime.fromisoformat(at)) for one, form, at in rows]

    def drop(self, user: str, participant: UUID, form: str) -> None:
        """Throw a draft away."""
        with writing(self._database) as connection:
            connection.execute(
                "DELETE FROM drafts WHERE user = ? AND participant = ? AND form = ?", (user, participant.hex, form)
            )


def _place(user: str, participant: UUID, form: str) -> bytes:
    return b"draft" + participant.bytes + f"{user}\0{form}".encode()
