"""Generated journeys of a given length, and folders filled with them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid5

from events import Fact
from events.codec import Recorded, Stamp
from events.education import PrimarySchoolEnrolled, PrimarySchoolLeft
from events.intake import (
    AdvisorAssigned,
    ConsentGiven,
    GroupJoined,
    GroupLeft,
    ParticipantRegistered,
    TrackAssigned,
    UnitAssigned,
)
from events.language import LanguageLevelReached
from events.programme import (
    AttendanceRecorded,
    ProgrammeElementEnded,
    ProgrammeElementStarted,
    ProgrammeEnded,
    ProgrammeStarted,
)
from events.status import StatusConfirmed
from events.work import (
    JobChanged,
    JobEnded,
    JobStarted,
    WageSubsidyEnded,
    WageSubsidyGranted,
    WorkPlacementEnded,
    WorkPlacementStarted,
)
from tracker.application import NAMESPACE, ProgressionTracker
from tracker.bulk import Staging
from tracker.calendar import months_after
from tracker.settings import Settings

START = date(2018, 1, 1)


def facts(length: int) -> list[Fact]:
    """A journey of so many facts, 20 or more: a programme, and after it school and one job after the other.

    Of every ten facts about four are monthly attendance or test results, which fold into lines of the timeline only,
    and six open, change or close spells.
    """
    told: list[Fact] = [
        ParticipantRegistered(
            on=START, municipality="5001", settled_on=START, birth_year=1990, gender="female", schooling="some-basic"
        ),
        TrackAssigned(on=START, track="2"),
        AdvisorAssigned(on=START, advisor="advisor-1"),
        UnitAssigned(on=START, unit="Centre", kind="school"),
        ConsentGiven(on=START, purpose="follow-up"),
        ProgrammeStarted(on=months_after(START, 1), planned_end=months_after(START, 25), hours_per_week=Decimal(30)),
        ProgrammeElementStarted(on=months_after(START, 1), element="norwegian", hours_per_week=Decimal(15)),
        ProgrammeElementEnded(on=months_after(START, 20), element="norwegian"),
        GroupJoined(on=months_after(START, 1), group="2B"),
        GroupLeft(on=months_after(START, 14), group="2B"),
        PrimarySchoolEnrolled(on=months_after(START, 6)),
        PrimarySchoolLeft(on=months_after(START, 20)),
        WorkPlacementStarted(on=months_after(START, 10), kind="language", hours_per_week=Decimal(8)),
        WorkPlacementEnded(on=months_after(START, 13)),
        ProgrammeEnded(on=months_after(START, 25), manner="completed", main_activity="work", reasons=("work",)),
    ]
    turn = 0
    while len(told) < length:
        told += _turn(turn)
        turn += 1
    return told[:length]


def _turn(turn: int) -> list[Fact]:
    """Ten further facts, about seven of them in the months of the programme and a job of their own."""
    in_programme = START + timedelta(days=40 + 11 * turn)
    job, start = f"job-{turn}", START + timedelta(days=800 + 60 * turn)
    return [
        *(
            AttendanceRecorded(
                on=in_programme + timedelta(days=day),
                month=in_programme.replace(day=1),
                planned=Decimal(120),
                attended=Decimal(100),
            )
            for day in (0, 3)
        ),
        LanguageLevelReached(on=in_programme, skill="reading", level="A1", evidence="norskproven"),
        LanguageLevelReached(on=in_programme + timedelta(days=9), skill="speaking", level="A2", evidence="norskproven"),
        JobStarted(on=start, job=job, hours_per_week=Decimal(8), contract="temporary"),
        WageSubsidyGranted(on=start + timedelta(days=5), job=job, percent=Decimal(40)),
        WageSubsidyEnded(on=start + timedelta(days=25), job=job),
        JobChanged(on=start + timedelta(days=30), job=job, hours_per_week=Decimal(20)),
        JobEnded(on=start + timedelta(days=55), job=job, cause="contract-ended"),
        StatusConfirmed(on=start + timedelta(days=57), activities={"primary-school": None}),
    ]


def stream_of(number: int) -> UUID:
    return uuid5(NAMESPACE, f"benchmark {number}")


def journeys(streams: int, length: int) -> Iterator[list[Recorded]]:
    """Recorded journeys, each fact a second after the one before."""
    told = facts(length)
    moment = datetime(2025, 1, 1, tzinfo=UTC)
    for number in range(streams):
        stream = stream_of(number)
        recorded = []
        for version, fact in enumerate(told, start=1):
            moment += timedelta(milliseconds=1)
            recorded.append(
                Recorded(stream, version, Stamp(timestamp=moment, by="benchmark", channel="api", fact=fact))
            )
        yield recorded


def filled(home: Path, streams: int, length: int) -> ProgressionTracker:
    """A tracker with that many journeys in its log, not yet folded."""
    app = ProgressionTracker(Settings(home=home, by="benchmark"))
    app.keys.make(stream_of(number) for number in range(streams))
    with Staging(home, "benchmark", app.sealing) as staging:
        for recorded in journeys(streams, length):
            staging.add(recorded)
        staging.commit(app.log_of_facts)
    return app
