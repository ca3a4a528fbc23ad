"""Income: where the participant's money comes from, kept apart from what the participant does."""

from decimal import Decimal
from typing import Annotated, Literal

from events.base import Closes, Marks, Name, Opens, Range, Sets, SpellKey, Unit

IncomeSource = Literal[
    "work",
    "course-or-measure-pay",
    "national-insurance",
    "student-grant-or-loan",
    "social-assistance",
    "introduction-benefit",
    "partner-income",
    "other",
]
MainIncome = Literal[
    "work",
    "course-or-measure-pay",
    "national-insurance",
    "student-grant-or-loan",
    "social-assistance",
    "introduction-benefit",
    "partner-income",
    "other",
    "unknown",
    "not-asked",
]
BenefitKind = Literal[
    "introduction-benefit",
    "qualification-benefit",
    "work-assessment-allowance",
    "disability-benefit",
    "unemployment-benefit",
    "sickness-benefit",
    "parental-benefit",
    "transitional-benefit",
    "cash-for-care",
    "pension",
    "other",
]
Amount = Annotated[Decimal, Range(0, 100_000_000), Unit("NOK a year")]


class IncomeSourceRecorded(Sets, frozen=True):
    """The sources of income from this day on were told: any number, one of them the main one (inntektskilde).

    Income source and activity are told apart, as municipalities asked (NORCE 20-2019 section 3.1). The list
    follows KOSTRA 11F, which separates them too.

    :ivar main: the main source: work, course-or-measure-pay (kursstønad, lønn i tiltak), national-insurance
        (trygd), student-grant-or-loan, social-assistance, introduction-benefit, partner-income, other,
        unknown, not-asked
    :ivar sources: every source there is, the main one too
    """

    TOPIC = "income-source-recorded"
    TERM = "inntektskilde"
    activity = "income"
    value_field = "main"
    main: MainIncome
    sources: tuple[IncomeSource, ...] = ()


class IncomeRecorded(Marks, frozen=True):
    """The income of a calendar year became known (årsinntekt).

    An amount left out is unknown; zero is said as 0. Household income is never recorded.

    :ivar year: the income year
    :ivar own_work_income: wages and net income of an own business, before tax (yrkesinntekt)
    :ivar taxable_benefits: taxable transfers, without pensions (skattepliktige overføringer)
    :ivar pension: pensions
    :ivar other: other income
    """

    TOPIC = "income-recorded"
    TERM = "årsinntekt"
    value_field = "year"
    year: Annotated[int, Range(1990, 2100)]
    own_work_income: Amount | None = None
    taxable_benefits: Amount | None = None
    pension: Amount | None = None
    other: Amount | None = None


class SocialAssistanceStarted(Opens, frozen=True):
    """The participant receives social assistance from this day on (sosialhjelp).

    It is recorded only where the municipality has stated on what legal basis it may be.

    :ivar basis: the basis that the municipality states, such as the name of its decision
    """

    TOPIC = "social-assistance-started"
    TERM = "sosialhjelp"
    activity = "social-assistance"
    solitary = True
    life = True
    basis: Name


class SocialAssistanceEnded(Closes, frozen=True):
    """Social assistance ended; the day is the last day it was paid for (slutt på sosialhjelp)."""

    TOPIC = "social-assistance-ended"
    TERM = "slutt på sosialhjelp"
    activity = "social-assistance"


class BenefitStarted(Opens, frozen=True):
    """The participant receives a benefit from this day on (ytelse); several may run at once.

    The kind is recorded and never what lies behind it.

    :ivar kind: introduction-benefit (introduksjonsstønad), qualification-benefit (kvalifiseringsstønad),
        work-assessment-allowance (AAP), disability-benefit (uføretrygd), unemployment-benefit (dagpenger),
        sickness-benefit (sykepenger), parental-benefit (foreldrepenger), transitional-benefit
        (overgangsstønad), cash-for-care (kontantstøtte), pension, other
    """

    TOPIC = "benefit-started"
    TERM = "ytelse"
    activity = "benefit"
    life = True
    value_field = "kind"
    kind: Annotated[BenefitKind, SpellKey()]


class BenefitEnded(Closes, frozen=True):
    """A benefit ended; the day is the last day it was paid for (slutt på ytelse).

    :ivar kind: the benefit, values as in benefit-started
    """

    TOPIC = "benefit-ended"
    TERM = "slutt på ytelse"
    activity = "benefit"
    value_field = "kind"
    kind: Annotated[BenefitKind, SpellKey()]
