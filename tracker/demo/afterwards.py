"""The years after the programme: jobs and schools come and go, and once a year somebody asks how things stand."""

from datetime import date, timedelta
from decimal import Decimal

from events.education import CourseCertificateAwarded
from events.income import IncomeSourceRecorded, MainIncome, SocialAssistanceEnded, SocialAssistanceStarted
from events.participation import ElectedRoleTaken, OrganisationKind, VolunteeringEnded, VolunteeringStarted
from events.residence import Died, LeftNorway, MovedToMunicipality, ProtectionEnded
from events.status import PeriodObserved, StatusActivity, StatusConfirmed
from events.work import LabourMarketMeasureEnded
from tracker.calendar import months_after
from tracker.demo import income, rates
from tracker.demo.account import DAYS, WEEKS
from tracker.demo.life import AUTUMN, SUMMER, Life

ELSEWHERE = ("9902", "9903")
"""Other municipalities that never existed."""

BASIS = "demo decision 1"
"""The municipality's stated basis for recording social assistance."""

OVERVIEW_EVERY = 6
"""Months that are told of together."""

KINDS: tuple[OrganisationKind, ...] = ("sport", "culture", "school-related", "neighbourhood", "humanitarian")


def lived_on(life: Life, programme_end: date) -> None:
    """Month by month from the end of the programme until today."""
    number = 0
    while not life.gone:
        number += 1
        month = months_after(programme_end.replace(day=1), number)
        if month > life.today:
            break
        _leaves_for_good(life, month)
        if life.gone:
            break
        _school(life, month, number)
        life.slow_news = not life.chance(rates.NEWS_REACHES_US)
        _work(life, month, number)
        _other(life, month)
        life.slow_news = False
        income.of_a_month(life, month)
        if life.overview and number % OVERVIEW_EVERY == 0:
            _overviewed(life, months_after(programme_end, number - OVERVIEW_EVERY), months_after(programme_end, number))
        elif number % 12 == 0 and "follow-up" in life.consents:
            _asked(life, life.day_in(month))


def in_the_journey_of_another(life: Life) -> None:
    """Something was logged in the wrong journey, and is taken back."""
    if life.chance(rates.WRONG_PERSON):
        on = life.traits.settled_on + timedelta(days=life.random.randint(100, 300))
        told = life.tell(CourseCertificateAwarded(on=on, course="yrkessjåfør", kind="trade"), DAYS)
        life.account.retract(told, "gjelder en annen deltaker")


def _leaves_for_good(life: Life, month: date) -> None:
    on = life.day_in(month)
    if life.chance(rates.DIED):
        life.gone = life.tell(Died(on=on, told_by="register"), WEEKS) is not None
    elif life.chance(rates.LEFT_NORWAY[life.traits.group]):
        if life.chance(0.3):
            life.tell(ProtectionEnded(on=on - timedelta(days=14), told_by="register"), WEEKS)
        life.stop_everything(on, "moved")
        life.gone = life.tell(LeftNorway(on=on, told_by="register"), WEEKS) is not None
    elif life.chance(rates.MOVED):
        life.stop_everything(on - timedelta(days=1), "moved")
        life.tell(MovedToMunicipality(on=on, municipality=life.random.choice(ELSEWHERE), told_by="register"), WEEKS)
        life.gone = "follow-up" not in life.consents


def _school(life: Life, month: date, number: int) -> None:
    if life.school and month.month == SUMMER:
        life.end_school_year(month)
    elif life.school and life.chance(rates.SCHOOL_LEFT):
        life.leave_school(life.day_in(month), life.random.choice(("work", "health", "other")))
    elif life.school is None and month.month == AUTUMN and number < 60:
        on = month.replace(day=life.random.randint(16, 20))
        if not life.basic_done:
            if life.chance(rates.PRIMARY_SCHOOL_AFTERWARDS):
                life.start_school(on, "primary-school")
        elif life.traits.track != "3" and life.chance(rates.UPPER_SECONDARY_AFTERWARDS):
            life.start_school(on, "upper-secondary")
        elif life.traits.track == "3" and life.chance(0.07):
            life.start_school(on, "higher-education")


def _work(life: Life, month: date, number: int) -> None:
    random, on = life.random, life.day_in(month)
    if life.subsidised and number > 8 and life.chance(0.2):
        life.end_subsidy(on)
    if life.measure and number > 2 and life.chance(0.15):
        ended = LabourMarketMeasureEnded(on=on, cause=random.choice(("completed", "job")), told_by="nav")
        life.measure = life.tell(ended, WEEKS) is None
    if not life.jobs:
        found = rates.JOB_FOUND[life.worker] * (0.5 + life.traits.pace)
        found *= rates.JOB_FOUND_AT_SCHOOL if life.school else 1
        if life.schooled_here:
            found *= rates.JOB_FOUND_WITH_PRIMARY_SCHOOL_HERE
        elif not life.basic_done:
            found *= rates.JOB_FOUND_WITHOUT_PRIMARY_SCHOOL
        if life.chance(found):
            hours = Decimal(random.randint(8, 36)) / 2 if life.school else life.some_hours()
            life.start_job(on, hours, subsidy_percent=50 if life.chance(rates.NEW_JOB_SUBSIDISED) else None)
        return
    job = random.choice(sorted(life.jobs))
    if life.chance(rates.SMALL_JOB_LOST if life.jobs[job] < rates.SMALL_JOB else rates.JOB_LOST):
        life.end_job(on, job, random.choice(("contract-ended", "dismissed", "quit", "education", "health")))
    elif life.chance(rates.JOB_CHANGED[life.worker]):
        more = life.jobs[job] + random.choice((-5, 5, 7, 10))
        hours = max(Decimal(4), min(Decimal("37.5"), more))
        if hours != life.jobs[job]:
            life.change_job(on, job, hours)
    elif life.chance(rates.SECOND_JOB):
        life.start_job(on, Decimal(random.randint(6, 20)) / 2, "on-call")


def _other(life: Life, month: date) -> None:
    random, on = life.random, life.day_in(month)
    if life.social_assistance:
        if life.work_hours >= 20 or life.chance(0.08):
            life.social_assistance = life.tell(SocialAssistanceEnded(on=on, told_by="staff"), WEEKS) is None
    elif not life.jobs and life.chance(rates.SOCIAL_ASSISTANCE):
        granted = SocialAssistanceStarted(on=on, basis=BASIS, told_by="staff")
        life.social_assistance = life.tell(granted, WEEKS) is not None
    if "participation" not in life.consents:
        return
    if life.volunteering:
        if life.chance(0.04):
            life.volunteering = life.tell(VolunteeringEnded(on=on, told_by="participant"), WEEKS) is None
    elif life.chance(rates.VOLUNTEERING):
        began = VolunteeringStarted(
            on=on,
            kind=random.choice(KINDS),
            hours_per_month=Decimal(random.randint(3, 16)),
            told_by="participant",
        )
        life.volunteering = life.tell(began, WEEKS) is not None
        if life.traits.children and "elected" not in life.consents and life.chance(0.2):
            life.consents.add("elected")
            life.tell(ElectedRoleTaken(on=on, role="parents-committee", told_by="participant"), WEEKS)


def _overviewed(life: Life, first: date, after: date) -> None:
    """An overview of the last months was kept; where it names nothing, nothing ran."""
    if after <= life.today:
        until = after - timedelta(days=1)
        life.account.tell_later(PeriodObserved(on=first, until=until, told_by="register"), life.advisor, after)


def _asked(life: Life, on: date) -> None:
    """The yearly status: all that runs, with hours; or nobody could be reached."""
    if not life.chance(rates.REACHED):
        life.tell(StatusConfirmed(on=on, reached=False, told_by="staff"), DAYS)
        return
    running: dict[StatusActivity, Decimal | None] = {}
    if life.ordinary_hours:
        running["work"] = min(life.ordinary_hours, Decimal(60))
    if life.subsidised:
        running["wage-subsidy"] = life.jobs[life.subsidised]
    if life.school:
        running[life.school] = None
    if life.measure:
        running["labour-market-measure"] = Decimal(25)
    if life.volunteering:
        running["volunteering"] = None
    main: MainIncome = "work" if life.work_hours >= 15 else "student-grant-or-loan" if life.school else "other"
    if life.social_assistance and main == "other":
        main = "social-assistance"
    told = life.tell(StatusConfirmed(on=on, activities=running, main_income=main, told_by="participant"), DAYS)
    if told is not None and life.chance(0.3) and main == "work":
        life.tell(IncomeSourceRecorded(on=on, main=main, sources=(main,), told_by="participant"), DAYS)
