"""Several processes on one folder: what they record lands whole, in order, under one key."""

from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID

import pytest

from tests.faults.processes import Process
from tests.faults.worker import AUTHOR, registration
from tracker import storage
from tracker.application import ProgressionTracker
from tracker.errors import Busy, ParticipantIsForgotten
from tracker.keys import Keys
from tracker.people import Person
from tracker.readmodel.follow import file_name
from tracker.readmodel.rebuild import rebuild
from tracker.readmodel.verify import verify
from tracker.settings import Settings

ROUNDS = [pytest.param(1, id="once"), pytest.param(60, id="often", marks=pytest.mark.soak)]


def together(processes: list[Process]) -> list[list[str]]:
    """Let them begin at the same moment, and hear what each of them said."""
    for process in processes:
        process.ready()
    for process in processes:
        process.begin()
    said = [process.end() for process in processes]
    for process, lines in zip(processes, said, strict=True):
        assert lines[-1:] == ["done"], f"{lines[-3:]} {process.errors}"
    return [lines[:-1] for lines in said]


def test_two_writers_to_one_journey_both_land_or_one_hears_of_a_conflict(settings: Settings) -> None:
    app = ProgressionTracker(settings)
    participant = app.register(registration(), AUTHOR)
    environment = {"TRACKER_EVENTS": settings.events or ""}
    said = together([Process(settings.home, "paid", participant, 40, **environment) for _ in range(2)])
    versions = [int(line) for lines in said for line in lines if line != "conflict"]
    assert sorted(versions) == list(range(2, len(versions) + 2))
    assert len(versions) + sum(lines.count("conflict") for lines in said) == 80
    assert [row.version for row in app.log_of_facts.stream(participant)] == list(range(1, len(versions) + 2))
    assert verify(app).differences == []
    app.close()


@pytest.mark.parametrize("rounds", ROUNDS)
def test_processes_that_start_for_the_first_time_at_once_share_one_installation(tmp_path: Path, rounds: int) -> None:
    for number in range(rounds):
        home = tmp_path / str(number)
        said = together([Process(home, "opened") for _ in range(4)])
        assert len({lines[0].split()[0] for lines in said}) == 1, "they made several keys"
        app = ProgressionTracker(Settings(home))
        assert app.keys.index_key.hex() == said[0][0].split()[0]
        participant = app.register(registration(), AUTHOR)
        assert app.read_model.database.execute("SELECT participant FROM participants").fetchall() == [
            (str(participant),)
        ]
        assert verify(app).differences == []
        app.close()
        assert not [path.name for path in home.iterdir() if path.suffix.lstrip(".").isdigit()], "a part was left"


def test_who_starts_while_another_makes_the_keys_waits_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[ProgressionTracker] = []
    other = Thread(target=lambda: opened.append(ProgressionTracker(Settings(tmp_path / "home"))))
    looked = Keys._tables

    def tables(keys: Keys) -> list[str]:
        found = looked(keys)
        if not other.ident:
            other.start()
            other.join(timeout=0.3)
        return found

    monkeypatch.setattr(Keys, "_tables", tables)
    first = ProgressionTracker(Settings(tmp_path / "home"))
    other.join()
    assert [app.keys.index_key for app in opened] == [first.keys.index_key]
    for app in (first, *opened):
        app.close()


def test_processes_that_register_in_a_new_folder_at_once_lose_nobody(tmp_path: Path) -> None:
    home = tmp_path / "home"
    said = together([Process(home, "register", 10) for _ in range(2)])
    app = ProgressionTracker(Settings(home))
    for line in [line for lines in said for line in lines]:
        assert app.journey(UUID(line)).version == 1
    assert app.log_of_facts.count() == 20
    assert verify(app).differences == []
    app.close()


def test_a_process_that_remembers_a_key_cannot_name_a_forgotten_person_anew(tmp_path: Path) -> None:
    first, second = (ProgressionTracker(Settings(tmp_path / "home")) for _ in range(2))
    participant = first.register(registration(), AUTHOR)
    second.people.set(participant, Person(name="Testine Prøve"), allow_synthetic=True)
    first.forget(participant, AUTHOR)
    with pytest.raises(ParticipantIsForgotten):
        second.people.set(participant, Person(name="Testine Prøve"), allow_synthetic=True)
    with pytest.raises(ParticipantIsForgotten):
        second.people.refer([(participant, "ark", "17")])
    for table in ("people", "prefixes", "external", "bare"):
        assert second.people._database.execute(f"SELECT COUNT(*) FROM {table}").fetchone() == (0,)
    for app in (first, second):
        app.close()


def test_a_read_model_that_is_replaced_while_it_is_opened_is_opened_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, other = (ProgressionTracker(Settings(tmp_path / "home")) for _ in range(2))
    other.register(registration(), AUTHOR)
    whole = storage.open_database

    def replaced(path: Path, journal: Any = "delete") -> Any:
        monkeypatch.setattr("tracker.readmodel.follow.open_database", whole)
        rebuild(other)
        return whole(path, journal)

    monkeypatch.setattr("tracker.readmodel.follow.open_database", replaced)
    assert reader.read_model.database.execute("SELECT COUNT(*) FROM participants").fetchone() == (1,)
    assert reader.read_model.name == file_name(2)
    for app in (reader, other):
        app.close()


def test_a_read_model_that_is_still_being_read_does_not_hide_that_rows_are_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "LOCK_SECONDS", 0.1)
    app, reader = (ProgressionTracker(Settings(tmp_path / "home")) for _ in range(2))
    participant = app.register(registration(), AUTHOR)
    connection = reader.read_model.database.conn
    connection.execute("BEGIN")
    connection.execute("SELECT COUNT(*) FROM participants").fetchone()
    with pytest.raises(Busy, match="the next start finishes this"):
        app.forget(participant, AUTHOR)
    with pytest.raises(ParticipantIsForgotten):
        app.journey(participant)
    assert app.keys.being_forgotten() == [participant]
    connection.execute("ROLLBACK")
    app.close()
    app = ProgressionTracker(Settings(tmp_path / "home"))
    assert app.keys.being_forgotten() == []
    assert app.keys.is_forgotten(participant)
    for each in (app, reader):
        each.close()
