"""Turns: of the requests of one process one is worked on after the other, as long as each is short.

Threads of Python share one interpreter. Those that run at once do not get done sooner: they take it from each other at
every question to a database, a hundred times a page, and everybody waits for all.
"""

from threading import Condition
from time import monotonic

LONGEST = 0.05
"""Seconds after which others no longer wait for whoever has the turn: a figure or an export takes its time beside
them."""


class Turns:
    """Who has the turn.

    :param longest: as :data:`LONGEST`
    """

    def __init__(self, longest: float = LONGEST) -> None:
        self._longest = longest
        self._given_back = Condition()
        self._holder: object | None = None
        self._since = 0.0

    def take(self) -> object:
        """Wait for the turn, and tell what gives it back."""
        mine = object()
        with self._given_back:
            while self._holder is not None:
                left = self._since + self._longest - monotonic()
                if left <= 0:
                    break
                self._given_back.wait(left)
            self._holder, self._since = mine, monotonic()
        return mine

    def give_back(self, taken: object) -> None:
        """The next may go; nothing where somebody already has, since this turn took too long."""
        with self._given_back:
            if self._holder is taken:
                self._holder = None
                self._given_back.notify()
