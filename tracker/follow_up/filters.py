"""The language that lists of people are asked for in: what happened, what did not, what runs, who was not talked to."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Any

from events import Fact, Sets, activities, fact_classes
from events.fields import Field, expectation, fields_by_name
from tracker.calendar import Span, months_after
from tracker.errors import Refusal
from tracker.follow_up.happenings import DERIVED
from tracker.quality.rows import known, last_possible, quoted, running, told

DAY = timedelta(days=1)
ANYTHING = "anything"
"""Stands for every activity in ``DOING``."""

_NOT_DOING = ("programme", "programme-element", "benefit", "social-assistance")
DOING = tuple(name for name, activity in activities().items() if activity.observes and name not in _NOT_DOING)
"""What a participant does: work, school, training, measures, volunteering and roles; not the programme, nor what one
lives on."""

_ASKED = ("choice", "flag", "text", "whole", "decimal", "date", "month")
_SHORT = {"d": "days", "w": "weeks", "m": "months", "y": "years"}
_WORK = ("ordinary", "self-employed", "wage-subsidy")
PERIODS = "2024, 2024-Q1, 2024-03, 2024-03-15, last-90d or last-6m"
SPANS = "7d, 2w, 3m or 1y"


class FilterNotValid(Refusal):
    """A filter names a fact, a value, an activity, a task or a time that there is none of."""

    code = "filter-not-valid"


def span_of(text: str) -> Span:
    """A time such as ``7d``, ``2w``, ``3m``, ``1y`` or ``3 months``.

    :raises FilterNotValid: it is none
    """
    short = re.fullmatch(r"(\d{1,4})([dwmy])", text.strip())
    found = Span.parse(f"{short[1]} {_SHORT[short[2]]}" if short else text)
    if found is None:
        raise FilterNotValid(f"expected a time such as {SPANS}, got {text!r}", about="time", given=text)
    return found


def back_to(day: date, span: Span) -> date:
    """The latest day that lies so long before another."""
    found = months_after(day, -span.months) - timedelta(days=span.days)
    while span.after(found + DAY) <= day:
        found += DAY
    return found


@dataclass(frozen=True)
class Period:
    """From which day to which, both included."""

    first: date
    last: date


def period_of(text: str, at: date) -> Period:
    """What ``2024``, ``2024-Q1``, ``2024-03``, ``2024-03-15`` or ``last-90d`` means.

    :param at: the last day of a period that is counted backwards
    :raises FilterNotValid: it is none of these
    """
    if text.startswith("last-"):
        return Period(back_to(at, span_of(text.removeprefix("last-"))) + DAY, at)
    told = re.fullmatch(r"(\d{4})(?:-(?:Q([1-4])|(\d{2})(?:-(\d{2}))?))?", text)
    try:
        if told is None:
            raise ValueError
        year, quarter, month, day = told.groups()
        if day:
            first = last = date(int(year), int(month), int(day))
            return Period(first, last)
        first = date(int(year), int(month or 3 * int(quarter or 1) - 2), 1)
        months = 1 if month else 3 if quarter else 12
        return Period(first, months_after(first, months) - DAY)
    except ValueError:
        raise FilterNotValid(f"expected a period such as {PERIODS}, got {text!r}", about="time", given=text) from None


@dataclass(frozen=True)
class Happened:
    """A fact that was told: ``FACT``, ``FACT=VALUE``, ``FACT.FIELD=VALUE``, any with ``@PERIOD``.

    :ivar field: of the value; None = any value
    """

    fact: type[Fact]
    field: Field | None
    value: str
    period: str | None

    @classmethod
    def parse(cls, text: str) -> "Happened":
        """What a text asks for.

        :raises FilterNotValid: there is no such fact, field, value or period
        """
        head, at_sign, period = text.rpartition("@") if "@" in text else (text, "", "")
        name, equals, value = head.partition("=")
        topic, dot, field_name = name.strip().partition(".")
        fact = _fact(topic)
        if at_sign:
            period_of(period, date(2024, 1, 1))
        if not equals:
            if dot:
                raise FilterNotValid(f"{text}: expected a value after {name}, such as {name}=VALUE", given=text)
            return cls(fact, None, "", period or None)
        field = _field(fact, field_name if dot else fact.value_field, text)
        return cls(fact, field, _value(field, value, text), period or None)

    def condition(self, who: str, number: str, at: date) -> tuple[str, dict[str, Any]]:
        """SQL that is true of a participant to whom it happened by the day.

        What is known to its month or year alone is in every period that it may have happened in.
        """
        values: dict[str, Any] = {f"{number}_fact": self.fact.TOPIC}
        text = f"{told('f')} AND +f.fact = :{number}_fact"
        if self.field is not None:
            values[f"{number}_value"] = self.value
            column = "f.value" if self.field.name == self.fact.value_field else self._detail(number, values)
            text += f" AND {_equal(self.field, column, f':{number}_value')}"
        if self.period is not None:
            period = period_of(self.period, at)
            values |= {f"{number}_first": period.first.isoformat(), f"{number}_last": period.last.isoformat()}
            text += f" AND f.happened_on <= :{number}_last AND {last_possible('f')} >= :{number}_first"
        # The unary plus keeps to the index of participants: a fact may have been told of everybody.
        return f"EXISTS (SELECT 1 FROM timeline f WHERE f.participant = {who} AND {text})", values

    def _detail(self, number: str, values: dict[str, Any]) -> str:
        assert self.field is not None
        default = self.field.default
        yes_no = {True: "yes", False: "no"}
        values[f"{number}_default"] = (
            yes_no[default] if isinstance(default, bool) else None if default is None else str(default)
        )
        told_of = f"json_extract(f.details, '$.{self.field.name}')"
        if self.field.kind == "flag":
            told_of = f"CASE {told_of} WHEN 1 THEN 'yes' WHEN 0 THEN 'no' END"
        return f"COALESCE({told_of}, :{number}_default)"


@dataclass(frozen=True)
class Runs:
    """Something that runs on the day: ``ACTIVITY`` or ``ACTIVITY=VALUE``; ``anything`` = one of ``DOING``."""

    activity: str
    value: str | None

    @classmethod
    def parse(cls, text: str) -> "Runs":
        """What a text asks for.

        :raises FilterNotValid: there is no such activity, or it never has this value
        """
        name, equals, value = text.partition("=")
        name = name.strip()
        if name != ANYTHING and name not in _followed():
            likely = _likely(name, [*_followed(), ANYTHING])
            raise FilterNotValid(f"there is no activity {name!r}{likely}", given=name)
        if not equals:
            return cls(name, None)
        value = value.strip()
        choices, patterns = ((), ()) if name == ANYTHING else _values_of(name)
        if value not in choices and not any(field.pattern and field.pattern.matches(value) for field in patterns):
            expected = ", ".join(choices) or "no value"
            if patterns:
                expected += "".join(f" or {expectation(field)}" for field in patterns)
            raise FilterNotValid(f"{text}: {name} has {expected}, got {value!r}", given=text)
        return cls(name, value)

    def condition(self, who: str, number: str) -> tuple[str, dict[str, Any]]:
        """SQL that is true of a participant for whom it runs on the day."""
        names = DOING if self.activity == ANYTHING else (self.activity,)
        text = f"{running('s')} AND +s.activity IN {quoted(names)}"
        values: dict[str, Any] = {}
        if self.value is not None:
            values[f"{number}_value"] = self.value
            text += f" AND :{number}_value IN (s.value, s.key)"
        elif self.activity != ANYTHING and _can_be_nothing(self.activity):
            text += " AND s.value IS NOT NULL"
        return f"EXISTS (SELECT 1 FROM spells s WHERE s.participant = {who} AND {text})", values


def not_contacted(who: str, since: date) -> tuple[str, dict[str, Any]]:
    """SQL that is true of a participant who was registered by a day and with whom nobody was in contact after it."""
    topics = [cls.TOPIC for cls in DERIVED["contact"].facts]
    return (
        f"""EXISTS (SELECT 1 FROM participants r
                    WHERE r.participant = {who} AND {known("r")} AND r.registered_on <= :inactive_since)
            AND NOT EXISTS (SELECT 1 FROM timeline f
                    WHERE f.participant = {who} AND {told("f")} AND f.happened_on > :inactive_since
                      AND +f.fact IN {quoted(topics)} AND (f.fact <> 'status-confirmed' OR f.value = 'yes'))""",
        {"inactive_since": since.isoformat()},
    )


def conditions(
    who: str,
    at: date,
    *,
    has: Iterable[str] = (),
    has_not: Iterable[str] = (),
    runs: Iterable[str] = (),
    runs_not: Iterable[str] = (),
    inactive: str | None = None,
) -> tuple[str, dict[str, Any]]:
    """SQL that is true of a participant to whom all of this applies, and its values; it takes :position and :at too.

    :param who: an expression of SQL for the participant
    :raises FilterNotValid: as the parts
    """
    parts: list[str] = []
    values: dict[str, Any] = {}
    for number, kind, text in _numbered(has=has, has_not=has_not, runs=runs, runs_not=runs_not):
        if kind.startswith("has"):
            part, told_of = Happened.parse(text).condition(who, number, at)
        else:
            part, told_of = Runs.parse(text).condition(who, number)
        parts.append(f"NOT {part}" if kind.endswith("not") else part)
        values |= told_of
    if inactive is not None:
        part, told_of = not_contacted(who, back_to(at, span_of(inactive)))
        parts.append(part)
        values |= told_of
    return " AND ".join(parts) or "1", values


def _numbered(**kinds: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    for kind, texts in kinds.items():
        for number, text in enumerate(texts):
            yield f"{kind}_{number}", kind, text


def _fact(topic: str) -> type[Fact]:
    known_facts: Mapping[str, type[Fact]] = {
        name: cls
        for name, cls in fact_classes().items()
        if cls.STREAM == "participant" and cls.SEALED and _told_of(cls)
    }
    if topic not in known_facts:
        likely = _likely(topic, known_facts)
        raise FilterNotValid(f"there is no fact {topic!r} about participants{likely}", given=topic)
    return known_facts[topic]


def _told_of(cls: type[Fact]) -> bool:
    """Corrections say something about facts, and are no line of the timeline."""
    return cls.TOPIC not in ("fact-corrected", "fact-retracted")


def _likely(name: str, names: Iterable[str]) -> str:
    close = get_close_matches(name, list(names), 3, 0.5)
    return f"; did you mean {' or '.join(close)}?" if close else "; docs/reference.md names them all"


def _field(fact: type[Fact], name: str | None, text: str) -> Field:
    fields = {
        field.option: field
        for field in fields_by_name(fact).values()
        if field.kind in _ASKED and field.free_text is None and field.name not in Fact.__struct_fields__
    }
    option = (name or "").replace("_", "-")
    if option not in fields:
        known_ones = ", ".join(fields) or "none"
        lacking = f"no field {option!r} to ask for" if name else "no value of its own"
        raise FilterNotValid(f"{text}: {fact.TOPIC} has {lacking}; its fields: {known_ones}", given=text)
    return fields[option]


def _value(field: Field, value: str, text: str) -> str:
    value = value.strip()
    right: bool
    if field.kind == "choice":
        right = value in field.choices
    elif field.kind == "flag":
        right = value in ("yes", "no")
    elif field.kind in ("date", "month"):
        value = f"{value}-01" if field.kind == "month" and len(value) == 7 else value
        right = _is_day(value)
    elif field.kind in ("whole", "decimal"):
        right = re.fullmatch(r"-?\d+([.]\d+)?", value) is not None
    else:
        right = bool(value) and (field.pattern is None or field.pattern.matches(value))
    if not right:
        expected = "yes or no" if field.kind == "flag" else expectation(field)
        raise FilterNotValid(f"{text}: {field.option}: expected {expected}; got {value!r}", given=text)
    return value


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _equal(field: Field, column: str, value: str) -> str:
    if field.kind in ("whole", "decimal"):
        return f"CAST({column} AS REAL) = CAST({value} AS REAL)"
    return f"{column} = {value}"


def _followed() -> list[str]:
    """Activities of participants."""
    return [name for name, activity in activities().items() if activity.opener.STREAM == "participant"]


def _values_of(activity: str) -> tuple[tuple[str, ...], tuple[Field, ...]]:
    """(values that a spell of an activity can have, fields that can have any text of a pattern)."""
    if activity == "work":
        return _WORK, ()
    opener = activities()[activity].opener
    fields = [
        field
        for field in fields_by_name(opener).values()
        if (field.is_key or field.name == opener.value_field) and field.free_text is None
    ]
    choices = [choice for field in fields for choice in field.choices]
    # What sets an activity without a value of its own is told by its name: left-norway.
    choices += [
        cls.TOPIC
        for cls in fact_classes().values()
        if issubclass(cls, Sets)
        and cls.activity == activity
        and cls.value_field is None
        and not cls.__struct_fields__[3:]
    ]
    return tuple(dict.fromkeys(choices)), tuple(field for field in fields if field.pattern is not None)


def _can_be_nothing(activity: str) -> bool:
    """Whether it can be set to nothing, as when no interpreter is needed any more."""
    opener = activities()[activity].opener
    if not issubclass(opener, Sets) or opener.value_field is None:
        return False
    return fields_by_name(opener)[opener.value_field].optional
