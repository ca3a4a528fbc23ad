"""Work: jobs with hours, wage subsidy, placements and labour market measures; several may run at once."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from events.base import (
    Changes,
    Closes,
    IndustryCode,
    Key,
    Marks,
    Month,
    MonthlyHours,
    Opens,
    Percent,
    Range,
    Unit,
    WeeklyHours,
    YesNo,
)

Contract = Literal["permanent", "temporary", "on-call", "unknown"]
Sector = Literal["public", "private", "unknown"]
FullTimeHours = Literal["37.5", "36.5", "35.5", "33.6"]
PositionPercent = Annotated[Decimal, Range(0, 150), Unit("per cent of a full post")]


class JobStarted(Opens, frozen=True):
    """The participant started in a job with an employment contract, or as self-employed (arbeidsforhold).

    Hours a week follow from full-time hours and position where they are not given themselves
    (full-time hours x position % / 100; Statistics Norway, a-ordningen).

    :ivar job: key that ties later changes and the end to this job; several jobs may run at once
    :ivar hours_per_week: contracted hours; None = unknown
    :ivar full_time_hours: weekly hours of the full post: 37.5, or 36.5, 35.5, 33.6 with shifts
    :ivar position_percent: part of a full post
    :ivar contract: permanent (fast), temporary (midlertidig), on-call (tilkalling), unknown
    :ivar sector: public, private or unknown
    :ivar industry: industry code of SN2007
    :ivar self_employed: true where the participant runs an own business
    """

    TOPIC = "job-started"
    TERM = "arbeidsforhold"
    activity = "work"
    life = True
    value_field = "contract"
    job: Key
    hours_per_week: WeeklyHours | None = None
    full_time_hours: FullTimeHours | None = None
    position_percent: PositionPercent | None = None
    contract: Contract = "unknown"
    sector: Sector = "unknown"
    industry: IndustryCode | None = None
    self_employed: bool = False


class JobChanged(Changes, frozen=True):
    """Something about a running job changed from this day on (endret arbeidsforhold); what is left out stays.

    A new position without hours means that the hours told before no longer hold: they follow from the position.

    :ivar job: the job's key
    :ivar hours_per_week: contracted hours
    :ivar full_time_hours: weekly hours of the full post
    :ivar position_percent: part of a full post
    :ivar contract: permanent, temporary, on-call
    """

    TOPIC = "job-changed"
    TERM = "endret arbeidsforhold"
    activity = "work"
    outdates: ClassVar[Mapping[str, str]] = {"full_time_hours": "hours_per_week", "position_percent": "hours_per_week"}
    job: Key
    hours_per_week: WeeklyHours | None = None
    full_time_hours: FullTimeHours | None = None
    position_percent: PositionPercent | None = None
    contract: Contract | None = None


class HoursPaid(Marks, frozen=True):
    """Hours that were paid for in a month, as for a job on call (betalte timer).

    :ivar job: the job's key
    :ivar month: the month worked
    :ivar hours: hours paid in that month
    """

    TOPIC = "hours-paid"
    TERM = "betalte timer"
    activity = "work"
    value_field = "month"
    job: Key
    month: Month
    hours: MonthlyHours


class JobEnded(Closes, frozen=True):
    """A job ended; the day is the last day of it (avsluttet arbeidsforhold). It also ends a wage subsidy in that job.

    :ivar job: the job's key
    :ivar cause: contract-ended, dismissed (oppsagt), quit, education, health, parental-leave, moved, other, unknown
    """

    TOPIC = "job-ended"
    TERM = "avsluttet arbeidsforhold"
    activity = "work"
    value_field = "cause"
    job: Key
    cause: Literal[
        "contract-ended", "dismissed", "quit", "education", "health", "parental-leave", "moved", "other", "unknown"
    ] = "unknown"


class WageSubsidyGranted(Opens, frozen=True):
    """A job is subsidised from this day on: ordinary post and pay, part of it refunded (lønnstilskudd).

    While it runs the job is counted as wage subsidy, never silently as ordinary work.

    :ivar job: the key of the running job
    :ivar percent: part of the pay that is refunded
    :ivar planned_end: the last day granted
    """

    TOPIC = "wage-subsidy-granted"
    TERM = "lønnstilskudd"
    activity = "wage-subsidy"
    within = "work"
    marks_parent = "subsidised"
    life = True
    job: Key
    percent: Percent | None = None
    planned_end: date | None = None


class WageSubsidyEnded(Closes, frozen=True):
    """The subsidy ended and the job goes on without it; the day is the last subsidised day (slutt på lønnstilskudd).

    :ivar job: the key of the job
    """

    TOPIC = "wage-subsidy-ended"
    TERM = "slutt på lønnstilskudd"
    activity = "wage-subsidy"
    job: Key


class WorkPlacementStarted(Opens, frozen=True):
    """The participant started to train language or work at a workplace, without a contract (praksis).

    :ivar placement: key where several run at once
    :ivar kind: language or work placement
    :ivar hours_per_week: agreed hours
    :ivar in_plan: it is part of the participant's plan
    :ivar chosen_by_criteria: the workplace was chosen by stated criteria
    :ivar mentor: the employer has named a mentor
    :ivar followed_up_in_class: what is learnt there is taken up in class
    """

    TOPIC = "work-placement-started"
    TERM = "praksis"
    activity = "work-placement"
    life = True
    value_field = "kind"
    placement: Key | None = None
    kind: Literal["language", "work", "unknown"] = "unknown"
    hours_per_week: WeeklyHours | None = None
    in_plan: YesNo = "not-asked"
    chosen_by_criteria: YesNo = "not-asked"
    mentor: YesNo = "not-asked"
    followed_up_in_class: YesNo = "not-asked"


class WorkPlacementEnded(Closes, frozen=True):
    """A placement ended; the day is the last day (avsluttet praksis).

    :ivar placement: its key
    :ivar led_to_job: it led to a job there or elsewhere
    """

    TOPIC = "work-placement-ended"
    TERM = "avsluttet praksis"
    activity = "work-placement"
    value_field = "led_to_job"
    placement: Key | None = None
    led_to_job: YesNo = "not-asked"


class LabourMarketMeasureStarted(Opens, frozen=True):
    """The participant started in a measure of the labour and welfare administration (arbeidsmarkedstiltak, NAV).

    :ivar measure: key where several run at once
    :ivar kind: work-training, course, follow-up, sheltered, other, unknown
    :ivar hours_per_week: agreed hours
    """

    TOPIC = "labour-market-measure-started"
    TERM = "arbeidsmarkedstiltak"
    activity = "labour-market-measure"
    life = True
    value_field = "kind"
    measure: Key | None = None
    kind: Literal["work-training", "course", "follow-up", "sheltered", "other", "unknown"] = "unknown"
    hours_per_week: WeeklyHours | None = None


class LabourMarketMeasureEnded(Closes, frozen=True):
    """A labour market measure ended; the day is the last day (avsluttet arbeidsmarkedstiltak).

    :ivar measure: its key
    :ivar cause: completed, left, job, other, unknown
    """

    TOPIC = "labour-market-measure-ended"
    TERM = "avsluttet arbeidsmarkedstiltak"
    activity = "labour-market-measure"
    value_field = "cause"
    measure: Key | None = None
    cause: Literal["completed", "left", "job", "other", "unknown"] = "unknown"
