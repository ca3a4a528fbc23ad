"""What cannot have happened: the guards that a new fact, a correction and a retraction must pass."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from events import Fact
from events.base import changeable, key_field
from events.contract import (
    ContractCompleted,
    ContractExtended,
    ContractSigned,
    ContractTerminated,
    ObligationAgreed,
    PartyAgreed,
    StepAgreed,
    StepRevised,
)
from events.fields import InvalidFact, check, expectation, fields_by_name
from events.follow_up import FollowUpHeld, FollowUpMoved, FollowUpScheduled
from events.intake import BackgroundUpdated, ParticipantRegistered
from events.programme import RegisteredInNir
from events.residence import Died
from tracker import errors
from tracker.contracts import possible
from tracker.spells import Entry, Problem, same_period


def checked(fact: Fact) -> None:
    """Refuse a fact with a value that its field cannot have.

    :raises errors.ValueNotAllowed: names the field and what would be right, never the value
    """
    try:
        check(fact)
    except InvalidFact as error:
        raise not_allowed(type(fact), error) from None


def says_something(fact: Fact) -> None:
    """Refuse a change that changes nothing. What was recorded so before this was asked stays as it is.

    :raises errors.NothingChanged: names the fields of which one would be enough
    """
    if fact.says_nothing:
        names = ", ".join(name.replace("_", "-") for name in changeable(type(fact)))
        raise errors.NothingChanged(f"{fact.TOPIC}: nothing that changed was given; give at least one of {names}")


def has_reason(reason: str) -> None:
    """Refuse a correction or a retraction that says no reason.

    :raises errors.ValueNotAllowed: it is empty
    """
    if not reason.strip():
        raise errors.ValueNotAllowed("a reason is needed, in a few words", "reason", "a few words")


def may_be_corrected(fact: Fact, values: Mapping[str, Any]) -> None:
    """Refuse a correction of fields that the fact does not have, or that cannot be corrected.

    :raises errors.NotCorrectable: names the field
    :raises errors.NothingToCorrect: there are no values
    """
    fields = fields_by_name(type(fact))
    if not values:
        raise errors.NothingToCorrect("no values were given")
    for name, value in values.items():
        if name not in fields:
            known = ", ".join(field.option for field in fields.values())
            raise errors.NotCorrectable(f"{fact.TOPIC} has no field {name.replace('_', '-')}; it has {known}")
        if name == key_field(type(fact)):
            raise errors.NotCorrectable(f"the key {name.replace('_', '-')} cannot be corrected; retract and log anew")
        if value is None and not fields[name].optional:
            raise errors.NotCorrectable(f"{fields[name].option} cannot be empty")


def not_allowed(cls: type[Fact], error: InvalidFact) -> errors.ValueNotAllowed:
    field = fields_by_name(cls).get(error.field)
    expected = error.expected or (expectation(field) if field else "another value")
    return errors.ValueNotAllowed(
        f"{cls.TOPIC}: {error.field.replace('_', '-')} must be {expected}", error.field, expected
    )


TELL_OF_BIRTH = (ParticipantRegistered, BackgroundUpdated)


def year_of_birth(entries: Iterable[Entry]) -> int | None:
    """The year of birth as it is known best: by the last update that tells it, else by the registration."""
    told = sorted(
        (isinstance(entry.fact, BackgroundUpdated), entry.fact.on, entry.version, entry.fact.birth_year)
        for entry in entries
        if isinstance(entry.fact, TELL_OF_BIRTH) and entry.fact.birth_year
    )
    return told[-1][-1] if told else None


class Impossible(NamedTuple):
    """Something that could not have happened.

    :ivar version: the fact that would fall; None where no fact could be taken back to mend it
    :ivar refusal: why
    """

    version: int | None
    refusal: errors.FactRefused


def before_birth(entries: Iterable[Entry]) -> Impossible | None:
    """A fact that happened before the year of birth."""
    entries = list(entries)
    born = year_of_birth(entries)
    early = next((entry for entry in entries if born is not None and entry.fact.on.year < born), None)
    if early is None:
        return None
    return Impossible(
        early.version,
        errors.BeforeBirth(
            f"fact {early.version} ({early.fact.TOPIC}) happened on {early.fact.on}, before the year of birth {born}",
            day=early.fact.on,
            born=str(born),
        ),
    )


def after_death(fact: Fact, death: Fact) -> bool:
    """Later than a death, compared at the coarser precision of the two."""
    if fact.on <= death.on or type(fact) is Died:
        return False
    return not (same_period(death, fact.on) if death.on_precision != "day" else _may_share(fact, death))


def _may_share(fact: Fact, other: Fact) -> bool:
    return fact.on_precision != "day" and same_period(fact, other.on)


def refusal_of(problem: Problem, new: int, others: Mapping[int, Entry]) -> errors.FactRefused:
    """The refusal of a new fact, or of a change, because of what it makes impossible."""
    fact = problem.fact
    named = f"{fact.activity} {fact.key!r}" if fact.key != fact.activity else fact.activity
    because = "" if problem.version == new else f" (fact {problem.version}, {fact.TOPIC}, would become impossible)"
    told: dict[str, object] = {"spell": (fact.activity, fact.key), "fact": fact.TOPIC, "day": fact.on}
    if problem.kind == "already-running":
        message = f"{named} already runs from {problem.since}, got a start on {fact.on}{because}"
        return errors.AlreadyRunning(message, since=problem.since, **told)
    if problem.kind == "ends-before-start":
        message = f"{named} started on {problem.since}, got {fact.TOPIC} on {fact.on}{because}"
        return errors.EndsBeforeStart(message, since=problem.since, **told)
    if problem.kind == "not-ended":
        message = f"{named} has not ended before {fact.on}, so it cannot be reopened{because}"
        return errors.NotEnded(message, **told)
    keys = sorted({e.fact.key for e in others.values() if e.fact.activity == fact.activity} - {fact.key})
    known = f"; known here: {', '.join(keys)}" if keys else ""
    return errors.NotRunning(f"{named} is not running on {fact.on}, got {fact.TOPIC}{known}{because}", **told)


def _names_a_fact(entries: Mapping[int, Entry], fact: Fact) -> None:
    assert isinstance(fact, RegisteredInNir)
    named = entries.get(fact.registers)
    if named is None or isinstance(named.fact, RegisteredInNir):
        raise errors.FactNotFound(f"registered-in-nir: there is no fact {fact.registers} that could be registered")


CHECKS: dict[type[Fact], tuple[Callable[[Mapping[int, Entry], Fact], None], ...]] = {
    RegisteredInNir: (_names_a_fact,),
    ContractSigned: (possible.signed_well,),
    ContractExtended: (possible.contract_holds, possible.others_stand),
    ContractCompleted: (possible.contract_holds, possible.others_stand),
    ContractTerminated: (possible.contract_holds, possible.others_stand),
    PartyAgreed: (possible.party_bound,),
    StepAgreed: (possible.due_in_contract,),
    StepRevised: (possible.revised_in_contract,),
    ObligationAgreed: (possible.party_bound, possible.due_in_contract),
    FollowUpScheduled: (possible.planned_ahead,),
    FollowUpMoved: (possible.planned_ahead,),
    FollowUpHeld: (possible.held_when_possible,),
}
