"""Counts out of a group, and Wilson's interval against published values."""

import csv
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from tracker.indicators.statistics.proportions import Interval, Proportion


@st.composite
def proportions(draw: st.DrawFn, smallest: int = 1) -> Proportion:
    out_of = draw(st.integers(smallest, 5000))
    return Proportion(counted=draw(st.integers(0, out_of)), out_of=out_of)


def test_wilson_intervals_equal_newcombes_table(reference_data: Path) -> None:
    with (reference_data / "proportions" / "newcombe1998_expected.csv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    assert rows
    for row in rows:
        interval = Proportion(int(row["x"]), int(row["n"])).wilson()
        assert (f"{interval.low:.4f}", f"{interval.high:.4f}") == (row["wilson_lo"], row["wilson_hi"])


@pytest.mark.parametrize(
    "counted, out_of, low, high",
    [(3, 5, 23, 88), (6, 10, 31, 83), (12, 20, 39, 78), (30, 50, 46, 72), (60, 100, 50, 69)],
)
def test_sixty_percent_is_uncertain_in_small_groups(counted: int, out_of: int, low: int, high: int) -> None:
    interval = Proportion(counted, out_of).wilson()
    assert (round(100 * interval.low), round(100 * interval.high)) == (low, high)


@given(proportions(), st.floats(0.5, 0.999))
def test_wilson_intervals_equal_those_of_scipy(proportion: Proportion, confidence: float) -> None:
    theirs = binomtest(proportion.counted, proportion.out_of).proportion_ci(confidence, method="wilson")
    ours = proportion.wilson(confidence)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


@given(proportions())
def test_the_share_lies_in_its_interval(proportion: Proportion) -> None:
    assert proportion.share is not None
    interval = proportion.wilson()
    assert 0 <= interval.low <= proportion.share <= interval.high <= 1


@given(proportions())
def test_more_confidence_never_narrows_the_interval(proportion: Proportion) -> None:
    wide, narrow = proportion.wilson(0.99), proportion.wilson(0.9)
    assert wide.low <= narrow.low
    assert narrow.high <= wide.high


@given(proportions())
def test_those_not_counted_have_the_mirrored_interval(proportion: Proportion) -> None:
    mirrored = Proportion(proportion.out_of - proportion.counted, proportion.out_of).wilson()
    assert (1 - mirrored.high, 1 - mirrored.low) == pytest.approx(
        (proportion.wilson().low, proportion.wilson().high), abs=1e-12
    )


@given(st.integers(1, 5000))
def test_none_and_all_reach_the_end_exactly(people: int) -> None:
    assert Proportion(0, people).wilson().low == 0.0
    assert Proportion(people, people).wilson().high == 1.0


def test_an_empty_group_has_no_share_and_says_nothing() -> None:
    nobody = Proportion(counted=0, out_of=0)
    assert nobody.share is None
    assert nobody.wilson() == Interval(0.0, 1.0)


@pytest.mark.parametrize("counted, out_of", [(-1, 5), (6, 5), (1, 0), (0, -1)])
def test_a_count_outside_its_group_is_refused(counted: int, out_of: int) -> None:
    with pytest.raises(ValueError, match=f"got {counted} out of {out_of}"):
        Proportion(counted, out_of)


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95.0])
def test_confidence_is_a_share_between_none_and_all(confidence: float) -> None:
    with pytest.raises(ValueError, match=f"got {confidence}; write 95 % as 0.95"):
        Proportion(1, 2).wilson(confidence)


def test_a_proportion_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Proportion(1, 2).counted = 2  # type: ignore[misc]
