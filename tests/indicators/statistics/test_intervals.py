"""Exact and Bayesian intervals of a share, and the interval of a difference, against published values."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, binom, binomtest

from tests.indicators.statistics.test_proportions import proportions
from tracker.indicators.statistics.proportions import Interval, Proportion, difference, standard_errors

CONFIDENCES = st.floats(0.5, 0.999)
Rows = list[dict[str, str]]


def newcombe(folder: Path, name: str) -> Rows:
    with (folder / "proportions" / name).open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    assert rows
    return rows


def printed(interval: Interval) -> tuple[str, str]:
    return f"{interval.low:.4f}", f"{interval.high:.4f}"


def test_exact_intervals_equal_newcombes_table(reference_data: Path) -> None:
    for row in newcombe(reference_data, "newcombe1998_expected.csv"):
        interval = Proportion(int(row["x"]), int(row["n"])).clopper_pearson()
        assert printed(interval) == (row["clopper_pearson_lo"], row["clopper_pearson_hi"])


def test_jeffreys_intervals_equal_the_published_ones(reference_data: Path) -> None:
    for row in newcombe(reference_data, "newcombe1998_expected.csv"):
        interval = Proportion(int(row["x"]), int(row["n"])).jeffreys()
        assert printed(interval) == (row["jeffreys_lo"], row["jeffreys_hi"])


def test_intervals_of_a_difference_equal_newcombes_table(reference_data: Path) -> None:
    for row in newcombe(reference_data, "newcombe1998_difference_expected.csv"):
        first = Proportion(int(row["x1"]), int(row["n1"]))
        second = Proportion(int(row["x2"]), int(row["n2"]))
        assert printed(difference(first, second)) == (row["diff_lo"], row["diff_hi"])


@given(proportions(), CONFIDENCES)
def test_exact_intervals_equal_those_of_scipy(proportion: Proportion, confidence: float) -> None:
    theirs = binomtest(proportion.counted, proportion.out_of).proportion_ci(confidence, method="exact")
    ours = proportion.clopper_pearson(confidence)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@given(proportions(), CONFIDENCES)
def test_jeffreys_bounds_leave_equal_tails(proportion: Proportion, confidence: float) -> None:
    after = beta(proportion.counted + 0.5, proportion.out_of - proportion.counted + 0.5)
    interval = proportion.jeffreys(confidence)
    if proportion.counted:
        assert after.cdf(interval.low) == pytest.approx((1 - confidence) / 2, abs=1e-9)
    if proportion.counted < proportion.out_of:
        assert after.sf(interval.high) == pytest.approx((1 - confidence) / 2, abs=1e-9)


@given(st.integers(1, 40), st.floats(0.01, 0.99))
def test_the_exact_interval_covers_at_least_as_often_as_it_promises(people: int, truth: float) -> None:
    covered = 0.0
    for counted in range(people + 1):
        interval = Proportion(counted, people).clopper_pearson(0.9)
        if interval.low <= truth <= interval.high:
            covered += binom.pmf(counted, people, truth)
    assert covered >= 0.9 - 1e-9


@given(proportions())
def test_the_share_lies_in_both_intervals(proportion: Proportion) -> None:
    assert proportion.share is not None
    for interval in (proportion.clopper_pearson(), proportion.jeffreys()):
        assert 0 <= interval.low <= proportion.share <= interval.high <= 1


@given(st.integers(1, 5000))
def test_none_and_all_reach_the_end_exactly(people: int) -> None:
    none, everyone = Proportion(0, people), Proportion(people, people)
    assert (none.clopper_pearson().low, none.jeffreys().low) == (0.0, 0.0)
    assert (everyone.clopper_pearson().high, everyone.jeffreys().high) == (1.0, 1.0)


@given(proportions(), proportions(), CONFIDENCES)
def test_the_difference_turned_round_has_the_mirrored_interval(
    first: Proportion, second: Proportion, confidence: float
) -> None:
    there, back = difference(first, second, confidence), difference(second, first, confidence)
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low), abs=1e-12)


@given(proportions(), proportions())
def test_the_difference_of_the_shares_lies_in_its_interval(first: Proportion, second: Proportion) -> None:
    assert first.share is not None and second.share is not None
    interval = difference(first, second)
    assert -1 <= interval.low <= first.share - second.share <= interval.high <= 1


def test_an_empty_group_says_nothing() -> None:
    nobody, somebody = Proportion(0, 0), Proportion(1, 2)
    assert nobody.clopper_pearson() == nobody.jeffreys() == Interval(0.0, 1.0)
    assert difference(nobody, somebody) == difference(somebody, nobody) == Interval(-1.0, 1.0)


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95.0])
@pytest.mark.parametrize("people", [Proportion(1, 2), Proportion(0, 0)])
def test_confidence_is_a_share_between_none_and_all(people: Proportion, confidence: float) -> None:
    refused = f"got {confidence}; write 95 % as 0.95"
    with pytest.raises(ValueError, match=refused):
        people.jeffreys(confidence)
    with pytest.raises(ValueError, match=refused):
        people.clopper_pearson(confidence)
    with pytest.raises(ValueError, match=refused):
        difference(people, people, confidence)


def test_95_percent_reaches_196_hundredths_of_a_standard_error() -> None:
    assert round(standard_errors(0.95), 2) == 1.96
