"""What a life comes to in the records: each fact told on some later day, some of it late, corrected or taken back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import msgspec

from events import Fact
from events.language import LanguageLevelReached
from events.programme import AttendanceRecorded, RegisteredInNir
from events.residence import Died
from events.work import JobStarted
from tracker.demo.rates import LATE, MISTAKEN
from tracker.journey import OSLO, Journey, Signature
from tracker.spells import Partition, partition_of

Delay = tuple[int, int]
AT_ONCE: Delay = (0, 3)
DAYS: Delay = (1, 14)
WEEKS: Delay = (5, 60)
SLOW: Delay = (60, 330)
"""Nobody hears of it until the service asks again."""

MINUTE = timedelta(minutes=1)


@dataclass
class Told:
    """A fact, and the moment at which somebody records it.

    :ivar registers: the fact told of here is the registration of this one in the national register
    :ivar rests_on: a fact that nobody records this one without
    """

    fact: Fact
    moment: datetime
    by: str
    registers: "Told | None" = None
    version: int = 0
    rests_on: "Told | None" = None


@dataclass
class Corrected:
    """Some values of a fact told before are put right."""

    of: Told
    values: dict[str, Any]
    reason: str
    moment: datetime
    by: str


@dataclass
class Retracted:
    """A fact told before is taken back."""

    of: Told
    reason: str
    moment: datetime
    by: str


class Account:
    """Gathers what is told of one participant.

    :param random: the participant's own chance
    :param now: the moment at which the simulation ends
    """

    def __init__(self, random: Random, now: datetime) -> None:
        self.random = random
        self.now = now
        self.today = now.astimezone(OSLO).date()
        self._told: list[Told] = []
        self._amended: list[Corrected | Retracted] = []

    def tell(self, fact: Fact, by: str, delay: Delay = DAYS, late: float = LATE) -> Told | None:
        """Have a fact recorded some days later; nothing is told of what lies after today.

        :param late: share of what is recorded months later
        """
        if fact.on > self.today:
            return None
        days = self.random.randint(*delay)
        if self._told and self.random.random() < late:
            days += self.random.randint(45, 240)
        mistake = _MISTAKES.get(type(fact))
        wrong = mistake(self.random, fact) if mistake and self.random.random() < MISTAKEN else {}
        told = Told(msgspec.structs.replace(fact, **wrong), self._moment(fact.on, days), by)
        self._told.append(told)
        if wrong:
            self._correct(told, {name: getattr(fact, name) for name in wrong}, "ført feil")
        return told

    def tell_later(self, fact: Fact, by: str, after: date) -> None:
        """Have a fact about a period recorded some days after a day."""
        self._told.append(Told(fact, self._moment(after, self.random.randint(*DAYS)), by))

    def tell_of_register(self, of: Told | None, by: str) -> None:
        """Have it recorded that a fact was registered in the national register too."""
        if of is not None:
            day = of.moment.date() + timedelta(days=self.random.randint(0, 55))
            if day <= self.today:
                fact = RegisteredInNir(on=day, registers=1, told_by="staff")
                self._told.append(Told(fact, self._moment(day, 0), by, registers=of))

    def correct(self, told: Told | None, values: dict[str, Any], reason: str) -> None:
        """Have a fact corrected some weeks after it was recorded."""
        if told is not None:
            self._correct(told, values, reason)

    def retract(self, told: Told | None, reason: str) -> None:
        """Have a fact taken back some weeks after it was recorded."""
        if told is not None:
            self._amended.append(Retracted(told, reason, self._later(told), told.by))

    def came_to(self) -> list[Fact]:
        """What happened, in the order of time: everything told with its corrections, without what was taken back."""
        facts = {id(told): told.fact for told in self._told}
        for item in self._amended:
            if isinstance(item, Corrected):
                facts[id(item.of)] = msgspec.structs.replace(facts[id(item.of)], **item.values)
        for item in self._amended:
            if isinstance(item, Retracted):
                facts.pop(id(item.of), None)
        return sorted(facts.values(), key=lambda fact: fact.on)

    def joined_by(self, other: "Account") -> None:
        """Take in what another account tells of the same participant."""
        self._told += other._told
        self._amended += other._amended

    def record(self, journey: Journey, act: str) -> None:
        """Record everything in the order of the moments of recording, guarded as any fact is."""
        self._put_in_order()
        acts = [*self._told, *self._amended]
        for item in sorted(acts, key=lambda item: item.moment):
            if item.moment > self.now:
                continue
            signature = Signature(item.moment, item.by, "web", act=act)
            if isinstance(item, Corrected):
                journey.correct(item.of.version, item.values, item.reason, signature)
            elif isinstance(item, Retracted):
                journey.retract(item.of.version, item.reason, signature)
            else:
                recorded = journey.record(_complete(item), signature)
                assert recorded is not None
                item.version = recorded.version

    def _put_in_order(self) -> None:
        """Nobody records the end of a job before its start, nor anything before the registration."""
        self._leave_out_what_follows_death()
        registered = self._told[0].moment
        latest: dict[Partition, datetime] = {}
        for told in sorted(self._told[1:], key=lambda told: told.fact.on):
            told.moment = max(told.moment, registered + MINUTE)
            if told.rests_on is not None:
                told.moment = max(told.moment, told.rests_on.moment + MINUTE)
            partition = partition_of(told.fact)
            if partition is not None:
                before = latest.get(partition)
                if before is not None:
                    told.moment = max(told.moment, before + MINUTE)
                latest[partition] = told.moment
        for told in self._told:
            if told.registers is not None:
                told.moment = max(told.moment, told.registers.moment + MINUTE)
        self._amended = [
            replace(item, moment=item.of.moment + MINUTE) if item.moment <= item.of.moment else item
            for item in self._amended
        ]

    def _leave_out_what_follows_death(self) -> None:
        died = next((told.fact.on for told in self._told if isinstance(told.fact, Died)), None)
        if died is not None:
            self._told = [told for told in self._told if told.fact.on <= died]
            kept = {id(told) for told in self._told}
            self._amended = [item for item in self._amended if id(item.of) in kept]

    def _correct(self, told: Told, values: dict[str, Any], reason: str) -> None:
        self._amended.append(Corrected(told, values, reason, self._later(told), told.by))

    def _later(self, told: Told) -> datetime:
        return self._moment(told.moment.astimezone(OSLO).date(), self.random.randint(3, 120))

    def _moment(self, day: date, days: int) -> datetime:
        """A moment in working hours so many days later."""
        recorded = day + timedelta(days=days)
        if recorded.weekday() > 4:
            recorded += timedelta(days=7 - recorded.weekday())
        clock = time(self.random.randint(8, 15), self.random.randint(0, 59), self.random.randint(0, 59))
        return datetime.combine(recorded, clock, OSLO).astimezone(self.now.tzinfo)


def _complete(told: Told) -> Fact:
    if told.registers is None:
        return told.fact
    return msgspec.structs.replace(told.fact, registers=told.registers.version)


def _wrong_hours(random: Random, fact: Fact) -> dict[str, Any]:
    assert isinstance(fact, JobStarted)
    if fact.hours_per_week is None:
        return {}
    return {"hours_per_week": fact.hours_per_week / 2 if random.random() < 0.5 else fact.hours_per_week + 5}


def _wrong_attendance(random: Random, fact: Fact) -> dict[str, Any]:
    assert isinstance(fact, AttendanceRecorded)
    wrong = max(Decimal(0), fact.attended - random.randint(5, 30))
    return {"attended": wrong} if wrong != fact.attended else {}


def _wrong_level(random: Random, fact: Fact) -> dict[str, Any]:
    assert isinstance(fact, LanguageLevelReached)
    return {"level": random.choice([level for level in ("A1", "A2", "B1") if level != fact.level])}


_MISTAKES: dict[type[Fact], Callable[[Random, Any], dict[str, Any]]] = {
    JobStarted: _wrong_hours,
    AttendanceRecorded: _wrong_attendance,
    LanguageLevelReached: _wrong_level,
}
