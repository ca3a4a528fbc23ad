"""A thing due: from the day that made it so until it was done, cut where time stands still and where people move."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

from events.contract import Party
from tracker.follow_up.phases import OPEN, Phases, Stretch
from tracker.follow_up.rules import Rests

Ended = Literal["", "done", "needless", "passed", "replaced", "called-off", "changed"]
"""How a segment of a task ended: not yet; done; needless for good; the next one's time had come; due anew on another
day; called off while the participant is elsewhere or the contract over; or it goes on with another day, place or
pause."""

Line = tuple[str, tuple[Any, ...]]
"""(table, row without participant)."""


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

    @property
    def line(self) -> Line:
        """As a row of the read model."""
        return "tasks", (
            self.task,
            self.about,
            self.due.isoformat(),
            self.valid_from.isoformat(),
            told_end(self.valid_to),
            self.party,
            self.rests_on,
            self.municipality,
            int(self.paused),
            self.ended or None,
        )


class Need(NamedTuple):
    """Something due, before pauses, moves and the end of what it belongs to are looked at."""

    opened: date
    due: date
    closed: date = OPEN
    ended: Ended = ""

    def until(self, closed: date, ended: Ended) -> "Need":
        """The same, with its end."""
        return Need(self.opened, self.due, closed, ended)


def told_end(day: date) -> str | None:
    """The first day after, as rows tell it."""
    return None if day == OPEN else day.isoformat()


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

    :param stretches: when it can be done, in order and apart from each other
    :param pauses: as for :meth:`Phases.pauses`
    """
    paused_at = phases.pauses(pauses) if pauses else ()
    timed = _paused(need, paused_at) if paused_at else [(need.opened, need.closed, need.due, False)]
    for begins, ends in stretches:
        parts = [
            (begun, after, due, paused, municipality)
            for first, last, due, paused in timed
            for municipality, (since, until) in phases.homes
            if (begun := max(first, begins, since)) < (after := min(last, ends, until))
        ]
        for number, (begun, after, due, paused, municipality) in enumerate(parts, start=1):
            ended: Ended = "changed"
            if number == len(parts):
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
        due = moved(due, first, after)
    if begun < need.closed:
        found.append((begun, need.closed, due, False))
    return found


def moved(day: date, first: date, after: date) -> date:
    """A day moved by the days of a pause that has ended."""
    if after == OPEN:
        return day
    return day + (after - first) if OPEN - day > after - first else OPEN
