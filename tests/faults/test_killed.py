"""kill -9 at any moment: nothing acknowledged is lost, nothing is half there, and what was begun is finished."""

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import UUID

import pytest

from tests.faults.processes import Process
from tests.faults.worker import AUTHOR, STEPS, jobs, registration
from tracker.application import ProgressionTracker
from tracker.errors import ParticipantIsForgotten
from tracker.importing.record import importing_alone
from tracker.people import Person
from tracker.readmodel.follow import file_name
from tracker.readmodel.rebuild import rebuild
from tracker.readmodel.verify import verify
from tracker.settings import Settings

TIMES = [pytest.param(3, id="few"), pytest.param(100, id="many", marks=pytest.mark.soak)]


@pytest.mark.parametrize("times", TIMES)
def test_a_first_start_that_was_killed_is_finished_by_the_next(tmp_path: Path, times: int) -> None:
    for number in range(times):
        killed(Process(tmp_path / str(number), "opened"), within=0.05)
        with opened(tmp_path / str(number)) as app:
            app.register(registration(), AUTHOR)
            check(app)


def test_a_file_of_keys_without_tables_is_that_of_a_first_start_that_was_killed(home: Path) -> None:
    home.mkdir(mode=0o700)
    with closing(sqlite3.connect(home / "keys.db")) as connection:
        connection.execute("PRAGMA user_version = 1")
    assert (home / "keys.db").stat().st_size > 0
    with opened(home) as app:
        app.register(registration(), AUTHOR)


@contextmanager
def opened(home: Path) -> Iterator[ProgressionTracker]:
    app = ProgressionTracker(Settings(home))
    try:
        yield app
    finally:
        app.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def killed(process: Process, *, within: float) -> list[str]:
    """What a process said until it was killed at some moment."""
    process.ready().begin()
    time.sleep(random.uniform(0, within))
    return process.kill()


def check(app: ProgressionTracker) -> None:
    """The log is whole, and the read model is a fold of it."""
    by_stream: dict[UUID, list[int]] = {}
    for row in app.log_of_facts.streams(app.log_of_facts.head()):
        by_stream.setdefault(row.stream, []).append(row.version)
    for versions in by_stream.values():
        assert versions == list(range(1, len(versions) + 1))
    assert verify(app).differences == []


@pytest.mark.parametrize("times", TIMES)
def test_a_fact_that_was_acknowledged_is_there_after_a_kill(home: Path, times: int) -> None:
    with opened(home) as app:
        participant = app.register(registration(), AUTHOR)
    known = 1
    for _ in range(times):
        said = killed(Process(home, "log", participant), within=0.3)
        with opened(home) as app:
            version = app.journey(participant).version
            acknowledged = max((int(line) for line in said if line.isdigit()), default=known)
            assert acknowledged <= version <= acknowledged + 1
            check(app)
            known = version
    assert known > 1


@pytest.mark.parametrize("times", TIMES)
def test_a_participant_who_was_acknowledged_is_there_after_a_kill(home: Path, times: int) -> None:
    for _ in range(times):
        said = killed(Process(home, "register"), within=0.2)
        with opened(home) as app:
            for line in said:
                assert app.journey(UUID(line)).version == 1
            check(app)


@pytest.mark.parametrize("times", TIMES)
def test_an_import_is_there_whole_or_not_at_all_after_a_kill(home: Path, times: int) -> None:
    rows = 150
    for _ in range(times):
        said = killed(Process(home, "imported", rows), within=0.9)
        with opened(home) as app:
            with importing_alone(app) as imports:
                done = [each for each in imports.all() if each.status == "done"]
                assert {each.status for each in imports.all()} <= {"done", "failed"}
            assert not [path for path in home.iterdir() if path.name.startswith(("staging", "sorting"))]
            facts = app.log_of_facts.count()
            assert facts == sum(each.facts for each in done)
            assert all(each.participants == rows for each in done)
            for sheet in said:
                assert app.people.by_reference("ark", f"{sheet}-{rows - 1}") is not None
            check(app)


@pytest.mark.parametrize("times", TIMES)
@pytest.mark.parametrize("processes", [1, 2])
def test_a_rebuild_that_was_killed_leaves_the_old_read_model_or_the_new_one(
    home: Path, times: int, processes: int
) -> None:
    with opened(home) as app:
        participant = app.register(registration(), AUTHOR)
        for fact, _ in zip(jobs("j"), range(60), strict=False):
            app.log(participant, fact, AUTHOR)
    for _ in range(times):
        killed(Process(home, "rebuild", processes), within=0.15 if processes == 1 else 1.5)
        with opened(home) as app:
            assert app.read_model.state() == app.log_of_facts.head()
            check(app)
    with opened(home) as app:
        rebuild(app)
        left = {path.name for path in home.glob("read.*")}
        assert left <= {app.read_model.name + end for end in ("", "-wal", "-shm")}


def several(home: Path, number: int) -> list[UUID]:
    with opened(home) as app:
        there = []
        for each in range(number):
            participant = app.register(registration(), AUTHOR)
            app.log(participant, next(jobs("j")), AUTHOR)
            app.people.set(participant, Person(name=f"Testine Prøve{each}"), allow_synthetic=True)
            there.append(participant)
        return there


def gone(app: ProgressionTracker, participant: UUID) -> None:
    """Nothing is left of the participant but that there was one."""
    assert app.keys.is_forgotten(participant)
    for ask in (app.journey, app.people.get):
        with pytest.raises(ParticipantIsForgotten):
            ask(participant)
    for table in ("people", "numbers", "prefixes", "external", "bare"):
        statement = f"SELECT COUNT(*) FROM {table} WHERE stream = ?"
        assert app.people._database.execute(statement, (participant.hex,)).fetchone() == (0,)
    for path in app.settings.home.glob("read.*"):
        # The id stays in the one row that says so.
        assert path.read_bytes().count(str(participant).encode()) <= 3, f"{path.name} holds rows of the participant"


@pytest.mark.parametrize("times", TIMES)
def test_a_forgetting_that_was_killed_is_finished_at_the_next_start(home: Path, times: int) -> None:
    for _ in range(times):
        there = several(home, 15)
        said = killed(Process(home, "forget", *there), within=0.1)
        with opened(home) as app:
            assert app.keys.being_forgotten() == []
            for participant in there:
                if app.keys.is_forgotten(participant):
                    gone(app, participant)
                else:
                    assert str(participant) not in said
                    assert app.journey(participant).version == 2
                    assert app.people.get(participant) is not None
            check(app)


@pytest.mark.parametrize("step", [f"{when}:{step}" for step in STEPS for when in ("before", "after")])
def test_a_forgetting_that_died_at_a_step_is_finished_at_the_next_start(home: Path, step: str) -> None:
    first, second = several(home, 2)
    process = Process(home, "forget", first, DIE_AT=step).ready()
    process.begin()
    assert process.end() == []
    with opened(home) as app:
        if step == "before:begin":
            assert app.journey(first).version == 2
        else:
            gone(app, first)
            assert [row[0] for row in app.read_model.database.execute("SELECT participant FROM erased")] == [str(first)]
            assert app.read_model.database.execute("SELECT COUNT(*) FROM spells").fetchone() == (1,)
        assert app.journey(second).version == 2
        check(app)


def test_what_a_killed_rebuild_left_behind_holds_nobody_who_is_forgotten_later(home: Path) -> None:
    first, _ = several(home, 2)
    with opened(home) as app:
        live = home / app.read_model.name
        (home / file_name(9)).write_bytes(live.read_bytes())
        app.forget(first, AUTHOR)
        gone(app, first)
