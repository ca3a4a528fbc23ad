"""Many facts at once: sealed into a staging file first, and into the log in one short step."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from events.codec import Recorded
from tracker.errors import Conflict
from tracker.log import Log
from tracker.sealing import SealingMapper
from tracker.storage import make_file, told

BATCH = 2_000


class Staging:
    """A file of sealed facts that are not in the log yet; it disappears when it is closed."""

    def __init__(self, home: Path, act: str, mapper: SealingMapper) -> None:
        self.path = path_of(home, act)
        self.count = 0
        self._mapper = mapper
        self._batch: list[tuple[str, int, str, bytes]] = []
        self.path.unlink(missing_ok=True)
        make_file(self.path)
        with told():
            self._connection = sqlite3.connect(self.path, isolation_level=None)
            self._connection.execute("PRAGMA synchronous = OFF")
            self._connection.execute("PRAGMA journal_mode = OFF")
            self._connection.execute(
                "CREATE TABLE facts (originator_id TEXT, originator_version INTEGER, topic TEXT, state BLOB)"
            )

    def __enter__(self) -> "Staging":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
        self.path.unlink(missing_ok=True)

    def add(self, recorded: Iterable[Recorded]) -> None:
        """Seal facts and put them aside; their streams must have keys."""
        for item in recorded:
            stored = self._mapper.stored(item)
            self._batch.append((item.originator_id.hex, stored.originator_version, stored.topic, stored.state))
        if len(self._batch) >= BATCH:
            self._write()

    def _write(self) -> None:
        with told():
            self._connection.execute("BEGIN")
            self._connection.executemany("INSERT INTO facts VALUES (?, ?, ?, ?)", self._batch)
            self._connection.execute("COMMIT")
        self.count += len(self._batch)
        self._batch.clear()

    def commit(self, log: Log) -> tuple[int, int] | None:
        """Put everything into the log, all or nothing.

        :returns: first and last position, or None where there was nothing to record
        :raises Conflict: somebody wrote to one of the journeys in between
        """
        self._write()
        if self.count == 0:
            return None
        try:
            return log.append(self.path)
        except Exception as error:
            if _is_conflict(error):
                raise Conflict(
                    "one of these journeys was written to at the same time; nothing was recorded, do it again"
                ) from None
            raise


def path_of(home: Path, act: str) -> Path:
    return home / f"staging.{act}.db"


def _is_conflict(error: Exception) -> bool:
    return (
        isinstance(error, sqlite3.IntegrityError)
        or type(error).__name__ == "UniqueViolation"
        or (type(error).__name__ == "IntegrityError")
    )
