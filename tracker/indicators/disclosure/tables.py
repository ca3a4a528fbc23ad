"""The numbers of people in a release as cells, which of them are the same, and which sum to which."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from tracker.indicators.figures import KEYS, OUT_OF_SCOPE
from tracker.indicators.measures import Count, Incidence, Mean, Share
from tracker.indicators.partials import ALL
from tracker.indicators.pipeline import Result
from tracker.indicators.statistics.means import mean_errors

Numbers = npt.NDArray[Any]
Flags = npt.NDArray[Any]
Places = tuple[Numbers, Numbers]
Group = tuple[str, ...]
EXPECTED = "observed"
"""How the kinds of a figure begin that sets people counted against those expected, by ground of protection."""
Key = tuple[Any, ...]
"""Line, months, choice and kind of a figure."""
Lines = dict[tuple[str, str | None], tuple[Any, Any]]


@dataclass(frozen=True)
class Printed:
    """A figure as it is printed in every group, and the columns of cells that it tells.

    :ivar result: which of the results it belongs to
    :ivar size: n
    :ivar counted: people counted; None where none are told
    :ivar unknown: people of whom it is not known; None where it is known of everybody in every group
    :ivar rest: people known and not counted; None where the figure is no share
    :ivar sensitive: full cells tell of people too
    :ivar brought_by: people without whom a quotient would be 0 or 1; None where it is told whoever they are
    :ivar scale: the least and the most that a mean can be of one person; empty where the figure is no mean
    :ivar whole: means with the same whole sum to what everybody knows
    """

    result: int
    key: Key
    size: int
    counted: int | None = None
    unknown: int | None = None
    rest: int | None = None
    sensitive: bool = False
    brought_by: int | None = None
    scale: tuple[float, ...] = ()
    whole: str | None = None


@dataclass(frozen=True)
class Table:
    """Cells: a row a group, everybody first, and a column for each number that is told or follows from those told.

    :ivar names: of the columns, in words
    :ivar sizes: columns that are n of something
    :ivar sums: a column, and those that sum to it, in every group
    :ivar unknown: n -> columns of those unknown among these people, which several figures may tell
    """

    groups: tuple[Group, ...]
    names: tuple[str, ...]
    values: Numbers
    sizes: frozenset[int]
    sums: tuple[tuple[int, tuple[int, ...]], ...]
    printed: tuple[Printed, ...]
    unknown: Mapping[int, frozenset[int]]

    def printed_in(self, result: int) -> list[Printed]:
        """The figures of a result, in their order."""
        return [each for each in self.printed if each.result == result]


@dataclass(frozen=True)
class Counted:
    """The figures of one result by group and figure, 0 where there are none.

    :ivar keys: the figures
    :ivar n: people, a row a group
    :ivar total: of a mean, what the people counted have together
    :ivar squares: of a mean, the sum of the squares of what each of them has, which its interval tells
    """

    keys: tuple[Key, ...]
    n: Numbers
    counted: Numbers
    unknown: Numbers
    total: Numbers
    squares: Numbers

    def __sub__(self, other: "Counted") -> "Counted":
        """What remains without the people of another, of the same groups and figures."""
        parts = ("n", "counted", "unknown", "total", "squares")
        return Counted(self.keys, *(getattr(self, part) - getattr(other, part) for part in parts))


def groups_of(results: Iterable[Result], others: Iterable[Group] = ()) -> tuple[Group, ...]:
    """Everybody, then every group that occurs, then others in which there is nobody."""
    found: dict[Group, None] = {}
    for result in results:
        everybody = (ALL,) * len(result.by)
        found.setdefault(everybody)
        for frame in (result.figures, result.pooled):
            if frame is not None and result.by:
                found.update(dict.fromkeys(frame.select(result.by).unique(maintain_order=True).iter_rows()))
    found.update(dict.fromkeys(others))
    return tuple(found)


def keys_of(result: Result) -> tuple[Key, ...]:
    """Every figure that occurs in a result."""
    frames = [frame.select(KEYS) for frame in (result.figures, result.pooled) if frame is not None]
    return tuple(pl.concat(frames).unique(maintain_order=True).iter_rows())


def places(frame: pl.DataFrame, by: Sequence[str], groups: Sequence[Group], keys: Sequence[Key]) -> Places:
    """Of each row of figures the number of its group and of its figure."""
    which = pl.DataFrame(keys, schema={name: frame.schema[name] for name in KEYS}, orient="row").with_row_index("_key")
    found = frame.select(*by, *KEYS).join(which, on=list(KEYS), how="left", nulls_equal=True, maintain_order="left")
    if by:
        row = pl.DataFrame(list(groups), schema=dict.fromkeys(by, pl.String), orient="row").with_row_index("_group")
        found = found.join(row, on=list(by), how="left", nulls_equal=True, maintain_order="left")
    else:
        found = found.with_columns(_group=pl.lit(0))
    return found["_group"].cast(pl.Int32).to_numpy(), found["_key"].cast(pl.Int32).to_numpy()


def counted_in(frame: pl.DataFrame, by: Sequence[str], groups: Sequence[Group], keys: Sequence[Key]) -> Counted:
    """The figures as numbers of people."""
    return counted_at(places(frame, by, groups, keys), frame, groups, keys)


def counted_at(at: Places, frame: pl.DataFrame, groups: Sequence[Group], keys: Sequence[Key]) -> Counted:
    """The figures as numbers of people.

    :param at: of :func:`places`, of these figures
    """
    parts = []
    for column in (*(frame[name] for name in ("n", "counted", "unknown")), *_sums_of(frame)):
        found = np.zeros((len(groups), len(keys)), dtype=np.float64 if column.dtype.is_float() else np.int64)
        found[at] = column.fill_null(0).to_numpy()
        parts.append(found)
    return Counted(tuple(keys), *parts)


def _sums_of(frame: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """What the mean and the width of its interval tell: the sum over the people, and the sum of squares."""
    people, mean = pl.col("counted").fill_null(0), pl.col("value")
    # One of the limits is never cut off by the end of the scale where there are enough people for a mean.
    half = pl.max_horizontal(mean - pl.col("low"), pl.col("high") - mean).fill_null(0)
    errors = pl.Series(mean_errors(np.maximum(frame["counted"].fill_null(0).to_numpy() - 1, 1)))
    variance = (half / errors) ** 2 * people
    is_mean = pl.col("kind").cast(pl.String) == "mean"
    found = frame.select(
        total=pl.when(is_mean).then(people * mean).fill_null(0.0),
        squares=pl.when(is_mean).then(people * mean**2 + variance * (people - 1)).fill_null(0.0),
    )
    return found["total"], found["squares"]


def table_of(results: Sequence[Result], counted: Sequence[Counted], groups: Sequence[Group]) -> Table:
    """The cells of several results about the same groups of the same people.

    :param counted: of each result
    """
    building = _Building(groups)
    for number, (result, numbers) in enumerate(zip(results, counted, strict=True)):
        building.add(number, result, numbers)
    building.link_parts(results)
    return building.table()


class _Building:
    """A table while it is put together."""

    def __init__(self, groups: Sequence[Group]) -> None:
        self.groups = tuple(groups)
        self.columns: list[Numbers] = []
        self.names: list[str] = []
        self.sizes: dict[Key, int] = {}
        self.same: dict[tuple[int, bytes], int] = {}
        self.sums: dict[tuple[int, tuple[int, ...]], None] = {}
        self.printed: list[Printed] = []

    def table(self) -> Table:
        names = [f"{name} ({at})" if self.names.index(name) != at else name for at, name in enumerate(self.names)]
        values = np.stack(self.columns, axis=1) if self.columns else np.zeros((len(self.groups), 0), dtype=np.int64)
        sizes = frozenset(self.sizes.values())
        unknown = {size: frozenset(column for (of, _), column in self.same.items() if of == size) for size in sizes}
        return Table(self.groups, tuple(names), values, sizes, tuple(self.sums), tuple(self.printed), unknown)

    def add(self, number: int, result: Result, counted: Counted) -> None:
        lines = lines_of(result)
        at = len(self.printed)
        chains: dict[Any, list[tuple[int, Printed]]] = {}
        compared: dict[Any, Printed] = {}
        for key, n, people, unknown in zip(
            counted.keys, counted.n.T, counted.counted.T, counted.unknown.T, strict=True
        ):
            line, months, choice, kind = key
            measure, defined = lines.get((line, choice)) or lines.get((line, None)) or (None, None)
            among = "" if defined is None or defined.among is None else str(defined.among)
            waits = isinstance(measure, Incidence)
            size = self._size((getattr(measure, "rows", None), line if waits else among, months), n, f"{line} n")
            name = " ".join(str(part) for part in (result.indicator.id, line, months, choice) if part is not None)
            if kind == "incidence":
                found = Printed(
                    number, key, size, self._column(people, name), self._unknown(unknown, size, name),
                    sensitive=result.indicator.sensitive,
                )  # fmt: skip
                chains.setdefault((line, choice), []).append((months, found))
            elif kind == "share":
                found = self._share(
                    Printed(number, key, size, sensitive=result.indicator.sensitive), n, people, unknown, name
                )
                if waits and result.denominator == "all":
                    chains.setdefault((line, choice), []).append((months, found))
            elif kind.startswith(EXPECTED):
                known_before = compared.get(key[:3])
                found = (
                    self._share(Printed(number, key, size), n, people, unknown, name)
                    if known_before is None
                    else replace(known_before, key=key)
                )
                compared[key[:3]] = found
            elif not isinstance(measure, Mean):
                found = Printed(number, key, size)
            else:
                known, missing = self._column(people, f"{name} known"), self._unknown(unknown, size, name)
                self._sum(size, (known,) if missing is None else (known, missing))
                scale, whole = getattr(defined, "scale", ()), getattr(defined, "whole", None)
                found = Printed(number, key, size, known, missing, scale=scale, whole=whole)
            self.printed.append(found)
        self.printed[at:] = own = self._with_those_who_bring(self.printed[at:], lines)
        self._link_wholes(result, own, lines)
        self._link_nested(own, lines)
        self._link_months(chains)

    def _share(self, found: Printed, n: Numbers, people: Numbers, unknown: Numbers, name: str) -> Printed:
        counted, missing = self._column(people, name), self._unknown(unknown, found.size, name)
        rest = self._column(n - people - unknown, f"{name} not")
        self._sum(found.size, tuple(part for part in (counted, missing, rest) if part is not None))
        return Printed(found.result, found.key, found.size, counted, missing, rest, found.sensitive)

    def _with_those_who_bring(self, own: Sequence[Printed], lines: Mapping[Any, Any]) -> list[Printed]:
        """The figures, each quotient with the column of the people who bring it about."""
        by_key = {found.key: found for found in own}
        found = []
        for one in own:
            line, months, choice, _ = one.key
            _, defined = lines.get((line, choice), (None, None))
            people = by_key.get((getattr(defined, "brought_by", None), months, choice, "share"))
            found.append(one if people is None else replace(one, brought_by=self._counted(people)))
        return found

    def _link_wholes(self, result: Result, own: Sequence[Printed], lines: Mapping[Any, Any]) -> None:
        """Parts of a whole, with those of whom it is not known in which they are, sum to its people."""
        wholes: dict[Any, list[Printed]] = {}
        for found in own:
            line, months, choice, kind = found.key
            _, defined = lines.get((line, choice), (None, None))
            if kind == "share" and isinstance(defined, Count) and defined.whole is not None:
                wholes.setdefault((defined.whole, months, choice, found.size), []).append(found)
        for (whole, months, _, size), parts in wholes.items():
            known = [self._counted(part) for part in parts]
            rest = self.columns[size] - self._added(known)
            if (rest < 0).any():
                continue
            # Who is unknown in every part is often a part of its own: the same people under two names.
            for part in parts:
                same = self.same.get((size, self.columns[self._counted(part)].tobytes()))
                if part.unknown is None and same is not None and same != part.counted:
                    self._sum(self._counted(part), (same,))
            missing = self._unknown(rest, size, f"{result.indicator.id} {whole} {months} in no part")
            if missing is not None:
                known.append(missing)
            self._sum(size, tuple(known))

    def _link_nested(self, own: Sequence[Printed], lines: Mapping[Any, Any]) -> None:
        """A line within another, and those of the other who are not in it."""
        by_key = {found.key: found for found in own}
        for found in own:
            line, months, choice, kind = found.key
            _, defined = lines.get((line, choice), (None, None))
            if kind != "share" or not isinstance(defined, Count) or defined.within is None:
                continue
            above, _, other = defined.within.partition("/")
            around = by_key.get((above, months, other or choice, kind))
            if around is not None:
                self._nest(self._counted(around), self._counted(found))
                if around.size == found.size and around.rest is not None and found.rest is not None:
                    self._nest(found.rest, around.rest)
                    if around.unknown is not None and found.unknown is not None:
                        self._nest(found.unknown, around.unknown)

    def _link_months(self, chains: Mapping[Any, list[tuple[int, Printed]]]) -> None:
        """What is reached by one month, and what is reached from there to the next one listed."""
        for chain in chains.values():
            ordered = [found for _, found in sorted(chain, key=lambda each: each[0])]
            for before, after in pairwise(ordered):
                if np.array_equal(self.columns[before.size], self.columns[after.size]):
                    self._nest(self._counted(after), self._counted(before))
                    if before.unknown is not None and after.unknown is not None:
                        self._nest(after.unknown, before.unknown)
        for (line, choice), chain in chains.items():
            if choice == OUT_OF_SCOPE and (line, None) in chains:
                left = dict(chain)
                for months, found in chains[line, None]:
                    self._split(found, left.get(months), f"{line} {months} waiting")

    def _split(self, reached: Printed, left: Printed | None, name: str) -> None:
        """Of those waited for, who had reached it, who had left the scope, who was lost, and who waits still."""
        if left is None:
            return
        known = (self._counted(reached), self._counted(left), reached.unknown)
        parts = [column for column in known if column is not None]
        waiting = self.columns[reached.size] - self._added(parts)
        if (waiting >= 0).all():
            self._sum(reached.size, (*parts, self._column(waiting, name)))

    def link_parts(self, results: Sequence[Result]) -> None:
        """A line that sums parts of a whole of another indicator (``Count.atoms``), or parts of a line set apart."""
        told = {(results[found.result].indicator.id, *found.key[:3]): found for found in self.printed}
        lines = [lines_of(result) for result in results]
        sums: dict[int, dict[int, None]] = {}
        compared: dict[Any, dict[int, None]] = {}
        shares: dict[Any, int] = {}
        for found in self.printed:
            line, months, choice, kind = found.key
            one = results[found.result].indicator
            if kind.startswith(EXPECTED):
                compared.setdefault((line, months), {})[self._counted(found)] = None
            elif kind == "share":
                shares[" ".join(filter(None, (one.id, line, choice))), months] = self._counted(found)
                _, defined = lines[found.result].get((line, choice), (None, None))
                atoms = [told.get((*name.split("/", 1), months, None)) for name in getattr(defined, "atoms", ())]
                if atoms and all(atoms):
                    sums[self._counted(found)] = {self._counted(atom): None for atom in atoms if atom is not None}
        sums |= {shares[about]: columns for about, columns in compared.items() if about in shares}
        for total, parts in sums.items():
            if total not in parts and np.array_equal(self._added(parts), self.columns[total]):
                self._sum(total, tuple(parts))

    def _added(self, columns: Iterable[int]) -> Numbers:
        """The numbers of several columns together."""
        return np.asarray(sum(self.columns[column] for column in columns))

    def _counted(self, found: Printed) -> int:
        assert found.counted is not None, f"a share tells whom it counts, got {found}"
        return found.counted

    def _nest(self, around: int, inner: int) -> None:
        step = self.columns[around] - self.columns[inner]
        if around != inner and (step >= 0).all():
            between = (self._column(step, f"{self.names[around]} less {self.names[inner]}"),) if step.any() else ()
            self._sum(around, (inner, *between))

    def _size(self, key: Key, values: Numbers, name: str) -> int:
        for version in range(len(self.sizes) + 1):
            at = self.sizes.get((*key, version))
            if at is None:
                at = self.sizes[(*key, version)] = self._column(values, name)
            if np.array_equal(self.columns[at], values):
                return at
        raise AssertionError(f"a column of {name} that was just added is found")

    def _unknown(self, values: Numbers, size: int, name: str) -> int | None:
        """The column of people unknown; the same people for all lines of a size that have as many in every group."""
        if not values.any():
            return None
        key = size, values.tobytes()
        if key not in self.same:
            self.same[key] = self._column(values, f"{name} unknown")
        return self.same[key]

    def _column(self, values: Numbers, name: str) -> int:
        self.columns.append(values)
        self.names.append(name)
        return len(self.columns) - 1

    def _sum(self, total: int, parts: tuple[int, ...]) -> None:
        assert total not in parts and len(set(parts)) == len(parts), f"each cell once, got {total} of {parts}"
        self.sums.setdefault((total, parts))


def lines_of(result: Result) -> Lines:
    """Name and choice of a line -> the measure, and the line unless it is a name only."""
    found: dict[tuple[str, str | None], tuple[Any, Any]] = {}
    for measure in result.indicator.measures:
        if isinstance(measure, Incidence):
            found.update({(line, None): (measure, None) for line in measure.lines})
        elif isinstance(measure, Share | Mean):
            found.update({(line.name, line.choice): (measure, line) for line in measure.lines})
    return found
