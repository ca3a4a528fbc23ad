"""Journeys as frames, without an installation: what the read model would tell of them, at once."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from uuid import UUID

from events.codec import Recorded
from tracker.indicators.columns.straight import Straight
from tracker.indicators.frames import Frames
from tracker.readmodel.tables import BY_NAME, create_tables
from tracker.readmodel.versions import versions


def frames_of_streams(path: Path, streams: Mapping[UUID, Sequence[Recorded]], known_on: date, home: Path) -> Frames:
    """The frames of these streams as known on a day.

    :param path: a file for the read model, which is written anew
    """
    path.unlink(missing_ok=True)
    position = 0
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        create_tables(connection)
        for stream, recorded in streams.items():
            for name, rows in versions(stream, enumerate(recorded, start=position + 1)).items():
                connection.executemany(BY_NAME[name].insert, rows)
            position += len(recorded)
        connection.execute("COMMIT")
    return Frames(position, known_on, 0, True, Straight(path, position), home)
