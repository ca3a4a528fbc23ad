"""The pieces of a table: columns that hang together, and what is settled of their cells beforehand."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from tracker.indicators.disclosure.tables import Flags, Numbers, Table

SMALLEST_GROUP = 5
"""Fewer people than this are hidden: as a group, as those counted, as those not counted, as those unknown."""


@dataclass(frozen=True)
class Given:
    """What is settled before a table is protected.

    :ivar hidden: cells that must be hidden; of an n, the whole group
    :ivar shown: cells that are known from earlier releases
    :ivar zeros: cells that must be hidden though nobody is in them
    :ivar parts: the groups, by sums that are known; everybody's alone, where nothing else is
    """

    hidden: Flags
    shown: Flags
    zeros: Flags
    parts: tuple[tuple[int, ...], ...]

    @classmethod
    def nothing(cls, table: Table) -> "Given":
        none = np.zeros(table.values.shape, dtype=bool)
        return cls(none, none.copy(), none.copy(), (tuple(range(1, len(table.groups))),))

    def but_known(self) -> "Given":
        """The same where nothing is hidden that is known all the same."""
        return Given(self.hidden & ~self.shown, self.shown, self.zeros & ~self.shown, self.parts)


@dataclass
class Piece:
    """Columns that hang together, and the sizes that they are parts of."""

    columns: list[int]
    sizes: list[int]
    sums: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)


def block(rows: Iterable[int], columns: Iterable[int]) -> tuple[Numbers, Numbers]:
    """The place of a block of cells."""
    return _as_places(rows)[:, None], _as_places(columns)[None, :]


def _as_places(numbers: Iterable[int]) -> Numbers:
    if isinstance(numbers, range):
        return np.arange(numbers.start, numbers.stop, numbers.step, dtype=np.intp)
    return np.array(numbers if isinstance(numbers, np.ndarray) else [*numbers], dtype=np.intp)


def inhabited(values: Numbers, rows: Iterable[int], sizes: Iterable[int]) -> Numbers:
    """Those of the rows in which there is anybody."""
    chosen = np.array([*rows], dtype=np.intp)
    found: Numbers = chosen[values[block(chosen, sizes)].any(axis=1)]
    return found


def small(values: Numbers) -> Flags:
    """Where there are people, and too few."""
    few_people: Flags = (values > 0) & (values < SMALLEST_GROUP)
    return few_people


def pieces(table: Table) -> Iterator[Piece]:
    """The columns, by those that share equations; an n is a constant, unless a piece has several."""
    above = list(range(len(table.names)))

    def top(column: int) -> int:
        while above[column] != column:
            above[column] = column = above[above[column]]
        return column

    sizes_of: dict[int, set[int]] = {column: set() for column in above}
    for total, parts in table.sums:
        inner = [column for column in (total, *parts) if column not in table.sizes]
        for column in inner:
            above[top(column)] = top(inner[0])
            sizes_of[column].update({total} & table.sizes)
    for printed in table.printed:
        if printed.counted is not None:
            sizes_of[printed.counted].add(printed.size)
    # Pieces with several n lose groups as a whole, and so does every other piece with one of these n.
    changed = True
    while changed:
        changed = False
        sizes: dict[int, set[int]] = {}
        for column in range(len(above)):
            if column not in table.sizes:
                sizes.setdefault(top(column), set()).update(sizes_of[column])
        for one, own in sizes.items():
            if len(own) > 1:
                for other, others in sizes.items():
                    if own & others and top(one) != top(other):
                        above[top(other)] = top(one)
                        changed = True
    found: dict[int, Piece] = {}
    for column in range(len(above)):
        if column not in table.sizes:
            piece = found.setdefault(top(column), Piece([], []))
            piece.columns.append(column)
            piece.sizes = sorted({*piece.sizes, *sizes_of[column]})
    alone = table.sizes - {size for piece in found.values() for size in piece.sizes}
    for total, parts in table.sums:
        inner = [column for column in (total, *parts) if column not in table.sizes]
        found[top(inner[0])].sums.append((total, parts))
    yield from found.values()
    for size in sorted(alone):
        yield Piece([], [size])
