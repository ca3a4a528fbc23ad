"""What tests of figures share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tracker.ledger import Ledger
from tracker.settings import Settings


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The ledger of releases of an installation of its own."""
    ledger = Ledger(Settings(tmp_path))
    yield ledger
    ledger.close()
