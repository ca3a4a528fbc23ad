"""One journey as a page: what held on a day, and every fact with what became of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from events import Fact
from events.codec import Recorded
from events.corrections import FactCorrected, FactRetracted
from events.language import LEVELS, LanguageLevelReached
from tracker.as_of import AsOf
from tracker.readmodel.fold import Rows
from tracker.readmodel.follow import Located
from tracker.readmodel.tables import BY_NAME
from tracker.spells import Entry

Row = dict[str, Any]


@dataclass(frozen=True)
class Mark:
    """A correction or a retraction of a fact, by the version that stands in the log."""

    what: str
    version: int
    reason: str
    by: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Line:
    """A recorded fact, as it is held to be, with what was put right.

    :ivar holds: it has not been retracted
    """

    recorded: Recorded
    fact: Fact
    position: int
    holds: bool
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Page:
    """A journey on a day, as known at a position.

    :ivar start: the starting point, as it was known last; None before anything happened
    :ivar spells: the segments that had begun by the day, as rows of the read model
    :ivar running: those of them that run on the day
    :ivar levels: skill -> the fact with the best level so far
    :ivar lines: the facts by the day, in the order of time
    :ivar flags: what is unusual
    """

    participant: UUID
    references: list[tuple[str, str]]
    at: date
    position: int
    version: int
    start: Row | None
    spells: list[Row]
    running: list[Row]
    levels: dict[str, LanguageLevelReached]
    lines: list[Line]
    flags: list[Row]


def page_of(
    participant: UUID,
    references: list[tuple[str, str]],
    located: Located,
    at: date,
    position: int,
    seen: AsOf | None = None,
) -> Page:
    """The page of a journey.

    :param located: the stream's recorded facts with their positions, as far as they were known
    :param seen: the same facts on the day, where something else is asked of them too
    """
    seen = seen or AsOf((item for _, item in located), at)
    entries, rows = seen.entries, seen.rows
    spells = _spells(rows, at.isoformat())
    starts = _named(rows, "participants") or _named(rows, "municipalities")
    return Page(
        participant,
        references,
        at,
        position,
        located[-1][1].version,
        starts[0] if starts else None,
        spells,
        [row for row in spells if _runs(row, at.isoformat())],
        _best_levels(seen.in_time),
        _lines(located, entries, at),
        _named(rows, "flags"),
    )


def _named(rows: Rows, table: str) -> list[Row]:
    names = [name for name in BY_NAME[table].names if name not in ("participant", "known_from", "known_to")]
    return [dict(zip(names, line, strict=True)) for line in rows[table]]


def _spells(rows: Rows, at: str) -> list[Row]:
    begun = [row for row in _named(rows, "spells") if row["valid_from"] <= at]
    for row in begun:
        row["details"] = None if row["details"] is None else msgspec.json.decode(row["details"])
    return sorted(begun, key=lambda row: (row["spell_from"], row["activity"], row["key"], row["valid_from"]))


def _runs(row: Row, at: str) -> bool:
    until = row["valid_to"]
    return row["activity"] != "observed" and row["valid_from"] <= at and (until is None or until > at)


def _best_levels(entries: Iterable[Entry]) -> dict[str, LanguageLevelReached]:
    """Skill -> the fact with the best level so far; of equal ones the earliest. Entries come in the order of time."""
    best: dict[str, LanguageLevelReached] = {}
    for entry in entries:
        fact = entry.fact
        if not isinstance(fact, LanguageLevelReached) or fact.level not in LEVELS:
            continue
        before = best.get(fact.skill)
        if before is None or LEVELS.index(fact.level) > LEVELS.index(before.level):
            best[fact.skill] = fact
    return best


def _lines(located: Located, entries: dict[int, Entry], at: date) -> list[Line]:
    marks = _marks([item for _, item in located])
    lines = []
    for position, item in located:
        recorded, version = item.stamp.fact, item.originator_version
        if isinstance(recorded, (FactCorrected, FactRetracted)):
            continue
        entry = entries.get(version)
        told = marks.get(version, ())
        # One that holds and is not among the entries happened after the day.
        retracted = any(mark.what == "retracted" for mark in told)
        if entry is not None:
            lines.append(Line(item, entry.fact, position, not retracted, tuple(told)))
        elif retracted and recorded.on <= at:
            lines.append(Line(item, recorded, position, False, tuple(told)))
    return sorted(lines, key=lambda line: (line.fact.on, line.recorded.version))


def _marks(recorded: Sequence[Recorded]) -> dict[int, list[Mark]]:
    """Version -> the corrections and retractions of it that stand, in the order of the log."""
    gone: set[int] = set()
    found: dict[int, list[Mark]] = {}
    turns = [item for item in recorded if isinstance(item.stamp.fact, (FactCorrected, FactRetracted))]
    for item in reversed(turns):
        if item.version in gone:
            continue
        fact, by = item.fact, item.stamp.by
        if isinstance(fact, FactRetracted):
            gone.add(fact.retracts)
            found.setdefault(fact.retracts, []).insert(0, Mark("retracted", item.version, fact.reason, by, {}))
        elif isinstance(fact, FactCorrected):
            mark = Mark("corrected", item.version, fact.reason, by, fact.values)
            found.setdefault(fact.corrects, []).insert(0, mark)
    return found
