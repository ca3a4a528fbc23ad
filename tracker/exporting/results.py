"""Results as a table of figures that can be written in every format, with all that fixes them."""

from collections.abc import Iterator, Sequence

import polars as pl

from tracker.exporting.figures import FigureColumn, FigureTable, Kind, Row
from tracker.indicators.breakdowns import BREAKDOWNS
from tracker.indicators.cohort import AXES
from tracker.indicators.definition import DENOMINATORS
from tracker.indicators.figures import COLUMNS, KEYS
from tracker.indicators.labour_market import BESIDE, unemployment_beside
from tracker.indicators.pipeline import YEAR, Result

_KINDS: dict[str, Kind] = {
    "kind": "dimension",
    "line": "dimension",
    "months": "dimension",
    "choice": "dimension",
    "shown": "text",
}
THREE_YEARS = {
    "three_years": "the same over the three years that end with the cohort's",
    "three_years_n": "people that it is of",
}
YEAR_COLUMN = "cohort_year"
"""The breakdown by the year of the cohort; ``cohort`` is the column that says whom all figures are about."""
BASIS = {
    "denominator": "all, present or aj: whom the figure is a share of",
    "position": "position in the log: with it the figure comes out the same again",
    "known_on": "the day of that position; nobody is followed beyond it",
    "versions": "versions of the rules and of the program's reading of facts",
}


def figure_table(results: Sequence[Result]) -> FigureTable:
    """Results of one question, after disclosure control, as one table.

    :param results: all with the same breakdowns
    """
    by = results[0].by
    local = [unemployment_beside(result) for result in results]
    beside = BESIDE if any(each["unemployment"].is_not_null().any() for each in local) else {}
    columns = (
        FigureColumn("indicator", "dimension", "id and version of the definition"),
        FigureColumn("cohort", "dimension", "whom it is about: axis and years"),
        *(FigureColumn(YEAR_COLUMN if name == YEAR else name, "dimension", _meaning(name)) for name in by),
        *(
            FigureColumn(name, _KINDS.get(name, "number"), meaning)
            for name, (_, meaning) in COLUMNS.items()
            if name != "shown"
        ),
        *(FigureColumn(name, "number", meaning) for name, meaning in THREE_YEARS.items()),
        *(FigureColumn(name, "number", meaning) for name, meaning in beside.items()),
        FigureColumn("shown", "text", COLUMNS["shown"][1]),
        *(FigureColumn(name, "date" if name == "known_on" else "text", meaning) for name, meaning in BASIS.items()),
    )
    return FigureTable(
        title=f"{', '.join(result.indicator.name for result in results)}; cohort {results[0].cohort}",
        columns=columns,
        rows=[row for result, each in zip(results, local, strict=True) for row in _rows(result, each.select(*beside))],
        notes=tuple(
            f"{result.indicator.name}: {note}"
            for result in results
            for note in (f"{result.indicator.title}.", *notes_of(result))
        ),
    )


def with_pool(result: Result) -> pl.DataFrame:
    """The figures, each with the value and the n of the three years beside."""
    own = result.figures
    if result.pooled is None:
        return own.with_columns(three_years=pl.lit(None, pl.Float64), three_years_n=pl.lit(None, pl.Int64))
    keys = [*result.by, *KEYS]
    pooled = result.pooled.select(*keys, three_years="value", three_years_n="n")
    return own.join(pooled, on=keys, how="left", nulls_equal=True, maintain_order="left")


def notes_of(result: Result) -> Iterator[str]:
    """What goes with the figures of one indicator wherever they are shown, a paragraph each."""
    one = result.indicator
    yield f"{one.definition} Formula: {one.formula}. Source: {one.source}."
    where = f" in municipality {result.municipality}" if result.municipality else ""
    yield f"Cohort {result.cohort}{where}: {AXES[result.cohort.axis]}. Of {DENOMINATORS[result.denominator]}."
    if one.caution:
        yield one.caution
    if result.without_disclosure_control:
        yield f"WITHOUT DISCLOSURE CONTROL: {result.without_disclosure_control}"
    yield from getattr(result, "notes", ())


def basis(result: Result) -> Row:
    """What fixes the figures, in the order of ``BASIS``."""
    frames = result.frames
    return result.denominator, frames.position, frames.known_on, f"{result.indicator.versions}, {frames.versions}"


def _meaning(name: str) -> str:
    return BREAKDOWNS[name].meaning if name in BREAKDOWNS else name


def _rows(result: Result, beside: pl.DataFrame) -> Iterator[Row]:
    inner = [name for name in COLUMNS if name != "shown"]
    figures = with_pool(result).hstack(beside).select(*result.by, *inner, *THREE_YEARS, *beside.columns, "shown")
    fixed = basis(result)
    for row in figures.iter_rows():
        yield (result.indicator.name, str(result.cohort), *row, *fixed)
