"""Rules of follow-up: what falls due after what, as versioned TOML files that name their sources."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal
from zlib import crc32

import msgspec

from events import fact_classes
from events.contract import Party
from events.intake import Category, RuleSet, Schooling
from tracker import rules
from tracker.calendar import Span, months_after
from tracker.errors import Refusal
from tracker.follow_up.happenings import DERIVED, named_fact
from tracker.rules import Rule, nir, norwegian, programme, social_studies
from tracker.saying import Said
from tracker.versioned import Shelf, Table
from tracker.wording import Wording

FOLDER = Path(rules.__file__).parent / "follow_up"
OWN_FOLDER = "follow-up"
"""The folder, within the data folder, for rules of a municipality's own."""

Phase = Literal["any", "before", "programme", "until-end", "after", "contract"]
Rests = Literal["law", "rule", "local"]
FIXED: Mapping[str, Rule[int]] = {
    rule.id: rule
    for rule in (
        programme.START_WITHIN,
        nir.REGISTRATION,
        nir.CUT_OFF,
        social_studies.TEST_WITHIN,
        norwegian.AFTER_UPPER_SECONDARY,
        norwegian.OTHERS,
        norwegian.COLLECTIVE,
    )
}
"""Rules in months that stand elsewhere in the tracker: a value ``like`` one of them takes its months and its basis."""


YEARS_AFTER = 5
"""Years for which follow-up goes on after the programme (KIPE in Trondheim, NORCE 20-2019 section 3.2)."""

LONGEST = Span(months=50 * 12)
"""No time in a rule is longer: what is further off is nothing to be told of."""

MONTHS = tuple(
    "january february march april may june july august september october november december".split()  # noqa: SIM905
)
WAYS = ("due", "like", "points", "yearly", "cut_off")
"""How a value can say when something is due."""


class RulesNotValid(Refusal):
    """A file of follow-up rules cannot be used: it is no TOML, or a value in it cannot be."""

    code = "follow-up-rules-not-valid"


class RulesNotFound(Refusal):
    """There is no set of follow-up rules of this id and version."""

    code = "follow-up-rules-not-found"


class Value(Table, frozen=True):
    """What a rule says from a day on, and for whom.

    :ivar first: the first day on which it governs; left out = always
    :ivar due: how long after what opened it: "3 months", "2 weeks", "10 days"; "0 days" = that day
    :ivar like: takes months and basis from this rule of the tracker instead
    :ivar again: how long after it was done it is due anew; left out = once
    :ivar points: due at each of these months after what opened it, instead of ``due``
    :ivar yearly: due on this day of every year after what opened it, up to five, as "31 October"; instead of ``due``
    :ivar cut_off: due by the yearly cut-off of the national register; instead of ``due``
    :ivar from_before: how long before its day a point or a yearly day can be done, though never more than half the time
        since the one before; what is done earlier is another's
    :ivar late: how long after its day a point or a yearly day can still be done; left out = until the next one's time
    :ivar rule_sets: only under these acts
    :ivar schooling: only with this schooling at the start
    :ivar municipality: only in this municipality
    :ivar off: nothing is due
    :ivar basis: where it comes from, and how sure that is
    """

    first: date | None = msgspec.field(name="from", default=None)
    due: str | None = None
    like: str | None = None
    again: str | None = None
    points: tuple[int, ...] = ()
    yearly: str | None = None
    cut_off: bool = False
    from_before: str = "2 months"
    late: str | None = None
    rule_sets: tuple[RuleSet, ...] = ()
    schooling: tuple[Schooling, ...] = ()
    categories: tuple[Category, ...] = ()
    municipality: str | None = None
    off: bool = False
    basis: str = ""

    def due_after(self, day: date) -> date:
        """The day due, counted from another."""
        if self.like is not None:
            return months_after(day, FIXED[self.like].on(day))
        if self.cut_off:
            return nir.cut_off(day)
        return span(self.due or "0 days").after(day)

    def points_after(self, day: date) -> list[date]:
        """Every day due, where there are several, counted from another."""
        if self.yearly is not None:
            month_and_day = day_of_year(self.yearly)
            assert month_and_day is not None
            days = (date(day.year + year, *month_and_day) for year in range(YEARS_AFTER + 1))
            return [one for one in days if day < one <= months_after(day, 12 * YEARS_AFTER)]
        return [months_after(day, months) for months in self.points]


def span(text: str) -> Span:
    """A time that was found valid when its file was read."""
    found = Span.parse(text)
    assert found is not None, text
    return found


@cache
def day_of_year(text: str) -> tuple[int, int] | None:
    """(month, day) of a day such as ``31 October``; not the leap day, which most years have not."""
    day, _, month = text.strip().partition(" ")
    try:
        found = date(2001, MONTHS.index(month.casefold()) + 1, int(day))
    except ValueError:
        return None
    return found.month, found.day


class DueRule(Table, frozen=True):
    """One thing that falls due.

    :ivar id: permanent name
    :ivar rests_on: law, rule (of an authority, or of this product) or local
    :ivar party: whose duty it is
    :ivar phase: only while the participant is there: before the programme, in it, until its end (before it and in
        it), after it (with a running long contract or consent to follow-up), with a contract, or any
    :ivar opens: what makes it due: log names of facts (``consent-given=follow-up`` names the value too) or what is
        derived from facts; left out = the first day of the phase
    :ivar closes: what does it
    :ivar ends: what makes it needless for good
    :ivar once: what was done before it opened counts too
    :ivar pauses: while such a spell runs, time stands still: leave (approved, extending deadlines), contract-pause
    :ivar oldest: each happening is done by itself; together they are one thing, due with the oldest
    :ivar to_do: what to do, for the advisor
    """

    id: str
    rests_on: Rests
    party: Party
    title: Wording
    to_do: Wording
    closes: tuple[str, ...]
    values: tuple[Value, ...]
    phase: Phase = "any"
    opens: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    once: bool = False
    pauses: tuple[Literal["leave", "contract-pause"], ...] = ()
    oldest: bool = False

    def governing(self, day: date, municipality: str, starting_point: tuple[str, str, str]) -> Value | None:
        """The value that governs what begins on a day; None where nothing is due.

        :param starting_point: rule set, schooling and category of the participant
        """
        rule_set, schooling, category = starting_point
        for value in self.values:
            if (
                (value.first is None or value.first <= day)
                and (value.municipality is None or value.municipality == municipality)
                and (not value.rule_sets or rule_set in value.rule_sets)
                and (not value.schooling or schooling in value.schooling)
                and (not value.categories or category in value.categories)
            ):
                return None if value.off else value
        return None

    @property
    def asks_for_start(self) -> bool:
        """Whether what it says depends on the participant's starting point."""
        return any(value.rule_sets or value.schooling or value.categories for value in self.values)

    @property
    def takes_rhythm(self) -> bool:
        """Whether it is about conversations, whose rhythm a contract may agree; it agrees that of nothing else."""
        return not self.opens and "contact" in self.closes and self.phase in ("programme", "after", "contract")

    @property
    def happenings(self) -> tuple[str, ...]:
        """What it looks at, as the rule names it."""
        return tuple(sorted({*self.opens, *self.closes, *self.ends}))


class Override(Table, frozen=True):
    """Other values for a rule that stands in another file."""

    rule: str
    values: tuple[Value, ...]


class RuleFile(Table, frozen=True):
    """The rules of one file."""

    id: str
    version: int
    title: str
    source: str
    rules: tuple[DueRule, ...] = ()
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True, eq=False)
class Rulebook:
    """All rules of an installation: those of the tracker, with what its municipalities have of their own.

    :ivar rules: rule by id, the values of own files first
    :ivar file_of: rule id -> the file it comes from, as ``default@1``
    :ivar digest: a number that changes whenever any file does; read models made by other rules are made anew
    """

    rules: Mapping[str, DueRule]
    file_of: Mapping[str, str]
    digest: int


def rulebook(own: Path | None = None) -> Rulebook:
    """The rules that hold in an installation.

    :param own: the data folder; its folder ``follow-up`` may hold rules and other values of a municipality's own
    :raises RulesNotValid: a file cannot be used, or names a rule that is not there
    """
    files = SHELF.all(own)
    found: dict[str, DueRule] = {}
    file_of: dict[str, str] = {}
    for name, file in files.items():
        for rule in file.rules:
            if rule.id in found:
                problem = Said(
                    "there is a rule %(rule)s already, in %(file)s; override it", rule=rule.id, file=file_of[rule.id]
                )
                raise SHELF.refused(name, problem)
            found[rule.id] = msgspec.structs.replace(rule, values=tuple(_in_order(rule.values)))
            file_of[rule.id] = name
    for name, file in files.items():
        for override in file.overrides:
            if override.rule not in found:
                known = ", ".join(sorted(found))
                raise SHELF.refused(
                    name, Said("there is no rule %(rule)s; known: %(known)s", rule=override.rule, known=known)
                )
            before = found[override.rule]
            values = (*_in_order(override.values), *before.values)
            found[override.rule] = msgspec.structs.replace(before, values=values)
            file_of[override.rule] += f", {name}"
    return Rulebook(found, file_of, crc32(msgspec.json.encode(list(files.values()))))


def _in_order(values: Iterable[Value]) -> list[Value]:
    """Of one municipality before those of all, newer before older; else as they stand."""
    return sorted(values, key=lambda value: (value.municipality is None, -(value.first or date.min).toordinal()))


def _problems(file: RuleFile) -> Iterator[str]:
    """What a type cannot say."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", file.id):
        yield Said("%(place)s: expected a name of small letters, digits and -, got %(got)r", place="id", got=file.id)
    seen: set[str] = set()
    for rule in file.rules:
        if rule.id in seen:
            yield Said("rule %(rule)r: %(problem)s", rule=rule.id, problem=Said("it is there twice"))
        seen.add(rule.id)
        for happening in rule.happenings:
            if happening not in DERIVED and named_fact(happening)[0] not in fact_classes():
                problem = Said("there is no fact %(fact)r, and nothing derived of that name", fact=happening)
                yield Said("rule %(rule)r: %(problem)s", rule=rule.id, problem=problem)
        if not rule.values:
            yield Said("rule %(rule)r: %(problem)s", rule=rule.id, problem=Said("expected one value or more"))
        for value in rule.values:
            for problem in _value_problems(value):
                yield Said("rule %(rule)r: %(problem)s", rule=rule.id, problem=problem)
    for override in file.overrides:
        for value in override.values:
            for problem in _value_problems(value):
                yield Said("override of %(rule)r: %(problem)s", rule=override.rule, problem=problem)


def _value_problems(value: Value) -> Iterator[Said]:
    told = [name for name in WAYS if getattr(value, name)]
    if value.off and told:
        yield Said("off: expected nothing beside it, got %(got)s", got=told[0])
    elif not value.off and len(told) != 1:
        ways, there = ", ".join(WAYS), ", ".join(told)
        yield (
            Said("expected one of %(ways)s, got %(got)s", ways=ways, got=there)
            if told
            else Said("expected one of %(ways)s, got none", ways=ways)
        )
    if value.yearly is not None and day_of_year(value.yearly) is None:
        yield Said('%(place)s: expected a day such as "31 October", got %(got)r', place="yearly", got=value.yearly)
    if value.like is not None and value.like not in FIXED:
        yield Said(
            "%(place)s: expected one of %(known)s, got %(got)r", place="like", known=", ".join(FIXED), got=value.like
        )
    for name in ("due", "again", "from_before", "late"):
        text = getattr(value, name)
        if text is not None and Span.parse(text) is None:
            yield Said(
                '%(place)s: expected a time such as "3 months", "2 weeks" or "10 days", got %(got)r',
                place=name,
                got=text,
            )
        elif text is not None and (span(text).months > LONGEST.months or span(text).days > 31 * LONGEST.months):
            yield Said(
                "%(place)s: expected %(most)s years at most, got %(got)r",
                place=name,
                most=LONGEST.months // 12,
                got=text,
            )
    if value.points and (sorted(set(value.points)) != list(value.points) or value.points[0] < 1):
        there = ", ".join(map(str, value.points))
        yield Said("points: expected months in rising order, from 1 on, got %(got)s", got=there)
    if value.points and value.points[-1] > LONGEST.months:
        yield Said("points: expected %(most)s months at most, got %(got)s", most=LONGEST.months, got=value.points[-1])
    if value.municipality is not None and not re.fullmatch(r"\d{4}", value.municipality):
        yield Said("municipality: expected a code of four digits, got %(got)r", got=value.municipality)
    if not value.basis and value.like is None:
        yield Said("%(place)s: expected where the value comes from", place="basis")


SHELF = Shelf("set of follow-up rules", RuleFile, _problems, FOLDER, OWN_FOLDER, RulesNotValid, RulesNotFound)
