"""What is agreed and due as rows of the read model: which facts touch what, and the fold of each part."""

from datetime import date
from functools import cache, lru_cache
from typing import Any, cast

from events import Fact
from tracker.follow_up import agreed, phases
from tracker.follow_up.happenings import looked_at
from tracker.follow_up.phases import Phases
from tracker.follow_up.rules import Rulebook
from tracker.follow_up.told import Told
from tracker.follow_up.walk import Task, may_change, tasks_of
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
        self._told = Told()
        self._phases = Phases(self._told)

    def add(self, entry: Entry) -> tuple[Partition, ...]:
        """Another fact.

        :returns: the partitions whose rows it can change
        """
        self._told.add(entry)
        places = due_places(type(entry.fact), self._rules)
        if isinstance(entry.fact, phases.FACTS):
            self._phases = Phases(self._told)
            return places
        return tuple(
            place for place in places if place[0] != DUE or may_change(self._rules.rules[place[1]], self._phases, entry)
        )

    def drop(self, entry: Entry) -> tuple[Partition, ...]:
        """A fact is no longer held to be so; as for :meth:`add`."""
        self._told.drop(entry)
        if isinstance(entry.fact, phases.FACTS):
            self._phases = Phases(self._told)
        return due_places(type(entry.fact), self._rules)

    def rows(self, partition: Partition) -> list[tuple[str, tuple[Any, ...]]]:
        """The rows of one partition: (table, row without participant)."""
        if partition[0] == DUE:
            return [_row(task) for task in tasks_of(self._rules.rules[partition[1]], self._phases)]
        found = agreed.agreed(self._phases, cast(agreed.Part, partition[1]))
        if found is None:
            return []
        rows: list[tuple[str, tuple[Any, ...]]] = [
            (row.table, (*row.values, row.valid_from.isoformat(), _end(row.valid_to))) for row in found.rows
        ]
        return [*rows, *(_row(task) for task in found.tasks)]


@lru_cache(maxsize=1 << 14)
def _row(task: Task) -> tuple[str, tuple[Any, ...]]:
    return "tasks", (
        task.task,
        task.about,
        task.due.isoformat(),
        task.valid_from.isoformat(),
        _end(task.valid_to),
        task.party,
        task.rests_on,
        task.municipality,
        int(task.paused),
        task.ended or None,
    )


def _end(day: date) -> str | None:
    return None if day == phases.OPEN else day.isoformat()
