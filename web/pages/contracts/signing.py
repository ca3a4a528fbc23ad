"""Signing a contract: a path is chosen, what it proposes is changed to what was agreed, and all of it recorded."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, cast
from uuid import UUID, uuid4

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from events import Fact
from events.contract import ContractSigned, ObligationAgreed, Party, PartyAgreed, StepAgreed
from events.plan import CareerGoalSet
from tracker.contracts.drafts import Draft
from tracker.contracts.paths import PathTemplate, path_templates
from tracker.contracts.signing import draft_for, sign
from tracker.errors import Conflict, FactRefused, Refusal
from web import refusals, wording
from web.auth.gate import desk, needs
from web.forms import FactForm, Field
from web.forms.days import NotADay, read_day
from web.outcomes import added_since, sent_version
from web.pages.contracts import words
from web.pages.contracts.blueprint import pages
from web.pages.contracts.page import look, newest, who_is
from web.recording import author, say_saved

AUTHORITIES: tuple[Party, ...] = ("municipality", "county", "state")
SPARE = 2
"""Empty rows for steps and for duties of one's own."""

MOST = 60
"""Rows of steps or of duties in one form."""


@dataclass
class Part:
    """A part of a contract that is to be signed, with its form.

    :ivar keep: whether it is agreed
    :ivar reached: the journey tells that this step is reached already
    """

    prefix: str
    form: FactForm
    keep: bool = True
    reached: bool = False
    spare: bool = False

    def only(self, name: str) -> list[Field]:
        """A field of a row, without the hint that would stand in every row; nothing where there is none."""
        return [replace(one, hint="") for one in self.form.fields if one.name == self.prefix + name]

    def others(self, *names: str) -> list[Field]:
        """The other fields."""
        return [one for one in self.form.fields if one.name not in {self.prefix + name for name in names}]

    @property
    def opened(self) -> bool:
        """Whether its further fields are shown at once."""
        return bool(self.form.problems)


@dataclass
class Sheet:
    """A contract that is to be signed, as a form."""

    participant: UUID
    version: int
    kind: str
    contract: Part
    goal: Part
    parties: list[Part] = field(default_factory=list)
    steps: list[Part] = field(default_factory=list)
    duties: list[Part] = field(default_factory=list)
    command: str = ""
    cut: bool = False
    trouble: str = ""
    news: list[tuple[str, str]] = field(default_factory=list)

    @property
    def parts(self) -> Iterator[Part]:
        yield self.contract
        yield from self.parties
        if self.goal.keep:
            yield self.goal
        yield from (part for part in (*self.steps, *self.duties) if part.keep)

    @property
    def summary(self) -> list[tuple[str, str]]:
        """(id of the field, what is wrong)."""
        found = [("", self.trouble)] if self.trouble else []
        return found + [problem for part in self.parts for problem in part.form.summary]


@pages.get("/participants/<uuid:participant>/contracts/sign")
@needs("contract-write")
def choose(participant: UUID) -> ResponseReturnValue:
    """Choose a path."""
    return _choice(participant)


@pages.post("/participants/<uuid:participant>/contracts/draft")
@needs("contract-write")
def draft(participant: UUID) -> ResponseReturnValue:
    """What the path proposes for this participant, to be changed and signed; nothing is recorded."""
    template = _templates(participant).get(request.form.get("path", ""))
    if template is None:
        return _choice(participant, {"path": wording.text("Choose one of the paths.")}), 422
    try:
        on = read_day(request.form.get("on", ""), desk().today())
    except NotADay:
        on = None
    if on is None:
        wrong = {"on": wording.text("Write a day such as 12.3., 12.03.2024 or 2024-03-12.")}
        return _choice(participant, wrong), 422
    offices: dict[Party, str] = {
        party: told for party in AUTHORITIES if (told := " ".join(request.form.get(f"office-{party}", "").split())[:80])
    }
    language = wording.language()
    made = draft_for(desk().app, participant, template.named(language), on, offices=offices, language=language)
    return _sheet_page(_filled(participant, made))


@pages.post("/participants/<uuid:participant>/contracts/sign")
@needs("contract-write")
def sign_it(participant: UUID) -> ResponseReturnValue:
    """Record what was agreed: all of it, or nothing."""
    sheet = _sent(participant, request.form)
    made = _draft_of(sheet)
    if made is None:
        return _sheet_page(sheet), 422
    try:
        told = sign(desk().app, participant, made, author(), expected_version=sent_version(), command=sheet.command)
    except Conflict:
        sheet.news = added_since(participant, sent_version() or 0)
        return _sheet_page(sheet), 409
    except FactRefused as refusal:
        _place(sheet, refusal)
        return _sheet_page(sheet), 422
    if told.recorded:
        say_saved(told.recorded, [participant], wording.text("The contract is signed."))
    return redirect(url_for("contracts.page", participant=participant), 303)


def _choice(participant: UUID, wrong: dict[str, str] | None = None) -> str:
    today = desk().today()
    return render_template(
        "contracts/sign.html",
        who=who_is(participant),
        participant=participant,
        paths=sorted(
            _templates(participant).values(),
            key=lambda one: wording.alphabetical(one.title.to(wording.language())),
        ),
        words=words,
        authorities=AUTHORITIES,
        wrong=wrong or {},
        typed=request.form,
        today=today.strftime("%d.%m.%Y"),
    )


def _templates(participant: UUID) -> dict[str, PathTemplate]:
    """The newest version of each path, of the kinds of contract that do not run."""
    running = {one.contract for one in newest(look(participant)) if one.state not in ("completed", "terminated")}
    found: dict[str, PathTemplate] = {}
    for one in path_templates(desk().app.settings.home).values():
        if one.contract not in running and (one.id not in found or found[one.id].version < one.version):
            found[one.id] = one
    return found


def _filled(participant: UUID, made: Draft) -> Sheet:
    """The form of a draft."""
    kind = made.contract.contract
    agreed: dict[str, str | None] = {fact.party: fact.office for fact in made.agreed}
    goal = _of(made.goal, **_of_goal()) if made.goal else _form(CareerGoalSet, **_of_goal())
    return Sheet(
        participant,
        desk().app.journey(participant).version,
        kind,
        Part("contract.", _of(made.contract, **_of_contract(kind))),
        Part("goal.", goal, keep=made.goal is not None),
        [_party(party, kind, agreed.get(party), keep=party in agreed) for party in words.PARTIES],
        [
            *(
                Part(f"steps.{n}.", _of(fact, **_of_step(n, kind)), reached=_reached(made, fact))
                for n, fact in enumerate(made.steps)
            ),
            *_spare(StepAgreed, len(made.steps), kind),
        ],
        [
            *(Part(f"duties.{n}.", _of(fact, **_of_duty(n, kind))) for n, fact in enumerate(made.obligations)),
            *_spare(ObligationAgreed, len(made.obligations), kind),
        ],
        uuid4().hex,
        bool(made.cut),
    )


def _reached(made: Draft, step: StepAgreed) -> bool:
    return "reached already" in made.notes.get(f"steps {step.step}", "")


def _sent(participant: UUID, sent: "MultiDict[str, str]") -> Sheet:
    """The form as it was sent."""
    kind = sent.get("kind", "")
    kind = kind if kind in words.KINDS else next(iter(words.KINDS))
    rows = {
        name: min(int(told), MOST) if (told := sent.get(f"{name}.rows", "")).isdecimal() else 0
        for name in ("steps", "duties")
    }
    sheet = Sheet(
        participant,
        desk().app.journey(participant).version,
        kind,
        Part("contract.", _form(ContractSigned, **_of_contract(kind)).take(sent)),
        Part("goal.", _form(CareerGoalSet, **_of_goal()).take(sent), keep=bool(sent.get("goal.keep"))),
        [],
        [_row(StepAgreed, n, kind, sent) for n in range(rows["steps"])],
        [_row(ObligationAgreed, n, kind, sent) for n in range(rows["duties"])],
        sent.get("command") or uuid4().hex,
    )
    bound = sent.getlist("contract.parties")
    sheet.parties = [
        _party(
            party,
            kind,
            sent.get(f"party.{party}.office"),
            keep=bool(sent.get(f"party.{party}.keep")) and party in bound,
        )
        for party in words.PARTIES
    ]
    return sheet


def _row(cls: type[Fact], number: int, kind: str, sent: "MultiDict[str, str]") -> Part:
    name, options = ("steps", _of_step) if cls is StepAgreed else ("duties", _of_duty)
    prefix = f"{name}.{number}."
    form = _form(cls, **options(number, kind)).take(sent)
    key = sent.get(f"{prefix}{'step' if cls is StepAgreed else 'obligation'}", "").strip()
    # An empty row that nobody wrote in is no part of the contract.
    spare = bool(sent.get(f"{prefix}spare"))
    keep = bool(key) if spare else bool(sent.get(f"{prefix}keep"))
    return Part(prefix, form, keep, spare=spare)


def _spare(cls: type[Fact], first: int, kind: str) -> list[Part]:
    name, options = ("steps", _of_step) if cls is StepAgreed else ("duties", _of_duty)
    return [
        Part(f"{name}.{n}.", _form(cls, **options(n, kind)), keep=False, spare=True)
        for n in range(first, first + SPARE)
    ]


def _draft_of(sheet: Sheet) -> Draft | None:
    """The contract that is meant; None where something is wrong, and then the forms say what."""
    contract = sheet.contract.form.fact()
    on: date = contract.on if contract is not None else desk().today()
    facts: dict[str, Fact | None] = {}
    for part in sheet.parts:
        if part is not sheet.contract:
            part.form.fixed = {**part.form.fixed, "on": on}
            if part in sheet.parties and not part.keep:
                continue
            facts[part.prefix] = part.form.fact()
    for name, parts in (("step", sheet.steps), ("obligation", sheet.duties)):
        _told_twice(name, parts)
    if contract is None or None in facts.values() or sheet.summary:
        return None
    by_class = list(facts.values())
    return Draft(
        cast(ContractSigned, contract),
        cast("CareerGoalSet | None", facts.get("goal.")),
        tuple(one for one in by_class if isinstance(one, PartyAgreed)),
        tuple(one for one in by_class if isinstance(one, StepAgreed)),
        tuple(one for one in by_class if isinstance(one, ObligationAgreed)),
    )


def _told_twice(name: str, parts: list[Part]) -> None:
    seen: set[str] = set()
    for part in parts:
        key = str(part.form.given.get(name, "")).strip().casefold()
        if part.keep and key in seen:
            part.form.problems[name] = wording.text("This name is there twice; give each a name of its own.")
        seen.add(key)


def _place(sheet: Sheet, refusal: Refusal) -> None:
    """Find which parts are refused, in a journey that is thrown away."""
    journey = desk().app.journey(sheet.participant)
    signature = desk().app.signature(author())
    for part in sheet.parts:
        fact = None if part in sheet.parties and not part.keep else part.form.fact()
        if fact is None:
            continue
        try:
            journey.record(fact, signature)
        except FactRefused as refused:
            part.form.refuse(refused)
            if part is sheet.contract:
                break
    if not sheet.summary:
        sheet.trouble = refusals.told(refusal)


def _form(cls: type[Fact], **options: Any) -> FactForm:
    return FactForm(cls, desk().today(), **options)


def _of(fact: Fact, **options: Any) -> FactForm:
    """A form filled with a fact, its days as people write them."""
    form = FactForm.of(fact, desk().today(), **options)
    for name in ("due", "until"):
        if name in form.given:
            form.given[name] = getattr(fact, name)
    return form


def _of_contract(kind: str) -> dict[str, Any]:
    return {"prefix": "contract.", "fixed": {"contract": kind}, "leave_out": ("told-by",)}


def _of_goal() -> dict[str, Any]:
    return {"prefix": "goal.", "leave_out": ("on", "told-by")}


def _of_step(number: int, kind: str) -> dict[str, Any]:
    return {"prefix": f"steps.{number}.", "fixed": {"contract": kind}, "leave_out": ("on", "told-by")}


def _of_duty(number: int, kind: str) -> dict[str, Any]:
    return {"prefix": f"duties.{number}.", "fixed": {"contract": kind}, "leave_out": ("on", "told-by")}


def _party(party: str, kind: str, office: str | None, *, keep: bool) -> Part:
    form = _form(
        PartyAgreed,
        given={"office": office or ""},
        prefix=f"party.{party}.",
        fixed={"contract": kind, "party": party},
        leave_out=("on", "told-by"),
    )
    return Part(f"party.{party}.", form, keep)


def _sheet_page(sheet: Sheet) -> str:
    return render_template("contracts/draft.html", sheet=sheet, who=who_is(sheet.participant), words=words)
