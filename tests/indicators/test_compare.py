"""Units beside each other: the published funnel of 2016, small units, and a drawing that says what it shows."""

import csv
import json
import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tracker.indicators.compare import Comparison, NothingToCompare, compare, said_of
from tracker.indicators.funnel_drawing import drawn
from tracker.indicators.statistics.proportions import Interval, Proportion
from tracker.indicators.statistics.shrinkage import Prior
from tracker.indicators.statistics.standardisation import NoReference

SVG = "{http://www.w3.org/2000/svg}"
THREE = {"5001": Proportion(3, 12), "0301": Proportion(200, 400), "1856": Proportion(0, 0), "4601": Proportion(90, 200)}


@pytest.fixture(scope="module")
def counties(reference_data: Path) -> dict[str, Proportion]:
    with (reference_data / "norway" / "imdi_2016_county_results.csv").open(encoding="utf-8") as table:
        return {
            row["county"]: Proportion(int(row["n_work"]) + int(row["n_education"]), int(row["n_ended"]))
            for row in csv.DictReader(table)
        }


def close(interval: Interval, row: dict[str, str], low: str, high: str) -> bool:
    return (interval.low, interval.high) == pytest.approx((float(row[low]), float(row[high])), abs=1e-6)


def test_the_counties_of_2016_have_the_published_limits(reference_data: Path, counties: dict[str, Proportion]) -> None:
    found = compare(counties)
    with (reference_data / "proportions" / "funnel_imdi2016_expected.csv").open(encoding="utf-8") as table:
        expected = {row["county"]: row for row in csv.DictReader(table)}
    params = json.loads((reference_data / "proportions" / "funnel_imdi2016_params.json").read_text(encoding="utf-8"))
    assert (found.target, found.phi, found.tau2) == pytest.approx(
        (params["p0"], params["phi_winsorised"], params["tau2_arcsine"]), abs=1e-6
    )
    assert {unit.unit for unit in found.units} == set(expected)
    for unit in found.units:
        row = expected[unit.unit]
        assert close(unit.point.limits[0.95], row, "exact_l95", "exact_u95")
        assert close(unit.point.limits[0.998], row, "exact_l998", "exact_u998")
        assert close(unit.point.wide_limits[0.95], row, "od_l95", "od_u95")
        assert close(unit.point.wide_limits[0.998], row, "od_l998", "od_u998")


def test_seven_counties_lie_outside_and_with_the_spread_between_them_telemark_alone(
    counties: dict[str, Proportion],
) -> None:
    found = compare(counties)
    outside = {unit.unit: unit.position() for unit in found.units if not unit.position().startswith("within")}
    assert len(outside) == 7
    assert [name for name, position in outside.items() if "99.8" in position] == ["Telemark"]
    wide = {unit.unit: unit.position(overdispersion=True) for unit in found.units}
    assert {name for name, position in wide.items() if position != "within 95 %"} == {"Telemark"}
    assert wide["Telemark"] == "below 95 %"


def test_units_stand_in_norwegian_order_whatever_their_results() -> None:
    units = {name: Proportion(at, 40) for at, name in enumerate(["Østfold", "Ås", "Agder", "Ærøy", "Oslo"], start=5)}
    assert [unit.unit for unit in compare(units).units] == ["Agder", "Oslo", "Ærøy", "Østfold", "Ås"]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=2, max_size=8))
@example([(1, 1), (1, 3)])
def test_the_order_never_depends_on_the_counts(pairs: list[tuple[int, int]]) -> None:
    units = {f"{1100 + at}": Proportion(min(pair), max(pair)) for at, pair in enumerate(pairs)}
    try:
        found = compare(units)
    except NothingToCompare:
        return
    codes = [unit.unit for unit in found.units]
    assert codes == sorted(codes)
    assert {*codes, *found.without_people} == set(units)


def test_small_units_have_three_years_together_and_larger_ones_have_not() -> None:
    years = {
        "5001": {2021: Proportion(5, 11), 2022: Proportion(4, 9), 2023: Proportion(3, 12)},
        "0301": {2022: Proportion(199, 390), 2023: Proportion(200, 400)},
    }
    found = {unit.unit: unit for unit in compare(THREE, by_year=years, year=2023).units}
    small = found["5001"].pooled
    assert small is not None
    assert (small.years, small.proportion) == ((2021, 2022, 2023), Proportion(12, 32))
    assert found["0301"].pooled is None
    assert all(unit.pooled is None for unit in compare(THREE, by_year=years).units)


def test_a_small_share_is_drawn_toward_the_others_further_than_a_large_one() -> None:
    found = compare(THREE)
    prior = found.prior
    assert isinstance(prior, Prior)
    shrunk = {unit.unit: unit for unit in found.units}
    alpha, beta = prior.distribution.alpha, prior.distribution.beta
    assert shrunk["5001"].shrunk == pytest.approx((alpha + 3) / (alpha + beta + 12))
    moved = {
        name: abs((unit.shrunk or 0) - unit.proportion.counted / unit.proportion.out_of)
        for name, unit in shrunk.items()
    }
    assert moved["5001"] > moved["0301"]


def test_shares_may_be_drawn_toward_another_reference() -> None:
    reference = [Proportion(10, 100), Proportion(20, 100), Proportion(30, 100)]
    prior = compare(THREE, reference=reference).prior
    assert isinstance(prior, Prior)
    assert prior.distribution.mean == pytest.approx(0.2, abs=0.01)
    alone = compare(THREE, reference=[Proportion(1, 2)])
    assert isinstance(alone.prior, NoReference)
    assert [unit.shrunk for unit in alone.units] == [None, None, None]
    assert any("no shrunk shares: shrinkage needs a reference of two" in line for line in said_of(alone))


def test_nobody_and_hidden_are_named_apart_and_counted_nowhere() -> None:
    found = compare(THREE, hidden=("5501", "1851"))
    assert found.target == pytest.approx(293 / 612)
    assert (found.without_people, found.hidden) == (("1856",), ("1851", "5501"))
    text = "\n".join(said_of(found))
    assert "not shown at the source, and not counted as 0: 1851, 5501" in text
    assert "nobody, and so no share: 1856" in text


def test_the_text_says_what_the_figures_cannot_tell() -> None:
    text = " ".join(said_of(compare(THREE)))
    for word in ("mix of people", "labour market", "chance", "status was lost", "version of the rule"):
        assert word in text


@pytest.mark.parametrize(
    "units",
    [
        {},
        {"A": Proportion(1, 2)},
        {"A": Proportion(2, 2), "B": Proportion(3, 3)},
        {"A": Proportion(1, 2), "B": Proportion(0, 0)},
    ],
    ids=str,
)
def test_without_two_units_that_can_differ_there_is_nothing_to_compare(units: dict[str, Proportion]) -> None:
    with pytest.raises(NothingToCompare, match="cannot be compared"):
        compare(units)


def parts(comparison: Comparison, title: str = "Counts") -> ElementTree.Element:
    return ElementTree.fromstring(drawn(comparison, title, "Made up"))


def test_a_drawing_says_what_it_shows_and_has_a_point_and_a_name_for_each_unit(
    counties: dict[str, Proportion],
) -> None:
    found = parts(compare(counties), "Leavers <2016>")
    assert found.get("role") == "img"
    assert found.get("aria-labelledby") == "title desc"
    assert found.findtext(f"{SVG}title") == "Leavers <2016>"
    described = found.findtext(f"{SVG}desc") or ""
    assert "Telemark below 99.8 % with 82 of 252" in described
    assert "with the spread between units: Telemark." in described
    told = [circle.findtext(f"{SVG}title") or "" for circle in found.iter(f"{SVG}circle")]
    assert "Oslo: 195 of 413, 47.2%" in told
    assert len(told) == 19
    words = [text.text or "" for text in found.iter(f"{SVG}text")]
    assert set(counties) <= set(words)
    assert any("labour market" in line for line in words)


def test_a_drawing_needs_nothing_from_elsewhere_and_runs_nothing(counties: dict[str, Proportion]) -> None:
    text = drawn(compare(counties), "Counts")
    assert not re.search(r"<(script|style|image|use|a|foreignObject)\b|href|url\(|@import|\son\w+=", text)
    assert re.findall(r"https?://\S+", text) == ['http://www.w3.org/2000/svg"']


def test_points_and_limits_lie_inside_the_drawing_and_a_higher_share_lies_higher() -> None:
    found = parts(compare(THREE | {"9999": Proportion(5, 5)}))
    width, height = float(found.get("width", 0)), float(found.get("height", 0))
    for circle in found.iter(f"{SVG}circle"):
        assert 0 < float(circle.get("cx", -1)) < width
        assert 0 < float(circle.get("cy", -1)) < height
    for curve in found.iter(f"{SVG}polyline"):
        points = [tuple(map(float, pair.split(","))) for pair in (curve.get("points") or "").split()]
        assert all(0 <= x <= width and 0 <= y <= height for x, y in points)
        assert all(one[0] < other[0] for one, other in pairwise(points))
    spots = {(c.findtext(f"{SVG}title") or "")[:4]: float(c.get("cy", 0)) for c in found.iter(f"{SVG}circle")}
    assert spots["9999"] < spots["0301"] < spots["4601"] < spots["5001"]


def test_names_beside_points_never_cover_each_other() -> None:
    crowd = {f"{1100 + at}": Proportion(20 + at % 3, 50 + at % 4) for at in range(40)}
    found = parts(compare(crowd))
    names = [text for text in found.iter(f"{SVG}text") if text.text in crowd]
    assert 0 < len(names) < len(crowd)
    places = [(float(name.get("x", 0)), float(name.get("y", 0)), name.get("text-anchor")) for name in names]
    assert len(set(places)) == len(places)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000)), min_size=2, max_size=5))
def test_any_units_that_can_be_compared_can_be_drawn(pairs: list[tuple[int, int]]) -> None:
    units = {f"{1100 + at}": Proportion(min(pair), max(pair)) for at, pair in enumerate(pairs)}
    try:
        found = compare(units)
    except NothingToCompare:
        return
    assert len(list(parts(found).iter(f"{SVG}circle"))) == len(found.units)
