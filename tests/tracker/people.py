"""Who acts and who is followed in the specs of an installation."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from events.work import JobEnded, JobStarted
from tests.scenario import REGISTERED
from tracker.application import Author, ProgressionTracker

KARI = Author("advisor-1")
JOB = JobStarted(on=date(2024, 2, 1), job="cafe", hours_per_week=Decimal(20))
ENDED = JobEnded(on=date(2024, 6, 30), job="cafe")
FIRST = UUID("aaaa0000-0000-4000-8000-000000000001")
SECOND = UUID("aaaabbbb-0000-4000-8000-000000000002")


def registered(app: ProgressionTracker, participant: UUID | None = None) -> UUID:
    return app.register(REGISTERED, KARI, participant=participant)
