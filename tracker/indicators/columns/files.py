"""Files: the columns as Arrow files in a folder beside the read model, and the listing of those that count."""

import os
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import msgspec
import polars as pl

from tracker.indicators.begun import BEGUN
from tracker.indicators.columns.derived import Derived, risen
from tracker.indicators.columns.kinds import FACTS, IDS, KINDS, WINDOWS, Kind, Schema, halves, ids_of, until
from tracker.indicators.situation import SITUATIONS, STEPS
from tracker.indicators.tellings import TELLINGS
from tracker.storage import make_file

LISTING = "listing.json"
NOW, PAST = "now", "past"
"""Rows that are known, and rows that are known no longer."""

ARROW = b"ARROW1"
"""What a file begins and ends with."""

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
UNREADABLE = (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException)
"""What reading a file raises that is gone, broken or somebody else's."""


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


class Listing(msgspec.Struct, frozen=True):
    """Which files count, and what they tell.

    :ivar versions: of everything that the columns depend on besides the read model
    :ivar model: tells the read model from others of its name
    :ivar position: the position in the log up to which the files tell everything
    :ivar mark: the last fact until there, and the moment of its recording
    :ivar erased: how many streams had been erased
    :ivar following: the number that the next stream gets
    :ivar parts: the first holds everything, those behind it replace streams of those before
    :ivar before: folders that counted until the last change, for those who are still reading
    """

    versions: str
    model: int
    position: int
    mark: tuple[int, int] | None
    erased: int
    following: int
    parts: list[Part]
    before: list[str]

    @property
    def streams(self) -> int:
        """How many streams the parts tell of."""
        return sum(part.streams - len(part.replaced) for part in self.parts)


def listed(folder: Path) -> Listing | None:
    """The listing of a folder, if it is one and all its files are there at their full size."""
    try:
        listing = msgspec.json.decode((folder / LISTING).read_bytes(), type=Listing)
        for part in listing.parts:
            inside = str(folder / part.folder)
            for file, size in part.sizes.items():
                if os.stat(f"{inside}/{file}").st_size != size:
                    return None
    except (OSError, ValueError):
        return None
    return listing


def publish(folder: Path, listing: Listing) -> None:
    """Let another listing count, at once for every process."""
    written = folder / f"{LISTING}.{os.getpid()}"
    make_file(written)
    written.write_bytes(msgspec.json.encode(listing))
    written.replace(folder / LISTING)


def key(kind: str, state: str, value: str | None = "") -> str:
    return f"{kind}/{state}/{value or ''}"


def values_of(parts: Iterable[Part], kind: str, state: str) -> list[str]:
    """The values of a kind that have rows of their own."""
    start = f"{kind}/{state}/"
    return sorted({name.removeprefix(start) for part in parts for name in part.slices if name.startswith(start)})


def scan(
    folder: Path, parts: Sequence[Part], kind: str, state: str, values: Sequence[str], columns: Sequence[str]
) -> pl.LazyFrame | None:
    """The rows that count; None where there are no files of them.

    :param values: the values of the kind's column; none = all
    """
    found = []
    for number, part in enumerate(parts):
        replaced = {stream for later in parts[number + 1 :] for stream in later.replaced}
        chosen = values or values_of([part], kind, state)
        slices = [piece for value in chosen for piece in part.slices.get(key(kind, state, value), ())]
        rows = [_rows(folder / part.folder / piece.file, piece) for piece in _adjoining(slices)]
        if not rows:
            continue
        whole = pl.concat(rows)
        if replaced:
            numbers = pl.Series(sorted(replaced), dtype=pl.UInt32)
            whole = whole.filter(~pl.col("participant").is_in(numbers.implode()))
        found.append(whole.select(columns))
    return pl.concat(found) if found else None


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


def _rows(path: Path, piece: Slice) -> pl.LazyFrame:
    return pl.scan_ipc(path, glob=False).slice(piece.offset, piece.rows)


def collected(frame: pl.LazyFrame | None, kind: str, columns: Sequence[str]) -> pl.DataFrame:
    """The rows, or none with their columns."""
    return pl.DataFrame(schema=SCHEMAS[kind]).select(columns) if frame is None else frame.collect()


class Writer:
    """Writes the files of one part.

    :param begun: what has been written of it already
    """

    def __init__(self, folder: Path, name: str, begun: Part | None = None) -> None:
        self.folder = folder / name
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
        name = f"{len(self._sizes)}.arrow"
        path = self.folder / name
        make_file(path)
        frame.write_ipc(path, record_batch_size=batch or frame.height)
        self._sizes[name] = path.stat().st_size
        return name


def paths_of_ids(folder: Path, parts: Iterable[Part]) -> list[Path]:
    """The files of (participant, id); where a stream stands in several, its number is that of the last."""
    return [folder / part.folder / piece.file for part in parts for piece in part.slices.get(key("ids", NOW), ())]


def numbers_of(folder: Path, parts: Iterable[Part], streams: Iterable[str]) -> list[int]:
    """The numbers of those of some streams that the parts tell of; the last one of each that changed before."""
    wanted = halves(streams)
    perhaps = pl.col("first_half").is_in(wanted["first_half"].implode())
    found = [pl.read_ipc(path).filter(perhaps) for path in paths_of_ids(folder, parts)]
    known = pl.concat([pl.DataFrame(schema=IDS), *found]).join(wanted, on=wanted.columns, how="semi")
    return known.group_by(wanted.columns).max()["participant"].to_list()


class WrittenIds:
    """Files of ids that were read and are taken apart only when they are needed.

    :raises OSError: they are no Arrow files
    """

    def __init__(self, files: Sequence[bytes]) -> None:
        if not all(file.startswith(ARROW) and file.endswith(ARROW) for file in files):
            raise OSError("the files of ids are not what was written")
        self._files = files

    def numbers(self) -> dict[str, int]:
        """Id -> number."""
        rows = pl.concat([pl.DataFrame(schema=IDS), *(pl.read_ipc(BytesIO(file)) for file in self._files)])
        return dict(zip(ids_of(rows), rows["participant"].to_list(), strict=True))


class Files:
    """What was known at a position, read from the files of a listing.

    :ivar folder: where they are
    :ivar position: no later than the listing's
    """

    def __init__(self, folder: Path, listing: Listing, position: int) -> None:
        self.folder = folder
        self.listing = listing
        self.position = position
        self._changed: dict[str, pl.DataFrame] = {}

    def rows(self, kind: Kind, parts: Sequence[str], columns: Sequence[str]) -> pl.DataFrame:
        """Rows known at the position; at the newest those of one value rise by participant.

        :param parts: values of ``kind.by``; none = all
        :raises UNREADABLE: a file is not what it was
        """
        newest = self.position == self.listing.position
        chosen = list(dict.fromkeys(parts))
        wanted = list(dict.fromkeys([*columns, *(() if newest else ("known_from", "known_to"))]))
        found = [
            frame
            for state in ((NOW,) if newest else (NOW, PAST))
            if (frame := scan(self.folder, self.listing.parts, kind.name, state, chosen, wanted)) is not None
        ]
        if not found:
            return collected(None, kind.name, columns)
        whole = pl.concat(found)
        if not newest:
            began = pl.col("known_from") <= self.position
            holds = pl.col("known_to").is_null() | (pl.col("known_to") > self.position)
            whole = whole.filter(began & holds).select(columns)
        rows = whole.collect()
        return risen(rows) if newest and (len(chosen) == 1 or not kind.by) else rows

    def history(self, parts: Sequence[str], columns: Sequence[str]) -> pl.DataFrame:
        """Facts known at the position, and those known before it and no longer.

        :param parts: log names; none = all
        :raises UNREADABLE: a file is not what it was
        """
        chosen = list(dict.fromkeys(parts))
        wanted = list(dict.fromkeys([*columns, "known_from", "known_to"]))
        found = [
            frame.filter(pl.col("known_from") <= self.position)
            for state in (NOW, PAST)
            if (frame := scan(self.folder, self.listing.parts, FACTS.name, state, chosen, wanted)) is not None
        ]
        rows = collected(pl.concat(found) if found else None, FACTS.name, wanted)
        return until(self.position, rows).select(columns)

    def windows(self) -> pl.DataFrame | None:
        """The windows as they are kept; None where they have to be worked out."""
        if self.position != self.listing.position:
            return None
        names = list(WINDOWS)
        return risen(collected(scan(self.folder, self.listing.parts, "windows", NOW, (), names), "windows", names))

    def derived(self, kind: Derived, columns: Sequence[str]) -> pl.DataFrame | None:
        """The rows as they are kept, those of streams that changed since worked out anew; None = they are not kept.

        :raises UNREADABLE: a file is not what it was
        """
        if self.position != self.listing.position:
            return None
        later = self.listing.parts[1:]
        kept = scan(self.folder, self.listing.parts, kind.name, NOW, (), columns)
        if not later:
            return risen(collected(kept, kind.name, columns))
        if kind.name not in self._changed:
            self._changed[kind.name] = kind.made(
                *(
                    collected(scan(self.folder, later, one.kind, NOW, one.parts, one.columns), one.kind, one.columns)
                    for one in kind.sources
                )
            )
        changed = self._changed[kind.name].select(columns)
        return changed if kept is None else risen(pl.concat([kept, changed.lazy()]).collect())

    def ids(self) -> "WrittenIds":
        """The numbers of all streams, as the files tell them now.

        :raises UNREADABLE: a file is not what it was
        """
        return WrittenIds([path.read_bytes() for path in paths_of_ids(self.folder, self.listing.parts)])

    def first_import(self, after: int, until: date) -> datetime | None:
        """The earliest moment of recording of an imported fact that is behind a position and happened until a day."""
        names = ("position", "channel", "happened_on", "recorded_at")
        facts = scan(self.folder, self.listing.parts, FACTS.name, NOW, (), names)
        if facts is None:
            return None
        behind = (pl.col("position") > after) & (pl.col("channel") == "import") & (pl.col("happened_on") <= until)
        found: datetime | None = facts.filter(behind).select(pl.col("recorded_at").min()).collect().item()
        return found
