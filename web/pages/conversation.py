"""A conversation: that it was held, what the participant wished, what was agreed, and the next one."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from events import Fact
from events.follow_up import FollowUpHeld, FollowUpScheduled
from events.involvement import FeedbackGiven, ParticipantConsulted
from events.plan import CareerGoalSet, LanguageGoalSet, PlanAgreed, PlanRevised, ProgrammeGoalSet
from tracker.journey import Journey
from web import wording
from web.auth.gate import desk, needs
from web.composing import Composite, Section
from web.composing.flow import Flow, save, show
from web.composing.next_contact import next_contact
from web.composing.running import free_key, running
from web.composing.sections import SHARED, only
from web.forms import FactForm

pages = Blueprint("conversation", __name__)
UNNAMED = FollowUpHeld.activity
"""The key of a conversation that was agreed without a name."""


@pages.get("/participants/<uuid:participant>/conversation")
@needs("participant-log")
def page(participant: UUID) -> ResponseReturnValue:
    """The form."""
    return show(FLOW, participant)


@pages.post("/participants/<uuid:participant>/conversation")
@needs("participant-log")
def log(participant: UUID) -> ResponseReturnValue:
    """Record what was talked about and agreed."""
    return save(FLOW, participant, wording.text("The conversation is saved."))


def form(journey: Journey) -> Composite:
    """The empty form for a journey."""
    today = desk().today()
    held = _held(journey)
    shared = FactForm(FollowUpHeld, today, {"told-by": "staff"}, leave_out=only(FollowUpHeld, SHARED))
    return Composite(
        shared,
        [
            _AgreedAtOnce(journey, held),
            held,
            Section(
                "heard",
                ParticipantConsulted,
                today,
                title=wording.text("Heard about the programme"),
                tick=wording.text("The participant was asked about the own programme"),
                fixed={"way": "conversation"},
                labels=_other_words(),
                folded=True,
            ),
            _feedback(journey),
            Section(
                "goal",
                ProgrammeGoalSet,
                today,
                title=wording.text("New goal of the programme"),
                needs=("goal",),
                folded=True,
            ),
            Section(
                "career",
                CareerGoalSet,
                today,
                title=wording.text("New career goal"),
                needs=("goal",),
                labels={"wording": wording.text("In the participant's own words")},
                folded=True,
            ),
            Section(
                "norwegian",
                LanguageGoalSet,
                today,
                title=wording.text("New goal for Norwegian"),
                needs=("goals",),
                folded=True,
            ),
            _plan(journey),
            next_contact(journey, lambda: held.form.given.get("follow-up") in (None, "", UNNAMED)),
        ],
    )


class _AgreedAtOnce(Section):
    """A conversation that came about beside the agreed one: it is agreed and held on the same day, under a name."""

    def __init__(self, journey: Journey, held: Section) -> None:
        self._held = held
        self._name = free_key(journey, "follow-up", desk().today())
        rest = only(FollowUpScheduled, ())
        super().__init__("at-once", FollowUpScheduled, desk().today(), title=held.title, leave_out=rest)

    @property
    def is_meant(self) -> bool:
        return self._held.form.given.get("follow-up") == self._name

    def fact(self, shared: Mapping[str, Any]) -> Fact | None:
        self.form.fixed |= {"follow-up": self._name, "planned-on": shared.get("on")}
        return super().fact(shared)


class _Held(Section):
    """The conversation that was held: one of those agreed, or another one."""

    def fact(self, shared: Mapping[str, Any]) -> Fact | None:
        if self.form.given.get("follow-up") == UNNAMED:
            self.form.fixed["follow-up"] = ""
        return super().fact(shared)


def _held(journey: Journey) -> Section:
    agreed = running(journey, "follow-up")
    choices = [
        (one.key, wording.text("agreed for %(day)s", day=wording.day(one.values.get("planned_on")))) for one in agreed
    ]
    if agreed:
        # Without a name it would be taken for the agreed one that has none.
        unnamed = any(one.key == UNNAMED for one in agreed)
        name = free_key(journey, "follow-up", desk().today()) if unnamed else UNNAMED
        choices.append((name, wording.text("another one, which was not agreed before")))
    return _Held(
        "held",
        FollowUpHeld,
        desk().today(),
        title=wording.text("The conversation"),
        always=True,
        needs=("follow-up",),
        given={"way": "meeting", "follow-up": choices[0][0] if choices else ""},
        leave_out=() if agreed else ("follow-up",),
        labels={"follow-up": wording.text("Which conversation")},
        choices={"follow-up": choices},
    )


def _feedback(journey: Journey) -> Section:
    today = desk().today()
    taken = {entry.fact.feedback for entry in journey.entries.values() if isinstance(entry.fact, FeedbackGiven)}
    named = (f"{today.isoformat()}{f' {number}' if number > 1 else ''}" for number in range(1, len(taken) + 2))
    return Section(
        "feedback",
        FeedbackGiven,
        today,
        title=wording.text("Feedback that asks for an answer"),
        needs=("wording",),
        fixed={"feedback": next(name for name in named if name not in taken)},
        labels={"wording": wording.text("What was said, in short")},
        folded=True,
    )


def _plan(journey: Journey) -> Section:
    there = any(isinstance(entry.fact, PlanAgreed) for entry in journey.entries.values())
    return Section(
        "plan",
        PlanRevised if there else PlanAgreed,
        desk().today(),
        title=wording.text("The plan"),
        tick=wording.text("The plan was agreed anew") if there else wording.text("The first plan was agreed"),
        labels=_other_words(),
        folded=True,
    )


def _other_words() -> dict[str, str]:
    """The facts' own words speak to the participant; here the advisor reads."""
    return {
        "understood-language": wording.text("In a language the participant understands"),
        "own-wish-recorded": wording.text("The participant's own wish was written down"),
        "confirmed-by-participant": wording.text("Confirmed by the participant"),
        "with-participant": wording.text("Made together with the participant"),
    }


FLOW = Flow("conversation", form)
