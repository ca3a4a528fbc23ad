"""Trajectories: one state a month for each participant, and what the sequences of a group look like."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from tracker.indicators.breakdowns import with_groups
from tracker.indicators.cohort import Cohort, members, origins
from tracker.indicators.frames import Frames
from tracker.indicators.statistics import sequences
from tracker.indicators.status import NAMES, STATES
from tracker.indicators.timeline import monthly_looks

Origin = Literal["settled", "programme-start", "programme-end", "first-month"]
AXIS_OF: dict[Origin, Literal["settled", "started", "left", "first-month"]] = {
    "settled": "settled",
    "programme-start": "started",
    "programme-end": "left",
    "first-month": "first-month",
}
States = npt.NDArray[np.int16]


@dataclass(frozen=True)
class Trajectories:
    """The state of each person in each month.

    :ivar participants: ids of the people, in the order of the rows
    :ivar groups: value of each breakdown of each person
    :ivar states: number of the state in ``STATES`` by person and month; -1 beyond the person's follow-up
    :ivar alphabet: how many different states occur in the whole selection; the base of every entropy
    """

    participants: list[str]
    groups: list[tuple[str, ...]]
    states: States
    alphabet: int

    def parts(self) -> list[tuple[tuple[str, ...], States]]:
        """The states of each group, or of everybody where there is no breakdown."""
        kinds = sorted(set(self.groups))
        return [(kind, self.states[np.array([group == kind for group in self.groups], dtype=bool)]) for kind in kinds]


def trajectories(
    frames: Frames,
    origin: Origin,
    months: int,
    cohort: Cohort | None = None,
    by: Sequence[str] = (),
    municipality: str | None = None,
) -> Trajectories:
    """The state of each person on the day of the origin, and on the same day of the months after it.

    Month 1 is the origin itself. A month later than what was known is beyond follow-up, not a state.

    :param cohort: only these people; left out, everybody who has the origin
    """
    who = origins(frames, AXIS_OF[origin])
    if cohort is not None or municipality is not None:
        chosen = members(frames, cohort or Cohort("settled"), municipality)
        who = who.join(chosen.select("participant"), on="participant", how="semi")
    who = with_groups(frames, who.sort("participant"), by)
    columns = np.full((who.height, months), sequences.NOT_FOLLOWED, dtype=np.int16)
    at_home = who.with_columns(home=pl.lit(municipality, dtype=pl.String))
    for month, look in enumerate(monthly_looks(frames, at_home, months)):
        if not look.followed.any():
            break
        columns[look.followed, month] = look.states
    ids = who.join(frames.people("id"), on="participant", how="left", maintain_order="left")
    return Trajectories(
        ids["id"].to_list(),
        [tuple(str(value) for value in row) for row in who.select(by).iter_rows()] if by else [()] * who.height,
        columns,
        sequences.alphabet_size(columns),
    )


def distribution(found: Trajectories) -> list[tuple[object, ...]]:
    """Rows (group..., month, state, count, share), states that never occur left out."""
    rows: list[tuple[object, ...]] = []
    for group, states in found.parts():
        counts = sequences.distribution(states, len(STATES))
        occurring = [state for state in range(len(STATES)) if counts[:, state].any()]
        for month, line in enumerate(counts.tolist(), start=1):
            followed = sum(line)
            if followed:
                rows += [(*group, month, NAMES[state], line[state], line[state] / followed) for state in occurring]
    return rows


def transitions(found: Trajectories) -> list[tuple[object, ...]]:
    """Rows (group..., from, to, count, rate): from one month to the next, over all months."""
    rows: list[tuple[object, ...]] = []
    for group, states in found.parts():
        counts = sequences.transitions(states, len(STATES))
        rates = sequences.transition_rates(counts)
        occurring = [state for state in range(len(STATES)) if (states == state).any()]
        for before in occurring:
            for after in occurring:
                rate = float(rates[before, after])
                rows.append(
                    (*group, NAMES[before], NAMES[after], int(counts[before, after]), None if np.isnan(rate) else rate)
                )
    return rows


def mean_time(found: Trajectories) -> list[tuple[object, ...]]:
    """Rows (group..., state, mean_months)."""
    rows: list[tuple[object, ...]] = []
    for group, states in found.parts():
        for state, months in enumerate(sequences.mean_months(states, len(STATES)).tolist()):
            if (states == state).any():
                rows.append((*group, NAMES[state], months))
    return rows


def entropy(found: Trajectories) -> list[tuple[object, ...]]:
    """Rows (group..., month, entropy): how mixed the group is each month, 0 to 1."""
    rows: list[tuple[object, ...]] = []
    for group, states in found.parts():
        figures = sequences.transversal_entropy(sequences.distribution(states, len(STATES)), found.alphabet)
        rows += [(*group, month, value) for month, value in enumerate(figures.tolist(), start=1) if not np.isnan(value)]
    return rows


def individual(found: Trajectories) -> list[tuple[object, ...]]:
    """Rows (participant, entropy, complexity, turbulence); exact, and not for publication."""
    k, a = len(STATES), found.alphabet
    figures = zip(
        found.participants,
        sequences.longitudinal_entropy(found.states, k, a).tolist(),
        sequences.complexity(found.states, k, a).tolist(),
        sequences.turbulence(found.states).tolist(),
        strict=True,
    )
    return [row for row in figures if not np.isnan(row[1])]
