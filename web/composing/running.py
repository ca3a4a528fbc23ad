"""What runs in a journey: from its facts, as they are held to be now."""

from datetime import date

from events import activities
from tracker.journey import Journey
from tracker.spells import Segment, partition_of, trace


def running(journey: Journey, activity: str | None = None) -> list[Segment]:
    """The last segment of each spell that has no end yet, in the order of their starts.

    :param activity: of this one alone
    """
    partitions: dict[tuple[str, str], list[object]] = {}
    for entry in journey.facts:
        place = partition_of(entry.fact)
        if place is not None:
            partitions.setdefault(place, []).append(entry)
    found = [
        segment
        for entries in partitions.values()
        for segment in trace(entries).segments  # type: ignore[arg-type]
        if segment.valid_to is None and activity in (None, segment.activity)
    ]
    return sorted(found, key=lambda segment: (segment.spell_from, segment.activity, segment.key))


def free_key(journey: Journey, activity: str, today: date) -> str:
    """A name for a new spell that none of the activity has had: the day, with a number where that is taken."""
    opener = activities()[activity].opener
    taken = {entry.fact.key for entry in journey.entries.values() if entry.fact.activity == opener.activity}
    number = 1
    while (name := f"{today.isoformat()}{f' {number}' if number > 1 else ''}") in taken:
        number += 1
    return name
