"""A field of a form, as a template shows it; and what a field of a fact expects, in the language of the reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from events import Fact
from events import fields as of_facts
from events.base import LanguageCode, MunicipalityCode, OccupationCode, Pattern, markers
from tracker import wording_of_facts
from web import wording
from web.wording import marked as _

_EXPECTED: dict[Pattern, str] = {
    markers(MunicipalityCode)[0]: _("a municipality code of four digits, such as 0301"),
    markers(LanguageCode)[0]: _("a language code of two or three letters, such as ar or tir"),
    markers(OccupationCode)[0]: _("an occupation code of STYRK-08: four digits"),
}


@dataclass(frozen=True)
class Choice:
    """One of the values that a field can have.

    :ivar told: of measures and levels what was given for it
    """

    value: str
    label: str
    chosen: bool = False
    told: str = ""


@dataclass(frozen=True)
class Field:
    """A field of a form.

    :ivar name: of the input; with dashes
    :ivar id: of the element, unique on the page
    :ivar kind: as ``events.fields.Field.kind``, and note for free text
    :ivar limit: most characters of free text
    :ivar suggestions: what others wrote, to choose from
    """

    name: str
    id: str
    kind: str
    label: str
    value: str = ""
    hint: str = ""
    error: str = ""
    unit: str = ""
    required: bool = False
    choices: tuple[Choice, ...] = ()
    levels: tuple[Choice, ...] = ()
    limit: int | None = None
    suggestions: tuple[str, ...] = ()


def field_of(
    fact: type[Fact],
    field: of_facts.Field,
    given: Any = None,
    *,
    prefix: str = "",
    error: str = "",
    suggestions: Sequence[str] = (),
) -> Field:
    """A field of a fact as a field of a form.

    :param given: what was typed or stands in the fact: a text, a list of texts, a mapping, or a value
    :param prefix: before name and id, where several facts stand in one form
    """
    language = wording.language()
    unit = wording_of_facts.unit(field, language) if field.kind in ("whole", "decimal") else ""
    return Field(
        name=prefix + field.option,
        id=f"f-{prefix}{field.option}".replace(".", "-"),
        kind="note" if field.free_text and field.free_text.limit > 80 else field.kind,
        label=wording_of_facts.label(fact, field, language),
        value="" if field.kind in ("choices", "measures", "levels") else typed(given),
        hint=_hint(field),
        error=error,
        unit=unit,
        required=field.required and not (field.optional and field.default is not None),
        choices=_choices(fact, field, given),
        levels=tuple(Choice(level, level) for level in field.levels),
        limit=field.free_text.limit if field.free_text else None,
        suggestions=tuple(suggestions),
    )


def typed(value: Any) -> str:
    """A value as somebody would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    if isinstance(value, Decimal):
        return f"{value.normalize():f}".replace(".", "," if wording.language() != "en" else ".")
    if isinstance(value, (tuple, list)):
        return ", ".join(map(str, value))
    return str(value)


def expected(field: of_facts.Field) -> str:
    """What a field expects, as a sentence in the language of the reader."""
    limits = {"low": "", "high": ""}
    if field.range:
        limits = {"low": wording.shown(field.range.low), "high": wording.shown(field.range.high)}
    if field.kind in ("choice", "choices", "levels", "flag"):
        return wording.text("Choose one of the values.")
    if field.kind == "date":
        return wording.text("Write a day such as 12.3., 12.03.2024 or 2024-03-12.")
    if field.kind == "month":
        return wording.text("Write a month such as 03.2024.")
    if field.range:
        return wording.text("Write a number from %(low)s to %(high)s.", **limits)
    if field.kind in ("whole", "decimal", "measures"):
        return wording.text("Write a number.")
    if field.pattern in _EXPECTED:
        return wording.text("Expected: %(what)s.", what=wording.words(_EXPECTED[field.pattern]))
    if field.free_text:
        return wording.text("Write at most %(limit)s characters.", limit=field.free_text.limit)
    if field.is_key:
        return wording.text("Write a short name.")
    return wording.text("Write a short text without line breaks.")


def _hint(field: of_facts.Field) -> str:
    if field.name == "on":
        return wording.text("12.3., 12.03.2024; a month or a year where the day is not known")
    if field.kind == "date":
        return wording.text("12.3. or 12.03.2024")
    if field.pattern in _EXPECTED:
        return wording.words(_EXPECTED[field.pattern])
    if field.is_key and field.kind == "text":
        return wording.text("A short name that later entries about the same use")
    return ""


def _choices(fact: type[Fact], field: of_facts.Field, given: Any) -> tuple[Choice, ...]:
    language = wording.language()
    if field.kind == "flag":
        chosen = typed(given)
        return tuple(
            Choice(value, wording_of_facts.yes_or_no(value == "yes", language), value == chosen)
            for value in ("yes", "no")
        )
    told = {str(name): typed(value) for name, value in given.items()} if isinstance(given, Mapping) else {}
    chosen_ones = {str(one) for one in given} if isinstance(given, (list, tuple)) else {typed(given)}
    return tuple(
        Choice(
            value,
            wording_of_facts.choice(fact, field, value, language),
            value in chosen_ones,
            told.get(value, ""),
        )
        for value in field.choices
    )
