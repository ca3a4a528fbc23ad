"""What can be worked out of the hidden cells of a release from the cells that it shows.

A cell is any key; its value is a whole number of people, 0 or more, or None where it is hidden. The same key in two
tables is the same number, so that tables which share margins are audited as one. ``Equation`` says which cells sum to
which. A reader is taken to know the shown values, the equations and that no cell is below 0; a hidden cell may well
be 0, as zeros are hidden too where that protects others.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import inf
from typing import Any, ClassVar, TypeVar

import numpy as np

from tracker.errors import Refusal
from tracker.indicators.solving import Counts, Flags, Sums, Unlimited, is_whole, optimum

MINIMUM_WIDTH = 3
"""Every hidden cell must be able to hold two numbers that lie this far apart."""
SMALLEST_PAIR = 5
"""Two hidden parts of one sum must be able to hold this many people together."""
TOTAL = "Total"

Cell = Any  # hashable: a mapping with keys of one type is none with keys of type Hashable to a type checker
Cells = Mapping[Cell, int | None]
Values = TypeVar("Values", bound=tuple[str, ...])
Proof = tuple[Mapping[Cell, int], Counts]
"""Cell -> its column, and what the cells may hold: a row a table."""


@dataclass(frozen=True, slots=True)
class Equation:
    """A total and the parts that sum to it, each part once."""

    total: Cell
    parts: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """The least and the most that a hidden cell can hold, both of which it can hold; None = without a limit."""

    low: int
    high: int | None

    @property
    def width(self) -> float:
        """high - low, in people; infinite without a limit."""
        return inf if self.high is None else self.high - self.low


@dataclass(frozen=True, slots=True)
class Table:
    """Cells and the equations between them."""

    cells: dict[Cell, int]
    equations: tuple[Equation, ...]


class CellsCanBeWorkedOut(Refusal):
    """A release hides too little: what it hides follows, wholly or nearly, from what it shows.

    The message names cells and no numbers.

    :ivar cells: the hidden cells whose range is too narrow, with that range
    :ivar pairs: two hidden parts of one sum that are seen to hold too few people together
    """

    code: ClassVar[str] = "cells-can-be-worked-out"

    def __init__(self, cells: Mapping[Cell, Range], pairs: Collection[tuple[Cell, Cell]]) -> None:
        self.cells, self.pairs = dict(cells), tuple(pairs)
        found = [repr(cell) for cell in self.cells] + [f"{one!r} with {other!r}" for one, other in self.pairs]
        super().__init__(
            f"{len(found)} hidden cells can be worked out from what is shown: {few(found)}; hide further cells"
        )


def hidden_ranges(cells: Cells, equations: Iterable[Equation], of: Collection[Cell] | None = None) -> dict[Cell, Range]:
    """What each hidden cell can hold, given what is shown.

    :param cells: every cell of the release; None = hidden
    :param equations: over cells of the release alone
    :param of: only these cells; None = all that are hidden
    :raises ValueError: for a cell below 0, an unknown cell in an equation, or shown values that contradict each other
    """
    return {
        cell: unknowns.range(cell)
        for unknowns in _split(cells, equations)
        for cell in unknowns.names
        if of is None or cell in of
    }


def audit(
    cells: Cells,
    equations: Iterable[Equation],
    minimum_width: int = MINIMUM_WIDTH,
    smallest_pair: int = SMALLEST_PAIR,
    proofs: Collection[Proof] = (),
) -> None:
    """Prove that nothing hidden can be worked out, or refuse.

    :param proofs: tables that are said to fit what is shown; those that do spare a search for others
    :raises CellsCanBeWorkedOut: where the range of a hidden cell is narrower than ``minimum_width``, or two hidden
        parts of one sum cannot hold ``smallest_pair`` people together
    :raises ValueError: as ``hidden_ranges``
    """
    narrow: dict[Cell, Range] = {}
    pairs: list[tuple[Cell, Cell]] = []
    for unknowns in _split(cells, equations):
        for proof in proofs:
            unknowns.meet(proof)
        narrow |= {cell: unknowns.range(cell) for cell in unknowns.names if not unknowns.is_wide(cell, minimum_width)}
        pairs += [pair for pair in unknowns.small_pairs(smallest_pair) if not unknowns.can_hold(pair, smallest_pair)]
    if narrow or pairs:
        raise CellsCanBeWorkedOut(narrow, dict.fromkeys(pairs))


def breakdown(counts: Mapping[Values, int], total: str = TOTAL) -> Table:
    """A table with all its margins, and the equations between them.

    :param counts: people by the value of each dimension; a combination that is missing has nobody
    :param total: stands in the place of a dimension that is summed over
    :return: cells by the value or ``total`` of each dimension
    :raises ValueError: where keys differ in length, or a dimension has a value named as the total
    """
    sizes = {len(key) for key in counts}
    if len(sizes) > 1 or any(total in key for key in counts):
        raise ValueError(f"a breakdown needs keys of one length without {total!r}; name the total otherwise")
    dimensions = [list(dict.fromkeys(values)) for values in zip(*counts, strict=True)]
    cells: dict[Cell, int] = dict.fromkeys(product(*([*values, total] for values in dimensions)), 0) if counts else {}
    for key, people in counts.items():
        for margin in product(*((value, total) for value in key)):
            cells[margin] += people
    equations = tuple(
        Equation(key, tuple((*key[:place], value, *key[place + 1 :]) for value in dimensions[place]))
        for key in cells
        for place in range(len(key))
        if key[place] == total
    )
    return Table(cells, equations)


class System:
    """Numbers of people, 0 or more, of which some sums are known; with every solution met so far.

    :param people: what each of the sums comes to
    """

    def __init__(
        self,
        names: Iterable[Cell],
        equations: Sequence[Equation],
        sums: Sequence[Mapping[Cell, int]],
        people: Sequence[int],
    ) -> None:
        self.names, self.equations = tuple(names), equations
        self.column = {name: column for column, name in enumerate(self.names)}
        entries = [(one, self.column[name], sign) for one, signs in enumerate(sums) for name, sign in signs.items()]
        of, number, sign = np.array(entries, dtype=np.int64).reshape(-1, 3).T
        self.sums = Sums(of, number, sign, len(sums))
        self.people = np.array(people, dtype=np.int64)
        self.solutions = np.zeros((0, len(self.names)), dtype=np.int64)

    def fits(self, tables: Counts) -> Flags:
        """Which rows are solutions: none below 0, and every sum as it is."""
        fits: Flags = (tables >= 0).all(axis=1) & (self.sums.come_to(tables) == self.people).all(axis=1)
        return fits

    def keep(self, solution: Counts) -> None:
        """Meet one more solution.

        :raises ArithmeticError: it is none, so that whoever found it is mistaken
        """
        if not self.fits(solution[None]).all():
            raise ArithmeticError("the audit of hidden cells was given a table with other sums")
        self.solutions = np.vstack([self.solutions, solution])

    def reached(self, *cells: Cell) -> Counts:
        """People in these cells together, by solution."""
        reached: Counts = self.solutions[:, [self.column[cell] for cell in cells]].sum(axis=1)
        return reached

    def small_pairs(self, people: int, among: Collection[Cell] | None = None) -> Iterator[tuple[Cell, Cell]]:
        """Two parts of one sum that have fewer people together in every solution met so far."""
        most = self.solutions.max(axis=0, initial=0)
        for equation in self.equations:
            parts = [part for part in equation.parts if part in self.column and (among is None or part in among)]
            for pair in combinations([part for part in parts if most[self.column[part]] < people], 2):
                if self.reached(*pair).max(initial=0) < people:
                    yield pair


class _Unknowns(System):
    """Hidden cells that hang together, as a reader sees them: what is shown is a constant."""

    def __init__(self, cells: Cells, names: Sequence[Cell], equations: Sequence[Equation]) -> None:
        # The same sum from two linked tables is one.
        rows: dict[tuple[frozenset[tuple[Cell, int]], int], dict[Cell, int]] = {}
        for equation in equations:
            unknown = {cell: sign for cell, sign in signs_of(equation).items() if cells[cell] is None}
            shown = sum(sign * (cells[cell] or 0) for cell, sign in signs_of(equation).items())
            rows[frozenset(unknown.items()), -shown] = unknown
        super().__init__(names, equations, list(rows.values()), [people for _, people in rows])

    def meet(self, proof: Proof) -> None:
        """Meet the tables of a proof that fit."""
        column, tables = proof
        if all(name in column for name in self.names):
            own = tables[:, [column[name] for name in self.names]]
            self.solutions = np.vstack([self.solutions, own[self.fits(own)]])

    def range(self, cell: Cell) -> Range:
        high = self._most(cell)
        return Range(self._least(cell), high)

    def is_wide(self, cell: Cell, width: int) -> bool:
        """Whether a cell can hold two numbers this far apart."""
        met = self.reached(cell)
        if met.size and np.ptp(met) >= width:
            return True
        found = self.range(cell)
        return found.width >= width

    def can_hold(self, pair: tuple[Cell, Cell], people: int) -> bool:
        most = self._most(*pair)
        return most is None or most >= people

    def _least(self, cell: Cell) -> int:
        if self.reached(cell).min(initial=1) > 0:
            self._solve((cell,), 1)
        return int(self.reached(cell).min())

    def _most(self, *cells: Cell) -> int | None:
        return int(self.reached(*cells).max()) if self._solve(cells, -1) else None

    def _solve(self, cells: tuple[Cell, ...], sign: int) -> bool:
        """Meet a solution with the least (1) or the most (-1) people in these cells; False where there is no limit."""
        cost = np.zeros(len(self.names))
        cost[[self.column[cell] for cell in cells]] = sign
        most = np.full(len(cost), inf)
        try:
            found = optimum(cost, self.sums, self.people, most)
        except Unlimited:
            found, cost = None, 0 * cost
        # In a table of two dimensions the numbers are whole by themselves.
        limited = found is not None
        if found is None or not is_whole(found):
            found = optimum(cost, self.sums, self.people, most, integral=True)
        if found is None:
            raise ValueError(f"the shown values contradict each other: no counts fit them all in {few(self.names)}")
        self.keep(np.rint(found).astype(np.int64))
        return limited


def _split(cells: Cells, equations: Iterable[Equation]) -> Iterator[_Unknowns]:
    """The hidden cells, by those that hang together through sums."""
    equations = tuple(equations)
    check(cells, equations)
    for names, own in components([cell for cell, people in cells.items() if people is None], equations):
        yield _Unknowns(cells, names, own)


def components(cells: Iterable[Cell], equations: Iterable[Equation]) -> list[tuple[list[Cell], list[Equation]]]:
    """The cells that hang together through equations, with these equations; others in an equation do not count."""
    above: dict[Cell, Cell] = {cell: cell for cell in cells}

    def top(cell: Cell) -> Cell:
        while above[cell] != cell:
            above[cell] = cell = above[above[cell]]
        return cell

    linked = [(e, [cell for cell in (e.total, *e.parts) if cell in above]) for e in equations]
    for _, among in linked:
        for cell in among[1:]:
            above[top(cell)] = top(among[0])
    found: dict[Cell, tuple[list[Cell], list[Equation]]] = {}
    for cell in above:
        found.setdefault(top(cell), ([], []))[0].append(cell)
    for equation, among in linked:
        if among:
            found[top(among[0])][1].append(equation)
    return list(found.values())


def signs_of(equation: Equation) -> dict[Cell, int]:
    """The equation as a sum that is 0."""
    return {**dict.fromkeys(equation.parts, 1), equation.total: -1}


def check(cells: Cells, equations: Iterable[Equation]) -> None:
    """Raise ValueError for cells and equations that are no release: see ``hidden_ranges``."""
    for cell, people in cells.items():
        if people is not None and people < 0:
            raise ValueError(f"a cell holds 0 people or more, got {people} in {cell!r}")
    for equation in equations:
        used = (equation.total, *equation.parts)
        if len(set(used)) < len(used):
            raise ValueError(f"a cell stands twice in the sum of {equation.total!r}")
        for cell in used:
            if cell not in cells:
                raise ValueError(f"{cell!r} stands in the sum of {equation.total!r}, but is no cell of the release")
        shown = [people for cell in equation.parts if (people := cells[cell]) is not None]
        if len(shown) == len(equation.parts) and cells[equation.total] not in (None, sum(shown)):
            raise ValueError(f"the shown parts of {equation.total!r} do not sum to it")


def few(found: Iterable[object], most: int = 5) -> str:
    """The first of them in words, and how many more there are."""
    words = [each if isinstance(each, str) else repr(each) for each in found]
    return ", ".join(words[:most]) + (f" and {len(words) - most} more" if len(words) > most else "")
