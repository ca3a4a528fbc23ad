"""The worklist, saved lists and caseload, as an advisor asks for them in the morning."""

import csv
import json
from typing import Any

import pytest

from tests.cli.terminal import Terminal


@pytest.fixture
def busy(terminal: Terminal) -> str:
    """A participant of kari with a duty of the municipality due on 1 March 2024, and a programme without a plan."""
    ana = terminal.register("--reference", "visma:1042")
    terminal.done("log", ana, "advisor-assigned", "--on", "2024-01-10", "--advisor", "kari")
    terminal.done("log", ana, "programme-started", "--on", "2024-01-10", "--planned-end", "2025-06-30")
    contract = ("--contract", "integration-contract")
    parties = ("--parties", "participant", "--parties", "municipality")
    terminal.done("log", ana, "contract-signed", "--on", "2024-01-10", *contract, "--until", "2025-01-09", *parties)
    duty = ("--obligation", "=mentor", "--party", "municipality", "--due", "2024-03-01")
    terminal.done("log", ana, "obligation-agreed", "--on", "2024-01-10", *contract, *duty)
    return ana


def asked(terminal: Terminal, *words: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(terminal.done("worklist", *words, "--format", "json"))
    return found


def test_each_thing_due_says_what_why_and_what_to_do(terminal: Terminal, busy: str) -> None:
    (row,) = asked(terminal, "--task", "obligation", "--at", "2024-03-02")
    assert row == {
        "participant": busy,
        "references": [{"system": "visma", "reference": "1042"}],
        "task": "obligation",
        "title": "Duty in the contract",
        "about": "=mentor",
        "due": "2024-03-01",
        "overdue_since": "2024-03-02",
        "days": -1,
        "party": "municipality",
        "basis": "contract",
        "source": "",
        "to_do": "See that it is met, or record what came of it",
        "advisor": "kari",
        "municipality": "5001",
        "paused": False,
        "group": "overdue",
    }


def test_a_table_stands_in_groups_and_the_counts_are_told(terminal: Terminal, busy: str) -> None:
    result = terminal.run(
        "worklist", "--advisor", "kari", "--task", "obligation", "--task", "plan", "--at", "2024-02-24"
    )
    lines = result.stdout.splitlines()
    assert [line for line in lines if line.endswith(":")] == ["overdue:", "within 7 days:"]
    assert "due: 2 (1 overdue, 1 within 7 days)" in result.stderr
    assert "for work with them, not for publication" in result.stderr
    assert "as it was on 2024-02-24, as known at @" in result.stderr
    assert terminal.done("worklist", "--advisor", "ola") == ""


def test_a_worklist_looks_ninety_days_ahead_unless_asked_otherwise(terminal: Terminal, busy: str) -> None:
    assert len(asked(terminal, "--task", "obligation", "--at", "2024-01-10")) == 1
    assert asked(terminal, "--task", "contract-ends", "--at", "2024-01-10") == []
    assert len(asked(terminal, "--task", "contract-ends", "--at", "2024-01-10", "--due", "1y")) == 1
    assert asked(terminal, "--task", "obligation", "--at", "2024-01-10", "--due", "30d") == []


def test_what_a_spreadsheet_would_take_for_a_formula_is_a_text(terminal: Terminal, busy: str) -> None:
    written = terminal.done("worklist", "--task", "obligation", "--at", "2024-03-02", "--format", "csv")
    (row,) = csv.DictReader(written.splitlines())
    assert row["about"] == "'=mentor"


def test_as_known_earlier_and_at_a_day_are_answered_alike(terminal: Terminal, busy: str) -> None:
    terminal.done("log", busy, "obligation-met", "--on", "2024-02-20", "--obligation", "=mentor")
    words = ("--task", "obligation", "--at", "2024-03-02")
    assert asked(terminal, *words) == []
    assert len(asked(terminal, *words, "--known-at", "@5")) == 1


def test_filters_are_kept_as_a_list_and_asked_for_again(terminal: Terminal, busy: str) -> None:
    words = ("--has", "programme-started@2024", "--has-not", "plan-agreed", "--runs", "programme", "--task", "plan")
    saved = terminal.run("worklist", *words, "--save", "no-plan", "--title", "Uten plan", "--at", "2024-02-01")
    assert "saved as no-plan@1" in saved.stderr
    assert asked(terminal, "--list", "no-plan", "--at", "2024-02-01") == asked(terminal, *words, "--at", "2024-02-01")
    lists = json.loads(terminal.done("worklist", "--lists", "--format", "json", "--language", "nb"))
    titles = {one["list"]: one["title"] for one in lists}
    assert titles["no-plan"] == "Uten plan"
    assert titles["summer-gap"] == "Ingenting gjennom sommeren"


def test_a_list_of_participants_shows_its_columns(terminal: Terminal, busy: str) -> None:
    (row,) = asked(terminal, "--list", "summer-gap", "--at", "2024-02-01")
    assert list(row) == ["participant", "references", "municipality", "advisor", "programme_planned_end", "next_due"]
    assert (row["participant"], row["programme_planned_end"]) == (busy, "2025-06-30")
    assert "the summer is 2024-07-01" in terminal.run("worklist", "--list", "summer-gap", "--at", "2024-02-01").stderr


def test_what_there_is_not_is_refused_with_what_would_be_right(terminal: Terminal, busy: str) -> None:
    assert "did you mean plan-agreed" in terminal.refused("worklist", "--has", "plan-agred")
    assert "known: contract-ran-out" in terminal.refused("worklist", "--list", "nothing")
    assert "expected one of" in terminal.refused("worklist", "--task", "nothing")
    assert "test-sittings" in terminal.refused("worklist", "--list", "test-registration")
    assert "--save" in terminal.misused("worklist", "--title", "x")


def test_a_caseload_counts_and_looks_ahead(terminal: Terminal, busy: str) -> None:
    rows = json.loads(terminal.done("caseload", "--at", "2024-02-01", "--format", "json"))
    told = {(row["measure"], row["of"], row["month"]): row["number"] for row in rows}
    assert told["active", "", None] == 1
    assert told["planned-end", "programme", "2025-06-01"] == 1
    assert told["planned-end", "contract", "2025-01-01"] == 1
    table = terminal.done("caseload", "--at", "2024-02-01", "--by", "municipality")
    assert "2025-06                  1                 0" in table
    assert json.loads(terminal.done("caseload", "--advisor", "ola", "--format", "json")) == []
