"""One cell at a time: texts, dates with their precision, numbers, months."""

from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.importing.cells import Cell, CellProblem, as_date, as_decimal, as_month, as_text

at = datetime.fromisoformat

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
MONTH_NAMES = [
    "januar january jan",
    "februar february feb",
    "mars march mar",
    "april apr",
    "mai may",
    "juni june jun",
    "juli july jul",
    "august aug",
    "september sep sept",
    "oktober october okt oct",
    "november nov",
    "desember december des dec",
]
NUMBER_OF = {name: number for number, names in enumerate(MONTH_NAMES, start=1) for name in names.split()}


@pytest.mark.parametrize(
    "cell, text",
    [
        (None, ""),
        ("  \u00a0 Åse\u00a0Øyen \n", "Åse\u00a0Øyen"),
        (12, "12"),
        (12.0, "12"),
        (-0.5, "-0.5"),
        (0.1 + 0.2, "0.3"),
        (1e20, "100000000000000000000"),
        (True, "true"),
        (False, "false"),
        (date(2021, 3, 5), "2021-03-05"),
        (at("2021-03-05"), "2021-03-05"),
        (at("2021-03-05 09:30"), "2021-03-05 09:30:00"),
    ],
    ids=repr,
)
def test_a_cell_reads_as_a_person_sees_it(cell: Cell, text: str) -> None:
    assert as_text(cell) == text


@pytest.mark.parametrize(
    "cell, on, precision",
    [
        (date(2021, 3, 5), date(2021, 3, 5), "day"),
        (at("2021-03-05 23:59"), date(2021, 3, 5), "day"),
        ("05.03.2021", date(2021, 3, 5), "day"),
        ("5.3.2021", date(2021, 3, 5), "day"),
        ("\u00a05. 3. 2021 ", date(2021, 3, 5), "day"),
        ("5. mars 2021", date(2021, 3, 5), "day"),
        ("5 March 2021", date(2021, 3, 5), "day"),
        ("2021-03-05", date(2021, 3, 5), "day"),
        ("2021-03-05T10:30:00", date(2021, 3, 5), "day"),
        ("05.03.2021 10:30", date(2021, 3, 5), "day"),
        ("29.02.2024", date(2024, 2, 29), "day"),
        ("03.2021", date(2021, 3, 1), "month"),
        ("3.2021", date(2021, 3, 1), "month"),
        ("2021-03", date(2021, 3, 1), "month"),
        ("jan. 2021", date(2021, 1, 1), "month"),
        ("Januar 2021", date(2021, 1, 1), "month"),
        ("DES 2021", date(2021, 12, 1), "month"),
        ("december\u00a02021", date(2021, 12, 1), "month"),
        ("2021", date(2021, 1, 1), "year"),
        (2021, date(2021, 1, 1), "year"),
        (2021.0, date(2021, 1, 1), "year"),
        (1900, date(1900, 1, 1), "year"),
        (2100, date(2100, 1, 1), "year"),
    ],
    ids=repr,
)
def test_a_date_is_as_precise_as_it_was_written(cell: Cell, on: date, precision: str) -> None:
    assert as_date(cell) == (on, precision)


@pytest.mark.parametrize(
    "cell, code",
    [
        (None, "blank-cell"),
        (" \u00a0", "blank-cell"),
        ("05.03.21", "two-digit-year"),
        ("5. mars 21", "two-digit-year"),
        ("jan-21", "two-digit-year"),
        (44260, "serial-number"),
        (44260.0, "serial-number"),
        ("44260", "serial-number"),
        (1899, "serial-number"),
        (2101, "serial-number"),
        (20210305, "serial-number"),
        ("31.02.2021", "no-such-day"),
        ("29.02.2023", "no-such-day"),
        ("2021-13-01", "no-such-day"),
        ("13.2021", "no-such-day"),
        ("00.2021", "no-such-day"),
        ("31.12.9999", "year-out-of-range"),
        (date(1899, 12, 31), "year-out-of-range"),
        (at("2101-01-01"), "year-out-of-range"),
        ("03/05/2021", "not-a-date"),
        ("mandag 2021", "not-a-date"),
        ("ukjent", "not-a-date"),
        ("2021-03-05 og noe", "not-a-date"),
        ("2021-03-05T10:30:00+02:00", "not-a-date"),
        ("٠٥.٠٣.٢٠٢١", "not-a-date"),
        (3.2021, "serial-number"),
        (-1, "serial-number"),
        (True, "not-a-date"),
        (float("nan"), "serial-number"),
        ("#N/A", "not-a-date"),
    ],
    ids=repr,
)
def test_what_may_mean_another_day_is_no_date(cell: Cell, code: str) -> None:
    with pytest.raises(CellProblem) as refused:
        as_date(cell)
    assert refused.value.code == code
    assert "31.12.2021" in refused.value.expected


@given(on=DAYS, written=st.sampled_from(["{:%d.%m.%Y}", "{0.day}.{0.month}.{0.year}", "{:%Y-%m-%d}", "{}"]))
def test_a_day_survives_each_way_of_writing_it(on: date, written: str) -> None:
    assert as_date(written.format(on)) == (on, "day")
    assert as_date(on) == as_date(at(f"{on} 12:00")) == (on, "day")


@given(on=DAYS, name=st.sampled_from(sorted(NUMBER_OF)), stop=st.sampled_from(["", "."]))
def test_month_names_in_bokmål_nynorsk_and_english_are_known(on: date, name: str, stop: str) -> None:
    first = date(on.year, NUMBER_OF[name], 1)
    for spelled in (name, name.title(), name.upper()):
        assert as_date(f"{spelled}{stop} {on.year}") == (first, "month")
        assert as_month(f"{spelled}{stop}{on.year}") == first
        assert as_date(f"1. {spelled}{stop} {on.year}") == (first, "day")


@pytest.mark.parametrize(
    "cell, number",
    [
        ("37,5", "37.5"),
        ("37.5", "37.5"),
        (" 37,50\u00a0", "37.50"),
        ("0.125", "0.125"),
        ("1,234", "1.234"),
        ("1234.567", "1234.567"),
        ("1 250", "1250"),
        ("1\u00a0250\u00a0000,75", "1250000.75"),
        ("1\u2009250", "1250"),
        ("1\u202f250", "1250"),
        ("1.250,50", "1250.50"),
        ("1.250.000", "1250000"),
        ("-3,5", "-3.5"),
        ("\u22123,5", "-3.5"),
        ("+3", "3"),
        (12, "12"),
        (37.5, "37.5"),
        (12.0, "12"),
        (0.1 + 0.2, "0.3"),
    ],
    ids=repr,
)
def test_numbers_are_read_as_norwegian_offices_write_them(cell: Cell, number: str) -> None:
    assert str(as_decimal(cell)) == number


@pytest.mark.parametrize(
    "cell, code",
    [
        (None, "blank-cell"),
        ("", "blank-cell"),
        ("450.000", "ambiguous-number"),
        ("-1.500", "ambiguous-number"),
        ("1 25", "not-a-number"),
        ("1 2500", "not-a-number"),
        ("1,250.5", "not-a-number"),
        ("37,5 t", "not-a-number"),
        ("80 %", "not-a-number"),
        ("1e3", "not-a-number"),
        ("NaN", "not-a-number"),
        ("--1", "not-a-number"),
        ("-", "not-a-number"),
        ("٣٧", "not-a-number"),
        (float("inf"), "not-a-number"),
        (True, "not-a-number"),
        (date(2021, 3, 5), "not-a-number"),
    ],
    ids=repr,
)
def test_what_may_mean_another_number_is_no_number(cell: Cell, code: str) -> None:
    with pytest.raises(CellProblem) as refused:
        as_decimal(cell)
    assert refused.value.code == code
    assert refused.value.expected == "a number such as 37,5 or 1 250"


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2), st.sampled_from("\u00a0\u2009\u202f "))
def test_a_number_survives_the_norwegian_way_of_writing_it(number: Decimal, space: str) -> None:
    assert as_decimal(str(number).replace(".", ",")) == number
    assert as_decimal(f"{number:,}".replace(",", space).replace(".", ",")) == number


@given(st.decimals(min_value=-9999, max_value=9999, places=3))
def test_a_number_of_the_spreadsheet_is_what_it_shows(number: Decimal) -> None:
    assert as_decimal(float(number)) == number
    assert Decimal(as_text(float(number))) == number


@pytest.mark.parametrize(
    "heading, month",
    [
        ("Sep.93", date(1993, 9, 1)),
        ("sep.93", date(1993, 9, 1)),
        ("sep 93", date(1993, 9, 1)),
        ("sep93", date(1993, 9, 1)),
        ("sep '93", date(1993, 9, 1)),
        ("jan-21", date(2021, 1, 1)),
        ("jan. 21", date(2021, 1, 1)),
        ("okt-00", date(2000, 10, 1)),
        ("mai-49", date(2049, 5, 1)),
        ("mai-50", date(1950, 5, 1)),
        ("des.99", date(1999, 12, 1)),
        ("sept 2021", date(2021, 9, 1)),
        ("Oktober 2021", date(2021, 10, 1)),
        ("may/2021", date(2021, 5, 1)),
        ("1993-09", date(1993, 9, 1)),
        ("1993M09", date(1993, 9, 1)),
        ("09.1993", date(1993, 9, 1)),
        ("9/1993", date(1993, 9, 1)),
        ("01.09.1993", date(1993, 9, 1)),
        ("1993-09-30", date(1993, 9, 1)),
        (date(1993, 9, 30), date(1993, 9, 1)),
        (at("1993-09-30 08:00"), date(1993, 9, 1)),
    ],
    ids=repr,
)
def test_a_heading_names_its_month(heading: Cell, month: date) -> None:
    assert as_month(heading) == month


@pytest.mark.parametrize(
    "heading, code",
    [
        (None, "blank-cell"),
        ("2021", "not-a-month"),
        (2021, "not-a-month"),
        (9.1993, "not-a-month"),
        ("44197", "not-a-month"),
        ("Måned 3", "not-a-month"),
        ("status 2021", "not-a-month"),
        ("09.93", "not-a-month"),
        ("sep.193", "not-a-month"),
        (True, "not-a-month"),
        ("01.09.93", "two-digit-year"),
        ("13.2021", "no-such-day"),
        ("jan 1899", "year-out-of-range"),
    ],
    ids=repr,
)
def test_a_heading_without_one_certain_month_is_refused(heading: Cell, code: str) -> None:
    with pytest.raises(CellProblem) as refused:
        as_month(heading)
    assert refused.value.code == code
    assert refused.value.expected.startswith("a month such as")


def test_the_months_of_a_published_monthly_overview_are_a_run_of_months() -> None:
    headings = ["Nov.93", "Dec.93", "Jan.94", "Feb.94"]
    assert [as_month(each) for each in headings] == [
        date(1993, 11, 1),
        date(1993, 12, 1),
        date(1994, 1, 1),
        date(1994, 2, 1),
    ]


def test_a_problem_says_what_was_expected_and_what_was_found() -> None:
    with pytest.raises(CellProblem) as refused:
        as_date("05.03.21")
    assert str(refused.value) == (
        "expected a date such as 31.12.2021, 2021-12-31, 12.2021, des. 2021 or 2021; got '05.03.21': "
        "the century is missing; write four digits"
    )
    assert refused.value.value == "05.03.21"


def test_a_long_value_is_cut_short_in_the_message_alone() -> None:
    with pytest.raises(CellProblem, match=r"got 'x{60}\.\.\.'$") as refused:
        as_decimal("x" * 5000)
    assert refused.value.value == "x" * 5000


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.datetimes(), st.dates()))
def test_no_cell_is_met_with_anything_but_a_value_or_a_problem(cell: Cell) -> None:
    as_text(cell)
    for read in (as_date, as_decimal, as_month):
        with suppress(CellProblem):
            read(cell)
