"""Files of stratum counts: written for others, read from others, and those of several municipalities added up."""

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NoReturn

from tracker.errors import Refusal
from tracker.importing.cells import as_text
from tracker.indicators.partials import ALL
from tracker.indicators.statistics.proportions import Proportion
from tracker.indicators.statistics.standardisation import total
from tracker.reference_tables.building import build
from tracker.reference_tables.kinds import Meaning
from tracker.reference_tables.reading import Grid, read_grid
from tracker.reference_tables.refusals import NotAReferenceTable
from tracker.reference_tables.sharing import PARTS, Key, Place, StratumCounts
from tracker.reference_tables.table import Cell
from tracker.saying import Said

COLUMNS = (*PARTS, "counted", "out_of")
BASIS = ("indicator", "line", "cohort", "municipality", "known_on", "position")
"""Columns that say in every row what the counts are of; an import leaves them out."""
BETWEEN = "+"
"""Between the municipalities of a pool in one cell."""
HIDDEN = Cell(None, "hidden").written


class CannotBePooled(Refusal):
    """Files of stratum counts are about different figures, or one municipality is in them twice."""

    code = "cannot-be-pooled"


def write_counts(counts: StratumCounts, path: Path) -> None:
    """Write stratum counts as a file that is imported as it is; a hidden count is ``:`` and never 0.

    :param path: an empty file, or a new one
    """
    basis = (
        counts.indicator,
        counts.line,
        counts.cohort,
        BETWEEN.join(place.code for place in counts.places),
        BETWEEN.join(place.known_on.isoformat() for place in counts.places),
        BETWEEN.join(str(place.position) for place in counts.places),
    )
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow((*COLUMNS, *BASIS))
        for key, cell in sorted(counts.cells.items()):
            numbers = (HIDDEN, HIDDEN) if cell is None else (cell.counted, cell.out_of)
            writer.writerow((*key, *numbers, *basis))


def read_counts(path: Path) -> StratumCounts:
    """The stratum counts of a file that was written by :func:`write_counts`.

    :raises NotAReferenceTable: it is no such file
    :raises tracker.reference_tables.refusals.ReferenceCellWrong: a cell does not hold what its column needs
    :raises tracker.reference_tables.refusals.CountedAboveAll: more people are counted than there are
    """
    grid = read_grid(path)
    missing = [name for name in (*COLUMNS, *BASIS) if name not in grid.columns]
    if missing:
        _refuse(grid, f"there is no column {missing[0]!r}; files for a pool are written by tracker reference export")
    indicator, line, cohort, *told = (_same(grid, name) for name in BASIS)
    content = build("strata", grid, Meaning())
    cells: dict[Key, Proportion | None] = {}
    for row in content.rows:
        parts = dict(zip(content.columns, row, strict=False))
        counted, out_of = (Cell.read(written).value for written in row[len(content.columns) :])
        key = tuple(parts[part] for part in PARTS)
        cells[key] = None if counted is None or out_of is None else Proportion(int(counted), int(out_of))
    told_of = sum(cell.out_of for cell in cells.values() if cell is not None)
    return StratumCounts(indicator, line, cohort, _places(grid, told), cells, None, told_of)


def pooled_counts(files: Sequence[tuple[str, StratumCounts]]) -> StratumCounts:
    """The counts of several municipalities added up, each stratum by those who tell it.

    What one file does not tell apart is told apart in none. A stratum that a municipality hides lacks its people in
    both counts; one that all hide is hidden.

    :param files: what each file is called, and its counts
    :raises CannotBePooled: they are about different figures, or a municipality is in them twice
    """
    (first_name, first), *others = files
    if not others:
        raise CannotBePooled(f"{first_name} is the only file; a pool needs those of two municipalities or more")
    seen: dict[str, str] = {}
    for name, each in files:
        for what in ("indicator", "line", "cohort"):
            if getattr(each, what) != getattr(first, what):
                raise CannotBePooled(
                    f"{name} is about {what} {getattr(each, what)}, {first_name} about {getattr(first, what)}; "
                    "pool files of one figure only"
                )
        for place in each.places:
            if place.code in seen:
                raise CannotBePooled(f"municipality {place.code} is in {seen[place.code]} and in {name}; take one")
            seen[place.code] = name
    merged = {part for _, each in files for part in each.merged}
    gathered: dict[Key, list[Proportion]] = {}
    for _, each in files:
        for key, cell in each.cells.items():
            coarse = tuple(ALL if part in merged else value for part, value in zip(PARTS, key, strict=True))
            gathered.setdefault(coarse, []).extend([] if cell is None else [cell])
    return StratumCounts(
        indicator=first.indicator,
        line=first.line,
        cohort=first.cohort,
        places=tuple(sorted((place for _, each in files for place in each.places), key=lambda place: place.code)),
        cells={key: total(parts) if parts else None for key, parts in gathered.items()},
        people=None,
        told=sum(each.told for _, each in files),
    )


def _places(grid: Grid, told: Sequence[str]) -> tuple[Place, ...]:
    codes, days, positions = (text.split(BETWEEN) for text in told)
    if not len(codes) == len(days) == len(positions):
        _refuse(grid, "municipality, known_on and position name different numbers of municipalities")
    for code in codes:
        if not (len(code) == 4 and code.isascii() and code.isdigit()):
            _refuse(grid, f"column 'municipality': expected codes of four digits, got {code!r}")
    try:
        found = [Place(*each) for each in zip(codes, map(date.fromisoformat, days), map(int, positions), strict=True)]
    except ValueError as error:
        _refuse(grid, f"known_on and position: expected days such as 2024-02-01 and whole numbers, {error}")
    return tuple(found)


def _same(grid: Grid, column: str) -> str:
    """What stands in a column, the same in all rows."""
    found = dict.fromkeys(as_text(record.cells[column]) for record in grid.records)
    if len(found) != 1 or not all(found):
        _refuse(grid, f"column {column!r}: expected the same in all rows, got {', '.join(map(repr, found))}")
    return next(iter(found))


def _refuse(grid: Grid, problem: str) -> NoReturn:
    raise NotAReferenceTable(grid.file, Said("%(problem)s", problem=problem))
