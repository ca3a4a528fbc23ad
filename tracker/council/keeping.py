"""Reports that were made, kept in ``app.db``: listed, read again unchanged for ever, and checked each time."""

import zlib
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Final, NamedTuple

import sqlite_utils

from tracker.council.content import Content, digest, read, written
from tracker.errors import Refusal
from tracker.storage import told, writing

DATA: Final = "data.json"
"""The file with the content of a report, whatever language the others are in."""

_TABLES = (
    "CREATE TABLE IF NOT EXISTS council_reports (id TEXT PRIMARY KEY, municipality TEXT NOT NULL, "
    "first INTEGER NOT NULL, last INTEGER NOT NULL, position INTEGER NOT NULL, known_on TEXT NOT NULL, "
    "made_at TEXT NOT NULL, made_by TEXT NOT NULL, sha256 TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS council_files (report TEXT NOT NULL REFERENCES council_reports, name TEXT NOT NULL, "
    "sha256 TEXT NOT NULL, size INTEGER NOT NULL, packed BLOB NOT NULL, PRIMARY KEY (report, name)) WITHOUT ROWID",
    "CREATE TRIGGER IF NOT EXISTS council_reports_stay BEFORE UPDATE ON council_reports "
    "BEGIN SELECT RAISE(ABORT, 'a report is never changed'); END",
    "CREATE TRIGGER IF NOT EXISTS council_files_stay BEFORE UPDATE ON council_files "
    "BEGIN SELECT RAISE(ABORT, 'a report is never changed'); END",
)


class ReportNotFound(Refusal):
    """There is no such report, or no such file of it."""

    code = "report-not-found"


class ReportDamaged(Refusal):
    """What is kept is not what was made: its hash differs."""

    code = "report-damaged"


class Kept(NamedTuple):
    """A report as it is listed.

    :ivar sha256: of the content
    """

    id: str
    municipality: str
    first: int
    last: int
    position: int
    known_on: date
    made_at: datetime
    made_by: str
    sha256: str

    @property
    def years(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"


class KeptFile(NamedTuple):
    """A file of a report.

    :ivar size: bytes
    """

    name: str
    sha256: str
    size: int


class Reports:
    """The tables of reports; lines are added and never changed."""

    def __init__(self, database: sqlite_utils.Database) -> None:
        """
        :param database: ``app.db``, as ``tracker.storage.app_database`` opens it
        """
        self._database = database
        with writing(database) as connection:
            for statement in _TABLES:
                connection.execute(statement)

    def keep(self, id: str, content: Content, files: Mapping[str, bytes]) -> None:
        """Keep a report with its files, unless it is kept already.

        :param files: name -> bytes; the content itself goes with them
        """
        data = written(content)
        row = (
            id,
            content.municipality,
            content.first,
            content.last,
            content.position,
            content.known_on.isoformat(),
            content.made_at.isoformat(),
            content.made_by,
            digest(data),
        )
        every = {DATA: data, **files}
        with writing(self._database) as connection:
            if connection.execute("SELECT 1 FROM council_reports WHERE id = ?", (id,)).fetchone():
                return
            connection.execute(f"INSERT INTO council_reports VALUES ({', '.join('?' * len(row))})", row)
            connection.executemany(
                "INSERT INTO council_files VALUES (?, ?, ?, ?, ?)",
                [(id, name, digest(each), len(each), zlib.compress(each, 9)) for name, each in every.items()],
            )

    def all(self, municipalities: Collection[str]) -> list[Kept]:
        """The reports about these municipalities, the newest first."""
        marks = ", ".join("?" * len(municipalities))
        with told():
            rows = self._database.execute(
                f"SELECT {', '.join(Kept._fields)} FROM council_reports WHERE municipality IN ({marks}) "
                "ORDER BY made_at DESC, id",
                tuple(municipalities),
            ).fetchall()
        return [_kept(row) for row in rows]

    def find(self, id: str) -> Kept | None:
        """A report."""
        with told():
            row = self._database.execute(
                f"SELECT {', '.join(Kept._fields)} FROM council_reports WHERE id = ?", (id,)
            ).fetchone()
        return None if row is None else _kept(row)

    def files(self, id: str) -> list[KeptFile]:
        """The files of a report."""
        with told():
            rows = self._database.execute(
                "SELECT name, sha256, size FROM council_files WHERE report = ? ORDER BY name", (id,)
            ).fetchall()
        return [KeptFile(*row) for row in rows]

    def file(self, id: str, name: str) -> bytes:
        """A file as it was made, to the byte.

        :raises ReportNotFound: there is none
        :raises ReportDamaged: it is not what was made
        """
        with told():
            row = self._database.execute(
                "SELECT sha256, packed FROM council_files WHERE report = ? AND name = ?", (id, name)
            ).fetchone()
        if row is None:
            raise ReportNotFound("there is no such file of a report")
        try:
            data = zlib.decompress(row[1])
        except zlib.error:
            data = b""
        if digest(data) != row[0]:
            raise ReportDamaged(
                f"{name} is not what was made: its SHA-256 differs from the one noted then; take it from a backup"
            )
        return data

    def content(self, id: str) -> Content:
        """What a report says.

        :raises ReportNotFound: there is none
        :raises ReportDamaged: it is not what was made
        """
        data = self.file(id, DATA)
        found = self.find(id)
        if found is None or digest(data) != found.sha256:
            raise ReportDamaged("the content of the report is not what was made; take it from a backup")
        return read(data)


def _kept(row: tuple[str, str, int, int, int, str, str, str, str]) -> Kept:
    id, municipality, first, last, position, known_on, made_at, made_by, sha256 = row
    return Kept(
        id,
        municipality,
        first,
        last,
        position,
        date.fromisoformat(known_on),
        datetime.fromisoformat(made_at),
        made_by,
        sha256,
    )
