"""Once: what is worked out when it is first asked for, by whichever thread asks first, and kept."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")


class Once:
    """Answers by what was asked; who asks for one that is being worked out waits for it."""

    def __init__(self) -> None:
        self._answers: dict[Hashable, Any] = {}
        self._working: dict[Hashable, Lock] = {}
        self._lock = Lock()

    def __contains__(self, asked: Hashable) -> bool:
        return asked in self._answers

    def of(self, asked: Hashable, work: Callable[[], T]) -> T:
        """The answer, worked out if it is not there; if that fails, the next one to ask works it out again."""
        if asked not in self._answers:
            with self._lock:
                working = self._working.setdefault(asked, Lock())
            with working:
                if asked not in self._answers:
                    self._answers[asked] = work()
        answer: T = self._answers[asked]
        return answer
