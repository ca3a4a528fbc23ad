"""Signing in and out. What comes after somebody is known is ``admit``, whoever it was that knew them."""

from urllib.parse import urlsplit

from flask import Blueprint, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from web import wording
from web.auth.accounts import Account
from web.auth.gate import LANGUAGE, SESSION, desk, public
from web.auth.limits import SIGN_IN, limiter, who_tries
from web.demo_accounts import DEMO_ACCOUNTS, DEMO_PASSWORD

pages = Blueprint("signing_in", __name__)
YEAR = 365 * 24 * 3600


@pages.get("/")
@public
def start() -> ResponseReturnValue:
    """Where somebody begins: the first page that they may see."""
    if g.account is None:
        return redirect(url_for("signing_in.sign_in"))
    return redirect(url_for(first_page(g.account)))


def first_page(account: Account) -> str:
    """The endpoint of the first entry that somebody may go to."""
    from web.navigation import entries

    found = entries(current_app, account)
    return found[0].endpoint if found else "account.page"


@pages.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """The form."""
    return _form()


@pages.post("/sign-in")
@public
@limiter.limit(SIGN_IN, key_func=lambda: request.remote_addr or "")
@limiter.limit(SIGN_IN, key_func=who_tries)
def try_to_sign_in() -> ResponseReturnValue:
    """Take name and password."""
    user, password = request.form.get("user", ""), request.form.get("password", "")
    account = desk().accounts.authenticated(user, password)
    if account is None:
        return _form(user=user[:40], error=wording.text("The user name or the password is not right.")), 422
    admit(account)
    return redirect(own_address(request.args.get("next")) or url_for(first_page(account)), 303)


def admit(account: Account) -> None:
    """Begin a session for somebody who is known; whatever the browser held before is gone."""
    session.clear()
    session[SESSION] = desk().sessions.begin(account.user, desk().app.clock())
    session.permanent = True
    g.account = account
    desk().access_log.note(desk().app.clock(), account.user, "signed in")


@pages.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End the session."""
    if token := session.get(SESSION):
        desk().sessions.end(token)
    session.clear()
    return redirect(url_for("signing_in.sign_in"), 303)


@pages.post("/language")
@public
def choose_language() -> ResponseReturnValue:
    """Choose the language, for this browser and for the account."""
    language = wording.chosen_language(request.form.get("language"), None)
    if g.account is not None:
        desk().accounts.change(g.account.user, desk().app.clock(), language=language)
    answer = redirect(own_address(request.form.get("back")) or url_for("signing_in.start"), 303)
    answer.set_cookie(
        LANGUAGE,
        language,
        max_age=YEAR,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return answer


def _form(user: str = "", error: str | None = None) -> str:
    shown = DEMO_ACCOUNTS if current_app.config["DEMO"] else ()
    return render_template("sign_in.html", user=user, error=error, demo_accounts=shown, demo_password=DEMO_PASSWORD)


def own_address(address: str | None) -> str | None:
    """An address of these pages; None for one that would lead elsewhere."""
    parts = urlsplit(address or "")
    if not address or parts.scheme or parts.netloc or not address.startswith("/") or address.startswith(("//", "/\\")):
        return None
    return address
