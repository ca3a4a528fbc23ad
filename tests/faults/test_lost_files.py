"""Keys that are lost, wrong or put back, and rows and files that were damaged: a clear refusal each, and no guessing."""

import base64
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

from tests.faults.commands import run
from tests.faults.worker import AUTHOR, jobs, registration
from tracker.application import ProgressionTracker
from tracker.errors import DataKeyMissing, MasterKeyMissing, MasterKeyWrong, Refusal, SealBroken
from tracker.readmodel.follow import file_name
from tracker.readmodel.rebuild import rebuild
from tracker.readmodel.verify import verify
from tracker.settings import Settings

Folder = tuple[Path, UUID]


@pytest.fixture
def there(tmp_path: Path) -> Folder:
    """A folder with two participants, and the one of them whom the faults befall."""
    app = ProgressionTracker(Settings(tmp_path / "home"))
    participant, _ = (app.register(registration(), AUTHOR) for _ in range(2))
    for fact, _ in zip(jobs("j"), range(4), strict=False):
        app.log(participant, fact, AUTHOR)
    app.close()
    return tmp_path / "home", participant


@pytest.fixture
def reopened(there: Folder) -> Iterator[Callable[[], ProgressionTracker]]:
    apps = []

    def again() -> ProgressionTracker:
        apps.append(ProgressionTracker(Settings(there[0])))
        return apps[-1]

    yield again
    for app in apps:
        app.close()


def changed(home: Path, file: str, statement: str, *parameters: object) -> None:
    with closing(sqlite3.connect(home / file)) as connection, connection:
        assert connection.execute(statement, parameters).rowcount > 0


def test_without_its_master_key_nothing_opens_and_no_new_one_is_made(
    there: Folder, reopened: Callable[[], ProgressionTracker]
) -> None:
    home, participant = there
    key = home / "master.key"
    key.rename(home.parent / "elsewhere")
    with pytest.raises(MasterKeyMissing, match="put the key back"):
        ProgressionTracker(Settings(home))
    for command in (["status"], ["verify"], ["rebuild"], ["show", str(participant)]):
        refusal = run(home, *command)
        assert refusal.code == 1
        assert refusal.message.startswith(f"error: the master key is missing: {key}")
    assert not key.exists()
    (home.parent / "elsewhere").rename(key)
    assert reopened().journey(participant).version == 5


def test_with_another_master_key_nothing_opens(there: Folder, reopened: Callable[[], ProgressionTracker]) -> None:
    home, participant = there
    other = base64.b64encode(os.urandom(32)).decode()
    with pytest.raises(MasterKeyWrong):
        ProgressionTracker(Settings(home, master_key=other))
    refusal = run(home, "verify", TRACKER_MASTER_KEY=other)
    assert refusal.code == 1
    assert refusal.message.startswith("error: the master key is not the one")
    assert other not in refusal.message
    assert reopened().journey(participant).version == 5


def test_without_its_file_of_keys_nothing_opens_and_no_new_one_takes_its_place(
    there: Folder, reopened: Callable[[], ProgressionTracker]
) -> None:
    home, participant = there
    kept = (home / "keys.db").read_bytes()
    (home / "keys.db").unlink()
    for _ in range(2):
        with pytest.raises(DataKeyMissing, match=r"put back keys\.db"):
            ProgressionTracker(Settings(home))
    for command in ("verify", "rebuild", "status"):
        refusal = run(home, command)
        assert (refusal.code, "put back keys.db" in refusal.message) == (1, True)
    (home / "keys.db").write_bytes(kept)
    assert reopened().journey(participant).version == 5
    assert verify(reopened()).differences == []


def test_a_lost_key_stops_rebuild_and_verify_and_does_not_look_like_an_erasure(
    there: Folder, reopened: Callable[[], ProgressionTracker]
) -> None:
    home, participant = there
    kept = (home / "keys.db").read_bytes()
    changed(home, "keys.db", "DELETE FROM streams WHERE stream = ?", participant.hex)
    app = reopened()
    head, name = app.log_of_facts.head(), app.read_model.name
    asks: list[Callable[[], object]] = [
        lambda: app.journey(participant),
        lambda: app.log(participant, next(jobs("k")), AUTHOR),
        lambda: app.forget(participant, AUTHOR),
        lambda: verify(app),
        lambda: rebuild(app),
    ]
    for ask in asks:
        with pytest.raises(DataKeyMissing, match=r"put back keys\.db"):
            ask()
    assert app.log_of_facts.head() == head
    assert app.read_model.name == name
    assert app.read_model.database.execute("SELECT COUNT(*) FROM erased").fetchone() == (0,)
    for command in ("verify", "rebuild"):
        refusal = run(home, command)
        assert (refusal.code, "put back keys.db" in refusal.message) == (1, True)
    app.close()
    (home / "keys.db").write_bytes(kept)
    assert reopened().journey(participant).version == 5
    assert verify(reopened()).differences == []


DAMAGES = {
    "a byte was changed": "UPDATE stored_events SET state = CAST(substr(state, 1, 40) || "
    "CASE substr(state, 41, 1) WHEN X'00' THEN X'01' ELSE X'00' END || substr(state, 42) AS BLOB) "
    "WHERE originator_id = ?1 AND originator_version = 3",
    "a row was cut short": "UPDATE stored_events SET state = substr(state, 1, 9) "
    "WHERE originator_id = ?1 AND originator_version = 3",
    "a row was emptied": "UPDATE stored_events SET state = X'' WHERE originator_id = ?1 AND originator_version = 3",
    "a row was moved": "UPDATE stored_events SET originator_version = originator_version + 100 "
    "WHERE originator_id = ?1 AND originator_version = 5",
    "a row was copied": "UPDATE stored_events SET state = (SELECT state FROM stored_events "
    "WHERE originator_id = ?1 AND originator_version = 2) WHERE originator_id = ?1 AND originator_version = 4",
    "its name was changed": "UPDATE stored_events SET topic = 'job-ended' "
    "WHERE originator_id = ?1 AND originator_version = 2",
    "it was put in the clear": "UPDATE stored_events SET state = X'0001' || CAST('{}' AS BLOB) "
    "WHERE originator_id = ?1 AND originator_version = 2",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_row_is_refused_wherever_it_is_read_and_by_nobody_else(
    there: Folder, reopened: Callable[[], ProgressionTracker], damage: str
) -> None:
    home, participant = there
    changed(home, "events.db", DAMAGES[damage], participant.hex)
    app = reopened()
    name = app.read_model.name
    asks: list[Callable[[], object]] = [lambda: app.journey(participant), lambda: verify(app), lambda: rebuild(app)]
    for ask in asks:
        with pytest.raises(SealBroken):
            ask()
    assert app.read_model.name == name
    other = app.register(registration(), AUTHOR)
    assert app.journey(other).version == 1
    refusal = run(home, "verify")
    assert refusal.code == 1
    assert refusal.message.startswith("error: ")


@pytest.mark.parametrize("file", ["events.db", "keys.db", "people.db", file_name(1)])
def test_a_file_that_is_no_database_any_more_is_a_message_and_exit_code_1(there: Folder, file: str) -> None:
    home, participant = there
    (home / file).write_bytes(b"not a database " * 1000)
    for command in (["verify"], ["show", str(participant)]):
        refusal = run(home, *command)
        if file == file_name(1) and command[0] == "show":
            continue
        assert refusal.code == 1
        assert refusal.message.startswith("error: ")


def test_a_read_model_that_is_no_database_any_more_is_rebuilt(
    there: Folder, reopened: Callable[[], ProgressionTracker]
) -> None:
    home, _ = there
    (home / file_name(1)).write_bytes(b"not a database " * 1000)
    assert run(home, "rebuild").code == 0
    assert verify(reopened()).differences == []


def test_a_read_model_that_was_deleted_is_made_anew(there: Folder, reopened: Callable[[], ProgressionTracker]) -> None:
    home, _ = there
    for path in home.glob("read.*"):
        path.unlink()
    app = reopened()
    assert verify(app).differences == []
    assert app.read_model.database.execute("SELECT COUNT(*) FROM participants").fetchone() == (2,)


def test_what_is_refused_is_a_refusal_with_a_code() -> None:
    for refusal in (DataKeyMissing, MasterKeyMissing, MasterKeyWrong, SealBroken):
        assert issubclass(refusal, Refusal)
        assert refusal.code
