"""A municipality adopts norms, and a participant's course is asked for."""

import json
from typing import Any

import pytest

from tests.cli.terminal import UUID_TEXT, Terminal
from tracker.course.norms import NormSetNotFound
from tracker.errors import AlreadyRegistered, NotRegistered, ParticipantNotFound

SKILLS = ("listening", "reading", "writing", "speaking")


@pytest.fixture
def trondheim(terminal: Terminal) -> str:
    """The id of a municipality's stream; it adopts norms on 1 February 2021."""
    stream = terminal.done("municipality", "register", "--municipality", "5001", "--on", "2021-01-01").strip()
    adopt(terminal, "2021-02-01")
    return stream


def adopt(terminal: Terminal, on: str, *words: str, code: str = "5001") -> str:
    norms = ("--norm-set", "default", "--version", "1")
    return terminal.done("municipality", "adopt-norms", code, *norms, "--on", on, *words)


@pytest.fixture
def learner(terminal: Terminal) -> str:
    """A participant on track 2 in the programme from 1 March 2021, whose goal is work, below A1 at the start."""
    learner = terminal.register()
    terminal.done("log", learner, "programme-started", "--on", "2021-03-01")
    terminal.done("log", learner, "track-assigned", "--on", "2021-03-01", "--track", "2")
    terminal.done("log", learner, "programme-goal-set", "--on", "2021-03-01", "--goal", "work")
    for skill in SKILLS:
        words = ("--on", "2021-03-01", "--skill", skill, "--level", "below-A1")
        terminal.done("log", learner, "language-level-reached", *words)
    return learner


def course(terminal: Terminal, *words: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(terminal.done("course", *words, "--format", "json"))
    return told


def test_a_course_is_shown_with_its_norms_its_dates_and_who_set_the_goal(
    terminal: Terminal, trondheim: str, learner: str
) -> None:
    shown = terminal.run("course", learner, "--at", "2021-09-01")
    assert shown.exit_code == 0
    assert "not for publication" in shown.stderr
    for line in (
        f"participant  {learner}",
        "as it was on 2021-09-01, as known at @10",
        "verdict      on expected course",
        "             norms 25 % shorter: on expected course; 25 % longer: on expected course",
        "norm set     default@1, adopted by municipality 5001",
        "track        2, assigned",
        "programme    since 2021-03-01: 6 whole effective months, 0 days of approved leave left out",
        "goal         work, from 2021-03-01, set by kari",
    ):
        assert f"{line}\n" in shown.stdout
    a1 = next(line for line in shown.stdout.splitlines() if line.startswith("A1 in Norwegian"))
    assert " ".join(a1.split()[6:9]) == "due 2021-09-01 2021-12-01"
    assert a1.endswith("yes     proposal  not yet: listening, reading, writing, speaking")


def test_it_says_later_than_typical_and_orders_nothing(terminal: Terminal, trondheim: str, learner: str) -> None:
    text = terminal.done("course", learner, "--at", "2021-12-01")
    assert "verdict      later than typical: A1 in Norwegian, all four skills\n" in text
    assert not any(word in text for word in ("overdue", "must", "should", "delay"))
    assert course(terminal, learner, "--at", "2021-12-01")["on_course"] is False
    assert course(terminal, learner, "--at", "2021-11-30")["on_course"] is True


def test_there_is_no_verdict_before_the_municipality_has_adopted_norms(terminal: Terminal, learner: str) -> None:
    terminal.done("municipality", "register", "--municipality", "5001", "--on", "2021-01-01")
    told = course(terminal, learner, "--at", "2021-09-01")
    assert (told["outcome"], told["on_course"], told["steps"]) == ("no-norm-set", None, [])
    adopt(terminal, "2021-10-01")
    assert course(terminal, learner, "--at", "2021-09-30")["outcome"] == "no-norm-set"
    assert course(terminal, learner, "--at", "2021-10-01")["outcome"] == "judged"
    assert course(terminal, learner, "--at", "2021-10-01", "--known-at", "@8")["outcome"] == "no-norm-set"
    text = terminal.done("course", learner, "--at", "2021-09-30")
    assert "no verdict: municipality 5001 had adopted no norm set by 2021-09-30" in text


def test_the_norms_are_those_of_the_municipality_of_residence(terminal: Terminal, trondheim: str, learner: str) -> None:
    terminal.done("log", learner, "moved-to-municipality", "--on", "2021-06-01", "--municipality", "0301")
    assert course(terminal, learner, "--at", "2021-05-31")["outcome"] == "judged"
    assert course(terminal, learner, "--at", "2021-06-01")["outcome"] == "no-norm-set"
    terminal.done("municipality", "register", "--municipality", "0301", "--on", "2021-01-01")
    adopt(terminal, "2021-02-01", code="0301")
    assert course(terminal, learner, "--at", "2021-06-01")["municipality"] == "0301"


def test_own_norms_are_read_from_the_data_folder(terminal: Terminal, trondheim: str, learner: str) -> None:
    from tracker.course.norms import FOLDER

    text = (FOLDER / "default-1.toml").read_text(encoding="utf-8").replace("version = 1\n", "version = 2\n", 1)
    (terminal.home / "norms").mkdir()
    own = terminal.home / "norms" / "default-2.toml"
    own.write_text(text.replace("2 = 6, 3 = 3", "2 = 9, 3 = 3"), encoding="utf-8")
    words = ("--norm-set", "default", "--version", "2", "--on", "2021-10-01")
    terminal.done("municipality", "adopt-norms", "5001", *words)
    assert course(terminal, learner, "--at", "2021-09-30")["norm_set"] == "default@1"
    later = course(terminal, learner, "--at", "2021-12-01")
    assert (later["norm_set"], later["on_course"]) == ("default@2", True)
    own.unlink()
    assert NormSetNotFound.code == "norm-set-not-found"
    assert "there is no norm set default@2; known: default@1" in terminal.refused("course", learner)


def test_a_municipality_is_registered_once_and_adopts_norms_that_are_there(terminal: Terminal, trondheim: str) -> None:
    assert UUID_TEXT.fullmatch(trondheim)
    again = terminal.refused("municipality", "register", "--municipality", "5001", "--on", "2021-01-01")
    assert AlreadyRegistered.code == "already-registered"
    assert "already registered by fact 1" in again
    norms = ("--norm-set", "default", "--version", "7", "--on", "2021-02-01")
    assert "there is no norm set default@7" in terminal.refused("municipality", "adopt-norms", "5001", *norms)
    words = ("--norm-set", "default", "--version", "1", "--on", "2021-02-01")
    assert NotRegistered.code == "not-registered"
    assert "municipality 0301 is not registered" in terminal.refused("municipality", "adopt-norms", "0301", *words)
    assert "--norm-set" in terminal.misused("municipality", "adopt-norms", "5001", "--version", "1")
    assert "--municipality" in terminal.misused(
        "municipality", "register", "--municipality", "50", "--on", "2021-01-01"
    )


def test_the_same_command_adopts_once(terminal: Terminal, trondheim: str) -> None:
    assert adopt(terminal, "2022-01-01", "--command", "board-7") == f"{trondheim} 3\n"
    assert adopt(terminal, "2022-01-01", "--command", "board-7") == ""


def test_a_municipality_has_no_course_and_a_participant_adopts_no_norms(
    terminal: Terminal, trondheim: str, ana: str
) -> None:
    assert ParticipantNotFound.code == "participant-not-found"
    assert "no participant's id begins with" in terminal.refused("course", trondheim)
    words = ("--norm-set", "default", "--version", "1", "--on", "2021-04-01")
    assert "there is no fact 'norm-set-adopted'" in terminal.misused("log", ana, "norm-set-adopted", *words)
    assert "expected a day" in terminal.misused("course", ana, "--at", "2021")
    assert "nothing was recorded" in terminal.refused("course", ana, "--known-at", "@1")


def test_a_municipality_is_no_participant_in_lists_figures_and_checks(
    terminal: Terminal, trondheim: str, ana: str
) -> None:
    assert [row["participant"] for row in json.loads(terminal.done("list", "--format", "json"))] == [ana]
    assert json.loads(terminal.done("status", "--format", "json"))["participants"] == 1
    assert "3 facts agree with the log" in terminal.done("verify")
    terminal.done("rebuild", "--processes", "1")
    assert "3 facts agree with the log" in terminal.done("verify")
