"""Moves between bands of hours from year to year, and from a small first job to full time."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from events.work import JobStarted
from tests.indicators.cohorts import AUTHOR, counted, exact, people
from tracker.indicators.economic.moves import E7, FULL_TIME_LINE, STATES


def test_each_person_moves_from_the_band_of_one_year_to_that_of_the_next(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | left       | work                   | hours | work 2     | hours 2 | confirmed
        Ana | 2023-01-31 | 2023-01-01..2023-12-31 | 19.5  | 2024-01-01 | 20      |
        Bo  | 2023-01-31 | 2023-01-01             | 19.5  |            |         | 2024-01-01 work=19.5
        Che | 2023-01-31 |                        |       | 2024-01-31 | 10      |
        """,
    )
    found = counted(app, E7)
    assert (found["10-19 -> 20-29", 0].counted, found["10-19 -> 20-29", 0].n) == (1, 2)
    assert (found["10-19 -> 10-19", 0].counted, found["10-19 -> 10-19", 0].n) == (1, 2)
    assert (found["no-work -> 10-19", 0].counted, found["no-work -> 10-19", 0].n) == (1, 1)


def test_unknown_and_out_of_scope_are_states_to_come_from_and_to_go_to(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | left       | work                   | hours | died       | abroad     | confirmed
        Ana | 2022-01-31 | 2022-01-01..2022-06-30 | 20    |            |            |
        Bo  | 2022-01-31 | 2022-01-01             | 20    | 2023-01-31 |            |
        Che | 2022-01-31 | 2022-01-01             | 20    |            | 2022-02-01 |
        Dia | 2021-01-31 |                        |       |            |            | 2023-01-01 work=20
        """,
    )
    found = counted(app, E7)
    assert found["20-29 -> no-work", 0].counted == 1
    assert (found["20-29 -> out-of-scope", 0].counted, found["20-29 -> out-of-scope", 0].n) == (2, 3)
    assert (found["status-unknown -> 20-29", 12].counted, found["out-of-scope -> out-of-scope", 12].counted) == (1, 2)


def test_a_mover_stays_in_scope_of_all_and_leaves_that_of_the_municipality(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | left       | work       | hours | moved           | confirmed
        Ana | 2023-01-31 | 2023-01-01 | 20    | 2023-06-01 0301 | 2023-12-31 work=20
        """,
    )
    assert counted(app, E7)["20-29 -> 20-29", 0].counted == 1
    assert counted(app, E7, municipality="5001")["20-29 -> out-of-scope", 0].counted == 1


def test_who_is_not_followed_to_the_second_day_is_left_out(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | left       | work       | hours
        Ana | 2024-01-31 | 2024-01-01 | 20
        Bo  | 2024-02-01 | 2024-01-01 | 20
        """,
        now=datetime(2025, 1, 31, 12, tzinfo=UTC),
    )
    assert counted(app, E7)["20-29 -> status-unknown", 0].n == 1


def test_the_moves_out_of_each_state_sum_to_everybody_in_it(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | left       | work       | hours | position | work 2     | hours 2 | confirmed
        Ana | 2023-01-31 | 2023-01-01 | 0.5   |          | 2023-06-01 |         |
        Bo  | 2023-01-31 | 2023-01-01 | 5     |          | 2024-01-01 | 40      |
        Che | 2023-01-31 | 2023-01-01 |       | 100      |            |         | 2024-01-01
        Dia | 2023-01-31 |            |       |          |            |         |
        Eli | 2023-01-31 | 2023-01-01 | 30    |          | 2023-03-01 | 6.9     |
        """,
    )
    rows = [row for row in exact(app, E7) if row["kind"] == "share"]
    assert len(rows) == len(STATES) ** 2 * 4
    for state in STATES:
        moves = [row for row in rows if row["line"].startswith(f"{state} -> ") and row["months"] == 0]
        assert {row["n"] for row in moves} == {sum(row["counted"] for row in moves)}


def reached(folder: Path, text: str, months: int = 12) -> tuple[int, int]:
    """(reached, people) of those whose first job was small."""
    rows = exact(people(folder, text), E7)
    found = [row for row in rows if row["line"] == FULL_TIME_LINE and row["months"] == months and row["choice"] is None]
    return found[0]["counted"], found[0]["n"]


@pytest.mark.parametrize("first, expected", [("29.9", (1, 1)), ("30", (0, 0))])
def test_a_first_job_of_30_hours_is_not_small(tmp_path: Path, first: str, expected: tuple[int, int]) -> None:
    text = f"""
        who | left       | work       | hours   | work 2     | hours 2
        Ana | 2023-01-31 | 2023-03-01 | {first} | 2023-09-01 | 10
        Bo  | 2023-01-31 | 2023-03-01 | 35      | 2023-09-01 | 10
        """
    assert reached(tmp_path, text) == expected


@pytest.mark.parametrize("second, counts", [("17", 1), ("16.9", 0)])
def test_hours_of_several_jobs_reach_37_together(tmp_path: Path, second: str, counts: int) -> None:
    text = f"""
        who | left       | work       | hours | work 2     | hours 2
        Ana | 2023-01-31 | 2023-03-01 | 20    | 2023-09-01 | {second}
        """
    assert reached(tmp_path, text) == (counts, 1)


@pytest.mark.parametrize("full, counts", [("2024-03-01", 1), ("2024-03-02", 0)])
def test_months_are_counted_from_the_first_day_of_the_first_job(tmp_path: Path, full: str, counts: int) -> None:
    text = f"""
        who | left       | work       | hours | work 2 | hours 2 | confirmed
        Ana | 2023-01-31 | 2023-03-01 | 20    | {full} | 37      | 2023-06-01 work=20
        """
    assert reached(tmp_path, text) == (counts, 1)


def test_a_job_that_runs_on_leaving_is_the_first_one_and_earlier_full_time_does_not_count(tmp_path: Path) -> None:
    text = """
        who | left       | work                   | hours | work 2     | hours 2
        Ana | 2023-01-31 | 2022-01-01..2022-12-31 | 40    | 2022-12-01 | 15
        """
    assert reached(tmp_path, text) == (0, 1)


def test_a_full_post_is_no_small_job_and_a_first_job_of_unknown_hours_is_left_out(tmp_path: Path) -> None:
    text = """
        who | left       | work       | hours | position | work 2     | hours 2
        Ana | 2023-01-31 | 2023-03-01 | 20    | 100      |            |
        Bo  | 2023-01-31 | 2023-03-01 |       |          |            |
        Che | 2023-01-31 | 2023-03-01 | 8     |          | 2023-04-01 | 30
        """
    assert reached(tmp_path, text) == (1, 1)


def test_subsidised_work_is_neither_a_first_job_nor_full_time(tmp_path: Path) -> None:
    text = """
        who | left       | work       | hours | subsidy                | work 2     | hours 2
        Ana | 2023-01-31 | 2023-03-01 | 37    | 2023-03-01..2025-03-01 | 2023-06-01 | 5
        """
    assert reached(tmp_path, text) == (0, 1)


@pytest.mark.parametrize("second, third, expected", [("2023-06-01", "2023-06-02", 0), ("2023-06-02", "2023-06-01", 1)])
def test_from_work_of_unknown_hours_on_the_wait_is_seen_no_further(
    tmp_path: Path, second: str, third: str, expected: int
) -> None:
    app = people(
        tmp_path,
        f"""
        who | left       | work       | hours | work 2
        Ana | 2023-01-31 | 2023-03-01 | 20    | {second}
        """,
    )
    app.log(UUID(int=1), JobStarted(on=date.fromisoformat(third), job="third", hours_per_week=Decimal(40)), AUTHOR)
    figure = counted(app, E7)[FULL_TIME_LINE, 12]
    assert (figure.counted, figure.n, figure.unknown) == (expected, 1, 1 - expected)
