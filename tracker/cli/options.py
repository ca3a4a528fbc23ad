"""Options rendered from the fields of a fact, and the arguments that several commands share."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from events import Fact
from events.fields import Field, expectation, fields_of
from tracker.importing.cells import CellProblem, as_date
from tracker.schema import InvalidInput, parse, parse_values

F = TypeVar("F", bound=Fact)

METAVARS = {
    "choice": "CHOICE",
    "choices": "CHOICES",
    "texts": "WORDS",
    "measures": "PAIRS",
    "levels": "PAIRS",
    "whole": "NUMBER",
    "decimal": "NUMBER",
    "date": "DATE",
    "month": "MONTH",
    "flag": "YES|NO",
}
REPEATED = frozenset(("choices", "texts", "measures", "levels"))

participant = click.argument("participant", metavar="PARTICIPANT")
version = click.argument("version", type=click.IntRange(min=1), metavar="VERSION")
option_command = click.option(
    "--command",
    "command",
    metavar="KEY",
    help="Idempotency key: sent again with the same values, nothing more is recorded.",
)
option_expect = click.option(
    "--expect",
    "expected",
    type=click.IntRange(min=0),
    metavar="VERSION",
    help="Refuse if the journey is no longer at this version.",
)
option_reason = click.option("--reason", required=True, metavar="TEXT", help="Why, in at most 200 characters.")


class Day(click.ParamType[date]):
    """A day, as people write it."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            day, precision = as_date(value)
        except CellProblem as problem:
            self.fail(str(problem), param, ctx)
        if precision != "day":
            self.fail(f"expected a day such as 2024-02-01 or 01.02.2024; got {value!r}", param, ctx)
        return day


def options_of(cls: type[Fact]) -> list[click.Parameter]:
    """One option a field; what is given is read by the fact's schema, so that every way in reads alike."""
    return [_option(field) for field in fields_of(cls)]


def _option(field: Field) -> click.Option:
    as_flag: dict[str, Any] = {"is_flag": False, "flag_value": "yes"} if field.kind == "flag" else {}
    return click.Option(
        [f"--{field.option}", field.name],
        metavar=METAVARS.get(field.kind, "TEXT"),
        multiple=field.kind in REPEATED,
        help=_help(field),
        shell_complete=lambda _ctx, _param, begun: [
            CompletionItem(choice) for choice in _choices(field) if choice.startswith(begun)
        ],
        **as_flag,
    )


def _choices(field: Field) -> Iterable[str]:
    return ("yes", "no") if field.kind == "flag" else field.choices


def _help(field: Field) -> str:
    said = field.meaning.replace("``", "")
    parts = [said] if said else []
    if not (field.choices and all(choice in said for choice in field.choices)) or field.levels:
        parts.append(expectation(field))
    text = "; ".join(parts)
    if field.required:
        empty = ', "" for none' if field.optional else ""
        return f"{text}  [required{empty}]"
    if field.default in (None, (), {}):
        return text
    default = ("yes" if field.default else "no") if isinstance(field.default, bool) else field.default
    return f"{text}  [default: {default}]"


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """The options that were given."""
    return {name: value for name, value in values.items() if value is not None and value != ()}


def fact_from(cls: type[F], values: Mapping[str, Any]) -> F:
    """The fact that the options mean.

    :raises click.UsageError: an option is missing or has a value it cannot have
    """
    try:
        return parse(cls, given(values))
    except InvalidInput as error:
        raise click.UsageError(_listed(error)) from None


def values_from(cls: type[Fact], pairs: Iterable[str]) -> dict[str, Any]:
    """Field -> new value, from texts such as ``hours-per-week=25``; an empty value empties the field.

    :raises click.UsageError: no pair, a field twice, unknown, or with a value it cannot have
    """
    try:
        return parse_values(cls, pairs_from(pairs))
    except InvalidInput as error:
        raise click.UsageError(_listed(error)) from None


def pairs_from(pairs: Iterable[str]) -> dict[str, str]:
    """Name -> text of ``name=value`` pairs.

    :raises click.UsageError: no pair, or a name twice
    """
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        name = name.strip().replace("_", "-")
        if not equals or not name:
            raise click.UsageError("--set expects a field and its new value, such as hours-per-week=25")
        if name in found:
            raise click.UsageError(f"--set names {name} twice")
        found[name] = value
    return found


def _listed(error: InvalidInput) -> str:
    """Each problem on a line of its own, by the name of its option."""
    topic = str(error).partition(":")[0]
    lines = [f"--{problem.field}: {problem.message}" for problem in error.problems]
    return f"{topic}: {lines[0]}" if len(lines) == 1 else "\n  ".join([f"{topic}:", *lines])
