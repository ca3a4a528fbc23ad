"""Work that lasts: the longest run of months with enough hours, and when the first long run began.

Every function takes ``hours``, an array of weekly hours with a row a person and a column a month from the
origin on; NaN is a month for which nobody knows, 0 one without work.

A run is counted in months with at least ``threshold`` hours. Up to ``gap`` months in a row without them are
bridged, as often as they occur, and are not counted themselves; a longer gap ends the run. A month that was
not seen counts as without hours: nothing unseen can make a run longer.

``threshold`` is above 0, ``run`` is 1 or more, ``gap`` is 0 or more. Another value, hours below 0, or an array
with another shape raises ValueError.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

YES, NO, UNKNOWN = 1, 0, -1
"""The answers of ``sustained``."""

# A month's mean of contracted hours is off by less than this, and two contracts differ by more.
ROUNDING = 1e-9

Hours = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Answers = npt.NDArray[np.int8]
Months = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class FirstRuns:
    """When each person's first long run began, or until when there was none, as time to event.

    :ivar months: month 1 is the first column. With a run: the month it began. Without: the last month in which
        it surely did not begin although it could have been seen; 0 for a person who tells nothing
    :ivar reached: whether there was a run
    """

    months: Months
    reached: Flags


def sustained(hours: Hours, threshold: float, run: int, gap: int) -> Answers:
    """Whether each person's longest run is long enough: ``YES``, ``NO`` or ``UNKNOWN``.

    A run that is long enough is one, whatever comes later and was not seen. Without it, one unseen month is
    enough for unknown, even where that month alone could not have made the run.

    Source: indicator E3; after the 26 weeks of the Work Programme (DWP).
    """
    _check_run(run)
    reached = longest_run(hours, threshold, gap) >= run
    answers = np.where(np.isnan(hours).any(axis=1), UNKNOWN, NO)
    answers[reached] = YES
    return answers.astype(np.int8)


def longest_run(hours: Hours, threshold: float, gap: int) -> Months:
    """The months with enough hours in each person's longest run."""
    _check(hours, threshold, gap)
    longest = np.zeros(hours.shape[0], dtype=np.int64)
    for state in _runs(hours, threshold, gap):
        np.maximum(longest, state.length, out=longest)
    return longest


def first_run_start(hours: Hours, threshold: float, run: int, gap: int) -> FirstRuns:
    """The month in which each person's first run of ``run`` months began.

    A run is dated to its start but known only when it is long enough, ``run`` - 1 months later at best. People
    without one are therefore censored ``run`` - 1 months before the end of what was seen, and earlier where a
    run was under way that may still become long enough: it is not known that it did not begin there. A person
    is seen up to the first unseen month; a run begun later might not be the first.

    Put the result in an event table: ``EventTable.of(("sustained work",), runs.months,
    np.where(runs.reached, 0, CENSORED))``.
    """
    _check_run(run)
    _check(hours, threshold, gap)
    people, columns = hours.shape
    unseen = np.isnan(hours)
    seen = np.where(unseen.any(axis=1), unseen.argmax(axis=1), columns) if columns else np.zeros(people, np.int64)
    began = np.zeros(people, dtype=np.int64)
    under_way = np.zeros(people, dtype=np.int64)
    for month, state in enumerate(_runs(hours, threshold, gap), start=1):
        still_seen = month <= seen
        reached = still_seen & (began == 0) & (state.length >= run)
        began[reached] = state.start[reached]
        under_way = np.where(still_seen, np.where(state.length > 0, state.start, 0), under_way)
    last = np.maximum(seen - run + 1, 0)
    last = np.where(under_way > 0, np.minimum(last, under_way - 1), last)
    return FirstRuns(months=np.where(began > 0, began, last), reached=began > 0)


@dataclass(frozen=True, eq=False, slots=True)
class _State:
    """Everyone's run at the end of a month: months counted so far (0 = none under way), and where it began."""

    length: Months
    start: Months


def _runs(hours: Hours, threshold: float, gap: int) -> Iterator[_State]:
    """The runs month by month; the arrays of a state change with the next one."""
    # No comparison holds for NaN, so an unseen month is one without hours here.
    enough = np.ascontiguousarray((hours >= threshold - ROUNDING).T)
    length = np.zeros(hours.shape[0], dtype=np.int64)
    start = np.zeros(hours.shape[0], dtype=np.int64)
    idle = np.zeros(hours.shape[0], dtype=np.int64)
    for month, working in enumerate(enough, start=1):
        idle = np.where(working, 0, idle + 1)
        length[idle > gap] = 0
        start[working & (length == 0)] = month
        length += working
        yield _State(length, start)


def _check(hours: Hours, threshold: float, gap: int) -> None:
    if hours.ndim != 2:
        raise ValueError(f"hours need a row a person and a column a month, got {hours.ndim} dimensions")
    if not threshold > 0:
        raise ValueError(f"the threshold must be above 0 hours a week, got {threshold}")
    if gap < 0:
        raise ValueError(f"a gap is 0 months or more, got {gap}")
    if (hours < 0).any():
        person, month = np.argwhere(hours < 0)[0]
        raise ValueError(f"hours in row {person}, month {month + 1} must be 0 or more, got {hours[person, month]}")


def _check_run(run: int) -> None:
    if run < 1:
        raise ValueError(f"a run needs 1 month or more, got {run}")
