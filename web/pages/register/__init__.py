"""Registering a participant: who it is, where the journey starts, and what is agreed at once, in one act."""

from uuid import UUID, uuid5

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from events.fields import fields_by_name
from events.intake import (
    AdvisorAssigned,
    ConsentGiven,
    GroupJoined,
    InterpreterNeeded,
    ParticipantRegistered,
    TrackAssigned,
    UnitAssigned,
)
from events.language import LanguageLevelReached
from events.plan import CareerGoalSet, LanguageGoalSet, ProgrammeGoalSet
from events.programme import ProgrammeOffered
from events.residence import AddressProtectionSet
from tracker.application import NAMESPACE
from tracker.errors import FactRefused, NumberInUse, Refusal
from tracker.journey import Journey
from tracker.people import Person
from tracker.wording_of_facts import choice
from web import wording
from web.auth.gate import account, desk, needs, reach_of
from web.composing import Composite, LevelSection, Section
from web.composing.flow import after
from web.composing.sections import SHARED, Told, only
from web.forms import FactForm
from web.pages.class_grid.kinds import SKILLS
from web.pages.class_grid.members import classes
from web.pages.register.choices import advisors, languages, municipalities, units
from web.pages.register.identity import Identity, Match, holder_of_number, is_registered, of_name_and_birth, shown
from web.recording import author, say_saved

pages = Blueprint("register", __name__)

_PLACED = (*SHARED, *only(LanguageLevelReached, ("skill", "level", "sub-level", *SHARED)))
"""Of a placement only the levels are asked: its day is that of the registration."""


@pages.get("/register")
@needs("participant-register")
def page() -> ResponseReturnValue:
    """The form; after somebody was registered, with the way to the journey."""
    return _page(Identity.empty(), form(), registered=_registered(request.args.get("new", "")))


@pages.post("/register")
@needs("participant-register")
def register() -> ResponseReturnValue:
    """Register identity and journey together, or nothing at all."""
    composite = form().take(request.form)
    stream = uuid5(NAMESPACE, composite.command)
    if desk().acts.find(composite.command, account().user, desk().app.clock()):
        flash(wording.text("It had been saved already."), f"undo {composite.command}")
        return redirect(url_for("register.page", new=stream), 303)
    identity = Identity.taken(request.form)
    person = identity.person(desk().today(), allow_synthetic=desk().app.settings.synthetic)
    if person is not None and person.birth_date is not None:
        composite.section("start").form.fixed["birth-year"] = person.birth_date.year
    told = composite.facts()
    if person is None or told is None:
        return _page(identity, composite), 422
    if (holder := holder_of_number(desk().app, person, stream)) is not None:
        if is_registered(desk().app, holder):
            return _page(identity, composite, same=shown([holder]) or [Match(None)]), 422
        # A registration that was undone left the identity behind: the same journey begins anew.
        stream = holder
    doubles = shown(of_name_and_birth(desk().app, person, stream))
    if doubles and request.form.get("another") != "yes":
        return _page(identity, composite, doubles=doubles), 422
    try:
        _record(stream, person, composite, told)
    except (FactRefused, NumberInUse) as refusal:
        composite.refuse(told, _as_it_stands(stream), desk().app.signature(author()), refusal)
        return _page(identity, composite), 422
    return redirect(url_for("register.page", new=stream), 303)


def _record(stream: UUID, person: Person, composite: Composite, told: Told) -> None:
    """Try the facts first, then store the identity, then record: what refuses leaves nothing behind."""
    app = desk().app
    facts = [fact for _, fact in told]
    trial = _as_it_stands(stream)
    for fact in facts:
        trial.record(fact, app.signature(author()))
    app.keys.make([stream])
    app.people.set(stream, person, allow_synthetic=app.settings.synthetic)
    try:
        recorded = app.log_all(stream, facts, author(), command=composite.command)
    except BaseException:
        if not app.log_of_facts.stream(stream):
            app.people.forget(stream)
        raise
    say_saved(recorded, [stream], wording.text("The participant is registered."))


def _as_it_stands(stream: UUID) -> Journey:
    try:
        return desk().app.journey(stream)
    except Refusal:
        return Journey(stream)


def form() -> Composite:
    """The empty form."""
    today = desk().today()
    mine = sorted(account().where("participant-register"))
    shared = FactForm(
        ParticipantRegistered, today, {"told-by": "document"}, leave_out=only(ParticipantRegistered, SHARED)
    )
    consent = fields_by_name(ConsentGiven)["purpose"]
    sections = [
        Section(
            "start",
            ParticipantRegistered,
            today,
            title=wording.text("Starting point"),
            always=True,
            given={"municipality": mine[0] if mine else "", "schooling": "", "schooling-basis": "", "gender": ""},
            labels={"settled-on": wording.text("Settled in the municipality")},
            choices={"municipality": municipalities(mine)},
            leave_out=("birth-year",),
        ),
        Section(
            "protection",
            AddressProtectionSet,
            today,
            hint=wording.text("Only named users will be able to open the journey."),
            needs=("level",),
            folded=True,
        ),
        Section(
            "advisor",
            AdvisorAssigned,
            today,
            needs=("advisor",),
            given={"advisor": account().user},
            choices={"advisor": advisors(mine)},
        ),
        Section("unit", UnitAssigned, today, needs=("unit",), suggestions={"unit": units()}),
        Section("track", TrackAssigned, today, needs=("track",)),
        Section(
            "class",
            GroupJoined,
            today,
            needs=("group",),
            suggestions={"group": tuple(classes(desk(), account()).names)},
        ),
        Section("interpreter", InterpreterNeeded, today, needs=("language",), choices={"language": languages()}),
        *(
            LevelSection(f"placed-{skill}", skill, today, shared=_PLACED, fixed={"evidence": "placement"})
            for skill in SKILLS
        ),
        Section(
            "offer",
            ProgrammeOffered,
            today,
            hint=wording.text("Left blank, nothing is recorded of it."),
            needs=("basis", "planned-start"),
            own=("on",),
            given={"on": "", "basis": ""},
            labels={"on": wording.text("Day of the offer, where it is not the day above")},
            folded=True,
        ),
        Section("career", CareerGoalSet, today, needs=("goal",), labels=_own_words(), folded=True),
        Section("goal", ProgrammeGoalSet, today, needs=("goal",), given={"cause": "first"}, folded=True),
        Section("norwegian", LanguageGoalSet, today, needs=("goals",), folded=True),
        *(
            Section(
                f"consent-{purpose}",
                ConsentGiven,
                today,
                tick=choice(ConsentGiven, consent, purpose, wording.language()),
                fixed={"purpose": purpose},
                leave_out=() if purpose == "sharing" else ("partner",),
            )
            for purpose in consent.choices
        ),
    ]
    return Composite(shared, sections)


def _own_words() -> dict[str, str]:
    return {"wording": wording.text("In the participant's own words")}


def _registered(text: str) -> str | None:
    """Where the journey is that was registered just now."""
    try:
        participant = UUID(text)
    except ValueError:
        return None
    answer, _ = reach_of(participant, "participant-read")
    return after(participant) if answer.granted else None


def _page(
    identity: Identity,
    composite: Composite,
    *,
    same: list[Match] | None = None,
    doubles: list[Match] | None = None,
    registered: str | None = None,
) -> str:
    found = [*(same or []), *(doubles or [])]
    if found:
        desk().access_log.note(desk().app.clock(), account().user, "register.page", rows=len(found))
    return render_template(
        "register/form.html",
        identity=identity,
        form=composite,
        same=[after(one.participant) if one.participant else "" for one in same or []],
        doubles=[after(one.participant) if one.participant else "" for one in doubles or []],
        registered=registered,
        placed=[one for one in composite.sections if isinstance(one, LevelSection)],
        consents=[one for one in composite.sections if one.name.startswith("consent-")],
    )
