"""The command line: each command is one use case; figures on stdout, messages on stderr."""

import gc
import os
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import click

from events.codec import UnknownFact
from tracker.errors import Refusal
from tracker.memory import sparing

MODULES = (
    "facts",
    "journeys",
    "course",
    "contract",
    "obligation",
    "step",
    "follow_up",
    "outputs",
    "people",
    "municipality",
    "codes",
    "upkeep",
    "importing",
    "figures",
    "releases",
    "trajectory",
    "reference",
    "compare",
    "quality",
    "worklist",
    "caseload",
    "exporting",
    "demo",
)
"""Each has ``COMMANDS``, and is imported only when one of them is asked for or listed."""

MODULE_OF = {
    "show": "journeys",
    "list": "journeys",
    "indicators": "figures",
    "import": "importing",
    "export": "exporting",
    "nir-list": "quality",
    "follow-up": "follow_up",
    "handover": "follow_up",
    "calendar": "outputs",
    "digest": "outputs",
    "copy": "outputs",
}
"""Command -> its module, where they are not called alike. It is looked into first: others need not be imported."""

BROUGHT = "tracker.commands"
"""The group of entry points under which other packages name modules with ``COMMANDS``."""

PACKAGE = "participant-progression-tracker"
REFUSED = 1
INTERRUPTED = 130


class Tracker(click.Group):
    """The group of all commands, whose refusals are messages and never tracebacks."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return [command.name or "" for command in (*_commands(), *_brought())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        likely = MODULE_OF.get(cmd_name, cmd_name)
        modules = (likely, *MODULES) if likely in MODULES else MODULES
        own = (command for command in _commands(modules) if command.name == cmd_name)
        return next(own, None) or next((command for command in _brought() if command.name == cmd_name), None)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        sys.exit(self._exit_code(args, prog_name, complete_var, extra))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Caught here, since the library would make a failure of it further out.
            return _read_enough()

    def _exit_code(
        self,
        args: Sequence[str] | None,
        prog_name: str | None,
        complete_var: str | None,
        extra: dict[str, Any],
    ) -> int:
        try:
            result = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
            sys.stdout.flush()
        except click.ClickException as error:
            error.show()
            return error.exit_code
        except click.Abort as abort:
            return _aborted(abort)
        except (Refusal, UnknownFact) as refusal:
            return _refused(str(refusal))
        except BrokenPipeError:
            return _read_enough()
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            return _refused(f"{where}{(error.strerror or str(error)).lower()}")
        except UnicodeEncodeError:
            return _refused("a text that was given is not UTF-8; nothing was recorded")
        except sqlite3.DatabaseError as error:
            return _refused(f"a file of the data folder cannot be read ({error}); put it back from the backup")
        return result if isinstance(result, int) else 0


def _commands(modules: Sequence[str] = MODULES) -> Iterator[click.Command]:
    for module in modules:
        name = f"{__name__}.{module}"
        if find_spec(name) is not None:
            yield from import_module(name).COMMANDS


def _brought() -> Iterator[click.Command]:
    """Commands that other packages bring: this one must not import the pages."""
    from importlib.metadata import entry_points

    modules = dict.fromkeys(point.value for point in entry_points(group=BROUGHT))
    for module in modules:
        yield from import_module(module).COMMANDS


def _read_enough() -> int:
    """The reader has what it wanted (tracker list | head): what is left must not be written at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
    return 0


def _show_version(ctx: click.Context) -> None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        click.echo(version(PACKAGE))
    except PackageNotFoundError:
        click.echo("not installed")
    ctx.exit()


def _refused(message: str) -> int:
    from tracker.cli.session import say

    say(f"error: {message}")
    return REFUSED


def _aborted(abort: click.Abort) -> int:
    if isinstance(abort.__cause__ or abort.__context__, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    return _refused("no answer was given; nothing was changed")


@click.group(
    cls=Tracker,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Settings: TRACKER_HOME (data folder), TRACKER_EVENTS, TRACKER_MASTER_KEY, "
    "TRACKER_MASTER_KEY_FILE, TRACKER_BY (who is at work).",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda ctx, _, asked: _show_version(ctx) if asked else None,
    help="Show the version and exit.",
)
def tracker() -> None:
    """Participants' journeys as facts, from settlement on, and the figures that follow from them."""


def main() -> None:
    """The ``tracker`` command. Exit code: 0; 1 refused, or differing; 2 wrong usage; 130 interrupted."""
    sparing()
    try:
        tracker()
    finally:
        # All that is left goes with the process, and need not be looked through first.
        gc.freeze()
