"""Each rule that comes with the tracker, as a table of what happened and a table of what was due, with its boundaries.

A day stands as it is, on a Saturday, a Sunday or a holiday too. ``to`` is the first day on which it was due no longer.
"""

import pytest

from tests.follow_up.lives import life
from tests.scenario import Correct

# Programme to be offered: within three months of settlement, offered or started


@pytest.mark.parametrize(
    "settled, due",
    [
        ("2024-01-15", "2024-04-15"),
        ("2023-11-30", "2024-02-29"),
        ("2022-11-30", "2023-02-28"),
        ("2024-02-29", "2024-05-29"),
        ("2024-03-08", "2024-06-08"),
    ],
    ids=["plain", "month end in a leap year", "month end", "leap day", "a Saturday stays one"],
)
def test_a_programme_is_to_be_offered_three_months_after_settlement(settled: str, due: str) -> None:
    life(f"""
        on        | fact                   | values
        {settled} | participant-registered | municipality=5001, settled-on={settled}
        """).has_due(
        "programme-offer",
        f"""
        from      | to | due   | ended
        {settled} |    | {due} |
        """,
    )


def test_the_offer_counts_from_the_settlement_and_is_listed_from_the_registration() -> None:
    life("""
        on         | fact                   | values
        2024-02-01 | participant-registered | municipality=5001, settled-on=2024-01-15
        2024-04-15 | programme-offered      |
        2024-06-01 | programme-started      |
        """).has_due(
        "programme-offer",
        """
        from       | to         | due        | ended
        2024-02-01 | 2024-04-15 | 2024-04-15 | done
        """,
    )


def test_a_start_is_as_good_as_an_offer_also_when_it_was_before_the_registration() -> None:
    life("""
        on         | fact                   | values
        2024-02-01 | participant-registered | municipality=5001, settled-on=2024-01-15
        2024-01-20 | programme-started      |
        """).has_due("programme-offer", "from | to | due | ended")


def test_who_may_be_offered_a_programme_and_need_not_has_no_deadline() -> None:
    for category, due in (("may-be-offered", False), ("duty", True), ("unknown", True)):
        told = life(f"""
            on         | fact                   | values
            2024-02-01 | participant-registered | municipality=5001, settled-on=2024-01-15, category={category}
            """)
        assert bool(told.on("2024-02-01", "programme-offer")) is due


# No plan yet, and plan to be reviewed


def test_a_plan_is_due_a_month_after_the_start() -> None:
    life("""
        on         | fact              | values
        2024-01-31 | programme-started |
        2024-03-01 | plan-agreed       |
        2024-03-02 | plan-revised      |
        """).has_due(
        "plan",
        """
        from       | to         | due        | ended
        2024-01-31 | 2024-03-01 | 2024-02-29 | done
        """,
    )


def test_a_plan_that_was_made_before_the_start_or_on_its_day_is_a_plan() -> None:
    for made in ("2024-01-30", "2024-01-31"):
        told = life(f"""
            on         | fact                   | values
            2024-01-01 | participant-registered | municipality=5001, settled-on=2024-01-01
            2024-01-31 | programme-started      |
            {made}     | plan-agreed            |
            """)
        told.has_due("plan", "from | to | due | ended")


def test_a_plan_is_reviewed_every_six_months_and_leave_gives_more_time() -> None:
    life("""
        on         | fact              | values
        2024-01-01 | programme-started |
        2024-02-29 | plan-agreed       |
        2024-08-29 | plan-revised      | occasion=regular
        2024-09-01 | leave-started     | cause=parental
        2024-09-30 | leave-ended       |
        2025-04-01 | leave-started     | cause=own-illness
        """).has_due(
        "plan-review",
        """
        from       | to         | due        | paused | ended
        2024-02-29 | 2024-08-29 | 2024-08-29 | 0      | done
        2024-08-29 | 2024-09-01 | 2025-02-28 | 0      | changed
        2024-09-01 | 2024-10-01 | 2025-02-28 | 1      | changed
        2024-10-01 |            | 2025-03-30 | 0      |
        """,
    )


@pytest.mark.parametrize(
    "values, paused",
    [("cause=other", True), ("cause=other, approved=no", False), ("cause=other, extends-deadline=no", False)],
)
def test_only_approved_leave_that_extends_deadlines_stops_the_time(values: str, paused: bool) -> None:
    told = life(f"""
        on         | fact              | values
        2024-01-01 | programme-started |
        2024-02-01 | leave-started     | {values}
        2024-02-10 | leave-ended       |
        """)
    assert told.on("2024-02-05", "contact-in-programme") == [
        "contact-in-programme 2024-04-01" + (" (paused)" if paused else "")
    ]
    assert told.on("2024-02-11", "contact-in-programme") == [f"contact-in-programme 2024-04-{'11' if paused else '01'}"]


@pytest.mark.parametrize("first, moved", [("2024-04-01", True), ("2024-04-02", False)])
def test_a_leave_that_begins_on_the_day_due_moves_it_and_one_that_begins_after_it_does_not(
    first: str, moved: bool
) -> None:
    told = life(f"""
        on         | fact              | values
        2024-01-01 | programme-started |
        {first}    | leave-started     | cause=welfare
        2024-04-10 | leave-ended       |
        """)
    assert told.on("2024-04-20", "contact-in-programme") == [f"contact-in-programme 2024-04-{'11' if moved else '01'}"]


# Moved in without a plan


def test_who_moves_here_is_to_have_a_plan_within_three_months() -> None:
    told = life("""
        on         | fact                  | values
        2024-01-01 | programme-started     |
        2024-01-10 | plan-agreed           |
        2024-11-30 | moved-to-municipality | municipality=0301
        2025-02-28 | plan-revised          |
        """)
    told.has_due(
        "plan-after-moving",
        """
        from       | to         | due        | municipality | ended
        2024-11-30 | 2025-02-28 | 2025-02-28 | 0301         | done
        """,
    )


def test_the_settlement_is_no_move_nor_is_coming_back_to_the_same_place() -> None:
    life("""
        on         | fact                  | values
        2024-01-01 | programme-started     |
        2024-02-01 | moved-to-municipality | municipality=5001
        2024-03-01 | left-norway           |
        2024-06-01 | moved-to-municipality | municipality=5001
        """).has_due("plan-after-moving", "from | to | due")


def test_a_plan_after_moving_is_called_off_with_the_programme_and_comes_back_with_it() -> None:
    life("""
        on         | fact                  | values
        2024-01-01 | programme-started     |
        2024-02-01 | moved-to-municipality | municipality=0301
        2024-02-29 | programme-ended       | manner=transferred
        2024-04-01 | programme-started     |
        """).has_due(
        "plan-after-moving",
        """
        from       | to         | due        | ended
        2024-02-01 | 2024-03-01 | 2024-05-01 | called-off
        2024-04-01 |            | 2024-05-01 |
        """,
    )


# Programme ends without an accepted next step


def test_the_next_step_is_due_by_the_last_day_planned_and_moves_with_it() -> None:
    life("""
        on         | fact               | values
        2024-01-01 | programme-started  | planned-end=2024-12-31
        2024-10-01 | programme-extended | planned-end=2025-06-30
        2025-05-01 | place-accepted     | place=upper-secondary, starts-on=2025-08-18
        """).has_due(
        "next-step",
        """
        from       | to         | due        | ended
        2024-01-01 | 2024-10-01 | 2024-12-31 | replaced
        2024-10-01 | 2025-05-01 | 2025-06-30 | done
        """,
    )


@pytest.mark.parametrize("planned", ["", "planned-end=9999-12-31"])
def test_where_no_last_day_is_planned_no_next_step_is_due(planned: str) -> None:
    life(f"""
        on         | fact              | values
        2024-01-01 | programme-started | {planned}
        """).has_due("next-step", "from | to | due")


# Levels of Norwegian


def test_a_result_in_norwegian_is_due_every_six_months_until_the_own_target_is_reached() -> None:
    life("""
        on         | fact                   | values
        2024-01-01 | programme-started      |
        2024-01-01 | language-goal-set      | goals=reading:A2
        2024-06-30 | language-level-reached | skill=reading, level=A1
        2025-01-15 | language-level-reached | skill=reading, level=A2
        """).has_due(
        "level-result",
        """
        from       | to         | due        | ended
        2024-01-01 | 2024-06-30 | 2024-07-01 | done
        2024-06-30 | 2025-01-15 | 2024-12-30 | done
        """,
    )


def test_a_level_that_does_not_rise_for_a_year_is_due_to_be_looked_at() -> None:
    life("""
        on         | fact                   | values
        2024-01-01 | programme-started      |
        2024-03-01 | language-level-reached | skill=reading, level=A1
        2024-06-01 | language-level-reached | skill=reading, level=A1
        2024-09-01 | language-level-reached | skill=speaking, level=A1
        """).has_due(
        "level-rises",
        """
        from       | to         | due        | ended
        2024-03-01 | 2024-09-01 | 2025-03-01 | done
        2024-09-01 |            | 2025-09-01 |
        """,
    )


# Own target in Norwegian, and the test in social studies


@pytest.mark.parametrize(
    "background, due",
    [
        ("rule-set=integration-act-2021, schooling=none", "2026-08-16"),
        ("rule-set=integration-act-2021, schooling=higher", "2025-02-16"),
        ("rule-set=collective-protection, schooling=not-asked", "2024-08-16"),
        ("rule-set=integration-act-2021, schooling=not-asked", ""),
        ("rule-set=introduction-act, schooling=none", ""),
    ],
)
def test_the_own_target_is_due_by_act_and_schooling(background: str, due: str) -> None:
    told = life(f"""
        on         | fact                      | values
        2023-06-01 | participant-registered    | municipality=5001, settled-on=2023-06-01, {background}
        2023-08-16 | language-training-started |
        """)
    assert told.on("2023-08-16", "language-goal") == ([f"language-goal {due}"] if due else [])


def test_schooling_that_is_told_later_makes_the_target_due_from_then_on() -> None:
    life("""
        on         | fact                      | values
        2023-06-01 | participant-registered    | municipality=5001, settled-on=2023-06-01, rule-set=integration-act-2021
        2023-08-16 | language-training-started |
        2023-10-01 | background-updated        | schooling=none
        2024-01-10 | background-updated        | schooling=higher
        """).has_due(
        "language-goal",
        """
        from       | to         | due        | ended
        2023-10-01 | 2024-01-10 | 2026-08-16 | replaced
        2024-01-10 |            | 2025-02-16 |
        """,
    )


def test_training_that_starts_again_gives_no_more_time() -> None:
    told = life("""
        on         | fact                      | values
        2023-08-16 | language-training-started |
        2024-01-16 | language-training-ended   | cause=moved
        2024-03-01 | language-training-started |
        """)
    told.has_due(
        "social-studies-test",
        """
        from       | to | due        | ended
        2023-08-16 |    | 2024-08-16 |
        """,
    )


@pytest.mark.parametrize(
    "done, ended",
    [
        ("social-studies-test-taken | passed=yes", "2024-05-02"),
        ("social-studies-test-taken | passed=no", ""),
        ("exemption-granted | subject=social-studies, duty=test", "2024-05-02"),
        ("exemption-granted | subject=norwegian, duty=test", ""),
    ],
)
def test_the_test_in_social_studies_is_due_within_a_year_unless_passed_or_exempt(done: str, ended: str) -> None:
    life(f"""
        on         | fact                      | values
        2024-02-29 | language-training-started |
        2024-05-02 | {done}
        """).has_due(
        "social-studies-test",
        f"""
        from       | to      | due        | ended
        2024-02-29 | {ended} | 2025-02-28 | {"done" if ended else ""}
        """,
    )


# The national register, and the reason of the end


def test_what_is_to_be_registered_is_one_thing_due_with_the_oldest_of_it() -> None:
    life("""
        on         | fact                   | values
        2024-01-01 | participant-registered | municipality=5001, settled-on=2024-01-01
        2024-01-31 | programme-offered      |
        2024-02-15 | programme-started      |
        2024-03-01 | registered-in-nir      | registers=2
        2024-03-02 | registered-in-nir      | registers=3
        """).has_due(
        "nir-registration",
        """
        from       | to         | due        | ended
        2024-01-31 | 2024-03-01 | 2024-03-31 | changed
        2024-03-01 | 2024-03-02 | 2024-04-15 | done
        """,
    )


def test_what_was_registered_before_the_participant_came_here_is_registered() -> None:
    life("""
        on         | fact                   | values
        2024-06-01 | participant-registered | municipality=5001, settled-on=2024-01-01
        2024-02-15 | programme-started      |
        2024-03-01 | registered-in-nir      | registers=2
        """).has_due("nir-registration", "from | to | due")


def test_the_reason_of_an_end_is_due_by_the_cut_off_of_its_year() -> None:
    told = life("""
        on         | fact              | values
        2022-01-01 | programme-started |
        2023-12-31 | programme-ended   |
        """)
    told.has_due("end-reason", "from | to | due | ended\n 2023-12-31 | | 2024-02-29 |")
    told.then(Correct(3, {"on": "2024-01-01"}))
    told.has_due("end-reason", "from | to | due | ended\n 2024-01-01 | | 2025-02-28 |")
    told.then(Correct(3, {"reasons": ["work"]}))
    told.has_due("end-reason", "from | to | due | ended")
