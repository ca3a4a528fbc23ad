"""Contracts: what the parties agreed, the steps and duties in it, and what came of them."""

from datetime import date
from typing import Annotated, Literal

from events.base import (
    Changes,
    Closes,
    Judge,
    Key,
    Marks,
    Name,
    Note,
    Opens,
    Range,
    Reopens,
    SpellKey,
    Unit,
    WeeklyHours,
)
from events.language import Skill, TargetLevel

ContractKind = Literal["integration-contract", "long-contract"]
Contract = Annotated[ContractKind, SpellKey()]
Party = Literal["participant", "municipality", "county", "state"]
Target = Literal[
    "language-level",
    "social-studies-test",
    "primary-school",
    "primary-school-completed",
    "upper-secondary",
    "upper-secondary-completed",
    "trade-certificate",
    "course-certificate",
    "higher-education",
    "higher-education-completed",
    "foreign-education-recognised",
    "prior-learning-assessed",
    "work",
    "wage-subsidy",
    "work-placement",
    "labour-market-measure",
    "volunteering",
    "other",
]
Rhythm = Annotated[int, Range(1, 24), Unit("months")]


class ContractSigned(Opens, frozen=True):
    """The parties signed a contract, which holds from this day on (inngått kontrakt).

    The integration contract (integreringskontrakt) goes with the plan (integreringsloven § 16). A long contract of up
    to five years binds participant, municipality, county and state to follow up for as long as the participant follows
    the goals of education; source: KIPE in Trondheim, NORCE 20-2019 section 3.2. One of each runs at most.

    :ivar contract: integration-contract or long-contract
    :ivar until: last day; of a long contract at the latest the day before five years have passed
    :ivar parties: who is bound: participant, municipality, county, state; when each agreed is a fact of its own
    :ivar follow_up_every: months between two conversations, where the contract agrees another rhythm than the rules
    """

    TOPIC = "contract-signed"
    TERM = "inngått kontrakt"
    activity = "contract"
    value_field = "until"
    contract: Contract
    until: date
    parties: tuple[Party, ...]
    follow_up_every: Rhythm | None = None


class PartyAgreed(Marks, frozen=True):
    """A party put its name to a contract on this day (partens tilslutning).

    :ivar contract: integration-contract or long-contract
    :ivar party: participant, municipality, county or state
    :ivar office: the office that answers for it, such as NAV Lillevik; never the name of a person
    """

    TOPIC = "party-agreed"
    TERM = "partens tilslutning"
    value_field = "party"
    contract: ContractKind
    party: Party
    office: Name | None = None


class ContractExtended(Changes, frozen=True):
    """The parties agreed on a later last day (forlenget kontrakt).

    :ivar contract: integration-contract or long-contract
    :ivar until: the new last day, within the same limit as when it was signed
    """

    TOPIC = "contract-extended"
    TERM = "forlenget kontrakt"
    activity = "contract"
    value_field = "until"
    contract: Contract
    until: date


class ContractPaused(Opens, frozen=True):
    """A contract rests from this day on; nothing in it falls due meanwhile (kontrakten hviler).

    :ivar contract: integration-contract or long-contract
    :ivar cause: leave, illness, move, own-wish, other, unknown; never a diagnosis
    """

    TOPIC = "contract-paused"
    TERM = "kontrakten hviler"
    activity = "contract-pause"
    within = "contract"
    marks_parent = "paused"
    lasts_overnight = True
    value_field = "cause"
    contract: Contract
    cause: Literal["leave", "illness", "move", "own-wish", "other", "unknown"] = "unknown"


class ContractResumed(Closes, frozen=True):
    """A contract that rested goes on; the day is the last day of rest (kontrakten gjenopptatt).

    On the day on which it was paused it takes the pause back: the contract did not rest.

    :ivar contract: integration-contract or long-contract
    """

    TOPIC = "contract-resumed"
    TERM = "kontrakten gjenopptatt"
    activity = "contract-pause"
    contract: Contract


class ContractCompleted(Closes, frozen=True):
    """A contract was carried through; the day is its last (fullført kontrakt).

    :ivar contract: integration-contract or long-contract
    """

    TOPIC = "contract-completed"
    TERM = "fullført kontrakt"
    activity = "contract"
    contract: Contract


class ContractTerminated(Closes, frozen=True):
    """A contract ended before it was carried through; the day is its last (avsluttet kontrakt).

    :ivar contract: integration-contract or long-contract
    :ivar cause: participant-withdrew, goals-not-followed, authority-withdrew, moved, goal-changed, other, unknown
    """

    TOPIC = "contract-terminated"
    TERM = "avsluttet kontrakt"
    activity = "contract"
    usual = False
    value_field = "cause"
    contract: Contract
    cause: Literal[
        "participant-withdrew", "goals-not-followed", "authority-withdrew", "moved", "goal-changed", "other", "unknown"
    ] = "unknown"


class ContractReopened(Reopens, frozen=True):
    """A contract that had ended holds again from this day on, with what had been due in it (gjenåpnet kontrakt).

    :ivar contract: integration-contract or long-contract
    """

    TOPIC = "contract-reopened"
    TERM = "gjenåpnet kontrakt"
    activity = "contract"
    contract: Contract


class StepAgreed(Opens, frozen=True):
    """The parties agreed on a step of the path: what is to be reached, and by when (delmål).

    Whether it is reached follows from the journey wherever the journey tells it; only ``other`` has to be judged.

    :ivar step: a short name that later facts use: B1 oral, basic school
    :ivar contract: the contract that it belongs to
    :ivar target: what is to be reached: language-level, social-studies-test (passed), primary-school (enrolled),
        primary-school-completed, upper-secondary (enrolled), upper-secondary-completed, trade-certificate,
        course-certificate, higher-education (enrolled), higher-education-completed, foreign-education-recognised,
        prior-learning-assessed, work (ordinary or own business), wage-subsidy, work-placement, labour-market-measure,
        volunteering, other
    :ivar due: the last day in time
    :ivar level: for language-level: A1 to C1
    :ivar skills: for language-level: listening, reading, writing, speaking; none named = all four
    :ivar hours_per_week: for work: at least so many hours
    """

    TOPIC = "step-agreed"
    TERM = "delmål"
    activity = "step"
    value_field = "target"
    step: Key
    contract: ContractKind
    target: Target
    due: date
    level: TargetLevel | None = None
    skills: tuple[Skill, ...] = ()
    hours_per_week: WeeklyHours | None = None


class StepRevised(Changes, frozen=True):
    """A step was agreed anew: another day, or another target (revidert delmål).

    :ivar step: the step
    :ivar due: the new last day in time
    :ivar level: the new level
    :ivar hours_per_week: the new hours
    :ivar cause: own-wish, faster, slower, health, offer (what was on offer), goal-changed, other, unknown
    """

    TOPIC = "step-revised"
    TERM = "revidert delmål"
    activity = "step"
    of_itself = frozenset(("cause",))
    value_field = "due"
    step: Key
    due: date | None = None
    level: TargetLevel | None = None
    hours_per_week: WeeklyHours | None = None
    cause: Literal["own-wish", "faster", "slower", "health", "offer", "goal-changed", "other", "unknown"] = "unknown"


class StepJudgedReached(Closes, frozen=True):
    """A step was judged to be reached, where the journey does not tell (delmål nådd).

    :ivar step: the step
    :ivar judged_by: who judged it: participant, advisor, school, together, unknown
    """

    TOPIC = "step-judged-reached"
    TERM = "delmål nådd"
    activity = "step"
    value_field = "judged_by"
    step: Key
    judged_by: Judge = "unknown"


class StepDropped(Closes, frozen=True):
    """A step is no longer part of the path (delmål strøket).

    :ivar step: the step
    :ivar cause: goal-changed, replaced (by another step), not-possible, other, unknown
    """

    TOPIC = "step-dropped"
    TERM = "delmål strøket"
    activity = "step"
    usual = False
    value_field = "cause"
    step: Key
    cause: Literal["goal-changed", "replaced", "not-possible", "other", "unknown"] = "unknown"


class ObligationAgreed(Opens, frozen=True):
    """A party of a contract took a duty upon itself (forpliktelse).

    A duty of an authority is due for as long as the participant follows the contract.

    :ivar obligation: a short name that later facts use: school place, job mentor
    :ivar contract: the contract that it belongs to
    :ivar party: whose duty it is: participant, municipality, county, state
    :ivar due: the last day in time
    :ivar wording: the duty as it stands in the contract
    """

    TOPIC = "obligation-agreed"
    TERM = "forpliktelse"
    activity = "obligation"
    value_field = "party"
    obligation: Key
    contract: ContractKind
    party: Party
    due: date
    wording: Note | None = None


class ObligationMet(Closes, frozen=True):
    """A duty was done on this day (oppfylt forpliktelse).

    :ivar obligation: the duty
    """

    TOPIC = "obligation-met"
    TERM = "oppfylt forpliktelse"
    activity = "obligation"
    obligation: Key


class ObligationMissed(Closes, frozen=True):
    """A duty was not done and will not be: it was judged so on this day (brutt forpliktelse).

    :ivar obligation: the duty
    :ivar cause: no-capacity, no-offer, illness, own-wish, not-told, other, unknown; never a diagnosis
    """

    TOPIC = "obligation-missed"
    TERM = "brutt forpliktelse"
    activity = "obligation"
    usual = False
    value_field = "cause"
    obligation: Key
    cause: Literal["no-capacity", "no-offer", "illness", "own-wish", "not-told", "other", "unknown"] = "unknown"


class ObligationWaived(Closes, frozen=True):
    """The parties agreed that a duty is no longer needed (frafalt forpliktelse).

    :ivar obligation: the duty
    :ivar reason: no-longer-needed, goal-changed, replaced, other, unknown
    """

    TOPIC = "obligation-waived"
    TERM = "frafalt forpliktelse"
    activity = "obligation"
    usual = False
    value_field = "reason"
    obligation: Key
    reason: Literal["no-longer-needed", "goal-changed", "replaced", "other", "unknown"] = "unknown"
