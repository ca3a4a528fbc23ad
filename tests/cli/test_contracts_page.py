"""What the page about contracts shows is what the commands say."""

import re
import shlex
from pathlib import Path

import pytest

from tests.cli.terminal import Terminal
from tests.conftest import ROOT


def test_the_sessions_of_the_documentation_do_what_they_show(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    terminal.register("--reference", "socio:17")
    page = (ROOT / "docs" / "contracts.md").read_text(encoding="utf-8")
    commands = [
        part.partition("\n")
        for block in re.findall(r"```console\n\$ (.*?)```", page, flags=re.DOTALL)
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)
    ]
    assert len(commands) > 10
    for command, _, expected in commands:
        words, _, file = command.partition(" > ")
        printed = terminal.done(*shlex.split(words)[1:])
        if file:
            Path(file).write_text(printed, encoding="utf-8")
        pattern = re.escape(expected.strip()).replace(re.escape("..."), ".*")
        assert not expected.strip() or re.fullmatch(pattern, printed.strip(), flags=re.DOTALL), printed
    drafted = re.findall(r"```toml\n(.*?)```", page, flags=re.DOTALL)[0].strip().split("\n\n")
    contract = Path("contract.toml").read_text(encoding="utf-8")
    assert all(paragraph in contract for paragraph in drafted)
