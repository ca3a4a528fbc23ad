"""Cohorts as tables: each row a person's journey in a few words, counted through the whole pipeline."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from events import Fact
from events.education import HigherEducationEnrolled, PrimarySchoolEnrolled, UpperSecondaryEnrolled
from events.income import BenefitStarted, SocialAssistanceStarted
from events.intake import ParticipantRegistered, TrackAssigned
from events.plan import ProgrammeGoalSet
from events.programme import ProgrammeEnded, ProgrammeReopened, ProgrammeStarted
from events.residence import Died, LeftNorway, MovedToMunicipality
from events.status import StatusConfirmed
from events.work import (
    JobEnded,
    JobStarted,
    LabourMarketMeasureStarted,
    WageSubsidyEnded,
    WageSubsidyGranted,
)
from tests.scenario import Clock
from tests.tables import table
from tracker.application import Author, ProgressionTracker
from tracker.indicators.cohort import Cohort
from tracker.indicators.definition import Indicator
from tracker.indicators.frames import Frames, load
from tracker.indicators.pipeline import Question, measured
from tracker.settings import Settings

AUTHOR = Author("advisor-1")
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
Cells = dict[str, str]


def people(folder: Path, text: str, now: datetime = NOW) -> ProgressionTracker:
    """A tracker with the people of a table. Columns, all optional but ``who``:

    settled, started, left, reopened: days · main, manner: of the end · track, gender, schooling, born, rules
    work, work 2: ``from`` or ``from..to`` with hours, hours 2 and position · subsidy: ``from..to`` within the first job
    self-employed: from · school, vgs, higher, measure, assistance, sick: from · moved (day code), died, abroad: days
    confirmed: ``day work=20 primary-school`` or ``day`` for nothing · goal: ``day class, day class``
    """
    app = ProgressionTracker(Settings(folder / "home", by="advisor-1"), Clock(now))
    for number, row in enumerate(table(text), start=1):
        stream = UUID(int=number)
        settled = _day(row, "settled") or date(2019, 1, 1)
        app.register(
            ParticipantRegistered(
                on=settled,
                municipality=row.get("municipality") or "5001",
                settled_on=settled,
                gender=row.get("gender") or "unknown",  # type: ignore[arg-type]
                schooling=row.get("schooling") or "not-asked",  # type: ignore[arg-type]
                birth_year=int(row["born"]) if row.get("born") else None,
                rule_set=row.get("rules") or "unknown",  # type: ignore[arg-type]
            ),
            AUTHOR,
            participant=stream,
        )
        for fact in _facts(row, settled):
            app.log(stream, fact, AUTHOR)
    return app


def frames_of(app: ProgressionTracker, position: int | None = None) -> Frames:
    """The frames as known at a position."""
    newest = app.read_model.follow()
    return load(app.read_model, newest if position is None else position, app.clock().date())


Shown = dict[str, Any]


def counted(
    app: ProgressionTracker, indicator: Indicator, cohort: str | None = None, **question: Any
) -> dict[tuple[str, int | str | None], Any]:
    """(line, choice or months) -> the figure of a whole cohort as an object, exact: before anything is hidden."""
    found = exact(app, indicator, cohort, **question)
    return {(row["line"], row["choice"] or row["months"]): SimpleNamespace(**row) for row in found}


def exact(app: ProgressionTracker, indicator: Indicator, cohort: str | None = None, **question: Any) -> list[Shown]:
    """The figures of a cohort, before anything is hidden, as rows.

    :param question: by, municipality, months, denominator: as in :class:`tracker.indicators.pipeline.Question`
    """
    about = Question(Cohort.parse(cohort) if cohort else None, **question)
    return measured(frames_of(app), indicator, about).figures.to_dicts()


def _day(row: Cells, column: str) -> date | None:
    return date.fromisoformat(row[column]) if row.get(column) else None


def _stretch(cell: str) -> tuple[date, date | None]:
    first, _, last = cell.partition("..")
    return date.fromisoformat(first), date.fromisoformat(last) if last else None


def _facts(row: Cells, settled: date) -> Iterator[Fact]:
    if row.get("track"):
        yield TrackAssigned(on=settled, track=row["track"])  # type: ignore[arg-type]
    left = _day(row, "left")
    if left or row.get("started"):
        yield ProgrammeStarted(on=_day(row, "started") or settled)
    if left:
        yield ProgrammeEnded(
            on=left,
            manner=row.get("manner") or "completed",  # type: ignore[arg-type]
            main_activity=row.get("main") or "not-registered",  # type: ignore[arg-type]
        )
    if reopened := _day(row, "reopened"):
        yield ProgrammeReopened(on=reopened)
    for number in ("", " 2"):
        if row.get(f"work{number}"):
            yield from _job(row, number)
    if row.get("subsidy"):
        first, last = _stretch(row["subsidy"])
        yield WageSubsidyGranted(on=first, job="job")
        if last:
            yield WageSubsidyEnded(on=last, job="job")
    simple: dict[str, Callable[[date], Fact]] = {
        "self-employed": lambda on: JobStarted(on=on, job="own", hours_per_week=Decimal(20), self_employed=True),
        "school": lambda on: PrimarySchoolEnrolled(on=on),
        "vgs": lambda on: UpperSecondaryEnrolled(on=on),
        "higher": lambda on: HigherEducationEnrolled(on=on),
        "measure": lambda on: LabourMarketMeasureStarted(on=on),
        "assistance": lambda on: SocialAssistanceStarted(on=on, basis="council decision"),
        "sick": lambda on: BenefitStarted(on=on, kind="sickness-benefit"),
        "abroad": lambda on: LeftNorway(on=on),
        "died": lambda on: Died(on=on),
    }
    if row.get("moved"):
        day, _, code = row["moved"].partition(" ")
        yield MovedToMunicipality(on=date.fromisoformat(day), municipality=code)
    for cell in filter(None, row.get("goal", "").split(",")):
        since, goal = cell.split()
        yield ProgrammeGoalSet(on=date.fromisoformat(since), goal=goal)  # type: ignore[arg-type]
    for cell in filter(None, row.get("confirmed", "").split(",")):
        day, *running = cell.split()
        told = dict(activity.partition("=")[::2] for activity in running)
        yield StatusConfirmed(
            on=date.fromisoformat(day),
            activities={name: Decimal(hours) if hours else None for name, hours in told.items()},  # type: ignore[misc]
        )
    for column, fact in simple.items():
        if on := _day(row, column):
            yield fact(on)


def _job(row: Cells, number: str) -> Iterator[Fact]:
    first, last = _stretch(row[f"work{number}"])
    hours, position = row.get(f"hours{number}"), row.get(f"position{number}")
    job = f"job{number}"
    yield JobStarted(
        on=first,
        job=job,
        hours_per_week=Decimal(hours) if hours else None,
        position_percent=Decimal(position) if position else None,
        full_time_hours="35.5" if position else None,
    )
    if last:
        yield JobEnded(on=last, job=job)
