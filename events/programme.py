"""The introduction programme: offered, started, filled, interrupted, ended, and told to the register."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from events.base import (
    Changes,
    Closes,
    FactVersion,
    Marks,
    Month,
    MonthlyHours,
    Opens,
    Range,
    Reopens,
    SpellKey,
    Unit,
    WeeklyHours,
)

Element = Literal[
    "norwegian",
    "social-studies",
    "life-skills",
    "parental-guidance",
    "work-directed",
    "education-directed",
    "other",
]
OwnStudyHours = Annotated[Decimal, Range(0, 60), Unit("hours a week")]
EndReason = Literal[
    "goal-reached", "time-out", "work", "education", "health", "parental-leave", "moved", "suspended", "other"
]
MainActivity = Literal[
    "work",
    "upper-secondary-or-higher",
    "primary-school",
    "public-measure",
    "social-assistance",
    "other-benefits",
    "moved",
    "other",
    "not-registered",
]


class ProgrammeOffered(Marks, frozen=True):
    """The participant was offered a place in the programme, or claimed one (tilbud om introduksjonsprogram).

    The register asks for the day of the offer or of the claim (IMDi, list of 2020).

    :ivar basis: offer by the municipality or claim by the participant
    :ivar planned_start: the day the programme is to start
    """

    TOPIC = "programme-offered"
    TERM = "tilbud om introduksjonsprogram"
    value_field = "basis"
    basis: Literal["offer", "claim", "unknown"] = "unknown"
    planned_start: date | None = None


class ProgrammeStarted(Opens, frozen=True):
    """The participant started in the introduction programme (introduksjonsprogram).

    Full time is 37.5 hours a week, or 30 where much own study is required.

    :ivar planned_end: the last day by the decision; None = unknown
    :ivar hours_per_week: organised hours; None = unknown
    """

    TOPIC = "programme-started"
    TERM = "introduksjonsprogram"
    activity = "programme"
    solitary = True
    life = True
    planned_end: date | None = None
    hours_per_week: WeeklyHours | None = None


class StartDelayed(Marks, frozen=True):
    """The programme could not start in time (utsatt oppstart).

    In time is within three months of settlement or claim. Source: NORCE 20-2019 section 3.4.

    :ivar cause: no-place (the municipality had none), childcare, housing, own-illness, leave, work,
        late-papers, own-wish, other, unknown; never a diagnosis
    :ivar new_start: the day the programme is now to start
    """

    TOPIC = "start-delayed"
    TERM = "utsatt oppstart"
    value_field = "cause"
    cause: Literal[
        "no-place",
        "childcare",
        "housing",
        "own-illness",
        "leave",
        "work",
        "late-papers",
        "own-wish",
        "other",
        "unknown",
    ] = "unknown"
    new_start: date | None = None


class ProgrammeExtended(Changes, frozen=True):
    """The programme was extended by decision (utvidet programtid).

    Whether it may be, and for how long, depends on the rule set (integreringsloven §§ 13, 14).

    :ivar planned_end: the new last day
    """

    TOPIC = "programme-extended"
    TERM = "utvidet programtid"
    activity = "programme"
    value_field = "planned_end"
    planned_end: date


class ProgrammeElementStarted(Opens, frozen=True):
    """A part of the programme started (programelement); several run at once.

    :ivar element: norwegian, social-studies (samfunnskunnskap), life-skills (livsmestring), parental-guidance
        (foreldreveiledning), work-directed, education-directed, other
    :ivar hours_per_week: organised hours
    :ivar own_study_hours: hours of own study that come on top
    """

    TOPIC = "programme-element-started"
    TERM = "programelement"
    activity = "programme-element"
    life = True
    value_field = "element"
    element: Annotated[Element, SpellKey()]
    hours_per_week: WeeklyHours | None = None
    own_study_hours: OwnStudyHours | None = None


class ProgrammeElementEnded(Closes, frozen=True):
    """A part of the programme ended; the day is the last day (avsluttet programelement).

    :ivar element: the part, values as in programme-element-started
    """

    TOPIC = "programme-element-ended"
    TERM = "avsluttet programelement"
    activity = "programme-element"
    value_field = "element"
    element: Annotated[Element, SpellKey()]


class AttendanceRecorded(Marks, frozen=True):
    """Attendance in a month was counted up (fremmøte og fravær).

    :ivar month: the month
    :ivar planned: hours planned in it
    :ivar attended: hours attended
    :ivar approved_absence: hours of approved absence
    :ivar other_absence: hours of absence that was not approved
    """

    TOPIC = "attendance-recorded"
    TERM = "fremmøte og fravær"
    value_field = "month"
    month: Month
    planned: MonthlyHours
    attended: MonthlyHours
    approved_absence: MonthlyHours = Decimal(0)
    other_absence: MonthlyHours = Decimal(0)


class LeaveStarted(Opens, frozen=True):
    """A leave from the programme or the training started (permisjon).

    Source: integreringsforskriften chapter 4. A leave for other causes does not extend the deadline.

    :ivar cause: welfare, birth-or-adoption, parental, child-illness, own-illness, work, peace-work
        (fredsarbeid), other, unknown; never a diagnosis
    :ivar approved: the leave was granted by decision
    :ivar extends_deadline: the deadline for programme and training moves by the length of the leave
    """

    TOPIC = "leave-started"
    TERM = "permisjon"
    activity = "leave"
    solitary = True
    value_field = "cause"
    cause: Literal[
        "welfare",
        "birth-or-adoption",
        "parental",
        "child-illness",
        "own-illness",
        "work",
        "peace-work",
        "other",
        "unknown",
    ]
    approved: bool = True
    extends_deadline: bool = True


class LeaveEnded(Closes, frozen=True):
    """A leave ended; the day is the last day away (slutt på permisjon)."""

    TOPIC = "leave-ended"
    TERM = "slutt på permisjon"
    activity = "leave"


class ProgrammeSuspended(Opens, frozen=True):
    """The municipality stopped the programme for a time, by decision (stans).

    Source: integreringsloven § 18. A permanent stop is an end with the reason suspended. The grounds stay in
    the case file.

    :ivar planned_end: the last day of the stop, where it is set
    """

    TOPIC = "programme-suspended"
    TERM = "stans"
    activity = "suspension"
    solitary = True
    planned_end: date | None = None


class ProgrammeResumed(Closes, frozen=True):
    """A stop of the programme ended; the day is the last day of the stop (gjenopptatt etter stans)."""

    TOPIC = "programme-resumed"
    TERM = "gjenopptatt etter stans"
    activity = "suspension"


class ProgrammeEnded(Closes, frozen=True):
    """The programme ended; the day is the last day of it (avslutning av introduksjonsprogrammet).

    Reasons may be several; the official main activity is one alone, which the municipality judges, "in doubt
    by the goals in the individual plan" (NORCE 20-2019 section 2.3.1), so it is recorded why it was chosen.
    What runs beside it is told by the facts of those activities, never by this one.

    :ivar manner: completed, discontinued, transferred to another municipality, unknown
    :ivar reasons: goal-reached, time-out, work, education, health, parental-leave, moved, suspended, other;
        any number
    :ivar main_activity: the official main activity (hovedaktivitet): work, upper-secondary-or-higher,
        primary-school (grunnskole), public-measure (kvalifiseringstiltak i offentlig regi),
        social-assistance, other-benefits, moved, other, not-registered
    :ivar main_activity_reason: why it was chosen: by hours, by plan, only-one there was, judgement,
        not-stated
    """

    TOPIC = "programme-ended"
    TERM = "avslutning av introduksjonsprogrammet"
    activity = "programme"
    value_field = "main_activity"
    manner: Literal["completed", "discontinued", "transferred", "unknown"] = "unknown"
    reasons: tuple[EndReason, ...] = ()
    main_activity: MainActivity = "not-registered"
    main_activity_reason: Literal["hours", "plan", "only-one", "judgement", "not-stated"] = "not-stated"


class ProgrammeReopened(Reopens, frozen=True):
    """The programme goes on from this day: its end is taken back (gjenåpnet introduksjonsprogram)."""

    TOPIC = "programme-reopened"
    TERM = "gjenåpnet introduksjonsprogram"
    activity = "programme"


class RegisteredInNir(Marks, frozen=True):
    """A fact was registered in the national introduction register too (registrert i NIR).

    The day is that of the registration there; it is due within two months, and figures close on the last of
    February.

    :ivar registers: version of the fact that was registered
    """

    TOPIC = "registered-in-nir"
    TERM = "registrert i NIR"
    administrative = True
    value_field = "registers"
    registers: Annotated[int, FactVersion()]
