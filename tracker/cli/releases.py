"""``tracker releases``: what has been published, and who may publish without disclosure control."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from tracker.cli.session import author, emit, opened, option_format, say

if TYPE_CHECKING:
    from tracker.application import ProgressionTracker
    from tracker.ledger import Ledger

COLUMNS = (
    "release",
    "at",
    "by",
    "indicator",
    "cohort",
    "breakdown",
    "municipality",
    "months",
    "denominator",
    "position",
    "shown",
    "hidden",
    "without disclosure control",
)


@contextmanager
def ledger_of(app: "ProgressionTracker") -> "Iterator[Ledger]":
    """The ledger of this installation, closed again afterwards."""
    from tracker.ledger import Ledger

    ledger = Ledger(app.settings)
    try:
        yield ledger
    finally:
        ledger.close()


@click.group("releases", invoke_without_command=True)
@click.option("--last", type=click.IntRange(1), default=50, show_default=True, help="So many lines at most.")
@option_format
@click.pass_context
def releases(context: click.Context, last: int, format: str) -> None:
    """What has been published, the newest first: later releases are checked against it."""
    if context.invoked_subcommand is not None:
        return
    from tracker.indicators.disclosure import NOT_COVERED

    with opened() as app, ledger_of(app) as ledger:
        listed = ledger.listed(last)
    emit(
        (
            (
                each.release,
                each.at,
                each.by,
                each.about.indicator,
                each.about.cohort,
                ", ".join(each.breakdown) or None,
                each.about.municipality,
                ", ".join(map(str, each.months)) or None,
                each.about.denominator,
                f"@{each.position}",
                each.shown,
                each.hidden,
                each.without,
            )
            for each in listed
        ),
        COLUMNS,
        format,
    )
    say(NOT_COVERED)


@releases.command("allow")
@click.argument("user")
def allow(user: str) -> None:
    """Let USER publish without disclosure control; it stands on the figures and in the ledger each time."""
    from tracker.ledger import WITHOUT_CONTROL

    with opened() as app, ledger_of(app) as ledger:
        ledger.allow(user, WITHOUT_CONTROL, author(app).by, app.clock())
    say(f"{user} has the permission {WITHOUT_CONTROL}")


@releases.command("disallow")
@click.argument("user")
def disallow(user: str) -> None:
    """Take the permission to publish without disclosure control from USER."""
    from tracker.ledger import WITHOUT_CONTROL

    with opened() as app, ledger_of(app) as ledger:
        ledger.disallow(user, WITHOUT_CONTROL)
    say(f"{user} has no permission {WITHOUT_CONTROL}")


@releases.command("permissions")
@option_format
def permissions(format: str) -> None:
    """Who may do what, since when, and who granted it."""
    with opened() as app, ledger_of(app) as ledger:
        emit(ledger.permissions(), ("permission", "user", "at", "by"), format)


COMMANDS: tuple[click.Command, ...] = (releases,)
