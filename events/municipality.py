"""The municipality's own stream: facts that belong to the service and not to a person."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from events.base import Code, Marks, MunicipalityCode, Name, Pattern, Percent, Range, Sets, Unit, YesNo

TeacherCompetence = Literal["credits-30", "teacher-training", "neither", "unknown"]
TeachingHours = Annotated[Decimal, Range(0, 1000000), Unit("hours of teaching")]
Teachers = Annotated[Decimal, Range(0, 10000), Unit("teachers")]
IndicatorId = Annotated[str, Pattern(r"[A-Z]\d{1,2}[a-z]?", "the id of an indicator, such as E2")]


class MunicipalityRegistered(Marks, frozen=True):
    """A municipality took the tracker into use (kommune).

    :ivar municipality: its code on the day
    :ivar name: its name
    """

    TOPIC = "municipality-registered"
    TERM = "kommune"
    STREAM = "municipality"
    value_field = "municipality"
    municipality: MunicipalityCode
    name: Name | None = None


class NormSetAdopted(Sets, frozen=True):
    """A municipality decided which norms of expected progression it looks at journeys with (vedtatt normsett).

    They hold from that day until others are adopted; before it there is no verdict on anyone's course. Source: NORCE
    20-2019 section 3.1, on expected progression.

    :ivar norm_set: its id
    :ivar version: its version; norms that change get a new one
    """

    TOPIC = "norm-set-adopted"
    TERM = "vedtatt normsett"
    STREAM = "municipality"
    activity = "norm-set"
    value_field = "norm_set"
    norm_set: Code
    version: Annotated[int, Range(1, 9999)]


class TeachingRecorded(Marks, frozen=True):
    """Teaching of Norwegian was given through a term or another period, by teachers of some competence
    (undervisningstimer i norsk).

    Hours tell more than heads: the share of hours given by teachers with at least 30 credits in Norwegian as a second
    language is counted from them, by school year (1 August to 31 July), so a period lies within one. Source: NORCE
    20-2019 section 3.1, on the share of teachers with norsk som andrespråk.

    :ivar until: the last day of the period; its first day is ``on``
    :ivar hours: hours of teaching, by the competence of who gave them: credits-30 (at least 30 credits in Norwegian
        as a second language, norsk som andrespråk), teacher-training (trained as a teacher, without these credits),
        neither, unknown; a competence left out gave none
    :ivar heads: number of teachers by competence, values as for hours; empty = not counted
    :ivar unit: the school, department or course, where it is not all of the municipality
    """

    TOPIC = "teaching-recorded"
    TERM = "undervisningstimer i norsk"
    STREAM = "municipality"
    until: date
    hours: dict[TeacherCompetence, TeachingHours | None]
    heads: dict[TeacherCompetence, Teachers | None] = msgspec.field(default_factory=dict)
    unit: Name | None = None


class InvolvementHeld(Marks, frozen=True):
    """Participants were heard as a group on what the service is like (brukermedvirkning på gruppenivå).

    What one participant said about the own programme belongs to the participant. Source: NORCE 20-2019 section 3.1.

    :ivar method: survey, user-council, dialogue-meeting, interview-round or other
    :ivar unit: the school, department or course, where it is not all of the municipality
    :ivar dialogue_meeting_after: what came out was talked over with the participants afterwards
    :ivar present: number of participants who took part; left out = not counted
    """

    TOPIC = "involvement-held"
    TERM = "brukermedvirkning på gruppenivå"
    STREAM = "municipality"
    value_field = "method"
    method: Literal["survey", "user-council", "dialogue-meeting", "interview-round", "other"]
    unit: Name | None = None
    dialogue_meeting_after: YesNo = "not-asked"
    present: Annotated[int, Range(0, 10000), Unit("participants")] | None = None


class TargetSet(Marks, frozen=True):
    """The municipality set a target of its own for an indicator (måltall).

    It holds from that day until another is set for the same indicator, line and cohort. National targets are no facts
    of a municipality. Source: choice of this product.

    :ivar indicator: the indicator's id
    :ivar percent: the share aimed at
    :ivar line: the line of the indicator, where it has several; left out = its main one
    :ivar cohort: the year of the cohort it is for; left out = every cohort
    :ivar decided_by: who decided it, such as the council (kommunestyre)
    """

    TOPIC = "target-set"
    TERM = "måltall"
    STREAM = "municipality"
    value_field = "indicator"
    indicator: IndicatorId
    percent: Percent
    line: Name | None = None
    cohort: Annotated[int, Range(1990, 2100)] | None = None
    decided_by: Name | None = None
