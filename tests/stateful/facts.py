"""Facts at random, close enough to each other in time that they meet: back-dated, coarse, with keys, in any order."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from events import Fact
from events.intake import (
    BackgroundUpdated,
    ConsentGiven,
    ConsentWithdrawn,
    ParticipantRegistered,
    TrackAssigned,
)
from events.language import LanguageLevelReached
from events.participation import VolunteeringEnded, VolunteeringStarted
from events.plan import CareerGoalSet
from events.programme import (
    LeaveEnded,
    LeaveStarted,
    ProgrammeEnded,
    ProgrammeExtended,
    ProgrammeReopened,
    ProgrammeStarted,
    RegisteredInNir,
)
from events.residence import AddressProtectionLifted, AddressProtectionSet
from events.status import PeriodObserved, StatusConfirmed
from events.work import (
    HoursPaid,
    JobChanged,
    JobEnded,
    JobStarted,
    WageSubsidyEnded,
    WageSubsidyGranted,
    WorkPlacementEnded,
    WorkPlacementStarted,
)

_DAYS = [date(2024, month, day) for month in (1, 2, 3) for day in (1, 2, 14, 28)]
_HOURS = [None, Decimal(10), Decimal("19.5"), Decimal("37.5")]
_when = st.one_of(
    st.sampled_from(_DAYS).map(lambda day: {"on": day}),
    st.sampled_from([date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)]).map(
        lambda day: {"on": day, "on_precision": "month"}
    ),
    st.just({"on": date(2024, 1, 1), "on_precision": "year"}),
)


def _of(cls: type[Fact], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Fact]:
    return st.builds(lambda when, given: cls(**when, **given), _when, st.fixed_dictionaries(fields))


_job = st.sampled_from(["cafe", "shop"])
_hours = st.sampled_from(_HOURS)
_full = st.sampled_from([None, "37.5", "33.6"])
_part = st.sampled_from([None, Decimal(50), Decimal(80)])
_placement = st.sampled_from([None, "school"])
_participation = st.just("participation")
_confirmed = st.sampled_from(["work", "work", "wage-subsidy", "work-placement", "volunteering", "primary-school"])

registrations = st.builds(
    ParticipantRegistered,
    on=st.just(date(2023, 12, 1)),
    municipality=st.sampled_from(["5001", "0301"]),
    settled_on=st.just(date(2023, 11, 1)),
    birth_year=st.sampled_from([None, 1990]),
)
_kinds = [
    _of(JobStarted, job=_job, hours_per_week=_hours, full_time_hours=_full, position_percent=_part),
    _of(JobStarted, job=_job, hours_per_week=_hours),
    _of(JobChanged, job=_job, hours_per_week=_hours, position_percent=_part),
    _of(JobEnded, job=_job),
    _of(WageSubsidyGranted, job=_job, percent=st.just(Decimal(40))),
    _of(WageSubsidyEnded, job=_job),
    _of(HoursPaid, job=_job, month=st.just(date(2024, 2, 1)), hours=st.just(Decimal(12))),
    _of(ProgrammeStarted, planned_end=st.sampled_from([None, date(2025, 12, 31)]), hours_per_week=_hours),
    _of(ProgrammeExtended, planned_end=st.just(date(2026, 6, 30))),
    _of(ProgrammeEnded, main_activity=st.sampled_from(["work", "other"])),
    _of(ProgrammeReopened),
    _of(LeaveStarted, cause=st.sampled_from(["welfare", "parental"])),
    _of(LeaveEnded),
    _of(WorkPlacementStarted, placement=_placement, hours_per_week=_hours),
    _of(WorkPlacementEnded, placement=_placement),
    _of(TrackAssigned, track=st.sampled_from(["1", "2", "3"])),
    _of(AddressProtectionSet, level=st.just("confidential")),
    _of(AddressProtectionLifted),
    _of(ConsentGiven, purpose=_participation),
    _of(ConsentWithdrawn, purpose=_participation),
    _of(VolunteeringStarted, kind=st.sampled_from(["sport", "culture"])),
    _of(VolunteeringEnded),
    _of(
        LanguageLevelReached,
        skill=st.sampled_from(["reading", "speaking"]),
        level=st.sampled_from(["A1", "A2", "B1", "not-assessed"]),
    ),
    _of(
        StatusConfirmed,
        reached=st.booleans(),
        activities=st.dictionaries(_confirmed, _hours, max_size=2),
    ),
    _of(PeriodObserved, until=st.just(date(2024, 4, 30))),
    _of(
        BackgroundUpdated,
        schooling=st.sampled_from([None, "none", "higher"]),
        children=st.sampled_from([None, 0, 3]),
        birth_year=st.sampled_from([None, None, 1988]),
    ),
    _of(CareerGoalSet, goal=st.sampled_from(["work", "other"]), wording=st.just("own words")),
    _of(RegisteredInNir, registers=st.integers(1, 6)),
]
facts: st.SearchStrategy[Fact] = st.one_of(_kinds)
areas: st.SearchStrategy[st.SearchStrategy[Fact]] = st.integers(0, len(_kinds) - 5).map(
    lambda first: st.one_of(_kinds[first : first + 5])
)
"""Facts of a few kinds that stand beside each other above, and so tell of the same more often."""
changes: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {"on": date(2024, 1, 2)},
        {"on": date(2024, 2, 14)},
        {"on": date(2024, 3, 1), "on-precision": "month"},
        {"on-precision": "day"},
        {"hours-per-week": Decimal(25)},
        {"hours-per-week": None},
        {"position-percent": Decimal(60)},
        {"planned-end": date(2026, 1, 31)},
        {"track": "1"},
        {"level": "A2"},
        {"told-by": "employer"},
        {"children": 2},
        {"activities": {"work": Decimal(30)}, "reached": True},
        {"municipality": "4601"},
        {"registers": 1},
    ]
)
"""Values for corrections; many of them do not fit the fact that is met, and are refused."""
