"""Rows on both clocks: as the facts of one stream are recorded one by one, what was known from when until when."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from events.codec import Recorded
from events.corrections import FactCorrected, FactRetracted, ParticipantForgotten
from tracker.effective import effective
from tracker.follow_up.rules import Rulebook
from tracker.readmodel.fold import Line, Parts, Rows, places_of, timeline_row
from tracker.readmodel.spell_rows import Folded
from tracker.readmodel.tables import ERASED, TABLES
from tracker.spells import Entry, Partition


def versions(stream: UUID, located: Iterable[tuple[int, Recorded]], rules: Rulebook | None = None) -> Rows:
    """All rows of a stream on both clocks, with the positions from which and until which each was known.

    A new fact folds only the partitions it touches; what changed in its rows is what became known.

    :param located: (position, recorded fact), in the order of the stream
    :param rules: as for :func:`fold`
    """
    grown = Versions(stream, rules)
    for position, recorded in located:
        grown.add(position, recorded)
    return grown.rows()


class Versions:
    """The rows of one stream on both clocks, grown fact by fact."""

    def __init__(self, stream: UUID, rules: Rulebook | None = None) -> None:
        self.stream = str(stream)
        self.erased_at: int | None = None
        self.recorded: dict[int, tuple[int, Recorded]] = {}
        self.entries: dict[int, Entry] = {}
        self.parts = Parts(rules)
        self.live: dict[Partition, dict[tuple[str, Line], int]] = {}
        self.folded: dict[Partition, Folded] = {}
        self.told: dict[int, tuple[Line, int]] = {}
        self.past: Rows = {table.name: [] for table in TABLES}

    def add(self, position: int, item: Recorded) -> None:
        """The next fact of the stream, at its position in the log."""
        fact = item.stamp.fact
        if type(fact) is ParticipantForgotten:
            self.erased_at = position
            return
        self.recorded[item.originator_version] = (position, item)
        if type(fact) is FactCorrected or type(fact) is FactRetracted:
            self._turn(effective(item for _, item in self.recorded.values()), position)
            return
        entry = Entry(item.originator_version, fact)
        self.entries[entry.version] = entry
        self.told[entry.version] = (timeline_row(entry, item, position), position)
        for place in self.parts.put(entry):
            self._refold(place, position)

    def rows(self) -> Rows:
        """Every row so far; of a forgotten stream only that it was erased."""
        if self.erased_at is not None:
            return {table.name: [(self.stream, self.erased_at)] if table is ERASED else [] for table in TABLES}
        rows = {name: list(past) for name, past in self.past.items()}
        for lines in self.live.values():
            for (table, row), known_from in lines.items():
                rows[table].append((self.stream, *row, known_from, None))
        timeline = rows["timeline"]
        for row, known_from in self.told.values():
            timeline.append((self.stream, *row, known_from, None))
        return rows

    def _turn(self, after: dict[int, Entry], position: int) -> None:
        """History reads otherwise from here on: fold anew what the changed facts touch."""
        touched: dict[Partition, None] = {}
        for version in self.entries.keys() | after.keys():
            before, now = self.entries.get(version), after.get(version)
            if before == now:
                continue
            if before is not None:
                row, known_from = self.told.pop(version)
                self.past["timeline"].append((self.stream, *row, known_from, position))
                touched.update(dict.fromkeys(self.parts.take(before)))
            if now is not None:
                at, item = self.recorded[version]
                self.told[version] = (timeline_row(now, item, at), position)
                touched.update(dict.fromkeys(self.parts.put(now)))
        self.entries = after
        for partition in touched:
            self._refold(partition, position)

    def _refold(self, partition: Partition, position: int) -> None:
        lines = self.parts.fold(partition)
        if lines == self.folded.get(partition, ()):
            return
        self.folded[partition] = lines
        new = dict.fromkeys(lines, position)
        live = self.live.get(partition)
        if live:
            for line, known_from in live.items():
                if line in new:
                    new[line] = known_from
                elif known_from != position:
                    self.past[line[0]].append((self.stream, *line[1], known_from, position))
        self.live[partition] = new


class Change(NamedTuple):
    """What became known with a fact, and what was known no longer; rows are (table, row without whose it is and when).

    :ivar gone: rows that were known up to here
    :ivar come: rows that are known from here on
    """

    position: int
    gone: list[tuple[str, Line]]
    come: list[tuple[str, Line]]


def appended(
    entries: Collection[Entry], new: Sequence[tuple[int, Recorded]], rules: Rulebook | None = None
) -> list[Change] | None:
    """What further facts of a stream change in its rows, without working out again when all others became known.

    The same as the difference of :func:`versions` with them and without. Only the partitions that they touch are
    folded, once as they were before.

    :param entries: the facts that held before
    :param new: (position, recorded fact) of those that came
    :returns: None where history reads otherwise from there on, so that everything has to be looked at
    """
    if any(type(item.stamp.fact) in _TURNS for _, item in new):
        return None
    parts = Parts(rules)
    parts.fill(entries, {place for _, item in new for place in places_of(item.stamp.fact)})
    folded: dict[Partition, dict[tuple[str, Line], None]] = {}
    changes = []
    for position, item in new:
        entry = Entry(item.originator_version, item.stamp.fact)
        touched = parts.put(entry)
        fresh = [place for place in touched if place not in folded]
        if fresh:
            parts.take(entry)
            folded.update((place, dict.fromkeys(parts.fold(place))) for place in fresh)
            touched = parts.put(entry)
        change = Change(position, [], [("timeline", timeline_row(entry, item, position))])
        for place in touched:
            before, now = folded[place], dict.fromkeys(parts.fold(place))
            change.gone.extend(line for line in before if line not in now)
            change.come.extend(line for line in now if line not in before)
            folded[place] = now
        changes.append(change)
    return changes


_TURNS = frozenset((FactCorrected, FactRetracted, ParticipantForgotten))
