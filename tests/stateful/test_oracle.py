"""The fold and the oracle say the same of a journey, whatever is told of it; what takes turns is left to the machine."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, example
from hypothesis import given as for_all
from hypothesis import settings as drawing
from hypothesis import strategies as st

from events.participation import VolunteeringEnded, VolunteeringStarted
from events.programme import ProgrammeEnded, ProgrammeReopened, ProgrammeStarted
from events.status import StatusActivity, StatusConfirmed
from events.work import JobEnded, JobStarted
from tests.scenario import REGISTERED, STREAM, Correct, Retract, Step, take
from tests.stateful.facts import areas, changes, facts
from tests.stateful.machine import expected_of, told_by
from tracker.errors import Refusal
from tracker.journey import Journey
from tracker.readmodel.fold import fold, timeline_row

CAFE = JobStarted(on=date(2024, 1, 1), job="cafe")
IN_WORK: dict[StatusActivity, Decimal | None] = {"work": None, "wage-subsidy": Decimal(10), "primary-school": None}
STARTED, ENDED = ProgrammeStarted(on=date(2024, 1, 1)), ProgrammeEnded(on=date(2024, 1, 1))
ONCE = VolunteeringStarted(on=date(2024, 1, 1), on_precision="year", kind="sport")
OVER = VolunteeringEnded(on=date(2024, 1, 1), on_precision="year")
_versions = st.integers(2, 12)
_turns = st.one_of(
    st.builds(Correct, version=_versions, values=changes),
    st.builds(Retract, version=_versions, with_dependants=st.booleans()),
)
journeys: st.SearchStrategy[list[Step]] = areas.flatmap(
    lambda near: st.lists(st.one_of(near, near, near, facts, _turns), min_size=3, max_size=12)
)
FEW = drawing(max_examples=300, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
MANY = drawing(FEW, max_examples=20_000, derandomize=False)


@FEW
@for_all(journeys)
@example(
    [
        CAFE,
        StatusConfirmed(on=date(2024, 1, 1), on_precision="year", activities=IN_WORK),
        JobEnded(on=date(2024, 1, 1), job="cafe"),
    ]
)
@example(
    [
        CAFE,
        StatusConfirmed(on=date(2024, 3, 28), activities=IN_WORK),
        JobEnded(on=date(2024, 1, 1), on_precision="year", job="cafe"),
    ]
)
@example(
    [
        CAFE,
        JobEnded(on=date(2024, 3, 27), job="cafe"),
        StatusConfirmed(on=date(2024, 3, 28), activities=IN_WORK),
    ]
)
@example(
    [
        StatusConfirmed(on=date(2024, 2, 14), activities={"volunteering": None}),
        VolunteeringEnded(on=date(2024, 3, 1), on_precision="month"),
    ]
)
@example([STARTED, ENDED, ProgrammeReopened(on=date(2024, 1, 1)), ENDED])
@example([ONCE, OVER, ONCE, OVER, VolunteeringStarted(on=date(2024, 1, 1), kind="culture"), OVER])
def test_the_fold_says_of_a_journey_what_the_oracle_says(told: list[Step]) -> None:
    assert_agreed(told)


@pytest.mark.soak
@MANY
@for_all(journeys)
def test_the_fold_says_of_very_many_journeys_what_the_oracle_says(told: list[Step]) -> None:
    assert_agreed(told)


def assert_agreed(told: list[Step]) -> None:
    journey = Journey(STREAM)
    take(journey, REGISTERED)
    for step in told:
        with suppress(Refusal):
            take(journey, step)
    rows = fold(journey.entries.values())
    rows["timeline"] = [
        timeline_row(entry, journey.recorded[version - 1], position=version)
        for version, entry in journey.entries.items()
    ]
    assert told_by(rows) == expected_of(journey.recorded)
