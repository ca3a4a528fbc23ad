"""Effective time, to the day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tables import table
from tracker.course.clock import Clock, Stretch, months_on

START = date(2022, 1, 31)


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    "row",
    table("""
        from       | months | on
        2022-01-31 | 1      | 2022-02-28
        2022-01-31 | 0.5    | 2022-02-14
        2022-01-15 | 0.5    | 2022-01-31
        2022-02-15 | 0.5    | 2022-03-01
        2022-01-15 | 16.5   | 2023-05-31
        2024-01-31 | 1      | 2024-02-29
        """),
    ids=lambda row: f"{row['from']}+{row['months']}",
)
def test_a_part_of_a_month_is_that_part_of_its_days_rounded_half_up(row: dict[str, str]) -> None:
    assert months_on(day(row["from"]), Decimal(row["months"])) == day(row["on"])


def test_each_day_of_leave_moves_what_comes_after_it_by_one_day() -> None:
    clock = Clock.of(day("2022-01-01"), [(day("2022-03-01"), day("2022-03-11"))])
    for text, passed in [("2021-12-01", 0), ("2022-01-01", 0), ("2022-03-01", 59), ("2022-03-02", 59)]:
        assert clock.days(day(text)) == passed
    assert clock.days(day("2022-03-11")) == 59
    assert clock.days(day("2022-03-12")) == 60
    assert clock.day(59) == day("2022-03-01")
    assert clock.day(60) == day("2022-03-12")
    assert clock.day(clock.months(Decimal(2))) == day("2022-03-01")
    assert clock.day(clock.months(Decimal(3))) == day("2022-04-11")
    assert clock.away(day("2022-03-06")) == 5


def test_leave_counts_once_and_only_in_the_programme() -> None:
    leaves: list[Stretch] = [
        (day("2022-03-01"), day("2022-03-11")),
        (day("2021-12-25"), day("2022-01-06")),
        (day("2022-03-05"), day("2022-03-15")),
        (day("2021-11-01"), day("2021-11-05")),
    ]
    clock = Clock.of(day("2022-01-01"), leaves)
    assert clock.leaves == ((day("2022-01-01"), day("2022-01-06")), (day("2022-03-01"), day("2022-03-15")))
    assert clock.away(day("2022-12-31")) == 5 + 14


def test_a_leave_that_runs_stops_the_clock_and_puts_off_every_later_day() -> None:
    clock = Clock.of(day("2022-01-01"), [(day("2022-03-01"), None), (day("2022-04-01"), day("2022-04-05"))])
    assert clock.leaves == ((day("2022-03-01"), None),)
    assert clock.days(day("2023-03-01")) == 59
    assert clock.day(59) == day("2022-03-01")
    assert clock.day(60) is None


stretches = st.lists(
    st.tuples(st.integers(-20, 200), st.integers(1, 40)).map(
        lambda pair: (START + timedelta(days=pair[0]), START + timedelta(days=sum(pair)))
    ),
    max_size=5,
)


@given(stretches, st.integers(0, 250))
def test_the_day_of_a_number_of_effective_days_is_the_first_on_which_they_have_passed(
    leaves: list[Stretch], days: int
) -> None:
    clock = Clock.of(START, leaves)
    found = clock.day(days)
    assert found is not None
    assert clock.days(found) == days
    assert days == 0 or clock.days(found - timedelta(days=1)) == days - 1


@given(stretches)
def test_effective_days_are_the_days_on_which_no_leave_ran(leaves: list[Stretch]) -> None:
    clock = Clock.of(START, leaves)
    until = START + timedelta(days=260)
    counted = sum(
        not any(first <= each < after for first, after in leaves if after)
        for each in (START + timedelta(days=number) for number in range(260))
    )
    assert clock.days(until) == counted
