"""Full time, attendance, work-directed elements and placements: every boundary, and what is not known."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from events.programme import (
    AttendanceRecorded,
    LeaveEnded,
    LeaveStarted,
    ProgrammeElementStarted,
    ProgrammeStarted,
    ProgrammeSuspended,
)
from events.work import WorkPlacementStarted
from tests.indicators.cohorts import AUTHOR, counted, people
from tests.tables import table
from tracker.application import ProgressionTracker
from tracker.indicators.quality.hours import Q1

day = date.fromisoformat
TODAY = "active:2024-09-15"


def number(cell: str | None) -> Decimal | None:
    return Decimal(cell) if cell and cell != "?" else None


def programme(folder: Path, text: str) -> ProgressionTracker:
    """People of :func:`people` in the programme. Columns, all optional; ``?`` is a number that is not known:

    norwegian, directed: hours of these elements from the start on · study: hours of own study in Norwegian
    told: hours of the programme, which then starts on ``since`` · placement: hours, from the start on
    leave, refused: ``from..to`` · stopped: from · attended: ``month planned attended approved`` with commas
    """
    app = people(folder, text)
    for at, row in enumerate(table(text), start=1):
        who, since = UUID(int=at), day(row.get("since") or row.get("started") or "2024-01-10")
        if row.get("told"):
            app.log(who, ProgrammeStarted(on=since, hours_per_week=number(row["told"])), AUTHOR)
        for column, element in (("norwegian", "norwegian"), ("directed", "work-directed")):
            if row.get(column):
                study = number(row.get("study")) if column == "norwegian" else None
                app.log(
                    who,
                    ProgrammeElementStarted(
                        on=since,
                        element=element,  # type: ignore[arg-type]
                        hours_per_week=number(row[column]),
                        own_study_hours=study,
                    ),
                    AUTHOR,
                )
        if row.get("placement"):
            app.log(who, WorkPlacementStarted(on=since, hours_per_week=number(row["placement"])), AUTHOR)
        for column, approved in (("leave", True), ("refused", False)):
            if row.get(column):
                first, _, last = row[column].partition("..")
                app.log(who, LeaveStarted(on=day(first), cause="welfare", approved=approved), AUTHOR)
                app.log(who, LeaveEnded(on=day(last)), AUTHOR)
        if row.get("stopped"):
            app.log(who, ProgrammeSuspended(on=day(row["stopped"])), AUTHOR)
        for told in filter(None, row.get("attended", "").split(",")):
            month, planned, attended, approved_absence = told.split()
            app.log(
                who,
                AttendanceRecorded(
                    on=date(2024, 9, 10),
                    month=day(month + "-01"),
                    planned=Decimal(planned),
                    attended=Decimal(attended),
                    approved_absence=Decimal(approved_absence),
                ),
                AUTHOR,
            )
    return app


Lines = dict[str, tuple[int, int, int]]


def lines(app: ProgressionTracker, cohort: str = TODAY, **question: Any) -> Lines:
    found = counted(app, Q1, cohort, **question)
    app.close()
    return {line: (figure.counted, figure.n, figure.unknown) for (line, _), figure in found.items()}


@pytest.mark.parametrize(
    "norwegian, study, directed, told, expected",
    [
        ("37.5", "", "", "", (1, 1, 0)),
        ("37", "", "", "", (0, 1, 0)),
        ("22.5", "", "15", "", (1, 1, 0)),
        ("30", "7.5", "", "", (1, 1, 0)),
        ("30", "7", "", "", (0, 1, 0)),
        ("29.5", "10", "", "", (0, 1, 0)),
        ("33", "4.5", "", "", (1, 1, 0)),
        # Of the programme alone, of elements without hours, and of elements that are enough without the others.
        ("", "", "", "37.5", (1, 1, 0)),
        ("", "", "", "37", (0, 1, 0)),
        ("", "", "", "?", (0, 1, 1)),
        ("?", "", "", "37.5", (1, 1, 0)),
        ("?", "", "20", "?", (0, 1, 1)),
        ("?", "", "37.5", "?", (1, 1, 0)),
        ("30", "", "", "37.5", (0, 1, 0)),
    ],
)
def test_full_time_is_37_and_a_half_hours_or_30_that_own_study_fills_up(
    tmp_path: Path, norwegian: str, study: str, directed: str, told: str, expected: tuple[int, int, int]
) -> None:
    app = programme(
        tmp_path,
        f"""
        who | told          | norwegian   | study   | directed
        Ana | {told or "?"} | {norwegian} | {study} | {directed}
        """,
    )
    assert lines(app)["full-time"] == expected


def test_who_is_on_approved_leave_or_stopped_is_left_out(tmp_path: Path) -> None:
    app = programme(
        tmp_path,
        """
        who | started    | norwegian | leave                  | refused                | stopped
        Ana | 2024-01-10 | 37.5      |                        |                        |
        Bo  | 2024-01-10 | 37.5      | 2024-09-01..2024-09-15 |                        |
        Che | 2024-01-10 | 37.5      | 2024-09-01..2024-09-14 |                        |
        Dia | 2024-01-10 | 37.5      |                        | 2024-09-01..2024-09-30 |
        Eli | 2024-01-10 | 37.5      |                        |                        | 2024-09-15
        """,
    )
    found = lines(app)
    assert found["full-time"] == (3, 3, 0)
    assert found["away"] == (2, 5, 0)


def test_attendance_is_that_of_the_month_before_without_approved_absence(tmp_path: Path) -> None:
    app = programme(
        tmp_path,
        """
        who | started    | attended
        Ana | 2024-01-10 | 2024-08 100 60 20, 2024-07 100 0 0, 2024-09 100 0 0
        Bo  | 2024-01-10 | 2024-08 60 60 0
        Che | 2024-01-10 |
        Dia | 2024-01-10 | 2024-08 40 0 40
        """,
    )
    found = counted(app, Q1, TODAY)
    attendance, whole = found["attendance", None], found["attendance-of-all-planned", None]
    assert (attendance.value, attendance.n, attendance.unknown) == (pytest.approx(120 / 140), 4, 1)
    assert whole.value == pytest.approx(120 / 200)


def test_attendance_told_twice_is_as_told_last(tmp_path: Path) -> None:
    app = programme(
        tmp_path,
        """
        who | started    | attended
        Ana | 2024-01-10 | 2024-08 100 60 0, 2024-08 100 80 0
        """,
    )
    assert counted(app, Q1, TODAY)["attendance", None].value == pytest.approx(0.8)


@pytest.mark.parametrize(
    "directed, placement, norwegian, expected",
    [
        ("15", "", "", (1, 1, 0)),
        ("14.5", "", "", (0, 1, 0)),
        ("", "15", "20", (1, 1, 0)),
        # The same hours may be told both ways: 10 and 10 are not 20.
        ("10", "10", "", (0, 1, 0)),
        ("", "", "20", (0, 1, 0)),
        ("", "", "", (0, 1, 1)),
        ("", "10", "", (0, 1, 1)),
        ("?", "", "", (0, 1, 1)),
        ("?", "16", "", (1, 1, 0)),
        ("10", "?", "", (0, 1, 1)),
    ],
)
def test_work_directed_is_15_hours_in_elements_or_at_work(
    tmp_path: Path, directed: str, placement: str, norwegian: str, expected: tuple[int, int, int]
) -> None:
    app = programme(
        tmp_path,
        f"""
        who | started    | norwegian   | directed   | placement
        Ana | 2024-01-10 | {norwegian} | {directed} | {placement}
        """,
    )
    assert lines(app)["work-directed-15-hours"] == expected


def test_a_job_beside_the_programme_is_directed_at_work(tmp_path: Path) -> None:
    app = programme(
        tmp_path,
        """
        who | started    | norwegian | work       | hours
        Ana | 2024-01-10 | 20        | 2024-09-15 | 15
        Bo  | 2024-01-10 | 20        | 2024-09-16 | 15
        """,
    )
    assert lines(app)["work-directed-15-hours"] == (1, 2, 0)


@pytest.mark.parametrize(
    "schooling, started, due",
    [
        ("upper-secondary", "2024-06-15", 1),
        ("higher", "2024-06-16", 0),
        ("some-upper-secondary", "2024-06-15", 0),
        ("basic", "2024-03-15", 1),
        ("basic", "2024-03-16", 0),
        ("unknown", "2024-03-15", 1),
        ("unknown", "2024-03-16", 0),
    ],
)
def test_work_directed_is_asked_after_three_or_six_months(
    tmp_path: Path, schooling: str, started: str, due: int
) -> None:
    app = programme(
        tmp_path,
        f"""
        who | started   | schooling   | directed
        Ana | {started} | {schooling} | 15
        """,
    )
    assert lines(app)["work-directed-15-hours"] == (due, due, 0)


def test_placements_are_counted_by_their_four_marks(tmp_path: Path) -> None:
    app = people(tmp_path, "who | started\nAna | 2024-01-10\nBo | 2024-01-10")
    yes = {"in_plan": "yes", "chosen_by_criteria": "yes", "mentor": "yes", "followed_up_in_class": "yes"}
    told: list[dict[str, str]] = [yes, {**yes, "mentor": "no"}, {**yes, "mentor": "unknown"}, {"mentor": "no"}]
    for number, marks in enumerate(told):
        placed = WorkPlacementStarted(on=date(2024, 9, 1), placement=f"p{number}", **marks)  # type: ignore[arg-type]
        app.log(UUID(int=1 + number % 2), placed, AUTHOR)
    later = WorkPlacementStarted(on=date(2024, 9, 16), placement="later", **yes)  # type: ignore[arg-type]
    app.log(UUID(int=1), later, AUTHOR)
    found = lines(app)
    assert found["placement-mentor"] == (1, 4, 1)
    assert found["placement-in-plan"] == found["placement-chosen-workplace"] == (3, 4, 1)
    assert found["placement-all-four"] == (1, 4, 1)


def test_a_placement_that_was_only_confirmed_tells_nothing_of_its_marks(tmp_path: Path) -> None:
    app = programme(
        tmp_path,
        """
        who | started    | norwegian | confirmed
        Ana | 2024-01-10 | 20        | 2024-09-01 work-placement=15
        """,
    )
    found = lines(app)
    assert found["placement-mentor"] == (0, 0, 0)
    assert found["work-directed-15-hours"] == (1, 1, 0)


def test_only_who_lives_there_is_counted_placements_too(tmp_path: Path) -> None:
    app = programme(
        tmp_path,
        """
        who | started    | norwegian | placement | moved
        Ana | 2024-01-10 | 37.5      | 10        |
        Bo  | 2024-01-10 | 37.5      | 10        | 2024-09-15 0301
        """,
    )
    found = lines(app, municipality="5001")
    assert (found["full-time"], found["placement-mentor"]) == ((1, 1, 0), (0, 1, 1))
