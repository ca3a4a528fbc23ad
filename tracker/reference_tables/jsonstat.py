"""Reads JSON-stat 2.0, the form in which Statistics Norway's API answers: strictly, and every fault with its place."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from math import prod
from typing import Any, NoReturn, TypeGuard, TypeVar

from tracker.reference_tables.refusals import NotAReferenceTable, ReferenceCellWrong
from tracker.reference_tables.table import SIGNS, Cell
from tracker.saying import Said

CELL_LIMIT = 300_000
"""More would not fit into one fact; a whole table of an API is narrowed where it is asked for."""
ZERO, PROVISIONAL = "-", "*"
T = TypeVar("T")
KNOWN_SIGNS = (*SIGNS, ZERO, PROVISIONAL, "")


@dataclass(frozen=True)
class Dimension:
    """One side of the cube.

    :ivar codes: its categories in order
    :ivar labels: what they are called, where that is told
    """

    id: str
    codes: tuple[str, ...]
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Dataset:
    """A cube of figures.

    :ivar label: what it is called
    :ivar source: who published it, where that is told
    """

    label: str
    source: str
    dimensions: tuple[Dimension, ...]
    cells: tuple[Cell, ...]

    def __iter__(self) -> Iterator[tuple[dict[str, str], Cell]]:
        """Each cell with its category in every dimension, the last dimension first to change."""
        ids = [dimension.id for dimension in self.dimensions]
        for codes, cell in zip(product(*(d.codes for d in self.dimensions)), self.cells, strict=True):
            yield dict(zip(ids, codes, strict=True)), cell


def read_jsonstat(text: str, name: str) -> Dataset:
    """A dataset of JSON-stat 2.0.

    :param name: of the file, for messages
    :raises NotAReferenceTable: it is no such dataset; the message names the place
    :raises ReferenceCellWrong: a value is no number, or has a status that is not understood
    """
    return _Reader(name).dataset(text)


class _Reader:
    def __init__(self, name: str) -> None:
        self.name = name

    def refuse(self, place: str, expected: str, value: Any = ...) -> NoReturn:
        if value is ...:
            problem = Said("%(at)s: expected %(expected)s", at=place, expected=expected)
        else:
            problem = Said("%(at)s: expected %(expected)s, got %(got)s", at=place, expected=expected, got=_shown(value))
        raise NotAReferenceTable(self.file, problem)

    @property
    def file(self) -> Said:
        return Said("%(file)s", file=self.name)

    def dataset(self, text: str) -> Dataset:
        try:
            top = json.loads(text, parse_float=Decimal, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            problem = Said("it is no JSON: %(reason)s; save the answer of the API anew", reason=error)
            raise NotAReferenceTable(self.file, problem) from None
        if not isinstance(top, dict) or top.get("class") != "dataset":
            self.refuse("class", "'dataset': ask the API for json-stat2", top.get("class") if _is(top, dict) else top)
        ids = top.get("id")
        if not _is(ids, list) or not ids or not all(_is(each, str) for each in ids) or len(set(ids)) < len(ids):
            self.refuse("id", "a list of the names of the dimensions, each once", ids)
        sizes = top.get("size")
        if not _is(sizes, list) or len(sizes) != len(ids) or not all(_is(each, int) and each > 0 for each in sizes):
            self.refuse("size", f"a list of {len(ids)} whole numbers, 1 or more", sizes)
        count = prod(sizes)
        if count > CELL_LIMIT:
            self.refuse("size", f"at most {CELL_LIMIT:,} cells: choose fewer categories", count)
        sides = top.get("dimension")
        if not _is(sides, dict):
            self.refuse("dimension", "an object with one entry a dimension", sides)
        dimensions = tuple(self.dimension(sides, id, size) for id, size in zip(ids, sizes, strict=True))
        values, statuses = self.values(top.get("value"), count), self.statuses(top.get("status"), count)
        cells = tuple(self.cell(at, values[at], statuses[at], dimensions) for at in range(count))
        label, source = top.get("label"), top.get("source")
        return Dataset(label if _is(label, str) else "", source if _is(source, str) else "", dimensions, cells)

    def dimension(self, sides: dict[str, Any], id: str, size: int) -> Dimension:
        place = f"dimension.{id}.category"
        category = sides[id].get("category") if _is(sides.get(id), dict) else None
        if not _is(category, dict):
            self.refuse(place, "an object with index and label", category)
        labels = category.get("label", {})
        if not _is(labels, dict) or not all(_is(label, str) for label in labels.values()):
            self.refuse(f"{place}.label", "an object of code and text", labels)
        index = category.get("index")
        if index is None and size == 1 and len(labels) == 1:
            index = list(labels)
        if _is(index, dict):
            if not all(_is(at, int) for at in index.values()) or sorted(index.values()) != list(range(size)):
                self.refuse(f"{place}.index", f"each place from 0 to {size - 1} once", index)
            index = sorted(index, key=index.__getitem__)
        if not _is(index, list) or len(index) != size or not all(_is(code, str) for code in index):
            self.refuse(f"{place}.index", f"{size} codes", index)
        if len(set(index)) < size:
            self.refuse(f"{place}.index", "each code once", index)
        return Dimension(id, tuple(index), {code: labels[code] for code in index if code in labels})

    def values(self, given: Any, count: int) -> list[Any]:
        if _is(given, dict):
            return self.sparse("value", given, count)
        if not _is(given, list):
            self.refuse("value", "a list, or an object of place and number", given)
        if len(given) != count:
            self.refuse("value", f"{count} values, the product of size", len(given))
        return list(given)

    def statuses(self, given: Any, count: int) -> list[Any]:
        if given is None or _is(given, str):
            return [given] * count
        if _is(given, dict):
            return self.sparse("status", given, count)
        if not _is(given, list):
            self.refuse("status", "a text, a list, or an object of place and sign", given)
        if len(given) not in (1, count):
            self.refuse("status", f"{count} signs, or one for all", len(given))
        return list(given) * (count if len(given) == 1 else 1)

    def sparse(self, part: str, given: dict[str, Any], count: int) -> list[Any]:
        found: list[Any] = [None] * count
        for at, value in given.items():
            if not (at.isascii() and at.isdigit() and len(at) < 8 and int(at) < count):
                self.refuse(f"{part}.{at}", f"a place from 0 to {count - 1}")
            found[int(at)] = value
        return found

    def cell(self, at: int, value: Any, status: Any, dimensions: tuple[Dimension, ...]) -> Cell:
        if status is not None and (not _is(status, str) or status not in KNOWN_SIGNS):
            problem = Said(
                "the status of %(cells)s: expected one of %(known)s, got %(got)s",
                cells=_place(at, dimensions),
                known=" ".join(KNOWN_SIGNS[:-1]),
                got=_shown(status),
            )
            raise ReferenceCellWrong(self.file, problem)
        if status is not None and status in SIGNS:
            # Whatever number stands in a cell that is marked as hidden, it is not the figure.
            return Cell(None, SIGNS[status])
        if value is None:
            return Cell(Decimal(0)) if status == ZERO else Cell(None, "missing")
        if not (_is(value, int) or isinstance(value, Decimal)):
            problem = Said(
                "the value of %(cells)s: expected a number, or null with a status, got %(got)s",
                cells=_place(at, dimensions),
                got=_shown(value),
            )
            raise ReferenceCellWrong(self.file, problem)
        return Cell(Decimal(value), "provisional" if status == PROVISIONAL else "told")


def _place(at: int, dimensions: tuple[Dimension, ...]) -> str:
    codes: list[str] = []
    for dimension in reversed(dimensions):
        at, category = divmod(at, len(dimension.codes))
        codes.append(f"{dimension.id}={dimension.codes[category]}")
    return ", ".join(reversed(codes))


def _is(value: Any, kind: type[T]) -> TypeGuard[T]:
    """Whether a JSON value is of a kind; true and false are no numbers."""
    return isinstance(value, kind) and not isinstance(value, bool)


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _shown(value: Any) -> str:
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= 80 else text[:80] + "..."
