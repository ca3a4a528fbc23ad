"""A calendar, digests and a participant's own copy are asked for at the command line."""

import stat
from pathlib import Path
from typing import Any

import icalendar
import pytest

from tests.cli.terminal import Terminal
from tracker.own_copy.page import CopyExists
from tracker.wording import LANGUAGES


@pytest.fixture
def advised(terminal: Terminal) -> str:
    """The id of a participant advised by kari, with a conversation planned for 10 September 2024."""
    found = terminal.register("--birth-year", "1990")
    terminal.done("log", found, "advisor-assigned", "--on", "2024-01-01", "--advisor", "kari")
    terminal.done("log", found, "programme-started", "--on", "2024-01-01")
    terminal.done("log", found, "follow-up-scheduled", "--on", "2024-09-01", "--planned-on", "2024-09-10")
    return found


def test_a_calendar_is_written_as_it_is_to_stdout(terminal: Terminal, advised: str) -> None:
    result = terminal.run("calendar", "--advisor", "kari", "--at", "2024-09-02", "--ahead", "9d")
    assert result.exit_code == 0
    assert result.stdout_bytes.endswith(b"END:VCALENDAR\r\n")
    events: list[Any] = icalendar.Calendar.from_ical(result.stdout_bytes).walk("VEVENT")
    days = [str(event["DTSTART"].dt) for event in events]
    assert "2024-09-10" in days
    assert f"{len(days)} events from 2024-09-02, as known at @4" in result.stderr


def test_a_calendar_is_asked_for_an_advisor_a_place_and_a_moment(terminal: Terminal, advised: str) -> None:
    asked = ("calendar", "--advisor", "kari", "--at", "2024-09-02", "--language", "en")
    assert "Conversation agreed" in terminal.done(*asked)
    assert "Conversation agreed" not in terminal.done(*asked, "--known-at", "@3")
    terminal.done("municipality", "register", "--municipality", "0301", "--on", "2021-01-01")
    assert "Conversation agreed" not in terminal.done(*asked, "--municipality", "0301")
    assert "Missing option '--advisor'" in terminal.misused("calendar")
    assert "'soon'" in terminal.refused(*asked, "--ahead", "soon")


@pytest.mark.parametrize("language", LANGUAGES)
def test_digests_go_to_stdout_or_into_files_by_week_and_advisor(
    terminal: Terminal, advised: str, tmp_path: Path, language: str
) -> None:
    asked = ("digest", "--at", "2024-09-05", "--language", language)
    shown = terminal.run(*asked)
    assert shown.stdout.startswith("Subject: ")
    assert "1 digests of 2024-09-05, as known at @4" in shown.stderr
    for _ in range(2):
        assert terminal.done(*asked, "--out", tmp_path / "mail") == ""
    assert {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "mail").iterdir()} == {
        "digest-2024-W36-kari.txt": shown.stdout
    }
    assert "'often'" in terminal.refused(*asked, "--inactive", "often")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_copy_is_written_for_its_owner_with_a_warning(
    terminal: Terminal, advised: str, tmp_path: Path, language: str
) -> None:
    path = tmp_path / "copy.html"
    written = terminal.run("copy", advised[:8], "--language", language, "--out", path)
    assert (written.exit_code, written.stdout) == (0, "")
    assert "holds personal data" in written.stderr
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert f'<html lang="{language}">' in path.read_text(encoding="utf-8")
    assert terminal.done("copy", advised, "--language", language) == path.read_text(encoding="utf-8")
    assert f"{path} already" in terminal.refused("copy", advised, "--out", path)
    assert CopyExists.code == "copy-exists"


def test_a_copy_of_nobody_is_refused(terminal: Terminal, advised: str) -> None:
    terminal.refused("copy", "ffffffff")
    terminal.done("forget", advised, "--yes")
    assert "erased" in terminal.refused("copy", advised)
