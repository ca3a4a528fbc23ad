"""Keeping what was typed and not saved, and throwing it away."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from tracker.errors import ParticipantNotFound
from web import wording
from web.auth.gate import account, desk, needs, reach_of
from web.composing.flow import after, drafts

pages = Blueprint("drafts", __name__)
FORMS = ("test_day", "conversation", "programme_ends")
"""The forms that keep drafts; their pages are ``NAME.page``."""


@pages.post("/drafts/<form>/<uuid:who>")
@needs("participant-log")
def keep(form: str, who: UUID) -> ResponseReturnValue:
    """Keep what is typed. It shows nothing of the participant, so it is no look that the access log notes."""
    _check(form, who)
    kept = drafts().keep(account().user, who, form, request.form.items(multi=True), desk().app.clock())
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
    """Throw away what was kept."""
    _check(form, who)
    drafts().drop(account().user, who, form)
    flash(wording.text("What had been kept is thrown away."), "info")
    return redirect(url_for(f"{form}.page", participant=who), 303)


def _check(form: str, who: UUID) -> None:
    if form not in FORMS:
        abort(404)
    answer, _ = reach_of(who, "participant-log")
    if not answer.granted:
        raise ParticipantNotFound("there is no participant here that you may open")
