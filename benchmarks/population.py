"""A large read model, written straight: the lives of the demo, each many times over, in many municipalities.

What is measured on it starts where a read model is. Its log is empty; the facts of a copy differ from those of its
original in the participant, the municipality and their positions. Every municipality has own facts as the demo's has,
each made anew: norms, targets, teaching, involvement and survey answers.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

from tracker.application import ProgressionTracker, municipality_stream
from tracker.demo.intake import MUNICIPALITY
from tracker.demo.municipality import own_journey
from tracker.demo.run import simulated
from tracker.follow_up.rules import Rulebook
from tracker.journey import Journey
from tracker.readmodel.fold import Rows
from tracker.readmodel.follow import file_name, micros, point_to
from tracker.readmodel.rebuild import Batch, write_model
from tracker.readmodel.tables import MUNICIPALITIES as REGISTERED
from tracker.readmodel.tables import PARTICIPANTS, TABLES, TIMELINE
from tracker.readmodel.versions import versions
from tracker.settings import Settings

ORIGINALS = 4_000
MUNICIPALITIES = [
    f"{county}{number:02}" for county in (31, 32, 33, 34, 39, 40, 42, 46, 50, 55, 56) for number in range(1, 33)
]
YEARS = 12


def populated(home: Path, people: int) -> ProgressionTracker:
    """An installation whose read model tells of so many people and of the municipalities that they live in."""
    app = ProgressionTracker(Settings(home, by="benchmark"))
    name = file_name(9)
    rules = app.read_model.rules
    batches = written(people, app.clock(), rules)
    facts = 0

    def counted() -> Iterator[Batch]:
        nonlocal facts
        for batch in batches:
            facts += batch.facts
            yield batch

    head = people * 400 + len(MUNICIPALITIES) * 1_000
    write_model(home / name, counted(), head, head, rules)
    point_to(home, name)
    print(f"  {people} people, {facts} facts", flush=True)
    app.close()
    return ProgressionTracker(Settings(home, by="benchmark"))


def written(people: int, now: datetime, rules: Rulebook) -> Iterator[Batch]:
    """The rows of so many people and of their municipalities, a batch for each life and for each municipality."""
    each = -(-people // ORIGINALS)
    position = 0
    for number in range(min(ORIGINALS, people)):
        batch = Batch()
        life = simulated(UUID(int=number), 1, number, YEARS, now)
        rows = _folded(life, rules)
        for copy in range(each):
            who = str(UUID(int=(number * each + copy + 1) << 80 | 0x4000_8000_0000_0000_0000))
            home = MUNICIPALITIES[(number * 7 + copy * 13) % len(MUNICIPALITIES)]
            position = _add(batch, life, rows, who, home, position)
        yield batch
    for seed, code in enumerate(MUNICIPALITIES, start=1):
        batch = Batch()
        own = own_journey(people // len(MUNICIPALITIES), seed, YEARS, now)
        position = _add(batch, own, _folded(own, rules), str(municipality_stream(code)), code, position)
        yield batch


def _folded(journey: Journey, rules: Rulebook) -> Rows:
    return versions(journey.id, enumerate(journey.recorded, start=1), rules)


def _add(batch: Batch, journey: Journey, rows: Rows, who: str, home: str, position: int) -> int:
    """Add rows as those of a stream in a municipality, behind a position; tells the position reached."""
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
            if table in (PARTICIPANTS, REGISTERED):
                values[1] = home
            elif table is TIMELINE:
                values[place - 1] += position
                if values[7] == MUNICIPALITY:
                    values[7] = home
            batch.rows[table.name].append(tuple(values))
    batch.moments += [
        (position + number, micros(item.stamp.timestamp)) for number, item in enumerate(journey.recorded, start=1)
    ]
    batch.facts += len(journey.recorded)
    return position + len(journey.recorded)
