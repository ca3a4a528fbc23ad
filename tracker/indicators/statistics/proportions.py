"""A count out of a number of people, its share, and how far chance alone could move that share."""

from dataclasses import dataclass
from math import hypot, sqrt
from statistics import NormalDist


@dataclass(frozen=True, slots=True)
class Interval:
    """Two bounds, both included: of a share from 0 to 1, of a difference of shares from -1 to 1."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Proportion:
    """How many of a group are counted.

    :ivar counted: people counted, 0 to ``out_of``
    :ivar out_of: people in the group, 0 or more
    :raises ValueError: for a count below 0 or above the size of the group
    """

    counted: int
    out_of: int

    def __post_init__(self) -> None:
        if not 0 <= self.counted <= self.out_of:
            raise ValueError(
                f"a proportion counts from none to all of its people, got {self.counted} out of {self.out_of}"
            )

    @property
    def share(self) -> float | None:
        """The part counted, 0 to 1; None for an empty group, where there is no share to tell."""
        return self.counted / self.out_of if self.out_of else None

    def wilson(self, confidence: float = 0.95) -> Interval:
        """Wilson's score interval of the share, without continuity correction.

        For a whole cohort it shows how far chance could have moved the share; there is no sampling error in
        it. An empty group gives 0 to 1: nothing is known.

        :param confidence: coverage aimed at, above 0 and below 1
        :raises ValueError: for another confidence

        Source: Wilson (1927); method 3 in Newcombe (1998), Statistics in Medicine 17:857-872.
        """
        z = standard_errors(confidence)
        if self.out_of == 0:
            return Interval(0.0, 1.0)
        x, n = self.counted, self.out_of
        middle = (x + z * z / 2) / (n + z * z)
        reach = z * sqrt(x * (n - x) / n + z * z / 4) / (n + z * z)
        # Where all are counted the formula would miss 1 by a rounding error.
        return Interval(low=max(0.0, middle - reach), high=1.0 if x == n else min(1.0, middle + reach))

    def clopper_pearson(self, confidence: float = 0.95) -> Interval:
        """The exact binomial interval of the share: it covers the truth at least as often as it promises.

        Wider than Wilson's; for use where a minimum coverage is demanded. An empty group gives 0 to 1.

        :param confidence: coverage guaranteed, above 0 and below 1
        :raises ValueError: for another confidence

        Source: Clopper and Pearson (1934); method 5 in Newcombe (1998), Statistics in Medicine 17:857-872.
        """
        x, n, tail = self.counted, self.out_of, _tail(confidence)
        return Interval(
            low=0.0 if x == 0 else _beta_quantile(tail, x, n - x + 1),
            high=1.0 if x == n else _beta_quantile(1 - tail, x + 1, n - x),
        )

    def jeffreys(self, confidence: float = 0.95) -> Interval:
        """The Bayesian interval of the share from Jeffreys' prior, equal tails; none counted reaches 0, all counted 1.

        An empty group gives 0 to 1.

        :param confidence: probability that the interval holds, above 0 and below 1
        :raises ValueError: for another confidence

        Source: Brown, Cai and DasGupta (2001), Statistical Science 16:101-133.
        """
        x, n, tail = self.counted, self.out_of, _tail(confidence)
        return Interval(
            low=0.0 if x == 0 else _beta_quantile(tail, x + 0.5, n - x + 0.5),
            high=1.0 if x == n else _beta_quantile(1 - tail, x + 0.5, n - x + 0.5),
        )


def difference(first: Proportion, second: Proportion, confidence: float = 0.95) -> Interval:
    """Newcombe's hybrid score interval of the first share minus the second, of two groups without common people.

    Built from Wilson's intervals of the two, so it never leaves -1 to 1, which is also what an empty group gives.

    :param confidence: coverage aimed at, above 0 and below 1
    :raises ValueError: for another confidence

    Source: method 10 in Newcombe (1998), Statistics in Medicine 17:873-890.
    """
    one, two = first.wilson(confidence), second.wilson(confidence)
    if first.share is None or second.share is None:
        return Interval(-1.0, 1.0)
    gap = first.share - second.share
    return Interval(
        low=max(-1.0, gap - hypot(first.share - one.low, two.high - second.share)),
        high=min(1.0, gap + hypot(one.high - first.share, second.share - two.low)),
    )


def standard_errors(confidence: float) -> float:
    """How many standard errors to each side a normal interval of this confidence reaches: 1.96 for 0.95.

    :raises ValueError: for a confidence of 0 or less, or of 1 or more
    """
    return NormalDist().inv_cdf(1 - _tail(confidence))


def _tail(confidence: float) -> float:
    """The probability left outside on each side."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be above 0 and below 1, got {confidence}; write 95 % as 0.95")
    return (1 - confidence) / 2


def _beta_quantile(probability: float, a: float, b: float) -> float:
    # Loading scipy takes longer than most figures do, and few of them ask for these quantiles.
    from scipy.special import betaincinv

    return float(betaincinv(a, b, probability))
