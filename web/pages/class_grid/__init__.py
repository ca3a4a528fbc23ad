"""The class page: log for a whole class in one grid, with one save and one undo."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.errors import FactRefused, ParticipantIsForgotten
from web import wording
from web.auth.gate import account, desk, needs
from web.pages.class_grid.grid import Grid
from web.pages.class_grid.kinds import KINDS, Kind
from web.pages.class_grid.members import Classes, Members, classes, members
from web.recording import record_each

pages = Blueprint("class_grid", __name__)


@pages.get("/class")
@needs("class")
def page() -> ResponseReturnValue:
    """The grid of a class; without a class the first one of the reader."""
    mine = classes(desk(), account())
    if not mine.names:
        return render_template("class_grid/none.html")
    group = request.args.get("group") or mine.names[0]
    kind = _kind(mine, group, request.args.get("kind") or "levels")
    found = members(desk(), account(), group)
    grid = Grid(kind, found.shown, _given(kind))
    return _page(mine, group, found, grid)


@pages.post("/class")
@needs("class")
def log() -> ResponseReturnValue:
    """Record all that is filled in, as one act; or show the grid again, with what is wrong and all that was typed."""
    mine = classes(desk(), account())
    group = request.form.get("group", "")
    kind = _kind(mine, group, request.form.get("kind", ""))
    back = redirect(url_for("class_grid.page", group=group, kind=kind.name), 303)
    command = request.form.get("command", "")
    if command and desk().acts.find(command, account().user, desk().app.clock()):
        flash(wording.text("It had been saved already."), f"undo {command}")
        return back
    found = members(desk(), account(), group)
    grid = Grid(kind, found.shown, {})
    grid.take(request.form)
    grid.look_up(desk().app.read_model)
    told = grid.facts()
    if told is None:
        return _page(mine, group, found, grid), 422
    if not told:
        grid.others.append(("", wording.text("Nothing is filled in.")))
        return _page(mine, group, found, grid), 422
    grid.check_repeats(told)
    if grid.summary:
        return _page(mine, group, found, grid), 422
    if grid.check_meanwhile(told, grid.seen):
        return _page(mine, group, found, grid, meanwhile=True), 409
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
        return _page(mine, group, found, grid), 422
    return back


def _kind(mine: Classes, group: str, name: str) -> Kind:
    if group not in mine.names or name not in KINDS:
        abort(404)
    if not KINDS[name].teachers and group not in mine.all_kinds:
        abort(403)
    return KINDS[name]


def _given(kind: Kind) -> dict[str, Any]:
    """What the shared fields begin with beside what the kind says: the month that has just ended."""
    if "month" not in kind.shared:
        return {}
    first = desk().today().replace(day=1)
    return {"month": (first - timedelta(days=1)).strftime("%m.%Y")}


def _page(mine: Classes, group: str, found: Members, grid: Grid, *, meanwhile: bool = False) -> str:
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
    )
