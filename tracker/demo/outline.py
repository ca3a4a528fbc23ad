"""A simulated life as an advisor who follows it up sees it: when it was where, and what came of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from random import Random
from typing import TypeVar

from events import Fact
from events.intake import InterpreterNeeded
from events.involvement import ParticipantConsulted
from events.plan import CareerGoalSet, PlanAgreed
from events.programme import LeaveEnded, LeaveStarted, ProgrammeEnded, ProgrammeExtended, ProgrammeStarted
from events.residence import Died, LeftNorway, MovedToMunicipality, ProtectionEnded
from events.status import StatusConfirmed
from tracker.demo.account import DAYS, Account, Delay, Told
from tracker.demo.life import Life
from tracker.spells import Entry

T = TypeVar("T")
F = TypeVar("F", bound=Fact)
DAY = timedelta(days=1)
Weighted = Sequence[tuple[T, float]]
"""Values, each with its weight."""

_OFF = frozenset(((1, 1), (5, 1), (5, 17), *((12, day) for day in range(23, 32))))
_AWAY = Died | LeftNorway | ProtectionEnded | MovedToMunicipality


@dataclass
class Outline:
    """What follow-up of a life goes by, with chance and an account of its own.

    :ivar facts: what happened, whatever is told of it, in the order of time
    :ivar start: first day of the programme; it may lie after today
    :ivar end: last day of the programme; it may lie after today
    :ivar last: the last day of which anything is told: today, or the day before leaving or moving away
    :ivar rhythms: (first day, last day, months between two conversations) of each long contract
    :ivar handed_over: the day from which another advisor is responsible, and who
    """

    random: Random
    account: Account
    life: Life
    facts: list[Fact]
    start: date
    end: date
    last: date
    advisor: str
    handed_over: tuple[date, str] | None = None
    rhythms: list[tuple[date, date, int | None]] = field(default_factory=list)

    @classmethod
    def of(cls, life: Life, random: Random, start: date, end: date) -> "Outline":
        facts = life.account.came_to()
        gone = (
            fact.on for fact in facts if isinstance(fact, Died | LeftNorway | ProtectionEnded | MovedToMunicipality)
        )
        last = min([life.today + DAY, *gone]) - DAY
        ended = next((fact for fact in facts if isinstance(fact, ProgrammeEnded)), None)
        if ended is not None and ended.manner == "transferred":
            last = min(last, end)
        account = Account(random, life.account.now)
        return cls(random, account, life, facts, start, end, last, life.advisor)

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def pick(self, weighted: Weighted[T]) -> T:
        """One of some values, each with its weight."""
        return self.random.choices([value for value, _ in weighted], [weight for _, weight in weighted])[0]

    def days(self, low: int, high: int) -> timedelta:
        return timedelta(days=self.random.randint(low, high))

    def tell(
        self, fact: Fact, delay: Delay = DAYS, late: float = 0.0, rests_on: Told | None = None, by: str | None = None
    ) -> Told | None:
        """Have a fact recorded; nothing is told of what lies after the last day."""
        if fact.on > self.last:
            return None
        told = self.account.tell(fact, by or self.advisor, delay, late)
        if told is not None:
            told.rests_on = rests_on
        return told

    def all(self, kind: type[F]) -> Sequence[F]:
        return [fact for fact in self.facts if isinstance(fact, kind)]

    def first(self, kind: type[F]) -> F | None:
        return next(iter(self.all(kind)), None)

    @cached_property
    def ended(self) -> ProgrammeEnded | None:
        """The end of the programme, where it has come."""
        return self.first(ProgrammeEnded)

    @cached_property
    def moved_away(self) -> bool:
        """Whether the participant went to live elsewhere, in Norway or not."""
        transferred = self.ended is not None and self.ended.manner == "transferred"
        return transferred or any(isinstance(fact, MovedToMunicipality | LeftNorway) for fact in self.facts)

    @cached_property
    def started(self) -> ProgrammeStarted | None:
        return self.first(ProgrammeStarted)

    @cached_property
    def extended(self) -> ProgrammeExtended | None:
        return self.first(ProgrammeExtended)

    @cached_property
    def plan(self) -> PlanAgreed | None:
        return self.first(PlanAgreed)

    @cached_property
    def career(self) -> CareerGoalSet | None:
        return self.first(CareerGoalSet)

    @cached_property
    def needs_interpreter(self) -> bool:
        return self.first(InterpreterNeeded) is not None

    @cached_property
    def leaves(self) -> list[tuple[date, date]]:
        """First and last day of each leave; one that runs ends with time."""
        ends = [fact.on for fact in self.all(LeaveEnded)]
        return [
            (leave.on, next((end for end in ends if end >= leave.on), date.max)) for leave in self.all(LeaveStarted)
        ]

    @cached_property
    def contacts(self) -> list[date]:
        """Days on which the participant was talked with anyhow."""
        return [
            fact.on
            for fact in self.facts
            if isinstance(fact, ParticipantConsulted) or (isinstance(fact, StatusConfirmed) and fact.reached)
        ]

    def entries(self, until: date = date.max) -> list[Entry]:
        """What happened until a day, as the rules of contracts take it."""
        return numbered(fact for fact in self.facts if fact.on <= until)


def numbered(facts: Iterable[Fact]) -> list[Entry]:
    return [Entry(number, fact) for number, fact in enumerate(facts, 1)]


def weekday(day: date) -> date:
    """The day itself, or the next on which offices are open; Easter is not looked at."""
    while day.weekday() > 4 or (day.month, day.day) in _OFF:
        day += DAY
    return day
