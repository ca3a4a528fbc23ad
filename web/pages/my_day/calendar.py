"""The calendar feed: one's conversations and tasks in a calendar program, by a secret address that can be revoked."""

from dataclasses import replace

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.follow_up.calendar_file import calendar_file
from tracker.follow_up.scope import Scope
from web import wording
from web.auth.accounts import Account
from web.auth.gate import account, desk, needs, public
from web.auth.limits import limiter
from web.pages.my_day.blueprint import pages

TOKEN = 64
"""Characters of a token at most."""


@pages.get("/calendar")
@needs("day")
def calendar() -> ResponseReturnValue:
    """What the feed is, and whether there is one."""
    return _page()


@pages.post("/calendar")
@needs("day")
def make_calendar() -> ResponseReturnValue:
    """Make the address anew; it is shown once."""
    token = desk().feeds.make(account().user, desk().app.clock())
    return _page(url_for("my_day.calendar_feed", token=token, _external=True))


@pages.post("/calendar/end")
@needs("day")
def end_calendar() -> ResponseReturnValue:
    """Revoke the address."""
    desk().feeds.end(account().user)
    flash(wording.text("The calendar address is revoked. Calendars that use it get nothing more."), "success")
    return redirect(url_for("my_day.calendar"), 303)


@pages.get("/calendar/<token>.ics")
@public
@limiter.limit("60 per minute", key_func=lambda: request.remote_addr or "")
def calendar_feed(token: str) -> ResponseReturnValue:
    """The calendar, for whoever knows the address: calendar programs cannot sign in."""
    user = desk().feeds.user_of(token) if len(token) <= TOKEN else None
    whose = desk().accounts.find(user) if user else None
    if whose is None or whose.disabled_at or not whose.may("day"):
        abort(404)
    g.language = whose.language
    desk().access_log.note(desk().app.clock(), whose.user, "my_day.calendar_feed")
    return (
        _file(whose),
        200,
        {"Content-Type": "text/calendar; charset=utf-8", "Content-Disposition": 'inline; filename="follow-up.ics"'},
    )


def _file(whose: Account) -> bytes:
    model = desk().app.read_model
    scope = Scope(model.caught_up(), desk().today(), whose.user)
    if not whose.sees_protected:
        scope = replace(scope, participants=_open_ones(scope))
    return calendar_file(desk().app, scope, language=whose.language)


def _open_ones(scope: Scope) -> tuple[str, ...]:
    """An advisor's participants without those whose address is protected; never empty, which would mean everybody."""
    rows = desk().app.read_model.database.execute(
        f"""
        SELECT c.participant FROM ({scope.candidates}) c WHERE NOT EXISTS (
            SELECT 1 FROM spells p WHERE p.participant = c.participant AND +p.activity = 'address-protection'
              AND p.known_to IS NULL AND p.valid_from <= :at AND (p.valid_to IS NULL OR p.valid_to > :at))""",
        scope.values,
    )
    return tuple(row[0] for row in rows.fetchall()) or ("",)


def _page(address: str = "") -> str:
    return render_template("my_day/calendar.html", address=address, made_at=desk().feeds.made_at(account().user))
