"""Filling an installation with simulated people: all that were asked for, or none, and never beside real ones."""

from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from random import Random
from sqlite3 import Connection, connect
from uuid import UUID

from events.codec import Recorded, decode, encode
from events.intake import ParticipantRegistered
from tracker.application import ProgressionTracker, municipality_stream
from tracker.bulk import Staging
from tracker.demo.afterwards import in_the_journey_of_another, lived_on
from tracker.demo.followed import followed
from tracker.demo.intake import MUNICIPALITY, born, taken_in
from tracker.demo.life import Life
from tracker.demo.municipality import own_journey
from tracker.demo.people import SYSTEM, act_of, identity, participant_id, reference
from tracker.demo.programme import went_through
from tracker.errors import Busy, Refusal
from tracker.journey import Journey
from tracker.people import Person
from tracker.readmodel.follow import FEW, micros
from tracker.readmodel.rebuild import rebuild
from tracker.storage import told

BATCH = 2_000
Progress = Callable[[int, int], None]
"""Is told (participants done, participants in all)."""


class RealPeopleHere(Refusal):
    """Simulated people may not be mixed with real ones: every figure would be wrong."""

    code = "real-people-here"


@dataclass(frozen=True)
class Added:
    """What filling came to.

    :ivar participants: how many were added
    :ivar skipped: how many were there already, or had been there and were erased
    :ivar facts: how many facts were recorded
    :ivar position: the position of the read model afterwards
    """

    participants: int
    skipped: int
    facts: int
    position: int


def fill(app: ProgressionTracker, participants: int, seed: int, years: int, progress: Progress | None = None) -> Added:
    """Add the simulated participants 1 to ``participants`` of a seed; those already there stay as they are.

    The facts of all of them land in the log in one step, in the order of their moments of recording, so that it
    can be asked what was known at any moment of those years.

    :param years: how many years back from today intake began
    :raises RealPeopleHere: somebody is registered who was not simulated
    """
    app.read_model.follow()
    _refuse_beside_real_people(app)
    there = _registered(app)
    missing = [
        (number, stream)
        for number in range(1, participants + 1)
        if (stream := participant_id(seed, number)) not in there and not app.keys.is_forgotten(stream)
    ]
    facts = 0
    if missing:
        with closing(connect("")) as scratch, Staging(app.settings.home, act_of(seed), app.sealing) as staging:
            with told():
                _write_down(app, scratch, missing, seed, years, progress)
                for batch in _in_order(scratch):
                    staging.add(batch)
                    facts += len(batch)
            staging.commit(app.log_of_facts)
    return Added(len(missing), participants - len(missing), facts, _catch_up(app, facts))


def is_simulated(app: ProgressionTracker) -> bool:
    """Whether the people of an installation are simulated; what was logged or added by hand since makes none real."""
    row = app.read_model.database.execute("SELECT 1 FROM timeline WHERE act LIKE 'demo-%' LIMIT 1").fetchone()
    return row is not None


def _refuse_beside_real_people(app: ProgressionTracker) -> None:
    row = app.read_model.database.execute(
        "SELECT 1 FROM timeline WHERE fact = ? AND (act IS NULL OR act NOT LIKE 'demo-%') LIMIT 1",
        (ParticipantRegistered.TOPIC,),
    ).fetchone()
    if row is not None:
        raise RealPeopleHere(
            "there are participants here who were not simulated; set TRACKER_HOME to another folder for the demo"
        )


def _registered(app: ProgressionTracker) -> set[UUID]:
    rows = app.read_model.database.execute(
        "SELECT participant FROM timeline WHERE fact = ?", (ParticipantRegistered.TOPIC,)
    )
    return {UUID(row[0]) for row in rows}


def _write_down(
    app: ProgressionTracker,
    scratch: Connection,
    missing: list[tuple[int, UUID]],
    seed: int,
    years: int,
    progress: Progress | None,
) -> None:
    """Live every life and write its facts into a temporary file that has no name and goes with this process."""
    now = app.clock()
    scratch.execute("PRAGMA journal_mode = OFF")
    scratch.execute("CREATE TABLE facts (moment INTEGER, stream BLOB, version INTEGER, topic TEXT, written BLOB)")
    own = municipality_stream(MUNICIPALITY)
    if not app.log_of_facts.stream(own):
        app.keys.make([own])
        _put_aside(scratch, own_journey(len(missing), seed, years, now))
    done, left = 0, iter(missing)
    numbers_taken: set[str] = set()
    while batch := list(islice(left, BATCH)):
        app.keys.make(stream for _, stream in batch)
        people: list[tuple[UUID, Person]] = []
        for number, stream in batch:
            journey = simulated(stream, seed, number, years, now)
            _put_aside(scratch, journey)
            people.append((stream, _person(app, journey, seed, number, numbers_taken)))
            done += 1
            if progress is not None:
                progress(done, len(missing))
        app.people.set_many(people, allow_synthetic=True)
        app.people.refer((stream, SYSTEM, reference(seed, number)) for number, stream in batch)


def simulated(stream: UUID, seed: int, number: int, years: int, now: datetime) -> Journey:
    """The journey of one simulated participant; the same whoever else is simulated with it."""
    return told_of(lived(seed, number, years, now), stream, seed)


def lived(seed: int, number: int, years: int, now: datetime) -> Life:
    """The life of one simulated participant up to now."""
    life = born(Random(f"{seed}:{number}"), now, years)
    start = end = taken_in(life)
    if start <= life.today:
        end = went_through(life, start)
        in_the_journey_of_another(life)
        lived_on(life, end)
    followed(life, Random(f"{seed}:{number}:followed"), start, end)
    return life


def told_of(life: Life, stream: UUID, seed: int) -> Journey:
    """What is recorded of a life."""
    journey = Journey(stream)
    life.account.record(journey, act_of(seed))
    return journey


def _person(app: ProgressionTracker, journey: Journey, seed: int, number: int, taken: set[str]) -> Person:
    registration = journey.recorded[0].fact
    assert isinstance(registration, ParticipantRegistered)

    def is_taken(digits: str) -> bool:
        return digits in taken or any(stream != journey.id for stream in app.people.find(digits))

    person = identity(seed, number, registration.birth_year or 1980, registration.gender, is_taken)
    taken.add(person.national_identity_number or "")
    return person


def _put_aside(scratch: Connection, journey: Journey) -> None:
    scratch.executemany(
        "INSERT INTO facts VALUES (?, ?, ?, ?, ?)",
        [
            (micros(item.stamp.timestamp), journey.id.bytes, item.version, item.fact.TOPIC, encode(item.stamp))
            for item in journey.recorded
        ],
    )


def _in_order(scratch: Connection) -> Iterator[list[Recorded]]:
    rows = scratch.execute("SELECT stream, version, topic, written FROM facts ORDER BY moment, stream, version")
    while page := rows.fetchmany(BATCH):
        yield [
            Recorded(UUID(bytes=stream), version, decode(topic, written)) for stream, version, topic, written in page
        ]


def _catch_up(app: ProgressionTracker, facts: int) -> int:
    """Follow, or fold anew where the log has grown so much that this is quicker."""
    if facts > FEW:
        with suppress(Busy):
            return rebuild(app)
    return app.read_model.follow()
