"""How the facts of one partition open, change and close spells: the one place that guards and read model share."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from events import Changes, Closes, Fact, Opens, Reopens, Sets, activities
from tracker.fact_values import names_its_spell, values_of

DAY = timedelta(days=1)
Partition = tuple[str, str]


class Entry(NamedTuple):
    """An effective fact: corrections applied, in the place of its original.

    :ivar version: the version of the original in its stream
    :ivar fact: the fact as it is held to be now
    """

    version: int
    fact: Fact


class Segment(NamedTuple):
    """A stretch of a spell during which all its values stay the same; half-open.

    :ivar spell_from: first day of the whole spell; it ties the segments of one spell together
    :ivar valid_to: first day on which it no longer holds; None while open
    :ivar opened_by: version of the fact that opened the spell
    :ivar closed_by: log name of the fact that closed the spell, on its last segment
    """

    activity: str
    key: str
    spell_from: date
    valid_from: date
    valid_to: date | None
    values: dict[str, Any]
    opened_by: int
    closed_by: str | None


Kind = Literal[
    "already-running",
    "not-running",
    "ends-before-start",
    "not-ended",
    "end-without-start",
    "change-without-start",
    "overlap",
    "without-consent",
]
IMPOSSIBLE: frozenset[Kind] = frozenset(("already-running", "not-running", "ends-before-start", "not-ended"))


class Problem(NamedTuple):
    """Something about a fact that cannot have happened (the kinds in ``IMPOSSIBLE``), or is merely unusual.

    :ivar version: the fact
    :ivar since: the day from which the spell it clashes with runs, where there is one
    """

    kind: Kind
    version: int
    fact: Fact
    since: date | None = None


@dataclass(slots=True)
class _Running:
    opened_by: int
    spell_from: date
    valid_from: date
    values: dict[str, Any]
    none_by_night: bool = False
    """Closed on its first day, there was none."""
    resumed: bool = False
    """Reopened on its last day or before, so that it goes on from the end it had."""


@dataclass(slots=True)
class Trace:
    """What the facts of one partition amount to."""

    segments: list[Segment] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def impossible(self) -> Problem | None:
        if not self.problems:
            return None
        return next((problem for problem in self.problems if problem.kind in IMPOSSIBLE), None)


def partition_of(fact: Fact) -> Partition | None:
    """The facts that can affect each other's spells share a partition; None for a fact that touches no spell."""
    shared = _shared_partition(type(fact))
    if shared is None or not fact.takes_effect:
        return None
    name, key = shared
    return (name, fact.key if key is None else key)


@cache
def _shared_partition(cls: type[Fact]) -> tuple[str, str | None] | None:
    """The partition of a kind of fact; without a key where each spell key has one of its own."""
    if not cls.activity or not issubclass(cls, (Opens, Changes, Closes, Reopens, Sets)):
        return None
    activity = activities()[cls.activity]
    if activity.needs_consent:
        return "consent", activity.needs_consent
    if activity.solitary or issubclass(activity.opener, Sets):
        return cls.activity, ""
    return activity.within or cls.activity, None


def trace(entries: Sequence[Entry]) -> Trace:
    """Walk the facts of one partition in the order in which they happened.

    Order is (on, version). Dates are compared at the coarser precision: a fact known only to its month or year that
    does not fit on its first day is tried again after each fact of that period, and one that fits there but makes a
    later fact of its period impossible is put behind that.
    """
    found = _walked(entries, {})
    if found.impossible is None:
        return found
    # In the order of their versions: the same facts amount to the same, however they are given.
    coarse = sorted((entry for entry in entries if entry.fact.on_precision != "day"), key=attrgetter("version"))
    behind: dict[int, date] = {}
    walked = found
    while (problem := walked.impossible) is not None:
        moved = next((entry for entry in coarse if _may_follow(entry, problem, behind)), None)
        if moved is None:
            return found
        behind[moved.version] = problem.fact.on
        walked = _walked(entries, behind)
    return walked


def _may_follow(entry: Entry, problem: Problem, behind: dict[int, date]) -> bool:
    """Whether a coarse fact can be put behind the fact that has become impossible."""
    return (
        entry.version != problem.version
        and same_period(entry.fact, problem.fact.on)
        and behind.get(entry.version, entry.fact.on) <= problem.fact.on
        and behind.get(entry.version) != problem.fact.on
    )


def _walked(entries: Sequence[Entry], behind: dict[int, date]) -> Trace:
    walk = Walk()
    waiting: dict[int, tuple[Entry, Problem]] = {}
    for entry in sorted(entries, key=lambda entry: _place(entry, behind)) if len(entries) > 1 else entries:
        problem = walk.apply(entry)
        if problem is None:
            if waiting:
                walk.retry(waiting, entry)
        elif entry.fact.on_precision != "day":
            waiting[entry.version] = entry, problem
        else:
            walk.problems.append(problem)
    walk.problems += [problem for _, problem in waiting.values()]
    found = walk.told()
    if found.problems:
        found.problems = [_sharpened(problem, entries) for problem in found.problems]
    return found


def _place(entry: Entry, behind: dict[int, date]) -> tuple[date, bool, int]:
    moved = behind.get(entry.version)
    return (entry.fact.on, False, entry.version) if moved is None else (moved, True, entry.version)


class Walk:
    """A walk through the facts of one partition, in the order in which they happened."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self.problems: list[Problem] = []
        self.running: dict[tuple[str, str], _Running] = {}
        self.ended: dict[tuple[str, str], tuple[_Running, int]] = {}
        self.needing: list[Entry] = []

    def retry(self, waiting: dict[int, tuple[Entry, Problem]], applied: Entry) -> None:
        """Try what waits in the period of a fact again, until nothing more fits."""
        fitted = True
        while fitted:
            fitted = False
            for entry, _ in list(waiting.values()):
                if same_period(entry.fact, applied.fact.on) and self.apply(entry) is None:
                    del waiting[entry.version]
                    fitted = True

    def apply(self, entry: Entry) -> Problem | None:
        """Take one step; a fact that does not fit changes nothing, and what is wrong with it is told."""
        fact = entry.fact
        if isinstance(fact, Opens):
            return self._open(entry, fact)
        if isinstance(fact, Sets):
            self._set(entry, fact)
            return None
        if isinstance(fact, Closes):
            return self._close(entry, fact)
        if isinstance(fact, Reopens):
            return self._reopen(entry, fact)
        return self._change(entry, fact)

    def _open(self, entry: Entry, fact: Opens) -> Problem | None:
        spell = (fact.activity, fact.key)
        running = self.running.get(spell)
        if running is not None:
            return Problem("already-running", entry.version, fact, running.spell_from)
        if fact.within is not None:
            parent = self.running.get((fact.within, fact.key))
            if parent is None:
                return Problem("not-running", entry.version, fact)
            if fact.marks_parent:
                self._cut((fact.within, fact.key), parent, fact.on, {fact.marks_parent: True})
        if fact.solitary and any(activity == fact.activity for activity, _ in self.running):
            self.problems.append(Problem("overlap", entry.version, fact))
        if fact.needs_consent:
            self.needing.append(entry)
        before = self.ended.get(spell)
        # Where the one before it ended that day, it goes on with that one.
        goes_on = before is not None and (self.segments[before[1]].valid_to or fact.on) > fact.on
        none_by_night = fact.lasts_overnight and fact.on_precision == "day" and not goes_on
        start = self._free_from(spell, fact)
        self.running[spell] = _Running(entry.version, start, start, values_of(fact), none_by_night)
        return None

    def _free_from(self, spell: tuple[str, str], fact: Fact) -> date:
        """The first day of a new spell: its own, and where the spell before it ended that day, that one gives way."""
        before = self.ended.get(spell)
        if before is None:
            return fact.on
        at = before[1]
        last = self.segments[at]
        if last.valid_to is None or last.valid_to <= fact.on:
            return fact.on
        if fact.on_precision != "day":
            return last.valid_to
        if last.valid_from < fact.on:
            self.segments[at] = last._replace(valid_to=fact.on)
        return fact.on

    def _set(self, entry: Entry, fact: Sets) -> None:
        spell = (fact.activity, fact.activity)
        running = self.running.get(spell)
        if running is not None and running.valid_from < fact.on:
            self._emit(spell, running, fact.on, fact.TOPIC)
        values = values_of(fact) or {"set_by": fact.TOPIC}
        start = self._free_from(spell, fact) if running is None else fact.on
        self.running[spell] = _Running(entry.version, start, start, values)

    def _change(self, entry: Entry, fact: Fact) -> Problem | None:
        spell = (fact.activity, fact.key)
        running = self.running.get(spell)
        if running is None:
            return Problem("not-running" if names_its_spell(fact) else "change-without-start", entry.version, fact)
        told = {name: value for name, value in values_of(fact).items() if value is not None}
        outdates: Mapping[str, str] = {}
        if isinstance(fact, Changes):
            outdates = fact.outdates
            told = {name: value for name, value in told.items() if name not in fact.of_itself}
        news = {outdated: None for name, outdated in outdates.items() if name in told} | told
        self._cut(spell, running, fact.on, news)
        return None

    def _close(self, entry: Entry, fact: Closes) -> Problem | None:
        activity = activities()[fact.activity]
        spell = (fact.activity, fact.activity if issubclass(activity.opener, Sets) else fact.key)
        running = self.running.pop(spell, None)
        if running is None:
            if fact.stands_alone and fact.key == fact.activity:
                return None
            refused = names_its_spell(fact) and not (activity.within and spell in self.ended)
            return Problem("not-running" if refused else "end-without-start", entry.version, fact)
        if self._goes_on_from_its_end(spell, running) and fact.on < running.valid_from:
            # Ended again before it had gone on for a day: it ended when it had ended before, with what was told since.
            end = running.valid_from
            self.ended[spell] = running, self.ended[spell][1]
        elif running.none_by_night and fact.on_precision == "day" and fact.on == running.valid_from:
            end = fact.on
        else:
            end = max(fact.on + DAY, running.valid_from + DAY)
            self._end(spell, running, end, fact.TOPIC)
        for child, inner in list(self.running.items()):
            if activities()[child[0]].within == fact.activity and child[1] == fact.key:
                del self.running[child]
                self._end(child, inner, max(end, inner.valid_from + DAY), fact.TOPIC)
        if activity.within is not None:
            parent = (activity.within, fact.key)
            marks = getattr(activity.opener, "marks_parent", None)
            if marks and parent in self.running:
                self._cut(parent, self.running[parent], end, {marks: False})
        return None

    def _reopen(self, entry: Entry, fact: Reopens) -> Problem | None:
        spell = (fact.activity, fact.key)
        before = self.ended.get(spell)
        if spell in self.running or before is None:
            return Problem("not-ended", entry.version, fact)
        ended, at = before
        start = max(fact.on, self.segments[at].valid_to or fact.on)
        # What lay within it ended with it, and is not taken up again by itself.
        marks = {
            mark: False
            for child in activities().values()
            if child.within == fact.activity and (mark := getattr(child.opener, "marks_parent", None)) in ended.values
        }
        values = {**ended.values, **marks}
        self.running[spell] = _Running(ended.opened_by, ended.spell_from, start, values, resumed=start > fact.on)
        return None

    def _goes_on_from_its_end(self, spell: tuple[str, str], running: _Running) -> bool:
        """Whether it was reopened before it was over, and has the values that it had then on its first day."""
        return running.resumed and self.segments[self.ended[spell][1]].valid_to == running.valid_from

    def _cut(self, spell: tuple[str, str], running: _Running, on: date, news: dict[str, Any]) -> None:
        """From ``on`` the spell goes on with new values; a cut on its first day only changes the values."""
        merged = {**running.values, **news}
        if merged == running.values:
            return
        if running.valid_from < on:
            self._emit(spell, running, on, None)
            running.valid_from = on
        running.values = merged

    def _end(self, spell: tuple[str, str], running: _Running, valid_to: date, topic: str) -> None:
        self.ended[spell] = (running, len(self.segments))
        self._emit(spell, running, valid_to, topic)

    def _emit(self, spell: tuple[str, str], running: _Running, valid_to: date | None, topic: str | None) -> None:
        self.segments.append(_segment(spell, running, valid_to, topic))

    def told(self) -> Trace:
        """What was walked through amounts to this; the walk can go on."""
        segments = [*self.segments, *(_segment(spell, running) for spell, running in self.running.items())]
        without = (
            Problem("without-consent", entry.version, entry.fact)
            for entry in self.needing
            if not any(self._consents(segment, entry.fact) for segment in segments)
        )
        return Trace(segments, [*self.problems, *without])

    def _consents(self, segment: Segment, fact: Fact) -> bool:
        """Whether a segment is a consent that holds on the day of a fact, in whatever order they were recorded."""
        return (
            segment.activity == "consent"
            and segment.valid_from <= fact.on
            and (segment.valid_to is None or fact.on < segment.valid_to)
        )


def _segment(
    spell: tuple[str, str], running: _Running, valid_to: date | None = None, topic: str | None = None
) -> Segment:
    activity, key = spell
    return Segment(
        activity, key, running.spell_from, running.valid_from, valid_to, running.values, running.opened_by, topic
    )


def same_period(coarse: Fact, day: date) -> bool:
    """Whether a day lies in the month or the year that a fact is known to."""
    if coarse.on.year != day.year:
        return False
    return coarse.on_precision == "year" or coarse.on.month == day.month


def _sharpened(problem: Problem, entries: Iterable[Entry]) -> Problem:
    """An end of a spell that starts only later is told apart from one that never was."""
    if problem.kind != "not-running" or isinstance(problem.fact, Opens):
        return problem
    spell = (problem.fact.activity, problem.fact.key)
    later = _starts(spell, entries)
    start = next((on for on in later if on > problem.fact.on), None)
    return problem if start is None else problem._replace(kind="ends-before-start", since=start)


def _starts(spell: tuple[str, str], entries: Iterable[Entry]) -> Iterator[date]:
    return iter(
        sorted(
            entry.fact.on
            for entry in entries
            if isinstance(entry.fact, Opens) and (entry.fact.activity, entry.fact.key) == spell
        )
    )
