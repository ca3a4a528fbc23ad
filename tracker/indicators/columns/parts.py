"""Parts: rows as Arrow files in a folder, written at once, and what later ones replace of earlier ones."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path

import msgspec
import polars as pl

from tracker.indicators.begun import BEGUN
from tracker.indicators.columns.kinds import IDS, KINDS, WINDOWS, Kind, Schema
from tracker.indicators.situation import SITUATIONS, STEPS
from tracker.indicators.tellings import TELLINGS
from tracker.storage import make_file

NOW, PAST = "now", "past"
"""Rows that are known, and rows that are known no longer."""

ANYWHERE, IN_ORDER = ".arrow", ".arrows"
"""Files that can be read from any row on, and small ones read from their beginning, in a tenth of the time."""

SIGNATURES: Mapping[str, tuple[bytes, bytes]] = {
    ANYWHERE: (b"ARROW1", b"ARROW1"),
    IN_ORDER: (b"\xff\xff\xff\xff", b"\xff\xff\xff\xff\x00\x00\x00\x00"),
}
"""What they begin and end with."""

BATCH = 8_192
"""Where several values share a file, so many rows are the least that is read of it."""

DERIVED = (STEPS, SITUATIONS, BEGUN, *TELLINGS)
"""What is worked out when files are written."""

SCHEMAS: dict[str, Schema] = {
    **{kind.name: kind.schema for kind in KINDS},
    **{kind.name: dict(kind.schema) for kind in DERIVED},
    "ids": IDS,
    "windows": WINDOWS,
}


class Slice(msgspec.Struct, array_like=True, frozen=True):
    """Where rows stand."""

    file: str
    offset: int
    rows: int


class Part(msgspec.Struct, frozen=True):
    """A folder of files that were written at once; the rows of each value rise by participant.

    :ivar slices: ``kind/now or past/value`` -> where its rows are
    :ivar sizes: file -> bytes
    :ivar replaced: numbers of streams of which the parts before this one hold nothing that counts: who changed has got
        another number, behind all others, so that the rows of several parts rise, too
    """

    folder: str
    slices: dict[str, list[Slice]]
    sizes: dict[str, int]
    replaced: list[int]

    @property
    def streams(self) -> int:
        """How many streams it tells of."""
        return sum(piece.rows for piece in self.slices.get(key("ids", NOW), ()))


def key(kind: str, state: str, value: str | None = "") -> str:
    return f"{kind}/{state}/{value or ''}"


@dataclass(frozen=True, eq=False)
class Parts:
    """Some parts as one: what later ones replace of earlier ones does not count.

    :ivar folder: where they are
    :ivar parts: in the order in which they were written
    """

    folder: Path
    parts: Sequence[Part]

    @cached_property
    def _replaced(self) -> pl.Series:
        """The numbers that do not count, in whichever part they stand: who changed has got another."""
        return pl.Series(sorted({number for part in self.parts[1:] for number in part.replaced}), dtype=pl.UInt32)

    def values_of(self, kind: str, state: str) -> list[str]:
        """The values of a kind that have rows of their own."""
        start = f"{kind}/{state}/"
        return sorted(
            {name.removeprefix(start) for part in self.parts for name in part.slices if name.startswith(start)}
        )

    def scan(self, kind: str, state: str, values: Sequence[str], columns: Sequence[str]) -> pl.LazyFrame | None:
        """The rows that count; None where there are no files of them.

        :param values: the values of the kind's column; none = all
        :raises UNREADABLE: a file is not what it was
        """
        assert columns, "rows without columns are none"
        read = list(dict.fromkeys(("participant", *columns))) if len(self._replaced) else columns
        found: list[pl.LazyFrame] = []
        small: list[pl.DataFrame] = []
        for part in self.parts:
            chosen = values or Parts(self.folder, [part]).values_of(kind, state)
            slices = [piece for value in chosen for piece in part.slices.get(key(kind, state, value), ())]
            for file, pieces in groupby(_adjoining(slices), key=lambda piece: piece.file):
                path = self.folder / part.folder / file
                if path.suffix == IN_ORDER:
                    small += _small(path, list(pieces), read)
                else:
                    rows = pl.scan_ipc(path, glob=False)
                    found += [rows.slice(piece.offset, piece.rows).select(read) for piece in pieces]
        if small:
            found.append(pl.concat(small).lazy())
        if not found:
            return None
        whole = pl.concat(found)
        if len(self._replaced):
            whole = whole.filter(~pl.col("participant").is_in(self._replaced.implode()))
        return whole.select(columns)

    def rows(self, kind: str, state: str, values: Sequence[str], columns: Sequence[str]) -> pl.DataFrame:
        """The rows that count, or none with their columns.

        :raises UNREADABLE: a file is not what it was
        """
        return collected(self.scan(kind, state, values, columns), kind, columns)

    def paths_of_ids(self) -> list[Path]:
        """The files of (participant, id); where a stream stands in several, its number is that of the last."""
        return [
            self.folder / part.folder / piece.file
            for part in self.parts
            for piece in part.slices.get(key("ids", NOW), ())
        ]


def _adjoining(slices: Iterable[Slice]) -> list[Slice]:
    """The same rows in as few slices as can be, in the order in which they were written."""
    found: list[Slice] = []
    for piece in sorted(slices, key=lambda piece: (len(piece.file), piece.file, piece.offset)):
        last = found[-1] if found else None
        if last is not None and last.file == piece.file and last.offset + last.rows == piece.offset:
            found[-1] = Slice(last.file, last.offset, last.rows + piece.rows)
        else:
            found.append(piece)
    return found


def _small(path: Path, pieces: Sequence[Slice], columns: Sequence[str]) -> list[pl.DataFrame]:
    rows = pl.read_ipc_stream(path, columns=list(columns))
    if rows.height < pieces[-1].offset + pieces[-1].rows:
        raise OSError("a file has fewer rows than were written")
    return [rows.slice(piece.offset, piece.rows) for piece in pieces]


def collected(frame: pl.LazyFrame | None, kind: str, columns: Sequence[str]) -> pl.DataFrame:
    """The rows, or none with their columns."""
    return pl.DataFrame(schema=SCHEMAS[kind]).select(columns) if frame is None else frame.collect()


class Writer:
    """Writes the files of one part.

    :param begun: what has been written of it already
    :param small: it tells of few streams
    """

    def __init__(self, folder: Path, name: str, begun: Part | None = None, small: bool = False) -> None:
        self.folder = folder / name
        self._small = small
        if begun is None:
            self.folder.mkdir(mode=0o700)
        self._slices: dict[str, list[Slice]] = dict(begun.slices) if begun else {}
        self._sizes: dict[str, int] = dict(begun.sizes) if begun else {}

    def write(self, frame: pl.DataFrame, kind: str, state: str, value: str | None = "") -> None:
        """A file of its own."""
        if frame.height:
            self._add(key(kind, state, value), Slice(self._file(frame), 0, frame.height))

    def write_together(self, frame: pl.DataFrame, kind: Kind, state: str) -> None:
        """One file for all values of the kind's column."""
        if not frame.height:
            return
        if not kind.by:
            self.write(frame, kind.name, state)
            return
        frame = frame.sort(kind.by, maintain_order=True)
        file, offset = self._file(frame, BATCH), 0
        for value, rows in frame.group_by(kind.by, maintain_order=True).len().iter_rows():
            self._add(key(kind.name, state, value), Slice(file, offset, rows))
            offset += rows

    def part(self, replaced: Iterable[int] = ()) -> Part:
        """What was written."""
        return Part(self.folder.name, self._slices, self._sizes, sorted(replaced))

    def _add(self, name: str, piece: Slice) -> None:
        self._slices.setdefault(name, []).append(piece)

    def _file(self, frame: pl.DataFrame, batch: int = 0) -> str:
        name = f"{len(self._sizes)}{IN_ORDER if self._small else ANYWHERE}"
        path = self.folder / name
        make_file(path)
        if self._small:
            frame.write_ipc_stream(path)
        else:
            frame.write_ipc(path, record_batch_size=batch or frame.height)
        self._sizes[name] = path.stat().st_size
        return name
