"""The programme ends: how, with which main activity, what ends with it and what goes on, and the next contact."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from events import Fact, activities
from events.base import key_field
from events.fields import fields_by_name
from events.intake import ConsentGiven
from events.programme import ProgrammeEnded
from tracker.journey import Journey
from tracker.spells import Segment
from tracker.wording_of_facts import choice, title
from web import wording
from web.auth.gate import desk, needs
from web.composing import Composite, Section
from web.composing.flow import Flow, save, show
from web.composing.next_contact import next_contact
from web.composing.running import running
from web.composing.sections import SHARED, only
from web.forms import FactForm

pages = Blueprint("programme_ends", __name__)

WITH_IT = frozenset(("programme-element", "leave", "suspension", "work-placement", "group"))
"""Activities that are parts of the programme and usually end on its last day."""

WITH_IT_BY_KEY = frozenset((("benefit", "introduction-benefit"),))
NOT_HERE = frozenset(
    (
        "programme",
        "contract",
        "contract-pause",
        "step",
        "obligation",
        "follow-up",
        "consent",
        "address-protection",
        "elected-role",
        "volunteering",
        "wage-subsidy",
    )
)
"""What does not end because the programme does, and what has pages of its own."""


@pages.get("/participants/<uuid:participant>/programme-ends")
@needs("participant-log")
def page(participant: UUID) -> ResponseReturnValue:
    """The form."""
    return show(FLOW, participant)


@pages.post("/participants/<uuid:participant>/programme-ends")
@needs("participant-log")
def log(participant: UUID) -> ResponseReturnValue:
    """Record the end, and all that ends with it."""
    return save(FLOW, participant, wording.text("The end of the programme is saved."))


def form(journey: Journey) -> Composite:
    """The empty form for a journey."""
    today = desk().today()
    shared = FactForm(ProgrammeEnded, today, {"told-by": "staff"}, leave_out=only(ProgrammeEnded, SHARED))
    programme = running(journey, "programme")
    consents = {one.key for one in running(journey, "consent")}
    hint = ""
    if "follow-up" not in consents:
        hint = wording.text("No consent to follow-up after the programme is recorded.")
    sections = [
        *(_end(one) for one in _endable(journey)),
        _Ends(
            "end",
            ProgrammeEnded,
            today,
            title=wording.text("The end"),
            began=programme[0].spell_from if programme else None,
            always=True,
            given={"manner": "completed", "main-activity": "", "main-activity-reason": "not-stated"},
        ),
        next_contact(
            journey,
            hint=hint,
        ),
    ]
    if "follow-up" not in consents:
        sections.append(
            Section(
                "consent",
                ConsentGiven,
                today,
                title=wording.text("Consent"),
                tick=wording.text("The participant consents to follow-up after the programme"),
                fixed={"purpose": "follow-up"},
                leave_out=("partner",),
            )
        )
    return Composite(shared, sections)


class _Ends(Section):
    """The end of something that runs, which is not before its start."""

    def __init__(self, *given: Any, began: date | None, **options: Any) -> None:
        super().__init__(*given, **options)
        self._began = began

    def fact(self, shared: Mapping[str, Any]) -> Fact | None:
        found = super().fact(shared)
        if found and self._began and found.on_precision == "day" and found.on < self._began:
            self.form.problems[""] = wording.text("It started on %(day)s.", day=wording.day(self._began))
            return None
        return found


def _endable(journey: Journey) -> list[Segment]:
    """What runs and could end: first what is part of the programme."""
    found = [one for one in running(journey) if one.activity not in NOT_HERE and activities()[one.activity].usual_close]
    return sorted(found, key=lambda one: (not _with_it(one), one.activity, one.spell_from, one.key))


def _with_it(one: Segment) -> bool:
    return one.activity in WITH_IT or (one.activity, one.key) in WITH_IT_BY_KEY


def _end(one: Segment) -> Section:
    close = activities()[one.activity].usual_close
    assert close is not None
    own_key = key_field(close)
    named = own_key is not None and one.key != one.activity
    return _Ends(
        # The name tells the spell, so that a form sent back speaks of the same ones.
        f"{one.activity}-{one.opened_by}",
        close,
        desk().today(),
        began=one.spell_from,
        title=_called(one),
        hint=wording.text("since %(day)s", day=wording.day(one.spell_from)),
        tick=_called(one),
        ticked=_with_it(one),
        fixed={fields_by_name(close)[own_key].option: one.key} if own_key and named else {},
        leave_out=(fields_by_name(close)[own_key].option,) if own_key else (),
    )


def _called(one: Segment) -> str:
    """What a running activity is called: ``Job: kitchen``."""
    language = wording.language()
    opener = activities()[one.activity].opener
    name = title(opener, language)
    own_key = key_field(opener)
    if own_key is None or one.key == one.activity:
        return name
    field = fields_by_name(opener)[own_key]
    return f"{name}: {choice(opener, field, one.key, language) if field.choices else one.key}"


def _runs(journey: Journey) -> dict[str, object]:
    found = running(journey, "programme")
    endable = _endable(journey)
    return {
        "programme": found[0] if found else None,
        "with_it": [f"{one.activity}-{one.opened_by}" for one in endable if _with_it(one)],
        "goes_on": [f"{one.activity}-{one.opened_by}" for one in endable if not _with_it(one)],
    }


FLOW = Flow("programme_ends", form, _runs)
