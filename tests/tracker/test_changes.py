"""A change says what changed: one that leaves everything as it was is refused, whichever fact it is."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from events import Fact, fact_classes
from events.base import changeable, required_fields
from events.codec import Recorded, Stamp
from events.contract import StepRevised
from events.intake import BackgroundUpdated
from events.work import JobChanged, JobStarted
from tests.scenario import REGISTERED, STREAM, Correct, given, signed
from tracker.errors import NothingChanged
from tracker.journey import Journey

job_started = JobStarted(on=date(2024, 2, 1), job="cafe", hours_per_week=Decimal(20))
job_changed = JobChanged(on=date(2024, 4, 1), job="cafe", hours_per_week=Decimal(30))
empty = JobChanged(on=date(2024, 4, 1), job="cafe")


def test_a_change_of_a_job_that_names_nothing_is_refused_and_says_what_it_could_name() -> None:
    given(REGISTERED, job_started).when(empty).then_refused(
        NothingChanged, "job-changed", "hours-per-week, full-time-hours, position-percent, contract"
    )


def test_a_background_that_tells_nothing_new_is_refused() -> None:
    given(REGISTERED).when(BackgroundUpdated(on=date(2024, 4, 1))).then_refused(
        NothingChanged, "birth-year", "literate"
    )


def test_why_a_step_was_agreed_anew_is_no_change_of_it() -> None:
    assert StepRevised(on=date(2024, 4, 1), step="b1", cause="health").says_nothing
    assert not StepRevised(on=date(2024, 4, 1), step="b1", level="B1").says_nothing


def test_zero_is_a_value() -> None:
    assert not BackgroundUpdated(on=date(2024, 4, 1), children=0).says_nothing


def test_a_correction_does_not_empty_a_change() -> None:
    given(REGISTERED, job_started, job_changed).when(Correct(3, {"hours_per_week": None})).then_refused(NothingChanged)


def test_an_empty_change_of_older_days_is_read_and_does_not_stand_in_the_way() -> None:
    facts: tuple[Fact, ...] = (REGISTERED, job_started, empty)
    stamps = (Stamp(fact=fact, timestamp=datetime(2024, 5, 1, tzinfo=UTC), by="a", channel="cli") for fact in facts)
    journey = Journey(STREAM, [Recorded(STREAM, version, stamp) for version, stamp in enumerate(stamps, start=1)])
    journey.correct(2, {"hours_per_week": Decimal(15)}, "a typing error", signed())
    journey.correct(3, {"on": date(2024, 4, 2)}, "a typing error", signed())
    assert journey.entries[3].fact.on == date(2024, 4, 2)


@pytest.mark.parametrize("cls", [cls for cls in fact_classes().values() if changeable(cls)], ids=lambda cls: cls.TOPIC)
def test_what_can_change_is_asked_of_every_fact_that_may_leave_things_as_they_were(cls: type[Fact]) -> None:
    assert cls.TOPIC.endswith(("-changed", "-updated", "-revised", "-extended", "-moved"))
    if not required_fields(cls) - {"on"} >= set(changeable(cls)):
        given_nothing: dict[str, Any] = {
            name: "x" for name in required_fields(cls) if name not in ("on", *changeable(cls))
        }
        assert cls(on=date(2024, 4, 1), **given_nothing).says_nothing
