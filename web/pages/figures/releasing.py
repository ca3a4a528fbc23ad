"""Figures as files: a file leaves the house, so it is a release, written into the ledger before it is given.

What is exact on a page is never in a file: files hold what may be published, or, of states month by month, what fewer
than five people cannot be told apart in.
"""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, cast, get_args

import polars as pl
from flask import Response, send_file
from markupsafe import Markup

from tracker.exporting.figures import FigureColumn, FigureFormat, FigureTable, write_figures
from tracker.exporting.results import figure_table
from tracker.indicators.definition import Indicator
from tracker.indicators.frames import Frames
from tracker.indicators.month_by_month import spread
from tracker.indicators.pipeline import Question, Result
from tracker.indicators.status import NAMES, STATE_VERSION
from tracker.ledger import About, Ledger, Released
from web.charts import ladder as ladders
from web.desk import Desk
from web.pages.figures import rows, rungs, states, words
from web.pages.figures.asking import Asked
from web.pages.figures.drawings import Drawing
from web.pages.figures.standing import exact, released

Format = Literal["csv", "xlsx", "json", "jsonstat", "svg"]
FORMATS: tuple[Format, ...] = get_args(Format)
KINDS = {
    "csv": ("csv", "text/csv; charset=utf-8"),
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "json": ("json", "application/json"),
    "jsonstat": ("jsonstat.json", "application/json"),
    "svg": ("svg", "image/svg+xml"),
}
STATES = "states"
"""What the ledger calls the states month by month, which are no indicator."""

NOT_FOR_PUBLICATION = "for use inside the municipality; states with fewer than five people are taken together"
STYLE = Path(__file__).parents[2] / "static" / "charts.css"


def release(desk: Desk, by: str, frames: Frames, asked: Sequence[tuple[Indicator, Question]]) -> list[Result]:
    """The figures of some indicators, written into the ledger."""
    return released(desk, by, [exact(desk, frames, one, question) for one, question in asked])


def table_file(table: FigureTable, format: Format, name: str) -> Response:
    """A table of figures as a file.

    :param name: of the file, without its ending; says nothing of anybody
    """
    with TemporaryDirectory(prefix="figures-") as folder:
        path = Path(folder) / "figures"
        write_figures(table, cast(FigureFormat, format), path)
        return _given(path.read_bytes(), format, name)


def results_file(results: Sequence[Result], format: Format, name: str) -> Response:
    """Released figures as a file."""
    return table_file(figure_table(results), format, name)


def svg_file(drawn: Markup, name: str) -> Response:
    """A drawing as a file of its own, with its colours in it."""
    first, rest = str(drawn).split(">", 1)
    style = STYLE.read_text(encoding="utf-8")
    return _given(f"{first}><style>{style}</style>{rest}".encode(), "svg", name)


def _given(content: bytes, format: Format, name: str) -> Response:
    ending, kind = KINDS[format]
    return send_file(BytesIO(content), mimetype=kind, as_attachment=True, download_name=f"{name}.{ending}")


def ladder_svg(results: Sequence[Result], asked: Asked, title: str) -> Markup:
    """The ladder drawn from released figures."""
    of = {(result.indicator.id, result.cohort.axis): result for result in results}
    found = []
    for part in rungs.LADDER[asked.axis]:
        axis = part.axis or asked.axis
        for step in part.steps:
            one = rungs.row(of[step.id, axis], asked, step)
            months = f", {step.months} m" if step.months else ""
            found.append(rows.rung(words.line(step.line) + months, one, official=step.official))
    description = "; ".join(f"{rung.words}: {rung.told}" for rung in found)
    return ladders.ladder("ladder", found, title, description, words.percent).markup()


def states_released(desk: Desk, by: str, frames: Frames, asked: Asked) -> FigureTable:
    """How the group is spread, month by month, with few people never told apart; written into the ledger."""
    table = _states_table(desk, frames, asked)
    about = About(f"{STATES}@{STATE_VERSION}", str(asked.cohort), asked.municipality, "followed")
    months = tuple(sorted({int(str(cells[1])) for cells in table.rows}))
    given = pl.DataFrame(
        [[*asked.only.values(), *(cells[place] for place in (2, 1, 3, 4, 5))] for cells in table.rows],
        schema={
            **dict.fromkeys(asked.only, pl.String),
            "line": pl.String,
            "months": pl.Int32,
            "n": pl.Int64,
            "value": pl.Float64,
            "shown": pl.String,
        },
        orient="row",
    )
    told = Released(about, tuple(asked.only), months, frames.position, frames.known_on, frames.versions, given)
    ledger = Ledger(desk.app.settings)
    try:
        while not ledger.write([told], by, desk.app.clock(), ledger.newest()):
            """Another release came in between; this one is held against none."""
    finally:
        ledger.close()
    return table


def _states_table(desk: Desk, frames: Frames, asked: Asked) -> FigureTable:
    found = spread(states.paths(desk, frames, asked), len(NAMES), exact=False)
    columns = (
        FigureColumn("cohort", "dimension", "whom it is about: axis and years"),
        FigureColumn("month", "dimension", "months after the day"),
        FigureColumn("state", "dimension", "the first that holds of the list of states"),
        FigureColumn("people", "number", "people followed in the month"),
        FigureColumn("value", "share", "part of them in the state, 0 to 1"),
        FigureColumn("shown", "text", "shown, hidden, nobody"),
    )
    cells: list[tuple[str | int | float | None, ...]] = []
    for number, month in enumerate(found):
        for name, share in zip(NAMES, month.shares, strict=True):
            state = "hidden" if month.people is None or (month.people and share is None) else "shown"
            if month.people == 0:
                continue
            cells.append((str(asked.cohort), number, name, month.people, share, state))
    basis = f"as known at @{frames.position}, followed until {frames.known_on}; {frames.versions}"
    return FigureTable("States month by month", columns, cells, (NOT_FOR_PUBLICATION, basis))


def has_files(drawing: Drawing) -> tuple[Format, ...]:
    """The formats that a drawing can be had in; journeys are of single people, and never are."""
    if drawing.name == "journeys" or drawing.svg is None:
        return ()
    return ("svg",) if drawing.name == "municipalities" else FORMATS
