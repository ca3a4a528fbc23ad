"""Student's t: how far chance alone could move a mean, in standard errors."""

from functools import cache
from math import cos, pi, sin, sqrt

import numpy as np
import numpy.typing as npt

from tracker.indicators.statistics.proportions import standard_errors

_EXPANDED = 40
"""From so many degrees of freedom on the expansion is right to seven digits or more."""


def mean_errors(freedom: npt.NDArray[np.int64], confidence: float = 0.95) -> npt.NDArray[np.float64]:
    """How many standard errors to each side Student's interval of a mean reaches: 12.71 for 1 degree, 1.96 for many.

    :param freedom: degrees of freedom, 1 or more: people less one
    :raises ValueError: for a confidence that is not between 0 and 1, or fewer degrees

    Source: Abramowitz and Stegun (1964), 26.7.3 and 26.7.4 for few degrees, 26.7.5 for many.
    """
    z = standard_errors(confidence)
    if freedom.min(initial=1) < 1:
        raise ValueError(f"Student's t has 1 degree of freedom or more, got {freedom.min()}")
    few = np.array([_of_few(degrees, confidence) for degrees in range(1, _EXPANDED)])
    n = np.maximum(freedom, _EXPANDED).astype(np.float64)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    many = z + sum(term / n**power for power, term in enumerate(terms, start=1))
    return np.where(freedom < _EXPANDED, few[np.minimum(freedom, _EXPANDED - 1) - 1], many)


@cache
def _of_few(degrees: int, confidence: float) -> float:
    """The place at which the interval covers so much, by halving: coverage rises with the angle."""
    low, high = 0.0, pi / 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _covered(degrees, middle) < confidence else (low, middle)
    return sqrt(degrees) * sin(low) / cos(low)


def _covered(degrees: int, angle: float) -> float:
    """How often t lies within the square root of its degrees times the tangent of an angle."""
    step, total = (cos(angle) if degrees % 2 else 1.0), 0.0
    first = 2 if degrees % 2 else 1
    if degrees > 1:
        total = step
        for number in range(first, degrees - 2, 2):
            step *= number / (number + 1) * cos(angle) ** 2
            total += step
    return 2 / pi * (angle + sin(angle) * total) if degrees % 2 else sin(angle) * total
