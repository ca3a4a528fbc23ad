"""The worklist: what is due on a day, of whom, why, and what to do; read from the rows of tasks alone."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from tracker.follow_up.agreed import AGREED
from tracker.follow_up.filters import FilterNotValid, conditions, span_of
from tracker.follow_up.rules import FIXED, DueRule, Rulebook, Value
from tracker.follow_up.scope import Scope, advisor_of
from tracker.follow_up.working_days import next_working_day
from tracker.quality.rows import known, quoted
from tracker.wording import Language

if TYPE_CHECKING:
    from tracker.readmodel.follow import ReadModel

DAY = timedelta(days=1)
NEXT_WORKING_DAY = "next-working-day"

Group = Literal["overdue", "within 7 days", "within 30 days", "within 90 days", "later", "paused"]
GROUPS: Mapping[Group, int | None] = {
    "overdue": -1,
    "within 7 days": 7,
    "within 30 days": 30,
    "within 90 days": 90,
    "later": None,
    "paused": None,
}
"""Group -> days ahead, today being 0; in this order. What is paused stands last: its day moves with the pause."""


@dataclass(frozen=True)
class People:
    """What must be true of a participant, in the language of :mod:`tracker.follow_up.filters`."""

    has: tuple[str, ...] = ()
    has_not: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    runs_not: tuple[str, ...] = ()
    inactive: str | None = None

    def condition(self, who: str, at: date) -> tuple[str, dict[str, Any]]:
        """SQL that is true of such a participant, and its values.

        :raises tracker.follow_up.filters.FilterNotValid: there is no such fact, value, activity or time
        """
        return conditions(
            who,
            at,
            has=self.has,
            has_not=self.has_not,
            runs=self.runs,
            runs_not=self.runs_not,
            inactive=self.inactive,
        )

    @property
    def asked(self) -> bool:
        """Whether anything is asked of them."""
        return self != People()


@dataclass(frozen=True)
class Question:
    """Which tasks are asked for.

    :ivar due: no later than so long after the day: ``7d``, ``30d``, ``3m``, or ``next-working-day``; None = all
    :ivar ahead: only what is due after the day
    :ivar overdue: only what was due before the day and does not rest
    :ivar tasks: only these kinds; empty = all
    :ivar group: only what is in this group
    """

    scope: Scope
    due: str | None = None
    ahead: bool = False
    overdue: bool = False
    tasks: tuple[str, ...] = ()
    people: People = field(default_factory=People)
    group: Group | None = None

    @property
    def until(self) -> date:
        """The last day on which what is asked for is due.

        :raises tracker.follow_up.filters.FilterNotValid: ``due`` is no time
        """
        if self.due is None:
            return date.max
        if self.due == NEXT_WORKING_DAY:
            return next_working_day(self.scope.at)
        return span_of(self.due).after(self.scope.at)


class Due(NamedTuple):
    """One thing due.

    :ivar task: its kind: a rule, or step, obligation, follow-up, contract-ends
    :ivar title: the kind in words
    :ivar about: which of them; empty where there is one
    :ivar due: the last day in time; it is not overdue on that day
    :ivar overdue_since: the first day on which it was overdue; None while it is not, or rests
    :ivar days: days left; below zero so many days past
    :ivar party: whose duty it is
    :ivar basis: what it rests on, and the file of its rule: ``law (default@1)``; ``contract`` has no file
    :ivar source: where the rule's value comes from; empty of what a contract says
    :ivar to_do: what to do
    :ivar advisor: the participant's advisor on the day
    :ivar municipality: in whose care the participant was
    :ivar paused: time stands still for it: it is not overdue meanwhile
    """

    participant: str
    task: str
    title: str
    about: str
    due: date
    overdue_since: date | None
    days: int
    party: str
    basis: str
    source: str
    to_do: str
    advisor: str | None
    municipality: str
    paused: bool
    group: Group


def worklist(
    model: "ReadModel", question: Question, language: Language = "en", limit: int | None = None, offset: int = 0
) -> list[Due]:
    """What is due: first what is overdue, then the rest, each by its day; last what rests.

    :param limit: only so many of the first; :func:`counted` tells how many there are
    :param offset: so many of the first are left out
    :raises tracker.follow_up.filters.FilterNotValid: a filter names what there is none of
    """
    check_tasks(question.tasks, model.rules)
    select, values = selected(question)
    if limit is None:
        # Rows that come by municipality and day are nearly in order, which Python's sorting makes use of.
        rows = sorted(model.database.execute(select, values).fetchall(), key=_IN_ORDER)[offset:]
    else:
        rows = model.database.execute(
            f"SELECT * FROM ({select}) ORDER BY paused, due, participant, task, about LIMIT :limit OFFSET :offset",
            values | {"limit": limit, "offset": offset},
        ).fetchall()
    return list(_Telling(model, question.scope, rows, language).told(rows))


def counted(model: "ReadModel", question: Question) -> dict[Group, int]:
    """How many things there are in each group, in the order of the groups; groups without any are left out.

    :raises tracker.follow_up.filters.FilterNotValid: a filter names what there is none of
    """
    check_tasks(question.tasks, model.rules)
    # What the index itself holds, unless something is asked about the people.
    select, values = selected(question) if question.people.asked else selected(question, "due, paused")
    found = dict.fromkeys(GROUPS, 0)
    for paused, due, number in model.database.execute(
        f"SELECT paused, due, COUNT(*) FROM ({select}) GROUP BY paused, due", values
    ):
        found["paused" if paused else group_of((_day(due) - question.scope.at).days)] += number
    return {group: number for group, number in found.items() if number}


def check_tasks(tasks: Iterable[str], rules: Rulebook) -> None:
    """Refuse a kind of task that there is none of.

    :raises FilterNotValid: one is neither a rule nor agreed in contracts
    """
    kinds = (*rules.rules, *AGREED)
    for task in tasks:
        if task not in kinds:
            raise FilterNotValid(f"there is no task {task!r}; expected one of {', '.join(kinds)}")


ROW = "participant, task, about, due, valid_from, party, rests_on, municipality, paused"


def selected(question: Question, columns: str = ROW) -> tuple[str, dict[str, Any]]:
    """A SELECT of columns of tasks, and its values.

    :param columns: the participant among them where something is asked about the people
    """
    scope = question.scope
    values = scope.values | {"until": question.until.isoformat()}
    of_task = ", ".join(f"t.{name}" for name in columns.split(", "))
    text = f"SELECT {of_task} FROM tasks t"
    wanted = "t.due <= :until"
    if question.tasks:
        wanted += f" AND +t.task IN {quoted(question.tasks)}"
    if question.ahead:
        wanted += " AND t.due > :at"
    if question.overdue:
        wanted += " AND t.due < :at AND t.paused = 0"
    if question.group is not None:
        condition, more = _in_group(question.group, scope.at)
        wanted += f" AND {condition}"
        values |= more
    if scope.names_people:
        place = " AND (:municipality IS NULL OR t.municipality = :municipality)"
        running = "t.valid_from <= :at AND (t.valid_to IS NULL OR t.valid_to > :at)"
        select = (
            f"SELECT {of_task} FROM ({scope.candidates}) c CROSS JOIN tasks t INDEXED BY tasks_participant "
            f"WHERE t.participant = c.participant AND {known('t')} AND {running} AND {wanted}{place}"
        )
    else:
        # Each part is one stretch of the index: of what is known now and not over, in the order of due.
        at_home = f"{text} INDEXED BY {INDEX} WHERE t.municipality = :municipality AND t.valid_from <= :at AND {wanted}"
        if scope.municipality is None:
            at_home = at_home.replace(":municipality", "m.code").replace(
                "FROM tasks t", f"FROM {PLACES} m CROSS JOIN tasks t"
            )
        parts = (
            "t.known_to IS NULL AND t.valid_to IS NULL AND t.known_from <= :position",
            "t.known_to IS NULL AND t.valid_to > :at AND t.known_from <= :position",
            "t.known_to > :position AND (t.valid_to IS NULL OR t.valid_to > :at) AND t.known_from <= :position",
        )
        select = " UNION ALL ".join(f"{at_home} AND {part}" for part in parts)
    if question.people.asked:
        condition, told = question.people.condition("w.participant", scope.at)
        values |= told
        select = f"""
            WITH found AS MATERIALIZED ({select}),
                 who AS MATERIALIZED (SELECT DISTINCT participant FROM found),
                 chosen AS MATERIALIZED (SELECT w.participant FROM who w WHERE {condition})
            SELECT * FROM found WHERE participant IN (SELECT participant FROM chosen)"""
    return select, values


_IN_ORDER = itemgetter(8, 3, 0, 1, 2)
INDEX = "tasks_due"
PLACES = """(
    WITH RECURSIVE m(code) AS (
        SELECT MIN(municipality) FROM tasks
        UNION ALL
        SELECT (SELECT MIN(municipality) FROM tasks WHERE municipality > m.code) FROM m WHERE m.code IS NOT NULL
    ) SELECT code FROM m WHERE code IS NOT NULL)"""
"""Each municipality that had a task, found by leaps over the index."""


_day = lru_cache(maxsize=1 << 15)(date.fromisoformat)


class _Telling:
    """Rows in words: what is the same for many is put into words once."""

    def __init__(self, model: "ReadModel", scope: Scope, rows: Sequence[tuple[Any, ...]], language: Language) -> None:
        self._rules = model.rules
        self._at = scope.at
        self._language = language
        self._words: dict[tuple[str, str], tuple[str, str, str]] = {}
        self._sources: dict[tuple[Any, ...], str] = {}
        self._places: dict[tuple[str, int], tuple[date, date | None, int, Group]] = {}
        self._by_start = {id for id, rule in self._rules.rules.items() if by_starting_point(rule)}
        who = "json_each(:participants) w"
        self._advisors = _by_participant(
            model, scope, f"SELECT w.value, {advisor_of('w.value')} FROM {who}", {row[0] for row in rows}
        )
        self._starts = _by_participant(
            model,
            scope,
            f"SELECT w.value, r.rule_set, r.schooling, r.category FROM {who} "
            f"JOIN participants r ON r.participant = w.value AND {known('r')}",
            {row[0] for row in rows if row[1] in self._by_start},
        )

    def told(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[Due]:
        """The rows in words. There may be ten thousand of them: what each needs is at hand."""
        words, places, sources, advisors, by_start = (
            self._words,
            self._places,
            self._sources,
            self._advisors,
            self._by_start,
        )
        for who, task, about, due, begun, party, rests_on, municipality, paused in rows:
            title, to_do, basis = words.get((task, rests_on)) or self._worded(task, rests_on)
            day, since, days, group = places.get((due, paused)) or self._placed(due, paused)
            key = task, begun, municipality, self._starts.get(who, ()) if task in by_start else ()
            source = sources.get(key)
            if source is None:
                source = sources[key] = self._source(*key)
            advisor = advisors[who][0]
            yield Due(
                who,
                task,
                title,
                about,
                day,
                since,
                days,
                party,
                basis,
                source,
                to_do,
                advisor,
                municipality,
                paused == 1,
                group,
            )

    def _worded(self, task: str, rests_on: str) -> tuple[str, str, str]:
        """Title, what to do, and what it rests on."""
        rule = self._rules.rules.get(task)
        wordings = (rule.title, rule.to_do) if rule is not None else AGREED[task]
        title, to_do = (wording.to(self._language) for wording in wordings)
        basis = f"{rests_on} ({self._rules.file_of[task]})" if task in self._rules.file_of else rests_on
        self._words[task, rests_on] = title, to_do, basis
        return title, to_do, basis

    def _placed(self, text: str, paused: int) -> tuple[date, date | None, int, Group]:
        """The day due, the first day on which it was overdue, days left, and the group."""
        day = _day(text)
        days = (day - self._at).days
        since = day + DAY if days < 0 and not paused else None
        placed = self._places[text, paused] = day, since, days, "paused" if paused else group_of(days)
        return placed

    def _source(self, task: str, begun: str, municipality: str, start: tuple[str | None, ...]) -> str:
        """Where the value comes from that governs what began on a day."""
        rule = self._rules.rules.get(task)
        return "" if rule is None else basis_of(rule, _day(begun), municipality, start)


def group_of(days: int) -> Group:
    """The group of what is due in so many days and does not rest; on its day it is within 7 days."""
    for group, ahead in GROUPS.items():
        if ahead is not None and days <= ahead:
            return group
    return "later"


def _in_group(group: Group, at: date) -> tuple[str, dict[str, str]]:
    """SQL that is true of a task of a group, and its values."""
    if group == "paused":
        return "t.paused = 1", {}
    condition, values = "t.paused = 0", {}
    before: int | None = None
    for name, ahead in GROUPS.items():
        if name == group:
            if before is not None:
                condition += " AND t.due > :group_after"
                values["group_after"] = (at + before * DAY).isoformat()
            if ahead is not None:
                condition += " AND t.due <= :group_until"
                values["group_until"] = (at + ahead * DAY).isoformat()
            break
        before = ahead
    return condition, values


def by_starting_point(rule: DueRule) -> bool:
    """Whether where a rule's value comes from depends on the participant's starting point."""
    return len({_basis(value) for value in rule.values if not value.off and value.municipality is None}) > 1


def basis_of(rule: DueRule, day: date, municipality: str, start: tuple[str | None, ...]) -> str:
    """Where a rule's value comes from that governs what began on a day for a starting point.

    :param start: rule set, schooling and category; left out where nothing depends on it
    """
    if not start:
        values = [value for value in rule.values if value.municipality in (None, municipality)]
        value = next((value for value in values if not value.off and (value.first or day) <= day), None)
        return "" if value is None else _basis(value)
    rule_set, schooling, category = (told or "unknown" for told in start)
    value = rule.governing(day, municipality, (rule_set, schooling, category))
    return "" if value is None else _basis(value)


def _basis(value: Value) -> str:
    return FIXED[value.like].basis if value.like is not None else value.basis


def _by_participant(
    model: "ReadModel", scope: Scope, select: str, who: Iterable[str]
) -> dict[str, tuple[str | None, ...]]:
    """The rows of a SELECT that takes :participants, by the first of their columns."""
    values = scope.values | {"participants": json.dumps(sorted(who))}
    return {first: tuple(rest) for first, *rest in model.database.execute(select, values)}
