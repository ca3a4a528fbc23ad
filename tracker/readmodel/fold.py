"""The fold: the facts of one stream become rows, on the clock of what happened; a pure function."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, get_args

import msgspec

from events import Closes, Fact, activities
from events.codec import Recorded
from events.fields import fields_by_name
from events.intake import BackgroundUpdated, ParticipantRegistered
from events.language import LEVELS, LanguageLevelReached
from events.municipality import MunicipalityRegistered
from events.status import PeriodObserved, StatusActivity, StatusConfirmed
from tracker.calendar import months_after
from tracker.follow_up.rows import AGREED, DUE, Due
from tracker.follow_up.rules import Rulebook
from tracker.readmodel.tables import TABLES
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


def fold(entries: Iterable[Entry], rules: Rulebook | None = None) -> Rows:
    """Rows of everything but the timeline, on the clock of what happened alone.

    :param rules: the rules of follow-up; without them nothing is told of what is agreed and due
    """
    rows: Rows = {table.name: [] for table in TABLES}
    parts = Parts(rules)
    touched = dict.fromkeys(place for entry in entries for place in parts.put(entry))
    for place in touched:
        for table, row in parts.fold(place):
            rows[table].append(row)
    return rows


class Parts:
    """The facts of one stream, each in the partitions whose rows it can change.

    :param rules: as for :func:`fold`
    """

    def __init__(self, rules: Rulebook | None) -> None:
        self._due = Due(rules) if rules is not None else None
        self._entries: dict[Partition, dict[int, Entry]] = {}

    def put(self, entry: Entry) -> tuple[Partition, ...]:
        """Add a fact, and tell which partitions are touched."""
        places = places_of(entry.fact)
        for place in places:
            self._entries.setdefault(place, {})[entry.version] = entry
        return places if self._due is None else places + self._due.add(entry)

    def take(self, entry: Entry) -> tuple[Partition, ...]:
        """Take a fact out again, and tell which partitions are touched."""
        places = places_of(entry.fact)
        for place in places:
            del self._entries[place][entry.version]
        return places if self._due is None else places + self._due.drop(entry)

    def fold(self, place: Partition) -> Folded:
        """The rows of one partition."""
        if self._due is not None and place[0] in (DUE, AGREED):
            return self._due.rows(place)
        return fold_partition(place, list(self._entries[place].values()))


def places_of(fact: Fact) -> tuple[Partition, ...]:
    """The partitions whose rows a fact can change, apart from what is agreed and due."""
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
