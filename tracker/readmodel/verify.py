"""Verifying: the live read model against a fold of the log at the same position, row by row."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tracker.readmodel.fold import Line
from tracker.readmodel.rebuild import Progress, fill_newest, folded, slices
from tracker.readmodel.tables import MOMENTS, NEWEST, TABLES, Table, create_tables
from tracker.storage import told

if TYPE_CHECKING:
    from tracker.application import ProgressionTracker

SHOWN = 20


@dataclass
class Difference:
    """A row that should be there and is not, or the reverse.

    :ivar what: ``missing`` or ``unexpected``
    """

    table: str
    what: str
    row: Line

    def __str__(self) -> str:
        return f"{self.table}: {self.what} {self.row}"


@dataclass
class Verdict:
    """What verifying found.

    :ivar position: the live model's position, at which it was compared
    :ivar facts: how many facts were folded
    :ivar differing: how many rows differ
    :ivar differences: the first of them
    """

    position: int
    facts: int = 0
    rows: int = 0
    differing: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return self.differing == 0

    def note(self, table: Table, expected: Counter[Line], found: Counter[Line]) -> None:
        self.rows += expected.total()
        for what, rows in (("missing", expected - found), ("unexpected", found - expected)):
            self.differing += rows.total()
            for row in rows:
                if len(self.differences) < SHOWN:
                    self.differences.append(Difference(table.name, what, row))


def verify(app: "ProgressionTracker", progress: Progress | None = None) -> Verdict:
    """Catch up, fold everything again and compare.

    :raises tracker.errors.StorageRefusal: a fact does not open, or a key is missing
    """
    app.read_model.follow()
    database = app.read_model.database
    with told():
        connection = database.conn
        connection.execute("BEGIN")
        try:
            return _compare(app, connection, progress)
        finally:
            connection.execute("ROLLBACK")


def _compare(app: "ProgressionTracker", connection: sqlite3.Connection, progress: Progress | None) -> Verdict:
    position = connection.execute("SELECT value FROM state WHERE name = 'position'").fetchone()[0]
    verdict = Verdict(position)
    total = app.log_of_facts.count()
    with closing(_scratch()) as scratch:
        for first, last in slices(256):
            expected: dict[str, Counter[Line]] = {table.name: Counter() for table in TABLES}
            with closing(folded(app.log_of_facts, app.sealing, app.read_model.rules, position, first, last)) as batches:
                for batch in batches:
                    for name, lines in batch.rows.items():
                        expected[name].update(lines)
                    scratch.executemany("INSERT INTO moments VALUES (?, ?)", batch.moments)
                    verdict.facts += batch.facts
                    if progress is not None:
                        progress(verdict.facts, total)
            for table in TABLES:
                found = Counter(_live(connection, table, first, last))
                verdict.note(table, expected[table.name], found)
        fill_newest(scratch)
        for table in (MOMENTS, NEWEST):
            _compare_by_key(verdict, table, scratch, connection)
    return verdict


def _scratch() -> sqlite3.Connection:
    """A database without a name, which is gone with its connection, also where the process is killed."""
    scratch = sqlite3.connect("", isolation_level=None)
    scratch.execute("PRAGMA journal_mode = OFF")
    scratch.execute("PRAGMA synchronous = OFF")
    scratch.execute("BEGIN")
    create_tables(scratch)
    return scratch


def _live(connection: sqlite3.Connection, table: Table, first: str, last: str) -> Iterator[Line]:
    return connection.execute(f"SELECT * FROM {table.name} WHERE participant >= ? AND participant < ?", (first, last))


def _compare_by_key(verdict: Verdict, table: Table, scratch: sqlite3.Connection, live: sqlite3.Connection) -> None:
    """Walk two tables in the order of their first column, which is unique in each."""
    statement = f"SELECT * FROM {table.name} ORDER BY 1"
    ours, theirs = scratch.execute(statement), live.execute(statement)
    expected, found = ours.fetchone(), theirs.fetchone()
    while expected is not None or found is not None:
        missing = found is None or (expected is not None and expected[0] < found[0])
        unexpected = expected is None or (found is not None and found[0] < expected[0])
        if missing or unexpected or expected != found:
            verdict.note(
                table, Counter() if unexpected else Counter([expected]), Counter() if missing else Counter([found])
            )
        if not unexpected:
            expected = ours.fetchone()
        if not missing:
            found = theirs.fetchone()
