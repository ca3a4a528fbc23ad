"""Social studies, voice and office, and trust: every boundary, and what is not known."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from events.intake import BackgroundUpdated, SkillsMapped
from events.language import (
    ExemptionGranted,
    LanguageTrainingStarted,
    SocialStudiesCourseCompleted,
    SocialStudiesTestTaken,
)
from events.programme import LeaveEnded, LeaveStarted, ProgrammeOffered
from tests.indicators.cohorts import AUTHOR, counted, people
from tests.indicators.rounds import alike, hold
from tests.tables import table
from tracker.application import ProgressionTracker
from tracker.indicators.political import P1, P2, P3

day = date.fromisoformat


def studying(folder: Path, text: str) -> ProgressionTracker:
    """People of :func:`people` with social studies. Columns, all optional:

    offered (planned start), training, course (day language), test, failed, exempt (duty), rules: rule set, speaks
    leave: ``from..to`` · refused: the same, of leave that was not approved
    """
    app = people(folder, text)

    def stretch(who: UUID, cell: str, approved: bool) -> None:
        first, _, last = cell.partition("..")
        app.log(who, LeaveStarted(on=day(first), cause="welfare", approved=approved), AUTHOR)
        app.log(who, LeaveEnded(on=day(last)), AUTHOR)

    def course(who: UUID, cell: str) -> None:
        on, _, language = cell.partition(" ")
        app.log(who, SocialStudiesCourseCompleted(on=day(on), language=language or None), AUTHOR)

    columns: dict[str, Callable[[UUID, str], Any]] = {
        "offered": lambda who, cell: app.log(
            who, ProgrammeOffered(on=date(2022, 12, 1), basis="offer", planned_start=day(cell)), AUTHOR
        ),
        "training": lambda who, cell: app.log(who, LanguageTrainingStarted(on=day(cell)), AUTHOR),
        "course": course,
        "test": lambda who, cell: app.log(who, SocialStudiesTestTaken(on=day(cell), passed=True), AUTHOR),
        "failed": lambda who, cell: app.log(who, SocialStudiesTestTaken(on=day(cell), passed=False), AUTHOR),
        "exempt": lambda who, cell: app.log(
            who,
            ExemptionGranted(on=date(2023, 2, 1), subject="social-studies", duty=cell),  # type: ignore[arg-type]
            AUTHOR,
        ),
        "rules": lambda who, cell: app.log(
            who,
            BackgroundUpdated(on=date(2023, 1, 1), rule_set=cell),  # type: ignore[arg-type]
            AUTHOR,
        ),
        "speaks": lambda who, cell: app.log(
            who, SkillsMapped(on=date(2023, 2, 1), languages=tuple(cell.split())), AUTHOR
        ),
        "leave": lambda who, cell: stretch(who, cell, True),
        "refused": lambda who, cell: stretch(who, cell, False),
    }
    for number, row in enumerate(table(text), start=1):
        for column, logged in columns.items():
            if row.get(column):
                logged(UUID(int=number), row[column])
    return app


def lines(folder: Path, text: str, cohort: str = "started:2023", **question: Any) -> dict[str, tuple[int, int, int]]:
    """(counted, out of, unknown) of each line of P1."""
    app = studying(folder, text)
    found = counted(app, P1, cohort, **question)
    app.close()
    return {line: (figure.counted, figure.n, figure.unknown) for (line, _), figure in found.items()}


def test_the_course_counts_up_to_the_last_day_of_the_programme(tmp_path: Path) -> None:
    found = lines(
        tmp_path,
        """
        who | started    | left       | course
        Ana | 2023-01-10 | 2024-06-30 | 2024-06-30
        Bo  | 2023-01-10 | 2024-06-30 | 2024-07-01
        Che | 2023-01-10 | 2024-06-30 |
        Dia | 2023-01-10 |            | 2026-06-01
        Eli | 2023-01-10 |            |
        """,
    )
    assert found["course-completed"] == (2, 5, 0)
    assert found["course-completed-of-leavers"] == (1, 3, 0)


def test_collective_protection_is_left_out_and_unknown_rules_are_not(tmp_path: Path) -> None:
    found = lines(
        tmp_path,
        """
        who | started    | course     | rules
        Ana | 2023-01-10 | 2023-06-30 | collective-protection
        Bo  | 2023-01-10 | 2023-06-30 | integration-act-2021
        Che | 2023-01-10 | 2023-06-30 |
        Dia | 2023-01-10 |            | introduction-act
        """,
    )
    assert found["course-completed"] == (2, 3, 0)


@pytest.mark.parametrize("test, passed", [("2024-01-10", 1), ("2024-01-11", 0), ("2023-01-02", 1), ("2025-03-01", 0)])
def test_the_test_is_in_time_up_to_the_same_day_twelve_months_on(tmp_path: Path, test: str, passed: int) -> None:
    found = lines(
        tmp_path,
        f"""
        who | started    | test
        Ana | 2023-01-10 | {test}
        """,
    )
    assert found["test-passed-in-time"] == (passed, 1, 0)


def test_a_test_that_was_failed_is_not_passed_and_the_next_one_may_be(tmp_path: Path) -> None:
    text = """
        who | started    | failed     | test
        Ana | 2023-01-10 | 2023-06-01 |
        Bo  | 2023-01-10 | 2023-06-01 | 2023-12-01
        """
    assert lines(tmp_path, text)["test-passed-in-time"] == (1, 2, 0)


def test_the_time_runs_from_the_start_that_was_offered_else_from_training_else_from_the_programme(
    tmp_path: Path,
) -> None:
    text = """
        who | started    | offered    | training   | test
        Ana | 2023-03-01 | 2023-01-10 | 2023-03-01 | 2024-01-10
        Bo  | 2023-03-01 | 2023-01-10 | 2023-03-01 | 2024-01-11
        Che | 2023-03-01 |            | 2023-05-01 | 2024-05-01
        Dia | 2023-03-01 |            | 2023-05-01 | 2024-05-02
        Eli | 2023-03-01 |            |            | 2024-03-01
        Fay | 2023-03-01 |            |            | 2024-03-02
        """
    assert lines(tmp_path, text)["test-passed-in-time"] == (3, 6, 0)


@pytest.mark.parametrize(
    "leave, test, passed",
    [
        # From the first to the last of 20 days away: 20 days more.
        ("2023-06-01..2023-06-20", "2024-01-30", 1),
        ("2023-06-01..2023-06-20", "2024-01-31", 0),
        # Leave before the training started and after the test is none of that time.
        ("2022-12-01..2022-12-20", "2024-01-30", 0),
        ("2024-02-01..2024-02-20", "2024-01-30", 0),
    ],
)
def test_approved_leave_gives_more_time_by_its_days(tmp_path: Path, leave: str, test: str, passed: int) -> None:
    text = f"""
        who | started    | leave   | test
        Ana | 2023-01-10 | {leave} | {test}
        """
    assert lines(tmp_path, text)["test-passed-in-time"] == (passed, 1, 0)


def test_leave_that_was_not_approved_gives_none(tmp_path: Path) -> None:
    text = """
        who | started    | refused                | test
        Ana | 2023-01-10 | 2023-06-01..2023-06-20 | 2024-01-11
        """
    assert lines(tmp_path, text)["test-passed-in-time"] == (0, 1, 0)


def test_who_still_has_time_is_left_out_and_late_is_no(tmp_path: Path) -> None:
    # The day of the figure is 1 June 2026: the last day of who started on 1 June 2025, and still in time.
    text = """
        who | started    | failed     | leave
        Ana | 2025-05-31 | 2026-03-01 |
        Bo  | 2025-06-01 | 2026-03-01 |
        Che | 2025-05-20 |            | 2025-08-01..2025-08-31
        """
    assert lines(tmp_path, text, "started:2025")["test-passed-in-time"] == (0, 1, 0)


def test_who_nobody_knew_of_on_the_last_day_is_unknown(tmp_path: Path) -> None:
    # An end is known of for twelve months: on 10 January 2022 nobody knew of Ana any more, and of Bo for a last day.
    text = """
        who | started    | left       | failed
        Ana | 2021-01-10 | 2021-01-10 |
        Bo  | 2021-01-10 | 2021-01-11 |
        Che | 2021-01-10 |            | 2021-06-01
        """
    assert lines(tmp_path, text, "started:2021")["test-passed-in-time"] == (0, 3, 1)


def test_the_exempt_are_left_out_of_what_they_are_exempt_from(tmp_path: Path) -> None:
    found = lines(
        tmp_path,
        """
        who | started    | exempt   | course     | test
        Ana | 2023-01-10 | training |            | 2023-06-01
        Bo  | 2023-01-10 | test     | 2023-06-01 |
        Che | 2023-01-10 |          |            |
        """,
    )
    assert found["course-completed"] == (1, 2, 0)
    assert found["test-passed-in-time"] == (1, 2, 0)
    assert found["exempt-from-training"] == found["exempt-from-test"] == (1, 3, 0)


def test_the_language_of_the_course_is_told_of_those_who_completed_it(tmp_path: Path) -> None:
    found = lines(
        tmp_path,
        """
        who | started    | course         | speaks
        Ana | 2023-01-10 | 2023-06-01 ar  | en ar
        Bo  | 2023-01-10 | 2023-06-01 nb  | ar
        Che | 2023-01-10 | 2023-06-01 ti  |
        Dia | 2023-01-10 | 2023-06-01     | ti
        Eli | 2023-01-10 | 2023-06-01 ar  | arc
        Fay | 2023-01-10 |                | ar
        """,
    )
    assert found["course-in-norwegian"] == (1, 5, 1)
    assert found["course-in-own-language"] == (1, 5, 2)


def test_who_moved_away_is_out_of_scope_and_counts_among_all(tmp_path: Path) -> None:
    text = """
        who | started    | course     | moved
        Ana | 2023-01-10 | 2023-06-01 | 2023-09-01 0301
        Bo  | 2023-01-10 |            |
        """
    assert lines(tmp_path / "1", text, municipality="5001")["course-completed"] == (0, 1, 0)
    assert lines(tmp_path / "2", text, municipality="5001", denominator="all")["course-completed"] == (1, 2, 0)


def test_one_office_is_enough_and_one_unanswered_leaves_it_open(tmp_path: Path) -> None:
    app = people(tmp_path, "who")
    none = {"office_parents": 0, "office_user_council": 0, "office_board": 0, "office_union": 0}
    told = [
        *alike(3, **{**none, "office_board": 1}),
        *alike(2, office_parents=1),
        *alike(6, **none),
        *alike(4, office_parents=0),
    ]
    hold(app, told, invited=30)
    found = counted(app, P2, "year:2024")

    def of(line: str) -> tuple[int, int, int]:
        return found[line, None].counted, found[line, None].n, found[line, None].unknown

    assert of("any-office") == (5, 15, 4)
    assert of("office-parents") == (2, 15, 0)
    assert of("office-board") == (3, 15, 6)


def test_trust_is_a_mean_and_a_share_from_6_on(tmp_path: Path) -> None:
    app = people(tmp_path, "who")
    told = [
        *alike(5, trust_people=5, trust_municipality=6),
        *alike(5, trust_people=6, trust_municipality=6),
        *alike(5, trust_people=10, trust_municipality=0),
    ]
    hold(app, told)
    found = counted(app, P3, "year:2024")
    assert found["trust", None].value == pytest.approx((5.5 + 6 + 5) / 3)
    assert found["trust", "trust-people"].value == 7.0
    assert found["trust", "trust-municipality"].value == 4.0
    shares = [found["trusts", item].counted for item in (None, "trust-people", "trust-municipality")]
    assert shares == [5, 10, 10]
