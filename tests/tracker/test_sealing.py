"""Sealing: a stored fact opens in its own place, unchanged, or not at all."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import JSONTranscoder, StoredEvent

from events import Marks, base, codec
from events.codec import Recorded, Stamp, UnknownFact
from events.corrections import ParticipantForgotten
from events.work import JobStarted
from tests.scenario import NOW
from tracker.errors import DataKeyMissing, ParticipantIsForgotten, SealBroken
from tracker.keys import Keys
from tracker.sealing import PLAIN, SEALED, SealingMapper
from tracker.settings import Settings

STREAM, OTHER = uuid4(), uuid4()
JOB = JobStarted(on=date(2024, 2, 1), job="the-corner-cafe")


@pytest.fixture
def mapper(tmp_path: Path) -> Iterator[SealingMapper]:
    keys = Keys(Settings(tmp_path / "home"))
    keys.make([STREAM, OTHER])
    yield SealingMapper(JSONTranscoder(), keys)
    keys.close()


def recorded(fact: Any = JOB, stream: UUID = STREAM, version: int = 1) -> Recorded:
    return Recorded(stream, version, Stamp(timestamp=NOW, by="advisor-1", channel="cli", fact=fact))


def changed(stored: StoredEvent, **values: Any) -> StoredEvent:
    fields = {name: getattr(stored, name) for name in ("originator_id", "originator_version", "topic", "state")}
    return StoredEvent(**(fields | values))


def test_a_sealed_fact_opens_as_it_was(mapper: SealingMapper) -> None:
    stored = mapper.to_stored_event(recorded())
    assert stored.topic == "job-started"
    assert stored.state[:1] == SEALED
    for word in (b"cafe", b"advisor", b"2024"):
        assert word not in stored.state
    assert mapper.to_domain_event(stored) == recorded()


@pytest.mark.parametrize(
    "moved",
    [{"originator_id": OTHER}, {"originator_version": 2}, {"topic": "job-ended"}],
    ids=["stream", "version", "topic"],
)
def test_a_row_that_was_moved_does_not_open(mapper: SealingMapper, moved: dict[str, Any]) -> None:
    with pytest.raises(SealBroken, match="moved"):
        mapper.to_domain_event(changed(mapper.to_stored_event(recorded()), **moved))


def test_a_row_with_any_byte_changed_does_not_open(mapper: SealingMapper) -> None:
    stored = mapper.to_stored_event(recorded())
    for at in range(len(stored.state)):
        state = bytearray(stored.state)
        state[at] ^= 1
        with pytest.raises(SealBroken):
            mapper.to_domain_event(changed(stored, state=bytes(state)))


@pytest.mark.parametrize("kept", [0, 1, 5, 13, 20])
def test_a_row_cut_short_does_not_open(mapper: SealingMapper, kept: int) -> None:
    stored = mapper.to_stored_event(recorded())
    with pytest.raises(SealBroken):
        mapper.to_domain_event(changed(stored, state=stored.state[:kept]))


def test_an_unknown_form_is_told_by_its_place(mapper: SealingMapper) -> None:
    with pytest.raises(SealBroken, match=f"fact 1 of stream {STREAM} has an unknown form"):
        mapper.to_domain_event(changed(mapper.to_stored_event(recorded()), state=b"\x07abc"))


def test_a_fact_that_should_be_sealed_is_not_taken_in_plain(mapper: SealingMapper) -> None:
    with pytest.raises(SealBroken, match="not sealed"):
        mapper.to_domain_event(
            changed(mapper.to_stored_event(recorded()), state=PLAIN + codec.encode(recorded().stamp))
        )


def test_a_row_of_an_unknown_fact_is_told_as_such(mapper: SealingMapper) -> None:
    with pytest.raises(UnknownFact, match="sauna-visited"):
        mapper.recorded(STREAM, 1, "sauna-visited", PLAIN + codec.encode(recorded().stamp))


def test_the_erasure_alone_is_in_plain_and_is_read_without_a_key(mapper: SealingMapper) -> None:
    erasure = recorded(ParticipantForgotten(on=date(2024, 2, 1)), uuid4())
    stored = mapper.to_stored_event(erasure)
    assert stored.state[:1] == PLAIN
    assert mapper.to_domain_event(stored) == erasure


def test_a_fact_of_a_stream_without_a_key_is_neither_sealed_nor_opened(mapper: SealingMapper) -> None:
    lost = uuid4()
    with pytest.raises(DataKeyMissing):
        mapper.to_stored_event(recorded(stream=lost))
    with pytest.raises(DataKeyMissing):
        mapper.stream_recorded(lost, [(1, "job-started", SEALED + bytes(40))])


def test_of_a_forgotten_stream_only_the_erasure_is_read(mapper: SealingMapper) -> None:
    job = mapper.to_stored_event(recorded())
    erasure = mapper.to_stored_event(recorded(ParticipantForgotten(on=date(2024, 2, 1)), version=2))
    rows = [(stored.originator_version, stored.topic, stored.state) for stored in (job, erasure)]
    assert [item.version for item in mapper.stream_recorded(STREAM, rows)] == [2]
    mapper.keys.destroy(STREAM, NOW.isoformat())
    assert [item.version for item in mapper.stream_recorded(STREAM, rows)] == [2]
    assert mapper.stream_recorded(STREAM, rows[:1]) == []
    with pytest.raises(ParticipantIsForgotten):
        mapper.to_domain_event(job)


def test_a_fact_written_by_an_older_class_is_brought_up_to_date(
    mapper: SealingMapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "_CLASSES", dict(base._CLASSES))
    monkeypatch.setattr(codec, "_decoders", {})

    class TeaServed(Marks, frozen=True):
        TOPIC: ClassVar[str] = "tea-served"
        sort: str

    stored = mapper.to_stored_event(recorded(TeaServed(on=date(2024, 2, 1), sort="green")))
    del base._CLASSES["tea-served"]
    codec._decoders.clear()

    class TeaServedHot(Marks, frozen=True):
        TOPIC: ClassVar[str] = "tea-served"
        CLASS_VERSION: ClassVar[int] = 2
        kind: str

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            state["kind"] = state.pop("sort")

    assert mapper.to_domain_event(stored).fact == TeaServedHot(on=date(2024, 2, 1), kind="green")
