"""Putting right and taking back what was recorded, with a reason; the log keeps both."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from events import Fact
from events.codec import Recorded
from events.corrections import FactCorrected, FactRetracted
from events.fields import fields_of
from tracker.errors import Conflict, FactRefused, OthersRestOnIt, ValueNotAllowed
from tracker.own_copy.entries import Entries, Entry
from web import refusals, wording
from web.auth.gate import desk, needs
from web.forms import FactForm
from web.pages.logging.blueprint import done, expected_version, pages
from web.pages.logging.milestone import name_of
from web.pages.participant.view import added_since
from web.recording import author, say_saved

LONGEST_REASON = 200


@dataclass(frozen=True)
class _Meant:
    """The entry that is meant.

    :ivar recorded: as it was recorded
    :ivar fact: as it is held to be now; None where it has been taken back, and of corrections and retractions
    :ivar entry: in words; of a correction or retraction, the entry that it is about
    :ivar version: what the journey stands at
    :ivar commands: forms that were carried out in the journey
    """

    recorded: Recorded
    fact: Fact | None
    entry: Entry
    version: int
    commands: frozenset[str]

    @property
    def undoes(self) -> str:
        """What taking it back comes to: put-back, as-before, or nothing of the kind."""
        kinds = {FactRetracted: "put-back", FactCorrected: "as-before"}
        return kinds.get(type(self.recorded.fact), "")


@pages.get("/participants/<uuid:participant>/facts/<int:version>/correct")
@needs("participant-log")
def ask_correction(participant: UUID, version: int) -> ResponseReturnValue:
    """The form filled with the entry as it is held to be."""
    meant = _meant(participant, version)
    return _correcting(participant, meant, _form_of(meant))


@pages.post("/participants/<uuid:participant>/facts/<int:version>/correct")
@needs("participant-log")
def correct(participant: UUID, version: int) -> ResponseReturnValue:
    """Record the correction."""
    meant = _meant(participant, version)
    form = _form_of(meant).take(request.form)
    if form.command in meant.commands:
        return done(participant)
    assert meant.fact is not None
    changes = form.changes(meant.fact)
    reason = _reason()
    if not reason:
        form.problems["reason"] = wording.text("Say why, in a few words.")
    if changes is None or not reason:
        return _correcting(participant, meant, form), 422
    try:
        made = desk().app.correct(
            participant,
            version,
            changes,
            reason,
            author(),
            expected_version=expected_version(),
            command=form.command,
            act=form.command,
        )
    except Conflict:
        return _correcting(participant, meant, form, _added(participant, meant)), 409
    except FactRefused as refusal:
        _refuse(form, refusal)
        return _correcting(participant, meant, form), 422
    say_saved(made, [participant], wording.text("Corrected: %(what)s.", what=meant.entry.title))
    return done(participant)


@pages.get("/participants/<uuid:participant>/facts/<int:version>/retract")
@needs("participant-log")
def ask_retraction(participant: UUID, version: int) -> ResponseReturnValue:
    """The entry, and the question why."""
    return _retracting(participant, _meant(participant, version, any_kind=True))


@pages.post("/participants/<uuid:participant>/facts/<int:version>/retract")
@needs("participant-log")
def retract(participant: UUID, version: int) -> ResponseReturnValue:
    """Take it back; where others rest on it they are named, and taken back too if that is asked for."""
    meant = _meant(participant, version, any_kind=True)
    command = request.form.get("command") or uuid4().hex
    reason = _reason()
    if not reason:
        return _retracting(participant, meant, problem=wording.text("Say why, in a few words.")), 422
    try:
        made = desk().app.retract(
            participant,
            version,
            reason,
            author(),
            with_dependants="with_dependants" in request.form,
            expected_version=expected_version(),
            command=command,
            act=command,
        )
    except Conflict:
        return _retracting(participant, meant, added=_added(participant, meant)), 409
    except OthersRestOnIt as refusal:
        return _retracting(participant, meant, resting=_named(participant, refusal.versions)), 422
    except FactRefused as refusal:
        return _retracting(participant, meant, problem=refusals.told(refusal)), 422
    said = {
        "": wording.text("Taken back: %(what)s.", what=meant.entry.title),
        "put-back": wording.text("Put back: %(what)s.", what=meant.entry.title),
        "as-before": wording.text("As before the correction: %(what)s.", what=meant.entry.title),
    }
    say_saved(made, [participant], said[meant.undoes])
    return done(participant)


def _meant(participant: UUID, version: int, *, any_kind: bool = False) -> _Meant:
    journey = desk().app.journey(participant)
    if not 1 <= version <= len(journey.recorded):
        abort(404)
    recorded = journey.recorded[version - 1]
    about = version
    if isinstance(recorded.fact, FactRetracted):
        about = recorded.fact.retracts
    elif isinstance(recorded.fact, FactCorrected):
        about = recorded.fact.corrects
    entries = {entry.version: entry for entry in Entries(journey.recorded, wording.language(), {}).journey()}
    holds = journey.entries.get(version)
    if about not in entries or (holds is None and not any_kind):
        abort(404)
    commands = frozenset(item.stamp.command for item in journey.recorded if item.stamp.command)
    return _Meant(recorded, holds.fact if holds else None, entries[about], journey.version, commands)


def _named(participant: UUID, versions: tuple[int, ...]) -> list[Entry]:
    recorded = desk().app.journey(participant).recorded
    entries = {entry.version: entry for entry in Entries(recorded, wording.language(), {}).journey()}
    return [entries[version] for version in versions if version in entries]


def _form_of(meant: _Meant) -> FactForm:
    assert meant.fact is not None
    keys = [field.option for field in fields_of(type(meant.fact)) if field.is_key]
    return FactForm.of(meant.fact, desk().today(), leave_out=keys)


def _reason() -> str:
    return " ".join(request.form.get("reason", "").split())[:LONGEST_REASON]


def _refuse(form: FactForm, refusal: FactRefused) -> None:
    if isinstance(refusal, ValueNotAllowed) and refusal.field == "reason":
        form.problems["reason"] = wording.text("Say why, in a few words.")
    else:
        form.refuse(refusal)


def _added(participant: UUID, meant: _Meant) -> list[str]:
    return added_since(participant, expected_version() or meant.version)


def _correcting(participant: UUID, meant: _Meant, form: FactForm, added: list[str] | None = None) -> str:
    problem = form.problems.pop("reason", "")
    summary = form.summary + ([("reason", problem)] if problem else [])
    return render_template(
        "logging/correct.html",
        participant=participant,
        name=name_of(participant),
        form=form,
        summary=summary,
        entry=meant.entry,
        version=meant.version,
        reason=_reason(),
        reason_problem=problem,
        limit=LONGEST_REASON,
        added=added or [],
    )


def _retracting(
    participant: UUID,
    meant: _Meant,
    *,
    problem: str = "",
    resting: list[Entry] | None = None,
    added: list[str] | None = None,
) -> str:
    return render_template(
        "logging/retract.html",
        participant=participant,
        name=name_of(participant),
        entry=meant.entry,
        undoes=meant.undoes,
        version=meant.version,
        command=request.form.get("command") or uuid4().hex,
        reason=_reason(),
        problem=problem,
        limit=LONGEST_REASON,
        resting=resting or [],
        added=added or [],
    )
