"""One's own account: roles, password, and signing out everywhere."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web import refusals, wording
from web.auth.accounts import AccountNotValid
from web.auth.gate import account, desk, needs
from web.pages.signing_in import admit

pages = Blueprint("account", __name__)


@pages.get("/account")
@needs("own-account")
def page() -> ResponseReturnValue:
    """What one may do, and the form for a new password."""
    return _page()


@pages.post("/account/password")
@needs("own-account")
def change_password() -> ResponseReturnValue:
    """Set a new password; every other session ends, and this one begins anew."""
    user = account().user
    if desk().accounts.authenticated(user, request.form.get("password", "")) is None:
        return _page("password", wording.text("The password you have now is not right.")), 422
    try:
        desk().accounts.change(user, desk().app.clock(), password=request.form.get("new", ""))
    except AccountNotValid as refusal:
        return _page("new", refusals.told(refusal)), 422
    desk().sessions.end_all(user)
    admit(account())
    flash(wording.text("The new password holds. You were signed out everywhere else."), "success")
    return redirect(url_for("account.page"), 303)


@pages.post("/account/sign-out-everywhere")
@needs("own-account")
def sign_out_everywhere() -> ResponseReturnValue:
    """End every session of the account."""
    desk().sessions.end_all(account().user)
    return redirect(url_for("signing_in.sign_in"), 303)


def _page(field: str = "", error: str = "") -> str:
    return render_template(
        "account.html",
        field=field,
        error=error,
        running=desk().sessions.running(account().user, desk().app.clock()),
    )
