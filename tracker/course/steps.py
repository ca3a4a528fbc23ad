"""Each milestone of an expected course against its norm, to the day, with the reasons."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from tracker.course.clock import Clock
from tracker.course.history import DAY, Goal, History, Moment
from tracker.course.norms import Levels, Milestone, NormSet, ReachedBy, Track
from tracker.course.reached import Reaching, reaching

State = Literal["reached-in-time", "reached-late", "not-yet-due", "due", "overdue"]


@dataclass(frozen=True)
class Step:
    """The verdict on one milestone.

    :ivar state: reached-in-time; reached-late (on or after the day from which it was later than typical); not-yet-due
        (before the typical day); due (from the typical day on); overdue (later than typical)
    :ivar counts: whether it can make a course later than typical
    :ivar goal: the earlier goal that it belonged to, and until whose change it was judged; None = part of the course
    :ivar judged_on: the day of the verdict
    :ivar typical_months: effective months after which it is typically reached
    :ivar late_months: effective months from which it is later than typical
    :ivar typical_on: the day on which it becomes due; None while that moves with a running leave or another milestone
    :ivar late_on: the day from which it is later than typical; None likewise
    :ivar reached_on: when it was reached
    :ivar has_source: whether the months rest on a source, and are no proposal
    :ivar reasons: why, in words
    """

    id: str
    title: str
    state: State
    counts: bool
    goal: str | None
    judged_on: date
    typical_months: Decimal
    late_months: Decimal
    typical_on: date | None
    late_on: date | None
    reached_on: Moment | None
    has_source: bool
    reasons: tuple[str, ...]


def steps_of(history: History, norms: NormSet, track: Track, scale: Decimal = Decimal(1)) -> tuple[Step, ...]:
    """The verdict on every milestone that is part of the course now, or was under an earlier goal.

    :param history: the journey up to the day of the verdict
    :param scale: times which every norm is taken
    """
    return tuple(
        _Judge(history.until(day), norms, track, scale).step(milestone, earlier)
        for milestone in norms.milestones
        for day, earlier in _turns(history, milestone)
    )


def _turns(history: History, milestone: Milestone) -> Iterator[tuple[date, Goal | None]]:
    """The day on which a milestone is judged, with the earlier goal that it belonged to where it no longer does."""
    goals, schooling = history.goals, history.schooling
    if milestone.applies(goals[-1].goal if goals else None, schooling):
        yield history.at, None
        return
    start = history.programme_start
    for goal in reversed(goals[:-1]):
        assert goal.until is not None
        if milestone.applies(goal.goal, schooling) and start is not None and goal.until > start:
            yield goal.until - DAY, goal
            return


class _Judge:
    """Judges milestones on the last day of a history."""

    def __init__(self, history: History, norms: NormSet, track: Track, scale: Decimal) -> None:
        assert history.programme_start is not None
        self.history = history
        self.norms = norms
        self.track = track
        self.scale = scale
        self.clock = Clock.of(history.programme_start, history.leaves)

    def step(self, milestone: Milestone, earlier: Goal | None) -> Step:
        found = reaching(self.history, milestone.reached_by)
        base = self._base(milestone)
        typical, late = self._norms(milestone, base)
        waits = milestone.after is not None and base is None
        reasons = [*_found(found, milestone.reached_by), *self._why(milestone, earlier, waits)]
        return Step(
            milestone.id,
            milestone.title,
            self._state(found, typical, late, waits),
            milestone.mandatory and earlier is None and found.is_expected,
            earlier.goal if earlier else None,
            self.history.at,
            milestone.typical[self.track] * self.scale,
            self.norms.late(milestone, self.track) * self.scale,
            None if waits else self.clock.day(typical),
            None if waits else self.clock.day(late),
            found.on,
            self.track not in milestone.proposal_for,
            tuple(reasons),
        )

    def _base(self, milestone: Milestone) -> date | None:
        """The day that the months are counted from; None where the milestone before is not reached."""
        if milestone.after is None:
            return self.clock.start
        before = next(each for each in self.norms.milestones if each.id == milestone.after)
        found = reaching(self.history, before.reached_by)
        return found.on.on if found.on else None

    def _norms(self, milestone: Milestone, base: date | None) -> tuple[int, int]:
        """Effective days from which a milestone is due, and from which it is later than typical.

        What a change of goal brings is due on the day of the change at the earliest, and late as long after that as
        typical and late lie apart: nobody is late with a goal on the day it is set.
        """
        typical = self.clock.months(milestone.typical[self.track] * self.scale, base)
        late = self.clock.months(self.norms.late(milestone, self.track) * self.scale, base)
        since = self.clock.days(self._since(milestone))
        return max(typical, since), max(late, since + late - typical)

    def _since(self, milestone: Milestone) -> date:
        """The day from which the milestone has been part of the course without a break."""
        schooling = self.history.schooling
        if milestone.applies(None, schooling):
            return self.clock.start
        since = self.clock.start
        for goal in reversed(self.history.goals):
            if not milestone.applies(goal.goal, schooling):
                break
            since = goal.on
        return max(since, self.clock.start)

    def _state(self, found: Reaching, typical: int, late: int, waits: bool) -> State:
        if found.on is not None:
            return "reached-in-time" if waits or self.clock.days(found.on.on) < late else "reached-late"
        passed = self.clock.days(self.history.at)
        if waits or passed < typical:
            return "not-yet-due"
        return "due" if passed < late else "overdue"

    def _why(self, milestone: Milestone, earlier: Goal | None, waits: bool) -> Iterator[str]:
        if waits:
            before = next(each for each in self.norms.milestones if each.id == milestone.after)
            yield f"counted from: {before.title}, not reached"
        elif milestone.after is not None:
            yield f"counted from {self._base(milestone)}"
        since = self._since(milestone)
        if self.clock.days(since) > self.clock.months(
            milestone.typical[self.track] * self.scale, self._base(milestone)
        ):
            yield f"due from {since} at the earliest, when the goal was set"
        if earlier is not None:
            yield f"judged up to {self.history.at}, the last day of the goal {earlier.goal}"
        if self.clock.leaves and self.clock.leaves[-1][1] is None:
            yield "the days move on while the leave runs"
        if not milestone.mandatory:
            yield "does not count for the verdict"


def _found(found: Reaching, by: ReachedBy) -> Iterator[str]:
    """What is there and what is missing, where it has several parts."""
    there = [f"{part} {moment}" for part, moment in found.parts.items() if moment is not None]
    if there and found.missing and isinstance(by, Levels):
        yield f"there: {', '.join(there)}"
    if found.missing:
        yield f"not yet: {', '.join(found.missing)}"
    if found.not_expected:
        yield f"above the participant's own target (norskmål): {', '.join(found.not_expected)}"
