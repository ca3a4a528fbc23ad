"""The record of imports: which there were, what came of each, and what to make of one that broke off."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal
from uuid import UUID

import msgspec
import sqlite_utils

from tracker.errors import Busy, ParticipantIsForgotten
from tracker.importing.problems import ImportNotFound
from tracker.importing.sorting import sweep
from tracker.storage import app_database, make_file, told, writing

if TYPE_CHECKING:
    from tracker.application import ProgressionTracker

Status = Literal["running", "done", "failed", "undone"]
Place = tuple[UUID, int]

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS imports (
    id TEXT PRIMARY KEY, system TEXT NOT NULL, profile TEXT NOT NULL, kind TEXT NOT NULL, sha256 TEXT NOT NULL,
    at TEXT NOT NULL, by TEXT NOT NULL, status TEXT NOT NULL,
    rows INTEGER NOT NULL, participants INTEGER NOT NULL,
    facts INTEGER NOT NULL, corrections INTEGER NOT NULL, retractions INTEGER NOT NULL,
    first_position INTEGER, last_position INTEGER,
    first_stream TEXT NOT NULL, first_version INTEGER NOT NULL,
    last_stream TEXT NOT NULL, last_version INTEGER NOT NULL
)
"""


class Import(msgspec.Struct, frozen=True):
    """One import of one file; what the file is called is not kept, since it may name a person.

    :ivar id: it is stamped on the facts as their act, and named by corrections and retractions
    :ivar system: the reference system
    :ivar profile: name of the profile
    :ivar sha256: of the file
    :ivar rows: rows of the sheet
    :ivar participants: participants for whom something was recorded
    :ivar first_position: where its facts begin in the log; None = they are not there
    :ivar first_stream: stream of its first fact, by which it is found again after a crash
    """

    id: str
    system: str
    profile: str
    kind: str
    sha256: str
    at: str
    by: str
    status: Status
    rows: int
    participants: int
    facts: int
    corrections: int
    retractions: int
    first_position: int | None
    last_position: int | None
    first_stream: str
    first_version: int
    last_stream: str
    last_version: int


COLUMNS: Final = Import.__struct_fields__


class Imports:
    """The table of imports in ``app.db``."""

    def __init__(self, home: Path, *, read_only: bool = False) -> None:
        """
        :param read_only: make nothing; without the file, or the table, there are no imports
        """
        path = home / "app.db"
        self._database: sqlite_utils.Database | None = None
        if not read_only or path.exists():
            self._database = app_database(home)
        if not read_only:
            try:
                with writing(self._opened) as connection:
                    connection.execute(_TABLE)
            except BaseException:
                self.close()
                raise
        elif self._database is not None and "imports" not in self._database.table_names():
            self.close()

    def __enter__(self) -> "Imports":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    @property
    def _opened(self) -> sqlite_utils.Database:
        assert self._database is not None
        return self._database

    def all(self, where: str = "1", parameters: tuple[object, ...] = ()) -> list[Import]:
        """The imports, the oldest first."""
        if self._database is None:
            return []
        statement = f"SELECT {', '.join(COLUMNS)} FROM imports WHERE {where} ORDER BY at, rowid"
        with told():
            rows = self._database.execute(statement, parameters).fetchall()
        return [Import(*row) for row in rows]

    def get(self, id: str) -> Import:
        """One import.

        :raises ImportNotFound: there is none with this id
        """
        found = self.all("id = ?", (id,))
        if not found:
            raise ImportNotFound(f"there is no import {id[:40]!r}; tracker import list names them", id=id[:40])
        return found[0]

    def acts(self, system: str, profile: str) -> frozenset[str]:
        """The ids of the imports with a profile."""
        return frozenset(each.id for each in self.all("system = ? AND profile = ?", (system, profile)))

    def begin(self, new: Import) -> None:
        """Note an import before its facts go into the log."""
        marks = ", ".join("?" * len(COLUMNS))
        with writing(self._opened) as connection:
            connection.execute(
                f"INSERT INTO imports ({', '.join(COLUMNS)}) VALUES ({marks})",
                [getattr(new, name) for name in COLUMNS],
            )

    def end(self, id: str, status: Status, positions: tuple[int, int] | None = None) -> None:
        """Note what came of it."""
        with writing(self._opened) as connection:
            connection.execute("UPDATE imports SET status = ? WHERE id = ?", (status, id))
            if positions is not None:
                connection.execute(
                    "UPDATE imports SET first_position = ?, last_position = ? WHERE id = ?", (*positions, id)
                )

    def resolve(self, app: "ProgressionTracker") -> None:
        """Find out what came of imports that broke off: their facts are in the log, all of them or none."""
        for each in self.all("status = 'running'"):
            first = _position(app, each.id, (UUID(hex=each.first_stream), each.first_version))
            last = _position(app, each.id, (UUID(hex=each.last_stream), each.last_version))
            if first is not None and last is not None:
                self.end(each.id, "done", (first, last))
            else:
                self.end(each.id, "failed")


def _position(app: "ProgressionTracker", act: str, place: Place) -> int | None:
    """Where a fact of an import stands in the log, if it does."""
    stream, version = place
    row = next((row for row in app.log_of_facts.stream(stream) if row.version == version), None)
    if row is None:
        return None
    try:
        recorded = app.sealing.recorded(stream, version, row.topic, row.state)
    except ParticipantIsForgotten:
        return row.position
    return row.position if recorded.stamp.act == act else None


@contextmanager
def importing_alone(app: "ProgressionTracker") -> Iterator[Imports]:
    """Hold the right to import or to undo, after clearing up behind one that died.

    :raises Busy: another process holds it
    """
    path = app.settings.home / "import.lock"
    make_file(path)
    with path.open("r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Busy("another import is running; nothing was recorded, try again when it is done") from None
        sweep(app.settings.home)
        with Imports(app.settings.home) as imports:
            imports.resolve(app)
            yield imports
