"""How confirmed statuses, starting points and flags become rows."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from events import Fact
from events.intake import BackgroundUpdated, ConsentGiven, ParticipantRegistered
from events.language import LanguageLevelReached
from events.municipality import MunicipalityRegistered
from events.participation import VolunteeringStarted
from events.status import PeriodObserved, StatusConfirmed
from events.work import JobEnded, JobStarted, WageSubsidyEnded
from tests.scenario import REGISTERED, Retract, given
from tests.tables import columns_of, shown, table
from tracker.readmodel.fold import fold
from tracker.readmodel.tables import BY_NAME
from tracker.spells import Entry

registered = REGISTERED


def day(text: str) -> date:
    return date.fromisoformat(text)


def job(on: str, hours: Any = None, key: str = "cafe", **values: Any) -> JobStarted:
    return JobStarted(on=day(on), job=key, hours_per_week=None if hours is None else Decimal(hours), **values)


def assert_rows(name: str, facts: Sequence[Fact], expected: str) -> None:
    entries = [Entry(version, fact) for version, fact in enumerate(facts, start=1)]
    columns = columns_of(expected)
    rows = [dict(zip(BY_NAME[name].names[1:], row, strict=False)) for row in fold(entries)[name]]
    assert shown(rows, columns) == shown(table(expected), columns)


# Status and observation


def test_a_confirmed_activity_counts_for_twelve_months_at_most() -> None:
    given(
        registered, StatusConfirmed(on=day("2023-02-01"), activities={"work": Decimal(20), "primary-school": None})
    ).spells("""
        activity       | key       | from       | to         | value    | hours | opened_by
        work           | confirmed | 2023-02-01 | 2024-02-01 | ordinary | 20    | 2
        primary-school | confirmed | 2023-02-01 | 2024-02-01 |          |       | 2
        """)


def test_a_confirmation_ends_the_one_before_and_no_answer_ends_nothing() -> None:
    given(
        registered,
        StatusConfirmed(on=day("2023-02-01"), activities={"work": Decimal(20)}),
        StatusConfirmed(on=day("2023-04-01"), reached=False),
        StatusConfirmed(on=day("2023-06-01")),
    ).spells("""
        from       | to         | opened_by
        2023-02-01 | 2023-06-01 | 2
        """)


def test_what_is_told_of_later_governs_and_ends_what_was_confirmed() -> None:
    given(
        registered,
        job("2023-01-15", 10),
        StatusConfirmed(on=day("2023-02-01"), activities={"work": Decimal(20), "volunteering": None}),
        JobEnded(on=day("2023-03-31"), job="cafe"),
    ).spells("""
        activity     | key       | from       | to
        work         | cafe      | 2023-01-15 | 2023-04-01
        work         | confirmed | 2023-02-01 | 2023-04-01
        volunteering | confirmed | 2023-02-01 | 2024-02-01
        """)


@pytest.mark.parametrize(
    "ended, to",
    [
        (JobEnded(on=day("2023-01-31"), job="cafe"), "2024-02-15"),
        (JobEnded(on=day("2023-02-14"), job="cafe"), "2024-02-15"),
        (JobEnded(on=day("2023-02-15"), job="cafe"), "2023-02-16"),
        (JobEnded(on=day("2023-02-01"), job="cafe", on_precision="month"), "2023-02-16"),
        (JobEnded(on=day("2023-03-01"), job="cafe", on_precision="month"), "2023-03-02"),
        (JobEnded(on=day("2024-03-01"), job="cafe"), "2024-02-15"),
        (WageSubsidyEnded(on=day("2023-06-30"), job="cafe"), "2024-02-15"),
    ],
    ids=["before", "the day before", "that day", "in that month", "in the next month", "no longer known", "another"],
)
def test_an_end_from_the_day_of_the_confirmation_on_ends_what_was_confirmed(ended: Fact, to: str) -> None:
    confirmed = StatusConfirmed(on=day("2023-02-15"), activities={"work": Decimal(20)})
    assert_rows("spells", [confirmed, ended], f"activity | valid_to\n work | {to}")


def test_a_job_that_ends_takes_its_confirmed_wage_subsidy_along() -> None:
    confirmed = StatusConfirmed(on=day("2023-02-01"), activities={"wage-subsidy": Decimal(20)})
    ended = JobEnded(on=day("2023-03-31"), job="cafe")
    assert_rows("spells", [confirmed, ended], "activity | valid_to\n wage-subsidy | 2023-04-01")


def test_an_end_that_is_retracted_lets_what_was_confirmed_go_on() -> None:
    given(
        registered,
        job("2023-01-15", 10),
        StatusConfirmed(on=day("2023-02-01"), activities={"work": Decimal(20)}),
        JobEnded(on=day("2023-03-31"), job="cafe"),
    ).when(Retract(4)).spells("""
        key       | to
        cafe      |
        confirmed | 2024-02-01
        """)


def test_of_two_confirmations_on_a_day_the_later_recorded_counts() -> None:
    given(
        registered,
        StatusConfirmed(on=day("2023-02-01"), activities={"work": Decimal(20)}),
        StatusConfirmed(on=day("2023-02-01"), activities={"volunteering": None}),
    ).spells("activity | opened_by\n volunteering | 3")


def test_a_year_from_the_last_of_february_ends_on_the_last_of_february() -> None:
    given(registered, StatusConfirmed(on=day("2024-02-29"), activities={"work": None})).spells("""
        from       | to
        2024-02-29 | 2025-02-28
        """)


def test_an_observed_period_includes_its_last_day() -> None:
    given(registered, PeriodObserved(on=day("2021-07-01"), until=day("2022-06-30"))).spells("""
        activity | key      | from       | to
        observed | observed | 2021-07-01 | 2022-07-01
        """)


# Starting point, municipality, flags


def test_the_starting_point_is_the_registration_with_what_was_learnt_later() -> None:
    assert_rows(
        "participants",
        [
            ParticipantRegistered(
                on=day("2021-03-15"), municipality="5001", settled_on=day("2021-03-01"), gender="female", children=1
            ),
            BackgroundUpdated(on=day("2022-06-01"), schooling="basic", children=2),
            BackgroundUpdated(on=day("2022-01-01"), schooling="none", literate="yes"),
        ],
        """
        municipality | registered_on | settled_on | birth_year | gender | schooling | literate | children
        5001         | 2021-03-15    | 2021-03-01 |            | female | basic     | yes      | 2
        """,
    )


def test_without_a_registration_there_is_no_starting_point() -> None:
    assert_rows("participants", [BackgroundUpdated(on=day("2022-06-01"), children=2)], "municipality | children")


def test_a_municipality_is_a_row_of_its_own_table() -> None:
    assert_rows(
        "municipalities",
        [MunicipalityRegistered(on=day("2024-01-01"), municipality="5001", name="Lillevik")],
        """
        municipality | name     | registered_on
        5001         | Lillevik | 2024-01-01
        """,
    )


def test_a_level_below_an_earlier_one_of_the_same_skill_is_flagged() -> None:
    def level(on: str, skill: Any, reached: Any) -> LanguageLevelReached:
        return LanguageLevelReached(on=day(on), skill=skill, level=reached)

    given(
        registered,
        level("2022-06-01", "reading", "B1"),
        level("2023-06-01", "reading", "A2"),
        level("2023-06-01", "writing", "A1"),
        level("2023-12-01", "reading", "not-assessed"),
        level("2024-06-01", "reading", "B1"),
    ).flags("level-below-earlier 3")


def test_a_result_told_of_later_is_judged_by_its_day() -> None:
    later = LanguageLevelReached(on=day("2023-06-01"), skill="reading", level="A2")
    earlier = LanguageLevelReached(on=day("2022-06-01"), skill="reading", level="B1")
    given(registered, later).when(earlier).flags("level-below-earlier 2")


def test_consent_is_a_spell_and_volunteering_one_of_its_own() -> None:
    given(
        registered,
        ConsentGiven(on=day("2022-01-01"), purpose="participation"),
        VolunteeringStarted(on=day("2022-02-01"), kind="sport", hours_per_month=Decimal(8)),
    ).flags().spells("""
        activity     | key           | details
        consent      | participation |
        volunteering | volunteering  | {"hours_per_month":8}
        """)
