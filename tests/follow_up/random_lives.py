"""Lives at random: what is agreed, done and told of a participant, in any order; what is refused is left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from events import Fact
from events.contract import (
    ContractCompleted,
    ContractExtended,
    ContractPaused,
    ContractReopened,
    ContractResumed,
    ContractSigned,
    ContractTerminated,
    ObligationAgreed,
    ObligationMet,
    ObligationMissed,
    ObligationWaived,
    StepAgreed,
    StepDropped,
    StepJudgedReached,
    StepRevised,
)
from events.education import PrimarySchoolEnrolled, PrimarySchoolLeft
from events.follow_up import FollowUpHeld, FollowUpMissed, FollowUpMoved, FollowUpScheduled
from events.intake import BackgroundUpdated, ConsentGiven, ConsentWithdrawn
from events.language import LanguageLevelReached, LanguageTrainingStarted, SocialStudiesTestTaken
from events.plan import LanguageGoalSet, PlaceAccepted, PlanAgreed, PlanRevised
from events.programme import (
    LeaveEnded,
    LeaveStarted,
    ProgrammeEnded,
    ProgrammeExtended,
    ProgrammeOffered,
    ProgrammeReopened,
    ProgrammeStarted,
    RegisteredInNir,
)
from events.residence import Died, LeftNorway, MovedToMunicipality, ProtectionEnded
from events.status import StatusConfirmed
from tests.follow_up.lives import LATE
from tests.scenario import REGISTERED, STREAM, signed
from tracker.errors import FactRefused
from tracker.journey import Journey

FIRST = REGISTERED.on
"""Days lie in the years after the registration, close enough to meet, far enough for something to fall due."""

KINDS = st.sampled_from(["long-contract", "long-contract", "integration-contract"])
SPANS = st.sampled_from([0, 1, 20, 31, 60, 90, 90, 200, 200, 365, 900, 1825, 1826])
"""Days from what is agreed to its day."""


@dataclass(frozen=True)
class Some:
    """A fact some days after the latest one so far, now and then on any day.

    :ivar ahead: values that are days -> how many days ahead
    """

    cls: type[Fact]
    values: dict[str, Any]
    ahead: dict[str, int]
    later: int | None
    anywhere: int

    def on(self, newest: date) -> Fact:
        day = FIRST + timedelta(days=self.anywhere) if self.later is None else newest + timedelta(days=self.later)
        values = self.values | {name: day + timedelta(days=days) for name, days in self.ahead.items()}
        return self.cls(on=day, **values)


def _some(cls: type[Fact], ahead: Sequence[str] = (), **values: st.SearchStrategy[Any]) -> st.SearchStrategy[Some]:
    return st.builds(
        Some,
        st.just(cls),
        st.fixed_dictionaries(values),
        st.fixed_dictionaries(dict.fromkeys(ahead, SPANS)),
        st.sampled_from([0, 1, 2, 29, 31, 61, 92, 150, 365, None]),
        st.integers(0, 900),
    )


_name = st.sampled_from(["a", "a", "b"])
_meeting = st.sampled_from([None, None, "x"])
_contract = (
    _some(
        ContractSigned,
        ["until"],
        contract=KINDS,
        parties=st.just(("participant", "county")),
        follow_up_every=st.sampled_from([None, None, 1, 3]),
    ),
    _some(ContractExtended, ["until"], contract=KINDS),
    _some(ContractPaused, contract=KINDS),
    _some(ContractResumed, contract=KINDS),
    _some(ContractCompleted, contract=KINDS),
    _some(ContractTerminated, contract=KINDS),
    _some(ContractReopened, contract=KINDS),
)
_agreed = (
    _some(
        StepAgreed,
        ["due"],
        step=_name,
        contract=KINDS,
        target=st.sampled_from(["language-level", "primary-school", "other"]),
        skills=st.just(("reading",)),
        level=st.sampled_from(["A1", "A2"]),
    ),
    _some(StepRevised, ["due"], step=_name, level=st.sampled_from([None, "A2"])),
    _some(StepJudgedReached, step=_name),
    _some(StepDropped, step=_name),
    _some(
        ObligationAgreed, ["due"], obligation=_name, contract=KINDS, party=st.sampled_from(["participant", "county"])
    ),
    _some(ObligationMet, obligation=_name),
    _some(ObligationMissed, obligation=_name),
    _some(ObligationWaived, obligation=_name),
    _some(FollowUpScheduled, ["planned_on"], follow_up=_meeting),
    _some(FollowUpMoved, ["planned_on"], follow_up=_meeting),
    _some(FollowUpHeld, follow_up=_meeting),
    _some(FollowUpMissed, follow_up=_meeting),
)
_programme = (
    _some(ProgrammeOffered),
    _some(ProgrammeStarted, ["planned_end"]),
    _some(ProgrammeStarted),
    _some(ProgrammeExtended, ["planned_end"]),
    _some(ProgrammeEnded, reasons=st.sampled_from([(), ("work",)])),
    _some(ProgrammeReopened),
    _some(LeaveStarted, cause=st.just("welfare"), extends_deadline=st.sampled_from([True, True, False])),
    _some(LeaveEnded),
    _some(PlanAgreed),
    _some(PlanRevised),
    _some(PlaceAccepted, ["starts_on"], place=st.just("work")),
)
_life = (
    _some(ConsentGiven, purpose=st.just("follow-up")),
    _some(ConsentWithdrawn, purpose=st.just("follow-up")),
    _some(MovedToMunicipality, municipality=st.sampled_from(["5001", "0301"])),
    _some(LeftNorway),
    _some(ProtectionEnded),
    _some(Died),
    _some(StatusConfirmed, reached=st.booleans()),
    _some(
        LanguageLevelReached, skill=st.sampled_from(["reading", "speaking"]), level=st.sampled_from(["A1", "A2", "B1"])
    ),
    _some(LanguageGoalSet, goals=st.sampled_from([{"reading": "A1"}, {"reading": "A2", "speaking": "A1"}])),
    _some(LanguageTrainingStarted),
    _some(SocialStudiesTestTaken, passed=st.booleans(), language=st.just("ar")),
    _some(PrimarySchoolEnrolled),
    _some(PrimarySchoolLeft, cause=st.sampled_from(["work", "unknown"])),
    _some(BackgroundUpdated, rule_set=st.sampled_from(["introduction-act", "integration-act-2021"])),
    _some(BackgroundUpdated, schooling=st.sampled_from(["none", "higher"])),
    _some(RegisteredInNir, registers=st.integers(1, 12)),
)
_of_long = {"contract": st.just("long-contract")}
_language = {
    "target": st.just("language-level"),
    "skills": st.just(("reading",)),
    "level": st.sampled_from(["A1", "A2"]),
}
_parties = st.sampled_from(["participant", "county", "county"])
_signed = _some(
    ContractSigned,
    contract=st.just("long-contract"),
    parties=st.just(("participant", "county")),
    follow_up_every=st.sampled_from([None, None, 1, 3]),
    until=st.sampled_from([FIRST + timedelta(days=300), FIRST + timedelta(days=1800)]),
)
_near = st.sampled_from([0, 0, 1, 3, 30])
_firsts = st.tuples(
    _programme[1],
    _signed,
    _life[0],
    *(
        st.builds(
            Some,
            st.just(cls),
            st.fixed_dictionaries(values),
            st.fixed_dictionaries(dict.fromkeys(ahead, SPANS)),
            _near,
            st.just(0),
        )
        for cls, values, ahead in (
            (PlanAgreed, {}, ()),
            (StepAgreed, {**_of_long, "step": st.just("a"), **_language}, ("due",)),
            (ObligationAgreed, {**_of_long, "obligation": st.just("a"), "party": _parties}, ("due",)),
            (FollowUpScheduled, {}, ("planned_on",)),
            (ProgrammeEnded, {}, ()),
        )
    ),
)
_which = st.tuples(*[st.booleans()] * 8)
_lists = st.one_of(
    st.lists(st.one_of(*_agreed, *_agreed, *_contract), min_size=3, max_size=14),
    st.lists(st.one_of(*_programme, *_programme, *_life), min_size=3, max_size=14),
    st.lists(st.one_of(*_contract, *_agreed, *_programme, *_life), max_size=20),
)
moves = st.builds(
    lambda which, firsts, rest: [*(first for first, taken in zip(firsts, which, strict=True) if taken), *rest],
    _which,
    _firsts,
    _lists,
)


def lived(some: Sequence[Some]) -> Journey:
    """The journey of those facts that can have happened."""
    journey = Journey(STREAM)
    journey.record(REGISTERED, signed(LATE))
    newest = REGISTERED.on
    for one in some:
        fact = one.on(newest)
        try:
            journey.record(fact, signed(LATE))
        except FactRefused:
            continue
        newest = max(newest, fact.on)
    return journey


journeys = moves.map(lived)
