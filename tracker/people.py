"""Who the participants are: names, birth dates, numbers and references, encrypted, and never a key of anything."""

import hashlib
import hmac
import json
import sqlite3
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from uuid import UUID

import msgspec

from tracker.errors import NumberInUse, ParticipantIsForgotten, ReferenceInUse, Refusal
from tracker.identity_numbers import normalised, parse_duf, parse_identity_number
from tracker.keys import Keys, Sealer
from tracker.settings import Settings
from tracker.storage import open_database, told, writing

PREFIXES = range(2, 13)
NUMBERS = ("national_identity_number", "d_number", "duf_number")


class Person(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is known of a person's identity.

    :ivar name: full name
    :ivar birth_date: date of birth
    :ivar national_identity_number: fødselsnummer, 11 digits
    :ivar d_number: D-nummer, 11 digits; often replaced by a national identity number later
    :ivar duf_number: DUF-nummer, 12 digits
    :ivar contact: telephone or e-mail
    """

    name: str | None = None
    birth_date: date | None = None
    national_identity_number: str | None = None
    d_number: str | None = None
    duf_number: str | None = None
    contact: str | None = None

    def __repr__(self) -> str:
        return "Person(...)"


class People:
    """The file of identities: each sealed with the participant's own key, found through a blind index only."""

    def __init__(self, settings: Settings, keys: Keys) -> None:
        self._keys = keys
        self._database = open_database(settings.home / "people.db")
        with writing(self._database) as connection:
            for statement in (
                "CREATE TABLE IF NOT EXISTS people (stream TEXT PRIMARY KEY, sealed BLOB NOT NULL)",
                "CREATE TABLE IF NOT EXISTS numbers (token BLOB PRIMARY KEY, stream TEXT NOT NULL)",
                "CREATE INDEX IF NOT EXISTS numbers_of ON numbers (stream)",
                "CREATE TABLE IF NOT EXISTS prefixes (token BLOB, stream TEXT, PRIMARY KEY (token, stream))",
                "CREATE INDEX IF NOT EXISTS prefixes_of ON prefixes (stream)",
                "CREATE TABLE IF NOT EXISTS external "
                "(token BLOB PRIMARY KEY, stream TEXT NOT NULL, sealed BLOB NOT NULL)",
                "CREATE INDEX IF NOT EXISTS external_of ON external (stream)",
            ):
                connection.execute(statement)
            if "bare" not in self._database.table_names():
                self._index_references(connection)

    def _index_references(self, connection: sqlite3.Connection) -> None:
        """Make the index of references without their systems, also of those stored before there was one."""
        connection.execute("CREATE TABLE bare (token BLOB, stream TEXT, PRIMARY KEY (token, stream)) WITHOUT ROWID")
        connection.execute("CREATE INDEX bare_of ON bare (stream)")
        for (text,) in connection.execute("SELECT DISTINCT stream FROM external").fetchall():
            with suppress(Refusal):  # what does not open is found by no search, and told of elsewhere
                for _, reference in self.references(UUID(hex=text)):
                    self._find_bare(connection, reference, text)

    def _find_bare(self, connection: sqlite3.Connection, reference: str, stream: str) -> None:
        connection.execute("INSERT OR IGNORE INTO bare VALUES (?, ?)", (self._token("bare", _bare(reference)), stream))

    def close(self) -> None:
        self._database.close()

    def set(self, stream: UUID, person: Person, *, allow_synthetic: bool) -> None:
        """Store a person's identity in place of what was there.

        :raises tracker.identity_numbers.InvalidIdentityNumber: a number is none
        :raises NumberInUse: another person has the number
        """
        self.set_many([(stream, person)], allow_synthetic=allow_synthetic)

    def set_many(self, people: Iterable[tuple[UUID, Person]], *, allow_synthetic: bool) -> None:
        """Store several identities in place of what was there, in one transaction: all of them, or none.

        :raises tracker.identity_numbers.InvalidIdentityNumber: a number is none
        :raises NumberInUse: another person has one of the numbers
        """
        checked = [(stream, person, _numbers(person, allow_synthetic)) for stream, person in people]
        with writing(self._database) as connection:
            for stream, person, numbers in checked:
                self._store(connection, stream, person, numbers)

    def _store(self, connection: sqlite3.Connection, stream: UUID, person: Person, numbers: list[str]) -> None:
        self._keys.refuse_forgotten(stream)
        sealed = self._keys.sealer(stream).seal(msgspec.json.encode(person), b"people" + stream.bytes)
        connection.execute("DELETE FROM numbers WHERE stream = ?", (stream.hex,))
        connection.execute("DELETE FROM prefixes WHERE stream = ?", (stream.hex,))
        for token in (self._token("number", number) for number in numbers):
            row = connection.execute("SELECT stream FROM numbers WHERE token = ?", (token,)).fetchone()
            if row is not None:
                raise NumberInUse(
                    f"another participant, {UUID(hex=row[0])}, already has this identity number; "
                    "it may be the same person"
                )
            connection.execute("INSERT INTO numbers VALUES (?, ?)", (token, stream.hex))
        connection.execute("INSERT OR REPLACE INTO people VALUES (?, ?)", (stream.hex, sealed))
        connection.executemany(
            "INSERT OR IGNORE INTO prefixes VALUES (?, ?)",
            [(self._token("name", prefix), stream.hex) for prefix in _prefixes(person.name or "")],
        )

    def get(self, stream: UUID) -> Person | None:
        """A participant's identity; None where none was stored.

        :raises tracker.errors.ParticipantIsForgotten: it was erased
        """
        with told():
            row = self._database.execute("SELECT sealed FROM people WHERE stream = ?", (stream.hex,)).fetchone()
        sealer = self._keys.sealer(stream)
        if row is None:
            return None
        return self._opened(sealer, stream, row[0])

    def several(self, streams: Iterable[UUID]) -> dict[UUID, Person]:
        """The identities of participants by their ids; without those of whom none is stored, or was erased."""
        with told():
            rows = self._database.execute(
                "SELECT p.stream, p.sealed FROM json_each(?) w CROSS JOIN people p ON p.stream = w.value",
                [json.dumps([stream.hex for stream in streams])],
            ).fetchall()
        found = {}
        for text, sealed in rows:
            stream = UUID(text)
            with suppress(ParticipantIsForgotten):
                found[stream] = self._opened(self._keys.sealer(stream), stream, sealed)
        return found

    def _opened(self, sealer: Sealer, stream: UUID, sealed: bytes) -> Person:
        return msgspec.json.decode(sealer.open(sealed, b"people" + stream.bytes), type=Person)

    def find(self, words: str) -> list[UUID]:
        """The participants whose name has words that begin so (from two letters), or who have this number."""
        return [UUID(one) for one in sorted(self.beginning(words))]

    def beginning(self, words: str, most: int | None = None) -> list[str]:
        """The same as :meth:`find`, as texts, for whoever passes them on to further questions.

        :param most: only so many of them, whichever these are
        """
        number = normalised(words)
        if number.isdigit() and len(number) in (11, 12):
            return list(
                map(str, self._streams("SELECT stream FROM numbers WHERE token = ?", [self._token("number", number)]))
            )
        # The longest word first: the fewest people have a name that begins so.
        folded = sorted({word[: PREFIXES[-1]] for word in _folded(words).split()}, key=len, reverse=True)
        tokens = [self._token("name", word) for word in folded if len(word) >= PREFIXES[0]]
        if not tokens:
            return []
        others = "".join(
            " AND EXISTS (SELECT 1 FROM prefixes q WHERE q.token = ? AND q.stream = p.stream)" for _ in tokens[1:]
        )
        # All of them in one text: there may be thousands, and each row takes a turn of its own.
        with told():
            found = self._database.execute(
                "SELECT group_concat(stream, ' ') "
                f"FROM (SELECT p.stream FROM prefixes p WHERE p.token = ?{others} LIMIT ?)",
                [*tokens, -1 if most is None else most],
            ).fetchone()[0]
        return [f"{one[:8]}-{one[8:12]}-{one[12:16]}-{one[16:20]}-{one[20:]}" for one in (found or "").split()]

    def refer(self, references: Iterable[tuple[UUID, str, str]]) -> None:
        """Tie participants to references in other systems: (stream, system, reference), in one transaction.

        :raises ReferenceInUse: a reference belongs to another participant
        """
        with writing(self._database) as connection:
            for stream, system, reference in references:
                token = self._token("reference", f"{system}:{reference}")
                row = connection.execute("SELECT stream FROM external WHERE token = ?", (token,)).fetchone()
                if row is not None:
                    if row[0] != stream.hex:
                        message = f"{system} already has this reference, for another participant"
                        raise ReferenceInUse(message, system=system)
                    continue
                self._keys.refuse_forgotten(stream)
                sealed = self._keys.sealer(stream).seal(
                    msgspec.json.encode((system, reference)), b"external" + stream.bytes
                )
                connection.execute("INSERT INTO external VALUES (?, ?, ?)", (token, stream.hex, sealed))
                self._find_bare(connection, reference, stream.hex)

    def by_reference(self, system: str, reference: str) -> UUID | None:
        """The participant with this reference in that system."""
        found = self._streams(
            "SELECT stream FROM external WHERE token = ?", [self._token("reference", f"{system}:{reference}")]
        )
        return found[0] if found else None

    def with_reference(self, reference: str) -> list[UUID]:
        """The participants with this reference in any system, whether it is written in small letters or capitals."""
        return self._streams(
            "SELECT stream FROM bare WHERE token = ? ORDER BY stream", [self._token("bare", _bare(reference))]
        )

    def references(self, stream: UUID) -> list[tuple[str, str]]:
        """(system, reference) of a participant in other systems."""
        with told():
            rows = self._database.execute("SELECT sealed FROM external WHERE stream = ?", (stream.hex,)).fetchall()
        sealer = self._keys.sealer(stream) if rows else None
        return sorted(
            msgspec.json.decode(sealer.open(row[0], b"external" + stream.bytes), type=tuple[str, str])
            for row in rows
            if sealer is not None
        )

    def forget(self, stream: UUID) -> None:
        """Erase everything about the person here."""
        with writing(self._database) as connection:
            for table in ("people", "numbers", "prefixes", "external", "bare"):
                connection.execute(f"DELETE FROM {table} WHERE stream = ?", (stream.hex,))

    def _streams(self, statement: str, parameters: list[bytes]) -> list[UUID]:
        with told():
            return [UUID(hex=row[0]) for row in self._database.execute(statement, parameters).fetchall()]

    def _token(self, kind: str, text: str) -> bytes:
        return hmac.new(self._keys.index_key, f"{kind}\0{text}".encode(), hashlib.sha256).digest()[:16]


def _bare(reference: str) -> str:
    return " ".join(reference.casefold().split())


def _numbers(person: Person, allow_synthetic: bool) -> list[str]:
    numbers = [
        parse_identity_number(number, allow_synthetic=allow_synthetic).digits
        for number in (person.national_identity_number, person.d_number)
        if number
    ]
    if person.duf_number:
        numbers.append(parse_duf(person.duf_number).digits)
    return list(dict.fromkeys(numbers))


def _folded(name: str) -> str:
    """Lower case, without accents; æ, ø and å stay letters of their own."""
    kept = "".join(
        letter
        if letter in "æøåÆØÅ"
        else "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
        for letter in unicodedata.normalize("NFC", name)
    )
    return "".join(letter if letter.isalnum() else " " for letter in kept).casefold()


def _prefixes(name: str) -> set[str]:
    return {word[:length] for word in _folded(name).split() for length in PREFIXES if length <= len(word)}
