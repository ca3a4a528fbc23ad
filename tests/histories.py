"""Histories at random: what people may log, correct and retract in any order, refused steps left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from events import Fact
from events.base import Precision
from events.corrections import FactCorrected, FactRetracted
from events.education import PrimarySchoolCompleted, PrimarySchoolEnrolled, PrimarySchoolLeft
from events.intake import BackgroundUpdated, ConsentGiven, ConsentWithdrawn, InterpreterNeeded, TrackAssigned
from events.language import LanguageLevelReached
from events.participation import ElectedRoleTaken, VolunteeringEnded, VolunteeringStarted
from events.programme import ProgrammeEnded, ProgrammeExtended, ProgrammeReopened, ProgrammeStarted, RegisteredInNir
from events.residence import AddressProtectionLifted, AddressProtectionSet, Died, LeftNorway
from events.status import PeriodObserved, StatusConfirmed
from events.work import HoursPaid, JobChanged, JobEnded, JobStarted, WageSubsidyEnded, WageSubsidyGranted
from tests.scenario import REGISTERED, STREAM, Correct, Retract, Step, take
from tracker.errors import FactRefused
from tracker.journey import Journey

FIRST = date(2023, 11, 20)
"""Days lie close together, around a turn of the year, so that they meet."""

offsets = st.integers(0, 75)
hours = st.sampled_from([None, Decimal(10), Decimal("37.5")])


@dataclass(frozen=True)
class LogSome:
    """A fact, mostly some days after the latest one so far, now and then on any day."""

    cls: type[Fact]
    fields: dict[str, Any]
    later: int | None
    offset: int
    precision: Precision


@dataclass(frozen=True)
class CorrectSome:
    """A correction of whichever fact the number falls on: its day, and a value of its own where it has one."""

    pick: int
    offset: int | None
    value: int


@dataclass(frozen=True)
class RetractSome:
    """A retraction of whatever the number falls on, counted from the newest; corrections and retractions too."""

    back: int
    with_dependants: bool


Move = LogSome | CorrectSome | RetractSome


def _fact(cls: type[Fact], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Move]:
    return st.builds(
        LogSome,
        st.just(cls),
        st.fixed_dictionaries(fields),
        st.sampled_from([0, 1, 1, 3, 8, 15, None]),
        offsets,
        st.sampled_from(["day"] * 10 + ["month", "month", "year"]),
    )


_job = st.sampled_from(["cafe", "cafe", "shop"])
_school = st.sampled_from([None, None, "north"])
_work = (
    _fact(JobStarted, job=_job, hours_per_week=hours),
    _fact(JobStarted, job=_job, hours_per_week=hours),
    _fact(JobChanged, job=_job, hours_per_week=hours),
    _fact(JobEnded, job=_job),
    _fact(WageSubsidyGranted, job=_job),
    _fact(WageSubsidyEnded, job=_job),
)
_programme = (
    _fact(ProgrammeStarted, hours_per_week=hours),
    _fact(ProgrammeExtended, planned_end=st.just(date(2025, 1, 1))),
    _fact(ProgrammeEnded),
    _fact(ProgrammeReopened),
    _fact(RegisteredInNir, registers=st.integers(1, 6)),
)
_school_facts = (
    _fact(PrimarySchoolEnrolled, school=_school),
    _fact(PrimarySchoolLeft, school=_school),
    _fact(PrimarySchoolCompleted, school=_school),
)
_participation = (
    _fact(ConsentGiven, purpose=st.just("participation")),
    _fact(ConsentWithdrawn, purpose=st.just("participation")),
    _fact(VolunteeringStarted, kind=st.just("sport")),
    _fact(VolunteeringEnded),
    _fact(ElectedRoleTaken, role=st.just("other")),
)
_rest = (
    _fact(TrackAssigned, track=st.sampled_from(["1", "2"])),
    _fact(InterpreterNeeded, language=st.sampled_from(["ti", None])),
    _fact(AddressProtectionSet, level=st.just("confidential")),
    _fact(AddressProtectionLifted),
    _fact(LanguageLevelReached, skill=st.just("reading"), level=st.sampled_from(["A1", "A2", "not-assessed"])),
    _fact(StatusConfirmed, reached=st.booleans(), activities=st.just({"work": Decimal(20)})),
    _fact(PeriodObserved, until=st.just(date(2024, 6, 30))),
    _fact(BackgroundUpdated, children=st.integers(0, 2)),
    _fact(LeftNorway),
    _fact(HoursPaid, job=_job, month=st.just(date(2024, 1, 1)), hours=st.just(Decimal(12))),
)
_died = (_fact(Died),)
corrections = st.builds(CorrectSome, st.integers(0, 30), st.none() | offsets, st.integers(0, 2))
retractions = st.builds(RetractSome, st.sampled_from([0, 0, 0, 1, 1, 2, 3, 5, 8, 13]), st.booleans())
_groups = [_work] * 6 + [_programme] * 2 + [_school_facts] * 2 + [_participation] * 2 + [_rest] * 2
_turns = [(corrections,)] * 5 + [(retractions,)] * 5


def _moves(groups: Sequence[tuple[st.SearchStrategy[Move], ...]]) -> st.SearchStrategy[Move]:
    # One draw for the group keeps the rare groups as likely as they are meant to be.
    return st.sampled_from(groups).flatmap(lambda group: st.sampled_from(group).flatmap(lambda move: move))


moves = _moves([*_groups, *_groups, *_groups, *_turns, _died])


def _step(move: Move, journey: Journey) -> Step | None:
    """What a move comes to in a journey; None where there is nothing to do it to."""
    if isinstance(move, LogSome):
        return _dated(move, journey)
    if isinstance(move, RetractSome):
        return Retract(max(1, journey.version - move.back), with_dependants=move.with_dependants)
    originals = [entry for entry in journey.entries.values() if entry.version > 1]
    if not originals:
        return None
    version, fact = originals[move.pick % len(originals)]
    values: dict[str, Any] = {}
    if move.offset is not None:
        values["on"] = FIRST + timedelta(days=move.offset)
        values["on_precision"] = "day"
    name, choices = _OWN.get(type(fact), ("told_by", ("staff", "document", "unknown")))
    values[name] = choices[move.value]
    return Correct(version, values)


def _dated(move: LogSome, journey: Journey) -> Fact:
    latest = max((entry.fact.on for entry in journey.entries.values() if entry.version > 1), default=FIRST)
    day = FIRST + timedelta(days=move.offset) if move.later is None else latest + timedelta(days=move.later)
    if move.precision != "day":
        day = day.replace(day=1)
    if move.precision == "year":
        day = day.replace(month=1)
    return move.cls(on=day, on_precision=move.precision, **move.fields)


_OWN: dict[type[Fact], tuple[str, Sequence[Any]]] = {
    JobStarted: ("hours_per_week", (5, 20, None)),
    JobChanged: ("hours_per_week", (5, 20, None)),
    TrackAssigned: ("track", ("1", "2", "3")),
    LanguageLevelReached: ("skill", ("reading", "writing", "speaking")),
    StatusConfirmed: ("reached", (True, False, True)),
    BackgroundUpdated: ("birth_year", (1980, 2000, 2023)),
}


def journey_of(made: Sequence[Move], journey: Journey | None = None) -> Journey:
    """The journey that comes of these moves, without those that it refuses."""
    if journey is None:
        journey = Journey(STREAM)
        take(journey, REGISTERED)
    for move in made:
        before = list(journey.recorded)
        step = _step(move, journey)
        if step is None:
            continue
        try:
            take(journey, step)
        except FactRefused:
            assert journey.recorded == before
    return journey


def has_turns(journey: Journey) -> bool:
    """Whether anything was corrected or retracted in it."""
    return any(isinstance(item.fact, (FactCorrected, FactRetracted)) for item in journey.recorded)


@st.composite
def histories(draw: st.DrawFn) -> list[Move]:
    """Some moves; long histories are as likely as short ones."""
    least = draw(st.sampled_from([0, 6, 12, 18]))
    return draw(st.lists(moves, min_size=least, max_size=least + 12))


journeys: st.SearchStrategy[Journey] = histories().map(journey_of)
