"""Rules as data: each with the dates from which its values hold, and the source it rests on."""

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Rule(Generic[T]):
    """A value that depends on the day.

    :ivar id: permanent name
    :ivar version: raised when a value or a date changes; figures print it
    :ivar steps: (first day, value), in order
    :ivar unit: what the value counts
    :ivar basis: where it comes from, and how sure that is
    """

    id: str
    version: int
    steps: tuple[tuple[date, T], ...]
    unit: str
    basis: str

    def on(self, day: date) -> T:
        """The value that governs on a day."""
        governing = self.steps[0][1]
        for first, value in self.steps:
            if first <= day:
                governing = value
        return governing
