"""``tracker releases``: what has been published, and who may publish without control or open the people behind."""

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


option_permission = click.option(
    "--permission",
    type=click.Choice(["publish-without-disclosure-control", "open-people-behind-figures"]),
    default="publish-without-disclosure-control",
    show_default=True,
    help="What it is that they may.",
)


@releases.command("allow")
@click.argument("user")
@option_permission
def allow(user: str, permission: str) -> None:
    """Let USER publish without disclosure control, or open the people behind figures; each time is written down."""
    with opened() as app, ledger_of(app) as ledger:
        ledger.allow(user, permission, author(app).by, app.clock())
    say(f"{user} has the permission {permission}")


@releases.command("disallow")
@click.argument("user")
@option_permission
def disallow(user: str, permission: str) -> None:
    """Take a permission from USER."""
    with opened() as app, ledger_of(app) as ledger:
        ledger.disallow(user, permission)
    say(f"{user} has no permission {permission}")


@releases.command("permissions")
@option_format
def permissions(format: str) -> None:
    """Who may do what, since when, and who granted it."""
    with opened() as app, ledger_of(app) as ledger:
        emit(ledger.permissions(), ("permission", "user", "at", "by"), format)


COMMANDS: tuple[click.Command, ...] = (releases,)
