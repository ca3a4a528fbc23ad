"""Rules of follow-up in force: what falls due, by whose rule, and in which file it stands; and files of one's own."""

from contextlib import suppress
from io import BytesIO
from threading import Thread
from time import sleep

from flask import abort, current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from tracker.application import ProgressionTracker
from tracker.errors import Busy
from tracker.follow_up.own_rules import LARGEST, checked, put_in_use, values_of
from tracker.follow_up.rules import RulesNotValid, rulebook
from tracker.readmodel.rebuild import rebuild
from tracker.versioned import name_of
from web import refusals, wording
from web.auth.gate import account, desk, needs
from web.desk import Desks
from web.pages.administration import pages, rule_words
from web.rule_files import RuleFileKept, RuleFiles

TRIES, WAIT = 60, 10.0
"""How often, and how many seconds apart, it is tried while another process works the lists out."""


@pages.get("/rules")
@needs("settings")
def rules() -> ResponseReturnValue:
    """Every rule with what governs today, where it comes from, and in which file it stands."""
    return _page()


@pages.post("/rules")
@needs("settings")
def put_rules() -> ResponseReturnValue:
    """Put a file of a municipality's own rules in use, checked whole before anything of it is kept."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(wording.text("Choose a file.")), 422
    content, home, own = sent.read(LARGEST + 1), desk().app.settings.home, account().where("settings")
    try:
        file = checked(content, home, own)
    except RulesNotValid as refusal:
        return _page(refusals.told(refusal)), 422
    codes = sorted({str(value.municipality) for _, value in values_of(file)})
    files = RuleFiles(desk().database)
    files.keep(RuleFileKept(name_of(file), " ".join(codes), account().user, desk().app.clock()), content)
    put_in_use(file, content, home)
    desks: Desks = current_app.config["DESKS"]
    Thread(target=fold_anew, args=(desks,), name="rules", daemon=True).start()
    flash(wording.text("The rules are kept. The lists follow them as soon as they are worked out anew."), "success")
    return redirect(url_for("administration.rules"), 303)


@pages.get("/rules/<name>")
@needs("settings")
def rule_file(name: str) -> ResponseReturnValue:
    """A version of a file of rules, as it was sent in."""
    files = RuleFiles(desk().database)
    found = next((one for one in files.all() if one.name == name and _mine(one)), None)
    content = files.content(name) if found else None
    if content is None:
        abort(404)
    return send_file(
        BytesIO(content),
        mimetype="application/toml",
        as_attachment=True,
        download_name=f"{name.replace('@', '-')}.toml",
    )


def fold_anew(desks: Desks) -> None:
    """Work the lists out by the rules that are there now; where that is cut off, the next start does it."""
    with ProgressionTracker(desks.settings, desks.clock) as app:
        for _ in range(TRIES):
            if not app.read_model.is_outdated:
                return
            with suppress(Busy):
                rebuild(app)
                return
            sleep(WAIT)


def _mine(one: RuleFileKept) -> bool:
    return set(one.municipality.split()) <= account().where("settings")


def _page(error: str = "") -> str:
    book, model = desk().app.read_model.rules, desk().app.read_model
    return render_template(
        "administration/rules.html",
        kept=[one for one in RuleFiles(desk().database).all() if _mine(one)],
        outdated=model.state("rules") != rulebook(desk().app.settings.home).digest,
        error=error,
        rules=list(book.rules.values()),
        values={rule.id: rule_words.values(rule, desk().today()) for rule in book.rules.values()},
        file_of=book.file_of,
        folder=Markup("<code>follow-up</code>"),
        codes=account().where("settings"),
    )
