"""The municipality's own stream: facts that belong to the service and not to a person."""

from typing import Annotated

from events.base import Code, Marks, MunicipalityCode, Name, Range, Sets


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
