"""What stands in contracts, in the language of the reader: states, parties, targets, and which facts say what."""

from collections.abc import Mapping

from events import fact_class
from events.contract import (
    ContractPaused,
    ContractTerminated,
    ObligationMissed,
    ObligationWaived,
    StepAgreed,
    StepDropped,
)
from events.fields import fields_by_name
from events.follow_up import FollowUpHeld, FollowUpMissed, FollowUpMoved
from events.plan import CareerGoalSet
from tracker.contracts.conversations import Conversation
from tracker.contracts.held import Because, Held
from tracker.contracts.standing import Agreed
from tracker.wording_of_facts import choice, title
from web import wording
from web.wording import marked as _

STATES: Mapping[str, str] = {
    "running": _("runs"),
    "paused": _("rests"),
    "ran-out": _("ran out"),
    "completed": _("completed"),
    "terminated": _("terminated"),
    "agreed": _("not yet due"),
    "overdue": _("overdue"),
    "not-due": _("not due now"),
    "reached": _("reached"),
    "dropped": _("dropped"),
    "met": _("met"),
    "missed": _("broken"),
    "waived": _("waived"),
    "held": _("held"),
}
COLOURS: Mapping[str, str] = {
    "running": "success",
    "paused": "info",
    "ran-out": "warning",
    "overdue": "danger",
    "missed": "danger",
    "reached": "success",
    "met": "success",
    "held": "success",
}
"""State -> colour of its tag; the words say the same."""

PARTIES: Mapping[str, str] = {
    "participant": _("The participant"),
    "municipality": _("The municipality"),
    "county": _("The county"),
    "state": _("NAV"),
}
KINDS: Mapping[str, str] = {"integration-contract": _("Integration contract"), "long-contract": _("Long contract")}


def state(code: str) -> str:
    """What a state is called."""
    return wording.words(STATES[code])


def colour(code: str) -> str:
    """The colour of a state's tag."""
    return COLOURS.get(code, "neutral")


def party(code: str) -> str:
    """What a party is called."""
    return wording.words(PARTIES[code])


def kind(code: str) -> str:
    """What a kind of contract is called."""
    return wording.words(KINDS[code])


def goal(code: str) -> str:
    """What a career goal is called."""
    return choice(CareerGoalSet, fields_by_name(CareerGoalSet)["goal"], code, wording.language())


def target(told: str | None) -> str:
    """What a step leads to; told as ``tracker.contracts.standing`` does: code, level, skills, hours."""
    code, _, rest = (told or "").partition(" ")
    fields = fields_by_name(StepAgreed)
    words = choice(StepAgreed, fields["target"], code, wording.language()) if code else ""
    more = []
    for part in rest.removesuffix(" hours a week").replace(",", "").split():
        if part in fields["skills"].choices:
            more.append(choice(StepAgreed, fields["skills"], part, wording.language()).casefold())
        elif rest.endswith("hours a week") and part == rest.removesuffix(" hours a week").split()[-1]:
            more.append(wording.text("%(number)s hours a week", number=part))
        else:
            more.append(part)
    return " ".join([words, *more])


def cause(one: Agreed) -> str:
    """Why a step or a duty ended so, or how it was reached."""
    if one.how == "journey":
        return wording.text("as the journey tells")
    if one.how == "judged":
        return wording.text("as was judged")
    return _choice(
        {"dropped": StepDropped, "missed": ObligationMissed, "waived": ObligationWaived}.get(one.state), one.how
    )


def ended_because(held: Held) -> str:
    """Why a contract ended."""
    return _choice(ContractTerminated, held.cause) if held.state == "terminated" else ""


def pause(code: str) -> str:
    """Why a contract rested."""
    return _choice(ContractPaused, code)


def because(one: Because) -> str:
    """A fact that says that a contract is not followed."""
    return f"{wording.day(one.on)}: {title(fact_class(one.fact), wording.language())}"


def move(reason: str) -> str:
    """Why a conversation was moved."""
    return _choice(FollowUpMoved, reason, "reason")


def how(one: Conversation) -> str:
    """How a conversation was held, or who did not come and why."""
    if one.state == "held":
        return _choice(FollowUpHeld, one.how, "way")
    if one.state == "missed" and one.how:
        by, _, why = one.how.partition(", ")
        told = (_choice(FollowUpMissed, by, "missed_by"), _choice(FollowUpMissed, why))
        return ", ".join(filter(None, told))
    return ""


def _choice(cls: type | None, code: str | None, name: str = "") -> str:
    if cls is None or not code or code == "unknown":
        return ""
    fields = fields_by_name(cls)
    field = fields[name or ("cause" if "cause" in fields else "reason")]
    return choice(cls, field, code, wording.language())
