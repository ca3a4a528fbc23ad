"""How long it takes until something happens, when people are followed for different times and causes compete.

Events are counted in an ``EventTable``. Tables of different people add up, and every estimate comes from the
sum: municipalities counted apart give exactly the figure that they give together.

Time is in whole units from the origin, most often months. At each time, those who enter are at risk first,
then events happen, then people are censored: one censored in month 6 was still at risk of an event in month 6.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tracker.indicators.statistics.curves import Curve, RestrictedMean

CENSORED = -1
"""The code of a person to whom nothing had happened when they were last followed."""

Counts = npt.NDArray[np.int64]
Figures = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, eq=False)
class EventTable:
    """Events and risk sets by time: all that the estimates need, and nothing of any one person.

    :ivar causes: names of what can happen, one or more, each ending the time at risk
    :ivar events: people to whom it happened: events[time, cause]
    :ivar censored: people last followed at each time without an event
    :ivar entered: people at risk from each time on; time 0 unless they came in later (delayed entry)
    :raises ValueError: for arrays that do not fit each other, counts below 0, or people who leave without having
        been at risk or never leave

    The arrays are kept as unchangeable copies that end with the last person followed.
    """

    causes: tuple[str, ...]
    events: Counts
    censored: Counts
    entered: Counts

    def __post_init__(self) -> None:
        if not self.causes or len(set(self.causes)) < len(self.causes):
            raise ValueError(f"an event table needs causes with a name of their own, got {self.causes}")
        times = len(self.censored)
        if self.events.shape != (times, len(self.causes)) or self.entered.shape != (times,):
            raise ValueError(
                f"events need a row a time and a column a cause, censored and entered the same times: got "
                f"{self.events.shape}, {self.censored.shape} and {self.entered.shape} for {len(self.causes)} causes"
            )
        for name in ("events", "censored", "entered"):
            counts = getattr(self, name)
            if not np.issubdtype(counts.dtype, np.integer) or counts.min(initial=0) < 0:
                raise ValueError(f"{name} must be whole numbers of 0 or more, got {counts.tolist()}")
        staying = self.at_risk - self._left
        if staying.min(initial=0) < 0:
            time = int(staying.argmin())
            raise ValueError(f"more people leave at time {time} than the {self.at_risk[time]} at risk")
        if times and staying[-1]:
            raise ValueError(f"{staying[-1]} people never leave the table; count them as censored when last followed")
        followed = int(np.flatnonzero(self._left).max(initial=-1)) + 1
        for name in ("events", "censored", "entered"):
            kept = np.array(getattr(self, name)[:followed], dtype=np.int64)
            kept.flags.writeable = False
            object.__setattr__(self, name, kept)

    @classmethod
    def of(cls, causes: Sequence[str], times: Numbers, what: Numbers, entries: Numbers | None = None) -> "EventTable":
        """The table of these people, one an element.

        :param causes: names of what can happen
        :param times: when it happened, or when a person was last followed; 0 or more
        :param what: the place of the cause in ``causes``, or ``CENSORED``
        :param entries: from when each is at risk, that time included; 0 where left out
        :raises ValueError: for an unknown code, a time below 0, or an entry after the end of follow-up
        """
        if entries is None:
            entries = np.zeros_like(times)
        if not times.shape == what.shape == entries.shape == (times.size,):
            raise ValueError(f"one time, cause and entry a person: got {times.shape}, {what.shape}, {entries.shape}")
        k = len(causes)
        if times.size and not CENSORED <= int(what.min()) <= int(what.max()) < k:
            raise ValueError(f"unknown cause: got codes {what.min()} to {what.max()}; use 0 to {k - 1}, or {CENSORED}")
        early = (entries < 0) | (times < entries)
        if early.any():
            person = int(early.argmax())
            raise ValueError(
                f"person {person} is followed from time {entries[person]} to {times[person]}; "
                "times count up from 0, and none leaves before entering"
            )
        length = int(times.max(initial=-1)) + 1
        # The code of the censored comes first, so that every person has a column.
        cells = times.astype(np.int64) * (k + 1) + what + 1
        exits = np.bincount(cells, minlength=length * (k + 1)).reshape(length, k + 1)
        entered = np.bincount(entries, minlength=length)
        return cls(tuple(causes), exits[:, 1:].astype(np.int64), exits[:, 0].astype(np.int64), entered.astype(np.int64))

    @classmethod
    def of_nobody(cls, causes: Sequence[str]) -> "EventTable":
        """The table to start a sum from."""
        nobody = np.zeros(0, dtype=np.int64)
        return cls.of(causes, nobody, nobody)

    def __add__(self, other: "EventTable") -> "EventTable":
        """Both groups as one; nobody may be in both.

        :raises ValueError: for a table of other causes
        """
        if self.causes != other.causes:
            raise ValueError(f"tables of different causes do not add up: got {self.causes} and {other.causes}")
        length = max(len(self.events), len(other.events))
        mine, theirs = self._counts(length), other._counts(length)
        return EventTable(self.causes, *(a + b for a, b in zip(mine, theirs, strict=True)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, EventTable):
            return NotImplemented
        counts = ((self.events, other.events), (self.censored, other.censored), (self.entered, other.entered))
        return self.causes == other.causes and all(np.array_equal(mine, theirs) for mine, theirs in counts)

    @property
    def people(self) -> int:
        return int(self.entered.sum())

    @property
    def at_risk(self) -> Counts:
        """People at risk at each time, before the events of that time."""
        at_risk: Counts = np.cumsum(self.entered) - np.cumsum(self._left) + self._left
        return at_risk

    def survival(self) -> Curve:
        """Kaplan-Meier: the share to whom none of the causes has happened by each time, with Greenwood's variance.

        One minus it is the share of all causes together. For one cause among several ask ``incidence``: counting
        the others as censored would report a share that nobody can reach.

        Source: Kaplan and Meier (1958); Greenwood (1926).
        """
        d, n = self.events.sum(axis=1), self.at_risk
        share = np.cumprod(1 - _parts(d, n), dtype=np.float64)
        # Where all of a risk set had an event the formula ends at 0 times infinity.
        with np.errstate(invalid="ignore"):
            variance = share**2 * np.cumsum(_hazard_variances(d, n))
        return Curve(share, variance, n, falling=True, ended=self._ended)

    def incidence(self, cause: str) -> Curve:
        """Aalen-Johansen: the share to whom this cause has happened by each time, the others competing with it.

        The incidences of all causes and the survival add up to 1 at every time. The variance is that of the
        delta method, exact for ties.

        :raises ValueError: for a cause that the table does not have

        Source: Aalen and Johansen (1978); Marubini and Valsecchi (1995), chapter 10.
        """
        dk, d, n = self.events[:, self._column(cause)], self.events.sum(axis=1), self.at_risk
        before = np.cumprod(np.concatenate(([1.0], 1 - _parts(d, n))))[:-1]
        qk = _parts(dk, n)
        share = np.cumsum(before * qk)
        hazards = _hazard_variances(d, n)
        # After a risk set is used up the share stays as it is, so its hazard no longer matters.
        hazards[np.isinf(hazards)] = 0.0
        # The sums over j <= t of (F(t) - F(j))**2 h(j), and of (F(t) - F(j)) S(j-) q(j) / n(j), multiplied out.
        others = share**2 * np.cumsum(hazards) - 2 * share * np.cumsum(share * hazards) + np.cumsum(share**2 * hazards)
        shared = before * _parts(qk, n)
        both = share * np.cumsum(shared) - np.cumsum(share * shared)
        own = np.cumsum(before**2 * _parts(qk * (1 - qk), n))
        variance = np.maximum(own + others - 2 * both, 0.0)
        return Curve(np.minimum(share, 1.0), variance, n, falling=False, ended=self._ended)

    def restricted_mean(self, cap: int) -> RestrictedMean | None:
        """The mean time until any of the causes, where waiting longer than ``cap`` counts as ``cap``.

        It is the area under the survival curve, so it has a value where the median is not reached.

        :param cap: 1 or more
        :return: None where follow-up ends before the cap while people still wait
        :raises ValueError: for a cap below 1

        Source: Irwin (1949); variance as in Klein and Moeschberger (2003), section 4.5.
        """
        if cap < 1:
            raise ValueError(f"the cap of a restricted mean must be 1 or more, got {cap}")
        if cap >= len(self.events) and not self._ended:
            return None
        d, n = self.events[:cap].sum(axis=1), self.at_risk[:cap]
        share = np.cumprod(1 - _parts(d, n))
        ahead = np.cumsum(share[::-1])[::-1]
        hazards = _hazard_variances(d, n)
        # Where all of a risk set had an event no area is ahead.
        terms = ahead[ahead > 0] ** 2 * hazards[ahead > 0]
        return RestrictedMean(cap=cap, mean=float(share.sum()), variance=float(terms.sum()))

    @property
    def _left(self) -> Counts:
        left: Counts = self.events.sum(axis=1) + self.censored
        return left

    @property
    def _ended(self) -> bool:
        """Whether at some time all those at risk had an event: from then on nobody is left to wait."""
        return bool(((self.at_risk > 0) & (self.events.sum(axis=1) == self.at_risk)).any())

    def _column(self, cause: str) -> int:
        if cause not in self.causes:
            raise ValueError(f"unknown cause: got {cause!r}; use {', '.join(self.causes)}")
        return self.causes.index(cause)

    def _counts(self, length: int) -> tuple[Counts, Counts, Counts]:
        missing = length - len(self.events)
        return (
            np.pad(self.events, ((0, missing), (0, 0))),
            np.pad(self.censored, (0, missing)),
            np.pad(self.entered, (0, missing)),
        )


@dataclass(frozen=True, slots=True)
class LogRank:
    """A test whether groups differ in how fast something happens.

    :ivar statistic: chi square
    :ivar degrees: its degrees of freedom: groups that can be compared, less one; 0 where none can
    :ivar observed: events in each group
    :ivar expected: events in each group if they were all alike
    """

    statistic: float
    degrees: int
    observed: tuple[int, ...]
    expected: tuple[float, ...]

    @property
    def p_value(self) -> float | None:
        """How often chance alone would give such a statistic or a larger one; None where nothing is compared."""
        if self.degrees == 0:
            return None
        # Loading scipy takes longer than the test.
        from scipy.special import chdtrc

        return float(chdtrc(self.degrees, self.statistic))


def log_rank(groups: Sequence[EventTable], cause: str | None = None) -> LogRank:
    """The log-rank test of two or more groups, one table each.

    :param cause: compare the rates of this cause, those who leave by another being no longer at risk; None =
        all causes as one. The rates of a cause can be alike where its incidences differ
    :raises ValueError: for fewer than two groups, tables of different causes, or an unknown cause

    Source: Mantel (1966); Peto and Peto (1972).
    """
    if len(groups) < 2:
        raise ValueError(f"a log-rank test compares two or more groups, got {len(groups)}")
    together = sum(groups[1:], groups[0])
    columns = range(len(together.causes)) if cause is None else [together._column(cause)]
    length = len(together.events)
    observed = [table.events[:, columns].sum(axis=1) for table in groups]
    at_risk = np.array([np.pad(table.at_risk, (0, length - len(table.events))) for table in groups])
    d, n = together.events[:, columns].sum(axis=1), together.at_risk
    parts = at_risk / np.maximum(n, 1)
    expected = parts @ d
    spread = d * (n - d) / np.maximum(n - 1, 1)
    covariance = np.diag(parts @ spread) - (parts * spread) @ parts.T
    excess = np.array([int(events.sum()) for events in observed]) - expected
    # The groups' excesses sum to 0, and a group that was never at risk when something happened tells nothing.
    degrees = int(np.linalg.matrix_rank(covariance, rtol=1e-10, hermitian=True))
    statistic = excess @ np.linalg.pinv(covariance, rcond=1e-10, hermitian=True) @ excess
    return LogRank(
        statistic=float(statistic),
        degrees=degrees,
        observed=tuple(int(events.sum()) for events in observed),
        expected=tuple(expected.tolist()),
    )


def _parts(counts: npt.NDArray[Any], people: Counts) -> Figures:
    """Each count as a part of the people; 0 where there are none."""
    parts: Figures = np.divide(counts, people, out=np.zeros(len(people)), where=people > 0)
    return parts


def _hazard_variances(events: Counts, people: Counts) -> Figures:
    """Greenwood's terms d / (n (n - d)): infinite where all of a risk set had an event."""
    terms = np.zeros(len(people))
    some = events > 0
    with np.errstate(divide="ignore"):
        terms[some] = events[some] / (people[some] * (people[some] - events[some]).astype(np.float64))
    return terms
