"""Quality and the register's list, as the person before the yearly cut-off asks for them."""

import csv
import json
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from events.programme import ProgrammeOffered
from tests.cli.terminal import Terminal
from tests.conftest import ROOT
from tracker.application import Author, ProgressionTracker
from tracker.quality.kinds import KINDS
from tracker.rules.nir import SUBJECTS
from tracker.settings import Settings


@pytest.fixture
def leaver(terminal: Terminal) -> str:
    """A participant with a reference who left the programme in 2023 with no main activity registered.

    Versions: 1 registered, 2 programme started, 3 that registered in NIR, 4 programme ended.
    """
    ana = terminal.register("--reference", "visma:1042")
    terminal.done("log", ana, "programme-started", "--on", "2022-01-10")
    terminal.done("log", ana, "registered-in-nir", "--on", "2022-02-01", "--registers", "2")
    terminal.done("log", ana, "programme-ended", "--on", "2023-12-31", "--reasons", "work")
    return ana


def asked(terminal: Terminal, *words: object) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads(terminal.done(*words, "--format", "json"))
    return told


def test_kinds_are_counted_with_what_lies_ahead(terminal: Terminal, leaver: str) -> None:
    rows = {row["kind"]: row for row in asked(terminal, "quality", "--at", "2024-02-28")}
    assert list(rows) == [kind.code for kind in KINDS]
    assert rows["main-activity-missing"] == {
        "kind": "main-activity-missing",
        "participants": 1,
        "out_of": 1,
        "findings": 1,
        "past_due": 0,
        "next_due": "2024-02-29",
        "left_out": 0,
    }
    assert (rows["end-reason-missing"]["participants"], rows["missing-baseline"]["past_due"]) == (0, 1)


def test_participants_behind_a_kind_are_named_as_in_other_lists(terminal: Terminal, leaver: str) -> None:
    (row,) = asked(terminal, "quality", "--list", "main-activity-missing", "--at", "2024-03-01")
    assert row == {
        "participant": leaver,
        "references": [{"system": "visma", "reference": "1042"}],
        "municipality": "5001",
        "unit": None,
        "fact_version": 4,
        "day": "2023-12-31",
        "due": "2024-02-29",
        "detail": "not registered",
    }
    terminal.done("correct", leaver, 4, "--set", "main-activity=work", "--reason", "forgotten")
    assert asked(terminal, "quality", "--list", "main-activity-missing", "--at", "2024-03-01") == []
    before = asked(terminal, "quality", "--list", "main-activity-missing", "--at", "2024-03-01", "--known-at", "@4")
    assert before == [row]


def test_counts_by_unit_and_municipality(terminal: Terminal, leaver: str) -> None:
    terminal.done("log", leaver, "unit-assigned", "--on", "2022-01-10", "--unit", "North")
    terminal.register()
    rows = csv.DictReader(
        terminal.done("quality", "--by", "unit", "--at", "2024-03-01", "--format", "csv").splitlines()
    )
    assert [(row["unit"], row["participants"]) for row in rows if row["kind"] == "main-activity-missing"] == [
        ("none", "0"),
        ("North", "1"),
    ]
    (first, *_) = asked(terminal, "quality", "--by", "municipality", "--municipality", "5001")
    assert (first["municipality"], first["out_of"]) == ("5001", 2)
    terminal.done("municipality", "register", "--municipality", "0301", "--on", "2021-01-01")
    assert asked(terminal, "quality", "--by", "municipality", "--municipality", "0301") == []


def test_what_is_left_out_is_said(terminal: Terminal, leaver: str) -> None:
    late = terminal.run("quality", "--list", "late-registration")
    assert "late-registration: A fact that the register (NIR) asks for" in late.stderr
    assert "left out" not in terminal.run("quality").stderr
    app = ProgressionTracker(Settings(terminal.home))
    app.log(UUID(leaver), ProgrammeOffered(on=date(2021, 7, 1)), Author("kari", "import"))
    app.close()
    expected = "late-registration: 1 facts are left out: imported history that does not tell when it was first written"
    assert expected in terminal.run("quality").stderr


def figures(terminal: Terminal, *words: object) -> dict[tuple[str, ...], list[str]]:
    """(indicator, line and months) -> the last three columns of the table below the counts."""
    _, _, below = terminal.done("quality", *words).partition("indicator ")
    lines = [line.split() for line in below.splitlines()[2:]]
    return {tuple(line[:-3]): line[-3:] for line in lines}


def test_below_the_counts_stand_data_loss_and_late_changes_of_those_who_left(terminal: Terminal, leaver: str) -> None:
    """The end was recorded today: thirty days are over for it long after."""
    found = figures(terminal, "--year", 2023, "--at", "2040-01-01")
    assert found["R5", "status-known", "0"] == ["1", "1", "100.0%"]
    assert found["R5", "status-unknown", "60"] == ["1", "1", "100.0%"]
    assert found["R6", "cause-changed"] == ["0", "1", "0.0%"]
    followed = figures(terminal, "--year", 2023, "--at", "2025-01-01")
    assert {key[2] for key in followed if key[0] == "R5"} == {"0", "12"}
    assert followed["R6", "cause-changed"] == ["0", "0", "-"]
    assert figures(terminal, "--year", 2022)["R5", "status-known", "0"] == ["0", "0", "-"]
    by_unit = figures(terminal, "--year", 2023, "--at", "2040-01-01", "--by", "unit")
    assert by_unit["R6", "unknown", "cause-changed"] == by_unit["R6", "all", "cause-changed"] == ["0", "1", "0.0%"]
    terminal.done("municipality", "register", "--municipality", "0301", "--on", "2021-01-01")
    assert figures(terminal, "--year", 2023, "--municipality", "0301")["R5", "status-known", "0"][1] == "0"
    assert figures(terminal, "--year", 2023, "--known-at", "@3")["R5", "status-known", "0"] == ["0", "0", "-"]


@pytest.mark.parametrize("at, year", [("2024-02-29", 2022), ("2024-03-01", 2023)])
def test_figures_are_of_the_last_year_that_has_closed(terminal: Terminal, leaver: str, at: str, year: int) -> None:
    assert f"of those who left in {year}" in terminal.run("quality", "--at", at).stderr


def test_a_year_is_about_the_table_alone(terminal: Terminal, leaver: str) -> None:
    for words in (("--format", "json"), ("--list", "gap"), ("--explain",)):
        assert "tracker indicators R5 R6" in terminal.misused("quality", "--year", 2023, *words)


@pytest.mark.parametrize("words", [("quality",), ("quality", "--list", "gap"), ("nir-list",)])
def test_exact_lists_say_that_they_are_not_for_publication(terminal: Terminal, leaver: str, words: Any) -> None:
    told = terminal.run(*words, "--at", "2024-01-01")
    assert told.exit_code == 0
    assert "not for publication" in told.stderr and "as it was on 2024-01-01, as known at @4" in told.stderr


def test_every_kind_is_explained_without_a_data_folder(terminal: Terminal) -> None:
    text = terminal.done("quality", "--explain")
    for kind in KINDS:
        assert f"{kind.code}: {kind.title}\n  counted   {kind.definition[:40]}" in text
    assert not terminal.home.exists()
    assert len(asked(terminal, "quality", "--explain")) == len(KINDS)
    assert terminal.done("quality", "--explain", "--list", "gap").startswith("gap: ")
    assert "stale:" not in terminal.done("quality", "--explain", "--list", "gap")


def test_a_kind_that_is_none_is_wrong_usage(terminal: Terminal) -> None:
    assert "'gaps' is not one of" in terminal.misused("quality", "--list", "gaps")
    assert "give one of them" in terminal.misused("quality", "--list", "gap", "--by", "unit")
    assert "four digits" in terminal.misused("quality", "--municipality", "50")


def test_the_list_for_the_register_tells_what_is_due_and_when_the_year_closes(terminal: Terminal, leaver: str) -> None:
    (row,) = asked(terminal, "nir-list", "--at", "2024-02-28")
    assert row == {
        "participant": leaver,
        "references": [{"system": "visma", "reference": "1042"}],
        "subject": "end",
        "fact": "programme-ended",
        "fact_version": 4,
        "day": "2023-12-31",
        "state": "not registered",
        "due": "2024-02-29",
        "days_left": 1,
        "cut_off": "2024-02-29",
        "days_to_cut_off": 1,
    }
    table = terminal.done("nir-list", "--at", "2024-03-01").splitlines()
    assert (len(table), table[2].split()[-5:]) == (3, ["registered", "2024-02-29", "-1", "2024-02-29", "-1"])


def test_what_is_logged_as_registered_leaves_the_list_and_comes_back_when_corrected(
    terminal: Terminal, leaver: str
) -> None:
    terminal.done("log", leaver, "registered-in-nir", "--on", "2024-01-15", "--registers", "4")
    assert asked(terminal, "nir-list", "--at", "2024-01-15") == []
    terminal.done("correct", leaver, 4, "--set", "main-activity=work", "--reason", "forgotten")
    (row,) = asked(terminal, "nir-list")
    assert (row["state"], row["fact_version"], row["cut_off"]) == ("changed since registration", 4, "2024-02-29")
    assert asked(terminal, "nir-list", "--known-at", "@5") == []


def test_the_list_can_be_narrowed_and_says_what_it_rests_on(terminal: Terminal, leaver: str) -> None:
    told = terminal.run("nir-list", "--at", "2024-03-01")
    assert "1 facts to register, 1 of them after their two months" in told.stderr
    assert "unverified against the register's own form" in told.stderr
    assert "1 of them are of years that have closed; --since 2024-01-01 leaves them out" in told.stderr
    assert asked(terminal, "nir-list", "--at", "2024-03-01", "--since", "2024-01-01") == []
    assert "closed" not in terminal.run("nir-list", "--at", "2024-02-29").stderr
    assert asked(terminal, "nir-list", "--at", "2024-02-01", "--until", "2024-02-28") == []
    assert len(asked(terminal, "nir-list", "--at", "2024-02-01", "--until", "2024-02-29", "--order", "register")) == 1
    terminal.done("municipality", "register", "--municipality", "0301", "--on", "2021-01-01")
    assert asked(terminal, "nir-list", "--municipality", "0301") == []
    assert "expected a day" in terminal.misused("nir-list", "--until", "2024")


def test_the_page_names_every_kind_and_every_subject() -> None:
    page = (ROOT / "docs" / "quality.md").read_text(encoding="utf-8")
    assert [kind.code for kind in KINDS if f"| `{kind.code}` |" not in page] == []
    assert [subject.id for subject in SUBJECTS if f"| `{subject.id}` |" not in page] == []
