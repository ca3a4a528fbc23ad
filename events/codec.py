"""How a fact is written down: what is stamped on it when it is recorded, and the form it is kept in."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

import msgspec

from events.base import Fact, fact_class

Channel = Literal["web", "api", "cli", "import"]

F = TypeVar("F")


class Stamp(msgspec.Struct, Generic[F], frozen=True, omit_defaults=True):
    """A fact with what was stamped on it: the written form, without its place in the log.

    :ivar timestamp: when it was recorded, UTC
    :ivar by: who recorded it
    :ivar channel: through which way in
    :ivar act: the act it was part of (an import, a class logged at once); None for a single one
    :ivar source: the reference system of an imported sheet; None for what was logged by hand
    :ivar command: the idempotency key of the command; the same key never records twice
    :ivar first_registered_on: for imported history, the day it was first written down elsewhere, if told
    """

    timestamp: datetime
    by: str
    channel: Channel
    fact: F
    act: str | None = None
    source: str | None = None
    command: str | None = None
    first_registered_on: date | None = None


class Recorded(msgspec.Struct, frozen=True):
    """A recorded fact in its place: the domain event that the log holds.

    :ivar originator_id: the stream, one for each participant or municipality
    :ivar originator_version: its number in the stream, from 1
    :ivar stamp: the fact and what was stamped on it
    """

    originator_id: UUID
    originator_version: int
    stamp: Stamp[Any]

    @property
    def fact(self) -> Fact:
        fact: Fact = self.stamp.fact
        return fact

    @property
    def version(self) -> int:
        return self.originator_version


class UnknownFact(ValueError):
    """A log name or a version that this program does not know: it is older than the data."""


_encoder = msgspec.json.Encoder(decimal_format="string")
_decoders: dict[str, tuple[int, msgspec.json.Decoder[Stamp[Any]]]] = {}
_raw = msgspec.json.Decoder(dict[str, Any])


def encode(stamp: Stamp[Any]) -> bytes:
    """The written form: one byte for the version of the fact's class, then JSON."""
    return bytes((type(stamp.fact).CLASS_VERSION,)) + _encoder.encode(stamp)


def decode(topic: str, written: bytes) -> Stamp[Any]:
    """The fact as it is understood today; older shapes are brought up to date on the way.

    :raises UnknownFact: the log name or the version is not known to this program
    """
    known = _decoders.get(topic)
    if known is None:
        known = _decoders[topic] = _decoder(topic)
    current, decoder = known
    version = written[0]
    if version == current:
        return decoder.decode(memoryview(written)[1:])
    return _upcast(fact_class(topic), version, written)


def _decoder(topic: str) -> tuple[int, msgspec.json.Decoder[Stamp[Any]]]:
    try:
        cls = fact_class(topic)
    except KeyError:
        raise UnknownFact(f"no fact has the log name {topic!r}; was it recorded by a newer version?") from None
    return cls.CLASS_VERSION, msgspec.json.Decoder(Stamp[cls])  # type: ignore[valid-type]


def _upcast(cls: type[Fact], version: int, written: bytes) -> Stamp[Any]:
    if version > cls.CLASS_VERSION:
        raise UnknownFact(f"{cls.TOPIC} is of version {version}, this program knows {cls.CLASS_VERSION}")
    state = _raw.decode(memoryview(written)[1:])
    for step in range(version, cls.CLASS_VERSION):
        upcast: Callable[[dict[str, Any]], None] = getattr(cls, f"upcast_v{step}_v{step + 1}")
        upcast(state["fact"])
    return msgspec.convert(state, Stamp[cls])  # type: ignore[valid-type]
