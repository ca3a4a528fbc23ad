"""A large read model, written straight: the lives of the demo, each many times over, in many municipalities.

What is measured on it starts where a read model is. Its log is empty; the facts of a copy differ from those of its
original in the participant, the municipality and their positions.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

from tracker.application import ProgressionTracker
from tracker.demo.intake import MUNICIPALITY
from tracker.demo.run import simulated
from tracker.readmodel.fold import Rows, versions
from tracker.readmodel.follow import file_name, micros, point_to
from tracker.readmodel.rebuild import Batch, write_model
from tracker.readmodel.tables import PARTICIPANTS, TABLES, TIMELINE
from tracker.settings import Settings

ORIGINALS = 4_000
MUNICIPALITIES = [
    f"{county}{number:02}" for county in (31, 32, 33, 34, 39, 40, 42, 46, 50, 55, 56) for number in range(1, 33)
]
YEARS = 12


def populated(home: Path, people: int) -> ProgressionTracker:
    """An installation whose read model tells of so many people."""
    app = ProgressionTracker(Settings(home, by="benchmark"))
    name = file_name(9)
    batches = copies(people, app.clock())
    facts = 0

    def counted() -> Iterator[Batch]:
        nonlocal facts
        for batch in batches:
            facts += batch.facts
            yield batch

    write_model(home / name, counted(), people * 400, people * 400, None)
    point_to(home, name)
    print(f"  {people} people, {facts} facts", flush=True)
    app.close()
    return ProgressionTracker(Settings(home, by="benchmark"))


def copies(people: int, now: datetime) -> Iterator[Batch]:
    """The rows of so many people, a batch for each life."""
    each = -(-people // ORIGINALS)
    position = 0
    for number in range(min(ORIGINALS, people)):
        journey = simulated(UUID(int=number), 1, number, YEARS, now)
        length = len(journey.recorded)
        located = list(enumerate(journey.recorded, start=1))
        rows = versions(journey.id, located)
        moments = [(place, micros(item.stamp.timestamp)) for place, item in located]
        batch = Batch()
        for copy in range(each):
            who = str(UUID(int=(number * each + copy + 1) << 80 | 0x4000_8000_0000_0000_0000))
            home = MUNICIPALITIES[(number * 7 + copy * 13) % len(MUNICIPALITIES)]
            _add(batch, rows, who, home, position)
            batch.moments += [(place + position, moment) for place, moment in moments]
            batch.facts += length
            position += length
        yield batch


def _add(batch: Batch, rows: Rows, who: str, home: str, position: int) -> None:
    for table in TABLES:
        lines = rows[table.name]
        if not lines or not table.versioned:
            continue
        place = table.names.index("known_from")
        for line in lines:
            values = list(line)
            values[0] = who
            values[place] += position
            if values[place + 1] is not None:
                values[place + 1] += position
            if table is PARTICIPANTS:
                values[1] = home
            elif table is TIMELINE:
                values[place - 1] += position
                if values[7] == MUNICIPALITY:
                    values[7] = home
            batch.rows[table.name].append(tuple(values))
