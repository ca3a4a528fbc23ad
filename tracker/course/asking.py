"""The use cases of expected course: adopt norms for a municipality, and ask for a participant's course."""

from datetime import date
from uuid import UUID

import msgspec

from events.codec import Recorded
from events.municipality import NormSetAdopted
from tracker import errors
from tracker.application import Author, ProgressionTracker, municipality_stream
from tracker.as_of import AsOf
from tracker.course.history import History
from tracker.course.norms import NormSet, norm_set
from tracker.course.verdict import Course, judge
from tracker.municipality import record
from tracker.quality.rows import running


def adopt(
    app: ProgressionTracker, municipality: str, fact: NormSetAdopted, author: Author, *, command: str | None = None
) -> list[Recorded]:
    """Adopt norms of expected progression for a municipality, from the day of the fact on.

    :returns: what was recorded; empty where the command had been carried out before
    :raises tracker.course.norms.NormSetNotFound: there is no such norm set
    :raises errors.NotRegistered: the municipality does not use this installation
    """
    norm_set(fact.norm_set, fact.version, app.settings.home)
    return record(app, municipality, fact, author, command=command)


def course(app: ProgressionTracker, participant: UUID, at: date, position: int, seen: AsOf | None = None) -> Course:
    """A participant's course on a day, by the norms that the municipality of residence had adopted by then.

    Of a programme that has ended by the day, the last day in it is judged.

    :param position: as known at this position in the log
    :param seen: the stream as known at the position and on that day, where it has been read already
    :raises errors.ParticipantNotFound: nothing was recorded of the participant at this position
    :raises tracker.course.norms.NormSetNotFound: the norms that were adopted are no longer there
    """
    if seen is None:
        seen = AsOf((item for _, item in app.read_model.located(participant, position)), at)
    if not seen.recorded:
        raise errors.ParticipantNotFound(f"nothing was recorded of this participant at @{position}")
    history = History((), at, seen)
    held = history.until(history.programme_end or at)
    return judge(history, _adopted(app, held.municipality, held.at, position))


def _adopted(app: ProgressionTracker, municipality: str | None, on: date, position: int) -> NormSet | None:
    """The norms that the municipality looked at journeys with on a day."""
    if municipality is None:
        return None
    row = app.read_model.database.execute(
        f"SELECT s.value, s.details FROM spells s WHERE s.participant = :stream AND +s.activity = :activity "
        f"AND {running('s')}",
        {
            "stream": str(municipality_stream(municipality)),
            "activity": NormSetAdopted.activity,
            "position": position,
            "at": on.isoformat(),
        },
    ).fetchone()
    return None if row is None else norm_set(row[0], msgspec.json.decode(row[1])["version"], app.settings.home)
