"""Figures from month to month, for those who steer by them: how a share grows, and how a group is spread.

Exact, or with small groups taken together; none of it is for publication.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from tracker.indicators.definition import Indicator
from tracker.indicators.disclosure import SMALLEST_GROUP
from tracker.indicators.frames import Frames
from tracker.indicators.pipeline import Question, counted
from tracker.indicators.statistics.survival import EventTable
from tracker.indicators.waiting import LEFT_SCOPE, REACHED

States = npt.NDArray[np.int16]


@dataclass(frozen=True)
class Growth:
    """How the share of people who have reached something grows, leaving the scope being a competing risk.

    :ivar people: everybody who is waited for
    :ivar share: those who have reached it by each month, from 0 on (Aalen-Johansen)
    :ivar low: lower limit of the 95 % interval; None where it has none
    :ivar high: upper limit, likewise
    :ivar out: those who had left the scope by then
    :ivar at_risk: people still waited for at each month
    """

    people: int
    share: list[float]
    low: list[float | None]
    high: list[float | None]
    out: list[float]
    at_risk: list[int]


def growth(
    frames: Frames, indicator: Indicator, question: Question, lines: Sequence[str], only: Mapping[str, str], last: int
) -> dict[str, Growth]:
    """How the lines of an incidence grow, exact.

    :param only: breakdown of the question -> the one value that people have
    :param last: the last month
    """
    events = counted(frames, indicator, question).events
    for name, value in only.items():
        events = events.filter(pl.col(name) == value)
    found = {}
    for line in lines:
        table = _table(events.filter(pl.col("line") == line))
        curve = table.incidence(REACHED)
        low, high = curve.limits()
        months = min(len(curve.share), last + 1)
        found[line] = Growth(
            table.people,
            curve.share[:months].tolist(),
            [None if np.isnan(limit) else float(limit) for limit in low[:months]],
            [None if np.isnan(limit) else float(limit) for limit in high[:months]],
            table.incidence(LEFT_SCOPE).share[:months].tolist(),
            curve.at_risk[:months].tolist(),
        )
    return found


def _table(events: pl.DataFrame) -> EventTable:
    causes = (REACHED, LEFT_SCOPE)
    length = int(events["time"].max() or 0) + 1 if events.height else 0  # type: ignore[arg-type]
    happened = np.zeros((length, len(causes)), dtype=np.int64)
    censored, entered = (np.zeros(length, dtype=np.int64) for _ in range(2))
    for entry, time, people, cause in events.select("entry", "time", "people", "cause").iter_rows():
        entered[entry] += people
        if cause is None:
            censored[time] += people
        else:
            happened[time, causes.index(cause)] += people
    return EventTable(causes, happened, censored, entered)


@dataclass(frozen=True)
class Spread:
    """How a group is spread over the states in a month.

    :ivar people: followed then; None where they are too few to tell
    :ivar shares: of each state, 0 to 1; None where it is hidden
    :ivar hidden: the share of all hidden ones together
    """

    people: int | None
    shares: list[float | None]
    hidden: float = 0.0


def spread(states: States, kinds: int, *, exact: bool) -> list[Spread]:
    """How a group is spread, month by month.

    Where it is not exact, fewer than five people are never told apart: a month with fewer followed is left out, and
    states with fewer are taken together with the next smallest until they are five or more.

    :param states: the number of the state of each person (row) and month (column); below 0 beyond follow-up
    :param kinds: how many states there are
    """
    found = []
    for column in states.T:
        counts = np.bincount(column[column >= 0], minlength=kinds)
        people = int(counts.sum())
        if not people or (not exact and people < SMALLEST_GROUP):
            found.append(Spread(0 if not people else None, [None] * kinds))
            continue
        hidden = [] if exact else _together(counts.tolist())
        shares = [None if kind in hidden else int(count) / people for kind, count in enumerate(counts)]
        found.append(Spread(people, shares, sum(int(counts[kind]) for kind in hidden) / people))
    return found


def _together(counts: Sequence[int]) -> list[int]:
    """The states that are taken together, so that they are five people or more; none where no state has few."""
    few = [kind for kind, count in enumerate(counts) if 0 < count < SMALLEST_GROUP]
    others = sorted((count, kind) for kind, count in enumerate(counts) if count >= SMALLEST_GROUP)
    # One state alone is told by what is left of all.
    while few and others and (sum(counts[kind] for kind in few) < SMALLEST_GROUP or len(few) < 2):
        few.append(others.pop(0)[1])
    return few
