"""Caseload from the command line: how many each advisor follows up, and whose time runs out when."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.journeys import option_at
from tracker.cli.session import emit, not_for_publication, opened, option_format, option_known_at, position_at, say
from tracker.cli.worklist import option_advisor, option_of_municipality
from tracker.journey import OSLO

if TYPE_CHECKING:
    from tracker.follow_up.caseload import Caseload


@click.command(short_help="Participants of each advisor, and planned ends for 24 months.")
@option_advisor
@option_of_municipality
@click.option("--by", type=click.Choice(["advisor", "municipality"]), default="advisor", show_default=True)
@option_at
@option_known_at
@option_format
def caseload(
    advisor: str | None, municipality: str | None, by: str, at: date | None, known_at: str | None, format: str
) -> None:
    """Count the participants of each advisor on a day: in the programme or under a contract.

    started and ended are the twelve months up to the day. As a table, the planned ends of each month stand below; in
    other formats each number is a row.
    """
    from tracker.follow_up.caseload import Count, by_municipality, caseloads, months_ahead
    from tracker.follow_up.scope import Scope

    with opened() as app:
        position, day = position_at(app, known_at), at or app.clock().astimezone(OSLO).date()
        loads = caseloads(app.read_model, Scope(position, day, advisor, municipality))
        if by == "municipality":
            loads = by_municipality(loads)
        months = months_ahead(day)
        not_for_publication()
        if format == "table":
            emit(_summary(loads), SUMMARY)
            click.echo()
            emit(_ends(loads, months), ("month", "programmes_to_end", "contracts_to_end"))
        else:
            emit((count for load in loads for count in load.counts(months)), Count._fields, format)
        say(f"as it was on {day}, as known at @{position}")


SUMMARY = (
    "advisor",
    "municipality",
    "active",
    "in_programme",
    "with_contract",
    "programmes_started",
    "programmes_ended",
    "contracts_signed",
    "contracts_ended",
    "past_planned_end",
    "no_planned_end",
)


def _summary(loads: "list[Caseload]") -> Iterator[tuple[Any, ...]]:
    for load in loads:
        yield (
            load.advisor,
            load.municipality,
            load.active,
            load.running["programme"],
            load.running["contract"],
            load.started["programme"],
            load.ended["programme"],
            load.started["contract"],
            load.ended["contract"],
            load.passed.total(),
            load.unplanned.total(),
        )


def _ends(loads: "list[Caseload]", months: list[date]) -> Iterator[tuple[Any, ...]]:
    for month in months:
        yield (
            f"{month:%Y-%m}",
            sum(load.planned["programme", month] for load in loads),
            sum(load.planned["contract", month] for load in loads),
        )


COMMANDS: tuple[click.Command, ...] = (caseload,)
