"""A sheet with one row a person: the columns are fields of the registration and dated facts."""

from collections.abc import Sequence

from tracker.importing.problems import Problems
from tracker.importing.profile import Profile
from tracker.importing.telling import Said, Slot, Telling, further_facts, registration_of, slot_of
from tracker.importing.template import Line


def told_by_participants(profile: Profile, lines: Sequence[Line], problems: Problems) -> Telling:
    """What a person's row tells. A cell that was emptied takes back what it told before."""

    def slot(said: Said) -> Slot | None:
        return slot_of(profile.facts, said)

    return Telling(registration_of(profile, lines, problems), further_facts(profile, lines, problems), slot)
