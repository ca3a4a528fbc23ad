"""Counting many rows at once: sooner ways find what the plain ones find."""

from datetime import date, timedelta
from typing import Any, cast

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tracker.indicators.cohort import Cohort
from tracker.indicators.definition import GROUP, Selection
from tracker.indicators.firsts import first_days_in
from tracker.indicators.in_groups import in_groups
from tracker.indicators.measures import MANY_LINES, Count, Share

STATES = pl.Enum(("work", "education", "neither"))
WORKS, AWAY, STATE = pl.col("works"), pl.col("away"), pl.col("state")
LINES = (
    Count("works", WORKS),
    Count("away", AWAY),
    Count("both", WORKS & AWAY),
    Count("works-there", WORKS, among=~AWAY),
    *(Count(state, STATE == state) for state in STATES.categories),
    *(Count(f"{state}-at-work", STATE == state, among=WORKS) for state in STATES.categories),
)
maybe = st.sampled_from((True, False, None))
PEOPLE = 6
observed = st.lists(
    st.tuples(
        st.integers(0, PEOPLE - 1), st.sampled_from((0, 12)), maybe, maybe, st.sampled_from((*STATES.categories, None))
    ),
    max_size=12,
)


def selection(by: tuple[str, ...] = ("gender",)) -> Selection:
    """Six people in two groups; nothing but them is asked for."""
    numbers = pl.Series("participant", range(PEOPLE), dtype=pl.UInt32)
    who = pl.DataFrame([numbers]).with_columns(
        origin=pl.lit(date(2024, 1, 1)), home=pl.lit(None, pl.String), gender=pl.Series(["female", "male"] * 3)
    )
    return Selection(cast(Any, None), Cohort("left"), who, by, (0, 12), "all")


@given(observed, st.sampled_from(((), ("gender",))))
def test_many_lines_count_of_alike_rows_what_each_line_counts_alone(
    rows: list[tuple[Any, ...]], by: tuple[str, ...]
) -> None:
    flags = {"works": pl.Boolean(), "away": pl.Boolean()}
    schema = {"participant": pl.UInt32(), "months": pl.Int32(), **flags, "state": STATES}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    assert len(LINES) >= MANY_LINES
    together = Share(lambda _: frame, LINES).partial(selection(by)).counts
    alone = pl.concat(Share(lambda _: frame, (line,)).partial(selection(by)).counts for line in LINES)
    assert_frame_equal(together, alone, check_row_order=False)


@given(st.lists(st.tuples(st.integers(0, 5), st.none() | st.integers(-40, 40)), max_size=20))
def test_the_first_day_of_each_is_the_earliest(rows: list[tuple[int, int | None]]) -> None:
    days = [(who, None if day is None else date(1970, 1, 1) + timedelta(day)) for who, day in rows]
    told = pl.DataFrame(days, schema={"participant": pl.UInt32, "day": pl.Date}, orient="row")
    expected: dict[int, date] = {}
    for who, day in days:
        if day is not None:
            expected[who] = min(day, expected.get(who, day))
    found = first_days_in(told, "day", called="first")
    assert found.schema == {"participant": pl.UInt32, "first": pl.Date}
    assert found.rows() == sorted(expected.items())


def test_rows_of_those_who_are_not_asked_about_are_in_no_group() -> None:
    rows = pl.DataFrame({"participant": [0, PEOPLE + 3, 1]}, schema={"participant": pl.UInt32})
    found, keys = in_groups(selection(), rows)
    assert keys == [GROUP]
    assert found["participant"].to_list() == [0, 1]
    assert found[GROUP].to_list() == [0, 1]
