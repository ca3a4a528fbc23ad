"""Following the log: the touched participants' rows and the position are replaced together, or not at all."""

import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

import sqlite_utils

from events.codec import Recorded, UnknownFact
from events.corrections import ParticipantForgotten
from tracker.errors import Busy, Refusal
from tracker.follow_up.rules import rulebook
from tracker.journey import OSLO
from tracker.log import PAGE, Log, Row
from tracker.readmodel.fold import Rows
from tracker.readmodel.growing import grow
from tracker.readmodel.tables import (
    ERASED,
    FOLD,
    SCHEMA,
    TABLES,
    TOUCHED,
    create_indexes,
    create_tables,
    create_touched,
)
from tracker.readmodel.versions import versions
from tracker.sealing import SealingMapper
from tracker.storage import make_file, not_written, open_database, told, writing

CURRENT = "current"
BESIDE = ".frames"
"""Ending of the folder beside a read model in which its rows are kept in another form."""

FEW = 1_000
"""So many missing facts are caught up with before an answer; with more, the answer says where it stands."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
Located = list[tuple[int, Recorded]]


def micros(moment: datetime) -> int:
    """Microseconds since 1970, exactly."""
    return (moment - EPOCH) // MICROSECOND


class ReadModel:
    """The live read model of an installation; the file ``current`` in the folder names it."""

    def __init__(self, home: Path, log: Log, sealing: SealingMapper) -> None:
        self.home = home
        self.rules = rulebook(home)
        self._log = log
        self._sealing = sealing
        self._lock = threading.RLock()
        self._name = ""
        self._database: sqlite_utils.Database | None = None
        self._held: int | None = None

    def close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None
            self._name = ""
        self._held = None

    @property
    def database(self) -> sqlite_utils.Database:
        """The open read model; opened anew when another process has put a rebuilt one in its place."""
        if self._held is not None and self._database is not None:
            return self._database
        with self._lock:
            name = current_name(self.home)
            if name is None:
                name = self._first()
            while name != self._name or self._database is None:
                self.close()
                self._database = open_database(self.home / name, journal="wal")
                self._database.execute("PRAGMA synchronous = NORMAL")
                self._name = name
                # One that was made by other rules is followed by them.
                self.rules = rulebook(self.home)
                # A rebuild may have put another one in use, and removed this one, while it was being opened.
                name = current_name(self.home) or name
            return self._database

    @property
    def name(self) -> str:
        """The file name of the live read model."""
        return self._name if self._held is not None else current_name(self.home) or ""

    def _first(self) -> str:
        """An empty read model for a new folder; of several processes that make one, the first wins."""
        name = file_name(1)
        part = self.home / f"{name}.{os.getpid()}"
        part.unlink(missing_ok=True)
        empty = open_database(part)
        with writing(empty) as connection:
            create_tables(connection, self.rules.digest)
            create_indexes(connection)
        empty.close()
        # A rename would pull a file that another process has just opened from under it.
        with suppress(FileExistsError):
            os.link(part, self.home / name)
        part.unlink()
        if current_name(self.home) is None:
            point_to(self.home, name)
        return current_name(self.home) or name

    def state(self, name: str = "position") -> int:
        """A number of the model's state: position, fold, schema, rules, verified."""
        if self._held is not None and name == "position":
            return self._held
        with told():
            row = self.database.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
        return int(row[0]) if row else 0

    @property
    def is_outdated(self) -> bool:
        """Whether it was folded by an older version of the program, or by other rules of follow-up."""
        name = current_name(self.home)
        if name is not None and not name.startswith(f"read.{SCHEMA}."):
            return True
        return self.state("fold") != FOLD or self.state("rules") != self.rules.digest

    def lag(self) -> int:
        """How many positions the log is ahead."""
        return max(0, self._log.head() - self.state())

    def follow(self, told_of: Callable[[int, int], None] | None = None) -> int:
        """Catch up with the log.

        :param told_of: is told (position, head) after each page
        :returns: the position reached
        """
        self.let_go()
        with self._lock:
            head = self._log.head()
            position = self.state()
            while position < head:
                position = self._one_page(head)
                if told_of is not None:
                    told_of(position, head)
            return position

    def try_to_follow(self) -> None:
        """Catch up if that is possible now.

        The facts are recorded in any case: what keeps the read model from following, be it another writer, a full disk
        or a broken row of somebody else, is told to those who read it, by its lag, and by rebuild and verify.
        """
        with suppress(Refusal, sqlite3.Error, UnknownFact):
            self.follow()

    def caught_up(self) -> int:
        """Catch up if little is missing, and tell the position that answers stand on."""
        if self._held is not None:
            return self._held
        position = self.state()
        if not 0 < self._log.head() - position <= FEW:
            return position
        self.try_to_follow()
        return self.state()

    def hold(self) -> int:
        """Catch up, and answer as of that position from the same file until :meth:`let_go`, or until this one follows.

        For one short answer made of many questions, which then need not ask each time how far the read model is.
        """
        self.let_go()
        self.database  # noqa: B018 - opens the one in use
        self._held = self.caught_up()
        return self._held

    def let_go(self) -> None:
        """Look again, from here on, how far the read model is and which file is in use."""
        self._held = None

    def _one_page(self, head: int) -> int:
        with writing(self.database) as connection:
            state = dict(connection.execute("SELECT name, value FROM state").fetchall())
            at, as_usual = state["position"], (state["fold"], state["rules"]) == (FOLD, self.rules.digest)
            rows = self._log.page(at, PAGE, head)
            if not rows:
                return max(int(at), head)
            end = rows[-1].position
            seen: list[tuple[int, int]] = []
            erased: list[int] = []
            for stream in dict.fromkeys(row.stream for row in rows):
                stored = self._log.stream(stream, end)
                located = located_facts(self._sealing, stream, stored)
                seen += [(position, micros(item.stamp.timestamp)) for position, item in located if position > at]
                erased += [row.position for row in stored[: len(stored) - len(located)]]
                if not (as_usual and grow(connection, stream, located, at, self.rules)):
                    replace_rows(connection, stream, versions(stream, located, self.rules))
            note_touched(connection, {row.stream for row in rows}, end)
            note_moments(connection, seen)
            forget_moments(connection, erased)
            connection.execute("UPDATE state SET value = ? WHERE name = 'position'", (end,))
        if any(row.topic == ParticipantForgotten.TOPIC for row in rows):
            with suppress(Busy):  # whoever forgets somebody waits for this; a rebuild at the same time need not
                self.wipe()
        return end

    def located(self, stream: UUID, until: int | None = None) -> Located:
        """A stream's recorded facts with their positions."""
        return located_facts(self._sealing, stream, self._log.stream(stream, until))

    def wipe(self) -> None:
        """Make sure that deleted rows are gone from the files, not only from the tables.

        What is kept beside the read model goes as a whole; whoever needs it makes it anew.

        :raises Busy: another process reads a state from before
        :raises FolderNotUsable: what is kept beside it cannot be removed
        """
        for path in self.home.glob(f"read.*{BESIDE}"):
            remove_folder(path)
        with told():
            held = self.database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if held:
            raise Busy("another process still reads from the read model what was erased; the next start finishes this")

    def position_of(self, moment: datetime) -> int:
        """The last position before the first fact recorded later than a moment."""
        row = self.database.execute(
            "SELECT position FROM newest WHERE latest > ? ORDER BY latest LIMIT 1", (micros(moment),)
        ).fetchone()
        return int(row[0]) - 1 if row else self.state()

    def known_at(self, text: str | None) -> int:
        """The position meant by ``@POSITION``, a date (its end, Europe/Oslo) or a moment; the newest when left out.

        :raises UnknownMoment: the text is none of these
        """
        if text is None:
            return self.state()
        if text.startswith("@"):
            if not (text.isascii() and text[1:].isdigit()):
                raise UnknownMoment(f"expected a position such as @1200, got {text!r}", given=text)
            return min(int(text[1:]), self.state())
        return self.position_of(moment_of(text))

    def basis_of(self, text: str | None, today: date) -> tuple[int, date]:
        """What figures stand on: a position, and the day until which people are followed, today at most.

        Today where nothing is said; a date, and the day of a moment, themselves; of ``@POSITION`` the day of the newest
        fact until there, or the day behind it, as in ``@1200/2024-02-01``: so each gives the same again later.

        :raises UnknownMoment: the text is none of these, or tells of what has not been yet
        """
        if text is None:
            return self.state(), today
        told, _, day = text.partition("/") if text.startswith("@") else ("", "", text)
        moment = moment_of(day) if day else None
        if told and self.known_at(told) < int(told[1:]):
            raise UnknownMoment(f"the log ends at @{self.state()}, got {told!r}", given=told)
        position = self.known_at(told) if told or moment is None else self.position_of(moment)
        until = self.day_of(position) if moment is None else moment.astimezone(OSLO).date()
        if moment is not None and until > today:
            raise UnknownMoment(f"expected a day until today, {today}, got {day!r}", given=day)
        return position, min(until, today)

    def day_of(self, position: int) -> date:
        """The day in Oslo of the newest fact until a position; the first of all days where there is none."""
        row = self.database.execute("SELECT MAX(latest) FROM newest WHERE position <= ?", (position,)).fetchone()
        return date.min if row[0] is None else datetime.fromtimestamp(row[0] / 1_000_000, OSLO).date()


class UnknownMoment(Refusal):
    """Neither a position nor a date nor a moment."""

    code = "unknown-moment"


def moment_of(text: str) -> datetime:
    """The moment meant by a date (its last microsecond in Oslo) or by an ISO moment (in Oslo where it has no zone)."""
    try:
        if len(text) <= 10:
            return datetime.combine(date.fromisoformat(text), time.max, OSLO).astimezone(UTC)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UnknownMoment(
            f"expected @POSITION, a date such as 2024-02-01, or a moment such as 2024-02-01T12:00, got {text!r}",
            given=text,
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=OSLO)).astimezone(UTC)


def located_facts(sealing: SealingMapper, stream: UUID, rows: Iterable[Row]) -> Located:
    """Stored rows of one stream as recorded facts with their positions; of a forgotten one only its last fact."""
    rows = list(rows)
    recorded = sealing.stream_recorded(stream, ((row.version, row.topic, row.state) for row in rows))
    positions = [row.position for row in rows]
    return list(zip(positions[len(positions) - len(recorded) :], recorded, strict=True))


def replace_rows(connection: sqlite3.Connection, stream: UUID, rows: Rows) -> None:
    """Put a stream's new rows in place of its old ones; a row that stays as it was is not written."""
    for table in TABLES:
        new = set(rows[table.name])
        found = connection.execute(f"SELECT rowid, * FROM {table.name} WHERE participant = ?", (str(stream),))
        gone = []
        for rowid, *row in found.fetchall():
            line = tuple(row)
            if line in new:
                new.remove(line)
            else:
                gone.append((rowid,))
        if gone:
            connection.executemany(f"DELETE FROM {table.name} WHERE rowid = ?", gone)
        if new:
            connection.executemany(table.insert, new)


def note_moments(connection: sqlite3.Connection, seen: Iterable[tuple[int, int]]) -> None:
    """Note when facts were recorded: (position, microseconds); what was noted before stays as it is."""
    latest = connection.execute("SELECT MAX(latest) FROM newest").fetchone()[0]
    for position, moment in sorted(seen):
        connection.execute("INSERT OR REPLACE INTO moments VALUES (?, ?)", (position, moment))
        if latest is None or moment > latest:
            latest = moment
            connection.execute("INSERT INTO newest VALUES (?, ?)", (moment, position))


def note_touched(connection: sqlite3.Connection, streams: Iterable[UUID], position: int) -> None:
    """Note that rows of these streams have changed; of the erased nothing is noted."""
    create_touched(connection)
    named = [(str(stream),) for stream in streams]
    connection.executemany(f"INSERT OR REPLACE INTO {TOUCHED.name} VALUES (?, {position:d})", named)
    erased = f"SELECT participant FROM {ERASED.name}"
    connection.execute(f"DELETE FROM {TOUCHED.name} WHERE position = ? AND participant IN ({erased})", (position,))


def forget_moments(connection: sqlite3.Connection, positions: Iterable[int]) -> None:
    """Take back what was noted of erased facts, as if they had never been there."""
    for position in sorted(positions):
        connection.execute("DELETE FROM moments WHERE position = ?", (position,))
        row = connection.execute("SELECT latest FROM newest WHERE position = ?", (position,)).fetchone()
        if row is None:
            continue
        connection.execute("DELETE FROM newest WHERE latest = ?", (row[0],))
        before = connection.execute("SELECT MAX(latest) FROM newest WHERE latest < ?", row).fetchone()[0]
        after = connection.execute("SELECT MIN(position) FROM newest WHERE latest > ?", row).fetchone()[0]
        between = connection.execute(
            "SELECT position, moment FROM moments WHERE position > ? AND position < ? ORDER BY position",
            (position, after if after is not None else 1 << 62),
        ).fetchall()
        for later, moment in between:
            if before is None or moment > before:
                before = moment
                connection.execute("INSERT INTO newest VALUES (?, ?)", (moment, later))


def file_name(number: int) -> str:
    return f"read.{SCHEMA}.{number}.db"


def remove_folder(folder: Path) -> None:
    """Remove a folder with all that is in it, also while somebody is still writing there.

    :raises FolderNotUsable: it cannot be removed
    """
    for tries_left in reversed(range(5)):
        try:
            shutil.rmtree(folder)
            return
        except FileNotFoundError:
            if not folder.exists():
                return
        except OSError as error:
            if not tries_left:
                raise not_written(folder, error) from None


def current_name(home: Path) -> str | None:
    """The name of the read model in use, or None in a new folder."""
    try:
        name = (home / CURRENT).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    return name if (home / name).exists() else None


def point_to(home: Path, name: str) -> None:
    """Put another read model in use, at once for every process."""
    part = home / f"{CURRENT}.{os.getpid()}"
    make_file(part)
    part.write_text(name + "\n", encoding="ascii")
    part.replace(home / CURRENT)
