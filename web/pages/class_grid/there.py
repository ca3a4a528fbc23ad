"""What is recorded already of what a grid asks about, from the read model."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from events import Fact
from events.education import PrimarySchoolModuleCompleted, UpperSecondaryModuleCompleted
from events.fields import fields_by_name
from events.follow_up import FollowUpHeld
from events.language import LEVELS, LanguageLevelReached
from events.programme import AttendanceRecorded
from tracker.quality.rows import known
from tracker.readmodel.follow import ReadModel
from tracker.wording_of_facts import choice
from web import wording
from web.pages.class_grid.kinds import Kind, Part


class Line(NamedTuple):
    """A fact of the kind that a grid writes, as it is held to be.

    :ivar position: of the fact in the log
    """

    participant: UUID
    on: str
    precision: Any
    value: str
    details: dict[str, Any]
    position: int


Lines = dict[UUID, list[Line]]


def lines_of(model: ReadModel, kind: Kind, participants: Sequence[UUID]) -> Lines:
    """What is recorded of these participants, the oldest first."""
    found: Lines = {one: [] for one in participants}
    places = ", ".join("?" * len(participants))
    rows = model.database.execute(
        "SELECT t.participant, t.happened_on, t.precision, t.value, t.details, t.position FROM timeline t "
        f"WHERE t.participant IN ({places}) AND +t.fact = ? "
        f"AND {known('t').replace(':position', '?')} ORDER BY t.happened_on, t.version",
        [*map(str, participants), kind.cls.TOPIC, model.state(), model.state()],
    )
    for participant, on, precision, value, details, position in rows.fetchall():
        who = UUID(participant)
        found[who].append(Line(who, on, precision, value or "", json.loads(details or "{}"), position))
    return found


def of_part(part: Part, lines: Iterable[Line]) -> list[Line]:
    """Those that a column is about."""
    value_field = part.cls.value_field
    return [
        line
        for line in lines
        if all(
            (line.value if name == value_field else line.details.get(name)) == value
            for name, value in part.fixed.items()
        )
    ]


def told(part: Part, lines: Sequence[Line]) -> str:
    """In a few words what is there: the best level so far, the last month, the day; empty where there is nothing."""
    if not lines:
        return ""
    last = lines[-1]
    if part.cls is LanguageLevelReached:
        ranked = [line for line in lines if line.value in LEVELS]
        best = max(ranked, key=lambda line: (LEVELS.index(line.value), line.on)) if ranked else last
        field = fields_by_name(part.cls)["level"]
        level = "x" if best.value == "not-assessed" else choice(part.cls, field, best.value, wording.language())
        return f"{level} · {_day(best)}"
    if part.cls is AttendanceRecorded:
        month = wording.day(date.fromisoformat(last.value), "month")
        hours = wording.text(
            "%(attended)s of %(planned)s",
            attended=wording.shown(last.details.get("attended", 0)),
            planned=wording.shown(last.details.get("planned", 0)),
        )
        return f"{month}: {hours}"
    if part.cls is UpperSecondaryModuleCompleted:
        return ", ".join(dict.fromkeys(line.value for line in lines[-3:]))
    return _day(last)


def repeats(fact: Fact, line: Line) -> bool:
    """Whether a new fact says again what a line says already: the same test day, month or module."""
    match fact:
        case AttendanceRecorded():
            return line.value == fact.month.isoformat()
        case PrimarySchoolModuleCompleted():
            return bool(line.details.get("subject", "unknown") == fact.subject)
        case UpperSecondaryModuleCompleted():
            return line.value.casefold() == fact.module.casefold()
        case LanguageLevelReached() | FollowUpHeld():
            return line.on == fact.on.isoformat()
    return False


def _day(line: Line) -> str:
    return wording.day(line.on, line.precision)
