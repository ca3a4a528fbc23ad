"""Facts on their way into and out of the log: each sealed with its stream's key and bound to its place."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Mapper, StoredEvent, Transcoder

from events import fact_classes
from events.codec import Recorded, decode, encode
from events.corrections import ParticipantForgotten
from tracker.errors import ParticipantIsForgotten, SealBroken
from tracker.keys import Keys, Sealer

PLAIN = b"\x00"
SEALED = b"\x01"


def place(stream: UUID, version: int, topic: str) -> bytes:
    """What a sealed fact is bound to: a row moved elsewhere does not open."""
    return stream.bytes + version.to_bytes(8, "big") + topic.encode()


class SealingMapper(Mapper[UUID]):
    """Between recorded facts and stored rows: a format byte, then the sealed written form."""

    def __init__(self, transcoder: Transcoder, keys: Keys) -> None:
        super().__init__(transcoder)
        self.keys = keys

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        return self.stored(domain_event)

    def stored(self, recorded: Recorded) -> StoredEvent:
        cls = type(recorded.fact)
        written = encode(recorded.stamp)
        stream, version = recorded.originator_id, recorded.originator_version
        if cls.SEALED:
            sealer = self.keys.sealer(stream)
            state = SEALED + sealer.seal(written, place(stream, version, cls.TOPIC))
        else:
            state = PLAIN + written
        return StoredEvent(originator_id=stream, originator_version=version, topic=cls.TOPIC, state=state)

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        stream = stored_event.originator_id
        assert isinstance(stream, UUID)
        return self.recorded(stream, stored_event.originator_version, stored_event.topic, stored_event.state)

    def recorded(self, stream: UUID, version: int, topic: str, state: bytes) -> Recorded:
        """The recorded fact behind a stored row.

        :raises ParticipantIsForgotten: its key was destroyed on purpose
        :raises DataKeyMissing: its stream has neither key nor tombstone
        :raises SealBroken: it was changed or moved
        """
        form = state[:1]
        if form == PLAIN:
            cls = fact_classes().get(topic)
            if cls is not None and cls.SEALED:
                raise SealBroken(f"fact {version} of stream {stream} is not sealed and should be")
            return Recorded(stream, version, decode(topic, bytes(state[1:])))
        if form != SEALED:
            raise SealBroken(f"fact {version} of stream {stream} has an unknown form")
        opened = self.keys.sealer(stream).open(state[1:], place(stream, version, topic))
        return Recorded(stream, version, decode(topic, opened))

    def stream_recorded(self, stream: UUID, rows: Iterable[tuple[int, str, bytes]]) -> list[Recorded]:
        """A whole stream; of a forgotten one only the fact that says so can be read."""
        rows = list(rows)
        if rows and rows[-1][1] == ParticipantForgotten.TOPIC:
            self.keys.drop_cached(stream)
            return [self.recorded(stream, *rows[-1])]
        try:
            return list(self._opened(stream, rows))
        except ParticipantIsForgotten:
            return []

    def _opened(self, stream: UUID, rows: Iterable[tuple[int, str, bytes]]) -> Iterator[Recorded]:
        """Each of many facts of a stream; what they have in common is looked up once."""
        sealer: Sealer | None = None
        start = stream.bytes
        for version, topic, state in rows:
            if state[:1] != SEALED:
                yield self.recorded(stream, version, topic, state)
                continue
            if sealer is None:
                sealer = self.keys.sealer(stream)
            opened = sealer.open(state[1:], start + version.to_bytes(8, "big") + topic.encode())
            yield Recorded(stream, version, decode(topic, opened))
