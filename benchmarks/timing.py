"""Timing in one run: the figure of ours, the figure of what it is compared with, and their ratio."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Watch:
    """Adds up the seconds spent inside its stretches."""

    seconds: float = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - start


def durations(action: Callable[[int], object], times: int) -> list[float]:
    """Seconds of each call of an action with 0, 1, 2, ..."""
    taken = []
    for number in range(times):
        start = time.perf_counter()
        action(number)
        taken.append(time.perf_counter() - start)
    return taken


def quantile(values: list[float], part: float) -> float:
    """The value below which that part of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def said(aim: str, measured: str, holds: bool) -> None:
    """One line of the report."""
    print(f"  {'ok  ' if holds else 'MISS'} {measured}   (aim: {aim})", flush=True)
