"""Norm sets: the milestones of an expected course with their months, as versioned TOML files that name sources."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal, get_args

import msgspec

from events import activities, fact_classes
from events.fields import InvalidFact, check
from events.intake import RuleSet, Schooling
from events.language import Skill, TargetLevel
from events.municipality import NormSetAdopted
from events.plan import GoalClass
from tracker import rules
from tracker.errors import Refusal
from tracker.saying import Said
from tracker.versioned import Shelf, Table, name_of

Track = Literal["1", "2", "3"]
Need = Literal["track", "levels", "schooling", "literacy", "work-history", "programme-goal", "career-goal"]
"""What belongs to a starting point (indicator K1)."""

TRACKS: tuple[Track, ...] = get_args(Track)
FOLDER = Path(rules.__file__).parent / "norms"
OWN_FOLDER = "norms"
"""The folder, within the data folder, for norm sets of a municipality's own."""


class NormSetNotValid(Refusal):
    """A file of norms cannot be used: it is no TOML, or a value in it cannot be."""

    code = "norm-set-not-valid"


class NormSetNotFound(Refusal):
    """There is no norm set of this id and version."""

    code = "norm-set-not-found"


class Levels(Table, frozen=True, tag_field="kind", tag="levels"):
    """Reached on the day on which the last of the skills stood at the level or above it."""

    level: TargetLevel
    skills: tuple[Skill, ...]


class ActivityBegun(Table, frozen=True, tag_field="kind", tag="activity"):
    """Reached on the first day of any of these activities; ``programme-element=work-directed`` names a key too.

    Where only the end of one was told, that day counts.
    """

    any_of: tuple[str, ...]


class FactLogged(Table, frozen=True, tag_field="kind", tag="fact"):
    """Reached on the day of the first such fact."""

    fact: str


class HoursReached(Table, frozen=True, tag_field="kind", tag="hours"):
    """Reached on the first day with so many hours a week, summed over spells that run at once.

    :ivar values: only spells of this value count
    """

    activity: str
    values: tuple[str, ...]
    hours: Decimal


class BaselineTold(Table, frozen=True, tag_field="kind", tag="baseline"):
    """Reached on the day on which the last of these was recorded."""

    needs: tuple[Need, ...]


ReachedBy = Levels | ActivityBegun | FactLogged | HoursReached | BaselineTold


class Applies(Table, frozen=True):
    """For whom a milestone is; an empty list is everyone.

    :ivar goals: classes of the programme goal
    :ivar schooling: highest schooling at the start
    """

    goals: tuple[GoalClass, ...] = ()
    schooling: tuple[Schooling, ...] = ()


class Milestone(Table, frozen=True):
    """One step of an expected course.

    :ivar id: permanent within the norm set
    :ivar typical: track -> effective months from the programme's start, or from the milestone named in ``after``
    :ivar late: track -> effective months from which it is later than typical; left out, typical times the late factor
    :ivar source: what the months rest on
    :ivar mandatory: whether it counts for the verdict
    :ivar applies_to: for whom it is; any of these will do, none means everyone
    :ivar after: id of the milestone that the months are counted from
    :ivar proposal_for: tracks whose months have no source
    """

    id: str
    title: str
    reached_by: ReachedBy
    typical: dict[Track, Decimal]
    source: str
    late: dict[Track, Decimal] = msgspec.field(default_factory=dict)
    mandatory: bool = True
    applies_to: tuple[Applies, ...] = ()
    after: str | None = None
    proposal_for: tuple[Track, ...] = ()

    @property
    def by_goal(self) -> bool:
        """Whether the goal decides if it applies."""
        return bool(self.applies_to) and all(each.goals for each in self.applies_to)

    def applies(self, goal: str | None, schooling: str) -> bool:
        """Whether it is part of the course toward a goal, with this schooling at the start."""
        return not self.applies_to or any(
            (not each.goals or goal in each.goals) and (not each.schooling or schooling in each.schooling)
            for each in self.applies_to
        )


class NormSet(Table, frozen=True):
    """The norms of expected progression in one version.

    :ivar source: where the months come from, and how sure that is
    :ivar late_factor: late is typical times this, where a milestone does not say it
    :ivar track_of_schooling: the track where none is assigned
    :ivar not_for_rule_sets: participants under these rules are not judged by it
    """

    id: str
    version: int
    title: str
    source: str
    milestones: tuple[Milestone, ...]
    late_factor: Decimal
    track_of_schooling: dict[Schooling, Track]
    not_for_rule_sets: tuple[RuleSet, ...] = ()

    @property
    def name(self) -> str:
        """Id and version, as in ``default@1``."""
        return name_of(self)

    def derived_track(self, schooling: str) -> Track | None:
        """The track that goes with a schooling, where none is assigned; None where the schooling is not known."""
        return next((track for known, track in self.track_of_schooling.items() if known == schooling), None)

    def late(self, milestone: Milestone, track: Track) -> Decimal:
        """Effective months from which a milestone is later than typical."""
        return milestone.late.get(track, milestone.typical[track] * self.late_factor)


def norm_sets(own: Path | None = None) -> dict[str, NormSet]:
    """Every norm set by name (``default@1``): those of the tracker, and those in the data folder.

    :param own: the data folder; its folder ``norms`` may hold norm sets of a municipality's own
    :raises NormSetNotValid: a file cannot be used, or two have the same id and version
    """
    return SHELF.all(own)


def norm_set(id: str, version: int, own: Path | None = None) -> NormSet:
    """The norm set of an id and a version.

    :raises NormSetNotFound: there is none
    :raises NormSetNotValid: as in :func:`norm_sets`
    """
    return SHELF.one(id, version, own)


def _problems(norms: NormSet) -> Iterator[str]:
    """What a type cannot say."""
    try:
        check(NormSetAdopted(on=date.min, norm_set=norms.id, version=norms.version))
    except InvalidFact as error:
        place, _, told = str(error).partition(": ")
        yield Said("%(place)s: %(expected)s", place="id" if error.field == "norm_set" else place, expected=told)
    if not norms.late_factor > 1:
        yield Said("late_factor: expected more than 1, got %(got)s", got=norms.late_factor)
    if not norms.milestones:
        yield Said("%(place)s: expected one or more", place="milestones")
    seen: set[str] = set()
    for milestone in norms.milestones:
        for problem in _milestone_problems(norms, milestone, seen):
            yield Said("milestone %(milestone)r: %(problem)s", milestone=milestone.id, problem=problem)
        seen.add(milestone.id)


def _milestone_problems(norms: NormSet, milestone: Milestone, before: Iterable[str]) -> Iterator[Said]:
    if milestone.id in before:
        yield Said("it is there twice")
    for track in TRACKS:
        if track not in milestone.typical:
            yield Said("typical: track %(track)s is missing", track=track)
        elif milestone.typical[track] <= 0:
            got = milestone.typical[track]
            yield Said("typical: expected months above 0 for track %(track)s, got %(got)s", track=track, got=got)
        elif norms.late(milestone, track) <= milestone.typical[track]:
            late = norms.late(milestone, track)
            yield Said("late: expected more than typical for track %(track)s, got %(got)s", track=track, got=late)
    if milestone.after is not None and milestone.after not in before:
        yield Said("after: expected a milestone above it, got %(got)r", got=milestone.after)
    yield from _reached_by_problems(milestone.reached_by)


def _reached_by_problems(reached_by: ReachedBy) -> Iterator[Said]:
    named: tuple[str, ...] = ()
    match reached_by:
        case FactLogged(fact=fact) if fact not in fact_classes():
            yield Said("%(place)s: there is no fact %(got)r", place="reached_by", got=fact)
        case Levels(skills=()) | ActivityBegun(any_of=()) | BaselineTold(needs=()) | HoursReached(values=()):
            yield Said("%(place)s: expected one or more, got an empty list", place="reached_by")
        case ActivityBegun(any_of=any_of):
            named = tuple(each.partition("=")[0] for each in any_of)
        case HoursReached(activity=activity, hours=hours):
            named = (activity,)
            if hours <= 0:
                yield Said("reached_by: expected hours above 0, got %(got)s", got=hours)
        case _:
            pass
    for activity in named:
        if activity not in activities():
            yield Said("%(place)s: there is no activity %(got)r", place="reached_by", got=activity)


SHELF = Shelf("norm set", NormSet, _problems, FOLDER, OWN_FOLDER, NormSetNotValid, NormSetNotFound)
