"""Which further cells to hide, so that what must be hidden cannot be worked out from what is shown."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import ClassVar

import numpy as np

from tracker.errors import Refusal
from tracker.indicators.audit import (
    MINIMUM_WIDTH,
    SMALLEST_PAIR,
    Cell,
    Equation,
    Proof,
    System,
    check,
    components,
    few,
    signs_of,
)
from tracker.indicators.partials import ALL
from tracker.indicators.solving import Counts, Figures, Flags, Sums, is_whole, optimum


def _words(cell: Cell) -> str:
    """A cell as it is told to who publishes: of everybody its name alone."""
    return " ".join(str(part) for part in cell if part != ALL) if isinstance(cell, tuple) else repr(cell)


class TooThinToPublish(Refusal):
    """No further hiding protects a table, as what must stay shown tells too much: categories have to be merged.

    :ivar cells: the hidden cells that cannot be protected
    :ivar merge: cells to take together, two by two, each time parts of one sum; empty where a sum has one part only
    """

    code: ClassVar[str] = "too-thin-to-publish"

    def __init__(self, cells: Collection[Cell], merge: Collection[tuple[Cell, Cell]]) -> None:
        self.cells, self.merge = tuple(cells), tuple(merge)
        hint = (
            f"merge {few([f'{_words(one)} with {_words(other)}' for one, other in self.merge])}"
            if self.merge
            else "leave it out"
        )
        super().__init__(f"hiding cannot protect {few([_words(cell) for cell in self.cells])}; {hint}")


@dataclass(frozen=True)
class Hiding:
    """Cells to hide, and why that is enough.

    :ivar cells: all of them
    :ivar proofs: other tables in which the shown cells are the same
    """

    cells: frozenset[Cell]
    proofs: tuple[Proof, ...]


def complementary(
    cells: Mapping[Cell, int],
    equations: Iterable[Equation],
    hidden: Collection[Cell],
    always_shown: Collection[Cell] = (),
    unprinted: Collection[Cell] = (),
    minimum_width: int = MINIMUM_WIDTH,
    smallest_pair: int = SMALLEST_PAIR,
) -> Hiding:
    """What to hide so that ``audit`` accepts the release: those given and as few people more as can be found.

    One hidden cell after the other gets another table, or two, in which it holds another number while the shown
    cells keep theirs; what these tables change is hidden too, small cells before large ones. At the end what is not
    needed after all is shown again. Each table is kept as the proof. Zeros are hidden only where it is cheaper than
    hiding a cell of about ten people.

    :param cells: every cell of the release with its true value
    :param hidden: cells that must be hidden for what they hold
    :param always_shown: cells that are known elsewhere, as those of an earlier release
    :param unprinted: cells that follow from others and are not printed themselves, so that hiding them costs nothing
    :raises TooThinToPublish: where no hiding is enough; with cells that could be merged
    :raises ValueError: as ``hidden_ranges``, and for a cell that must be hidden and is always shown
    """
    equations = tuple(equations)
    check(cells, equations)
    for cell in (*hidden, *always_shown):
        if cell not in cells:
            raise ValueError(f"{cell!r} is to be hidden or shown, but is no cell of the release")
    primary, fixed, free = frozenset(hidden), frozenset(always_shown), frozenset(unprinted)
    if both := [cell for cell in cells if cell in primary & fixed]:
        raise ValueError(f"must be hidden and is always shown: {few(both)}; publish without a table that needs it")
    protections = []
    for names, own in components(cells, equations):
        part = _Protection({name: cells[name] for name in names}, own, fixed, free, minimum_width, smallest_pair)
        part.hide(primary)
        protections.append(part)
    if failed := [cell for part in protections for cell in part.failed]:
        raise TooThinToPublish(failed, [pair for part in protections for pair in part.merge()])
    return Hiding(
        frozenset(cell for part in protections for cell in part.hidden_cells()),
        tuple((part.column, part.solutions) for part in protections),
    )


class _Protection(System):
    """Cells that hang together, which of them are hidden, and other tables in which the shown cells are the same."""

    def __init__(
        self,
        cells: Mapping[Cell, int],
        equations: Sequence[Equation],
        fixed: Collection[Cell],
        unprinted: Collection[Cell],
        width: int,
        pair: int,
    ) -> None:
        super().__init__(cells, equations, [signs_of(equation) for equation in equations], [0] * len(equations))
        self.width, self.pair = width, pair
        self.values = np.array(list(cells.values()), dtype=np.int64)
        self.fixed = np.array([name in fixed for name in self.names], dtype=bool)
        self.hidden = np.zeros(len(self.names), dtype=bool)
        self.price = np.where(self.values > 0, self.values, 10) + 5.0
        self.printed = np.array([name not in unprinted for name in self.names], dtype=bool)
        self.price[~self.printed] = 1.0
        self.failed: list[Cell] = []
        self.keep(self.values)

    def hidden_cells(self) -> set[Cell]:
        return {self.names[column] for column in np.flatnonzero(self.hidden)}

    def hide(self, primary: Collection[Cell]) -> None:
        needed = np.array([name in primary for name in self.names], dtype=bool)
        self.hidden = needed.copy()
        while (need := next(self._needs(), None)) is not None:
            tables = self._other_tables(need, self.hidden | ~self.fixed, thorough=True)
            if not tables:
                self.failed += [cell for cell in need if cell not in self.failed]
            for table in tables:
                self.hidden |= table != self.values
                self.keep(table)
        if not self.failed:
            for column in sorted(
                np.flatnonzero(self.hidden & ~needed & self.printed), key=lambda column: -self.values[column]
            ):
                if self.hidden[column]:
                    self._show_again(int(column), needed)

    def merge(self) -> list[tuple[Cell, Cell]]:
        """Each cell that cannot be protected, with the smallest other part of a sum that gives the two a fair size."""
        result = []
        for cell in self.failed:
            sizes = {
                part: int(self.values[self.column[part]] + self.values[self.column[cell]])
                for equation in self.equations
                if cell in equation.parts
                for part in equation.parts
                if part != cell
            }
            if sizes:
                result.append((cell, min(sizes, key=lambda part: (sizes[part] < self.pair, sizes[part]))))
        return result

    def _needs(self) -> Iterator[tuple[Cell, ...]]:
        """Hidden cells, and pairs of them, that no table met so far protects."""
        hopeless = set(self.failed)
        for column in np.flatnonzero(self.hidden & (np.ptp(self.solutions, axis=0) < self.width)):
            if self.names[column] not in hopeless:
                yield (self.names[column],)
        for pair in self.small_pairs(self.pair, self.hidden_cells()):
            if not hopeless.issuperset(pair):
                yield pair

    def _other_tables(self, need: tuple[Cell, ...], free: Flags, thorough: bool) -> list[Counts]:
        """The cheapest other tables that protect a cell, or a pair of cells; none where there are none.

        A cell gets two tables that are far enough apart in it; a pair gets one in which it has enough people. A table
        is the true one with something added and something taken away, which leaves every sum as it is. Only what
        changes in a shown cell costs.
        """
        at = np.array([self.column[cell] for cell in need])
        goal = np.ones_like(at)
        if len(need) == 1:
            kept, apart, wanted = self._kept_twice, [goal, -goal, -goal, goal], self.width
        else:
            kept, apart, wanted = self._kept, [goal, -goal], self.pair - int(self.values[at].sum())
        tables, size = len(apart) // 2, len(self.names)
        # The last number is by how much more than wanted they are apart.
        places = np.append(np.concatenate([at + copy * size for copy in range(2 * tables)]), 2 * tables * size)
        signs = np.append(np.concatenate(apart), -1)
        sums = kept.then(Sums(np.zeros_like(places), places, signs, 1))
        people = np.append(np.zeros(kept.count), wanted)
        price = np.append(np.tile(np.where(self.hidden, 0, self.price), 2 * tables), 0)

        def solved(free: Flags, integral: bool) -> Figures | None:
            if not self._moves(free)[at].any():
                return None
            most = np.concatenate([np.where(free, inf, 0), np.where(free, self.values, 0)])
            return optimum(price, sums, people, np.append(np.tile(most, tables), inf), integral, gap=1)

        # What is hidden already is often enough, and far fewer cells to search.
        found = solved(free & self.hidden, integral=False)
        if (found is None or not is_whole(found)) and not np.array_equal(free, self.hidden):
            found = solved(free, integral=False)
        if found is not None and not is_whole(found):
            # Among what the fraction changes there are nearly always whole numbers, and they are found far sooner.
            changed = np.abs(found[:-1]).reshape(-1, size).max(axis=0) > 1e-6
            found = solved(free & (self.hidden | changed), integral=True) if thorough else None
            if found is None and thorough:
                found = solved(free, integral=True)
        if found is None:
            return []
        steps = np.rint(found[:-1]).astype(np.int64).reshape(tables, 2, size)
        return [self.values + added - taken for added, taken in steps]

    def _moves(self, free: Flags) -> Flags:
        """Which cells may change at all if these are free: in a sum, what one cell gains another has to lose."""
        row, column, sign = self.sums.of, self.sums.number, self.sums.sign
        up, down = free, free & (self.values > 0)
        while True:
            adds, takes = (np.where(sign > 0, one[column], other[column]) for one, other in ((up, down), (down, up)))
            can_add, can_take = (np.bincount(row[some], minlength=self.sums.count)[row] for some in (adds, takes))
            alone_adds, alone_takes = adds & (can_take - takes == 0), takes & (can_add - adds == 0)
            if not (alone_adds | alone_takes).any():
                return np.asarray(up | down)
            up, down = up.copy(), down.copy()
            up[column[np.where(sign > 0, alone_adds, alone_takes)]] = False
            down[column[np.where(sign > 0, alone_takes, alone_adds)]] = False

    @cached_property
    def _kept(self) -> Sums:
        """The sums that stay as they are in one other table: what is added to each number and what is taken away."""
        numbers = np.stack([self.sums.number, self.sums.number + len(self.names)], axis=1).ravel()
        signs = np.stack([self.sums.sign, -self.sums.sign], axis=1).ravel()
        return Sums(np.repeat(self.sums.of, 2), numbers, signs, self.sums.count)

    @cached_property
    def _kept_twice(self) -> Sums:
        """The same in two other tables."""
        return self._kept.then(self._kept, further=2 * len(self.names))

    def _show_again(self, column: int, needed: Flags) -> None:
        """Show a cell that was hidden for the sake of others, and what follows from it, if all stay protected."""
        hidden, solutions = self.hidden, self.solutions
        self.hidden = hidden.copy()
        self.hidden[column] = False
        self.hidden &= needed | self._moves(self.hidden)
        shown = hidden & ~self.hidden
        self.solutions = solutions[(solutions[:, shown] == self.values[shown]).all(axis=1)]
        while (need := next(self._needs(), None)) is not None:
            tables = self._other_tables(need, self.hidden, thorough=False)
            if not tables:
                self.hidden, self.solutions = hidden, solutions
                return
            for table in tables:
                self.keep(table)
