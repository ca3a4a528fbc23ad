"""A journey as it was on a day: the facts that hold and had happened, and the rows that they fold into."""

from collections.abc import Iterable
from datetime import date
from functools import cached_property

from events.codec import Recorded
from tracker.effective import effective
from tracker.readmodel.fold import Rows, fold
from tracker.spells import Entry


class AsOf:
    """The facts of a stream on a day; whatever is asked of them is worked out once.

    :ivar at: the day
    """

    def __init__(self, recorded: Iterable[Recorded], at: date) -> None:
        self.recorded = list(recorded)
        self.at = at
        self._held: dict[int, Entry] | None = None
        self._others: dict[date, AsOf] = {}

    @cached_property
    def known(self) -> dict[int, Entry]:
        """Version -> fact as it is held to be, whenever it happened."""
        return effective(self.recorded) if self._held is None else self._held

    @cached_property
    def entries(self) -> dict[int, Entry]:
        """Version -> fact as it is held to be, of those that had happened."""
        return {version: entry for version, entry in self.known.items() if entry.fact.on <= self.at}

    @cached_property
    def in_time(self) -> list[Entry]:
        """The same in the order in which they happened."""
        return sorted(self.entries.values(), key=lambda entry: (entry.fact.on, entry.version))

    @cached_property
    def rows(self) -> Rows:
        """What they fold into, without what is agreed and due."""
        return fold(self.entries.values())

    def on(self, day: date) -> "AsOf":
        """The same journey on another day; the same object however often it is asked for."""
        if day == self.at:
            return self
        found = self._others.get(day)
        if found is None:
            found = self._others[day] = AsOf(self.recorded, day)
            found._held = self.known
        return found
