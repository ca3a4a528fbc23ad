"""What is due as the page shows it: chosen by group or saved list, counted, and one page of it with names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from events import Fact
from tracker.follow_up.agreed import AGREED
from tracker.follow_up.listing import NONE_LATER, OPEN, OPENS_NEXT, SUMMER, Found, Remark, listed, question_of
from tracker.follow_up.saved_lists import SavedList, saved_lists
from tracker.follow_up.worklist import GROUPS, Due, Group, Question, counted, worklist
from tracker.wording import Language
from web import wording
from web.addresses import url_for
from web.auth.gate import account, desk
from web.outcomes import button, mark, outcomes_of
from web.pages.my_day.caseloads import Caseload, advised, caseloads, chosen
from web.paths import called
from web.persons import Shown, colleague, shown
from web.wording import marked as _

PAGE = 50
"""Things due on one page."""

AHEAD = "90d"
"""How far ahead the page looks, unless a list says otherwise."""

HEADINGS: Mapping[Group, str] = {
    "overdue": _("Overdue"),
    "within 7 days": _("Within 7 days"),
    "within 30 days": _("Within 30 days"),
    "within 90 days": _("Within 90 days"),
    "later": _("Later"),
    "paused": _("Rests"),
}
SLUGS: Mapping[str, Group] = {
    "overdue": "overdue",
    "7-days": "within 7 days",
    "30-days": "within 30 days",
    "90-days": "within 90 days",
    "later": "later",
    "rests": "paused",
}
"""Group in addresses -> group."""

BASES: Mapping[str, str] = {
    "contract": _("Agreed in the contract"),
    "law": _("Required by law"),
    "rule": _("Rule of an authority or of this product"),
    "local": _("Routine of the municipality"),
}
PARTIES: Mapping[str, str] = {
    "participant": _("the participant"),
    "municipality": _("the municipality"),
    "county": _("the county"),
    "state": _("NAV"),
}
PROPER_PLACE: Mapping[str, tuple[str, str]] = {
    "level-result": ("test_day.page", _("Log levels")),
    "level-rises": ("test_day.page", _("Log levels")),
    "contract-ends": ("contracts.page", _("See the contract")),
    "step": ("contracts.page", _("See the contract")),
}
"""Kind of task -> (where more than one fact of it is logged, what the link says)."""

ALL_AT_ONCE = frozenset(("level-result", "level-rises"))
"""Kinds of tasks that nobody logs one fact at a time for."""

REMARKS = {
    SUMMER: _("The summer is %(first)s to %(last)s."),
    OPEN: _("Registration for the test on %(held)s is open from %(opens)s to %(closes)s."),
    OPENS_NEXT: _("Registration for the test opens next on %(opens)s."),
    NONE_LATER: _("No later registration for the test is written down."),
}

MOST = 3
"""Outcomes that a row offers; further ones stand on the participant's page."""


@dataclass(frozen=True)
class Asked:
    """What somebody chose to look at; all of it stands in the address, and none of it names anybody.

    :ivar group: only what is in this group; None = all up to 90 days ahead
    :ivar kept: a saved list; None = everything
    :ivar page: from 1
    """

    caseload: Caseload
    group: Group | None = None
    kept: SavedList | None = None
    page: int = 1

    @classmethod
    def of(cls, args: Mapping[str, Any]) -> "Asked":
        """What an address asks for; what it says wrongly is left out."""
        kept = str(args.get("list", ""))
        number = str(args.get("page", "1"))
        return cls(
            chosen(caseloads(), args.get("whose")),
            SLUGS.get(str(args.get("show"))),
            saved_lists(desk().app.settings.home, account().user).get(kept) if kept else None,
            int(number) if number.isascii() and number.isdigit() and 0 < int(number[:6]) else 1,
        )

    @cached_property
    def here(self) -> str:
        """The address of this."""
        return self.address()

    @property
    def shown(self) -> str | None:
        """The group as addresses name it."""
        return next((slug for slug, group in SLUGS.items() if group == self.group), None)

    def address(self, **other: Any) -> str:
        """The address of this, with something else."""
        told = {
            "whose": self.caseload.id,
            "show": self.shown,
            "list": self.kept.id if self.kept else None,
            "page": self.page if self.page > 1 else None,
        }
        return url_for("my_day.page", **{name: value for name, value in (told | other).items() if value is not None})


@dataclass(frozen=True)
class Line:
    """A thing due as a row.

    :ivar mark: stands for it in addresses
    :ivar outcomes: (log name of a fact, what its button says); none where the reader cannot log
    :ivar elsewhere: (address, words) of a page where it is better done
    """

    due: Due
    who: Shown
    mark: str
    advisor: str
    outcomes: tuple[tuple[str, str], ...] = ()
    elsewhere: tuple[str, str] | None = None

    @property
    def about(self) -> str:
        """Which of several; the kind of a contract in words, and nothing of who is masked."""
        return "" if self.who.masked else about_in_words(self.due)

    @property
    def basis(self) -> str:
        return wording.words(BASES[self.due.basis.partition(" ")[0]])

    @property
    def source(self) -> str:
        """Where the value of the rule comes from; empty of what a contract says."""
        return wording.sourced(self.due.source)

    @property
    def party(self) -> str:
        return wording.words(PARTIES[self.due.party])

    @property
    def heading(self) -> str:
        return wording.words(HEADINGS[self.due.group])

    @property
    def when(self) -> str:
        """How long ago it was due, or in how long it is."""
        if self.due.paused:
            return wording.text("rests")
        if self.due.days == 0:
            return wording.text("today")
        if self.due.days < 0:
            return wording.plural("%(number)s day late", "%(number)s days late", -self.due.days)
        return wording.plural("in %(number)s day", "in %(number)s days", self.due.days)


def about_in_words(due: Due) -> str:
    """Which of several things it is."""
    if due.task == "contract-ends":
        return kind_of_contract(due.about)
    return called(due.about)


def kind_of_contract(kind: str) -> str:
    """What a kind of contract is called."""
    return wording.words(_CONTRACTS[kind])


_CONTRACTS = {"integration-contract": _("Integration contract"), "long-contract": _("Long contract")}


def question(asked: Asked, scope: Any) -> Question:
    """What is asked of one scope."""
    if asked.kept is None:
        return Question(scope, due=AHEAD if asked.group != "later" else None, tasks=one_by_one(), group=asked.group)
    filters = asked.kept.filters
    # A list of one advisor stays one: it is read by those who may see that caseload.
    narrowed = replace(scope, advisor=scope.advisor or filters.advisor)
    return replace(question_of(filters, narrowed), group=asked.group)


def counts(asked: Asked) -> dict[Group, int]:
    """How many things there are in each group."""
    found = dict.fromkeys(GROUPS, 0)
    for scope in asked.caseload.scopes:
        for group, number in counted(desk().app.read_model, question(replace(asked, group=None), scope)).items():
            found[group] += number
    return found


def lines(asked: Asked) -> list[Line]:
    """One page of what is asked for, the most urgent first."""
    model, language = desk().app.read_model, wording.language()
    first = (asked.page - 1) * PAGE
    scopes = asked.caseload.scopes
    if len(scopes) == 1:
        rows = worklist(model, question(asked, scopes[0]), language, PAGE, first)
    else:
        every = [row for scope in scopes for row in worklist(model, question(asked, scope), language, first + PAGE)]
        rows = sorted(every, key=_URGENT)[first : first + PAGE]
    return _told(rows)


def gathered(asked: Asked) -> tuple[dict[Group, int], list[Line], tuple[int, int]]:
    """:func:`counts`, :func:`lines` and :func:`in_bulk` of the same, which a whole page shows."""
    scopes = asked.caseload.scopes
    if asked.kept is not None or asked.group == "later" or not all(scope.names_people for scope in scopes):
        return counts(asked), lines(asked), in_bulk(asked) if asked.kept is None and asked.group is None else (0, 0)
    # What is due of somebody's own participants is read once, and counted here.
    model, language, single = desk().app.read_model, wording.language(), frozenset(one_by_one())
    every = [row for scope in scopes for row in worklist(model, Question(scope, due=AHEAD), language)]
    found = dict.fromkeys(GROUPS, 0)
    bulk = [row.group for row in every if row.task not in single]
    rows = [row for row in every if row.task in single]
    for row in rows:
        found[row.group] += 1
    if asked.group is not None:
        rows = [row for row in rows if row.group == asked.group]
    if len(scopes) > 1:
        rows.sort(key=_URGENT)
    first = (asked.page - 1) * PAGE
    in_all = (len(bulk), bulk.count("overdue")) if asked.group is None else (0, 0)
    return found, _told(rows[first : first + PAGE]), in_all


_URGENT = attrgetter("paused", "due", "participant", "task", "about")


def _told(rows: Sequence[Due]) -> list[Line]:
    """Things due as rows."""
    people = shown(UUID(row.participant) for row in rows)
    names = {user: colleague(user) for user in {row.advisor for row in rows}}
    logging_for, where = advised(), account().where("participant-log")
    return [
        _line(
            row,
            people[UUID(row.participant)],
            names[row.advisor],
            row.advisor in logging_for and row.municipality in where,
        )
        for row in rows
    ]


def _line(row: Due, who: Shown, advisor: str, may_log: bool) -> Line:
    sign = mark(row.task, row.about, row.due)
    if who.masked or not may_log:
        return Line(row, who, sign, advisor)
    elsewhere = _elsewhere(row, who)
    facts = () if elsewhere and row.task in ALL_AT_ONCE else facts_of(row)
    return Line(row, who, sign, advisor, tuple((cls.TOPIC, button(cls)) for cls in facts), elsewhere)


def _elsewhere(row: Due, who: Shown) -> tuple[str, str] | None:
    if row.task not in PROPER_PLACE:
        return None
    endpoint, words = PROPER_PLACE[row.task]
    return url_for(endpoint, participant=who.participant), wording.words(words)


def grouped(found: list[Line]) -> list[tuple[str, list[Line]]]:
    """(heading, rows) of each group."""
    return [(heading, list(rows)) for heading, rows in groupby(found, key=attrgetter("heading"))]


def one_by_one() -> tuple[str, ...]:
    """The kinds of tasks that are read one by one; the others have a list of their own."""
    rules = desk().app.read_model.rules.rules
    return (*(id for id, rule in rules.items() if not rule.oldest), *AGREED)


def in_bulk(asked: Asked) -> tuple[int, int]:
    """(participants with something to enter in the national register, those of them who are late)."""
    rules = desk().app.read_model.rules.rules
    tasks = tuple(id for id, rule in rules.items() if rule.oldest)
    total = late = 0
    for scope in asked.caseload.scopes if tasks else ():
        numbers = counted(desk().app.read_model, Question(scope, due=AHEAD, tasks=tasks))
        total += sum(numbers.values())
        late += numbers.get("overdue", 0)
    return total, late


def people_on(asked: Asked) -> Found:
    """Everybody on a saved list of participants."""
    assert asked.kept is not None
    every = Found([], [])
    for scope in asked.caseload.scopes:
        narrowed = replace(scope, advisor=scope.advisor or asked.kept.filters.advisor)
        found = listed(desk().app.read_model, asked.kept.filters, narrowed, desk().app.settings.home)
        every.people.extend(found.people)
        every.remarks.extend(remark for remark in found.remarks if remark not in every.remarks)
    return every


def in_words(remark: Remark) -> str:
    """What a list says of how it was asked for."""
    days = {name: wording.day(day) for name, day in remark.days.items()}
    return wording.text(REMARKS[remark.sentence], **days)


def task_of(participant: UUID, sign: str) -> Due | None:
    """The thing due that a mark stands for; None where it is due no longer."""
    model = desk().app.read_model
    from tracker.follow_up.scope import Scope

    scope = Scope(model.state(), desk().today(), participants=(str(participant),))
    rows = worklist(model, Question(scope), wording.language())
    return next((row for row in rows if mark(row.task, row.about, row.due) == sign), None)


def facts_of(due: Due) -> tuple[type[Fact], ...]:
    """What can come of it."""
    return outcomes_of(due.task, desk().app.read_model.rules)[:MOST]


def in_language(kept: SavedList, language: Language) -> tuple[str, str]:
    """(title, meaning) of a list."""
    return kept.title.to(language), kept.meaning.to(language)
