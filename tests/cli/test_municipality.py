"""The facts of a municipality's own, from the command line."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.terminal import Terminal

TEACHING = ("--on", "2024-08-15", "--until", "2024-12-20", "--hours", "credits-30=412,5", "--hours", "unknown=20")
ROUND = ("--on", "2025-05-01", "--until", "2025-05-31", "--round", "spring")
SURVEY = ("--instrument", "participant-survey", "--version", "1", "--invited", "basic-female=3 unknown-unknown=2")


@pytest.fixture
def trondheim(terminal: Terminal) -> str:
    """The id of a municipality's stream."""
    return terminal.done("municipality", "register", "--municipality", "5001", "--on", "2021-01-01").strip()


def log(terminal: Terminal, *words: str) -> str:
    return terminal.done("municipality", "log", "5001", *words)


def facts(terminal: Terminal) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads(terminal.done("municipality", "facts", "5001", "--format", "json"))
    return told


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    path = tmp_path / "answers.csv"
    path.write_text("trust-people;contact-weekly;gender\n7;ja;female\n3;nei;\n", encoding="utf-8")
    return path


def test_each_fact_is_logged_with_options_of_its_own_and_prints_stream_and_version(
    terminal: Terminal, trondheim: str
) -> None:
    assert log(terminal, "teaching-recorded", *TEACHING, "--heads", "credits-30=4", "--unit", "North") == (
        f"{trondheim} 2\n"
    )
    held = ("involvement-held", "--on", "2024-10-01", "--method", "user-council", "--dialogue-meeting-after", "yes")
    assert log(terminal, *held, "--present", "14") == f"{trondheim} 3\n"
    target = ("target-set", "--on", "2024-01-01", "--indicator", "E2", "--percent", "60", "--decided-by", "council")
    assert log(terminal, *target, "--cohort", "2023", "--line", "at least 20 hours") == f"{trondheim} 4\n"
    assert log(terminal, "survey-round-held", *ROUND, *SURVEY) == f"{trondheim} 5\n"
    listed = facts(terminal)
    assert [(line["version"], line["on"], line["fact"], line["holds"], line["by"]) for line in listed] == [
        ("1", "2021-01-01", "municipality-registered", True, "kari"),
        ("2", "2024-08-15", "teaching-recorded", True, "kari"),
        ("3", "2024-10-01", "involvement-held", True, "kari"),
        ("4", "2024-01-01", "target-set", True, "kari"),
        ("5", "2025-05-01", "survey-round-held", True, "kari"),
    ]
    assert listed[1]["values"] == {
        "until": "2024-12-20",
        "hours": {"credits-30": 412.5, "unknown": 20},
        "heads": {"credits-30": 4},
        "unit": "North",
    }


def test_a_command_sent_again_records_nothing_more(terminal: Terminal, trondheim: str) -> None:
    words = ("teaching-recorded", *TEACHING, "--command", "autumn")
    assert log(terminal, *words) == f"{trondheim} 2\n"
    again = terminal.run("municipality", "log", "5001", *words)
    assert (again.exit_code, again.stdout) == (0, "")
    assert "carried out before" in again.stderr


def test_what_is_missing_or_wrong_is_told_by_the_name_of_its_option(terminal: Terminal, trondheim: str) -> None:
    message = terminal.misused("municipality", "log", "5001", "teaching-recorded", "--hours", "many=2")
    assert "--hours: expected pairs such as credits-30=20 from 0 to 1000000 (hours of teaching)" in message
    assert "--until: missing" in message
    assert "expected a municipality code of four digits, such as 0301, got 'Oslo'" in terminal.misused(
        "municipality", "log", "Oslo", "teaching-recorded", *TEACHING
    )
    assert "No such command 'job-started'" in terminal.misused("municipality", "log", "5001", "job-started")
    assert "municipality 0301 is not registered" in terminal.refused(
        "municipality", "log", "0301", "teaching-recorded", *TEACHING
    )


def test_a_fact_of_a_municipality_is_not_logged_for_a_participant(terminal: Terminal, trondheim: str, ana: str) -> None:
    assert "there is no fact 'teaching-recorded'" in terminal.misused("log", ana, "teaching-recorded", *TEACHING)


def test_answers_come_in_as_a_file_and_are_counted_and_never_shown(
    terminal: Terminal, trondheim: str, answers: Path
) -> None:
    log(terminal, "survey-round-held", *ROUND, *SURVEY)
    told = terminal.done("municipality", "survey-answers", "5001", "spring", answers, "--command", "spring-file")
    assert told == "2 answers in the file; round 'spring' has 2 of 5 invited\n"
    again = terminal.run("municipality", "survey-answers", "5001", "spring", answers, "--command", "spring-file")
    assert again.stdout == told
    assert "carried out before" in again.stderr
    [line] = [line for line in facts(terminal) if line["fact"] == "survey-answer-received"]
    assert (line["version"], line["on"], line["values"]) == ("3-4", "2025-05-31", {"round": "spring", "number": 2})
    table = terminal.done("municipality", "facts", "5001")
    assert "female" not in table.replace("basic-female=3", "")
    assert "trust-people" not in table


def test_a_file_with_a_wrong_row_records_nothing(terminal: Terminal, trondheim: str, answers: Path) -> None:
    log(terminal, "survey-round-held", *ROUND, *SURVEY)
    with answers.open("a", encoding="utf-8") as file:
        file.write("11;kanskje;\n")
    message = terminal.refused("municipality", "survey-answers", "5001", "spring", answers)
    assert message == (
        "error: answers.csv, nothing was recorded:\n"
        "  row 4, trust-people: expected a whole number from 0 to 10, got '11'\n"
        "  row 4, contact-weekly: expected yes or no (1 or 0), got 'kanskje'\n"
    )
    assert len(facts(terminal)) == 2
    assert "no survey round 'autumn' was held here" in terminal.refused(
        "municipality", "survey-answers", "5001", "autumn", answers
    )


def test_a_file_with_more_answers_than_people_invited_is_refused(
    terminal: Terminal, trondheim: str, answers: Path
) -> None:
    log(terminal, "survey-round-held", *ROUND, *SURVEY[:-1], "basic-female=1")
    assert "round 'spring' would have 2 answers, more than the 1 invited" in terminal.refused(
        "municipality", "survey-answers", "5001", "spring", answers
    )


def test_a_fact_is_corrected_and_retracted_by_its_version(terminal: Terminal, trondheim: str) -> None:
    log(terminal, "teaching-recorded", *TEACHING)
    words = ("--set", "hours=credits-30=400 neither=5", "--reason", "counted anew")
    assert terminal.done("municipality", "correct", "5001", "2", *words) == f"{trondheim} 3\n"
    assert facts(terminal)[1]["values"]["hours"] == {"credits-30": 400, "neither": 5}
    assert terminal.done("municipality", "retract", "5001", "2", "--reason", "not ours") == f"{trondheim} 4\n"
    assert [line["holds"] for line in facts(terminal)] == [True, False, True, True]
    assert terminal.done("municipality", "retract", "5001", "4", "--reason", "ours after all") == f"{trondheim} 5\n"
    assert [line["holds"] for line in facts(terminal)] == [True, True, True, False, True]
    assert "--until: expected a date" in terminal.misused(
        "municipality", "correct", "5001", "2", "--set", "until=soon", "--reason", "x"
    )
    assert "there is no fact 9" in terminal.refused("municipality", "retract", "5001", "9", "--reason", "x")


def test_a_round_is_retracted_with_its_answers(terminal: Terminal, trondheim: str, answers: Path) -> None:
    log(terminal, "survey-round-held", *ROUND, *SURVEY)
    terminal.done("municipality", "survey-answers", "5001", "spring", answers)
    words = ("municipality", "retract", "5001", "2", "--reason", "the wrong file")
    assert "2 answers to the round rest on it; retract it with its dependants" in terminal.refused(*words)
    assert terminal.done(*words, "--with-dependants") == "".join(f"{trondheim} {number}\n" for number in (5, 6, 7))
    assert [line["version"] for line in facts(terminal) if not line["holds"]] == ["2", "3-4"]


def test_the_facts_of_a_municipality_that_is_not_registered_are_refused(terminal: Terminal) -> None:
    assert "municipality 5001 is not registered" in terminal.refused("municipality", "facts", "5001")


def test_the_help_of_a_fact_tells_what_it_takes(terminal: Terminal) -> None:
    text = " ".join(terminal.done("municipality", "log", "5001", "survey-round-held", "--help").split())
    assert "Norwegian term: brukerundersøkelse." in text
    assert "pairs such as none-or-some-basic-female=20 from 0 to 100000 (people invited)" in text
