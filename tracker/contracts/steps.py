"""When a step of a path was reached, as the journey tells it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, get_args

from events import Fact
from events.contract import Target
from events.education import (
    CourseCertificateAwarded,
    ForeignEducationRecognised,
    HigherEducationCompleted,
    HigherEducationEnrolled,
    HigherEducationLeft,
    PrimarySchoolCompleted,
    PrimarySchoolEnrolled,
    PrimarySchoolLeft,
    PriorLearningAssessed,
    TradeCertificateAwarded,
    UpperSecondaryCompleted,
    UpperSecondaryEnrolled,
    UpperSecondaryLeft,
)
from events.language import LEVELS, LanguageLevelReached, Skill, SocialStudiesTestTaken
from events.participation import VolunteeringEnded, VolunteeringStarted
from events.work import (
    JobChanged,
    JobEnded,
    JobStarted,
    LabourMarketMeasureEnded,
    LabourMarketMeasureStarted,
    WageSubsidyEnded,
    WageSubsidyGranted,
    WorkPlacementEnded,
    WorkPlacementStarted,
)
from tracker.spells import Entry
from tracker.tracing import traced

SKILLS: tuple[str, ...] = get_args(Skill)
DONE: Mapping[Target, type[Fact]] = {
    "primary-school-completed": PrimarySchoolCompleted,
    "upper-secondary-completed": UpperSecondaryCompleted,
    "higher-education-completed": HigherEducationCompleted,
    "foreign-education-recognised": ForeignEducationRecognised,
}
"""Reached by such a fact, whenever it was."""

AWARDED: Mapping[Target, type[Fact]] = {
    "trade-certificate": TradeCertificateAwarded,
    "course-certificate": CourseCertificateAwarded,
    "prior-learning-assessed": PriorLearningAssessed,
}
"""Reached by such a fact once the step was agreed: an earlier one is another's."""

RUNNING: Mapping[Target, str] = {
    target: target
    for target in (
        "primary-school",
        "upper-secondary",
        "higher-education",
        "wage-subsidy",
        "work-placement",
        "labour-market-measure",
        "volunteering",
    )
}
"""Reached on the first day on which such an activity runs."""

FACTS: tuple[type[Fact], ...] = (
    LanguageLevelReached,
    SocialStudiesTestTaken,
    *DONE.values(),
    *AWARDED.values(),
    PrimarySchoolEnrolled,
    PrimarySchoolLeft,
    UpperSecondaryEnrolled,
    UpperSecondaryLeft,
    HigherEducationEnrolled,
    HigherEducationLeft,
    JobStarted,
    JobChanged,
    JobEnded,
    WageSubsidyGranted,
    WageSubsidyEnded,
    WorkPlacementStarted,
    WorkPlacementEnded,
    LabourMarketMeasureStarted,
    LabourMarketMeasureEnded,
    VolunteeringStarted,
    VolunteeringEnded,
)
"""What a step can be reached by."""


def reached_on(step: Mapping[str, Any], since: date, entries: Sequence[Entry]) -> date | None:
    """The first day from which a step is reached; None where the journey does not tell of it.

    :param step: target, level, skills and hours_per_week, as in step-agreed
    :param since: the day it was agreed; what was there already is reached on that day
    """
    target: Target = step["target"]
    if target == "language-level":
        found = _level(step["level"] or "A1", step["skills"] or SKILLS, entries)
    elif target == "social-studies-test":
        found = _first(e.fact.on for e in entries if isinstance(e.fact, SocialStudiesTestTaken) and e.fact.passed)
    elif target in DONE:
        found = _first(entry.fact.on for entry in entries if type(entry.fact) is DONE[target])
    elif target in AWARDED:
        found = _first(e.fact.on for e in entries if type(e.fact) is AWARDED[target] and e.fact.on >= since)
    elif target in RUNNING:
        found = _running(RUNNING[target], since, entries)
    elif target == "work":
        found = _work(step["hours_per_week"], since, entries)
    else:
        found = None
    return None if found is None else max(found, since)


def _first(days: Iterable[date]) -> date | None:
    return min(days, default=None)


def _level(level: str, skills: Iterable[str], entries: Sequence[Entry]) -> date | None:
    wanted = LEVELS.index(level)
    days = []
    for skill in skills:
        day = _first(
            entry.fact.on
            for entry in entries
            if isinstance(entry.fact, LanguageLevelReached)
            and entry.fact.skill == skill
            and entry.fact.level in LEVELS
            and LEVELS.index(entry.fact.level) >= wanted
        )
        if day is None:
            return None
        days.append(day)
    return max(days)


def _running(activity: str, since: date, entries: Sequence[Entry]) -> date | None:
    return _first(
        segment.valid_from
        for segment in traced(entries)
        if segment.activity == activity and (segment.valid_to is None or segment.valid_to > since)
    )


def _work(hours: Decimal | None, since: date, entries: Sequence[Entry]) -> date | None:
    """The first day with ordinary work or an own business, of so many hours a week where it says so."""
    jobs = [
        segment
        for segment in traced(entries)
        if segment.activity == "work"
        and not segment.values.get("subsidised")
        and (segment.valid_to is None or segment.valid_to > since)
    ]
    for day in sorted({max(job.valid_from, since) for job in jobs}):
        running = [job for job in jobs if job.valid_from <= day and (job.valid_to is None or day < job.valid_to)]
        told = sum((_hours(job.values) for job in running), Decimal(0))
        if running and (hours is None or told >= hours):
            return day
    return None


def _hours(job: Mapping[str, Any]) -> Decimal:
    """Hours a week as told, else full-time hours times position (a-ordningen); 0 where neither is known."""
    told: Decimal | None = job["hours_per_week"]
    if told is not None:
        return told
    if job["full_time_hours"] is None or job["position_percent"] is None:
        return Decimal(0)
    part: Decimal = Decimal(job["full_time_hours"]) * job["position_percent"] / 100
    return round(part, 2)
