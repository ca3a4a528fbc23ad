"""The people behind a figure: who is counted in each line, who is not, and of whom it is not known."""

from collections.abc import Iterable

import polars as pl

from tracker.errors import Refusal
from tracker.indicators.definition import Indicator, Selection
from tracker.indicators.frames import Frames
from tracker.indicators.measures import Compared, Count, Incidence, Line, Mean, Measure, Middle, Quotient, Share
from tracker.indicators.pipeline import Question, checked, selected

COUNTED, NOT_COUNTED, UNKNOWN = "counted", "not counted", "unknown"
COLUMNS = {"id": pl.String, "line": pl.String, "choice": pl.String, "months": pl.Int32, "counts": pl.String}


class NotOpenedToPersons(Refusal):
    """The figure is never opened to the people behind it."""

    code = "not-opened-to-persons"


def people_behind(frames: Frames, indicator: Indicator, question: Question) -> pl.DataFrame:
    """(id, the breakdowns, line, choice, months, counts) of everybody that an indicator is about; exact.

    ``counts`` is counted, not counted or unknown for a share; the number for a mean or median; the month and what
    happened in it for an incidence.

    :raises NotOpenedToPersons: it could be used to pick out who was registered how
    """
    if not indicator.personal:
        raise NotOpenedToPersons(
            f"{indicator.id} is about how leavers are registered, and is never opened to persons",
            indicator=indicator.id,
        )
    return behind(selected(frames, checked(indicator, question)), indicator.measures)


def behind(selection: Selection, measures: Iterable[Measure]) -> pl.DataFrame:
    """The same of some measures and of people who are selected already."""
    names = selection.frames.people("id").join(selection.who.select("participant", *selection.by), on="participant")
    parts = [pl.DataFrame(schema={"participant": pl.UInt32, **{name: COLUMNS[name] for name in list(COLUMNS)[1:]}})]
    for measure in measures:
        if isinstance(measure, Compared):
            continue
        rows = selection.rows(measure.rows)
        if "participant" in rows.columns:
            parts += _told(measure, rows)
    return (
        names.join(pl.concat(parts), on="participant")
        .select("id", *selection.by, *list(COLUMNS)[1:])
        .sort(*selection.by, "months", "line", "choice", "counts", "id")
    )


def _told(measure: Share | Mean | Incidence, rows: pl.DataFrame) -> list[pl.DataFrame]:
    months = pl.col("months").cast(pl.Int32) if "months" in rows.columns else pl.lit(None, pl.Int32)
    if isinstance(measure, Incidence):
        happened = pl.format("month {}: {}", "time", pl.col("cause").cast(pl.String).fill_null("last followed"))
        return [_line(rows, pl.col("line"), None, pl.lit(None, pl.Int32), happened)]
    return [
        _line(
            rows if line.among is None else rows.filter(line.among.fill_null(False)),
            pl.lit(line.name),
            line.choice,
            months,
            _said(line),
        )
        for line in measure.lines
    ]


def _said(line: Line) -> pl.Expr:
    if isinstance(line, Count):
        said = pl.when(line.when).then(pl.lit(COUNTED)).otherwise(pl.lit(NOT_COUNTED))
        return pl.when(line.when.is_not_null()).then(said).otherwise(pl.lit(UNKNOWN))
    if isinstance(line, Quotient):
        return pl.format("{} / {}", line.total, line.per).fill_null(UNKNOWN)
    value = line.value.cast(pl.Int64) if isinstance(line, Middle) else line.value
    return value.cast(pl.String).fill_null(UNKNOWN)


def _line(rows: pl.DataFrame, line: pl.Expr, choice: str | None, months: pl.Expr, counts: pl.Expr) -> pl.DataFrame:
    return rows.select(
        "participant",
        line=line.cast(pl.String),
        choice=pl.lit(choice, pl.String),
        months=months,
        counts=counts.cast(pl.String),
    )
