"""Work graded by its hours: every boundary, and what is not known."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.indicators.cohorts import counted, people
from tracker.indicators.economic.intensity import BANDS, E1, E2


def line(folder: Path, text: str, name: str, months: int = 12) -> tuple[int, int, int]:
    """(counted, out of, unknown) of one line of E2, or of E1 where E2 has none of that name."""
    app = people(folder, text)
    found = counted(app, E2 if "hours" in name and name != "hours-unknown" else E1)[name, months]
    app.close()
    return found.counted, found.n, found.unknown


@pytest.mark.parametrize("hours, counts", [("19.5", 0), ("20", 1), ("60", 1)])
def test_19_and_a_half_hours_do_not_count_as_20(tmp_path: Path, hours: str, counts: int) -> None:
    assert line(
        tmp_path,
        f"""
        who | left       | work       | hours
        Ana | 2024-01-31 | 2024-06-01 | {hours}
        """,
        "work-20-hours",
    ) == (counts, 1, 0)


def test_hours_of_several_jobs_are_summed(tmp_path: Path) -> None:
    text = """
        who | left       | work       | hours | work 2     | hours 2
        Ana | 2024-01-31 | 2024-06-01 | 12    | 2024-07-01 | 8
        """
    assert line(tmp_path, text, "work-20-hours") == (1, 1, 0)


@pytest.mark.parametrize(
    "work, counts",
    [
        ("2024-06-01..2025-01-30", 0),
        ("2024-06-01..2025-01-31", 1),
        ("2025-01-31", 1),
        ("2025-02-01", 0),
    ],
)
def test_the_last_day_of_a_job_still_counts_and_the_day_before_its_first_does_not(
    tmp_path: Path, work: str, counts: int
) -> None:
    text = f"""
        who | left       | work   | hours | school
        Ana | 2024-01-31 | {work} | 20    | 2024-02-01
        """
    assert line(tmp_path, text, "work-20-hours") == (counts, 1, 0)


def test_a_month_after_the_31st_of_january_is_the_last_day_of_february(tmp_path: Path) -> None:
    text = """
        who | left       | work                   | hours
        Ana | 2023-02-28 | 2023-06-01..2024-02-28 | 20
        Bo  | 2024-02-29 | 2024-06-01..2025-02-28 | 20
        """
    assert line(tmp_path, text, "work-20-hours") == (2, 2, 0)


def test_someone_nobody_knows_of_is_unknown_and_not_without_work(tmp_path: Path) -> None:
    text = """
        who | left       | work                   | hours | confirmed
        Ana | 2022-01-31 | 2022-02-01..2022-02-10 | 20    |
        Bo  | 2022-01-31 |                        |       | 2023-01-01
        Che | 2022-01-31 |                        |       |
        """
    assert line(tmp_path, text, "work-1-hours") == (0, 3, 1)


def test_an_activity_makes_a_status_known_for_twelve_months_and_not_a_day_longer(tmp_path: Path) -> None:
    text = """
        who | left       | work                   | hours
        Ana | 2023-01-31 | 2022-06-01..2023-02-01 | 20
        Bo  | 2023-01-31 | 2022-06-01..2023-01-15 | 20
        """
    found = counted(people(tmp_path, text), E1)
    assert found["status-unknown", 12].counted == 1


def test_an_open_job_nobody_has_spoken_of_for_a_year_is_unknown(tmp_path: Path) -> None:
    text = """
        who | left       | work       | hours
        Ana | 2023-01-31 | 2023-01-01 | 20
        """
    found = counted(people(tmp_path, text), E1)
    assert found["20-29", 0].counted == 1
    assert found["status-unknown", 12].counted == 1
    assert found["20-29", 12].counted == 0


def test_subsidised_hours_are_never_merged_into_ordinary_work(tmp_path: Path) -> None:
    text = """
        who | left       | work       | hours | subsidy
        Ana | 2024-01-31 | 2024-06-01 | 30    | 2024-06-01..2025-01-31
        Bo  | 2024-01-31 | 2024-06-01 | 30    | 2024-06-01..2025-01-30
        """
    found = counted(people(tmp_path, text), E2)
    assert found["work-30-hours", 12].counted == 1
    assert found["wage-subsidy-30-hours", 12].counted == 1


def test_work_of_unknown_hours_counts_at_one_hour_and_is_unknown_above(tmp_path: Path) -> None:
    text = """
        who | left       | work       | hours
        Ana | 2024-01-31 | 2024-06-01 |
        """
    found = counted(people(tmp_path, text), E2)
    assert (found["work-1-hours", 12].counted, found["work-1-hours", 12].unknown) == (1, 0)
    assert (found["work-10-hours", 12].counted, found["work-10-hours", 12].unknown) == (0, 1)


def test_a_full_post_of_fewer_hours_is_full_time(tmp_path: Path) -> None:
    text = """
        who | left       | work       | position
        Ana | 2024-01-31 | 2024-06-01 | 100
        Bo  | 2024-01-31 | 2024-06-01 | 99
        """
    found = counted(people(tmp_path, text), E2)
    assert found["work-37-hours", 12].counted == 1
    assert found["work-30-hours", 12].counted == 2


def test_the_mean_week_counts_no_work_as_zero_and_stops_at_a_full_week(tmp_path: Path) -> None:
    text = """
        who | left       | work       | hours | confirmed
        Ana | 2024-01-31 | 2024-06-01 | 60    |
        Bo  | 2024-01-31 | 2024-06-01 | 18.75 |
        Che | 2024-01-31 |            |       | 2024-12-01
        """
    mean = counted(people(tmp_path, text), E2)["work-full-weeks", 12]
    assert (mean.counted, mean.n) == (3, 3)
    assert mean.value == pytest.approx(0.5)
    # By Student's distribution alone it would reach from -0.74 to 1.74: nobody works less than nothing.
    assert (mean.low, mean.high) == (0, 1)


def test_the_dead_and_those_who_left_the_country_are_out_of_scope_and_those_who_moved_are_followed(
    tmp_path: Path,
) -> None:
    text = """
        who | left       | work       | hours | died       | abroad     | moved
        Ana | 2024-01-31 | 2024-06-01 | 20    |            |            | 2024-03-01 0301
        Bo  | 2024-01-31 |            |       | 2024-03-01 |            |
        Che | 2024-01-31 |            |       |            | 2024-03-01 |
        """
    assert line(tmp_path, text, "work-20-hours") == (1, 1, 0)


def test_nobody_is_counted_before_that_many_months_have_passed(tmp_path: Path) -> None:
    text = """
        who | left       | work       | hours
        Ana | 2024-01-31 | 2024-06-01 | 20
        Bo  | 2024-02-02 | 2024-06-01 | 20
        """
    app = people(tmp_path, text, now=datetime(2025, 2, 1, 12, tzinfo=UTC))
    assert counted(app, E2)["work-20-hours", 12].n == 1


def test_the_bands_of_everybody_sum_to_everybody(tmp_path: Path) -> None:
    text = """
        who | left       | work       | hours | position | confirmed
        Ana | 2024-01-31 | 2024-06-01 | 0.5   |          |
        Bo  | 2024-01-31 | 2024-06-01 | 9.99  |          |
        Che | 2024-01-31 | 2024-06-01 | 10    |          |
        Dia | 2024-01-31 | 2024-06-01 | 37    |          |
        Eli | 2024-01-31 | 2024-06-01 | 36.9  |          |
        Fay | 2024-01-31 | 2024-06-01 |       |          |
        Gus | 2022-01-31 |            |       |          |
        Hal | 2024-01-31 |            |       |          | 2024-12-31
        Ida | 2024-01-31 | 2024-06-01 |       | 100      |
        """
    found = counted(people(tmp_path, text), E1)
    bands = {
        name: part.counted
        for (name, months), part in found.items()
        if months == 12 and name in (*BANDS, "status-unknown")
    }
    assert bands == {
        "no-work": 1,
        "under-1": 1,
        "1-9": 1,
        "10-19": 1,
        "20-29": 0,
        "30-36": 1,
        "37-or-more": 2,
        "hours-unknown": 1,
        "status-unknown": 1,
    }


def test_work_and_school_at_once_is_seen(tmp_path: Path) -> None:
    text = """
        who | left       | work       | hours | school
        Ana | 2024-01-31 | 2024-06-01 | 8     | 2024-06-01
        Bo  | 2024-01-31 | 2024-06-01 | 8     |
        """
    assert line(tmp_path, text, "work-and-education") == (1, 2, 0)


def test_a_confirmed_status_counts_its_hours_unless_a_job_is_recorded_too(tmp_path: Path) -> None:
    text = """
        who | left       | work       | hours | confirmed
        Ana | 2024-01-31 |            |       | 2024-12-01 work=25
        Bo  | 2024-01-31 | 2024-06-01 | 15    | 2024-12-01 work=15
        """
    found = counted(people(tmp_path, text), E1)
    assert found["20-29", 12].counted == 1
    assert found["10-19", 12].counted == 1
