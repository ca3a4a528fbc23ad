"""Spells: which facts can affect each other, and what a walk through them in the order of time amounts to."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from events import Fact, Opens, activities, fact_classes
from events.base import key_field
from events.contract import ContractPaused, ContractResumed, ContractSigned
from events.education import PrimarySchoolEnrolled, PrimarySchoolLeft
from events.income import BenefitEnded
from events.intake import ConsentGiven, GroupLeft, TrackAssigned
from events.language import LanguageLevelReached
from events.participation import ElectedRoleTaken, VolunteeringStarted
from events.residence import AddressProtectionLifted, AddressProtectionSet, MovedToMunicipality
from events.work import HoursPaid, JobChanged, JobEnded, JobStarted, WageSubsidyGranted
from tests.tables import columns_of, shown, table
from tracker.fact_values import names_its_spell, values_of
from tracker.spells import Entry, Trace, partition_of, same_period, trace

DAY = date(2024, 2, 1)


def walked(*facts: Fact) -> Trace:
    return trace([Entry(version, fact) for version, fact in enumerate(facts, start=1)])


def assert_segments(traced: Trace, expected: str) -> None:
    columns = columns_of(expected)
    rows = [
        {
            "key": segment.key,
            "activity": segment.activity,
            "since": segment.spell_from,
            "from": segment.valid_from,
            "to": segment.valid_to,
            "hours": segment.values.get("hours_per_week"),
            "by": segment.opened_by,
            "closed": segment.closed_by,
        }
        for segment in traced.segments
    ]
    assert shown(rows, columns) == shown(table(expected), columns)


def kinds(traced: Trace) -> list[tuple[str, int]]:
    return [(problem.kind, problem.version) for problem in traced.problems]


@pytest.mark.parametrize(
    "fact, partition",
    [
        (JobStarted(on=DAY, job="cafe"), ("work", "cafe")),
        (WageSubsidyGranted(on=DAY, job="cafe"), ("work", "cafe")),
        (PrimarySchoolEnrolled(on=DAY, school="north"), ("primary-school", "")),
        (PrimarySchoolLeft(on=DAY), ("primary-school", "")),
        (TrackAssigned(on=DAY, track="1"), ("track", "")),
        (AddressProtectionLifted(on=DAY), ("address-protection", "")),
        (ConsentGiven(on=DAY, purpose="participation"), ("consent", "participation")),
        (VolunteeringStarted(on=DAY, kind="sport"), ("consent", "participation")),
        (ElectedRoleTaken(on=DAY, role="other"), ("consent", "participation")),
        (ConsentGiven(on=DAY, purpose="sharing"), ("consent", "sharing")),
        (HoursPaid(on=DAY, job="cafe", month=DAY, hours=Decimal(10)), None),
        (LanguageLevelReached(on=DAY, skill="reading", level="A1"), None),
    ],
    ids=lambda value: f"{value.TOPIC} {value.key}" if isinstance(value, Fact) else "",
)
def test_facts_that_can_affect_each_other_share_a_partition(fact: Fact, partition: Any) -> None:
    assert partition_of(fact) == partition


@pytest.mark.parametrize(
    "cls", [cls for cls in fact_classes().values() if issubclass(cls, Opens) and cls.within], ids=lambda c: c.TOPIC
)
def test_an_activity_within_another_has_the_key_of_that_one(cls: type[Opens]) -> None:
    assert cls.within in activities()
    assert key_field(cls) == key_field(activities()[cls.within].opener)
    assert key_field(cls) is not None


def test_a_mistaken_key_in_words_is_told_from_a_choice_and_from_none() -> None:
    assert names_its_spell(JobEnded(on=DAY, job="cafe"))
    assert names_its_spell(GroupLeft(on=DAY, group="2B"))
    assert names_its_spell(PrimarySchoolLeft(on=DAY, school="north"))
    assert not names_its_spell(PrimarySchoolLeft(on=DAY))
    assert not names_its_spell(BenefitEnded(on=DAY, kind="pension"))


@pytest.mark.parametrize(
    "precision, day, same",
    [
        ("month", date(2024, 2, 29), True),
        ("month", date(2024, 3, 1), False),
        ("month", date(2023, 2, 10), False),
        ("year", date(2024, 12, 31), True),
        ("year", date(2023, 12, 31), False),
    ],
)
def test_a_day_lies_in_a_month_or_year(precision: Any, day: date, same: bool) -> None:
    assert same_period(JobEnded(on=DAY, on_precision=precision, job="cafe"), day) is same


def test_facts_are_walked_in_the_order_of_time_and_then_of_recording() -> None:
    ended, started = JobEnded(on=date(2024, 3, 1), job="cafe"), JobStarted(on=DAY, job="cafe")
    assert kinds(walked(ended, started)) == []
    same_day = JobEnded(on=DAY, job="cafe")
    assert kinds(walked(same_day, started)) == [("not-running", 1)]
    assert kinds(walked(started, same_day)) == []


def test_the_last_day_belongs_to_the_spell() -> None:
    assert_segments(
        walked(JobStarted(on=DAY, job="cafe"), JobEnded(on=date(2024, 2, 29), job="cafe")),
        """
        from       | to         | closed
        2024-02-01 | 2024-03-01 | job-ended
        """,
    )


def test_a_change_on_the_first_day_is_no_segment_of_its_own() -> None:
    assert_segments(
        walked(
            JobStarted(on=DAY, job="cafe", hours_per_week=Decimal(10)),
            JobChanged(on=DAY, job="cafe", hours_per_week=Decimal(20)),
        ),
        """
        from       | to | hours
        2024-02-01 |    | 20
        """,
    )


def test_a_change_to_the_same_values_is_no_segment_of_its_own() -> None:
    started = JobStarted(on=DAY, job="cafe", hours_per_week=Decimal(10))
    same = JobChanged(on=date(2024, 3, 1), job="cafe", hours_per_week=Decimal(10))
    assert_segments(walked(started, same), "from | to | hours\n 2024-02-01 | | 10")


def test_a_spell_that_starts_on_the_last_day_of_the_one_before_shortens_that_one() -> None:
    assert_segments(
        walked(
            JobStarted(on=DAY, job="cafe"),
            JobEnded(on=date(2024, 3, 31), job="cafe"),
            JobStarted(on=date(2024, 3, 31), job="cafe"),
        ),
        """
        since      | from       | to         | by
        2024-02-01 | 2024-02-01 | 2024-03-31 | 1
        2024-03-31 | 2024-03-31 |            | 3
        """,
    )


def test_what_is_set_anew_on_the_last_day_shortens_what_was_lifted_that_day() -> None:
    assert_segments(
        walked(
            AddressProtectionSet(on=DAY, level="confidential"),
            AddressProtectionLifted(on=date(2024, 3, 31)),
            AddressProtectionSet(on=date(2024, 3, 31), level="confidential"),
        ),
        """
        from       | to         | by
        2024-02-01 | 2024-03-31 | 1
        2024-03-31 |            | 3
        """,
    )


def test_something_set_twice_on_a_day_is_as_it_was_set_last() -> None:
    traced = walked(MovedToMunicipality(on=DAY, municipality="5001"), MovedToMunicipality(on=DAY, municipality="0301"))
    assert [segment.values for segment in traced.segments] == [{"municipality": "0301"}]


def paused(on: date) -> ContractPaused:
    return ContractPaused(on=on, contract="long-contract")


def resumed(on: date) -> ContractResumed:
    return ContractResumed(on=on, contract="long-contract")


SIGNED = ContractSigned(on=DAY, contract="long-contract", until=date(2025, 1, 31), parties=("participant", "state"))


def test_a_contract_that_goes_on_on_the_day_on_which_it_was_paused_did_not_rest() -> None:
    for day in (DAY, date(2024, 3, 1)):
        traced = walked(SIGNED, paused(day), resumed(day))
        assert traced.problems == []
        assert not any(
            segment.activity == "contract-pause" or segment.values.get("paused") for segment in traced.segments
        )
    again = walked(SIGNED, paused(DAY), resumed(DAY), paused(DAY), resumed(date(2024, 2, 2)))
    assert [s.valid_to for s in again.segments if s.activity == "contract-pause"] == [date(2024, 2, 3)]


def test_a_rest_that_goes_on_on_its_last_day_lasts_that_day() -> None:
    traced = walked(SIGNED, paused(DAY), resumed(date(2024, 2, 9)), paused(date(2024, 2, 9)), resumed(date(2024, 2, 9)))
    rests = [
        (s.valid_from.day, s.valid_to and s.valid_to.day) for s in traced.segments if s.activity == "contract-pause"
    ]
    assert rests == [(1, 9), (9, 10)]


def test_a_rest_known_to_the_month_of_its_end_lasts_a_day() -> None:
    of_february = ContractPaused(on=DAY, on_precision="month", contract="long-contract")
    traced = walked(replace(SIGNED, on=date(2024, 1, 1)), of_february, resumed(DAY))
    assert [s.valid_to for s in traced.segments if s.activity == "contract-pause"] == [date(2024, 2, 2)]


def test_a_problem_says_since_when_the_other_spell_runs() -> None:
    twice = walked(JobStarted(on=DAY, job="cafe"), JobStarted(on=date(2024, 3, 1), job="cafe"))
    assert [(problem.kind, problem.since) for problem in twice.problems] == [("already-running", DAY)]
    early = walked(JobStarted(on=DAY, job="cafe"), JobEnded(on=date(2024, 1, 1), job="cafe"))
    assert [(problem.kind, problem.since) for problem in early.problems] == [("ends-before-start", DAY)]
    assert early.impossible == early.problems[0]


def test_what_is_merely_unusual_is_not_impossible() -> None:
    traced = walked(PrimarySchoolLeft(on=DAY))
    assert kinds(traced) == [("end-without-start", 1)]
    assert traced.impossible is None


def test_what_waits_for_its_month_is_given_up_after_it() -> None:
    waits = JobEnded(on=DAY, on_precision="month", job="cafe")
    assert kinds(walked(waits, JobStarted(on=date(2024, 2, 29), job="cafe"))) == []
    assert kinds(walked(waits, JobStarted(on=date(2024, 3, 1), job="cafe"))) == [("ends-before-start", 1)]


def test_an_end_known_to_the_month_of_the_start_leaves_one_day() -> None:
    assert_segments(
        walked(JobStarted(on=date(2024, 2, 15), job="cafe"), JobEnded(on=DAY, on_precision="month", job="cafe")),
        """
        since      | from       | to
        2024-02-15 | 2024-02-15 | 2024-02-16
        """,
    )


def test_the_values_of_a_fact_are_its_own_without_key_and_free_text() -> None:
    assert set(values_of(JobEnded(on=DAY, job="cafe"))) == {"cause"}
    words = fact_classes()["career-goal-set"](on=DAY, goal="work", wording="to drive a bus")  # type: ignore[call-arg]
    assert set(values_of(words)) == {"goal", "occupation"}
