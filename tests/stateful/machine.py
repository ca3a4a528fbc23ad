"""An installation under random use by two processes: what is done to it, and what must hold all the while."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from events import Fact
from events.codec import Recorded
from events.corrections import ParticipantForgotten
from tests.scenario import Clock
from tests.stateful import oracle
from tests.stateful.facts import changes, facts, registrations
from tracker.application import Author, ProgressionTracker
from tracker.errors import CommandMismatch, Conflict, ParticipantIsForgotten, Refusal
from tracker.readmodel.rebuild import rebuild
from tracker.readmodel.tables import TABLES
from tracker.readmodel.verify import verify
from tracker.settings import Settings
from tracker.storage import writing

Answer = dict[str, frozenset[tuple[Any, ...]]]
"""Table -> the rows that were known at a position."""

ADVISOR = Author("advisor-1")
WRITERS = st.integers(0, 1)
VERSIONS = st.integers(1, 12)
MOST = 4


class Installation(RuleBasedStateMachine):
    """Two writers on one folder. A refusal is always a right answer, provided that nothing changes by it."""

    participants: Bundle[UUID] = Bundle("participants")

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.clock = Clock()
        self.meddle: Callable[[], object] | None = None
        self.meddled = False
        self.apps = [ProgressionTracker(settings, self._now), ProgressionTracker(settings, self._now)]
        self.acknowledged: dict[UUID, list[Recorded]] = {}
        self.forgotten: set[UUID] = set()
        self.answers: dict[int, Answer] = {}
        self.moments: dict[Any, int] = {}
        self.oracle_said: dict[tuple[UUID, int], Any] = {}
        self.commands = 0

    def _now(self) -> Any:
        """The clock is read between reading a journey and writing to it: the moment for somebody else to write."""
        meddle, self.meddle = self.meddle, None
        if meddle is not None:
            meddle()
        return self.clock()

    def teardown(self) -> None:
        try:
            if any(self.acknowledged.values()):
                self.what_was_answered_stays_so()
                for app in self.apps:
                    assert verify(app).differences == []
                rebuild(self.apps[0], processes=1)
                self.what_was_answered_stays_so()
                self.every_position_reads_as_the_oracle_says()
        finally:
            for app in self.apps:
                app.close()

    # What is done

    def attempt(self, action: Callable[[], list[Recorded]]) -> Refusal | None:
        """Do it; what it acknowledges is remembered, and a refusal must leave the log as it was."""
        before = self.apps[0].log_of_facts.head()
        refusal = None
        try:
            self.note(action())
        except Refusal as refused:
            refusal = refused
        if refusal is not None and not self.meddled:
            assert self.apps[0].log_of_facts.head() == before, f"recorded in spite of {refusal!r}"
        self.meddle, self.meddled = None, False
        return refusal

    def note(self, recorded: list[Recorded]) -> None:
        for item in recorded:
            self.acknowledged.setdefault(item.originator_id, []).append(item)

    @initialize(target=participants, fact=registrations)
    def first_registered(self, fact: Any) -> UUID:
        return self._registered(0, fact)

    @rule(target=participants, at=WRITERS, fact=registrations)
    def register(self, at: int, fact: Any) -> Any:
        if len(self.acknowledged) >= MOST:
            return multiple()
        return self._registered(at, fact)

    def _registered(self, at: int, fact: Any) -> UUID:
        # Ids are counted, so that a run can be repeated.
        stream = UUID(int=(0x20 + 0x31 * len(self.acknowledged)) << 120 | 1)
        assert self.apps[at].register(fact, ADVISOR, participant=stream) == stream
        self.acknowledged[stream] = self.apps[at]._load(stream).recorded
        return stream

    @rule(at=WRITERS, who=participants, fact=facts)
    def log(self, at: int, who: UUID, fact: Fact) -> None:
        self.attempt(lambda: self.apps[at].log(who, fact, ADVISOR))

    @rule(at=WRITERS, who=participants, news=st.lists(facts, min_size=4, max_size=8))
    def log_several(self, at: int, who: UUID, news: list[Fact]) -> None:
        for fact in news:
            self.attempt(lambda fact=fact: self.apps[at].log(who, fact, ADVISOR))  # type: ignore[misc]

    @rule(at=WRITERS, who=participants, fact=facts, other=facts)
    def log_with_a_command_key_and_send_it_again(self, at: int, who: UUID, fact: Fact, other: Fact) -> None:
        self.commands += 1
        key = f"command-{self.commands}"
        if self.attempt(lambda: self.apps[at].log(who, fact, ADVISOR, command=key)) is not None:
            return
        head = self.apps[at].log_of_facts.head()
        assert self.apps[1 - at].log(who, fact, ADVISOR, command=key) == []
        if other != fact:
            refusal = self.attempt(lambda: self.apps[at].log(who, other, ADVISOR, command=key))
            assert isinstance(refusal, CommandMismatch)
        assert self.apps[at].log_of_facts.head() == head

    @rule(at=WRITERS, who=st.lists(participants, min_size=1, max_size=3), fact=facts)
    def log_for_many(self, at: int, who: list[UUID], fact: Fact) -> None:
        self.attempt(lambda: self.apps[at].log_for_many(who, fact, ADVISOR))

    @rule(at=WRITERS, who=participants, version=VERSIONS, values=changes)
    def correct(self, at: int, who: UUID, version: int, values: dict[str, Any]) -> None:
        self.attempt(lambda: self.apps[at].correct(who, version, values, "typed wrongly", ADVISOR))

    @rule(at=WRITERS, who=participants, values=st.lists(changes, min_size=2, max_size=4))
    def correct_the_newest_again_and_again(self, at: int, who: UUID, values: list[dict[str, Any]]) -> None:
        version = len(self.acknowledged.get(who, ()))
        for given in values:
            self.attempt(
                lambda given=given: self.apps[at].correct(who, version, given, "typed wrongly", ADVISOR)  # type: ignore[misc]
            )

    @rule(at=WRITERS, who=participants, version=VERSIONS, together=st.booleans())
    def retract(self, at: int, who: UUID, version: int, together: bool) -> None:
        self.attempt(lambda: self.apps[at].retract(who, version, "not so", ADVISOR, with_dependants=together))

    @rule(at=WRITERS, who=participants, back=st.integers(0, 3), together=st.booleans())
    def retract_one_of_the_newest(self, at: int, who: UUID, back: int, together: bool) -> None:
        version = len(self.acknowledged.get(who, ())) - back
        self.attempt(lambda: self.apps[at].retract(who, version, "not so", ADVISOR, with_dependants=together))

    @rule(at=WRITERS, who=participants, fact=facts)
    def log_after_looking_at_an_older_version(self, at: int, who: UUID, fact: Fact) -> None:
        seen = len(self.acknowledged.get(who, ())) - 1
        refusal = self.attempt(lambda: self.apps[at].log(who, fact, ADVISOR, expected_version=seen))
        assert isinstance(refusal, (Conflict, ParticipantIsForgotten))

    @rule(at=WRITERS, who=participants, fact=facts, other=facts)
    def log_while_the_other_writes_to_the_same_journey(self, at: int, who: UUID, fact: Fact, other: Fact) -> None:
        def write() -> None:
            self.meddled = True
            try:
                self.note(self.apps[1 - at].log(who, other, ADVISOR))
            except Refusal:
                return

        self.meddle = write
        self.attempt(lambda: self.apps[at].log(who, fact, ADVISOR))

    @rule(at=WRITERS, who=participants, fact=facts, chance=st.integers(0, 3))
    def log_while_the_other_forgets_the_participant(self, at: int, who: UUID, fact: Fact, chance: int) -> None:
        if chance or who in self.forgotten:
            return

        def forget() -> None:
            self.meddled = True
            self._forget(1 - at, who)

        self.meddle = forget
        refusal = self.attempt(lambda: self.apps[at].log(who, fact, ADVISOR))
        assert refusal is not None
        assert who in self.forgotten

    @rule(at=WRITERS, who=participants, chance=st.integers(0, 2))
    def forget(self, at: int, who: UUID, chance: int) -> None:
        if chance == 0:
            self._forget(at, who)

    def _forget(self, at: int, who: UUID) -> None:
        self.meddle = None
        if who in self.forgotten:
            with pytest.raises(ParticipantIsForgotten):
                self.apps[at].forget(who, ADVISOR)
            return
        self.apps[at].forget(who, ADVISOR)
        self.forgotten.add(who)
        self.acknowledged[who] = []
        self.moments.clear()
        for answer in self.answers.values():
            for name, rows in answer.items():
                answer[name] = frozenset(row for row in rows if row[0] != str(who))

    @rule(at=WRITERS)
    def restart(self, at: int) -> None:
        self.apps[at].close()
        self.apps[at] = ProgressionTracker(self.settings, self._now)

    @rule(at=WRITERS)
    def follow(self, at: int) -> None:
        self.apps[at].read_model.follow()

    @rule(at=WRITERS, back=st.integers(1, 10))
    def deliver_again(self, at: int, back: int) -> None:
        """What the read model has seen already is given to it once more."""
        model = self.apps[at].read_model
        with writing(model.database) as connection:
            connection.execute("UPDATE state SET value = MAX(0, value - ?) WHERE name = 'position'", (back,))

    @rule(at=WRITERS, chance=st.integers(0, 2))
    def rebuild(self, at: int, chance: int) -> None:
        if chance == 0:
            rebuild(self.apps[at], processes=1)

    @rule(at=WRITERS, chance=st.integers(0, 2))
    def verify(self, at: int, chance: int) -> None:
        if chance == 0:
            assert verify(self.apps[at]).differences == []

    @rule(seconds=st.sampled_from([-30.0, 0.001, 60.0, 86400.0]))
    def time_passes(self, seconds: float) -> None:
        """The clocks of two machines differ, so a later fact may carry an earlier moment."""
        self.clock.now += timedelta(seconds=seconds)

    # What must hold

    @invariant()
    def the_log_holds_what_was_acknowledged_and_nothing_else(self) -> None:
        for who, recorded in self.acknowledged.items():
            rows = self.apps[0].log_of_facts.stream(who)
            assert [row.version for row in rows] == list(range(1, len(rows) + 1))
            if who in self.forgotten:
                assert rows[-1].topic == ParticipantForgotten.TOPIC
            else:
                assert [item for _, item in self.apps[0].read_model.located(who)] == recorded

    @invariant()
    def the_read_model_says_what_the_oracle_says(self) -> None:
        model = self.apps[0].read_model
        position = model.follow()
        answer = answer_of(self.apps[0], position)
        for who in self.acknowledged:
            self._compare(who, position, answer)
        self.answers.setdefault(position, _told_of_people(answer))
        for moment in (self.clock() - timedelta(minutes=1), self.clock() - timedelta(days=2)):
            if any(moment < item.stamp.timestamp for items in self.acknowledged.values() for item in items):
                found = model.position_of(moment)
                assert self.moments.setdefault(moment, found) == found
                assert found == self._last_before(moment)

    def _last_before(self, moment: datetime) -> int:
        """The last position before the first fact that was recorded later than a moment."""
        located = [pair for who in self.acknowledged for pair in self.apps[0].read_model.located(who)]
        return min(position for position, item in located if item.stamp.timestamp > moment) - 1

    @invariant()
    def an_answer_given_before_stays_so(self) -> None:
        if self.answers:
            position = min(self.answers, key=lambda known: (known * 7919) % 13)
            self.apps[1].read_model.follow()
            assert _told_of_people(answer_of(self.apps[1], position)) == self.answers[position]

    def what_was_answered_stays_so(self) -> None:
        self.apps[1].read_model.follow()
        for position, answer in self.answers.items():
            known = _told_of_people(answer_of(self.apps[1], position))
            assert known == answer, f"what was known at @{position} changed"

    def every_position_reads_as_the_oracle_says(self) -> None:
        app = self.apps[0]
        for who in self.acknowledged:
            for position, _ in app.read_model.located(who):
                self._compare(who, position, answer_of(app, position))

    def _compare(self, who: UUID, position: int, answer: Answer) -> None:
        rows = {name: [row[1:] for row in known if row[0] == str(who)] for name, known in answer.items()}
        if who in self.forgotten:
            assert not any(known for name, known in rows.items() if name != "erased")
            assert (str(who),) in answer["erased"]
            return
        located = self.apps[0].read_model.located(who, position)
        seen = (who, len(located))
        if seen not in self.oracle_said:
            self.oracle_said[seen] = expected_of([item for _, item in located])
        told, expected = told_by(rows), self.oracle_said[seen]
        differing = {name: (told[name], expected[name]) for name in told if told[name] != expected[name]}
        assert not differing, f"@{position}, told and expected: {_shown(differing)}"


def answer_of(app: ProgressionTracker, position: int) -> Answer:
    """The rows known at a position, and who has been erased."""
    model = app.read_model
    found: Answer = {}
    for table in TABLES:
        if table.versioned:
            shown = ", ".join(name for name in table.names if name not in ("known_from", "known_to"))
            statement = f"SELECT {shown} FROM {table.name} WHERE known_from <= ? AND (known_to IS NULL OR known_to > ?)"
            lines = model.database.execute(statement, (position, position)).fetchall()
            assert len(set(lines)) == len(lines), f"a row of {table.name} twice"
            found[table.name] = frozenset(lines)
    found["erased"] = frozenset(model.database.execute("SELECT participant FROM erased").fetchall())
    return found


def _told_of_people(answer: Answer) -> Answer:
    """An answer without those who are erased: an erasure is the one thing that changes answers given before."""
    return {name: rows for name, rows in answer.items() if name != "erased"}


def _shown(differing: dict[str, tuple[Any, Any]]) -> str:
    """The first day that differs stands for all of them."""
    told, expected = differing.get("days", ({}, {}))
    day = next((day for day in told if told[day] != expected[day]), None)
    first = {} if day is None else {day: (told[day], expected[day])}
    return str({**{name: pair for name, pair in differing.items() if name != "days"}, **first})


def expected_of(recorded: list[Recorded]) -> dict[str, Any]:
    """What the oracle says of a journey."""
    held = oracle.held(recorded)
    calendar = oracle.painted(held)
    days: dict[date, set[Any]] = {}
    for day in oracle.CALENDAR:
        days[day] = set(calendar.days[day].values()) | {
            (activity, "confirmed", None, version, "ordinary" if activity == "work" else None, hours)
            for activity, (hours, version) in oracle.confirmed(held, day).items()
        }
    observed = {
        (fact.on, oracle.own_values(fact)["until"], version)
        for version, fact in held.items()
        if type(fact).TOPIC == "period-observed"
    }
    return {
        "days": days,
        "observed": observed,
        "flags": calendar.flags | oracle.too_low(held),
        "timeline": {
            (version, fact.on.isoformat(), fact.on_precision, type(fact).TOPIC, fact.told_by)
            for version, fact in held.items()
        },
        "start": oracle.start(held),
    }


def told_by(rows: dict[str, list[tuple[Any, ...]]]) -> dict[str, Any]:
    """The same, as the rows of the read model say it."""
    days: dict[date, dict[Any, Any]] = {day: {} for day in oracle.CALENDAR}
    observed = set()
    for activity, key, first, since, until, value, hours, _, details, opened_by, _ in rows["spells"]:
        if activity == "observed":
            last = date.fromisoformat(until) - oracle.DAY
            observed.add((date.fromisoformat(since), last, opened_by))
            continue
        assert until is None or since < until, "a segment that lasts no day"
        if activity == "programme":
            value = msgspec.json.decode(details or "{}").get("planned_end")
        for day in oracle.CALENDAR:
            if since <= day.isoformat() and (until is None or day.isoformat() < until):
                first_day = None if key == "confirmed" else date.fromisoformat(first)
                spell = activity, opened_by
                assert spell not in days[day], "two segments of a spell on one day"
                days[day][spell] = (activity, key, first_day, opened_by, value, hours)
    assert {row[0] for row in rows["flags"]} <= {
        "overlap",
        "without-consent",
        "end-without-start",
        "change-without-start",
        "level-below-earlier",
    }, "a fact that cannot have happened was recorded"
    starts = [
        dict(zip(["municipality", *oracle.BACKGROUND], (row[0], *row[4:12]), strict=True))
        for row in rows["participants"]
    ]
    assert len(starts) <= 1
    return {
        "days": {day: set(running.values()) for day, running in days.items()},
        "observed": observed,
        "flags": {(row[0], row[1]) for row in rows["flags"]},
        "timeline": {(row[0], row[1], row[2], row[3], row[9]) for row in rows["timeline"]},
        "start": starts[0] if starts else None,
    }
