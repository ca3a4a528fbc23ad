"""A step is reached when the journey tells so: each target, with the days beside the boundary."""

import pytest

from tests.follow_up.lives import Life, fact, life
from tests.scenario import Correct, Retract

AGREED = "2024-03-01"


def agreed(target: str, values: str = "", history: str = "") -> Life:
    told = life("""
        on         | fact                   | values
        2023-01-01 | participant-registered | municipality=5001, settled-on=2023-01-01
        2024-01-01 | contract-signed        | contract=long-contract, until=2028-12-31, parties=participant+county
        """)
    if history:
        told.then(f"on | fact | values\n {history}")
    step = f"step=s, contract=long-contract, target={target}, due=2025-03-01"
    return told.then(fact(AGREED, "step-agreed", f"{step}, {values}" if values else step))


def reached(told: Life) -> list[tuple[str, str]]:
    return [(row["valid_from"], row["how"]) for row in told.rows["steps"] if row["state"] == "reached"]


@pytest.mark.parametrize(
    "target, done",
    [
        ("social-studies-test", "social-studies-test-taken | passed=yes"),
        ("primary-school", "primary-school-enrolled |"),
        ("primary-school-completed", "primary-school-completed |"),
        ("upper-secondary", "upper-secondary-enrolled |"),
        ("upper-secondary-completed", "upper-secondary-completed |"),
        ("higher-education", "higher-education-enrolled |"),
        ("higher-education-completed", "higher-education-completed |"),
        ("foreign-education-recognised", "foreign-education-recognised | level=higher-education"),
        ("work", "job-started | job=cafe"),
        ("labour-market-measure", "labour-market-measure-started |"),
        ("volunteering", "volunteering-started | kind=sport"),
    ],
)
@pytest.mark.parametrize("on, since", [("2024-02-29", AGREED), (AGREED, AGREED), ("2024-03-02", "2024-03-02")])
def test_a_target_is_reached_by_what_the_journey_tells(target: str, done: str, on: str, since: str) -> None:
    """What was there already is reached on the day on which the step was agreed."""
    topic, _, values = (part.strip() for part in done.partition("|"))
    told = agreed(target).then(fact(on, topic, values))
    assert reached(told) == [(since, "journey")]
    assert told.on(since, "step") == []
    assert told.on("2024-02-29", "step") == []


@pytest.mark.parametrize(
    "target, done",
    [
        ("trade-certificate", "trade-certificate-awarded | trade=cook"),
        ("course-certificate", "course-certificate-awarded | course=forklift"),
        ("prior-learning-assessed", "prior-learning-assessed | level=upper-secondary"),
    ],
)
def test_a_certificate_from_before_the_step_is_another(target: str, done: str) -> None:
    topic, _, values = (part.strip() for part in done.partition("|"))
    assert reached(agreed(target).then(fact("2024-02-29", topic, values))) == []
    assert reached(agreed(target).then(fact(AGREED, topic, values))) == [(AGREED, "journey")]


def test_a_test_that_was_not_passed_reaches_nothing() -> None:
    assert (
        reached(agreed("social-studies-test").then(fact("2024-04-02", "social-studies-test-taken", "passed=no"))) == []
    )


def test_a_level_is_reached_when_the_last_skill_is_there() -> None:
    told = agreed(
        "language-level",
        "level=B1, skills=reading+speaking",
        "2024-02-01 | language-level-reached | skill=reading, level=B2",
    )
    assert reached(told) == []
    told.then(fact("2024-05-02", "language-level-reached", "skill=speaking, level=A2"))
    assert reached(told) == []
    told.then(fact("2024-09-02", "language-level-reached", "skill=speaking, level=B1"))
    assert reached(told) == [("2024-09-02", "journey")]


def test_where_no_skill_is_named_all_four_are_meant() -> None:
    told = agreed("language-level", "level=A2")
    for month, skill in enumerate(("listening", "reading", "writing"), start=4):
        told.then(fact(f"2024-0{month}-02", "language-level-reached", f"skill={skill}, level=A2"))
    assert reached(told) == []
    told.then(fact("2024-08-02", "language-level-reached", "skill=speaking, level=A2"))
    assert reached(told) == [("2024-08-02", "journey")]


@pytest.mark.parametrize(
    "jobs, on",
    [
        ("2024-04-02 | job-started | job=cafe, hours-per-week=20", ["2024-04-02"]),
        ("2024-04-02 | job-started | job=cafe, hours-per-week=19.5", []),
        ("2024-04-02 | job-started | job=cafe", []),
        ("2024-04-02 | job-started | job=cafe, full-time-hours=37.5, position-percent=60", ["2024-04-02"]),
        ("2024-04-02 | job-started | job=cafe, full-time-hours=37.5, position-percent=50", []),
        (
            "2024-04-02 | job-started | job=cafe, hours-per-week=12\n"
            "2024-05-02 | job-started | job=shop, hours-per-week=8",
            ["2024-05-02"],
        ),
        (
            "2024-04-02 | job-started | job=cafe, hours-per-week=12\n"
            "2024-05-01 | job-ended   | job=cafe\n"
            "2024-05-02 | job-started | job=shop, hours-per-week=8",
            [],
        ),
        (
            "2024-04-02 | job-started | job=cafe, hours-per-week=12\n"
            "2024-06-02 | job-changed | job=cafe, hours-per-week=25",
            ["2024-06-02"],
        ),
        ("2023-04-02 | job-started | job=cafe, hours-per-week=30\n2024-02-29 | job-ended | job=cafe", []),
        ("2023-04-02 | job-started | job=cafe, hours-per-week=30\n2024-03-01 | job-ended | job=cafe", [AGREED]),
    ],
)
def test_work_of_so_many_hours_a_week_is_reached_by_all_jobs_together(jobs: str, on: list[str]) -> None:
    told = agreed("work", "hours-per-week=20").then(f"on | fact | values\n{jobs}")
    assert [day for day, _ in reached(told)] == on


def test_a_job_with_a_wage_subsidy_is_that_and_not_ordinary_work() -> None:
    jobs = """
        on         | fact                 | values
        2024-04-02 | job-started          | job=cafe, hours-per-week=37.5
        2024-04-02 | wage-subsidy-granted | job=cafe
        2024-08-01 | wage-subsidy-ended   | job=cafe
        """
    assert reached(agreed("work").then(jobs)) == [("2024-08-02", "journey")]
    assert reached(agreed("wage-subsidy").then(jobs)) == [("2024-04-02", "journey")]


# Due, judged, dropped and agreed anew


def test_only_what_the_journey_does_not_tell_has_to_be_judged() -> None:
    told = agreed("other").then(fact("2024-05-02", "step-judged-reached", "step=s, judged-by=together"))
    assert reached(told) == [("2024-05-02", "judged")]
    told.has_due("step", "from | to | due | ended\n 2024-03-01 | 2024-05-02 | 2025-03-01 | done")


def test_a_step_is_overdue_and_stays_so_until_it_is_dropped_or_the_contract_ends() -> None:
    told = agreed("other")
    told.has_due("step", "from | to | due | ended\n 2024-03-01 | 2029-01-01 | 2025-03-01 | called-off")
    told.then(fact("2025-06-01", "step-dropped", "step=s"))
    told.has_due("step", "from | to | due | ended\n 2024-03-01 | 2025-06-01 | 2025-03-01 | needless")
    told.is_told(
        "steps",
        """
        from       | to         | state   | how
        2024-03-01 | 2025-06-01 | agreed  |
        2025-06-01 |            | dropped |
        """,
    )


def test_a_step_agreed_anew_after_it_was_reached_is_to_be_reached_again() -> None:
    told = agreed("language-level", "level=A2, skills=reading").then("""
        on         | fact                   | values
        2024-05-02 | language-level-reached | skill=reading, level=A2
        2024-06-02 | step-revised           | step=s, level=B1, due=2025-06-01
        2025-01-15 | language-level-reached | skill=reading, level=B1
        """)
    told.is_told(
        "steps",
        """
        from       | to         | level | due        | state   | how
        2024-03-01 | 2024-05-02 | A2    | 2025-03-01 | agreed  |
        2024-05-02 | 2024-06-02 | A2    | 2025-03-01 | reached | journey
        2024-06-02 | 2025-01-15 | B1    | 2025-06-01 | agreed  |
        2025-01-15 |            | B1    | 2025-06-01 | reached | journey
        """,
    )


def test_a_step_agreed_anew_on_the_day_on_which_it_was_reached_is_the_new_one() -> None:
    told = agreed("language-level", "level=A2, skills=reading").then("""
        on         | fact                   | values
        2024-05-02 | language-level-reached | skill=reading, level=A2
        2024-05-02 | step-revised           | step=s, level=B1
        """)
    assert reached(told) == []
    assert told.on("2024-05-02", "step") == ["step s 2025-03-01"]


def test_the_time_a_contract_rested_is_kept_when_only_the_level_is_agreed_anew() -> None:
    told = agreed("language-level", "level=A2, skills=reading").then("""
        on         | fact             | values
        2024-04-01 | contract-paused  | contract=long-contract
        2024-04-30 | contract-resumed | contract=long-contract
        2024-06-02 | step-revised     | step=s, level=B1
        """)
    assert told.on("2024-06-01", "step") == told.on("2024-06-02", "step") == ["step s 2025-03-31"]
    told.then(fact("2024-07-01", "step-revised", "step=s, due=2025-08-01"))
    assert told.on("2024-07-01", "step") == ["step s 2025-08-01"]


def test_only_its_own_contract_stops_the_time_of_a_step() -> None:
    told = agreed("other").then("""
        on         | fact             | values
        2024-03-05 | contract-signed  | contract=integration-contract, until=2025-12-31, parties=participant+municipality
        2024-04-01 | contract-paused  | contract=integration-contract
        """)
    assert told.on("2024-04-02", "step") == ["step s 2025-03-01"]


def test_a_result_that_is_corrected_or_taken_back_is_due_again() -> None:
    told = agreed("language-level", "level=A2, skills=reading")
    told.then(fact("2024-05-02", "language-level-reached", "skill=reading, level=A2"))
    told.then(Correct(4, {"on": "2024-07-02"}))
    assert reached(told) == [("2024-07-02", "journey")]
    told.then(Retract(4))
    assert reached(told) == []
    assert told.on("2024-07-02", "step") == ["step s 2025-03-01"]


def test_a_duty_that_is_met_and_agreed_again_on_one_day_is_due_again() -> None:
    told = agreed("other").then("""
        on         | fact              | values
        2024-04-01 | obligation-agreed | obligation=place, contract=long-contract, party=county, due=2024-06-01
        2024-05-02 | obligation-met    | obligation=place
        2024-05-02 | obligation-agreed | obligation=place, contract=long-contract, party=county, due=2025-06-01
        2025-05-02 | obligation-met    | obligation=place
        """)
    told.has_due(
        "obligation",
        """
        from       | to         | due        | ended
        2024-04-01 | 2024-05-02 | 2024-06-01 | done
        2024-05-02 | 2025-05-02 | 2025-06-01 | done
        """,
    )


def test_a_contract_without_an_end_in_sight_is_one_that_never_runs_out() -> None:
    told = life("""
        on         | fact            | values
        2024-01-01 | contract-signed | contract=integration-contract, until=9999-12-31, parties=participant+municipality
        2024-02-01 | step-agreed     | step=s, contract=integration-contract, target=other, due=9999-12-31
        2024-04-01 | contract-paused | contract=integration-contract
        2024-04-30 | contract-resumed | contract=integration-contract
        """)
    assert told.on("2024-06-01", "step") == ["step s 9999-12-31"]
