"""A profile made without writing one: what columns may tell, what cells are likely to mean, the choice as TOML."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from typing import Final

from events import activities, fact_class
from events.base import key_field, required_fields
from events.fields import Field, fields_by_name
from events.intake import ParticipantRegistered
from tracker import wording_of_facts as wording
from tracker.importing.cells import Cell, as_text
from tracker.importing.profile import Kind
from tracker.wording import LANGUAGES

REFERENCE: Final = "reference"
FACT: Final = "fact"
PARTICIPANT: Final = "participant"
DATE: Final = "date"
"""The column of a milestones sheet that says when."""

MOST_CELLS: Final = 60
"""So many different cells of a column are given a meaning one by one."""

TOPICS: Final = (
    "programme-offered",
    "programme-started",
    "programme-ended",
    "track-assigned",
    "language-training-started",
    "language-training-ended",
    "language-level-reached",
    "social-studies-course-completed",
    "social-studies-test-taken",
    "primary-school-enrolled",
    "primary-school-completed",
    "upper-secondary-enrolled",
    "upper-secondary-completed",
    "higher-education-enrolled",
    "job-started",
    "job-ended",
    "work-placement-started",
    "work-placement-ended",
    "volunteering-started",
    "consent-given",
    "unit-assigned",
    "advisor-assigned",
    "moved-to-municipality",
    "left-norway",
)
"""The facts that a column can be mapped to without writing a profile."""

SHOWN_FIELDS: Final = ("hours_per_week", "position_percent", "planned_end", "school", "evidence", "manner", "reasons")
_LEFT_OUT: Final = ("on", "on_precision", "told_by", "municipality", "first_settled_on", "provider_municipality")
MONTHLY: Final = (
    "work",
    "primary-school",
    "upper-secondary",
    "higher-education",
    "language-training",
    "work-placement",
    "labour-market-measure",
    "programme",
    "leave",
)
NOTHING: Final = "nothing"
STATES: Final = "*"
"""Under this name ``Mapped.cells`` has what the cells of month columns mean."""

_SHORT: Final[Mapping[str, str]] = {
    "k": "female",
    "kvinne": "female",
    "m": "male",
    "mann": "male",
    "j": "yes",
    "ja": "yes",
    "n": "no",
    "nei": "no",
}


@dataclass(frozen=True)
class Mapped:
    """What somebody chose for a sheet.

    :ivar system: the reference system
    :ivar municipality: code; where new participants are registered
    :ivar targets: column -> what it tells: ``reference``, ``fact``, ``date``, ``participant.FIELD`` or ``FACT.FIELD``
    :ivar cells: column -> cell -> value, of fields that are chosen from a list, facts, and monthly states
    :ivar constants: ``FACT.FIELD`` -> value, of fields that a fact needs and no column tells
    :ivar hours: cell of a monthly sheet -> hours a week of the work that it means
    :ivar registers: whether people who are not known are registered
    """

    kind: Kind
    system: str
    municipality: str
    worksheet: str | None = None
    header_row: int = 1
    registers: bool = True
    targets: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    hours: Mapping[str, str] = field(default_factory=dict)

    def column(self, target: str) -> str | None:
        """The column that tells something."""
        return next((column for column, told in self.targets.items() if told == target), None)

    @property
    def topics(self) -> list[str]:
        """The facts that columns of a participants sheet tell of."""
        return [topic for topic in TOPICS if any(told.startswith(f"{topic}.") for told in self.targets.values())]


@cache
def targets(kind: Kind) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(group, its targets) that a column can be mapped to; a group is ``participant`` or a fact's log name."""
    person = tuple(f"{PARTICIPANT}.{name}" for name in fields_by_name(ParticipantRegistered) if name not in _LEFT_OUT)
    groups: list[tuple[str, tuple[str, ...]]] = [(PARTICIPANT, person)]
    if kind == "participants":
        groups += [(topic, tuple(f"{topic}.{name}" for name in _fields(topic))) for topic in TOPICS]
    if kind == "milestones":
        names = dict.fromkeys(name for topic in TOPICS for name in _fields(topic) if name != "on")
        groups.append((FACT, tuple(f"{FACT}.{name}" for name in names)))
    return tuple(groups)


def _fields(topic: str) -> list[str]:
    cls = fact_class(topic)
    wanted = {"on", *required_fields(cls), *SHOWN_FIELDS, *([cls.value_field] if cls.value_field else [])}
    return [name for name in dict.fromkeys(("on", *fields_by_name(cls))) if name in wanted]


def field_of(target: str) -> Field | None:
    """The field that a target is about; of a milestones sheet the first of those with the name."""
    group, _, name = target.partition(".")
    if not name:
        return None
    if group == PARTICIPANT:
        return fields_by_name(ParticipantRegistered).get(name)
    topics = TOPICS if group == FACT else (group,)
    return next((found for topic in topics if (found := fields_by_name(fact_class(topic)).get(name))), None)


def needs_map(target: str) -> bool:
    """Whether each cell of the column has to be told what it means."""
    found = field_of(target)
    return target == FACT or (found is not None and found.kind in ("choice", "flag"))


def missing(mapped: Mapped) -> list[tuple[str, Field]]:
    """(target, field) of what a chosen fact needs and no column tells."""
    if mapped.kind != "participants":
        return []
    return [
        (f"{topic}.{name}", fields_by_name(fact_class(topic))[name])
        for topic in mapped.topics
        for name in sorted(required_fields(fact_class(topic)) - {"on"})
        if mapped.column(f"{topic}.{name}") is None
    ]


def value_for(target: str, cell: str) -> str:
    """The value that a cell is likely to mean; empty where none is."""
    text = cell.casefold().strip()
    if target == FACT:
        return _closest(text, {wording.title(fact_class(t), lang).casefold(): t for t in TOPICS for lang in LANGUAGES})
    found = field_of(target)
    if found is None:
        return ""
    group, _, name = target.partition(".")
    topics = TOPICS if group == FACT else (group,)
    classes = [ParticipantRegistered] if group == PARTICIPANT else [fact_class(topic) for topic in topics]
    cls = next(one for one in classes if name in fields_by_name(one))
    choices = ("yes", "no") if found.kind == "flag" else found.choices
    if text in choices:
        return text
    if _SHORT.get(text) in choices:
        return _SHORT[text]
    if found.kind == "flag":
        return ""
    named = {wording.choice(cls, found, one, lang).casefold(): one for one in choices for lang in LANGUAGES}
    return _closest(text, named)


def state_for(cell: str) -> tuple[str, str]:
    """(activity, hours a week) that a cell of a month is likely to mean; empty where none is."""
    text = cell.casefold().strip()
    usual = {
        "heltid": ("work", "37.5"),
        "deltid": ("work", "18.75"),
        "jobb": ("work", ""),
        "arbeid": ("work", ""),
        "vgs": ("upper-secondary", ""),
        "videregående": ("upper-secondary", ""),
        "grunnskole": ("primary-school", ""),
        "intro": ("programme", ""),
        "program": ("programme", ""),
        "tiltak": ("labour-market-measure", ""),
        "praksis": ("work-placement", ""),
        "norsk": ("language-training", ""),
        "ingenting": (NOTHING, ""),
        "ingen": (NOTHING, ""),
        "permisjon": ("leave", ""),
    }
    if text in usual:
        return usual[text]
    named = {wording.title(activities()[one].opener, lang).casefold(): one for one in MONTHLY for lang in LANGUAGES}
    return _closest(text, named), ""


def written(mapped: Mapped) -> str:
    """The choice as a profile."""
    return "\n".join(_lines(mapped)) + "\n"


def _lines(mapped: Mapped) -> Iterator[str]:
    yield "[sheet]"
    yield f"kind = {_toml(mapped.kind)}"
    yield f"references = {_toml(mapped.system)}"
    yield f"participant = {_toml(mapped.column(REFERENCE) or '')}"
    if mapped.worksheet:
        yield f"name = {_toml(mapped.worksheet)}"
    if mapped.header_row != 1:
        yield f"header_row = {mapped.header_row}"
    if mapped.registers:
        yield "[participant]"
        yield f"municipality = {_toml(mapped.municipality)}"
        yield from _columns(mapped, PARTICIPANT)
    if mapped.kind == "monthly-status":
        yield "[states]"
        for cell, activity in mapped.cells.get(STATES, {}).items():
            yield f"{_toml(cell)} = {_state(activity, mapped.hours.get(cell, ''))}"
    if mapped.kind == "milestones":
        yield "[milestone]"
        fact, when = mapped.column(FACT), mapped.column(DATE)
        pairs = ", ".join(f"{_toml(cell)} = {_toml(topic)}" for cell, topic in mapped.cells.get(fact or "", {}).items())
        yield f"fact = {{ column = {_toml(fact or '')}, map = {{ {pairs} }} }}"
        yield f"on = {{ column = {_toml(when or '')} }}"
        yield from _columns(mapped, FACT)
    for topic in mapped.topics if mapped.kind == "participants" else ():
        yield "[[facts]]"
        yield f"fact = {_toml(topic)}"
        for target, value in mapped.constants.items():
            if target.startswith(f"{topic}.") and value:
                yield f"{target.partition('.')[2].replace('_', '-')} = {_constant(target, value)}"
        yield from _columns(mapped, topic)


def _columns(mapped: Mapped, group: str) -> Iterator[str]:
    for column, target in mapped.targets.items():
        prefix, _, name = target.partition(".")
        if prefix != group or not name:
            continue
        key = name if group == PARTICIPANT else name.replace("_", "-")
        cells = mapped.cells.get(column, {})
        if needs_map(target):
            pairs = ", ".join(f"{_toml(cell)} = {_constant(target, value)}" for cell, value in cells.items() if value)
            yield f"{key} = {{ column = {_toml(column)}, map = {{ {pairs} }} }}"
        else:
            yield f"{key} = {{ column = {_toml(column)} }}"


def _constant(target: str, value: str) -> str:
    found = field_of(target)
    if found is not None and found.kind == "flag":
        return "true" if value == "yes" else "false"
    return _toml(value)


def _state(activity: str, hours: str) -> str:
    if activity == NOTHING:
        return "{}"
    values = [f"activity = {_toml(activity)}"]
    opener = activities()[activity].opener
    if hours and "hours_per_week" in fields_by_name(opener):
        values.append(f"hours_per_week = {_toml(hours)}")
    own = key_field(opener)
    if own in required_fields(opener) and fields_by_name(opener)[own].kind == "text":
        values.append(f"key = {_toml(activity)}")
    if activity == "leave":
        values.append('cause = "other"')
    return "{ " + ", ".join(values) + " }"


def _closest(text: str, named: Mapping[str, str]) -> str:
    close = get_close_matches(text, named, n=1, cutoff=0.8)
    return named[close[0]] if close else ""


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "")


def different(rows: Sequence[Sequence[Cell]], place: int) -> list[str]:
    """The different cells of a column as texts, in the order in which they come first."""
    return list(dict.fromkeys(text for row in rows if (text := as_text(row[place]))))
