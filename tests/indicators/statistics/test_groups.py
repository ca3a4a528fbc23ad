"""Estimates of many groups at once: each is the one that its own event table gives."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.indicators.statistics.test_survival import Person, groups, table_of
from tracker.indicators.statistics.groups import EventTables
from tracker.indicators.statistics.survival import EventTable

CAUSES = ("work", "moved")
TIMES = (0, 1, 3, 8, 12)
Group = list[Person]


def together(tables: list[EventTable], length: int = 12) -> EventTables:
    def padded(rows: list[np.typing.NDArray[np.int64]]) -> np.typing.NDArray[np.int64]:
        return np.array([np.pad(row, (0, length - len(row))) for row in rows])

    events = np.array([padded([table.events[:, cause] for table in tables]) for cause in range(len(CAUSES))])
    return EventTables(
        events, padded([table.censored for table in tables]), padded([table.entered for table in tables])
    )


def same(found: float, expected: float | None) -> bool:
    return math.isnan(found) if expected is None else found == pytest.approx(expected, abs=1e-12)


some_groups = st.lists(groups(causes=2) | st.just([]), min_size=1, max_size=4)


@given(people=some_groups)
def test_shares_and_limits_of_each_group_are_those_of_its_own_table(people: list[Group]) -> None:
    tables = [table_of(group, CAUSES) for group in people]
    found = together(tables)
    assert found.people.tolist() == [len(group) for group in people]
    curves = [(found.survival(), [table.survival() for table in tables])]
    curves += [
        (found.incidence(number), [table.incidence(cause) for table in tables]) for number, cause in enumerate(CAUSES)
    ]
    for many, single in curves:
        at = many.at(TIMES)
        for group, one in enumerate(single):
            for place, time in enumerate(TIMES):
                estimate = one.at(time)
                assert same(at.share[group, place], estimate.share if estimate else None)
                limits = estimate.interval if estimate else None
                assert same(at.low[group, place], limits.low if limits else None)
                assert same(at.high[group, place], limits.high if limits else None)


@given(people=some_groups)
def test_medians_of_each_group_are_those_of_its_own_table(people: list[Group]) -> None:
    tables = [table_of(group, CAUSES) for group in people]
    found = together(tables)
    alone = [
        EventTable(CAUSES[:1], table.events[:, :1], table.censored + table.events[:, 1], table.entered)
        for table in tables
    ]
    for many, single in (
        (found.survival(), [table.survival() for table in tables]),
        (found.incidence(0), [table.incidence(CAUSES[0]) for table in tables]),
        (found.as_if_alone(0).survival(), [table.survival() for table in alone]),
    ):
        medians = many.medians()
        for group, one in enumerate(single):
            median = one.median()
            assert same(medians.time[group], median.time)
            assert same(medians.low[group], median.low)
            assert same(medians.high[group], median.high)


@given(people=some_groups, cap=st.integers(1, 11))
def test_restricted_means_of_each_group_are_those_of_its_own_table(people: list[Group], cap: int) -> None:
    tables = [table_of(group, CAUSES) for group in people]
    mean, variance = together(tables).restricted_mean(cap)
    for group, table in enumerate(tables):
        expected = table.restricted_mean(cap)
        assert same(mean[group], expected.mean if expected else None)
        assert same(variance[group], expected.variance if expected else None)
