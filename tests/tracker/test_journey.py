"""What a journey records, what it refuses, and that a refusal leaves no trace."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from events import Fact
from events.corrections import FactCorrected, FactRetracted
from events.education import PrimarySchoolCompleted, PrimarySchoolEnrolled, PrimarySchoolLeft
from events.intake import AdvisorAssigned, BackgroundUpdated, ConsentGiven, ConsentWithdrawn, ParticipantRegistered
from events.municipality import MunicipalityRegistered
from events.participation import VolunteeringStarted
from events.programme import (
    LeaveStarted,
    ProgrammeEnded,
    ProgrammeExtended,
    ProgrammeReopened,
    ProgrammeStarted,
    RegisteredInNir,
)
from events.residence import Died
from events.work import JobChanged, JobEnded, JobStarted, WageSubsidyEnded, WageSubsidyGranted
from tests.scenario import REGISTERED, TODAY, Correct, Log, Retract, given, signed
from tracker.errors import (
    AfterDeath,
    AlreadyRegistered,
    AlreadyRunning,
    BeforeBirth,
    EndsBeforeStart,
    FactNotFound,
    FactRefused,
    InFuture,
    NotEnded,
    NotRegistered,
    NotRunning,
    OthersRestOnIt,
    ValueNotAllowed,
    WrongStream,
)
from tracker.journey import loggable

registered = REGISTERED
job_started = JobStarted(on=date(2024, 2, 1), job="cafe", hours_per_week=Decimal(20))
job_changed = JobChanged(on=date(2024, 4, 1), job="cafe", hours_per_week=Decimal(30))
job_ended = JobEnded(on=date(2024, 6, 30), job="cafe")
subsidised = WageSubsidyGranted(on=date(2024, 3, 1), job="cafe", percent=Decimal(40))
died = Died(on=date(2024, 6, 10))


def started(on: date, precision: str = "day", job: str = "cafe") -> JobStarted:
    return JobStarted(on=on, on_precision=precision, job=job)  # type: ignore[arg-type]


def ended(on: date, precision: str = "day", job: str = "cafe") -> JobEnded:
    return JobEnded(on=on, on_precision=precision, job=job)  # type: ignore[arg-type]


# Registration


def test_a_journey_begins_with_a_registration() -> None:
    given().when(registered).then(registered)


def test_nothing_is_logged_before_the_registration() -> None:
    given().when(job_started).then_refused(NotRegistered, "job-started")


def test_a_participant_is_registered_once() -> None:
    given(registered).when(registered).then_refused(AlreadyRegistered, "fact 1")


def test_a_fact_of_a_municipality_is_not_about_a_participant() -> None:
    a_municipality = MunicipalityRegistered(on=date(2024, 1, 1), municipality="5001")
    given(registered).when(a_municipality).then_refused(WrongStream, "municipality")
    given(a_municipality).when(job_started).then_refused(WrongStream, "participant")


def test_after_a_retracted_registration_nothing_is_logged_until_a_new_one() -> None:
    retracted = given(registered, Retract(1))
    retracted.when(job_started).then_refused(NotRegistered)
    given(registered, Retract(1)).when(registered).then(registered)


def test_a_registration_on_which_facts_rest_is_not_retracted_alone() -> None:
    given(registered, job_started, job_ended).when(Retract(1)).then_refused(OthersRestOnIt, "facts", "rest on it")


def test_a_registration_is_retracted_with_everything_that_rests_on_it() -> None:
    (
        given(registered, job_started, job_changed, job_ended)
        .when(Retract(1, with_dependants=True))
        .then(
            *(FactRetracted(on=TODAY, retracts=version, reason="never happened") for version in (4, 3, 2, 1)),
        )
        .holds()
    )


def test_a_retracted_registration_does_not_come_back_beside_a_new_one() -> None:
    given(registered, Retract(1), registered).when(Retract(2)).then_refused(AlreadyRegistered)


def test_only_registrations_and_corrections_have_verbs_of_their_own() -> None:
    assert ParticipantRegistered not in loggable().values()
    assert FactCorrected not in loggable().values()
    assert loggable()["job-started"] is JobStarted
    with pytest.raises(TypeError):
        given(registered).journey.record(FactRetracted(on=TODAY, retracts=1, reason="x"), signed())


# Guards that follow from what a fact declares


def test_a_job_runs_from_its_start_to_its_end() -> None:
    given(registered, job_started).when(job_ended).then(job_ended).flags()


def test_a_second_job_with_the_same_key_cannot_start_while_the_first_runs() -> None:
    (
        given(registered, job_started)
        .when(started(date(2024, 3, 1)))
        .then_refused(AlreadyRunning, "work 'cafe'", "2024-02-01", "2024-03-01")
    )


def test_two_jobs_with_different_keys_run_at_once() -> None:
    given(registered, job_started).when(started(date(2024, 3, 1), job="shop")).then_accepted().flags()


def test_a_job_cannot_end_before_it_started() -> None:
    given(registered, job_started).when(ended(date(2024, 1, 31))).then_refused(
        EndsBeforeStart, "2024-02-01", "2024-01-31"
    )


def test_a_job_cannot_change_before_it_started() -> None:
    change = JobChanged(on=date(2024, 1, 31), job="cafe")
    given(registered, job_started).when(change).then_refused(EndsBeforeStart)


def test_an_unknown_job_cannot_end_or_change_and_the_known_ones_are_named() -> None:
    given(registered, job_started).when(ended(date(2024, 5, 1), job="caffe")).then_refused(
        NotRunning, "known here: cafe"
    )
    given(registered).when(JobChanged(on=date(2024, 5, 1), job="cafe")).then_refused(NotRunning)


def test_a_job_does_not_end_twice() -> None:
    given(registered, job_started, job_ended).when(ended(date(2024, 7, 1))).then_refused(NotRunning)


def test_a_key_can_be_used_again_after_its_end() -> None:
    given(registered, job_started, job_ended).when(started(date(2024, 9, 1))).then_accepted().flags()


def test_a_job_can_end_and_start_again_on_the_same_day() -> None:
    given(registered, job_started, job_ended).when(started(date(2024, 6, 30))).then_accepted().flags()


def test_a_job_can_start_and_end_on_the_same_day() -> None:
    given(registered, job_started).when(ended(date(2024, 2, 1))).then_accepted()


def test_a_back_dated_fact_takes_its_place_in_time() -> None:
    earlier = started(date(2023, 1, 1))
    given(registered, job_started).when(earlier).then_refused(AlreadyRunning, "fact 2, job-started")
    given(registered, job_started).when(
        started(date(2023, 1, 1), job="shop"), ended(date(2023, 5, 1), job="shop")
    ).holds(started(date(2023, 1, 1), job="shop"), ended(date(2023, 5, 1), job="shop"), job_started)


def test_a_back_dated_end_that_would_cut_off_a_later_change_is_refused() -> None:
    given(registered, job_started, job_changed).when(ended(date(2024, 3, 1))).then_refused(
        NotRunning, "fact 3, job-changed"
    )


def test_a_subsidy_needs_a_running_job() -> None:
    given(registered).when(subsidised).then_refused(NotRunning)
    given(registered, job_started).when(subsidised).then(subsidised)
    late = WageSubsidyGranted(on=date(2024, 7, 1), job="cafe")
    given(registered, job_started, job_ended).when(late).then_refused(NotRunning)


def test_an_end_of_a_subsidy_that_ended_with_its_job_is_merely_flagged() -> None:
    after = WageSubsidyEnded(on=date(2024, 7, 31), job="cafe")
    given(registered, job_started, subsidised, job_ended).when(after).then(after).flags("end-without-start 5")


def test_a_programme_is_reopened_only_after_an_end() -> None:
    reopened = ProgrammeReopened(on=date(2024, 3, 1))
    programme = ProgrammeStarted(on=date(2022, 1, 1))
    over = ProgrammeEnded(on=date(2024, 1, 31))
    given(registered).when(reopened).then_refused(NotEnded)
    given(registered, programme).when(reopened).then_refused(NotEnded)
    given(registered, programme, over).when(reopened).then(reopened)
    given(registered, programme, over, reopened).when(Retract(3)).then_refused(OthersRestOnIt, "facts 4")


def test_a_registration_in_the_national_register_names_a_fact_that_holds() -> None:
    def told(version: int) -> RegisteredInNir:
        return RegisteredInNir(on=date(2024, 8, 1), registers=version)

    given(registered, job_started).when(told(2)).then(told(2))
    given(registered, job_started).when(told(3)).then_refused(FactNotFound)
    given(registered, job_started, Retract(2)).when(told(2)).then_refused(FactNotFound)
    given(registered, job_started, told(2)).when(Retract(2)).then_refused(OthersRestOnIt, "facts 3")


# What is unusual is recorded and flagged


def test_an_end_without_a_start_of_an_activity_without_a_key_is_flagged() -> None:
    left = PrimarySchoolLeft(on=date(2024, 5, 1))
    given(registered).when(left).then(left).flags("end-without-start 2")


def test_an_end_with_a_key_that_nobody_knows_is_refused_though_the_key_could_be_left_out() -> None:
    given(registered).when(PrimarySchoolLeft(on=date(2024, 5, 1), school="north")).then_refused(NotRunning)


def test_an_extension_of_a_programme_that_nobody_started_is_flagged() -> None:
    extended = ProgrammeExtended(on=date(2024, 5, 1), planned_end=date(2024, 12, 31))
    given(registered).when(extended).then(extended).flags("change-without-start 2")


def test_two_schools_at_once_are_flagged_where_one_is_usual() -> None:
    south = PrimarySchoolEnrolled(on=date(2024, 2, 1), school="south")
    given(registered, PrimarySchoolEnrolled(on=date(2024, 1, 1), school="north")).when(south).then(south).flags(
        "overlap 3"
    )


def test_a_second_leave_while_the_first_runs_is_refused_since_leave_has_no_key() -> None:
    first = LeaveStarted(on=date(2024, 1, 1), cause="parental")
    given(registered, first).when(LeaveStarted(on=date(2024, 2, 1), cause="work")).then_refused(AlreadyRunning)


def test_participation_without_consent_is_flagged() -> None:
    sport = VolunteeringStarted(on=date(2024, 3, 1), kind="sport")
    consent = ConsentGiven(on=date(2024, 2, 1), purpose="participation")
    withdrawn = ConsentWithdrawn(on=date(2024, 2, 20), purpose="participation")
    given(registered).when(sport).then(sport).flags("without-consent 2")
    given(registered, consent).when(sport).then(sport).flags()
    given(registered, consent, withdrawn).when(sport).then(sport).flags("without-consent 4")
    given(registered, ConsentGiven(on=date(2024, 2, 1), purpose="follow-up")).when(sport).flags("without-consent 3")


def test_a_consent_told_of_later_takes_the_flag_away() -> None:
    sport = VolunteeringStarted(on=date(2024, 3, 1), kind="sport")
    given(registered, sport).when(ConsentGiven(on=date(2024, 2, 1), purpose="participation")).flags()


# Days, months and years


def test_what_is_known_to_the_month_is_compared_by_the_month() -> None:
    given(registered, started(date(2024, 2, 15))).when(ended(date(2024, 2, 1), "month")).then_accepted().flags()
    given(registered, started(date(2024, 2, 1), "month")).when(ended(date(2024, 2, 10))).then_accepted().flags()


def test_what_is_known_to_the_year_is_compared_by_the_year() -> None:
    given(registered, started(date(2024, 2, 15))).when(ended(date(2024, 1, 1), "year")).then_accepted()
    given(registered, started(date(2024, 2, 1), "month")).when(ended(date(2024, 1, 1), "year")).then_accepted()


@pytest.mark.parametrize("on, precision", [(date(2024, 1, 1), "month"), (date(2023, 1, 1), "year")])
def test_a_month_or_year_before_the_start_is_still_before_it(on: date, precision: str) -> None:
    given(registered, started(date(2024, 2, 15))).when(ended(on, precision)).then_refused(EndsBeforeStart)


def test_an_end_known_to_the_month_does_not_end_what_started_years_later() -> None:
    completed = PrimarySchoolCompleted(on=date(2022, 5, 1), on_precision="month")
    school = PrimarySchoolEnrolled(on=date(2024, 1, 1))
    given(registered, completed).when(school).then(school).flags("end-without-start 2").spells("""
        from       | to
        2024-01-01 |
        """)


def test_a_subsidy_and_its_job_known_to_the_same_month_fit_in_either_order() -> None:
    (
        given(registered, started(date(2024, 2, 15)))
        .when(
            WageSubsidyGranted(on=date(2024, 2, 1), on_precision="month", job="cafe"),
            WageSubsidyEnded(on=date(2024, 2, 1), on_precision="month", job="cafe"),
        )
        .then_accepted()
        .flags()
    )


def test_an_end_known_to_the_month_leaves_room_for_what_happened_later_in_that_month() -> None:
    in_june = ended(date(2024, 6, 1), "month")
    change = JobChanged(on=date(2024, 6, 10), job="cafe", hours_per_week=Decimal(5))
    subsidy = WageSubsidyGranted(on=date(2024, 6, 10), job="cafe")
    for later in (change, subsidy):
        given(registered, job_started, in_june).when(later).then(later)
        given(registered, job_started, later).when(in_june).then(in_june)


def test_a_start_known_to_the_month_may_follow_an_end_in_that_month() -> None:
    again = started(date(2024, 6, 1), "month")
    given(registered, started(date(2024, 6, 10)), ended(date(2024, 6, 20))).when(again).then(again)


# Time


def test_nothing_happens_after_today() -> None:
    tomorrow = TODAY + timedelta(days=1)
    given(registered).when(started(TODAY)).then_accepted()
    given(registered).when(started(tomorrow)).then_refused(InFuture, str(tomorrow))


def test_today_is_the_day_where_the_users_live() -> None:
    just_past_midnight_in_oslo = datetime(2025, 1, 14, 23, 30, tzinfo=UTC)
    today = started(date(2025, 1, 15))
    given(registered).when(Log(today, at=just_past_midnight_in_oslo)).then(today)
    before_midnight_in_oslo = datetime(2025, 1, 14, 22, 30, tzinfo=UTC)
    given(registered).when(Log(today, at=before_midnight_in_oslo)).then_refused(InFuture)


def test_nothing_happens_before_the_year_of_birth() -> None:
    given(registered).when(started(date(1990, 1, 1))).then_accepted()
    given(registered).when(started(date(1989, 12, 31))).then_refused(BeforeBirth, "1990")


def test_a_year_of_birth_learnt_later_counts() -> None:
    learnt = BackgroundUpdated(on=date(2022, 1, 1), birth_year=1980)
    given(registered, learnt).when(started(date(1985, 1, 1))).then_accepted()


def test_a_year_of_birth_is_not_corrected_to_after_what_happened() -> None:
    given(registered, started(date(1999, 1, 1))).when(Correct(1, {"birth-year": 2000})).then_refused(
        BeforeBirth, "fact 2"
    )


def test_nothing_happens_after_death_but_what_the_office_does() -> None:
    given(registered, died).when(started(date(2024, 6, 11))).then_refused(AfterDeath, "2024-06-10")
    given(registered, died).when(started(date(2024, 6, 10))).then_accepted()
    office = AdvisorAssigned(on=date(2024, 6, 20), advisor="advisor-2")
    given(registered, died).when(office).then(office)


def test_a_death_in_a_month_bars_what_happened_after_that_month() -> None:
    in_june = Died(on=date(2024, 6, 1), on_precision="month")
    given(registered, in_june).when(started(date(2024, 6, 30))).then_accepted()
    given(registered, in_june).when(started(date(2024, 7, 1))).then_refused(AfterDeath)
    given(registered, Died(on=date(2024, 6, 10))).when(started(date(2024, 6, 1), "month")).then_accepted()


def test_a_death_before_what_happened_is_refused() -> None:
    given(registered, job_started, job_ended).when(died).then_refused(AfterDeath, "fact 3")


# Values


@pytest.mark.parametrize(
    "fact, field",
    [
        (JobStarted(on=date(2024, 1, 1), job="cafe", hours_per_week=Decimal(61)), "hours_per_week"),
        (JobStarted(on=date(2024, 1, 1), job=""), "job"),
        (JobStarted(on=date(2024, 1, 1), job="cafe", contract="forever"), "contract"),  # type: ignore[arg-type]
    ],
)
def test_a_value_that_a_field_cannot_have_is_refused(fact: Fact, field: str) -> None:
    refused = given(registered).when(fact).then_refused(ValueNotAllowed, field.replace("_", "-"))
    assert isinstance(refused.refusal, ValueNotAllowed)
    assert refused.refusal.field == field
    assert refused.refusal.expected


def test_a_month_or_year_is_given_by_its_first_day() -> None:
    given(registered).when(started(date(2024, 2, 15), "month")).then_refused(ValueNotAllowed, "on")
    given(registered).when(started(date(2024, 2, 1), "year")).then_refused(ValueNotAllowed, "on")


def test_not_a_number_is_no_number_of_hours() -> None:
    nothing = JobStarted(on=date(2024, 1, 1), job="cafe", hours_per_week=Decimal("NaN"))
    given(registered).when(nothing).then_refused(ValueNotAllowed, "hours-per-week")


def test_a_refusal_tells_its_kind_by_a_code() -> None:
    refusal = given(registered).when(job_ended).refusal
    assert isinstance(refusal, FactRefused)
    assert refusal.code == "not-running"
