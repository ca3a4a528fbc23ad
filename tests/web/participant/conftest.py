"""A participant whose every fact the tests know: in the programme, with a job and levels of Norwegian."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from events.intake import AdvisorAssigned, ParticipantRegistered, TrackAssigned
from events.language import LanguageLevelReached
from events.programme import ProgrammeStarted
from events.work import JobStarted
from tests.web.conftest import Site
from tracker.application import Author
from tracker.demo.intake import MUNICIPALITY
from tracker.people import Person

ADVISOR = "demo-advisor-1"
COLLEAGUE = Author("demo-advisor-2", "web")
JOB = 6
"""Version of the fact that opened the job."""

Making = Callable[[Site], UUID]


@pytest.fixture
def making() -> Making:
    """Registers the participant in an installation."""

    def make(site: Site) -> UUID:
        app = site.desk.app
        start = ParticipantRegistered(
            on=date(2023, 2, 1), municipality=MUNICIPALITY, settled_on=date(2023, 2, 1), birth_year=1990
        )
        who = app.register(start, COLLEAGUE)
        app.people.set(who, Person(name="Test Deltaker Prøve"), allow_synthetic=True)
        app.log_all(
            who,
            [
                AdvisorAssigned(on=date(2023, 2, 1), advisor=ADVISOR),
                TrackAssigned(on=date(2023, 2, 10), track="2"),
                ProgrammeStarted(on=date(2023, 3, 1)),
                LanguageLevelReached(on=date(2023, 6, 1), skill="reading", level="A1", told_by="school"),
                JobStarted(on=date(2024, 1, 8), job="kafe", hours_per_week=Decimal(15), contract="permanent"),
            ],
            COLLEAGUE,
        )
        return who

    return make
