"""The official snapshot of leavers, and the range it can take when one activity must stand for several.

Each leaver has one activity registered on the day the programme ends, though several may run. ``range_of``
counts what the strictest and the most generous registrar could have reported; ``SCENARIOS`` lists the
definitions compared.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf

KINDS = (
    "work",
    "higher-education",
    "upper-secondary",
    "wage-subsidy",
    "primary-school",
    "public-measure",
    "social-assistance",
    "health",
    "other-benefits",
    "moved",
    "other",
)
"""Kinds of activity on leaving, in the order that settles which is the main one of two with equal hours."""

PAID_WORK = frozenset({"work", "wage-subsidy"})
"""Kinds with an employment contract; only they must reach a scenario's hours."""

PLANNED: Mapping[str, frozenset[str]] = {
    "work": PAID_WORK,
    "higher-education": frozenset({"higher-education"}),
    "upper-secondary": frozenset({"upper-secondary"}),
    "part-of-upper-secondary": frozenset({"upper-secondary"}),
    "trade-certificate": frozenset({"upper-secondary"}),
    "primary-school": frozenset({"primary-school"}),
}
"""Class of the programme's goal -> the kinds of activity that it means; others mean none."""

FULL_TIME_HOURS = 37.0
"""Weekly hours of full-time work in Statistics Norway's labour force survey."""

LEAST_HOURS = 1.0
"""Weekly hours from which work is counted at all, so the least that work of unknown hours can have."""


@dataclass(frozen=True, slots=True)
class Activity:
    """What a person does on the day they leave.

    :ivar kind: one of ``KINDS``
    :ivar hours: hours a week, 0 or more; 0 where hours mean nothing; None = unknown
    :ivar full_time: a full post in its occupation, where that is less than 37 hours
    :raises ValueError: for another kind, or hours below 0
    """

    kind: str
    hours: float | None
    full_time: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of activity on leaving: got {self.kind!r}; use {', '.join(KINDS)}")
        if self.hours is not None and not self.hours >= 0:
            raise ValueError(f"hours a week of {self.kind} must be 0 or more, got {self.hours}")


@dataclass(frozen=True, slots=True)
class Choice:
    """One kind of activity that could be registered, with the least and the most hours it may have had.

    :ivar least: with every unknown hour count taken as low as it can be
    :ivar most: with every unknown hour count taken as high as it can be; the same where all are known
    """

    least: Activity
    most: Activity

    @classmethod
    def of(cls, activities: Sequence[Activity]) -> "Choice":
        """Activities of the same kind as one choice, their hours summed."""
        kind = activities[0].kind
        full_time = any(activity.full_time for activity in activities)
        unknown = LEAST_HOURS if kind in PAID_WORK else 0.0
        least = sum(unknown if activity.hours is None else activity.hours for activity in activities)
        most = inf if any(activity.hours is None for activity in activities) else least
        return cls(Activity(kind, least, full_time), Activity(kind, most, full_time))

    @property
    def kind(self) -> str:
        return self.least.kind


@dataclass(frozen=True)
class Leaver:
    """A person who left the programme.

    :ivar activities: what ran on the day; several of a kind count as one with their hours summed
    :ivar registered: the kind officially registered; None where the register has none, which is no choice of
        an activity and counts for nothing
    :ivar goal: class of the programme's goal on the day; None where there is none
    :raises ValueError: for a registered kind outside ``KINDS``
    """

    activities: tuple[Activity, ...]
    registered: str | None = None
    goal: str | None = None

    def __post_init__(self) -> None:
        if self.registered is not None and self.registered not in KINDS:
            raise ValueError(f"unknown registered activity: got {self.registered!r}; use {', '.join(KINDS)}")

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """What a registrar could choose from, one a kind: the activities that ran, and the registered one."""
        by_kind: dict[str, list[Activity]] = {}
        for activity in self.activities:
            by_kind.setdefault(activity.kind, []).append(activity)
        if self.registered is not None and self.registered not in by_kind:
            by_kind[self.registered] = [Activity(self.registered, hours=None)]
        return tuple(Choice.of(activities) for activities in by_kind.values())

    @property
    def unsupported(self) -> bool:
        """True where the registered activity did not run by any other record."""
        if self.registered is None:
            return False
        return all(activity.kind != self.registered for activity in self.activities)

    @property
    def main_by_plan(self) -> Choice | None:
        """Of the activities that the goal means, the one of most hours; of all, where it means none that ran."""
        meant = PLANNED.get(self.goal or "", frozenset())
        planned = [choice for choice in self.choices if choice.kind in meant]
        return min(planned or self.choices, key=_most_hours_first, default=None)

    @property
    def main_by_hours(self) -> Choice | None:
        """The activity of most hours."""
        return min(self.choices, key=_most_hours_first, default=None)

    def only(self, kinds: frozenset[str]) -> bool:
        """True for a leaver with activities, all of them of these kinds."""
        known = {choice.kind for choice in self.choices}
        return bool(known) and known <= kinds


@dataclass(frozen=True, slots=True)
class SnapshotRange:
    """How many leavers count by each way to choose a single activity.

    :ivar n: leavers
    :ivar low: leavers all of whose activities count; one without any does not
    :ivar high: leavers with any activity that counts
    :ivar main_by_hours: leavers whose activity of most hours counts
    :ivar main_by_plan: leavers whose activity that the goal of the programme means counts
    :ivar registered: leavers whose registered activity counts
    :ivar unsupported: leavers registered with an activity that no other record shows
    """

    n: int
    low: int
    high: int
    main_by_hours: int
    main_by_plan: int
    registered: int
    unsupported: int

    @property
    def width(self) -> float | None:
        """The registrar's freedom: the share of leavers whom the choice decides; None without leavers."""
        return (self.high - self.low) / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class Scenario:
    """One definition of the official figure.

    :ivar id: permanent name
    :ivar title: what counts, in words
    :ivar kinds: kinds that count
    :ivar minimum_hours: hours a week from which paid work counts; a full post counts at any minimum
    :ivar without: leavers with nothing but these kinds are left out
    """

    id: str
    title: str
    kinds: frozenset[str]
    minimum_hours: float = LEAST_HOURS
    without: frozenset[str] = frozenset()

    def counts(self, activity: Activity) -> bool:
        """Whether the activity counts; paid work of unknown hours is taken to be one hour a week."""
        if activity.kind not in self.kinds:
            return False
        hours = LEAST_HOURS if activity.hours is None else activity.hours
        return activity.kind not in PAID_WORK or activity.full_time or hours >= self.minimum_hours

    def range_of(self, leavers: Iterable[Leaver]) -> SnapshotRange:
        """The range of the official figure for these leavers by this definition."""
        return range_of(leavers, self.counts, self.without)


OFFICIAL = frozenset({"work", "higher-education", "upper-secondary"})
"""Kinds that the official figure counts (IMDi)."""

SCENARIOS = (
    Scenario("official", "Official: work of 1 hour or more, upper secondary or higher education", OFFICIAL),
    Scenario(
        "official-without-moved-or-health",
        "Official, without those who only moved or are ill",
        OFFICIAL,
        without=frozenset({"moved", "health"}),
    ),
    Scenario("work-10-hours", "Work of 10 hours or more, or education", OFFICIAL, minimum_hours=10),
    Scenario("work-20-hours", "Work of 20 hours or more, or education", OFFICIAL, minimum_hours=20),
    Scenario("work-30-hours", "Work of 30 hours or more, or education", OFFICIAL, minimum_hours=30),
    Scenario("full-time-work", "Full-time work, or education", OFFICIAL, minimum_hours=FULL_TIME_HOURS),
    Scenario("wage-subsidy-too", "Official, and work with wage subsidy", OFFICIAL | {"wage-subsidy"}),
    Scenario("primary-school-too", "Official, and primary school", OFFICIAL | {"primary-school"}),
    Scenario(
        "wage-subsidy-and-primary-school-too",
        "Official, and both wage subsidy and primary school",
        OFFICIAL | {"wage-subsidy", "primary-school"},
    ),
)
"""The definitions that R3 compares, in the order printed: all are shown, none is picked."""


def range_of(
    leavers: Iterable[Leaver],
    countable: Callable[[Activity], bool],
    excluded_kinds: frozenset[str] = frozenset(),
) -> SnapshotRange:
    """Count the leavers by the strictest and the most generous choice of one activity each.

    No registrar who chooses one of a leaver's activities can leave the range: low <= any choice <= high.
    Where hours are unknown, low takes them as few and high as many as they can be.

    :param countable: whether an activity counts; its hours are known, and more hours must not count less
    :param excluded_kinds: leavers with nothing but these kinds are left out; others keep all activities

    Source: NORCE 20-2019, section 3.2; the goal of the plan where it is in doubt which is the main one: section 2.3.1.
    """
    n = low = high = by_hours = by_plan = registered = unsupported = 0
    for leaver in leavers:
        if leaver.only(excluded_kinds):
            continue
        n += 1
        surely = {choice.kind: countable(choice.least) for choice in leaver.choices}
        low += bool(surely) and all(surely.values())
        high += any(countable(choice.most) for choice in leaver.choices)
        by_hours += leaver.main_by_hours is not None and surely[leaver.main_by_hours.kind]
        by_plan += leaver.main_by_plan is not None and surely[leaver.main_by_plan.kind]
        if leaver.registered is not None:
            registered += surely[leaver.registered]
            unsupported += leaver.unsupported
    return SnapshotRange(
        n=n,
        low=low,
        high=high,
        main_by_hours=by_hours,
        main_by_plan=by_plan,
        registered=registered,
        unsupported=unsupported,
    )


def _most_hours_first(choice: Choice) -> tuple[float, int]:
    return -(choice.least.hours or 0.0), KINDS.index(choice.kind)
