"""Showing and saving a form of several facts about one participant: drafts, refusals, what others wrote meanwhile."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.errors import Conflict, FactRefused, ValueNotAllowed
from tracker.journey import Journey
from tracker.wording_of_facts import title
from web import wording
from web.auth.gate import account, desk
from web.composing.sections import Composite
from web.drafts import Draft
from web.recording import author, record


class Flow(NamedTuple):
    """A form of several facts about one participant.

    :ivar name: of the form: its drafts have it, and its page is ``NAME.page``
    :ivar make: the empty form for a journey as it stands
    :ivar more: what else the template needs
    """

    name: str
    make: Callable[[Journey], Composite]
    more: Callable[[Journey], Mapping[str, Any]] = lambda _: {}


class Added(NamedTuple):
    """What somebody else recorded meanwhile."""

    title: str
    by: str
    at: Any


def show(flow: Flow, participant: UUID) -> ResponseReturnValue:
    """The form: empty, or as it was left where that is asked for."""
    journey = desk().app.journey(participant)
    form = flow.make(journey)
    form.seen = journey.version
    draft = desk().drafts.find(account().user, participant, flow.name, desk().app.clock())
    if draft is not None and request.args.get("draft") == "yes":
        form.take(draft.typed)
        draft = None
    return _page(flow, journey, form, draft=draft)


def save(flow: Flow, participant: UUID, said: str | None = None) -> ResponseReturnValue:
    """Record what is meant as one act, or show the form again with all that was typed."""
    back = redirect(after(participant), 303)
    command = request.form.get("command", "")
    if command and desk().acts.find(command, account().user, desk().app.clock()):
        flash(wording.text("It had been saved already."), f"undo {command}")
        return back
    journey = desk().app.journey(participant)
    form = flow.make(journey).take(request.form)
    told = form.facts()
    if told is None:
        return _refused(flow, journey, form)
    if not told:
        form.others.append(("", wording.text("Nothing is filled in.")))
        return _refused(flow, journey, form)
    facts = [fact for _, fact in told]
    try:
        record(participant, facts, command=form.command, expected_version=form.seen, said=said)
    except Conflict:
        fresh = desk().app.journey(participant)
        added = [
            Added(title(type(item.fact), wording.language()), item.stamp.by, item.stamp.timestamp)
            for item in fresh.recorded[form.seen :]
        ]
        form.seen = fresh.version
        return _refused(flow, fresh, form, added, 409)
    except (FactRefused, ValueNotAllowed) as refusal:
        form.refuse(told, desk().app.journey(participant), desk().app.signature(author()), refusal)
        return _refused(flow, journey, form)
    desk().drafts.drop(account().user, participant, flow.name)
    return back


def after(participant: UUID) -> str:
    """Where one goes from a form about a participant."""
    return url_for("participant.page", participant=participant)


def _refused(
    flow: Flow, journey: Journey, form: Composite, added: list[Added] | None = None, code: int = 422
) -> ResponseReturnValue:
    typed = [(name, value) for name, value in request.form.items(multi=True)]
    desk().drafts.keep(account().user, journey.id, flow.name, typed, desk().app.clock())
    return _page(flow, journey, form, added=added or []), code


def _page(
    flow: Flow, journey: Journey, form: Composite, *, draft: Draft | None = None, added: list[Added] | None = None
) -> str:
    person = desk().app.people.get(journey.id)
    return render_template(
        f"{flow.name}/form.html",
        flow=flow,
        form=form,
        participant=journey.id,
        name=(person.name if person else None) or str(journey.id)[:8],
        draft=draft,
        added=added or [],
        leave=after(journey.id),
        **flow.more(journey),
    )
