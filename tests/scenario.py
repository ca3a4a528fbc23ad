"""Given some facts, when something is done, then this follows: how the specs of a journey are written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from events import Fact
from events.codec import Recorded
from events.intake import ParticipantRegistered
from tests.tables import columns_of, shown, table
from tracker.errors import Refusal
from tracker.journey import Journey, Signature
from tracker.readmodel.fold import fold
from tracker.readmodel.tables import FLAGS, SPELLS

STREAM = UUID("00000000-0000-4000-8000-000000000001")
NOW = datetime(2025, 1, 15, 12, tzinfo=UTC)
TODAY = NOW.date()
REGISTERED = ParticipantRegistered(
    on=date(2021, 3, 15), municipality="5001", settled_on=date(2021, 3, 15), birth_year=1990
)
"""Fact 1 of most scenarios."""

SHORT = {"from": "valid_from", "to": "valid_to", "since": "spell_from", "hours": "hours_per_week"}


class Clock:
    """A clock that stands still until it is told to move.

    :ivar now: the moment it shows, UTC
    """

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> datetime:
        """Move on, by what ``timedelta`` understands: ``advance(days=1)``."""
        self.now += timedelta(**by)
        return self.now


@dataclass(frozen=True)
class Log:
    """A fact logged with an idempotency key, or on another day."""

    fact: Fact
    command: str | None = None
    at: datetime = NOW


@dataclass(frozen=True)
class Correct:
    version: int
    values: Mapping[str, Any]
    command: str | None = None
    reason: str = "a typing error"
    at: datetime = NOW


@dataclass(frozen=True)
class Retract:
    version: int
    with_dependants: bool = False
    command: str | None = None
    reason: str = "never happened"
    at: datetime = NOW


Step = Fact | Log | Correct | Retract


def signed(at: datetime = NOW, command: str | None = None) -> Signature:
    return Signature(at, "advisor-1", "cli", command=command)


def take(journey: Journey, step: Step) -> None:
    """Do one step to a journey."""
    if isinstance(step, Correct):
        journey.correct(step.version, step.values, step.reason, signed(step.at, step.command))
    elif isinstance(step, Retract):
        journey.retract(step.version, step.reason, signed(step.at, step.command), with_dependants=step.with_dependants)
    elif isinstance(step, Log):
        journey.record(step.fact, signed(step.at, step.command))
    else:
        journey.record(step, signed())


def given(*history: Step) -> "Scenario":
    """A journey in which these steps were taken, none of them refused."""
    journey = Journey(STREAM)
    for step in history:
        take(journey, step)
    return Scenario(journey)


@dataclass
class Scenario:
    """A journey, and what came of what was last done to it."""

    journey: Journey
    before: list[Recorded] = field(default_factory=list)
    refusal: Refusal | None = None

    def when(self, *steps: Step) -> "Scenario":
        """Take further steps; they are taken on the journey as it would be read from the log."""
        assert self.refusal is None, f"refused before: {self.refusal!r}"
        self.journey = Journey(STREAM, self.journey.recorded)
        self.before = list(self.journey.recorded)
        try:
            for step in steps:
                take(self.journey, step)
        except Refusal as refusal:
            self.refusal = refusal
        return self

    @property
    def recorded(self) -> list[Fact]:
        """What the last steps recorded."""
        assert self.journey.recorded[: len(self.before)] == self.before
        return [item.fact for item in self.journey.recorded[len(self.before) :]]

    def then(self, *facts: Fact) -> "Scenario":
        """These facts were recorded, and nothing else."""
        assert self.refusal is None, f"refused: {self.refusal!r}"
        assert self.recorded == list(facts)
        return self

    def then_accepted(self) -> "Scenario":
        """Nothing was refused, and something was recorded."""
        assert self.refusal is None, f"refused: {self.refusal!r}"
        assert self.recorded
        return self

    def then_nothing(self) -> "Scenario":
        """Nothing was recorded and nothing refused."""
        return self.then()

    def then_refused(self, why: type[Refusal], *words: str) -> "Scenario":
        """It was refused for exactly this reason, with these words in the message, and nothing was recorded."""
        assert type(self.refusal) is why, f"expected {why.__name__}, got {self.refusal!r}, recorded {self.recorded}"
        for word in words:
            assert word in str(self.refusal)
        assert self.recorded == []
        return self

    def holds(self, *facts: Fact) -> "Scenario":
        """These facts, besides the registration, are held to be true now, in the order in which they happened."""
        assert [e.fact for e in self.journey.facts if not isinstance(e.fact, ParticipantRegistered)] == list(facts)
        return self

    def flags(self, *expected: str) -> "Scenario":
        """What is flagged, each as ``overlap 3``: what, and the fact it is about."""
        named = [dict(zip(FLAGS.names[1:], row, strict=False)) for row in fold(self.journey.entries.values())["flags"]]
        assert sorted(f"{row['flag']} {row['version']}" for row in named) == sorted(expected)
        return self

    def spells(self, expected: str) -> "Scenario":
        """The segments of spells that the read model shows, as a table of some of its columns."""
        columns = columns_of(expected)
        rows = [dict(zip(SPELLS.names[1:], row, strict=False)) for row in fold(self.journey.entries.values())["spells"]]
        found = [{column: row[SHORT.get(column, column)] for column in columns} for row in rows]
        assert shown(found, columns) == shown(table(expected), columns)
        return self
