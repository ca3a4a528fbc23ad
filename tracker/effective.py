"""The facts of a stream that hold: corrections and retractions applied."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from events import Fact
from events.codec import Recorded
from events.corrections import FactCorrected, FactRetracted
from events.fields import fields_by_name
from tracker.spells import Entry


def effective(recorded: Iterable[Recorded]) -> dict[int, Entry]:
    """Version -> fact, with corrections and retractions applied; corrections themselves are left out.

    A retraction counts unless it has been retracted itself; the last correction that counts wins, field by field.
    """
    entries: dict[int, Entry] = {}
    turns: list[Recorded] = []
    for item in recorded:
        fact = item.stamp.fact
        if isinstance(fact, (FactCorrected, FactRetracted)):
            turns.append(item)
        else:
            entries[item.originator_version] = Entry(item.originator_version, fact)
    gone: set[int] = set()
    corrections: list[Recorded] = []
    for item in reversed(turns):
        if item.version in gone:
            continue
        if isinstance(item.fact, FactRetracted):
            gone.add(item.fact.retracts)
        else:
            corrections.append(item)
    for version in gone:
        entries.pop(version, None)
    for item in reversed(corrections):
        correction = item.fact
        assert isinstance(correction, FactCorrected)
        original = entries.get(correction.corrects)
        if original is not None:
            entries[correction.corrects] = Entry(original.version, with_values(original.fact, correction.values))
    return entries


def with_values(fact: Fact, values: Mapping[str, Any]) -> Fact:
    """The fact with other values in some fields; values are plain ones, as written in the log.

    :raises msgspec.ValidationError: a value does not fit its field
    """
    plain = msgspec.to_builtins(fact)
    for name, value in values.items():
        default = fields_by_name(type(fact))[name].default if value is None else None
        plain[name] = value if value is not None else default
    return msgspec.convert(plain, type(fact))
