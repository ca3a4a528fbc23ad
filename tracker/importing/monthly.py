"""A sheet with one row a person and one column a month, as municipalities keep them: equal neighbours are one spell."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from events import Closes, Fact, Opens
from events.status import PeriodObserved
from tracker.importing.cells import Cell, CellProblem, as_month
from tracker.importing.problems import Problems, choice_of
from tracker.importing.profile import Months, Profile, Spell
from tracker.importing.telling import (
    Said,
    Slot,
    Telling,
    first_registered_on,
    further_facts,
    registration_of,
    slot_of,
)
from tracker.importing.template import Line, Wanted, mapped

DAY: Final = timedelta(days=1)
States = tuple[Spell, ...] | None


class Calendar(NamedTuple):
    """The month columns of a sheet.

    :ivar columns: their names
    :ivar months: the first day of each
    """

    columns: tuple[str, ...]
    months: tuple[date, ...]

    @property
    def first(self) -> date:
        return self.months[0]

    @property
    def last(self) -> date:
        return last_day(self.months[-1])


class Before(NamedTuple):
    """What this source told of the time before the first column.

    :ivar until: the last day that it told of
    :ivar running: the spells that ran on that day
    :ivar since: the first day of the observed window that touches the first column, if one does
    """

    until: date
    running: tuple[Spell, ...]
    since: date | None


def last_day(month: date) -> date:
    return following(month) - DAY


def following(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def calendar_of(months: Months, header: Sequence[str], header_row: int, problems: Problems) -> Calendar | None:
    """The month columns of a sheet; None where they cannot be told, which is a problem."""
    start, end = _ends(months, header)
    if start is None or end is None or start > end:
        named = "in this order" if months.columns else "columns that name months, such as Sep.93 or 1993-09"
        problems.error("no-months", header_row, None, " to ".join(months.columns or ()), named)
        return None
    columns = tuple(header[start : end + 1])
    first = months.first or _month(columns[0])
    if first is None:
        problems.error("no-months", header_row, columns[0], columns[0], "a month; or say `first` in [sheet] months")
        return None
    found = [first]
    while len(found) < len(columns):
        found.append(following(found[-1]))
    right = True
    for column, month in zip(columns, found, strict=True):
        if _month(column) not in (None, month):
            problems.error("month-differs", header_row, column, column, f"{month:%Y-%m}, by its place")
            right = False
    return Calendar(columns, tuple(found)) if right else None


def _ends(months: Months, header: Sequence[str]) -> tuple[int | None, int | None]:
    if months.columns is None:
        named = [place for place, heading in enumerate(header) if _month(heading) is not None]
        return (named[0], named[-1]) if named else (None, None)
    start, end = (header.index(name) if name in header else None for name in months.columns)
    return start, end


def _month(heading: str) -> date | None:
    try:
        return as_month(heading)
    except CellProblem:
        return None


def told_by_months(
    profile: Profile, calendar: Calendar, lines: Sequence[Line], said: Mapping[int, Said], problems: Problems
) -> Telling:
    """What a person's row tells, going on from what this source told of the time before the first column.

    A blank cell is a gap: nobody knows. A spell goes on through a gap where the same state stands on both sides;
    otherwise it is closed with the last month before the gap. The last column never closes a spell.
    """
    (line,) = lines
    states = [_state(profile, line, column, problems) for column in calendar.columns]
    places = {spell.place for spells in profile.states.values() for spell in spells}
    about = [each for each in said.values() if each.by_same or (each.fact.activity, each.fact.key) in places]
    windows = [each.fact for each in said.values() if isinstance(each.fact, PeriodObserved)]
    before = _before(calendar, [each.fact for each in about], windows)
    registered = first_registered_on(profile, line, problems)
    wanted = [
        Wanted(fact, line.number, calendar.columns[place], {}, registered)
        for fact, place in (
            *_windows(calendar, states, before, windows),
            *_spells(calendar, states, before),
        )
    ]

    def slot(each: Said) -> Slot | None:
        fact = each.fact
        if isinstance(fact, PeriodObserved):
            touches = before is not None and before.since == fact.on
            return (fact.TOPIC,) if touches or calendar.first <= fact.on <= calendar.last else None
        if not (each.by_same or (fact.activity, fact.key) in places) or not isinstance(fact, (Opens, Closes)):
            return slot_of(profile.facts, each)
        if isinstance(fact, Opens):
            inside = calendar.first <= fact.on <= calendar.last
        else:
            inside = (before.until if before else calendar.first) <= fact.on < calendar.last
        return (fact.TOPIC, fact.key) if inside else None

    return Telling(registration_of(profile, lines, problems), wanted + further_facts(profile, lines, problems), slot)


def _state(profile: Profile, line: Line, column: str, problems: Problems) -> States:
    cell: Cell = line.cell(column)
    if cell is None:
        return None
    try:
        state: tuple[Spell, ...] = mapped(profile.states, cell)
    except CellProblem:
        problems.error("unknown-state", line.number, column, cell, f"{choice_of(profile.states)}, or a blank cell")
        return None
    return state


def _before(calendar: Calendar, about: Sequence[Fact], windows: Sequence[PeriodObserved]) -> Before | None:
    earlier = [window for window in windows if window.on < calendar.first]
    opened: dict[tuple[str, str], Opens] = {}
    for fact in sorted(about, key=lambda fact: fact.on):
        if isinstance(fact, Opens) and fact.on < calendar.first:
            opened[fact.activity, fact.key] = fact
    if not earlier and not opened:
        return None
    newest = max(earlier, key=lambda window: window.until, default=None)
    until = min(newest.until, calendar.first - DAY) if newest else calendar.first - DAY
    closed = [fact for fact in about if isinstance(fact, Closes)]
    running = tuple(
        Spell(start)
        for place, start in opened.items()
        if not any((end.activity, end.key) == place and start.on <= end.on < until for end in closed)
    )
    touches = newest is not None and newest.until >= calendar.first - DAY
    return Before(until, running, newest.on if newest and touches else None)


def _windows(
    calendar: Calendar, states: Sequence[States], before: Before | None, windows: Sequence[PeriodObserved]
) -> Iterator[tuple[Fact, int]]:
    """One observed window for each stretch of filled cells; it reaches as far beyond the sheet as was told before."""
    since = before.since if before else None
    if since is not None and (not states or states[0] is None):
        yield PeriodObserved(on=since, until=calendar.first - DAY), 0
    start: int | None = None
    for place, state in enumerate([*states, None]):
        if state is not None:
            start = place if start is None else start
        elif start is not None:
            on = since if start == 0 and since is not None else calendar.months[start]
            until = last_day(calendar.months[place - 1])
            if place == len(states):
                beyond = [window.until for window in windows if window.on <= until < window.until]
                until = max([until, *beyond])
            yield PeriodObserved(on=on, until=until), start
            start = None


def _spells(calendar: Calendar, states: Sequence[States], before: Before | None) -> Iterator[tuple[Fact, int]]:
    """Openers and closes where a filled cell says something else than the filled cell before it."""
    running: tuple[Spell, ...] = before.running if before else ()
    until: date | None = before.until if before else None
    for place, state in enumerate(states):
        if state is None:
            continue
        # What lies within another activity ends before it does.
        for spell in sorted(running, key=lambda spell: spell.opener.within is None):
            if not _stands(spell, state):
                assert until is not None
                yield spell.closed(until), place
        for spell in state:
            if not _stands(spell, running):
                yield spell.opened(calendar.months[place]), place
        running, until = state, last_day(calendar.months[place])


def _stands(spell: Spell, among: Sequence[Spell]) -> bool:
    """Whether the spell goes on there: the same activity, key and values."""
    return any(spell is other or spell.words == other.words for other in among)
