"""Tables in plain text: what a test says in rows and columns, and how rows are shown when they differ."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Row = dict[str, str]


def table(text: str) -> list[Row]:
    """The rows of a table such as::

        who | left       | hours
        Ana | 2024-01-31 | 20

    The first line names the columns; an empty cell is an empty text.
    """
    lines = [line for line in (line.strip() for line in text.splitlines()) if line]
    if not lines:
        return []
    columns = _cells(lines[0])
    rows = []
    for line in lines[1:]:
        cells = _cells(line)
        if len(cells) != len(columns):
            raise ValueError(f"expected {len(columns)} cells ({', '.join(columns)}), got {len(cells)}: {line!r}")
        rows.append(dict(zip(columns, cells, strict=True)))
    return rows


def columns_of(text: str) -> list[str]:
    """The columns that a table names."""
    return _cells(next(line for line in text.splitlines() if line.strip()))


def shown(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Rows as such a table, in the order of their cells: two sets of rows are equal where this text is."""
    texts = sorted([_text(row[column]) for column in columns] for row in rows)
    lines = [list(columns), *texts]
    widths = [max(len(line[at]) for line in lines) for at in range(len(columns))]
    return "\n".join(" | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
