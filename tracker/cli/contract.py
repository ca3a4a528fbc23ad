"""Contracts from the command line: drafted from a path, signed in one act, shown, changed and ended."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from events.contract import (
    ContractCompleted,
    ContractExtended,
    ContractPaused,
    ContractReopened,
    ContractResumed,
    ContractTerminated,
    Party,
)
from events.fields import fields_by_name
from events.plan import CareerGoalSet
from tracker.cli.agreed import fact_command, group
from tracker.cli.facts import of_command, tell
from tracker.cli.journeys import option_at
from tracker.cli.options import Day, option_command, option_expect, participant
from tracker.cli.session import (
    author,
    emit,
    emit_json,
    not_for_publication,
    opened,
    option_format,
    option_known_at,
    position_at,
    printable,
    say,
)
from tracker.errors import ParticipantNotFound
from tracker.journey import OSLO
from tracker.wording import LANGUAGES, Language

if TYPE_CHECKING:
    from uuid import UUID

    from tracker.application import ProgressionTracker
    from tracker.contracts.drafts import Draft

PARTIES: tuple[Party, ...] = get_args(Party)
GOALS = fields_by_name(CareerGoalSet)["goal"].choices
OPENING = (
    "Draft of a contract from the path {path}: {title}.",
    "",
    "Change what the parties agree otherwise; take out what they do not agree, and a party that has not agreed yet.",
    "Then sign it, all in one act; --check only tells what would be recorded:",
    "  tracker contract sign PARTICIPANT FILE --check",
)


def _offices(context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[Party, str]:  # noqa: ARG001
    found: dict[Party, str] = {}
    for value in values:
        told, equals, office = value.partition("=")
        party = next((party for party in PARTIES if party == told.strip()), None)
        if party is None or not equals or not office.strip():
            raise click.BadParameter(f"expected PARTY=OFFICE with one of {', '.join(PARTIES)}, got {value!r}")
        found[party] = office.strip()
    return found


def _planned(command: Any) -> Any:
    """The options that a plan from a path takes."""
    for option in reversed(
        (
            click.option("--until", type=Day(), metavar="DATE", help="Its last day; left out, that of the path."),
            click.option("--goal", type=click.Choice(GOALS), help="The career goal; left out, one the path suits."),
            click.option(
                "--office",
                "offices",
                multiple=True,
                callback=_offices,
                metavar="PARTY=OFFICE",
                help="The office that answers for a party, such as 'state=NAV Lillevik'; may be repeated.",
            ),
            click.option(
                "--language",
                type=click.Choice(LANGUAGES),
                default="nb",
                show_default=True,
                help="Of the duties' wording.",
            ),
        )
    ):
        command = option(command)
    return command


@click.command(short_help="List the paths that a contract can start from.")
@click.option("--language", type=click.Choice(LANGUAGES), default="nb", show_default=True, help="Of the titles.")
@option_format
def paths(language: Language, format: str) -> None:
    """List the paths that a contract can start from: those of the tracker, and those in the data folder's paths."""
    from tracker.contracts.paths import path_templates
    from tracker.settings import Settings

    found = path_templates(Settings.from_environment().home)
    rows = [
        (
            name,
            path.title.to(language),
            path.contract,
            path.length,
            path.parties,
            path.career_goals,
            len(path.steps),
            len(path.obligations),
        )
        for name, path in sorted(found.items())
    ]
    emit(rows, ("path", "title", "contract", "length", "parties", "career_goals", "steps", "obligations"), format)


@click.command(short_help="Write a contract from a path with its dates, to be edited and signed.")
@participant
@click.option("--path", "path", required=True, metavar="PATH", help="Such as trade, or trade@1; see contract paths.")
@click.option("--on", "on", type=Day(), required=True, metavar="DATE", help="The day on which it is to be signed.")
@_planned
def draft(participant: str, path: str, on: date, **planned: Any) -> None:
    """Write a contract from a path to stdout, as TOML with a date for every step and duty; nothing is recorded.

    The career goal stays where the path suits it. Steps that are reached already are marked.
    """
    from tracker.contracts.drafts import written

    with opened() as app:
        made, template = _draft(app, app.find(participant), path, on, planned)
        title = template.title.to(planned["language"])
        opening = [line.format(path=template.name, title=title) for line in OPENING]
        click.echo(printable(written(made, opening)), nl=False)


def _draft(app: "ProgressionTracker", found: "UUID", path: str, on: date, planned: dict[str, Any]) -> Any:
    from tracker.contracts.paths import path_template
    from tracker.contracts.signing import draft_for

    template = path_template(path, app.settings.home)
    made = draft_for(app, found, template, on, **planned)
    for cut in made.cut:
        say(cut)
    return made, template


@click.command(short_help="Sign a contract with its parties, path and duties, in one act.")
@participant
@click.argument("file", required=False, metavar="[FILE]")
@click.option("--path", "path", metavar="PATH", help="Instead of a file: sign it as this path says.")
@click.option("--on", "on", type=Day(), metavar="DATE", help="With --path: the day on which it is signed.")
@_planned
@click.option("--check", is_flag=True, help="Only tell what would be recorded, or what is wrong.")
@option_command
@option_expect
def sign(
    participant: str,
    file: str | None,
    path: str | None,
    on: date | None,
    check: bool,
    command: str | None,
    expected: int | None,
    **planned: Any,
) -> None:
    """Sign the contract in FILE (- reads from stdin), or one as a path says: all of it is recorded, or nothing.

    Recorded are the contract, each party that agreed, the career goal where it differs, the steps and the duties.
    Prints the participant and the version of each fact.
    """
    if (file is None) == (path is None):
        raise click.UsageError("give a FILE, or --path and --on; tracker contract draft writes a file")
    if (path is None) != (on is None):
        raise click.UsageError("--path and --on belong together; a file tells its day itself")
    if file is not None and (given := [name for name, value in planned.items() if value and name != "language"]):
        names = ", ".join("--" + name.replace("offices", "office") for name in given)
        raise click.UsageError(f"{names}: only with --path; a file says it itself")
    from tracker.contracts.signing import sign as signed

    with opened() as app:
        found = app.find(participant)
        source = "stdin" if file == "-" else file or f"path {path}"
        made = _read(file, source) if file is not None else _draft(app, found, path or "", on or date.max, planned)[0]
        told = signed(
            app,
            found,
            made,
            author(app),
            source=source,
            check=check,
            expected_version=expected,
            command=command,
        )
        if told.repeated:
            tell(of_command(app, [found], command))
        elif check:
            emit([(fact.on, fact.TOPIC, _about(fact)) for fact in told.facts], ("on", "fact", "about"))
            say(f"{len(told.facts)} facts would be recorded; nothing was")
        else:
            tell(told.recorded)


def _read(file: str, source: str) -> "Draft":
    from tracker.contracts.drafts import read

    stored = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    return read(stored, source)


_TELLING = (
    *("contract", "party", "office", "goal", "step", "obligation", "target", "level", "hours_per_week", "due"),
    "until",
)


def _about(fact: Any) -> str:
    own = [name for name in _TELLING if name in fact.__struct_fields__ and getattr(fact, name) is not None]
    if fact.TOPIC != "contract-signed":
        own = [name for name in own if name != "contract"]
    return ", ".join(f"{name}={getattr(fact, name)}" for name in own)


@click.command(short_help="Show contracts: who is bound, whether it is followed, path, duties, what is due.")
@participant
@option_at
@option_known_at
@click.option("--format", "format", type=click.Choice(["table", "json"]), default="table", show_default=True)
def show(participant: str, at: date | None, known_at: str | None, format: str) -> None:
    """Show how a participant's contracts stand on a day, as known at a moment.

    Parties, whether the participant follows it and which facts say so, the path, the duties of each party,
    conversations with every move, and all that is due, by contract, rule and law.
    """
    from tracker.cli.contract_page import as_json, as_text
    from tracker.contracts.standing import standing

    with opened() as app:
        found = app.find(participant)
        app.journey(found)
        position = position_at(app, known_at)
        if not app.read_model.located(found, position):
            raise ParticipantNotFound(f"nothing was recorded of this participant at @{position}")
        told = standing(app, found, at or app.clock().astimezone(OSLO).date(), position)
        not_for_publication()
        if format == "json":
            emit_json(as_json(told))
            return
        for line in as_text(told):
            click.echo(printable(line))


contract = group(
    "contract",
    "Contracts that bind a participant and authorities: drafted, signed, shown, changed, ended.\n\n"
    "An integration contract and a long contract of up to five years, one of each at most.",
    (
        paths,
        draft,
        sign,
        show,
        fact_command(ContractExtended, "extend"),
        fact_command(ContractPaused, "pause"),
        fact_command(ContractResumed, "resume"),
        fact_command(ContractCompleted, "complete"),
        fact_command(ContractTerminated, "terminate"),
        fact_command(ContractReopened, "reopen"),
    ),
)

COMMANDS: tuple[click.Command, ...] = (contract,)
