"""What a municipality decided or reported for itself: norms adopted, targets, teaching, how participants were heard."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from events import Fact
from events.fields import Field, fields_of
from events.municipality import InvolvementHeld, NormSetAdopted, TargetSet, TeachingRecorded
from tracker import municipality
from tracker.application import municipality_stream
from tracker.course.asking import adopt
from tracker.course.norms import norm_sets
from tracker.effective import effective
from tracker.errors import Refusal
from tracker.wording_of_facts import label, title, value
from web import refusals, wording
from web.auth.gate import account, desk, needs
from web.forms import FactForm
from web.pages.administration import pages
from web.pages.figures.words import line
from web.recording import author

KINDS: dict[str, type[Fact]] = {
    cls.TOPIC: cls for cls in (NormSetAdopted, TargetSet, TeachingRecorded, InvolvementHeld)
}
STAMPED = ("on", "on_precision", "told_by")


@pages.get("/decisions")
@needs("settings")
def decisions() -> ResponseReturnValue:
    """What stands for the municipality, the newest first, and what can be added."""
    return _page(_municipality())


@pages.get("/decisions/<topic>")
@needs("settings")
def new_decision(topic: str) -> ResponseReturnValue:
    """The form of one kind of fact."""
    return _form(_municipality(), _empty(topic))


@pages.post("/decisions/<topic>")
@needs("settings")
def decide(topic: str) -> ResponseReturnValue:
    """Record it."""
    code = _municipality()
    form = _empty(topic).take(request.form)
    fact = form.fact()
    if fact is None:
        return _form(code, form), 422
    try:
        if isinstance(fact, NormSetAdopted):
            adopt(desk().app, code, fact, author(), command=form.command)
        else:
            municipality.record(desk().app, code, fact, author(), command=form.command)
    except Refusal as refusal:
        form.refuse(refusal)
        return _form(code, form), 422
    flash(wording.text("Saved."), "success")
    return redirect(url_for("administration.decisions", municipality=code), 303)


@pages.post("/decisions/<int:version>/retract")
@needs("settings")
def retract_decision(version: int) -> ResponseReturnValue:
    """Take one back, with a reason."""
    code = _municipality()
    reason = request.form.get("reason", "").strip()
    if not reason:
        return _page(code, version, wording.text("Write why it is taken back.")), 422
    try:
        municipality.retract(desk().app, code, version, reason, author())
    except Refusal as refusal:
        return _page(code, version, refusals.told(refusal)), 422
    flash(wording.text("Taken back."), "success")
    return redirect(url_for("administration.decisions", municipality=code), 303)


def _municipality() -> str:
    """The municipality that is meant, among those where one may decide."""
    mine = sorted(account().where("settings"))
    asked = request.values.get("municipality") or mine[0]
    return asked if asked in mine else abort(404)


def _empty(topic: str) -> FactForm:
    if topic not in KINDS:
        abort(404)
    there = sorted({norms.id for norms in norm_sets(desk().app.settings.home).values()})
    return FactForm(KINDS[topic], desk().today(), suggestions={"norm-set": tuple(there)})


def _page(code: str, version: int | None = None, error: str = "") -> str:
    return render_template(
        "administration/decisions.html",
        municipality=code,
        municipalities=sorted(account().where("settings")),
        lines=list(_lines(code)),
        kinds=[(topic, title(cls, wording.language())) for topic, cls in KINDS.items()],
        norm_sets=sorted(norm_sets(desk().app.settings.home).values(), key=lambda norms: norms.name),
        sourced=wording.sourced,
        wrong=version,
        error=error,
    )


def _form(code: str, form: FactForm) -> str:
    return render_template(
        "administration/decision.html",
        form=form,
        municipality=code,
        norm_sets=sorted(norm_sets(desk().app.settings.home).values(), key=lambda norms: norms.name),
    )


def _said(fact: Fact, field: Field) -> str:
    """A value in words; a line of an indicator as the figures call it."""
    told = getattr(fact, field.name)
    if isinstance(fact, TargetSet) and field.name == "line" and told:
        return line(told)
    return value(type(fact), field, told, wording.language())


def _lines(code: str) -> list[dict[str, Any]]:
    """What stands, the newest first, in words."""
    language = wording.language()
    found = []
    located = desk().app.read_model.located(municipality_stream(code))
    stamps = {item.version: item.stamp for _, item in located}
    for entry in effective([item for _, item in located]).values():
        cls = type(entry.fact)
        if cls.TOPIC not in KINDS:
            continue
        pairs = [
            (label(cls, field, language), words)
            for field in fields_of(cls)
            if field.name not in STAMPED and (words := _said(entry.fact, field))
        ]
        found.append(
            {
                "version": entry.version,
                "on": wording.day(entry.fact.on, entry.fact.on_precision),
                "title": title(cls, language),
                "pairs": pairs,
                "by": stamps[entry.version].by,
                "order": (entry.fact.on, entry.version),
            }
        )
    return sorted(found, key=lambda each: each["order"], reverse=True)
