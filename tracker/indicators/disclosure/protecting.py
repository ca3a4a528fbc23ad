"""Which cells of a table to hide, so that nothing hidden can be worked out; each piece proven before it is let through.

Groups of fewer than five people lose everything, their number included, and are to a reader one group: all of them
together. What is left is cut into pieces that share no equation. A small piece is solved exactly and audited. In a
large one the whole row of a group is hidden, with those of further groups until in all of them together each number of
people is 0 or five and more, and so is everybody else: then any of these people may be in any of these groups, and
every number in them can lie anywhere between its limits, of which the closed form is known.
"""

from collections.abc import Sequence

import numpy as np

from tracker.indicators.audit import Cell, CellsCanBeWorkedOut, Equation, audit, hidden_ranges
from tracker.indicators.disclosure.large import hide_rows
from tracker.indicators.disclosure.pieces import SMALLEST_GROUP, Given, Piece, block, pieces, small
from tracker.indicators.disclosure.tables import Flags, Numbers, Table
from tracker.indicators.hiding import TooThinToPublish, complementary
from tracker.indicators.partials import ALL

LARGEST_EXACT = 2400
"""Cells of a piece that is solved exactly."""
EXACT_IN_ALL = 60_000
"""What the exact solutions of a release may cost: for each cell to be hidden the cells of its piece, and a hundred."""
TOGETHER = "groups of fewer than five together"


def to_hide(table: Table) -> Flags:
    """Cells that must be hidden for what they hold."""
    found = small(table.values)
    for printed in table.printed:
        if printed.counted is None:
            continue
        n, counted = table.values[:, printed.size], table.values[:, printed.counted]
        others = n - counted
        if printed.rest is not None:
            tells = small(others) | small(table.values[:, printed.rest])
            if printed.sensitive:
                tells |= (others < SMALLEST_GROUP) & (n > 0)
            found[:, printed.counted] |= tells
        elif printed.sensitive and printed.key[3] == "incidence":
            found[:, printed.counted] |= (others < SMALLEST_GROUP) & (n > 0)
    return found


def hidden_cells(table: Table, given: Given | None = None, exact: int = EXACT_IN_ALL) -> Flags:
    """All cells to hide, a row a group and a column a number.

    :param exact: what exact solutions may cost, at most
    :raises TooThinToPublish: what is known from earlier releases leaves no way
    """
    protecting = _Protecting(table, given or Given.nothing(table), exact)
    for piece in pieces(table):
        protecting.protect(piece)
    protecting.check_parts()
    return protecting.hidden


class _Protecting:
    """A table, and what of it is hidden so far."""

    def __init__(self, table: Table, given: Given, exact: int) -> None:
        self.table, self.given, self.exact = table, given, exact
        self.hidden = np.zeros(table.values.shape, dtype=bool)
        columns = {column for each in table.printed for column in (each.counted, each.unknown) if column is not None}
        self.told = {table.names[column] for column in columns}
        self.primary = to_hide(table) | (given.hidden & (table.values > 0)) | given.zeros

    def protect(self, piece: Piece) -> None:
        values, n = self.table.values, self.table.values[:, piece.sizes]
        cells = block(range(len(values)), piece.columns)
        everything = block(range(len(values)), [*piece.columns, *piece.sizes])
        if small(n[0]).any() or self.given.hidden[block([0], piece.sizes)].any():
            self.hidden[everything] = True
            return
        together = [self._together(piece, part) for part in self.given.parts]
        gone = [group for groups in together for group in groups]
        if len(self.given.parts) > 1 and gone and small(n[gone].sum(axis=0)).any():
            # Together with those of no other part they are enough: all others of the breakdown would tell of them.
            raise TooThinToPublish([self.table.groups[group] for group in gone], [])
        self.hidden[block(gone, [*piece.columns, *piece.sizes])] = True
        if not self.primary[cells].any() and not gone:
            return
        try:
            self.hidden[0] |= self._row_of_everybody(piece)
        except TooThinToPublish:
            self.hidden[cells] = True
            return
        size = (len(values) - len(gone) + len(together)) * (len(piece.columns) + 1)
        if len(values) == 1:
            return
        cost = int(self.primary[cells].sum()) * (100 + size)
        if size <= LARGEST_EXACT and cost <= self.exact:
            self.exact -= cost
            found = self._exactly(piece, [*gone], together)
            if found is not None:
                self.hidden |= found
                return
        hide_rows(self.table, self.given, self.primary, self.hidden, piece, together)

    def check_parts(self) -> None:
        """Where sums of some of the groups are known, what is hidden among them must be of several, and of enough.

        :raises TooThinToPublish: it is not
        """
        if len(self.given.parts) < 2:
            return
        counted = [each.counted for each in self.table.printed if each.counted is not None]
        columns = np.array([column for column in dict.fromkeys(counted) if not self.hidden[0, column]], dtype=int)
        for part in self.given.parts:
            rows = np.array(part, dtype=int)
            values, hidden = self.table.values[block(rows, columns)], self.hidden[block(rows, columns)]
            alone = (hidden & (values > 0)).sum(axis=0) == 1
            alone |= small((values * hidden).sum(axis=0))
            if alone.any():
                name = self.table.names[int(columns[np.argmax(alone)])]
                raise TooThinToPublish([(*self.table.groups[part[0]], name)], [])

    def _together(self, piece: Piece, part: Sequence[int]) -> list[int]:
        """The groups that lose everything: the small ones, and the smallest others until they are enough together."""
        rows = np.array(part, dtype=int)
        n = self.table.values[block(rows, piece.sizes)]
        lost = small(n).any(axis=1) | (self.given.hidden[block(rows, piece.sizes)] & (n > 0)).any(axis=1)
        if not lost.any():
            return []
        known = self.given.shown[block(rows, piece.sizes)].any(axis=1)
        others = np.flatnonzero(~lost & ~known & (n > 0).any(axis=1))
        order = [*np.flatnonzero(lost), *others[np.argsort(n[others].max(axis=1, initial=0), kind="stable")]]
        so_far = np.cumsum(n[order], axis=0)
        first = int(lost.sum())
        for count in range(max(first, 2), len(order) + 1):
            if not small(so_far[count - 1]).any():
                return [int(rows[row]) for row in order[:count]]
        return [int(rows[row]) for row in order]

    def _row_of_everybody(self, piece: Piece) -> Flags:
        """What is hidden of everybody, whatever the groups: so the same in every breakdown."""
        found = np.zeros(self.table.values.shape[1], dtype=bool)
        if not self.primary[0, piece.columns].any():
            return found
        simple = self._one_sum(piece)
        if simple is not None:
            found[simple] = True
        else:
            cells, equations = self._cells(piece, {ALL: self.table.values[0]})
            hidden = [(ALL, self._name(c)) for c in piece.columns if self.primary[0, c]]
            always = [(ALL, self._name(c)) for c in piece.columns if self.given.shown[0, c] and not self.primary[0, c]]
            chosen = complementary(
                cells, equations, hidden, [*always, *self._sizes(cells)], self._unprinted(cells)
            ).cells
            found[[c for c in piece.columns if (ALL, self._name(c)) in chosen]] = True
        return found

    def _one_sum(self, piece: Piece) -> list[int] | None:
        """What is hidden of everybody where a single sum holds a piece together: then any of them may be all of it."""
        if len(piece.sums) != 1 or piece.sums[0][0] not in self.table.sizes or len(piece.sizes) != 1:
            return None
        values, chosen = self.table.values[0], [c for c in piece.columns if self.primary[0, c]]
        others = [c for c in piece.columns if not self.primary[0, c] and not self.given.shown[0, c]]
        others.sort(key=lambda c: (self.table.names[c] in self.told, values[c] == 0, values[c]))
        while len(chosen) < 2 or values[chosen].sum() < SMALLEST_GROUP:
            if not others:
                return None
            chosen.append(others.pop(0))
        return chosen

    def _exactly(self, piece: Piece, gone: list[int], together: list[list[int]]) -> Flags | None:
        """What to hide, solved and audited; None where a small group is not protected by its being one of several."""
        values, table = self.table.values, self.table
        lost = set(gone)
        rows: dict[Cell, Numbers] = {ALL: values[0]}
        rows |= {
            row: values[row] for row in range(1, len(values)) if row not in lost and values[row, piece.sizes].any()
        }
        rows |= {(TOGETHER, number): values[groups].sum(axis=0) for number, groups in enumerate(together) if groups}
        columns = [c for c in piece.columns if values[0, c] or self.hidden[0, c]]
        kept = Piece(columns, piece.sizes, piece.sums)
        cells, equations = self._cells(kept, rows)
        hidden: list[Cell] = []
        always: list[Cell] = []
        for row, numbers in rows.items():
            for column in columns:
                cell = (row, self._name(column))
                if row == ALL:
                    (hidden if self.hidden[0, column] else always).append(cell)
                elif isinstance(row, tuple):
                    if small(numbers[[column]])[0]:
                        hidden.append(cell)
                elif self.primary[row, column]:
                    hidden.append(cell)
                elif self.given.shown[row, column]:
                    always.append(cell)
        for number, part in enumerate(self.given.parts):
            inside: list[Cell] = [row for row in part if row in rows]
            inside += [(TOGETHER, number)] if (TOGETHER, number) in rows else []
            for column in columns:
                parts: tuple[Cell, ...] = tuple((row, self._name(column)) for row in inside)
                if len(self.given.parts) == 1:
                    equations.append(Equation((ALL, self._name(column)), parts))
                elif parts:
                    known: Cell = ("sum", number, self._name(column))
                    cells[known] = sum(cells[cell] for cell in parts)
                    always.append(known)
                    equations.append(Equation(known, parts))
        try:
            hiding = complementary(cells, equations, hidden, [*always, *self._sizes(cells)], self._unprinted(cells))
            chosen = hiding.cells
            shown = {cell: None if cell in chosen else people for cell, people in cells.items()}
            audit(shown, equations, proofs=hiding.proofs)
        except (TooThinToPublish, CellsCanBeWorkedOut):
            return None
        of_several = {cell for cell in chosen if isinstance(cell[0], tuple)}
        for found in hidden_ranges(shown, equations, of_several).values() if of_several else ():
            if found.high is not None and found.high < SMALLEST_GROUP:
                return None
        result = np.zeros(values.shape, dtype=bool)
        names = {self._name(column): column for column in range(len(table.names))}
        for row, name in (cell for cell in chosen if len(cell) == 2):
            if row != ALL and not isinstance(row, tuple):
                result[row, names[name]] = True
        return result

    def _cells(self, piece: Piece, rows: dict[Cell, Numbers]) -> tuple[dict[Cell, int], list[Equation]]:
        """The cells of some rows, and their equations; an n stands in each as a constant of its own."""
        inside, sizes = set(piece.columns), set(piece.sizes)
        cells: dict[Cell, int] = {}
        equations = []
        for row, numbers in rows.items():
            cells |= {(row, self._name(column)): int(numbers[column]) for column in piece.columns}
            for number, (total, parts) in enumerate(piece.sums):
                there = tuple((row, self._name(column)) for column in parts if column in inside)
                if total in sizes:
                    cells["n", row, number] = int(numbers[total])
                    equations.append(Equation(("n", row, number), there))
                elif total in inside:
                    equations.append(Equation((row, self._name(total)), there))
        return cells, equations

    def _sizes(self, cells: dict[Cell, int]) -> list[Cell]:
        return [cell for cell in cells if cell[0] == "n" and len(cell) == 3]

    def _unprinted(self, cells: dict[Cell, int]) -> list[Cell]:
        """Cells that only follow from those printed, or that are of several groups together."""
        return [cell for cell in cells if len(cell) == 2 and (cell[1] not in self.told or isinstance(cell[0], tuple))]

    def _name(self, column: int) -> str:
        return self.table.names[column]
