"""Why a number changed between two reports: each number, its steps, and what stands behind them."""

from collections import Counter
from datetime import date, datetime
from uuid import UUID

from babel.numbers import format_decimal
from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from events import fact_class
from tracker.council.change import NEVER_OPENED, Change, Comparison, Key, NotComparable, Step, keys
from tracker.council.content import Content, Row
from tracker.council.keeping import Kept
from tracker.council.mixing import Learnt
from tracker.errors import ParticipantIsForgotten
from tracker.wording_of_facts import LOCALES, title
from web import refusals, wording
from web.auth.gate import account, desk, needs, reach_of
from web.pages.figures import words
from web.pages.reports import pages
from web.pages.reports.routes import report_of, reports
from web.pages.reports.words import CHOICES, INDICATORS, line_of
from web.wording import marked as _

MOST_PEOPLE = 100
"""So many people behind a step are named on the page."""

STEPS = {
    "definition": (
        _("Changed definition"),
        _("The same people and facts, counted by the definition of the later report."),
    ),
    "corrections": (_("Corrections"), _("What was known at the earlier report and has been corrected or taken back.")),
    "late": (_("Late registrations"), _("What had happened by the earlier report and was written down after it.")),
    "time": (
        _("Time elapsed"),
        _("What happened between the two reports, and the time that people were followed longer."),
    ),
    "years": (_("Other years"), _("The later report is about those who left in other years.")),
    "apart": (
        _("Not to be repeated"),
        _("People erased since, another version of the program, or a figure shown as in an earlier release."),
    ),
}


@pages.get("/reports/why")
@needs("report-read")
def why() -> ResponseReturnValue:
    """Two reports side by side: every number that both tell, and by how much it changed."""
    first, second = (request.args.get(name, "") for name in ("first", "second"))
    earlier, later = _in_order(report_of(first), report_of(second))
    old, new = reports().content(earlier.id), reports().content(later.id)
    if old.municipality != new.municipality or earlier.id == later.id:
        return render_template("reports/not_comparable.html", earlier=earlier, later=later), 422
    rows = [
        (key, one, other, (other.value or 0) - (one.value or 0))
        for key, one, other in ((key, *_both(key, old, new)) for key in keys(old, new))
    ]
    return render_template(
        "reports/why.html",
        earlier=earlier,
        later=later,
        changed=[row for row in rows if not _is_same(row[1], row[2])],
        same=[row for row in rows if _is_same(row[1], row[2])],
        indicators=INDICATORS,
        line_of=line_of,
        choices=CHOICES,
    )


@pages.get("/reports/why/<first>/<second>/<figure>")
@needs("report-read")
def figure(first: str, second: str, figure: str) -> ResponseReturnValue:
    """Why one number changed, step by step."""
    earlier, later = _in_order(report_of(first), report_of(second))
    app = desk().app
    try:
        key = Key.read(figure)
        if app.read_model.state() < later.position:
            raise NotComparable("the lists and figures are behind; try again in a moment")
        change = Comparison(app, reports().content(earlier.id), reports().content(later.id)).explained(key)
    except NotComparable as refusal:
        return render_template(
            "reports/not_comparable.html", earlier=earlier, later=later, told=refusals.told(refusal)
        ), 422
    people = account().may("figures-people") and earlier.municipality in account().where("figures-people")
    opened = people and key.id not in NEVER_OPENED
    if people:
        seen = sum(len(step.people) for step in change.steps) if opened else 0
        desk().access_log.note(app.clock(), account().user, f"report.why {key.id}", rows=seen, position=later.position)
    return render_template(
        "reports/figure.html",
        earlier=earlier,
        later=later,
        key=key,
        change=change,
        steps=[(step, *STEPS[step.name], _behind(step, opened)) for step in change.steps],
        exact=people,
        hidden=not people and change.tells_of_few,
        opened=opened,
        never=key.id in NEVER_OPENED,
        total=_total(change),
        indicators=INDICATORS,
        line_of=line_of,
        choices=CHOICES,
    )


def _is_same(one: Row, other: Row) -> bool:
    return (one.counted, one.n, one.value) == (other.counted, other.n, other.value)


def _total(change: Change) -> float:
    return float(change.total)


def _in_order(one: Kept, other: Kept) -> tuple[Kept, Kept]:
    """The two reports, that which was known earlier first."""
    first, second = sorted((one, other), key=lambda each: (each.position, each.known_on, each.made_at))
    return first, second


def _both(key: Key, old: Content, new: Content) -> tuple[Row, Row]:
    one, other = old.row(*key), new.row(*key)
    assert one is not None and other is not None
    return one, other


class Behind:
    """What stands behind a step.

    :ivar facts: (what, how many) of what was recorded
    :ivar people: (id, name, what was recorded); only for who may see them
    :ivar more: how many people are not named
    """

    def __init__(self, facts: list[tuple[str, int]], people: list[tuple[UUID, str, list[Learnt]]], more: int) -> None:
        self.facts, self.people, self.more = facts, people, more


def _behind(step: Step, opened: bool) -> Behind:
    language = wording.language()
    topics = Counter(title(fact_class(one.topic), language) for one in step.facts)
    if not opened:
        return Behind(topics.most_common(), [], 0)
    within = [one for one in sorted(step.people, key=str) if reach_of(one, "figures-people")[0].granted]
    named = [
        (
            participant,
            _name(participant),
            sorted((one for one in step.facts if one.participant == participant), key=_by_day),
        )
        for participant in within[:MOST_PEOPLE]
    ]
    return Behind(topics.most_common(), named, len(step.people) - len(named))


def _by_day(one: Learnt) -> tuple[date, datetime]:
    return one.on, one.recorded_at


def _name(participant: UUID) -> str:
    try:
        person = desk().app.people.get(participant)
    except ParticipantIsForgotten:
        abort(404)
    return person.name if person and person.name else str(participant)[:8]


@pages.app_template_filter("points")
def points(change: float) -> str:
    """A difference of shares in percentage points, with its sign."""
    rounded = round(float(change) * 100, 1)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else "±"
    return f"{sign}{format_decimal(abs(rounded), '#,##0.0', locale=LOCALES[wording.language()])}"


@pages.app_template_filter("percent_exact")
def percent_exact(share: float) -> str:
    """A share as per cent with one decimal, so that those below each other are of one form."""
    return words.percent_exact(share)


@pages.app_template_global()
def title_of(topic: str) -> str:
    """What a fact is called."""
    return title(fact_class(topic), wording.language())
