"""A share that changes with time: its value, its limits and its median, where people were followed long enough."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tracker.indicators.statistics.proportions import Interval, standard_errors

Counts = npt.NDArray[np.int64]
Figures = npt.NDArray[np.float64]

# A product of a few hundred shares can miss one half by rounding; no share of real people comes this close to it.
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share at one time.

    :ivar share: 0 to 1
    :ivar error: its standard error; None where the formula has none (all of a risk set had an event)
    :ivar interval: None where the share is 0 or 1, or without a standard error: what happened to none or to
        all of these people tells no spread
    :ivar at_risk: people at risk at that time
    """

    share: float
    error: float | None
    interval: Interval | None
    at_risk: int


@dataclass(frozen=True, slots=True)
class Median:
    """The time by which half have had the event; each None where it is not reached while people are followed.

    :ivar time: the first time by which half or more have had it
    :ivar low: lower limit, from the log-log limits of the share
    :ivar high: upper limit, likewise
    """

    time: int | None
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class RestrictedMean:
    """A mean time up to a cap.

    :ivar cap: in the table's unit of time
    :ivar mean: 0 to ``cap``
    :ivar variance: of the mean
    """

    cap: int
    mean: float
    variance: float


@dataclass(frozen=True, eq=False)
class Curve:
    """A share by time, from time 0 to the last time at which anybody was followed.

    :ivar share: 0 to 1 at each time; it holds until the next time
    :ivar variance: of the share; NaN where the formula has none
    :ivar at_risk: people at risk at each time. A time without anyone adds nothing to the share, so with delayed
        entry look here before trusting an early stretch
    :ivar falling: True for those without the event (survival), False for those with it (incidence)
    :ivar ended: True where the share can no longer change, because all those at risk had an event
    """

    share: Figures
    variance: Figures
    at_risk: Counts
    falling: bool
    ended: bool

    def at(self, time: int, confidence: float = 0.95) -> Estimate | None:
        """The share at a time; None after the last time followed, unless nobody was left waiting.

        :raises ValueError: for a time below 0, or a confidence that is not between 0 and 1
        """
        if time < 0:
            raise ValueError(f"times count up from 0, got {time}")
        low, high = self.limits(confidence)
        if time >= len(self.share):
            if not self.ended:
                return None
            at_risk, time = 0, len(self.share) - 1
        else:
            at_risk = int(self.at_risk[time])
        return Estimate(
            share=float(self.share[time]),
            error=None if np.isnan(self.variance[time]) else float(np.sqrt(self.variance[time])),
            interval=None if np.isnan(low[time]) else Interval(float(low[time]), float(high[time])),
            at_risk=at_risk,
        )

    def limits(self, confidence: float = 0.95) -> tuple[Figures, Figures]:
        """Log-log interval of the share at every time: low, high; NaN where the share is 0 or 1.

        Of an incidence F it is that of 1 - F turned round, so with one cause only it agrees with the survival.

        :param confidence: coverage aimed at, above 0 and below 1
        :raises ValueError: for another confidence

        Source: Kalbfleisch and Prentice (1980).
        """
        z = standard_errors(confidence)
        without = self._without
        inside = (without > ROUNDING) & (without < 1 - ROUNDING) & ~np.isnan(self.variance)
        low, high = np.full(len(without), np.nan), np.full(len(without), np.nan)
        s = without[inside]
        reach = np.exp(z * np.sqrt(self.variance[inside]) / (s * -np.log(s)))
        low[inside], high[inside] = s**reach, s ** (1 / reach)
        return (low, high) if self.falling else (1 - high, 1 - low)

    def median(self, confidence: float = 0.95) -> Median:
        """The first time by which half or more have had the event.

        Where exactly half have had it this is that time; R reports the middle between it and the next event.
        For one of several causes it is the time by which half of *all* have had this cause: often never.

        :raises ValueError: for a confidence that is not between 0 and 1
        """
        low, high = self.limits(confidence)
        # Where more have had the event, fewer are without: the limits change places.
        fewest, most = (low, high) if self.falling else (1 - high, 1 - low)
        # The lower limit never lies after the median, also where nobody is left and the share has no limits.
        fewest = np.where(np.isnan(fewest), self._without, fewest)
        return Median(time=_first_half(self._without), low=_first_half(fewest), high=_first_half(most))

    @property
    def _without(self) -> Figures:
        return self.share if self.falling else 1 - self.share


def _first_half(without: Figures) -> int | None:
    half = np.flatnonzero(without <= 0.5 + ROUNDING)
    return int(half[0]) if half.size else None
