"""Funnel limits against those of the 19 counties of 2016, and how they behave at the edges."""

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from tracker.indicators.statistics.funnel import (
    ALARM,
    WARNING,
    Funnel,
    Position,
    exact_limits,
    funnel,
    overdispersed_limits,
    overdispersion,
)
from tracker.indicators.statistics.proportions import Interval, Proportion

Rows = list[dict[str, str]]


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8") as table:
        return list(csv.DictReader(table))


@pytest.fixture(scope="module")
def results(reference_data: Path) -> Rows:
    return read(reference_data / "norway" / "imdi_2016_county_results.csv")


@pytest.fixture(scope="module")
def published(reference_data: Path) -> dict[str, dict[str, str]]:
    return {row["county"]: row for row in read(reference_data / "proportions" / "funnel_imdi2016_expected.csv")}


@pytest.fixture(scope="module")
def counties(results: Rows) -> dict[str, Proportion]:
    return {
        row["county"]: Proportion(int(row["n_work"]) + int(row["n_education"]), int(row["n_ended"])) for row in results
    }


@pytest.fixture(scope="module")
def drawn(counties: dict[str, Proportion]) -> Funnel:
    return funnel(counties)


def close(interval: Interval, row: dict[str, str], low: str, high: str) -> bool:
    return (interval.low, interval.high) == pytest.approx((float(row[low]), float(row[high])), abs=1e-6)


def outside(drawn: Funnel, coverage: float, overdispersed: bool = False) -> dict[str, Position]:
    positions = {point.name: point.position(coverage, overdispersed) for point in drawn.points}
    return {name: position for name, position in positions.items() if position != "within"}


def test_counts_of_the_counties_give_the_published_percentages(results: Rows, counties: dict[str, Proportion]) -> None:
    assert len(results) == 19
    for row in results:
        share = counties[row["county"]].share
        assert share is not None
        assert round(100 * share) == int(row["pct_work_or_education"])


def test_the_funnel_of_the_counties_has_the_published_parameters(reference_data: Path, drawn: Funnel) -> None:
    params = json.loads((reference_data / "proportions" / "funnel_imdi2016_params.json").read_text(encoding="utf-8"))
    assert drawn.target == pytest.approx(params["p0"], abs=1e-6)
    assert drawn.phi == pytest.approx(params["phi_winsorised"], abs=1e-6)
    assert drawn.tau2 == pytest.approx(params["tau2_arcsine"], abs=1e-9)
    assert len(drawn.points) == params["k"]


def test_limits_of_the_counties_equal_the_published_ones(drawn: Funnel, published: dict[str, dict[str, str]]) -> None:
    assert {point.name for point in drawn.points} == set(published)
    for point in drawn.points:
        row = published[point.name]
        assert close(point.limits[WARNING], row, "exact_l95", "exact_u95")
        assert close(point.limits[ALARM], row, "exact_l998", "exact_u998")
        assert close(point.wide_limits[WARNING], row, "od_l95", "od_u95")
        assert close(point.wide_limits[ALARM], row, "od_l998", "od_u998")


def test_z_values_of_the_counties_equal_the_published_ones(
    counties: dict[str, Proportion], published: dict[str, dict[str, str]], drawn: Funnel
) -> None:
    spread = overdispersion(list(counties.values()), drawn.target)
    rows = [published[name] for name in counties]
    assert list(spread.z) == pytest.approx([float(row["z_arcsine"]) for row in rows], abs=1e-6)
    assert list(spread.winsorised) == pytest.approx([float(row["z_wins"]) for row in rows], abs=1e-6)


def test_seven_counties_differ_by_more_than_chance_and_one_by_more_than_the_counties_do(drawn: Funnel) -> None:
    assert len(outside(drawn, WARNING)) == 7
    assert outside(drawn, ALARM) == {"Telemark": "below"}
    assert outside(drawn, WARNING, overdispersed=True) == {"Telemark": "below"}
    assert outside(drawn, ALARM, overdispersed=True) == {}


def test_municipalities_stand_in_the_order_of_their_codes() -> None:
    units = {"5001": Proportion(9, 10), "0301": Proportion(1, 10), "1103": Proportion(5, 10)}
    assert [point.name for point in funnel(units).points] == ["0301", "1103", "5001"]


def test_a_municipality_without_people_is_left_out() -> None:
    units = {"0301": Proportion(0, 0), "1103": Proportion(5, 10), "5001": Proportion(6, 10)}
    assert [point.name for point in funnel(units).points] == ["1103", "5001"]


def test_one_municipality_is_no_funnel() -> None:
    with pytest.raises(ValueError, match="two municipalities or more with people, got 1"):
        funnel({"0301": Proportion(5, 10), "1103": Proportion(0, 0)})


@pytest.mark.parametrize("counted", [0, 10])
def test_where_all_or_none_are_counted_there_is_no_funnel(counted: int) -> None:
    with pytest.raises(ValueError, match="target above 0 and below 1"):
        funnel({"0301": Proportion(counted, 10), "1103": Proportion(counted, 10)})


def test_municipalities_that_are_all_alike_spread_no_more_than_chance() -> None:
    spread = overdispersion([Proportion(5, 10)] * 4, 0.5)
    assert (spread.phi, spread.tau2) == (0, 0)
    assert overdispersed_limits(0.5, 100, 0).low == pytest.approx(0.4, abs=0.005)


@pytest.mark.parametrize(
    "counted, position", [(40, "within"), (39, "below"), (59, "within"), (60, "above"), (50, "within")]
)
def test_a_share_just_beyond_a_limit_is_outside_it(counted: int, position: Position) -> None:
    drawn = funnel({"0301": Proportion(counted, 100), "1103": Proportion(50, 100)}, target=0.5)
    assert drawn.points[0].position(WARNING) == position


@given(st.integers(1, 2000), st.floats(0.01, 0.99), st.sampled_from([WARNING, ALARM]))
def test_exact_limits_lie_within_one_person_of_the_binomial_quantiles(n: int, target: float, coverage: float) -> None:
    interval = exact_limits(target, n, coverage)
    for limit, probability in ((interval.low, (1 - coverage) / 2), (interval.high, (1 + coverage) / 2)):
        quantile = float(binom.ppf(probability, n, target))
        assert max(0, quantile - 1) - 1e-9 <= limit * n <= quantile + 1e-9
    assert 0 <= interval.low <= interval.high <= 1


@given(st.integers(1, 2000), st.floats(0.01, 0.99), st.floats(0, 0.1))
def test_spread_beyond_chance_never_narrows_the_limits(n: int, target: float, tau2: float) -> None:
    chance, wide = overdispersed_limits(target, n, 0), overdispersed_limits(target, n, tau2)
    assert 0 <= wide.low <= chance.low <= target <= chance.high <= wide.high <= 1


@pytest.mark.parametrize(
    "target, people, coverage, message",
    [
        (0, 10, 0.95, "target above 0 and below 1, got 0"),
        (1, 10, 0.95, "target above 0 and below 1, got 1"),
        (0.5, 0, 0.95, "one person or more, got 0"),
        (0.5, 10, 95, "coverage must be above 0 and below 1, got 95"),
    ],
)
def test_impossible_limits_are_refused(target: float, people: int, coverage: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        exact_limits(target, people, coverage)
    with pytest.raises(ValueError, match=message):
        overdispersed_limits(target, people, 0.01, coverage)


def test_a_variance_is_not_below_0_and_less_than_half_is_trimmed() -> None:
    with pytest.raises(ValueError, match="tau2 is a variance"):
        overdispersed_limits(0.5, 10, -0.1)
    with pytest.raises(ValueError, match=r"trim from 0 to below 0\.5"):
        overdispersion([Proportion(1, 2), Proportion(1, 3)], 0.5, trim=0.5)
