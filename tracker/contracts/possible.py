"""What cannot have been agreed: the guards of contracts, steps, obligations and conversations."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from events import Fact
from events.contract import (
    ContractCompleted,
    ContractExtended,
    ContractKind,
    ContractSigned,
    ContractTerminated,
    ObligationAgreed,
    PartyAgreed,
    StepAgreed,
    StepRevised,
)
from events.follow_up import FollowUpHeld, FollowUpMoved, FollowUpScheduled
from events.intake import ParticipantRegistered
from tracker.calendar import months_after
from tracker.errors import EndsBeforeStart, FactRefused, NotRunning, ValueNotAllowed
from tracker.rules.contracts import LONGEST
from tracker.spells import Entry, same_period, trace

Entries = Mapping[int, Entry]


class ContractTooLong(FactRefused):
    """A contract would last longer than one of its kind may."""

    code = "contract-too-long"


class OutsideContract(FactRefused):
    """A step or an obligation would fall due on a day that its contract does not reach."""

    code = "outside-contract"


class PartyNotBound(FactRefused):
    """A duty was given to a party that the contract does not bind."""

    code = "party-not-bound"


class HeldTooEarly(FactRefused):
    """A conversation would have been held before the participant came to the municipality."""

    code = "held-too-early"


@dataclass(frozen=True)
class Agreement:
    """A contract as it stands.

    :ivar signed: the fact that opened it
    :ivar until: its last day, extensions included
    """

    signed: ContractSigned
    until: date


def agreements(entries: Entries, kind: ContractKind, without: Fact | None = None) -> Iterator[tuple[date, Agreement]]:
    """(first day on which it no longer holds, contract) of each contract of a kind, in the order of time.

    :param without: as if this fact had not been
    """
    own = [
        entry
        for entry in entries.values()
        if entry.fact.activity in ("contract", "contract-pause")
        and entry.fact.key == kind
        and entry.fact is not without
    ]
    spans: dict[int, tuple[date, date]] = {}
    for segment in trace(own).segments:
        if segment.activity == "contract":
            spans[segment.opened_by] = segment.valid_to or date.max, segment.values["until"]
    for opened_by, (end, until) in spans.items():
        signed = entries[opened_by].fact
        assert isinstance(signed, ContractSigned)
        yield end, Agreement(signed, until)


def holding(entries: Entries, kind: ContractKind, fact: Fact) -> Agreement | None:
    """The contract of a kind that holds on the day of a fact, as if that fact had not been."""
    found = [(end, one) for end, one in agreements(entries, kind, fact) if fact.on < end]
    on_the_day = next((one for _, one in found if one.signed.on <= fact.on), None)
    if on_the_day is not None or fact.on_precision == "day":
        return on_the_day
    return next((one for _, one in found if same_period(fact, one.signed.on)), None)


def latest_end(kind: ContractKind, signed_on: date) -> date:
    """The latest last day of a contract."""
    longest = LONGEST[kind].on(signed_on)
    return date.max if longest is None else months_after(signed_on, longest) - timedelta(days=1)


def signed_well(_: Entries, fact: Fact) -> None:
    """A contract ends after it begins and in time, and binds the participant and an authority."""
    assert isinstance(fact, ContractSigned)
    if fact.until < fact.on:
        message = f"{fact.TOPIC}: it is signed on {fact.on}, got {fact.until} as its last day"
        raise EndsBeforeStart(message, fact=fact.TOPIC, since=fact.on, day=fact.until)
    _not_too_long(fact, fact, fact.until)
    if "participant" not in fact.parties or len(set(fact.parties)) < 2:
        expected = "participant and one authority or more"
        raise ValueNotAllowed(f"{fact.TOPIC}: parties must be {expected}", "parties", expected)


def contract_holds(entries: Entries, fact: Fact) -> None:
    """What is done to a contract needs one that holds that day; an extension makes it longer, within its limit."""
    assert isinstance(fact, (ContractExtended, ContractCompleted, ContractTerminated))
    if not isinstance(fact, ContractExtended):
        _needed(entries, fact.contract, fact)
        return
    found = _needed(_told_before(entries, fact), fact.contract, fact)
    if fact.until <= found.until:
        message = f"{fact.TOPIC}: the {fact.contract} lasts until {found.until} already, got {fact.until}"
        raise EndsBeforeStart(message, fact=fact.TOPIC, since=found.until, day=fact.until)
    _not_too_long(fact, found.signed, fact.until)


def party_bound(entries: Entries, fact: Fact) -> None:
    """Only who a contract binds can agree to it, or take a duty upon itself in it."""
    assert isinstance(fact, (PartyAgreed, ObligationAgreed))
    bound = _needed(entries, fact.contract, fact).signed.parties
    if fact.party not in bound:
        raise PartyNotBound(
            f"{fact.TOPIC}: the {fact.contract} binds {', '.join(bound)}, got {fact.party}",
            party=fact.party,
            parties=tuple(bound),
        )


def due_in_contract(entries: Entries, fact: Fact) -> None:
    """A step or an obligation falls due within its contract."""
    assert isinstance(fact, (StepAgreed, ObligationAgreed))
    _not_before(fact, fact.due)
    _within(_needed(entries, fact.contract, fact), fact, fact.due)


def revised_in_contract(entries: Entries, fact: Fact) -> None:
    """A step that is agreed anew stays within its contract."""
    assert isinstance(fact, StepRevised)
    agreed = [
        (entry.fact.on, entry.version, entry.fact.contract)
        for entry in _told_before(entries, fact).values()
        if isinstance(entry.fact, StepAgreed) and entry.fact.step == fact.step
    ]
    if agreed and fact.due is not None:
        _not_before(fact, fact.due)
        _within(_needed(entries, max(agreed)[-1], fact), fact, fact.due)


def planned_ahead(_: Entries, fact: Fact) -> None:
    """A conversation is agreed for that day or a later one."""
    assert isinstance(fact, (FollowUpScheduled, FollowUpMoved))
    _not_before(fact, fact.planned_on)


def held_when_possible(entries: Entries, fact: Fact) -> None:
    """A conversation is held with somebody who has been settled."""
    assert isinstance(fact, FollowUpHeld)
    settled = [entry.fact.settled_on for entry in entries.values() if isinstance(entry.fact, ParticipantRegistered)]
    if settled and fact.on < min(settled):
        message = f"{fact.TOPIC}: {fact.on} is before the settlement on {min(settled)}"
        raise HeldTooEarly(message, day=fact.on, settled=min(settled))


def others_stand(entries: Entries, fact: Fact) -> None:
    """What was agreed in a contract stays possible when something is told of the contract that happened before it."""
    if any(entry.fact is fact for entry in entries.values()):
        return
    new = Entry(max(entries, default=0) + 1, fact)
    for other in entries.values():
        for guard in _RESTING.get(type(other.fact), ()):
            if _refused(guard, entries, other.fact) is None:
                refused = _refused(guard, {**entries, new.version: new}, other.fact)
                if refused is not None:
                    message = f"{fact.TOPIC}: fact {other.version} would become impossible: {refused}"
                    raise type(refused)(message, **refused.values)


def _refused(guard: "Guard", entries: Entries, fact: Fact) -> FactRefused | None:
    try:
        guard(entries, fact)
    except FactRefused as refused:
        return refused
    return None


def _told_before(entries: Entries, fact: Fact) -> Entries:
    """What happened before a fact; on its own day, what was recorded before it."""
    own = next((entry.version for entry in entries.values() if entry.fact is fact), max(entries, default=0) + 1)
    return {
        version: entry
        for version, entry in entries.items()
        if (entry.fact.on, version) < (fact.on, own)
        or (fact.on_precision != "day" and version < own and same_period(fact, entry.fact.on))
    }


def _needed(entries: Entries, kind: ContractKind, fact: Fact) -> Agreement:
    found = holding(entries, kind, fact)
    if found is None:
        message = f"{fact.TOPIC}: no {kind} holds on {fact.on}; tracker contract sign makes one"
        raise NotRunning(message, spell=("contract", kind), fact=fact.TOPIC, day=fact.on)
    return found


def _not_too_long(fact: Fact, signed: ContractSigned, until: date) -> None:
    latest = latest_end(signed.contract, signed.on)
    if until > latest:
        raise ContractTooLong(
            f"{fact.TOPIC}: a {signed.contract} signed on {signed.on} lasts until {latest} at the latest, got {until}",
            signed=signed.on,
            latest=latest,
            until=until,
        )


def _not_before(fact: Fact, day: date) -> None:
    """What is agreed is agreed for that day or a later one."""
    if day < fact.on:
        message = f"{fact.TOPIC}: agreed on {fact.on} for {day}, which was before"
        raise EndsBeforeStart(message, fact=fact.TOPIC, since=fact.on, day=day)


def _within(agreed: Agreement, fact: Fact, due: date) -> None:
    if not agreed.signed.on <= due <= agreed.until:
        raise OutsideContract(
            f"{fact.TOPIC}: the {agreed.signed.contract} lasts from {agreed.signed.on} until {agreed.until}, got {due}",
            signed=agreed.signed.on,
            until=agreed.until,
            due=due,
        )


Guard = Callable[[Entries, Fact], None]
_RESTING: Mapping[type[Fact], tuple[Guard, ...]] = {
    ContractExtended: (contract_holds,),
    ContractCompleted: (contract_holds,),
    ContractTerminated: (contract_holds,),
    PartyAgreed: (party_bound,),
    StepAgreed: (due_in_contract,),
    StepRevised: (revised_in_contract,),
    ObligationAgreed: (party_bound, due_in_contract),
}
"""What rests on a contract, and what it needs of it."""
