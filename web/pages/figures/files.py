"""Figures as files: what leaves the house."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from tracker.indicators.catalogue import CATALOGUE
from tracker.indicators.disclosure import TooThinToPublish
from web import wording
from web.auth.gate import account, desk, needs
from web.pages.figures import growing, municipalities, releasing, rungs, standing, states, words
from web.pages.figures.asking import Asked
from web.pages.figures.asking import municipalities as own_municipalities
from web.pages.figures.blueprint import pages
from web.pages.figures.drawings import OF_AXIS, hours
from web.pages.figures.framing import addressed, asked_here, indicator_here, may_release
from web.pages.figures.releasing import Format


@pages.post("/figures/drawing/<name>/<format>")
@needs("figures-export")
def drawing_file(name: str, format: str) -> ResponseReturnValue:
    """A drawing, or the figures in it, as a file: a release, for what is of the catalogue."""
    about, frames = asked_here()
    wanted_format = _format(about, format)
    if name not in OF_AXIS[about.axis] or name == "journeys":
        abort(404)
    file = f"{name}-{about.axis}-{about.first}-{about.last}"
    if name == "municipalities":
        line = municipalities.chosen(about.axis, request.args.get("of", ""))
        found = municipalities.everywhere(
            frames, about, line, lambda results: standing.released(desk(), _by(), results)
        )
        drawn = municipalities.municipalities(frames, about, found, own_municipalities(account()))
    elif name == "states":
        table = releasing.states_released(desk(), _by(), frames, about)
        if format != "svg":
            return releasing.table_file(table, wanted_format, file)
        drawn = states.states(desk(), frames, about, exact=False)
    else:
        id = "E1" if name == "hours" else growing.GROWING[name].id
        try:
            (result,) = releasing.release(desk(), _by(), frames, [(CATALOGUE[id], about.question(by=True))])
        except TooThinToPublish:
            return _too_thin("figures.page", about)
        if format != "svg":
            return releasing.results_file([result], wanted_format, file)
        drawn = (
            hours(desk(), frames, about, result)
            if name == "hours"
            else growing.growing(desk(), frames, about, name, exact=False, result=result)
        )
    if drawn.svg is None or format != "svg":
        abort(404)
    return releasing.svg_file(drawn.svg, file)


@pages.post("/figures/ladder/<format>")
@needs("figures-export")
def ladder_file(format: str) -> ResponseReturnValue:
    """The ladder as a file: a release."""
    about, frames = asked_here()
    wanted_format = _format(about, format)
    try:
        results = releasing.release(desk(), _by(), frames, rungs.questions(about))
    except TooThinToPublish:
        return _too_thin("figures.page", about)
    file = f"ladder-{about.axis}-{about.first}-{about.last}"
    if format == "svg":
        title = wording.text("From the official figure to graded ones")
        return releasing.svg_file(releasing.ladder_svg(results, about, title), file)
    return releasing.results_file(results, wanted_format, file)


@pages.post("/figures/<id>/<format>")
@needs("figures-export")
def one_file(id: str, format: str) -> ResponseReturnValue:
    """The figures of one indicator as a file: a release."""
    measured = indicator_here(id)
    about, frames = asked_here(measured)
    wanted_format = _format(about, format)
    if format == "svg":
        abort(404)
    try:
        results = releasing.release(desk(), _by(), frames, [(measured, about.question(by=True))])
    except TooThinToPublish:
        return _too_thin("figures.one", about, id=measured.id)
    return releasing.results_file(results, wanted_format, f"{measured.id}-{about.axis}-{about.first}-{about.last}")


def _format(about: Asked, format: str) -> Format:
    """The format, where there is such a one and the account may release figures of the municipality."""
    if format not in releasing.FORMATS:
        abort(404)
    if not may_release(about):
        abort(403)
    return format


def _too_thin(endpoint: str, about: Asked, **values: Any) -> ResponseReturnValue:
    flash(wording.words(words.WHY["too-thin"]), "warning")
    return redirect(url_for(endpoint, **values, **addressed(about)), 303)


def _by() -> str:
    return account().user
