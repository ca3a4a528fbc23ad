"""The addresses of the participant's page and of the participant's own copy."""

from uuid import UUID

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue

from tracker.own_copy.page import own_copy
from web import wording
from web.auth.gate import account, desk, needs
from web.auth.roles import Permission
from web.charts.journey import draw
from web.pages.logging.menu import menu
from web.pages.participant.clocks import clocks
from web.pages.participant.course_words import (
    firmness_words,
    milestone_words,
    reason_words,
    state_words,
    verdict_words,
)
from web.pages.participant.view import View
from web.recording import author
from web.wording import marked as _

pages = Blueprint("participant", __name__)

BESIDE: tuple[tuple[str, str, Permission], ...] = (
    ("conversation.page", _("Conversation"), "participant-log"),
    ("test_day.page", _("Test day"), "participant-log"),
    ("programme_ends.page", _("Programme ends"), "participant-log"),
)
"""Pages of a participant's that write several facts at once: endpoint, title, what they need."""


@pages.get("/participants/<uuid:participant>")
@needs("participant-read")
def page(participant: UUID) -> ResponseReturnValue:
    """The page, as it is now or as on the days asked for."""
    asked = clocks(desk().app, request.args, desk().today())
    view = View(participant, asked, request.args.get("area", ""), request.args.get("facts") == "all")
    if view.is_empty:
        return render_template("participant/page.html", view=view)
    shown = render_template(
        "participant/page.html",
        view=view,
        groups=menu(view.page) if view.may_log else [],
        wide=draw(view.drawing, id="journey"),
        narrow=draw(view.drawing, id="journey-narrow", narrow=True),
        verdict=verdict_words(view.course),
        firmness=firmness_words(view.course),
        milestone_words=milestone_words,
        state_words=state_words,
        reason_words=reason_words,
        beside=_beside(),
    )
    return shown, 422 if asked.problems else 200


@pages.get("/participants/<uuid:participant>/copy")
@needs("participant-copy")
def copy(participant: UUID) -> ResponseReturnValue:
    """All that is recorded, for the participant, as a file; its style sheet is within it, so it is not shown here."""
    language = request.args.get("language")
    made = own_copy(
        desk().app,
        participant,
        wording.chosen_language(language, None) if language else wording.language(),
        author(),
    )
    answer = make_response(made)
    answer.headers["Content-Type"] = "text/html; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="own-copy.html"'
    return answer


def _beside() -> list[tuple[str, str]]:
    return [(endpoint, wording.words(title)) for endpoint, title, permission in BESIDE if account().may(permission)]
