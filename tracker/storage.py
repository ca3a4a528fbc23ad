"""How the files of the data folder are made and opened: for the owner only, and gone when they are gone."""

import errno
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

import sqlite_utils
from eventsourcing.persistence import PersistenceError

from tracker.errors import Busy, FolderNotUsable, StorageFull, StoreUnreachable

LOCK_SECONDS = 15.0
UPLOADS = "uploads"
"""The folder, within the data folder, of sheets that wait to be imported."""

NO_ROOM = "there is no room left on the disk of the data folder; nothing was recorded"


def make_folder(folder: Path) -> None:
    """Make the data folder, readable by its owner only.

    :raises FolderNotUsable: it cannot be made or written to
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise FolderNotUsable(f"the data folder {folder} cannot be made: {error.strerror}; set TRACKER_HOME") from None
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise FolderNotUsable(f"the data folder {folder} cannot be written to; check its permissions or TRACKER_HOME")


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Let one process after the other make what a folder holds; the system lets go of it when a process dies."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        # Where a file system cannot lock a folder, each file still is made whole or not at all.
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def make_file(path: Path) -> None:
    """Make an empty file that only its owner can read, unless it is there already."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise not_written(path, error) from None


def not_written(path: Path, error: OSError) -> FolderNotUsable | StorageFull:
    """The refusal that says why a file could not be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return StorageFull(NO_ROOM)
    return FolderNotUsable(f"{path.name} in {path.parent} cannot be written: {error.strerror}")


def open_database(path: Path, journal: Literal["delete", "wal"] = "delete") -> sqlite_utils.Database:
    """Open one SQLite file of the folder; what is deleted in it is overwritten.

    :param journal: ``delete`` where erased bytes must be gone at once; ``wal`` where readers must never wait
    """
    make_file(path)
    with told():
        connection = sqlite3.connect(
            path, timeout=LOCK_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        try:
            connection.execute("PRAGMA secure_delete = ON")
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != journal:
                connection.execute(f"PRAGMA journal_mode = {journal}")
        except sqlite3.Error:
            connection.close()
            raise
        return sqlite_utils.Database(connection)


def app_database(home: Path) -> sqlite_utils.Database:
    """Open ``app.db``: accounts, sessions, access log, imports, releases and reports; no facts, no names."""
    return open_database(home / "app.db", "wal")


@contextmanager
def writing(database: sqlite_utils.Database) -> Iterator[sqlite3.Connection]:
    """One transaction that takes the write lock before it reads; all of it lands, or nothing."""
    connection = database.conn
    with told():
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


@contextmanager
def told() -> Iterator[None]:
    """Say what is the matter with the disk or the folder in words that help."""
    try:
        yield
    except (sqlite3.OperationalError, PersistenceError) as error:
        raise explained(error) from None


def explained(error: BaseException) -> Exception:
    """The refusal behind a storage error; the error itself where it is none."""
    text = str(error).lower()
    if "full" in text or "no space" in text or "disk i/o" in text:
        return StorageFull(NO_ROOM)
    if "readonly" in text or "read-only" in text or "unable to open" in text:
        return FolderNotUsable("the data folder cannot be written to; check its permissions")
    if "locked" in text or "busy" in text or "timed out" in text:
        return Busy("another process is writing; nothing was recorded, try again in a moment")
    if isinstance(error, PersistenceError) and any(word in text for word in ("connect", "closed", "terminat")):
        return StoreUnreachable("the database that TRACKER_EVENTS names does not answer; is it running?")
    return error if isinstance(error, Exception) else RuntimeError(str(error))
