"""Corrections and retractions: history as it is now held to have been, guarded as if it had been so."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from events.corrections import FactCorrected, FactRetracted
from events.intake import BackgroundUpdated
from events.residence import Died
from events.work import JobChanged, JobEnded, JobStarted, WageSubsidyGranted
from tests.scenario import REGISTERED, TODAY, Correct, Retract, given
from tracker.errors import (
    AfterDeath,
    AlreadyRunning,
    BeforeBirth,
    EndsBeforeStart,
    FactNotFound,
    InFuture,
    NotCorrectable,
    NothingToCorrect,
    NotRunning,
    OthersRestOnIt,
    ValueNotAllowed,
)

registered = REGISTERED
job_started = JobStarted(on=date(2024, 2, 1), job="cafe", hours_per_week=Decimal(20))
job_changed = JobChanged(on=date(2024, 4, 1), job="cafe", hours_per_week=Decimal(30))
job_ended = JobEnded(on=date(2024, 6, 30), job="cafe")
subsidised = WageSubsidyGranted(on=date(2024, 3, 1), job="cafe", percent=Decimal(40))


def job(**values: Any) -> JobStarted:
    fields: dict[str, Any] = {"on": date(2024, 2, 1), "job": "cafe", "hours_per_week": Decimal(20)}
    return JobStarted(**(fields | values))


# Corrections


def test_a_correction_names_the_original_and_holds_plain_values() -> None:
    (
        given(registered, job_started)
        .when(Correct(2, {"hours-per-week": Decimal("25.5"), "on": date(2024, 2, 2)}))
        .then(
            FactCorrected(
                on=TODAY, corrects=2, values={"hours_per_week": "25.5", "on": "2024-02-02"}, reason="a typing error"
            )
        )
        .holds(job(hours_per_week=Decimal("25.5"), on=date(2024, 2, 2)))
    )


def test_the_last_correction_wins_field_by_field() -> None:
    (
        given(registered, job_started, Correct(2, {"hours-per-week": 25}), Correct(2, {"contract": "permanent"}))
        .when(Correct(2, {"hours-per-week": 27}))
        .then_accepted()
        .holds(job(hours_per_week=Decimal(27), contract="permanent"))
    )


def test_an_empty_value_empties_a_field_that_may_be_empty() -> None:
    given(registered, job_started).when(Correct(2, {"hours-per-week": None})).holds(job(hours_per_week=None))
    given(registered, job(contract="permanent")).when(Correct(2, {"contract": None})).holds(job())
    given(registered, job_started).when(Correct(2, {"on": None})).then_refused(NotCorrectable, "on")


def test_a_correction_that_changes_nothing_is_refused() -> None:
    given(registered, job_started).when(Correct(2, {"hours-per-week": "20.0"})).then_refused(NothingToCorrect)
    given(registered, job_started).when(Correct(2, {})).then_refused(NothingToCorrect)


@pytest.mark.parametrize(
    "values, word", [({"hours": 20}, "hours-per-week"), ({"job": "shop"}, "key"), ({"timestamp": "2024"}, "timestamp")]
)
def test_neither_key_nor_unknown_field_can_be_corrected(values: dict[str, Any], word: str) -> None:
    given(registered, job_started).when(Correct(2, values)).then_refused(NotCorrectable, word)


@pytest.mark.parametrize("value", [0, 61, "many", [1]])
def test_a_correction_to_a_value_that_cannot_be_is_refused(value: Any) -> None:
    given(registered, job_started).when(Correct(2, {"hours-per-week": value})).then_refused(
        ValueNotAllowed, "hours-per-week", "0.5 to 60"
    )


def test_a_correction_is_not_corrected_but_its_original_is() -> None:
    given(registered, job_started, Correct(2, {"hours-per-week": 25})).when(
        Correct(3, {"reason": "other"})
    ).then_refused(NotCorrectable, "original")


def test_a_fact_that_is_not_there_or_was_retracted_cannot_be_corrected() -> None:
    given(registered).when(Correct(2, {"on": "2024-01-01"})).then_refused(FactNotFound, "1 to 1")
    given(registered).when(Correct(0, {"on": "2024-01-01"})).then_refused(FactNotFound)
    given(registered, job_started, Retract(2)).when(Correct(2, {"hours-per-week": 25})).then_refused(
        FactNotFound, "retract the retraction"
    )


def test_a_correction_is_guarded_as_if_history_had_been_so() -> None:
    history = (registered, job_started, job_changed, job_ended)
    given(*history).when(Correct(2, {"on": "2024-05-01"})).then_refused(EndsBeforeStart, "fact 3, job-changed")
    given(*history).when(Correct(4, {"on": "2024-03-31"})).then_refused(NotRunning, "fact 3, job-changed")
    given(*history).when(Correct(4, {"on": "2024-04-01"})).then_accepted()


def test_a_correction_does_not_open_a_second_spell_over_the_first() -> None:
    again = JobStarted(on=date(2024, 9, 1), job="cafe")
    given(registered, job_started, job_ended, again).when(Correct(4, {"on": "2024-06-29"})).then_refused(AlreadyRunning)
    given(registered, job_started, job_ended, again).when(Correct(4, {"on": "2024-06-30"})).then_accepted()


def test_a_correction_obeys_time() -> None:
    given(registered, job_started).when(Correct(2, {"on": "2025-01-16"})).then_refused(InFuture)
    given(registered, job_started).when(Correct(2, {"on": "1989-01-01"})).then_refused(BeforeBirth)
    given(registered, job_started, Died(on=date(2024, 6, 10))).when(Correct(2, {"on": "2024-06-11"})).then_refused(
        AfterDeath
    )
    given(registered, job_started, Died(on=date(2024, 6, 10))).when(Correct(3, {"on": "2024-01-11"})).then_refused(
        AfterDeath
    )


def test_a_precision_can_be_corrected() -> None:
    given(registered, job_started).when(Correct(2, {"on-precision": "month"})).holds(job(on_precision="month"))


# Retractions


def test_a_retraction_takes_a_fact_back() -> None:
    (
        given(registered, job_started)
        .when(Retract(2))
        .then(FactRetracted(on=TODAY, retracts=2, reason="never happened"))
        .holds()
    )


def test_a_fact_is_retracted_once_and_only_if_it_is_there() -> None:
    given(registered, job_started, Retract(2)).when(Retract(2)).then_refused(FactNotFound, "by fact 3")
    given(registered).when(Retract(7)).then_refused(FactNotFound)


def test_a_retracted_correction_leaves_the_values_from_before_it() -> None:
    history = (registered, job_started, Correct(2, {"hours-per-week": 25}), Correct(2, {"hours-per-week": 27}))
    given(*history).when(Retract(4)).holds(job(hours_per_week=Decimal(25)))
    given(*history).when(Retract(3)).holds(job(hours_per_week=Decimal(27)))
    given(*history, Retract(3)).when(Retract(4)).holds(job_started)


def test_a_retracted_retraction_brings_the_fact_back_with_its_corrections() -> None:
    (
        given(registered, job_started, Correct(2, {"hours-per-week": 25}), Retract(2))
        .when(Retract(4))
        .then_accepted()
        .holds(job(hours_per_week=Decimal(25)))
    )


def test_retractions_of_retractions_go_on_as_long_as_somebody_wants() -> None:
    back_and_forth = (registered, job_started, Retract(2), Retract(3), Retract(4))
    given(*back_and_forth).holds()
    given(*back_and_forth).when(Retract(5)).holds(job_started)
    given(*back_and_forth).when(Retract(2)).then_refused(FactNotFound)


def test_a_fact_retracted_and_brought_back_can_be_retracted_again() -> None:
    given(registered, job_started, Retract(2), Retract(3)).when(Retract(2)).then_accepted().holds()


def test_a_fact_on_which_others_rest_is_not_retracted_alone() -> None:
    refused = given(registered, job_started, job_changed, subsidised, job_ended).when(Retract(2))
    refused.then_refused(OthersRestOnIt)
    assert isinstance(refused.refusal, OthersRestOnIt)
    assert sorted(refused.refusal.versions) == [3, 4, 5]


def test_a_fact_is_retracted_with_those_that_rest_on_it_and_no_others() -> None:
    other = JobStarted(on=date(2024, 1, 1), job="shop")
    scenario = given(registered, job_started, job_changed, other, job_ended).when(Retract(2, with_dependants=True))
    scenario.then_accepted().holds(other)
    retracted = [fact.retracts for fact in scenario.recorded if isinstance(fact, FactRetracted)]
    assert sorted(retracted) == [2, 3, 5]
    assert retracted[-1] == 2


def test_an_end_is_retracted_alone_where_nothing_started_since() -> None:
    given(registered, job_started, job_ended).when(Retract(3)).holds(job_started)
    again = JobStarted(on=date(2024, 9, 1), job="cafe")
    given(registered, job_started, job_ended, again).when(Retract(3)).then_refused(OthersRestOnIt, "facts 4")


def test_a_correction_on_which_others_rest_is_not_retracted_alone() -> None:
    earlier_end = JobEnded(on=date(2024, 1, 20), job="cafe")
    history = (registered, job_started, Correct(2, {"on": "2024-01-01"}), earlier_end)
    given(*history).when(Retract(3)).then_refused(OthersRestOnIt, "facts 4")
    given(*history).when(Retract(3, with_dependants=True)).then_accepted().holds(job_started)


def test_a_retracted_death_does_not_come_back_before_what_happened_since() -> None:
    died = Died(on=date(2024, 1, 10))
    given(registered, died, Retract(2), job_started).when(Retract(3)).then_refused(AfterDeath)


def test_a_retracted_start_does_not_come_back_over_another_one() -> None:
    earlier = job(on=date(2024, 1, 1))
    given(registered, job_started, Retract(2), earlier).when(Retract(3)).then_refused(AlreadyRunning)


# Years of birth that were put right


def test_a_year_of_birth_known_better_does_not_bar_later_corrections() -> None:
    known_better = BackgroundUpdated(on=date(2022, 1, 1), birth_year=1980)
    early = JobStarted(on=date(1985, 1, 1), job="cafe")
    given(registered, known_better, early).when(Correct(3, {"contract": "permanent"})).then_accepted()


def test_a_year_of_birth_learnt_later_cannot_be_after_what_happened() -> None:
    early = JobStarted(on=date(1995, 1, 1), job="cafe")
    given(registered, early).when(BackgroundUpdated(on=date(2022, 1, 1), birth_year=2000)).then_refused(
        BeforeBirth, "fact 2"
    )


def test_a_correction_and_a_retraction_say_why() -> None:
    for step in (Correct(2, {"hours_per_week": 10}, reason=" "), Retract(2, reason="")):
        given(registered, job_started).when(step).then_refused(ValueNotAllowed, "a reason is needed")
