"""Many simulated lives straight in a read model, and beside them what each came to, whatever was told of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest

from events import Fact
from events.education import PrimarySchoolCompleted
from events.intake import ParticipantRegistered
from events.programme import ProgrammeEnded
from events.residence import Died, LeftNorway, ProtectionEnded
from tracker.demo import rates, run
from tracker.demo.intake import born
from tracker.demo.life import Life
from tracker.demo.people import participant_id
from tracker.demo.run import lived, told_of
from tracker.follow_up.rules import rulebook
from tracker.indicators.columns.straight import Straight
from tracker.indicators.frames import Frames
from tracker.readmodel.follow import micros
from tracker.readmodel.rebuild import Batch, write_model
from tracker.readmodel.versions import versions

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
YEARS = 15
SEED = 5


@dataclass(frozen=True)
class Lived:
    """A life with the days that cohorts are made of.

    :ivar settled: the first settlement
    :ivar left: the end of the programme; None = it did not end, or elsewhere
    :ivar completed: primary school was completed, in Norway
    :ivar gone: died, left Norway, or lost protection
    """

    life: Life
    settled: date
    left: date | None
    completed: date | None
    gone: date | None

    @classmethod
    def of(cls, life: Life, facts: list[Fact]) -> "Lived":
        registered = next(fact for fact in facts if isinstance(fact, ParticipantRegistered))
        ended = [fact for fact in facts if isinstance(fact, ProgrammeEnded) and fact.manner != "transferred"]
        completed = [fact.on for fact in facts if isinstance(fact, PrimarySchoolCompleted)]
        gone = [fact.on for fact in facts if isinstance(fact, Died | LeftNorway | ProtectionEnded)]
        return cls(
            life,
            registered.first_settled_on or registered.settled_on,
            ended[-1].on if ended else None,
            min(completed, default=None),
            min(gone, default=None),
        )


@dataclass(frozen=True)
class Population:
    frames: Frames
    lives: list[Lived]


def population(folder: Path, settled: dict[tuple[date, date], int], *, conversations: bool = False) -> Population:
    """Lives that are followed as registers follow people: nothing is unknown, every income is recorded.

    :param settled: (first day, last day) of settlement -> how many lives; the stretches do not overlap
    :param conversations: tell of contracts, conversations and changes of advisor too, of which registers know nothing
    """
    lives: list[Lived] = []
    position = 0

    def batches() -> Iterator[Batch]:
        nonlocal position
        for number, life in _lives(settled):
            journey = told_of(life, participant_id(SEED, number), SEED)
            located = list(enumerate(journey.recorded, start=position + 1))
            position += len(located)
            lives.append(Lived.of(life, [item.fact for item in journey.recorded]))
            batch = Batch()
            batch.rows = versions(journey.id, located)
            batch.moments = [(place, micros(item.stamp.timestamp)) for place, item in located]
            batch.facts = len(located)
            yield batch

    path = folder / "readmodel.db"
    with pytest.MonkeyPatch.context() as patched:
        for rate in ("CONSENT_FOLLOW_UP", "OVERVIEW_KEPT", "INCOME_TOLD"):
            patched.setattr(rates, rate, 1.0)
        if not conversations:
            patched.setattr(run, "followed", lambda *_: None)
        write_model(path, batches(), 1 << 40, 1, rulebook())
    return Population(Frames(position, NOW.date(), 0, True, Straight(path, position), folder), lives)


def _lives(settled: dict[tuple[date, date], int]) -> Iterator[tuple[int, Life]]:
    left = dict(settled)
    number = 0
    while any(left.values()):
        number += 1
        day = born(Random(f"{SEED}:{number}"), NOW, YEARS).traits.settled_on
        stretch = next((one for one in left if one[0] <= day <= one[1] and left[one]), None)
        if stretch is not None:
            left[stretch] -= 1
            yield number, lived(SEED, number, YEARS, NOW)
