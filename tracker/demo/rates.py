"""How often things happen in the simulated municipality, with the published figure each follows, if any.

The rates are no statistics, and nothing may be concluded from them. Those of leaving the programme, finding and losing
work, school and income were set together so that the figures of :mod:`tracker.demo.calibration` come out, by trial over
several seeds; each of them alone is a guess.
"""

from datetime import date
from typing import Literal

from events.contract import Party
from events.intake import RuleSet, Schooling

Group = Literal["collective", "other"]
"""Under collective protection (from Ukraine), or settled on another ground."""

DAYS_BEFORE_LAST_SETTLED = 60
"""The last participant settled so long ago, so that everybody has been registered by today."""

COLLECTIVE_FROM = date(2022, 6, 15)
"""Chapter 6A of integreringsloven on collective protection came into force."""

COLLECTIVE_SHARE = 0.6
"""SSB 2024: 24,178 of 34,578 participants were born in Ukraine; lower here, so that both groups can be looked at."""

BUSY_YEARS = {2022: 1.5, 2023: 1.9, 2024: 1.5}
"""New participants of a year against an ordinary one; IMDi: 11,166 in 2022 and 17,699 in 2023."""

WOMEN = {"collective": 0.6, "other": 0.48}

AGES: tuple[tuple[int, int, float], ...] = (
    (18, 25, 0.17),
    (26, 35, 0.30),
    (36, 45, 0.33),
    (46, 55, 0.17),
    (56, 60, 0.03),
)
"""(from, to, share) at settlement; SSB, participants in 2024 by age."""

SCHOOLING: dict[Group, dict[Schooling, float]] = {
    "collective": {
        "basic-not-equal": 0.03,
        "basic": 0.07,
        "some-upper-secondary": 0.09,
        "upper-secondary": 0.29,
        "higher": 0.42,
        "not-asked": 0.10,
    },
    "other": {
        "none": 0.12,
        "some-basic": 0.22,
        "basic-not-equal": 0.16,
        "basic": 0.13,
        "some-upper-secondary": 0.10,
        "upper-secondary": 0.13,
        "higher": 0.12,
        "unknown": 0.02,
    },
}
"""In the register the schooling of people under collective protection is not asked for."""

BELOW_BASIC: frozenset[Schooling] = frozenset(("none", "some-basic", "basic-not-equal"))
BELOW_UPPER: frozenset[Schooling] = BELOW_BASIC | {"basic", "some-upper-secondary", "unknown"}

LANGUAGES: dict[Group, tuple[str, ...]] = {"collective": ("uk",), "other": ("ar", "ti", "so", "sw", "fa", "ps")}

RULE_SETS: tuple[tuple[date, RuleSet], ...] = (
    (date.min, "introduction-act"),
    (date(2021, 1, 1), "integration-act-2021"),
    (date(2026, 1, 1), "integration-act-2025"),
)
"""From when each act governs here; the last date is an assumption of the demo."""

EXIT_WORK = {
    ("collective", "male"): 0.53,
    ("collective", "female"): 0.40,
    ("other", "male"): 0.38,
    ("other", "female"): 0.14,
}
"""Share that is led to work where nothing else runs yet; set so that what is registered comes to IMDi 2023: 45 % of
those from Ukraine and 23 % of others."""

EXIT_EDUCATION = {"collective": 0.03, "other": 0.29}
"""Share that is led to upper secondary or higher education where nothing else runs yet; IMDi 2023: 3 % and 28 %."""

EXIT_PRIMARY = {"collective": 0.02, "other": 0.12}
EXIT_SUBSIDISED = {"collective": 0.06, "other": 0.10}
"""NORCE 20-2019 section 2.3.3: 11 % in subsidised work after the programme."""

EXIT_MEASURE = {"collective": 0.08, "other": 0.07}

JOB_BESIDE_SCHOOL = 0.2
SCHOOL_BESIDE_JOB = 0.12
"""SSB, November 2017, one year after: 13 % both work and study."""

JOB_FOUND = {"male": 0.03, "female": 0.0165}
"""Chance in a month for one without work and school, whose schooling is from elsewhere; benchmarks b13 and b14, and
SSB, November 2023: 73 % of men and 59 % of women in work or education."""

JOB_FOUND_AT_SCHOOL = 0.25
JOB_FOUND_WITHOUT_PRIMARY_SCHOOL = 0.6
JOB_FOUND_WITH_PRIMARY_SCHOOL_HERE = 2.1
"""How many times as often as others; benchmarks b04 and b05."""

PRIMARY_SCHOOL_IN_PROGRAMME = 0.45
UPPER_SECONDARY_IN_PROGRAMME = {"collective": 0.08, "other": 0.4}
PRIMARY_SCHOOL_AFTERWARDS = 0.1
UPPER_SECONDARY_AFTERWARDS = 0.06
"""Share of those who could that begin it, each autumn; afterwards for five years."""

SCHOOL_LEFT = 0.045
"""Chance in a month after the programme to leave school before it is done."""

FEW_HOURS = 0.1
PART_TIME = {"male": 0.28, "female": 0.69}
"""Share of new jobs of 1 to 9 hours a week, and of 10 to 29."""

SMALL_JOB = 10
SMALL_JOB_LOST = 0.022
"""Chance in a month to lose work of fewer hours a week than that; benchmark b03."""

NEW_JOB_SUBSIDISED = 0.15
JOB_LOST = 0.0042
JOB_CHANGED = {"male": 0.04, "female": 0.02}
SECOND_JOB = 0.004
"""Chances in a month; hours change upwards more often than downwards."""

SMALL_JOB_IN_PROGRAMME = {"male": 0.0125, "female": 0.007}

MISREGISTERED = 0.05
NOT_REGISTERED = 0.07
"""Share of ends with another main activity than the true one, and with none: IMDi wrote in 2024 of many without."""

DELAYED_START = 0.22
PLAN_MISSING = 0.2
"""The supervision instruction 2026-2028: about a third of participants say they got no plan."""

PLACED_IN_ALL_SKILLS = 0.7
HEARD = 0.85
"""Share of talks about the own programme that take place."""

CONSENT_FOLLOW_UP = 0.85
CONSENT_PARTICIPATION = 0.55
VOLUNTEERING = 0.012
SOCIAL_ASSISTANCE = 0.010
MOVED = 0.003
LEFT_NORWAY = {"collective": 0.0015, "other": 0.0004}
DIED = 0.0002
"""Chances in a month."""

PROTECTED_ADDRESS = 0.012
OVERVIEW_KEPT = 0.1
"""Share of participants of whom a month-by-month overview is kept after the programme, as registers keep it."""

INCOME_TOLD = 0.4
"""Share of participants whose yearly incomes are recorded."""

WAGE = 0.1
"""Pay in a year for each hour a week, in basic amounts (G): 37.5 hours a week come to 3.75 G."""

INTRODUCTION_BENEFIT = 2.0
"""In G a year, like all that follow; the benefit is fixed by integreringsloven."""

MEASURE_BENEFIT = 1.2
OTHER_BENEFITS = 0.83
"""Of one without work and school: unemployment and health benefits, on average."""

GRANT_FOR_STUDY = 0.2
ASSISTANCE_RECEIVED = 0.6
FOR_EACH_CHILD = 0.32
NOT_TAXED = 0.4
"""Of everybody: allowances for housing and the like. All of these together: benchmark b08."""

REACHED = 0.78
"""Share of yearly status questions that get an answer."""

NEWS_REACHES_US = 0.7
"""Share of changes after the programme that are recorded when they happen; the rest months later."""

LATE = 0.08
"""Share of facts recorded months late."""

MISTAKEN = 0.04
"""Share of facts of the kinds that are often mistyped which are corrected later."""

WRONG_PERSON = 0.09
"""Share of participants in whose journey something was logged by mistake and taken back."""

CONTRACT_WITH_PLAN = 0.92
CONTRACT_WITHOUT_PLAN = 0.3
"""Share with an integration contract, which goes with the plan (integreringsloven § 16), of those with a plan and of
the rest; from 2021 on."""

CONTRACT_END_UNTOLD = 0.05
"""Share of contracts of which nobody tells that they ended."""

LONG_CONTRACT_EDUCATION = {True: 0.75, False: 0.2}
LONG_CONTRACT_WORK = {True: 0.28, False: 0.06}
LONG_CONTRACT_COLLECTIVE = 0.6
"""Chance of a long contract for one whose career goal, once set, is an education, and for one with another goal, by
whether schooling is below upper secondary; and against that under collective protection."""

LONG_CONTRACT_WITHDRAWN = 0.15
LONG_CONTRACT_RESTS = 0.12

DUTIES: dict[Party, tuple[tuple[str, float], ...]] = {
    "participant": (("met", 78), ("late", 8), ("missed", 5), ("waived", 3), ("open", 6)),
    "municipality": (("met", 74), ("late", 13), ("missed", 4), ("waived", 4), ("open", 5)),
    "county": (("met", 58), ("late", 19), ("missed", 11), ("waived", 5), ("open", 7)),
    "state": (("met", 64), ("late", 17), ("missed", 8), ("waived", 5), ("open", 6)),
}
"""What comes of a duty in a long contract, by whose it is."""

CONVERSATION_AGREED = 0.25
CONVERSATION_AGREED_AHEAD = 0.8
"""Share of conversations that are agreed beforehand: of all that were held, and of those that are to come or stand for
one that was missed."""

CONVERSATION_LATE = 0.12
CONVERSATION_LEFT_OUT = 0.08
CONVERSATION_MOVED = 0.14
CONVERSATION_MISSED = 0.09
HANDED_OVER = 0.1
HANDOVER_DECLINED = 0.2
"""Shares of conversations, and of participants."""
