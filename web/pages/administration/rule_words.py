"""What a value of a rule of follow-up says, in words: for whom, from which day, when something is due, and why."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from tracker.catalogues import catalogue
from tracker.follow_up.rules import FIXED, DueRule, Value, day_of_year
from web import wording


class Said(NamedTuple):
    """A value of a rule.

    :ivar whom: only these participants; empty = all
    :ivar when: when something is due
    :ivar basis: what the value rests on
    """

    whom: str
    when: str
    basis: str


def values(rule: DueRule, today: date) -> list[Said]:
    """The values of a rule, the newest first."""
    return [Said(_whom(value), _when(value, today), wording.sourced(basis_of(value))) for value in rule.values]


def basis_of(value: Value) -> str:
    """What a value rests on, as it is written."""
    return FIXED[value.like].basis if value.like is not None else value.basis


def _whom(value: Value) -> str:
    parts = [
        ", ".join(_choices("rule-set", value.rule_sets)),
        ", ".join(_choices("schooling", value.schooling)),
        ", ".join(_choices("category", value.categories)),
        value.municipality or "",
    ]
    return "; ".join(part for part in parts if part)


def _choices(field: str, chosen: tuple[str, ...]) -> Iterator[str]:
    words = catalogue(wording.language())
    return (words.find("value", f"{field}.{one}", one) for one in chosen)


def _when(value: Value, today: date) -> str:
    parts = [wording.text("from %(day)s", day=wording.day(value.first))] if value.first else []
    parts.append(wording.text("nothing is due") if value.off else _due(value, today))
    if value.again:
        parts.append(wording.text("again after %(time)s", time=wording.span(value.again)))
    return ", ".join(parts)


def _due(value: Value, today: date) -> str:
    if value.points:
        return wording.text("%(months)s months after", months=", ".join(map(str, value.points)))
    if value.yearly:
        found = day_of_year(value.yearly)
        assert found is not None
        return wording.text("every year on %(day)s", day=wording.day_of_year(*found))
    if value.cut_off:
        return wording.text("by the yearly cut-off of the national register")
    if value.like:
        months = FIXED[value.like].on(today)
        return wording.plural("after %(number)s month", "after %(number)s months", months)
    if value.due == "0 days":
        return wording.text("the same day")
    return wording.text("after %(time)s", time=wording.span(value.due or ""))
