"""The verdict on a course: whether any milestone that counts is later than typical, and how firm that is.

It describes; it orders nobody, and feeds neither a stop of the programme nor a decision on a benefit.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from tracker.course.clock import Clock
from tracker.course.history import Goal, History
from tracker.course.norms import Levels, NormSet, Track
from tracker.course.steps import Step, steps_of

Outcome = Literal[
    "judged", "ended", "missing-baseline", "no-norm-set", "not-for-rule-set", "not-started", "out-of-scope"
]
LESS, MORE = Decimal("0.75"), Decimal("1.25")
"""Norms a quarter shorter and longer: a verdict that changes with them rests on the norm more than on the journey."""


@dataclass(frozen=True)
class Course:
    """A participant's course as it stood on a day.

    :ivar outcome: judged; ended (judged as on the last day in the programme); missing-baseline (no goal, no stratum
        or no level to judge from); no-norm-set (the municipality had adopted none); not-for-rule-set (its norms are not
        made for the participant's rules); not-started; out-of-scope (left, lost protection, died)
    :ivar on_course: whether no milestone that counts is overdue; None where there is no verdict
    :ivar if_shorter: the same with norms a quarter shorter
    :ivar if_longer: the same with norms a quarter longer
    :ivar track: the stratum
    :ivar track_derived: it was derived from schooling, since no track is assigned
    :ivar missing: what the verdict lacks
    """

    at: date
    judged_on: date
    outcome: Outcome
    municipality: str | None = None
    norm_set: str | None = None
    programme_start: date | None = None
    ended_on: date | None = None
    effective_months: int | None = None
    leave_days: int | None = None
    track: Track | None = None
    track_derived: bool = False
    goals: tuple[Goal, ...] = ()
    missing: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    on_course: bool | None = None
    if_shorter: bool | None = None
    if_longer: bool | None = None
    reasons: tuple[str, ...] = ()

    @property
    def overdue(self) -> list[Step]:
        """The milestones that make it later than typical."""
        return [step for step in self.steps if step.counts and step.state == "overdue"]


def judge(history: History, norms: NormSet | None) -> Course:
    """The course that a journey has taken.

    :param history: the journey up to the day that is asked for
    :param norms: what the participant's municipality had adopted by the day of the verdict; None = nothing
    """
    start, ended = history.programme_start, history.programme_end
    held = history.until(ended or history.at)
    course = Course(
        at=history.at,
        judged_on=held.at,
        outcome="not-started",
        municipality=held.municipality,
        programme_start=start,
        ended_on=ended,
        goals=tuple(held.goals),
    )
    if held.gone is not None:
        return replace(course, outcome="out-of-scope", reasons=(held.gone,))
    if start is None:
        return course
    if norms is None:
        return replace(course, outcome="no-norm-set")
    course = replace(course, norm_set=norms.name)
    rule_set = held.background.get("rule_set")
    if rule_set in norms.not_for_rule_sets:
        return replace(course, outcome="not-for-rule-set", reasons=(f"{norms.name} is not made for {rule_set}",))
    return _judged(course, held, norms, Clock.of(start, held.leaves))


def _judged(course: Course, held: History, norms: NormSet, clock: Clock) -> Course:
    track = held.track or norms.derived_track(held.schooling)
    missing = tuple(_missing(held, norms, track))
    course = replace(
        course,
        outcome="missing-baseline" if missing else "ended" if course.ended_on else "judged",
        missing=missing,
        effective_months=_whole_months(clock, held.at),
        leave_days=clock.away(held.at),
        track=track,
        track_derived=track is not None and held.track is None,
    )
    if track is None:
        return course
    course = replace(course, steps=steps_of(held, norms, track))
    if missing:
        return course
    return replace(
        course,
        on_course=_on_course(course.steps),
        if_shorter=_on_course(steps_of(held, norms, track, LESS)),
        if_longer=_on_course(steps_of(held, norms, track, MORE)),
    )


def _on_course(steps: Iterable[Step]) -> bool:
    return not any(step.counts and step.state == "overdue" for step in steps)


def _missing(held: History, norms: NormSet, track: Track | None) -> Iterator[str]:
    """What a verdict cannot do without: a stratum, a goal, and some level in every skill that is judged."""
    if track is None:
        yield "track or schooling"
    if not held.goals:
        yield "programme goal"
    judged = {
        skill
        for milestone in norms.milestones
        if isinstance(milestone.reached_by, Levels)
        for skill in milestone.reached_by.skills
    }
    for skill in sorted(judged):
        if held.level_told(skill) is None:
            yield f"level in {skill}"


def _whole_months(clock: Clock, day: date) -> int:
    """Effective months that are full."""
    passed, months = clock.days(day), 0
    while clock.months(Decimal(months + 1)) <= passed:
        months += 1
    return months
