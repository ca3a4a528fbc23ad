"""The manners of the command line: formats, messages, exit codes, start-up."""

import csv
import io
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tracker.cli
from events.codec import UnknownFact
from tests.cli.terminal import Terminal
from tests.conftest import ROOT
from tracker.cli import session
from tracker.cli.facts import COMMANDS

Emitted = Callable[[list[tuple[Any, ...]], str], str]


@pytest.fixture
def emitted(capsys: pytest.CaptureFixture[str]) -> Emitted:
    """What ``emit`` writes to stdout, with columns a and b."""

    def write(rows: list[tuple[Any, ...]], format: str) -> str:
        session.emit(rows, ("a", "b"), format)
        return capsys.readouterr().out

    return write


def test_a_table_sets_numbers_right_and_texts_left(emitted: Emitted) -> None:
    assert emitted([("one", 1.5), ("three", 22), ("four", None)], "table") == (
        "a        b\n-----  ---\none    1.5\nthree   22\nfour\n"
    )


def test_a_table_without_rows_keeps_its_heading(emitted: Emitted) -> None:
    assert emitted([], "table") == "a  b\n-  -\n"


def test_a_table_cannot_steer_the_terminal(emitted: Emitted) -> None:
    assert emitted([("\x1b[31mred", "a\nb\r")], "table").splitlines()[2] == "\ufffd[31mred  a b\ufffd"


def test_a_csv_is_as_rfc_4180_has_it(emitted: Emitted) -> None:
    rows = [('say "hi"', "a,b"), ("two\nlines", None), (True, Decimal("1.50")), (date(2024, 2, 1), 0.1)]
    assert emitted(rows, "csv") == ('a,b\r\n"say ""hi""","a,b"\r\n"two\nlines",\r\nyes,1.50\r\n2024-02-01,0.1\r\n')


@pytest.mark.parametrize(
    "cell, written",
    [
        ("=1+1", "'=1+1"),
        ("+cmd", "'+cmd"),
        ("-cmd", "'-cmd"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("-5", "-5"),
        ("+4.25", "+4.25"),
        ("-5-3", "'-5-3"),
        ("plain", "plain"),
        (-7, "-7"),
    ],
)
def test_no_cell_of_a_csv_is_a_formula(emitted: Emitted, cell: object, written: str) -> None:
    assert emitted([(cell, "")], "csv") == f"a,b\r\n{written},\r\n"


@given(st.lists(st.tuples(st.text(st.characters(codec="utf-8"), max_size=8), st.integers()), max_size=4))
def test_a_csv_reads_back_as_it_was_but_for_formulas(rows: list[tuple[str, int]]) -> None:
    read = list(csv.reader(io.StringIO("".join(session._csv(rows, ("a", "b"))), newline="")))
    assert [(text.removeprefix("'"), int(number)) for text, number in read[1:]] == [
        (text.removeprefix("'"), number) for text, number in rows
    ]


def test_json_is_a_list_of_objects(emitted: Emitted) -> None:
    rows = [("x", Decimal("1.5")), (date(2024, 2, 1), None), (["p"], {"q": True})]
    assert json.loads(emitted(rows, "json")) == [
        {"a": "x", "b": 1.5},
        {"a": "2024-02-01", "b": None},
        {"a": ["p"], "b": {"q": True}},
    ]
    assert json.loads(emitted([], "json")) == []


def test_progress_ends_with_a_line_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    told = session.progress("folding")
    for done in range(0, 1001, 10):
        told(done, 1000)
    out, err = capsys.readouterr()
    assert (out, err) == ("", "folding: 1000 of 1000\n")


def test_an_unknown_command_is_wrong_usage(terminal: Terminal) -> None:
    assert "No such command 'nonsense'" in terminal.misused("nonsense")
    assert "No such option" in terminal.misused("list", "--nonsense")
    assert "'xml' is not one of" in terminal.misused("list", "--format", "xml")


def test_help_names_every_command_that_there_is(terminal: Terminal) -> None:
    told = terminal.done("--help")
    for name in ("register", "log", "correct", "retract", "show", "list", "people"):
        assert re.search(rf"^  {name} ", told, re.MULTILINE)
    for name in ("rebuild", "verify", "status", "forget"):
        assert re.search(rf"^  {name} ", told, re.MULTILINE)


def test_a_broken_module_is_not_taken_for_a_missing_one(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken.py").write_text("import nothing_of_this_name\n", encoding="utf-8")
    monkeypatch.setattr(tracker.cli, "__path__", [*tracker.cli.__path__, str(tmp_path)])
    monkeypatch.setattr(tracker.cli, "MODULES", ("not_there", "broken"))
    with pytest.raises(ModuleNotFoundError, match="nothing_of_this_name"):
        terminal.run("--help")


@pytest.mark.parametrize(
    "error, code, message",
    [
        (KeyboardInterrupt(), 130, "interrupted\n"),
        (UnknownFact("no fact has the log name 'x'"), 1, "error: no fact has the log name 'x'\n"),
        (PermissionError(13, "Permission denied", "a.csv"), 1, "error: a.csv: permission denied\n"),
        (OSError(28, "No space left on device"), 1, "error: no space left on device\n"),
        (sqlite3.DatabaseError("malformed"), 1, "error: a file of the data folder cannot be read (malformed)"),
    ],
)
def test_what_goes_wrong_is_a_message_and_an_exit_code(
    terminal: Terminal,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    code: int,
    message: str,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("tracker.application.ProgressionTracker", fail)
    result = terminal.run("list")
    assert result.exit_code == code
    assert result.stderr.lstrip("\n").startswith(message)
    assert result.stdout == ""


def test_a_bug_is_not_hidden(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("tracker.application.ProgressionTracker", fail)
    with pytest.raises(ZeroDivisionError):
        terminal.run("list")


@pytest.mark.parametrize(
    "settings, message",
    [
        ({"TRACKER_EVENTS": "mysql://x"}, "TRACKER_EVENTS must begin with postgresql://"),
        ({"TRACKER_CREATE_TABLES": "maybe"}, "TRACKER_CREATE_TABLES must be yes or no, got 'maybe'"),
        ({"TRACKER_MASTER_KEY": "short"}, "TRACKER_MASTER_KEY does not hold a master key"),
        ({"TRACKER_HOME": "/dev/null/data"}, "the data folder /dev/null/data cannot be made"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused(terminal: Terminal, settings: dict[str, str], message: str) -> None:
    terminal.environment.update(settings)
    assert message in terminal.refused("list")


def test_a_missing_master_key_is_refused(terminal: Terminal, ana: str) -> None:
    (terminal.home / "master.key").unlink()
    assert "the master key is missing" in terminal.refused("show", ana)


def test_a_read_model_of_an_older_program_is_folded_anew(terminal: Terminal, ana: str) -> None:
    name = (terminal.home / "current").read_text().strip()
    database = sqlite3.connect(terminal.home / name)
    database.execute("UPDATE state SET value = 0 WHERE name = 'fold'")
    database.execute("DELETE FROM participants")
    database.commit()
    database.close()
    result = terminal.run("list", "--format", "csv")
    assert "made by an older version or by other rules of follow-up; folding it anew" in result.stderr
    assert ana in result.stdout
    assert "older version" not in terminal.run("list").stderr


def test_an_answer_that_lacks_facts_says_so(terminal: Terminal, ana: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.readmodel.follow.FEW", 0)
    monkeypatch.setattr("tracker.readmodel.follow.ReadModel.try_to_follow", lambda _: None)
    terminal.done("log", ana, "job-started", "--on", "2024-02-01", "--job", "cafe")
    result = terminal.run("list")
    assert "the read model stands at @1, 1 positions behind the log" in result.stderr


def test_a_reader_that_has_enough_ends_the_answer_quietly(terminal: Terminal, ana: str) -> None:
    environment = {**os.environ, **terminal.settings}
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "tracker.cli", "list"],
        cwd=ROOT,
        env=environment,
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    os.close(write)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert "Broken" not in done.stderr


def test_a_full_disk_under_the_answer_is_told(terminal: Terminal, ana: str) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "tracker.cli", "show", ana],
            cwd=ROOT,
            env={**os.environ, **terminal.settings},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.endswith("error: no space left on device\n")


def test_an_interrupted_question_leaves_with_130(terminal: Terminal, ana: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tracker.cli", "forget", ana],
        cwd=ROOT,
        env={**os.environ, **terminal.settings},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as waiting:
        assert waiting.stderr is not None
        assert "cannot be undone" in waiting.stderr.readline()
        time.sleep(0.2)
        waiting.send_signal(signal.SIGINT)
        _, err = waiting.communicate(timeout=30)
    assert waiting.returncode == 130
    assert err.endswith("interrupted\n")
    assert "Traceback" not in err


def test_help_starts_without_the_heavy_libraries(terminal: Terminal) -> None:
    asked = (
        "import sys\nfrom tracker.cli import tracker\n"
        "try:\n    tracker(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'polars', 'scipy', 'numpy', 'eventsourcing', 'psycopg', 'sqlite_utils'} & set(sys.modules)\n"
        "sys.exit(','.join(sorted(heavy)) or None)"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_one_indicator_starts_without_what_it_does_not_need(terminal: Terminal) -> None:
    asked = (
        "import sys\nfrom tracker.cli import tracker\n"
        "try:\n    tracker(['indicators', 'E2', '--format', 'csv'])\nexcept SystemExit:\n    pass\n"
        "needless = {'scipy', 'xlsxwriter', 'flask', 'psycopg', 'tracker.indicators.robustness'} & set(sys.modules)\n"
        "sys.exit(','.join(sorted(needless)) or None)"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=ROOT,
        env={**os.environ, **terminal.settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.startswith("indicator,cohort")
    assert (done.returncode, done.stderr) == (0, "nothing had been recorded by then\n")


def test_python_m_is_the_same_command(terminal: Terminal) -> None:
    assert "Usage:" in terminal.process("--help").stdout
    wrong = terminal.process("nonsense")
    assert (wrong.returncode, wrong.stdout) == (2, "")


def test_commands_are_click_commands_with_help() -> None:
    assert all(isinstance(command, click.Command) and command.help for command in COMMANDS)
