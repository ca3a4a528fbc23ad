"""Logging what happened: the list of all that can be logged, and the form of each kind of fact."""

from typing import Any
from uuid import UUID

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from events import Fact
from tracker.errors import Conflict, FactRefused
from tracker.journey import loggable
from web import wording
from web.auth.gate import desk, needs
from web.forms import FactForm
from web.pages.logging.blueprint import done, expected_version, pages
from web.pages.logging.menu import Row, everything, fixed_key
from web.pages.participant.view import added_since, journey_now
from web.pages.participant.words import whole_words
from web.persons import person_of
from web.recording import record


@pages.get("/participants/<uuid:participant>/log")
@needs("participant-log")
def choose(participant: UUID) -> ResponseReturnValue:
    """All that can be logged, by area of life."""
    return render_template(
        "logging/choose.html", participant=participant, name=name_of(participant), groups=everything()
    )


@pages.get("/participants/<uuid:participant>/log/<topic>")
@needs("participant-log")
def ask(participant: UUID, topic: str) -> ResponseReturnValue:
    """The form of a kind of fact."""
    cls = _class(topic)
    version, row, fixed = _now(participant, cls)
    form = FactForm(cls, desk().today(), fixed=fixed)
    return _shown(participant, version, form, row)


@pages.post("/participants/<uuid:participant>/log/<topic>")
@needs("participant-log")
def save(participant: UUID, topic: str) -> ResponseReturnValue:
    """Record the fact."""
    cls = _class(topic)
    version, row, fixed = _now(participant, cls)
    form = FactForm(cls, desk().today(), fixed=fixed).take(request.form)
    fact = form.fact()
    if fact is None:
        return _shown(participant, version, form, row), 422
    try:
        record(
            participant,
            [fact],
            command=form.command,
            expected_version=expected_version(),
            said=wording.text("Saved: %(what)s.", what=form.title),
        )
    except Conflict:
        added = added_since(participant, expected_version() or version)
        return _shown(participant, version, form, row, added), 409
    except FactRefused as refusal:
        form.refuse(refusal)
        return _shown(participant, version, form, row), 422
    return done(participant)


def name_of(participant: UUID) -> str:
    """Who the form is about."""
    person = person_of(participant)
    return (person.name if person else None) or wording.text("Participant without a name")


def _class(topic: str) -> type[Fact]:
    found = loggable().get(topic)
    if found is None:
        abort(404)
    return found


def _now(participant: UUID, cls: type[Fact]) -> tuple[int, Row | None, dict[str, str]]:
    """What the journey stands at, and the spell that the fact is to be about, with the field which that settles."""
    spell = request.args.get("spell", type=int)
    if spell is None:
        return desk().app.log_of_facts.stream(participant)[-1].version, None, {}
    page = journey_now(participant, desk().today())
    return page.version, *fixed_key(cls, page, spell)


def _shown(participant: UUID, version: int, form: FactForm, row: Any, added: list[str] | None = None) -> str:
    template = "logging/milestone_form.html" if request.headers.get("HX-Request") else "logging/milestone.html"
    return render_template(
        template,
        participant=participant,
        name=name_of(participant),
        form=form,
        about=whole_words(row) if row else "",
        since=row["spell_from"] if row else "",
        spell=row["opened_by"] if row else None,
        version=version,
        added=added or [],
    )
