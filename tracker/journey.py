"""A journey: the facts of one stream as they are held to be now, and the guards that a new fact must pass."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from events import Fact, fact_classes
from events.base import StreamKind
from events.codec import Channel, Recorded, Stamp
from events.corrections import FactCorrected, FactRetracted, ParticipantForgotten
from events.fields import InvalidFact
from events.intake import BackgroundUpdated, ParticipantRegistered
from events.municipality import MunicipalityRegistered
from events.residence import Died
from tracker import errors
from tracker.effective import effective, with_values
from tracker.guards import (
    CHECKS,
    TELL_OF_BIRTH,
    Impossible,
    after_death,
    before_birth,
    checked,
    has_reason,
    may_be_corrected,
    not_allowed,
    refusal_of,
    says_something,
    year_of_birth,
)
from tracker.spells import Entry, Partition, partition_of, trace

OSLO = ZoneInfo("Europe/Oslo")
REGISTRATIONS: dict[StreamKind, type[Fact]] = {
    "participant": ParticipantRegistered,
    "municipality": MunicipalityRegistered,
}


class Signature(NamedTuple):
    """Who records, when and how: what is stamped on a fact.

    :ivar timestamp: the moment of recording, UTC
    :ivar by: who records
    :ivar channel: the way in
    :ivar act: the act it is part of, such as an import
    :ivar source: the reference system of an imported sheet
    :ivar command: idempotency key
    :ivar first_registered_on: for imported history, the day it was first written down, where the sheet tells
    """

    timestamp: datetime
    by: str
    channel: Channel
    act: str | None = None
    source: str | None = None
    command: str | None = None
    first_registered_on: date | None = None

    @property
    def today(self) -> date:
        """The day of recording, where the users live."""
        return self.timestamp.astimezone(OSLO).date()


class Journey:
    """The facts of one stream, and the only way to add to them.

    :ivar id: the stream
    :ivar recorded: every recorded fact, in order; corrections and retractions included
    """

    def __init__(self, stream: UUID, recorded: Iterable[Recorded] = ()) -> None:
        self.id = stream
        self.recorded = list(recorded)
        self.pending: list[Recorded] = []
        self._entries: dict[int, Entry] | None = None
        self._partitions: dict[Partition, dict[int, Entry]] = {}
        self._kinds: dict[type[Fact], dict[int, Entry]] = {}

    @property
    def version(self) -> int:
        return self.recorded[-1].version if self.recorded else 0

    @property
    def kind(self) -> StreamKind | None:
        """What the stream is about, told by its first fact; None while it is empty."""
        return self.recorded[0].fact.STREAM if self.recorded else None

    @property
    def is_forgotten(self) -> bool:
        return bool(self.recorded) and isinstance(self.recorded[-1].fact, ParticipantForgotten)

    @property
    def entries(self) -> dict[int, Entry]:
        """Version -> fact as it is held to be now."""
        if self._entries is None:
            self._entries = effective(self.recorded)
            self._partitions = {}
            self._kinds = {}
            for entry in self._entries.values():
                self._place(entry)
        return self._entries

    @property
    def facts(self) -> list[Entry]:
        """The facts that hold, in the order in which they happened."""
        return sorted(self.entries.values(), key=lambda entry: (entry.fact.on, entry.version))

    @property
    def registration(self) -> Entry | None:
        """The fact that opened the journey, unless it was taken back."""
        return next(self._of(*REGISTRATIONS.values()), None)

    def record(self, fact: Fact, signature: Signature) -> Recorded | None:
        """Add a fact.

        :returns: what was recorded, or None where the same command had recorded it before
        :raises errors.FactRefused: it cannot have happened
        """
        if isinstance(fact, (FactCorrected, FactRetracted)):
            raise TypeError("corrections and retractions have verbs of their own")
        if self._repeated(fact, signature):
            return None
        self._check_stream(fact)
        checked(fact)
        self._check_time(fact, signature.today)
        entry = Entry(self.version + 1, fact)
        for guard in CHECKS.get(type(fact), ()):
            guard(self.entries, fact)
        if isinstance(fact, Died):
            self._check_nothing_after(fact)
        if isinstance(fact, BackgroundUpdated) and (early := before_birth([*self.entries.values(), entry])):
            raise early[1]
        self._check_partition(entry)
        says_something(fact)
        self._append(fact, signature)
        if self._entries is not None:
            self._entries[entry.version] = entry
            self._place(entry)
        return self.recorded[-1]

    def correct(self, version: int, values: Mapping[str, Any], reason: str, signature: Signature) -> Recorded | None:
        """Put right some fields of a recorded fact; None as a value empties the field.

        :raises errors.FactRefused: the fact is not there, or history would become impossible
        """
        has_reason(reason)
        correction = FactCorrected(on=signature.today, corrects=version, values=_plain(values), reason=reason)
        if self._repeated(correction, signature):
            return None
        checked(correction)
        before = self._correctable(version, correction.values)
        try:
            after = with_values(before, correction.values)
        except msgspec.ValidationError as error:
            name = next((name for name in correction.values if f"$.{name}" in str(error)), "value")
            raise not_allowed(type(before), InvalidFact(name, "")) from None
        if after == before:
            raise errors.NothingToCorrect(f"fact {version} already has these values")
        checked(after)
        if not before.says_nothing:
            says_something(after)
        self._check_time(after, signature.today, except_for=version)
        self._check_history(correction, signature)
        return self._append(correction, signature)

    def retract(
        self, version: int, reason: str, signature: Signature, *, with_dependants: bool = False
    ) -> list[Recorded]:
        """Take back a recorded fact, correction or retraction.

        :param with_dependants: take back the facts that would become impossible too, instead of refusing
        :returns: the retractions recorded, dependants first; empty where the same command had done it before
        :raises errors.FactRefused: the fact is not there, or others rest on it
        """
        has_reason(reason)
        retraction = FactRetracted(on=signature.today, retracts=version, reason=reason)
        if self._repeated(retraction, signature):
            return []
        checked(retraction)
        self._retractable(version)
        dependants = self._dependants(retraction, signature)
        if dependants and not with_dependants:
            others = ", ".join(str(other) for other in dependants)
            raise errors.OthersRestOnIt(
                f"fact {version} cannot be retracted alone: facts {others} rest on it; retract them first, "
                "or all together with their dependants",
                tuple(dependants),
            )
        plain = signature._replace(command=None)
        retracted = [
            self._append(FactRetracted(on=signature.today, retracts=other, reason=reason), plain)
            for other in reversed(dependants)
        ]
        return [*retracted, self._append(retraction, signature)]

    def forget(self, signature: Signature) -> Recorded:
        """Close the stream for good; the caller destroys the key."""
        return self._append(ParticipantForgotten(on=signature.today), signature)

    def _append(self, fact: Fact, signature: Signature) -> Recorded:
        recorded = Recorded(self.id, self.version + 1, Stamp(fact=fact, **signature._asdict()))
        self.recorded.append(recorded)
        self.pending.append(recorded)
        if isinstance(fact, (FactCorrected, FactRetracted)):
            self._entries = None
        return recorded

    def _of(self, *kinds: type[Fact]) -> Iterator[Entry]:
        """The facts of some kinds that hold, in the order of the log within each kind."""
        self.entries  # noqa: B018 - sorts them by kind
        return (entry for kind in kinds for entry in self._kinds.get(kind, {}).values())

    def _place(self, entry: Entry) -> None:
        self._kinds.setdefault(type(entry.fact), {})[entry.version] = entry
        partition = partition_of(entry.fact)
        if partition is not None:
            self._partitions.setdefault(partition, {})[entry.version] = entry

    def _repeated(self, fact: Fact, signature: Signature) -> bool:
        if signature.command is None:
            return False
        for item in self.recorded:
            if item.stamp.command == signature.command:
                if item.fact == (msgspec.structs.replace(fact, on=item.fact.on) if _dated_today(fact) else fact):
                    return True
                raise errors.CommandMismatch(
                    f"this command was recorded before as fact {item.version}, with other values; "
                    "send a new command key for a new fact"
                )
        return False

    def _check_stream(self, fact: Fact) -> None:
        if self.is_forgotten:
            raise errors.ParticipantIsForgotten("this participant has been erased; nothing can be logged")
        if self.kind is not None and fact.STREAM != self.kind:
            raise errors.WrongStream(f"{fact.TOPIC} belongs to a {fact.STREAM}, this is the stream of a {self.kind}")
        opening = type(fact) is REGISTRATIONS[fact.STREAM]
        registration = self.registration
        if opening and registration is not None:
            raise errors.AlreadyRegistered(f"already registered by fact {registration.version}; correct that instead")
        if not opening and registration is None:
            raise errors.NotRegistered(f"nothing is registered here; register first, then log {fact.TOPIC}")

    def _check_time(self, fact: Fact, today: date, except_for: int | None = None) -> None:
        if fact.on > today:
            raise errors.InFuture(f"{fact.TOPIC}: {fact.on} is after today, {today}", day=fact.on, today=today)
        others = [entry for entry in self._of(*TELL_OF_BIRTH) if entry.version != except_for]
        born = year_of_birth([*others, Entry(except_for or self.version + 1, fact)])
        if born is not None and fact.on.year < born:
            raise errors.BeforeBirth(
                f"{fact.TOPIC}: {fact.on} is before the year of birth, {born}", day=fact.on, born=str(born)
            )
        if fact.administrative or isinstance(fact, Died):
            return
        for entry in self._of(Died):
            if entry.version != except_for and after_death(fact, entry.fact):
                raise errors.AfterDeath(
                    f"{fact.TOPIC}: {fact.on} is after the death recorded on {entry.fact.on} (fact {entry.version})",
                    day=fact.on,
                    death=entry.fact.on,
                )

    def _check_nothing_after(self, death: Died, except_for: int | None = None) -> None:
        for entry in self.entries.values():
            if not entry.fact.administrative and entry.version != except_for and after_death(entry.fact, death):
                raise errors.AfterDeath(
                    f"died: fact {entry.version} ({entry.fact.TOPIC}) happened on {entry.fact.on}, after this day",
                    day=entry.fact.on,
                    death=death.on,
                )

    def _check_partition(self, new: Entry) -> None:
        partition = partition_of(new.fact)
        if partition is None:
            return
        self.entries  # noqa: B018 - fills the partitions
        others = self._partitions.get(partition, {})
        problem = trace([*others.values(), new]).impossible
        if problem is not None:
            raise refusal_of(problem, new.version, self.entries)

    def _correctable(self, version: int, values: Mapping[str, Any]) -> Fact:
        recorded = self._at(version)
        if isinstance(recorded.fact, (FactCorrected, FactRetracted)):
            raise errors.NotCorrectable(
                f"fact {version} is a {recorded.fact.TOPIC}; correct the original fact, or retract this one"
            )
        entry = self.entries.get(version)
        if entry is None:
            raise errors.FactNotFound(f"fact {version} has been retracted; retract the retraction first")
        may_be_corrected(entry.fact, values)
        return entry.fact

    def _retractable(self, version: int) -> None:
        self._at(version)
        for item in self.recorded:
            if isinstance(item.fact, FactRetracted) and item.fact.retracts == version and self.stands(item.version):
                raise errors.FactNotFound(f"fact {version} has already been retracted, by fact {item.version}")

    def stands(self, version: int) -> bool:
        """Whether a retraction or correction has not been retracted itself."""
        return not any(
            isinstance(item.fact, FactRetracted) and item.fact.retracts == version and self.stands(item.version)
            for item in self.recorded[version:]
        )

    def _at(self, version: int) -> Recorded:
        if self.is_forgotten:
            raise errors.ParticipantIsForgotten("this participant has been erased")
        if not 1 <= version <= len(self.recorded):
            raise errors.FactNotFound(f"there is no fact {version}; this journey has facts 1 to {len(self.recorded)}")
        return self.recorded[version - 1]

    def _check_history(self, correction: FactCorrected, signature: Signature) -> None:
        found = self._trial([correction], signature)._impossible(self, correction.corrects)
        if found is not None:
            raise found.refusal

    def _dependants(self, retraction: FactRetracted, signature: Signature) -> list[int]:
        """The facts that would become impossible, in the order in which they fall."""
        changes: list[Fact] = [retraction]
        fallen: list[int] = []
        trial = self._trial(changes, signature)
        revived = trial.entries.keys() - self.entries.keys()
        while (found := trial._impossible(self)) is not None:
            if found.version is None or found.version in revived:
                raise found.refusal
            fallen.append(found.version)
            changes.append(FactRetracted(on=retraction.on, retracts=found.version, reason=retraction.reason))
            trial = self._trial(changes, signature)
        return fallen

    def _trial(self, changes: Iterable[Fact], signature: Signature) -> "Journey":
        """The journey as it would be after these changes."""
        trial = Journey(self.id, self.recorded)
        for change in changes:
            trial._append(change, signature)
        return trial

    def _impossible(self, before: "Journey", correcting: int | None = None) -> Impossible | None:
        """What could not have happened as history reads here, where it differs from how it read before.

        :param correcting: the fact that is being corrected, which is then to blame
        """
        entries = self.entries
        registrations = [e for e in entries.values() if type(e.fact) in REGISTRATIONS.values()]
        if not registrations and entries:
            return Impossible(min(entries), errors.NotRegistered("the journey would have no registration"))
        if len(registrations) > 1:
            again = registrations[0].version
            return Impossible(
                None,
                errors.AlreadyRegistered(f"fact {again} would register the journey a second time; retract it first"),
            )
        for version, entry in entries.items():
            for guard in CHECKS.get(type(entry.fact), ()):
                try:
                    guard(entries, entry.fact)
                except errors.FactRefused as refused:
                    return Impossible(version, refused)
            if isinstance(entry.fact, Died):
                try:
                    self._check_nothing_after(entry.fact)
                except errors.AfterDeath as refused:
                    return Impossible(None, refused)
        if early := before_birth(entries.values()):
            return early
        for partition, placed in self._partitions.items():
            if placed == before._partitions.get(partition):
                continue
            problem = trace(list(placed.values())).impossible
            if problem is not None:
                return Impossible(problem.version, refusal_of(problem, correcting or problem.version, entries))
        return None


def _dated_today(fact: Fact) -> bool:
    """Corrections carry the day on which they are sent, so a command sent again the next day is still the same."""
    return isinstance(fact, (FactCorrected, FactRetracted))


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins({name.replace("-", "_"): value for name, value in values.items()})
    return plain


def loggable() -> dict[str, type[Fact]]:
    """The facts of a participant that a person can log, by log name.

    Registrations and corrections have verbs of their own, and so have the facts of a municipality.
    """
    own = {FactCorrected, FactRetracted, ParticipantForgotten, *REGISTRATIONS.values()}
    return {topic: cls for topic, cls in fact_classes().items() if cls not in own and cls.STREAM == "participant"}
