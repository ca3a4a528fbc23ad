"""What a read model should say, found the slow and obvious way: days on a calendar are painted, one fact after another.

It shares nothing with the fold but the facts themselves: no segments, no partitions, no differences of rows. Every
question starts anew from the recorded facts. It knows the facts that ``tests.stateful.facts`` makes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import msgspec

from events import Fact
from events.codec import Recorded
from events.corrections import FactCorrected, FactRetracted

DAY = timedelta(days=1)
FIRST, LAST, LATER = date(2023, 12, 1), date(2024, 5, 31), date(2031, 1, 1)
CALENDAR = [FIRST + number * DAY for number in range((LAST - FIRST).days + 1)] + [LATER]
"""Every day that is asked about; the last one tells what is still open."""

OPENS = {
    "job-started": "work",
    "wage-subsidy-granted": "wage-subsidy",
    "programme-started": "programme",
    "leave-started": "leave",
    "work-placement-started": "work-placement",
    "consent-given": "consent",
    "volunteering-started": "volunteering",
}
CHANGES = {"job-changed": "work", "programme-extended": "programme"}
CLOSES = {
    "job-ended": "work",
    "wage-subsidy-ended": "wage-subsidy",
    "programme-ended": "programme",
    "leave-ended": "leave",
    "work-placement-ended": "work-placement",
    "consent-withdrawn": "consent",
    "volunteering-ended": "volunteering",
    "address-protection-lifted": "address-protection",
}
REOPENS = {"programme-reopened": "programme"}
SETS = {"track-assigned": "track", "address-protection-set": "address-protection", "career-goal-set": "career-goal"}
KEYS = {
    "work": "job",
    "wage-subsidy": "job",
    "work-placement": "placement",
    "consent": "purpose",
    "volunteering": "engagement",
}
VALUES = {
    "programme": "planned_end",
    "leave": "cause",
    "work-placement": "kind",
    "volunteering": "kind",
    "track": "track",
    "career-goal": "goal",
    "address-protection": "level",
}
LEVELS = ["below-A1", "A1", "A2", "B1", "B2", "C1"]
BACKGROUND = ["birth_year", "gender", "schooling", "schooling_basis", "literate", "children", "rule_set", "category"]


def held(recorded: Sequence[Recorded]) -> dict[int, Fact]:
    """Version -> fact as it is held to be after all that was recorded."""
    facts: dict[int, Fact] = {}
    for item in recorded:
        if isinstance(item.fact, (FactCorrected, FactRetracted)) or not stands(item.version, recorded):
            continue
        facts[item.version] = item.fact
    for item in recorded:
        if isinstance(item.fact, FactCorrected) and item.fact.corrects in facts and stands(item.version, recorded):
            facts[item.fact.corrects] = rewritten(facts[item.fact.corrects], item.fact.values)
    return facts


def stands(version: int, recorded: Sequence[Recorded]) -> bool:
    """Nothing takes it back that has not been taken back itself."""
    return not any(
        isinstance(item.fact, FactRetracted) and item.fact.retracts == version and stands(item.version, recorded)
        for item in recorded
        if item.version > version
    )


def rewritten(fact: Fact, values: Mapping[str, Any]) -> Fact:
    """The fact, written anew with some values in place of others."""
    written = msgspec.json.decode(msgspec.json.encode(fact))
    for name, value in values.items():
        if value is None:
            written.pop(name, None)
        else:
            written[name] = value
    return msgspec.convert(written, type(fact), strict=False)


@dataclass
class Spell:
    """A spell that runs, or ran.

    :ivar since: the day from which it has had the values it has
    :ivar resumed: the day from which it goes on, where it was reopened on its last day or before
    """

    activity: str
    key: str
    opened_by: int
    first: date
    since: date
    values: dict[str, Any]
    resumed: date | None = None

    @property
    def told(self) -> tuple[Any, ...]:
        return (self.activity, self.key, self.first, self.opened_by, self.value, self.hours)

    @property
    def value(self) -> Any:
        if self.activity == "work":
            return "wage-subsidy" if self.values.get("subsidised") else "ordinary"
        told = self.values.get(VALUES.get(self.activity, ""))
        return told.isoformat() if isinstance(told, date) else told

    @property
    def hours(self) -> float | None:
        hours, full, part = (
            self.values.get(name) for name in ("hours_per_week", "full_time_hours", "position_percent")
        )
        if hours is None and full is not None and part is not None:
            return float(full) * float(part) / 100
        return None if hours is None else float(hours)


@dataclass
class Calendar:
    """What runs on every day; the facts are painted on it in the order in which they happened."""

    days: dict[date, dict[int, tuple[Any, ...]]] = field(default_factory=lambda: {d: {} for d in CALENDAR})
    running: dict[tuple[str, str], Spell] = field(default_factory=dict)
    ended: dict[tuple[str, str], tuple[Spell, date]] = field(default_factory=dict)
    opened: dict[int, str] = field(default_factory=dict)
    flags: set[tuple[str, int]] = field(default_factory=set)

    def paint(self, spell: Spell, first: date) -> None:
        for day in CALENDAR:
            if day >= first:
                self.days[day][spell.opened_by] = spell.told

    def wipe(self, spell: Spell, first: date) -> None:
        for day in CALENDAR:
            if day >= first:
                self.days[day].pop(spell.opened_by, None)

    def take(self, version: int, fact: Fact) -> bool:
        """Paint one fact; False where it does not fit what runs."""
        topic = type(fact).TOPIC
        if topic in OPENS:
            return self.open(version, fact, OPENS[topic])
        if topic in SETS:
            self.start(version, fact, SETS[topic], SETS[topic])
            return True
        if topic in CLOSES:
            return self.close(fact, CLOSES[topic])
        if topic in REOPENS:
            return self.reopen(fact, REOPENS[topic])
        spell = self.running.get((CHANGES[topic], key_of(fact, CHANGES[topic])))
        if spell is None:
            return False
        news = {name: value for name, value in own_values(fact).items() if value is not None}
        if "position_percent" in news or "full_time_hours" in news:
            news.setdefault("hours_per_week", None)
        self.change(spell, fact.on, news)
        return True

    def open(self, version: int, fact: Fact, activity: str) -> bool:
        key = key_of(fact, activity)
        if (activity, key) in self.running:
            return False
        if activity == "wage-subsidy":
            if ("work", key) not in self.running:
                return False
            self.change(self.running["work", key], fact.on, {"subsidised": True})
        self.opened[version] = activity
        self.start(version, fact, activity, key)
        return True

    def start(self, version: int, fact: Fact, activity: str, key: str) -> None:
        """One that ended that day gives way where it ran the day before, and so does one that is set anew."""
        first = fact.on
        if (activity, key) in self.running:
            self.wipe(self.running[activity, key], first)
        elif (activity, key) in self.ended:
            before, free = self.ended[activity, key]
            if fact.on_precision != "day":
                first = max(first, free)
            elif before.opened_by in self.days[first - DAY]:
                self.wipe(before, first)
        spell = Spell(activity, key, version, first, first, own_values(fact))
        self.running[activity, key] = spell
        self.paint(spell, first)

    def change(self, spell: Spell, on: date, news: Mapping[str, Any]) -> None:
        if {**spell.values, **news} == spell.values:
            return
        spell.values = {**spell.values, **news}
        spell.since = max(on, spell.since)
        self.paint(spell, spell.since)

    def close(self, fact: Fact, activity: str) -> bool:
        spell = self.running.pop((activity, key_of(fact, activity)), None)
        if spell is None:
            return False
        free = self.end(spell, fact.on + DAY)
        if activity == "work" and ("wage-subsidy", spell.key) in self.running:
            self.end(self.running.pop(("wage-subsidy", spell.key)), free)
        if activity == "wage-subsidy":
            self.change(self.running["work", spell.key], free, {"subsidised": False})
        return True

    def end(self, spell: Spell, free: date) -> date:
        """Wipe it from its first free day; it, and every change, lasts a day, unless it was reopened on its last."""
        free = max(free, spell.since if spell.since == spell.resumed else spell.since + DAY)
        self.wipe(spell, free)
        self.ended[spell.activity, spell.key] = (spell, free)
        return free

    def reopen(self, fact: Fact, activity: str) -> bool:
        if (activity, activity) in self.running or (activity, activity) not in self.ended:
            return False
        before, free = self.ended[activity, activity]
        since, resumed = max(fact.on, free), free if fact.on < free else None
        spell = Spell(activity, activity, before.opened_by, before.first, since, dict(before.values), resumed)
        self.running[activity, activity] = spell
        self.paint(spell, spell.since)
        return True


def painted(facts: Mapping[int, Fact]) -> Calendar:
    """The calendar of a journey."""
    calendar = Calendar()
    for world in worlds(facts):
        _paint_world(calendar, world)
    for version, fact in facts.items():
        asked = calendar.opened.get(version) == "volunteering"
        if asked and not any(told[0] == "consent" for told in calendar.days[fact.on].values()):
            calendar.flags.add(("without-consent", version))
    return calendar


def _paint_world(calendar: Calendar, world: Mapping[int, Fact]) -> None:
    """Paint facts that can affect each other.

    A fact known to its month or year alone that does not fit on the first day of it is tried again after every other
    fact of that period; one that fits there and leaves a later fact of the period impossible is put behind that day.
    """
    behind: dict[int, date] = {}
    while True:
        trial = Calendar()
        unplaced = _walk(trial, world, behind)
        first = next(((version, fact) for version, fact in unplaced if cannot_be(fact, trial)), None)
        if first is None:
            break
        coarse = next(
            (
                version
                for version, fact in sorted(world.items())
                if version != first[0]
                and in_period(fact, first[1].on)
                and behind.get(version, fact.on) <= first[1].on
                and behind.get(version) != first[1].on
            ),
            None,
        )
        if coarse is None:
            raise AssertionError(f"what cannot have been was recorded: {first[1]}")
        behind[coarse] = first[1].on
    for version, fact in _walk(calendar, world, behind):
        calendar.flags.add(("end-without-start" if type(fact).TOPIC in CLOSES else "change-without-start", version))


def _walk(calendar: Calendar, world: Mapping[int, Fact], behind: Mapping[int, date]) -> list[tuple[int, Fact]]:
    """Paint facts in the order in which they happened; those that fit nowhere are told."""
    lost: list[tuple[int, Fact]] = []
    waiting: list[tuple[int, Fact]] = []
    for version in sorted(world, key=lambda v: (behind.get(v, world[v].on), v in behind, v)):
        fact = world[version]
        if not calendar.take(version, fact):
            (lost if fact.on_precision == "day" else waiting).append((version, fact))
            continue
        tried_again = True
        while tried_again:
            tried_again = False
            for other in list(waiting):
                if in_period(other[1], fact.on) and calendar.take(*other):
                    waiting.remove(other)
                    tried_again = True
    return lost + waiting


def cannot_be(fact: Fact, calendar: Calendar) -> bool:
    """A fact that fits nowhere is merely unusual where it names no spell in words of its own."""
    topic = type(fact).TOPIC
    if topic == "wage-subsidy-ended":
        return ("wage-subsidy", key_of(fact, "wage-subsidy")) not in calendar.ended
    if topic == "work-placement-ended":
        return key_of(fact, "work-placement") != "work-placement"
    return topic in {*OPENS, *REOPENS, "job-changed", "job-ended"}


def worlds(facts: Mapping[int, Fact]) -> Iterable[dict[int, Fact]]:
    """The facts that say something about spells, apart by what can affect each other."""
    groups: dict[tuple[str, str], dict[int, Fact]] = {}
    for version, fact in facts.items():
        topic = type(fact).TOPIC
        activity = {**OPENS, **CHANGES, **CLOSES, **REOPENS, **SETS}.get(topic)
        if activity is None:
            continue
        group = {
            "wage-subsidy": ("work", key_of(fact, activity)),
            "work": ("work", key_of(fact, activity)),
            "work-placement": (activity, key_of(fact, activity)),
            "volunteering": ("consent", ""),
        }.get(activity, (activity, ""))
        groups.setdefault(group, {})[version] = fact
    return groups.values()


def in_period(fact: Fact, day: date) -> bool:
    if fact.on_precision == "day":
        return False
    return fact.on.year == day.year and (fact.on_precision == "year" or fact.on.month == day.month)


def key_of(fact: Fact, activity: str) -> str:
    return getattr(fact, KEYS.get(activity, ""), None) or activity


def own_values(fact: Fact) -> dict[str, Any]:
    common = {"on", "on_precision", "told_by"}
    return {name: getattr(fact, name) for name in fact.__struct_fields__ if name not in common}


def confirmed(facts: Mapping[int, Fact], day: date) -> dict[str, tuple[float | None, int]]:
    """Activity -> hours and the confirmation that told of it: the last one by that day, for a year or until its end."""
    told = [
        (fact.on, version, fact)
        for version, fact in facts.items()
        if type(fact).TOPIC == "status-confirmed" and getattr(fact, "reached") and fact.on <= day  # noqa: B009
    ]
    if not told:
        return {}
    on, version, fact = max(told)
    if day >= on.replace(year=on.year + 1):
        return {}
    activities: dict[str, Any] = own_values(fact)["activities"]
    return {
        name: (None if hours is None else float(hours), version)
        for name, hours in activities.items()
        if not any(ended_between(end, name, on, day) for end in facts.values())
    }


def ended_between(fact: Fact, activity: str, told_on: date, day: date) -> bool:
    """Whether a fact ends an activity on the day on which it was told to run (in that month) or later, before a day."""
    closed = CLOSES.get(type(fact).TOPIC)
    if closed != activity and (closed, activity) != ("work", "wage-subsidy"):
        return False
    last = told_on if in_period(fact, told_on) else fact.on
    return told_on <= last < day


def too_low(facts: Mapping[int, Fact]) -> set[tuple[str, int]]:
    """Levels below one that was reached earlier in the same skill."""
    flags = set()
    levels = [(f.on, v, own_values(f)) for v, f in facts.items() if type(f).TOPIC == "language-level-reached"]
    for on, version, told in levels:
        for earlier_on, earlier, before in levels:
            if (
                (earlier_on, earlier) < (on, version)
                and told["skill"] == before["skill"]
                and told["level"] in LEVELS
                and before["level"] in LEVELS
                and LEVELS.index(told["level"]) < LEVELS.index(before["level"])
            ):
                flags.add(("level-below-earlier", version))
    return flags


def start(facts: Mapping[int, Fact]) -> dict[str, Any] | None:
    """The known starting point."""
    registered = next((f for f in facts.values() if type(f).TOPIC == "participant-registered"), None)
    if registered is None:
        return None
    told = own_values(registered)
    for _, fact in sorted(facts.items(), key=lambda pair: (pair[1].on, pair[0])):
        if type(fact).TOPIC == "background-updated":
            told |= {name: value for name, value in own_values(fact).items() if value is not None}
    return {name: told[name] for name in ["municipality", *BACKGROUND]}
