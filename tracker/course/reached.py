"""When a milestone was reached, and what is still missing of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from events.language import LEVELS
from tracker.course.history import History, Moment
from tracker.course.norms import ActivityBegun, BaselineTold, FactLogged, HoursReached, Levels, ReachedBy


@dataclass(frozen=True)
class Reaching:
    """How far a milestone has come.

    :ivar on: when it was reached; None = not yet
    :ivar parts: part -> when that was reached; None = not yet
    :ivar not_expected: skills whose own target (norskmål) lies below the level
    """

    on: Moment | None
    parts: Mapping[str, Moment | None] = field(default_factory=dict)
    not_expected: tuple[str, ...] = ()

    @property
    def is_expected(self) -> bool:
        """Whether any part of it lies within the participant's own target."""
        return not set(self.parts) <= set(self.not_expected) or not self.parts

    @property
    def missing(self) -> list[str]:
        return [part for part, moment in self.parts.items() if moment is None]


def reaching(history: History, by: ReachedBy) -> Reaching:
    """How far a journey has come toward a milestone."""
    match by:
        case Levels():
            return _levels(history, by)
        case ActivityBegun(any_of=any_of):
            begun = (history.begun(*_split(each)) for each in any_of)
            return Reaching(_earliest([moment for moment in begun if moment]))
        case FactLogged(fact=fact):
            return Reaching(history.fact(fact))
        case HoursReached(activity=activity, values=values, hours=hours):
            return Reaching(history.hours_reached(activity, values, float(hours)))
        case BaselineTold(needs=needs):
            parts: dict[str, Moment | None] = {}
            for need in needs:
                if need == "levels":
                    parts |= {f"level in {skill}": history.level_told(skill) for skill in SKILLS}
                else:
                    parts[need] = history.told(need)
            return _all(parts)


SKILLS = ("listening", "reading", "writing", "speaking")


def _levels(history: History, by: Levels) -> Reaching:
    targets = history.language_target
    spared = tuple(
        skill for skill in by.skills if skill in targets and LEVELS.index(targets[skill]) < LEVELS.index(by.level)
    )
    found: dict[str, Moment | None] = {skill: history.level_reached(skill, by.level) for skill in by.skills}
    # What lies above the own target is looked at only where all of it does, and then does not count.
    wanted = {skill: moment for skill, moment in found.items() if skill not in spared} or found
    whole = _all(wanted)
    return Reaching(whole.on, wanted, spared)


def _all(parts: Mapping[str, Moment | None]) -> Reaching:
    there = [moment for moment in parts.values() if moment is not None]
    whole = len(there) == len(parts)
    return Reaching(max(there, key=lambda moment: moment.on) if whole else None, parts)


def _earliest(moments: list[Moment]) -> Moment | None:
    return min(moments, key=lambda moment: moment.on, default=None)


def _split(named: str) -> tuple[str, str]:
    activity, _, key = named.partition("=")
    return activity, key
