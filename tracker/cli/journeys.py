"""Looking at journeys from the command line: one of them on both clocks, and all of them in a list."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from events import activities
from tracker.cli.answerable import check_municipality
from tracker.cli.options import Day, participant
from tracker.cli.session import (
    emit,
    emit_json,
    municipality_code,
    not_for_publication,
    opened,
    option_format,
    option_known_at,
    position_at,
    progress,
    say,
)
from tracker.errors import ParticipantNotFound
from tracker.journey import OSLO

if TYPE_CHECKING:
    from uuid import UUID

    from tracker.application import ProgressionTracker
    from tracker.journey_page import Page

DAY = timedelta(days=1)
_KNOWN = "known_from <= :position AND (known_to IS NULL OR known_to > :position)"
_RUNNING = "valid_from <= :at AND (valid_to IS NULL OR valid_to > :at)"


option_at = click.option("--at", "at", type=Day(), metavar="DATE", help="As things were on this day; left out, today.")


@click.command(short_help="Show a journey on a day, as known at a moment.")
@participant
@option_at
@option_known_at
@click.option("--format", "format", type=click.Choice(["table", "json"]), default="table", show_default=True)
def show(participant: str, at: date | None, known_at: str | None, format: str) -> None:
    """Show a participant's journey as it was on a day, as known at a moment.

    Facts that happened after the day, or were recorded after the moment, are left out.
    """
    from tracker.cli.journey_page import as_json, as_text
    from tracker.journey_page import page_of

    with opened() as app:
        found = app.find(participant)
        app.journey(found)
        position = _position(app, known_at)
        located = app.read_model.located(found, position)
        if not located:
            raise ParticipantNotFound(f"nothing was recorded of this participant at @{position}")
        day = at or _today(app)
        page: Page = page_of(found, app.people.references(found), located, day, position)
        not_for_publication()
        if format == "json":
            emit_json(as_json(page))
        else:
            for text in as_text(page):
                click.echo(text)


def _position(app: "ProgressionTracker", known_at: str | None) -> int:
    """One stream is read from the log itself, so it stands on the newest position even while the read model lags."""
    head = app.log_of_facts.head()
    if known_at is None:
        return head
    if known_at.startswith("@") and known_at[1:].isdigit():
        return min(int(known_at[1:]), head)
    app.read_model.follow(progress("catching up"))
    return app.read_model.known_at(known_at)


def _today(app: "ProgressionTracker") -> date:
    return app.clock().astimezone(OSLO).date()


class Running(NamedTuple):
    """An activity that runs on the day of the list."""

    activity: str
    key: str
    hours_per_week: float | None

    def __str__(self) -> str:
        return self.activity if self.hours_per_week is None else f"{self.activity} {self.hours_per_week:g} h"


@click.command("list", short_help="List the participants and what runs.")
@click.option(
    "--municipality", metavar="CODE", callback=municipality_code, help="Only those settled in this municipality."
)
@click.option("--track", type=click.Choice(["1", "2", "3"]), help="Only those on this track.")
@option_at
@option_known_at
@option_format
def list_journeys(
    municipality: str | None, track: str | None, at: date | None, known_at: str | None, format: str
) -> None:
    """List the participants: where, since when, on which track, and what runs.

    programme is before, running or ended; since is its first day, or its last one.
    """
    with opened() as app:
        position = position_at(app, known_at)
        check_municipality(app, municipality)
        not_for_publication()
        rows = _rows(app, municipality, track, at or _today(app), position, nested=format == "json")
        emit(
            rows,
            (
                "participant",
                "references",
                "municipality",
                "settled_on",
                "track",
                "programme",
                "since",
                "running",
            ),
            format,
        )
        say(f"as known at @{position}")


def _rows(
    app: "ProgressionTracker",
    municipality: str | None,
    track: str | None,
    at: date,
    position: int,
    *,
    nested: bool,
) -> Iterator[Sequence[Any]]:
    from uuid import UUID

    database = app.read_model.database
    values = {"municipality": municipality, "at": at.isoformat(), "position": position}
    participants = database.execute(
        f"""
        SELECT participant, municipality, settled_on FROM participants
        WHERE {_KNOWN} AND registered_on <= :at AND (:municipality IS NULL OR municipality = :municipality)
        ORDER BY municipality, settled_on, participant
        """,
        values,
    )
    for stream, settled_in, settled_on in participants.fetchall():
        spells = database.execute(
            f"""
            SELECT activity, key, value, hours_per_week, spell_from FROM spells
            WHERE participant = :stream AND {_KNOWN} AND {_RUNNING} ORDER BY spell_from, activity, key
            """,
            values | {"stream": stream},
        ).fetchall()
        on_track = next((value for activity, _, value, _, _ in spells if activity == "track"), None)
        if track is not None and on_track != track:
            continue
        programme, since = _programme(app, stream, spells, values)
        running = [Running(row[0], row[1], row[3]) for row in spells if _of_life(row[0])]
        yield (
            stream,
            _references(app, UUID(stream), nested),
            settled_in,
            settled_on,
            on_track,
            programme,
            since,
            [one._asdict() for one in running] if nested else [str(one) for one in running],
        )


def _references(app: "ProgressionTracker", stream: "UUID", nested: bool) -> list[Any]:
    found = app.people.references(stream)
    if nested:
        return [{"system": system, "reference": reference} for system, reference in found]
    return [f"{system}:{reference}" for system, reference in found]


def _of_life(activity: str) -> bool:
    """What the participant does; the programme has columns of its own."""
    return activity != "programme" and activity in activities() and activities()[activity].observes


def _programme(
    app: "ProgressionTracker", stream: str, spells: Sequence[Any], values: dict[str, Any]
) -> tuple[str, str | None]:
    running = next((row[4] for row in spells if row[0] == "programme"), None)
    if running is not None:
        return "running", running
    ended = app.read_model.database.execute(
        f"""
        SELECT MAX(valid_to) FROM spells
        WHERE participant = :stream AND activity = 'programme' AND {_KNOWN} AND valid_to <= :at
        """,
        values | {"stream": stream},
    ).fetchone()[0]
    if ended is None:
        return "before", None
    return "ended", (date.fromisoformat(ended) - DAY).isoformat()


COMMANDS: tuple[click.Command, ...] = (show, list_journeys)
