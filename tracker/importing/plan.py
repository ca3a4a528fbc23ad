"""From what a sheet tells now and what its source has told before to facts, corrections and retractions."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any, Literal, NamedTuple

import msgspec

from events import Fact
from events.corrections import FactCorrected, FactRetracted
from events.intake import ParticipantRegistered
from tracker import errors
from tracker.effective import effective
from tracker.importing.problems import Problems
from tracker.importing.telling import Said, Slot, Telling
from tracker.importing.template import Wanted, invalid_fields
from tracker.journey import Journey, Signature
from tracker.spells import Partition, partition_of

Matching = Literal["by-identity", "in-order", "anew"]
_FIRMER: dict[Matching, Matching] = {"by-identity": "in-order", "in-order": "anew"}
_FOLLOWS = (errors.NotRunning, errors.EndsBeforeStart)


class Step(NamedTuple):
    """One thing to do in a journey.

    :ivar version: the fact to correct or to retract; None = record
    :ivar wanted: what the sheet tells; None = retract
    """

    version: int | None
    wanted: Wanted | None
    before: Fact | None = None

    @property
    def fact(self) -> Fact:
        fact = self.wanted.fact if self.wanted else self.before
        assert fact is not None
        return fact


class Change(NamedTuple):
    """What settling a journey added to it."""

    journey: Journey
    facts: int
    corrections: int
    retractions: int


def said_by(journey: Journey, system: str, acts: AbstractSet[str]) -> dict[int, Said]:
    """Version -> fact as a reference system has told it: what others corrected or retracted does not count here.

    :param acts: the earlier imports with the same profile
    """
    own = [item for item in journey.recorded if item.stamp.source == system]
    told_in = {item.version: item.stamp.act for item in own}
    return {version: Said(entry.fact, told_in[version] in acts) for version, entry in effective(own).items()}


def settle(
    journey: Journey,
    telling: Telling,
    said: Mapping[int, Said],
    signature: Signature,
    problems: Problems,
    row: int,
    *,
    unreadable: bool,
) -> Change:
    """Bring a journey to what the sheet tells.

    Each fact is recorded once; other values in the same place become corrections; what the sheet speaks of and no
    longer tells is retracted. What a person corrected or retracted in the meantime stays, until the sheet changes.

    :param row: the first row of the participant
    :param unreadable: some cells could not be read, so that what rests on them need not be told too
    """
    reason = f"changed in the sheet, {signature.act}"
    facts = {version: each for version, each in said.items() if type(each.fact) is not ParticipantRegistered}
    opening = _registration(journey, telling, said, problems)
    if opening is None:
        return _change(journey)
    wanted = _not_known_otherwise(journey, telling.wanted, said, problems)
    matching: dict[Partition, Matching] = {}
    while True:
        steps = [*opening, *_steps(journey, facts, wanted, telling.slot, matching, problems)]
        trial = Journey(journey.id, journey.recorded)
        refused = _carried_out(trial, steps, signature, reason)
        movable = {partition_of(each.fact) for each in facts.values() if telling.slot(each)} - {None}
        stuck = {partition_of(step.fact) for step, _ in refused} & movable
        firmer = {
            place: _FIRMER[matching.get(place, "by-identity")]
            for place in stuck
            if place is not None and matching.get(place) != "anew"
        }
        if not firmer:
            _tell(refused, problems, row, unreadable=unreadable)
            return _change(trial)
        matching |= firmer


def _registration(
    journey: Journey, telling: Telling, said: Mapping[int, Said], problems: Problems
) -> list[Step] | None:
    """The steps to a registered participant; None where there is none to go on with."""
    held, wanted = journey.registration, telling.registration
    if held is None:
        if wanted is None:
            return None
        if any(type(each.fact) is ParticipantRegistered for each in said.values()):
            problems.warning("taken-back-by-hand", wanted.row, None, None, "the participant stays unregistered")
            return None
        return [Step(None, wanted)]
    if wanted is None:
        return []
    own = said.get(held.version)
    if own is not None:
        return [] if own.fact == wanted.fact else [Step(held.version, wanted, own.fact)]
    differing = [
        name
        for name in _differing(held.fact, wanted.fact)
        if name not in ("on", "on_precision", "told_by") and name in wanted.columns
    ]
    if differing:
        column = wanted.columns[differing[0]]
        problems.warning("registered-otherwise", wanted.row, column, None, f"as in fact {held.version} of the journey")
    return []


def _not_known_otherwise(
    journey: Journey, wanted: Iterable[Wanted], said: Mapping[int, Said], problems: Problems
) -> list[Wanted]:
    others = [entry.fact for version, entry in journey.entries.items() if version not in said]
    own = [each.fact for each in said.values()] if others else []
    left = []
    for each in wanted:
        if each.fact in others and each.fact not in own:
            problems.warning("known-already", each.row, each.column, each.fact.on, f"{each.fact.TOPIC} stands already")
        else:
            left.append(each)
    return left


def _steps(
    journey: Journey,
    said: Mapping[int, Said],
    wanted: Sequence[Wanted],
    slot: Callable[[Said], Slot | None],
    matching: Mapping[Partition, Matching],
    problems: Problems,
) -> list[Step]:
    lost: dict[int, Said] = dict(said)
    new: list[Wanted] = []
    pairs: list[tuple[int, Wanted]] = []
    same = _same_places(said, wanted, matching, slot)
    for each in wanted:
        version = same.get(id(each))
        if version is None:
            new.append(each)
        else:
            del lost[version]
            pairs.append((version, each))
    movable = {version: slot(each) for version, each in lost.items()}
    waiting: dict[Slot, list[int]] = defaultdict(list)
    for version, place in sorted(movable.items(), key=lambda item: lost[item[0]].fact.on):
        if place is not None:
            waiting[place].append(version)
    fresh: list[Wanted] = []
    for each in sorted(new, key=lambda each: each.fact.on):
        place = slot(Said(each.fact, by_same=True))
        candidates = waiting[place] if place and matching.get(_place(each.fact)) != "anew" else []
        if candidates:
            pairs.append((candidates.pop(0), each))
        else:
            fresh.append(each)
    gone = [version for versions in waiting.values() for version in versions]
    held = journey.entries
    steps = [
        Step(version, None, said[version].fact)
        for version in sorted(gone, key=lambda version: (said[version].fact.on, version), reverse=True)
        if version in held
    ]
    for version, each in pairs:
        before = said[version].fact
        if version not in held:
            if not matching:
                problems.warning("taken-back-by-hand", each.row, each.column, each.fact.on, "it stays retracted")
        elif before != each.fact:
            steps.append(Step(version, each, before))
    return steps + [Step(None, each) for each in fresh]


def _same_places(
    said: Mapping[int, Said],
    wanted: Sequence[Wanted],
    matching: Mapping[Partition, Matching],
    slot: Callable[[Said], Slot | None],
) -> dict[int, int]:
    """Which wanted fact (by id) is which told before: the same fact, key and day; of several, the most alike.

    In a partition that is matched otherwise, only what stands before the first difference.
    """
    places: dict[tuple[str, str, date], list[int]] = defaultdict(list)
    same: dict[int, int] = {}
    for version, told in said.items():
        if _place(told.fact) not in matching or slot(told) is None:
            places[told.fact.TOPIC, told.fact.key, told.fact.on].append(version)
    for partition in matching:
        same |= _common_start(
            [version for version, each in said.items() if _place(each.fact) == partition and slot(each) is not None],
            [each for each in wanted if _place(each.fact) == partition],
            said,
        )
    for alike in (0, 1):
        for each in wanted:
            versions = places.get((each.fact.TOPIC, each.fact.key, each.fact.on), [])
            if id(each) in same or not versions:
                continue
            best = min(versions, key=lambda version: len(_differing(said[version].fact, each.fact)))
            if alike or said[best].fact == each.fact:
                same[id(each)] = best
                versions.remove(best)
    return same


def _common_start(versions: list[int], wanted: list[Wanted], said: Mapping[int, Said]) -> dict[int, int]:
    same: dict[int, int] = {}
    versions.sort(key=lambda version: (said[version].fact.on, version))
    for version, each in zip(versions, sorted(wanted, key=lambda each: each.fact.on), strict=False):
        if said[version].fact != each.fact:
            break
        same[id(each)] = version
    return same


def _carried_out(
    journey: Journey, steps: Sequence[Step], signature: Signature, reason: str
) -> list[tuple[Step, errors.FactRefused]]:
    """Take the steps, those that are possible only after others later; tell those that are not possible at all."""
    left = sorted(steps, key=lambda step: _rank(step))
    while True:
        refused: list[tuple[Step, errors.FactRefused]] = []
        for step in left:
            try:
                _take(journey, step, signature, reason)
            except errors.NothingToCorrect:
                continue
            except errors.FactRefused as refusal:
                refused.append((step, refusal))
        if not refused or len(refused) == len(left):
            return refused
        left = [step for step, _ in refused]


def _rank(step: Step) -> tuple[int, date]:
    """The registration first, then what is taken back, put right, and new, in this order."""
    if type(step.fact) is ParticipantRegistered:
        return 0, date.min
    if step.wanted is None:
        return 1, date.min
    return (2, date.min) if step.version is not None else (3, step.wanted.fact.on)


def _take(journey: Journey, step: Step, signature: Signature, reason: str) -> None:
    if step.wanted is None:
        assert step.version is not None
        journey.retract(step.version, reason, signature)
    elif step.version is None:
        journey.record(step.wanted.fact, signature._replace(first_registered_on=step.wanted.first_registered_on))
    else:
        assert step.before is not None
        journey.correct(step.version, _differing(step.before, step.wanted.fact), reason, signature)


def _tell(
    refused: Sequence[tuple[Step, errors.FactRefused]], problems: Problems, row: int, *, unreadable: bool
) -> None:
    causes = {_place(step.fact) for step, refusal in refused if not isinstance(refusal, _FOLLOWS)}
    for step, refusal in refused:
        if isinstance(refusal, _FOLLOWS) and (unreadable or _place(step.fact) in causes):
            continue
        if step.wanted is None:
            problems.error(refusal.code, row, None, step.fact.on, str(refusal))
        elif isinstance(refusal, errors.ValueNotAllowed):
            for invalid in invalid_fields(step.wanted.fact):
                column = step.wanted.columns.get(invalid.field, step.wanted.column)
                value = str(getattr(step.wanted.fact, invalid.field, ""))
                problems.error("value-not-allowed", step.wanted.row, column, value, invalid.expected)
        else:
            problems.error(refusal.code, step.wanted.row, step.wanted.column, step.fact.on, str(refusal))


def _place(fact: Fact) -> Any:
    return partition_of(fact)


def _differing(before: Fact, after: Fact) -> dict[str, Any]:
    """The fields in which two facts of a class differ, with the values of the second."""
    return {
        name: msgspec.to_builtins(getattr(after, name))
        for name in before.__struct_fields__
        if getattr(before, name) != getattr(after, name)
    }


def _change(journey: Journey) -> Change:
    corrections = sum(isinstance(item.fact, FactCorrected) for item in journey.pending)
    retractions = sum(isinstance(item.fact, FactRetracted) for item in journey.pending)
    return Change(journey, len(journey.pending) - corrections - retractions, corrections, retractions)
