"""A test day: the levels of all four skills of one participant in one go."""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from events.language import LEVELS, LanguageLevelReached
from tracker.journey import Journey
from web import wording
from web.auth.gate import desk, needs
from web.composing import Composite, LevelSection
from web.composing.flow import Flow, save, show
from web.composing.sections import SHARED, only
from web.forms import FactForm
from web.pages.class_grid.kinds import SKILLS

pages = Blueprint("test_day", __name__)
ONCE = (*SHARED, "evidence", "sitting", "result-received-on")


@pages.get("/participants/<uuid:participant>/test-day")
@needs("participant-log")
def page(participant: UUID) -> ResponseReturnValue:
    """The form."""
    return show(FLOW, participant)


@pages.post("/participants/<uuid:participant>/test-day")
@needs("participant-log")
def log(participant: UUID) -> ResponseReturnValue:
    """Record the levels that are filled in."""
    return save(FLOW, participant, wording.text("The test day is saved."))


def form(_: Journey) -> Composite:
    """The empty form."""
    today = desk().today()
    shared = FactForm(
        LanguageLevelReached,
        today,
        {"evidence": "norskproven", "told-by": "document"},
        leave_out=only(LanguageLevelReached, ONCE),
    )
    return Composite(shared, [LevelSection(skill, skill, today, shared=ONCE) for skill in SKILLS])


def _best(journey: Journey) -> dict[str, object]:
    """The best level of each skill so far, and its day."""
    best: dict[str, LanguageLevelReached] = {}
    for entry in journey.facts:
        fact = entry.fact
        if isinstance(fact, LanguageLevelReached) and fact.level in LEVELS:
            held = best.get(fact.skill)
            if held is None or LEVELS.index(fact.level) >= LEVELS.index(held.level):
                best[fact.skill] = fact
    return {"best": best}


FLOW = Flow("test_day", form, _best)
