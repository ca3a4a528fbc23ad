"""Results as a table of figures that can be written in every format, with all that fixes them."""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from tracker.exporting.figures import FigureColumn, FigureTable, Kind, Row
from tracker.indicators.breakdowns import BREAKDOWNS
from tracker.indicators.cohort import AXES
from tracker.indicators.definition import DENOMINATORS, Indicator
from tracker.indicators.figures import COLUMNS, KEYS
from tracker.indicators.frames import Frames
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
    "position": "position in the log: with it the figure comes out the same again; of a figure that is shown as in an "
    "earlier release, that of the release",
    "known_on": "the day of that position; nobody is followed beyond it; empty where the figure is of an earlier "
    "release",
    "versions": "versions of the rules and of the program's reading of facts; empty where the figure is of an earlier "
    "release",
}
BESIDE_EACH = {
    "title": "what the indicator claims to tell, in a few words",
    "definition": "what is counted among whom, and the formula",
    "whom": "the cohort and the denominator in words",
    "source": "where the definition comes from",
    "notes": "what must be known with the figure: that nothing was hidden, what it must not be used for, what it waits "
    "for, figures shown as then, people erased",
}
"""What csv and json repeat in every row; other formats have it among the notes."""


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
            FigureColumn(name, _KINDS.get(name, "number"), meaning, whole=kind.is_integer())
            for name, (kind, meaning) in COLUMNS.items()
            if name != "shown"
        ),
        *(FigureColumn(name, "number", meaning, name == "three_years_n") for name, meaning in THREE_YEARS.items()),
        *(FigureColumn(name, "number", meaning) for name, meaning in beside.items()),
        FigureColumn("shown", "text", COLUMNS["shown"][1]),
        *(FigureColumn(name, "date" if name == "known_on" else "text", meaning) for name, meaning in BASIS.items()),
    )
    texts = [_beside_each(result) for result in results]
    return FigureTable(
        title=f"{', '.join(result.indicator.name for result in results)}; cohort {results[0].cohort}",
        columns=columns,
        rows=[row for result, each in zip(results, local, strict=True) for row in _rows(result, each.select(*beside))],
        notes=(
            *(
                f"{result.indicator.name}: {note}"
                for result in results
                for note in (f"{result.indicator.title}.", *notes_of(result))
            ),
            *not_in_them(results[0].frames),
        ),
        beside=tuple(FigureColumn(name, "text", meaning) for name, meaning in BESIDE_EACH.items()),
        beside_rows=[each for result, each in zip(results, texts, strict=True) for _ in range(result.figures.height)],
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
    yield f"{_definition(result.indicator)} Source: {result.indicator.source}."
    yield _whom(result)
    yield from _cautions(result)


def not_in_them(frames: Frames) -> Iterator[str]:
    """Whom and what figures at a position do not hold, though it had happened by then."""
    if frames.imported_later is not None:
        yield f"history imported on {frames.imported_later} was not known then, though it had happened"
    if frames.erased:
        who = "1 participant has" if frames.erased == 1 else f"{frames.erased} participants have"
        yield f"{who} been erased; figures from before may differ by that"


def _definition(one: Indicator) -> str:
    return f"{one.definition} Formula: {one.formula}."


def _whom(result: Result) -> str:
    where = f" in municipality {result.municipality}" if result.municipality else ""
    return f"Cohort {result.cohort}{where}: {AXES[result.cohort.axis]}. Of {DENOMINATORS[result.denominator]}."


def _cautions(result: Result) -> Iterator[str]:
    """What has to be known before the figures are used."""
    if result.without_disclosure_control:
        yield f"WITHOUT DISCLOSURE CONTROL: {result.without_disclosure_control}"
    if result.indicator.caution:
        yield result.indicator.caution
    awaited = result.indicator.awaited(result.cohort, result.frames.known_on)
    if awaited is not None:
        yield awaited.said
    yield from getattr(result, "notes", ())


def _beside_each(result: Result) -> Row:
    """The texts of ``BESIDE_EACH``, the same for every figure of a result."""
    one = result.indicator
    notes = " | ".join((*_cautions(result), *not_in_them(result.frames)))
    return one.title, _definition(one), _whom(result), one.source, notes


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
    earlier: Mapping[Row, int] = getattr(result, "earlier", {})
    places = [figures.columns.index(name) for name in (*result.by, *KEYS)]
    for row in figures.iter_rows():
        then = earlier.get(tuple(row[place] for place in places)) if earlier else None
        told = fixed if then is None else (result.denominator, then, None, None)
        yield (result.indicator.name, str(result.cohort), *row, *told)
