"""What every test of quality may ask for."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.quality.installation import Installation
from tests.scenario import Clock
from tracker.application import ProgressionTracker
from tracker.settings import Settings


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """An empty installation whose clock begins in 2020."""
    clock = Clock(datetime(2020, 1, 1, 12, tzinfo=UTC))
    app = ProgressionTracker(Settings(tmp_path / "home", by="kari"), clock)
    yield Installation(app, clock)
    app.close()
