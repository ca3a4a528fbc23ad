"""From what people and programs write to facts: a schema for each fact, rendered from its fields."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from typing import Any, NamedTuple, TypeVar

from marshmallow import Schema, ValidationError, fields, post_load, pre_load

from events import Fact
from events.fields import Field, expectation, fields_of
from tracker.errors import Refusal
from tracker.importing.cells import CellProblem, as_date, as_decimal, as_month, as_text

F = TypeVar("F", bound=Fact)

FLAGS = {
    "yes": True,
    "no": False,
    "ja": True,
    "nei": False,
    "true": True,
    "false": False,
    "1": True,
    "0": False,
}
TELLING = {
    "no-such-day": ": the calendar has no such day",
    "year-out-of-range": ": years run from 1900 to 2100",
    "two-digit-year": ": write four digits for the year",
    "ambiguous-number": ": write a decimal comma, or no point between thousands",
}
"""What the reading of a cell knows beyond what was expected."""

_SHOWN = 40
_MANY_DIGITS = re.compile(r"\d[\d ]{5,}")
_BETWEEN_PAIRS = re.compile(r"\s*(?:[;\n]|,(?=\s*[A-Za-z])|\s(?=\s*[A-Za-z]))\s*")
_BETWEEN_WORDS = re.compile(r"\s*[;,\s]\s*")
_COARSENESS: dict[str, int] = {"day": 0, "month": 1, "year": 2}
_FIRST: dict[str, Callable[[date], date]] = {
    "day": lambda day: day,
    "month": lambda day: day.replace(day=1),
    "year": lambda day: day.replace(month=1, day=1),
}


class InputProblem(NamedTuple):
    """One field of an input that is not right.

    :ivar field: its name, with dashes
    :ivar message: what was expected, and what was got
    """

    field: str
    message: str


class InvalidInput(Refusal):
    """What was given is no such fact; every field that is not right is named.

    :ivar problems: field by field
    """

    code = "invalid-input"

    def __init__(self, topic: str, problems: Iterable[InputProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{topic}: " + "; ".join(f"{problem.field}: {problem.message}" for problem in self.problems))


class FactSchema(Schema):
    """What all schemas of facts share: names with dashes or underscores, blanks, and coarse dates."""

    @pre_load
    def _tidied(self, given: Any, **_: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        values = {str(name).replace("_", "-"): _unblank(value) for name, value in given.items()}
        for name, field in self.fields.items():
            option = field.data_key or name
            if option in values and values[option] is None and not (field.required or self.partial):
                del values[option]
        return _with_precision(values, always=bool(self.partial))

    @post_load
    def _first_days(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        if "on" in values:
            values["on"] = _FIRST[values.get("on_precision") or "day"](values["on"])
        return values


class FactField(fields.Field[Any]):
    """One field of a fact; reads a text, a cell of a sheet or a JSON value."""

    def __init__(self, of: Field) -> None:
        super().__init__(
            required=of.required,
            allow_none=of.optional,
            data_key=of.option,
            validate=lambda value: _within(of, value),
            metadata={
                "kind": of.kind,
                "unit": of.unit,
                "description": of.meaning,
                "expected": expectation(of),
            },
            error_messages={
                "required": f"missing, expected {expectation(of)}",
                "null": f"expected {expectation(of)}",
            },
        )
        self.of = of

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        try:
            return READERS[self.of.kind](self.of, value)
        except CellProblem as problem:
            raise _unexpected(self.of, value, TELLING.get(problem.code, "")) from None
        except (ValueError, TypeError, KeyError):
            raise _unexpected(self.of, value) from None

    def _serialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return value.isoformat()[:7] if self.of.kind == "month" and value is not None else _plain(value)


@cache
def schema_for(cls: type[Fact]) -> FactSchema:
    """The schema of a fact: loads what people and programs write, dumps JSON values; names with dashes."""
    made: Any = FactSchema.from_dict(
        {field.name: FactField(field) for field in fields_of(cls)}, name=f"{cls.__name__}Schema"
    )
    schema: FactSchema = made()
    return schema


def parse(cls: type[F], values: Mapping[str, Any]) -> F:
    """The fact that is meant by texts, cells or JSON values; ``on`` may be a month or a year.

    :raises InvalidInput: with every field that is missing, unknown or has a value it cannot have
    """
    return cls(**_loaded(cls, values))


def parse_values(cls: type[Fact], values: Mapping[str, Any]) -> dict[str, Any]:
    """Some fields of a fact by name, as a correction takes them; a blank value means None.

    :raises InvalidInput: with every field that is unknown or has a value it cannot have
    """
    loaded = _loaded(cls, values, partial=True)
    if "on_precision" in loaded and "on" not in loaded:
        problem = InputProblem("on-precision", "correct on itself, as a month or a year: on=2024-03")
        raise InvalidInput(cls.TOPIC, [problem])
    return loaded


def as_written(fact: Fact) -> dict[str, Any]:
    """The fields of a fact as plain JSON values by name with dashes, without those that were left out."""
    dumped: dict[str, Any] = schema_for(type(fact)).dump(fact)
    defaults = {field.option: field for field in fields_of(type(fact))}
    return {
        name: value for name, value in dumped.items() if getattr(fact, defaults[name].name) != defaults[name].default
    }


def _loaded(cls: type[Fact], values: Mapping[str, Any], *, partial: bool = False) -> dict[str, Any]:
    schema = schema_for(cls) if not partial else _partial(cls)
    try:
        loaded: dict[str, Any] = schema.load(values)
    except ValidationError as error:
        raise InvalidInput(cls.TOPIC, _problems(cls, error)) from None
    return loaded


@cache
def _partial(cls: type[Fact]) -> FactSchema:
    schema: FactSchema = type(schema_for(cls))(partial=True)
    return schema


def _problems(cls: type[Fact], error: ValidationError) -> Iterator[InputProblem]:
    known = {field.option for field in fields_of(cls)}
    given: dict[str, list[str]] = error.normalized_messages()  # type: ignore[no-untyped-call]
    for name, messages in given.items():
        if name == "_schema":
            yield InputProblem("input", "expected pairs of field and value")
        elif name in known:
            yield InputProblem(name, "; ".join(messages))
        else:
            shown = name if len(name) <= _SHOWN and not _MANY_DIGITS.search(name) else "a name"
            close = get_close_matches(name, sorted(known), n=1)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(sorted(known))}"
            yield InputProblem(shown, f"there is no such field; {hint}")


def _unblank(value: Any) -> Any:
    """None for what says nothing: a blank text, an empty list of repeated options."""
    if isinstance(value, str) and not value.strip():
        return None
    return None if value == () else value


def _with_precision(values: dict[str, Any], *, always: bool) -> dict[str, Any]:
    """A month or a year given as the day tells how exactly it is known."""
    given = values.get("on")
    try:
        on, precision = as_date(given) if isinstance(given, (str, int, float, date)) else (None, "day")
    except CellProblem:
        return values
    if on is None:
        return values
    told = values.get("on-precision")
    if told is None:
        if always or precision != "day" or "on-precision" in values:
            return values | {"on-precision": precision}
        return values
    if _COARSENESS.get(str(told), 2) < _COARSENESS[precision]:
        # Left as it is, so that reading the day refuses it.
        return values | {"on": f"{given} is no {told}"}
    return values


def _unexpected(field: Field, value: Any, reason: str = "") -> ValidationError:
    return ValidationError(f"expected {expectation(field)}{_got(field, value)}{reason}")


def _got(field: Field, value: Any) -> str:
    """The value in a message; not the words of a person, nor what may be an identity number."""
    if field.free_text or not isinstance(value, (str, int, float, Decimal)):
        return ""
    text = str(value)
    if _MANY_DIGITS.search(text):
        return ", got a long number"
    return f", got {text if len(text) <= _SHOWN else text[:_SHOWN] + '...'!r}"


def _within(field: Field, value: Any) -> None:
    """Refuse what the markers of the field do not allow."""
    if value is None:
        return
    numbers = value.values() if field.kind == "measures" else [value]
    texts = value if field.kind == "texts" else [value]
    limit, pattern, longest = field.range, field.pattern, field.free_text
    if limit and any(number is not None and not limit.low <= number <= limit.high for number in numbers):
        raise _unexpected(field, value)
    if pattern and field.kind in ("text", "texts") and not all(pattern.matches(text) for text in texts):
        raise _unexpected(field, value)
    if longest and len(value) > longest.limit:
        raise _unexpected(field, value)


def _cell(value: Any) -> Any:
    if not isinstance(value, (str, int, float, date)):
        raise TypeError
    return value


def _read_text(_: Field, value: Any) -> str:
    if isinstance(value, bool):
        raise TypeError
    text = as_text(_cell(value))
    text.encode()
    return text


def _read_choice(field: Field, value: Any) -> str:
    return _one_of(field.choices, value)


def _one_of(choices: tuple[str, ...], value: Any) -> str:
    text = ("yes" if value else "no") if isinstance(value, bool) else as_text(_cell(value))
    for wanted in (text, text.casefold(), text.casefold().replace(",", ".")):
        for choice in choices:
            if wanted in (choice, choice.casefold()):
                return choice
    raise ValueError


def _read_choices(field: Field, value: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_one_of(field.choices, word) for word in _listed(value)))


def _read_texts(field: Field, value: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_read_text(field, word) for word in _listed(value)))


def _listed(value: Any) -> Iterator[Any]:
    if isinstance(value, str):
        yield from (word for word in _BETWEEN_WORDS.split(value.strip()) if word)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _listed(part) if isinstance(part, str) else [part]
    else:
        raise TypeError


def _pairs(value: Any) -> Iterator[tuple[Any, Any]]:
    """Name and value of ``work=20 volunteering``, of a list of such texts, or of a mapping."""
    if isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _pairs(part)
    elif isinstance(value, str):
        for part in _BETWEEN_PAIRS.split(value.strip()):
            if part:
                name, _, told = part.partition("=")
                yield name.strip(), told.strip() or None
    else:
        raise TypeError


def _read_measures(field: Field, value: Any) -> dict[str, Decimal | None]:
    read: dict[str, Decimal | None] = {}
    for name, number in _pairs(value):
        choice = _one_of(field.choices, name)
        if choice in read:
            raise ValueError
        read[choice] = None if number is None else _read_decimal(field, number)
    return read


def _read_levels(field: Field, value: Any) -> dict[str, str]:
    read: dict[str, str] = {}
    for name, level in _pairs(value):
        choice = _one_of(field.choices, name)
        if choice in read:
            raise ValueError
        read[choice] = _one_of(field.levels, level)
    return read


def _read_values(_: Field, value: Any) -> dict[str, Any]:
    return {str(name): told for name, told in _pairs(value)}


def _read_decimal(_: Field, value: Any) -> Decimal:
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError
        return value
    return as_decimal(_cell(value))


def _read_whole(field: Field, value: Any) -> int:
    number = _read_decimal(field, value)
    if number != number.to_integral_value():
        raise ValueError
    return int(number)


def _read_date(field: Field, value: Any) -> date:
    day, precision = as_date(_cell(value))
    if precision != "day" and field.name != "on":
        raise ValueError
    return day


def _read_month(_: Field, value: Any) -> date:
    return as_month(_cell(value))


def _read_flag(_: Field, value: Any) -> bool:
    return FLAGS[as_text(_cell(value)).casefold()] if not isinstance(value, bool) else value


READERS: dict[str, Callable[[Field, Any], Any]] = {
    "text": _read_text,
    "choice": _read_choice,
    "choices": _read_choices,
    "texts": _read_texts,
    "measures": _read_measures,
    "levels": _read_levels,
    "values": _read_values,
    "whole": _read_whole,
    "decimal": _read_decimal,
    "date": _read_date,
    "month": _read_month,
    "flag": _read_flag,
}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return [_plain(part) for part in value]
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    return value
