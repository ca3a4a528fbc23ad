"""Whether groups differ in how fast something happens: a published test, and any by a slow sum over times."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.indicators.statistics.test_survival import MAINTAINED, NOT_MAINTAINED, Person, event, groups, table_of
from tracker.indicators.statistics.survival import CENSORED, log_rank


def test_leukaemia_maintenance_gives_the_published_test() -> None:
    test = log_rank([event(MAINTAINED), event(NOT_MAINTAINED)])
    assert (round(test.statistic, 1), test.degrees, round(test.p_value or 0, 2)) == (3.4, 1, 0.07)
    assert test.observed == (7, 11)
    assert [round(expected, 2) for expected in test.expected] == [10.69, 7.31]


@given(st.lists(groups(), min_size=2, max_size=4))
def test_a_log_rank_test_does_not_depend_on_the_order_of_the_groups(members: list[list[Person]]) -> None:
    tables = [table_of(people) for people in members]
    there, back = log_rank(tables), log_rank(tables[::-1])
    assert there.statistic == pytest.approx(back.statistic, rel=1e-6, abs=1e-9)
    assert (there.degrees, there.observed) == (back.degrees, back.observed[::-1])
    assert sum(there.expected) == pytest.approx(sum(there.observed), abs=1e-9)


@given(st.lists(groups(late=False), min_size=3, max_size=3))
def test_a_log_rank_test_of_three_groups_equals_a_sum_over_times(members: list[list[Person]]) -> None:
    excess, covariance = np.zeros(3), np.zeros((3, 3))
    for time in range(9):
        at_risk = np.array([sum(person.time >= time for person in people) for people in members])
        events = np.array([sum(p.time == time and p.what != CENSORED for p in people) for people in members])
        n, d = at_risk.sum(), events.sum()
        if d:
            excess += events - d * at_risk / n
            spread = d * (n - d) / (n - 1) if n > 1 else 0
            covariance += spread * (np.diag(at_risk / n) - np.outer(at_risk, at_risk) / n**2)
    test = log_rank([table_of(people) for people in members])
    if test.degrees == 2:
        expected = excess[:2] @ np.linalg.solve(covariance[:2, :2], excess[:2])
        assert test.statistic == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_groups_that_are_alike_do_not_differ() -> None:
    alike = event("1 2 3+ 4 5+")
    test = log_rank([alike, alike, alike])
    assert test.statistic == pytest.approx(0, abs=1e-12)
    assert test.p_value == pytest.approx(1)
    assert test.degrees == 2


def test_nothing_is_compared_where_nothing_happened_or_a_group_was_never_at_risk() -> None:
    for other in (event("1+"), event("")):
        test = log_rank([event("1+ 2+"), other])
        assert (test.statistic, test.degrees, test.p_value) == (0, 0, None)
    assert log_rank([event("1 2 3"), event("")]).degrees == 0


def test_the_rates_of_one_cause_are_compared_with_those_gone_by_another_no_longer_at_risk() -> None:
    first, second = [(1, 0), (2, 1), (3, 0), (4, -1)], [(2, 1), (3, 1), (5, 0), (6, 0)]
    tables = [table_of([Person(0, *row) for row in rows]) for rows in (first, second)]
    as_censored = [
        table_of([Person(0, time, 0 if what == 0 else CENSORED) for time, what in rows]) for rows in (first, second)
    ]
    assert log_rank(tables, "work") == log_rank(as_censored)
    assert log_rank(tables, "work") != log_rank(tables)


def test_one_group_alone_is_refused() -> None:
    with pytest.raises(ValueError, match="two or more groups, got 1"):
        log_rank([event("1")])
