"""Every shape that a fact ever had still loads; recorded.jsonl holds one line for each."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from events import Fact, Marks, base, codec, fact_classes
from events.codec import Stamp, UnknownFact, decode, encode


class Line(msgspec.Struct, forbid_unknown_fields=True):
    topic: str
    version: int
    state: msgspec.Raw

    @property
    def written(self) -> bytes:
        return bytes((self.version,)) + bytes(self.state)


RECORDED = Path(__file__).with_name("recorded.jsonl")
LINES = msgspec.json.decode(b"[" + b",".join(RECORDED.read_bytes().splitlines()) + b"]", type=list[Line])
STAMPED = {
    "timestamp": datetime(2024, 3, 1, tzinfo=UTC),
    "by": "advisor-1",
    "channel": "cli",
}


def named(line: Line) -> str:
    return f"{line.topic}-v{line.version}"


@pytest.mark.parametrize("line", LINES, ids=named)
def test_a_recorded_fact_still_loads(line: Line) -> None:
    stamp = decode(line.topic, line.written)
    assert type(stamp.fact) is fact_classes()[line.topic]


@pytest.mark.parametrize(
    "line", [line for line in LINES if line.version == fact_classes()[line.topic].CLASS_VERSION], ids=named
)
def test_a_fact_of_today_is_written_as_it_was_recorded(line: Line) -> None:
    assert encode(decode(line.topic, line.written)) == line.written


@pytest.mark.parametrize("cls", fact_classes().values(), ids=lambda cls: cls.TOPIC)
def test_every_fact_has_a_line_that_fills_every_field_of_today(cls: type[Fact]) -> None:
    lines = [line for line in LINES if (line.topic, line.version) == (cls.TOPIC, cls.CLASS_VERSION)]
    assert len(lines) == 1, f"recorded.jsonl needs one line for {cls.TOPIC} version {cls.CLASS_VERSION}"
    state: dict[str, Any] = msgspec.json.decode(lines[0].state)
    assert [name for name in cls.__struct_fields__ if state["fact"].get(name) in (None, [], {})] == []


def test_a_log_name_is_permanent() -> None:
    assert {line.topic for line in LINES} <= set(fact_classes())


def test_every_older_version_of_a_fact_keeps_its_line() -> None:
    recorded = {(line.topic, line.version) for line in LINES}
    every = {(cls.TOPIC, version) for cls in fact_classes().values() for version in range(1, cls.CLASS_VERSION + 1)}
    assert every == recorded


@pytest.fixture
def renamed() -> Iterator[type[Fact]]:
    """A fact whose first version said ``place`` and whose second says ``hall`` and ``seats``."""

    class MeetingHeld(Marks, frozen=True):
        TOPIC = "meeting-held-in-a-test"
        CLASS_VERSION = 3
        hall: str
        seats: int

        @staticmethod
        def upcast_v1_v2(fact: dict[str, Any]) -> None:
            fact["hall"] = fact.pop("place")

        @staticmethod
        def upcast_v2_v3(fact: dict[str, Any]) -> None:
            fact["seats"] = 0

    yield MeetingHeld
    del base._CLASSES[MeetingHeld.TOPIC]
    codec._decoders.pop(MeetingHeld.TOPIC, None)


def written(version: int, **fields: Any) -> bytes:
    fact = {"on": "2024-02-01", "on_precision": "day", "told_by": "staff", **fields}
    return bytes((version,)) + msgspec.json.encode({**STAMPED, "fact": fact})


@pytest.mark.parametrize(
    "version, fields, seats",
    [(1, {"place": "library"}, 0), (2, {"hall": "library"}, 0), (3, {"hall": "library", "seats": 12}, 12)],
)
def test_an_older_shape_is_brought_up_to_date_step_by_step(
    renamed: type[Fact], version: int, fields: dict[str, Any], seats: int
) -> None:
    fact = renamed(on=date(2024, 2, 1), told_by="staff", hall="library", seats=seats)  # type: ignore[call-arg]
    assert decode(renamed.TOPIC, written(version, **fields)).fact == fact


def test_a_shape_newer_than_the_program_is_refused(renamed: type[Fact]) -> None:
    with pytest.raises(UnknownFact, match="meeting-held-in-a-test is of version 4, this program knows 3"):
        decode(renamed.TOPIC, written(4, hall="library", seats=12))


def test_an_unknown_log_name_is_refused() -> None:
    with pytest.raises(UnknownFact, match="no fact has the log name 'never-recorded'"):
        decode("never-recorded", written(1))


def test_two_facts_cannot_have_one_log_name(renamed: type[Fact]) -> None:
    with pytest.raises(TypeError, match="two facts have the log name 'meeting-held-in-a-test'"):
        type("Other", (Marks,), {"TOPIC": renamed.TOPIC, "__module__": __name__})
    assert fact_classes()[renamed.TOPIC] is renamed


def test_what_was_not_stamped_takes_no_room() -> None:
    cls = fact_classes()["left-norway"]
    stamp: Stamp[Fact] = Stamp(fact=cls(on=date(2024, 2, 1)), **STAMPED)  # type: ignore[arg-type]
    kept = msgspec.json.decode(encode(stamp)[1:])
    assert set(kept) == {"timestamp", "by", "channel", "fact"}
    assert decode("left-norway", encode(stamp)) == stamp
