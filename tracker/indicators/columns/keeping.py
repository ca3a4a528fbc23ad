"""Keeping: the files are made from the read model, and afterwards only what changed in it is written anew."""

import fcntl
import os
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
import polars as pl

from tracker.errors import Refusal
from tracker.indicators.columns.derived import rising
from tracker.indicators.columns.files import LISTING, UNREADABLE, Listing, listed, numbers_of, publish
from tracker.indicators.columns.kinds import (
    FACTS,
    IDS,
    KINDS,
    STRETCHES,
    WINDOWS,
    Kind,
    Numbers,
    empty,
    read_all,
    read_of,
)
from tracker.indicators.columns.parts import DERIVED, NOW, PAST, SCHEMAS, Part, Parts, Writer, collected
from tracker.indicators.columns.straight import connected
from tracker.indicators.windows import KNOWN_WHILE, windows_of
from tracker.readmodel.follow import BESIDE
from tracker.readmodel.tables import FOLD, SCHEMA
from tracker.rules.observation import KNOWN_FOR
from tracker.storage import make_file

_COLUMNS = crc32(repr(SCHEMAS).encode())
VERSIONS = (
    f"files 10, columns {_COLUMNS:08x}, schema {SCHEMA}, fold {FOLD}, {KNOWN_FOR.id} {KNOWN_FOR.version}, "
    f"polars {pl.__version__}"
)
Progress = Callable[[int, int], None]
"""Is told (rows done, rows in all)."""

HELD = 500_000
"""So many rows are held in memory while the files are made."""

LARGE = 20_000
"""A value with so many rows has a file of its own."""

STREAMS = 50_000
"""Windows of so many streams are worked out at once."""

CHANGES = 8
"""More parts than these on top of the first are made into one."""

FEW = 500
SHARE = 0.03
"""When more streams than a few, and more than this share of all, have been replaced, everything is written anew."""

MANY = 0.2
"""When more than this share has changed at once, the read model is read from one end to the other."""

AT_ONCE = 500
"""The rows of so many streams that changed are read at once."""

LARGEST_FIRST = (FACTS, STRETCHES, *(kind for kind in KINDS if kind not in (FACTS, STRETCHES)))


@dataclass(frozen=True)
class State:
    """Where a read model stands."""

    model: int
    position: int
    erased: int

    @classmethod
    def of(cls, connection: sqlite3.Connection) -> "State":
        (model,) = connection.execute("PRAGMA user_version").fetchone()
        (position,) = connection.execute("SELECT value FROM state WHERE name = 'position'").fetchone()
        (erased,) = connection.execute("SELECT COUNT(*) FROM erased").fetchone()
        return cls(model, position, erased)


def beside(path: Path) -> Path:
    """The folder of the files of a read model."""
    return path.with_name(path.name + BESIDE)


def kept(path: Path, progress: Progress | None = None) -> Listing | None:
    """The files at the newest position, made or brought up to date where needed.

    :param path: the read model's file
    :returns: None where they cannot be written or read
    """
    folder = beside(path)
    try:
        with closing(connected(path)) as connection:
            state = State.of(connection)
            listing = listed(folder)
            if listing is not None and listing.position == state.position and _fits(listing, connection, state):
                return listing
            with _alone(path):
                folder.mkdir(mode=0o700, exist_ok=True)
                # Erasing removes the folder: what was read before that finds nowhere to be written.
                connection.execute("BEGIN")
                return _up_to_date(folder, connection, progress)
    except (*UNREADABLE, sqlite3.Error, Refusal):
        return None


def drop(path: Path) -> None:
    """Let the files of a read model count no longer; the next who needs them makes them anew."""
    with suppress(OSError):
        (beside(path) / LISTING).unlink()


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the right to write; the operating system gives it back when the process dies."""
    lock = path.with_name(f"{path.name}{BESIDE}.lock")
    make_file(lock)
    with lock.open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _mark(connection: sqlite3.Connection, position: int) -> tuple[int, int] | None:
    row: tuple[int, int] | None = connection.execute(
        "SELECT position, moment FROM moments WHERE position <= ? ORDER BY position DESC LIMIT 1", (position,)
    ).fetchone()
    return row


def _fits(listing: Listing, connection: sqlite3.Connection, state: State) -> bool:
    """Whether the files were made from this read model, by this program, and nobody has been erased since."""
    return (
        listing.versions == VERSIONS
        and (listing.model, listing.erased) == (state.model, state.erased)
        and listing.position <= state.position
        and listing.mark == _mark(connection, listing.position)
    )


def _up_to_date(folder: Path, connection: sqlite3.Connection, progress: Progress | None) -> Listing:
    state = State.of(connection)
    listing = listed(folder)
    if listing is not None and not _fits(listing, connection, state):
        listing = None
    if listing is not None and listing.position == state.position:
        return listing
    part: Part | None = None
    if listing is not None:
        try:
            part, following = _changed(folder, connection, listing)
        except UNREADABLE:
            listing = None
    if listing is None or part is None:
        part = _whole(folder, connection, progress)
        parts, following = [part], part.streams
    else:
        parts = _tidied(folder, [*listing.parts, part])
        if len(parts) == 1:
            following = parts[0].streams
    counted = [kept.folder for kept in listing.parts] if listing is not None else []
    new = Listing(
        VERSIONS,
        state.model,
        state.position,
        _mark(connection, state.position),
        state.erased,
        following,
        parts,
        counted,
    )
    publish(folder, new)
    _swept(folder, new)
    return new


def _next(folder: Path) -> str:
    numbers = [int(path.name) for path in folder.iterdir() if path.name.isdigit()]
    return str(max(numbers, default=0) + 1)


def _swept(folder: Path, listing: Listing) -> None:
    """Remove what counts no longer, and what a crash has left behind."""
    counted = {part.folder for part in listing.parts} | set(listing.before)
    for path in folder.iterdir():
        if path.is_dir() and path.name not in counted:
            shutil.rmtree(path, ignore_errors=True)
        elif path.name.startswith("listing.json.") and path.name != f"listing.json.{os.getpid()}":
            path.unlink(missing_ok=True)


def _whole(folder: Path, connection: sqlite3.Connection, progress: Progress | None) -> Part:
    """Everything, from the read model; as many rows as fit at once are held."""
    writer, numbers = Writer(folder, _next(folder)), Numbers()
    total = sum(
        connection.execute(f"SELECT COALESCE(MAX(rowid), 0) FROM {kind.table.name}").fetchone()[0] for kind in KINDS
    )
    done = 0
    for kind in KINDS:
        held: dict[tuple[str, str], list[pl.DataFrame]] = defaultdict(list)
        rows = 0
        for frame in read_all(connection, kind, numbers):
            for state, known in _by_state(frame):
                for value, part in _by_value(known, kind):
                    held[state, value].append(part)
            if not writer.folder.exists():
                raise FileNotFoundError("somebody has been erased, who must not wait for what is read here")
            rows += frame.height
            done += frame.height
            if rows >= HELD:
                _write(writer, kind, held)
                rows = 0
            if progress is not None:
                progress(min(done, total), total)
        _write(writer, kind, held)
    writer.write(numbers.new(), "ids", NOW)
    whole = _joined(folder, Parts(folder, [writer.part()]))
    shutil.rmtree(writer.folder)
    return _with_derived(folder, _with_windows(folder, whole))


def _by_state(frame: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    current = pl.col("known_to").is_null()
    for state, known in ((NOW, frame.filter(current)), (PAST, frame.filter(~current))):
        if known.height:
            yield state, known


def _by_value(frame: pl.DataFrame, kind: Kind) -> Iterator[tuple[str, pl.DataFrame]]:
    if not kind.by:
        yield "", frame
        return
    for (value,), rows in frame.partition_by(kind.by, as_dict=True, maintain_order=True).items():
        yield value or "", rows


def _write(writer: Writer, kind: Kind, held: dict[tuple[str, str], list[pl.DataFrame]]) -> None:
    for (state, value), frames in held.items():
        writer.write(pl.concat(frames), kind.name, state, value)
    held.clear()


def _with_windows(folder: Path, whole: Part) -> Part:
    """The windows of everybody, worked out for some streams at a time, beside what they are worked out from."""
    written = Parts(folder, [whole])
    told = written.scan(FACTS.name, NOW, (), ("participant", "happened_on", "observes"))
    spells = written.scan(STRETCHES.name, NOW, KNOWN_WHILE, ("participant", "valid_from", "valid_to"))
    none = {kind: empty(kind).lazy() for kind in (FACTS, STRETCHES)}
    told = (none[FACTS] if told is None else told).filter(pl.col("observes") == 1).select("participant", "happened_on")
    spells = none[STRETCHES].select("participant", "valid_from", "valid_to") if spells is None else spells
    writer = Writer(folder, whole.folder, whole)
    for first in range(0, whole.streams, STREAMS):
        some = pl.col("participant").is_between(first, first + STREAMS - 1)
        windows = windows_of(spells.filter(some).collect(), told.filter(some).unique().collect())
        writer.write(windows, "windows", NOW)
    return writer.part()


def _with_derived(folder: Path, whole: Part) -> Part:
    """What is worked out of other rows, for some streams at a time, beside them."""
    writer, written = Writer(folder, whole.folder, whole), Parts(folder, [whole])
    for kind in DERIVED:
        sources = [(one, written.scan(one.kind, NOW, one.parts, one.columns)) for one in kind.sources]
        for first in range(0, whole.streams, STREAMS):
            some = pl.col("participant").is_between(first, first + STREAMS - 1)
            rows = (
                collected(None if found is None else found.filter(some), one.kind, one.columns)
                for one, found in sources
            )
            writer.write(kind.made(*rows), kind.name, NOW)
    return writer.part()


def _changed(folder: Path, connection: sqlite3.Connection, listing: Listing) -> tuple[Part | None, int]:
    """The rows of the streams that changed, under new numbers, and the number that follows on them.

    None where so much changed that everything is better read anew.
    """
    streams = [
        stream
        for (stream,) in connection.execute("SELECT participant FROM touched WHERE position > ?", (listing.position,))
    ]
    if len(streams) > FEW and len(streams) > MANY * listing.streams:
        return None, listing.following
    numbers = Numbers(following=listing.following)
    numbers.of(streams)
    writer = Writer(folder, _next(folder), small=True)
    current = {}
    # SQLite lets other threads work: facts are read while the other kinds are, and each is written meanwhile.
    with _beside_it(connection) as second, ThreadPoolExecutor(1) as reader, ThreadPoolExecutor(1) as other:
        facts = (reader, connection)
        others = facts if second is None else (other, second)
        read = {}
        for kind in LARGEST_FIRST:
            thread, source = facts if kind is FACTS else others
            read[kind] = thread.submit(_rows_of, source, kind, numbers, streams)
        replaced = numbers_of(Parts(folder, listing.parts), streams)
        for kind, rows in read.items():
            current[kind] = rows.result().filter(pl.col("known_to").is_null())
            writer.write_together(current[kind], kind, NOW)
            writer.write_together(rows.result().filter(pl.col("known_to").is_not_null()), kind, PAST)
    writer.write(numbers.new(), "ids", NOW)
    spells = current[STRETCHES].filter(pl.col("activity").is_in(KNOWN_WHILE))
    writer.write(windows_of(spells, current[FACTS].filter(pl.col("observes") == 1)), "windows", NOW)
    return writer.part(replaced), numbers.following


@contextmanager
def _beside_it(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection | None]:
    """Another connection that sees the same; None where somebody has written since."""
    path = Path(connection.execute("PRAGMA database_list").fetchone()[2])
    with closing(connected(path)) as second:
        second.execute("BEGIN")
        yield second if State.of(second) == State.of(connection) else None


def _rows_of(connection: sqlite3.Connection, kind: Kind, numbers: Numbers, streams: Sequence[str]) -> pl.DataFrame:
    some = (streams[first : first + AT_ONCE] for first in range(0, len(streams), AT_ONCE))
    read = (rows for few in some for rows in read_of(connection, kind, numbers, few))
    return rising(pl.concat([empty(kind), *read]))


def _tidied(folder: Path, parts: list[Part]) -> list[Part]:
    """Fewer parts, where there are too many or where they have grown."""
    first, *later = parts
    replaced = [number for part in later for number in part.replaced]
    from_first = [number for number in replaced if number < first.streams]
    streams = sum(part.streams for part in parts) - len(replaced)
    changed = streams - (first.streams - len(from_first))
    if changed > FEW and changed > SHARE * streams:
        return [_with_derived(folder, _joined(folder, Parts(folder, parts)))]
    if len(parts) > CHANGES + 1:
        return [first, _together(folder, Parts(folder, later), from_first)]
    return parts


def _joined(folder: Path, parts: Parts) -> Part:
    """Everything that counts in some parts, numbered from 0 on without a gap.

    Values with many rows have a file of their own, the others share some.
    """
    writer = Writer(folder, _next(folder))
    numbers = parts.rows("ids", NOW, (), ("participant",))
    renumbered = _renumbering(numbers["participant"])
    for kind in KINDS:
        for state in (NOW, PAST):
            few: list[pl.DataFrame] = []
            for value in parts.values_of(kind.name, state):
                frame = rising(renumbered(parts.rows(kind.name, state, (value,), list(kind.schema))))
                if frame.height >= LARGE:
                    writer.write(frame, kind.name, state, value)
                    continue
                few.append(frame)
                if sum(rows.height for rows in few) >= HELD:
                    writer.write_together(pl.concat(few), kind, state)
                    few.clear()
            if few:
                writer.write_together(pl.concat(few), kind, state)
    _copied(parts, writer, renumbered)
    return writer.part()


def _renumbering(numbers: pl.Series) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Rows with each of these rising numbers replaced by its place among them."""
    places = np.zeros(numbers[-1] + 1 if numbers.len() else 0, dtype=np.uint32)
    places[numbers.to_numpy()] = np.arange(numbers.len(), dtype=np.uint32)

    def renumbered(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.with_columns(participant=pl.Series(places[rows["participant"].to_numpy()], dtype=pl.UInt32))

    return renumbered


def _together(folder: Path, parts: Parts, replaced: Sequence[int]) -> Part:
    """Everything that counts in some changes, as one change."""
    writer = Writer(folder, _next(folder), small=True)
    for kind in KINDS:
        for state in (NOW, PAST):
            writer.write_together(parts.rows(kind.name, state, (), list(kind.schema)), kind, state)
    _copied(parts, writer, lambda rows: rows)
    return writer.part(replaced)


def _copied(parts: Parts, writer: Writer, renumbered: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    for name, schema in (("ids", IDS), ("windows", WINDOWS)):
        writer.write(renumbered(parts.rows(name, NOW, (), list(schema))), name, NOW)
