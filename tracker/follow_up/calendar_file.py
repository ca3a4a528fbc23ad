"""What is due as a calendar file (iCalendar, RFC 5545), for the calendar programs of advisors.

Nothing in it names a participant: a title is the kind of task with the beginning of the participant's id, which
``tracker show`` understands, and what people wrote themselves is left out.
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tracker.catalogues import catalogue
from tracker.follow_up.scope import Scope
from tracker.follow_up.worklist import Due, Question, worklist
from tracker.quality.rows import known, running
from tracker.readmodel.follow import EPOCH
from tracker.wording import Language

if TYPE_CHECKING:
    import sqlite_utils

    from tracker.application import ProgressionTracker

DAY = timedelta(days=1)
REFERENCE = 8
"""So many characters of a participant's id are a reference."""

CHANGES = 16
"""Numbers between two positions of the log, for changes of a task that the log knew of beforehand."""

PRODUCT = "-//participant-progression-tracker//follow-up//"
HOST = "participant-progression-tracker"


@dataclass(frozen=True)
class Thread:
    """A thing due through everything that changed about it.

    :ivar name: the same on every day, as long as what made it due happened on the same day
    :ivar sequence: rises whenever anything about it changes
    :ivar position: position in the log from which it is known to be as it is
    """

    name: tuple[str, ...]
    sequence: int
    position: int


def calendar_file(app: "ProgressionTracker", scope: Scope, ahead: str = "90d", language: Language = "nb") -> bytes:
    """Conversations and tasks as events of a whole day, from the day on; what rests has no day, and is left out.

    :param scope: whose follow-up, usually that of one advisor
    :param ahead: how far to look ahead: ``90d``, ``3m``
    :returns: a calendar in UTF-8 with lines as RFC 5545 wants them
    :raises tracker.follow_up.filters.FilterNotValid: ``ahead`` is no time
    """
    from icalendar import Calendar

    text = catalogue(language).text
    model = app.read_model
    rows = [row for row in worklist(model, Question(scope, due=ahead), language) if not row.paused and row.days >= 0]
    threads = _threads(model.database, scope, {row.participant for row in rows})
    moments = _moments(model.database, {thread.position for thread in threads.values()})
    made = app.clock()
    calendar = Calendar()
    calendar.add("prodid", f"{PRODUCT}{language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", text("Follow-up: %(advisor)s", advisor=scope.advisor or text("No advisor")))
    for row in rows:
        thread = threads[_key(row)]
        uid = _token(app.keys.index_key, thread.name)
        calendar.add_component(_event(row, uid, thread, moments.get(thread.position), made, language))
    return bytes(calendar.to_ical())


def reference(participant: str) -> str:
    """What stands for a participant where no name may: the beginning of the id."""
    return participant[:REFERENCE]


def _event(row: Due, uid: str, thread: Thread, changed: datetime | None, made: datetime, language: Language) -> Any:
    from icalendar import Event

    words = catalogue(language)
    event = Event()
    event.add("uid", f"{uid}@{HOST}")
    event.add("dtstamp", made)
    if changed is not None:
        event.add("last-modified", changed.replace(microsecond=0))
    event.add("sequence", thread.sequence)
    event.add("dtstart", row.due)
    event.add("dtend", row.due + DAY)
    event.add(
        "summary", words.text("%(title)s (ref. %(reference)s)", title=row.title, reference=reference(row.participant))
    )
    party = words.find("value", row.party)
    event.add(
        "description",
        "\n".join(
            (
                row.to_do,
                words.text("Whose duty: %(party)s", party=party),
                words.text("Rests on: %(basis)s", basis=words.text(row.basis.partition(" ")[0])),
            )
        ),
    )
    event.add("class", "PRIVATE")
    event.add("status", "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    # Without it Outlook shows an event of a whole day as busy, whatever its transparency.
    event.add("x-microsoft-cdo-busystatus", "FREE")
    return event


def _key(row: Due) -> tuple[str, str, str, str]:
    return row.participant, row.task, row.about, row.due.isoformat()


def _token(key: bytes, name: Iterable[str]) -> str:
    """A name that tells nothing to whoever has not the key of the installation."""
    return hmac.new(key, "\0".join(("calendar", *name)).encode(), hashlib.sha256).hexdigest()[:32]


def _threads(
    database: "sqlite_utils.Database", scope: Scope, participants: Iterable[str]
) -> Mapping[tuple[str, str, str, str], Thread]:
    """(participant, task, about, due) -> what it is the last stretch of.

    A task goes on in the next segment where one ended by being changed. Of several that began on the same day, such as
    the points of a rule, each is told apart by its place in the order of their days. A conversation that is moved is a
    task of its own each time; its first day, which the table of conversations knows, ties them together.
    """
    values = scope.values | {"participants": _json(participants)}
    found: dict[tuple[str, str, str, str], Thread] = {}
    begun_then: Counter[tuple[str, str, str, str]] = Counter()
    open_ends: dict[tuple[str, str, str, str], list[tuple[tuple[str, ...], int]]] = {}
    rows = database.execute(
        f"""
        SELECT t.participant, t.task, t.about, t.due, t.valid_from, COALESCE(t.valid_to, ''), t.ended, t.known_from
        FROM json_each(:participants) w CROSS JOIN tasks t INDEXED BY tasks_participant
        WHERE t.participant = w.value AND {known("t")} AND t.valid_from <= :at
        ORDER BY t.participant, t.task, t.about, t.valid_from, t.due
        """,
        values,
    )
    for participant, task, about, due, begun, until, ended, position in rows:
        place = participant, task, about, begun
        if open_ends.get(place):
            name, changes = open_ends[place].pop(0)
        else:
            name, changes = (*place, str(begun_then[place])), 0
            begun_then[place] += 1
        found[participant, task, about, due] = Thread(name, _sequence(position, changes), position)
        if ended == "changed":
            open_ends.setdefault((participant, task, about, until), []).append((name, changes + 1))
    for participant, about, due, agreed, first, moves, position in database.execute(
        f"""
        SELECT f.participant, f.follow_up, f.planned_on, f.agreed_on, f.first_planned_on, f.moves, f.known_from
        FROM json_each(:participants) w CROSS JOIN follow_ups f
        WHERE f.participant = w.value AND {running("f")} AND f.state = 'agreed'
        """,
        values,
    ):
        thread = Thread((participant, "follow-up", about, agreed, first), _sequence(position, moves), position)
        for key in ((participant, "follow-up", about, due), (participant, "follow-up", "", due)):
            if key in found:
                found[key] = thread
                break
    return found


def _sequence(position: int, changes: int) -> int:
    return position * CHANGES + min(changes, CHANGES - 1)


def _moments(database: "sqlite_utils.Database", positions: Iterable[int]) -> Mapping[int, datetime]:
    """When the facts at these positions were recorded, UTC."""
    rows = database.execute(
        "SELECT position, moment FROM moments WHERE position IN (SELECT value FROM json_each(:positions))",
        {"positions": _json(positions)},
    )
    return {position: EPOCH + timedelta(microseconds=moment) for position, moment in rows.fetchall()}


def _json(values: Iterable[object]) -> str:
    import msgspec

    return msgspec.json.encode(list(values)).decode()
