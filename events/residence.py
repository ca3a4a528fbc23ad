"""Residence: moving, leaving, losing protection, death, and addresses that must not be known."""

from typing import Literal

from events.base import Closes, MunicipalityCode, Sets


class MovedToMunicipality(Sets, frozen=True):
    """The participant moved to another municipality; the day is the first day there (flytting).

    :ivar municipality: its code on the day
    """

    TOPIC = "moved-to-municipality"
    TERM = "flytting"
    activity = "residence"
    value_field = "municipality"
    municipality: MunicipalityCode


class LeftNorway(Sets, frozen=True):
    """The participant moved out of Norway; where to is not recorded (utvandring)."""

    TOPIC = "left-norway"
    TERM = "utvandring"
    activity = "residence"


class ProtectionEnded(Sets, frozen=True):
    """The protection or the permit that gave the right to the programme ended (opphør av beskyttelse)."""

    TOPIC = "protection-ended"
    TERM = "opphør av beskyttelse"
    activity = "residence"


class Died(Sets, frozen=True):
    """The participant died; the cause is not recorded (dødsfall)."""

    TOPIC = "died"
    TERM = "dødsfall"
    activity = "residence"


class AddressProtectionSet(Sets, frozen=True):
    """The participant's address became protected (adressebeskyttelse).

    Such a person is counted in national totals alone, and few may open the journey.

    :ivar level: strictly-confidential (strengt fortrolig, kode 6) or confidential (fortrolig, kode 7)
    """

    TOPIC = "address-protection-set"
    TERM = "adressebeskyttelse"
    activity = "address-protection"
    administrative = True
    value_field = "level"
    level: Literal["strictly-confidential", "confidential"]


class AddressProtectionLifted(Closes, frozen=True):
    """The protection of the address was lifted (opphevet adressebeskyttelse).

    The day is the last protected day.
    """

    TOPIC = "address-protection-lifted"
    TERM = "opphevet adressebeskyttelse"
    activity = "address-protection"
    administrative = True
