"""Follow-up as tables of facts: people with a contract, and what came of it."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import polars as pl

from tests.follow_up.lives import fact
from tests.indicators.cohorts import AUTHOR, people
from tests.indicators.journeys_as_frames import frames_of_streams
from tests.scenario import STREAM
from tests.tables import table
from tracker.application import ProgressionTracker
from tracker.indicators.frames import Frames
from tracker.journey import Journey
from tracker.spells import Entry

TODAY = datetime(2025, 6, 1, 12, tzinfo=UTC)
"""The day of the figure."""

ANA = "who | started\nAna | 2023-01-10"
SIGNED = "contract=long-contract, until=2027-12-31, parties=participant+municipality+county+state"


def told(folder: Path, text: str, who: str = ANA, signed: bool = True) -> ProgressionTracker:
    """People of a table, with the facts of another: ``who`` (left out: the first), ``on``, ``fact`` and ``values``.

    A long contract was signed with everybody when they started.
    """
    app = people(folder, who, TODAY)
    number = {row["who"]: UUID(int=at) for at, row in enumerate(table(who), start=1)}
    if signed:
        for stream in number.values():
            app.log(stream, fact("2023-01-10", "contract-signed", SIGNED), AUTHOR)
    for row in table(text):
        stream = number[row["who"]] if row.get("who") else UUID(int=1)
        app.log(stream, fact(row["on"], row["fact"], row.get("values", "")), AUTHOR)
    return app


def value(figure: Any) -> float | None:
    return None if figure.value is None else round(figure.value, 4)


def as_read(file: Path, journey: Journey, known_on: date) -> tuple[Frames, pl.DataFrame]:
    """The frames of one journey as known on a day, and who is asked about: that participant, on that day.

    :param file: for the read model, which is written anew
    """
    frames = frames_of_streams(file, {STREAM: journey.recorded}, known_on, file.parent)
    return frames, frames.people().select("participant", day=pl.lit(known_on))


def turn(entry: Entry) -> tuple[date, int]:
    """Facts are in the order of time."""
    return entry.fact.on, entry.version
