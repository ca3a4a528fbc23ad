"""What month-by-month states tell of a group and of each path in it: distribution, moves, turbulence.

Every function takes ``states``, an array of whole numbers with a row a person and a column a month. A code
0 to k-1 names the state that month; -1 says that the person is not followed that far, which holds for all
later months too. ``k`` is the number of states that have a code. ``alphabet_size`` is the number of states
that occur in the whole selection, before any breakdown, so that the entropies of its parts can be compared.

An array with another shape, an unknown code, or a followed month after one that is not, raises ValueError.
Formulas after TraMineR (Gabadinho et al. 2011, J. Stat. Soft. 40(4)). Entropy, complexity and turbulence
describe a path; a high value is neither good nor bad.
"""

from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

NOT_FOLLOWED = -1

States = npt.NDArray[np.integer[Any]]
Counts = npt.NDArray[np.int64]
Figures = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int16]


def alphabet_size(states: States) -> int:
    """How many different states occur in the followed months of all these people."""
    k = int(states.max(initial=NOT_FOLLOWED)) + 1
    return int(np.count_nonzero(distribution(states, k).sum(axis=0)))


def distribution(states: States, k: int) -> Counts:
    """People in each state each month: counts[month, state]. A row sums to the people followed that month."""
    months = _by_month(states, k)
    counts = np.zeros((len(months), k), dtype=np.int64)
    for month, codes in enumerate(months):
        counts[month] = np.bincount(codes[codes >= 0], minlength=k)
    return counts


def transversal_entropy(counts: npt.NDArray[Any], alphabet_size: int) -> Figures:
    """How mixed the group is each month: 0 = all in one state, 1 = spread evenly over all states that occur.

    :param counts: as from ``distribution``
    :return: a figure a month; NaN where nobody is followed; 0 where only one state ever occurs
    """
    return _entropy(counts, alphabet_size)


def transitions(states: States, k: int) -> Counts:
    """Pairs of neighbouring followed months: counts[from, to], staying in a state included."""
    months = _by_month(states, k)
    counts = np.zeros(k * k, dtype=np.int64)
    for now, later in pairwise(months):
        pairs = now.astype(np.int64) * k + later
        counts += np.bincount(pairs[later >= 0], minlength=k * k)
    return counts.reshape(k, k)


def transition_rates(counts: npt.NDArray[Any]) -> Figures:
    """The share that moves from one state to each state in a month: rates[from, to]; each row sums to 1.

    :param counts: as from ``transitions``
    :return: NaN throughout the row of a state that nobody was seen to continue from
    """
    return _shares(counts)


def mean_months(states: States, k: int) -> Figures:
    """Mean months a person spends in each state, over those followed for a month or more; NaN without any.

    People followed for a shorter time have fewer months to give: select equal follow-up to compare groups.
    """
    months = months_in_states(states, k)
    people = np.count_nonzero(months.sum(axis=1))
    return months.sum(axis=0) / people if people else np.full(k, np.nan)


def months_in_states(states: States, k: int) -> Counts:
    """Months each person spends in each state: months[person, state]."""
    by_month = _by_month(states, k)
    # The code -1 lands in the last column, which is then left out.
    months = np.zeros((states.shape[0], k + 1), dtype=np.int64)
    everyone = np.arange(states.shape[0])
    for codes in by_month:
        months[everyone, codes] += 1
    return months[:, :k]


def changes_of_state(states: States) -> Counts:
    """How often each person goes from one state to another."""
    by_month = _by_month(states)
    changes = np.zeros(states.shape[0], dtype=np.int64)
    for before, codes in pairwise(by_month):
        changes += _starts(codes, before)
    return changes


def distinct_subsequences(states: States) -> Figures:
    """How many different subsequences each person's order of states has, the empty one included.

    The order of states leaves out how long each lasted. Whole numbers, exact up to 2**53; 1 for a person not
    followed.
    """
    return _turns(states)[1]


def longitudinal_entropy(states: States, k: int, alphabet_size: int) -> Figures:
    """How evenly each person's months spread over the states: 0 = one state only, 1 = evenly over all.

    :return: a figure a person; NaN for a person not followed; 0 where only one state ever occurs
    """
    return _entropy(months_in_states(states, k), alphabet_size)


def complexity(states: States, k: int, alphabet_size: int) -> Figures:
    """How much each path moves about, from 0 to 1: the geometric mean of its moves a month and its entropy.

    :return: a figure a person; NaN for a person not followed; 0 for one followed for a single month
    """
    entropy = longitudinal_entropy(states, k, alphabet_size)
    moves_possible = np.maximum(_months_followed(states) - 1, 1)
    return np.sqrt(changes_of_state(states) / moves_possible * entropy)


def turbulence(states: States) -> Figures:
    """How turbulent each path is: many different subsequences, and stays of even length, give a high value.

    log2(phi (s2max + 1) / (s2 + 1)), with phi the distinct subsequences, s2 the variance of the lengths of
    stay and s2max = (l - 1)(1 - mean)**2 the largest variance that l stays of that mean can have.

    :return: a figure a person, 1 for a path in one state; NaN for a person not followed

    Source: Elzinga and Liefbroer (2007), European Journal of Population 23:225-250.
    """
    stays, subsequences, squared_lengths = _turns(states)
    months = _months_followed(states)
    followed = months > 0
    stays, months = np.where(followed, stays, 1), np.where(followed, months, 1)
    mean = months / stays
    # Taken from whole numbers, the variance cannot fall below 0 by rounding.
    variance = np.where(followed, stays * squared_lengths - months**2, 0) / stays**2
    largest = (stays - 1) * (1 - mean) ** 2
    return np.where(followed, np.log2(subsequences * (largest + 1) / (variance + 1)), np.nan)


def _by_month(states: States, k: int | None = None) -> Codes:
    """The checked states with a row a month: every count here runs along the codes of one month."""
    if states.ndim != 2:
        raise ValueError(f"states need a row a person and a column a month, got {states.ndim} dimensions")
    ceiling = int(np.iinfo(np.int16).max) if k is None else k
    if states.size and (states.min() < NOT_FOLLOWED or states.max() >= ceiling):
        person, month = np.argwhere((states < NOT_FOLLOWED) | (states >= ceiling))[0]
        raise ValueError(
            f"unknown state code in row {person}, month {month}: got {states[person, month]}; "
            f"use 0 to {ceiling - 1}, or {NOT_FOLLOWED} for a month not followed"
        )
    months = np.ascontiguousarray(states.T, dtype=np.int16)
    for month in range(1, len(months)):
        resumed = (months[month] >= 0) & (months[month - 1] < 0)
        if resumed.any():
            raise ValueError(
                f"row {int(resumed.argmax())} is followed again in month {month} after a month not followed; "
                "give an unknown status a state of its own"
            )
    return months


def _starts(codes: Codes, before: Codes | int) -> Flags:
    """Who enters a state in a month, given everyone's codes in it and in the month before."""
    starts: Flags = (codes >= 0) & (codes != before)
    return starts


def _turns(states: States) -> tuple[Counts, Figures, Counts]:
    """Each person's number of stays, distinct subsequences, and sum of squared lengths of stay."""
    by_month = _by_month(states)
    people = states.shape[0]
    k = int(states.max(initial=NOT_FOLLOWED)) + 1
    stays = np.zeros(people, dtype=np.int64)
    squares = np.zeros(people, dtype=np.int64)
    length = np.zeros(people, dtype=np.int64)
    subsequences = np.ones(people)
    # What came before the latest stay in a state was continued with that state then: it counts once only.
    continued = np.zeros((people, k))
    for month, codes in enumerate(by_month):
        who = np.flatnonzero(_starts(codes, by_month[month - 1] if month else NOT_FOLLOWED))
        entered = codes[who]
        before = subsequences[who]
        subsequences[who] = 2 * before - continued[who, entered]
        continued[who, entered] = before
        stays[who] += 1
        length[who] = 0
        length += codes >= 0
        # A stay that grows from d-1 to d months adds 2d-1 to its square.
        squares += np.where(codes >= 0, 2 * length - 1, 0)
    return stays, subsequences, squares


def _months_followed(states: States) -> Counts:
    months: Counts = np.count_nonzero(states >= 0, axis=1).astype(np.int64)
    return months


def _shares(counts: npt.NDArray[Any]) -> Figures:
    """Each row divided by its sum; NaN throughout a row without anyone."""
    totals = counts.sum(axis=1, keepdims=True)
    shares: Figures = np.divide(counts, totals, out=np.full(counts.shape, np.nan), where=totals > 0)
    return shares


def _entropy(counts: npt.NDArray[Any], alphabet_size: int) -> Figures:
    """Shannon entropy of each row's shares, relative to its largest value ln(alphabet_size)."""
    occurring = int(np.count_nonzero(counts, axis=1).max(initial=0))
    if occurring > alphabet_size:
        raise ValueError(
            f"a row has {occurring} states but alphabet_size is {alphabet_size}; "
            "count the states of the whole selection"
        )
    shares = _shares(counts)
    logarithms = np.log(shares, out=np.zeros(shares.shape), where=shares > 0)
    # Adding 0 turns the -0.0 of a single state into 0.0; NaN stays NaN.
    entropy: Figures = -(shares * logarithms).sum(axis=1) + 0.0
    return entropy / np.log(alphabet_size) if alphabet_size > 1 else entropy
