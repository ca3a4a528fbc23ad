"""The blueprint of logging, and what its pages share."""

from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

pages = Blueprint("logging", __name__)


def done(participant: UUID) -> ResponseReturnValue:
    """Back to the participant's page, which says what was saved."""
    back = url_for("participant.page", participant=participant)
    if request.headers.get("HX-Request"):
        return "", 204, {"HX-Redirect": back}
    return redirect(back, 303)


def expected_version() -> int | None:
    """The version that the journey stood at when the form was made."""
    return request.form.get("expected_version", type=int)
