"""The commands of an import, as they are typed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.importing.test_problems import MONTH_HEADER, MONTHS
from tracker.cli import tracker

ROWS = MONTH_HEADER + "1;jobb;jobb;ingenting\n2;ingenting;jobb;jobb\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRACKER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TRACKER_BY", "kari")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "profil.toml").write_text(MONTHS, encoding="utf-8")
    (tmp_path / "ark.csv").write_text(ROWS, encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(tracker, ["import", *arguments])


def test_a_dry_run_then_the_import_then_the_list_then_the_undoing(folder: Path) -> None:
    tried = run("ark.csv", "--profile", "profil.toml", "--dry-run")
    assert tried.exit_code == 0
    assert "would record 7 facts, 0 corrections, 0 retractions, and register 2 new participants" in tried.stdout
    done = run("ark.csv", "--profile", "profil.toml")
    assert done.exit_code == 0
    assert "ark.csv: 2 rows about 2 participants: recorded 7 facts" in done.stdout
    (listed,) = json.loads(run("list", "--format", "json").stdout)
    assert (listed["status"], listed["by"], listed["system"], listed["facts"]) == ("done", "kari", "test", 7)
    assert listed["id"] in done.stdout
    assert "nothing new" in run("ark.csv", "--profile", "profil.toml").stdout
    undone = run("undo", listed["id"])
    assert (undone.exit_code, "is undone: 7 facts" in undone.stdout) == (0, True)
    assert run("undo", listed["id"]).exit_code == 1


def test_problems_are_the_answer_and_the_refusal_is_the_exit_code(folder: Path) -> None:
    (folder / "feil.csv").write_text(ROWS.replace("jobb;jobb\n", "ferie;jobb\n"), encoding="utf-8")
    for more in ((), ("--dry-run",)):
        refused = run("feil.csv", "ark.csv", "--profile", "profil.toml", "--format", "json", *more)
        assert refused.exit_code == 1
        wrong, right = json.loads(refused.stdout)
        assert wrong["problems"] == [
            {
                "code": "unknown-state",
                "severity": "error",
                "sheet": "feil",
                "row": 3,
                "column": "feb.21",
                "value": "ferie",
                "expected": "one of jobb, ingenting, or a blank cell",
            }
        ]
        assert (right["file"], right["errors"]) == ("ark.csv", 0)


def test_problems_stand_in_a_table(folder: Path) -> None:
    (folder / "feil.csv").write_text(ROWS.replace("jobb;jobb\n", "ferie;jobb\n"), encoding="utf-8")
    lines = run("feil.csv", "--profile", "profil.toml").stdout.splitlines()
    assert lines[0].split() == ["severity", "code", "sheet", "row", "column", "value", "expected"]
    assert lines[2].split()[:6] == ["error", "unknown-state", "feil", "3", "feb.21", "ferie"]


def test_the_help_names_the_ways_to_call_it(folder: Path) -> None:
    told = run("--help").stdout
    assert all(word in told for word in ("FILE...", "--profile", "--dry-run", "list", "undo"))


def test_without_a_profile_the_usage_is_wrong(folder: Path) -> None:
    assert run("ark.csv").exit_code == 2
