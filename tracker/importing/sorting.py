"""A file beside the data in which the rows of a sheet are gathered participant by participant, sealed.

A sheet may be far larger than the memory, with the rows of one participant anywhere in it. The key is only in memory:
what a crash leaves behind opens for nobody.
"""

import hashlib
import hmac
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Any, Final
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from events.codec import Recorded, decode, encode
from tracker.importing.cells import Cell
from tracker.keys import Sealer
from tracker.storage import make_file, told

BATCH: Final = 2_000
_pack = msgspec.msgpack.Encoder()
_unpack = msgspec.msgpack.Decoder()


class Sorting:
    """The rows of one sheet, and what is to be recorded because of them; gone when it is closed."""

    def __init__(self, home: Path, act: str) -> None:
        self.path = path_of(home, act)
        self.rows = 0
        self.participants = 0
        self._key = os.urandom(32)
        self._sealer = Sealer(AESGCM.generate_key(256))
        self._rows: list[tuple[int, bytes]] = []
        self._planned: list[tuple[str, int, str, bytes]] = []
        self.path.unlink(missing_ok=True)
        make_file(self.path)
        with told():
            self._connection = sqlite3.connect(self.path, isolation_level=None)
            for statement in (
                "PRAGMA synchronous = OFF",
                "PRAGMA journal_mode = OFF",
                "CREATE TABLE firsts (token BLOB PRIMARY KEY, first INTEGER) WITHOUT ROWID",
                "CREATE TABLE rows (first INTEGER, row INTEGER, sealed BLOB)",
                "CREATE TABLE planned (stream TEXT, version INTEGER, topic TEXT, sealed BLOB)",
                "CREATE TABLE newcomers (stream TEXT, sealed BLOB)",
                "BEGIN",
            ):
                self._connection.execute(statement)

    def __enter__(self) -> "Sorting":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
        self.path.unlink(missing_ok=True)

    def add(self, reference: str, number: int, cells: Sequence[Cell]) -> None:
        """Put a row aside."""
        token = hmac.digest(self._key, reference.encode("utf-8", "surrogatepass"), "sha256")[:16]
        with told():
            new = self._connection.execute("INSERT OR IGNORE INTO firsts VALUES (?, ?)", (token, number)).rowcount
            first = number
            if not new:
                first = self._connection.execute("SELECT first FROM firsts WHERE token = ?", (token,)).fetchone()[0]
            self._connection.execute(
                "INSERT INTO rows VALUES (?, ?, ?)", (first, number, self._sealed((reference, *cells)))
            )
        self.participants += new
        self.rows += 1

    def by_participant(self) -> Iterator[tuple[str, list[tuple[int, list[Cell]]]]]:
        """Reference, and the rows with their numbers; in the order of the first rows."""
        with told():
            rows = self._connection.execute("SELECT first, row, sealed FROM rows ORDER BY first, row")
            for _, group in groupby(rows, itemgetter(0)):
                opened = [(row, self._opened(sealed)) for _, row, sealed in group]
                yield opened[0][1][0], [(row, cells[1:]) for row, cells in opened]

    def plan(self, recorded: Sequence[Recorded]) -> None:
        """Put aside what is to be recorded, in this order."""
        for item in recorded:
            sealed = self._sealer.seal(encode(item.stamp), b"")
            self._planned.append((item.originator_id.hex, item.version, type(item.fact).TOPIC, sealed))
        if len(self._planned) >= BATCH:
            self._write()

    def planned(self) -> Iterator[Recorded]:
        """What is to be recorded."""
        self._write()
        for stream, version, topic, sealed in self._connection.execute(
            "SELECT stream, version, topic, sealed FROM planned ORDER BY rowid"
        ):
            yield Recorded(UUID(hex=stream), version, decode(topic, self._sealer.open(sealed, b"")))

    def ends(self) -> tuple[tuple[UUID, int], tuple[UUID, int]] | None:
        """Stream and version of the first and of the last fact to record; None where there is nothing."""
        self._write()
        found = self._connection.execute(
            "SELECT stream, version FROM planned WHERE rowid IN "
            "((SELECT MIN(rowid) FROM planned), (SELECT MAX(rowid) FROM planned)) ORDER BY rowid"
        ).fetchall()
        if not found:
            return None
        first, last = found[0], found[-1]
        return (UUID(hex=first[0]), first[1]), (UUID(hex=last[0]), last[1])

    def newcomer(self, stream: UUID, reference: str) -> None:
        """Note a participant whose reference is not known yet."""
        with told():
            self._connection.execute("INSERT INTO newcomers VALUES (?, ?)", (stream.hex, self._sealed((reference,))))

    def newcomers(self) -> Iterator[tuple[UUID, str]]:
        """Stream and reference of the participants not known yet."""
        for stream, sealed in self._connection.execute("SELECT stream, sealed FROM newcomers ORDER BY rowid"):
            yield UUID(hex=stream), self._opened(sealed)[0]

    def _write(self) -> None:
        with told():
            self._connection.executemany("INSERT INTO planned VALUES (?, ?, ?, ?)", self._planned)
        self._planned.clear()

    def _sealed(self, cells: Sequence[Cell]) -> bytes:
        plain = [{"on": cell.isoformat()} if isinstance(cell, date) else cell for cell in cells]
        return self._sealer.seal(_pack.encode(plain), b"")

    def _opened(self, sealed: bytes) -> list[Any]:
        return [
            _date(cell) if isinstance(cell, dict) else cell for cell in _unpack.decode(self._sealer.open(sealed, b""))
        ]


def _date(written: dict[str, str]) -> date:
    on = written["on"]
    return datetime.fromisoformat(on) if "T" in on else date.fromisoformat(on)


def path_of(home: Path, act: str) -> Path:
    return home / f"sorting.{act}.db"


def sweep(home: Path) -> None:
    """Remove what imports that died have left behind; the caller holds the right to import."""
    for pattern in ("sorting.*.db", "staging.import-*.db", "staging.undo-*.db"):
        for left in home.glob(pattern):
            with suppress(OSError):
                left.unlink()


def content_hash(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
