"""Follow-up: conversations that were agreed, moved, held or missed, and who answers for the participant."""

from datetime import date
from typing import Literal

from events.base import Changes, Closes, Key, Name, Note, Opens, Sets, YesNo

Attendee = Literal[
    "participant", "municipality", "county", "state", "school", "employer", "health-service", "family", "other"
]


class FollowUpScheduled(Opens, frozen=True):
    """A conversation was agreed for a day (avtalt oppfølgingssamtale).

    :ivar planned_on: the day it is to take place
    :ivar follow_up: a short name that later facts use, where several are agreed at once
    :ivar with_whom: who else is to take part, values as in follow-up-held
    """

    TOPIC = "follow-up-scheduled"
    TERM = "avtalt oppfølgingssamtale"
    activity = "follow-up"
    value_field = "planned_on"
    planned_on: date
    follow_up: Key | None = None
    with_whom: tuple[Attendee, ...] = ()


class FollowUpMoved(Changes, frozen=True):
    """A conversation was moved to another day; every earlier day is kept (flyttet oppfølgingssamtale).

    :ivar planned_on: the new day
    :ivar follow_up: the conversation, where it has a name
    :ivar reason: participant, service, interpreter, illness, other, unknown: on whose account, or why
    """

    TOPIC = "follow-up-moved"
    TERM = "flyttet oppfølgingssamtale"
    activity = "follow-up"
    of_itself = frozenset(("reason",))
    value_field = "planned_on"
    planned_on: date
    follow_up: Key | None = None
    reason: Literal["participant", "service", "interpreter", "illness", "other", "unknown"] = "unknown"


class FollowUpHeld(Closes, frozen=True):
    """A conversation with the participant took place (gjennomført oppfølgingssamtale).

    :ivar follow_up: the conversation, where it has a name; it need not have been agreed before
    :ivar way: meeting, phone, video, visit, other, unknown
    :ivar with_whom: who took part besides the participant: municipality, county, state (NAV), school, employer,
        health-service, family, other
    :ivar interpreter_used: an interpreter took part where one was needed
    :ivar agreed_next: what was agreed to come next
    """

    TOPIC = "follow-up-held"
    TERM = "gjennomført oppfølgingssamtale"
    activity = "follow-up"
    stands_alone = True
    value_field = "way"
    follow_up: Key | None = None
    way: Literal["meeting", "phone", "video", "visit", "other", "unknown"] = "unknown"
    with_whom: tuple[Attendee, ...] = ()
    interpreter_used: YesNo = "not-asked"
    agreed_next: Note | None = None


class FollowUpMissed(Closes, frozen=True):
    """A conversation that had been agreed did not take place (uteblitt oppfølgingssamtale).

    It tells how follow-up works; it never feeds a decision about a benefit.

    :ivar follow_up: the conversation, where it has a name
    :ivar missed_by: who did not come: participant, municipality, county, state, interpreter, other, unknown
    :ivar cause: illness, no-interpreter, not-told (not told in a language that is understood), child-care, work, other,
        unknown; never a diagnosis
    :ivar own_comment: what the participant says to it
    """

    TOPIC = "follow-up-missed"
    TERM = "uteblitt oppfølgingssamtale"
    activity = "follow-up"
    usual = False
    value_field = "missed_by"
    follow_up: Key | None = None
    missed_by: Literal["participant", "municipality", "county", "state", "interpreter", "other", "unknown"] = "unknown"
    cause: Literal["illness", "no-interpreter", "not-told", "child-care", "work", "other", "unknown"] = "unknown"
    own_comment: Note | None = None


class AdvisorHandedOver(Sets, frozen=True):
    """The responsibility for a participant was offered to another advisor, who accepted or declined
    (overføring av saksansvar).

    Only where it was accepted the advisor changes.

    :ivar advisor: user name of the advisor it was offered to
    :ivar answer: accepted or declined
    """

    TOPIC = "advisor-handed-over"
    TERM = "overføring av saksansvar"
    activity = "advisor"
    value_field = "advisor"
    administrative = True
    advisor: Name
    answer: Literal["accepted", "declined"]

    @property
    def takes_effect(self) -> bool:
        return self.answer == "accepted"
