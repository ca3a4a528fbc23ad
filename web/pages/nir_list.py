"""What the national introduction register (NIR) has not been told: copied there, ticked, and so marked at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from events import Fact, fact_class
from events.fields import fields_of
from events.programme import RegisteredInNir
from tracker.errors import FactRefused, Refusal
from tracker.follow_up.worklist import Question, counted, worklist
from tracker.quality.register import Item, outstanding
from tracker.rules.nir import SUBJECTS
from tracker.wording_of_facts import label, title, value
from web import refusals, wording
from web.auth.gate import account, desk, needs, reach_of
from web.forms import FactForm
from web.pages.my_day.caseloads import Caseload, advised, caseloads, chosen
from web.pages.my_day.page import note
from web.persons import Shown, person_of, shown
from web.recording import record_each

pages = Blueprint("nir_list", __name__)
PAGE = 10
"""Participants on one page."""

ROWS = 25
"""Entries shown of one participant, the most urgent first; the rest follows once those are entered."""

MOST = 500
"""Facts ticked at once."""

_FIELD_OF = {fact: subject.field for subject in SUBJECTS for fact in subject.facts}


@dataclass(frozen=True)
class Row:
    """A fact to enter.

    :ivar name: of its box: participant and version
    :ivar text: the day and what is to be entered, as one line to copy
    :ivar days: days left; below zero so many late
    :ivar closed: the figures of its year are closed
    """

    name: str
    item: Item
    title: str
    values: tuple[tuple[str, str], ...]
    text: str
    days: int
    closed: bool


@dataclass(frozen=True)
class Person:
    """A participant with what is to be entered.

    :ivar number: the identity number to enter it under; empty where none is stored
    :ivar more: further entries, which are not shown yet
    """

    who: Shown
    number: str
    rows: tuple[Row, ...]
    may_log: bool
    more: int = 0


@pages.get("/nir")
@needs("day")
def page() -> ResponseReturnValue:
    """The list, the most urgent participants first."""
    return _page(_form())


@pages.post("/nir")
@needs("participant-log")
def register() -> ResponseReturnValue:
    """Mark what was ticked as registered, all of it or nothing."""
    form = _form().take(request.form)
    ticked = _ticked(request.form.getlist("item")[:MOST])
    if not ticked:
        form.problems[""] = wording.text("Tick what you have entered in NIR.")
        return _page(form), 422
    facts: dict[UUID, list[Fact]] = {}
    for participant, versions in ticked.items():
        if not reach_of(participant, "participant-log")[0].granted:
            form.problems[""] = wording.text("One of the participants is no longer yours. Load the page again.")
            return _page(form), 422
        for version in versions:
            form.fixed = {"registers": version}
            fact = form.fact()
            if fact is None:
                return _page(form, ticked), 422
            facts.setdefault(participant, []).append(fact)
    number = sum(map(len, facts.values()))
    try:
        record_each(
            facts,
            command=form.command,
            said=wording.plural("%(number)s entry marked as in NIR.", "%(number)s entries marked as in NIR.", number),
        )
    except FactRefused as refusal:
        _refuse(form, refusal)
        return _page(form, ticked), 422
    note("nir_list.register", len(facts))
    return redirect(url_for("nir_list.page", whose=request.form.get("whose")), 303)


def _refuse(form: FactForm, refusal: Refusal) -> None:
    if isinstance(refusal, FactRefused) and refusal.code == "in-future":
        form.refuse(refusal)
    else:
        form.problems[""] = refusals.told(refusal)


def _form() -> FactForm:
    return FactForm(RegisteredInNir, desk().today(), leave_out=("registers", "told-by"))


def _ticked(names: Iterable[str]) -> dict[UUID, list[int]]:
    """Participant -> versions of the facts that were ticked; what is neither is left out."""
    found: dict[UUID, list[int]] = {}
    for name in names:
        who, _, version = name.partition(":")
        try:
            participant, number = UUID(who), int(version)
        except ValueError:
            continue
        if number not in found.setdefault(participant, []):
            found[participant].append(number)
    return found


def _page(form: FactForm, ticked: dict[UUID, list[int]] | None = None) -> str:
    choice = caseloads()
    caseload = chosen(choice, request.values.get("whose"))
    told = request.args.get("page", "1")
    number = int(told) if told.isascii() and told.isdigit() and 0 < int(told[:6]) else 1
    who, total, late = _who(caseload, number)
    people = _people(who)
    note("nir_list.page", len(people))
    return render_template(
        "nir_list/page.html",
        form=form,
        caseloads=choice,
        caseload=caseload,
        people=people,
        total=total,
        late=late,
        page=number,
        pages=-(-total // PAGE),
        ticked={f"{one}:{version}" for one, versions in (ticked or {}).items() for version in versions},
        may_log=any(person.may_log for person in people),
    )


def _who(caseload: Caseload, page: int) -> tuple[list[tuple[str, str | None, str]], int, int]:
    """(participant, advisor, municipality) of a page, how many there are, and how many of them are late."""
    model = desk().app.read_model
    tasks = tuple(id for id, rule in model.rules.rules.items() if rule.oldest)
    questions = [Question(scope, tasks=tasks) for scope in caseload.scopes]
    numbers = [counted(model, question) for question in questions]
    first = (page - 1) * PAGE
    if len(questions) == 1:
        rows = worklist(model, questions[0], limit=PAGE, offset=first)
    else:
        every = [row for question in questions for row in worklist(model, question, limit=first + PAGE)]
        rows = sorted(every, key=attrgetter("paused", "due", "participant"))[first : first + PAGE]
    return (
        [(row.participant, row.advisor, row.municipality) for row in rows],
        sum(sum(one.values()) for one in numbers),
        sum(one.get("overdue", 0) for one in numbers),
    )


def _people(who: list[tuple[str, str | None, str]]) -> list[Person]:
    names = shown(UUID(one) for one, _, _ in who)
    model, today = desk().app.read_model, desk().today()
    open_ones = [one for one, _, _ in who if not names[UUID(one)].masked]
    found = sorted(outstanding(model, model.state(), today, participants=open_ones), key=attrgetter("participant"))
    items = {one: list(rows) for one, rows in groupby(found, key=attrgetter("participant"))}
    mine, where = advised(), account().where("participant-log")
    made = []
    for one, advisor, municipality in who:
        participant = UUID(one)
        rows = _rows(participant, items.get(one, []), today) if one in items else ()
        may_log = advisor in mine and municipality in where and bool(rows)
        more = max(0, len(items.get(one, [])) - ROWS)
        made.append(Person(names[participant], _number(participant) if rows else "", rows, may_log, more))
    return made


def _rows(participant: UUID, items: Iterable[Item], today: date) -> tuple[Row, ...]:
    facts = {entry.version: entry.fact for entry in desk().app.journey(participant).facts}
    return tuple(
        _row(item, facts[item.version], today)
        for item in sorted(items, key=lambda item: (item.due_on, item.place, item.version))[:ROWS]
        if item.version in facts
    )


def _row(item: Item, fact: Fact, today: date) -> Row:
    language = wording.language()
    name = title(fact_class(item.fact), language)
    values = _values(fact, _FIELD_OF.get(item.fact, ""))
    day = wording.day(item.happened_on, fact.on_precision)
    text = "; ".join((f"{day} {name}", *(f"{words}: {told}" for words, told in values)))
    return Row(
        f"{item.participant}:{item.version}",
        item,
        name,
        values,
        text,
        (item.due_on - today).days,
        item.cut_off < today,
    )


def _values(fact: Fact, only: str) -> tuple[tuple[str, str], ...]:
    """(label, value) of what the register asks for; free text never is."""
    language = wording.language()
    found = []
    for field in fields_of(type(fact)):
        if field.free_text or field.name in ("on", "on_precision", "told_by") or (only and field.name != only):
            continue
        words = value(type(fact), field, getattr(fact, field.name), language)
        if words:
            found.append((label(type(fact), field, language), words))
    return tuple(found)


def _number(participant: UUID) -> str:
    person = person_of(participant)
    return "" if person is None else person.national_identity_number or person.d_number or person.duf_number or ""
