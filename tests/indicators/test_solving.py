"""The solver of disclosure control, against trying out all numbers."""

from itertools import product
from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.indicators.audit import System
from tracker.indicators.solving import Sums, Unlimited, optimum

SIGNS = st.lists(st.sampled_from((-1, 0, 1)), min_size=3, max_size=3).filter(any)


def sums_of(rows: list[list[int]]) -> Sums:
    of, number = np.nonzero(np.array(rows).reshape(-1, 3))
    return Sums(of, number, np.array(rows).reshape(-1, 3)[of, number], len(rows))


@given(
    rows=st.lists(SIGNS, max_size=3),
    people=st.lists(st.integers(0, 4), min_size=3, max_size=3),
    cost=st.lists(st.integers(-3, 5), min_size=3, max_size=3),
    most=st.lists(st.integers(0, 3), min_size=3, max_size=3),
)
def test_whole_numbers_are_those_of_the_least_cost(
    rows: list[list[int]], people: list[int], cost: list[int], most: list[int]
) -> None:
    all_there_are = [np.array(numbers) for numbers in product(*(range(each + 1) for each in most))]
    fitting = [n for n in all_there_are if all(np.dot(row, n) == p for row, p in zip(rows, people, strict=False))]

    found = optimum(
        np.array(cost, dtype=float),
        sums_of(rows),
        np.array(people[: len(rows)], dtype=float),
        np.array(most, dtype=float),
        integral=True,
    )

    if found is None:
        assert not fitting
    else:
        assert np.dot(cost, np.rint(found)) == min(np.dot(cost, n) for n in fitting)
        assert any((np.rint(found) == n).all() for n in fitting)


@given(rows=st.lists(SIGNS, max_size=4), tables=st.lists(st.tuples(*[st.integers(0, 9)] * 3), max_size=3))
def test_what_sums_come_to(rows: list[list[int]], tables: list[tuple[int, ...]]) -> None:
    numbers = np.array(tables, dtype=np.int64).reshape(-1, 3)

    assert (sums_of(rows).come_to(numbers) == numbers @ np.array(rows, dtype=np.int64).reshape(-1, 3).T).all()


def test_sums_of_numbers_that_come_later() -> None:
    one = sums_of([[1, 1, -1]])

    both = one.then(one, further=3)

    assert both.come_to(np.array([[1, 2, 3, 4, 5, 6]])).tolist() == [[0, 3]]


def test_fractions_are_found_where_they_cost_less() -> None:
    # Three pairs that are one person each: half a person in each of the three.
    found = optimum(np.ones(3), sums_of([[1, 1, 0], [0, 1, 1], [1, 0, 1]]), np.ones(3), np.full(3, inf))

    assert found is not None
    assert found == pytest.approx([0.5, 0.5, 0.5])


def test_a_cost_that_falls_without_end() -> None:
    with pytest.raises(Unlimited):
        optimum(np.array([-1.0, 0, 0]), sums_of([[1, -1, 0]]), np.zeros(1), np.full(3, inf))


def test_a_table_with_other_sums_is_not_believed() -> None:
    system = System(("women", "men"), (), [{"women": 1, "men": 1}], [5])

    system.keep(np.array([2, 3]))
    with pytest.raises(ArithmeticError, match="other sums"):
        system.keep(np.array([2, 2]))
    with pytest.raises(ArithmeticError, match="other sums"):
        system.keep(np.array([6, -1]))

    assert system.solutions.tolist() == [[2, 3]]
