"""Whether the participant follows a contract: from which day to which, and by which facts."""

from collections.abc import Sequence, Set
from datetime import date
from typing import NamedTuple

from events import Fact
from events.contract import (
    ContractKind,
    ObligationAgreed,
    ObligationMet,
    ObligationMissed,
    StepAgreed,
    StepJudgedReached,
    StepRevised,
)
from events.education import (
    HigherEducationCompleted,
    HigherEducationEnrolled,
    HigherEducationLeft,
    PrimarySchoolCompleted,
    PrimarySchoolEnrolled,
    PrimarySchoolLeft,
    UpperSecondaryCompleted,
    UpperSecondaryEnrolled,
    UpperSecondaryLeft,
)
from events.language import LanguageTrainingEnded, LanguageTrainingStarted
from events.work import JobStarted, WageSubsidyGranted
from tracker.spells import Entry

LEFT = (PrimarySchoolLeft, UpperSecondaryLeft, HigherEducationLeft)
BACK: tuple[type[Fact], ...] = (
    PrimarySchoolEnrolled,
    PrimarySchoolCompleted,
    UpperSecondaryEnrolled,
    UpperSecondaryCompleted,
    HigherEducationEnrolled,
    HigherEducationCompleted,
    LanguageTrainingStarted,
    JobStarted,
    WageSubsidyGranted,
    StepAgreed,
    StepRevised,
    StepJudgedReached,
)
"""What shows that a path goes on, or that the parties agreed on another."""

FACTS: tuple[type[Fact], ...] = (
    *LEFT,
    *BACK,
    LanguageTrainingEnded,
    ObligationAgreed,
    ObligationMet,
    ObligationMissed,
)
RULE = (
    "The participant follows the contract unless a school or the Norwegian training was left before it was completed "
    "(other than for work or another education), or a duty of the participant was judged missed. It is followed again "
    "from the day on which the participant starts in school, training or work, completes or reaches something, meets a "
    "duty, or the parties agree on a step anew. That a day has passed is no judgement, and changes nothing. A choice "
    "of this product: the contracts of KIPE are described in outline only (NORCE 20-2019 section 3.2)."
)
"""In words, version 1."""


class Following(NamedTuple):
    """A time in which a contract was followed, or not for the same reasons; half-open, ``date.max`` while it lasts.

    :ivar because: versions of the facts that say no; empty while it is followed
    """

    first: date
    after: date
    follows: bool
    because: tuple[int, ...]


def following(kind: ContractKind, signed_on: date, entries: Sequence[Entry]) -> list[Following]:
    """Whether a contract was followed from the day on which it was signed.

    :param entries: facts in the order of time
    """
    duties: set[str] = set()
    found: list[Following] = []
    since = signed_on
    because: tuple[int, ...] = ()
    for entry in entries:
        if entry.fact.on < signed_on:
            continue
        if isinstance(entry.fact, ObligationAgreed):
            own = entry.fact.contract == kind and entry.fact.party == "participant"
            duties = duties | {entry.fact.obligation} if own else duties - {entry.fact.obligation}
        after = _after(entry, because, duties)
        if after == because:
            continue
        if since < entry.fact.on:
            found.append(Following(since, entry.fact.on, not because, because))
            since = entry.fact.on
        because = after
    return [*found, Following(since, date.max, not because, because)]


def _after(entry: Entry, because: tuple[int, ...], duties: Set[str]) -> tuple[int, ...]:
    fact = entry.fact
    if isinstance(fact, LEFT) and fact.cause not in ("work", "other-education"):
        return (*because, entry.version)
    if isinstance(fact, LanguageTrainingEnded) and fact.cause == "left":
        return (*because, entry.version)
    if isinstance(fact, ObligationMissed) and fact.obligation in duties:
        return (*because, entry.version)
    if isinstance(fact, BACK) or (isinstance(fact, ObligationMet) and fact.obligation in duties):
        return ()
    return because
