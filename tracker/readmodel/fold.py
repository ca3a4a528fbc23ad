"""The fold: the facts of one stream become rows, on the clock of what happened; a pure function."""

from collections.abc import Callable, Collection, Container, Iterable, Sequence
from functools import cache, partial
from typing import Any, Protocol

from events import Fact
from events.codec import Recorded
from events.intake import BackgroundUpdated, ParticipantRegistered
from events.language import LEVELS, LanguageLevelReached
from events.municipality import MunicipalityRegistered
from events.status import PeriodObserved, StatusConfirmed
from tracker.fact_values import value_fields, values_of
from tracker.follow_up.rows import AGREED, DUE, Due
from tracker.follow_up.rules import Rulebook
from tracker.readmodel.spell_rows import (
    ConfirmedRows,
    Defaults,
    Folded,
    SpellRows,
    defaults,
    encode,
    ended_by,
    text,
)
from tracker.readmodel.tables import TABLES
from tracker.spells import DAY, Entry, Partition, partition_of

Line = tuple[Any, ...]
Rows = dict[str, list[Line]]

_BASELINE: Partition = ("participant", "")
_STATUS: Partition = ("status", "")
_OBSERVED: Partition = ("observed", "")
_MUNICIPALITY: Partition = ("municipality", "")


def fold(entries: Iterable[Entry], rules: Rulebook | None = None) -> Rows:
    """Rows of everything but the timeline, on the clock of what happened alone.

    :param rules: the rules of follow-up; without them nothing is told of what is agreed and due
    """
    rows: Rows = {table.name: [] for table in TABLES}
    parts = Parts(rules)
    touched = dict.fromkeys(place for entry in entries for place in parts.put(entry))
    for place in touched:
        for table, row in parts.fold(place):
            rows[table].append(row)
    return rows


class Part(Protocol):
    """The facts of one partition, as they come and go, and the rows they fold into."""

    def add(self, entry: Entry) -> None: ...
    def drop(self, entry: Entry) -> None: ...
    def rows(self) -> Folded: ...


class Parts:
    """The facts of one stream, each in the partitions whose rows it can change.

    :param rules: as for :func:`fold`
    """

    def __init__(self, rules: Rulebook | None) -> None:
        self._due = Due(rules) if rules is not None else None
        self._parts: dict[Partition, Part] = {}

    def fill(self, entries: Collection[Entry], wanted: Container[Partition]) -> None:
        """Add the facts that were there before.

        :param wanted: the partitions that will be asked about, apart from what is agreed and due
        """
        for entry in entries:
            self._add(entry, [place for place in places_of(entry.fact) if place in wanted])
        if self._due is not None:
            self._due.fill(entries)

    def put(self, entry: Entry) -> tuple[Partition, ...]:
        """Add a fact, and tell which partitions are touched."""
        places = places_of(entry.fact)
        self._add(entry, places)
        return places if self._due is None else places + self._due.add(entry)

    def _add(self, entry: Entry, places: Iterable[Partition]) -> None:
        for place in places:
            part = self._parts.get(place)
            if part is None:
                part = self._parts[place] = _PARTS.get(place[0], SpellRows)()
            part.add(entry)

    def take(self, entry: Entry) -> tuple[Partition, ...]:
        """Take a fact out again, and tell which partitions are touched."""
        places = places_of(entry.fact)
        for place in places:
            self._parts[place].drop(entry)
        return places if self._due is None else places + self._due.drop(entry)

    def fold(self, place: Partition) -> Folded:
        """The rows of one partition."""
        if self._due is not None and place[0] in (DUE, AGREED):
            return self._due.rows(place)
        return self._parts[place].rows()


def places_of(fact: Fact) -> tuple[Partition, ...]:
    """The partitions whose rows a fact can change, apart from what is agreed and due."""
    special = _PLACES.get(type(fact))
    partition = special(fact) if special is not None else partition_of(fact)
    if partition is None:
        return ()
    return (partition, _STATUS) if ended_by(type(fact)) else (partition,)


def timeline_row(entry: Entry, recorded: Recorded, position: int) -> Line:
    """A fact as a line of the timeline."""
    fact, stamp = entry.fact, recorded.stamp
    cls = type(fact)
    value_field = cls.value_field
    details = {name: value for name, default in _details(cls) if (value := getattr(fact, name)) != default}
    return (
        entry.version,
        fact.on.isoformat(),
        fact.on_precision,
        cls.TOPIC,
        cls.activity or None,
        fact.key or None,
        text(getattr(fact, value_field)) if value_field else None,
        encode(details).decode() if details else None,
        int(fact.observes),
        fact.told_by,
        stamp.channel,
        stamp.source,
        stamp.act,
        stamp.timestamp.isoformat(),
        stamp.first_registered_on.isoformat() if stamp.first_registered_on else None,
        position,
    )


@cache
def _details(cls: type[Fact]) -> Defaults:
    """(field, value when left out) of the fields that go into the details of a line of the timeline."""
    return tuple((name, default) for name, default in defaults(cls) if name != cls.value_field)


def _fold_baseline(entries: Sequence[Entry]) -> Folded:
    registered = next((e.fact for e in entries if isinstance(e.fact, ParticipantRegistered)), None)
    if registered is None:
        return []
    values = values_of(registered)
    for entry in sorted(entries, key=lambda e: (e.fact.on, e.version)):
        if isinstance(entry.fact, BackgroundUpdated):
            values |= {
                name: value
                for name in value_fields(BackgroundUpdated)
                if (value := getattr(entry.fact, name)) is not None
            }
    first = values["first_settled_on"]
    return [
        (
            "participants",
            (
                values["municipality"],
                registered.on.isoformat(),
                values["settled_on"].isoformat(),
                first.isoformat() if first else None,
                *(values[name] for name in _BACKGROUND),
            ),
        )
    ]


_BACKGROUND = (
    "birth_year",
    "gender",
    "schooling",
    "schooling_basis",
    "literate",
    "children",
    "rule_set",
    "category",
    "provider_municipality",
)


def _fold_municipality(entries: Sequence[Entry]) -> Folded:
    return [
        ("municipalities", (entry.fact.municipality, entry.fact.name, entry.fact.on.isoformat()))
        for entry in entries
        if isinstance(entry.fact, MunicipalityRegistered)
    ]


def _fold_observed(entries: Sequence[Entry]) -> Folded:
    rows: Folded = []
    for entry in entries:
        assert isinstance(entry.fact, PeriodObserved)
        start, end = entry.fact.on.isoformat(), (entry.fact.until + DAY).isoformat()
        row = ("observed", "observed", start, start, end, None, None, None, None, entry.version, None)
        rows.append(("spells", row))
    return rows


def _fold_levels(entries: Sequence[Entry]) -> Folded:
    """Lower results are kept; one below an earlier result of the same skill is flagged."""
    rows: Folded = []
    best = -1
    for entry in sorted(entries, key=lambda e: (e.fact.on, e.version)):
        assert isinstance(entry.fact, LanguageLevelReached)
        if entry.fact.level not in LEVELS:
            continue
        rank = LEVELS.index(entry.fact.level)
        if rank < best:
            rows.append(("flags", ("level-below-earlier", entry.version, entry.fact.on.isoformat(), entry.fact.skill)))
        best = max(best, rank)
    return rows


_PLACES: dict[type[Fact], Callable[[Any], Partition]] = {
    ParticipantRegistered: lambda _: _BASELINE,
    BackgroundUpdated: lambda _: _BASELINE,
    MunicipalityRegistered: lambda _: _MUNICIPALITY,
    StatusConfirmed: lambda _: _STATUS,
    PeriodObserved: lambda _: _OBSERVED,
    LanguageLevelReached: lambda fact: ("level", fact.skill),
}


class _Together:
    """Facts that are folded all at once."""

    def __init__(self, folding: Callable[[Sequence[Entry]], Folded]) -> None:
        self._folding = folding
        self._entries: dict[int, Entry] = {}

    def add(self, entry: Entry) -> None:
        self._entries[entry.version] = entry

    def drop(self, entry: Entry) -> None:
        del self._entries[entry.version]

    def rows(self) -> Folded:
        return self._folding(list(self._entries.values()))


_PARTS: dict[str, Callable[[], Part]] = {
    "participant": partial(_Together, _fold_baseline),
    "municipality": partial(_Together, _fold_municipality),
    "status": ConfirmedRows,
    "observed": partial(_Together, _fold_observed),
    "level": partial(_Together, _fold_levels),
}
