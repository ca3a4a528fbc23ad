"""The municipality's own stream: facts that belong to the service and not to a person."""

from events.base import Marks, MunicipalityCode, Name


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
