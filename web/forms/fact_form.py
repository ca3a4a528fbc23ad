"""The form of a fact: its fields with what was typed, the fact that is meant, and what is wrong with it."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import uuid4

from werkzeug.datastructures import MultiDict

from events import Fact
from events.fields import Field as FactField
from events.fields import fields_by_name, fields_of
from tracker.errors import FactRefused, Refusal, ValueNotAllowed
from tracker.schema import InvalidInput, as_written, parse, parse_values
from tracker.wording_of_facts import title
from web import refusals, wording
from web.forms.days import completed
from web.forms.field import Field, expected, field_of

STAMPED = ("on_precision",)
"""Never asked: it follows from how the day was written."""

AHEAD = frozenset(("planned_on", "until", "due", "planned_start", "planned_end", "review_on", "starts_on"))
"""Days that usually lie ahead, so that ``12.3.`` means the next one."""


class FactForm:
    """The form of one kind of fact.

    :ivar cls: the fact
    :ivar given: what was typed, by name with dashes; at first the defaults
    :ivar problems: name of a field -> what is wrong with it, in the language of the reader; ``""`` for the whole
    :ivar command: tells this form from the next, so that sending it twice records once
    """

    def __init__(
        self,
        cls: type[Fact],
        today: date,
        given: Mapping[str, Any] | None = None,
        *,
        prefix: str = "",
        fixed: Mapping[str, Any] | None = None,
        leave_out: Iterable[str] = (),
        suggestions: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        """
        :param given: what the fields begin with
        :param prefix: before the name of each input, where several facts stand in one form
        :param fixed: fields that are not asked, because the place of the form tells them; by name with dashes
        :param leave_out: further fields that are not asked
        :param suggestions: name of a field -> what to choose from
        """
        self.cls = cls
        self.today = today
        self.prefix = prefix
        self.fixed = dict(fixed or {})
        self.given: dict[str, Any] = {"on": today, **(given or {})}
        self.problems: dict[str, str] = {}
        self.command = uuid4().hex
        self._leave_out = frozenset(leave_out) | self.fixed.keys()
        self._suggestions = suggestions or {}

    @classmethod
    def of(cls, fact: Fact, today: date, **options: Any) -> "FactForm":
        """The form filled with the values of a fact, as to correct it."""
        written = as_written(fact) | {"on": fact.on}
        if fact.on_precision != "day":
            written["on"] = fact.on.isoformat()[: 7 if fact.on_precision == "month" else 4]
        return cls(type(fact), today, written, **options)

    @property
    def title(self) -> str:
        """What the fact is called."""
        return title(self.cls, wording.language())

    def take(self, form: "MultiDict[str, str]") -> "FactForm":
        """Take over what was sent.

        :returns: itself
        """
        self.given = {field.option: self._sent(form, field) for field in self._asked()}
        self.command = form.get("command") or self.command
        return self

    def fact(self) -> Fact | None:
        """The fact that is meant; None where something is wrong, and then ``problems`` says what."""
        try:
            return parse(self.cls, self._values())
        except InvalidInput as invalid:
            self._note(invalid)
            return None

    def changes(self, before: Fact) -> dict[str, Any] | None:
        """The fields that differ from a fact, as a correction takes them; None where something is wrong.

        Keys cannot be corrected and are left out.
        """
        keys = {field.option for field in fields_of(self.cls) if field.is_key}
        try:
            found = parse_values(self.cls, {k: v for k, v in self._values().items() if k not in keys})
        except InvalidInput as invalid:
            self._note(invalid)
            return None
        return {name: value for name, value in found.items() if getattr(before, name) != value}

    def refuse(self, refusal: Refusal) -> None:
        """Note why the fact was refused, at its field where the refusal names one."""
        if isinstance(refusal, ValueNotAllowed):
            field = fields_by_name(self.cls).get(refusal.field)
            if field is not None:
                self.problems[field.option] = expected(field)
                return
        place = "on" if isinstance(refusal, FactRefused) and refusal.code in _OF_THE_DAY else ""
        self.problems[place] = refusals.told(refusal)

    @property
    def fields(self) -> list[Field]:
        """The fields that are asked: the day first, then the fact's own, who told last."""
        asked = self._asked()
        first = [field for field in asked if field.name == "on"]
        last = [field for field in asked if field.name == "told_by"]
        own = [field for field in asked if field not in first and field not in last]
        return [
            field_of(
                self.cls,
                field,
                self.given.get(field.option),
                prefix=self.prefix,
                error=self.problems.get(field.option, ""),
                suggestions=self._suggestions.get(field.option, ()),
            )
            for field in (*first, *own, *last)
        ]

    @property
    def summary(self) -> list[tuple[str, str]]:
        """(id of the field, what is wrong), for the summary above the form."""
        labels = {field.name.removeprefix(self.prefix): field for field in self.fields}
        return [
            (labels[name].id, f"{labels[name].label}: {words}") if name in labels else ("", words)
            for name, words in self.problems.items()
        ]

    def _asked(self) -> list[FactField]:
        return [
            field for field in fields_of(self.cls) if field.name not in STAMPED and field.option not in self._leave_out
        ]

    def _sent(self, form: "MultiDict[str, str]", field: FactField) -> Any:
        name = self.prefix + field.option
        if field.kind == "choices":
            return form.getlist(name)
        if field.kind in ("measures", "levels"):
            return {choice: told for choice in field.choices if (told := (form.get(f"{name}.{choice}") or "").strip())}
        return form.get(name, "")

    def _values(self) -> dict[str, Any]:
        values = dict(self.given)
        for field in self._asked():
            value = values.get(field.option)
            if field.kind == "date" and isinstance(value, str):
                values[field.option] = completed(value, self.today, ahead=field.name in AHEAD)
            elif field.kind in ("choices", "measures", "levels") and not value:
                values.pop(field.option, None)
        return values | self.fixed

    def _note(self, invalid: InvalidInput) -> None:
        by_option = {field.option: field for field in fields_of(self.cls)}
        for problem in invalid.problems:
            field = by_option.get(problem.field)
            self.problems[problem.field if field else ""] = (
                expected(field) if field else wording.text("The form is not as it was sent. Load the page again.")
            )


_OF_THE_DAY = frozenset(("in-future", "before-birth", "after-death", "ends-before-start", "not-running"))
"""Refusals that another day would mend."""
