"""A command sent again records nothing more, and a forgotten journey takes none."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from events.residence import Died
from events.work import JobChanged, JobEnded, JobStarted, WageSubsidyGranted
from tests.scenario import NOW, REGISTERED, STREAM, Correct, Log, Retract, given, signed
from tracker.errors import (
    CommandMismatch,
    ParticipantIsForgotten,
)
from tracker.journey import Journey

registered = REGISTERED
job_started = JobStarted(on=date(2024, 2, 1), job="cafe", hours_per_week=Decimal(20))
job_changed = JobChanged(on=date(2024, 4, 1), job="cafe", hours_per_week=Decimal(30))
job_ended = JobEnded(on=date(2024, 6, 30), job="cafe")
subsidised = WageSubsidyGranted(on=date(2024, 3, 1), job="cafe", percent=Decimal(40))
died = Died(on=date(2024, 6, 10))


# Commands


def test_the_same_command_records_once() -> None:
    given(registered, Log(job_started, "c1")).when(Log(job_started, "c1")).then_nothing()


def test_the_same_command_with_other_values_is_refused() -> None:
    given(registered, Log(job_started, "c1")).when(Log(job_ended, "c1")).then_refused(CommandMismatch, "fact 2")


def test_a_command_sent_again_the_next_day_is_still_the_same() -> None:
    tomorrow = NOW + timedelta(days=1)
    right = {"hours-per-week": 25}
    given(registered, job_started, Correct(2, right, "c1")).when(Correct(2, right, "c1", at=tomorrow)).then_nothing()
    given(registered, job_started, Retract(2, command="c2")).when(Retract(2, command="c2", at=tomorrow)).then_nothing()


def test_a_retraction_with_dependants_sent_again_records_nothing() -> None:
    again = Retract(2, with_dependants=True, command="c1")
    given(registered, job_started, job_ended, again).when(again).then_nothing()


def test_a_command_that_was_retracted_since_is_not_carried_out_again() -> None:
    given(registered, Log(job_started, "c1"), Retract(2)).when(Log(job_started, "c1")).then_nothing().holds()


def test_a_forgotten_journey_takes_nothing_more() -> None:
    journey = Journey(STREAM)
    journey.record(registered, signed())
    journey.forget(signed())
    for attempt in (
        lambda: journey.record(job_started, signed()),
        lambda: journey.correct(1, {"children": 2}, "x", signed()),
        lambda: journey.retract(1, "x", signed()),
    ):
        with pytest.raises(ParticipantIsForgotten):
            attempt()
