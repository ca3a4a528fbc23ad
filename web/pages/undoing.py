"""Undoing what one has just saved."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from tracker.errors import Refusal
from web import refusals, wording
from web.auth.gate import account, desk, needs
from web.pages.signing_in import own_address
from web.recording import REASON, author

pages = Blueprint("undoing", __name__)


@pages.post("/undo/<act>")
@needs("own-account")
def undo(act: str) -> ResponseReturnValue:
    """Take back all that an act of one's own recorded; afterwards one is where one was."""
    found = desk().acts.find(act, account().user, desk().app.clock())
    back = redirect(own_address(request.form.get("back")) or url_for("signing_in.start"), 303)
    if found is None:
        flash(wording.text("This can no longer be undone here; take back each entry with a reason."), "warning")
        return back
    try:
        taken = desk().app.undo(found.participants, act, REASON, author())
    except Refusal as refusal:
        flash(refusals.told(refusal), "danger")
        return back
    flash(wording.text("Undone.") if taken else wording.text("It had been undone already."), "success")
    return back
