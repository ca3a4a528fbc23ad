"""Facts in their partitions, and what they amount to: of one partition as they come and go, and of several at once."""

from collections.abc import Iterable

from tracker.spells import IMPOSSIBLE, Entry, Partition, Segment, Trace, Walk, partition_of, trace


class Tracing:
    """The same as a trace of all facts that are there.

    Most facts happened after those that are there already: the walk goes on from where it stood. Where one came before
    another, or does not fit, all are walked anew.
    """

    def __init__(self) -> None:
        self._entries: dict[int, Entry] = {}
        self._new: list[Entry] = []
        self._walk = Walk()
        self._last: Entry | None = None

    def add(self, entry: Entry) -> None:
        self._entries[entry.version] = entry
        self._new.append(entry)

    def drop(self, entry: Entry) -> None:
        del self._entries[entry.version]
        self._start_anew()

    def trace(self) -> Trace:
        """What the facts that are there amount to; segments that are over stay the same objects."""
        new = sorted(self._new, key=_place)
        if new and self._last is not None and _place(new[0]) < _place(self._last):
            self._start_anew()
            new = sorted(self._new, key=_place)
        self._new = []
        for entry in new:
            problem = self._walk.apply(entry)
            if problem is None:
                continue
            if problem.kind in IMPOSSIBLE or entry.fact.on_precision != "day":
                self._start_anew()
                return trace(list(self._entries.values()))
            self._walk.problems.append(problem)
        if new:
            self._last = new[-1]
        return self._walk.told()

    def _start_anew(self) -> None:
        self._walk = Walk()
        self._last = None
        self._new = list(self._entries.values())


def _place(entry: Entry) -> tuple[object, int]:
    return entry.fact.on, entry.version


def traced(entries: Iterable[Entry], activity: str | None = None) -> list[Segment]:
    """The segments of an activity among facts of several partitions, spell by spell as they were opened.

    :param activity: left out, those of all
    """
    placed: dict[Partition, list[Entry]] = {}
    for entry in entries:
        partition = partition_of(entry.fact)
        if partition is not None:
            placed.setdefault(partition, []).append(entry)
    segments = [segment for found in placed.values() for segment in trace(found).segments]
    wanted = (segment for segment in segments if activity is None or segment.activity == activity)
    return sorted(wanted, key=lambda segment: (segment.opened_by, segment.valid_from))
