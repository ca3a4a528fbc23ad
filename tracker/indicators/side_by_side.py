"""Side by side: work on several things, two of them at a time where a core is to spare."""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")

_second = Lock()
"""Held by the one thread that helps: with more of them, more rows would be in memory at once."""


def side_by_side(work: Callable[[A], B], things: Iterable[A]) -> list[B]:
    """What the work makes of each thing, in their order.

    A second thread takes some of the things, unless it is helping elsewhere in the process. Where the work fails, or
    somebody interrupts it, nothing further is begun.

    :raises Exception: what the work raised
    """
    todo = list(things)
    places = iter(range(len(todo)))
    found: dict[int, B] = {}

    def do(place: int) -> None:
        try:
            found[place] = work(todo[place])
        except BaseException:
            deque(places, maxlen=0)
            raise

    def help_out() -> None:
        try:
            for place in places:
                do(place)
        finally:
            _second.release()

    helping: Future[None] | None = None
    with ThreadPoolExecutor(1) as threads:
        for place in places:
            if helping is None and place + 1 < len(todo) and _second.acquire(blocking=False):
                helping = threads.submit(help_out)
            do(place)
    if helping is not None:
        helping.result()
    return [found[place] for place in range(len(todo))]


def all_of(*work: Callable[[], B]) -> list[B]:
    """What each work comes to, in their order: :func:`side_by_side`."""
    return side_by_side(lambda one: one(), work)


def halves(count: int) -> list[slice]:
    """The places of the first half of so many things, and of the others."""
    half = (count + 1) // 2
    return [slice(0, half), slice(half, count)]
