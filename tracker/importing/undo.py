"""Undoing an import: everything it recorded, corrected and retracted is taken back, as one act or not at all."""

from collections import Counter, defaultdict
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import msgspec

from events.corrections import FactCorrected, FactRetracted
from events.intake import ParticipantRegistered
from tracker import errors
from tracker.bulk import Staging
from tracker.importing.places import streams_of
from tracker.importing.problems import ImportNotInForce, LaterFactsRestOnImport
from tracker.importing.record import Import, Imports, importing_alone
from tracker.importing.run import Progress, bring_up_to_date
from tracker.journey import Journey, Signature

if TYPE_CHECKING:
    from tracker.application import Author, ProgressionTracker


class Undone(msgspec.Struct, frozen=True):
    """What undoing did.

    :ivar participants: participants whose journeys changed
    :ivar retracted: facts, corrections and retractions taken back
    """

    id: str
    participants: int
    retracted: int


def undo(
    app: "ProgressionTracker",
    id: str,
    author: "Author",
    *,
    with_dependants: bool = False,
    progress: Progress,
) -> Undone:
    """Take back all that an import did.

    :param with_dependants: take back the later facts that rest on it too, instead of refusing
    :raises ImportNotFound: there is no such import
    :raises ImportNotInForce: it was undone before, or failed
    :raises LaterFactsRestOnImport: names them
    """
    act = f"undo-{uuid4().hex[:10]}"
    with importing_alone(app) as imports:
        found = imports.get(id)
        if found.status != "done":
            state = "was undone before" if found.status == "undone" else "failed, so nothing of it was recorded"
            raise ImportNotInForce(f"{id} {state}", id=id)
        signature = Signature(app.clock(), author.by, author.channel, act=act, source=found.system)
        versions = _versions(app, found)
        resting: dict[str, tuple[int, ...]] = {}
        touched = retracted = 0
        with Staging(app.settings.home, act, app.sealing) as staging:
            for number, stream in enumerate(versions, start=1):
                journey = app.journey(stream)
                rest = _take_back(journey, id, signature, with_dependants=with_dependants)
                if rest:
                    resting[str(stream)] = rest
                if not resting:
                    staging.add(journey.pending)
                touched += bool(journey.pending)
                retracted += len(journey.pending)
                if number % 500 == 0 or number == len(versions):
                    progress("retracting", number, len(versions))
            if resting:
                raise LaterFactsRestOnImport(id, resting)
            staging.commit(app.log_of_facts)
        imports.end(id, "undone")
    bring_up_to_date(app, retracted, progress)
    return Undone(id, touched, retracted)


class Rehearsal(msgspec.Struct, frozen=True):
    """What undoing would take back.

    :ivar participants: participants whose journeys would change
    :ivar facts: log name -> how many facts of the kind would be taken back
    :ivar changes: corrections and retractions that would be taken back
    :ivar dependants: later facts of others that would have to go too
    """

    participants: int
    facts: dict[str, int]
    changes: int
    dependants: int


def rehearse(app: "ProgressionTracker", id: str, author: "Author") -> Rehearsal:
    """What :func:`undo` would take back; nothing is changed.

    :raises ImportNotFound: there is no such import
    :raises ImportNotInForce: it was undone before, or failed
    """
    with Imports(app.settings.home, read_only=True) as imports:
        found = imports.get(id)
    if found.status != "done":
        raise ImportNotInForce(f"{id} is {found.status}; there is nothing to take back", id=id)
    signature = Signature(app.clock(), author.by, author.channel, act=f"undo-{id}", source=found.system)
    facts: Counter[str] = Counter()
    touched = changes = dependants = 0
    for stream in _versions(app, found):
        journey = app.journey(stream)
        own = {item.version: item for item in journey.recorded if item.stamp.act == id}
        _take_back(journey, id, signature, with_dependants=True)
        touched += bool(journey.pending)
        for pending in journey.pending:
            item = own.get(getattr(pending.fact, "retracts", 0))
            if item is None:
                dependants += 1
            elif isinstance(item.fact, (FactCorrected, FactRetracted)):
                changes += 1
            else:
                facts[item.fact.TOPIC] += 1
    return Rehearsal(touched, dict(facts.most_common()), changes, dependants)


def _versions(app: "ProgressionTracker", found: Import) -> dict[UUID, None]:
    """The streams that an import wrote to and that have not been erased since."""
    return {stream: None for stream in streams_of(app, found) if not app.keys.is_forgotten(stream)}


def _take_back(journey: Journey, id: str, signature: Signature, *, with_dependants: bool) -> tuple[int, ...]:
    """Retract what an import did, the last first; returns the later facts that stand in the way."""
    reason = f"undone, {id}"
    own = [item.version for item in journey.recorded if item.stamp.act == id]
    later = () if with_dependants else _later_corrections(journey, id, set(own))
    if later:
        return later
    left = list(reversed(own))
    resting: set[int] = set()
    while left:
        refused: list[int] = []
        for version in left:
            try:
                journey.retract(version, reason, signature)
            except errors.FactNotFound:
                continue
            except errors.OthersRestOnIt as refusal:
                refused.append(version)
                resting |= set(refusal.versions)
        if len(refused) == len(left):
            if not with_dependants:
                return tuple(sorted(_others(journey, resting, own)))
            journey.retract(refused[0], reason, signature, with_dependants=True)
            refused = refused[1:]
        resting.clear()
        left = refused
    return ()


def _others(journey: Journey, resting: set[int], own: list[int]) -> set[int]:
    """The facts in the way; where only the registration is, all that is still there."""
    others = resting - set(own)
    registration = journey.registration
    if registration is not None and registration.version in own:
        others |= {
            version
            for version, entry in journey.entries.items()
            if version not in own and type(entry.fact) is not ParticipantRegistered
        }
    return others or resting


def _later_corrections(journey: Journey, id: str, own: set[int]) -> tuple[int, ...]:
    """Corrections that others made since of facts that the import recorded, and that still hold."""
    retracted: dict[int, set[int]] = defaultdict(set)
    found = []
    for item in journey.recorded:
        target = getattr(item.fact, "retracts", None)
        if target is not None:
            retracted[target].add(item.version)
    for item in journey.recorded:
        if isinstance(item.fact, FactCorrected) and item.fact.corrects in own and item.stamp.act != id:
            standing = [by for by in retracted[item.version] if not retracted[by]]
            if not standing:
                found.append(item.version)
    return tuple(found)
