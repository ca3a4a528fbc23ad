"""What rules of follow-up look at: facts by their log names, and what is derived from facts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import chain
from typing import NamedTuple

from events import Fact, fact_classes
from events.follow_up import FollowUpHeld
from events.intake import BackgroundUpdated, ParticipantRegistered
from events.involvement import ParticipantConsulted
from events.language import LEVELS, LanguageLevelReached, LanguageTrainingStarted
from events.plan import LanguageGoalSet
from events.programme import ProgrammeEnded, ProgrammeExtended, ProgrammeStarted, RegisteredInNir
from events.residence import MovedToMunicipality
from events.status import StatusConfirmed
from tracker.follow_up.told import Told
from tracker.rules.nir import places
from tracker.spells import Entry

NEVER = date(9000, 1, 1)
"""A planned day from here on says that none is planned: 9999-12-31 in other systems."""


class Happening(NamedTuple):
    """Something happened.

    :ivar on: the day
    :ivar since: the day from which time is counted, where that is another
    :ivar about: the fact that it is about, where each is to be done by itself; 0 = none
    """

    on: date
    since: date
    about: int = 0


class Derived(NamedTuple):
    """Something that is derived from facts.

    :ivar facts: the kinds of facts it is derived from
    :ivar find: all of it among such facts, which come in the order of time
    :ivar unless: without a fact of this kind there is none of it, which is told without looking
    """

    facts: tuple[type[Fact], ...]
    find: Callable[[Sequence[Entry]], Iterable[Happening]]
    unless: type[Fact] | None = None


def happenings(names: tuple[str, ...], told: Told) -> Sequence[Happening]:
    """All happenings of these names, in the order of time; the same object for as long as nothing about it changes.

    :param names: log names of facts, ``topic=value``, or keys of ``DERIVED``
    """
    if not names:
        return ()
    found: Sequence[Happening] | None = told.still(names)
    return told.kept(names, looked_at(names), lambda: _made(names, told)) if found is None else found


def _made(names: tuple[str, ...], told: Told) -> list[Happening]:
    if len(names) == 1:
        return sorted(_found(names[0], told))
    return sorted(chain.from_iterable(happenings((name,), told) for name in names))


def _found(name: str, told: Told) -> Iterable[Happening]:
    derived = DERIVED.get(name)
    if derived is not None:
        return () if derived.unless and not told.has(derived.unless) else derived.find(told.of(derived.facts))
    cls, value = _named(name)
    days = (entry.fact.on for entry in told.of((cls,)) if not value or _told(entry.fact) == value)
    return (Happening(day, day) for day in days)


@cache
def _named(name: str) -> tuple[type[Fact], str]:
    topic, value = named_fact(name)
    return fact_classes()[topic], value


@cache
def named_fact(name: str) -> tuple[str, str]:
    """(log name, value) of ``topic=value``; the value is empty where any is meant."""
    topic, _, value = name.partition("=")
    return topic, value


@cache
def looked_at(names: tuple[str, ...]) -> frozenset[type[Fact]]:
    """The kinds of facts that happenings of these names are found among."""
    found: set[type[Fact]] = set()
    for name in names:
        found.update(DERIVED[name].facts if name in DERIVED else (_named(name)[0],))
    return frozenset(found)


def _told(fact: Fact) -> str:
    value = getattr(fact, fact.value_field) if fact.value_field else None
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _settled(entries: Sequence[Entry]) -> Iterable[Happening]:
    for entry in entries:
        assert isinstance(entry.fact, ParticipantRegistered)
        yield Happening(entry.fact.on, entry.fact.settled_on)


def _contacts(entries: Sequence[Entry]) -> Iterable[Happening]:
    for entry in entries:
        if not isinstance(entry.fact, StatusConfirmed) or entry.fact.reached:
            yield Happening(entry.fact.on, entry.fact.on)


def _moves(entries: Sequence[Entry]) -> Iterable[Happening]:
    """Moves from one municipality to another; the first is the settlement, and what was before it is no move here."""
    lives: str | None = None
    for entry in entries:
        if isinstance(entry.fact, ParticipantRegistered):
            lives = entry.fact.municipality
        elif isinstance(entry.fact, MovedToMunicipality):
            if lives is None:
                continue
            if entry.fact.municipality != lives:
                yield Happening(entry.fact.on, entry.fact.on)
            lives = entry.fact.municipality


def _planned_ends(entries: Sequence[Entry]) -> Iterable[Happening]:
    """The day on which the last day of the programme was decided, or decided anew; time counts from that last day."""
    for entry in entries:
        assert isinstance(entry.fact, (ProgrammeStarted, ProgrammeExtended))
        if entry.fact.planned_end is not None and entry.fact.planned_end < NEVER:
            yield Happening(entry.fact.on, max(entry.fact.on, entry.fact.planned_end))


def _ended_untold(entries: Sequence[Entry]) -> Iterable[Happening]:
    """Ends of the programme whose reason was not told."""
    for entry in entries:
        assert isinstance(entry.fact, ProgrammeEnded)
        if not entry.fact.reasons and entry.fact.manner != "transferred":
            yield Happening(entry.fact.on, entry.fact.on)


def _first_training(entries: Sequence[Entry]) -> Iterable[Happening]:
    """The first start of the training in Norwegian: a later one gives no more time."""
    for entry in entries[:1]:
        yield Happening(entry.fact.on, entry.fact.on)


def _rises(entries: Sequence[Entry]) -> Iterable[Happening]:
    """Results above every earlier one of their skill; the first of a skill is one."""
    best: dict[str, int] = {}
    for entry in entries:
        assert isinstance(entry.fact, LanguageLevelReached)
        if entry.fact.level in LEVELS:
            rank = LEVELS.index(entry.fact.level)
            if rank > best.get(entry.fact.skill, -1):
                best[entry.fact.skill] = rank
                yield Happening(entry.fact.on, entry.fact.on)


def _goal_reached(entries: Sequence[Entry]) -> Iterable[Happening]:
    """The days on which the last skill came to its own target."""
    best: dict[str, int] = {}
    targets: dict[str, str] = {}
    there = False
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, LanguageGoalSet):
            targets = {skill: str(level) for skill, level in fact.goals.items()}
        elif isinstance(fact, LanguageLevelReached) and fact.level in LEVELS:
            best[fact.skill] = max(best.get(fact.skill, -1), LEVELS.index(fact.level))
        before = there
        there = bool(targets) and all(best.get(skill, -1) >= LEVELS.index(level) for skill, level in targets.items())
        if there and not before:
            yield Happening(fact.on, fact.on)


def _registrable(entries: Sequence[Entry]) -> Iterable[Happening]:
    """What the national register asks for, each of it by itself."""
    # What the registration tells holds for what had happened before it too.
    rule_set = next((e.fact.rule_set for e in entries if isinstance(e.fact, ParticipantRegistered)), "unknown")
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, (ParticipantRegistered, BackgroundUpdated)) and fact.rule_set:
            rule_set = fact.rule_set
        subject = _SUBJECTS.get(fact.TOPIC)
        if subject is None or rule_set in subject.not_for or subject.key not in ("", fact.key):
            continue
        if not subject.field or getattr(fact, subject.field) not in (None, "unknown", "not-asked"):
            yield Happening(fact.on, fact.on, entry.version)


def _registered(entries: Sequence[Entry]) -> Iterable[Happening]:
    for entry in entries:
        assert isinstance(entry.fact, RegisteredInNir)
        yield Happening(entry.fact.on, entry.fact.on, entry.fact.registers)


_SUBJECTS = {fact: subject for _, subject, fact in places()}
DERIVED: Mapping[str, Derived] = {
    "settled": Derived((ParticipantRegistered,), _settled),
    "contact": Derived((FollowUpHeld, ParticipantConsulted, StatusConfirmed), _contacts),
    "moved-in": Derived((ParticipantRegistered, MovedToMunicipality), _moves),
    "planned-end": Derived((ProgrammeStarted, ProgrammeExtended), _planned_ends),
    "ended-without-reason": Derived((ProgrammeEnded,), _ended_untold),
    "first-language-training": Derived((LanguageTrainingStarted,), _first_training),
    "level-rose": Derived((LanguageLevelReached,), _rises),
    "language-goal-reached": Derived((LanguageGoalSet, LanguageLevelReached), _goal_reached, LanguageGoalSet),
    "to-register": Derived(
        (ParticipantRegistered, BackgroundUpdated, *(fact_classes()[topic] for topic in _SUBJECTS)), _registrable
    ),
    "registered": Derived((RegisteredInNir,), _registered),
}
"""What is derived, by the name that rules use: settled, contact (a conversation, or a status that was answered),
moved-in, planned-end (of the programme), ended-without-reason, first-language-training (its first start), level-rose
(above every earlier result of the skill), language-goal-reached (all skills that have a target), to-register (what the
national register asks for, each by itself) and registered."""
