"""What was typed and not saved: keeping it, a list of it, and throwing it away."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.errors import ParticipantNotFound
from web import wording
from web.auth.gate import account, desk, needs, reach_of
from web.composing.flow import after
from web.drafts import KEPT_FOR
from web.persons import Shown, shown
from web.wording import marked as _

pages = Blueprint("drafts", __name__)
FORMS = {
    "test_day": _("Test day"),
    "conversation": _("Conversation"),
    "programme_ends": _("The programme ends"),
}
"""The forms that keep drafts, and what they are called; their pages are ``NAME.page``."""


class Line(NamedTuple):
    """A draft in the list.

    :ivar form: its name; title: what it is called
    :ivar who: of whom it is; None where the journey is out of reach by now
    """

    form: str
    title: str
    at: datetime
    participant: UUID
    who: Shown | None


@pages.get("/drafts")
@needs("participant-log")
def page() -> ResponseReturnValue:
    """One's own drafts. Who is out of reach by now is not named."""
    found = [one for one in desk().drafts.of(account().user, desk().app.clock()) if one.form in FORMS]
    open_to_me = {one.participant for one in found if reach_of(one.participant, "participant-log")[0].granted}
    names = shown(open_to_me)
    desk().access_log.note(desk().app.clock(), account().user, "drafts.page", rows=len(open_to_me))
    lines = [
        Line(one.form, wording.words(FORMS[one.form]), one.at, one.participant, names.get(one.participant))
        for one in found
    ]
    return render_template("drafts.html", lines=lines, days=KEPT_FOR.days)


@pages.post("/drafts/<form>/<uuid:who>")
@needs("participant-log")
def keep(form: str, who: UUID) -> ResponseReturnValue:
    """Keep what is typed. It shows nothing of the participant, so it is no look that the access log notes."""
    _check(form)
    if not reach_of(who, "participant-log")[0].granted:
        raise ParticipantNotFound("there is no participant here that you may open")
    kept = desk().drafts.keep(account().user, who, form, request.form.items(multi=True), desk().app.clock())
    if request.headers.get("X-Draft"):
        return "", 204 if kept else 422
    if not kept:
        flash(wording.text("There was nothing to keep."), "info")
        return redirect(url_for(f"{form}.page", participant=who), 303)
    flash(wording.text("What you wrote is kept for a week."), "success")
    return redirect(after(who), 303)


@pages.post("/drafts/<form>/<uuid:who>/discard")
@needs("participant-log")
def discard(form: str, who: UUID) -> ResponseReturnValue:
    """Throw away what one had kept oneself, also of somebody who is out of reach by now."""
    _check(form)
    desk().drafts.drop(account().user, who, form)
    flash(wording.text("What had been kept is thrown away."), "info")
    back = url_for("drafts.page") if request.form.get("back") == "list" else url_for(f"{form}.page", participant=who)
    return redirect(back, 303)


def _check(form: str) -> None:
    if form not in FORMS:
        abort(404)
