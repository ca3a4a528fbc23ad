"""What a municipality's count would have been with the reference's shares in each stratum of its own people.

A stratum is a tuple of values, the most important one first: ``("upper-secondary", "woman", "26-35")``. The strata of
a municipality are its own ``Proportion`` each; those of a reference table come from many municipalities pooled. One
municipality alone has no reference: the answer is then ``NoReference``, never a number.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np

from tracker.indicators.statistics.proportions import Proportion

THINNEST_STRATUM = 30
"""Fewer people than this in a stratum of the reference are too few to tell what to expect."""

Stratum = tuple[str, ...]
Strata = Mapping[Stratum, Proportion]


@dataclass(frozen=True, slots=True)
class NoReference:
    """There is nothing to compare with; no number may stand in its place.

    :ivar reason: what is missing, in words
    :ivar strata: the strata that have people here and nobody in the reference; empty where the reason is another
    """

    reason: str
    strata: tuple[Stratum, ...] = ()


@dataclass(frozen=True, slots=True)
class Ratio:
    """Limits of a ratio of observed to expected, both included; 1 is as expected, and above 1 is possible."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class StratumLine:
    """One line of the table behind a standardised figure.

    :ivar strata: the strata that it stands for; more than one where thin strata were merged
    :ivar own: the municipality
    :ivar reference: the reference, with one person or more
    """

    strata: tuple[Stratum, ...]
    own: Proportion
    reference: Proportion

    @property
    def expected(self) -> float:
        """People of the municipality who would be counted at the share of the reference."""
        return self.own.out_of * _share(self.reference)


@dataclass(frozen=True, slots=True)
class Standardised:
    """Observed against expected: the same people, with the shares of the reference.

    :ivar lines: the table that all figures come from
    :ivar reference_share: share of all of the reference, 0 to 1

    Source: INDICATORS.md 4.2; indirect standardisation as in Breslow and Day (1987), ch. 2.
    """

    lines: tuple[StratumLine, ...]
    reference_share: float

    @property
    def observed(self) -> int:
        """O: people counted."""
        return sum(line.own.counted for line in self.lines)

    @property
    def expected(self) -> float:
        """E: the sum of n p over the strata, with n people here and p the share of the reference."""
        return sum(line.expected for line in self.lines)

    @property
    def difference(self) -> float:
        """O - E, in people."""
        return self.observed - self.expected

    @property
    def variance(self) -> float:
        """V: the sum of n p (1 - p). The reference is taken as known; its own chance variation is left out."""
        return sum(line.expected * (1 - _share(line.reference)) for line in self.lines)

    @property
    def z(self) -> float | None:
        """(O - E) / sqrt(V); None where nothing can vary."""
        return self.difference / sqrt(self.variance) if self.variance > 0 else None

    @property
    def ratio(self) -> float | None:
        """O / E; None where nobody is expected."""
        return self.observed / self.expected if self.expected > 0 else None

    @property
    def adjusted(self) -> float | None:
        """O / E times the share of the reference: the share with an average intake; above 1 where O / E is high."""
        return None if self.ratio is None else self.ratio * self.reference_share

    def interval(self, confidence: float = 0.95) -> Ratio | None:
        """How far chance alone could move O / E; None where nobody is expected.

        The limits are the O / E of the two reference tables, with the odds of every stratum multiplied by one factor,
        from which O would lie just ``confidence`` away: a score interval. With one stratum it is Wilson's, and it
        leaves out 1 exactly where ``z`` is beyond its limit. Limits for a Poisson count (Byar's, or exact) are left
        alone: they treat an outcome that half of the people have as a rare one, and come out half again as wide.

        :param confidence: coverage aimed at, above 0 and below 1
        :raises ValueError: for another confidence
        """
        if not 0 < confidence < 1:
            raise ValueError(f"confidence must be above 0 and below 1, got {confidence}; write 95 % as 0.95")
        if self.ratio is None:
            return None
        from scipy.optimize import brentq

        people = np.array([line.own.out_of for line in self.lines], dtype=float)
        shares = np.array([_share(line.reference) for line in self.lines])
        reach = NormalDist().inv_cdf((1 + confidence) / 2)

        def at(shift: float) -> tuple[float, float]:
            """Expected people and their variance, with all odds of the reference multiplied by exp(shift)."""
            up, down = shares * np.exp(shift / 2), (1 - shares) * np.exp(-shift / 2)
            shifted = up / (up + down)
            return float(people @ shifted), float(people @ (shifted * (1 - shifted)))

        def distance(shift: float, sign: int) -> float:
            expected, variance = at(shift)
            return self.observed - expected + sign * reach * sqrt(variance)

        def limit(sign: int) -> float:
            # Further out, what is left of the variance is lost in rounding. There may be no factor that reaches O: a
            # stratum in which all or none of the reference are counted stays as it is with any.
            least, most = -30.0, 30.0
            if distance(least, sign) <= 0:
                return at(least)[0] / self.expected
            if distance(most, sign) >= 0:
                return at(most)[0] / self.expected
            return at(float(brentq(distance, least, most, args=(sign,), xtol=1e-12)))[0] / self.expected

        return Ratio(low=min(limit(-1), self.ratio), high=max(limit(1), self.ratio))


def standardised(own: Strata, reference: Strata, thinnest: int = THINNEST_STRATUM) -> Standardised | NoReference:
    """Indirect standardisation of a municipality against a reference table.

    :param own: the strata of the municipality
    :param reference: the strata of the reference; thin ones are merged as in ``merged_strata``
    :param thinnest: fewest people that a stratum of the reference may have
    :return: ``NoReference`` where a stratum with people here has nobody in the reference, or where the whole
        reference is too thin
    :raises ValueError: where strata do not all have the same number of parts
    """
    unmatched = tuple(
        sorted(s for s, here in own.items() if here.out_of and (s not in reference or not reference[s].out_of))
    )
    everyone = total(reference.values())
    if everyone.out_of < max(thinnest, 1):
        return NoReference(f"the reference has fewer than {thinnest} people")
    if unmatched:
        return NoReference("no people in the reference for a stratum that has people here", unmatched)
    lines = tuple(
        StratumLine(
            strata=strata,
            own=total(own[s] for s in strata if s in own),
            reference=total(reference[s] for s in strata),
        )
        for strata in merged_strata(reference, thinnest)
    )
    return Standardised(tuple(line for line in lines if line.own.out_of), _share(everyone))


def directly_standardised(own: Strata, reference: Strata) -> float | None:
    """The share that the municipality's own stratum shares would give in the people of the reference.

    A check of the indirect figure: its own shares of small strata are unstable.

    :return: 0 to 1; None where a stratum of the reference has nobody here, or where the reference has nobody
    """
    weights = {stratum: there.out_of for stratum, there in reference.items() if there.out_of}
    if not weights or any(s not in own or not own[s].out_of for s in weights):
        return None
    return sum(weight * _share(own[s]) for s, weight in weights.items()) / sum(weights.values())


def merged_strata(reference: Strata, thinnest: int = THINNEST_STRATUM) -> tuple[tuple[Stratum, ...], ...]:
    """Which strata are taken together so that each has enough people in the reference.

    From the last, least important part of a stratum to the first: among the strata that agree in all parts before it,
    those with fewer than ``thinnest`` people are merged into one. If that is still too thin it is merged with the
    smallest of the others, the first in order where two are alike; without any other it waits, as one thin stratum,
    for the part before. Which strata are merged depends on the people of the reference alone, never on how many of
    them are counted, and not on the municipality.

    :return: the strata by line, in order; a stratum without anybody in the reference is in no line
    :raises ValueError: where strata do not all have the same number of parts
    """
    groups: list[tuple[Stratum, ...]] = [(stratum,) for stratum in sorted(reference) if reference[stratum].out_of]
    if len({len(stratum) for stratum in reference}) > 1:
        raise ValueError("strata need the same number of parts throughout; write an unknown part as a value of its own")
    for kept in range(len(groups[0][0]) - 1, -1, -1) if groups else ():
        families: dict[Stratum, list[tuple[Stratum, ...]]] = defaultdict(list)
        for group in groups:
            families[group[0][:kept]].append(group)
        groups = [group for family in families.values() for group in _merged(family, reference, thinnest)]
    return tuple(sorted(groups))


def _merged(family: list[tuple[Stratum, ...]], reference: Strata, thinnest: int) -> list[tuple[Stratum, ...]]:
    def people(group: tuple[Stratum, ...]) -> int:
        return sum(reference[stratum].out_of for stratum in group)

    thick = sorted((group for group in family if people(group) >= thinnest), key=lambda group: (people(group), group))
    thin = tuple(sorted(stratum for group in family if people(group) < thinnest for stratum in group))
    if thin and people(thin) < thinnest and thick:
        thin = tuple(sorted(thin + thick.pop(0)))
    return [*thick, *([thin] if thin else [])]


def total(parts: Iterable[Proportion]) -> Proportion:
    """All parts taken together."""
    counted = out_of = 0
    for part in parts:
        counted += part.counted
        out_of += part.out_of
    return Proportion(counted, out_of)


def _share(proportion: Proportion) -> float:
    return proportion.counted / proportion.out_of
