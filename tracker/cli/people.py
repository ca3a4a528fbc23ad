"""Who the participants are, from the command line: asked for or read from stdin, never taken as an argument."""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click
import msgspec

from tracker.cli.options import participant
from tracker.cli.session import emit, emit_json, not_for_publication, opened, say
from tracker.errors import Refusal
from tracker.identity_numbers import InvalidIdentityNumber, normalised
from tracker.importing.cells import CellProblem, as_date

if TYPE_CHECKING:
    from uuid import UUID

    from tracker.application import ProgressionTracker
    from tracker.people import Person

PROMPTS = {
    "name": "full name",
    "birth_date": "date of birth",
    "national_identity_number": "national identity number (fødselsnummer)",
    "d_number": "D-number",
    "duf_number": "DUF number",
    "contact": "telephone or e-mail",
}
HIDDEN = ("national_identity_number", "d_number", "duf_number")
CLEARED = "-"


class PersonNotValid(Refusal):
    """What was told of a person's identity cannot be; the message never holds it."""

    code = "person-not-valid"


@click.group(short_help="Names and identity numbers, kept apart and sealed.")
def people() -> None:
    """Names and identity numbers, kept apart from the facts and sealed.

    Values are asked for, or read from stdin where that is no terminal; never given as arguments, since those
    are seen by others and kept by the shell.
    """


@people.command("set")
@participant
def set_person(participant: str) -> None:
    """Store who a participant is.

    Asks for each value: empty keeps what is there, a single - removes it. Where stdin is no terminal, reads a JSON
    object with any of name, birth-date, national-identity-number, d-number, duf-number, contact; null removes.
    """
    with opened() as app:
        found = app.find(participant)
        app.journey(found)
        before = _stored(app, found)
        told = _asked(before) if _at_a_terminal() else _from_json(sys.stdin.buffer.read())
        person = _person(before, told)
        try:
            app.people.set(found, person, allow_synthetic=app.settings.synthetic)
        except InvalidIdentityNumber as error:
            raise PersonNotValid(str(error)) from None
        say(f"stored: {', '.join(_option(name) for name in _known(person)) or 'nothing'}")


@people.command("show")
@participant
@click.option("--format", "format", type=click.Choice(["table", "json"]), default="table", show_default=True)
def show_person(participant: str, format: str) -> None:
    """Show who a participant is."""
    with opened() as app:
        found = app.find(participant)
        app.journey(found)
        known = _known(_stored(app, found))
        not_for_publication()
        if format == "json":
            emit_json({"participant": str(found), **known})
            return
        if not known:
            say(f"nothing is stored of who {found} is; tracker people set {found} stores it")
        emit([("participant", found), *((PROMPTS[name], value) for name, value in known.items())], ("what", "value"))


@people.command("find")
@click.option("--format", "format", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
def find_person(format: str) -> None:
    """Find participants by the beginnings of their names, or by an identity number; asks, or reads stdin."""
    if _at_a_terminal():
        sought = click.prompt("words of the name, or a number", err=True, hide_input=True)
    else:
        sought = _text(sys.stdin.buffer.read())
    with opened() as app:
        rows = []
        for found in app.people.find(sought):
            person = _stored(app, found)
            rows.append((str(found), person.name, person.birth_date))
        not_for_publication()
        if not rows:
            say("nobody was found; at least two letters of each word are needed")
        emit(rows, ("participant", "name", "birth_date"), format)


def _stored(app: "ProgressionTracker", participant: "UUID") -> "Person":
    from tracker.people import Person

    return app.people.get(participant) or Person()


def _at_a_terminal() -> bool:
    return sys.stdin.isatty()


def _asked(before: "Person") -> dict[str, str | None]:
    told: dict[str, str | None] = {}
    for name, prompt in PROMPTS.items():
        there = " (empty keeps it, - removes it)" if getattr(before, name) is not None else ""
        answer = click.prompt(
            prompt + there, default="", show_default=False, hide_input=name in HIDDEN, err=True
        ).strip()
        if answer:
            told[name] = None if answer == CLEARED else answer
    return told


def _from_json(written: bytes) -> dict[str, str | None]:
    try:
        told = msgspec.json.decode(_text(written), type=dict[str, Any])
    except msgspec.MsgspecError:
        raise PersonNotValid(f"stdin: expected a JSON object with any of {_options()}") from None
    values: dict[str, str | None] = {}
    for name, value in told.items():
        field = name.replace("-", "_")
        if field not in PROMPTS or field in values:
            raise PersonNotValid(f"stdin: a name that is unknown or there twice; expected any of {_options()}")
        if not isinstance(value, str | None):
            raise PersonNotValid(f"stdin: {_option(field)} must be a text or null")
        values[field] = value.strip() or None if value is not None else None
    return values


def _text(written: bytes) -> str:
    try:
        return written.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PersonNotValid("stdin: expected a text in UTF-8") from None


def _person(before: "Person", told: Mapping[str, str | None]) -> "Person":
    values: dict[str, Any] = dict(told)
    if values.get("birth_date"):
        values["birth_date"] = _birth_date(values["birth_date"])
    for name in HIDDEN:
        if values.get(name):
            values[name] = normalised(values[name])
    return msgspec.structs.replace(before, **values)


def _birth_date(told: str) -> Any:
    try:
        day, precision = as_date(told)
    except CellProblem as problem:
        raise PersonNotValid(f"birth-date: expected {problem.expected}") from None
    if precision != "day":
        raise PersonNotValid("birth-date: expected a day, such as 1990-12-31; the year alone is registered as a fact")
    if day > datetime.now(UTC).date():
        raise PersonNotValid("birth-date: expected a day that has been")
    return day


def _known(person: "Person") -> dict[str, Any]:
    return {name: getattr(person, name) for name in PROMPTS if getattr(person, name) is not None}


def _option(name: str) -> str:
    return name.replace("_", "-")


def _options() -> str:
    return ", ".join(_option(name) for name in PROMPTS)


COMMANDS: tuple[click.Command, ...] = (people,)
