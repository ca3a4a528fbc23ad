"""Goals and plans: where the participant is going, what was agreed on the way there, and what comes next."""

from datetime import date
from typing import Literal

from events.base import Judge, Marks, Note, OccupationCode, Sets, WeeklyHours, YesNo
from events.language import Skill, TargetLevel

GoalClass = Literal[
    "work",
    "higher-education",
    "upper-secondary",
    "part-of-upper-secondary",
    "trade-certificate",
    "primary-school",
    "other",
]


class CareerGoalSet(Sets, frozen=True):
    """The participant's long-term goal, which reaches beyond the programme, was set or changed (karrieremål).

    It is kept apart from the goal of the programme. Source: NORCE 20-2019 section 3.1.

    :ivar goal: work, self-employment, trade-certificate, upper-secondary, higher-education, profession (one
        that needs an authorisation), other
    :ivar occupation: the occupation aimed at as a STYRK-08 code
    :ivar wording: the goal in the participant's own words
    """

    TOPIC = "career-goal-set"
    TERM = "karrieremål"
    activity = "career-goal"
    value_field = "goal"
    goal: Literal[
        "work",
        "self-employment",
        "trade-certificate",
        "upper-secondary",
        "higher-education",
        "profession",
        "other",
    ]
    occupation: OccupationCode | None = None
    wording: Note | None = None


class ProgrammeGoalSet(Sets, frozen=True):
    """What the participant is to reach before the programme ends was set or changed (sluttmål).

    Source: integreringsloven §§ 13 to 15; it may change during the programme, and the first one is kept.

    :ivar goal: class of the goal: work, higher-education, upper-secondary (completed),
        part-of-upper-secondary, trade-certificate, primary-school, other
    :ivar wording: the goal as written in the plan, as concrete as possible
    :ivar cause: why it was set now: first, own-wish, faster, slower, health, offer (what was on offer),
        other, unknown
    """

    TOPIC = "programme-goal-set"
    TERM = "sluttmål"
    activity = "programme-goal"
    value_field = "goal"
    goal: GoalClass
    wording: Note | None = None
    cause: Literal["first", "own-wish", "faster", "slower", "health", "offer", "other", "unknown"] = "unknown"


class ProgrammeGoalReached(Marks, frozen=True):
    """The goal of the programme that holds on that day was reached (sluttmål nådd).

    :ivar judged_by: who judged it: participant, advisor, school, together, unknown
    """

    TOPIC = "programme-goal-reached"
    TERM = "sluttmål nådd"
    activity = "programme-goal"
    value_field = "judged_by"
    judged_by: Judge = "unknown"


class LanguageGoalSet(Sets, frozen=True):
    """The levels of Norwegian that the participant is to reach were set or changed (norskmål).

    Source: integreringsforskriften chapter 6; the level may differ by skill.

    :ivar goals: skill -> level: listening, reading, writing, speaking, each with A1, A2, B1, B2 or C1
    """

    TOPIC = "language-goal-set"
    TERM = "norskmål"
    activity = "language-goal"
    goals: dict[Skill, TargetLevel]


class PlanAgreed(Marks, frozen=True):
    """The first plan for programme and Norwegian was agreed (integreringsplan).

    Source: integreringsloven § 15; about a third of participants say they got none.

    :ivar with_participant: it was made together with the participant
    :ivar own_wish_recorded: the participant's own wish stands in it
    :ivar interpreter_used: an interpreter took part where one was needed
    """

    TOPIC = "plan-agreed"
    TERM = "integreringsplan"
    value_field = "with_participant"
    with_participant: YesNo = "not-asked"
    own_wish_recorded: YesNo = "not-asked"
    interpreter_used: YesNo = "not-asked"


class PlanRevised(Marks, frozen=True):
    """The plan was reviewed and agreed anew (revidert integreringsplan).

    :ivar occasion: regular review, life-change (an essential change of life situation), goal-change, other,
        unknown
    :ivar with_participant: it was revised together with the participant
    :ivar own_wish_recorded: the participant's own wish stands in it
    :ivar interpreter_used: an interpreter took part where one was needed
    """

    TOPIC = "plan-revised"
    TERM = "revidert integreringsplan"
    value_field = "occasion"
    occasion: Literal["regular", "life-change", "goal-change", "other", "unknown"] = "unknown"
    with_participant: YesNo = "not-asked"
    own_wish_recorded: YesNo = "not-asked"
    interpreter_used: YesNo = "not-asked"


class PlaceAccepted(Marks, frozen=True):
    """The participant accepted a place that starts later: a job, a school, a measure (takket ja til plass).

    It tells whether someone leaves the programme for something or for nothing. Source: NORCE 20-2019 section
    3.1.

    :ivar place: work, wage-subsidy, primary-school, upper-secondary, higher-education, labour-market-measure,
        work-placement, other
    :ivar starts_on: the day it starts
    :ivar hours_per_week: hours agreed
    :ivar in_plan: it is a step of the participant's plan
    """

    TOPIC = "place-accepted"
    TERM = "takket ja til plass"
    value_field = "place"
    place: Literal[
        "work",
        "wage-subsidy",
        "primary-school",
        "upper-secondary",
        "higher-education",
        "labour-market-measure",
        "work-placement",
        "other",
    ]
    starts_on: date
    hours_per_week: WeeklyHours | None = None
    in_plan: YesNo = "not-asked"
