"""The months in the programme, and how it ends: with what runs, and with what is registered as the main activity."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from events.income import BenefitEnded, IncomeSourceRecorded
from events.intake import GroupLeft
from events.involvement import FeedbackAnswered, FeedbackGiven
from events.language import SocialStudiesCourseCompleted, SocialStudiesTestTaken
from events.plan import GoalClass, PlaceAccepted, PlanRevised, ProgrammeGoalReached, ProgrammeGoalSet
from events.programme import (
    AttendanceRecorded,
    Element,
    EndReason,
    LeaveEnded,
    LeaveStarted,
    MainActivity,
    ProgrammeElementEnded,
    ProgrammeEnded,
    ProgrammeExtended,
)
from events.work import (
    LabourMarketMeasureStarted,
    WorkPlacementEnded,
    WorkPlacementStarted,
)
from tracker.calendar import months_after
from tracker.demo import income, rates
from tracker.demo.account import AT_ONCE, DAYS, WEEKS
from tracker.demo.intake import heard, programme_goal, started
from tracker.demo.life import AUTUMN, SUMMER, Life

LEFT_EARLY = 0.07
HEARD_EVERY = 5
"""Months from one talk about the own programme to the next."""

SITTINGS = (3, 6, 9, 12)
MAIN: tuple[MainActivity, ...] = (
    "work",
    "upper-secondary-or-higher",
    "primary-school",
    "public-measure",
    "social-assistance",
    "other-benefits",
    "other",
)
WHY: tuple[Literal["hours", "plan", "only-one", "judgement", "not-stated"], ...] = (
    "hours",
    "plan",
    "only-one",
    "judgement",
    "not-stated",
)
NEW_GOALS: tuple[tuple[GoalClass, Literal["slower", "faster", "own-wish"]], ...] = (
    ("work", "slower"),
    ("part-of-upper-secondary", "own-wish"),
    ("upper-secondary", "faster"),
)
Manner = Literal["completed", "discontinued", "transferred"]
Way = Literal["work", "subsidised", "education", "primary", "measure", "nothing"]


def went_through(life: Life, start: date) -> date:
    """The programme from its first day to its last, with what happened on the way.

    :returns: the last day; it may lie after today
    """
    goal = programme_goal(life)
    months = _length(life, goal)
    end = months_after(start, months) - timedelta(days=1)
    group, elements = started(life, start, end, goal)
    left_early = life.random.random()
    if left_early >= LEFT_EARLY and life.chance(0.3):
        months += 6 if life.traits.group == "collective" else life.random.choice((6, 12))
        longer = months_after(start, months) - timedelta(days=1)
        life.tell(ProgrammeExtended(on=end - timedelta(days=20), planned_end=longer, told_by="staff"), DAYS)
        end = longer
    manner: Manner = "completed"
    if left_early < LEFT_EARLY:
        manner = "discontinued" if left_early < 0.6 * LEFT_EARLY else "transferred"
        end = months_after(start, max(2, months * life.random.randint(3, 8) // 10))
    months = (end.year - start.year) * 12 + end.month - start.month
    away = _leave(life, start, months)
    placed_in = min(months - 2, life.random.randint(4, 9)) if life.chance(0.7) else None
    for number in range(1, months + 1):
        month = months_after(start.replace(day=1), number)
        if month > life.today:
            break
        _attended(life, month, away)
        _month(life, month, number, months)
        if number == placed_in:
            _placement(life, life.day_in(month), months - number)
        income.of_a_month(life, month, in_programme=True)
    _ended(life, end, manner, elements)
    life.tell(GroupLeft(on=end, group=group, told_by="school"), by=life.teacher)
    return end


def _length(life: Life, goal: GoalClass) -> int:
    """Months by the first decision; integreringsloven §§ 13 and 14, chapter 6A, and the act before it."""
    random, traits = life.random, life.traits
    if traits.rule_set == "collective-protection":
        return random.choice((6, 6, 8, 10))
    if traits.rule_set == "introduction-act":
        return random.choice((22, 24, 24))
    if traits.schooling in ("upper-secondary", "higher"):
        return 12 if traits.rule_set == "integration-act-2025" else random.choice((5, 6, 6))
    return random.choice((24, 30, 36)) if goal in ("part-of-upper-secondary", "trade-certificate") else 24


def _leave(life: Life, start: date, months: int) -> tuple[date, date] | None:
    """A leave of some months, if there is one: first and last day."""
    random, traits = life.random, life.traits
    parental = traits.gender == "female" and start.year - traits.birth_year < 42 and life.chance(0.14)
    if months < 8 or not (parental or life.chance(0.06)):
        return None
    first = start + timedelta(days=random.randint(60, (months - 6) * 30 + 60))
    last = first + timedelta(days=random.randint(120, 280) if parental else random.randint(20, 90))
    last = min(last, months_after(start, months) - timedelta(days=15))
    life.tell(LeaveStarted(on=first, cause="parental" if parental else "own-illness", told_by="staff"), DAYS)
    life.tell(LeaveEnded(on=last, told_by="staff"), DAYS)
    return first, last


def _attended(life: Life, counted_in: date, away: tuple[date, date] | None) -> None:
    """The hours of the month before are counted up; some months nobody does it."""
    random = life.random
    month = months_after(counted_in, -1)
    on = counted_in.replace(day=random.randint(2, 9))
    if (away and away[0] <= month <= away[1]) or life.chance(0.3):
        return
    planned = Decimal(random.choice((100, 110, 120, 130)))
    attended = Decimal(round(float(planned) * min(1.0, random.betavariate(9, 1.3))))
    approved = min(planned - attended, Decimal(random.randint(0, 20)))
    life.tell(
        AttendanceRecorded(
            on=on,
            month=month,
            planned=planned,
            attended=attended,
            approved_absence=approved,
            other_absence=planned - attended - approved,
            told_by="school",
        ),
        (0, 10),
        by=life.teacher,
    )


def _month(life: Life, month: date, number: int, months: int) -> None:
    random, traits = life.random, life.traits
    if month.month in SITTINGS and number >= 6 and (number % 9 < 3 or number >= months - 2) and life.chance(0.75):
        life.sit_norskproven(month, number)
    if month.month == SUMMER and life.school:
        life.end_school_year(month)
    if month.month == AUTUMN and life.school is None and number > 3:
        on = month.replace(day=random.randint(16, 20))
        if not life.basic_done and life.chance(rates.PRIMARY_SCHOOL_IN_PROGRAMME):
            life.start_school(on, "primary-school")
        elif traits.schooling in ("basic", "some-upper-secondary") and life.chance(
            rates.UPPER_SECONDARY_IN_PROGRAMME[traits.group]
        ):
            life.start_school(on, "upper-secondary")
    if not life.jobs and life.chance(rates.SMALL_JOB_IN_PROGRAMME[life.worker] * (0.5 + traits.pace)):
        life.start_job(life.day_in(month), Decimal(random.randint(6, 28)) / 2, "on-call")
    if number == 5 and traits.group != "collective":
        _social_studies(life, month)
    if number % HEARD_EVERY == 0 and life.chance(rates.HEARD):
        heard(life, life.day_in(month))
    if number % 12 == 6:
        _reviewed(life, life.day_in(month), number)


def _placement(life: Life, on: date, months_left: int) -> None:
    random = life.random
    kind: Literal["language", "work"] = "language" if life.traits.track == "1" or life.chance(0.5) else "work"
    answers: tuple[Literal["yes", "no", "not-asked"], ...] = ("yes", "no", "not-asked")
    life.tell(
        WorkPlacementStarted(
            on=on,
            kind=kind,
            hours_per_week=Decimal(random.choice((8, 12, 16, 22))),
            in_plan=random.choice(answers),
            chosen_by_criteria=random.choice(answers),
            mentor=random.choice(answers),
            followed_up_in_class=random.choice(answers),
            told_by="employer",
        )
    )
    last = on + timedelta(days=30 * min(max(1, months_left), random.randint(2, 5)) - 3)
    led: Literal["yes", "no"] = "yes" if life.chance(0.25) else "no"
    life.tell(WorkPlacementEnded(on=last, led_to_job=led, told_by="employer"), WEEKS)


def _social_studies(life: Life, month: date) -> None:
    language = life.traits.language
    on = life.day_in(month)
    completed = SocialStudiesCourseCompleted(on=on, language=language, hours=Decimal(75), told_by="school")
    life.tell(completed, DAYS, by=life.teacher)
    if life.chance(0.85):
        taken = SocialStudiesTestTaken(
            on=on + timedelta(days=life.random.randint(10, 60)), passed=life.chance(0.8), told_by="register"
        )
        life.tell(taken, (14, 40), by=life.teacher)


def _reviewed(life: Life, on: date, number: int) -> None:
    changed = life.chance(0.25)
    occasion: Literal["goal-change", "regular"] = "goal-change" if changed else "regular"
    life.tell(PlanRevised(on=on, occasion=occasion, with_participant="yes", told_by="staff"))
    if changed:
        goal, cause = life.random.choice(NEW_GOALS)
        life.tell(ProgrammeGoalSet(on=on, goal=goal, cause=cause, told_by="staff"))
    if life.chance(0.15):
        subject: Literal["training", "plan"] = "training" if life.chance(0.6) else "plan"
        life.tell(FeedbackGiven(on=on, feedback=f"f-{number}", subject=subject, told_by="participant"), AT_ONCE)
        if life.chance(0.7):
            answered = on + timedelta(days=life.random.randint(5, 40))
            life.tell(FeedbackAnswered(on=answered, feedback=f"f-{number}", decision="followed-in-part"), AT_ONCE)


def _ended(life: Life, end: date, manner: Manner, elements: list[Element]) -> None:
    if end > life.today:
        return
    way = _way_out(life, manner)
    _next_step(life, end, way)
    reasons: list[EndReason] = []
    if manner == "transferred":
        reasons.append("moved")
    elif manner == "discontinued":
        reasons.append(life.random.choice(("health", "parental-leave", "other")))
    else:
        reached = way in ("work", "education", "primary") and life.chance(0.8)
        reasons.append("goal-reached" if reached else "time-out")
        if reached:
            life.tell(ProgrammeGoalReached(on=end, judged_by="together", told_by="staff"))
    if way in ("work", "subsidised"):
        reasons.append("work")
    if way in ("education", "primary"):
        reasons.append("education")
    for element in elements:
        life.tell(ProgrammeElementEnded(on=end, element=element, told_by="school"))
    life.tell(BenefitEnded(on=end, kind="introduction-benefit", told_by="staff"))
    _registered(life, end, manner, tuple(reasons), _main_activity(life, way, manner))


def _way_out(life: Life, manner: Manner) -> Way:
    if manner == "transferred":
        return "nothing"
    traits = life.traits
    way: Way
    if life.work_hours >= 20:
        return "work"
    if life.school:
        return "education" if life.school != "primary-school" else "primary"
    if manner == "discontinued":
        return "work" if life.chance(0.3) else "nothing"
    chance = life.random.random()
    for way, share in (
        ("work", rates.EXIT_WORK[traits.group, traits.gender] * (0.7 + 0.6 * traits.pace)),
        ("subsidised", rates.EXIT_SUBSIDISED[traits.group]),
        ("education", rates.EXIT_EDUCATION[traits.group]),
        ("primary", 0.0 if life.basic_done else rates.EXIT_PRIMARY[traits.group]),
        ("measure", rates.EXIT_MEASURE[traits.group]),
    ):
        if chance < share:
            return way
        chance -= share
    return "nothing"


def _next_step(life: Life, end: date, way: Way) -> None:
    """What follows the programme, begun some days to weeks around its end."""
    random = life.random
    on = end + timedelta(days=random.randint(-40, 1))
    if way == "work" and life.work_hours < 10:
        hours = life.some_hours()
        agreed = on - timedelta(days=random.randint(5, 30))
        life.tell(PlaceAccepted(on=agreed, place="work", starts_on=on, hours_per_week=hours), DAYS)
        life.start_job(on, hours)
    elif way == "subsidised":
        life.start_job(on, Decimal(random.choice((30, "37.5"))), "temporary", random.choice((40, 50, 60)))
    elif way == "measure":
        measure = LabourMarketMeasureStarted(on=on, kind="work-training", hours_per_week=Decimal(25), told_by="nav")
        life.measure = life.tell(measure, WEEKS) is not None
    elif way in ("education", "primary") and life.school is None:
        if way == "primary":
            life.start_school(on, "primary-school")
        elif life.traits.schooling in ("upper-secondary", "higher"):
            life.start_school(on, "higher-education")
        else:
            life.start_school(on, "upper-secondary")
    if way in ("education", "primary") and not life.jobs and life.chance(rates.JOB_BESIDE_SCHOOL):
        life.start_job(on, Decimal(random.randint(8, 36)) / 2)
    if way == "work" and life.school is None and life.chance(rates.SCHOOL_BESIDE_JOB):
        life.start_school(on, "upper-secondary" if life.basic_done else "primary-school")


def _main_activity(life: Life, way: Way, manner: Manner) -> MainActivity:
    """The one activity that counts officially; small work beside primary school is often named first."""
    if manner == "transferred":
        return "moved"
    if way == "nothing":
        return life.random.choice(("social-assistance", "other-benefits", "other"))
    if way == "primary" and life.ordinary_hours > 0 and life.chance(0.5):
        return "work"
    ways: dict[Way, MainActivity] = {
        "work": "work",
        "subsidised": "public-measure",
        "education": "upper-secondary-or-higher",
        "primary": "primary-school",
        "measure": "public-measure",
    }
    return ways[way]


def _registered(life: Life, end: date, manner: Manner, reasons: tuple[EndReason, ...], main: MainActivity) -> None:
    """The end as it is registered, with the mistakes that are made, some of which are put right."""
    random = life.random
    registered = main
    mistake = random.random()
    if mistake < rates.NOT_REGISTERED:
        registered = "not-registered"
    elif mistake < rates.NOT_REGISTERED + rates.MISREGISTERED:
        registered = random.choice(MAIN)
    told = life.tell(
        ProgrammeEnded(
            on=end,
            manner=manner,
            reasons=reasons,
            main_activity=registered,
            main_activity_reason=random.choice(WHY),
            told_by="staff",
        ),
        DAYS,
    )
    if registered != main and life.chance(0.5):
        life.account.correct(told, {"main_activity": main}, "registrert feil")
    if life.chance(0.75):
        life.account.tell_of_register(told, life.advisor)
    if main == "work" and life.ordinary_hours > 0:
        life.tell(
            IncomeSourceRecorded(on=end + timedelta(days=1), main="work", sources=("work",), told_by="participant"),
            WEEKS,
        )
