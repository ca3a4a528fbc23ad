"""The facts of one participant by kind, so that whoever looks for one kind need not walk through all of them."""

from bisect import bisect_left, insort
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, TypeVar

from events import Fact
from tracker.spells import Entry

T = TypeVar("T")


def in_time(entry: Entry) -> tuple[object, int]:
    """Facts are in the order of the days on which they happened; on one day as they were recorded."""
    return entry.fact.on, entry.version


class Told:
    """Facts by kind, each kind in the order of time."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._lists: dict[tuple[type[Fact], ...], list[Entry]] = {}
        self._with: dict[type[Fact], list[list[Entry]]] = {}
        self._entries: dict[type[Fact], list[Entry]] = {}
        self._kept: dict[Hashable, Any] = {}
        self._fresh: set[Hashable] = set()
        self._names: dict[type[Fact], list[Hashable]] = {}
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> None:
        kind = type(entry.fact)
        insort(self._entries.setdefault(kind, []), entry, key=in_time)
        for found in self._with.get(kind, ()):
            insort(found, entry, key=in_time)
        self._forget(kind)

    def drop(self, entry: Entry) -> None:
        kind = type(entry.fact)
        for found in (self._entries[kind], *self._with.get(kind, ())):
            del found[bisect_left(found, in_time(entry), key=in_time)]
        self._forget(kind)

    def of(self, kinds: tuple[type[Fact], ...]) -> Sequence[Entry]:
        """The facts of these kinds, in the order of time; the list goes on as further facts come."""
        if len(kinds) == 1:
            return self._entries.setdefault(kinds[0], [])
        found = self._lists.get(kinds)
        if found is None:
            found = sorted((entry for kind in set(kinds) for entry in self._entries.get(kind, ())), key=in_time)
            self._lists[kinds] = found
            for kind in set(kinds):
                self._with.setdefault(kind, []).append(found)
        return found

    def kept(self, name: Hashable, kinds: Iterable[type[Fact]], make: Callable[[], T]) -> T:
        """What is made of facts of these kinds, made anew when one of them comes or goes.

        Where that changes nothing, it stays the same object: who made more of it need not make that anew.

        :param name: tells it from all else that is kept
        """
        if name not in self._fresh:
            found = make()
            self._fresh.add(name)
            if name not in self._kept:
                for kind in kinds:
                    self._names.setdefault(kind, []).append(name)
                self._kept[name] = found
            elif self._kept[name] != found:
                self._kept[name] = found
        kept: T = self._kept[name]
        return kept

    def still(self, name: Hashable) -> Any:
        """What is kept under a name and needs not be made anew; None where it does."""
        return self._kept[name] if name in self._fresh else None

    def _forget(self, kind: type[Fact]) -> None:
        self._fresh.difference_update(self._names.get(kind, ()))

    def has(self, *kinds: type[Fact]) -> bool:
        return any(self._entries.get(kind) for kind in kinds)
