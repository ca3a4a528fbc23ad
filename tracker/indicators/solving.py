"""Solving: whole or fractional numbers, 0 or more, of which some sums are known, at the least cost.

The solver is HiGHS through its own package: the small problems of disclosure control come by the hundred, and what
prepares them for it must not take longer than they do.
"""

from dataclasses import dataclass
from threading import local
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from highspy import Highs

Counts = npt.NDArray[np.int64]
Figures = npt.NDArray[Any]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of some numbers, an entry for each number in each sum; the entries rise by sum, and no sum is empty.

    :ivar of: the sum of each entry, from 0 on
    :ivar number: the number of each entry, from 0 on
    :ivar sign: 1 where it is added and -1 where it is taken away
    :ivar count: how many sums
    """

    of: Counts
    number: Counts
    sign: Counts
    count: int

    def come_to(self, numbers: Counts) -> Counts:
        """What they come to; a row for each row of numbers."""
        if not self.count:
            return np.zeros((len(numbers), 0), dtype=np.int64)
        starts = np.flatnonzero(np.diff(self.of, prepend=-1))
        return np.add.reduceat(numbers[:, self.number] * self.sign, starts, axis=1)

    def then(self, other: "Sums", further: int = 0) -> "Sums":
        """These sums and others behind them, which are of the numbers that many places further."""
        return Sums(
            np.concatenate([self.of, other.of + self.count]),
            np.concatenate([self.number, other.number + further]),
            np.concatenate([self.sign, other.sign]),
            self.count + other.count,
        )


class Unlimited(Exception):
    """The cost can fall without end."""


def optimum(
    cost: Figures, sums: Sums, people: Figures, most: Figures, integral: bool = False, gap: float = 0
) -> Figures | None:
    """Numbers from 0 to ``most`` whose sums come to ``people``, at the least cost; None where nothing fits.

    :param integral: whole numbers only, which takes far longer to find
    :param gap: how far from the least cost whole numbers may be, as a part of it; 1 is any that fit
    :raises Unlimited: where the cost can fall without end
    """
    from highspy import HighsModelStatus, HighsVarType, MatrixFormat, ObjSense

    free = most > 0
    if not free.any():
        return None if people.any() else np.zeros(len(most))
    kept = free[sums.number]
    width = int(free.sum())
    kind = HighsVarType.kInteger if integral else HighsVarType.kContinuous
    starts: Figures = np.append(0, np.cumsum(np.bincount(sums.of[kept], minlength=sums.count)))
    numbers: Figures = (np.cumsum(free) - 1)[sums.number[kept]]
    signs: Figures = sums.sign[kept]
    solver = _solver()
    # Small problems take half the time without presolve, those of whole numbers longer. With it, it may stay open
    # whether nothing fits or nothing is least; without it one is proven.
    for presolve in ("on", "off") if integral else ("off", "on"):
        solver.setOptionValue("presolve", presolve)
        solver.setOptionValue("mip_rel_gap", gap)
        solver.passModel(
            width,
            sums.count,
            len(numbers),
            int(MatrixFormat.kRowwise),
            int(ObjSense.kMinimize),
            0.0,
            cost[free],
            np.zeros(width),
            most[free],
            people,
            people,
            starts,
            numbers,
            signs,
            np.full(width, int(kind)),
        )
        solver.run()
        status = solver.getModelStatus()
        if status == HighsModelStatus.kOptimal:
            result = np.zeros(len(most))
            result[free] = solver.getSolution().col_value
            return result
        if status == HighsModelStatus.kInfeasible:
            return None
        if status == HighsModelStatus.kUnbounded:
            raise Unlimited
    raise ArithmeticError(f"the audit of hidden cells found no answer: {solver.modelStatusToString(status)}")


_own = local()


def _solver() -> "Highs":
    """The solver of this thread: to make one takes as long as a small problem does."""
    if not hasattr(_own, "solver"):
        from highspy import Highs

        _own.solver = Highs()  # type: ignore[no-untyped-call]
        _own.solver.setOptionValue("output_flag", False)
        _own.solver.setOptionValue("threads", 1)
    solver: Highs = _own.solver
    return solver


def is_whole(numbers: Figures) -> bool:
    """Whether all are whole but for a rounding error."""
    return bool(np.abs(numbers - np.rint(numbers)).max(initial=0) < 1e-6)
