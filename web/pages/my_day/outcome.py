"""The outcome of something due, logged where it stands: within the list, or on a page of its own without JavaScript."""

from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from flask import abort, flash, get_flashed_messages, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.follow_up.agreed import AGREED
from tracker.follow_up.worklist import Due
from web import wording
from web.auth.gate import desk, needs
from web.outcomes import Outcome, outcomes_of
from web.pages.my_day import due
from web.pages.my_day.blueprint import pages
from web.pages.my_day.page import shown_counts
from web.pages.signing_in import own_address
from web.persons import Shown, shown


@pages.get("/day/<uuid:participant>/<sign>/<topic>")
@needs("participant-log")
def outcome(participant: UUID, sign: str, topic: str) -> ResponseReturnValue:
    """The form of what came of something due."""
    task = due.task_of(participant, sign)
    if task is None:
        flash(wording.text("This is no longer due: somebody has recorded what came of it."), "info")
        return _gone()
    fact = next((cls for cls in due.facts_of(task) if cls.TOPIC == topic), None)
    if fact is None:
        abort(404)
    return _form(Outcome.begin(participant, fact, task.about if _is_key(task) else ""), sign, task.task, task)


@pages.post("/day/<uuid:participant>/<sign>/<topic>")
@needs("participant-log")
def log_outcome(participant: UUID, sign: str, topic: str) -> ResponseReturnValue:
    """Record what came of it."""
    kind, about = request.form.get("task", ""), request.form.get("about", "")
    fact = next((cls for cls in outcomes_of(kind, desk().app.read_model.rules) if cls.TOPIC == topic), None)
    if fact is None:
        abort(404)
    made = Outcome.begin(participant, fact, about)
    if not made.save():
        return _form(made, sign, kind, due.task_of(participant, sign)), made.code
    if request.headers.get("HX-Request"):
        return _done(participant, sign, made)
    return redirect(_back(), 303)


def _is_key(task: Due) -> bool:
    """Whether the task names the spell that the fact is about."""
    return task.task in AGREED and bool(task.about)


def _form(made: Outcome, sign: str, kind: str, task: Due | None) -> str:
    template = "my_day/_form.html" if request.headers.get("HX-Request") else "my_day/outcome.html"
    return render_template(
        template,
        made=made,
        sign=sign,
        kind=kind,
        task=task,
        who=_who(made.participant),
        back=_back(),
        address=url_for("my_day.log_outcome", participant=made.participant, sign=sign, topic=made.cls.TOPIC),
    )


def _done(participant: UUID, sign: str, made: Outcome) -> str:
    """The parts of the page that saving has changed."""
    asked = due.Asked.of({name: told[0] for name, told in parse_qs(urlsplit(_back()).query).items()})
    return render_template(
        "my_day/_done.html",
        sign=sign,
        made=made,
        who=_who(participant),
        asked=asked,
        counts=shown_counts(asked, due.counts(asked)),
        back=_back(),
        flashed=get_flashed_messages(with_categories=True),
    )


def _gone() -> ResponseReturnValue:
    if request.headers.get("HX-Request"):
        return "", 200, {"HX-Redirect": _back()}
    return redirect(_back(), 303)


def _who(participant: UUID) -> Shown:
    return shown([participant])[participant]


def _back() -> str:
    """Where somebody came from."""
    return own_address(request.values.get("back")) or url_for("my_day.page")
