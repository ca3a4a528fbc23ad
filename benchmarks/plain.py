"""What ours is compared with: the library as its documentation shows it, with nothing added."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import JSONTranscoder, Transcoding

from benchmarks.life import facts, stream_of


class DateAsISO(Transcoding):
    type = date
    name = "date_iso"

    def encode(self, obj: date) -> str:
        return obj.isoformat()

    def decode(self, data: str) -> date:
        return date.fromisoformat(data)


@dataclass(frozen=True)
class Milestone:
    """What a plain event carries: as many values as an average fact."""

    kind: str
    on: date
    told_by: str
    by: str
    key: str
    hours: Decimal


class Participant(Aggregate):
    """An aggregate that keeps its milestones, as in the library's first example."""

    def __init__(self, municipality: str, settled_on: date) -> None:
        self.municipality = municipality
        self.settled_on = settled_on
        self.milestones: list[Milestone] = []

    @event("MilestoneLogged")
    def log(self, kind: str, on: date, told_by: str, by: str, key: str, hours: Decimal) -> None:
        self.milestones.append(Milestone(kind, on, told_by, by, key, hours))


class PlainApplication(Application[UUID]):
    """Get, act, save."""

    def register_transcodings(self, transcoder: JSONTranscoder) -> None:
        super().register_transcodings(transcoder)
        transcoder.register(DateAsISO())

    def log(self, participant: UUID, kind: str, on: date) -> None:  # type: ignore[override]
        found: Participant = self.repository.get(participant)
        found.log(kind=kind, on=on, told_by="staff", by="benchmark", key="job", hours=Decimal(20))
        self.save(found)


def plain_application(path: Path) -> PlainApplication:
    """The bare library on an SQLite file, with its own defaults."""
    return PlainApplication(env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)})


def fill(app: PlainApplication, streams: int, length: int) -> None:
    """That many aggregates of so many events, through the library's own mapper and recorder."""
    told = facts(length)
    batch: list[Any] = []
    for number in range(streams):
        participant = Participant(municipality="5001", settled_on=told[0].on)
        for fact in told[1:]:
            participant.log(
                kind=fact.TOPIC, on=fact.on, told_by="staff", by="benchmark", key=fact.key, hours=Decimal(20)
            )
        events = participant.collect_events()
        for item in events:
            object.__setattr__(item, "originator_id", stream_of(number))
            batch.append(app.mapper.to_stored_event(item))
        if len(batch) > 20_000:
            app.recorder.insert_events(batch)
            batch.clear()
    app.recorder.insert_events(batch)
