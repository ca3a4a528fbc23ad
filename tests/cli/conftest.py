"""What every test of the command line may ask for."""

from pathlib import Path

import pytest

from tests.cli.terminal import Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """A terminal with an empty data folder."""
    return Terminal(tmp_path / "data")


@pytest.fixture
def ana(terminal: Terminal) -> str:
    """The id of a participant."""
    return terminal.register("--birth-year", "1990")
