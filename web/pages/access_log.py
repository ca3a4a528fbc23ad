"""The access log, as the auditor reads it: who looked at whom, when and why."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from tracker.access_log import Asked
from tracker.errors import Refusal
from tracker.journey import OSLO
from web import refusals, wording
from web.auth.gate import account, desk, needs
from web.forms.days import NotADay, read_day
from web.pages import logged_words

pages = Blueprint("access_log", __name__)
SHOWN = 100
DAY = timedelta(days=1)


@pages.route("/access-log", methods=["GET", "POST"])
@needs("access-log")
def page() -> ResponseReturnValue:
    """The newest lines, or those asked for; what is asked for names people, so it never stands in the address."""
    form, today = request.form, desk().today()
    by = form.get("by", "").strip()
    error = ""
    since: date | None = None
    until: date | None = None
    try:
        since, until = read_day(form.get("since", ""), today), read_day(form.get("until", ""), today)
    except NotADay:
        error = wording.text("Write a day such as 12.3., 12.03.2024 or 2024-03-12.")
    participant: UUID | None = None
    named = form.get("participant", "").strip()
    if named:
        try:
            participant = desk().app.find(named)
        except Refusal as refusal:
            error = refusals.told(refusal)
    number = max(1, int(form.get("page", "1"))) if form.get("page", "1").isdigit() else 1
    asked = Asked(by or None, participant, _begins(since), _begins(until and until + DAY), _elsewhere())
    log = desk().access_log
    lines = [] if error else log.lines(asked, limit=SHOWN, offset=(number - 1) * SHOWN)
    count = 0 if error else log.count(asked)
    log.note(desk().app.clock(), account().user, "access log", participant=participant, rows=len(lines))
    return render_template(
        "access_log.html",
        lines=[(line, logged_words.what(line.what), logged_words.why(line.why)) for line in lines],
        count=count,
        number=number,
        pages=-(-count // SHOWN),
        given=form,
        error=error,
        users=[one.user for one in desk().accounts.all() if one.user not in asked.besides],
    ), (422 if error else 200)


def _begins(day: date | None) -> datetime | None:
    """The moment at which a day begins in Norway."""
    return None if day is None else datetime.combine(day, time.min, OSLO)


def _elsewhere() -> frozenset[str]:
    """The users who work in other municipalities only; what is done on the command line is for every auditor."""
    mine = account().where("access-log")
    return frozenset(
        one.user
        for one in desk().accounts.all()
        if one.grants and not any(grant.municipality in mine for grant in one.grants)
    )
