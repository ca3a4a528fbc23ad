"""A simulated life: who a participant is, what runs at the moment, and how that starts, changes and ends."""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Literal, TypeVar

from events import Fact
from events.education import (
    CreditsEarned,
    HigherEducationCompleted,
    HigherEducationEnrolled,
    HigherEducationLeft,
    PrimarySchoolCompleted,
    PrimarySchoolEnrolled,
    PrimarySchoolLeft,
    PrimarySchoolModuleCompleted,
    TradeCertificateAwarded,
    UpperSecondaryCompleted,
    UpperSecondaryEnrolled,
    UpperSecondaryLeft,
    UpperSecondaryYearCompleted,
)
from events.intake import Gender, RuleSet, Schooling
from events.language import LanguageLevelReached, Level, Skill
from events.work import Contract, JobChanged, JobEnded, JobStarted, Sector, WageSubsidyEnded, WageSubsidyGranted
from tracker.calendar import months_after
from tracker.demo import rates
from tracker.demo.account import DAYS, SLOW, WEEKS, Account, Delay, Told

T = TypeVar("T")
School = Literal["primary-school", "upper-secondary", "higher-education"]
LEVELS: tuple[Level, ...] = ("below-A1", "A1", "A2", "B1", "B2")
SKILLS: tuple[Skill, ...] = ("listening", "reading", "writing", "speaking")
CONTRACTS: dict[Contract, float] = {"permanent": 0.45, "temporary": 0.35, "on-call": 0.2}
SECTORS: dict[Sector, float] = {"private": 0.65, "public": 0.35}
INDUSTRIES = ("I", "G", "Q", "N", "C", "H", "F", "A", "P")
TRADES = ("helsefagarbeider", "renholdsoperatør", "kokk", "salg", "maler", "logistikk")
JobEnd = Literal["contract-ended", "dismissed", "quit", "education", "health", "moved"]
SchoolEnd = Literal["work", "health", "moved", "other"]
SUMMER = 6
AUTUMN = 8


@dataclass(frozen=True)
class Traits:
    """Who the participant is from the start.

    :ivar pace: how fast language and work come, from 0 to 1; nobody can look it up
    """

    group: rates.Group
    gender: Gender
    birth_year: int
    schooling: Schooling
    track: Literal["1", "2", "3"]
    children: int
    language: str
    settled_on: date
    rule_set: RuleSet
    pace: float


@dataclass
class YearOfIncome:
    """What somebody had in a calendar year, in basic amounts (G).

    :ivar work: wages
    :ivar benefits: taxable benefits
    :ivar other: what is not taxed: social assistance, grants for study, benefits for children
    """

    work: float = 0.0
    benefits: float = 0.0
    other: float = 0.0


@dataclass
class Life:
    """A participant with what runs at the moment.

    :ivar jobs: key -> hours a week of the jobs that run
    :ivar subsidised: the key of the job with wage subsidy
    :ivar worked: every job with the days from which its hours a week changed; 0 after its end and while subsidised
    :ivar basic_done: whether primary school, or what equals it, is completed
    :ivar schooled_here: whether it was completed in Norway
    :ivar overview: whether a month-by-month overview is kept after the programme
    :ivar income_told: whether yearly incomes are recorded
    :ivar wage: pay an hour against what is usual
    :ivar income: year -> what was earned and received, in basic amounts (G)
    :ivar slow_news: whether the service hears of what happens only much later
    """

    random: Random
    account: Account
    traits: Traits
    advisor: str
    teacher: str
    jobs: dict[str, Decimal] = field(default_factory=dict)
    subsidised: str | None = None
    worked: dict[str, list[tuple[date, Decimal]]] = field(default_factory=dict)
    jobs_so_far: int = 0
    school: School | None = None
    school_since: date | None = None
    school_years: int = 0
    school_left: date | None = None
    basic_done: bool = False
    schooled_here: bool = False
    measure: bool = False
    volunteering: bool = False
    social_assistance: bool = False
    overview: bool = False
    income_told: bool = False
    wage: float = 1.0
    income: dict[int, YearOfIncome] = field(default_factory=dict)
    consents: set[str] = field(default_factory=set)
    levels: dict[Skill, int] = field(default_factory=dict)
    slow_news: bool = False
    gone: bool = False

    @property
    def today(self) -> date:
        return self.account.today

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def pick(self, weighted: dict[T, float]) -> T:
        return self.random.choices(list(weighted), list(weighted.values()))[0]

    def day_in(self, month: date) -> date:
        """Some day of a month."""
        return month.replace(day=self.random.randint(1, monthrange(month.year, month.month)[1]))

    def tell(self, fact: Fact, delay: Delay = DAYS, by: str | None = None) -> Told | None:
        """Have a fact recorded; months later where news is slow."""
        return self.account.tell(fact, by or self.advisor, SLOW if self.slow_news else delay)

    # Work

    def start_job(
        self, on: date, hours: Decimal, contract: Contract | None = None, subsidy_percent: int | None = None
    ) -> None:
        self.jobs_so_far += 1
        job = f"jobb {self.jobs_so_far}"
        told = self.tell(
            JobStarted(
                on=on,
                job=job,
                hours_per_week=hours,
                contract=contract if contract is not None else self.pick(CONTRACTS),
                sector=self.pick(SECTORS),
                industry=self.random.choice(INDUSTRIES),
                told_by="participant" if self.chance(0.7) else "employer",
            ),
            WEEKS,
        )
        if told is None:
            return
        if subsidy_percent is not None:
            self.subsidised = job
        self._works(job, on, hours)
        if subsidy_percent is not None:
            self.tell(
                WageSubsidyGranted(
                    on=on,
                    job=job,
                    percent=Decimal(subsidy_percent),
                    planned_end=months_after(on, 12),
                    told_by="nav",
                ),
                WEEKS,
            )

    def change_job(self, on: date, job: str, hours: Decimal) -> None:
        if self.tell(JobChanged(on=on, job=job, hours_per_week=hours, told_by="participant"), WEEKS):
            self._works(job, on, hours)

    def end_job(self, on: date, job: str, cause: JobEnd) -> None:
        if self.tell(JobEnded(on=on, job=job, cause=cause, told_by="participant"), WEEKS):
            self._works(job, on + timedelta(days=1), Decimal(0))
            del self.jobs[job]
            if self.subsidised == job:
                self.subsidised = None

    def _works(self, job: str, since: date, hours: Decimal) -> None:
        self.jobs[job] = hours
        ordinary = Decimal(0) if job == self.subsidised else hours
        self.worked.setdefault(job, []).append((since, ordinary))

    def end_subsidy(self, on: date) -> None:
        if self.subsidised and self.tell(WageSubsidyEnded(on=on, job=self.subsidised, told_by="nav"), WEEKS):
            job, self.subsidised = self.subsidised, None
            self._works(job, on + timedelta(days=1), self.jobs[job])

    def ordinary_hours_on(self, day: date) -> Decimal:
        """Hours a week in jobs without subsidy on a day, as it was, whatever was told of it."""
        found = Decimal(0)
        for steps in self.worked.values():
            found += next((hours for since, hours in reversed(steps) if since <= day), Decimal(0))
        return found

    @property
    def worker(self) -> Literal["male", "female"]:
        """Which of the chances by gender hold."""
        return "male" if self.traits.gender == "male" else "female"

    @property
    def work_hours(self) -> Decimal:
        """Hours a week in all jobs."""
        return sum(self.jobs.values(), Decimal(0))

    @property
    def ordinary_hours(self) -> Decimal:
        """Hours a week in jobs without subsidy."""
        return sum((hours for job, hours in self.jobs.items() if job != self.subsidised), Decimal(0))

    def some_hours(self) -> Decimal:
        """Hours of a new job: small, part-time or nearly full."""
        kind = self.random.random()
        part = rates.PART_TIME[self.worker]
        if kind < rates.FEW_HOURS:
            return Decimal(self.random.randint(2, 19)) / 2
        if kind < rates.FEW_HOURS + part:
            return Decimal(self.random.randint(10, 29))
        return self.random.choice((Decimal(30), Decimal("35.5"), Decimal("37.5"), Decimal("37.5")))

    # School

    def start_school(self, on: date, school: School) -> None:
        if self.school_left is not None and on <= self.school_left:
            on = self.school_left + timedelta(days=1)
        hours = Decimal(self.random.choice((20, 23, 28, 30)))
        fact: Fact
        if school == "primary-school":
            fact = PrimarySchoolEnrolled(on=on, hours_per_week=hours, told_by="school")
        elif school == "upper-secondary":
            kind: Literal["vocational", "general"] = "vocational" if self.chance(0.65) else "general"
            fact = UpperSecondaryEnrolled(on=on, kind=kind, hours_per_week=hours, told_by="school")
        else:
            fact = HigherEducationEnrolled(
                on=on, kind=self.random.choice(("bachelor", "bridging", "master")), told_by="participant"
            )
        if self.tell(fact):
            self.school, self.school_since, self.school_years = school, on, 0

    def leave_school(self, on: date, cause: SchoolEnd) -> None:
        facts: dict[School, Fact] = {
            "primary-school": PrimarySchoolLeft(on=on, cause=cause, told_by="school"),
            "upper-secondary": UpperSecondaryLeft(on=on, cause=cause, told_by="school"),
            "higher-education": HigherEducationLeft(on=on, cause=cause, told_by="participant"),
        }
        if self.school and self.tell(facts[self.school], WEEKS):
            self._out_of_school(on)

    def end_school_year(self, month: date) -> None:
        """In June: what the year at school came to."""
        if self.school_since is None or (month - self.school_since).days < 150:
            return
        self.school_years += 1
        on = month.replace(day=20)
        year = self.school_years
        if self.school == "primary-school":
            self.tell(
                PrimarySchoolModuleCompleted(
                    on=on, module=self.random.choice(("2", "3", "4")), subject="all", told_by="school"
                )
            )
            if year >= 3 or self.chance(0.3 + 0.3 * self.traits.pace):
                if self.tell(PrimarySchoolCompleted(on=on, told_by="school"), WEEKS):
                    self.basic_done = self.schooled_here = True
                self._out_of_school(on)
        elif self.school == "upper-secondary":
            if year < 3 or self.chance(0.75):
                years: tuple[Literal["1", "2", "3"], ...] = ("1", "2", "3")
                self.tell(UpperSecondaryYearCompleted(on=on, year=years[min(year, 3) - 1], told_by="school"), WEEKS)
            if year >= 3:
                self.tell(UpperSecondaryCompleted(on=on, told_by="school"), WEEKS)
                if self.chance(0.6):
                    self.tell(
                        TradeCertificateAwarded(
                            on=on + timedelta(days=5),
                            trade=self.random.choice(TRADES),
                            kind="trade",
                            told_by="county",
                        ),
                        WEEKS,
                    )
                self._out_of_school(on)
        elif self.school == "higher-education":
            self.tell(CreditsEarned(on=on, credits=Decimal(self.random.choice((30, 45, 60))), told_by="participant"))
            if year >= 2 and self.chance(0.5):
                self.tell(HigherEducationCompleted(on=on, told_by="participant"), WEEKS)
                self._out_of_school(on)

    def _out_of_school(self, on: date) -> None:
        self.school, self.school_left = None, on

    # Language

    def sit_norskproven(self, month: date, months_in: int) -> None:
        """A sitting of the national test: the parts taken, a level each, results three weeks later."""
        on = month.replace(day=self.random.randint(3, 14))
        track = int(self.traits.track)
        reached = (0.3 + 0.45 * track + 0.9 * self.traits.pace) * (months_in / 14) ** 0.6
        skills = SKILLS if self.chance(0.7) else self.random.sample(SKILLS, 2)
        for skill in skills:
            lower = 0.35 if skill == "writing" else 0.0
            level = round(reached - lower + self.random.gauss(0, 0.35))
            level = max(0, min(level, len(LEVELS) - 1))
            result = LanguageLevelReached(
                on=on,
                skill=skill,
                level=LEVELS[level],
                evidence="norskproven",
                sitting=f"{on.year}-{(on.month + 2) // 3}",
                result_received_on=on + timedelta(days=21),
                told_by="register",
            )
            if self.tell(result, (21, 35), by=self.teacher):
                self.levels[skill] = max(self.levels.get(skill, 0), level)

    # Leaving for good

    def stop_everything(self, on: date, cause: Literal["moved"]) -> None:
        """Jobs and school end with a move."""
        for job in list(self.jobs):
            self.end_job(on, job, cause)
        if self.school:
            self.leave_school(on, cause)
