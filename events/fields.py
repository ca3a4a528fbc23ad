"""What a fact's fields are, read from its class: kind, allowed values, unit and wording; and the check of a fact."""

import inspect
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

from events.base import Fact, FactVersion, FreeText, MonthOnly, Pattern, Range, SpellKey, Unit, hints, markers

Kind = Literal[
    "text", "choice", "choices", "texts", "measures", "levels", "values", "whole", "decimal", "date", "month", "flag"
]


@dataclass(frozen=True)
class Field:
    """One field of a fact, as forms, options, import columns and the reference page need it.

    :ivar kind: text; choice (one of ``choices``); choices (any number of them); texts (any number of words);
        measures (choice -> number or nothing); levels (choice -> one of ``levels``); values (field -> new value);
        whole; decimal; date; month; flag (true or false)
    :ivar optional: may be left out or empty
    :ivar default: the value when left out
    """

    name: str
    kind: Kind
    required: bool
    optional: bool
    default: Any
    choices: tuple[str, ...]
    levels: tuple[str, ...]
    range: Range | None
    unit: str | None
    pattern: Pattern | None
    free_text: FreeText | None
    is_key: bool
    is_version: bool
    meaning: str

    @property
    def option(self) -> str:
        """The name in a command, a form or a column heading: ``hours-per-week``."""
        return self.name.replace("_", "-")


class InvalidFact(ValueError):
    """A value that a field cannot have.

    :ivar field: the field's name
    :ivar expected: what would be right
    """

    def __init__(self, field: str, expected: str) -> None:
        super().__init__(f"{field.replace('_', '-')}: expected {expected}")
        self.field = field
        self.expected = expected


@cache
def fields_of(cls: type[Fact]) -> tuple[Field, ...]:
    """The fields of a fact: its own in the order of the class, then those that all facts have."""
    meanings = _meanings(cls)
    structs = {field.name: field for field in msgspec.structs.fields(cls)}
    found = []
    for name, hint in hints(cls).items():
        marks = markers(hint)
        kind, choices, levels = _kind(_bare(hint), marks)
        struct = structs[name]
        found.append(
            Field(
                name=name,
                kind=kind,
                required=struct.required,
                optional=_allows_none(hint) or not struct.required,
                default=_default(struct),
                choices=choices,
                levels=levels,
                range=_first(marks, Range),
                unit=getattr(_first(marks, Unit), "name", None),
                pattern=_first(marks, Pattern),
                free_text=_first(marks, FreeText),
                is_key=_first(marks, SpellKey) is not None,
                is_version=_first(marks, FactVersion) is not None,
                meaning=meanings.get(name, ""),
            )
        )
    return tuple(found)


@cache
def fields_by_name(cls: type[Fact]) -> dict[str, Field]:
    return {field.name: field for field in fields_of(cls)}


def meaning(cls: type[Fact]) -> str:
    """What the fact means, in the words of its class, without the list of fields."""
    text = inspect.cleandoc(cls.__doc__ or "")
    return re.split(r"\n\s*:ivar ", text, maxsplit=1)[0].strip()


def check(fact: Fact) -> None:
    """Refuse a fact with a value outside what its class allows.

    :raises InvalidFact: the first such value; the message never holds the value itself
    """
    try:
        msgspec.convert(msgspec.to_builtins(fact), type(fact))
    except msgspec.ValidationError as error:
        at = re.search(r"\$\.(\w+)", str(error))
        name = at.group(1) if at else "fact"
        field = fields_by_name(type(fact)).get(name)
        raise InvalidFact(name, expectation(field) if field else str(error)) from None
    if fact.on_precision != "day" and (fact.on.day != 1 or (fact.on_precision == "year" and fact.on.month != 1)):
        raise InvalidFact("on", f"the first day of the {fact.on_precision} that it is known to")
    for field in fields_of(type(fact)):
        value = getattr(fact, field.name)
        if value is not None and not _holds(field, value):
            raise InvalidFact(field.name, expectation(field))


def expectation(field: Field) -> str:
    """What a field expects, in words for a person."""
    unit = f" ({field.unit})" if field.unit else ""
    if field.kind == "choice":
        return "one of " + ", ".join(field.choices)
    if field.kind == "choices":
        return "any of " + ", ".join(field.choices)
    if field.kind == "levels":
        return f"pairs such as {field.choices[0]}={field.levels[-1]}; {', '.join(field.choices)}" + (
            f" with {', '.join(field.levels)}"
        )
    if field.kind == "measures":
        limits = f" from {field.range.low} to {field.range.high}" if field.range else ""
        return f"pairs such as {field.choices[0]}=20{limits}{unit}, or {field.choices[0]}; {', '.join(field.choices)}"
    if field.range:
        kind = "a whole number" if field.kind == "whole" else "a number"
        return f"{kind} from {field.range.low} to {field.range.high}{unit}"
    if field.pattern:
        return field.pattern.expected
    if field.free_text:
        return f"a text of at most {field.free_text.limit} characters"
    return {
        "date": "a date, such as 2024-02-01 or 01.02.2024",
        "month": "a month, such as 2024-02",
        "flag": "yes or no",
        "whole": "a whole number",
        "values": "pairs of field and new value",
    }.get(field.kind, "a text")


def _holds(field: Field, value: Any) -> bool:
    if field.kind == "texts":
        return all(field.pattern is None or field.pattern.matches(text) for text in value)
    if field.kind == "measures":
        return all(number is None or _in_range(field, number) for number in value.values())
    if field.kind in ("decimal", "whole") and not _in_range(field, value):
        return False
    if field.pattern and isinstance(value, str) and not field.pattern.matches(value):
        return False
    if field.free_text and len(value) > field.free_text.limit:
        return False
    return not (field.kind == "month" and value.day != 1)


def _in_range(field: Field, value: Decimal | int) -> bool:
    if isinstance(value, Decimal) and not value.is_finite():
        return False
    return field.range is None or field.range.low <= value <= field.range.high


def _default(struct: msgspec.structs.FieldInfo) -> Any:
    if struct.default_factory is not msgspec.NODEFAULT:
        return struct.default_factory()
    return None if struct.default is msgspec.NODEFAULT else struct.default


def _first(marks: tuple[Any, ...], kind: type[Any]) -> Any:
    return next((mark for mark in marks if isinstance(mark, kind)), None)


def _allows_none(hint: Any) -> bool:
    return NoneType in get_args(hint)


def _bare(hint: Any) -> Any:
    """The type without markers and without the ``None`` of a field that may be left out."""
    if get_origin(hint) is Annotated:
        return _bare(get_args(hint)[0])
    if get_origin(hint) in (Union, UnionType):
        parts = [part for part in get_args(hint) if part is not NoneType]
        return _bare(parts[0]) if len(parts) == 1 else hint
    return hint


def _kind(bare: Any, marks: tuple[Any, ...]) -> tuple[Kind, tuple[str, ...], tuple[str, ...]]:
    origin = get_origin(bare)
    if origin is Literal:
        if all(isinstance(choice, int) for choice in get_args(bare)):
            return "choice", tuple(str(choice) for choice in get_args(bare)), ()
        return "choice", get_args(bare), ()
    if origin is tuple:
        item = _bare(get_args(bare)[0])
        return ("choices", get_args(item), ()) if get_origin(item) is Literal else ("texts", (), ())
    if origin is dict:
        key, value = (_bare(part) for part in get_args(bare))
        if get_origin(key) is not Literal:
            return "values", (), ()
        if get_origin(value) is Literal:
            return "levels", get_args(key), get_args(value)
        return "measures", get_args(key), ()
    if bare is date:
        return ("month" if _first(marks, MonthOnly) else "date"), (), ()
    simple: dict[Any, Kind] = {bool: "flag", int: "whole", Decimal: "decimal"}
    return simple.get(bare, "text"), (), ()


def _meanings(cls: type[Fact]) -> dict[str, str]:
    """Field name -> its words, from the ``:ivar`` lines of the class and those it builds on."""
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        for part in re.split(r"\n\s*:ivar ", inspect.cleandoc(base.__doc__ or ""))[1:]:
            name, _, words = part.partition(":")
            found[name.strip()] = re.sub(r"\s+", " ", words).strip()
    return found
