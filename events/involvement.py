"""Involvement: how the participant was heard, what was said back, and what came of it."""

from typing import Literal

from events.base import Marks, Name, Note, YesNo


class ParticipantConsulted(Marks, frozen=True):
    """The participant was asked about the own programme (brukermedvirkning).

    A survey with names belongs here; anonymous surveys belong to the municipality's own stream.

    :ivar way: survey, conversation or both
    :ivar interpreter: an interpreter took part where one was needed
    :ivar understood_language: it was done in a language the participant understands
    :ivar own_wish_recorded: the participant's own wish was written down
    :ivar confirmed_by_participant: the participant confirmed what was written down
    """

    TOPIC = "participant-consulted"
    TERM = "brukermedvirkning"
    value_field = "way"
    way: Literal["survey", "conversation", "both"]
    interpreter: YesNo = "not-asked"
    understood_language: YesNo = "not-asked"
    own_wish_recorded: YesNo = "not-asked"
    confirmed_by_participant: YesNo = "not-asked"


class FeedbackGiven(Marks, frozen=True):
    """The participant gave feedback that asks for an answer (tilbakemelding).

    :ivar feedback: a name that ties the answer to it
    :ivar subject: training, plan, placement, support (from the service), rights, other, unknown
    :ivar wording: what was said, in short
    """

    TOPIC = "feedback-given"
    TERM = "tilbakemelding"
    value_field = "subject"
    feedback: Name
    subject: Literal["training", "plan", "placement", "support", "rights", "other", "unknown"] = "unknown"
    wording: Note | None = None


class FeedbackAnswered(Marks, frozen=True):
    """The participant got an answer to feedback; the day is the day of the reply (svar på tilbakemelding).

    :ivar feedback: the name of the feedback
    :ivar decision: followed, followed in part, not-followed, passed-on (to the one who can decide)
    :ivar wording: what was answered, in short
    """

    TOPIC = "feedback-answered"
    TERM = "svar på tilbakemelding"
    value_field = "decision"
    feedback: Name
    decision: Literal["followed", "followed-in-part", "not-followed", "passed-on"]
    wording: Note | None = None
