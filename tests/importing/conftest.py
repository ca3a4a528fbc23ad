"""What the tests of importing may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.importing.installation import Installation, installation


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    """An empty installation; today is 3 June 2024."""
    with installation(tmp_path) as made:
        yield made
