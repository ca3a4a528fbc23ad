"""Small groups are hidden at the exit to publication, and cannot be worked out from the rest of a whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.indicators.cohort import Cohort
from tracker.indicators.definition import Figure, Line, figure_of
from tracker.indicators.disclosure import protect
from tracker.indicators.economic import E1


def figure(counted: int, out_of: int, whole: str | None = None, unknown: int = 0) -> Figure:
    return figure_of(E1, Cohort("left", 2024, 2024), (), Line("line", 0, counted, out_of, unknown, whole=whole))


@pytest.mark.parametrize(
    "counted, out_of, shown",
    [
        (0, 4, "hidden"),
        (0, 5, "shown"),
        (5, 5, "shown"),
        (1, 20, "hidden"),
        (4, 20, "hidden"),
        (5, 20, "shown"),
        (15, 20, "shown"),
        (16, 20, "hidden"),
        (19, 20, "hidden"),
        (20, 20, "shown"),
        (0, 0, "nobody"),
    ],
)
def test_a_count_of_one_to_four_is_hidden_and_so_is_all_but_one_to_four(counted: int, out_of: int, shown: str) -> None:
    assert protect([figure(counted, out_of)])[0].shown == shown


def test_a_hidden_figure_keeps_neither_share_nor_interval() -> None:
    hidden = protect([figure(3, 20)])[0]
    assert (hidden.share, hidden.low, hidden.high, hidden.at_most) == (None, None, None, None)


def test_a_single_hidden_part_of_a_whole_takes_the_smallest_other_part_with_it() -> None:
    parts = [figure(2, 40, "bands"), figure(18, 40, "bands"), figure(13, 40, "bands"), figure(7, 40, "bands")]
    assert [part.shown for part in protect(parts)] == ["hidden", "shown", "shown", "hidden"]


def test_a_small_number_of_unknown_is_not_told() -> None:
    told = protect([figure(10, 30, unknown=2)])[0]
    assert told.shown == "shown"
    assert (told.at_most, told.line.unknown) == (None, -1)


def test_a_step_of_one_to_four_between_thresholds_is_a_small_count_too() -> None:
    lines = [(30, "shown"), (28, "hidden"), (25, "shown"), (21, "hidden"), (20, "shown"), (0, "shown")]
    figures = [
        figure_of(E1, Cohort("left"), (), Line(f"line-{counted}", 12, counted, 40, falling="work"))
        for counted, _ in lines
    ]
    assert [item.shown for item in protect(figures)] == [shown for _, shown in lines]


@given(st.lists(st.integers(0, 30), min_size=2, max_size=6))
def test_never_is_exactly_one_part_that_holds_somebody_hidden_while_the_others_are_shown(parts: list[int]) -> None:
    out_of = sum(parts)
    found = protect([figure(part, out_of, "bands") for part in parts])
    hidden = [item for item in found if item.shown == "hidden"]
    if len(hidden) == 1:
        assert all(item.line.counted == 0 for item in found if item.shown == "shown")
