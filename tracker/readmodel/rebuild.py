"""Rebuilding: the whole read model folded anew beside the live one, by several processes and one writer."""

import fcntl
import gc
import multiprocessing
import os
import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, suppress
from itertools import groupby
from multiprocessing.connection import Connection, wait
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker.errors import Busy
from tracker.follow_up.rules import Rulebook
from tracker.log import Log
from tracker.readmodel.fold import Line, Rows
from tracker.readmodel.follow import current_name, file_name, located_facts, micros, point_to, remove_folder
from tracker.readmodel.tables import SCHEMA, TABLES, create_indexes, create_tables
from tracker.readmodel.versions import versions
from tracker.sealing import SealingMapper
from tracker.settings import Settings
from tracker.storage import make_file, told

if TYPE_CHECKING:
    from tracker.application import ProgressionTracker

BATCH = 4_000
SLICES = 64
Progress = Callable[[int, int], None]
"""Is told (facts done, facts in all)."""


class Batch:
    """Rows of some streams, ready to be written.

    :ivar rows: table -> rows
    :ivar moments: (position, microseconds) of every fact
    :ivar facts: how many stored facts they come from
    """

    __slots__ = ("facts", "moments", "rows")

    def __init__(self) -> None:
        self.rows: Rows = {table.name: [] for table in TABLES}
        self.moments: list[tuple[int, int]] = []
        self.facts = 0

    def __getstate__(self) -> tuple[Rows, list[tuple[int, int]], int]:
        return self.rows, self.moments, self.facts

    def __setstate__(self, state: tuple[Rows, list[tuple[int, int]], int]) -> None:
        self.rows, self.moments, self.facts = state


def folded(
    log: Log, sealing: SealingMapper, rules: Rulebook, until: int, first: str = "", last: str = "g"
) -> Generator[Batch]:
    """All rows of the streams in a range, in batches of bounded size."""
    batch = Batch()
    with closing(log.streams(until, first, last)) as facts:
        for stream, stored in groupby(facts, attrgetter("stream")):
            rows = list(stored)
            located = located_facts(sealing, stream, rows)
            for table, lines in versions(stream, located, rules).items():
                if lines:
                    batch.rows[table] += lines
            batch.moments += [(position, micros(item.stamp.timestamp)) for position, item in located]
            batch.facts += len(rows)
            if batch.facts >= BATCH:
                yield batch
                batch = Batch()
    if batch.facts:
        yield batch


def slices(count: int = SLICES) -> list[tuple[str, str]]:
    """Ranges of hex ids that cut the streams into parts of about the same size."""
    marks = [f"{number * 256 // count:02x}" for number in range(count)]
    return list(zip(["", *marks[1:]], [*marks[1:], "g"], strict=True))


def rebuild(app: "ProgressionTracker", progress: Progress | None = None, processes: int | None = None) -> int:
    """Fold everything anew and put the result in use.

    :param progress: is told how far it is
    :param processes: folding processes; left out, one a core; 1 folds in this process
    :returns: the position reached
    :raises Busy: another process is rebuilding
    """
    home, log = app.settings.home, app.log_of_facts
    processes = processes or os.cpu_count() or 1
    with only_one(home):
        name = _next_name(home)
        path = home / name
        path.unlink(missing_ok=True)
        head, total = log.head(), log.count()
        batches = (
            folded(log, app.sealing, app.read_model.rules, head)
            if processes == 1 or total < 5 * BATCH
            else _by_processes(app.settings, head, processes)
        )
        try:
            with closing(batches):
                write_model(path, batches, head, total, app.read_model.rules, progress)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        point_to(home, name)
        position = app.read_model.follow()
        _sweep(home, name)
    return position


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the right to rebuild; the operating system gives it back when the process dies.

    :raises Busy: another process holds it
    """
    path = home / "rebuild.lock"
    make_file(path)
    with path.open("r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Busy("another process is rebuilding; the old read model serves until it is done") from None
        yield


def write_model(
    path: Path, batches: Iterator[Batch], head: int, total: int, rules: Rulebook, progress: Progress | None = None
) -> None:
    """Write rows as a read model that stands at a position.

    :param total: how many facts there are, for the progress
    :param rules: the rules of follow-up that the rows were made by
    """
    make_file(path)
    with told():
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA cache_size = -16384")
            connection.execute("PRAGMA temp_store = FILE")
            connection.execute("BEGIN")
            create_tables(connection, rules.digest)
            done = 0
            collecting = gc.isenabled()
            gc.disable()
            try:
                for batch in batches:
                    write_batch(connection, batch)
                    done += batch.facts
                    if progress is not None:
                        progress(done, total)
            finally:
                if collecting:
                    gc.enable()
            fill_newest(connection)
            create_indexes(connection)
            connection.execute("UPDATE state SET value = ? WHERE name = 'position'", (head,))
            connection.execute("COMMIT")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA journal_mode = WAL")
        finally:
            connection.close()
    with path.open("rb") as file:
        os.fsync(file.fileno())


def write_batch(connection: sqlite3.Connection, batch: Batch) -> None:
    """Write a batch into tables that hold nothing of its streams yet."""
    for table in TABLES:
        lines: list[Line] = batch.rows[table.name]
        if lines:
            connection.executemany(table.insert, lines)
    connection.executemany("INSERT INTO moments VALUES (?, ?)", batch.moments)


def fill_newest(connection: sqlite3.Connection) -> None:
    """From the moments of all facts, keep the positions at which the latest one rises."""
    connection.execute(
        """
        INSERT INTO newest
        SELECT moment, position FROM (
            SELECT position, moment,
                MAX(moment) OVER (ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
            FROM moments
        ) WHERE before IS NULL OR moment > before
        """
    )


def _by_processes(settings: Settings, head: int, processes: int) -> Generator[Batch]:
    """Batches from several processes; each holds no more than one batch ahead, so memory stays bounded."""
    context = multiprocessing.get_context("spawn")
    tasks: Any = context.Queue()
    for part in slices():
        tasks.put(part)
    for _ in range(processes):
        tasks.put(None)
    workers = []
    ends: list[Connection] = []
    for _ in range(processes):
        ours, theirs = context.Pipe(duplex=False)
        worker = context.Process(target=_fold_slices, args=(settings, head, tasks, theirs), daemon=True)
        worker.start()
        theirs.close()
        workers.append(worker)
        ends.append(ours)
    try:
        while ends:
            for end in ends_with_news(ends):
                try:
                    message = end.recv()
                except EOFError:
                    raise RuntimeError("a folding process ended before its time; nothing was put in use") from None
                if message is None:
                    ends.remove(end)
                elif isinstance(message, Batch):
                    yield message
                elif isinstance(message, Exception):
                    raise message
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()


def ends_with_news(ends: list[Connection]) -> list[Connection]:
    """The pipes that have something to read, or whose other end is gone."""
    return [end for end in wait(ends) if isinstance(end, Connection)]


def _fold_slices(settings: Settings, head: int, tasks: Any, end: Connection) -> None:
    from tracker.application import ProgressionTracker

    gc.disable()
    try:
        app = ProgressionTracker(settings)
        while (part := tasks.get()) is not None:
            for batch in folded(app.log_of_facts, app.sealing, app.read_model.rules, head, *part):
                end.send(batch)
        end.send(None)
        app.close()
    except Exception as error:
        end.send(error)
    end.close()


def _next_name(home: Path) -> str:
    numbers = [int(path.name.split(".")[2]) for path in home.glob(f"read.{SCHEMA}.*.db") if path.name.count(".") == 3]
    return file_name(max(numbers, default=0) + 1)


def sweep(home: Path) -> None:
    """Remove what a rebuild that died has left behind, since it may hold rows of people who are forgotten later.

    One that is still running sees to its own.
    """
    name = current_name(home)
    if name is not None and _not_in_use(home, name):
        with suppress(Busy), only_one(home):
            _sweep(home, current_name(home) or name)


def _sweep(home: Path, keep: str) -> None:
    """Remove read models that are no longer in use, and what a crash left behind."""
    for path in _not_in_use(home, keep):
        if path.name == current_name(home):
            continue
        if path.is_dir():
            remove_folder(path)
        else:
            path.unlink(missing_ok=True)


def _not_in_use(home: Path, name: str) -> list[Path]:
    return [path for path in home.glob("read.*") if not path.name.startswith(name)]
