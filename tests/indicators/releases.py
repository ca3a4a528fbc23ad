"""Releases as tables: numbers of people by group and line, and what a reader could make of what is published."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
from scipy.optimize import linprog

from tracker.indicators.cohort import Cohort
from tracker.indicators.definition import Indicator, Selection
from tracker.indicators.measures import Count, Share
from tracker.indicators.partials import Partial
from tracker.indicators.pipeline import Result, with_totals

NO_FRAMES: Any = SimpleNamespace()
People = tuple[int, ...]
"""Counted, n and, where there are any, unknown."""
Numbers = Mapping[tuple[str, ...], Mapping[str, People]]


def observed(selection: Selection) -> pl.DataFrame:
    """What the lines of these indicators are counted of; their partial results are given instead."""
    raise AssertionError(f"nothing is counted here, got {selection}")


def lines(**linked: str) -> tuple[Count, ...]:
    """Lines by name: ``whole NAME``, ``within LINE``, or nothing for a line that stands alone."""
    made = []
    for name, link in linked.items():
        kind, _, of = link.partition(" ")
        made.append(Count(name, pl.lit(True), **({kind: of} if of else {})))  # type: ignore[arg-type]
    return tuple(made)


def indicator(counts: Sequence[Count], id: str = "X1", sensitive: bool = False) -> Indicator:
    return Indicator(
        id=id, version=1, title="", definition="", formula="", example="", dimension="E", tags="", unit="",
        axes={"left": (12,)}, denominator="all", measures=(Share(observed, tuple(counts)),), source="", sensitive=sensitive,
    )  # fmt: skip


def result(
    about: Indicator,
    people: Numbers,
    by: tuple[str, ...] = (),
    position: int = 1,
    pooled: Numbers | None = None,
    cohort: str = "left:2023",
) -> Result:
    """The result of a question, exact.

    :param people: by group and line; of a breakdown, everybody is the sum of the groups
    """
    frames: Any = SimpleNamespace(position=position, known_on=date(2025, 1, 1), versions="")
    return Result(
        about, Cohort.parse(cohort), by, (12,), "all", None, frames,
        figures(about, people, by), None if pooled is None else figures(about, pooled, by),
    )  # fmt: skip


def figures(about: Indicator, people: Numbers, by: tuple[str, ...]) -> pl.DataFrame:
    rows = [
        (*group, line, None, 12, told[0], told[1], told[2] if len(told) > 2 else 0)
        for group, counted in people.items()
        for line, told in counted.items()
    ]
    names = (*by, "line", "choice", "months", "counted", "out_of", "unknown")
    texts = dict.fromkeys((*by, "line", "choice"), pl.String)
    frame = pl.DataFrame(rows, schema={name: texts.get(name, pl.Int64) for name in names}, orient="row")
    partial = Partial.of(by, counts=frame)
    return with_totals(about, partial, (12,), NO_FRAMES)


Reading = dict[tuple[tuple[str, ...], str], tuple[float, float]]


def reading(found: Result, *others: Result) -> Reading:
    """What a reader knows of those counted in each group and line: the least and the most that fit what is published.

    Told apart from the program by counting afresh: each line of each group has those counted, unknown and neither.
    """
    cells: dict[Any, int] = {}
    rows: list[tuple[dict[int, int], float]] = []

    def cell(*name: Any) -> int:
        return cells.setdefault(name, len(cells))

    def equal(known: float, *signs: tuple[int, int]) -> None:
        row: dict[int, int] = {}
        for column, sign in signs:
            row[column] = row.get(column, 0) + sign
        rows.append((row, known))

    for which in (found, *others):
        groups: dict[str, list[tuple[str, ...]]] = {}
        for row in which.figures.iter_rows(named=True):
            group, line = tuple(row[name] for name in which.by), row["line"]
            counted, unknown, rest, n = (cell(kind, group, line) for kind in ("counted", "unknown", "rest", "n"))
            equal(0, (counted, 1), (unknown, 1), (rest, 1), (n, -1))
            equal(0, (n, 1), (cell("people", group), -1))
            for column, told in ((counted, row["counted"]), (unknown, row["unknown"]), (n, row["n"])):
                if told is not None:
                    equal(told, (column, 1))
            if row["at_most"] is not None:
                equal(row["at_most"] * row["n"], (counted, 1), (unknown, 1))
            groups.setdefault(line, []).append(group)
        everybody = ("all",) * len(which.by)
        for line, those in groups.items():
            if which.by:
                for kind in ("counted", "unknown", "rest", "n"):
                    inside = [(cell(kind, group, line), 1) for group in those if group != everybody]
                    equal(0, (cell(kind, everybody, line), -1), *inside)
        defined = {line.name: line for line in which.indicator.measures[0].lines}  # type: ignore[union-attr]
        for group in dict.fromkeys(group for those in groups.values() for group in those):
            wholes: dict[str, list[str]] = {}
            for name, line in defined.items():
                if line.whole is not None:  # type: ignore[union-attr]
                    wholes.setdefault(line.whole, []).append(name)  # type: ignore[union-attr]
                if line.within is not None:  # type: ignore[union-attr]
                    around = cell("counted", group, line.within)  # type: ignore[union-attr]
                    equal(0, (around, -1), (cell("counted", group, name), 1), (cell("step", group, name), 1))
            for whole, parts in wholes.items():
                outside = cell("unknown", group, parts[0])
                for part in parts[1:]:
                    equal(0, (outside, 1), (cell("unknown", group, part), -1))
                inside = [(cell("counted", group, part), 1) for part in parts]
                equal(0, (cell("people", group), -1), (outside, 1), *inside)
                assert whole
    matrix = np.zeros((len(rows), len(cells)))
    known = np.zeros(len(rows))
    for at, (signs, number) in enumerate(rows):
        known[at] = number
        for column, sign in signs.items():
            matrix[at, column] = sign
    ranges: Reading = {}
    for (kind, *name), column in cells.items():
        if kind == "counted":
            cost = np.zeros(len(cells))
            cost[column] = 1
            ends = []
            for sign in (1, -1):
                solved = linprog(sign * cost, A_eq=matrix, b_eq=known, bounds=(0, None))
                assert solved.status in (0, 3), f"what is published contradicts itself: {solved.message}"
                ends.append(float(sign * solved.fun) if solved.status == 0 else float("inf"))
            ranges[name[0], name[1]] = (ends[0], ends[1])
    return ranges
