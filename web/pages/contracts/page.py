"""How a participant's contracts stand: followed or not and why, path, duties by party, conversations, what is due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from events import Fact
from events.contract import (
    ContractCompleted,
    ContractExtended,
    ContractPaused,
    ContractReopened,
    ContractResumed,
    ContractTerminated,
    ObligationAgreed,
    PartyAgreed,
    StepAgreed,
)
from events.follow_up import FollowUpHeld, FollowUpScheduled
from tracker.contracts.conversations import Conversation
from tracker.contracts.held import Held
from tracker.contracts.standing import Agreed, Standing, standing
from tracker.wording_of_facts import title
from web import wording
from web.auth.gate import account, desk, needs
from web.outcomes import BY_CONTRACT, button, mark
from web.pages.contracts import words
from web.pages.contracts.blueprint import pages
from web.persons import Shown, page_of, shown

ORDER = ("participant", "municipality", "county", "state")
_OF_STATE: Mapping[str, tuple[type[Fact], ...]] = {
    "running": (ContractExtended, ContractPaused, ContractCompleted, ContractTerminated),
    "ran-out": (ContractExtended, ContractCompleted, ContractTerminated),
    "paused": (ContractResumed, ContractExtended, ContractTerminated),
    "completed": (ContractReopened,),
    "terminated": (ContractReopened,),
}
"""What can be done to a contract."""

AHEAD = timedelta(days=90)
"""How far ahead the page tells what is due."""

OPEN = ("agreed", "overdue", "paused", "not-due")
"""States in which something can still come of a step or a duty."""


@dataclass(frozen=True)
class Action:
    """A button: log name of the fact, what it stands for in the address, words."""

    topic: str
    sign: str
    words: str


def look(participant: UUID) -> Standing:
    """How the contracts stand today."""
    app = desk().app
    return standing(app, participant, desk().today(), app.read_model.caught_up())


def newest(told: Standing) -> tuple[Held, ...]:
    """The last contract of each kind: what is done is done to that one."""
    return tuple({one.contract: one for one in told.contracts}.values())


def may_write() -> bool:
    """Whether who is at work may write in these contracts; the gate has decided it for reading alone."""
    return g.whereabouts.municipality in account().where("contract-write") and g.reach.ground in (
        "own",
        "lent",
        "opened",
    )


def who_is(participant: UUID) -> Shown:
    """The participant as the reader sees them."""
    return shown([participant])[participant]


@pages.get("/participants/<uuid:participant>/contracts")
@needs("participant-read")
def page(participant: UUID) -> ResponseReturnValue:
    """The page."""
    told = look(participant)
    running = [one for one in newest(told) if one.state in ("running", "paused", "ran-out")]
    writes = may_write()
    in_bulk = {id for id, rule in desk().app.read_model.rules.rules.items() if rule.oldest}
    return render_template(
        "contracts/page.html",
        told=told,
        who=who_is(participant),
        own_page=page_of(participant),
        words=words,
        writes=writes,
        running=running,
        signable=[kind for kind in words.KINDS if kind not in {one.contract for one in running}],
        actions_of_contract=lambda held: _of_contract(held) if writes and held in newest(told) else [],
        actions_of_step=lambda one: _of_agreed("step", one) if writes else [],
        actions_of_duty=lambda one: _of_agreed("obligation", one) if writes else [],
        actions_of_talk=lambda one: _of_conversation(one) if writes else [],
        add=_additions(running) if writes else [],
        duties=_by_party(told.obligations),
        due=[one for one in told.due if one.due <= told.at + AHEAD and one.task not in in_bulk],
        steps=sorted(told.steps, key=lambda one: (one.state not in OPEN, one.due)),
        talks=sorted(told.conversations, key=lambda one: one.on or one.planned_on or date.max, reverse=True),
        back=request.path,
    )


def _by_party(duties: tuple[Agreed, ...]) -> list[tuple[str, list[Agreed]]]:
    ordered = sorted(duties, key=lambda one: (ORDER.index(one.party), one.state not in OPEN, one.due))
    return [(party, list(found)) for party, found in groupby(ordered, key=attrgetter("party"))]


def _of_contract(held: Held) -> list[Action]:
    return [_action(cls, held.contract) for cls in _OF_STATE["running" if _goes_on(held) else held.state]]


def _goes_on(held: Held) -> bool:
    """Whether it runs, or rests for the last day."""
    return held.state == "running" or held.rests_until is not None


def _of_agreed(task: str, one: Agreed) -> list[Action]:
    if one.state not in OPEN:
        return []
    return [_action(cls, one.name) for cls in BY_CONTRACT[task]]


def _of_conversation(one: Conversation) -> list[Action]:
    return [_action(cls, one.name) for cls in BY_CONTRACT["follow-up"]] if one.state == "agreed" else []


def _additions(running: list[Held]) -> list[Action]:
    found = []
    open_ones = [held for held in running if _goes_on(held)]
    for held in open_ones:
        which = words.kind(held.contract).lower() if len(open_ones) > 1 else ""
        found += [_action(StepAgreed, held.contract, which), _action(ObligationAgreed, held.contract, which)]
        if any(one.on is None for one in held.parties):
            found.append(_action(PartyAgreed, held.contract, which))
    held_one = Action(FollowUpHeld.TOPIC, "new", title(FollowUpHeld, wording.language()))
    return [*found, _action(FollowUpScheduled, ""), held_one]


def _action(cls: type[Fact], key: str, which: str = "") -> Action:
    return Action(cls.TOPIC, mark(key) if key else "new", ": ".join(filter(None, (button(cls), which))))
