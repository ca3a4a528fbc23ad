"""When the milestones of the default norms are reached."""

import pytest

from tests.course.journeys import journey, on, states
from tests.tables import table
from tracker.course.norms import norm_set
from tracker.course.verdict import Course

DEFAULT = norm_set("default", 1)


def course(text: str, at: str = "2024-01-01", goal: str = "work", schooling: str = "some-basic") -> Course:
    """The course of somebody in the programme from 2022-01-01, by the default norms."""
    common = f"""
        on         | fact                   | values
        2021-01-01 | participant-registered | schooling={schooling}
        2022-01-01 | programme-started      |
        2022-01-01 | programme-goal-set     | goal={goal}
        """
    return on(journey(common + text), at, DEFAULT)


def reached(course: Course, id: str) -> str:
    """The day on which a milestone was reached; empty where it is not, or is no part of the course."""
    found = next((step for step in course.steps if step.id == id), None)
    return str(found.reached_on) if found and found.reached_on else ""


@pytest.mark.parametrize(
    "row",
    table("""
        from       | hours | from 2     | hours 2 | of 2                | reached
        2022-05-01 | 20    | 2023-05-01 | 10      |                     | 2022-05-01
        2022-05-01 | 19.5  | 2023-05-01 | 0.5     |                     | 2023-05-01
        2022-05-01 | 19.5  | 2022-05-01 | 0.5     |                     | 2022-05-01
        2022-05-01 | 19    | 2023-05-01 | 0.5     |                     |
        2022-05-01 | 10    | 2023-05-01 | 15      | self-employed=yes   | 2023-05-01
        """),
    ids=lambda row: f"{row['hours']}+{row['hours 2']} from {row['from 2']}",
)
def test_work_of_20_hours_is_summed_over_jobs_at_the_same_time(row: dict[str, str]) -> None:
    told = f"""
        {row["from"]}   | job-started | job=cafe hours-per-week={row["hours"]}
        {row["from 2"]} | job-started | job=shop hours-per-week={row["hours 2"]} {row["of 2"]}
        """
    assert reached(course(told), "ordinary-job") == row["reached"]


def test_jobs_one_after_the_other_and_unknown_hours_do_not_add_up() -> None:
    told = """
        2022-05-01 | job-started | job=cafe hours-per-week=15
        2022-05-31 | job-ended   | job=cafe
        2022-06-01 | job-started | job=shop hours-per-week=15
        2022-07-01 | job-started | job=other
        """
    assert reached(course(told), "ordinary-job") == ""


def test_subsidised_work_is_ordinary_from_the_day_after_the_subsidy() -> None:
    told = """
        2022-05-01 | job-started          | job=cafe hours-per-week=30
        2022-05-01 | wage-subsidy-granted | job=cafe
        2022-12-31 | wage-subsidy-ended   | job=cafe
        """
    assert reached(course(told, at="2022-12-31"), "ordinary-job") == ""
    assert reached(course(told), "ordinary-job") == "2023-01-01"
    assert reached(course(told), "first-measure") == "2022-05-01"


def test_a_confirmed_status_counts_where_no_job_was_told_of() -> None:
    confirmed = "2022-06-01 | status-confirmed | activities=work=25"
    assert reached(course(confirmed), "ordinary-job") == "2022-06-01"
    beside = "2022-05-01 | job-started | job=cafe hours-per-week=10\n2022-06-01 | status-confirmed | activities=work=10"
    assert reached(course(beside), "ordinary-job") == ""


@pytest.mark.parametrize(
    "fact, is_reached",
    [
        ("programme-element-started | element=work-directed", True),
        ("programme-element-started | element=education-directed", True),
        ("programme-element-started | element=norwegian", False),
        ("work-placement-started    |", True),
        ("labour-market-measure-started |", True),
        ("primary-school-enrolled |", True),
        ("language-training-started |", False),
    ],
)
def test_the_first_measure_is_work_school_or_what_is_directed_at_them(fact: str, is_reached: bool) -> None:
    assert reached(course(f"2022-06-01 | {fact}"), "first-measure") == ("2022-06-01" if is_reached else "")


def test_a_school_of_which_only_the_end_was_told_was_begun() -> None:
    told = course("2023-06-01 | primary-school-completed |", goal="primary-school")
    assert reached(told, "primary-school-started") == "2023-06-01"
    assert reached(told, "primary-school-completed") == "2023-06-01"


@pytest.mark.parametrize(
    "row",
    table("""
        goal                    | schooling       | school                                    | upper secondary
        work                    | some-basic      |                                           |
        primary-school          | some-basic      | primary-school-started                    |
        primary-school          | higher          | primary-school-started                    |
        upper-secondary         | none            | primary-school-started                    | upper-secondary-after-primary-school
        part-of-upper-secondary | basic-not-equal | primary-school-started                    | upper-secondary-after-primary-school
        upper-secondary         | basic           |                                           | upper-secondary-started
        higher-education        | upper-secondary |                                           |
        other                   | some-basic      |                                           |
        """),
    ids=lambda row: f"{row['goal']} {row['schooling']}",
)
def test_the_goal_and_the_schooling_at_the_start_decide_which_schools_are_expected(row: dict[str, str]) -> None:
    found = set(states(course("", goal=row["goal"], schooling=row["schooling"])))
    always = {"baseline", "norwegian-a1", "norwegian-a2", "norwegian-b1", "first-measure"}
    school = {row["school"], row["school"].replace("started", "completed")} if row["school"] else set()
    upper = {row["upper secondary"]} if row["upper secondary"] else set()
    job = {"ordinary-job"} if row["goal"] == "work" else set()
    assert found == always | school | upper | job


def test_upper_secondary_is_counted_from_completed_primary_school() -> None:
    id, goal = "upper-secondary-after-primary-school", "upper-secondary"
    waiting = course("", at="2026-01-01", goal=goal)
    step = next(each for each in waiting.steps if each.id == id)
    assert (step.state, step.typical_on, step.late_on) == ("not-yet-due", None, None)
    assert step.reasons == ("counted from: Primary school (grunnskole) completed, not reached",)
    told = "2023-06-10 | primary-school-completed |"
    for at, state in [
        ("2023-09-09", "not-yet-due"),
        ("2023-09-10", "due"),
        ("2023-10-25", "due"),
        ("2023-10-26", "overdue"),
    ]:
        assert states(course(told, at=at, goal=goal))[id] == state


def test_the_starting_point_is_recorded_on_the_day_of_its_last_part() -> None:
    told = """
        2022-01-10 | track-assigned     | track=1
        2022-01-11 | levels below-A1    |
        2022-01-12 | background-updated | literate=no
        2022-01-13 | skills-mapped      |
        """
    assert reached(course(told), "baseline") == ""
    assert "not yet: career-goal" in course(told).steps[0].reasons
    complete = course(told + "2022-05-17 | career-goal-set | goal=work")
    assert (reached(complete, "baseline"), states(complete)["baseline"]) == ("2022-05-17", "reached-late")
    assert complete.steps[0].counts is False
