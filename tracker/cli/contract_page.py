"""The contracts of a participant as a page: for a terminal, and as plain values."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from tracker.contracts.conversations import Conversation
from tracker.contracts.held import Because, Held
from tracker.contracts.standing import Agreed, Due, Standing

STATES = {
    "agreed": "not yet due",
    "overdue": "OVERDUE",
    "paused": "rests",
    "not-due": "not due now",
    "missed": "MISSED",
    "ran-out": "ran out",
}
"""State -> its words, where they are not the same."""


def as_json(told: Standing) -> dict[str, Any]:
    """The page as plain values."""
    return {**asdict(told), "participant": str(told.participant), "known_at": told.position}


def as_text(told: Standing) -> Iterator[str]:
    """The page for a terminal, line by line."""
    yield f"participant  {told.participant}"
    yield f"as it was on {told.at}, as known at @{told.position}"
    if told.goal is not None:
        yield f"career goal  {told.goal}, since {told.goal_since}"
    if told.advisor is not None:
        yield f"advisor      {told.advisor}, since {told.advisor_since}"
    yield ""
    for contract in told.contracts:
        yield from _contract(contract)
        yield ""
    if not told.contracts:
        yield "no contract: tracker contract paths lists what one can start from"
        yield ""
    yield from _section("path", told.steps, _step)
    yield from _duties(told.obligations)
    yield from _section("conversations", told.conversations, _conversation)
    yield from _section("due", told.due, _due)


def _contract(contract: Held) -> Iterator[str]:
    yield f"{contract.contract}  signed {contract.signed_on}, until {contract.until}"
    since = {"paused": "since", "running": "since"}.get(contract.state, "on")
    cause = f" ({contract.cause})" if contract.cause else ""
    yield f"  state        {STATES.get(contract.state, contract.state)}{cause}, {since} {contract.since}"
    for on, until in contract.extended:
        yield f"  extended     on {on}, until {until}"
    for first, last, why in contract.pauses:
        yield f"  rested       from {first}{f' to {last}' if last else ' on'} ({why})"
    if contract.follow_up_every:
        yield f"  follow-up    every {contract.follow_up_every} months"
    for party in contract.parties:
        office = f", {party.office}" if party.office else ""
        yield f"  {party.party:<13}{f'agreed {party.on}' if party.on else 'has not agreed'}{office}"
    if contract.follows:
        yield f"  participant follows: yes, since {contract.follows_since}"
        return
    yield f"  participant follows: no, since {contract.follows_since}"
    for because in contract.because:
        yield f"    {_fact(because)}"


def _fact(because: Because) -> str:
    return f"fact {because.version}, {because.on}: {because.fact} ({because.what})"


def _section(title: str, found: Sequence[Any], shown: Callable[[Any], Iterator[str]]) -> Iterator[str]:
    yield title
    for one in found:
        yield from (f"  {line}" for line in shown(one))
    if not found:
        yield "  none"
    yield ""


def _step(step: Agreed) -> Iterator[str]:
    yield f"{_line(step)}: {step.what}"


def _duties(duties: Sequence[Agreed]) -> Iterator[str]:
    """The duties of each party under its name, those of authorities like those of the participant."""
    yield "duties"
    for party, found in groupby(sorted(duties, key=lambda duty: (_PARTIES.index(duty.party), duty.due)), _party):
        yield f"  {party}"
        for duty in found:
            yield f"    {_line(duty)}{f': {duty.what}' if duty.what else ''}"
    if not duties:
        yield "  none"
    yield ""


def _party(duty: Agreed) -> str:
    return duty.party


def _line(one: Agreed) -> str:
    due = f"due {one.due}"
    if one.due_now is not None and one.due_now != one.due:
        due += f", with pauses {one.due_now}"
    if one.earlier:
        due += f", before {', '.join(map(str, one.earlier))}"
    state = STATES.get(one.state, one.state)
    if one.state == "overdue":
        state += f" by {one.overdue_days} days"
    elif one.overdue_days:
        state += f", OVERDUE by {one.overdue_days} days until then"
    if one.on is not None:
        state += f" {one.on}"
    in_time = None if one.in_time is None else "in time" if one.in_time else "late"
    told = ", ".join(filter(None, (one.how, in_time)))
    return f"{one.name}  {state}{f' ({told})' if told else ''}, {due}"


def _conversation(one: Conversation) -> Iterator[str]:
    if one.first_planned_on is None:
        planned = "not agreed before"
    else:
        planned = f"agreed {one.agreed_on} for {one.first_planned_on}"
    when = f"{one.state} {one.on} ({one.how})" if one.on is not None else f"planned for {one.planned_on}"
    with_whom = f", with {', '.join(one.with_whom)}" if one.with_whom else ""
    interpreter = f", interpreter: {one.interpreter_used}" if one.interpreter_used not in (None, "not-asked") else ""
    yield f"{one.name}  {when}, {planned}{with_whom}{interpreter}"
    for number, move in enumerate(one.moves, start=1):
        yield f"  move {number}, {move.on}: to {move.planned_on} ({move.reason})"
    if one.agreed_next:
        yield f"  agreed next: {one.agreed_next}"
    if one.own_comment:
        yield f"  own comment: {one.own_comment}"


def _due(one: Due) -> Iterator[str]:
    state = "rests" if one.paused else f"OVERDUE by {one.overdue_days} days" if one.overdue_days else "in time"
    about = f" {one.about!r}" if one.about else ""
    yield f"{one.due}  {state}  {one.title.en}{about} ({one.party}, {one.rests_on}): {one.to_do.en}"


_PARTIES = ("participant", "municipality", "county", "state")
