"""The class page: log for a whole class in one grid, with one save and one undo."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.errors import FactRefused, ParticipantIsForgotten
from web import wording
from web.auth.gate import account, desk, needs
from web.forms.days import NotADay, read_day
from web.pages.class_grid.grid import Grid
from web.pages.class_grid.kinds import KINDS, Kind
from web.pages.class_grid.members import TAUGHT, Classes, Members, classes, members
from web.recording import record_each

pages = Blueprint("class_grid", __name__)


class When(NamedTuple):
    """Whose class is looked at: who is in it today, or who was on an earlier day.

    :ivar day: None = today
    :ivar typed: what was typed, where it is no such day
    :ivar problem: what is wrong with it, in the language of the reader
    """

    day: date | None = None
    typed: str = ""
    problem: str = ""


@pages.get("/class")
@needs("class")
def page() -> ResponseReturnValue:
    """The grid of a class; without a class the first one of the reader."""
    when = _when(request.args.get("day", ""))
    mine = classes(desk(), account(), when.day)
    if not mine.names:
        return render_template("class_grid/none.html", when=when)
    group = request.args.get("group") or mine.names[0]
    if group not in mine.names and request.args.get("chosen"):
        group = mine.names[0]
    kind = _kind(mine, group, request.args.get("kind") or "levels")
    when = _as_teacher(when, mine, group)
    found = members(desk(), account(), group, when.day)
    grid = Grid(kind, found.shown, _given(kind, when))
    return _page(mine, group, found, grid, when), 422 if when.problem else 200


@pages.post("/class")
@needs("class")
def log() -> ResponseReturnValue:
    """Record all that is filled in, as one act; or show the grid again, with what is wrong and all that was typed."""
    when = _when(request.form.get("day", ""))
    mine = classes(desk(), account(), when.day)
    group = request.form.get("group", "")
    kind = _kind(mine, group, request.form.get("kind", ""))
    when = _as_teacher(when, mine, group)
    back = redirect(url_for("class_grid.page", group=group, kind=kind.name, day=when.day), 303)
    command = request.form.get("command", "")
    if command and desk().acts.find(command, account().user, desk().app.clock()):
        flash(wording.text("It had been saved already."), f"undo {command}")
        return back
    found = members(desk(), account(), group, when.day)
    grid = Grid(kind, found.shown, {})
    grid.take(request.form)
    grid.look_up(desk().app.read_model)
    told = grid.facts()
    if told is None:
        return _page(mine, group, found, grid, when), 422
    if not told:
        grid.others.append(("", wording.text("Nothing is filled in.")))
        return _page(mine, group, found, grid, when), 422
    grid.check_repeats(told)
    if grid.summary:
        return _page(mine, group, found, grid, when), 422
    if grid.check_meanwhile(told, grid.seen):
        return _page(mine, group, found, grid, when, meanwhile=True), 409
    facts = grid.by_participant(told)
    said = wording.plural(
        "Saved %(number)s entry for %(people)s in the class.",
        "Saved %(number)s entries for %(people)s in the class.",
        len(told),
        people=wording.shown(len(facts)),
    )
    try:
        record_each(facts, command=grid.command, said=said)
    except (FactRefused, ParticipantIsForgotten) as refusal:
        grid.refuse_each(told, refusal)
        return _page(mine, group, found, grid, when), 422
    return back


def _when(typed: str) -> When:
    """The day on which somebody was in the class; what is none is today, and it is said."""
    today = desk().today()
    try:
        day = read_day(typed, today)
    except NotADay:
        return When(None, typed, wording.text("Write a day such as 12.3., 12.03.2024 or 2024-03-12."))
    if day is not None and day > today:
        return When(None, typed, wording.text("Choose today or an earlier day."))
    return When(None if day == today else day, typed)


def _as_teacher(when: When, mine: Classes, group: str) -> When:
    """Teachers look back as far as results take to come, and no further."""
    if when.day is None or group in mine.all_kinds or when.day >= desk().today() - TAUGHT:
        return when
    return When(None, when.typed, wording.text("A teacher sees a class as it was up to a year ago."))


def _kind(mine: Classes, group: str, name: str) -> Kind:
    if group not in mine.names or name not in KINDS:
        abort(404)
    if not KINDS[name].teachers and group not in mine.all_kinds:
        abort(403)
    return KINDS[name]


def _given(kind: Kind, when: When) -> dict[str, Any]:
    """What the shared fields begin with beside what the kind says: the day chosen, and the month that ended last."""
    given: dict[str, Any] = {} if when.day is None else {"on": when.day}
    if "month" not in kind.shared:
        return given
    first = (when.day or desk().today()).replace(day=1)
    return {**given, "month": (first - timedelta(days=1)).strftime("%m.%Y")}


def _page(mine: Classes, group: str, found: Members, grid: Grid, when: When, *, meanwhile: bool = False) -> str:
    model = desk().app.read_model
    grid.look_up(model)
    grid.seen = model.state()
    desk().access_log.note(desk().app.clock(), account().user, "class_grid.page", rows=len(found.shown))
    return render_template(
        "class_grid/page.html",
        classes=mine.names,
        group=group,
        kinds=[kind for kind in KINDS.values() if kind.teachers or group in mine.all_kinds],
        grid=grid,
        hidden=found.hidden,
        meanwhile=meanwhile,
        when=when,
    )
