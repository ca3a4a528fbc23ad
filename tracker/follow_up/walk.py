"""What is due by rule: each rule walks through a participant's facts in the order of time.

Nothing here knows what day it is. A task is valid from the day on which something made it due until it was done, became
needless, or was called off; it is overdue when its day has passed by the day that is asked about.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal, NamedTuple

from events.contract import Party
from tracker.calendar import months_after
from tracker.follow_up.happenings import Happening, happenings, looked_at
from tracker.follow_up.phases import OPEN, Period, Phases, Stretch, common
from tracker.follow_up.rules import YEARS_AFTER, DueRule, Rests, Value, span
from tracker.spells import DAY, Entry

Ended = Literal["", "done", "needless", "passed", "replaced", "called-off", "changed"]
"""How a segment of a task ended: not yet; done; needless for good; the next one's time had come; due anew on another
day; called off while the participant is elsewhere or the contract over; or it goes on with another day, place or
pause."""


class Task(NamedTuple):
    """A segment of a thing due, during which nothing about it changes; half-open.

    :ivar task: the rule, or step, obligation, follow-up, contract-ends
    :ivar about: which of them, by its name; empty where there is one
    :ivar due: the last day in time
    :ivar paused: time stands still
    :ivar rests_on: contract, law, rule or local
    :ivar municipality: in whose care the participant was
    """

    task: str
    about: str
    due: date
    valid_from: date
    valid_to: date
    party: Party
    rests_on: Rests | Literal["contract"]
    municipality: str
    paused: bool
    ended: Ended


@dataclass(frozen=True)
class Need:
    """Something due, before pauses, moves and the end of what it belongs to are looked at."""

    opened: date
    due: date
    closed: date = OPEN
    ended: Ended = ""


def tasks_of(rule: DueRule, phases: Phases) -> list[Task]:
    """Every task of a rule, in the order of time."""
    if phases.registered is None:
        return []
    walk = _Walk(rule, phases)
    found: list[Task] = []
    before = date.min
    for period in phases.of(rule.phase):
        for need in walk.needs(period, min(before, period.opened_on)):
            # Most needs are what they were before a fact came.
            key = rule.id, period.opened_on, period.about, need
            cut = phases.cut.get(key)
            if cut is None:
                about = period.about
                cut = phases.cut[key] = tuple(
                    pieces(phases, rule.id, about, need, period.stretches, rule.pauses, rule.party, rule.rests_on)
                )
            found += cut
        before = period.ends
    return found


def may_change(rule: DueRule, phases: Phases, entry: Entry) -> bool:
    """Whether a fact that no phase follows from, and that was just told of, can change what is due by a rule.

    No where it happened after the phase of the rule was over, or where what it makes due has to wait behind something
    older: most facts are told in the order in which they happened.
    """
    on = entry.fact.on
    if phases.registered is None:
        return False
    if not any(on <= after for period in phases.of(rule.phase) for _, after in period.stretches):
        return False
    if not rule.oldest or type(entry.fact) in looked_at(rule.closes):
        return True
    current = phases.cut.get((rule.id, "current"))
    value = rule.governing(on, phases.home(on), phases.starting_point(on))
    return current is None or on < current.opened or value is None or value.due_after(on) < current.due


def pieces(
    phases: Phases,
    task: str,
    about: str,
    need: Need,
    stretches: Sequence[Stretch],
    pauses: tuple[str, ...],
    party: Party,
    rests_on: Rests | Literal["contract"],
) -> Iterator[Task]:
    """A need as segments: cut where time stands still, where the participant moves, and to when it can be done.

    :param pauses: as for :meth:`Phases.pauses`
    """
    for stretch in common([(need.opened, need.closed)], stretches):
        timed = _paused(need, phases.pauses(pauses)) if pauses else [(need.opened, need.closed, need.due, False)]
        parts = [
            (begun, ended, due, paused, municipality)
            for first, after, due, paused in timed
            for municipality, home in phases.homes
            for begun, ended in common([stretch], common([(first, after)], [home]))
        ]
        parts.sort()
        for number, (begun, after, due, paused, municipality) in enumerate(parts):
            ended: Ended = "changed"
            if number + 1 == len(parts):
                ended = "" if after == OPEN else need.ended if after == need.closed else "called-off"
            yield Task(task, about, due, begun, after, party, rests_on, municipality, paused, ended)


def _paused(need: Need, pauses: Iterable[Stretch]) -> list[tuple[date, date, date, bool]]:
    """(from, to, due, paused): each day on which time stood still before something was due moves it by a day."""
    found = []
    begun, due = need.opened, need.due
    for first, after in pauses:
        first = max(first, begun)
        if after <= begun or first >= need.closed or first > due:
            continue
        if begun < first:
            found.append((begun, first, due, False))
        ends = min(after, need.closed)
        found.append((first, ends, due, True))
        begun = ends
        due = _later(due, first, after)
    if begun < need.closed:
        found.append((begun, need.closed, due, False))
    return found


_ORDER: Mapping[bool | None, int] = {False: 0, None: 1, True: 2}


def _later(day: date, first: date, after: date) -> date:
    """A day moved by the days of a pause that has ended."""
    if after == OPEN:
        return day
    return day + (after - first) if OPEN - day > after - first else OPEN


class _Walk:
    def __init__(self, rule: DueRule, phases: Phases) -> None:
        self.rule = rule
        self.phases = phases
        self.opens = happenings(rule.opens, phases.told) if rule.opens else None
        self.closes = happenings(rule.closes, phases.told)
        self.ends = min((happening.on for happening in happenings(rule.ends, phases.told)), default=OPEN)

    def needs(self, period: Period, before: date) -> Iterator[Need]:
        """What a period made due.

        :param before: the end of the period before this one: what opened until then belongs to that one
        """
        if not period.stretches:
            return
        if self.opens is None:
            opens = [Happening(period.opened_on, period.opened_on)]
        else:
            opens = [
                happening._replace(on=max(happening.on, period.opened_on))
                for happening in self.opens
                if before <= happening.on < period.ends
            ]
        for need in self._oldest(opens) if self.rule.oldest else self._walked(period, opens):
            if need.opened < min(need.closed, self.ends):
                yield need if need.closed <= self.ends else replace(need, closed=self.ends, ended="needless")

    def _value(self, day: date, told_by: date | None = None) -> Value | None:
        """What the rule says of what begins on a day, of the starting point as told by that day or a later one."""
        key = self.rule.id, day, told_by or day
        values = self.phases.values
        if key not in values:
            values[key] = self.rule.governing(day, self.phases.home(day), self.phases.starting_point(told_by or day))
        return values[key]

    def _turns(
        self, opens: Iterable[Happening], told_anew: Iterable[Happening] = ()
    ) -> list[tuple[date, bool | None, Happening]]:
        """(day, whether it is done by it, what happened): on one day what opens before what is done.

        :param told_anew: neither opens nor closes; comes between the two
        """
        turns: list[tuple[date, bool | None, Happening]] = [
            *((one.on, False, one) for one in opens),
            *((one.on, None, one) for one in told_anew),
            *((one.on, True, one) for one in self.closes),
        ]
        return sorted(turns, key=lambda turn: (turn[0], _ORDER[turn[1]]))

    def _walked(self, period: Period, opens: Iterable[Happening]) -> Iterator[Need]:
        if self.rule.once and any(one.on < period.opened_on for one in self.closes):
            return
        current: Need | None = None
        opened: Happening | None = None
        for on, closing, happening in self._turns(opens, self._told_anew()):
            if closing is None:
                if opened is None:
                    continue
                found = self._anew(period, opened, on, current)
                if current is not None and found != current:
                    yield replace(current, closed=on, ended="needless" if found is None else "replaced")
                current = found
                continue
            opened = None if closing else happening
            if closing and self.rule.once:
                if current is not None:
                    yield replace(current, closed=on, ended="done")
                return
            if closing:
                if current is None or on < current.opened:
                    continue
                yield replace(current, closed=on, ended="done")
                current = self._again(period, on)
                continue
            value = self._value(on)
            if value is None:
                continue
            if value.points or value.yearly is not None:
                opened = None
                yield from self._points(period, happening, value)
                continue
            if current is not None:
                if value.again is not None:
                    continue
                yield replace(current, closed=on, ended="replaced")
            current = Need(on, self._due(period, happening, value))
        if current is not None:
            yield current

    def _due(self, period: Period, opened: Happening, value: Value) -> date:
        rhythm = self._rhythm(period, opened.on) if value.again is not None else None
        return months_after(opened.since, rhythm) if rhythm else value.due_after(opened.since)

    def _told_anew(self) -> list[Happening]:
        """When the starting point was told anew, where the rule asks for it: schooling is often asked for late."""
        asks = any(value.rule_sets or value.schooling or value.categories for value in self.rule.values)
        return [Happening(day, day) for day in self.phases.told_anew] if asks else []

    def _anew(self, period: Period, opened: Happening, on: date, current: Need | None) -> Need | None:
        """What is due of what was opened before, by what is told of the starting point from a day on."""
        value = self._value(opened.on, on)
        if value is None or value.points or value.yearly is not None:
            return None
        due = self._due(period, opened, value)
        return current if current is not None and current.due == due else Need(on, due)

    def _again(self, period: Period, day: date) -> Need | None:
        value = self._value(day)
        if value is None or value.again is None:
            return None
        rhythm = self._rhythm(period, day)
        return Need(day, months_after(day, rhythm) if rhythm else span(value.again).after(day))

    def _rhythm(self, period: Period, day: date) -> int | None:
        """Months until the next conversation, where a contract agrees them: it agrees no rhythm of anything else."""
        conversations = not self.rule.opens and "contact" in self.rule.closes
        if not conversations or self.rule.phase not in ("programme", "after", "contract"):
            return None
        return self.phases.rhythm(day, period.about)

    def _points(self, period: Period, opened: Happening, value: Value) -> Iterator[Need]:
        """Each point is done by the first thing in its time, which ends where that of the next begins."""
        days = value.points_after(opened.since)
        rhythm = self._rhythm(period, opened.on) if value.points else None
        if rhythm:
            days = [months_after(opened.since, months) for months in range(rhythm, 12 * YEARS_AFTER + 1, rhythm)]
        begins = [self._begins(opened, last, day, value) for last, day in pairwise([opened.since, *days])]
        for number, due in enumerate(days):
            passed = begins[number + 1] if number + 1 < len(days) else OPEN
            if value.late is not None:
                passed = min(passed, span(value.late).after(due) + DAY)
            done = next((one.on for one in self.closes if begins[number] <= one.on < passed), OPEN)
            closed = min(done, passed)
            yield Need(opened.on, due, closed, "" if closed == OPEN else "done" if closed == done else "passed")

    def _begins(self, opened: Happening, last: date, day: date, value: Value) -> date:
        """The first day on which a point can be done: some time before its day, moved by pauses as that is."""
        early = span(value.from_before)
        begins = max(opened.on, months_after(day, -early.months) - timedelta(days=early.days), last + (day - last) // 2)
        for first, after in self.phases.pauses(self.rule.pauses) if self.rule.pauses else ():
            first = max(first, opened.on)
            if first < after and first <= begins:
                begins = OPEN if after == OPEN else _later(begins, first, after)
        return begins

    def _oldest(self, opens: Iterable[Happening]) -> Iterator[Need]:
        """One need for all that is outstanding, due with the oldest of it."""
        turns = self._turns(opens)
        outstanding: dict[int, date] = {}
        done: set[int] = set()
        current: Need | None = None
        for number, (on, closing, one) in enumerate(turns):
            if closing:
                outstanding.pop(one.about, None)
                done.add(one.about)
            elif not one.about or one.about not in done:
                value = self._value(on)
                if value is not None:
                    outstanding[one.about] = value.due_after(one.since)
            if number + 1 < len(turns) and turns[number + 1][0] == on:
                continue
            due = min(outstanding.values(), default=None)
            if current is not None and current.due != due:
                yield replace(current, closed=on, ended="done" if due is None else "changed")
                current = None
            if current is None and due is not None:
                current = Need(on, due)
        self.phases.cut[self.rule.id, "current"] = current
        if current is not None:
            yield current
