"""From settlement to the start of the programme: who came, what was mapped, agreed and planned."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Literal

from events.base import YesNo
from events.income import BenefitStarted, IncomeSourceRecorded
from events.intake import (
    AdvisorAssigned,
    BackgroundUpdated,
    ConsentGiven,
    GroupJoined,
    InterpreterNeeded,
    ParticipantRegistered,
    Schooling,
    SkillsMapped,
    TrackAssigned,
    UnitAssigned,
)
from events.involvement import ParticipantConsulted
from events.language import LanguageLevelReached, TargetLevel
from events.plan import CareerGoalSet, GoalClass, LanguageGoalSet, PlanAgreed, ProgrammeGoalSet
from events.programme import Element, ProgrammeElementStarted, ProgrammeOffered, ProgrammeStarted, StartDelayed
from events.residence import AddressProtectionSet
from tracker.calendar import months_after
from tracker.demo import rates
from tracker.demo.account import AT_ONCE, DAYS, WEEKS, Account
from tracker.demo.life import LEVELS, SKILLS, Life, Traits

MUNICIPALITY = "9901"
NAME = "Demo kommune"
"""No municipality has or had this code; it cannot be taken for a real one."""

CareerGoal = Literal[
    "work", "self-employment", "trade-certificate", "upper-secondary", "higher-education", "profession", "other"
]
ADVISORS = 6
TEACHERS = 5
DELAYS: dict[Literal["no-place", "childcare", "own-illness", "late-papers", "own-wish"], float] = {
    "no-place": 4,
    "childcare": 3,
    "own-illness": 2,
    "late-papers": 2,
    "own-wish": 1,
}
CAREERS: dict[CareerGoal, float] = {
    "work": 4,
    "trade-certificate": 2,
    "upper-secondary": 1,
    "higher-education": 1,
    "profession": 1,
}
WISH_RECORDED: dict[YesNo, float] = {"yes": 6, "no": 2, "not-asked": 2}
TARGETS: dict[str, TargetLevel] = {"1": "A2", "2": "B1", "3": "B2"}


def born(random: Random, now: datetime, years: int) -> Life:
    """Somebody who settles at some time in the years before today."""
    account = Account(random, now)
    settled_on = _settled_on(random, months_after(account.today, -12 * years), account.today)
    group: rates.Group = (
        "collective" if settled_on >= rates.COLLECTIVE_FROM and random.random() < rates.COLLECTIVE_SHARE else "other"
    )
    low, high, _ = random.choices(rates.AGES, [share for _, _, share in rates.AGES])[0]
    gender: Literal["female", "male"] = "female" if random.random() < rates.WOMEN[group] else "male"
    age = random.randint(low, high)
    schooling: Schooling = random.choices(list(rates.SCHOOLING[group]), list(rates.SCHOOLING[group].values()))[0]
    traits = Traits(
        group=group,
        gender=gender,
        birth_year=settled_on.year - age,
        schooling=schooling,
        track=_track(random, group, schooling),
        children=random.choices((0, 1, 2, 3, 5), (5, 3, 4, 2, 1))[0] if age > 22 else 0,
        language=random.choice(rates.LANGUAGES[group]),
        settled_on=settled_on,
        rule_set="collective-protection"
        if group == "collective"
        else [rules for first, rules in rates.RULE_SETS if first <= settled_on][-1],
        pace=random.random(),
    )
    return Life(
        random=random,
        account=account,
        traits=traits,
        advisor=f"demo-advisor-{random.randint(1, ADVISORS)}",
        teacher=f"demo-teacher-{random.randint(1, TEACHERS)}",
        overview=random.random() < rates.OVERVIEW_KEPT,
        income_told=random.random() < rates.INCOME_TOLD,
        wage=random.uniform(0.8, 1.2),
    )


def _settled_on(random: Random, first: date, today: date) -> date:
    """Some day between; more of them in the years in which more came."""
    days = max(1, (today - first).days - rates.DAYS_BEFORE_LAST_SETTLED)
    busiest = max(rates.BUSY_YEARS.values())
    while True:
        day = first + timedelta(days=random.randrange(days))
        if random.random() * busiest < rates.BUSY_YEARS.get(day.year, 1.0):
            return day


def _track(random: Random, group: rates.Group, schooling: Schooling) -> Literal["1", "2", "3"]:
    if group == "collective":
        return "3" if random.random() < 0.85 else "2"
    tracks: tuple[Literal["1", "2", "3"], ...] = ("1", "2", "3")
    place = 0 if schooling in ("none", "some-basic") else 1 if schooling in rates.BELOW_UPPER else 2
    if random.random() < 0.1:
        place = 1
    return tracks[place]


def taken_in(life: Life) -> date:
    """Everything from registration to the first day of the programme.

    :returns: that day; it may lie after today
    """
    random, traits = life.random, life.traits
    settled = traits.settled_on
    _registered(life)
    met = settled + timedelta(days=random.randint(3, 20))
    if life.chance(rates.CONSENT_FOLLOW_UP):
        life.consents.add("follow-up")
        life.tell(ConsentGiven(on=met, purpose="follow-up", told_by="participant"), AT_ONCE)
    if life.chance(rates.CONSENT_PARTICIPATION):
        life.consents.add("participation")
        life.tell(ConsentGiven(on=met, purpose="participation", told_by="participant"), AT_ONCE)
    if life.chance(0.7):
        life.tell(InterpreterNeeded(on=met, language=traits.language, told_by="staff"), AT_ONCE)
    _mapped(life, met + timedelta(days=random.randint(5, 30)))
    if life.chance(rates.PROTECTED_ADDRESS):
        level: Literal["confidential", "strictly-confidential"] = (
            "confidential" if life.chance(0.7) else "strictly-confidential"
        )
        life.tell(AddressProtectionSet(on=met + timedelta(days=random.randint(0, 200)), level=level))
    return _prepared(life)


def _registered(life: Life) -> None:
    random, traits = life.random, life.traits
    settled = traits.settled_on
    life.tell(
        ParticipantRegistered(
            on=settled + timedelta(days=random.randint(0, 7)),
            municipality=MUNICIPALITY,
            settled_on=settled,
            first_settled_on=settled - timedelta(days=random.randint(90, 500)) if life.chance(0.05) else None,
            birth_year=traits.birth_year,
            gender=traits.gender,
            schooling=traits.schooling,
            schooling_basis="documented" if life.chance(0.35) else "own-statement",
            literate="no" if traits.schooling == "none" else "yes",
            children=traits.children,
            rule_set=traits.rule_set,
            category="right" if traits.group == "collective" else "right-and-duty",
            told_by="register",
        ),
        (1, 18),
        by="demo-intake-1",
    )
    first = settled + timedelta(days=random.randint(1, 10))
    life.tell(UnitAssigned(on=first, unit="Demo flyktningtjeneste", kind="service", told_by="staff"), AT_ONCE)
    life.tell(AdvisorAssigned(on=first, advisor=life.advisor, told_by="staff"), AT_ONCE)


def _mapped(life: Life, on: date) -> None:
    random, traits = life.random, life.traits
    found = traits.schooling
    if found in ("not-asked", "unknown"):
        found = random.choice(("basic", "upper-secondary", "higher"))
        life.tell(
            BackgroundUpdated(on=on, schooling=found, schooling_basis="own-statement", told_by="participant"), DAYS
        )
    life.basic_done = found not in rates.BELOW_BASIC
    life.tell(
        SkillsMapped(
            on=on,
            languages=(traits.language, "en") if life.chance(0.3) else (traits.language,),
            education=found,
            work_years=Decimal(random.randint(0, 15)),
            told_by="participant",
        ),
        WEEKS,
    )
    life.tell(TrackAssigned(on=on + timedelta(days=2), track=traits.track, told_by="school"), WEEKS, by=life.teacher)
    for skill in SKILLS if life.chance(rates.PLACED_IN_ALL_SKILLS) else random.sample(SKILLS, 2):
        life.levels[skill] = 1 if traits.track == "3" and life.chance(0.2) else 0
        placed = LanguageLevelReached(
            on=on + timedelta(days=2),
            skill=skill,
            level=LEVELS[life.levels[skill]],
            evidence="placement",
            told_by="school",
        )
        life.tell(placed, DAYS, by=life.teacher)


def _prepared(life: Life) -> date:
    random, traits = life.random, life.traits
    offered = traits.settled_on + timedelta(days=random.randint(15, 60))
    planned = offered + timedelta(days=random.randint(14, 45))
    life.tell(ProgrammeOffered(on=offered, basis="offer", planned_start=planned, told_by="staff"), DAYS)
    start = planned
    if life.chance(rates.DELAYED_START):
        start = planned + timedelta(days=random.randint(30, 180))
        cause = life.pick(DELAYS)
        delayed = StartDelayed(on=planned - timedelta(days=5), cause=cause, new_start=start, told_by="staff")
        life.tell(delayed, DAYS)
    return start


def programme_goal(life: Life) -> GoalClass:
    """The goal that the first plan holds."""
    traits = life.traits
    if traits.group == "collective" or traits.schooling in ("upper-secondary", "higher"):
        return "work" if life.chance(0.8) else "higher-education"
    if traits.schooling in rates.BELOW_BASIC:
        return "primary-school" if life.chance(0.55) else "work"
    return "part-of-upper-secondary" if life.chance(0.6) else "trade-certificate"


def heard(life: Life, on: date) -> None:
    """The participant was met, and asked about the own programme."""
    way: Literal["conversation", "both"] = "conversation" if life.chance(0.8) else "both"

    def told(share: float) -> YesNo:
        return "yes" if life.chance(share) else "not-asked"

    consulted = ParticipantConsulted(
        on=on,
        way=way,
        interpreter=told(0.9),
        understood_language=told(0.95),
        own_wish_recorded=told(0.9),
        confirmed_by_participant=told(0.9),
        told_by="participant",
    )
    life.tell(consulted, DAYS)


def started(life: Life, start: date, planned_end: date, goal: GoalClass) -> tuple[str, list[Element]]:
    """The first weeks of the programme.

    :returns: the class, and the elements that run from the start
    """
    random, traits = life.random, life.traits
    life.tell(
        ProgrammeStarted(on=start, planned_end=planned_end, hours_per_week=Decimal("37.5"), told_by="staff"), DAYS
    )
    life.tell(BenefitStarted(on=start, kind="introduction-benefit", told_by="staff"), WEEKS)
    life.tell(
        IncomeSourceRecorded(on=start, main="introduction-benefit", sources=("introduction-benefit",), told_by="staff"),
        WEEKS,
    )
    group = f"Spor {traits.track}{random.choice('AB')} {start.year}"
    life.tell(GroupJoined(on=start, group=group, told_by="school"), DAYS, by=life.teacher)
    elements: list[Element] = ["norwegian", "work-directed"]
    if traits.group != "collective":
        elements += ["social-studies", "life-skills"]
        if traits.children:
            elements.append("parental-guidance")
    for element in elements:
        hours = {"norwegian": random.choice((15, 18, 20)), "work-directed": random.choice((8, 12, 15))}
        life.tell(
            ProgrammeElementStarted(
                on=start + timedelta(days=random.randint(0, 10)),
                element=element,
                hours_per_week=Decimal(hours.get(element, 4)),
                told_by="school",
            ),
            DAYS,
        )
    if not life.chance(rates.PLAN_MISSING):
        agreed = start + timedelta(days=random.randint(0, 30))
        wish = life.pick(WISH_RECORDED)
        life.tell(PlanAgreed(on=agreed, with_participant="yes", own_wish_recorded=wish, told_by="staff"), DAYS)
    if life.chance(rates.HEARD):
        heard(life, start + timedelta(days=random.randint(5, 60)))
    life.tell(ProgrammeGoalSet(on=start, goal=goal, cause="first", told_by="staff"), DAYS)
    if life.chance(0.6):
        life.tell(CareerGoalSet(on=start, goal=life.pick(CAREERS), told_by="participant"), DAYS)
    goals = dict.fromkeys(SKILLS, TARGETS[traits.track])
    life.tell(LanguageGoalSet(on=start, goals=goals, told_by="staff"), DAYS)
    return group, elements
