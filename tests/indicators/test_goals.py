"""The end of the programme: whether it led on to something, and whether its goal was reached."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from events import Fact
from events.plan import PlaceAccepted, ProgrammeGoalReached, ProgrammeGoalSet
from events.work import JobChanged, JobStarted, WorkPlacementStarted
from tests.indicators.cohorts import AUTHOR, counted, people
from tests.tables import table
from tracker.application import ProgressionTracker
from tracker.indicators.capacity.goals import K5, K6

LEFT = date(2024, 1, 31)
LAST = date(2024, 5, 2)
"""92 days after it."""
BO = "who | left\nBo | 2024-01-31"


def told(folder: Path, text: str, facts: list[Fact]) -> ProgressionTracker:
    """The people of a table, where the first of them has these facts."""
    app = people(folder, text)
    for fact in facts:
        app.log(UUID(int=1), fact, AUTHOR)
    return app


def line(app: ProgressionTracker, name: str) -> tuple[int, int, int]:
    """(counted, out of, unknown) of a line of K5."""
    figure = counted(app, K5)[name, None]
    return figure.counted, figure.n, figure.unknown


@pytest.mark.parametrize(
    "row",
    table(
        """
        what          | from                   | hours | counts | unknown
        work          | 2023-06-01             | 10    | 1      | 0
        work          | 2023-06-01             | 9.99  | 0      | 0
        work          | 2023-06-01             |       | 0      | 1
        work          | 2023-06-01..2024-01-31 | 10    | 1      | 0
        work          | 2023-06-01..2024-01-30 | 10    | 0      | 0
        work          | 2024-05-02             | 10    | 1      | 0
        work          | 2024-05-03             | 10    | 0      | 0
        self-employed | 2024-02-01             |       | 1      | 0
        school        | 2024-05-02             |       | 1      | 0
        school        | 2024-05-03             |       | 0      | 0
        vgs           | 2024-02-01             |       | 1      | 0
        higher        | 2024-02-01             |       | 1      | 0
        measure       | 2024-02-01             |       | 1      | 0
        assistance    | 2024-02-01             |       | 0      | 0
        sick          | 2024-02-01             |       | 0      | 0
        """
    ),
    ids=lambda row: f"{row['what']} {row['from']} {row['hours']}",
)
def test_a_course_runs_on_some_day_from_leaving_to_92_days_later(tmp_path: Path, row: dict[str, str]) -> None:
    app = people(tmp_path, f"who | left | {row['what']} | hours\nAna | {LEFT} | {row['from']} | {row['hours']}")
    assert line(app, "course") == (int(row["counts"]), 1, int(row["unknown"]))


def test_hours_of_jobs_at_once_are_summed_and_those_of_jobs_one_after_the_other_are_not(tmp_path: Path) -> None:
    text = """
        who | left       | work                   | hours | work 2                 | hours 2
        Ana | 2024-01-31 | 2024-02-01..2024-03-01 | 6     | 2024-03-01..2024-04-01 | 6
        Bo  | 2024-01-31 | 2024-02-01..2024-03-01 | 6     | 2024-03-02..2024-04-01 | 6
        """
    assert line(people(tmp_path, text), "course") == (1, 2, 0)


def test_hours_are_known_again_when_the_job_of_unknown_hours_has_ended(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | left       | work       | hours | work 2                 | hours 2
        Ana | 2024-01-31 | 2023-06-01 | 12    | 2023-06-01..2024-03-01 |
        Bo  | 2024-01-31 | 2023-06-01 | 8     | 2023-06-01..2024-03-01 |
        """,
    )
    assert line(app, "course") == (1, 2, 1)


def test_a_job_that_grows_to_ten_hours_in_time_counts_and_wage_subsidy_counts_at_any_hours(tmp_path: Path) -> None:
    text = """
        who | left       | work       | hours | subsidy
        Ana | 2024-01-31 |            |       |
        Bo  | 2024-01-31 | 2024-02-01 | 5     | 2024-02-01
        Che | 2024-01-31 | 2024-02-01 | 5     |
        """
    job = [
        JobStarted(on=LEFT, job="a", hours_per_week=Decimal(5)),
        JobChanged(on=LAST, job="a", hours_per_week=Decimal(10)),
    ]
    assert line(told(tmp_path, text, list(job)), "course") == (2, 3, 0)


@pytest.mark.parametrize(
    "row",
    table(
        """
        accepted   | starts     | place           | hours | counts | unknown
        2024-01-15 | 2024-01-31 | upper-secondary |       | 1      | 0
        2024-01-15 | 2024-01-30 | upper-secondary |       | 0      | 0
        2024-01-15 | 2024-05-02 | upper-secondary |       | 1      | 0
        2024-01-15 | 2024-05-03 | upper-secondary |       | 0      | 0
        2024-01-15 | 2024-02-15 | work            | 10    | 1      | 0
        2024-01-15 | 2024-02-15 | work            | 9.5   | 0      | 0
        2024-01-15 | 2024-02-15 | work            |       | 0      | 1
        2024-01-15 | 2024-02-15 | wage-subsidy    |       | 1      | 0
        2024-01-15 | 2024-02-15 | work-placement  |       | 1      | 0
        2024-01-15 | 2024-02-15 | other           |       | 0      | 0
        """
    ),
    ids=lambda row: f"{row['place']} {row['starts']} {row['hours']}",
)
def test_a_place_that_was_accepted_counts_where_it_starts_in_that_time(tmp_path: Path, row: dict[str, str]) -> None:
    place = PlaceAccepted(
        on=date.fromisoformat(row["accepted"]),
        place=row["place"],  # type: ignore[arg-type]
        starts_on=date.fromisoformat(row["starts"]),
        hours_per_week=Decimal(row["hours"]) if row["hours"] else None,
    )
    assert line(told(tmp_path, BO, [place]), "course") == (int(row["counts"]), 1, int(row["unknown"]))


@pytest.mark.parametrize("in_plan, result", [("yes", (1, 1, 0)), ("no", (0, 1, 0)), ("not-asked", (0, 1, 1))])
@pytest.mark.parametrize("way", ["place", "placement", "school"])
def test_a_step_of_the_plan_is_told_by_the_place_or_the_placement_and_else_not_known(
    tmp_path: Path, way: str, in_plan: str, result: tuple[int, int, int]
) -> None:
    text = BO if way != "school" else "who | left | school\nBo | 2024-01-31 | 2023-08-15"
    fact: Fact = (
        WorkPlacementStarted(on=LEFT, in_plan=in_plan)  # type: ignore[arg-type]
        if way == "placement"
        else PlaceAccepted(
            on=date(2023, 6, 1) if way == "school" else LEFT,
            place="primary-school",
            starts_on=date(2023, 8, 15) if way == "school" else LAST,
            in_plan=in_plan,  # type: ignore[arg-type]
        )
    )
    app = told(tmp_path, text, [fact])
    assert line(app, "course") == (1, 1, 0)
    assert line(app, "course-in-plan") == result


def test_who_has_no_course_has_none_in_the_plan_and_a_place_of_another_kind_tells_nothing(tmp_path: Path) -> None:
    text = """
        who | left       | school
        Ana | 2024-01-31 | 2024-02-01
        Bo  | 2024-01-31 |
        """
    place = PlaceAccepted(on=date(2023, 1, 1), place="work", starts_on=date(2023, 2, 1), in_plan="yes")
    assert line(told(tmp_path, text, [place]), "course-in-plan") == (0, 2, 1)


def test_only_those_in_scope_and_followed_for_92_days_are_among_them(tmp_path: Path) -> None:
    text = """
        who | left       | abroad     | moved
        Ana | 2024-01-31 | 2024-05-02 |
        Bo  | 2024-01-31 | 2024-05-03 |
        Che | 2024-01-31 |            | 2024-03-01 0301
        Dia | 2024-02-02 |            |
        """
    app = people(tmp_path, text, now=datetime(2024, 5, 3, 12, tzinfo=UTC))
    assert counted(app, K5)["course", None].n == 2
    assert counted(app, K5, denominator="all")["course", None].n == 3
    assert counted(app, K5, municipality="5001")["course", None].n == 1


def goals(text: str) -> list[Fact]:
    """Facts of a table: a goal with its cause, or ``reached``."""
    return [
        ProgrammeGoalReached(on=date.fromisoformat(row["on"]))
        if row["goal"] == "reached"
        else ProgrammeGoalSet(on=date.fromisoformat(row["on"]), goal=row["goal"], cause=row["cause"] or "unknown")  # type: ignore[arg-type]
        for row in table(text)
    ]


@pytest.mark.parametrize(
    "day, at_leaving, half_a_year_later",
    [("2024-01-31", 1, 1), ("2024-02-01", 0, 1), ("2024-07-31", 0, 1), ("2024-08-01", 0, 0)],
)
def test_a_goal_is_reached_by_the_day_of_leaving_or_by_six_months_later(
    tmp_path: Path, day: str, at_leaving: int, half_a_year_later: int
) -> None:
    found = counted(told(tmp_path, BO, goals(f"on | goal | cause\n2023-01-10 | work | first\n{day} | reached |")), K6)
    assert [found["first-goal-reached", month].counted for month in (0, 6)] == [at_leaving, half_a_year_later]
    assert [found["last-goal-reached", month].counted for month in (0, 6)] == [at_leaving, half_a_year_later]
    assert found["goal-changed", 0].counted == 0


CHANGED = """
    on         | goal            | cause
    2023-01-10 | upper-secondary | first
    2023-06-01 | work            | slower
    """


@pytest.mark.parametrize(
    "more, first, last",
    [
        ("2023-05-31 | reached |", 1, 0),
        ("2023-06-01 | reached |", 0, 1),
        ("2023-07-01 | work | other\n2023-08-01 | reached |", 0, 1),
        ("2023-07-01 | upper-secondary | other\n2023-08-01 | reached |", 1, 1),
        ("2024-02-01 | primary-school | other\n2024-03-01 | reached |", 0, 0),
    ],
    ids=["while the first held", "on the day of the change", "worded anew", "changed back", "a goal set after leaving"],
)
def test_the_first_goal_and_the_last_one_are_told_apart(tmp_path: Path, more: str, first: int, last: int) -> None:
    found = counted(told(tmp_path, BO, goals(CHANGED + more)), K6)
    assert (found["first-goal-reached", 6].counted, found["last-goal-reached", 6].counted) == (first, last)


def test_reasons_are_counted_of_changes_to_another_class_only(tmp_path: Path) -> None:
    more = "2023-07-01 | work | own-wish\n2023-09-01 | trade-certificate | offer\n2024-02-01 | other | health"
    found = counted(told(tmp_path, BO, goals(CHANGED + more)), K6)
    changes = {line: figure.counted for (line, month), figure in found.items() if month == 0 and "changed" in line}
    assert {line for line, count in changes.items() if count} == {"goal-changed", "changed-slower", "changed-offer"}


def test_a_goal_replaced_on_the_day_it_was_set_is_none(tmp_path: Path) -> None:
    text = "on | goal | cause\n2023-01-10 | higher-education | first\n2023-01-10 | work | first\n2023-02-01 | work | other\n2023-03-01 | reached |"
    found = counted(told(tmp_path, BO, goals(text)), K6)
    assert (found["first-goal-reached", 0].counted, found["goal-changed", 0].counted) == (1, 0)


def test_only_those_with_a_goal_when_they_left_are_among_them(tmp_path: Path) -> None:
    text = """
        who | left       | died
        Ana | 2024-01-31 | 2024-03-01
        Bo  | 2024-01-31 |
        Che | 2024-01-31 |
        Dia | 2024-01-31 |
        """
    app = told(tmp_path, text, goals("on | goal | cause\n2023-01-10 | work |"))
    app.log(UUID(int=2), ProgrammeGoalSet(on=LEFT, goal="work"), AUTHOR)
    app.log(UUID(int=3), ProgrammeGoalSet(on=date(2024, 2, 1), goal="work"), AUTHOR)
    app.log(UUID(int=2), ProgrammeGoalReached(on=date(2024, 5, 2)), AUTHOR)
    found = counted(app, K6)
    assert [found["last-goal-reached", month].n for month in (0, 6)] == [2, 1]
    beside = counted(app, K5)["goal-reached", None]
    assert (beside.counted, beside.n) == (1, 1), "within 92 days of leaving, of those present"


def test_without_any_goal_it_is_not_available(tmp_path: Path) -> None:
    assert [figure.shown for figure in counted(people(tmp_path, BO), K6).values()] == ["not-available"]
