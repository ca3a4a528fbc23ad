"""(b) Rebuilding, against a plain library projection and against the floor of reading and writing alone."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from uuid import UUID

from benchmarks.timing import Watch, said
from tracker.application import ProgressionTracker
from tracker.readmodel.fold import Line
from tracker.readmodel.rebuild import fill_newest, rebuild
from tracker.readmodel.tables import BY_NAME, MOMENTS, TABLES, create_indexes, create_tables
from tracker.readmodel.versions import Versions

SAMPLE = 50_000
"""Facts that the plain projection is measured on: it takes the same time for each, and a million would take an hour."""

BATCH = 10_000


def measure(app: ProgressionTracker, folder: Path, processes: tuple[int, ...] = (1, 2)) -> dict[str, float]:
    """Seconds a fact of each way, and what follows from them."""
    total = app.log_of_facts.count()
    took: dict[str, float] = {}
    for count in processes:
        watch = Watch()
        with watch.running():
            rebuild(app, processes=count)
        took[f"rebuild {count}"] = watch.seconds / total
    took["floor"] = _floor(app, folder, total)
    took["plain"] = _plain(app, folder)
    one = took["rebuild 1"]
    said(
        "4x faster in one process",
        f"(b) rebuild of {total} facts: {took['plain'] / one:.1f}x faster than one transaction a fact, one process "
        f"({one * total:.1f} s)",
        took["plain"] / one >= 4,
    )
    if "rebuild 2" in took:
        said(
            "7x faster with two",
            f"(b) with two folding processes: {took['plain'] / took['rebuild 2']:.1f}x "
            f"({took['rebuild 2'] * total:.1f} s)",
            took["plain"] / took["rebuild 2"] >= 7,
        )
    said(
        "within 2.5x in one process",
        f"(b) against scan + unseal + decode + insert of the same rows: {one / took['floor']:.2f}x",
        one / took["floor"] <= 2.5,
    )
    return took


def _floor(app: ProgressionTracker, folder: Path, total: int) -> float:
    """Reading every fact in stream order, and writing the same rows and indexes, without any fold."""
    watch = Watch()
    with watch.running():
        for row in app.log_of_facts.streams(app.log_of_facts.head()):
            app.sealing.recorded(row.stream, row.version, row.topic, row.state)
    source = sqlite3.connect(app.settings.home / app.read_model.name)
    path = folder / "floor.db"
    path.unlink(missing_ok=True)
    with closing(source), closing(sqlite3.connect(path, isolation_level=None)) as target:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -16384"):
            target.execute(f"PRAGMA {pragma}")
        with watch.running():
            target.execute("BEGIN")
            create_tables(target)
        for table in (*TABLES, MOMENTS):
            for batch in _batches(source, table.name):
                with watch.running():
                    target.executemany(table.insert, batch)
        with watch.running():
            fill_newest(target)
            create_indexes(target)
            target.execute("COMMIT")
    return watch.seconds / total


def _batches(source: sqlite3.Connection, table: str) -> Iterator[list[Line]]:
    rows = source.execute(f"SELECT * FROM {table}")
    while batch := list(islice(rows, BATCH)):
        yield batch


def _plain(app: ProgressionTracker, folder: Path) -> float:
    """One transaction a fact: read it, change the rows that it changes, and note the position."""
    path = folder / "plain-projection.db"
    path.unlink(missing_ok=True)
    watch = Watch()
    with closing(sqlite3.connect(path, isolation_level=None)) as target:
        target.execute("PRAGMA journal_mode = WAL")
        create_tables(target)
        create_indexes(target)
        known: dict[UUID, Versions] = {}
        places: dict[UUID, dict[tuple[str, Line], int]] = defaultdict(dict)
        done = 0
        while done < SAMPLE:
            with watch.running():
                page = app.recorder.select_notifications(done + 1, 10)
            if not page:
                break
            for item in page:
                with watch.running():
                    recorded = app.mapper.to_domain_event(item)
                stream = recorded.originator_id
                folding = known.setdefault(stream, Versions(stream))
                folding.add(item.id, recorded)  # type: ignore[arg-type]
                now = {(name, row) for name, rows in folding.rows().items() for row in rows}
                written = places[stream]
                gone, new = written.keys() - now, now - written.keys()
                with watch.running():
                    target.execute("BEGIN IMMEDIATE")
                    for line in gone:
                        target.execute(f"DELETE FROM {line[0]} WHERE rowid = ?", (written.pop(line),))
                    for line in new:
                        written[line] = target.execute(BY_NAME[line[0]].insert, line[1]).lastrowid or 0
                    target.execute("UPDATE state SET value = ? WHERE name = 'position'", (item.id,))
                    target.execute("COMMIT")
                done += 1
    return watch.seconds / max(done, 1)
