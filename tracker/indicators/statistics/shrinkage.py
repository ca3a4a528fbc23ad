"""A small municipality's share, drawn toward those of others as far as its own few people leave it uncertain.

What is drawn toward comes from a reference set of municipalities, never from one alone. Show the raw share, the
shrunk one and n together. Three years taken together are the plainer way to more people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, isfinite, log, sqrt
from typing import Literal

import numpy as np

from tracker.indicators.statistics.proportions import Interval, Proportion
from tracker.indicators.statistics.standardisation import NoReference, total

POOLED_BELOW = 20
YEARS_POOLED = 3
# A reference worth more people than this has no spread beyond chance that could be told.
_STRONGEST = 1e6


@dataclass(frozen=True, slots=True)
class Beta:
    """A beta distribution of a share.

    :ivar alpha: above 0
    :ivar beta: above 0; alpha + beta is the number of people that it is worth
    :raises ValueError: for other values
    """

    alpha: float
    beta: float

    def __post_init__(self) -> None:
        if not (0 < self.alpha < float("inf") and 0 < self.beta < float("inf")):
            raise ValueError(f"alpha and beta must be above 0 and finite, got {self.alpha} and {self.beta}")

    @property
    def mean(self) -> float:
        """Mean of the share, 0 to 1."""
        return self.alpha / (self.alpha + self.beta)

    @property
    def sd(self) -> float:
        """Standard deviation of the share."""
        return sqrt(self.mean * (1 - self.mean) / (self.alpha + self.beta + 1))

    def interval(self, probability: float = 0.95) -> Interval:
        """The middle of the distribution, as much above it as below.

        :param probability: above 0 and below 1
        :raises ValueError: for another probability
        """
        if not 0 < probability < 1:
            raise ValueError(f"probability must be above 0 and below 1, got {probability}; write 95 % as 0.95")
        from scipy.stats import beta

        low, high = beta.ppf([(1 - probability) / 2, (1 + probability) / 2], self.alpha, self.beta)
        return Interval(float(low), float(high))


@dataclass(frozen=True, slots=True)
class Prior:
    """What a reference set says of a municipality before its own people are looked at.

    :ivar distribution: of shares over municipalities
    :ivar method: likelihood; moments, where the likelihood has no largest value
    :ivar municipalities: how many it comes from
    """

    distribution: Beta
    method: Literal["likelihood", "moments"]
    municipalities: int

    def posterior(self, own: Proportion) -> Beta:
        """The share of a municipality once its own people are known: its mean is (alpha + x) / (alpha + beta + n)."""
        prior = self.distribution
        return Beta(prior.alpha + own.counted, prior.beta + own.out_of - own.counted)


@dataclass(frozen=True, slots=True)
class Pooled:
    """A proportion over one year, or over more to have enough people.

    :ivar years: the years in it, in order
    :ivar proportion: all of their people together
    """

    years: tuple[int, ...]
    proportion: Proportion


def prior_from(reference: Sequence[Proportion]) -> Prior | NoReference:
    """The beta-binomial distribution that fits a reference set of municipalities best.

    By maximum likelihood. Where municipalities spread no more than chance the likelihood grows for ever with
    alpha + beta; the moments of the raw shares are used then. Chance widens those, so that they draw a municipality
    toward the others too little rather than too much.

    :param reference: one a municipality; those without people are left out
    :return: ``NoReference`` where fewer than two have people, or where all have the same share
    """
    present = [unit for unit in reference if unit.out_of]
    if len(present) < 2:
        return NoReference("shrinkage needs a reference of two municipalities or more with people")
    moments = from_mean_and_sd(*_mean_and_sd(present))
    if moments is None:
        return NoReference("the shares of the reference are all the same, or all none or everybody")
    likeliest = _likeliest(present, moments)
    if likeliest is None:
        return Prior(moments, "moments", len(present))
    return Prior(likeliest, "likelihood", len(present))


def from_mean_and_sd(mean: float, sd: float) -> Beta | None:
    """The beta distribution with this mean and standard deviation.

    :return: None where there is none: a spread of 0, or one as wide as mean (1 - mean) allows

    Source: Gelman et al., Bayesian Data Analysis, section 5.1.
    """
    if sd <= 0 or sd * sd >= mean * (1 - mean):
        return None
    worth = mean * (1 - mean) / (sd * sd) - 1
    # Shares that differ by a rounding error alone are the same, and a spread that is narrower by one alone is as wide.
    return Beta(mean * worth, (1 - mean) * worth) if 1e-12 < worth < 1e12 else None


def pooled(
    by_year: Mapping[int, Proportion], year: int, below: int = POOLED_BELOW, years: int = YEARS_POOLED
) -> Pooled:
    """A year alone where it has enough people, else with the years before it.

    :param by_year: a year that is not in it was not measured; it is left out and not taken as nobody
    :param year: the last year
    :param below: fewer people than this are pooled
    :param years: how many years are taken together, 1 or more
    :raises ValueError: where the year itself is not in ``by_year``, or for fewer than one year
    """
    if year not in by_year:
        raise ValueError(f"no figure for the year {year}; there are {', '.join(map(str, sorted(by_year))) or 'none'}")
    if years < 1:
        raise ValueError(f"one year or more must be taken together, got {years}")
    if by_year[year].out_of >= below:
        return Pooled((year,), by_year[year])
    taken = tuple(each for each in range(year - years + 1, year + 1) if each in by_year)
    return Pooled(taken, total(by_year[each] for each in taken))


def _mean_and_sd(units: Sequence[Proportion]) -> tuple[float, float]:
    shares = np.array([unit.counted / unit.out_of for unit in units])
    return float(shares.mean()), float(shares.std(ddof=1))


def _likeliest(units: Sequence[Proportion], start: Beta) -> Beta | None:
    """The alpha and beta under which these counts are likeliest; None where there are no finite ones."""
    from scipy.optimize import minimize
    from scipy.special import betaln

    x = np.array([unit.counted for unit in units], dtype=float)
    rest = np.array([unit.out_of - unit.counted for unit in units], dtype=float)

    def unlikeliness(logs: list[float]) -> float:
        alpha, beta = exp(min(logs[0], 50.0)), exp(min(logs[1], 50.0))
        return -float((betaln(x + alpha, rest + beta) - betaln(alpha, beta)).sum())

    options = {"xatol": 1e-9, "fatol": 1e-11, "maxiter": 4000, "maxfev": 4000}
    found = minimize(unlikeliness, [log(start.alpha), log(start.beta)], method="Nelder-Mead", options=options)
    alpha, beta = exp(min(found.x[0], 50.0)), exp(min(found.x[1], 50.0))
    if not found.success or not isfinite(found.fun) or not 1e-6 < min(alpha, beta) or alpha + beta > _STRONGEST:
        return None
    return Beta(alpha, beta)
