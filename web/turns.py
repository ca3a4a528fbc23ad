"""Turns: of the requests of one process one is worked on after the other, as long as each is short.

Threads of Python share one interpreter. Those that run at once do not get done sooner: they take it from each other at
every question to a database, a hundred times a page, and everybody waits for all.
"""

from collections import deque
from threading import Event, Lock
from time import monotonic

LONGEST = 0.05
"""Seconds after which others no longer wait for whoever has the turn: a figure or an export takes its time beside
them."""


class Turns:
    """Who has the turn, and who comes next: whoever came first.

    :param longest: as :data:`LONGEST`
    """

    def __init__(self, longest: float = LONGEST) -> None:
        self._longest = longest
        self._lock = Lock()
        self._holder: Event | None = None
        self._since = 0.0
        self._waiting: deque[Event] = deque()

    def take(self) -> Event:
        """Wait for the turn, and tell what gives it back."""
        mine = Event()
        with self._lock:
            self._waiting.append(mine)
            if self._holder is None:
                self._next()
        while not mine.wait(self._left()):
            with self._lock:
                # Who has had the turn for too long loses it to the first who waits.
                if self._since + self._longest <= monotonic() and self._waiting and self._waiting[0] is mine:
                    self._next()
        return mine

    def give_back(self, taken: Event) -> None:
        """The next may go; nothing where somebody already has, since this turn took too long."""
        with self._lock:
            if self._holder is taken:
                self._next()

    def _left(self) -> float:
        """Seconds that others still wait for whoever has the turn; those who are not the first, a little longer."""
        return max(self._since + self._longest - monotonic(), 0.001)

    def _next(self) -> None:
        self._holder = self._waiting.popleft() if self._waiting else None
        self._since = monotonic()
        if self._holder is not None:
            self._holder.set()
