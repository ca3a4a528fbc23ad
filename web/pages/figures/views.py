"""The pages of figures."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from tracker.indicators.catalogue import CATALOGUE
from tracker.indicators.definition import DIMENSIONS, Indicator
from tracker.indicators.frames import Frames
from web import wording
from web.auth.gate import account, desk, needs
from web.charts.ladder import strip
from web.pages.figures import behind, growing, journeys, municipalities, releasing, rows, rungs, standing, states, words
from web.pages.figures.asking import Asked
from web.pages.figures.asking import municipalities as own_municipalities
from web.pages.figures.blueprint import pages
from web.pages.figures.drawings import OF_AXIS, TITLES, Drawing, hours
from web.pages.figures.framing import asked_here, files, frame, indicator_here

STRIPS = 150
"""Figures of a table beyond so many are not drawn one by one."""


@pages.get("/figures")
@needs("figures")
def page() -> ResponseReturnValue:
    """The ladder, and the drawings below it."""
    about, frames = asked_here()
    parts = rungs.ladder(desk(), frames, about)
    return render_template(
        "figures/page.html",
        **frame(about, frames),
        parts=parts,
        moved=rungs.moved(desk(), frames, about),
        drawings=[(name, wording.words(TITLES[name])) for name in OF_AXIS[about.axis]],
        files=files("figures.ladder_file", about),
    )


@pages.get("/figures/drawing/<name>")
@needs("figures")
def drawing(name: str) -> ResponseReturnValue:
    """One drawing with its table: a page of its own, or what a page fetches when it comes into view."""
    about, frames = asked_here()
    if name not in OF_AXIS[about.axis]:
        abort(404)
    drawn = _draw(name, frames, about)
    if drawn.internal:
        said = f"figures {name} {about.cohort} {about.municipality}"
        desk().access_log.note(desk().app.clock(), account().user, said, rows=drawn.people or drawn.n)
    formats = releasing.has_files(drawn)
    return render_template(
        "figures/_drawing.html" if request.headers.get("HX-Request") else "figures/drawing.html",
        **frame(about, frames),
        drawing=drawn,
        files=files("figures.drawing_file", about, formats, name=name, **({"of": drawn.of} if drawn.of else {})),
    )


@pages.get("/figures/all")
@needs("figures")
def catalogue() -> ResponseReturnValue:
    """All indicators by dimension, each with its claim."""
    about, frames = asked_here()
    found = {dimension: [one for one in CATALOGUE.values() if one.dimension == dimension] for dimension in DIMENSIONS}
    return render_template("figures/catalogue.html", **frame(about, frames), dimensions=found)


@pages.get("/figures/<id>")
@needs("figures")
def one(id: str) -> ResponseReturnValue:
    """One indicator: its figures, broken down, and its definition."""
    measured = indicator_here(id)
    about, frames = asked_here(measured)
    result = standing.shown(desk(), frames, [(measured, about.question(by=True))])[0]
    figures = [] if result is None else rows.rows(result, about.only, about.by)
    strips = [strip(f"figure-{number}", row.rung).markup() for number, row in enumerate(figures[:STRIPS])]
    return render_template(
        "figures/one.html",
        **frame(about, frames, measured),
        one=measured,
        figures=figures,
        panel=rows.panel(figures),
        strips=strips,
        thin=result is None,
        few=sorted({row.state for row in figures if row.state in words.WHY}),
        notes=[] if result is None else words.notes(result),
        drawing_names=[name for name in OF_AXIS.get(about.axis, ()) if _draws(name, measured)],
        can_open=behind.opens(measured) and about.municipality in account().where("figures-people"),
        files=files("figures.one_file", about, releasing.FORMATS[:-1], id=measured.id),
    )


@pages.get("/figures/<id>/people")
@needs("figures-people")
def people(id: str) -> ResponseReturnValue:
    """The people behind a figure, in one's own municipality."""
    measured = indicator_here(id)
    about, frames = asked_here(measured)
    if not behind.opens(measured) or about.municipality not in account().where("figures-people"):
        abort(403)
    found = behind.everybody(desk(), frames, measured, about)
    lines = behind.lines(found, request.args.get("line", ""))
    chosen = next((line.key for line in lines if line.chosen), "")
    about_line = behind.of_line(found, chosen)
    numbers = behind.pages(about_line.height)
    asked_for = request.args.get("page", "1")
    number = int(asked_for) if asked_for.isascii() and asked_for.isdigit() and int(asked_for) in numbers else 1
    said = f"figures people {measured.name} {about.cohort} {about.municipality}"
    shown = behind.page_of(desk(), about_line, number)
    desk().access_log.note(desk().app.clock(), account().user, said, position=frames.position, rows=len(shown))
    return render_template(
        "figures/people.html",
        **frame(about, frames, measured),
        one=measured,
        lines=lines,
        chosen=chosen,
        shown=shown,
        all=about_line.height,
        pages=numbers,
        number=number,
    )


def _draw(name: str, frames: Frames, about: Asked) -> Drawing:
    may_open = about.municipality in account().where("figures-people")
    if name == "hours":
        return hours(desk(), frames, about)
    if name == "states":
        return states.states(desk(), frames, about, exact=may_open)
    if name == "municipalities":
        line = municipalities.chosen(about.axis, request.args.get("of", ""))
        found = standing.compared(
            desk(),
            frames,
            (about.cohort, line.of.name, line.key),
            lambda publish: municipalities.everywhere(frames, about, line, publish),
        )
        return municipalities.municipalities(frames, about, found, own_municipalities(account()))
    if name == "journeys":
        if not may_open:
            return journeys.not_for_you()
        return journeys.journeys(desk(), frames, about, sees_protected=account().sees_protected)
    return growing.growing(desk(), frames, about, name, exact=may_open)


def _draws(name: str, measured: Indicator) -> bool:
    """Whether a drawing is of the indicator."""
    return (name == "hours" and measured.id == "E1") or (
        name in growing.GROWING and growing.GROWING[name].id == measured.id
    )
