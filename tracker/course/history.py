"""What a journey tells of its course up to a day: programme, leave, goals, track, levels, what was begun and done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

import msgspec

from events.base import UNTOLD, Precision
from events.codec import Recorded
from events.intake import BackgroundUpdated, ParticipantRegistered, SkillsMapped, TrackAssigned
from events.language import LEVELS, LanguageLevelReached
from events.plan import CareerGoalSet, LanguageGoalSet, ProgrammeGoalReached, ProgrammeGoalSet
from events.residence import Died, LeftNorway, ProtectionEnded
from tracker.as_of import AsOf
from tracker.course.clock import Stretch
from tracker.course.norms import TRACKS, Track
from tracker.readmodel.tables import BY_NAME
from tracker.spells import Entry

DAY = timedelta(days=1)
OUT_OF_SCOPE = frozenset((LeftNorway.TOPIC, ProtectionEnded.TOPIC, Died.TOPIC))
Row = dict[str, Any]


@dataclass(frozen=True)
class Goal:
    """A goal of the programme while it held.

    :ivar goal: its class
    :ivar on: the day it was set
    :ivar until: the day on which another one was set; None while it holds
    :ivar set_by: who recorded it
    :ivar told_by: who said so
    :ivar cause: why it was set then
    :ivar reached_on: the day it was reached, as somebody judged
    """

    goal: str
    on: date
    until: date | None
    set_by: str
    told_by: str
    cause: str
    reached_on: date | None


@dataclass(frozen=True)
class Moment:
    """A day on which something was there.

    :ivar precision: how exactly the day is known; a month or a year counts from its first day
    """

    on: date
    precision: Precision = "day"

    def __str__(self) -> str:
        return self.on.isoformat()[: {"day": 10, "month": 7, "year": 4}[self.precision]]


class History:
    """The facts of a journey that hold and happened by a day.

    :ivar at: the day
    """

    def __init__(self, recorded: Iterable[Recorded], at: date, seen: AsOf | None = None) -> None:
        """
        :param seen: the same facts on that day, where something else is asked of them too
        """
        self._seen = seen or AsOf(recorded, at)
        self.at = at
        self.entries: list[Entry] = self._seen.in_time
        self._earlier: dict[date, History] = {}

    def until(self, day: date) -> "History":
        """The same journey as it was on an earlier day."""
        if day >= self.at:
            return self
        if day not in self._earlier:
            self._earlier[day] = History((), day, self._seen.on(day))
        return self._earlier[day]

    @cached_property
    def background(self) -> Mapping[str, Any]:
        """The row of the starting point."""
        rows = self._named("participants")
        return rows[0] if rows else {}

    @cached_property
    def spells(self) -> list[Row]:
        """The segments of spells, with ``valid_from`` and ``valid_to`` as days, in their order."""
        rows = self._named("spells")
        for row in rows:
            row["valid_from"] = date.fromisoformat(row["valid_from"])
            row["valid_to"] = date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
            row["details"] = msgspec.json.decode(row["details"]) if row["details"] else {}
        return sorted(rows, key=lambda row: (row["valid_from"], row["activity"], row["key"]))

    def _named(self, table: str) -> list[Row]:
        names = [name for name in BY_NAME[table].names if name not in ("participant", "known_from", "known_to")]
        return [dict(zip(names, line, strict=True)) for line in self._seen.rows[table]]

    def of(self, activity: str) -> list[Row]:
        """The segments of an activity."""
        return self._by_activity.get(activity, [])

    @cached_property
    def _by_activity(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self.spells:
            found.setdefault(row["activity"], []).append(row)
        return found

    def value_at(self, activity: str) -> str | None:
        """The value that an activity or property has on the day."""
        running = [row for row in self.of(activity) if row["valid_to"] is None or row["valid_to"] > self.at]
        return running[-1]["value"] if running else None

    @cached_property
    def _programme(self) -> list[Row]:
        return [row for row in self.of("programme") if row["key"] != "confirmed"]

    @property
    def programme_start(self) -> date | None:
        """The first day in the programme, by the first start."""
        return self._programme[0]["valid_from"] if self._programme else None

    @cached_property
    def programme_end(self) -> date | None:
        """The last day in the programme where it runs no longer; None while it runs, or before it."""
        ends = [row["valid_to"] for row in self._programme]
        if not ends or any(end is None or end > self.at for end in ends):
            return None
        last: date = max(ends)
        return last - DAY

    @cached_property
    def leaves(self) -> list[Stretch]:
        """Leave that was approved and extends the deadline."""
        return [
            (row["valid_from"], row["valid_to"])
            for row in self.of("leave")
            if row["details"].get("approved", True) and row["details"].get("extends_deadline", True)
        ]

    @cached_property
    def gone(self) -> str | None:
        """What took the participant out of scope: the log name of that fact."""
        residence = self.value_at("residence")
        return residence if residence in OUT_OF_SCOPE else None

    @property
    def municipality(self) -> str | None:
        """Code of the municipality that holds the participant: of residence, else of settlement; None once gone."""
        if self.gone:
            return None
        return self.value_at("residence") or self.background.get("municipality")

    @property
    def track(self) -> Track | None:
        """The assigned track."""
        assigned = self.value_at("track")
        return next((track for track in TRACKS if track == assigned), None)

    @property
    def schooling(self) -> str:
        """Highest schooling at the start; of who was not asked it is unknown."""
        told = self.background.get("schooling")
        return "unknown" if told in (None, *UNTOLD) else str(told)

    @cached_property
    def goals(self) -> list[Goal]:
        """The goals of the programme in their order; one that was set and changed on the same day is left out."""
        told = [entry for entry in self.entries if isinstance(entry.fact, ProgrammeGoalSet)]
        reached = [entry.fact.on for entry in self.entries if isinstance(entry.fact, ProgrammeGoalReached)]
        goals = []
        for number, entry in enumerate(told, start=1):
            fact, until = entry.fact, told[number].fact.on if number < len(told) else None
            if fact.on == until:
                continue
            assert isinstance(fact, ProgrammeGoalSet)
            met = next((day for day in reached if fact.on <= day and (until is None or day < until)), None)
            by = next(item.stamp.by for item in self._seen.recorded if item.version == entry.version)
            goals.append(Goal(fact.goal, fact.on, until, by, fact.told_by, fact.cause, met))
        return goals

    @property
    def language_target(self) -> dict[str, str]:
        """Skill -> the participant's own target (norskmål)."""
        goals = [entry.fact for entry in self.entries if isinstance(entry.fact, LanguageGoalSet)]
        return {str(skill): level for skill, level in goals[-1].goals.items()} if goals else {}

    def level_told(self, skill: str) -> Moment | None:
        """When a level of a skill was first recorded, be it below A1."""
        return self._first(
            entry
            for entry in self.entries
            if isinstance(entry.fact, LanguageLevelReached) and entry.fact.skill == skill and entry.fact.level in LEVELS
        )

    def level_reached(self, skill: str, level: str) -> Moment | None:
        """When a skill was first at a level or above it."""
        return self._first(
            entry
            for entry in self.entries
            if isinstance(entry.fact, LanguageLevelReached)
            and entry.fact.skill == skill
            and entry.fact.level in LEVELS
            and LEVELS.index(entry.fact.level) >= LEVELS.index(level)
        )

    def fact(self, topic: str) -> Moment | None:
        """When such a fact first happened."""
        return self._first(entry for entry in self.entries if type(entry.fact).TOPIC == topic)

    def told(self, need: str) -> Moment | None:
        """When a part of the starting point was first recorded: schooling, literacy, work-history, track, a goal."""
        if need in ("schooling", "literacy"):
            name = "schooling" if need == "schooling" else "literate"
            return self._first(
                entry
                for entry in self.entries
                if isinstance(entry.fact, (ParticipantRegistered, BackgroundUpdated))
                and getattr(entry.fact, name) not in (None, *UNTOLD)
            )
        kinds = {
            "work-history": SkillsMapped,
            "track": TrackAssigned,
            "programme-goal": ProgrammeGoalSet,
            "career-goal": CareerGoalSet,
        }
        return self._first(entry for entry in self.entries if isinstance(entry.fact, kinds[need]))

    def begun(self, activity: str, key: str = "") -> Moment | None:
        """The first day of an activity; where no start was told, the first day on which anything was told of it."""
        days = [
            Moment(row["valid_from"], self._precision(row["opened_by"]))
            for row in self.of(activity)
            if not key or row["key"] == key
        ]
        told = self._first(
            entry for entry in self.entries if entry.fact.activity == activity and (not key or entry.fact.key == key)
        )
        if told is not None:
            days.append(told)
        return min(days, key=lambda moment: moment.on, default=None)

    def _precision(self, version: int) -> Precision:
        return next((entry.fact.on_precision for entry in self.entries if entry.version == version), "day")

    @staticmethod
    def _first(entries: Iterable[Entry]) -> Moment | None:
        found = next(iter(entries), None)
        return None if found is None else Moment(found.fact.on, found.fact.on_precision)

    def hours_reached(self, activity: str, values: Iterable[str], hours: float) -> Moment | None:
        """The first day with so many hours a week, over spells that run at once; unknown hours count as none.

        A confirmed status counts only where no spell of the activity was told, so that no hour counts twice.
        """
        wanted = set(values)
        segments = self.of(activity)
        turns = {row["valid_from"] for row in segments} | {row["valid_to"] or self.at for row in segments}
        for day in sorted(turn for turn in turns if turn <= self.at):
            running = [r for r in segments if r["valid_from"] <= day and (r["valid_to"] is None or r["valid_to"] > day)]
            told = [row for row in running if row["key"] != "confirmed"] or running
            together = sum(Decimal(str(row["hours_per_week"] or 0)) for row in told if row["value"] in wanted)
            if together >= Decimal(str(hours)):
                opened = next((row["opened_by"] for row in told if row["valid_from"] == day), 0)
                return Moment(day, self._precision(opened))
        return None
