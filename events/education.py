"""Education: basic school, upper secondary, higher education; what is gained there or brought along."""

from decimal import Decimal
from typing import Annotated, Literal

from events.base import Closes, Key, Marks, Name, Opens, Percent, Range, Unit, WeeklyHours

LeavingCause = Literal["work", "other-education", "health", "parental-leave", "moved", "other", "unknown"]
UpperSecondaryKind = Literal["general", "vocational", "unknown"]
DegreeKind = Literal["bachelor", "master", "one-year", "bridging", "courses", "vocational-college", "other", "unknown"]


class PrimarySchoolEnrolled(Opens, frozen=True):
    """The participant started in basic education for adults, years 1 to 10 (grunnskole).

    Since 1 August 2024 it is preparatory education for adults (forberedende opplæring for voksne, FOV), in
    modules.

    :ivar school: key where several run at once
    :ivar hours_per_week: hours of teaching
    """

    TOPIC = "primary-school-enrolled"
    TERM = "grunnskole"
    activity = "primary-school"
    solitary = True
    life = True
    school: Key | None = None
    hours_per_week: WeeklyHours | None = None


class PrimarySchoolLeft(Closes, frozen=True):
    """The participant left basic education without completing it (sluttet i grunnskole).

    The day is the last day.

    :ivar school: its key
    :ivar cause: work, other-education, health, parental-leave, moved, other, unknown; never a diagnosis
    """

    TOPIC = "primary-school-left"
    TERM = "sluttet i grunnskole"
    activity = "primary-school"
    value_field = "cause"
    school: Key | None = None
    cause: LeavingCause = "unknown"


class PrimarySchoolCompleted(Closes, frozen=True):
    """Basic education was completed, with a certificate or equal competence (fullført grunnskole).

    Completed is counted, not started. Source: NORCE 20-2019 section 3.1.

    :ivar school: key of the spell that it ends
    """

    TOPIC = "primary-school-completed"
    TERM = "fullført grunnskole"
    activity = "primary-school"
    usual = False
    school: Key | None = None


class PrimarySchoolModuleCompleted(Marks, frozen=True):
    """A module of basic education was completed (modul i FOV).

    Source: HK-dir; a certificate of competence (kompetansebevis) is given for each completed module.

    :ivar module: literacy (grunnmodul, for those who cannot read), 1, 2, 3 or 4
    :ivar subject: norwegian, norwegian-for-minorities, mathematics, social-science, natural-science, english,
        all, other, unknown
    :ivar school: key of the running spell
    """

    TOPIC = "primary-school-module-completed"
    TERM = "modul i FOV"
    activity = "primary-school"
    value_field = "module"
    module: Literal["literacy", "1", "2", "3", "4"]
    subject: Literal[
        "norwegian",
        "norwegian-for-minorities",
        "mathematics",
        "social-science",
        "natural-science",
        "english",
        "all",
        "other",
        "unknown",
    ] = "unknown"
    school: Key | None = None


class UpperSecondaryEnrolled(Opens, frozen=True):
    """The participant started in upper secondary education (videregående opplæring).

    :ivar school: key where several run at once
    :ivar kind: general (studieforberedende), vocational (yrkesfag), unknown
    :ivar hours_per_week: hours of teaching
    """

    TOPIC = "upper-secondary-enrolled"
    TERM = "videregående opplæring"
    activity = "upper-secondary"
    solitary = True
    life = True
    value_field = "kind"
    school: Key | None = None
    kind: UpperSecondaryKind = "unknown"
    hours_per_week: WeeklyHours | None = None


class UpperSecondaryLeft(Closes, frozen=True):
    """The participant left upper secondary education, not completed (sluttet i videregående opplæring).

    The day is the last day.

    :ivar school: its key
    :ivar cause: work, other-education, health, parental-leave, moved, other, unknown; never a diagnosis
    """

    TOPIC = "upper-secondary-left"
    TERM = "sluttet i videregående opplæring"
    activity = "upper-secondary"
    value_field = "cause"
    school: Key | None = None
    cause: LeavingCause = "unknown"


class UpperSecondaryCompleted(Closes, frozen=True):
    """Upper secondary education was completed (fullført videregående opplæring).

    :ivar school: key of the spell that it ends
    :ivar kind: general (studiekompetanse), vocational (yrkeskompetanse), unknown
    """

    TOPIC = "upper-secondary-completed"
    TERM = "fullført videregående opplæring"
    activity = "upper-secondary"
    usual = False
    value_field = "kind"
    school: Key | None = None
    kind: UpperSecondaryKind = "unknown"


class UpperSecondaryModuleCompleted(Marks, frozen=True):
    """A module of upper secondary education was completed (modul i VOV).

    A trade has four to seven modules, taken in any order and several at once. Source: HK-dir.

    :ivar module: its name or code
    :ivar school: key of the running spell
    """

    TOPIC = "upper-secondary-module-completed"
    TERM = "modul i VOV"
    activity = "upper-secondary"
    value_field = "module"
    module: Name
    school: Key | None = None


class UpperSecondaryYearCompleted(Marks, frozen=True):
    """A year of upper secondary education was completed (fullført trinn).

    :ivar year: 1 (Vg1), 2 (Vg2) or 3 (Vg3)
    :ivar school: key of the running spell
    """

    TOPIC = "upper-secondary-year-completed"
    TERM = "fullført trinn"
    activity = "upper-secondary"
    value_field = "year"
    year: Literal["1", "2", "3"]
    school: Key | None = None


class TradeCertificateAwarded(Marks, frozen=True):
    """A trade or journeyman's certificate was awarded (fagbrev eller svennebrev).

    :ivar trade: name of the trade
    :ivar kind: trade (fagbrev), journeyman (svennebrev), unknown
    """

    TOPIC = "trade-certificate-awarded"
    TERM = "fagbrev eller svennebrev"
    value_field = "trade"
    trade: Name
    kind: Literal["trade", "journeyman", "unknown"] = "unknown"


class HigherEducationEnrolled(Opens, frozen=True):
    """The participant started at a university, university college or vocational college (høyere utdanning).

    :ivar school: key where several run at once
    :ivar kind: bachelor, master, one-year, bridging (kompletterende), courses, vocational-college (fagskole),
        other, unknown
    :ivar study_percent: part of full-time study
    """

    TOPIC = "higher-education-enrolled"
    TERM = "høyere utdanning"
    activity = "higher-education"
    solitary = True
    life = True
    value_field = "kind"
    school: Key | None = None
    kind: DegreeKind = "unknown"
    study_percent: Percent | None = None


class HigherEducationLeft(Closes, frozen=True):
    """The participant left higher education without a degree (sluttet i høyere utdanning).

    The day is the last day.

    :ivar school: its key
    :ivar cause: work, other-education, health, parental-leave, moved, other, unknown; never a diagnosis
    """

    TOPIC = "higher-education-left"
    TERM = "sluttet i høyere utdanning"
    activity = "higher-education"
    value_field = "cause"
    school: Key | None = None
    cause: LeavingCause = "unknown"


class HigherEducationCompleted(Closes, frozen=True):
    """A degree or a planned course of higher education was completed (fullført høyere utdanning).

    :ivar school: key of the spell that it ends
    :ivar kind: what was completed, values as in higher-education-enrolled
    """

    TOPIC = "higher-education-completed"
    TERM = "fullført høyere utdanning"
    activity = "higher-education"
    usual = False
    value_field = "kind"
    school: Key | None = None
    kind: DegreeKind = "unknown"


class CreditsEarned(Marks, frozen=True):
    """Credits of higher education were earned; each fact adds to those before (studiepoeng).

    :ivar credits: credits earned now; a full year of study is 60
    :ivar school: key of the running spell
    """

    TOPIC = "credits-earned"
    TERM = "studiepoeng"
    activity = "higher-education"
    value_field = "credits"
    credits: Annotated[Decimal, Range("0.5", "300"), Unit("credits")]
    school: Key | None = None


class CourseCertificateAwarded(Marks, frozen=True):
    """A short course that counts at work was passed, with a certificate (kursbevis).

    :ivar course: name of the course, such as truck driving
    :ivar kind: trade (bransjekurs), safety, driving (driving licence), other, unknown
    """

    TOPIC = "course-certificate-awarded"
    TERM = "kursbevis"
    value_field = "course"
    course: Name
    kind: Literal["trade", "safety", "driving", "other", "unknown"] = "unknown"


class PriorLearningAssessed(Marks, frozen=True):
    """What the participant could before was assessed against a course of education (realkompetansevurdering).

    Adults have a right to it in upper secondary education.

    :ivar level: primary-school, upper-secondary, higher-education
    :ivar result: approved in full, in part, none of it, or unknown
    """

    TOPIC = "prior-learning-assessed"
    TERM = "realkompetansevurdering"
    value_field = "result"
    level: Literal["primary-school", "upper-secondary", "higher-education"]
    result: Literal["full", "part", "none", "unknown"] = "unknown"


class ForeignEducationRecognised(Marks, frozen=True):
    """Education from abroad was recognised in Norway (godkjent utenlandsk utdanning).

    :ivar level: upper-secondary, vocational (fagopplæring), higher-education, profession (authorisation to
        work in it)
    :ivar extent: in full, in part, or unknown
    """

    TOPIC = "foreign-education-recognised"
    TERM = "godkjent utenlandsk utdanning"
    value_field = "level"
    level: Literal["upper-secondary", "vocational", "higher-education", "profession"]
    extent: Literal["full", "part", "unknown"] = "unknown"
