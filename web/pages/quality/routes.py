"""The pages of data quality."""

from datetime import date

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from events import fact_class
from tracker.indicators import catalogue, pipeline
from tracker.indicators.cohort import Cohort
from tracker.indicators.disclosure import protected
from tracker.quality.kinds import BY_CODE
from tracker.rules.nir import cut_off
from tracker.wording_of_facts import title
from web import wording
from web.auth.gate import account, desk, needs
from web.pages.quality import pages
from web.pages.quality.within import Within
from web.pages.quality.words import KINDS

MONTHS = (0, 12, 24)
"""Months after leaving at which it is told of how many nobody knows any more."""


@pages.get("/quality")
@needs("quality")
def page() -> ResponseReturnValue:
    """How much there is to put right, kind by kind."""
    within = _within()
    tallies = sorted(within.tallies(), key=lambda each: (not each.participants, -each.past_due, -each.participants))
    year = _year(within)
    return render_template(
        "quality/page.html",
        within=within,
        tallies=tallies,
        words=KINDS,
        year=year,
        unknown=_figures(within, "R5", year),
        changed=_figures(within, "R6", year),
        municipalities=sorted(account().where("quality")),
    )


@pages.get("/quality/<kind>")
@needs("quality")
def people(kind: str) -> ResponseReturnValue:
    """The people behind a kind."""
    if kind not in BY_CODE:
        abort(404)
    within = _within()
    number = max(1, request.args.get("page", 1, int))
    listed, more, left_out = within.listed(BY_CODE[kind], number)
    desk().access_log.note(
        desk().app.clock(),
        account().user,
        f"quality.people {kind}",
        rows=len(listed),
        position=within.question.position,
    )
    return render_template(
        "quality/people.html",
        within=within,
        kind=BY_CODE[kind],
        words=KINDS[kind],
        listed=listed,
        facts={one.fact: title(fact_class(one.fact), wording.language()) for one in listed if one.fact},
        number=number,
        more=more,
        left_out=left_out,
    )


def _within() -> Within:
    """The municipality asked for, where the account has a say there; left out, the first."""
    mine = sorted(account().where("quality"))
    chosen = request.args.get("municipality") or mine[0]
    if chosen not in mine:
        abort(403)
    return Within(desk(), account(), chosen)


def _year(within: Within) -> int:
    """The last year that the register has closed."""
    before = date(within.question.at.year - 1, 1, 1)
    return before.year - 1 if within.question.at <= cut_off(before) else before.year


def _figures(within: Within, id: str, year: int) -> list[dict[str, object]]:
    """What figures about the leavers of a year rest on: exact for who may see the people, else under control."""
    indicator = catalogue.indicator(id)
    months = MONTHS if indicator.axes["left"] else None
    result = pipeline.measured(
        within.frames, indicator, pipeline.Question(Cohort("left", year, year), (), within.municipality, months)
    )
    if not account().may("figures-people"):
        result = protected([result])[0]
    rows = result.figures.iter_rows(named=True)
    return [dict(row) for row in rows if row["shown"] != "nobody" or not row["months"]]
