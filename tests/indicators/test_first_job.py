"""The first job: how long until it comes, whether it lasts, and what becomes of small ones."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from events.work import JobChanged, JobEnded, JobStarted, LabourMarketMeasureStarted, WorkPlacementStarted
from tests.indicators.cohorts import AUTHOR, counted, exact, people
from tests.tables import table
from tracker.indicators.economic.first_job import E5, E6, E8
from tracker.indicators.pipeline import WrongCohort


def cells(row: dict[str, str], *names: str) -> str:
    """A table of one person with these columns of a row."""
    return " | ".join(["who", *names]) + "\n" + " | ".join(["Ana", *(row[name] for name in names)])


def answer(figure: Any) -> str:
    if figure.n == 0:
        return "out"
    return "unknown" if figure.unknown else "yes" if figure.counted else "no"


@pytest.mark.parametrize(
    "row",
    table("""
        work                   | hours | work 2     | hours 2 | moved           | answer  | why
        2023-03-01             | 20    | 2023-12-01 | 1       |                 | yes     | the same job
        2023-03-01..2023-05-31 | 20    | 2023-12-01 | 20      |                 | yes     | another employer
        2023-03-01..2024-03-01 | 20    |            |         |                 | yes     | the last day of work
        2023-03-01..2024-02-29 | 20    |            |         |                 | no      | ended the day before
        2023-03-01..2023-08-31 | 20    | 2024-03-01 | 19.5    |                 | no      | 19.5 hours are not 20
        2023-03-01..2023-08-31 | 20    | 2024-03-02 | 20      |                 | no      | again the day after
        2023-03-01..2023-08-31 | 20    | 2023-12-01 |         |                 | unknown | a job of unknown hours
        2023-03-01             | 20    |            |         |                 | unknown | nobody told for a year
        2023-03-01             | 20    | 2023-12-01 | 1       | 2024-03-01 0301 | out     | moved by that day
        2023-03-01             | 20    | 2023-12-01 | 1       | 2024-03-02 0301 | yes     | moved the day after
        2023-03-01             | 19.5  |            |         |                 | out     | never 20 hours
    """),
    ids=lambda row: row["why"],
)
def test_retention_looks_twelve_months_after_the_first_job(tmp_path: Path, row: dict[str, str]) -> None:
    app = people(tmp_path, cells(row, "work", "hours", "work 2", "hours 2", "moved"))
    if row["why"] != "nobody told for a year":
        app.log(UUID(int=1), LabourMarketMeasureStarted(on=date(2024, 1, 1)), AUTHOR)
    found = counted(app, E5, municipality="5001")["still-20-hours", 12]
    app.close()
    assert answer(found) == row["answer"]


def test_first_jobs_are_counted_from_the_first_day_with_20_hours_in_all(tmp_path: Path) -> None:
    text = """
        who | work                   | hours | work 2                 | hours 2
        Ana | 2023-03-01             | 12    | 2023-06-15..2023-12-15 | 8
        Bo  | 2023-03-01             | 12    | 2023-06-15..2023-12-14 | 8
        """
    app = people(tmp_path, text)
    row = counted(app, E5, "first-job:2023")["still-20-hours", 6]
    app.close()
    assert (row.counted, row.n) == (1, 2)


def test_a_first_job_of_last_month_is_not_followed_long_enough(tmp_path: Path) -> None:
    app = people(tmp_path, "who | work | hours\nAna | 2025-12-01 | 20\nBo | 2025-12-02 | 20")
    assert counted(app, E5)["still-20-hours", 6].n == 1
    app.close()


@pytest.mark.parametrize(
    "jobs, sector",
    [
        ([("a", 20, "public", False)], "public"),
        ([("a", 20, "unknown", False)], "unknown"),
        ([("a", 20, "unknown", True)], "private"),
        ([("a", 12, "public", False), ("b", 13, "private", False)], "private"),
        ([("a", 30, "public", False), ("b", 1, "private", False)], "public"),
    ],
)
def test_the_sector_is_that_of_the_job_of_most_hours(tmp_path: Path, jobs: Any, sector: str) -> None:
    app = people(tmp_path, "who | settled\nAna | 2022-01-01")
    for key, hours, told, alone in jobs:
        job = JobStarted(on=date(2023, 3, 1), job=key, hours_per_week=Decimal(hours), sector=told, self_employed=alone)
        app.log(UUID(int=1), job, AUTHOR)
    rows = exact(app, E5, by=("sector",), months=(6,))
    app.close()
    assert [row["sector"] for row in rows] == ["all", sector]


@pytest.mark.parametrize(
    "row",
    table("""
        work                   | hours | work 2                 | hours 2 | at 1 | at 20 | why
        2023-01-31             | 20    |                        |         | 0    | 0     | on the day itself
        2022-01-31..2023-01-31 | 20    |                        |         | 0    | 0     | there already
        2022-01-31..2023-01-30 | 20    |                        |         |      |       | over the day before
        2023-02-01             | 20    |                        |         | 1    | 1     | the day after
        2023-02-28             | 20    |                        |         | 1    | 1     | a month after the 31st
        2023-03-01             | 19.5  |                        |         | 2    |       | too few hours for 20
        2023-03-01             | 12    | 2023-04-30             | 8       | 2    | 3     | two jobs together
        2023-03-01..2023-03-02 | 20    |                        |         | 2    | 2     | only two days of it
        2023-03-01             |       |                        |         | 2    |       | unknown hours
    """),
    ids=lambda row: row["why"],
)
def test_the_first_work_is_dated_in_months_after_leaving(tmp_path: Path, row: dict[str, str]) -> None:
    app = people(
        tmp_path, "left | " + cells(row, "work", "hours", "work 2", "hours 2").replace("\n", "\n2023-01-31 | ")
    )
    for threshold in (1, 20):
        rows = exact(app, E6, "left", months=tuple(range(12)))
        reached = [
            figure["months"]
            for figure in rows
            if figure["line"] == f"work-{threshold}-hours" and figure["choice"] is None and figure["counted"]
            if figure["kind"] == "incidence"
        ]
        assert min(reached, default=None) == (int(row[f"at {threshold}"]) if row[f"at {threshold}"] else None)
    app.close()


def test_study_and_training_are_waited_through_and_leaving_the_scope_competes(tmp_path: Path) -> None:
    text = """
        who | settled    | higher     | measure    | abroad     | work       | hours
        Ana | 2020-01-01 | 2020-02-01 |            |            | 2020-12-01 | 20
        Bo  | 2020-01-01 |            | 2020-02-01 |            |            |
        Che | 2020-01-01 | 2020-02-01 |            | 2020-07-01 |            |
        Dag | 2020-01-01 |            |            | 2020-07-01 | 2020-08-01 | 20
        """
    app = people(tmp_path, text)
    app.log(UUID(int=2), WorkPlacementStarted(on=date(2020, 3, 1), hours_per_week=Decimal(30)), AUTHOR)
    rows = exact(app, E6, "settled", months=(12,))
    app.close()
    found = {row["choice"]: row for row in rows if row["line"] == "work-20-hours" and row["kind"] == "incidence"}
    assert found[None]["value"] == pytest.approx(1 / 4)
    assert found["out-of-scope"]["value"] == pytest.approx(2 / 4)
    assert found[None]["unknown"] == 0


def test_subsidised_work_is_not_the_first_work_until_the_subsidy_ends(tmp_path: Path) -> None:
    text = """
        who | left       | work       | hours | subsidy
        Ana | 2023-01-31 | 2023-02-01 | 20    | 2023-02-01..2023-07-31
        """
    app = people(tmp_path, text)
    rows = exact(app, E6, "left", months=(6, 7))
    app.close()
    found = {row["months"]: row for row in rows if row["line"] == "work-1-hours" and row["choice"] is None}
    assert [found[month]["counted"] for month in (6, 7)] == [0, 1]


def test_from_work_of_unknown_hours_on_it_is_unknown_when_20_hours_are_reached(tmp_path: Path) -> None:
    text = """
        who | left       | work       | hours | confirmed
        Ana | 2023-01-31 | 2023-04-30 |       | 2024-01-31 work=30
        Bo  | 2023-01-31 |            |       | 2024-01-31
        """
    app = people(tmp_path, text)
    app.log(UUID(int=1), JobChanged(on=date(2023, 10, 1), job="job", hours_per_week=Decimal(30)), AUTHOR)
    every = {
        (row["line"], row["months"]): row
        for row in exact(app, E6, "left", months=(12,), denominator="all")
        if row["kind"] == "share"
    }
    incidence = exact(app, E6, "left", months=(2, 3, 12))
    app.close()
    assert [every["work-1-hours", 12][name] for name in ("counted", "n", "unknown")] == [1, 2, 0]
    assert [every["work-20-hours", 12][name] for name in ("counted", "n", "unknown")] == [0, 2, 1]
    unknown = [
        row["unknown"]
        for row in incidence
        if row["line"] == "work-20-hours" and row["kind"] == "incidence" and row["choice"] is None
    ]
    # She was seen without it for two whole months: the third ends with a day of it.
    assert unknown == [0, 1, 1]


@pytest.mark.parametrize(
    "work, left",
    [("2023-04-05", 1), ("2023-03-25", 1), ("2023-02-25", 0)],
)
def test_who_leaves_the_scope_before_work_of_unknown_hours_has_left_it(tmp_path: Path, work: str, left: int) -> None:
    app = people(tmp_path, f"who | left | work | abroad\nAna | 2023-01-31 | {work} | 2023-03-20")
    rows = exact(app, E6, "left", months=(12,))
    app.close()
    (row,) = (row for row in rows if row["line"] == "work-20-hours" and row["choice"] == "out-of-scope")
    assert row["counted"] == left


def test_half_had_work_after_the_median_time(tmp_path: Path) -> None:
    text = """
        who | left       | work       | hours
        Ana | 2023-01-31 | 2023-03-01 | 10
        Bo  | 2023-01-31 | 2023-05-01 | 20
        Che | 2023-01-31 | 2023-08-01 | 30
        Dag | 2023-01-31 | 2023-08-01 | 37
        """
    app = people(tmp_path, text)
    medians = {row["line"]: row["value"] for row in exact(app, E6, "left") if row["kind"] == "median"}
    app.close()
    assert medians == {"work-1-hours": 4, "work-10-hours": 4, "work-20-hours": 7, "work-30-hours": 7}


def test_time_to_work_is_counted_from_settlement_or_from_leaving_alone(tmp_path: Path) -> None:
    app = people(tmp_path, "who | left\nAna | 2023-01-31")
    with pytest.raises(WrongCohort):
        counted(app, E6, "started")
    app.close()


@pytest.mark.parametrize(
    "row",
    table("""
        work                   | hours | position | work 2                 | hours 2 | answer  | why
        2023-02-01..2023-12-31 | 9     |          |                        |         | yes     | lost it
        2023-02-01             | 9     |          |                        |         | no      | kept it
        2023-02-01             | 9.5   |          |                        |         | no      | up to 10 hours
        2023-02-01             | 10    |          |                        |         | out     | 10 hours are not small
        2023-02-01             | 1     |          |                        |         | no      | from 1 hour
        2023-02-01             | 0.5   |          |                        |         | out     | under 1 hour
        2023-02-01             | 6     |          | 2023-02-01             | 6       | out     | 12 hours in all
        2023-02-01             |       |          |                        |         | out     | unknown hours
        2023-02-28             | 9     |          |                        |         | no      | one month after
        2023-03-01             | 9     |          |                        |         | out     | too late
        2023-02-01..2023-12-31 | 9     |          | 2024-01-31             | 30      | no      | another job
        2023-02-01..2024-01-31 | 9     |          |                        |         | no      | the last day of work
        2023-02-01..2024-01-30 | 9     |          |                        |         | yes     | ended the day before
    """),
    ids=lambda row: row["why"],
)
def test_small_jobs_are_looked_at_again_after_a_year(tmp_path: Path, row: dict[str, str]) -> None:
    columns = ("work", "hours", "position", "work 2", "hours 2")
    app = people(tmp_path, "left | " + cells(row, *columns).replace("\n", "\n2023-01-31 | "))
    app.log(UUID(int=1), LabourMarketMeasureStarted(on=date(2023, 9, 1)), AUTHOR)
    found = counted(app, E8)["no-work", 12]
    app.close()
    assert answer(found) == row["answer"]


def test_what_became_of_a_small_job_that_nobody_told_of_again_is_unknown(tmp_path: Path) -> None:
    text = """
        who | left       | work                   | hours | moved
        Ana | 2023-01-31 | 2023-02-01             | 9     |
        Bo  | 2023-01-31 | 2023-02-01..2023-05-31 | 9     | 2024-06-01 0301
        """
    app = people(tmp_path, text)
    found = counted(app, E8, municipality="5001")
    app.close()
    assert [(found["no-work", months].n, found["no-work", months].unknown) for months in (12, 36)] == [(2, 0), (1, 1)]


def test_a_small_job_that_ended_within_the_month_was_none_a_month_after(tmp_path: Path) -> None:
    app = people(tmp_path, "who | left\nAna | 2023-01-31")
    app.log(UUID(int=1), JobStarted(on=date(2023, 2, 1), job="a", hours_per_week=Decimal(9)), AUTHOR)
    app.log(UUID(int=1), JobEnded(on=date(2023, 2, 27), job="a"), AUTHOR)
    assert counted(app, E8)["no-work", 12].n == 0
    app.close()
