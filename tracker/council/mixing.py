"""Frames of a knowledge that never was: what was known at one moment, with part of what was learnt until another."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Literal, NamedTuple
from uuid import UUID

import polars as pl

from events import fact_class
from events.codec import Recorded
from events.corrections import FactCorrected, FactRetracted
from tracker.effective import effective
from tracker.indicators.columns.derived import Derived
from tracker.indicators.columns.kinds import FACTS as FACT_ROWS
from tracker.indicators.columns.kinds import STRETCHES, Kind, Numbers, empty, read, until
from tracker.indicators.frames import Columns, Frames, load
from tracker.indicators.windows import KNOWN_WHILE, windows_of
from tracker.quality.rows import known
from tracker.readmodel.fold import fold, timeline_row
from tracker.readmodel.tables import TABLES, create_tables

if TYPE_CHECKING:
    from tracker.application import ProgressionTracker

Reason = Literal["corrections", "late", "time"]
Located = list[tuple[int, Recorded]]
_CORRECTING = (FactCorrected.TOPIC, FactRetracted.TOPIC)
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
        self._opened: dict[UUID, Located] = {}

    @cached_property
    def streams(self) -> Mapping[UUID, bool]:
        """The streams that something was recorded in between -> whether it corrected or took back anything."""
        found: dict[UUID, bool] = {}
        last = self.position
        while rows := self._app.log_of_facts.page(last, until=self.until):
            for row in rows:
                if row.stream in found:
                    found[row.stream] |= row.topic in _CORRECTING
                elif self._is_about_somebody(row.stream, row.topic):
                    found[row.stream] = row.topic in _CORRECTING
            last = rows[-1].position
        return found

    def _is_about_somebody(self, stream: UUID, topic: str) -> bool:
        return fact_class(topic).STREAM == "participant" and not self._app.keys.is_forgotten(stream)

    @cached_property
    def learnt(self) -> list[Learnt]:
        """Everything that was recorded in between."""
        added = self._added
        return [
            one
            for stream, corrected in self.streams.items()
            for one in (self._learnt_with_corrections(stream) if corrected else added.get(stream, ()))
        ]

    @cached_property
    def _added(self) -> Mapping[UUID, list[Learnt]]:
        """What was recorded in the streams in which nothing was corrected; the timeline tells it, unopened."""
        rows = self._app.read_model.database.execute(
            f"""
            SELECT t.participant, t.version, t.fact, t.happened_on, t.recorded_at
            FROM json_each(:streams) w CROSS JOIN timeline t ON t.participant = w.value AND {known("t")}
            WHERE t.position > :after AND t.position <= :position ORDER BY w.key, t.version""",
            {
                "streams": json.dumps([str(stream) for stream, corrected in self.streams.items() if not corrected]),
                "after": self.position,
                "position": self.until,
            },
        )
        found: dict[UUID, list[Learnt]] = {}
        for participant, version, topic, happened_on, recorded_at in rows.fetchall():
            on, stream = date.fromisoformat(happened_on), UUID(participant)
            reason: Reason = "late" if on <= self.known_on else "time"
            moment = datetime.fromisoformat(recorded_at)
            found.setdefault(stream, []).append(Learnt(stream, version, reason, topic, on, moment))
        return found

    def _learnt_with_corrections(self, stream: UUID) -> Iterator[Learnt]:
        located = self._located(stream)
        held = effective(item for _, item in located)
        by_version = {item.version: (position, item) for position, item in located}
        for position, item in located:
            if position <= self.position:
                continue
            root, root_position = self._root(item, by_version)
            entry = held.get(root.version)
            fact = entry.fact if entry else root.fact
            reason: Reason = "late" if fact.on <= self.known_on else "time"
            if root_position <= self.position:
                reason = "corrections"
            yield Learnt(stream, item.version, reason, fact.TOPIC, fact.on, item.stamp.timestamp)

    def _located(self, stream: UUID) -> Located:
        """A stream's facts until the second position, opened once."""
        if stream not in self._opened:
            self._opened[stream] = self._app.read_model.located(stream, self.until)
        return self._opened[stream]

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
        # What an indicator looks at may be read by a thread of its own; _Mixed sees to it that they take turns.
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        try:
            create_tables(connection)
            folded = self._folded(late=late)
            for stream in folded:
                self._fill(connection, stream, self._located(stream), late=late)
            as_after = self._known_in_full(late=late)
            as_before = self._numbers_of(self.streams.keys() - folded - as_after)
            columns = _Mixed(
                self.after.columns,
                self.before.columns,
                connection,
                self._numbers(),
                touched=self._numbers_of(self.streams.keys() - as_after),
                as_before=as_before,
            )
            yield replace(self.after, known_on=self.known_on, newest=False, columns=columns)
        finally:
            connection.close()

    def _folded(self, *, late: bool) -> frozenset[UUID]:
        """The streams of which something else is known than at the first position, though not all that was learnt."""
        if not self._numbered_alike:
            return frozenset(self.streams)
        corrected = {stream for stream, corrected in self.streams.items() if corrected}
        if not late:
            return frozenset(corrected)
        told = {stream for stream, learnt in self._added.items() if any(one.reason == "late" for one in learnt)}
        return frozenset(corrected | told) - self._known_in_full(late=late)

    def _known_in_full(self, *, late: bool) -> frozenset[UUID]:
        """The streams of which all that was learnt had happened by the first day: as known at the second position."""
        if not (late and self._numbered_alike):
            return frozenset()
        return frozenset(
            stream for stream, learnt in self._added.items() if all(one.reason == "late" for one in learnt)
        )

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
            for number, id in frames.people("id").iter_rows()
        }

    def _numbers(self) -> Numbers:
        return Numbers(self._known, max(self._known.values(), default=0) + _APART)

    @cached_property
    def _numbered_alike(self) -> bool:
        """Whether people have the same numbers in both frames, so that rows of one stand beside those of the other."""
        before, after = (
            {id: number for number, id in frames.people("id").iter_rows()} for frames in (self.before, self.after)
        )
        both = before | after
        return all(after.get(id, number) == number for id, number in before.items()) and len(both) == len(
            set(both.values())
        )

    def _numbers_of(self, streams: Iterable[UUID]) -> list[int]:
        return [number for stream in streams if (number := self._known.get(str(stream))) is not None]


class _Mixed:
    """Rows of the later moment, but for the people of whom something was recorded in between.

    :param touched: those people, without such as are known as at the later moment
    :param as_before: of them, whose rows are those of the earlier moment; of the others they were folded
    """

    def __init__(
        self,
        base: Columns,
        before: Columns,
        connection: sqlite3.Connection,
        numbers: Numbers,
        *,
        touched: Sequence[int],
        as_before: Sequence[int],
    ) -> None:
        self._base, self._before, self._connection, self._numbers = base, before, connection, numbers
        self._touched = pl.Series(touched, dtype=pl.UInt32)
        self._as_before = pl.Series(as_before, dtype=pl.UInt32)
        self._turn = Lock()

    def rows(self, kind: Kind, parts: Sequence[str], columns: Sequence[str]) -> pl.DataFrame:
        wanted = list(dict.fromkeys(("participant", *columns)))
        others = self._base.rows(kind, parts, wanted)
        others = others.filter(~pl.col("participant").is_in(self._touched.implode()))
        before = self._before.rows(kind, parts, wanted)
        before = before.filter(pl.col("participant").is_in(self._as_before.implode()))
        own = self._own(kind, parts).select(wanted)
        return pl.concat([others, before, own], how="vertical_relaxed").select(columns)

    def _own(self, kind: Kind, parts: Sequence[str]) -> pl.DataFrame:
        condition = f"{kind.by} IN ({', '.join('?' * len(parts))})" if parts else "1"
        with self._turn:
            return pl.concat([empty(kind), *read(self._connection, kind, self._numbers, condition, list(parts))])

    def history(self, parts: Sequence[str], columns: Sequence[str]) -> pl.DataFrame:
        return until(1, self._own(FACT_ROWS, parts)).select(columns)

    def windows(self) -> pl.DataFrame | None:
        others, before = self._base.windows(), self._before.windows()
        if others is None or before is None:
            return None
        own = windows_of(self._own(STRETCHES, KNOWN_WHILE), self._own(FACT_ROWS, ()).filter(pl.col("observes") == 1))
        others = others.filter(~pl.col("participant").is_in(self._touched.implode()))
        before = before.filter(pl.col("participant").is_in(self._as_before.implode()))
        return pl.concat([part.select(own.columns) for part in (others, before, own)])

    def keeps(self, _kind: Derived) -> bool:
        return False

    def derived(self, _kind: Derived, _columns: Sequence[str]) -> pl.DataFrame | None:
        return None

    def first_import(self, _after: int, _until: date) -> datetime | None:
        return None

    def moments(self, positions: pl.Series) -> pl.DataFrame:
        return self._base.moments(positions)
