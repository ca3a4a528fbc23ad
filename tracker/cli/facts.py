"""Recording from the command line: register, log, correct and retract; every fact is a command of its own."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4, uuid5

import click

from events import Fact
from events.codec import Recorded
from events.corrections import FactCorrected, FactRetracted
from events.fields import meaning
from events.intake import ParticipantRegistered
from tracker.cli.options import (
    fact_from,
    given,
    option_command,
    option_expect,
    option_reason,
    options_of,
    pairs_from,
    participant,
    values_from,
    version,
)
from tracker.cli.session import author, opened, progress, say
from tracker.errors import FactRefused, ParticipantIsForgotten, ReferenceInUse, Refusal
from tracker.journey import loggable
from tracker.reference import by_area, effect

if TYPE_CHECKING:
    from tracker.application import ProgressionTracker

SHOWN = 20


class NobodyMeant(Refusal):
    """A class or a list holds nobody for whom a fact could be logged."""

    code = "nobody-meant"


class ListNotUsable(Refusal):
    """A list of participants cannot be read, or has lines that name no participant."""

    code = "list-not-usable"


class NotForAll(Refusal):
    """A fact was meant for many and cannot be logged for some of them, so it was logged for none."""

    code = "not-for-all"


@dataclass(frozen=True)
class _Whom:
    """For whom a fact is logged: one participant, a class, or a list."""

    participant: str | None = None
    group: str | None = None
    file: str | None = None


class _Log(click.Group):
    """``tracker log``: the participant stands before the fact, unless a class or a list is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(loggable())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        cls = loggable().get(cmd_name)
        return None if cls is None else _fact_command(cls)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        group, file = ctx.params["group"], ctx.params["participants"]
        if group is not None and file is not None:
            raise click.UsageError("give --group or --participants, not both", ctx)
        named = None
        if group is None and file is None and args[0] not in loggable():
            named, args = args[0], args[1:]
        if not args:
            raise click.UsageError("which fact? tracker log --help lists them", ctx)
        if args[0] not in loggable() and not args[0].startswith("-"):
            close = get_close_matches(args[0], loggable(), n=1)
            hint = f"did you mean {close[0]}?" if close else "tracker log --help lists the facts"
            raise click.UsageError(f"there is no fact {args[0]!r} to log; {hint}", ctx)
        ctx.obj = _Whom(named, group, file)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        known = loggable()
        for area, classes in by_area():
            lines = [(cls.TOPIC, _first_sentence(cls)) for cls in classes if cls.TOPIC in known]
            if lines:
                with formatter.section(area):
                    formatter.write_dl(lines, col_max=34)


class _FactCommand(click.Command):
    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        above = ctx.parent.command_path if ctx.parent else ""
        formatter.write_usage(above, f"PARTICIPANT {self.name} {' '.join(self.collect_usage_pieces(ctx))}")


@click.group(
    cls=_Log,
    name="log",
    short_help="Log a fact about a participant, or about many at once.",
    options_metavar="PARTICIPANT | --group CLASS | --participants FILE",
    subcommand_metavar="FACT [OPTIONS]...",
)
@click.option("--group", metavar="CLASS", help="For all who are in this class on the day of the fact.")
@click.option(
    "--participants", metavar="FILE", help="For all in this file, one participant a line; - reads from stdin."
)
def log(group: str | None, participants: str | None) -> None:
    """Log a fact about a participant, or the same fact about many: for all of them, or for none.

    PARTICIPANT is an id, a unique beginning of one, or system:reference. Prints each participant and the version
    of the fact in that journey. tracker log FACT --help tells what a fact takes.
    """


@cache
def _fact_command(cls: type[Fact]) -> click.Command:
    def run(command: str | None, expected: int | None, **values: Any) -> None:
        _log(cls, click.get_current_context().find_object(_Whom) or _Whom(), values, command, expected)

    made: Callable[..., Any] = option_command(option_expect(run))
    return _FactCommand(
        cls.TOPIC,
        callback=made,
        params=[*options_of(cls), *reversed(made.__click_params__)],  # type: ignore[attr-defined]
        help=f"{meaning(cls)}\n\n{effect(cls)} Norwegian term: {cls.TERM}.".replace("`", ""),
        short_help=_first_sentence(cls),
    )


def _first_sentence(cls: type[Fact]) -> str:
    return " ".join(meaning(cls).replace("`", "").partition("\n\n")[0].split())


def _log(cls: type[Fact], whom: _Whom, values: dict[str, Any], command: str | None, expected: int | None) -> None:
    if whom == _Whom():
        raise click.UsageError(f"for whom? tracker log PARTICIPANT {cls.TOPIC} ..., or --group, or --participants")
    fact = fact_from(cls, values)
    if whom.participant is not None:
        with opened() as app:
            found = app.find(whom.participant)
            recorded = app.log(found, fact, author(app), expected_version=expected, command=command)
            tell(recorded or of_command(app, [found], command))
        return
    if expected is not None:
        raise click.UsageError("--expect is about one journey; leave it out with --group and --participants")
    with opened() as app:
        many = _members(app, whom.group, fact.on) if whom.group is not None else _listed(app, whom.file or "-")
        tell(_log_for_many(app, many, fact, command) or of_command(app, many, command))


def _log_for_many(app: "ProgressionTracker", many: Sequence[UUID], fact: Fact, command: str | None) -> list[Recorded]:
    try:
        return app.log_for_many(many, fact, author(app), command=command)
    except (FactRefused, ParticipantIsForgotten):
        refusals = [f"{one}: {why}" for one in many if (why := _refusal(app, one, fact, command))]
        if not refusals:
            raise
        more = [f"and {len(refusals) - SHOWN} more"] if len(refusals) > SHOWN else []
        raise NotForAll(
            "\n  ".join(
                [
                    f"{fact.TOPIC} is refused for {len(refusals)} of {len(many)}, so nothing was recorded:",
                    *refusals[:SHOWN],
                    *more,
                ]
            )
        ) from None


def _refusal(app: "ProgressionTracker", one: UUID, fact: Fact, command: str | None) -> str | None:
    try:
        app.journey(one).record(fact, app.signature(author(app), command=command))
    except Refusal as refusal:
        return str(refusal)
    return None


def _members(app: "ProgressionTracker", group: str, on: date) -> list[UUID]:
    app.read_model.follow(progress("catching up"))
    day = on.isoformat()
    running = "activity = 'group' AND valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)"
    rows = app.read_model.database.execute(
        f"SELECT DISTINCT participant FROM spells_now WHERE key = ? AND {running} ORDER BY participant",
        (group, day, day),
    ).fetchall()
    if rows:
        return [UUID(row[0]) for row in rows]
    others = app.read_model.database.execute(
        f"SELECT DISTINCT key FROM spells_now WHERE {running} ORDER BY key LIMIT ?", (day, day, SHOWN)
    ).fetchall()
    known = f"classes on that day: {', '.join(row[0] for row in others)}" if others else "there was no class that day"
    raise NobodyMeant(f"nobody was in the class {group!r} on {day}; {known}")


def _listed(app: "ProgressionTracker", file: str) -> list[UUID]:
    where = "stdin" if file == "-" else file
    stored = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    try:
        lines = stored.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise ListNotUsable(f"{where} is not a text in UTF-8; one participant a line is expected") from None
    found: dict[UUID, None] = {}
    problems = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found[app.find(line)] = None
        except Refusal as refusal:
            problems.append(f"line {number}: {refusal}")
    if problems:
        more = [f"and {len(problems) - SHOWN} more"] if len(problems) > SHOWN else []
        raise ListNotUsable("\n  ".join([f"{where}, nothing was recorded:", *problems[:SHOWN], *more]))
    if not found:
        raise NobodyMeant(f"{where} names nobody; one participant a line is expected")
    return list(found)


def of_command(app: "ProgressionTracker", many: Sequence[UUID], command: str | None) -> list[Recorded]:
    """What a command that was carried out before had recorded; says so."""
    say("this command was carried out before; nothing more was recorded")
    return [item for one in many for item in app.journey(one).recorded if item.stamp.command == command]


def tell(recorded: Sequence[Recorded]) -> None:
    """Print the participant and the version of each fact that was recorded."""
    for item in recorded:
        click.echo(f"{item.originator_id} {item.version}")


@option_command
def _register(command: str | None, reference: tuple[str, ...], **values: Any) -> None:
    references = [_reference(text) for text in reference]
    told = given(values)
    if "settled_on" in told:
        told.setdefault("on", told["settled_on"])
    fact = fact_from(ParticipantRegistered, told)
    with opened() as app:
        from tracker.application import NAMESPACE

        stream = uuid5(NAMESPACE, command) if command else uuid4()
        for system, text in references:
            if app.people.by_reference(system, text) not in (None, stream):
                raise ReferenceInUse(f"{system} already has this reference, for another participant")
        app.register(fact, author(app), participant=stream, command=command)
        app.people.refer((stream, system, text) for system, text in references)
        click.echo(str(stream))


def _reference(text: str) -> tuple[str, str]:
    system, colon, reference = (part.strip() for part in text.partition(":"))
    if not (system and colon and reference):
        raise click.UsageError("--reference expects system:reference, such as visma:1042")
    return system, reference


register = click.Command(
    "register",
    callback=_register,
    params=[
        *options_of(ParticipantRegistered),
        click.Option(
            ["--reference"],
            multiple=True,
            metavar="SYSTEM:REFERENCE",
            help="The participant's reference in another system; kept apart from the facts, sealed.",
        ),
        *_register.__click_params__,  # type: ignore[attr-defined]
    ],
    help=f"{meaning(ParticipantRegistered)}\n\nPrints the new participant's id. --on is the day of settlement where "
    "it is left out.",
    short_help="Register a participant; prints the id.",
)


@click.command(short_help="Put right a recorded fact.")
@participant
@version
@click.option(
    "--set",
    "pairs",
    multiple=True,
    required=True,
    metavar="FIELD=VALUE",
    help="The right value of a field, such as hours-per-week=25; an empty value empties the field.",
)
@option_reason
@option_command
@option_expect
def correct(
    participant: str, version: int, pairs: tuple[str, ...], reason: str, command: str | None, expected: int | None
) -> None:
    """Put right a recorded fact; the fact with VERSION stays in the log, and so does the correction.

    Prints the participant and the version of the correction.
    """
    pairs_from(pairs)
    with opened() as app:
        found = app.find(participant)
        recorded = app.journey(found).recorded
        cls = type(recorded[version - 1].fact) if version <= len(recorded) else FactCorrected
        plain = cls in (FactCorrected, FactRetracted)
        values = pairs_from(pairs) if plain else values_from(cls, pairs)
        made = app.correct(found, version, values, reason, author(app), expected_version=expected, command=command)
        tell(made or of_command(app, [found], command))


@click.command(short_help="Take back a recorded fact.")
@participant
@version
@option_reason
@click.option("--with-dependants", is_flag=True, help="Take back the facts that rest on it, too.")
@option_command
@option_expect
def retract(
    participant: str,
    version: int,
    reason: str,
    with_dependants: bool,
    command: str | None,
    expected: int | None,
) -> None:
    """Take back a recorded fact, correction or retraction; what was known before stays in the log.

    Prints the participant and the version of each retraction.
    """
    with opened() as app:
        found = app.find(participant)
        made = app.retract(
            found,
            version,
            reason,
            author(app),
            with_dependants=with_dependants,
            expected_version=expected,
            command=command,
        )
        for item in made:
            if isinstance(item.fact, FactRetracted) and item.fact.retracts != version:
                say(f"fact {item.fact.retracts}, which rested on it, is retracted too")
        tell(made or of_command(app, [found], command))


COMMANDS: tuple[click.Command, ...] = (register, log, correct, retract)
