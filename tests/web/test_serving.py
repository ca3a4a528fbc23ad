"""Serving the pages and making accounts from the command line, as a user does it."""

import re
import shutil
import subprocess
import sys
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from tracker.cli import tracker
from tracker.storage import app_database
from web.assets import NAMES, VENDOR, missing
from web.auth.accounts import Accounts, Grant

PASSWORD = "a few good words"
ADDED = ("user", "add", "kari", "--name", "Kari", "--role", "advisor", "--municipality", "0301")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRACKER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def simulated_home(simulated: Path, home: Path) -> Path:
    shutil.copytree(simulated, home)
    return home


def run(*words: str, given: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(tracker, words, input=given, catch_exceptions=True)
    return done.exit_code, done.output + (str(done.exception) if done.exception else "")


def test_the_pages_are_served_with_the_demo_accounts_until_they_are_stopped(simulated_home: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tracker.cli", "serve", "--port", "0"], stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        address = next(found[0] for line in process.stderr if (found := re.search(r"http://127\.0\.0\.1:\d+/", line)))
        with urllib.request.urlopen(f"{address}sign-in", timeout=20) as answer:
            page = answer.read().decode()
        assert "demo-advisor-1" in page
        assert "demo-demo-demo" in page
    finally:
        process.terminate()
        process.wait(20)
        if process.stderr is not None:
            process.stderr.close()
    assert (simulated_home / "web.key").stat().st_mode & 0o777 == 0o600


def test_other_machines_are_served_through_a_proxy_only(home: Path) -> None:
    code, told = run("serve", "--host", "0.0.0.0")
    assert code == 2
    assert "--behind-proxy 1" in told
    assert not home.exists()


def test_an_account_is_made_listed_and_disabled(home: Path) -> None:
    code, told = run(*ADDED, given=f"{PASSWORD}\n{PASSWORD}\n")
    assert code == 0, told
    assert "kari can sign in as advisor of 0301" in told
    assert "kari  Kari  advisor 0301" in " ".join(run("user", "list")[1].split("\n")).replace("   ", "  ")
    with closing(app_database(home)) as database:
        found = Accounts(database).authenticated("kari", PASSWORD)
        assert found is not None
        assert found.grants == (Grant("advisor", "0301"),)
        assert run("user", "disable", "kari")[0] == 0
        assert Accounts(database).authenticated("kari", PASSWORD) is None
    assert "disabled" in run("user", "list")[1]


def test_a_new_password_takes_the_place_of_the_old_one(home: Path) -> None:
    run(*ADDED, "--password", PASSWORD)
    code, told = run("user", "password", "kari", "--password", "some other words")
    assert code == 0, told
    with closing(app_database(home)) as database:
        accounts = Accounts(database)
        assert accounts.authenticated("kari", PASSWORD) is None
        assert accounts.authenticated("kari", "some other words") is not None


@pytest.mark.parametrize(
    "words, told",
    [
        ((*ADDED, "--password", "short"), "12 to 200 characters"),
        ((*ADDED[:-1], "Oslo", "--password", PASSWORD), "four digits"),
        ((*ADDED, "--about", "Class A", "--password", PASSWORD), "no other role has one"),
        (("user", "password", "nobody", "--password", PASSWORD), "there is no account 'nobody'"),
        (("user", "disable", "nobody"), "there is no account 'nobody'"),
    ],
)
def test_what_cannot_be_is_refused(home: Path, words: tuple[str, ...], told: str) -> None:
    code, output = run(*words)
    assert code != 0
    assert told in output


def test_what_was_fetched_is_all_that_pages_are_made_of() -> None:
    if not VENDOR.is_dir():
        pytest.skip("the assets were not fetched; make assets does it (needs npm)")
    assert missing() == []
    assert {path.name for path in VENDOR.iterdir()} == set(NAMES)
