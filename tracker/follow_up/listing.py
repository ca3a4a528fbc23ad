"""Lists of participants: who it is that a list is about, and what a conversation with them starts from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker.follow_up.filters import DOING, span_of
from tracker.follow_up.happenings import DERIVED
from tracker.follow_up.rules import day_of_year
from tracker.follow_up.saved_lists import Filters, Summer
from tracker.follow_up.scope import Scope, advisor_of
from tracker.follow_up.sittings import Sitting, registrable, sittings
from tracker.follow_up.worklist import People, Question, check_tasks, selected
from tracker.quality.rows import known, quoted, running, told

if TYPE_CHECKING:
    from tracker.readmodel.follow import ReadModel

DAY = timedelta(days=1)
_CONTACTS = quoted(cls.TOPIC for cls in DERIVED["contact"].facts)


@dataclass(frozen=True)
class Remark:
    """What the reader should know of how a list was asked for.

    :ivar sentence: English, with places for days: ``%(first)s``
    :ivar days: the days, by their places
    """

    sentence: str
    days: Mapping[str, date] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence % self.days


SUMMER = "the summer is %(first)s to %(last)s"
OPEN = "registration for %(held)s is open from %(opens)s to %(closes)s"
OPENS_NEXT = "registration opens next on %(opens)s"
NONE_LATER = "no later registration is written down"


@dataclass(frozen=True)
class Found:
    """Who is on a list.

    :ivar people: column -> value, a mapping for each participant, in the order of what is due first
    :ivar remarks: what the reader should know of how it was asked
    """

    people: list[Mapping[str, Any]]
    remarks: list[Remark] = field(default_factory=list)


def people_of(filters: Filters) -> People:
    """What must be true of a participant."""
    return People(filters.has, filters.has_not, filters.runs, filters.runs_not, filters.inactive)


def question_of(filters: Filters, scope: Scope) -> Question:
    """The tasks that filters ask for."""
    return Question(
        scope, filters.due, ahead=filters.ahead, overdue=filters.overdue, tasks=filters.tasks, people=people_of(filters)
    )


def listed(model: "ReadModel", filters: Filters, scope: Scope, home: Path) -> Found:
    """The participants whom filters leave: registered by the day, alive, in Norway and with protection.

    :param home: the data folder, for test dates
    :raises tracker.follow_up.filters.FilterNotValid: a filter names what there is none of
    :raises tracker.follow_up.sittings.SittingsNotTold: test dates are asked for and not written down
    """
    check_tasks(filters.tasks, model.rules)
    remarks: list[Remark] = []
    values = scope.values
    parts = []
    condition, more = people_of(filters).condition("p.participant", scope.at)
    parts.append(condition)
    values |= more
    if filters.contract_ran_out:
        parts.append(
            f"""EXISTS (SELECT 1 FROM spells s WHERE s.participant = p.participant AND +s.activity = 'contract'
                        AND {running("s")} AND s.value < :at)"""
        )
    if filters.summer is not None:
        condition, more, remark = _in_summer(filters.summer, scope.at)
        parts.append(condition)
        values |= more
        remarks.append(remark)
    if filters.registration is not None:
        found = sittings(filters.registration.test, home)
        open_ones = registrable(found, scope.at, span_of(filters.registration.ahead))
        remarks += [
            Remark(OPEN, {"held": one.held_on, "opens": one.opens, "closes": one.closes}) for one in open_ones
        ] or [_next(found, scope.at)]
        parts.append("1" if open_ones else "0")
    if filters.asks_for_tasks:
        tasks, more = selected(Question(scope, filters.due, filters.ahead, filters.overdue, filters.tasks))
        values |= more
        parts.append(f"p.participant IN (SELECT participant FROM ({tasks}))")
    rows = model.database.execute(
        f"""
        WITH there AS MATERIALIZED ({scope.residents}),
             chosen AS MATERIALIZED (SELECT * FROM there p WHERE {" AND ".join(parts)})
        SELECT {", ".join(f"{text} AS {name}" for name, text in _columns().items())} FROM chosen p
        ORDER BY next_due IS NULL, next_due, p.participant
        """,
        values,
    )
    names = tuple(_columns())
    return Found([dict(zip(names, row, strict=True)) for row in rows.fetchall()], remarks)


def _columns() -> dict[str, str]:
    """Column -> its expression for a row p of (participant, registered_on, home)."""
    spell = f"FROM spells s WHERE s.participant = p.participant AND {running('s')} AND +s.activity"
    task = f"FROM tasks t WHERE t.participant = p.participant AND {running('t')}"
    return {
        "participant": "p.participant",
        "municipality": "p.home",
        "advisor": advisor_of("p.participant"),
        "registered_on": "p.registered_on",
        "programme_from": f"(SELECT s.spell_from {spell} = 'programme')",
        "programme_planned_end": f"(SELECT json_extract(s.details, '$.planned_end') {spell} = 'programme')",
        "programme_ended": f"""(
            SELECT date(MAX(e.valid_to), '-1 day') FROM spells e
            WHERE e.participant = p.participant AND +e.activity = 'programme' AND {known("e")} AND e.valid_to <= :at
              AND NOT EXISTS (SELECT 1 {spell} = 'programme'))""",
        "contract_until": f"(SELECT MAX(s.value) {spell} = 'contract')",
        "last_contact": f"""(
            SELECT MAX(f.happened_on) FROM timeline f WHERE f.participant = p.participant AND {told("f")}
              AND +f.fact IN {_CONTACTS} AND (f.fact <> 'status-confirmed' OR f.value = 'yes'))""",
        "next_conversation": f"(SELECT MIN(t.due) {task} AND +t.task = 'follow-up' AND t.due >= :at)",
        "next_due": f"(SELECT MIN(t.due) {task} AND t.paused = 0)",
    }


def _in_summer(summer: Summer, at: date) -> tuple[str, dict[str, Any], Remark]:
    """Who will be in the programme on the first day, and does nothing that goes on through the summer."""
    first, last = _season(summer, at)
    ended = (
        "json_extract(s.details, '$.planned_end') IS NULL OR json_extract(s.details, '$.planned_end') >= :summer_first"
    )
    goes_on = quoted(name for name in DOING if name not in summer.school_like)
    condition = f"""
        EXISTS (SELECT 1 FROM spells s WHERE s.participant = p.participant AND +s.activity = 'programme'
                AND {running("s")} AND ({ended}))
        AND NOT EXISTS (SELECT 1 FROM spells s WHERE s.participant = p.participant AND {running("s")}
                AND +s.activity IN {goes_on} AND ({ended}))"""
    return condition, {"summer_first": first.isoformat()}, Remark(SUMMER, {"first": first, "last": last})


def _season(summer: Summer, at: date) -> tuple[date, date]:
    """The summer that is not over by a day."""
    first, last = day_of_year(summer.first), day_of_year(summer.last)
    assert first is not None
    assert last is not None
    year = at.year if at <= date(at.year, *last) else at.year + 1
    return date(year, *first), date(year, *last)


def _next(found: list[Sitting], at: date) -> Remark:
    later = [sitting.opens for sitting in found if sitting.opens > at]
    return Remark(OPENS_NEXT, {"opens": min(later)}) if later else Remark(NONE_LATER)
