"""A table of figures with a row of each kind, and one in which every text begins like a formula."""

from datetime import date
from pathlib import Path

from tests import tables
from tracker.exporting.figures import FigureColumn, FigureFormat, FigureTable, Kind, Row, Value, write_figures

FORMULAS = ("=1+1", "+47", "@x", "-2+3", "\t=1", '=HYPERLINK("http://x")')
KINDS: dict[str, Kind] = {
    "indicator": "dimension",
    "cohort": "dimension",
    "municipality": "dimension",
    "line": "dimension",
    "months": "dimension",
    "counted": "number",
    "n": "number",
    "share": "share",
    "at_most": "share",
    "shown": "text",
    "position": "text",
    "known_on": "date",
    "versions": "text",
}
FIGURES = """
    municipality | line     | months | counted | n  | share  | at_most | shown
    0301         | in work  | 12     | 0       | 30 | 0.0    | 0.1     | shown
    0301         | in work  | 24     | 10      | 30 | 0.3333 | -       | shown
    0301         | any goal | -      | 7       | 30 | -      | -       | counts
    5001         | in work  | 12     | -       | 9  | -      | -       | hidden
    5001         | in work  | 24     | -       | 0  | -      | -       | nobody
    5001         | any goal | -      | -       | -  | -      | -       | not-available
    """


def value(name: str, text: str) -> Value:
    if text == "-":
        return None
    if name in ("counted", "n", "months"):
        return int(text)
    return float(text) if KINDS[name] == "share" else text


def columns(*names: str) -> tuple[FigureColumn, ...]:
    return tuple(FigureColumn(name, KINDS[name], f"the meaning of {name}") for name in names)


def figures_of_each_kind() -> FigureTable:
    """A row of each kind: zero, shown, counts without a share, hidden, nobody, not available."""
    found: list[dict[str, Value]] = [
        {name: value(name, text) for name, text in row.items()} for row in tables.table(FIGURES)
    ]
    about: dict[str, Value] = {
        "indicator": "E2@1",
        "cohort": "left:2021",
        "position": 1200,
        "known_on": date(2026, 11, 20),
    }
    return FigureTable(
        "In work of at least 20 hours",
        columns(*KINDS),
        [tuple({**row, **about, "versions": "fold 1"}[name] for name in KINDS) for row in found],
        ("E2@1: in work, twelve months after leaving.", "as known at @1200"),
        "the invented municipality",
    )


def figures_like_formulas() -> FigureTable:
    """Every text of a table begins like a formula: headings, dimensions, texts, notes, title."""
    traps = [FigureColumn(trap, "dimension" if at % 2 else "text", trap) for at, trap in enumerate(FORMULAS)]
    found: list[Row] = [(*(trap for _ in traps), 0.5, "shown") for trap in FORMULAS]
    return FigureTable(FORMULAS[0], (*traps, *columns("share", "shown")), found, FORMULAS, FORMULAS[2])


def written(table: FigureTable, path: Path, form: FigureFormat) -> Path:
    write_figures(table, form, path)
    return path
