"""How often things happen in the simulated municipality, with the published figure each follows, if any.

The figures make a plausible picture; they are no statistics, and nothing may be concluded from them.
"""

from datetime import date
from typing import Literal

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
    ("collective", "male"): 0.52,
    ("collective", "female"): 0.40,
    ("other", "male"): 0.31,
    ("other", "female"): 0.15,
}
"""Share that leaves to work; IMDi 2023: 45 % of those from Ukraine and 23 % of others."""

EXIT_EDUCATION = {"collective": 0.03, "other": 0.28}
"""Share that leaves to upper secondary or higher education; IMDi 2023."""

EXIT_PRIMARY = {"collective": 0.02, "other": 0.12}
EXIT_SUBSIDISED = {"collective": 0.06, "other": 0.10}
"""NORCE 20-2019 section 2.3.3: 11 % in subsidised work after the programme."""

EXIT_MEASURE = {"collective": 0.08, "other": 0.07}

JOB_BESIDE_SCHOOL = 0.4
SCHOOL_BESIDE_JOB = 0.12
"""SSB, November 2016, one year after: 45 % employed, 13 percentage points of them studying too."""

JOB_FOUND = {"male": 0.040, "female": 0.020}
"""Chance in a month for one without work; brings work or education one year after near 73 % of men and 59 % of
women (SSB, November 2023)."""

NEW_JOB_SUBSIDISED = 0.15
JOB_LOST = 0.012
JOB_CHANGED = 0.02
SECOND_JOB = 0.004
SMALL_JOB_IN_PROGRAMME = 0.012

MISREGISTERED = 0.05
NOT_REGISTERED = 0.07
"""Share of ends with another main activity than the true one, and with none: IMDi wrote in 2024 of many without."""

DELAYED_START = 0.22
PLAN_MISSING = 0.2
"""The supervision instruction 2026-2028: about a third of participants say they got no plan."""

CONSENT_FOLLOW_UP = 0.85
CONSENT_PARTICIPATION = 0.55
VOLUNTEERING = 0.012
SOCIAL_ASSISTANCE = 0.010
MOVED = 0.003
LEFT_NORWAY = {"collective": 0.0015, "other": 0.0004}
DIED = 0.0002
"""Chances in a month."""

PROTECTED_ADDRESS = 0.012
REACHED = 0.78
"""Share of yearly status questions that get an answer."""

NEWS_REACHES_US = 0.7
"""Share of changes after the programme that are recorded when they happen; the rest shows in the next status."""

LATE = 0.08
"""Share of facts recorded months late."""

MISTAKEN = 0.04
"""Share of facts of the kinds that are often mistyped which are corrected later."""

WRONG_PERSON = 0.09
"""Share of participants in whose journey something was logged by mistake and taken back."""
