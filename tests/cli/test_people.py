"""Names and numbers: asked for or read from stdin, never taken as an argument, never in a message."""

import json

import pytest

from tests.cli.terminal import Terminal
from tracker.cli.people import PersonNotValid
from tracker.errors import NumberInUse, SettingWrong
from tracker.identity_numbers import FIRST_WEIGHTS, SECOND_WEIGHTS


def synthetic_number(birth: str = "018190", individual: str = "500") -> str:
    """A national identity number that only a test person can have: month + 80."""
    for first in "0123456789":
        for second in "0123456789":
            number = birth + individual + first + second
            sums = (
                sum(weight * int(digit) for weight, digit in zip(weights, number, strict=False))
                for weights in (FIRST_WEIGHTS, SECOND_WEIGHTS)
            )
            if not any(found % 11 for found in sums):
                return number
    raise AssertionError("no check digits fit")


NUMBER = synthetic_number()
TOLD = json.dumps({"name": "Ana Test Nordmann", "birth-date": "01.01.1990", "contact": "ana@example.org"})


def test_a_person_is_stored_from_stdin_and_shown(terminal: Terminal, ana: str) -> None:
    result = terminal.run("people", "set", ana, stdin=TOLD)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "stored: name, birth-date, contact\n"
    shown = json.loads(terminal.done("people", "show", ana, "--format", "json"))
    assert shown == {
        "participant": ana,
        "name": "Ana Test Nordmann",
        "birth_date": "1990-01-01",
        "contact": "ana@example.org",
    }
    table = terminal.run("people", "show", ana)
    assert "Ana Test Nordmann" in table.stdout
    assert "not for publication" in table.stderr


def test_what_is_not_told_stays_and_null_removes(terminal: Terminal, ana: str) -> None:
    terminal.done("people", "set", ana, stdin=TOLD)
    terminal.done("people", "set", ana, stdin='{"contact": null, "name": " Ana Ny "}')
    shown = json.loads(terminal.done("people", "show", ana, "--format", "json"))
    assert shown == {"participant": ana, "name": "Ana Ny", "birth_date": "1990-01-01"}


def test_a_person_of_whom_nothing_is_stored_is_told_so(terminal: Terminal, ana: str) -> None:
    assert "nothing is stored of who" in terminal.run("people", "show", ana).stderr


def test_at_a_terminal_every_value_is_asked_for_and_numbers_are_not_echoed(
    terminal: Terminal, ana: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.cli.people._at_a_terminal", lambda: True)
    terminal.environment["TRACKER_SYNTHETIC"] = "yes"
    spaced = f"{NUMBER[:6]} {NUMBER[6:]}"
    first = terminal.run("people", "set", ana, stdin=f"Ana Test\n1990-01-01\n{spaced}\n\n\nana@example.org\n")
    assert first.exit_code == 0, first.stderr
    assert NUMBER not in first.output
    assert spaced not in first.output
    assert "Ana Test" not in first.stdout
    terminal.done("people", "set", ana, stdin="\n\n\n\n\n-\n")
    shown = json.loads(terminal.done("people", "show", ana, "--format", "json"))
    assert shown["national_identity_number"] == NUMBER
    assert "contact" not in shown
    found = terminal.done("people", "find", "--format", "csv", stdin=f"{NUMBER}\n")
    assert found.splitlines()[1:] == [f"{ana},Ana Test,1990-01-01"]


def test_an_unanswered_question_changes_nothing(terminal: Terminal, ana: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.cli.people._at_a_terminal", lambda: True)
    result = terminal.run("people", "set", ana, stdin="Ana Test\n")
    assert result.exit_code == 1
    assert "no answer was given; nothing was changed" in result.stderr
    assert "Ana" not in terminal.done("people", "show", ana)


@pytest.mark.parametrize(
    "stdin, expected",
    [
        ("", "expected a JSON object with any of name, birth-date"),
        ("Ana", "expected a JSON object"),
        ('["Ana"]', "expected a JSON object"),
        ('{"surname": "Nordmann"}', "a name that is unknown or there twice"),
        ('{"d-number": "1", "d_number": "2"}', "a name that is unknown or there twice"),
        ('{"name": 5}', "name must be a text or null"),
        ('{"birth-date": "1990"}', "birth-date: expected a day, such as 1990-12-31"),
        ('{"birth-date": "01.01.90"}', "birth-date: expected a date such as"),
        ('{"birth-date": "2099-01-01"}', "birth-date: expected a day that has been"),
        ('{"national-identity-number": "12345"}', "must have 11 digits, got 5"),
        ('{"d-number": "abc"}', "is not digits alone"),
        ('{"duf-number": "123456789012"}', "no plausible year"),
        (b"\xe5", "expected a text in UTF-8"),
    ],
)
def test_what_cannot_be_is_refused_without_showing_it(
    terminal: Terminal, ana: str, stdin: str | bytes, expected: str
) -> None:
    message = terminal.refused("people", "set", ana, stdin=stdin)
    assert PersonNotValid.code == "person-not-valid"
    assert expected in message
    assert "12345" not in message
    assert "Nordmann" not in message


def test_numbers_of_test_persons_need_a_setting(terminal: Terminal, ana: str) -> None:
    told = json.dumps({"national-identity-number": NUMBER})
    message = terminal.refused("people", "set", ana, stdin=told)
    assert "synthetic (a test person's), which is not allowed here" in message
    assert NUMBER not in message
    terminal.environment["TRACKER_SYNTHETIC"] = "yes"
    terminal.done("people", "set", ana, stdin=told)
    terminal.environment["TRACKER_SYNTHETIC"] = "maybe"
    assert SettingWrong.code == "setting-wrong"
    assert "TRACKER_SYNTHETIC must be yes or no, got 'maybe'" in terminal.refused("people", "set", ana, stdin=told)


def test_a_second_person_with_the_same_number_is_refused(terminal: Terminal, ana: str) -> None:
    terminal.environment["TRACKER_SYNTHETIC"] = "yes"
    told = json.dumps({"national-identity-number": NUMBER})
    terminal.done("people", "set", ana, stdin=told)
    message = terminal.refused("people", "set", terminal.register(), stdin=told)
    assert NumberInUse.code == "number-in-use"
    assert f"another participant, {ana}, already has this identity number" in message


def test_people_are_found_by_the_beginnings_of_their_names(terminal: Terminal, ana: str) -> None:
    terminal.done("people", "set", ana, stdin=TOLD)
    for words in ("ana", "NORD an", "  Nordmann\n"):
        found = json.loads(terminal.done("people", "find", "--format", "json", stdin=words))
        assert found == [{"participant": ana, "name": "Ana Test Nordmann", "birth_date": "1990-01-01"}]
    for words in ("ola", "a", "", "anna"):
        result = terminal.run("people", "find", "--format", "json", stdin=words)
        assert (json.loads(result.stdout), "nobody was found" in result.stderr) == ([], True)


def test_no_value_is_taken_as_an_argument(terminal: Terminal, ana: str) -> None:
    assert "unexpected extra argument" in terminal.misused("people", "set", ana, "Nordmann")
    assert "unexpected extra argument" in terminal.misused("people", "find", "Nordmann")


def test_strangers_and_forgotten_ones_are_refused(terminal: Terminal, ana: str) -> None:
    terminal.done("people", "set", ana, stdin=TOLD)
    terminal.done("forget", ana, "--yes")
    assert "has been erased" in terminal.refused("people", "show", ana)
    assert "has been erased" in terminal.refused("people", "set", ana, stdin=TOLD)
    assert json.loads(terminal.done("people", "find", "--format", "json", stdin="ana")) == []
    assert "no participant has this reference" in terminal.refused("people", "show", "visma:1")


def test_people_are_kept_in_real_processes(terminal: Terminal, ana: str) -> None:
    stored = terminal.process("people", "set", ana, stdin=TOLD)
    assert (stored.returncode, stored.stdout, stored.stderr) == (0, "", "stored: name, birth-date, contact\n")
    found = terminal.process("people", "find", stdin="nordmann")
    assert (found.returncode, ana in found.stdout) == (0, True)
