"""JSON-stat 2.0: figures as one cube, where every cell without a value says why it has none.

Source: https://json-stat.org/full/
"""

from collections.abc import Sequence
from datetime import date
from math import prod
from typing import Any

from tracker.exporting.figures import SHOWN, STATES, FigureColumn, FigureTable, Value

METRIC = "metric"
BASIS = ("position", "known_on", "versions")
"""Columns that say on what all figures rest; they stand in the extension, and are neither dimension nor metric."""

NO_CATEGORY = "none"
GEOGRAPHIC = ("municipality",)
FULL_CELLS = 200_000
"""Cubes with more cells list only the cells of the table's rows."""

STATUS = {
    **{state: meaning for state, meaning in STATES.items() if state != "shown"},
    "missing": "the row does not have this figure; it is neither hidden nor zero",
    "absent": "there is no such row; in a cube that lists its cells by number, a cell that is not listed is absent",
}
"""What the status of a cell without a value means; the standard leaves the words to the publisher."""


def dataset(table: FigureTable) -> dict[str, Any]:
    """The figures as a JSON-stat dataset: a dimension for each column of kind dimension, and one of the metrics.

    A text or a date is in the extension: once where all rows have the same, else by the number of the row's first cell.

    :raises ValueError: no dimension, no metric, or two rows about the same
    """
    dimensions = [column for column in table.columns if column.kind == "dimension" and column.name not in BASIS]
    metrics = [column for column in table.columns if column.kind in ("number", "share") and column.name not in BASIS]
    if not metrics or any(column.name == METRIC for column in dimensions):
        raise ValueError(f"a cube needs a number or share, and no dimension called {METRIC!r}, got {table.names}")
    categories = {column.name: _categories(table.values(column.name)) for column in dimensions}
    size = [*(len(found) for found in categories.values()), len(metrics)]
    first_cells = _first_cells(table, categories, size)
    values, status = _cells(table, metrics, first_cells)
    cells = prod(size)
    full = cells <= FULL_CELLS
    if full:
        status = {cell: status.get(cell, "absent") for cell in range(cells) if cell in status or cell not in values}
    names = [*categories, METRIC]
    return {
        "version": "2.0",
        "class": "dataset",
        "label": table.title,
        "source": table.source,
        **_updated(table),
        "note": list(table.notes),
        "id": names,
        "size": size,
        "role": {
            METRIC: [METRIC],
            **({"geo": geographic} if (geographic := [name for name in categories if name in GEOGRAPHIC]) else {}),
        },
        "dimension": {
            **{column.name: _dimension(column, categories[column.name]) for column in dimensions},
            METRIC: _metric_dimension(table, metrics),
        },
        "value": [values.get(cell) for cell in range(cells)] if full else _by_number(values),
        "status": _by_number(status),
        "extension": {**_extension(table, first_cells), "status": STATUS},
    }


def _categories(values: Sequence[Value]) -> dict[Value, str]:
    """Value -> id, in the order of the rows; what has no value gets an id that no value has."""
    found = {value: str(value) for value in dict.fromkeys(values)}
    if None in found:
        found[None] = NO_CATEGORY
        while list(found.values()).count(found[None]) > 1:
            found[None] += "-"
    return found


def _first_cells(table: FigureTable, categories: dict[str, dict[Value, str]], size: list[int]) -> list[int]:
    """The number of each row's first cell: the cube is written row by row, the last dimension fastest."""
    places = [
        (table.names.index(name), {value: at for at, value in enumerate(found)}, prod(size[number + 1 :]))
        for number, (name, found) in enumerate(categories.items())
    ]
    numbers = [sum(index[row[column]] * stride for column, index, stride in places) for row in table.rows]
    if len(set(numbers)) < len(numbers):
        twice = next(row for row, number in zip(table.rows, numbers, strict=True) if numbers.count(number) > 1)
        raise ValueError(f"two rows are about the same: {tuple(twice[column] for column, _, _ in places)}")
    return numbers


def _cells(
    table: FigureTable, metrics: list[FigureColumn], first_cells: list[int]
) -> tuple[dict[int, Value], dict[int, str]]:
    columns = [table.names.index(metric.name) for metric in metrics]
    values: dict[int, Value] = {}
    status: dict[int, str] = {}
    for row, first in zip(table.rows, first_cells, strict=True):
        state = table.state(row)
        for cell, column in enumerate(columns, first):
            values[cell] = row[column]
            if row[column] is None:
                status[cell] = "missing" if state == "shown" else state
    return values, status


def _by_number(cells: dict[int, Any]) -> dict[str, Any]:
    return {str(cell): value for cell, value in sorted(cells.items())}


def _dimension(column: FigureColumn, categories: dict[Value, str]) -> dict[str, Any]:
    return {
        "label": column.name,
        "note": [column.meaning],
        "category": {
            "index": list(categories.values()),
            "label": {id: "-" if value is None else id for value, id in categories.items()},
        },
    }


def _metric_dimension(table: FigureTable, metrics: list[FigureColumn]) -> dict[str, Any]:
    return {
        "label": METRIC,
        "category": {
            "index": [metric.name for metric in metrics],
            "label": {metric.name: metric.name for metric in metrics},
            "unit": {metric.name: _unit(table, metric) for metric in metrics},
            "note": {metric.name: [metric.meaning] for metric in metrics},
        },
    }


def _unit(table: FigureTable, metric: FigureColumn) -> dict[str, Any]:
    if metric.kind == "share":
        return {"label": "share, 0 to 1", "decimals": 4}
    return {"label": "number", "decimals": 0 if table.whole(metric) else 4}


def _updated(table: FigureTable) -> dict[str, str]:
    days = [value for value in table.values("known_on") if value] if "known_on" in table.names else []
    return {"updated": str(max(map(str, days)))} if days else {}


def _extension(table: FigureTable, first_cells: list[int]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for column in table.columns:
        if column.name == SHOWN or (column.kind not in ("text", "date") and column.name not in BASIS):
            continue
        values = [_plain(value) for value in table.values(column.name)]
        if len(set(values)) == 1:
            told[column.name] = values[0]
        else:
            by_cell = dict(zip(first_cells, values, strict=True))
            told[column.name] = _by_number({cell: value for cell, value in by_cell.items() if value is not None})
    return told


def _plain(value: Value) -> str | int | float | None:
    return value.isoformat() if isinstance(value, date) else value
