"""The fold: facts become rows, shown here as the tables that a person would see."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from events.education import PrimarySchoolCompleted, PrimarySchoolEnrolled
from events.intake import InterpreterNeeded, TrackAssigned
from events.plan import CareerGoalSet, LanguageGoalSet
from events.programme import (
    ProgrammeElementStarted,
    ProgrammeEnded,
    ProgrammeExtended,
    ProgrammeReopened,
    ProgrammeStarted,
)
from events.residence import Died, LeftNorway, MovedToMunicipality
from events.work import JobChanged, JobEnded, JobStarted, WageSubsidyEnded, WageSubsidyGranted
from tests.scenario import REGISTERED, given
from tracker.errors import FactRefused
from tracker.readmodel.fold import fold

registered = REGISTERED


def day(text: str) -> date:
    return date.fromisoformat(text)


def job(on: str, hours: Any = None, key: str = "cafe", **values: Any) -> JobStarted:
    return JobStarted(on=day(on), job=key, hours_per_week=None if hours is None else Decimal(hours), **values)


def changed(on: str, hours: Any = None, **values: Any) -> JobChanged:
    return JobChanged(on=day(on), job="cafe", hours_per_week=None if hours is None else Decimal(hours), **values)


def ended(on: str, key: str = "cafe") -> JobEnded:
    return JobEnded(on=day(on), job=key)


# Work


def test_a_job_is_a_segment_for_every_stretch_of_equal_values() -> None:
    given(
        registered, job("2024-02-01", 20), changed("2024-04-01", 30), changed("2024-05-01", 37.5), ended("2024-06-30")
    ).spells("""
        activity | key  | since      | from       | to         | value    | hours | opened_by | closed_by
        work     | cafe | 2024-02-01 | 2024-02-01 | 2024-04-01 | ordinary | 20    | 2         |
        work     | cafe | 2024-02-01 | 2024-04-01 | 2024-05-01 | ordinary | 30    | 2         |
        work     | cafe | 2024-02-01 | 2024-05-01 | 2024-07-01 | ordinary | 37.5  | 2         | job-ended
        """)


def test_facts_recorded_in_another_order_fold_into_the_same_spells() -> None:
    given(
        registered, job("2024-02-01", 20), ended("2024-06-30"), changed("2024-05-01", 37), changed("2024-04-01", 30)
    ).spells("""
        from       | to         | hours | closed_by
        2024-02-01 | 2024-04-01 | 20    |
        2024-04-01 | 2024-05-01 | 30    |
        2024-05-01 | 2024-07-01 | 37    | job-ended
        """)


def test_what_a_change_leaves_out_stays_as_it_was() -> None:
    given(
        registered, job("2024-02-01", 20, contract="temporary"), changed("2024-04-01", contract="permanent")
    ).spells("""
        from       | to         | hours | details
        2024-02-01 | 2024-04-01 | 20    | {"contract":"temporary"}
        2024-04-01 |            | 20    | {"contract":"permanent"}
        """)


@pytest.mark.parametrize(
    "values, hours",
    [
        ({"full_time_hours": "37.5", "position_percent": Decimal(50)}, "18.75"),
        ({"full_time_hours": "35.5", "position_percent": Decimal(100)}, "35.5"),
        ({"full_time_hours": "33.6", "position_percent": Decimal("33.3")}, "11.19"),
        ({"full_time_hours": "37.5"}, ""),
        ({"position_percent": Decimal(50)}, ""),
        ({"full_time_hours": "37.5", "position_percent": Decimal(50), "hours": 10}, "10"),
        ({"full_time_hours": "37.5", "position_percent": Decimal(0)}, "0"),
    ],
    ids=["half", "shift", "rounded", "no-position", "no-full-time", "told-hours-win", "nothing"],
)
def test_hours_follow_from_full_time_hours_and_position_unless_told(values: dict[str, Any], hours: str) -> None:
    given(registered, job("2024-02-01", values.pop("hours", None), **values)).spells(f"""
        from       | hours
        2024-02-01 | {hours}
        """)


def test_an_own_business_is_work_of_another_value() -> None:
    given(registered, job("2024-02-01", self_employed=True)).spells("from | value\n 2024-02-01 | self-employed")


def test_a_subsidised_job_is_counted_as_such_while_it_is() -> None:
    given(
        registered,
        job("2024-02-01", 20),
        WageSubsidyGranted(on=day("2024-03-01"), job="cafe", percent=Decimal(40)),
        WageSubsidyEnded(on=day("2024-04-30"), job="cafe"),
        ended("2024-06-30"),
    ).spells("""
        activity     | since      | from       | to         | value        | hours | closed_by
        work         | 2024-02-01 | 2024-02-01 | 2024-03-01 | ordinary     | 20    |
        work         | 2024-02-01 | 2024-03-01 | 2024-05-01 | wage-subsidy | 20    |
        work         | 2024-02-01 | 2024-05-01 | 2024-07-01 | ordinary     | 20    | job-ended
        wage-subsidy | 2024-03-01 | 2024-03-01 | 2024-05-01 |              |       | wage-subsidy-ended
        """)


def test_the_end_of_a_job_ends_its_subsidy_too_and_no_other() -> None:
    given(
        registered,
        job("2024-02-01"),
        job("2024-02-01", key="shop"),
        WageSubsidyGranted(on=day("2024-02-01"), job="cafe"),
        WageSubsidyGranted(on=day("2024-02-01"), job="shop"),
        ended("2024-06-30"),
    ).spells("""
        activity     | key  | from       | to         | value        | closed_by
        work         | cafe | 2024-02-01 | 2024-07-01 | wage-subsidy | job-ended
        wage-subsidy | cafe | 2024-02-01 | 2024-07-01 |              | job-ended
        work         | shop | 2024-02-01 |            | wage-subsidy |
        wage-subsidy | shop | 2024-02-01 |            |              |
        """)


# Programme and school


def test_a_reopened_programme_is_the_same_spell_with_a_gap() -> None:
    given(
        registered,
        ProgrammeStarted(on=day("2022-01-01"), hours_per_week=Decimal(30)),
        ProgrammeEnded(on=day("2023-01-31"), main_activity="work"),
        ProgrammeReopened(on=day("2023-03-01")),
        ProgrammeEnded(on=day("2023-05-31")),
    ).spells("""
        since      | from       | to         | hours | opened_by | closed_by
        2022-01-01 | 2022-01-01 | 2023-02-01 | 30    | 2         | programme-ended
        2022-01-01 | 2023-03-01 | 2023-06-01 | 30    | 2         | programme-ended
        """)


def test_a_programme_that_was_reopened_and_ended_on_the_day_of_its_end_ended_on_that_day() -> None:
    given(
        registered,
        ProgrammeStarted(on=day("2022-01-01")),
        ProgrammeEnded(on=day("2023-01-31")),
        ProgrammeReopened(on=day("2023-01-31")),
        ProgrammeEnded(on=day("2023-01-31")),
        ProgrammeReopened(on=day("2023-03-01")),
    ).spells("""
        since      | from       | to         | opened_by | closed_by
        2022-01-01 | 2022-01-01 | 2023-02-01 | 2         | programme-ended
        2022-01-01 | 2023-03-01 |            | 2         |
        """)


def test_a_programme_that_was_reopened_after_its_end_ran_for_a_day_at_least() -> None:
    given(
        registered,
        ProgrammeStarted(on=day("2022-01-01")),
        ProgrammeEnded(on=day("2023-01-01")),
        ProgrammeReopened(on=day("2023-01-02")),
        ProgrammeEnded(on=day("2023-01-01"), on_precision="month"),
    ).spells("""
        from       | to         | closed_by
        2022-01-01 | 2023-01-02 | programme-ended
        2023-01-02 | 2023-01-03 | programme-ended
        """)


def test_what_was_told_between_two_ends_on_one_day_holds_when_the_programme_goes_on() -> None:
    given(
        registered,
        ProgrammeStarted(on=day("2022-01-01"), hours_per_week=Decimal(30)),
        ProgrammeEnded(on=day("2023-01-31")),
        ProgrammeReopened(on=day("2023-01-31")),
        ProgrammeExtended(on=day("2023-01-31"), planned_end=day("2024-01-31")),
        ProgrammeEnded(on=day("2023-01-31")),
        ProgrammeReopened(on=day("2023-03-01")),
    ).spells("""
        from       | to         | hours | details
        2022-01-01 | 2023-02-01 | 30    |
        2023-03-01 |            | 30    | {"planned_end":"2024-01-31"}
        """)


def test_a_programme_that_starts_anew_is_another_spell() -> None:
    given(
        registered,
        ProgrammeStarted(on=day("2022-01-01")),
        ProgrammeEnded(on=day("2023-01-31")),
        ProgrammeStarted(on=day("2023-03-01")),
    ).spells("""
        since      | from       | to         | opened_by
        2022-01-01 | 2022-01-01 | 2023-02-01 | 2
        2023-03-01 | 2023-03-01 |            | 4
        """)


def test_parts_of_the_programme_run_at_once_each_with_its_hours() -> None:
    given(
        registered,
        ProgrammeElementStarted(on=day("2022-01-01"), element="norwegian", hours_per_week=Decimal(15)),
        ProgrammeElementStarted(
            on=day("2022-01-01"), element="other", hours_per_week=Decimal(5), own_study_hours=Decimal("2.5")
        ),
    ).spells("""
        key       | hours | details
        norwegian | 15    |
        other     | 5     | {"own_study_hours":2.5}
        """)


def test_completing_school_ends_the_spell_and_says_how() -> None:
    given(
        registered, PrimarySchoolEnrolled(on=day("2022-01-01")), PrimarySchoolCompleted(on=day("2023-06-15"))
    ).spells("""
        activity       | key            | from       | to         | closed_by
        primary-school | primary-school | 2022-01-01 | 2023-06-16 | primary-school-completed
        """)


# What holds until it is set anew


def test_what_is_set_holds_until_it_is_set_anew() -> None:
    given(
        registered, TrackAssigned(on=day("2021-05-01"), track="1"), TrackAssigned(on=day("2022-05-01"), track="2")
    ).spells("""
        activity | key   | since      | from       | to         | value | opened_by | closed_by
        track    | track | 2021-05-01 | 2021-05-01 | 2022-05-01 | 1     | 2         | track-assigned
        track    | track | 2022-05-01 | 2022-05-01 |            | 2     | 3         |
        """)


def test_residence_says_by_which_fact_it_came_about() -> None:
    given(
        registered,
        MovedToMunicipality(on=day("2022-01-01"), municipality="0301"),
        LeftNorway(on=day("2023-01-01")),
        Died(on=day("2024-01-01")),
    ).spells("""
        from       | to         | value
        2022-01-01 | 2023-01-01 | 0301
        2023-01-01 | 2024-01-01 | left-norway
        2024-01-01 |            | died
        """)


def test_an_interpreter_no_longer_needed_is_a_spell_without_a_value() -> None:
    given(
        registered,
        InterpreterNeeded(on=day("2022-01-01"), language="ti"),
        InterpreterNeeded(on=day("2023-01-01"), language=None),
    ).spells("""
        from       | to         | value
        2022-01-01 | 2023-01-01 | ti
        2023-01-01 |            |
        """)


def test_goals_by_skill_are_details_and_own_words_are_nowhere() -> None:
    given(
        registered,
        LanguageGoalSet(on=day("2022-01-01"), goals={"reading": "B1"}),
        CareerGoalSet(on=day("2022-01-01"), goal="work", wording="bakery of my own"),
    ).spells("""
        activity      | value | details
        language-goal |       | {"goals":{"reading":"B1"}}
        career-goal   | work  |
        """)


# Days that are known to a month or a year


def test_a_start_known_to_the_month_counts_from_its_first_day() -> None:
    given(
        registered, JobStarted(on=day("2024-02-01"), on_precision="month", job="cafe"), ended("2024-02-10")
    ).spells("""
        from       | to
        2024-02-01 | 2024-02-11
        """)


def test_an_end_known_to_the_month_of_a_later_start_falls_on_the_day_of_the_start() -> None:
    in_february = JobEnded(on=day("2024-02-01"), on_precision="month", job="cafe")
    given(registered, job("2024-02-15"), in_february).spells("""
        from       | to
        2024-02-15 | 2024-02-16
        """)


# An obvious oracle: walk day by day


FIRST = date(2024, 1, 1)
WORK = st.lists(
    st.tuples(st.sampled_from(["start", "change", "end"]), st.integers(0, 20), st.integers(1, 40)), max_size=12
)


@hypothesis_settings(max_examples=150, deadline=None)
@for_all(WORK)
def test_hours_on_every_day_are_those_of_the_last_fact_up_to_that_day(moves: list[tuple[str, int, int]]) -> None:
    scenario = given(registered)
    accepted: list[tuple[str, int, int]] = []
    taken: set[int] = set()
    for kind, offset, hours in moves:
        if offset in taken:
            continue
        on = (FIRST + timedelta(days=offset)).isoformat()
        fact = {"start": job(on, hours), "change": changed(on, hours), "end": ended(on)}[kind]
        try:
            scenario.when(fact)
        finally:
            refusal, scenario.refusal = scenario.refusal, None
        assert refusal is None or isinstance(refusal, FactRefused)
        if refusal is None:
            taken.add(offset)
            accepted.append((kind, offset, hours))
    expected: dict[str, int] = {}
    running, last = None, None
    for offset in range(25):
        for kind, at, hours in accepted:
            if at == offset:
                running = None if kind == "end" else hours
                last = running if kind != "end" else last
        if running is not None:
            expected[(FIRST + timedelta(days=offset)).isoformat()] = running
        elif any(kind == "end" and at == offset for kind, at, _ in accepted):
            assert last is not None
            expected[(FIRST + timedelta(days=offset)).isoformat()] = last
    found: dict[str, int] = {}
    for row in fold(scenario.journey.entries.values())["spells"]:
        for offset in range(25):
            on = (FIRST + timedelta(days=offset)).isoformat()
            if row[3] <= on and (row[4] is None or on < row[4]):
                assert on not in found, "two segments on one day"
                found[on] = int(row[6])
    assert found == expected
