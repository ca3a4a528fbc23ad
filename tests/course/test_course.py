"""The verdict on a course: its boundaries, leave, goals, and when there is none."""

from datetime import date

import pytest

from events import Fact
from events.codec import Recorded, Stamp
from events.corrections import FactCorrected, FactRetracted
from tests.course.journeys import STREAM, journey, norms, on, states
from tests.scenario import NOW, TODAY
from tests.tables import table
from tracker.course.history import History
from tracker.course.verdict import Course, judge

SMALL = norms()
LEARNER = """
    on         | fact               | values
    2022-01-01 | programme-started  |
    2022-01-01 | track-assigned     | track=1
    2022-01-01 | programme-goal-set | goal=work
    2022-01-01 | levels below-A1    |
    """
"""A2 is typical after ten months, on 2022-11-01, and later than typical from fifteen, on 2023-04-01."""

GOAL_STEPS = norms(
    {},
    {
        "id": "job",
        "title": "Job",
        "applies_to": [{"goals": ["work"]}],
        "reached_by": {"kind": "activity", "any_of": ["work"]},
    },
    {
        "id": "school",
        "title": "School",
        "applies_to": [{"goals": ["primary-school"]}],
        "reached_by": {"kind": "activity", "any_of": ["primary-school"]},
    },
)


def learner(more: str = "") -> list[Recorded]:
    return journey(LEARNER + more)


def step(course: Course, id: str) -> tuple[str, bool, str | None]:
    found = next(each for each in course.steps if each.id == id)
    return found.state, found.counts, found.goal


@pytest.mark.parametrize(
    "row",
    table("""
        at         | reached    | state           | on course
        2022-01-01 |            | not-yet-due     | yes
        2022-10-31 |            | not-yet-due     | yes
        2022-11-01 |            | due             | yes
        2023-03-31 |            | due             | yes
        2023-04-01 |            | overdue         | no
        2023-04-01 | 2022-10-31 | reached-in-time | yes
        2023-04-01 | 2023-03-31 | reached-in-time | yes
        2023-04-01 | 2023-04-01 | reached-late    | yes
        2024-01-01 | 2023-04-02 | reached-late    | yes
        2023-04-01 | 2023-04-02 | overdue         | no
        2022-02-01 | 2021-06-01 | reached-in-time | yes
        """),
    ids=lambda row: f"{row['at']} {row['reached']}",
)
def test_a_milestone_is_due_on_the_typical_day_and_overdue_on_the_late_one(row: dict[str, str]) -> None:
    told = learner(f"{row['reached']} | levels A2 |" if row["reached"] else "")
    course = on(told, row["at"], SMALL)
    assert (course.outcome, states(course)) == ("judged", {"a2": row["state"]})
    assert course.on_course is (row["on course"] == "yes")
    assert (course.steps[0].typical_on, course.steps[0].late_on) == (date(2022, 11, 1), date(2023, 4, 1))


@pytest.mark.parametrize(
    "row",
    table("""
        track | schooling            | is | derived | typical
        1     | higher               | 1  | no      | 2022-11-01
        3     | some-basic           | 3  | no      | 2022-07-01
              | some-basic           | 1  | yes     | 2022-11-01
              | basic                | 2  | yes     | 2022-09-01
              | higher               | 3  | yes     | 2022-07-01
        """),
    ids=lambda row: f"{row['track']} {row['schooling']}",
)
def test_the_stratum_is_the_assigned_track_else_derived_and_marked_so(row: dict[str, str]) -> None:
    assigned = f"2022-01-01 | track-assigned | track={row['track']}" if row["track"] else ""
    told = journey(f"""
        on         | fact                   | values
        2021-01-01 | participant-registered | schooling={row["schooling"]}
        2022-01-01 | programme-started      |
        {assigned}
        2022-01-01 | programme-goal-set     | goal=work
        2022-01-01 | levels below-A1        |
        """)
    course = on(told, "2022-06-01", SMALL)
    assert (course.track, course.track_derived) == (row["is"], row["derived"] == "yes")
    assert course.steps[0].typical_on == date.fromisoformat(row["typical"])


def test_without_track_and_schooling_there_is_no_verdict_and_no_milestone() -> None:
    told = journey("""
        on         | fact                   | values
        2021-01-01 | participant-registered | schooling=unknown
        2022-01-01 | programme-started      |
        2022-01-01 | programme-goal-set     | goal=work
        2022-01-01 | levels below-A1        |
        """)
    course = on(told, "2024-01-01", SMALL)
    assert (course.outcome, course.missing, course.on_course) == ("missing-baseline", ("track or schooling",), None)
    assert course.steps == ()


def test_without_goal_or_levels_milestones_are_shown_but_there_is_no_verdict() -> None:
    told = journey("""
        on         | fact                   | values
        2022-01-01 | programme-started      |
        2022-01-01 | language-level-reached | skill=reading level=A1
        2022-01-01 | language-level-reached | skill=writing level=not-assessed
        """)
    course = on(told, "2024-01-01", SMALL)
    assert course.outcome == "missing-baseline"
    assert course.missing == ("programme goal", "level in listening", "level in speaking", "level in writing")
    assert (course.on_course, course.if_shorter, course.if_longer) == (None, None, None)
    assert states(course) == {"a2": "overdue"}


@pytest.mark.parametrize(
    "row",
    table("""
        leave                                                    | typical    | late
        approved=yes extends-deadline=yes                        | 2022-11-11 | 2023-04-11
        approved=no extends-deadline=yes                         | 2022-11-01 | 2023-04-01
        approved=yes extends-deadline=no                         | 2022-11-01 | 2023-04-01
        """),
    ids=lambda row: row["leave"],
)
def test_approved_leave_that_extends_the_deadline_moves_what_is_due_by_its_days(row: dict[str, str]) -> None:
    told = learner(f"""
        2022-03-01 | leave-started | cause=parental {row["leave"]}
        2022-03-10 | leave-ended   |
        """)
    found = on(told, "2022-10-01", SMALL).steps[0]
    assert (str(found.typical_on), str(found.late_on)) == (row["typical"], row["late"])


def test_a_milestone_is_not_overdue_on_its_old_day_where_leave_has_moved_it() -> None:
    told = learner("""
        2023-03-31 | leave-started | cause=own-illness
        2023-04-09 | leave-ended   |
        """)
    assert states(on(told, "2023-04-10", SMALL)) == {"a2": "due"}
    assert states(on(told, "2023-04-11", SMALL)) == {"a2": "overdue"}
    assert (on(told, "2023-04-11", SMALL).leave_days, on(told, "2023-04-11", SMALL).effective_months) == (10, 15)


def test_while_a_leave_runs_nothing_becomes_due_and_the_days_are_open() -> None:
    told = learner("2022-10-01 | leave-started | cause=parental")
    course = on(told, "2024-10-01", SMALL)
    assert states(course) == {"a2": "not-yet-due"}
    assert (course.steps[0].typical_on, course.steps[0].late_on) == (None, None)
    assert "the days move on while the leave runs" in course.steps[0].reasons


def test_a_suspension_is_time_in_the_programme() -> None:
    told = learner("2022-03-01 | programme-suspended |\n2022-06-01 | programme-resumed |")
    assert states(on(told, "2023-04-01", SMALL)) == {"a2": "overdue"}


def test_an_old_goal_is_judged_up_to_its_change_and_a_new_one_from_there() -> None:
    told = learner("2023-06-01 | programme-goal-set | goal=primary-school cause=health")
    before, after = on(told, "2023-05-31", GOAL_STEPS), on(told, "2023-06-01", GOAL_STEPS)
    assert [step(before, each.id) for each in before.steps] == [("overdue", True, None), ("overdue", True, None)]
    assert step(after, "job") == ("overdue", False, "work")
    assert step(after, "school") == ("due", True, None)
    assert next(each for each in after.steps if each.id == "job").judged_on == date(2023, 5, 31)
    assert [(goal.goal, goal.set_by, str(goal.until)) for goal in after.goals] == [
        ("work", "advisor-1", "2023-06-01"),
        ("primary-school", "advisor-1", "None"),
    ]


def test_nobody_is_late_with_a_goal_before_the_span_from_typical_to_late_has_passed_since_it_was_set() -> None:
    told = learner("2023-06-01 | programme-goal-set | goal=primary-school")
    school = next(each for each in on(told, "2023-06-01", GOAL_STEPS).steps if each.id == "school")
    assert (school.typical_on, school.late_on) == (date(2023, 6, 1), date(2023, 10, 30))
    assert "due from 2023-06-01 at the earliest, when the goal was set" in school.reasons
    assert step(on(told, "2023-10-29", GOAL_STEPS), "school")[0] == "due"
    assert step(on(told, "2023-10-30", GOAL_STEPS), "school")[0] == "overdue"


def test_an_old_goal_that_was_reached_late_or_not_at_all_does_not_count_any_more() -> None:
    told = learner("""
        2022-05-01 | levels A2           |
        2023-06-01 | programme-goal-set  | goal=primary-school
        2023-07-01 | job-started         | job=cafe
        """)
    course = on(told, "2023-07-02", GOAL_STEPS)
    assert (step(course, "job"), course.on_course) == (("overdue", False, "work"), True)


def test_a_goal_that_is_set_again_is_not_a_new_start() -> None:
    told = learner("2023-06-01 | programme-goal-set | goal=work cause=own-wish")
    job = next(each for each in on(told, "2023-06-01", GOAL_STEPS).steps if each.id == "job")
    assert (job.state, job.late_on, job.goal) == ("overdue", date(2023, 4, 1), None)


def test_a_goal_changed_on_the_day_it_was_set_never_held() -> None:
    told = learner("2022-01-01 | programme-goal-set | goal=primary-school")
    course = on(told, "2023-06-01", GOAL_STEPS)
    assert ([goal.goal for goal in course.goals], set(states(course))) == (["primary-school"], {"a2", "school"})


def test_a_goal_that_was_reached_is_told_with_its_day() -> None:
    told = learner("2023-02-01 | programme-goal-reached |\n2023-06-01 | programme-goal-set | goal=primary-school")
    assert [goal.reached_on for goal in on(told, "2024-01-01", SMALL).goals] == [date(2023, 2, 1), None]


def test_before_the_programme_there_is_no_verdict() -> None:
    course = on(learner(), "2021-12-31", SMALL)
    assert (course.outcome, course.on_course, course.steps) == ("not-started", None, ())


def test_after_the_programme_the_course_stands_as_on_its_last_day() -> None:
    told = learner("2023-03-31 | programme-ended |\n2023-05-01 | levels A2 |")
    running, after = on(told, "2023-03-31", SMALL), on(told, "2024-01-01", SMALL)
    assert (running.outcome, running.ended_on) == ("judged", None)
    assert (after.outcome, after.ended_on, after.judged_on) == ("ended", date(2023, 3, 31), date(2023, 3, 31))
    assert (states(after), after.on_course) == ({"a2": "due"}, True)


def test_a_programme_that_was_reopened_goes_on() -> None:
    told = learner("2022-12-31 | programme-ended |\n2023-03-01 | programme-reopened |")
    assert on(told, "2023-02-28", SMALL).outcome == "ended"
    assert states(on(told, "2023-04-01", SMALL)) == {"a2": "overdue"}


@pytest.mark.parametrize("fact", ["left-norway", "protection-ended", "died"])
def test_who_is_out_of_scope_has_no_verdict(fact: str) -> None:
    told = learner(f"2022-06-01 | {fact} |")
    assert on(told, "2022-05-31", SMALL).outcome == "judged"
    course = on(told, "2022-06-01", SMALL)
    assert (course.outcome, course.reasons, course.on_course) == ("out-of-scope", (fact,), None)


def test_without_norms_or_with_norms_for_others_there_is_no_verdict() -> None:
    assert judge(History(learner(), date(2023, 6, 1)), None).outcome == "no-norm-set"
    told = learner("2022-01-01 | background-updated | rule-set=collective-protection")
    course = on(told, "2023-06-01", SMALL)
    assert (course.outcome, course.on_course, course.norm_set) == ("not-for-rule-set", None, "small@1")


@pytest.mark.parametrize(
    "row",
    table("""
        at         | shorter | as is | longer
        2022-12-08 | yes     | yes   | yes
        2022-12-09 | no      | yes   | yes
        2023-04-01 | no      | no    | yes
        2023-07-23 | no      | no    | yes
        2023-07-24 | no      | no    | no
        """),
    ids=lambda row: row["at"],
)
def test_a_verdict_tells_whether_norms_a_quarter_shorter_or_longer_change_it(row: dict[str, str]) -> None:
    course = on(learner(), row["at"], SMALL)
    found = (course.if_shorter, course.on_course, course.if_longer)
    assert found == tuple(row[name] == "yes" for name in ("shorter", "as is", "longer"))


def test_a_level_is_reached_when_the_last_skill_is_and_a_higher_level_will_do() -> None:
    told = learner("""
        2022-05-01 | language-level-reached | skill=reading level=B1
        2022-06-01 | language-level-reached | skill=writing level=A2
        2022-07-01 | language-level-reached | skill=listening level=A2
        2022-07-02 | language-level-reached | skill=listening level=A1
        """)
    course = on(told, "2022-08-01", SMALL)
    assert course.steps[0].reasons == (
        "there: listening 2022-07-01, reading 2022-05-01, writing 2022-06-01",
        "not yet: speaking",
    )
    told = learner("2022-05-01 | levels A1 |\n2022-06-01 | levels A2 |")
    assert str(on(told, "2022-08-01", SMALL).steps[0].reached_on) == "2022-06-01"


def test_a_level_above_the_own_target_does_not_count() -> None:
    told = learner("2022-01-01 | language-goal-set | goals=listening=A1,reading=A1,writing=A1,speaking=A2")
    some = on(told, "2023-04-01", SMALL)
    assert (step(some, "a2"), some.on_course) == (("overdue", True, None), False)
    assert "not yet: speaking" in some.steps[0].reasons
    told = learner("2022-01-01 | language-goal-set | goals=listening=A1,reading=A1,writing=A1,speaking=A1")
    none = on(told, "2023-04-01", SMALL)
    assert (step(none, "a2"), none.on_course) == (("overdue", False, None), True)


def test_a_day_known_to_its_month_counts_from_the_first() -> None:
    course = on(learner("2023-04 | levels A2 |"), "2023-06-01", SMALL)
    assert (states(course), str(course.steps[0].reached_on)) == ({"a2": "reached-late"}, "2023-04")


def test_a_fact_that_was_corrected_or_retracted_is_read_as_it_is_held_to_be() -> None:
    told = learner("2023-03-01 | programme-goal-set | goal=primary-school")
    told.append(following(told, FactCorrected(on=TODAY, corrects=3, values={"track": "3"}, reason="a typing error")))
    told.append(following(told, FactRetracted(on=TODAY, retracts=9, reason="never happened")))
    course = on(told, "2023-04-01", GOAL_STEPS)
    assert (course.track, [goal.goal for goal in course.goals]) == ("3", ["work"])


def following(told: list[Recorded], fact: Fact) -> Recorded:
    """The next fact of a stream."""
    return Recorded(STREAM, len(told) + 1, Stamp(fact=fact, timestamp=NOW, by="advisor-2", channel="cli"))
