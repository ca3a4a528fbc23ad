"""Every command that the README shows is run, in a shell, in an empty folder, and prints what is shown there."""

import os
import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
MARK = "=== next command ==="


def sessions() -> list[tuple[str, list[str]]]:
    """(command, lines shown under it), in the order of the README."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", README, flags=re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """What each command printed, stdout and stderr together, in one shell that goes on after a refusal."""
    folder = tmp_path_factory.mktemp("readme")
    script = "\n".join(f"{command}\necho '{MARK}'" for command, _ in sessions())
    commands = folder / "bin"
    commands.mkdir()
    (commands / "tracker").write_text(
        f'#!/bin/sh\nPYTHONPATH={ROOT}:$PYTHONPATH exec "{sys.executable}" -m tracker.cli "$@"\n'
    )
    (commands / "tracker").chmod(0o755)
    done = subprocess.run(
        ["bash", "-c", f"exec 2>&1\n{script}"],
        cwd=folder,
        env={**os.environ, "PATH": f"{commands}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    return [part.strip("\n").splitlines() for part in done.stdout.split(MARK)[:-1]]


@pytest.mark.parametrize("number", range(len(sessions())), ids=lambda number: sessions()[number][0][:50])
def test_the_readme_shows_what_happens(number: int, printed: list[list[str]]) -> None:
    command, shown = sessions()[number]
    assert _matches(shown, printed[number]), f"$ {command}\n" + "\n".join(printed[number])


def _matches(shown: list[str], printed: list[str]) -> bool:
    """Whether the lines are as shown; ``...`` stands for anything, also for any number of lines."""
    pattern = "\n".join(re.escape(line) for line in shown).replace(re.escape("..."), ".*")
    return re.fullmatch(pattern, "\n".join(printed), flags=re.DOTALL) is not None


def test_every_file_the_readme_points_to_is_there() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert (ROOT / target).exists(), target


def test_every_make_target_the_readme_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert set(re.findall(r"^make (\w+)", README, flags=re.MULTILINE)) <= targets
