"""Keeping an installation in order: rebuild, verify, status, forget."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.cli.terminal import Terminal
from tracker.cli.upkeep import NotConfirmed
from tracker.readmodel.follow import file_name
from tracker.readmodel.rebuild import only_one


def read_model(terminal: Terminal) -> sqlite3.Connection:
    return sqlite3.connect(terminal.home / (terminal.home / "current").read_text().strip())


def test_a_read_model_that_agrees_is_told_so(terminal: Terminal, ana: str) -> None:
    result = terminal.run("verify")
    assert (result.exit_code, result.stdout) == (0, "4 rows of 1 facts agree with the log at @1\n")


def test_a_read_model_that_differs_is_shown_row_by_row_and_fails(terminal: Terminal, ana: str) -> None:
    database = read_model(terminal)
    database.execute("UPDATE participants SET municipality = '0301'")
    database.commit()
    database.close()
    result = terminal.run("verify")
    assert result.exit_code == 1
    missing, unexpected = sorted(result.stdout.splitlines())
    assert missing.startswith(f"participants: missing participant={ana}, municipality=5001, ")
    assert unexpected.startswith(f"participants: unexpected participant={ana}, municipality=0301, ")
    assert "2 rows differ from the log at @1" in result.stderr


def test_many_differences_are_counted_and_the_first_are_shown(terminal: Terminal, ana: str) -> None:
    database = read_model(terminal)
    row = database.execute("SELECT * FROM flags").fetchone() or (ana, "overlap", 1, "2024-01-01", "x", 1, None)
    database.executemany("INSERT INTO flags VALUES (?, ?, ?, ?, ?, ?, ?)", [row] * 30)
    database.commit()
    database.close()
    result = terminal.run("verify")
    assert "30 rows differ from the log" in result.stderr
    assert result.exit_code == 1


def test_a_rebuild_repairs_the_read_model(terminal: Terminal, ana: str) -> None:
    database = read_model(terminal)
    database.execute("DELETE FROM participants")
    database.commit()
    database.close()
    assert terminal.run("verify").exit_code == 1
    result = terminal.run("rebuild", "--processes", "1")
    assert (result.exit_code, result.stdout) == (0, "")
    assert f"{file_name(2)} stands at @1, with 1 facts" in result.stderr
    assert terminal.run("verify").exit_code == 0


def test_a_second_rebuild_at_once_is_refused(terminal: Terminal, ana: str) -> None:
    with only_one(terminal.home):
        assert "another process is rebuilding" in terminal.refused("rebuild")


def test_a_moved_fact_is_found_by_verify(terminal: Terminal, ana: str) -> None:
    other = terminal.register()
    database = sqlite3.connect(terminal.home / "events.db")
    states = dict(database.execute("SELECT originator_id, state FROM stored_events").fetchall())
    database.execute(
        "UPDATE stored_events SET state = ? WHERE originator_id = ?",
        (states[other.replace("-", "")], ana.replace("-", "")),
    )
    database.commit()
    database.close()
    assert "does not open: it was changed, or moved" in terminal.refused("verify")


def test_status_tells_where_the_installation_stands(terminal: Terminal, ana: str) -> None:
    terminal.done("forget", terminal.register(), "--yes")
    told = json.loads(terminal.done("status", "--format", "json"))
    files = told.pop("files")
    assert told == {
        "folder": str(terminal.home),
        "store": "the folder",
        "facts": 3,
        "head": 3,
        "read_model": file_name(1),
        "position": 3,
        "lag": 0,
        "fold": told["fold"],
        "schema": told["schema"],
        "outdated": False,
        "verified_at": None,
        "participants": 1,
        "erased": 1,
    }
    assert {"events.db", "people.db", "keys.db", file_name(1)} <= files.keys()
    terminal.done("verify")
    assert json.loads(terminal.done("status", "--format", "json"))["verified_at"] == 3
    assert "participants" in terminal.done("status")


def test_status_of_an_outdated_read_model_says_so_and_leaves_it(terminal: Terminal, ana: str) -> None:
    database = read_model(terminal)
    database.execute("UPDATE state SET value = 0 WHERE name = 'fold'")
    database.execute("DROP VIEW participants_now")
    database.execute("DROP TABLE participants")
    database.commit()
    database.close()
    told = json.loads(terminal.done("status", "--format", "json"))
    assert (told["fold"], told["participants"]) == (0, None)
    assert told["outdated"].startswith("yes: the program has fold ")


def test_status_of_a_new_folder_is_empty(terminal: Terminal) -> None:
    told = json.loads(terminal.done("status", "--format", "json"))
    assert (told["facts"], told["participants"], told["erased"], told["lag"]) == (0, 0, 0, 0)


def test_forgetting_asks_for_the_beginning_of_the_id(terminal: Terminal, ana: str) -> None:
    message = terminal.run("forget", ana, stdin="no\n")
    assert NotConfirmed.code == "not-confirmed"
    assert message.exit_code == 1
    assert message.stderr.endswith(f"error: {ana[:8]} was not typed; nothing was erased\n")
    assert terminal.run("show", ana).exit_code == 0
    result = terminal.run("forget", ana, stdin=f"{ana[:8]}\n")
    assert (result.exit_code, result.stdout) == (0, "")
    assert f"{ana} is erased" in result.stderr
    assert terminal.run("verify").exit_code == 0


def test_forgetting_without_an_answer_erases_nothing(terminal: Terminal, ana: str) -> None:
    assert "no answer was given; nothing was changed" in terminal.refused("forget", ana, stdin="")
    assert terminal.run("show", ana).exit_code == 0


@pytest.mark.parametrize("named", ["visma:1", "00000000", "nobody"])
def test_a_stranger_cannot_be_forgotten(terminal: Terminal, ana: str, named: str) -> None:
    assert terminal.refused("forget", named, "--yes").startswith("error: ")


def test_nobody_is_forgotten_twice(terminal: Terminal, ana: str) -> None:
    terminal.done("forget", ana, "--yes")
    assert terminal.refused("forget", ana, "--yes") == "error: this participant has been erased\n"


def test_upkeep_runs_in_real_processes(terminal: Terminal, ana: str) -> None:
    rebuilt = terminal.process("rebuild")
    assert (rebuilt.returncode, rebuilt.stdout) == (0, "")
    assert rebuilt.stderr.splitlines()[0] == "folding: 1 of 1"
    verified = terminal.process("verify")
    assert (verified.returncode, verified.stdout) == (0, "4 rows of 1 facts agree with the log at @1\n")
    forgotten = terminal.process("forget", ana, stdin=f"{ana[:8]}\n")
    assert (forgotten.returncode, forgotten.stdout) == (0, "")
    assert json.loads(terminal.process("status", "--format", "json").stdout)["erased"] == 1


def test_a_new_master_key_opens_everything_and_the_old_one_nothing(terminal: Terminal, tmp_path: Path) -> None:
    who = terminal.done("register", "--municipality", "5001", "--settled-on", "2021-01-01").strip()
    new = tmp_path / "new.key"
    assert "1 keys are wrapped" in terminal.run("rotate-key", new).stderr
    assert new.stat().st_mode & 0o777 == 0o600
    assert "not the one" in terminal.refused("show", who)
    new.replace(terminal.home / "master.key")
    assert who in terminal.done("show", who)
    assert "is there already" in terminal.refused("rotate-key", terminal.home / "master.key")
