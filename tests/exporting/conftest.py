"""What every test of figures may ask for."""

import pytest

from tests.exporting.sample import figures_like_formulas, figures_of_each_kind
from tracker.exporting.figures import FigureTable


@pytest.fixture
def table() -> FigureTable:
    """A row of each kind: zero, shown, counts without a share, hidden, nobody, not available."""
    return figures_of_each_kind()


@pytest.fixture
def trapped() -> FigureTable:
    """Every text begins like a formula."""
    return figures_like_formulas()
