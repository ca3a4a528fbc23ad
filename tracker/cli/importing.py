"""Commands for imports: a municipality's spreadsheets in, the list of what came in, and the way back."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from tracker.cli.session import author, emit, emit_json, opened, option_format, progress, say
from tracker.errors import Busy

if TYPE_CHECKING:
    from tracker.importing.record import Import
    from tracker.importing.run import Report

PROBLEM = ("severity", "code", "sheet", "row", "column", "value", "expected")
LISTED = (
    "id",
    "status",
    "at",
    "by",
    "system",
    "profile",
    "rows",
    "participants",
    "facts",
    "corrections",
    "retractions",
    "first_position",
    "last_position",
)
_FILES = "files"


class FilesByDefault(click.Group):
    """A group whose arguments are files where they do not begin with the name of a command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [_FILES, *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        return ("" if name == _FILES else name), command, rest

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, "FILE... --profile PROFILE.toml [--dry-run] | list | undo ID")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        click.Command.format_options(self.commands[_FILES], ctx, formatter)
        self.format_commands(ctx, formatter)


@click.group("import", cls=FilesByDefault)
def import_() -> None:
    """Import spreadsheets (xlsx, xls, xlsb, ods, csv) as a profile reads them.

    All of a file is recorded or, where it has an error, nothing. The same file again records nothing; changed
    cells become corrections that name the import. Try it with --dry-run first.
    """


@import_.command(_FILES, hidden=True)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option(
    "--profile",
    "profile_file",
    required=True,
    type=click.Path(path_type=Path),
    metavar="PROFILE.toml",
    help="What the columns mean: see docs/import.md.",
)
@click.option("--dry-run", is_flag=True, help="Change nothing; name every problem by row and column.")
@click.option(
    "--format",
    "format",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How the answer is written.",
)
@click.pass_context
def files(ctx: click.Context, files: tuple[Path, ...], profile_file: Path, dry_run: bool, format: str) -> None:
    """Import spreadsheets as a profile reads them."""
    from tracker.importing.profile import load_profile
    from tracker.importing.run import ImportRefused, import_file

    profile = load_profile(profile_file)
    reports: list[tuple[str, Report]] = []
    refused = False
    with opened() as app:
        for file in files:
            try:
                report = import_file(app, file, profile, author(app), dry_run=dry_run, progress=_progress())
            except ImportRefused as refusal:
                say(f"error: {refusal}")
                report = refusal.report
            refused |= report.errors > 0
            reports.append((file.name, report))
            if format == "table":
                _print(file.name, report)
    if format == "json":
        emit_json([{"file": name, **msgspec.to_builtins(_named(report))} for name, report in reports])
    if refused:
        ctx.exit(1)


@import_.command("list")
@option_format
def list_(format: str) -> None:
    """List the imports, the oldest first."""
    with opened() as app:
        emit(([getattr(each, name) for name in LISTED] for each in _imports(app)), LISTED, format)


@import_.command("undo")
@click.argument("id")
@click.option("--with-dependants", is_flag=True, help="Take back the later facts that rest on it too.")
def undo(id: str, with_dependants: bool) -> None:
    """Take back everything that an import recorded, corrected and retracted."""
    from tracker.importing import undo as undoing

    with opened() as app:
        undone = undoing.undo(app, id, author(app), with_dependants=with_dependants, progress=_progress())
    click.echo(
        f"{undone.id} is undone: {undone.retracted} facts, corrections and retractions of "
        f"{undone.participants} participants were taken back"
    )


def _imports(app: Any) -> "list[Import]":
    from tracker.importing.record import Imports, importing_alone

    try:
        with importing_alone(app) as imports:
            return imports.all()
    except Busy:
        with Imports(app.settings.home, read_only=True) as imports:
            return imports.all()


def _progress() -> Callable[[str, int, int], None]:
    told: dict[str, Callable[[int, int], None]] = {}

    def tell(label: str, done: int, total: int) -> None:
        if total == 0:
            say(f"{label}: {done} rows so far")
        else:
            told.setdefault(label, progress(label))(done, total)

    return tell


def _named(report: "Report") -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.structs.asdict(report)
    return fields | {"problems": [problem._asdict() for problem in report.problems]}


def _print(name: str, report: "Report") -> None:
    if report.problems:
        emit(([getattr(problem, column) for column in PROBLEM] for problem in report.problems), PROBLEM, "table")
        if report.untold:
            say(f"and {report.untold} more problems")
        click.echo()
    changes = f"{report.facts} facts, {report.corrections} corrections, {report.retractions} retractions"
    who = f"{report.rows} rows about {report.participants} participants"
    if report.errors:
        outcome = f"{report.errors} errors; nothing would be recorded" if report.dry_run else "refused"
    elif report.dry_run:
        outcome = f"would record {changes}, and register {report.new} new participants"
    elif report.id is None:
        outcome = "nothing new; nothing was recorded"
    else:
        outcome = f"recorded {changes} as {report.id}; {report.new} participants are new"
    click.echo(f"{name}: {who}: {outcome}")


COMMANDS: tuple[click.Command, ...] = (import_,)
