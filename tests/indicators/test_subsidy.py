"""Wage subsidy a month after the programme, and ordinary work when it has ended."""

from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest

from events.work import WageSubsidyEnded, WageSubsidyGranted
from tests.indicators.cohorts import AUTHOR, counted, people
from tracker.indicators.definition import Denominator
from tracker.indicators.economic.subsidy import E9

AFTER = "ordinary-work-after-wage-subsidy"


def line(folder: Path, text: str, name: str, denominator: Denominator = "present") -> tuple[int, int, int]:
    app = people(folder, text)
    found: SimpleNamespace = counted(app, E9, denominator=denominator)[name, 1]
    app.close()
    return found.counted, found.n, found.unknown


@pytest.mark.parametrize(
    "subsidy, counts",
    [
        ("2024-02-01..2024-02-28", 0),
        ("2024-02-01..2024-02-29", 1),
        ("2024-02-29..2024-06-30", 1),
        ("2024-03-01..2024-06-30", 0),
    ],
)
def test_the_subsidy_runs_on_the_day_a_month_after_leaving(tmp_path: Path, subsidy: str, counts: int) -> None:
    text = f"""
        who | left       | work       | hours | subsidy
        Ana | 2024-01-31 | 2024-02-01 | 20    | {subsidy}
        Bo  | 2024-01-31 | 2024-02-01 | 20    |
        """
    assert line(tmp_path, text, "in-wage-subsidy") == (counts, 2, 0)


def test_a_subsidy_told_of_without_a_job_is_a_line_of_its_own(tmp_path: Path) -> None:
    text = """
        who | left       | work       | hours | subsidy    | confirmed
        Ana | 2024-01-31 |            |       |            | 2024-02-15 wage-subsidy=20
        Bo  | 2024-01-31 | 2024-02-01 | 20    | 2024-02-01 | 2024-02-15 wage-subsidy=20
        """
    found = counted(people(tmp_path, text), E9)
    assert found["in-wage-subsidy", 1].counted == 1
    assert found["wage-subsidy-confirmed-without-a-job", 1].counted == 1


def test_who_is_not_known_of_is_unknown_and_the_dead_are_left_out(tmp_path: Path) -> None:
    text = """
        who | left       | work       | hours | subsidy    | died       | confirmed
        Ana | 2024-01-31 | 2024-01-01 | 20    | 2024-01-01 |            |
        Bo  | 2024-01-31 | 2024-02-01 | 20    | 2024-02-01 | 2025-02-15 | 2024-06-01 wage-subsidy
        """
    found = counted(people(tmp_path, text), E9, months=(13,))["in-wage-subsidy", 13]
    assert (found.counted, found.n, found.unknown) == (0, 1, 1)


@pytest.mark.parametrize(
    "hours, second, counts",
    [
        ("20", "", 1),
        ("19.5", "", 0),
        ("12", "2025-06-30", 1),
        ("12", "2025-07-01", 0),
    ],
)
def test_ordinary_work_of_20_hours_within_twelve_months_of_the_last_subsidised_day(
    tmp_path: Path, hours: str, second: str, counts: int
) -> None:
    text = f"""
        who | left       | work       | hours   | subsidy                | work 2   | hours 2 | confirmed
        Ana | 2024-01-31 | 2024-02-01 | {hours} | 2024-02-01..2024-06-30 | {second} | 8       | 2025-01-01 work
        """
    assert line(tmp_path, text, AFTER) == (counts, 1, 0)


def test_work_that_ends_with_the_subsidy_is_not_ordinary_work_after_it(tmp_path: Path) -> None:
    text = """
        who | left       | work                   | hours | subsidy                | confirmed
        Ana | 2024-01-31 | 2024-02-01..2024-06-30 | 30    | 2024-02-01             | 2025-01-01
        Bo  | 2024-01-31 | 2024-02-01..2024-07-01 | 30    | 2024-02-01..2024-06-30 | 2025-01-01
        """
    assert line(tmp_path, text, AFTER) == (1, 2, 0)


def test_not_reached_is_unknown_where_a_day_or_the_hours_are_not_known(tmp_path: Path) -> None:
    text = """
        who | left       | work                   | hours | subsidy                | work 2     | hours 2 | confirmed
        Ana | 2024-01-31 | 2024-02-01..2024-06-30 | 30    | 2024-02-01..2024-06-30 |            |         | 2024-06-29
        Bo  | 2024-01-31 | 2024-02-01..2024-06-30 | 30    | 2024-02-01..2024-06-30 |            |         | 2024-07-01
        Che | 2024-01-31 | 2024-02-01..2024-06-30 | 30    | 2024-02-01..2024-06-30 | 2024-12-01 |         | 2024-12-02
        Dia | 2024-01-31 | 2024-02-01..2024-06-30 | 30    | 2024-02-01..2024-06-30 | 2024-12-01 | 20      |
        """
    assert line(tmp_path, text, AFTER) == (1, 4, 2)


def test_only_those_whose_subsidy_ended_twelve_months_ago_are_asked_about(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | left       | work       | hours | subsidy
        Ana | 2024-01-31 | 2024-02-01 | 20    | 2024-02-01..2024-06-30
        Bo  | 2024-01-31 | 2024-02-01 | 20    | 2024-02-01..2024-07-01
        Che | 2024-01-31 | 2024-02-01 | 20    | 2024-02-01
        """,
        now=datetime(2025, 6, 30, 12, tzinfo=UTC),
    )
    found = counted(app, E9)
    assert (found["in-wage-subsidy", 1].counted, found[AFTER, 1].n, found[AFTER, 1].counted) == (3, 1, 1)


def test_who_has_moved_by_the_end_of_those_months_is_left_out_unless_the_figure_is_for_all(tmp_path: Path) -> None:
    text = """
        who | left       | work       | hours | subsidy                | abroad
        Ana | 2024-01-31 | 2024-02-01 | 20    | 2024-02-01..2024-06-30 | 2025-06-30
        Bo  | 2024-01-31 | 2024-02-01 | 20    | 2024-02-01..2024-06-30 | 2025-07-01
        """
    assert line(tmp_path / "1", text, AFTER) == (1, 1, 0)
    assert line(tmp_path / "2", text, AFTER, denominator="all") == (2, 2, 0)


def test_subsidies_that_follow_each_other_are_one(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | left       | work                   | hours | subsidy                | confirmed
        Ana | 2024-01-31 | 2024-02-01..2025-06-30 | 20    | 2024-02-01..2024-03-31 | 2026-01-01
        """,
    )
    app.log(UUID(int=1), WageSubsidyGranted(on=date(2024, 4, 1), job="job"), AUTHOR)
    app.log(UUID(int=1), WageSubsidyEnded(on=date(2025, 6, 15), job="job"), AUTHOR)
    assert counted(app, E9)[AFTER, 1].n == 0
