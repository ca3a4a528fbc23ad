"""Opening the journey of a colleague's participant: on a stated reason, for a while, and written down."""

from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.errors import ParticipantNotFound
from web import refusals
from web.auth.gate import account, desk, needs, reach_of
from web.auth.loans import LONGEST_REASON, OPEN_FOR, OpeningReasonNeeded
from web.pages.signing_in import own_address

pages = Blueprint("openings", __name__)


@pages.get("/open/<uuid:who>")
@needs("participant-read")
def ask(who: UUID) -> ResponseReturnValue:
    """Ask for the reason. The participant is not named: nobody has opened the journey yet."""
    return _form(who)


@pages.post("/open/<uuid:who>")
@needs("participant-read")
def open_on_a_reason(who: UUID) -> ResponseReturnValue:
    """Open it, and write down who did and why."""
    _refuse_unless_a_reason_helps(who)
    reason = request.form.get("reason", "")
    try:
        desk().loans.open(account().user, who, reason, desk().app.clock())
    except OpeningReasonNeeded as refusal:
        return _form(who, reason, refusals.told(refusal)), 422
    desk().access_log.note(desk().app.clock(), account().user, "opened", participant=who, why=" ".join(reason.split()))
    return redirect(own_address(request.form.get("next")) or url_for("participant.page", participant=who), 303)


def _form(who: UUID, reason: str = "", error: str = "") -> str:
    _refuse_unless_a_reason_helps(who)
    hours = int(OPEN_FOR.total_seconds() // 3600)
    return render_template(
        "opening.html",
        reason=reason,
        error=error,
        hours=hours,
        limit=LONGEST_REASON,
        back=own_address(request.values.get("next")) or "",
    )


def _refuse_unless_a_reason_helps(who: UUID) -> None:
    answer, _ = reach_of(who, "participant-read")
    g.reach = answer
    if answer.ground not in ("reason", "opened"):
        raise ParticipantNotFound("there is no participant here that you may open")
