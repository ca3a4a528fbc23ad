"""Observed against expected: Berkeley's admissions by published values, merging by tables, intervals by properties."""

import csv
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tracker.indicators.statistics.proportions import Proportion
from tracker.indicators.statistics.standardisation import (
    NoReference,
    Standardised,
    Strata,
    Stratum,
    StratumLine,
    directly_standardised,
    merged_strata,
    standardised,
    total,
)


class Berkeley(NamedTuple):
    """Admissions by department, by gender and in all, with the published results by gender."""

    reference: Strata
    by_gender: dict[str, Strata]
    expected: dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def berkeley(reference_data: Path) -> Berkeley:
    admitted: dict[tuple[str, str], int] = {}
    applied: dict[tuple[str, str], int] = {}
    with (reference_data / "adjustment" / "UCBAdmissions.csv").open(encoding="utf-8") as table:
        for row in csv.DictReader(table):
            key = row["Gender"], row["Dept"]
            applied[key] = applied.get(key, 0) + int(row["Freq"])
            if row["Admit"] == "Admitted":
                admitted[key] = int(row["Freq"])
    with (reference_data / "adjustment" / "ucb_standardised_expected.csv").open(encoding="utf-8") as table:
        expected = {row["gender"]: row for row in csv.DictReader(table)}
    by_gender: dict[str, Strata] = {
        gender: {(d,): Proportion(admitted[g, d], n) for (g, d), n in applied.items() if g == gender}
        for gender in expected
    }
    reference: Strata = {(d,): total(strata[d,] for strata in by_gender.values()) for d in "ABCDEF"}
    return Berkeley(reference, by_gender, expected)


def standardised_number(own: Strata, reference: Strata) -> Standardised:
    result = standardised(own, reference)
    assert isinstance(result, Standardised)
    return result


def strata(text: str) -> dict[Stratum, Proportion]:
    """One line a stratum: its parts, then counted/out of."""
    result = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        *parts, counts = line.split()
        counted, out_of = map(int, counts.split("/"))
        result[tuple(parts)] = Proportion(counted, out_of)
    return result


def lines_of(reference: Strata) -> list[set[str]]:
    return [{" ".join(stratum) for stratum in group} for group in merged_strata(reference)]


@pytest.mark.parametrize("gender", ["Male", "Female"])
def test_berkeley_is_standardised_to_the_published_values(berkeley: Berkeley, gender: str) -> None:
    expected = {name: float(value) for name, value in berkeley.expected[gender].items() if name != "gender"}
    result = standardised_number(berkeley.by_gender[gender], berkeley.reference)
    assert result.observed == expected["observed"]
    assert result.expected == pytest.approx(expected["expected_indirect"], abs=1e-6)
    assert result.variance == pytest.approx(expected["var_indep"], abs=1e-6)
    assert result.z == pytest.approx(expected["z"], abs=1e-6)
    assert result.ratio == pytest.approx(expected["OE"], abs=1e-6)
    assert result.adjusted == pytest.approx(expected["adjusted_rate_indirect"], abs=1e-6)
    direct = directly_standardised(berkeley.by_gender[gender], berkeley.reference)
    assert direct == pytest.approx(expected["direct_std"], abs=1e-6)


def test_the_crude_order_of_berkeley_reverses(berkeley: Berkeley) -> None:
    crude = {gender: total(own.values()).share or 0 for gender, own in berkeley.by_gender.items()}
    adjusted = {
        gender: standardised_number(own, berkeley.reference).adjusted or 0 for gender, own in berkeley.by_gender.items()
    }
    assert crude["Male"] > crude["Female"]
    assert adjusted["Male"] < adjusted["Female"]


def test_observed_less_expected_is_in_people() -> None:
    result = standardised_number(strata("low 6/10 \n high 9/10"), strata("low 20/40 \n high 60/80"))
    assert (result.observed, result.expected, result.difference) == (15, 12.5, 2.5)
    assert result.reference_share == pytest.approx(80 / 120)
    assert [(line.strata, line.own.out_of, line.expected) for line in result.lines] == [
        ((("high",),), 10, 7.5),
        ((("low",),), 10, 5.0),
    ]


def test_a_stratum_without_anybody_in_the_reference_gives_no_number() -> None:
    reference = strata("low 20/40 \n middle 0/0")
    assert standardised(strata("low 1/4 \n middle 1/3 \n high 2/9"), reference) == NoReference(
        "no people in the reference for a stratum that has people here", (("high",), ("middle",))
    )


def test_an_empty_stratum_of_ones_own_needs_no_reference() -> None:
    assert standardised_number(strata("low 1/4 \n high 0/0"), strata("low 20/40")).expected == 2


@pytest.mark.parametrize("reference, enough", [("low 9/29", False), ("low 9/30", True), ("", False)])
def test_a_reference_of_less_than_30_people_is_none(reference: str, enough: bool) -> None:
    assert isinstance(standardised(strata("low 1/4"), strata(reference)), Standardised) is enough


def test_nobody_here_gives_no_ratio() -> None:
    result = standardised_number({}, strata("low 20/40"))
    assert (result.observed, result.expected) == (0, 0)
    assert (result.ratio, result.adjusted, result.z, result.interval()) == (None, None, None, None)


def test_a_stratum_of_30_people_stands_alone_and_one_of_29_is_merged_with_the_smallest_other() -> None:
    assert lines_of(strata("a 1/30 \n b 1/50 \n c 1/40")) == [{"a"}, {"b"}, {"c"}]
    assert lines_of(strata("a 1/29 \n b 1/50 \n c 1/40")) == [{"a", "c"}, {"b"}]


def test_thin_strata_are_merged_with_each_other_first() -> None:
    assert lines_of(strata("a 1/20 \n b 1/99 \n c 1/10")) == [{"a", "c"}, {"b"}]


def test_the_last_part_of_a_stratum_is_given_up_first() -> None:
    reference = strata("""
        low  woman young 9/20
        low  woman old   9/20
        low  man   young 9/10
        low  man   old   9/10
        high woman young 9/90
        high man   young 9/15
        """)
    assert lines_of(reference) == [
        {"high man young", "high woman young"},
        {"low man old", "low man young", "low woman old", "low woman young"},
    ]


def test_what_is_merged_is_merged_here_too() -> None:
    result = standardised_number(strata("a 3/4 \n b 0/6"), strata("a 10/10 \n b 20/50"))
    assert result.lines == (StratumLine((("a",), ("b",)), own=Proportion(3, 10), reference=Proportion(30, 60)),)


def test_merging_does_not_depend_on_how_many_are_counted() -> None:
    assert lines_of(strata("a 0/10 \n b 0/20 \n c 0/60")) == lines_of(strata("a 10/10 \n b 9/20 \n c 60/60"))


def test_strata_need_the_same_number_of_parts() -> None:
    with pytest.raises(ValueError, match="same number of parts"):
        merged_strata(strata("low woman 1/40 \n low 1/40"))


@given(
    st.dictionaries(st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.sampled_from("123")), st.integers(1, 60))
)
def test_merging_leaves_nobody_out_and_no_stratum_thin(people: dict[Stratum, int]) -> None:
    assume(sum(people.values()) >= 30)
    groups = merged_strata({stratum: Proportion(0, n) for stratum, n in people.items()})
    assert sorted(stratum for group in groups for stratum in group) == sorted(people)
    assert all(sum(people[stratum] for stratum in group) >= 30 for group in groups)


@st.composite
def municipalities(draw: st.DrawFn) -> tuple[Strata, Strata]:
    own: dict[Stratum, Proportion] = {}
    reference: dict[Stratum, Proportion] = {}
    for name in draw(st.sets(st.sampled_from("abcd"), min_size=1)):
        n, m = draw(st.integers(1, 60)), draw(st.integers(30, 400))
        own[name,] = Proportion(draw(st.integers(0, n)), n)
        reference[name,] = Proportion(draw(st.integers(1, m - 1)), m)
    return own, reference


@given(municipalities())
def test_the_interval_holds_the_ratio_and_leaves_out_1_only_where_z_is_beyond_its_limit(
    both: tuple[Strata, Strata],
) -> None:
    result = standardised_number(*both)
    interval = result.interval()
    assert interval is not None and result.ratio is not None and result.z is not None
    assert 0 <= interval.low <= result.ratio <= interval.high
    assert interval.high <= sum(line.own.out_of for line in result.lines) / result.expected + 1e-9
    if abs(abs(result.z) - 1.959964) > 1e-4:
        assert (interval.low <= 1 <= interval.high) is (abs(result.z) < 1.959964)


@given(st.integers(1, 300), st.data())
def test_with_one_stratum_the_interval_is_wilsons(n: int, data: st.DataObject) -> None:
    own = Proportion(data.draw(st.integers(0, n)), n)
    interval = standardised_number({("all",): own}, {("all",): Proportion(45, 100)}).interval()
    assert interval is not None
    assert (interval.low * 0.45, interval.high * 0.45) == pytest.approx((own.wilson().low, own.wilson().high), abs=1e-9)


def test_a_stratum_in_which_all_of_the_reference_are_counted_moves_with_nothing() -> None:
    interval = standardised_number(strata("a 8/10 \n b 5/10"), strata("a 40/40 \n b 20/40")).interval()
    assert interval is not None
    assert 10 / 15 < interval.low < 13 / 15 < interval.high < 20 / 15
    below = standardised_number(strata("a 8/10 \n b 0/10"), strata("a 40/40 \n b 20/40")).interval()
    assert below is not None
    assert below.low == pytest.approx(8 / 15)


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_a_confidence_lies_between_0_and_1(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence must be above 0 and below 1"):
        standardised_number(strata("a 8/10"), strata("a 20/40")).interval(confidence)


def test_direct_standardisation_needs_people_in_every_stratum() -> None:
    assert directly_standardised(strata("a 8/10"), strata("a 20/40 \n b 20/40")) is None
    assert directly_standardised(strata("a 8/10"), strata("a 20/40 \n b 0/0")) == pytest.approx(0.8)
    assert directly_standardised(strata("a 8/10"), {}) is None
