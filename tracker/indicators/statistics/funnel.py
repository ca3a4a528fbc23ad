"""Whether a municipality differs from the others by more than chance, given how many people it has.

Shares are 0 to 1. Nothing here orders municipalities by their result: an order is mostly chance where they are small.
What lies beyond the limits may be mix, labour market or practice, and the counts alone cannot tell which.

Source: Spiegelhalter (2005), Funnel plots for comparing institutional performance, Statistics in Medicine 24:1185-1202.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import asin, pi, sin, sqrt
from statistics import NormalDist
from typing import Literal

import numpy as np
import numpy.typing as npt

from tracker.indicators.statistics.proportions import Interval, Proportion

WARNING, ALARM = 0.95, 0.998
TRIM = 0.1

Figures = npt.NDArray[np.float64]
Position = Literal["below", "within", "above"]


@dataclass(frozen=True, slots=True)
class Overdispersion:
    """How much more municipalities spread than chance alone would have them.

    :ivar z: z of each on the arcsine scale, in the order given
    :ivar winsorised: the same, with the outer ones pulled in so that a few outliers do not hide themselves
    :ivar phi: mean square of the winsorised z; 1 is chance alone
    :ivar tau2: variance between municipalities on the arcsine scale; 0 where they spread no more than chance
    """

    z: Figures
    winsorised: Figures
    phi: float
    tau2: float


@dataclass(frozen=True, slots=True)
class FunnelPoint:
    """One municipality with the limits for its number of people.

    :ivar name: code of the municipality
    :ivar proportion: its people, one or more
    :ivar limits: by coverage, 0.95 and 0.998: chance alone
    :ivar wide_limits: by coverage: chance, and the spread that municipalities have beyond it
    """

    name: str
    proportion: Proportion
    limits: Mapping[float, Interval]
    wide_limits: Mapping[float, Interval]

    def position(self, coverage: float = WARNING, overdispersion: bool = False) -> Position:
        """Where the share lies; a share on a limit is within."""
        interval = (self.wide_limits if overdispersion else self.limits)[coverage]
        share = self.proportion.counted / self.proportion.out_of
        return "below" if share < interval.low else "above" if share > interval.high else "within"


@dataclass(frozen=True, slots=True)
class Funnel:
    """Municipalities around one share, in the order of their codes.

    :ivar target: the share that they are compared with
    :ivar phi: as in ``Overdispersion``
    :ivar tau2: as in ``Overdispersion``
    :ivar points: the municipalities that have people
    """

    target: float
    phi: float
    tau2: float
    points: tuple[FunnelPoint, ...]


def funnel(units: Mapping[str, Proportion], target: float | None = None, trim: float = TRIM) -> Funnel:
    """The limits for each municipality.

    :param units: by code; one without people has no share and is left out
    :param target: the share to compare with; None = that of all of them together
    :param trim: as in ``overdispersion``
    :raises ValueError: without two municipalities that have people, or where the target is not between 0 and 1:
        where all or none are counted everywhere there is nothing to compare
    """
    present = {name: units[name] for name in sorted(units) if units[name].out_of}
    if len(present) < 2:
        raise ValueError(f"a funnel needs two municipalities or more with people, got {len(present)}")
    counted = sum(unit.counted for unit in present.values())
    share = counted / sum(unit.out_of for unit in present.values()) if target is None else target
    spread = overdispersion(list(present.values()), share, trim)
    points = tuple(
        FunnelPoint(
            name,
            unit,
            limits={coverage: exact_limits(share, unit.out_of, coverage) for coverage in (WARNING, ALARM)},
            wide_limits={
                coverage: overdispersed_limits(share, unit.out_of, spread.tau2, coverage)
                for coverage in (WARNING, ALARM)
            },
        )
        for name, unit in present.items()
    )
    return Funnel(share, spread.phi, spread.tau2, points)


def exact_limits(target: float, people: int, coverage: float = WARNING) -> Interval:
    """Limits of a share that chance alone leaves with the given probability, by the binomial distribution.

    A count is whole and its limits jump with the number of people; interpolation between two counts makes them a
    curve. Limits below 0 or above 1 become 0 and 1.

    :param target: share expected, above 0 and below 1
    :param people: 1 or more
    :param coverage: above 0 and below 1
    """
    _check(target, people, coverage)
    from scipy.stats import binom

    def limit(probability: float) -> float:
        count = int(binom.ppf(probability, people, target))
        overshoot = (binom.cdf(count, people, target) - probability) / binom.pmf(count, people, target)
        return float(min(1.0, max(0.0, (count - overshoot) / people)))

    return Interval(limit((1 - coverage) / 2), limit((1 + coverage) / 2))


def overdispersion(units: list[Proportion], target: float, trim: float = TRIM) -> Overdispersion:
    """How much more the shares spread around the target than chance alone explains.

    On the arcsine scale the variance of a share depends on the number of people only. The outer ``trim`` of the z
    values at either end is set to that quantile (winsorised). Where they spread no more than chance alone, tau2 is 0.

    :param units: two or more, each with people
    :param target: above 0 and below 1
    :param trim: part winsorised at either end, 0 or more and below 0.5
    :raises ValueError: for other values
    """
    if len(units) < 2 or not 0 <= trim < 0.5:
        raise ValueError(
            f"over-dispersion needs two units or more and a trim from 0 to below 0.5, got {len(units)} and {trim}"
        )
    for unit in units:
        _check(target, unit.out_of)
    counted = np.array([unit.counted for unit in units], dtype=float)
    people = np.array([unit.out_of for unit in units], dtype=float)
    z = 2 * np.sqrt(people) * (np.arcsin(np.sqrt(counted / people)) - asin(sqrt(target)))
    winsorised = np.clip(z, np.quantile(z, trim), np.quantile(z, 1 - trim))
    phi = float(np.mean(winsorised**2))
    weights = 4 * people
    k = len(units)
    tau2 = (k * phi - (k - 1)) / (weights.sum() - (weights**2).sum() / weights.sum())
    return Overdispersion(z, winsorised, phi, max(0.0, float(tau2)))


def overdispersed_limits(target: float, people: int, tau2: float, coverage: float = WARNING) -> Interval:
    """Limits of a share with the spread between municipalities added to chance, back from the arcsine scale.

    :param tau2: from ``overdispersion``, 0 or more; 0 gives limits for chance alone by the normal approximation
    """
    _check(target, people, coverage)
    if tau2 < 0:
        raise ValueError(f"tau2 is a variance and cannot be below 0, got {tau2}")
    reach = NormalDist().inv_cdf((1 + coverage) / 2) * sqrt(1 / (4 * people) + tau2)
    middle = asin(sqrt(target))
    return Interval(sin(max(0.0, middle - reach)) ** 2, sin(min(pi / 2, middle + reach)) ** 2)


def _check(target: float, people: int, coverage: float = WARNING) -> None:
    if not 0 < target < 1:
        raise ValueError(f"a funnel needs a target above 0 and below 1, got {target}")
    if people < 1:
        raise ValueError(f"limits need one person or more, got {people}; leave out units without people")
    if not 0 < coverage < 1:
        raise ValueError(f"coverage must be above 0 and below 1, got {coverage}; write 95 % as 0.95")
