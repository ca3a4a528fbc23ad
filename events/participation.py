"""Participation: voluntary work and elected roles, told by the participant and counted only with consent."""

from typing import Annotated, Literal

from events.base import Closes, Key, MonthlyHours, Opens, SpellKey

OrganisationKind = Literal["sport", "culture", "school-related", "neighbourhood", "humanitarian", "youth", "other"]
Role = Literal["parents-committee", "user-council", "other"]


class VolunteeringStarted(Opens, frozen=True):
    """The participant started to take part in voluntary work or an organised activity (frivillig arbeid).

    Only the kind of organisation is recorded, and never a religious, political or trade-union body, nor the
    name of any. Without a recorded consent the fact is flagged and left out of figures.

    :ivar kind: sport, culture, school-related, neighbourhood, humanitarian, youth, other
    :ivar engagement: key where several run at once: a number or a word, never the organisation's name
    :ivar hours_per_month: hours given; None = unknown
    """

    TOPIC = "volunteering-started"
    TERM = "frivillig arbeid"
    activity = "volunteering"
    life = True
    needs_consent = "participation"
    value_field = "kind"
    kind: OrganisationKind
    engagement: Key | None = None
    hours_per_month: MonthlyHours | None = None


class VolunteeringEnded(Closes, frozen=True):
    """Voluntary work or an organised activity ended; the day is the last day (slutt på frivillig arbeid).

    :ivar engagement: its key
    """

    TOPIC = "volunteering-ended"
    TERM = "slutt på frivillig arbeid"
    activity = "volunteering"
    engagement: Key | None = None


class ElectedRoleTaken(Opens, frozen=True):
    """The participant took on an elected role (tillitsverv).

    Never a role in a religious, political or trade-union body. Without a recorded consent the fact is flagged
    and left out of figures.

    :ivar role: parents-committee (foreldrearbeidsutvalg, FAU), user-council (brukerråd), other
    """

    TOPIC = "elected-role-taken"
    TERM = "tillitsverv"
    activity = "elected-role"
    life = True
    needs_consent = "participation"
    value_field = "role"
    role: Annotated[Role, SpellKey()]


class ElectedRoleLeft(Closes, frozen=True):
    """An elected role ended; the day is the last day (fratrådt tillitsverv).

    :ivar role: the role, values as in elected-role-taken
    """

    TOPIC = "elected-role-left"
    TERM = "fratrådt tillitsverv"
    activity = "elected-role"
    value_field = "role"
    role: Annotated[Role, SpellKey()]
