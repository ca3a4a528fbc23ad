"""Forward: where numbers lie among rising ones, for people who are looked at later and later."""

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]


class Forward:
    """How many of rising numbers are at or below others, each of which never falls from one question to the next.

    From question to question few pass another number, so that going on from the last answer is sooner than a search.
    """

    def __init__(self, rising: Numbers) -> None:
        self._rising = np.append(rising, np.iinfo(np.int64).max)
        self._at: Numbers | None = None

    def reached(self, numbers: Numbers) -> Numbers:
        """How many are at or below each of the numbers; the answer holds until the next question."""
        if self._at is None:
            self._at = np.searchsorted(self._rising[:-1], numbers, side="right")
            return self._at
        behind = np.flatnonzero(self._rising[self._at] <= numbers)
        while behind.size:
            self._at[behind] += 1
            behind = behind[self._rising[self._at[behind]] <= numbers[behind]]
        return self._at
