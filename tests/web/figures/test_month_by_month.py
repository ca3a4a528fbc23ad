"""Month by month: few people are never told apart unless the view is exact."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tracker.indicators.month_by_month import spread


@given(st.lists(st.integers(0, 3), min_size=1, max_size=40))
def test_no_state_of_fewer_than_five_can_be_told_from_the_others(people: list[int]) -> None:
    (month,) = spread(np.array([[state] for state in people], dtype=np.int16), 4, exact=False)
    if month.people is None:
        assert len(people) < 5
        return
    counts = [None if share is None else round(share * month.people) for share in month.shares]
    assert all(count is None or count == 0 or count >= 5 for count in counts)
    hidden = round(month.hidden * month.people)
    assert hidden == 0 or hidden >= 5
    assert sum(count or 0 for count in counts) + hidden == len(people)
    # One hidden state would be told by what is left of all.
    assert counts.count(None) != 1


def test_an_exact_view_tells_everything() -> None:
    (month,) = spread(np.array([[0], [1], [1]], dtype=np.int16), 2, exact=True)
    assert month.people == 3
    assert month.shares == [1 / 3, 2 / 3]
    assert month.hidden == 0


def test_who_is_no_longer_followed_is_in_no_month() -> None:
    states = np.array([[0, -1]] * 6, dtype=np.int16)
    assert [month.people for month in spread(states, 1, exact=False)] == [6, 0]
