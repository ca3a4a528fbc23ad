"""What is due by rule: each rule walks through a participant's facts in the order of time.

Nothing here knows what day it is. A task is valid from the day on which something made it due until it was done, became
needless, or was called off; it is overdue when its day has passed by the day that is asked about.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from operator import attrgetter, is_, itemgetter

from tracker.calendar import months_after
from tracker.follow_up.happenings import Happening, happenings, looked_at
from tracker.follow_up.phases import OPEN, Period, Phases
from tracker.follow_up.rules import YEARS_AFTER, DueRule, Value, span
from tracker.follow_up.tasks import Ended, Line, Need, moved, pieces
from tracker.spells import DAY, Entry

_OPENS, _TELLS_ANEW, _CLOSES = range(3)
Turn = tuple[date, int, Happening]
"""(day, what it does, what happened): on one day what opens comes before what is done."""

_in_turn = itemgetter(0, 1)
_day = attrgetter("on")


def _same(now: tuple[object, ...], before: tuple[object, ...]) -> bool:
    """Whether all of it is what it was: what is kept is the same object for as long as nothing about it changes."""
    return len(now) == len(before) and all(map(is_, now, before))


class Walk:
    """One rule on its way through the facts of one participant.

    Facts come one by one, and most of them after all others: while the phases stay as they were, the walk goes on from
    where it stood.
    """

    def __init__(self, rule: DueRule) -> None:
        self.rule = rule
        self._phases: Phases | None = None
        self._seen: tuple[object, ...] = ()
        self._lines: list[Line] = []
        self._start_anew()

    def _start_anew(self) -> None:
        self._happened: tuple[Sequence[Happening], ...] = ()
        self._courses: dict[int, _Course] = {}

    def lines(self, phases: Phases) -> list[Line]:
        """Every task of the rule as rows, in the order of time."""
        rule = self.rule
        opens = happenings(rule.opens, phases.told)
        if (rule.opens and not opens) or phases.last(rule.phase) is None:
            self._start_anew()
            return []
        periods = phases.of(rule.phase)
        if phases is not self._phases:
            rhythms = phases.rhythms if rule.takes_rhythm else ()
            seen = periods, phases.homes, phases.starting_points, phases.pauses(rule.pauses), rhythms
            if not _same(seen, self._seen):
                self._start_anew()
            self._phases, self._seen = phases, seen
        happened = opens, happenings(rule.closes, phases.told), happenings(rule.ends, phases.told)
        if not _same(happened, self._happened):
            self._lines = list(self._walked(phases, periods, *happened))
            self._happened = happened
        return self._lines

    def may_change(self, phases: Phases, entry: Entry) -> bool:
        """Whether a fact that no phase follows from, and that was just told of, can change what is due.

        No where it happened after the phase of the rule was over, or where what it makes due has to wait behind
        something older: most facts are told in the order in which they happened.
        """
        on, last = entry.fact.on, phases.last(self.rule.phase)
        if last is None or on > last:
            return False
        if not self.rule.oldest or type(entry.fact) in looked_at(self.rule.closes):
            return True
        course = self._courses.get(len(phases.of(self.rule.phase)) - 1)
        if course is None or course.current is None or on < course.current.opened:
            return True
        value = self.rule.governing(on, phases.home(on), phases.starting_point(on))
        return value is None or value.due_after(on) < course.current.due

    def _walked(
        self,
        phases: Phases,
        periods: Sequence[Period],
        opens: Sequence[Happening],
        closes: Sequence[Happening],
        ends: Sequence[Happening],
    ) -> Iterator[Line]:
        before = date.min
        needless_from = ends[0].on if ends else OPEN
        for number, period in enumerate(periods):
            if period.stretches:
                course = self._courses.get(number)
                if course is None or course.needless_from != needless_from:
                    course = self._courses[number] = _Course(self.rule, period, needless_from)
                # What opened until the end of the period before this one belongs to that one.
                since = min(before, period.opened_on)
                yield from course.lines(phases, [one for one in opens if since <= one.on < period.ends], closes)
            before = period.ends


class _Course:
    """The walk through one period, and how far it has come.

    :param needless_from: the day from which nothing is due any more
    """

    def __init__(self, rule: DueRule, period: Period, needless_from: date) -> None:
        self.rule = rule
        self.period = period
        self.needless_from = needless_from
        self.current: Need | None = None
        self._cut: dict[Need, list[Line]] = {}
        self._values: dict[tuple[date, date], Value | None] = {}
        self._times: dict[Happening, list[tuple[date, date, date]]] = {}
        self._stand([])

    def _stand(self, turns: list[Turn]) -> None:
        """Stand at the beginning."""
        self._turns = turns
        self._over: list[Line] = []
        self.current = None
        self._opened: Happening | None = None
        self._several: list[tuple[Happening, Value]] = []
        self._ended = False

    def lines(self, phases: Phases, opens: Sequence[Happening], closes: Sequence[Happening]) -> list[Line]:
        """What the period made due, as rows.

        :param opens: what makes something due in it, where the rule names that; else its first day does
        """
        rule, begun = self.rule, self.period.opened_on
        self.phases = phases
        opened = (
            [Happening(max(one.on, begun), one.since, one.about) for one in opens]
            if rule.opens
            else [Happening(begun, begun)]
        )
        if rule.oldest:
            return [line for need in self._oldest(self._in_turn(opened, closes)) for line in self._pieces(need)]
        if rule.once and closes and closes[0].on < begun:
            return []
        self._walk(self._in_turn(opened, closes))
        needs = [need for one, value in self._several for need in self._points(one, value, closes)]
        if self.current is not None:
            needs.append(self.current)
        return [*self._over, *(line for need in needs for line in self._pieces(need))]

    def _in_turn(self, opens: Sequence[Happening], closes: Sequence[Happening]) -> list[Turn]:
        turns = [(one.on, _OPENS, one) for one in opens]
        if self.rule.asks_for_start and not self.rule.oldest:
            # Schooling is often asked for late.
            turns += [(day, _TELLS_ANEW, Happening(day, day)) for day in self.phases.told_anew]
        turns += [(one.on, _CLOSES, one) for one in closes]
        turns.sort(key=_in_turn)
        return turns

    def _pieces(self, need: Need) -> list[Line]:
        if need.opened >= min(need.closed, self.needless_from):
            return []
        if need.closed > self.needless_from:
            need = need.until(self.needless_from, "needless")
        found = self._cut.get(need)
        if found is None:
            rule, period = self.rule, self.period
            tasks = pieces(
                self.phases, rule.id, period.about, need, period.stretches, rule.pauses, rule.party, rule.rests_on
            )
            found = self._cut[need] = [task.line for task in tasks]
        return found

    def _walk(self, turns: list[Turn]) -> None:
        """Go on from where the walk stood; from the beginning where something else comes before that."""
        walked = len(self._turns)
        if turns[:walked] != self._turns:
            self._stand([])
            walked = 0
        self._turns = turns
        for on, does, happening in turns[walked:]:
            if self._ended:
                return
            if does == _OPENS:
                self._opens(on, happening)
            elif does == _CLOSES:
                self._closes(on)
            elif self._opened is not None:
                self._tells_anew(on, self._opened)

    def _ends(self, on: date, ended: Ended) -> None:
        if self.current is not None:
            self._over += self._pieces(self.current.until(on, ended))

    def _opens(self, on: date, happening: Happening) -> None:
        self._opened = happening
        value = self._value(on)
        if value is None:
            return
        if value.points or value.yearly is not None:
            self._opened = None
            self._several.append((happening, value))
        elif self.current is None or value.again is None:
            self._ends(on, "replaced")
            self.current = Need(on, self._due(happening, value))

    def _closes(self, on: date) -> None:
        self._opened = None
        self._ended = self.rule.once
        if self.current is not None:
            self._ends(on, "done")
            self.current = None if self._ended else self._again(on)

    def _tells_anew(self, on: date, opened: Happening) -> None:
        """What is due of what was opened before, by what is told of the starting point from a day on."""
        value = self._value(opened.on, on)
        if value is None or value.points or value.yearly is not None:
            self._ends(on, "needless")
            self.current = None
            return
        due = self._due(opened, value)
        if self.current is None or self.current.due != due:
            self._ends(on, "replaced")
            self.current = Need(on, due)

    def _value(self, day: date, told_by: date | None = None) -> Value | None:
        """What the rule says of what begins on a day, of the starting point as told by that day or a later one."""
        key = day, told_by or day
        if key not in self._values:
            self._values[key] = self.rule.governing(day, self.phases.home(day), self.phases.starting_point(key[1]))
        return self._values[key]

    def _due(self, opened: Happening, value: Value) -> date:
        rhythm = self._rhythm(opened.on) if value.again is not None else None
        return months_after(opened.since, rhythm) if rhythm else value.due_after(opened.since)

    def _again(self, day: date) -> Need | None:
        value = self._value(day)
        if value is None or value.again is None:
            return None
        rhythm = self._rhythm(day)
        return Need(day, months_after(day, rhythm) if rhythm else span(value.again).after(day))

    def _rhythm(self, day: date) -> int | None:
        """Months until the next conversation, where a contract agrees them."""
        return self.phases.rhythm(day, self.period.about) if self.rule.takes_rhythm else None

    def _points(self, opened: Happening, value: Value, closes: Sequence[Happening]) -> Iterator[Need]:
        """Each point is done by the first thing in its time, which ends where that of the next begins."""
        times = self._times.get(opened)
        if times is None:
            times = self._times[opened] = list(self._times_of(opened, value))
        for due, begins, passed in times:
            first = bisect_left(closes, begins, key=_day)
            done = closes[first].on if first < len(closes) else OPEN
            if done < passed:
                yield Need(opened.on, due, done, "done")
            else:
                yield Need(opened.on, due, passed, "" if passed == OPEN else "passed")

    def _times_of(self, opened: Happening, value: Value) -> Iterator[tuple[date, date, date]]:
        """(day due, first day on which it can be done, first day on which it no longer can) of each point."""
        days = value.points_after(opened.since)
        rhythm = self._rhythm(opened.on) if value.points else None
        if rhythm:
            days = [months_after(opened.since, months) for months in range(rhythm, 12 * YEARS_AFTER + 1, rhythm)]
        begins = [self._begins(opened, last, day, value) for last, day in pairwise([opened.since, *days])]
        for due, first, passed in zip(days, begins, [*begins[1:], OPEN], strict=True):
            yield due, first, passed if value.late is None else min(passed, span(value.late).after(due) + DAY)

    def _begins(self, opened: Happening, last: date, day: date, value: Value) -> date:
        """The first day on which a point can be done: some time before its day, moved by pauses as that is."""
        early = span(value.from_before)
        begins = max(opened.on, months_after(day, -early.months) - timedelta(days=early.days), last + (day - last) // 2)
        for first, after in self.phases.pauses(self.rule.pauses):
            first = max(first, opened.on)
            if first < after and first <= begins:
                begins = OPEN if after == OPEN else moved(begins, first, after)
        return begins

    def _oldest(self, turns: Sequence[Turn]) -> Iterator[Need]:
        """One need for all that is outstanding, due with the oldest of it."""
        outstanding: dict[int, date] = {}
        done: set[int] = set()
        current: Need | None = None
        for number, (on, does, one) in enumerate(turns):
            if does == _CLOSES:
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
                yield current.until(on, "done" if due is None else "changed")
                current = None
            if current is None and due is not None:
                current = Need(on, due)
        self.current = current
        if current is not None:
            yield current
