"""Teaching by school year, and start in time: every boundary, and what is not known."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from events.intake import BackgroundUpdated
from events.municipality import TeachingRecorded
from events.programme import LeaveEnded, LeaveStarted, ProgrammeOffered, StartDelayed
from tests.indicators.cohorts import AUTHOR, counted, exact, people
from tests.indicators.rounds import HOME, uses
from tests.tables import table
from tracker.application import ProgressionTracker
from tracker.indicators.quality.start import Q3
from tracker.indicators.quality.teaching import Q2
from tracker.municipality import record

day = date.fromisoformat
Lines = dict[str, tuple[int, int, int]]


def taught(folder: Path, text: str) -> ProgressionTracker:
    """Teaching in rows: from, until, hours and heads as ``competence number`` with commas, unit, code."""
    app = people(folder, "who")

    def numbers(cell: str) -> dict[Any, Decimal | None]:
        return {name: Decimal(told) for name, told in (pair.split() for pair in filter(None, cell.split(",")))}

    for row in table(text):
        code = row.get("code") or HOME
        uses(app, code)
        fact = TeachingRecorded(
            on=day(row["from"]),
            until=day(row["until"]),
            hours=numbers(row["hours"]),
            heads=numbers(row.get("heads", "")),
            unit=row.get("unit") or None,
        )
        record(app, code, fact, AUTHOR)
    return app


TAUGHT = """
    from       | until      | hours                                | heads                            | unit
    2023-08-01 | 2023-12-20 | credits-30 100, neither 300          | credits-30 1, neither 4          | North
    2024-01-08 | 2024-07-31 | credits-30 200, teacher-training 100 | credits-30 1, teacher-training 1 | North
    2024-01-08 | 2024-06-20 | unknown 100                          |                                  | South
    2024-08-01 | 2024-12-20 | neither 50                           | neither 1                        |
"""


def taught_by(app: ProgressionTracker, cohort: str = "year:2023", **question: Any) -> Lines:
    found = counted(app, Q2, cohort, **question)
    return {line: (figure.counted, figure.n, figure.unknown) for (line, _), figure in found.items()}


def test_hours_and_not_heads_are_counted_by_school_year(tmp_path: Path) -> None:
    assert taught_by(taught(tmp_path, TAUGHT)) == {
        "hours-credits-30": (300, 800, 100),
        "hours-teacher-training": (100, 800, 100),
        "hours-neither": (300, 800, 100),
        "heads-credits-30": (2, 7, 0),
    }


def test_the_last_of_july_and_the_first_of_august_are_two_school_years(tmp_path: Path) -> None:
    app = taught(tmp_path, TAUGHT)
    assert taught_by(app, "year:2024")["hours-credits-30"] == (0, 50, 0)
    assert taught_by(app, "year:2022")["hours-credits-30"] == (0, 0, 0)
    assert taught_by(app, "year:2023..2024")["hours-credits-30"] == (300, 850, 100)


def test_units_with_fewer_than_three_teachers_are_taken_together(tmp_path: Path) -> None:
    text = """
        from       | until      | hours          | heads                             | unit
        2023-08-01 | 2023-12-20 | credits-30 10  | credits-30 2, teacher-training 1  | North
        2023-08-01 | 2023-12-20 | credits-30 20  | credits-30 2                      | South
        2023-08-01 | 2023-12-20 | neither 40     |                                   | West
        2023-08-01 | 2023-12-20 | neither 80     | neither 9                         |
        """
    rows = exact(taught(tmp_path, text), Q2, "year:2023", by=("unit",))
    assert {row["unit"]: (row["counted"], row["n"]) for row in rows if row["line"] == "hours-credits-30"} == {
        "all": (30, 150),
        "North": (10, 10),
        "units with fewer than three teachers": (20, 60),
        "unknown": (0, 80),
    }


def test_teaching_is_that_of_the_municipality_asked_about(tmp_path: Path) -> None:
    text = """
        from       | until      | hours          | code
        2024-01-08 | 2024-06-20 | credits-30 100 | 5001
        2024-01-08 | 2024-06-20 | neither 300    | 0301
        """
    app = taught(tmp_path, text)
    assert taught_by(app)["hours-credits-30"] == (100, 400, 0)
    assert taught_by(app, municipality="5001")["hours-credits-30"] == (100, 100, 0)
    assert taught_by(app, municipality="0301")["hours-credits-30"] == (0, 300, 0)


def settled(folder: Path, text: str) -> ProgressionTracker:
    """People of :func:`people` with right and duty. Columns, all optional:

    category: another one · claim, offer: days · delays: causes · leave, refused: ``from..to``
    """
    app = people(folder, text)
    for at, row in enumerate(table(text), start=1):
        who = UUID(int=at)
        category: Any = row.get("category") or "right-and-duty"
        app.log(who, BackgroundUpdated(on=day(row["settled"]), category=category), AUTHOR)
        for basis in ("claim", "offer"):
            if row.get(basis):
                app.log(who, ProgrammeOffered(on=day(row[basis]), basis=basis), AUTHOR)
        for cause in row.get("delays", "").split():
            app.log(who, StartDelayed(on=day(row["settled"]), cause=cause), AUTHOR)  # type: ignore[arg-type]
        for column, approved in (("leave", True), ("refused", False)):
            if row.get(column):
                first, _, last = row[column].partition("..")
                app.log(who, LeaveStarted(on=day(first), cause="parental", approved=approved), AUTHOR)
                app.log(who, LeaveEnded(on=day(last)), AUTHOR)
    return app


def starts(folder: Path, text: str, cohort: str = "settled:2024", **question: Any) -> Lines:
    app = settled(folder, text)
    found = counted(app, Q3, cohort, **question)
    app.close()
    return {line: (figure.counted, figure.n, figure.unknown) for (line, _), figure in found.items()}


@pytest.mark.parametrize(
    "started, in_time",
    [("2024-04-15", 1), ("2024-04-16", 0), ("2024-01-15", 1), ("", 0)],
)
def test_in_time_is_up_to_the_same_day_of_the_third_month_and_no_start_is_no(
    tmp_path: Path, started: str, in_time: int
) -> None:
    text = f"""
        who | settled    | started
        Ana | 2024-01-15 | {started}
        """
    assert starts(tmp_path, text)["started-in-time"] == (in_time, 1, 0)


def test_a_claim_moves_the_day_only_where_no_offer_came_before_it(tmp_path: Path) -> None:
    found = starts(
        tmp_path,
        """
        who | settled    | claim      | offer      | started
        Ana | 2024-01-15 | 2024-03-01 |            | 2024-06-01
        Bo  | 2024-01-15 | 2024-03-01 |            | 2024-06-02
        Che | 2024-01-15 | 2024-03-01 | 2024-02-01 | 2024-06-01
        Dia | 2024-01-15 | 2024-03-01 | 2024-03-15 | 2024-06-01
        Eli | 2024-01-15 | 2024-01-10 |            | 2024-04-15
        """,
    )
    assert found["started-in-time"] == (3, 5, 0)
    assert found["started-in-time-of-settlement"] == (1, 5, 0)


def test_only_right_and_duty_is_counted_and_unknown_categories_are_told(tmp_path: Path) -> None:
    found = starts(
        tmp_path,
        """
        who | settled    | category       | started
        Ana | 2024-01-15 | right-and-duty | 2024-02-01
        Bo  | 2024-01-15 | right          |
        Che | 2024-01-15 | unknown        |
        """,
    )
    assert found["started-in-time"] == (1, 1, 0)
    assert found["category-unknown"] == (1, 3, 0)


def test_work_of_30_hours_or_approved_leave_on_the_last_day_leaves_out(tmp_path: Path) -> None:
    found = starts(
        tmp_path,
        """
        who | settled    | started    | work                   | hours | leave                  | refused
        Ana | 2024-01-15 |            | 2024-04-15             | 30    |                        |
        Bo  | 2024-01-15 |            | 2024-04-15             | 29.5  |                        |
        Che | 2024-01-15 |            | 2024-02-01..2024-04-14 | 30    |                        |
        Dia | 2024-01-15 |            |                        |       | 2024-04-01..2024-04-15 |
        Eli | 2024-01-15 |            |                        |       | 2024-04-01..2024-04-14 |
        Fay | 2024-01-15 |            |                        |       |                        | 2024-04-01..2024-04-30
        Gil | 2024-01-15 | 2024-03-01 |                        |       | 2024-04-01..2024-04-30 |
        """,
    )
    assert found["started-in-time"] == (1, 5, 0)
    assert found["left-out-for-work-or-leave"] == (2, 7, 0)


def test_who_still_has_time_is_left_out(tmp_path: Path) -> None:
    # The day of the figure is 1 June 2026, the last day of who was settled on 1 March.
    text = """
        who | settled    | started
        Ana | 2026-02-28 |
        Bo  | 2026-03-01 |
        Che | 2026-05-01 | 2026-05-10
        """
    assert starts(tmp_path, text, "settled:2026")["started-in-time"] == (1, 2, 0)


def test_causes_are_listed_of_those_late(tmp_path: Path) -> None:
    found = starts(
        tmp_path,
        """
        who | settled    | started    | delays
        Ana | 2024-01-15 | 2024-06-01 | no-place housing
        Bo  | 2024-01-15 |            | no-place
        Che | 2024-01-15 | 2024-06-01 |
        Dia | 2024-01-15 | 2024-04-01 | housing
        """,
    )
    assert found["delayed-no-place"] == (2, 3, 0)
    assert found["delayed-housing"] == (1, 3, 0)
    assert found["delayed-cause-not-told"] == (1, 3, 0)


def test_the_median_of_days_is_of_those_who_started(tmp_path: Path) -> None:
    app = settled(
        tmp_path,
        """
        who | settled    | started    | claim
        Ana | 2024-01-15 | 2024-04-15 |
        Bo  | 2024-01-15 | 2024-01-25 |
        Che | 2024-01-15 |            |
        Dia | 2024-01-15 | 2024-03-31 | 2024-03-01
        """,
    )
    median = counted(app, Q3, "settled:2024")["days-to-start", None]
    # 10, 30 and 91 days.
    assert (median.value, median.n) == (30, 3)


def test_a_start_before_settlement_is_in_time_after_no_days(tmp_path: Path) -> None:
    app = settled(
        tmp_path,
        """
        who | settled    | started
        Ana | 2024-01-15 | 2024-01-01
        Bo  | 2024-01-15 | 2024-01-25
        """,
    )
    found = counted(app, Q3, "settled:2024")
    assert (found["started-in-time", None].counted, found["days-to-start", None].value) == (2, 5)


def test_who_moved_away_within_the_three_months_is_out_of_scope(tmp_path: Path) -> None:
    text = """
        who | settled    | moved
        Ana | 2024-01-15 | 2024-04-15 0301
        Bo  | 2024-01-15 | 2024-04-16 0301
        """
    assert starts(tmp_path / "there", text, municipality="5001")["started-in-time"] == (0, 1, 0)
    assert starts(tmp_path / "all", text, denominator="all", municipality="5001")["started-in-time"] == (0, 2, 0)
