"""What the commands for figures share: whom they are about, and what they stand on."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from tracker.cli.session import caught_up, municipality_code, progress, say

if TYPE_CHECKING:
    from tracker.application import ProgressionTracker
    from tracker.indicators.frames import Frames

WORTH_TELLING = 200_000
"""Fewer rows are read in a moment."""

option_cohort = click.option(
    "--cohort",
    metavar="AXIS:YEARS",
    help="left:2023, started:2021, settled:2019..2021, active:2024-06-30, ...; left out, everybody.",
)
option_by = click.option(
    "--by",
    default="",
    metavar="NAMES",
    help="Break down by rule-set, schooling, track, gender, age, under-25, goal, municipality, unit, cohort; several "
    "with commas.",
)
option_municipality = click.option(
    "--municipality",
    metavar="CODE",
    callback=municipality_code,
    help="Only those who lived there on their day; who lives elsewhere later is out.",
)


option_codes = click.option(
    "--codes", "codes", type=int, metavar="YEAR", help="Municipalities by their codes of this year."
)


def names(text: str) -> tuple[str, ...]:
    """Names given with commas."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def frames_at(app: "ProgressionTracker", known_at: str | None, codes: int | None = None) -> "Frames":
    """The frames at the position meant by ``--known-at``, with municipalities by the codes of a year."""
    from tracker.indicators.frames import load
    from tracker.journey import OSLO

    caught_up(app)
    today = app.clock().astimezone(OSLO).date()
    position, until = app.read_model.basis_of(known_at, today)
    reading = progress("reading")

    def told(done: int, total: int) -> None:
        if total > WORTH_TELLING:
            reading(done, total)

    frames = load(app.read_model, position, today, told, until)
    if codes is None:
        return frames
    from tracker.codes import Codes

    return frames.in_codes_of(codes, Codes.load(app.settings.home))


def references(app: "ProgressionTracker", participants: Iterable[str]) -> list[str]:
    """How people are named to those who keep the sheet: by its reference, with its system where there are several."""
    from uuid import UUID

    told = {participant: app.people.references(UUID(participant))[:1] for participant in participants}
    one_system = len({system for pairs in told.values() for system, _ in pairs}) <= 1
    names = []
    for participant, pairs in told.items():
        names.append(pairs[0][1] if pairs and one_system else ":".join(pairs[0]) if pairs else participant)
    return names


def say_basis(frames: "Frames") -> None:
    from tracker.exporting.results import not_in_them

    if frames.position == 0:
        say("nothing had been recorded by then")
        return
    say(
        f"as known at @{frames.position}, followed until {frames.known_on} (the same again: --known-at "
        f"@{frames.position}/{frames.known_on}); {frames.versions}"
    )
    for note in not_in_them(frames):
        say(note)
