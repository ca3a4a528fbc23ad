"""Spells as rows: those that facts open, change and close, and those that were confirmed."""

from bisect import bisect_left, insort
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, get_args

import msgspec

from events import Closes, Fact, activities
from events.fields import fields_by_name
from events.status import StatusActivity, StatusConfirmed
from tracker.calendar import months_after
from tracker.fact_values import value_fields
from tracker.rules.observation import KNOWN_FOR
from tracker.spells import DAY, IMPOSSIBLE, Entry, Problem, Segment, same_period
from tracker.tracing import Tracing

Columns = tuple[Any, ...]
Folded = list[tuple[str, Columns]]
"""(table, row without participant and known_from / known_to)."""

encode = msgspec.json.Encoder(decimal_format="number").encode
Defaults = tuple[tuple[str, Any], ...]


class SpellRows:
    """The spells of one partition, and what is unusual about them."""

    def __init__(self) -> None:
        self._tracing = Tracing()
        self._segments: list[Segment] = []
        self._rows: Folded = []
        self._described: dict[int, tuple[dict[str, Any], Columns]] = {}

    def add(self, entry: Entry) -> None:
        self._tracing.add(entry)

    def drop(self, entry: Entry) -> None:
        self._tracing.drop(entry)

    def rows(self) -> Folded:
        traced = self._tracing.trace()
        same = 0
        for before, now in zip(self._segments, traced.segments, strict=False):
            if before is not now:
                break
            same += 1
        self._segments = traced.segments
        self._rows = [*self._rows[:same], *map(self._spell, traced.segments[same:])]
        return [*self._rows, *map(_flag, traced.problems)] if traced.problems else self._rows

    def _spell(self, segment: Segment) -> tuple[str, Columns]:
        # A segment that has come to an end has the values that it had while it was open.
        values = segment.values
        described = self._described.get(id(values))
        if described is None:
            described = self._described[id(values)] = values, _described(segment.activity, values)
        return "spells", (
            segment.activity,
            segment.key,
            segment.spell_from.isoformat(),
            segment.valid_from.isoformat(),
            segment.valid_to.isoformat() if segment.valid_to else None,
            *described[1],
            segment.opened_by,
            segment.closed_by,
        )


def _flag(problem: Problem) -> tuple[str, Columns]:
    flag = "impossible" if problem.kind in IMPOSSIBLE else problem.kind
    return "flags", (flag, problem.version, problem.fact.on.isoformat(), problem.fact.activity)


def _described(activity: str, values: dict[str, Any]) -> Columns:
    """The columns value, hours_per_week, position_percent and details."""
    value_field, details = _plan(activity)
    if activity == "work":
        hours = _job_hours(values)
        value: str | None = (
            "wage-subsidy" if values.get("subsidised") else "self-employed" if values["self_employed"] else "ordinary"
        )
    else:
        hours = number(values.get("hours_per_week"))
        set_by: str | None = values.get("set_by")
        value = set_by or (text(values.get(value_field)) if value_field else None)
    told = {name: told for name, default in details if (told := values.get(name, default)) != default}
    return value, hours, number(values.get("position_percent")), encode(told).decode() if told else None


_COLUMNS = frozenset(("hours_per_week", "position_percent", "self_employed"))


@cache
def _plan(activity: str) -> tuple[str | None, Defaults]:
    """The field that is the value of a spell, and the fields that go into its details."""
    opener = activities()[activity].opener
    value_field = None if activity == "work" else opener.value_field
    return value_field, tuple(
        (name, default) for name, default in defaults(opener) if name not in _COLUMNS and name != value_field
    )


@cache
def defaults(cls: type[Fact]) -> Defaults:
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


def number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


class ConfirmedRows:
    """A confirmed activity counts as running until the next confirmation, an end of such an activity that was told of,
    or until the situation is no longer known."""

    def __init__(self) -> None:
        self._confirmed: list[tuple[date, int, StatusConfirmed, date]] = []
        self._days: dict[str, list[date]] = {}
        self._periods: dict[str, list[Fact]] = {}
        self._rows: dict[tuple[int, str, date], tuple[str, Columns]] = {}

    def add(self, entry: Entry) -> None:
        fact = entry.fact
        if isinstance(fact, StatusConfirmed):
            if fact.reached:
                insort(self._confirmed, _until_unknown(entry.version, fact), key=_in_time)
            return
        for activity in ended_by(type(fact)):
            if fact.on_precision == "day":
                insort(self._days.setdefault(activity, []), fact.on)
            else:
                self._periods.setdefault(activity, []).append(fact)

    def drop(self, entry: Entry) -> None:
        fact = entry.fact
        if isinstance(fact, StatusConfirmed):
            if fact.reached:
                self._confirmed.remove(_until_unknown(entry.version, fact))
            # It may come back with other values.
            self._rows = {}
            return
        for activity in ended_by(type(fact)):
            if fact.on_precision == "day":
                self._days[activity].remove(fact.on)
            else:
                self._periods[activity].remove(fact)

    def rows(self) -> Folded:
        found: Folded = []
        nexts = [*(on for on, *_ in self._confirmed[1:]), date.max]
        for (on, version, fact, until), following in zip(self._confirmed, nexts, strict=False):
            until = min(until, following)
            if until <= on:
                continue
            for activity, hours in fact.activities.items():
                to = min(until, self._end(activity, on, until) + DAY)
                row = self._rows.get((version, activity, to))
                if row is None:
                    row = self._rows[version, activity, to] = _confirmed(version, on, to, activity, hours)
                found.append(row)
        return found

    def _end(self, activity: str, on: date, until: date) -> date:
        """The last day of what was confirmed on a day, where an end of it was told of before another."""
        days = self._days.get(activity, ())
        first = bisect_left(days, on)
        end = days[first] if first < len(days) else until
        for fact in self._periods.get(activity, ()):
            last = _last_day(fact, on)
            if on <= last < end:
                end = last
        return end


def _confirmed(version: int, on: date, to: date, activity: str, hours: Decimal | None) -> tuple[str, Columns]:
    start = on.isoformat()
    value = "ordinary" if activity == "work" else None
    return (
        "spells",
        (activity, "confirmed", start, start, to.isoformat(), value, number(hours), None, None, version, None),
    )


def _until_unknown(version: int, fact: StatusConfirmed) -> tuple[date, int, StatusConfirmed, date]:
    return fact.on, version, fact, months_after(fact.on, KNOWN_FOR.on(fact.on))


def _in_time(confirmed: tuple[date, int, StatusConfirmed, date]) -> tuple[date, int]:
    return confirmed[0], confirmed[1]


@cache
def ended_by(cls: type[Fact]) -> tuple[str, ...]:
    """The activities which a confirmed status can name, and facts of a kind end: their own, or those that lie in it."""
    if not issubclass(cls, Closes):
        return ()
    found: tuple[str, ...] = get_args(StatusActivity)
    return tuple(name for name in found if cls.activity in (name, activities()[name].within))


def _last_day(end: Fact, confirmed_on: date) -> date:
    """The last day of what ended; where it is known only to a period in which it was still confirmed, that day."""
    if end.on_precision != "day" and same_period(end, confirmed_on):
        return max(end.on, confirmed_on)
    return end.on
