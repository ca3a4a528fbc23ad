"""A count out of a number of people, its share, and how far chance alone could move that share."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist


@dataclass(frozen=True, slots=True)
class Interval:
    """Two bounds of a share, both included, each from 0 to 1."""

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
        if not 0 < confidence < 1:
            raise ValueError(f"confidence must be above 0 and below 1, got {confidence}; write 95 % as 0.95")
        if self.out_of == 0:
            return Interval(0.0, 1.0)
        z = NormalDist().inv_cdf((1 + confidence) / 2)
        x, n = self.counted, self.out_of
        middle = (x + z * z / 2) / (n + z * z)
        reach = z * sqrt(x * (n - x) / n + z * z / 4) / (n + z * z)
        # Where all are counted the formula would miss 1 by a rounding error.
        return Interval(low=max(0.0, middle - reach), high=1.0 if x == n else min(1.0, middle + reach))
