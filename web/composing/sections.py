"""A form of several facts: what is asked once for all of them, and a section for each fact that it may write."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

from werkzeug.datastructures import MultiDict

from events import Fact
from events.fields import fields_by_name, fields_of
from events.language import LEVELS, LanguageLevelReached, Skill
from tracker.errors import FactRefused, Refusal
from tracker.journey import Journey, Signature
from tracker.schema import InvalidInput, parse_values
from tracker.wording_of_facts import choice
from web import refusals, wording
from web.forms import Choice, FactForm, Field
from web.forms.days import completed
from web.forms.fact_form import AHEAD
from web.forms.field import expected

TICKED = "use"
"""Under which name, after the prefix of its section, a tick says that a fact is meant."""

SHARED = ("on", "told-by")
"""What every fact has, and is asked once for all of them."""

Told = list[tuple["Section", Fact]]


class Section:
    """The part of a form that may write one fact.

    A fact is meant where the section is always meant, where it is ticked, or where a field is filled that it needs.

    :ivar name: unique in the form; stands before the name of each input
    :ivar form: its fields, with what was typed
    :ivar ticked: the tick is set
    """

    def __init__(
        self,
        name: str,
        cls: type[Fact],
        today: date,
        *,
        title: str = "",
        hint: str = "",
        tick: str = "",
        ticked: bool = False,
        always: bool = False,
        needs: Sequence[str] = (),
        shared: Iterable[str] = SHARED,
        own: Iterable[str] = (),
        labels: Mapping[str, str] | None = None,
        choices: Mapping[str, Sequence[tuple[str, str]]] | None = None,
        folded: bool = False,
        **options: Any,
    ) -> None:
        """
        :param title: heading, in the language of the reader; left out, what the fact is called
        :param tick: label of a tick that says the fact is meant
        :param always: it is meant whatever is typed
        :param needs: names of the fields of which one must be filled for the fact to be meant
        :param shared: names of the fields that the form asks once for all sections
        :param own: names of shared fields that it asks nevertheless; left blank, what is shared holds
        :param labels: other words for fields
        :param choices: values and words of a text field that is chosen from a list
        :param folded: the section begins folded up while nothing is meant by it
        :param options: as of :class:`web.forms.FactForm`
        """
        self.name = name
        self.today = today
        self.hint = hint
        self.tick = tick
        self.ticked = ticked
        self.needs = tuple(needs)
        self.shared = tuple(shared)
        self.own = frozenset(own)
        self.folded = folded
        self._always = always
        self._labels = labels or {}
        self._choices = choices or {}
        self._title = title
        fixed = dict(options.pop("fixed", None) or {})
        leave_out = {*options.pop("leave_out", ()), *(one for one in self.shared if one not in self.own)}
        self.form = FactForm(cls, today, prefix=f"{name}.", fixed=fixed, leave_out=leave_out, **options)

    @property
    def id(self) -> str:
        """Id of the element on the page."""
        return "s-" + self.name.replace(".", "-")

    @property
    def title(self) -> str:
        return self._title or self.form.title

    @property
    def is_meant(self) -> bool:
        if self._always:
            return True
        if self.tick and self.ticked:
            return True
        return any(_filled(self.form.given.get(name)) for name in self.needs)

    @property
    def is_open(self) -> bool:
        """Whether it is shown unfolded."""
        return not self.folded or self.is_meant or bool(self.form.problems)

    @property
    def fields(self) -> list[Field]:
        """Its fields, with the words and choices of this form."""
        return [self._dressed(field) for field in self.form.fields]

    @property
    def summary(self) -> list[tuple[str, str]]:
        """(id of the element, what is wrong)."""
        ids = {field.name.removeprefix(self.form.prefix): field for field in self.fields}
        return [
            (ids[name].id, f"{ids[name].label}: {words}") if name in ids else (self.id, f"{self.title}: {words}")
            for name, words in self.form.problems.items()
        ]

    @property
    def problem(self) -> str:
        """What is wrong with it as a whole, or with a field that it does not show."""
        shown = {field.name.removeprefix(self.form.prefix) for field in self.form.fields}
        return " ".join(words for name, words in self.form.problems.items() if name not in shown)

    def take(self, sent: "MultiDict[str, str]") -> None:
        """Take over what was sent."""
        self.form.take(sent)
        self.ticked = sent.get(self.form.prefix + TICKED) == "yes"

    def fact(self, shared: Mapping[str, Any]) -> Fact | None:
        """The fact that is meant; None where something is wrong.

        :param shared: what was typed once for all sections, by name; what is wrong with it is told where it is asked
        """
        known = {field.option for field in fields_of(self.form.cls)}
        for name in self.shared:
            asked_here = name in self.own and _filled(self.form.given.get(name))
            if name in shared and name in known and not asked_here:
                self.form.fixed[name] = shared[name]
        found = self.form.fact()
        for name in self.shared:
            if name not in self.own:
                self.form.problems.pop(name, None)
        for name, offered in self._choices.items():
            if str(self.form.given.get(name) or "") not in {"", *(value for value, _ in offered)}:
                self.form.problems[name] = wording.text("Choose one of the values.")
        return None if self.form.problems else found

    def _dressed(self, field: Field) -> Field:
        name = field.name.removeprefix(self.form.prefix)
        if name in self._labels:
            field = replace(field, label=self._labels[name])
        if name in self._choices:
            chosen = tuple(Choice(value, words, value == field.value) for value, words in self._choices[name])
            field = replace(field, kind="choice", choices=chosen, hint="", suggestions=())
        if name in self.own:
            return replace(field, required=False)
        return replace(field, required=True) if name in self.needs and self._always else field


class LevelSection(Section):
    """The level of one skill, typed in one go: ``A2``, ``a2+``, ``0`` for below A1, ``x`` for not assessed.

    :ivar written: what was typed
    """

    def __init__(self, name: str, skill: Skill, today: date, **options: Any) -> None:
        self.skill = skill
        self.written = ""
        fixed = {"skill": skill, **options.pop("fixed", {})}
        super().__init__(name, LanguageLevelReached, today, fixed=fixed, leave_out=("level", "sub-level"), **options)

    @property
    def input(self) -> str:
        """Name of the input."""
        return self.form.prefix + "level"

    @property
    def words(self) -> str:
        """What the skill is called."""
        field = fields_by_name(LanguageLevelReached)["skill"]
        name = choice(LanguageLevelReached, field, self.skill, wording.language())
        return name[:1].upper() + name[1:]

    @property
    def options(self) -> list[tuple[str, str]]:
        """What can be written and what it means, from the lowest up."""
        steps = fields_by_name(LanguageLevelReached)["sub_level"].choices
        found = [("0", self.level_words("below-A1"))]
        for level in LEVELS[1:]:
            own = {step[-1]: step for step in steps if step[:-1] == level}
            found += [(step, step) for step in (own.get("-"), level, own.get("+")) if step]
        return [*found, ("x", self.level_words("not-assessed"))]

    @property
    def is_meant(self) -> bool:
        return bool(self.written.strip())

    def level_words(self, level: str) -> str:
        """What a level is called."""
        return choice(LanguageLevelReached, fields_by_name(LanguageLevelReached)["level"], level, wording.language())

    @property
    def summary(self) -> list[tuple[str, str]]:
        return [(self.id, f"{self.words}: {words}") for words in self.form.problems.values()]

    def take(self, sent: "MultiDict[str, str]") -> None:
        super().take(sent)
        self.written = sent.get(self.input, "")

    def fact(self, shared: Mapping[str, Any]) -> Fact | None:
        read = level_written(self.written)
        if read is None:
            self.form.problems["level"] = wording.text("Write A1, A2, B1, B2, C1, 0 or x.")
            return None
        self.form.fixed |= read
        return super().fact(shared)


def level_written(text: str) -> dict[str, str] | None:
    """Level and finer step as they are written in a hurry; None where it is none."""
    written = "".join(text.split()).upper().replace("\N{MINUS SIGN}", "-").replace("\N{EN DASH}", "-")
    if written in ("0", "<A1", "UNDERA1", "BELOWA1", "BELOW-A1"):
        return {"level": "below-A1"}
    if written in ("X", "IGV", "NOT-ASSESSED"):
        return {"level": "not-assessed"}
    level = written.rstrip("+-")
    if level not in LEVELS[1:] or len(written) - len(level) > 1:
        return None
    if written == level:
        return {"level": level}
    return None if level == "C1" else {"level": level, "sub-level": written}


class Composite:
    """A form of several facts that are recorded as one act.

    :ivar shared: what is asked once; it writes no fact itself
    :ivar sections: in the order in which the facts are recorded
    :ivar command: tells this form from the next, so that sending it twice records once
    :ivar seen: what the reader saw: version of the journey, or position in the log
    :ivar others: further problems: (id of the element, what is wrong)
    """

    def __init__(self, shared: FactForm, sections: Iterable[Section], seen: int = 0) -> None:
        self.shared = shared
        self.sections = list(sections)
        self.command = uuid4().hex
        self.seen = seen
        self.others: list[tuple[str, str]] = []

    def section(self, name: str) -> Section:
        """The section of this name."""
        return next(one for one in self.sections if one.name == name)

    def take(self, sent: "MultiDict[str, str]") -> "Composite":
        """Take over what was sent.

        :returns: itself
        """
        self.shared.take(sent)
        for section in self.sections:
            section.take(sent)
        self.command = sent.get("command") or self.command
        seen = sent.get("seen", "")
        self.seen = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 19 else self.seen
        return self

    @property
    def asked_once(self) -> list[Field]:
        """The fields that are shared; the hint of the day is a short one, since the forms are of days."""
        short = wording.text("12.3. or 12.03.2024")
        return [replace(field, hint=short) if field.name == "on" else field for field in self.shared.fields]

    @property
    def values(self) -> dict[str, Any]:
        """What was typed once for all sections, by name, with days completed."""
        found = {}
        kinds = {field.option: field for field in fields_of(self.shared.cls)}
        for field in self.shared.fields:
            name = field.name.removeprefix(self.shared.prefix)
            value = self.shared.given.get(name)
            if kinds[name].kind == "date" and isinstance(value, str):
                value = completed(value, self.shared.today, ahead=kinds[name].name in AHEAD)
            found[name] = value
        return found

    def facts(self) -> Told | None:
        """The facts that are meant, in order; None where something is wrong, and then it is noted where."""
        values = self.values
        self._check_shared(values)
        found: Told = []
        for section in self.sections:
            if section.is_meant and (fact := section.fact(values)) is not None:
                found.append((section, fact))
        return None if self.summary else found

    @property
    def summary(self) -> list[tuple[str, str]]:
        """(id of the element, what is wrong), for the summary above the form."""
        return [
            *self.shared.summary,
            *(problem for section in self.sections for problem in section.summary),
            *self.others,
        ]

    def refuse(self, told: Told, journey: Journey, signature: Signature, refusal: Refusal) -> None:
        """Note why the facts were refused, at the section of the first one that cannot be."""
        for section, fact in told:
            try:
                journey.record(fact, signature)
            except FactRefused as refused:
                section.form.refuse(refused)
                return
        self.others.append(("", refusals.told(refusal)))

    def _check_shared(self, values: Mapping[str, Any]) -> None:
        kinds = {field.option: field for field in fields_of(self.shared.cls)}
        try:
            parse_values(self.shared.cls, {n: v for n, v in values.items() if _filled(v) or kinds[n].required})
        except InvalidInput as invalid:
            for problem in invalid.problems:
                if problem.field in kinds:
                    self.shared.problems[problem.field] = expected(kinds[problem.field])
        for name, value in values.items():
            if kinds[name].required and not _filled(value):
                self.shared.problems.setdefault(name, expected(kinds[name]))


def only(cls: type[Fact], names: Iterable[str]) -> list[str]:
    """The names of all fields of a fact but these: what a form of what is shared leaves out."""
    asked = set(names)
    return [field.option for field in fields_of(cls) if field.option not in asked]


def _filled(value: Any) -> bool:
    return bool(value.strip()) if isinstance(value, str) else bool(value)
