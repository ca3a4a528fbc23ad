"""Whatever journeys people take, counting many at once finds the verdict that judging each by itself does."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from events import Fact
from events.codec import Recorded, Stamp
from events.education import PrimarySchoolCompleted, PrimarySchoolEnrolled, UpperSecondaryEnrolled
from events.intake import BackgroundUpdated, ParticipantRegistered, SkillsMapped, TrackAssigned
from events.language import LanguageLevelReached, Skill
from events.municipality import MunicipalityRegistered, NormSetAdopted
from events.plan import CareerGoalSet, LanguageGoalSet, ProgrammeGoalSet
from events.programme import (
    LeaveEnded,
    LeaveStarted,
    ProgrammeElementStarted,
    ProgrammeEnded,
    ProgrammeReopened,
    ProgrammeStarted,
)
from events.residence import Died, LeftNorway, MovedToMunicipality
from events.status import StatusConfirmed
from events.work import JobChanged, JobEnded, JobStarted, WageSubsidyGranted
from tests.indicators.journeys_as_frames import frames_of_streams
from tests.scenario import NOW
from tracker.calendar import months_after
from tracker.course.history import History
from tracker.course.norms import norm_set
from tracker.course.verdict import Course, judge
from tracker.indicators.capacity.verdicts import courses
from tracker.indicators.cohort import origins

START = date(2022, 1, 31)
"""The last day of a long month: months after it are cut short."""

OWN = """
id = "steep"
version = 3
title = "Own norms with every way of reaching a milestone"
source = "a test"
late_factor = 1.25
track_of_schooling = { none = "1", basic = "2" }
not_for_rule_sets = ["introduction-act"]
[[milestones]]
id = "baseline"
title = "Baseline"
source = "a test"
reached_by = { kind = "baseline", needs = ["track", "levels", "schooling", "literacy", "work-history", "career-goal"] }
typical = { 1 = 2.5, 2 = 2.25, 3 = 0.3 }
[[milestones]]
id = "oral"
title = "Oral"
source = "a test"
reached_by = { kind = "levels", level = "A2", skills = ["listening", "speaking"] }
typical = { 1 = 6, 2 = 5, 3 = 4 }
[[milestones]]
id = "written"
title = "Written after oral"
source = "a test"
after = "oral"
reached_by = { kind = "levels", level = "A1", skills = ["reading"] }
typical = { 1 = 3, 2 = 2.1, 3 = 1 }
[[milestones]]
id = "job"
title = "Job"
source = "a test"
applies_to = [{ goals = ["work"] }, { goals = ["other"], schooling = ["none", "unknown"] }, { schooling = ["higher"] }]
reached_by = { kind = "hours", activity = "work", values = ["ordinary", "self-employed"], hours = 20 }
typical = { 1 = 9, 2 = 6, 3 = 3 }
[[milestones]]
id = "directed"
title = "Directed at work"
source = "a test"
applies_to = [{ goals = ["work", "primary-school"] }]
reached_by = { kind = "activity", any_of = ["programme-element=work-directed", "work"] }
typical = { 1 = 4, 2 = 4, 3 = 4 }
"""


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "norms").mkdir()
        (Path(folder) / "norms" / "steep-3.toml").write_text(OWN, encoding="utf-8")
        yield Path(folder)


ADOPTED = {
    "5001": [(date(2022, 3, 1), "default", 1)],
    "0301": [(date(2021, 1, 1), "default", 1), (date(2022, 8, 1), "steep", 3)],
    "4601": [(date(2021, 1, 1), "steep", 3)],
    "1103": [],
}
DAYS = st.builds(
    lambda months, days: months_after(START, months) + timedelta(days),
    st.integers(-2, 24) | st.integers(0, 60),
    st.sampled_from([0, 0, 0, -1, 1, 15]),
)
ALL_SKILLS: tuple[Skill, ...] = ("listening", "reading", "writing", "speaking")
SKILLS = st.sampled_from(ALL_SKILLS)
LEVELS = st.sampled_from(["below-A1", "A1", "A2", "B1", "not-assessed"])
TARGETS = st.dictionaries(SKILLS, st.sampled_from(["A1", "A2", "B1"]), min_size=1)
GOALS: st.SearchStrategy[Any] = st.sampled_from(["work", "primary-school", "upper-secondary", "other"])
JOB = st.sampled_from(["cafe", "shop"])
HOURS = st.sampled_from([None, Decimal(5), Decimal(12), Decimal("19.5"), Decimal(20)])
SCHOOLING: st.SearchStrategy[Any] = st.sampled_from(["none", "basic", "some-basic", "higher", "unknown", "not-asked"])
RULE_SETS: st.SearchStrategy[Any] = st.sampled_from(
    ["integration-act-2021", "introduction-act", "collective-protection", "unknown"]
)
MUNICIPALITIES = st.sampled_from(["5001"] * 4 + ["0301"] * 4 + ["4601"] * 4 + ["1103"])
YES: st.SearchStrategy[Any] = st.sampled_from(["yes", "unknown", "not-asked"])


def fact(cls: type[Fact], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Fact]:
    """A fact on any of the days, now and then known to its month only."""
    first_of_month = DAYS.map(lambda day: day.replace(day=1))
    coarse = st.builds(cls, on=first_of_month, on_precision=st.just("month"), **fields)
    exact = st.builds(cls, on=DAYS, **fields)
    return st.sampled_from([exact] * 9 + [coarse]).flatmap(lambda made: made)


FACTS = st.one_of(
    fact(LanguageLevelReached, skill=SKILLS, level=LEVELS),
    fact(LanguageLevelReached, skill=SKILLS, level=LEVELS),
    fact(LanguageGoalSet, goals=TARGETS),
    fact(ProgrammeGoalSet, goal=GOALS),
    fact(ProgrammeGoalSet, goal=GOALS),
    fact(CareerGoalSet, goal=st.just("work")),
    fact(TrackAssigned, track=st.sampled_from(["1", "2", "3"])),
    fact(SkillsMapped),
    fact(BackgroundUpdated, schooling=st.none() | SCHOOLING, literate=st.none() | YES, rule_set=st.none() | RULE_SETS),
    fact(LeaveStarted, cause=st.just("parental"), approved=st.booleans(), extends_deadline=st.just(True)),
    fact(LeaveStarted, cause=st.just("own-illness"), extends_deadline=st.booleans()),
    fact(LeaveEnded),
    fact(LeaveEnded),
    fact(ProgrammeEnded),
    fact(ProgrammeReopened),
    fact(ProgrammeElementStarted, element=st.sampled_from(["work-directed", "norwegian"])),
    fact(JobStarted, job=JOB, hours_per_week=HOURS, self_employed=st.booleans()),
    fact(JobStarted, job=JOB, hours_per_week=HOURS),
    fact(JobChanged, job=JOB, hours_per_week=HOURS),
    fact(JobEnded, job=JOB),
    fact(WageSubsidyGranted, job=JOB),
    fact(PrimarySchoolEnrolled),
    fact(PrimarySchoolCompleted),
    fact(UpperSecondaryEnrolled),
    fact(StatusConfirmed, activities=st.dictionaries(st.just("work"), HOURS), reached=st.booleans()),
    fact(MovedToMunicipality, municipality=MUNICIPALITIES),
)
RARE = st.one_of(fact(LeftNorway), fact(Died))


@st.composite
def journeys(draw: st.DrawFn) -> list[Fact]:
    """The facts of one person, most of them in the programme with what a verdict needs."""
    registered = ParticipantRegistered(
        on=START + timedelta(draw(st.sampled_from([-200] * 5 + [200]))),
        municipality=draw(MUNICIPALITIES),
        settled_on=START - timedelta(200),
        schooling=draw(SCHOOLING),
        rule_set=draw(RULE_SETS if draw(st.integers(0, 9)) == 9 else st.just("integration-act-2021")),
        literate=draw(YES),
    )
    facts: list[Fact] = [registered, ProgrammeStarted(on=draw(st.sampled_from([START] * 4) | DAYS))]
    if draw(st.integers(0, 5)):
        facts += [LanguageLevelReached(on=START, skill=skill, level="below-A1") for skill in ALL_SKILLS]
        facts.append(ProgrammeGoalSet(on=START, goal=draw(GOALS)))
    gone = draw(st.lists(RARE, max_size=1)) if draw(st.integers(0, 9)) == 9 else []
    return [*facts, *draw(st.lists(FACTS, max_size=18)), *gone]


def stream(number: int, facts: Sequence[Fact]) -> tuple[UUID, list[Recorded]]:
    id = UUID(int=number)
    stamps = (Stamp(fact=fact, timestamp=NOW, by="advisor-1", channel="cli") for fact in facts)
    return id, [Recorded(id, version, stamp) for version, stamp in enumerate(stamps, start=1)]


def municipalities() -> Mapping[UUID, list[Recorded]]:
    return dict(
        stream(
            1000 + number,
            [
                MunicipalityRegistered(on=date(2021, 1, 1), municipality=code),
                *(NormSetAdopted(on=on, norm_set=id, version=version) for on, id, version in adopted),
            ],
        )
        for number, (code, adopted) in enumerate(ADOPTED.items())
    )


def judged(recorded: list[Recorded], day: date, home: Path) -> Course:
    """The course by the norms that the municipality of residence had adopted by the day."""
    history = History(recorded, day)
    held = [each for each in ADOPTED.get(history.municipality or "", []) if each[0] <= day]
    return judge(history, norm_set(*max(held)[1:], home) if held else None)


NOT_ASKED = [
    ParticipantRegistered(
        on=START - timedelta(200),
        municipality="4601",
        settled_on=START - timedelta(200),
        literate="yes",
        rule_set="integration-act-2021",
    ),
    ProgrammeStarted(on=START),
    *(LanguageLevelReached(on=START, skill=skill, level="below-A1") for skill in ALL_SKILLS),
    ProgrammeGoalSet(on=START, goal="other"),
    TrackAssigned(on=START, track="1"),
]
"""Schooling that was not asked for is unknown: by the own norms a job is part of the course."""


@settings(max_examples=40, deadline=None)
@example(people=[NOT_ASKED], day=date(2022, 11, 1))
@given(people=st.lists(journeys(), min_size=4, max_size=4), day=DAYS)
def test_many_at_once_have_the_verdicts_that_each_has_alone(home: Path, people: list[list[Fact]], day: date) -> None:
    streams = dict(stream(number, facts) for number, facts in enumerate(people))
    frames = frames_of_streams(home / "read.db", {**streams, **municipalities()}, date(2028, 1, 1), home)
    active = origins(frames, "active", day)
    counted = courses(frames, active, day).join(frames.people().select("participant", "id"), on="participant")
    found = {UUID(row["id"]): tuple(row[name] for name in TOLD) for row in counted.iter_rows(named=True)}
    for participant, recorded in streams.items():
        course = judged(recorded, day, home)
        if participant in found:
            assert found[participant] == told(course), f"{participant} on {day}: {course}"
        else:
            assert course.programme_start is None or course.ended_on is not None or course.outcome == "out-of-scope"


TOLD = ("outcome", "on_course", "if_shorter", "if_longer", "due", "reached")


def told(course: Course) -> tuple[object, ...]:
    if course.on_course is None:
        return (course.outcome, None, None, None, None, None)
    due = [step for step in course.steps if step.counts and step.typical_on and step.typical_on <= course.judged_on]
    reached = [step for step in due if step.reached_on is not None]
    return (course.outcome, course.on_course, course.if_shorter, course.if_longer, len(due), len(reached))
