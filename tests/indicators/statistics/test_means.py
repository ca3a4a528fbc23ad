"""Student's t: the numbers of printed tables, and those of another implementation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import stdtrit

from tracker.indicators.statistics.means import mean_errors


def test_the_numbers_of_printed_tables_are_met() -> None:
    freedom = np.array([1, 2, 5, 10, 30, 120, 10_000_000])
    assert mean_errors(freedom).round(3).tolist() == [12.706, 4.303, 2.571, 2.228, 2.042, 1.980, 1.960]


@given(
    freedom=st.lists(st.integers(1, 100_000) | st.integers(1, 50), min_size=1),
    confidence=st.sampled_from([0.9, 0.95, 0.99]),
)
def test_another_implementation_gives_the_same_seven_digits(freedom: list[int], confidence: float) -> None:
    degrees = np.array(freedom)
    assert mean_errors(degrees, confidence) == pytest.approx(stdtrit(degrees, (1 + confidence) / 2), rel=1e-7)


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_a_confidence_that_is_none_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence must be above 0 and below 1"):
        mean_errors(np.array([3]), confidence)


def test_a_mean_of_one_person_has_no_interval() -> None:
    with pytest.raises(ValueError, match="1 degree of freedom or more, got 0"):
        mean_errors(np.array([0, 3]))
