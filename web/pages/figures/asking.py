"""What somebody asks of the figures: whom they are about, where, as known when, read from the address of the page."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast, get_args

from events.intake import Gender, RuleSet
from tracker.indicators.breakdowns import AGES, BREAKDOWNS, OLDEST, SCHOOLING_GROUPS, UNKNOWN
from tracker.indicators.cohort import AXES, Axis, Cohort
from tracker.indicators.definition import Indicator
from tracker.indicators.pipeline import Question
from web import wording
from web.auth.accounts import Account
from web.forms.days import completed

USUAL_AXES: tuple[Axis, ...] = ("left", "started", "settled")
"""The cohorts of the overview; a page of one indicator has those that it is defined for."""
YEARS_BACK = 12
USUAL_YEARS = 3

ONLY: Mapping[str, tuple[str, ...]] = {
    "track": ("1", "2", "3", UNKNOWN),
    "gender": get_args(Gender),
    "rule-set": get_args(RuleSet),
    "schooling-group": (*dict.fromkeys(SCHOOLING_GROUPS.values()), UNKNOWN),
    "age": (*(words for _, words in AGES), OLDEST, UNKNOWN),
}
"""What people can be picked by, each with its values."""

NOT_OFFERED = frozenset(("municipality", "newest-norm-set", "norm-set"))
"""Breakdowns that tell of other municipalities, or of no people."""
BY = tuple(name for name, one in BREAKDOWNS.items() if one.usual and name not in NOT_OFFERED)


class NotYourMunicipality(Exception):
    """The figures asked for are those of a municipality in which the account may not see figures."""


@dataclass(frozen=True)
class Asked:
    """What is asked.

    :ivar municipality: its code
    :ivar only: breakdown -> the one value that people have
    :ivar by: the breakdown that is shown; empty = none
    :ivar known: the moment, ISO date or ``@POSITION``; empty = now
    :ivar problems: (id of the field, words) of what could not be read
    """

    axis: Axis
    first: int
    last: int
    municipality: str
    only: Mapping[str, str] = field(default_factory=dict)
    by: str = ""
    known: str = ""
    problems: tuple[tuple[str, str], ...] = ()

    @property
    def cohort(self) -> Cohort:
        """The people of some years, or on a day of today's."""
        return Cohort(self.axis) if self.axis == "active" else Cohort(self.axis, self.first, self.last)

    def question(self, *, by: bool = False) -> Question:
        """The question of the figures.

        :param by: with the breakdown; else of everybody picked
        """
        names = (*self.only, *((self.by,) if by and self.by and self.by not in self.only else ()))
        return Question(self.cohort, names, self.municipality)

    def address(self, **changed: str) -> dict[str, str]:
        """What stands in the address of a page about the same, with some of it changed."""
        told = {
            "axis": self.axis,
            "from": str(self.first),
            "to": str(self.last),
            "municipality": self.municipality,
            **self.only,
            "by": self.by,
            "known": self.known,
            **changed,
        }
        return {name: value for name, value in told.items() if value}

    def without_moment(self, problems: tuple[tuple[str, str], ...]) -> "Asked":
        """The same as known now."""
        return replace(self, known="", problems=problems)

    def about(self, axis: Axis) -> "Asked":
        """The same with people taken by another day."""
        return replace(self, axis=axis)


def municipalities(account: Account) -> list[str]:
    """Where the account may see figures, in the order of the codes."""
    return sorted(account.where("figures"))


def asked(given: Mapping[str, str], account: Account, today: date, one: Indicator | None = None) -> Asked:
    """Read what is asked; what makes no sense is left out, and told as a problem.

    :param one: the indicator that the page is about; left out, the overview
    :raises NotYourMunicipality: the account may not see figures of the municipality
    """
    axes = tuple(one.axes) if one else USUAL_AXES
    problems: list[tuple[str, str]] = []
    own = municipalities(account)
    municipality = given.get("municipality", "").strip() or (own[0] if own else "")
    if municipality not in own:
        raise NotYourMunicipality(f"the account may not see figures of {municipality!r}")
    axis = cast(Axis, given.get("axis") or axes[0])
    if axis not in axes:
        axis = axes[0]
    newest = today.year
    last = _year(given.get("to", ""), newest - 1, newest)
    first = _year(given.get("from", ""), (last or newest) - USUAL_YEARS + 1, newest)
    if first is None or last is None:
        problems.append(
            ("from" if first is None else "to", wording.text("Write years with four digits, such as 2023."))
        )
        first, last = newest - USUAL_YEARS, newest - 1
    elif last < first:
        problems.append(("to", wording.text("The last year is before the first.")))
        first, last = last, first
    known = completed(given.get("known", "").strip(), today)
    if known and not known.startswith("@"):
        known = _as_day(known, today, problems)
    only = {name: given[name] for name, values in ONLY.items() if given.get(name) in values} if axis != "year" else {}
    names = breakdowns_of(one)
    by = given.get("by", "") if given.get("by") in names else ""
    return Asked(axis, first, last, municipality, only, by, known, tuple(problems))


def breakdowns_of(one: Indicator | None) -> tuple[str, ...]:
    """The breakdowns that are offered."""
    own = tuple(name for name in (one.breakdowns if one else ()) if name not in NOT_OFFERED)
    personal = one is None or any(axis != "year" for axis in one.axes)
    return (*(BY if personal else ()), *(name for name in own if name not in BY or not personal))


def axes_of(one: Indicator | None) -> list[Axis]:
    """The cohorts that can be chosen, in a fixed order."""
    offered = tuple(one.axes) if one else USUAL_AXES
    return [axis for axis in AXES if axis in offered]


def _year(text: str, usual: int | None, newest: int) -> int | None:
    """A year; None where it is none that can be asked about."""
    if not text.strip():
        return usual
    if not (text.strip().isascii() and text.strip().isdigit() and len(text.strip()) == 4):
        return None
    year = int(text)
    return year if 1990 <= year <= newest else None


def _as_day(text: str, today: date, problems: list[tuple[str, str]]) -> str:
    from tracker.importing.cells import CellProblem, as_date

    day = None
    try:
        told, precision = as_date(text)
        day = told if precision == "day" else None
    except CellProblem:
        pass
    if day is None:
        problems.append(("known", wording.text("Write a day, such as 30.06.2024.")))
        return ""
    if day > today:
        problems.append(("known", wording.text("This day has not been yet.")))
        return ""
    return "" if day == today else day.isoformat()
