"""The fold: the facts of one stream become rows; a pure function, first on one clock, then on both."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, get_args
from uuid import UUID

import msgspec

from events import Closes, Fact, activities
from events.codec import Recorded
from events.corrections import FactCorrected, FactRetracted, ParticipantForgotten
from events.fields import fields_by_name
from events.intake import BackgroundUpdated, ParticipantRegistered
from events.language import LanguageLevelReached
from events.municipality import MunicipalityRegistered
from events.status import PeriodObserved, StatusActivity, StatusConfirmed
from tracker.calendar import months_after
from tracker.effective import effective
from tracker.readmodel.tables import ERASED, TABLES
from tracker.rules.observation import KNOWN_FOR
from tracker.spells import DAY, IMPOSSIBLE, Entry, Partition, Segment, partition_of, same_period, trace, value_fields

Line = tuple[Any, ...]
Rows = dict[str, list[Line]]
Folded = list[tuple[str, Line]]
"""(table, row without participant and known_from / known_to)."""

_encode = msgspec.json.Encoder(decimal_format="number").encode
_BASELINE: Partition = ("participant", "")
_STATUS: Partition = ("status", "")
_OBSERVED: Partition = ("observed", "")
_MUNICIPALITY: Partition = ("municipality", "")
LEVELS = ("below-A1", "A1", "A2", "B1", "B2", "C1")


def fold(entries: Iterable[Entry]) -> Rows:
    """Rows of everything but the timeline, on the clock of what happened alone."""
    rows: Rows = {table.name: [] for table in TABLES}
    partitions: dict[Partition, list[Entry]] = {}
    for entry in entries:
        for partition in places_of(entry.fact):
            partitions.setdefault(partition, []).append(entry)
    for partition, placed in partitions.items():
        for table, row in fold_partition(partition, placed):
            rows[table].append(row)
    return rows


def versions(stream: UUID, located: Iterable[tuple[int, Recorded]]) -> Rows:
    """All rows of a stream on both clocks, with the positions from which and until which each was known.

    A new fact folds only the partitions it touches; what changed in its rows is what became known.

    :param located: (position, recorded fact), in the order of the stream
    """
    grown = Versions(stream)
    for position, recorded in located:
        grown.add(position, recorded)
    return grown.rows()


def places_of(fact: Fact) -> tuple[Partition, ...]:
    """The partitions whose rows a fact can change."""
    special = _PLACES.get(type(fact))
    partition = special(fact) if special is not None else partition_of(fact)
    if partition is None:
        return ()
    return (partition, _STATUS) if _can_be_confirmed(type(fact)) else (partition,)


@cache
def _can_be_confirmed(cls: type[Fact]) -> bool:
    """Whether facts of a kind end an activity that a confirmed status can name."""
    return issubclass(cls, Closes) and any(_ends(cls, activity) for activity in get_args(StatusActivity))


@cache
def _ends(cls: type[Fact], activity: str) -> bool:
    """Whether facts of a kind end an activity, or the one that it lies in."""
    return cls.activity in (activity, activities()[activity].within)


def fold_partition(partition: Partition, entries: Sequence[Entry]) -> Folded:
    """The rows of one partition."""
    special = _FOLDS.get(partition[0])
    if special is not None:
        return special(entries)
    traced = trace(entries)
    rows: Folded = [("spells", _spell(segment)) for segment in traced.segments]
    for problem in traced.problems:
        flag = "impossible" if problem.kind in IMPOSSIBLE else problem.kind
        rows.append(("flags", (flag, problem.version, problem.fact.on.isoformat(), problem.fact.activity)))
    return rows


def timeline_row(entry: Entry, recorded: Recorded, position: int) -> Line:
    """A fact as a line of the timeline."""
    fact, stamp = entry.fact, recorded.stamp
    cls = type(fact)
    value_field = cls.value_field
    details = {
        name: value
        for name, default in _defaults(cls)
        if name != value_field and (value := getattr(fact, name)) != default
    }
    return (
        entry.version,
        fact.on.isoformat(),
        fact.on_precision,
        cls.TOPIC,
        cls.activity or None,
        fact.key or None,
        _text(getattr(fact, value_field)) if value_field else None,
        _encode(details).decode() if details else None,
        int(fact.observes),
        fact.told_by,
        stamp.channel,
        stamp.source,
        stamp.act,
        stamp.timestamp.isoformat(),
        stamp.first_registered_on.isoformat() if stamp.first_registered_on else None,
        position,
    )


class Versions:
    """The rows of one stream on both clocks, grown fact by fact."""

    def __init__(self, stream: UUID) -> None:
        self.stream = str(stream)
        self.erased_at: int | None = None
        self.recorded: dict[int, tuple[int, Recorded]] = {}
        self.entries: dict[int, Entry] = {}
        self.partitions: dict[Partition, dict[int, Entry]] = {}
        self.live: dict[Partition, dict[tuple[str, Line], int]] = {}
        self.told: dict[int, tuple[Line, int]] = {}
        self.past: Rows = {table.name: [] for table in TABLES}

    def add(self, position: int, item: Recorded) -> None:
        """The next fact of the stream, at its position in the log."""
        fact = item.stamp.fact
        if type(fact) is ParticipantForgotten:
            self.erased_at = position
            return
        self.recorded[item.originator_version] = (position, item)
        if type(fact) is FactCorrected or type(fact) is FactRetracted:
            self._turn(effective(item for _, item in self.recorded.values()), position)
            return
        entry = Entry(item.originator_version, fact)
        self.entries[entry.version] = entry
        self.told[entry.version] = (timeline_row(entry, item, position), position)
        for partition in places_of(fact):
            self.partitions.setdefault(partition, {})[entry.version] = entry
            self._refold(partition, position)

    def rows(self) -> Rows:
        """Every row so far; of a forgotten stream only that it was erased."""
        if self.erased_at is not None:
            return {table.name: [(self.stream, self.erased_at)] if table is ERASED else [] for table in TABLES}
        rows = {name: list(past) for name, past in self.past.items()}
        for lines in self.live.values():
            for (table, row), known_from in lines.items():
                rows[table].append((self.stream, *row, known_from, None))
        timeline = rows["timeline"]
        for row, known_from in self.told.values():
            timeline.append((self.stream, *row, known_from, None))
        return rows

    def _turn(self, after: dict[int, Entry], position: int) -> None:
        """History reads otherwise from here on: fold anew what the changed facts touch."""
        touched: dict[Partition, None] = {}
        for version in self.entries.keys() | after.keys():
            before, now = self.entries.get(version), after.get(version)
            if before == now:
                continue
            if before is not None:
                row, known_from = self.told.pop(version)
                self.past["timeline"].append((self.stream, *row, known_from, position))
                self._unplace(before, touched)
            if now is not None:
                at, item = self.recorded[version]
                self.told[version] = (timeline_row(now, item, at), position)
                for partition in places_of(now.fact):
                    self.partitions.setdefault(partition, {})[version] = now
                    touched[partition] = None
        self.entries = after
        for partition in touched:
            self._refold(partition, position)

    def _unplace(self, entry: Entry, touched: dict[Partition, None]) -> None:
        for partition in places_of(entry.fact):
            self.partitions[partition].pop(entry.version, None)
            touched[partition] = None

    def _refold(self, partition: Partition, position: int) -> None:
        placed = self.partitions[partition]
        new = dict.fromkeys(fold_partition(partition, list(placed.values())), position)
        live = self.live.get(partition)
        if live:
            for line, known_from in live.items():
                if line in new:
                    new[line] = known_from
                elif known_from != position:
                    self.past[line[0]].append((self.stream, *line[1], known_from, position))
        self.live[partition] = new


def _spell(segment: Segment) -> Line:
    activity, values = segment.activity, segment.values
    value_field, details = _plan(activity)
    if activity == "work":
        hours = _job_hours(values)
        value: str | None = (
            "wage-subsidy" if values.get("subsidised") else "self-employed" if values["self_employed"] else "ordinary"
        )
    else:
        hours = _number(values.get("hours_per_week"))
        set_by: str | None = values.get("set_by")
        value = set_by or (_text(values.get(value_field)) if value_field else None)
    told = {name: told for name, default in details if (told := values.get(name, default)) != default}
    return (
        activity,
        segment.key,
        segment.spell_from.isoformat(),
        segment.valid_from.isoformat(),
        segment.valid_to.isoformat() if segment.valid_to else None,
        value,
        hours,
        _number(values.get("position_percent")),
        _encode(told).decode() if told else None,
        segment.opened_by,
        segment.closed_by,
    )


_COLUMNS = frozenset(("hours_per_week", "position_percent", "self_employed"))
Defaults = tuple[tuple[str, Any], ...]


@cache
def _plan(activity: str) -> tuple[str | None, Defaults]:
    """The field that is the value of a spell, and the fields that go into its details."""
    opener = activities()[activity].opener
    value_field = None if activity == "work" else opener.value_field
    return value_field, tuple(
        (name, default) for name, default in _defaults(opener) if name not in _COLUMNS and name != value_field
    )


@cache
def _defaults(cls: type[Fact]) -> Defaults:
    """(field, value when left out) of the fields that the read model may take."""
    fields = fields_by_name(cls)
    return tuple((name, fields[name].default) for name in value_fields(cls))


def _job_hours(values: dict[str, Any]) -> float | None:
    """Hours a week as told, else full-time hours times position (a-ordningen)."""
    if values["hours_per_week"] is not None:
        return float(values["hours_per_week"])
    if values["full_time_hours"] is not None and values["position_percent"] is not None:
        return float(round(Decimal(values["full_time_hours"]) * values["position_percent"] / 100, 2))
    return None


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _fold_baseline(entries: Sequence[Entry]) -> Folded:
    registered = next((e.fact for e in entries if isinstance(e.fact, ParticipantRegistered)), None)
    if registered is None:
        return []
    values = {name: getattr(registered, name) for name in value_fields(ParticipantRegistered)}
    for entry in sorted(entries, key=lambda e: (e.fact.on, e.version)):
        if isinstance(entry.fact, BackgroundUpdated):
            values |= {
                name: value
                for name in value_fields(BackgroundUpdated)
                if (value := getattr(entry.fact, name)) is not None
            }
    first = values["first_settled_on"]
    return [
        (
            "participants",
            (
                values["municipality"],
                registered.on.isoformat(),
                values["settled_on"].isoformat(),
                first.isoformat() if first else None,
                *(values[name] for name in _BACKGROUND),
            ),
        )
    ]


_BACKGROUND = (
    "birth_year",
    "gender",
    "schooling",
    "schooling_basis",
    "literate",
    "children",
    "rule_set",
    "category",
    "provider_municipality",
)


def _fold_municipality(entries: Sequence[Entry]) -> Folded:
    return [
        ("municipalities", (entry.fact.municipality, entry.fact.name, entry.fact.on.isoformat()))
        for entry in entries
        if isinstance(entry.fact, MunicipalityRegistered)
    ]


def _fold_status(entries: Sequence[Entry]) -> Folded:
    """A confirmed activity counts as running until the next confirmation, an end of such an activity that was told of,
    or until the situation is no longer known."""
    confirmed = sorted(
        ((e.fact, e.version) for e in entries if isinstance(e.fact, StatusConfirmed) and e.fact.reached),
        key=lambda pair: (pair[0].on, pair[1]),
    )
    ends = [entry.fact for entry in entries if isinstance(entry.fact, Closes)]
    rows: Folded = []
    for number, (fact, version) in enumerate(confirmed):
        until = months_after(fact.on, KNOWN_FOR.on(fact.on))
        if number + 1 < len(confirmed):
            until = min(until, confirmed[number + 1][0].on)
        if until <= fact.on:
            continue
        start = fact.on.isoformat()
        for activity, hours in fact.activities.items():
            told = [_last_day(end, fact.on) for end in ends if _ends(type(end), activity)]
            to = min([until, *(last + DAY for last in told if last >= fact.on)]).isoformat()
            value = "ordinary" if activity == "work" else None
            row = (activity, "confirmed", start, start, to, value, _number(hours), None, None, version, None)
            rows.append(("spells", row))
    return rows


def _last_day(end: Fact, confirmed_on: date) -> date:
    """The last day of what ended; where it is known only to a period in which it was still confirmed, that day."""
    if end.on_precision != "day" and same_period(end, confirmed_on):
        return max(end.on, confirmed_on)
    return end.on


def _fold_observed(entries: Sequence[Entry]) -> Folded:
    rows: Folded = []
    for entry in entries:
        assert isinstance(entry.fact, PeriodObserved)
        start, end = entry.fact.on.isoformat(), (entry.fact.until + DAY).isoformat()
        row = ("observed", "observed", start, start, end, None, None, None, None, entry.version, None)
        rows.append(("spells", row))
    return rows


def _fold_levels(entries: Sequence[Entry]) -> Folded:
    """Lower results are kept; one below an earlier result of the same skill is flagged."""
    rows: Folded = []
    best = -1
    for entry in sorted(entries, key=lambda e: (e.fact.on, e.version)):
        assert isinstance(entry.fact, LanguageLevelReached)
        if entry.fact.level not in LEVELS:
            continue
        rank = LEVELS.index(entry.fact.level)
        if rank < best:
            rows.append(("flags", ("level-below-earlier", entry.version, entry.fact.on.isoformat(), entry.fact.skill)))
        best = max(best, rank)
    return rows


_PLACES: dict[type[Fact], Callable[[Any], Partition]] = {
    ParticipantRegistered: lambda _: _BASELINE,
    BackgroundUpdated: lambda _: _BASELINE,
    MunicipalityRegistered: lambda _: _MUNICIPALITY,
    StatusConfirmed: lambda _: _STATUS,
    PeriodObserved: lambda _: _OBSERVED,
    LanguageLevelReached: lambda fact: ("level", fact.skill),
}
_FOLDS: dict[str, Callable[[Sequence[Entry]], Folded]] = {
    "participant": _fold_baseline,
    "municipality": _fold_municipality,
    "status": _fold_status,
    "observed": _fold_observed,
    "level": _fold_levels,
}
