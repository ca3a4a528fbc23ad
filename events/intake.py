"""Intake: who starts a journey, from where, on which track, in whose care, with what consent."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from events.base import (
    Closes,
    Key,
    LanguageCode,
    Marks,
    MunicipalityCode,
    Name,
    OccupationCode,
    Opens,
    Range,
    Sets,
    SpellKey,
    Unit,
    YesNo,
)

Gender = Literal["female", "male", "other", "unknown"]
Schooling = Literal[
    "none",
    "some-basic",
    "basic-not-equal",
    "basic",
    "some-upper-secondary",
    "upper-secondary",
    "higher",
    "unknown",
    "not-asked",
]
SchoolingBasis = Literal["documented", "own-statement", "unknown"]
RuleSet = Literal[
    "introduction-act", "integration-act-2021", "integration-act-2025", "collective-protection", "unknown"
]
Category = Literal["right-and-duty", "right", "duty", "may-be-offered", "asylum-norwegian", "none", "unknown"]
Purpose = Literal["follow-up", "participation", "sharing"]
BirthYear = Annotated[int, Range(1900, 2100)]
Children = Annotated[int, Range(0, 30), Unit("children")]


class ParticipantRegistered(Marks, frozen=True):
    """A person was registered as a participant: the known starting point of the journey (startpunkt).

    Source of the starting point: NORCE 20-2019 section 3.1. Codes are kept as they were on the day.

    :ivar municipality: code of the municipality that settled the person
    :ivar settled_on: the day of settlement there (bosettingsdato)
    :ivar first_settled_on: the day of the first settlement, where that was earlier in another municipality
    :ivar birth_year: year of birth
    :ivar gender: gender as told
    :ivar schooling: highest schooling at the start: none; some-basic (1-6 years); basic-not-equal (7-9 years, not
        equal to grunnskole); basic (grunnskole or equal); some-upper-secondary; upper-secondary; higher; unknown;
        not-asked
    :ivar schooling_basis: documented or the person's own statement
    :ivar literate: reads and writes in any language
    :ivar children: number of own children at settlement
    :ivar rule_set: the act and version the person is under: introduction-act (before 2021), integration-act-2021,
        integration-act-2025 (as revised), collective-protection (chapter 6A)
    :ivar category: rights-and-obligations category in the register (rett og plikt)
    :ivar provider_municipality: code of the municipality that gives the training, where it is bought from another
    """

    TOPIC = "participant-registered"
    TERM = "startpunkt"
    value_field = "municipality"
    municipality: MunicipalityCode
    settled_on: date
    first_settled_on: date | None = None
    birth_year: BirthYear | None = None
    gender: Gender = "unknown"
    schooling: Schooling = "not-asked"
    schooling_basis: SchoolingBasis = "unknown"
    literate: YesNo = "not-asked"
    children: Children | None = None
    rule_set: RuleSet = "unknown"
    category: Category = "unknown"
    provider_municipality: MunicipalityCode | None = None


class BackgroundUpdated(Marks, frozen=True):
    """Something about the starting point became known, or known better (bakgrunn oppdatert).

    It says how it was at the start, learnt later; what is left out stays as it was. A mistake is corrected instead.

    :ivar birth_year: year of birth
    :ivar gender: gender as told
    :ivar schooling: highest schooling at the start, values as in participant-registered
    :ivar schooling_basis: documented or the person's own statement
    :ivar literate: reads and writes in any language
    :ivar children: number of own children
    :ivar rule_set: the act and version the person is under
    :ivar category: rights-and-obligations category in the register
    :ivar provider_municipality: code of the municipality that gives the training
    """

    TOPIC = "background-updated"
    TERM = "bakgrunn oppdatert"
    partial = True
    birth_year: BirthYear | None = None
    gender: Gender | None = None
    schooling: Schooling | None = None
    schooling_basis: SchoolingBasis | None = None
    literate: YesNo | None = None
    children: Children | None = None
    rule_set: RuleSet | None = None
    category: Category | None = None
    provider_municipality: MunicipalityCode | None = None


class TrackAssigned(Sets, frozen=True):
    """The participant was placed on a track of Norwegian training (spor).

    The tracks belong to the curriculum of 2012 and live on locally. Source: HK-dir; NORCE 20-2019.

    :ivar track: 1 little or no schooling; 2 some schooling; 3 good general schooling
    """

    TOPIC = "track-assigned"
    TERM = "spor"
    activity = "track"
    value_field = "track"
    track: Literal["1", "2", "3"]


class SkillsMapped(Marks, frozen=True):
    """The participant's skills were mapped before or early in the programme (kompetansekartlegging).

    :ivar languages: languages the participant speaks, as codes of ISO 639
    :ivar education: highest schooling found in the mapping, values as in participant-registered
    :ivar work_years: years of work before arrival; None = unknown
    :ivar occupation: occupation before arrival as a STYRK-08 code
    """

    TOPIC = "skills-mapped"
    TERM = "kompetansekartlegging"
    value_field = "education"
    languages: tuple[LanguageCode, ...] = ()
    education: Schooling = "unknown"
    work_years: Annotated[Decimal, Range(0, 60), Unit("years")] | None = None
    occupation: OccupationCode | None = None


class UnitAssigned(Sets, frozen=True):
    """A service unit, district or school became responsible for the participant (tjenestested, bydel, skole).

    :ivar unit: name of the unit
    :ivar kind: service, district or school
    """

    TOPIC = "unit-assigned"
    TERM = "tjenestested"
    activity = "unit"
    value_field = "unit"
    unit: Name
    kind: Literal["service", "district", "school", "unknown"] = "unknown"


class GroupJoined(Opens, frozen=True):
    """The participant joined a class or another group that is taught or met together (klasse, gruppe).

    :ivar group: name of the class; a person may be in several
    """

    TOPIC = "group-joined"
    TERM = "klasse"
    activity = "group"
    value_field = "group"
    group: Key


class GroupLeft(Closes, frozen=True):
    """The participant left a class or group (sluttet i klasse).

    :ivar group: name of the class
    """

    TOPIC = "group-left"
    TERM = "sluttet i klasse"
    activity = "group"
    value_field = "group"
    group: Key


class AdvisorAssigned(Sets, frozen=True):
    """An advisor became responsible for the participant's programme (programrådgiver, kontaktperson).

    :ivar advisor: the advisor's user name, never a personal number
    """

    TOPIC = "advisor-assigned"
    TERM = "programrådgiver"
    activity = "advisor"
    value_field = "advisor"
    administrative = True
    advisor: Name


class InterpreterNeeded(Sets, frozen=True):
    """The participant needs an interpreter, or no longer does (tolkebehov).

    :ivar language: code of ISO 639; none = no interpreter is needed any more
    """

    TOPIC = "interpreter-needed"
    TERM = "tolkebehov"
    activity = "interpreter"
    value_field = "language"
    language: LanguageCode | None


class ConsentGiven(Opens, frozen=True):
    """The participant gave consent for a purpose (samtykke).

    :ivar purpose: follow-up after the programme; participation (volunteering and roles may be recorded and counted);
        sharing with a named partner
    :ivar partner: the partner it may be shared with
    """

    TOPIC = "consent-given"
    TERM = "samtykke"
    activity = "consent"
    value_field = "purpose"
    purpose: Annotated[Purpose, SpellKey()]
    partner: Name | None = None


class ConsentWithdrawn(Closes, frozen=True):
    """The participant withdrew a consent (samtykke trukket tilbake).

    :ivar purpose: the purpose it had been given for
    """

    TOPIC = "consent-withdrawn"
    TERM = "samtykke trukket tilbake"
    activity = "consent"
    value_field = "purpose"
    purpose: Annotated[Purpose, SpellKey()]
