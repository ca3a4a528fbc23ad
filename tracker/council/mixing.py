"""Frames of a knowledge that never was: what was known at one moment, with part of what was learnt until another."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple
from uuid import UUID

import polars as pl

from events import fact_class
from events.codec import Recorded
from events.corrections import FactCorrected, FactRetracted
from tracker.effective import effective
from tracker.indicators.columns.derived import Derived
from tracker.indicators.columns.kinds import FACTS as FACT_ROWS
from tracker.indicators.columns.kinds import Kind, Numbers, empty, read, until
from tracker.indicators.frames import Columns, Frames, load
from tracker.readmodel.fold import fold, timeline_row
from tracker.readmodel.tables import TABLES, create_tables

if TYPE_CHECKING:
    from tracker.application import ProgressionTracker

Reason = Literal["corrections", "late", "time"]
Located = list[tuple[int, Recorded]]
_APART = 10_000
"""Numbers of people whom the later frames do not know begin so far above those that they do."""


class Learnt(NamedTuple):
    """Something that was recorded between the two moments.

    :ivar reason: corrections: it changed what was known; late: it tells what had happened by then; time: what happened
        since
    :ivar topic: log name of the fact that is told or changed
    """

    participant: UUID
    version: int
    reason: Reason
    topic: str
    on: date
    recorded_at: datetime


class Between:
    """What was recorded between two positions, stream by stream, and frames that have part of it.

    :ivar position: the first of them
    :ivar known_on: the day of the first; what happened later is time elapsed
    """

    def __init__(self, app: "ProgressionTracker", position: int, known_on: date, until: int, until_day: date) -> None:
        self._app = app
        self.position, self.known_on = position, known_on
        self.until, self.until_day = until, until_day
        today = max(until_day, known_on)
        self.before = replace(load(app.read_model, position, today), known_on=known_on)
        self.after = replace(load(app.read_model, until, today), known_on=until_day)

    @cached_property
    def streams(self) -> Mapping[UUID, Located]:
        """The streams that something was recorded in between, with all of their facts until the second position."""
        found: dict[UUID, Located] = {}
        last = self.position
        while rows := self._app.log_of_facts.page(last, until=self.until):
            for row in rows:
                if row.stream not in found and self._is_about_somebody(row.stream, row.topic):
                    found[row.stream] = self._app.read_model.located(row.stream, self.until)
            last = rows[-1].position
        return found

    def _is_about_somebody(self, stream: UUID, topic: str) -> bool:
        return fact_class(topic).STREAM == "participant" and not self._app.keys.is_forgotten(stream)

    @cached_property
    def learnt(self) -> list[Learnt]:
        """Everything that was recorded in between."""
        found = []
        for stream, located in self.streams.items():
            known = effective(item for _, item in located)
            by_version = {item.version: (position, item) for position, item in located}
            for position, item in located:
                if position <= self.position:
                    continue
                root, root_position = self._root(item, by_version)
                entry = known.get(root.version)
                fact = entry.fact if entry else root.fact
                reason: Reason = "late" if fact.on <= self.known_on else "time"
                if root_position <= self.position:
                    reason = "corrections"
                found.append(Learnt(stream, item.version, reason, fact.TOPIC, fact.on, item.stamp.timestamp))
        return found

    @staticmethod
    def _root(item: Recorded, by_version: Mapping[int, tuple[int, Recorded]]) -> tuple[Recorded, int]:
        """The fact that a correction or retraction is about in the end, and its position."""
        position = by_version[item.version][0]
        while isinstance(item.fact, (FactCorrected, FactRetracted)):
            target = item.fact.corrects if isinstance(item.fact, FactCorrected) else item.fact.retracts
            position, item = by_version[target]
        return item, position

    @contextmanager
    def with_corrections(self) -> Iterator[Frames]:
        """What was known at the first position, with what was corrected since."""
        with self._mixed(late=False) as frames:
            yield frames

    @contextmanager
    def with_late(self) -> Iterator[Frames]:
        """The same, with what had happened by the first day and was told since."""
        with self._mixed(late=True) as frames:
            yield frames

    @contextmanager
    def _mixed(self, *, late: bool) -> Iterator[Frames]:
        connection = sqlite3.connect(":memory:", isolation_level=None)
        try:
            create_tables(connection)
            for stream, located in self.streams.items():
                self._fill(connection, stream, located, late=late)
            columns = _Mixed(self.after.columns, connection, self._numbers(), self._touched())
            yield replace(self.after, known_on=self.known_on, newest=False, columns=columns)
        finally:
            connection.close()

    def _fill(self, connection: sqlite3.Connection, stream: UUID, located: Located, *, late: bool) -> None:
        places = {item.version: (position, item) for position, item in located}
        entries = [
            entry
            for version, entry in effective(item for _, item in located).items()
            if places[version][0] <= self.position or (late and entry.fact.on <= self.known_on)
        ]
        rows = fold(entries)
        rows["timeline"] = [
            timeline_row(entry, places[entry.version][1], places[entry.version][0]) for entry in entries
        ]
        for table in TABLES:
            if table.versioned and rows.get(table.name):
                connection.executemany(table.insert, [(str(stream), *row, 1, None) for row in rows[table.name]])

    @cached_property
    def _known(self) -> dict[str, int]:
        return {
            str(id): int(number)
            for frames in (self.before, self.after)
            for number, id in frames.participants.select("participant", "id").iter_rows()
        }

    def _numbers(self) -> Numbers:
        return Numbers(self._known, max(self._known.values(), default=0) + _APART)

    def _touched(self) -> list[int]:
        return [number for stream in self.streams if (number := self._known.get(str(stream))) is not None]


class _Mixed:
    """Rows of the later moment, but for the people of whom something was recorded in between."""

    def __init__(self, base: Columns, connection: sqlite3.Connection, numbers: Numbers, touched: Sequence[int]) -> None:
        self._base, self._connection, self._numbers = base, connection, numbers
        self._touched = pl.Series(touched, dtype=pl.UInt32)

    def rows(self, kind: Kind, parts: Sequence[str], columns: Sequence[str]) -> pl.DataFrame:
        wanted = list(dict.fromkeys(("participant", *columns)))
        others = self._base.rows(kind, parts, wanted)
        others = others.filter(~pl.col("participant").is_in(self._touched.implode()))
        own = self._own(kind, parts).select(wanted)
        return pl.concat([others, own], how="vertical_relaxed").select(columns)

    def _own(self, kind: Kind, parts: Sequence[str]) -> pl.DataFrame:
        condition = f"{kind.by} IN ({', '.join('?' * len(parts))})" if parts else "1"
        return pl.concat([empty(kind), *read(self._connection, kind, self._numbers, condition, list(parts))])

    def history(self, parts: Sequence[str], columns: Sequence[str]) -> pl.DataFrame:
        return until(1, self._own(FACT_ROWS, parts)).select(columns)

    def windows(self) -> pl.DataFrame | None:
        return None

    def derived(self, _kind: Derived) -> pl.DataFrame | None:
        return None

    def first_import(self, _after: int, _until: date) -> datetime | None:
        return None

    def moments(self, positions: pl.Series) -> pl.DataFrame:
        return self._base.moments(positions)
