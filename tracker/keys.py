"""One data key for each stream, wrapped by the master key; destroying it is what forgetting means."""

import base64
import binascii
import os
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tracker.errors import (
    DataKeyMissing,
    MasterKeyMissing,
    MasterKeyWrong,
    ParticipantIsForgotten,
    SealBroken,
)
from tracker.settings import Settings
from tracker.storage import make_file, make_folder, not_written, open_database, told, writing

NONCE = 12
CACHED = 2_000
PROOF = b"participant progression tracker"


class Sealer:
    """Seals and opens with one stream's key."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, plain: bytes, place: bytes) -> bytes:
        """Nonce and ciphertext; ``place`` is bound to it, so that it does not open elsewhere."""
        nonce = os.urandom(NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, place)

    def open(self, sealed: bytes, place: bytes) -> bytes:
        """The plain bytes.

        :raises SealBroken: they were changed, or sealed for another place or with another key
        """
        try:
            return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], place)
        except (InvalidTag, ValueError):  # ValueError: too short to hold even a nonce
            raise SealBroken("a sealed value does not open: it was changed, or moved from another place") from None


class Keys:
    """The file of data keys. Each stream has a key, or a tombstone after it was forgotten."""

    def __init__(self, settings: Settings) -> None:
        make_folder(settings.home)
        self._database = open_database(settings.home / "keys.db")
        self._cache: OrderedDict[UUID, Sealer] = OrderedDict()
        try:
            # The size of the file does not tell: a first start that was killed leaves one without tables.
            fresh = "master" not in self._tables()
            if fresh and _has_people(settings):
                raise DataKeyMissing(
                    f"keys.db in {settings.home} is missing or empty, though there are people; put back keys.db from "
                    "the backup, new keys would not open what is there"
                )
            self._master = Sealer(_master_key(settings, fresh))
            if fresh:
                self._make_tables()
            self.index_key = self._proved()
        except BaseException:
            self._database.close()
            raise

    def close(self) -> None:
        self._database.close()

    def _tables(self) -> list[str]:
        with told():
            return self._database.table_names()

    def _make_tables(self) -> None:
        with writing(self._database) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS master (name TEXT PRIMARY KEY, sealed BLOB NOT NULL)")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS streams "
                "(stream TEXT PRIMARY KEY, wrapped BLOB, forgetting TEXT, forgotten TEXT) WITHOUT ROWID"
            )
            connection.execute(
                "CREATE INDEX IF NOT EXISTS being_forgotten ON streams (stream) "
                "WHERE forgetting IS NOT NULL AND forgotten IS NULL"
            )
            for name, value in (("proof", PROOF), ("index", os.urandom(32))):
                connection.execute(
                    "INSERT OR IGNORE INTO master VALUES (?, ?)", (name, self._master.seal(value, name.encode()))
                )

    def _proved(self) -> bytes:
        with told():
            sealed = dict(self._database.execute("SELECT name, sealed FROM master").fetchall())
        try:
            self._master.open(sealed["proof"], b"proof")
            return self._master.open(sealed["index"], b"index")
        except SealBroken:
            raise MasterKeyWrong(
                "the master key is not the one these data were sealed with; put back the right one"
            ) from None

    def make(self, streams: Iterable[UUID]) -> None:
        """Make keys for new streams, in one transaction; streams that have one keep it."""
        with writing(self._database) as connection:
            for stream in streams:
                key = AESGCM.generate_key(256)
                connection.execute(
                    "INSERT OR IGNORE INTO streams (stream, wrapped) VALUES (?, ?)",
                    (stream.hex, self._master.seal(key, stream.bytes)),
                )

    def sealer(self, stream: UUID) -> Sealer:
        """What seals and opens the facts of a stream.

        :raises ParticipantIsForgotten: its key was destroyed on purpose
        :raises DataKeyMissing: it has neither key nor tombstone
        """
        cached = self._cache.get(stream)
        if cached is not None:
            return cached
        with told():
            row = self._database.execute("SELECT wrapped FROM streams WHERE stream = ?", (stream.hex,)).fetchone()
        if row is None:
            raise DataKeyMissing(
                f"stream {stream} has neither a key nor a tombstone; put back keys.db from the backup before going on"
            )
        if row[0] is None:
            raise ParticipantIsForgotten("this participant has been erased")
        sealer = Sealer(self._master.open(row[0], stream.bytes))
        self._cache[stream] = sealer
        if len(self._cache) > CACHED:
            self._cache.popitem(last=False)
        return sealer

    def knows(self, stream: UUID) -> bool:
        """Whether the stream has a key or a tombstone."""
        with told():
            return (
                self._database.execute("SELECT 1 FROM streams WHERE stream = ?", (stream.hex,)).fetchone() is not None
            )

    def beginning_with(self, prefix: str, limit: int = 2) -> list[UUID]:
        """The streams whose id begins so."""
        start = prefix.replace("-", "").lower()
        with told():
            rows = self._database.execute(
                "SELECT stream FROM streams WHERE stream >= ? AND stream < ? ORDER BY stream LIMIT ?",
                (start, start + "g", limit),
            ).fetchall()
        return [UUID(hex=row[0]) for row in rows]

    def refuse_forgotten(self, stream: UUID) -> None:
        """Refuse a stream that is forgotten, or about to be, also where its key is still in memory here.

        :raises ParticipantIsForgotten: it is
        """
        with told():
            row = self._database.execute(
                "SELECT 1 FROM streams WHERE stream = ? AND (forgetting IS NOT NULL OR wrapped IS NULL)", (stream.hex,)
            ).fetchone()
        if row is not None:
            raise ParticipantIsForgotten("this participant has been erased")

    def begin_forgetting(self, stream: UUID, moment: str) -> None:
        """Note that this stream is to be forgotten, so that a crash on the way is finished at the next start."""
        with writing(self._database) as connection:
            connection.execute("UPDATE streams SET forgetting = ? WHERE stream = ?", (moment, stream.hex))

    def being_forgotten(self) -> list[UUID]:
        """Streams whose forgetting was begun and not finished."""
        with told():
            rows = self._database.execute(
                "SELECT stream FROM streams WHERE forgetting IS NOT NULL AND forgotten IS NULL"
            ).fetchall()
        return [UUID(hex=row[0]) for row in rows]

    def erase(self, stream: UUID) -> None:
        """Overwrite the key of a stream that is being forgotten; the forgetting is not finished by that."""
        self._cache.pop(stream, None)
        with writing(self._database) as connection:
            connection.execute("UPDATE streams SET wrapped = NULL WHERE stream = ?", (stream.hex,))

    def destroy(self, stream: UUID, moment: str) -> None:
        """Overwrite the key; a tombstone stays, and the forgetting is finished."""
        self._cache.pop(stream, None)
        with writing(self._database) as connection:
            connection.execute(
                "UPDATE streams SET wrapped = NULL, forgotten = ? WHERE stream = ?", (moment, stream.hex)
            )

    def drop_cached(self, stream: UUID) -> None:
        self._cache.pop(stream, None)

    def is_forgotten(self, stream: UUID) -> bool:
        with told():
            row = self._database.execute("SELECT forgotten FROM streams WHERE stream = ?", (stream.hex,)).fetchone()
        return row is not None and row[0] is not None

    def rotate(self, new_master_key: bytes) -> int:
        """Wrap every data key anew with another master key; sealed facts do not change.

        :returns: number of keys wrapped
        """
        new = Sealer(new_master_key)
        with writing(self._database) as connection:
            rows = connection.execute("SELECT stream, wrapped FROM streams WHERE wrapped IS NOT NULL").fetchall()
            for stream, wrapped in rows:
                place = UUID(hex=stream).bytes
                connection.execute(
                    "UPDATE streams SET wrapped = ? WHERE stream = ?",
                    (new.seal(self._master.open(wrapped, place), place), stream),
                )
            for name, value in (("proof", PROOF), ("index", self.index_key)):
                connection.execute(
                    "UPDATE master SET sealed = ? WHERE name = ?", (new.seal(value, name.encode()), name)
                )
        self._master = new
        return len(rows)


def _has_people(settings: Settings) -> bool:
    """Whether an installation has been at work here: people.db is made after the keys, on every start."""
    people = settings.home / "people.db"
    return people.exists() and people.stat().st_size > 0


def _master_key(settings: Settings, fresh: bool) -> bytes:
    if settings.master_key is not None:
        return _decoded(settings.master_key, "TRACKER_MASTER_KEY")
    path = settings.master_key_file or settings.home / "master.key"
    if path.exists():
        try:
            return _decoded(path.read_text(encoding="ascii", errors="replace"), str(path))
        except OSError as error:
            raise MasterKeyMissing(f"the master key in {path} cannot be read: {error.strerror}") from None
    if not fresh:
        raise MasterKeyMissing(
            f"the master key is missing: {path} is not there and TRACKER_MASTER_KEY is not set, but there are sealed "
            "data; put the key back, a new one would not open them"
        )
    return _new_master_key(path)


def new_master_key_file(path: Path) -> bytes:
    """Write a new master key to a file that is not there yet, for its owner only.

    :raises MasterKeyWrong: the file is there
    """
    if path.exists():
        raise MasterKeyWrong(f"{path} is there already; name a file that is not, it is to hold the new key")
    return _new_master_key(path)


def _new_master_key(path: Path) -> bytes:
    key = AESGCM.generate_key(256)
    make_folder(path.parent)
    part = path.with_name(f"{path.name}.{os.getpid()}")
    make_file(part)
    try:
        part.write_bytes(base64.b64encode(key) + b"\n")
        os.link(part, path)
    except FileExistsError:
        return _decoded(path.read_text(encoding="ascii"), str(path))
    except OSError as error:
        raise not_written(path, error) from None
    finally:
        part.unlink()
    return key


def _decoded(text: str, where: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise MasterKeyWrong(f"{where} does not hold a master key: 32 bytes in base64 are expected")
    return key
