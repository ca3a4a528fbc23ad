"""Accounts: who may sign in, with which roles in which municipality. Nobody changes the own one."""

import secrets
from collections.abc import Iterable
from hashlib import sha256

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.errors import Refusal
from web import refusals, wording
from web.auth.accounts import Account, AccountExists, AccountNotValid, Grant
from web.auth.gate import account, desk, needs
from web.auth.roles import ROLES
from web.pages.administration import pages


@pages.get("/")
@needs("accounts")
def page() -> ResponseReturnValue:
    """Every account that has a role where one administers, and the form for a new one."""
    return _list()


@pages.post("/accounts")
@needs("accounts")
def add() -> ResponseReturnValue:
    """Make an account with one role; its first password is shown once."""
    form = request.form
    password = _password()
    try:
        made = desk().accounts.make(
            form.get("user", ""),
            form.get("name", ""),
            password,
            [_grant()],
            desk().app.clock(),
            account().user,
        )
    except (AccountExists, AccountNotValid) as refusal:
        return _list(refusal), 422
    _note(f"account made: {made.user}")
    return _one(made, password)


@pages.get("/accounts/<key>")
@needs("accounts")
def one(key: str) -> ResponseReturnValue:
    """One account."""
    return _one(_found(key))


@pages.post("/accounts/<key>")
@needs("accounts")
def change(key: str) -> ResponseReturnValue:
    """Change name, roles, and whether protected people are shown."""
    found, form = _changeable(key), request.form
    removed = set(form.getlist("remove"))
    kept = [grant for number, grant in enumerate(found.grants) if str(number) not in removed or not _mine(grant)]
    try:
        desk().accounts.change(
            found.user,
            desk().app.clock(),
            name=form.get("name", ""),
            sees_protected="sees_protected" in form,
            grants=[*kept, *([_grant()] if form.get("role") else [])],
        )
    except AccountNotValid as refusal:
        return _one(found, refusal=refusal), 422
    # What was allowed until now must not go on in a session that is open.
    desk().sessions.end_all(found.user)
    _note(f"account changed: {found.user}")
    flash(wording.text("Saved. Open sessions of the account have ended."), "success")
    return redirect(url_for("administration.one", key=key), 303)


@pages.post("/accounts/<key>/password")
@needs("accounts")
def new_password(key: str) -> ResponseReturnValue:
    """Set a new password, which is shown once."""
    found = _changeable(key)
    password = _password()
    desk().accounts.change(found.user, desk().app.clock(), password=password)
    desk().sessions.end_all(found.user)
    _note(f"password set: {found.user}")
    return _one(found, password)


@pages.post("/accounts/<key>/state")
@needs("accounts")
def disable_or_enable(key: str) -> ResponseReturnValue:
    """Let an account sign in no more, or again."""
    found = _changeable(key)
    disabled = found.disabled_at is None
    desk().accounts.change(found.user, desk().app.clock(), disabled=disabled)
    desk().sessions.end_all(found.user)
    _note(f"account {'disabled' if disabled else 'enabled'}: {found.user}")
    return redirect(url_for("administration.one", key=key), 303)


def key_of(user: str) -> str:
    """What stands for a user name in an address, where names do not belong."""
    return sha256(user.encode()).hexdigest()[:16]


def _list(refusal: Refusal | None = None) -> str:
    shown = [one for one in desk().accounts.all() if _in_reach(one)]
    return render_template(
        "administration/accounts.html",
        accounts=[(one, key_of(one.user)) for one in shown],
        roles=ROLES,
        municipalities=sorted(account().where("accounts")),
        given=request.form,
        refusal=refusal and (getattr(refusal, "field", "user"), refusals.told(refusal)),
    )


def _one(found: Account, password: str | None = None, refusal: AccountNotValid | None = None) -> str:
    return render_template(
        "administration/account.html",
        found=found,
        key=key_of(found.user),
        password=password,
        mine=[_mine(grant) for grant in found.grants],
        own=found.user == account().user,
        roles=ROLES,
        municipalities=sorted(account().where("accounts")),
        given=request.form,
        refusal=refusal and (refusal.field, refusals.told(refusal)),
    )


def _found(key: str) -> Account:
    found = next((one for one in desk().accounts.all() if key_of(one.user) == key and _in_reach(one)), None)
    return found or abort(404)


def _changeable(key: str) -> Account:
    found = _found(key)
    if found.user == account().user:
        abort(403)
    return found


def _in_reach(one: Account) -> bool:
    """Accounts with a role where one administers, and those that have none anywhere."""
    return not one.grants or any(map(_mine, one.grants))


def _mine(grant: Grant) -> bool:
    return grant.municipality in account().where("accounts")


def _grant() -> Grant:
    form = request.form
    grant = Grant(form.get("role", ""), form.get("municipality", ""), form.get("about", "").strip())  # type: ignore[arg-type]  # checked by the accounts
    if not _mine(grant):
        raise AccountNotValid("a role can be given only where one administers", "municipality")
    return grant


def _password() -> str:
    """Sixteen characters that are hard to mix up, in four groups."""
    letters: Iterable[str] = (secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(16))
    text = "".join(letters)
    return "-".join(text[start : start + 4] for start in range(0, 16, 4))


def _note(what: str) -> None:
    desk().access_log.note(desk().app.clock(), account().user, what)
