"""What somebody sees when something cannot be done: what is wrong and what to do, and nothing of anybody."""

import logging

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from tracker.errors import Busy, Conflict, ParticipantIsForgotten, ParticipantNotFound, Refusal, StorageRefusal
from web import refusals, wording
from web.wording import marked as _

log = logging.getLogger(__name__)

SAID = {
    400: (_("The request cannot be understood"), _("Go back, load the page again and try once more.")),
    403: (_("You have no access to this"), _("If your work needs it, ask whoever administers accounts.")),
    404: (_("There is nothing here"), _("The address may be wrong, or what was here is no longer in your reach.")),
    405: (_("This cannot be done here"), _("Go back and use the buttons on the page.")),
    409: (_("Somebody else was quicker"), _("Load the page again to see what was added, then do it once more.")),
    413: (_("This is too large"), _("A file has at most 32 MB. Split it, and send the parts one by one.")),
    429: (_("Too many attempts"), _("Wait a minute, then try again.")),
    500: (_("Something went wrong"), _("Nothing was saved. Try again; if it happens again, tell whoever runs this.")),
    503: (_("Not possible right now"), _("Nothing was saved. Try again in a moment.")),
}
STALE = _("The page was open for too long, or you were signed out meanwhile. Load it again; nothing was saved.")


def handle(app: Flask) -> None:
    """Answer every failure with a page."""

    @app.errorhandler(CSRFError)
    def _stale(_: CSRFError) -> ResponseReturnValue:
        return failure(400, wording.words(STALE))

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> ResponseReturnValue:
        code = error.code or 500
        if code in (301, 302, 303, 307, 308):
            return error.get_response()
        return failure(code if code in SAID else (400 if code < 500 else 500))

    @app.errorhandler(ParticipantNotFound)
    @app.errorhandler(ParticipantIsForgotten)
    def _nobody(_: Refusal) -> ResponseReturnValue:
        return failure(404)

    @app.errorhandler(Refusal)
    def _refused(refusal: Refusal) -> ResponseReturnValue:
        busy = isinstance(refusal, (Busy, StorageRefusal))
        code = 503 if busy else 409 if isinstance(refusal, Conflict) else 422
        return failure(code, refusals.told(refusal))

    @app.errorhandler(Exception)
    def _broken(error: Exception) -> ResponseReturnValue:
        # Neither the message nor the values of an error are logged: they may hold what somebody wrote about a person.
        log.error("%s in %s %s", type(error).__name__, request.method, request.endpoint, stack_info=False)
        if app.config.get("PROPAGATE_EXCEPTIONS") or app.testing:
            raise error
        return failure(500)


def failure(code: int, what_to_do: str | None = None) -> ResponseReturnValue:
    """A page that says that something cannot be done.

    :param what_to_do: in the language of the request; left out, what is usual for the code
    """
    title, usual = SAID.get(code, SAID[400])
    page = render_template(
        "failure.html", title=wording.words(title), what_to_do=what_to_do or wording.words(usual), code=code
    )
    return page, code
