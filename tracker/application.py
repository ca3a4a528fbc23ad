"""The use cases: register, log, correct, retract, forget, and the questions about one journey."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4, uuid5

from eventsourcing.application import Application
from eventsourcing.persistence import (
    IntegrityError,
    Mapper,
    OperationalError,
    PersistenceError,
    RecordConflictError,
)

from events import Fact, fact_class
from events.codec import Channel, Recorded
from events.intake import ParticipantRegistered
from events.municipality import MunicipalityRegistered
from tracker import errors
from tracker.acts import record_all, take_back
from tracker.fact_store import library_environment, make_log, unreachable
from tracker.journey import Journey, Signature
from tracker.keys import Keys
from tracker.log import PostgresLog, SQLiteLog, log_of
from tracker.people import People
from tracker.readmodel.follow import ReadModel, remove_folder
from tracker.readmodel.rebuild import sweep
from tracker.sealing import SealingMapper
from tracker.settings import Settings
from tracker.storage import UPLOADS, explained, make_folder, one_at_a_time

TRIES = 5
STARTED_AT_ONCE = ("concurrently", "already exists", "duplicate key")
"""What PostgreSQL says to one of several processes that make the tables at the same time; the next try finds them."""

NAMESPACE = UUID("5b1f6a0e-6f0b-5c2f-9d53-1f4b0e0c7a21")
Clock = Callable[[], datetime]
T = TypeVar("T")


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Author:
    """Who is at work, and through which way in."""

    by: str
    channel: Channel = "cli"


class ProgressionTracker(Application[UUID]):
    """An installation of the tracker: its log, keys, people and read model behind one set of verbs.

    :param settings: where the data are
    :param clock: tells the moment of recording, UTC
    """

    def __init__(self, settings: Settings, clock: Clock = now) -> None:
        self.settings = settings
        self.clock = clock
        make_folder(settings.home)
        with one_at_a_time(settings.home):
            self.keys = Keys(settings)
            self.people = People(settings, self.keys)
            make_log(settings)
        for tries_left in reversed(range(TRIES)):
            try:
                super().__init__(env=library_environment(settings))
                break
            except PersistenceError as error:
                # The library's pool of connections goes on trying unless it is told to stop.
                if "factory" in vars(self):
                    self.factory.close()
                if tries_left and any(word in str(error) for word in STARTED_AT_ONCE):
                    time.sleep(0.2)
                    continue
                self.people.close()
                self.keys.close()
                raise unreachable(settings, error) from None
        self.log_of_facts: SQLiteLog | PostgresLog = log_of(self.recorder)
        assert isinstance(self.mapper, SealingMapper)
        self.sealing = self.mapper
        self.read_model = ReadModel(settings.home, self.log_of_facts, self.sealing)
        sweep(settings.home)
        for stream in self.keys.being_forgotten():
            with suppress(errors.Busy):
                self._finish_forgetting(stream, Author("system"))

    def construct_mapper(self) -> Mapper[UUID]:
        return SealingMapper(self.construct_transcoder(), self.keys)

    def close(self) -> None:
        self.read_model.close()
        self.people.close()
        self.keys.close()
        super().close()

    # Verbs

    def register(
        self,
        fact: ParticipantRegistered,
        author: Author,
        *,
        participant: UUID | None = None,
        command: str | None = None,
    ) -> UUID:
        """Open a journey.

        :param participant: the id to use; left out, a new one (the same one for the same command)
        :returns: the participant's id
        """
        stream = participant or (uuid5(NAMESPACE, command) if command else uuid4())
        return self._open(stream, fact, author, command)

    def register_municipality(self, fact: MunicipalityRegistered, author: Author) -> UUID:
        """Open the stream of a municipality's own facts; its id follows from its code."""
        return self._open(municipality_stream(fact.municipality), fact, author, None)

    def _open(self, stream: UUID, fact: Fact, author: Author, command: str | None) -> UUID:
        journey = Journey(stream)
        journey.record(fact, self.signature(author, command=command))
        self.keys.make([stream])
        self._decide([stream], lambda found: found.record(fact, self.signature(author, command=command)))
        return stream

    def log(  # type: ignore[override]  # the library's deprecated name for its notification log
        self,
        participant: UUID,
        fact: Fact,
        author: Author,
        *,
        expected_version: int | None = None,
        command: str | None = None,
    ) -> list[Recorded]:
        """Log a fact in a journey.

        :param expected_version: refuse if the journey has moved on since; left out, decide anew on what is there
        :param command: idempotency key: sent again, nothing more is recorded
        :returns: what was recorded; empty where the command had been carried out before
        """
        return self._decide(
            [participant],
            lambda journey: journey.record(fact, self.signature(author, command=command)),
            expected_version,
        )

    def log_for_many(
        self, participants: Sequence[UUID], fact: Fact, author: Author, *, command: str | None = None
    ) -> list[Recorded]:
        """Log the same fact for many participants as one act: for all of them, or for none."""
        act = f"group-{uuid4().hex[:12]}" if command is None else command
        signature = self.signature(author, command=command, act=act)
        return self._decide(participants, lambda journey: journey.record(fact, signature))

    def log_all(
        self,
        participant: UUID,
        facts: Sequence[Fact],
        author: Author,
        *,
        expected_version: int | None = None,
        command: str | None = None,
    ) -> list[Recorded]:
        """Log several facts in a journey as one act, in this order: all of them, or none."""
        act = f"act-{uuid4().hex[:12]}" if command is None else command
        signature = self.signature(author, command=command, act=act)
        return self._decide([participant], lambda journey: record_all(journey, facts, signature), expected_version)

    def log_each(
        self, facts: Mapping[UUID, Sequence[Fact]], author: Author, *, command: str | None = None
    ) -> list[Recorded]:
        """Log facts in the journeys of several participants as one act: all of them, or none."""
        act = f"act-{uuid4().hex[:12]}" if command is None else command
        signature = self.signature(author, command=command, act=act)
        return self._decide(facts, lambda journey: record_all(journey, facts[journey.id], signature))

    def undo(self, participants: Sequence[UUID], act: str, reason: str, author: Author) -> list[Recorded]:
        """Take back all that an act recorded in these journeys: all of it, or nothing.

        :returns: the retractions; empty where it had been taken back before
        """
        return self._decide(participants, lambda journey: take_back(journey, act, reason, self.signature(author)))

    def correct(
        self,
        participant: UUID,
        version: int,
        values: Mapping[str, Any],
        reason: str,
        author: Author,
        *,
        expected_version: int | None = None,
        command: str | None = None,
        act: str | None = None,
    ) -> list[Recorded]:
        """Put right some fields of a recorded fact.

        :param act: what it is part of, so that it can be undone
        """
        return self._decide(
            [participant],
            lambda journey: journey.correct(version, values, reason, self.signature(author, command=command, act=act)),
            expected_version,
        )

    def retract(
        self,
        participant: UUID,
        version: int,
        reason: str,
        author: Author,
        *,
        with_dependants: bool = False,
        expected_version: int | None = None,
        command: str | None = None,
        act: str | None = None,
    ) -> list[Recorded]:
        """Take back a recorded fact, correction or retraction.

        :param act: what it is part of, so that it can be undone
        """
        return self._decide(
            [participant],
            lambda journey: journey.retract(
                version,
                reason,
                self.signature(author, command=command, act=act),
                with_dependants=with_dependants,
            ),
            expected_version,
        )

    def forget(self, participant: UUID, author: Author) -> None:
        """Erase everything about a participant; only the fact that it was done stays.

        That it is to be done is noted first, so that what a crash or a busy read model leaves undone is finished at
        the next start; the tombstone comes last.

        :raises errors.Busy: the key and the identity are gone; rows in the read model are still being read
        """
        if self.keys.is_forgotten(participant):
            raise errors.ParticipantIsForgotten("this participant has been erased already")
        if not self.log_of_facts.stream(participant):
            raise errors.ParticipantNotFound(f"there is no participant {participant}")
        self.keys.begin_forgetting(participant, self.clock().isoformat())
        self._finish_forgetting(participant, author)

    def _finish_forgetting(self, stream: UUID, author: Author) -> None:
        def close(journey: Journey) -> None:
            if journey.recorded and not journey.is_forgotten:
                journey.forget(self.signature(author))

        self._decide([stream], close, forgetting=True)
        self.people.forget(stream)
        self.keys.erase(stream)
        self.read_model.follow()
        self.read_model.wipe()
        sweep(self.settings.home)
        # Whose rows are in a sheet that waits to be imported, nobody can tell.
        remove_folder(self.settings.home / UPLOADS)
        self.keys.destroy(stream, self.clock().isoformat())

    # Questions

    def journey(self, participant: UUID) -> Journey:
        """One participant's journey, read from the log.

        :raises errors.ParticipantNotFound: there is none
        :raises errors.ParticipantIsForgotten: it was erased
        """
        journey = self._load(participant)
        if journey.is_forgotten:
            raise errors.ParticipantIsForgotten("this participant has been erased")
        if not journey.recorded:
            raise errors.ParticipantNotFound(f"there is no participant {participant}")
        return journey

    def find(self, named: str) -> UUID:
        """The participant meant by an id, a unique beginning of one, or ``system:reference``.

        :raises errors.ParticipantNotFound: there is none
        :raises errors.AmbiguousParticipant: there are several
        """
        text = named.strip()
        system, colon, reference = text.partition(":")
        if colon:
            found = self.people.by_reference(system, reference)
            if found is None:
                raise errors.ParticipantNotFound(f"no participant has this reference in {system}")
            return found
        digits = text.replace("-", "").lower()
        if not digits or any(digit not in "0123456789abcdef" for digit in digits) or len(digits) > 32:
            raise errors.ParticipantNotFound("expected a participant's id, the beginning of one, or system:reference")
        matches = [stream for stream in self.keys.beginning_with(digits, limit=10) if self._may_be_meant(stream)]
        if not matches:
            raise errors.ParticipantNotFound(f"no participant's id begins with {text}")
        if len(matches) > 1:
            raise errors.AmbiguousParticipant(f"several ids begin with {text}; give more characters")
        return matches[0]

    def _may_be_meant(self, stream: UUID) -> bool:
        """Whether a stream is a participant's; neither a municipality's nor a key that never got a fact."""
        rows = self.log_of_facts.stream(stream)
        return bool(rows) and fact_class(rows[0].topic).STREAM == "participant"

    def signature(
        self, author: Author, *, command: str | None = None, act: str | None = None, source: str | None = None
    ) -> Signature:
        """What is stamped on a fact that this author records now."""
        return Signature(self.clock(), author.by, author.channel, act=act, source=source, command=command)

    # How a decision becomes facts

    def _load(self, stream: UUID) -> Journey:
        rows = self.log_of_facts.stream(stream)
        return Journey(
            stream, self.sealing.stream_recorded(stream, ((row.version, row.topic, row.state) for row in rows))
        )

    def _decide(
        self,
        streams: Iterable[UUID],
        decision: Callable[[Journey], object],
        expected_version: int | None = None,
        *,
        forgetting: bool = False,
    ) -> list[Recorded]:
        """Read, decide, record: for all streams together or for none; anew if somebody else was quicker."""
        streams = list(dict.fromkeys(streams))
        for tries_left in reversed(range(TRIES)):
            pending: list[Recorded] = []
            for stream in streams:
                journey = self._load(stream)
                if journey.is_forgotten and not forgetting:
                    raise errors.ParticipantIsForgotten("this participant has been erased; nothing can be logged")
                seen = journey.version
                try:
                    decision(journey)
                except errors.FactRefused:
                    if expected_version in (None, seen):
                        raise
                    raise _moved_on(seen, expected_version) from None
                if journey.pending and expected_version not in (None, seen):
                    raise _moved_on(seen, expected_version)
                pending += journey.pending
            if not pending:
                return []
            try:
                with_storage_errors(lambda pending=pending: self.save(*pending))  # type: ignore[misc]
            except RecordConflictError:
                if tries_left and expected_version is None:
                    continue
                raise errors.Conflict(
                    "somebody else wrote to the same journey at the same time; nothing was recorded, do it again"
                ) from None
            self.read_model.try_to_follow()
            return pending
        raise AssertionError("unreachable")


def with_storage_errors(action: Callable[[], T]) -> T:
    """Do it, and turn the library's errors into what a person understands."""
    try:
        return action()
    except IntegrityError as error:
        raise RecordConflictError(str(error)) from None
    except (OperationalError, PersistenceError) as error:
        raise explained(error) from None


def _moved_on(version: int, expected: int | None) -> errors.Conflict:
    return errors.Conflict(
        f"the journey is at version {version}, you saw version {expected}; look at what was added, then do it again",
        version=version,
        seen=expected,
    )


def municipality_stream(code: str) -> UUID:
    """The id of a municipality's own stream."""
    return uuid5(NAMESPACE, f"municipality {code}")
