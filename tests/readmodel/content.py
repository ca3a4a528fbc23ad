"""A read model with something of everything in it, and what it says."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from events.contract import ContractKind, ContractSigned, ObligationAgreed, StepAgreed
from events.follow_up import FollowUpHeld, FollowUpScheduled
from events.language import LanguageLevelReached
from events.municipality import MunicipalityRegistered
from events.work import JobEnded, JobStarted, WageSubsidyGranted
from tests.scenario import REGISTERED, Clock
from tracker.application import Author, ProgressionTracker
from tracker.readmodel import follow
from tracker.readmodel.tables import TABLES

KARI = Author("advisor-1")
JOB = JobStarted(on=date(2024, 2, 1), job="cafe", hours_per_week=Decimal(20))
CONTRACT: ContractKind = "long-contract"
AGREED = (
    ContractSigned(
        on=date(2024, 5, 2),
        contract=CONTRACT,
        until=date(2029, 5, 1),
        parties=("participant", "municipality", "county"),
    ),
    StepAgreed(
        on=date(2024, 5, 2), step="b1", contract=CONTRACT, target="language-level", level="B1", due=date(2025, 6, 1)
    ),
    ObligationAgreed(
        on=date(2024, 5, 2), obligation="school place", contract=CONTRACT, party="county", due=date(2024, 8, 1)
    ),
    FollowUpScheduled(on=date(2024, 5, 2), planned_on=date(2024, 8, 2)),
    FollowUpHeld(on=date(2024, 8, 9), way="phone"),
)
"""A contract, a step of its path, a duty that is due, and a conversation that was held."""

Content = dict[str, list[tuple[object, ...]]]


def content(app: ProgressionTracker) -> Content:
    """Everything that the read model says, and its position."""
    names = [table.name for table in TABLES] + ["moments", "newest", "state"]
    return {
        name: sorted(app.read_model.database.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in names
    }


def lived(app: ProgressionTracker, clock: Clock) -> UUID:
    """A participant with corrections, a retraction, flags and a contract, beside a municipality and a forgotten one."""
    app.register_municipality(MunicipalityRegistered(on=date(2024, 1, 1), municipality="5001"), KARI)
    participant, gone = app.register(REGISTERED, KARI), app.register(REGISTERED, KARI)
    app.log(gone, JOB, KARI)
    clock.advance(hours=1)
    app.log(participant, JOB, KARI)
    app.log(participant, WageSubsidyGranted(on=date(2024, 3, 1), job="cafe"), KARI)
    clock.advance(hours=1)
    app.forget(gone, KARI)
    app.log(participant, JobEnded(on=date(2024, 6, 30), job="cafe"), KARI)
    for level in ("B1", "A2"):
        day = date(2024, 3 if level == "B1" else 4, 1)
        app.log(participant, LanguageLevelReached(on=day, skill="reading", level=level), KARI)
    app.correct(participant, 2, {"hours-per-week": 25}, "x", KARI)
    for fact in AGREED:
        app.log(participant, fact, KARI)
    clock.advance(hours=1)
    app.retract(participant, 3, "x", KARI)
    return participant


def without_read_model(app: ProgressionTracker) -> None:
    """Throw the read model away, as anybody may: it is disposable."""
    app.read_model.close()
    (app.settings.home / follow.CURRENT).unlink()
    for path in app.settings.home.glob("read.*"):
        path.unlink()
