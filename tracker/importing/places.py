"""Where the people of an import live: which municipalities it is a matter of."""

import json
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Final
from uuid import UUID

from tracker.importing.record import Import, Imports
from tracker.journey import OSLO
from tracker.quality.rows import known
from tracker.readmodel.follow import ReadModel
from tracker.storage import app_database, told, writing

if TYPE_CHECKING:
    from tracker.application import ProgressionTracker

_TABLE: Final = (
    "CREATE TABLE IF NOT EXISTS import_places (id TEXT PRIMARY KEY, municipalities TEXT NOT NULL) WITHOUT ROWID"
)
_HOMES: Final = f"""
    SELECT DISTINCT COALESCE(
        (SELECT s.value FROM spells s
         WHERE s.participant = w.value AND +s.activity = 'residence' AND {known("s")} AND s.valid_from <= :at
           AND s.value GLOB '[0-9]*'
         ORDER BY s.valid_to IS NULL OR s.valid_to > :at DESC, s.valid_from DESC LIMIT 1),
        (SELECT p.municipality FROM participants p
         WHERE p.participant = w.value ORDER BY p.known_to IS NULL DESC, p.known_from DESC LIMIT 1))
    FROM json_each(:participants) w"""


def homes(model: ReadModel, participants: Iterable[UUID], today: date) -> frozenset[str]:
    """The municipalities in which some participants live today, or lived last; of the erased nothing is known."""
    rows = model.database.execute(
        _HOMES,
        {
            "participants": json.dumps([str(one) for one in participants]),
            "position": model.state(),
            "at": today.isoformat(),
        },
    )
    return frozenset(str(row[0]) for row in rows.fetchall() if row[0] is not None)


def streams_of(app: "ProgressionTracker", found: Import) -> list[UUID]:
    """The streams that an import wrote to, in the order of the log; none where it failed."""
    if found.first_position is None:
        return []
    streams: dict[UUID, None] = {}
    after = found.first_position - 1
    while rows := app.log_of_facts.page(after, until=found.last_position):
        streams |= dict.fromkeys(row.stream for row in rows)
        after = rows[-1].position
    return list(streams)


def homes_of(app: "ProgressionTracker", found: Import) -> frozenset[str]:
    """The municipalities in which the people of an import live today."""
    return homes(app.read_model, streams_of(app, found), _today(app))


def note_places(app: "ProgressionTracker", id: str) -> frozenset[str]:
    """Note where the people of an import live; the read model has its facts."""
    with Imports(app.settings.home, read_only=True) as imports:
        found = homes_of(app, imports.get(id))
    database = app_database(app.settings.home)
    try:
        with writing(database) as connection:
            connection.execute(_TABLE)
            connection.execute("INSERT OR REPLACE INTO import_places VALUES (?, ?)", (id, ",".join(sorted(found))))
    finally:
        database.close()
    return found


def places(app: "ProgressionTracker") -> dict[str, frozenset[str]]:
    """Id of an import -> the municipalities it was a matter of when it was recorded; those of before this was noted
    are looked up now.
    """
    database = app_database(app.settings.home)
    try:
        with writing(database) as connection:
            connection.execute(_TABLE)
        with told():
            rows = database.execute("SELECT id, municipalities FROM import_places").fetchall()
    finally:
        database.close()
    noted = {id: frozenset(filter(None, codes.split(","))) for id, codes in rows}
    with Imports(app.settings.home, read_only=True) as imports:
        missing = [one.id for one in imports.all("first_position IS NOT NULL") if one.id not in noted]
    return noted | {id: note_places(app, id) for id in missing}


def _today(app: "ProgressionTracker") -> date:
    return app.clock().astimezone(OSLO).date()
