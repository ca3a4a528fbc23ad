"""Setback: who worked enough once, and neither works enough nor studies later."""

from pathlib import Path

import pytest

from tests.indicators.cohorts import counted, people
from tracker.indicators.definition import Denominator
from tracker.indicators.economic.setback import E13


def line(
    folder: Path,
    text: str,
    name: str = "setback",
    cohort: str | None = None,
    months: int = 36,
    denominator: Denominator = "present",
) -> tuple[int, int, int]:
    app = people(folder, text)
    found = counted(app, E13, cohort, denominator=denominator)[name, months]
    app.close()
    return found.counted, found.n, found.unknown


@pytest.mark.parametrize("hours, counts", [("19.5", 1), ("20", 0)])
def test_less_than_20_hours_at_36_months_is_a_setback(tmp_path: Path, hours: str, counts: int) -> None:
    text = f"""
        who | left       | work                   | hours | work 2     | hours 2
        Ana | 2021-01-31 | 2021-06-01..2023-12-31 | 20    | 2024-01-01 | {hours}
        """
    assert line(tmp_path, text) == (counts, 1, 0)


@pytest.mark.parametrize("hours, n", [("19.5", 0), ("20", 1)])
def test_only_those_with_20_hours_at_12_months_can_have_one(tmp_path: Path, hours: str, n: int) -> None:
    text = f"""
        who | left       | work                   | hours
        Ana | 2021-01-31 | 2021-06-01..2023-12-31 | {hours}
        """
    assert line(tmp_path, text) == (n, n, 0)


@pytest.mark.parametrize(
    "work, n",
    [
        ("2021-06-01..2022-01-30", 0),
        ("2021-06-01..2022-01-31", 1),
        ("2022-01-31..2022-02-01", 1),
        ("2022-02-01..2022-03-01", 0),
    ],
)
def test_work_counts_on_the_day_itself(tmp_path: Path, work: str, n: int) -> None:
    text = f"""
        who | left       | work   | hours | confirmed
        Ana | 2021-01-31 | {work} | 20    | 2021-02-01, 2024-01-01
        """
    assert line(tmp_path, text)[1] == n


def test_who_studies_instead_has_no_setback(tmp_path: Path) -> None:
    text = """
        who | left       | work                   | hours | vgs        | confirmed
        Ana | 2021-01-31 | 2021-06-01..2023-06-30 | 20    | 2023-07-01 |
        Bo  | 2021-01-31 | 2021-06-01..2023-06-30 | 20    |            | 2023-07-01
        """
    assert line(tmp_path / "1", text) == (1, 2, 0)
    assert line(tmp_path / "2", text, "less-work-but-in-education") == (1, 2, 0)


def test_what_is_not_known_later_is_unknown_and_no_setback(tmp_path: Path) -> None:
    text = """
        who | left       | work                   | hours | work 2     | vgs
        Ana | 2021-01-31 | 2021-06-01..2022-06-30 | 20    |            |
        Bo  | 2021-01-31 | 2021-06-01..2023-06-30 | 20    | 2023-07-01 |
        Che | 2021-01-31 | 2021-06-01..2023-06-30 | 20    | 2023-07-01 | 2023-07-01
        """
    assert line(tmp_path, text) == (0, 3, 2)


def test_who_was_not_known_of_at_first_is_not_asked_about(tmp_path: Path) -> None:
    text = """
        who | left       | work       | hours | confirmed
        Ana | 2021-01-31 | 2020-06-01 | 20    | 2024-01-01
        """
    assert line(tmp_path, text) == (0, 0, 0)


def test_a_full_post_is_enough_and_a_job_that_lost_its_other_half_is_not(tmp_path: Path) -> None:
    text = """
        who | left       | work                   | hours | position | work 2     | hours 2 | confirmed
        Ana | 2021-01-31 | 2021-06-01             |       | 100      |            |         | 2022-01-01 work=5, 2024-01-01 work=5
        Bo  | 2021-01-31 | 2021-06-01..2023-12-31 | 12    |          | 2021-06-01 | 8       | 2024-01-01
        """
    assert line(tmp_path, text) == (1, 2, 0)


def test_who_is_out_of_scope_later_is_left_out(tmp_path: Path) -> None:
    text = """
        who | left       | work                   | hours | died       | confirmed
        Ana | 2021-01-31 | 2021-06-01..2023-06-30 | 20    | 2024-01-31 | 2023-07-01
        Bo  | 2021-01-31 | 2021-06-01..2023-06-30 | 20    | 2024-02-01 | 2023-07-01
        """
    assert line(tmp_path / "1", text) == (1, 1, 0)
    assert line(tmp_path / "2", text, denominator="all") == (2, 2, 0)


def test_subsidised_work_is_no_work_to_fall_from_and_none_to_keep(tmp_path: Path) -> None:
    text = """
        who | left       | work       | hours | subsidy                | confirmed
        Ana | 2021-01-31 | 2021-06-01 | 20    | 2021-06-01..2023-01-01 | 2024-01-01 work
        Bo  | 2021-01-31 | 2021-06-01 | 20    | 2023-06-01             | 2022-01-01
        """
    assert line(tmp_path, text) == (1, 1, 0)


def test_from_settlement_the_work_of_the_fifth_year_is_compared(tmp_path: Path) -> None:
    text = """
        who | settled    | started    | work                   | hours | confirmed
        Ana | 2015-01-31 | 2015-02-01 | 2019-06-01..2020-01-31 | 20    | 2021-12-31
        Bo  | 2015-01-31 | 2015-02-01 | 2019-06-01..2020-01-30 | 20    | 2021-12-31
        """
    assert line(tmp_path, text, cohort="settled:2015", months=84) == (1, 1, 0)
