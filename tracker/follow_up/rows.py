"""What is agreed and due as rows of the read model: which facts touch what, and the fold of each part."""

from collections.abc import Iterable
from functools import cache
from typing import cast

from events import Fact
from tracker.follow_up import agreed, phases
from tracker.follow_up.happenings import looked_at
from tracker.follow_up.phases import Phases
from tracker.follow_up.rules import Rulebook
from tracker.follow_up.tasks import Line, told_end
from tracker.follow_up.told import Told
from tracker.follow_up.walk import Walk
from tracker.spells import Entry, Partition

DUE, AGREED = "due", "agreed"
"""Partitions: one for each rule, and one for each part of what was agreed."""


@cache
def due_places(cls: type[Fact], rules: Rulebook) -> tuple[Partition, ...]:
    """The partitions of what is due that facts of a kind can change."""
    if cls.STREAM != "participant":
        return ()
    parts = [(AGREED, str(part)) for part, kinds in agreed.PARTS.items() if cls in kinds]
    due = [
        (DUE, rule.id)
        for rule in rules.rules.values()
        if cls in phases.facts_of(rule) or cls in looked_at(rule.happenings)
    ]
    return (*parts, *due)


class Due:
    """What is agreed with one participant and due, of facts that come and go."""

    def __init__(self, rules: Rulebook) -> None:
        self._rules = rules
        self._walks: dict[str, Walk] = {}
        self._told = Told()
        self._phases = Phases(self._told)

    def fill(self, entries: Iterable[Entry]) -> None:
        """Facts that were there before anything is asked."""
        for entry in entries:
            self._told.add(entry)
        self._phases = Phases(self._told)

    def add(self, entry: Entry) -> tuple[Partition, ...]:
        """Another fact.

        :returns: the partitions whose rows it can change
        """
        self._told.add(entry)
        places = due_places(type(entry.fact), self._rules)
        if type(entry.fact) in _PHASES:
            self._phases = Phases(self._told)
            return places
        return tuple(
            [place for place in places if place[0] != DUE or self._walk(place).may_change(self._phases, entry)]
        )

    def drop(self, entry: Entry) -> tuple[Partition, ...]:
        """A fact is no longer held to be so; as for :meth:`add`."""
        self._told.drop(entry)
        if type(entry.fact) in _PHASES:
            self._phases = Phases(self._told)
        return due_places(type(entry.fact), self._rules)

    def rows(self, partition: Partition) -> list[Line]:
        """The rows of one partition."""
        if partition[0] == DUE:
            return self._walk(partition).lines(self._phases)
        found = agreed.agreed(self._phases, cast(agreed.Part, partition[1]))
        if found is None:
            return []
        rows: list[Line] = [
            (row.table, (*row.values, row.valid_from.isoformat(), told_end(row.valid_to))) for row in found.rows
        ]
        return [*rows, *(task.line for task in found.tasks)]

    def _walk(self, partition: Partition) -> Walk:
        walk = self._walks.get(partition[1])
        if walk is None:
            walk = self._walks[partition[1]] = Walk(self._rules.rules[partition[1]])
        return walk


_PHASES = frozenset(phases.FACTS)
