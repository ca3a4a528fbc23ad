"""Month-by-month paths: small ones by hand, any by a slow oracle, 712 real ones by published figures."""

import csv
import json
from collections import Counter
from itertools import combinations, groupby, pairwise
from math import log, log2, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from tracker.indicators.statistics.sequences import (
    States,
    alphabet_size,
    changes_of_state,
    complexity,
    distinct_subsequences,
    distribution,
    longitudinal_entropy,
    mean_months,
    months_in_states,
    transition_rates,
    transitions,
    transversal_entropy,
    turbulence,
)

NAMES = {
    "employment": "EM",
    "FE": "FE",
    "HE": "HE",
    "joblessness": "JL",
    "school": "SC",
    "training": "TR",
}
STATES = list(NAMES.values())
K = len(STATES)
FIRST_MONTH, MONTHS = "Sep.93", 70

Rows = list[dict[str, str]]


def paths(text: str) -> States:
    """A person a word, a month a letter, A = 0; a dot is a month not followed."""
    return np.array([["ABCDEF".index(letter) if letter != "." else -1 for letter in word] for word in text.split()])


def table(file: Path) -> Rows:
    with file.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def column(rows: Rows, name: str) -> list[float]:
    return [float(row[name]) for row in rows]


def columns(rows: Rows, names: list[str]) -> list[list[float]]:
    return [[float(row[name]) for name in names] for row in rows]


@pytest.fixture(scope="module")
def folder(reference_data: Path) -> Path:
    return reference_data / "mvad"


@pytest.fixture(scope="module")
def journeys(folder: Path) -> States:
    rows = table(folder / "mvad.csv")
    header = list(rows[0])
    months = header[header.index(FIRST_MONTH) :]
    assert (len(rows), len(months)) == (712, MONTHS)
    return np.array([[STATES.index(NAMES[row[month]]) for month in months] for row in rows], dtype=np.int8)


@pytest.fixture(scope="module")
def exact(folder: Path) -> Any:
    return json.loads((folder / "mvad_expected.json").read_text(encoding="utf-8"))["unweighted"]


@pytest.fixture(scope="module")
def individuals(folder: Path) -> Rows:
    rows = table(folder / "traminer_individual_indicators.csv")
    assert len(rows) == 712
    return rows


class TestRealJourneysEqualThePublishedFigures:
    """The exact file keeps ten decimals, hence 1e-10 for its shares; counts are equal to the unit."""

    def test_all_six_states_occur(self, journeys: States) -> None:
        assert alphabet_size(journeys) == 6

    def test_distribution_at_the_key_months(self, journeys: States, exact: Any) -> None:
        counts = distribution(journeys, K)
        for month, expected in exact["counts_key_months"].items():
            assert dict(zip(STATES, counts[int(month) - 1], strict=True)) == expected
            shares = counts[int(month) - 1] / 712
            assert_allclose(shares, [exact["key_months"][month][s] for s in STATES], rtol=0, atol=1e-10)

    def test_distribution_in_the_table_of_key_months(self, journeys: States, folder: Path) -> None:
        counts = distribution(journeys, K)
        rows = table(folder / "state_distribution_key_months_unweighted.csv")
        assert len(rows) == 7 * K
        for row in rows:
            count = counts[int(row["position"]) - 1, STATES.index(row["state"])]
            assert count == int(row["count"])
            assert count / 712 == pytest.approx(float(row["share"]), abs=1e-10)

    def test_distribution_and_entropy_of_every_month(self, journeys: States, folder: Path) -> None:
        rows = table(folder / "traminer_state_distribution_unweighted.csv")
        counts = distribution(journeys, K)
        assert_array_equal(counts.sum(axis=1), column(rows, "valid"))
        assert_allclose(counts / 712, columns(rows, STATES), rtol=0, atol=1e-9)
        assert_allclose(transversal_entropy(counts, 6), column(rows, "entropy_norm"), rtol=0, atol=1e-9)

    def test_entropy_at_the_key_months(self, journeys: States, exact: Any) -> None:
        entropy = transversal_entropy(distribution(journeys, K), alphabet_size(journeys))
        found = [entropy[int(month) - 1] for month in exact["entropy"]]
        assert_allclose(found, list(exact["entropy"].values()), rtol=0, atol=1e-10)

    def test_transitions(self, journeys: States, exact: Any) -> None:
        counts = transitions(journeys, K)
        expected, rates = exact["transition_counts"], exact["transition_rates"]
        assert_array_equal(counts, [[expected[a][b] for b in STATES] for a in STATES])
        assert_allclose(transition_rates(counts), [[rates[a][b] for b in STATES] for a in STATES], rtol=0, atol=1e-10)

    def test_transition_rates_of_traminer(self, journeys: States, folder: Path) -> None:
        rows = table(folder / "traminer_transition_rates_unweighted.csv")
        assert [row[""] for row in rows] == STATES
        assert_allclose(transition_rates(transitions(journeys, K)), columns(rows, STATES), rtol=0, atol=1e-9)

    def test_mean_months(self, journeys: States, exact: Any, folder: Path) -> None:
        rows = table(folder / "traminer_mean_time_unweighted.csv")
        assert [row["state"] for row in rows] == STATES
        found = mean_months(journeys, K)
        assert_allclose(found, column(rows, "mean_months"), rtol=0, atol=1e-9)
        assert_allclose(found, [exact["mean_months"][s] for s in STATES], rtol=0, atol=1e-10)
        totals = months_in_states(journeys, K).sum(axis=0)
        assert dict(zip(STATES, totals, strict=True)) == exact["total_months"]

    def test_counts_of_each_person(self, journeys: States, individuals: Rows) -> None:
        assert_array_equal(months_in_states(journeys, K), columns(individuals, STATES))
        assert_array_equal(changes_of_state(journeys), column(individuals, "transitions"))
        assert_array_equal(changes_of_state(journeys) + 1, column(individuals, "dss_length"))
        assert_array_equal(distinct_subsequences(journeys), column(individuals, "subsequences"))

    def test_entropy_complexity_and_turbulence_of_each_person(self, journeys: States, individuals: Rows) -> None:
        for found, name in (
            (longitudinal_entropy(journeys, K, 6), "entropy"),
            (complexity(journeys, K, 6), "complexity"),
            (turbulence(journeys), "turbulence"),
        ):
            assert_allclose(found, column(individuals, name), rtol=0, atol=1e-9, err_msg=name)


class TestSmallPathsByHand:
    def test_a_month_counts_only_those_followed_so_far(self) -> None:
        assert_array_equal(distribution(paths("AAB AB. B.."), 3), [[2, 1, 0], [1, 1, 0], [0, 1, 0]])

    def test_a_move_needs_both_months_followed(self) -> None:
        assert_array_equal(transitions(paths("AAB AB. B.."), 2), [[1, 2], [0, 0]])

    def test_a_state_nobody_continues_from_has_no_rates(self) -> None:
        assert_array_equal(transition_rates(np.array([[1, 3], [0, 0]])), [[0.25, 0.75], [np.nan, np.nan]])

    def test_a_month_without_anyone_followed_has_no_entropy(self) -> None:
        assert_array_equal(transversal_entropy(distribution(paths("A. B."), 2), 2), [1.0, np.nan])

    def test_where_one_state_occurs_nothing_is_mixed(self) -> None:
        same = paths("AAA AAA")
        assert alphabet_size(same) == 1
        assert_array_equal(transversal_entropy(distribution(same, 2), 1), [0, 0, 0])
        assert_array_equal(longitudinal_entropy(same, 2, 1), [0, 0])
        assert_array_equal(complexity(same, 2, 1), [0, 0])
        assert_array_equal(turbulence(same), [1, 1])

    def test_no_entropy_is_a_negative_zero(self) -> None:
        assert not np.signbit(transversal_entropy(np.array([[3, 0]]), 2)).any()

    def test_the_alphabet_of_the_whole_selection_is_used_for_its_parts(self) -> None:
        part = distribution(paths("A B"), 4)
        assert_allclose(transversal_entropy(part, 4), [0.5])

    def test_one_month_has_no_moves(self) -> None:
        single = paths("A B")
        assert_array_equal(transitions(single, 2), [[0, 0], [0, 0]])
        assert_array_equal(complexity(single, 2, 2), [0, 0])
        assert_array_equal(turbulence(single), [1, 1])

    def test_a_person_not_followed_has_no_figures_and_is_not_in_the_mean(self) -> None:
        states = paths("AB ..")
        assert_array_equal(mean_months(states, 2), [1, 1])
        for figures in (longitudinal_entropy(states, 2, 2), complexity(states, 2, 2), turbulence(states)):
            assert_array_equal(np.isnan(figures), [False, True])

    @pytest.mark.parametrize("shape", [(0, 3), (0, 0), (2, 0)])
    def test_an_empty_selection_gives_empty_figures(self, shape: tuple[int, int]) -> None:
        nothing = np.empty(shape, dtype=np.int64)
        people, months = shape
        assert alphabet_size(nothing) == 0
        assert_array_equal(distribution(nothing, 2), np.zeros((months, 2)))
        assert_array_equal(transversal_entropy(distribution(nothing, 2), 0), [np.nan] * months)
        assert_array_equal(transitions(nothing, 2), np.zeros((2, 2)))
        assert_array_equal(mean_months(nothing, 2), [np.nan, np.nan])
        for figures in (longitudinal_entropy(nothing, 2, 0), complexity(nothing, 2, 0), turbulence(nothing)):
            assert_array_equal(figures, [np.nan] * people)

    def test_a_return_to_a_state_adds_no_subsequence_twice(self) -> None:
        assert_array_equal(distinct_subsequences(paths("AABA ABAB AAAA")), [7, 12, 2])


class TestWrongInputIsRefused:
    def test_a_list_of_months_without_people(self) -> None:
        with pytest.raises(ValueError, match="got 1 dimensions"):
            distribution(np.array([0, 1]), 2)

    @pytest.mark.parametrize("code", [-2, 2])
    def test_an_unknown_code(self, code: int) -> None:
        states = np.array([[0, 0], [1, code]])
        with pytest.raises(ValueError, match=f"row 1, month 1: got {code}; use 0 to 1"):
            transitions(states, 2)

    def test_a_code_beyond_any_alphabet(self) -> None:
        with pytest.raises(ValueError, match="row 0, month 1: got 1000000"):
            turbulence(np.array([[0, 1_000_000]]))

    def test_a_gap_in_the_months_followed(self) -> None:
        with pytest.raises(ValueError, match="row 1 is followed again in month 2"):
            turbulence(paths("AAA A.A"))

    def test_an_alphabet_smaller_than_the_states_that_occur(self) -> None:
        with pytest.raises(ValueError, match="a row has 2 states but alphabet_size is 1"):
            longitudinal_entropy(paths("AB"), 2, 1)


@st.composite
def any_paths(draw: st.DrawFn) -> States:
    months = draw(st.integers(1, 8))
    followed = st.text("ABC", max_size=months).map(lambda word: word.ljust(months, "."))
    return paths(" ".join(draw(st.lists(followed, min_size=1, max_size=5))))


def months_of(person: States) -> list[int]:
    return [int(code) for code in person if code >= 0]


def slow_entropy(months: list[int], size: int) -> float:
    shares = [count / len(months) for count in Counter(months).values()]
    return -sum(p * log(p) for p in shares) / log(size) if size > 1 else 0.0


def slow_complexity(months: list[int], size: int) -> float:
    moves = sum(a != b for a, b in pairwise(months))
    return sqrt(moves / (len(months) - 1) * slow_entropy(months, size)) if len(months) > 1 else 0.0


def slow_turbulence(months: list[int]) -> float:
    stays = [(state, len(list(run))) for state, run in groupby(months)]
    order = [state for state, _ in stays]
    phi = len({some for n in range(len(order) + 1) for some in combinations(order, n)})
    mean = len(months) / len(stays)
    variance = sum((length - mean) ** 2 for _, length in stays) / len(stays)
    return log2(phi * ((len(stays) - 1) * (1 - mean) ** 2 + 1) / (variance + 1))


@given(any_paths())
def test_any_path_has_the_figures_of_the_formulas(states: States) -> None:
    size = alphabet_size(states)
    persons = [months_of(person) for person in states]
    assert size == len({code for months in persons for code in months})
    for found, slow in (
        (longitudinal_entropy(states, 3, size), lambda months: slow_entropy(months, size)),
        (complexity(states, 3, size), lambda months: slow_complexity(months, size)),
        (turbulence(states), slow_turbulence),
    ):
        assert_allclose(found, [slow(months) if months else np.nan for months in persons], rtol=0, atol=1e-12)


@given(any_paths())
def test_any_moves_are_the_pairs_of_neighbouring_months(states: States) -> None:
    pairs = Counter(pair for person in states for pair in pairwise(months_of(person)))
    assert_array_equal(transitions(states, 3), [[pairs[a, b] for b in range(3)] for a in range(3)])


@given(any_paths())
def test_everyone_followed_is_in_one_state_each_month(states: States) -> None:
    counts = distribution(states, 3)
    assert_array_equal(counts.sum(axis=1), (states >= 0).sum(axis=0))
    assert_array_equal(counts.sum(axis=0), months_in_states(states, 3).sum(axis=0))


@given(any_paths())
def test_entropy_and_complexity_lie_between_0_and_1(states: States) -> None:
    size = alphabet_size(states)
    for figures in (
        transversal_entropy(distribution(states, 3), size),
        longitudinal_entropy(states, 3, size),
        complexity(states, 3, size),
    ):
        known = figures[~np.isnan(figures)]
        assert ((known >= 0) & (known <= 1 + 1e-12)).all()
