"""The gate: every route declares what it takes to pass it, and one place asks for it before the route runs."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast
from uuid import UUID

from flask import Flask, abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from tracker.errors import ParticipantNotFound
from web.auth.accounts import Account
from web.auth.reach import Reach, Whereabouts, reach, whereabouts
from web.auth.roles import Permission
from web.desk import Desk, Desks
from web.turns import Turns

P = ParamSpec("P")
R = TypeVar("R")
SESSION = "token"
"""Under which name the browser's signed cookie holds the token of the session."""

LANGUAGE = "language"
"""The cookie that holds the language chosen in this browser; without it that of the account counts."""

PUBLIC = "public"


def needs(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare what a route needs. A route with ``<uuid:participant>`` also needs that participant to be in reach."""

    def declared(view: Callable[P, R]) -> Callable[P, R]:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return declared


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Declare that a route is for everybody: sign-in, and what pages are made of."""
    view.permission = PUBLIC  # type: ignore[attr-defined]
    return view


def permission_of(app: Flask, endpoint: str) -> str | None:
    """What a route declares; None where it declares nothing, and then it is closed."""
    if endpoint == "static":
        return PUBLIC
    return getattr(app.view_functions.get(endpoint), "permission", None)


def stand_guard(app: Flask, desks: Desks) -> None:
    """Ask before every request who it is, what they may do, and whether the participant is in reach."""
    turns = Turns()

    @app.before_request
    def _pass() -> ResponseReturnValue | None:
        if request.endpoint is None or request.endpoint == "static":
            return None
        permission = permission_of(app, request.endpoint)
        if permission != PUBLIC:
            g.turn = turns.take()
        g.desk = desks.mine()
        g.desk.app.read_model.let_go()
        g.account = signed_in(g.desk)
        if g.account is not None and LANGUAGE not in request.cookies:
            g.language = g.account.language
        if permission == PUBLIC:
            return None
        if g.account is None:
            return _to_sign_in()
        if permission is None or not g.account.may(cast(Permission, permission)):
            abort(403)
        # What was recorded a moment ago, by whatever process, is in every answer.
        if request.method in ("GET", "HEAD"):
            g.desk.app.read_model.hold()
        else:
            g.desk.app.read_model.caught_up()
        participant = (request.view_args or {}).get("participant")
        return None if participant is None else enter(participant, cast(Permission, permission))

    @app.teardown_request
    def _leave(_: BaseException | None) -> None:
        if "turn" in g:
            turns.give_back(g.pop("turn"))
        if "desk" in g:
            g.desk.app.read_model.let_go()


def desk() -> Desk:
    """The desk of this request."""
    return cast(Desk, g.desk)


def account() -> Account:
    """Who is at work."""
    return cast(Account, g.account)


def signed_in(desk: Desk) -> Account | None:
    """Who the session of the request belongs to; None where it is over, or the account disabled."""
    token = session.get(SESSION)
    found = desk.sessions.find(token, desk.app.clock()) if token else None
    who = desk.accounts.find(found.user) if found else None
    return None if who is None or who.disabled_at else who


def reach_of(
    participant: UUID, permission: Permission, found: Whereabouts | None = None
) -> tuple[Reach, Whereabouts | None]:
    """Whether the participant is in reach of who is at work, and where the participant is today.

    :param found: where the participant is today, where that has been looked up already
    """
    at = desk()
    if found is None:
        model = at.app.read_model
        found = whereabouts(
            model.database, participant, model.state(), at.today(), with_parties=account().has_role("partner")
        )
    if found is None:
        return Reach("none"), None
    answer = reach(account(), permission, found)
    if answer.ground in ("own", "protected", "none"):
        return answer, found
    lenders = {loan.lender for loan in at.loans.borrowed(account().user, at.today())}
    answer = reach(account(), permission, found, lenders)
    if answer.ground == "reason":
        opened = at.loans.opened(account().user, participant, at.app.clock())
        answer = reach(account(), permission, found, lenders, opened)
    return answer, found


def enter(participant: UUID, permission: Permission) -> ResponseReturnValue | None:
    """Let through to a participant's page, and note it; else say why not.

    :raises ParticipantNotFound: there is none, or it is nobody's business that there is
    """
    answer, found = reach_of(participant, permission)
    log = desk().access_log
    if answer.granted:
        g.whereabouts = found
        g.reach = answer
        log.note(desk().app.clock(), account().user, str(request.endpoint), participant=participant, why=answer.why)
        return None
    if answer.ground == "reason":
        return redirect(url_for("openings.ask", who=participant, next=request.path if request.method == "GET" else ""))
    log.note(desk().app.clock(), account().user, f"refused {request.endpoint}", participant=participant)
    if answer.ground == "protected":
        abort(403)
    raise ParticipantNotFound("there is no participant here that you may open")


def _to_sign_in() -> ResponseReturnValue:
    back: dict[str, Any] = {"next": request.path} if request.method == "GET" and request.path != "/" else {}
    if request.headers.get("HX-Request"):
        return "", 401, {"HX-Redirect": url_for("signing_in.sign_in", **back)}
    return redirect(url_for("signing_in.sign_in", **back))
