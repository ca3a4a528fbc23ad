"""Norwegian and social studies: training, levels reached skill by skill, courses, tests and exemptions."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from events.base import Closes, LanguageCode, Marks, Name, Opens, Range, Unit, WeeklyHours

Skill = Literal["listening", "reading", "writing", "speaking"]
Level = Literal["below-A1", "A1", "A2", "B1", "B2", "C1", "not-assessed"]
TargetLevel = Literal["A1", "A2", "B1", "B2", "C1"]
SubLevel = Literal["A1-", "A1+", "A2-", "A2+", "B1-", "B1+", "B2-", "B2+"]


LEVELS = ("below-A1", "A1", "A2", "B1", "B2", "C1")
"""Levels of Norwegian from the lowest up."""


class LanguageLevelReached(Marks, frozen=True):
    """A level of Norwegian was shown in one skill (språknivå).

    A test day gives one such fact for each part taken. A lower result after a higher one is kept; what is
    reached is the best so far. The day is the day of the test, not of its result. Source of parts and levels:
    HK-dir.

    :ivar skill: listening (lytteforståelse), reading (leseforståelse), writing (skriftlig framstilling),
        speaking (muntlig kommunikasjon)
    :ivar level: below-A1, A1, A2, B1, B2, C1, or not-assessed (ikke grunnlag for vurdering)
    :ivar sub_level: a finer step within the level, such as A1+
    :ivar evidence: norskproven (the national test, norskprøven), local-test, placement (at intake), teacher,
        unknown
    :ivar sitting: which sitting of the national test; there are four a year
    :ivar result_received_on: the day the result was known, about three weeks after the sitting
    """

    TOPIC = "language-level-reached"
    TERM = "språknivå"
    value_field = "level"
    skill: Skill
    level: Level
    sub_level: SubLevel | None = None
    evidence: Literal["norskproven", "local-test", "placement", "teacher", "unknown"] = "unknown"
    sitting: Name | None = None
    result_received_on: date | None = None


class LanguageTrainingStarted(Opens, frozen=True):
    """Training in Norwegian started, in or beside the programme (norskopplæring).

    :ivar hours_per_week: planned hours; None = unknown
    """

    TOPIC = "language-training-started"
    TERM = "norskopplæring"
    activity = "language-training"
    solitary = True
    life = True
    hours_per_week: WeeklyHours | None = None


class LanguageTrainingEnded(Closes, frozen=True):
    """Training in Norwegian ended; the day is the last day (avsluttet norskopplæring).

    :ivar cause: goal-reached, time-out (the deadline passed), left, moved, other, unknown
    """

    TOPIC = "language-training-ended"
    TERM = "avsluttet norskopplæring"
    activity = "language-training"
    value_field = "cause"
    cause: Literal["goal-reached", "time-out", "left", "moved", "other", "unknown"] = "unknown"


class SocialStudiesCourseCompleted(Marks, frozen=True):
    """The course in Norwegian social studies was completed (samfunnskunnskap).

    :ivar language: language it was taught in, which is to be one the participant understands; code of ISO 639
    :ivar hours: hours attended
    """

    TOPIC = "social-studies-course-completed"
    TERM = "samfunnskunnskap"
    value_field = "language"
    language: LanguageCode | None = None
    hours: Annotated[Decimal, Range(0, 1000), Unit("hours")] | None = None


class SocialStudiesTestTaken(Marks, frozen=True):
    """The test in social studies was taken (samfunnskunnskapsprøven).

    :ivar passed: it was passed
    :ivar language: language it was taken in, as a code of ISO 639
    """

    TOPIC = "social-studies-test-taken"
    TERM = "samfunnskunnskapsprøven"
    value_field = "passed"
    passed: bool
    language: LanguageCode | None = None


class ExemptionGranted(Marks, frozen=True):
    """The participant was exempted from a duty by decision (fritak).

    The register keeps one decision for each kind of course. The grounds stay in the case file.

    :ivar subject: norwegian or social-studies
    :ivar duty: exempt from training or from the test
    """

    TOPIC = "exemption-granted"
    TERM = "fritak"
    value_field = "subject"
    subject: Literal["norwegian", "social-studies"]
    duty: Literal["training", "test"]
