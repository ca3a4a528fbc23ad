"""The estimates of an event table for many groups at once: rows of arrays instead of a table each.

Every number is the one that :class:`tracker.indicators.statistics.survival.EventTable` and
:class:`tracker.indicators.statistics.curves.Curve` give for the group alone; sources stand there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from tracker.indicators.statistics.curves import ROUNDING
from tracker.indicators.statistics.proportions import standard_errors

Counts = npt.NDArray[np.int64]
Figures = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Estimates:
    """A column a month; NaN where there is none.

    :ivar share: of each group at each month
    :ivar low: lower limit of its interval, and
    :ivar high: the upper
    """

    share: Figures
    low: Figures
    high: Figures


@dataclass(frozen=True, eq=False)
class Medians:
    """Of each group; NaN where it is not reached."""

    time: Figures
    low: Figures
    high: Figures


@dataclass(frozen=True, eq=False)
class Curves:
    """A share by time of each group; it holds after the group's last time.

    :ivar share: a row a group, a column a time
    :ivar variance: NaN where the formula has none
    :ivar falling: True for those without the event (survival), False for those with it (incidence)
    :ivar last: the last time at which anybody of the group was followed; beyond it there is no estimate
    :ivar ended: True where the share can no longer change
    """

    share: Figures
    variance: Figures
    falling: bool
    last: Counts
    ended: Flags

    def at(self, times: Sequence[int], confidence: float = 0.95) -> Estimates:
        """The shares at some times."""
        asked = np.array(times, dtype=np.int64)
        columns = np.minimum(asked, self.share.shape[1] - 1)
        seen = (asked[None, :] <= self.last[:, None]) | (self.ended[:, None] & (self.last[:, None] >= 0))
        low, high = _limits(self.share[:, columns], self.variance[:, columns], self.falling, confidence)
        return Estimates(*(np.where(seen, found, np.nan) for found in (self.share[:, columns], low, high)))

    def medians(self, confidence: float = 0.95) -> Medians:
        """The first time by which half or more have had the event."""
        without = self.share if self.falling else 1 - self.share
        low, high = _limits(self.share, self.variance, self.falling, confidence)
        fewest, most = (low, high) if self.falling else (1 - high, 1 - low)
        fewest = np.where(np.isnan(fewest), without, fewest)
        followed = np.arange(without.shape[1])[None, :] <= self.last[:, None]
        return Medians(*(_first_half(line, followed) for line in (without, fewest, most)))


@dataclass(frozen=True, eq=False)
class EventTables:
    """Events and risk sets by time of many groups.

    :ivar events: people to whom each cause happened: events[cause, group, time]
    :ivar censored: people last followed at each time without an event: censored[group, time]
    :ivar entered: people at risk from each time on: entered[group, time]
    """

    events: Counts
    censored: Counts
    entered: Counts

    @cached_property
    def people(self) -> Counts:
        """Of each group."""
        people: Counts = self.entered.sum(axis=1)
        return people

    def survival(self) -> Curves:
        """Kaplan-Meier, with Greenwood's variance."""
        share = np.cumprod(1 - self._rate, axis=1, dtype=np.float64)
        with np.errstate(invalid="ignore"):
            variance = share**2 * np.cumsum(self._hazards, axis=1)
        return Curves(share, variance, True, self._last, self._ended)

    def incidence(self, cause: int) -> Curves:
        """Aalen-Johansen, with the variance of the delta method."""
        n = self._at_risk
        before = np.ones(n.shape)
        before[:, 1:] = np.cumprod(1 - self._rate, axis=1)[:, :-1]
        qk = _parts(self.events[cause], n)
        share = np.cumsum(before * qk, axis=1)
        hazards = np.where(np.isinf(self._hazards), 0.0, self._hazards)
        others = share**2 * np.cumsum(hazards, axis=1) - 2 * share * np.cumsum(share * hazards, axis=1)
        others += np.cumsum(share**2 * hazards, axis=1)
        shared = before * _parts(qk, n)
        both = share * np.cumsum(shared, axis=1) - np.cumsum(share * shared, axis=1)
        own = np.cumsum(before**2 * _parts(qk * (1 - qk), n), axis=1)
        variance = np.maximum(own + others - 2 * both, 0.0)
        return Curves(np.minimum(share, 1.0), variance, False, self._last, self._ended)

    def as_if_alone(self, cause: int) -> "EventTables":
        """The same with all other causes counted as the end of following."""
        others = self.censored + self.events.sum(axis=0) - self.events[cause]
        return EventTables(self.events[cause][None], others, self.entered)

    def restricted_mean(self, cap: int) -> tuple[Figures, Figures]:
        """The mean time until any cause, where longer than ``cap`` counts as ``cap``, and its variance; NaN = none."""
        share = np.cumprod(1 - self._rate[:, :cap], axis=1)
        ahead = np.cumsum(share[:, ::-1], axis=1)[:, ::-1]
        hazards = self._hazards[:, :cap]
        variance = np.where(ahead > 0, ahead**2 * np.where(ahead > 0, hazards, 0.0), 0.0).sum(axis=1)
        none = (cap > self._last) & ~self._ended
        return np.where(none, np.nan, share.sum(axis=1)), np.where(none, np.nan, variance)

    @cached_property
    def _at_risk(self) -> Counts:
        at_risk: Counts = np.cumsum(self.entered - self._left, axis=1) + self._left
        return at_risk

    @cached_property
    def _left(self) -> Counts:
        left: Counts = self.events.sum(axis=0) + self.censored
        return left

    @cached_property
    def _rate(self) -> Figures:
        return _parts(self.events.sum(axis=0), self._at_risk)

    @cached_property
    def _hazards(self) -> Figures:
        """Greenwood's terms d / (n (n - d)): infinite where all of a risk set had an event."""
        d, n = self.events.sum(axis=0), self._at_risk
        terms = np.zeros(d.shape)
        with np.errstate(divide="ignore"):
            np.divide(d, n * (n - d).astype(np.float64), out=terms, where=d > 0)
        return terms

    @cached_property
    def _ended(self) -> Flags:
        ended: Flags = ((self._at_risk > 0) & (self.events.sum(axis=0) == self._at_risk)).any(axis=1)
        return ended

    @cached_property
    def _last(self) -> Counts:
        places = np.arange(self._left.shape[1])
        last: Counts = np.where(self._left > 0, places[None, :], -1).max(axis=1, initial=-1)
        return last


def _limits(share: Figures, variance: Figures, falling: bool, confidence: float) -> tuple[Figures, Figures]:
    z = standard_errors(confidence)
    without = share if falling else 1 - share
    inside = (without > ROUNDING) & (without < 1 - ROUNDING) & ~np.isnan(variance)
    low, high = np.full(without.shape, np.nan), np.full(without.shape, np.nan)
    s = without[inside]
    reach = np.exp(z * np.sqrt(variance[inside]) / (s * -np.log(s)))
    low[inside], high[inside] = s**reach, s ** (1 / reach)
    return (low, high) if falling else (1 - high, 1 - low)


def _first_half(without: Figures, followed: Flags) -> Figures:
    half = (without <= 0.5 + ROUNDING) & followed
    return np.where(half.any(axis=1), half.argmax(axis=1).astype(np.float64), np.nan)


def _parts(counts: npt.NDArray[Any], people: Counts) -> Figures:
    """Each count as a part of the people; 0 where there are none."""
    parts: Figures = np.divide(counts, people, out=np.zeros(people.shape), where=people > 0)
    return parts
