"""Anonymous surveys: a round that was held, and answers that nobody can be found by."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from events.base import Code, Marks, Name, Pattern, Range, Unit

SchoolingGroup = Literal["none-or-some-basic", "basic", "upper-secondary-or-more"]
InvitedGroup = Literal[
    "none-or-some-basic-female",
    "none-or-some-basic-male",
    "none-or-some-basic-other",
    "none-or-some-basic-unknown",
    "basic-female",
    "basic-male",
    "basic-other",
    "basic-unknown",
    "upper-secondary-or-more-female",
    "upper-secondary-or-more-male",
    "upper-secondary-or-more-other",
    "upper-secondary-or-more-unknown",
    "unknown-female",
    "unknown-male",
    "unknown-other",
    "unknown-unknown",
]
People = Annotated[Decimal, Range(0, 100000), Unit("people invited")]
ItemCode = Annotated[
    str, Pattern(r"[a-z0-9][a-z0-9-]{0,59}", "pairs of item and whole number, as the instrument has them")
]


class SurveyRoundHeld(Marks, frozen=True):
    """Participants were invited to answer an anonymous survey, from its first day to its last (brukerundersøkelse).

    The questions are fixed by the instrument and its version, so that rounds can be compared. Who was invited is kept
    as counts only: how many did not answer shows by group without anyone being named.

    :ivar round: a name that ties the answers to it, unique in the municipality
    :ivar instrument: id of the instrument, the questions asked
    :ivar version: the version of its wording
    :ivar until: the last day on which answers were taken; the first is ``on``
    :ivar invited: number of people invited, by schooling and gender: none-or-some-basic (none, or up to 9 years that
        are not equal to grunnskole), basic (grunnskole or equal), upper-secondary-or-more (some upper secondary, or
        more) or unknown, each with -female, -male, -other or -unknown; a group left out had nobody
    """

    TOPIC = "survey-round-held"
    TERM = "brukerundersøkelse"
    STREAM = "municipality"
    value_field = "round"
    round: Name
    instrument: Code
    version: Annotated[int, Range(1, 9999)]
    until: date
    invited: dict[InvitedGroup, People | None]


class SurveyAnswerReceived(Marks, frozen=True):
    """Somebody answered an anonymous survey; nobody knows who (svar på brukerundersøkelse).

    Nothing here tells the participant or when the answer was given: ``on`` is the last day of the round for all of
    them, and they are recorded together, in random order. What that hides, and what it does not:
    docs/decisions/2026-11-22-anonymous-surveys.md.

    :ivar round: the name of the round
    :ivar answers: item of the instrument -> answer, a whole number on the item's scale; 1 and 0 are yes and no; an
        item that was not answered is left out
    :ivar schooling: only where the survey asked and the answer told, in the groups of the round; else left out
    :ivar gender: only where the survey asked and the answer told; else left out
    """

    TOPIC = "survey-answer-received"
    TERM = "svar på brukerundersøkelse"
    STREAM = "municipality"
    value_field = "round"
    round: Name
    answers: dict[ItemCode, Any]
    schooling: SchoolingGroup | None = None
    gender: Literal["female", "male", "other"] | None = None
