"""One fact about a contract, a step, a duty or a conversation, logged from the page of contracts."""

from datetime import date
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from events import Fact, fact_classes
from events.contract import ContractReopened, ContractResumed, ObligationAgreed, PartyAgreed, StepAgreed
from events.follow_up import FollowUpHeld, FollowUpScheduled
from tracker.contracts.standing import Standing
from tracker.wording_of_facts import sentence
from web import wording
from web.auth.gate import needs
from web.outcomes import BUTTONS, Outcome, mark
from web.pages.contracts import words
from web.pages.contracts.blueprint import pages
from web.pages.contracts.page import look, newest, who_is
from web.paths import called

TOPICS = {cls.TOPIC: cls for cls in BUTTONS}
"""What can be logged here."""

IN_CONTRACT = (PartyAgreed, StepAgreed, ObligationAgreed)
"""Facts that name the contract beside what they are about."""


@pages.get("/participants/<uuid:participant>/contracts/log/<topic>/<sign>")
@needs("contract-write")
def form(participant: UUID, topic: str, sign: str) -> ResponseReturnValue:
    """The form."""
    told = look(participant)
    fact = _fact(topic)
    about = _about(told, fact, sign)
    if about is None:
        abort(404)
    return _form(_made(participant, fact, about), about, sign)


@pages.post("/participants/<uuid:participant>/contracts/log/<topic>/<sign>")
@needs("contract-write")
def log(participant: UUID, topic: str, sign: str) -> ResponseReturnValue:
    """Record it."""
    fact = _fact(topic)
    about = request.form.get("about", "")
    if (mark(about) if about else "new") != sign:
        abort(400)
    if fact in IN_CONTRACT and about not in words.KINDS:
        abort(400)
    made = _made(participant, fact, about)
    made.since = _since(look(participant), fact, about)
    if made.save():
        return redirect(url_for("contracts.page", participant=participant), 303)
    return _form(made, about, sign), made.code


def _fact(topic: str) -> type[Fact]:
    cls = fact_classes().get(topic)
    if cls is None or topic not in TOPICS:
        abort(404)
    return cls


def _about(told: Standing, fact: type[Fact], sign: str) -> str | None:
    """The key that a sign stands for; None where there is nothing of it."""
    if sign == "new":
        return "" if fact in (FollowUpScheduled, FollowUpHeld) else None
    names: list[str] = [one.contract for one in newest(told)]
    if fact not in IN_CONTRACT:
        names += [one.name for one in (*told.steps, *told.obligations)]
        names += [one.name for one in told.conversations]
    return next((name for name in names if mark(name) == sign), None)


def _since(told: Standing, fact: type[Fact], about: str) -> date | None:
    """The day on which what a fact about a contract as a whole ends or changes began."""
    held = next((one for one in newest(told) if one.contract == about), None)
    if held is None or fact in IN_CONTRACT:
        return None
    return held.since if fact in (ContractReopened, ContractResumed) else held.signed_on


def _made(participant: UUID, fact: type[Fact], about: str) -> Outcome:
    if fact in IN_CONTRACT:
        made = Outcome.begin(participant, fact, fixed={"contract": about})
        made.about = about
        return made
    return Outcome.begin(participant, fact, about)


def _form(made: Outcome, about: str, sign: str) -> str:
    names_a_kind = about in words.KINDS
    shown_about = words.kind(about) if names_a_kind else "" if about == "follow-up" else called(about)
    return render_template(
        "contracts/log.html",
        made=made,
        who=who_is(made.participant),
        about=shown_about,
        told=sentence(ContractResumed, wording.language()) if made.cls is ContractResumed else "",
        back=url_for("contracts.page", participant=made.participant),
        address=url_for("contracts.log", participant=made.participant, topic=made.cls.TOPIC, sign=sign),
    )
