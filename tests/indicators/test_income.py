"""Self-sufficiency by own work: two basic amounts, benefits, what is not known, and where the money comes from."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from events.income import IncomeRecorded, IncomeSourceRecorded
from events.status import StatusConfirmed
from tests.indicators.cohorts import AUTHOR, NOW, counted, people
from tests.tables import table
from tracker.application import ProgressionTracker
from tracker.indicators.definition import Denominator
from tracker.indicators.economic.income import E11
from tracker.rules.income import BASIC_AMOUNT, basic_amount_of, known_years

LEFT = """
    who | left
    Ana | 2022-06-30
    """
ENOUGH = 2 * 116_239
"""Two basic amounts of 2023, the year in which the day twelve months after leaving falls."""


def incomes(folder: Path, cohort: str, text: str) -> ProgressionTracker:
    """People of a table, with incomes of another: who (number), year, own, benefits, pension, other; empty = unknown."""
    app = people(folder, cohort)
    for row in table(text):
        amounts = {
            name: Decimal(row[name]) if row.get(name) else None for name in ("own", "benefits", "pension", "other")
        }
        app.log(
            UUID(int=int(row["who"])),
            IncomeRecorded(
                on=min(date(int(row["year"]) + 1, 6, 1), NOW.date()),
                year=int(row["year"]),
                own_work_income=amounts["own"],
                taxable_benefits=amounts["benefits"],
                pension=amounts["pension"],
                other=amounts["other"],
            ),
            AUTHOR,
        )
    return app


def line(app: ProgressionTracker, months: int = 12, cohort: str | None = None) -> tuple[int, int, int]:
    found = counted(app, E11, cohort)["self-sufficient", months]
    app.close()
    return found.counted, found.n, found.unknown


@pytest.mark.parametrize("own, counts", [(ENOUGH, 0), (f"{ENOUGH}.01", 1)])
def test_own_work_income_is_more_than_two_basic_amounts(tmp_path: Path, own: object, counts: int) -> None:
    text = f"""
        who | year | own   | benefits | pension
        1   | 2023 | {own} | 0        | 0
        """
    assert line(incomes(tmp_path, LEFT, text)) == (counts, 1, 0)


@pytest.mark.parametrize("benefits, pension, counts", [(200_000, 99_999, 1), (200_000, 100_000, 0), (300_001, 0, 0)])
def test_own_work_income_is_more_than_benefits_and_pension_together(
    tmp_path: Path, benefits: int, pension: int, counts: int
) -> None:
    text = f"""
        who | year | own    | benefits   | pension
        1   | 2023 | 300000 | {benefits} | {pension}
        """
    assert line(incomes(tmp_path, LEFT, text)) == (counts, 1, 0)


@pytest.mark.parametrize(
    "own, benefits, pension, expected",
    [
        ("300000", "", "0", (0, 1, 1)),
        ("300000", "0", "", (0, 1, 1)),
        ("", "0", "0", (0, 1, 1)),
        ("200000", "", "", (0, 1, 0)),
        ("300000", "", "300000", (0, 1, 0)),
    ],
)
def test_an_amount_left_out_is_unknown_only_where_the_answer_depends_on_it(
    tmp_path: Path, own: str, benefits: str, pension: str, expected: tuple[int, int, int]
) -> None:
    text = f"""
        who | year | own   | benefits   | pension
        1   | 2023 | {own} | {benefits} | {pension}
        """
    assert line(incomes(tmp_path, LEFT, text)) == expected


def test_the_tax_year_is_that_of_the_day_so_many_months_later(tmp_path: Path) -> None:
    cohort = """
        who | settled    | left
        Ana | 2019-12-31 | 2022-12-31
        Bo  | 2020-01-01 | 2023-01-01
        """
    text = """
        who | year | own    | benefits | pension
        1   | 2022 | 100000 | 0        | 0
        1   | 2023 | 400000 | 0        | 0
        2   | 2023 | 100000 | 0        | 0
        2   | 2024 | 400000 | 0        | 0
        """
    assert line(incomes(tmp_path / "1", cohort, text), 0) == (0, 2, 0)
    assert line(incomes(tmp_path / "2", cohort, text), 12) == (2, 2, 0)
    assert line(incomes(tmp_path / "3", cohort, text), 48, "settled") == (2, 2, 0)


def test_people_without_a_record_of_the_year_are_left_out_and_not_poor(tmp_path: Path) -> None:
    cohort = """
        who | left
        Ana | 2022-06-30
        Bo  | 2022-06-30
        """
    text = """
        who | year | own    | benefits | pension
        1   | 2023 | 300000 | 0        | 0
        2   | 2022 | 300000 | 0        | 0
        """
    assert line(incomes(tmp_path, cohort, text)) == (1, 1, 0)


def test_of_several_records_of_a_year_the_last_told_counts(tmp_path: Path) -> None:
    text = """
        who | year | own    | benefits | pension
        1   | 2023 | 100000 | 0        | 0
        1   | 2023 | 300000 | 0        | 0
        """
    assert line(incomes(tmp_path, LEFT, text)) == (1, 1, 0)


def test_a_year_without_a_known_basic_amount_is_left_out(tmp_path: Path) -> None:
    cohort = """
        who | left
        Ana | 2025-05-31
        """
    text = """
        who | year | own     | benefits | pension
        1   | 2026 | 1000000 | 0        | 0
        """
    figure = counted(incomes(tmp_path, cohort, text), E11)["self-sufficient", 12]
    assert (figure.n, figure.value, figure.shown) == (0, None, "nobody")


def test_the_mean_basic_amount_of_a_year_has_four_months_of_the_old_one() -> None:
    assert [basic_amount_of(year) for year in (2014, 2015, 2022, 2023, 2026)] == [None, 89_502, 109_784, 116_239, None]
    assert known_years() == tuple(range(2015, 2026))
    assert BASIC_AMOUNT.on(date(2023, 4, 30)) == 111_477
    assert BASIC_AMOUNT.on(date(2023, 5, 1)) == 118_620


def test_without_any_record_it_is_not_available_and_never_zero(tmp_path: Path) -> None:
    (figure,) = counted(people(tmp_path, LEFT), E11).values()
    assert (figure.shown, figure.counted, figure.value) == ("not-available", None, None)


def test_the_share_of_income_from_work_is_a_sum_over_a_sum_of_those_with_every_amount(tmp_path: Path) -> None:
    cohort = """
        who | left
        Ana | 2022-06-30
        Bo  | 2022-06-30
        Che | 2022-06-30
        """
    text = """
        who | year | own    | benefits | pension | other
        1   | 2023 | 300000 | 100000   | 0       | 0
        2   | 2023 | 0      | 150000   | 30000   | 20000
        3   | 2023 | 900000 | 0        | 0       |
        """
    found = counted(incomes(tmp_path, cohort, text), E11)["work-share-of-income", 12]
    assert (found.value, found.counted, found.unknown) == (pytest.approx(0.5), 2, 1)


def test_those_abroad_are_left_out_unless_the_figure_is_for_all(tmp_path: Path) -> None:
    cohort = """
        who | left       | abroad
        Ana | 2022-06-30 | 2023-06-30
        Bo  | 2022-06-30 | 2023-07-01
        """
    text = """
        who | year | own    | benefits | pension
        1   | 2023 | 300000 | 0        | 0
        2   | 2023 | 300000 | 0        | 0
        """
    app = incomes(tmp_path, cohort, text)
    denominators: tuple[Denominator, ...] = ("present", "all")
    assert [counted(app, E11, denominator=one)["self-sufficient", 12].n for one in denominators] == [1, 2]


def told(app: ProgressionTracker, number: int, *sources: str) -> None:
    """Log main sources of income, each ``day source``."""
    for source in sources:
        day, main = source.split()
        app.log(UUID(int=number), IncomeSourceRecorded(on=date.fromisoformat(day), main=main), AUTHOR)  # type: ignore[arg-type]


def main_incomes(app: ProgressionTracker, months: int, activity: str) -> dict[str, int]:
    """Source -> people with it as their main one, among those who do this."""
    rows = {line: figure for (line, choice), figure in by_activity(app, months).items() if choice == activity}
    return {line.removeprefix("main-income-"): counted for line, (counted, _, _) in rows.items() if counted}


def by_activity(app: ProgressionTracker, months: int) -> dict[tuple[str, str], tuple[int, int, int]]:
    found = counted(app, E11, months=(months,))
    return {
        (figure.line, figure.choice): (figure.counted, figure.n, figure.unknown)
        for figure in found.values()
        if figure.choice
    }


def test_the_main_source_is_told_by_what_people_do(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | left       | work       | hours | vgs        | confirmed  | subsidy
        Ana | 2023-01-31 | 2023-06-01 | 5     |            |            |
        Bo  | 2023-01-31 | 2023-06-01 | 5     | 2023-06-01 |            |
        Che | 2023-01-31 |            |       | 2023-06-01 |            |
        Dia | 2023-01-31 | 2023-06-01 | 20    |            |            | 2023-06-01
        Eli | 2023-01-31 |            |       |            | 2023-12-01 |
        """,
    )
    mains = ("social-assistance", "work", "student-grant-or-loan", "course-or-measure-pay", "partner-income")
    for number, main in enumerate(mains, start=1):
        told(app, number, f"2023-06-01 {main}")
    activities = ("work", "work-and-education", "education", "wage-subsidy", "none-of-these")
    assert [main_incomes(app, 12, activity) for activity in activities] == [{main: 1} for main in mains]


@pytest.mark.parametrize(
    "day, main", [("2023-02-01", "work"), ("2024-01-31", "work"), ("2024-02-01", "social-assistance")]
)
def test_the_source_last_told_until_the_day_counts(tmp_path: Path, day: str, main: str) -> None:
    app = people(
        tmp_path,
        """
        who | left       | work       | hours
        Ana | 2023-01-31 | 2023-06-01 | 5
        """,
    )
    told(app, 1, "2023-02-01 social-assistance", f"{day} work")
    assert main_incomes(app, 12, "work") == {main: 1}


def test_a_confirmed_status_tells_the_source_too_and_one_that_does_not_ask_leaves_it(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | left       | work       | hours
        Ana | 2023-01-31 | 2023-06-01 | 5
        """,
    )
    told(app, 1, "2023-02-01 social-assistance")
    app.log(UUID(int=1), StatusConfirmed(on=date(2023, 7, 1), activities={"work": None}, main_income="work"), AUTHOR)
    app.log(UUID(int=1), StatusConfirmed(on=date(2023, 9, 1), activities={"work": None}), AUTHOR)
    assert main_incomes(app, 12, "work") == {"work": 1}


def test_a_source_said_to_be_unknown_or_never_told_is_unknown(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | left       | work       | hours
        Ana | 2023-01-31 | 2023-06-01 | 5
        Bo  | 2023-01-31 | 2023-06-01 | 5
        Che | 2023-01-31 | 2023-06-01 | 5
        Dia | 2021-01-31 | 2020-06-01 | 5
        """,
    )
    told(app, 1, "2023-02-01 work", "2023-03-01 unknown")
    told(app, 3, "2023-02-01 work")
    told(app, 4, "2021-02-01 work")
    assert by_activity(app, 13)["main-income-work", "work"] == (1, 3, 2)


def test_where_no_source_was_ever_told_there_is_nobody_and_not_zero(tmp_path: Path) -> None:
    text = """
        who | year | own    | benefits | pension
        1   | 2023 | 300000 | 0        | 0
        """
    app = incomes(tmp_path, LEFT, text)
    figures = [figure for figure in counted(app, E11, months=(12,)).values() if figure.choice]
    assert {(figure.n, figure.value, figure.shown) for figure in figures} == {(0, None, "nobody")}
