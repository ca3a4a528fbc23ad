"""A stream that has grown: what further facts changed is written, and the rows are those of a fold of all of them."""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from uuid import UUID

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from events.codec import Recorded
from events.language import LanguageLevelReached
from events.work import JobEnded, JobStarted
from tests.conftest import MakeApp
from tests.histories import has_turns, journeys
from tests.readmodel.content import KARI, content, lived
from tests.readmodel.test_versions import RULES, located, position_of
from tests.scenario import REGISTERED, Clock
from tracker.application import ProgressionTracker
from tracker.journey import Journey
from tracker.readmodel import growing
from tracker.readmodel.fold import Line
from tracker.readmodel.follow import replace_rows
from tracker.readmodel.growing import grow
from tracker.readmodel.rebuild import rebuild
from tracker.readmodel.tables import TABLES, create_tables
from tracker.readmodel.verify import verify
from tracker.readmodel.versions import versions


@pytest.fixture
def however_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where little was there before, what came is looked at by itself."""
    monkeypatch.setattr(growing, "SHARE", 0)


@contextmanager
def rows_of(stream: UUID, recorded: Sequence[Recorded]) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        create_tables(connection)
        replace_rows(connection, stream, versions(stream, located(recorded), RULES))
        yield connection


def told(connection: sqlite3.Connection) -> dict[str, Counter[Line]]:
    return {table.name: Counter(connection.execute(f"SELECT * FROM {table.name}").fetchall()) for table in TABLES}


def folded(stream: UUID, recorded: Sequence[Recorded]) -> dict[str, Counter[Line]]:
    return {name: Counter(lines) for name, lines in versions(stream, located(recorded), RULES).items()}


@settings(max_examples=80)
@given(journeys, st.data())
def test_rows_that_grew_are_those_of_a_fold_of_all_facts(journey: Journey, data: st.DataObject) -> None:
    share, growing.SHARE = growing.SHARE, 0
    try:
        there = data.draw(st.integers(1, len(journey.recorded)), label="facts that were there")
        with rows_of(journey.id, journey.recorded[:there]) as connection:
            grown = 0
            while there < len(journey.recorded):
                more = min(there + data.draw(st.integers(1, 3), label="facts that come at once"), len(journey.recorded))
                known = journey.recorded[:more]
                if grow(connection, journey.id, located(known), position_of(there), RULES):
                    grown += 1
                else:
                    assert has_turns(journey)
                    replace_rows(connection, journey.id, versions(journey.id, located(known), RULES))
                assert told(connection) == folded(journey.id, known)
                there = more
            event(f"grew: {min(grown, 5)}")
    finally:
        growing.SHARE = share


@pytest.mark.usefixtures("however_few")
def test_following_fact_by_fact_says_the_same_as_a_rebuild(app: ProgressionTracker, clock: Clock) -> None:
    lived(app, clock)
    assert verify(app).is_clean
    step_by_step = content(app)
    rebuild(app, processes=1)
    assert content(app) == step_by_step


@pytest.mark.usefixtures("however_few")
def test_facts_delivered_again_change_nothing(app: ProgressionTracker, clock: Clock) -> None:
    participant = lived(app, clock)
    app.log(participant, LanguageLevelReached(on=date(2024, 9, 1), skill="writing", level="A1"), KARI)
    before = content(app)
    app.read_model.database.execute("UPDATE state SET value = value - 1 WHERE name = 'position'")
    app.read_model.follow()
    assert content(app) == before


@pytest.mark.usefixtures("however_few")
@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM spells WHERE activity = 'work'",
        "UPDATE spells SET hours_per_week = 99 WHERE activity = 'work'",
        "INSERT INTO spells SELECT * FROM spells WHERE activity = 'work'",
        "DELETE FROM timeline WHERE version = 2",
    ],
)
def test_rows_that_are_not_those_expected_are_all_made_anew(app: ProgressionTracker, damage: str) -> None:
    participant = app.register(REGISTERED, KARI)
    app.log(participant, JobStarted(on=date(2024, 2, 1), job="cafe"), KARI)
    app.read_model.database.execute(damage)
    app.log(participant, JobEnded(on=date(2024, 3, 1), job="cafe"), KARI)
    assert verify(app).is_clean


@pytest.mark.usefixtures("however_few")
def test_a_model_of_other_rules_is_not_grown_but_made_anew(
    app: ProgressionTracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    participant = app.register(REGISTERED, KARI)
    app.read_model.database.execute("UPDATE state SET value = value + 1 WHERE name = 'rules'")
    grown: list[UUID] = []
    monkeypatch.setattr("tracker.readmodel.follow.grow", lambda _, stream, *rest: grown.append(stream))
    app.log(participant, JobStarted(on=date(2024, 2, 1), job="cafe"), KARI)
    assert grown == []
    app.read_model.database.execute("UPDATE state SET value = value - 1 WHERE name = 'rules'")
    app.log(participant, JobStarted(on=date(2024, 2, 1), job="shop"), KARI)
    assert grown == [participant]


# Holding


def test_an_answer_that_holds_the_model_is_of_one_position(make_app: MakeApp) -> None:
    one, other = make_app(), make_app()
    participant = one.register(REGISTERED, KARI)
    held = one.read_model.hold()
    assert held == one.log_of_facts.head()
    other.log(participant, JobStarted(on=date(2024, 2, 1), job="cafe"), KARI)
    assert (one.read_model.state(), one.read_model.caught_up()) == (held, held)
    one.read_model.let_go()
    assert one.read_model.state() == held + 1


def test_what_is_recorded_while_the_model_is_held_is_there_at_once(app: ProgressionTracker) -> None:
    participant = app.register(REGISTERED, KARI)
    app.read_model.hold()
    app.log(participant, JobStarted(on=date(2024, 2, 1), job="cafe"), KARI)
    assert app.read_model.state() == app.log_of_facts.head()


def test_a_rebuilt_model_is_taken_up_by_the_next_who_holds(make_app: MakeApp) -> None:
    one, other = make_app(), make_app()
    one.register(REGISTERED, KARI)
    one.read_model.hold()
    name = one.read_model.name
    rebuild(other, processes=1)
    assert one.read_model.name == name
    assert one.read_model.database.execute("SELECT COUNT(*) FROM participants").fetchone() == (1,)
    one.read_model.hold()
    assert one.read_model.name == other.read_model.name != name
