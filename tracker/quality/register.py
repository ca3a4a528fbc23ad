"""What the national introduction register (NIR) has not been told, or was told otherwise than it is held to be now."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from heapq import merge
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from events.base import UNTOLD
from tracker.journey import OSLO
from tracker.quality.rows import governed, known, months_later, quoted, told
from tracker.rules.nir import REGISTRATION, SUBJECTS, cut_off, due_on, places

if TYPE_CHECKING:
    from tracker.readmodel.follow import ReadModel

Order = Literal["urgency", "register"]
State = Literal["not-registered", "changed"]

_FIELDS = {fact: subject.field for _, subject, fact in places()}
_PLACES = {fact: (place, subject.id) for place, subject, fact in places()}


@dataclass(frozen=True)
class Item:
    """A fact to register.

    :ivar place: of its subject in the register's order, from 1
    :ivar version: number of the fact in its stream, which registered-in-nir names
    :ivar state: not-registered; changed = corrected since it was registered
    :ivar counts_from: the day from which the two months run: the day it happened, or that of the change
    :ivar due_on: the last day that is in time
    :ivar cut_off: the last day on which it reaches the figures of the year in which it happened
    """

    participant: str
    place: int
    subject: str
    fact: str
    version: int
    happened_on: date
    state: State
    counts_from: date
    due_on: date
    cut_off: date


_ASKED = quoted(_FIELDS)
_SPARED = quoted(f"{fact} {act}" for subject in SUBJECTS for fact in subject.facts for act in sorted(subject.not_for))
_WITH_FIELD = " AND ".join(
    f"(t.fact <> '{fact}' OR json_extract(t.details, '$.{field}') NOT IN {quoted(UNTOLD)})"
    for fact, field in _FIELDS.items()
    if field
)
_WITH_KEY = " AND ".join(
    f"(t.fact <> '{fact}' OR t.key = '{subject.key}')" for _, subject, fact in places() if subject.key
)
_PLACE = "CASE t.fact " + " ".join(f"WHEN '{fact}' THEN {place}" for fact, (place, _) in _PLACES.items()) + " END"


def asked(columns: str, where: str, join: str = "", timeline: str = "timeline t") -> str:
    """SELECT of the facts that the register asks for, of the participants of :municipality (all where it is null).

    The timeline is ``t``, the participant ``p``.

    :param where: a further condition, tried first
    :param timeline: where the lines of the timeline come from
    """
    # They are a large part of all facts: the plus keeps the index out, which would be three times as slow.
    return f"""
        SELECT {columns} FROM {timeline} CROSS JOIN participants p ON p.participant = t.participant AND {known("p")}
        {join}
        WHERE {where} AND +t.fact IN {_ASKED} AND {told("t")} AND p.registered_on <= :at
          AND (:municipality IS NULL OR p.municipality = :municipality)
          AND {_WITH_FIELD}
          AND {_WITH_KEY}
          AND t.fact || ' ' || COALESCE(p.rule_set, '') NOT IN {_SPARED}
        """


DUE = governed(REGISTRATION, "t.happened_on", months_later)
"""The last day on which a line of the timeline is registered in time, as SQL."""

_MARKS = f"""
    marks AS MATERIALIZED (
        SELECT participant, CAST(value AS INTEGER) AS version,
               MAX(happened_on || printf(' %015d', position)) AS latest
        FROM timeline m WHERE m.fact = 'registered-in-nir' AND {told("m")} GROUP BY 1, 2
    )"""
_NAMED = "json_each(:participants) n CROSS JOIN timeline t ON t.participant = n.value"
_MARKS_OF_NAMED = f"""
    marks AS MATERIALIZED (
        SELECT m.participant, CAST(m.value AS INTEGER) AS version,
               MAX(m.happened_on || printf(' %015d', m.position)) AS latest
        FROM json_each(:participants) n CROSS JOIN timeline m ON m.participant = n.value
        WHERE +m.fact = 'registered-in-nir' AND {told("m")} GROUP BY 1, 2
    )"""
_MARKED = "JOIN marks m ON m.participant = t.participant AND m.version = t.version"
_IN_PERIOD = "(:since IS NULL OR t.happened_on >= :since) AND (:until IS NULL OR t.happened_on <= :until)"
_COLUMNS = "t.participant, t.fact, t.version, t.happened_on"
_ORDERS: Mapping[Order, str] = {
    "urgency": "due, place, t.participant, t.version",
    "register": "place, due, t.participant, t.version",
}


def outstanding(
    model: "ReadModel",
    position: int,
    at: date,
    *,
    municipality: str | None = None,
    since: date | None = None,
    until: date | None = None,
    order: Order = "urgency",
    participants: Sequence[str] | None = None,
) -> Iterator[Item]:
    """The facts that the register is to be told, as known at a position of the log.

    A registration counts for what its fact said by the end of the day on which it was made; a fact that was recorded
    here only later, for what it said when the registration was recorded.

    :param at: the day; what happened or was registered later is left out
    :param municipality: only participants settled there
    :param since: only facts that happened on this day or later
    :param until: only those due on this day or before
    :param order: urgency: by due day; register: by subject, then by due day
    :param participants: only these, which is quick where they are few
    """
    values = {
        "position": position,
        "at": at.isoformat(),
        "municipality": municipality,
        "since": since.isoformat() if since else None,
        "until": until.isoformat() if until else None,
        "participants": None if participants is None else msgspec.json.encode(list(participants)).decode(),
    }
    never = _never_registered(model, values, order)
    changed = sorted(
        (item for item in _changed(model, values) if until is None or item.due_on <= until),
        key=lambda item: _sorted_by(item, order),
    )
    return merge(never, changed, key=lambda item: _sorted_by(item, order))


def _marks(values: Mapping[str, Any]) -> str:
    return _MARKS if values["participants"] is None else _MARKS_OF_NAMED


def _lines(values: Mapping[str, Any]) -> str:
    return "timeline t" if values["participants"] is None else _NAMED


def _sorted_by(item: Item, order: Order) -> tuple[Any, ...]:
    ranks = (item.due_on, item.place) if order == "urgency" else (item.place, item.due_on)
    return (*ranks, item.participant, item.version)


def _never_registered(model: "ReadModel", values: Mapping[str, Any], order: Order) -> Iterator[Item]:
    rows = model.database.execute(
        f"""
        WITH {_marks(values)}
        SELECT * FROM (
            {asked(f"{_COLUMNS}, {_PLACE} AS place, {DUE} AS due", _IN_PERIOD, f"LEFT {_MARKED}", _lines(values))}
            AND m.version IS NULL
        ) t
        WHERE :until IS NULL OR due <= :until
        ORDER BY {_ORDERS[order]}
        """,
        dict(values),
    )
    for participant, fact, version, happened_on, _, _ in rows:
        yield _item(participant, fact, version, date.fromisoformat(happened_on), "not-registered")


def _changed(model: "ReadModel", values: Mapping[str, Any]) -> Iterator[Item]:
    rows = model.database.execute(
        f"""
        WITH {_marks(values)}
        {asked(f"{_COLUMNS}, t.position, m.latest", "t.known_from > t.position", _MARKED, _lines(values))}
          AND (:since IS NULL OR t.happened_on >= :since)
        """,
        dict(values),
    ).fetchall()
    for participant, fact, version, happened_on, recorded_at, latest in rows:
        registered_on, _, marked_at = latest.partition(" ")
        until = model.position_of(datetime.combine(date.fromisoformat(registered_on), time.max, OSLO))
        stood_at = int(marked_at) if until < recorded_at else min(int(marked_at), until)
        changed_at = _changed_at(_told(model, participant, version, values["position"]), _FIELDS[fact], stood_at)
        if changed_at is not None:
            day = date.fromisoformat(happened_on)
            yield _item(participant, fact, version, day, "changed", _day_of(model, changed_at))


def _told(model: "ReadModel", participant: str, version: int, position: int) -> list[Sequence[Any]]:
    """(known_from, day, key, value, details) of everything that was held to be so of a fact up to a position."""
    rows: list[Sequence[Any]] = model.database.execute(
        """
        SELECT known_from, happened_on, key, value, details FROM timeline
        WHERE participant = ? AND version = ? AND known_from <= ? ORDER BY known_from
        """,
        (participant, version, position),
    ).fetchall()
    return rows


def _changed_at(rows: Iterable[Sequence[Any]], field: str, stood_at: int) -> int | None:
    """The position from which a fact is held to be otherwise than at an earlier one; None where it is the same."""
    registered: tuple[Any, ...] | None = None
    changed_at: int | None = None
    for known_from, happened_on, key, value, details in rows:
        content = (
            (happened_on, msgspec.json.decode(details or "{}").get(field))
            if field
            else (happened_on, key, value, details)
        )
        if known_from <= stood_at:
            registered = content
        elif content == registered:
            changed_at = None
        elif changed_at is None:
            changed_at = known_from
    return changed_at


def _day_of(model: "ReadModel", position: int) -> date:
    row = model.database.execute("SELECT moment FROM moments WHERE position = ?", (position,)).fetchone()
    return datetime.fromtimestamp(int(row[0]) // 1_000_000, OSLO).date()


def _item(
    participant: str, fact: str, version: int, happened_on: date, state: State, counts_from: date | None = None
) -> Item:
    place, subject = _PLACES[fact]
    start = counts_from or happened_on
    return Item(
        participant,
        place,
        subject,
        fact,
        version,
        happened_on,
        state,
        start,
        due_on(start),
        cut_off(happened_on),
    )
