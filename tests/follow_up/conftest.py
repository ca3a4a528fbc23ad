"""What every test of follow-up may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.follow_up.office import Office, opened_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An empty installation that is asked what is due."""
    with opened_office(tmp_path / "home") as office:
        yield office
