"""Figures as a person reads them in a terminal: a table for each indicator under its definition."""

import textwrap
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.session import emit

if TYPE_CHECKING:
    import polars as pl

    from tracker.indicators.definition import Indicator
    from tracker.indicators.pipeline import Result

LOCAL = "local unemployment"
WIDTH = 110
Cells = dict[str, str]
Key = tuple[Any, ...]


def explain(one: "Indicator") -> None:
    from tracker.indicators.cohort import AXES
    from tracker.indicators.definition import DENOMINATORS, DIMENSIONS, TAGS

    click.echo(f"{one.name}  {one.title}")
    when = "; ".join(
        f"{axis} ({AXES[axis]})" + (f", {', '.join(map(str, months))} months after" if months else "")
        for axis, months in one.axes.items()
    )
    told = {
        "Definition": one.definition,
        "Formula": one.formula,
        "Example": one.example,
        "Unit": one.unit,
        "Cohorts": when,
        "Denominator": f"{one.denominator}: {DENOMINATORS[one.denominator]}",
        "Dimension": f"{one.dimension}, {DIMENSIONS[one.dimension]}",
        "Answers": ", ".join(TAGS[tag] for tag in one.tags.split()) or "-",
        "Needs": ", ".join(one.needs) or "-",
        "Caution": one.caution or "-",
        "Source": one.source,
    }
    for name, text in told.items():
        if text != "-":
            click.echo(textwrap.fill(f"{name}: {text}", WIDTH, subsequent_indent="  "))
    click.echo()


def show(result: "Result") -> None:
    """Title, definition and figures; months side by side where there are several, else the variants of a line."""
    from tracker.exporting.results import notes_of, with_pool
    from tracker.indicators.labour_market import unemployment_beside

    click.echo(f"{result.indicator.name}  {result.indicator.title}")
    for note in notes_of(result):
        click.echo(textwrap.fill(note, WIDTH))
    click.echo()
    figures = with_pool(result).hstack(unemployment_beside(result))
    by_months = figures["months"].drop_nulls().n_unique() > 1
    choice = ("choice",) if by_months and figures["choice"].null_count() < figures.height else ()
    keys = (*result.by, "line", *choice)
    figures = figures.with_columns(_across=_across(by_months))
    columns = figures["_across"].unique(maintain_order=True).to_list()
    local = _local(result.by, figures)
    if len(columns) > 1:
        rows: dict[Key, Cells] = {}
        for row in figures.iter_rows(named=True):
            rows.setdefault(tuple(row[key] for key in keys), {})[row["_across"]] = _cell(row)
        for key, cells in local.items():
            rows[(*key, LOCAL, *(None for _ in choice))] = cells
        ordered = ((*key, *(cells.get(column, "") for column in columns)) for key, cells in _by_group(rows, result.by))
        emit(ordered, (*keys, *columns), "table")
    else:
        emit(
            ((*(row[key] for key in keys), *_told(row)) for row in figures.iter_rows(named=True)),
            (*keys, "counted", "n", "figure", "95 % interval", "unknown", "at most", "three years"),
            "table",
        )
        for group, cells in local.items():
            click.echo(f"{' '.join((*group, LOCAL))}: {', '.join(cells.values())}")
    click.echo()


def _local(by: tuple[str, ...], figures: "pl.DataFrame") -> dict[Key, Cells]:
    """Local unemployment of each group in the months in which it was looked at."""
    from tracker.indicators.labour_market import LocalUnemployment

    found: dict[Key, Cells] = {}
    for row in figures.iter_rows(named=True):
        if row["unemployment"] is not None:
            told = LocalUnemployment(row["unemployment"], row["unemployment_months"])
            found.setdefault(tuple(row[name] for name in by), {})[row["_across"]] = str(told)
    return found


def _by_group(rows: dict[Key, Cells], by: tuple[str, ...]) -> Iterator[tuple[Key, Cells]]:
    """The rows, those of a group together, in the order in which the groups come first."""
    groups = list(dict.fromkeys(key[: len(by)] for key in rows))
    place = {group: at for at, group in enumerate(groups)}
    for _, lines in groupby(
        sorted(rows.items(), key=lambda row: place[row[0][: len(by)]]), lambda row: row[0][: len(by)]
    ):
        yield from lines


def _across(by_months: bool) -> "pl.Expr":
    """What the figures of one table differ in from column to column."""
    import polars as pl

    month = pl.when(pl.col("months").is_not_null()).then(pl.format("{} months", "months"))
    kind = pl.when(~pl.col("kind").is_in(["share", "incidence", "mean"])).then("kind")
    told = pl.concat_str([*(() if by_months else ("choice",)), month, kind], separator=", ", ignore_nulls=True)
    return pl.when(told == "").then(pl.lit("figure")).otherwise(told)


def _cell(row: dict[str, Any]) -> str:
    text = _figure(row)
    if row["shown"] == "shown" and row["kind"] in ("share", "incidence"):
        text += f" ({row['counted']}/{row['n']})"
    return text if row["three_years"] is None else f"{text}; 3 y {_three_years(row)}"


def _figure(row: dict[str, Any]) -> str:
    if row["shown"] == "counts":
        return f"{row['counted']} of {row['n']}"
    if row["shown"] != "shown":
        return str(row["shown"]).replace("-", " ")
    return "not reached" if row["value"] is None else _value(row["value"], row["kind"])


def _three_years(row: dict[str, Any]) -> str:
    return f"{_value(row['three_years'], row['kind'])} of {row['three_years_n']}"


def _value(value: float, kind: str) -> str:
    return f"{value:.1%}" if kind in ("share", "incidence") else f"{value:.3f}".rstrip("0").rstrip(".")


def _told(row: dict[str, Any]) -> tuple[object, ...]:
    low, high = row["low"], row["high"]
    interval = None if low is None or high is None else f"{_value(low, row['kind'])} - {_value(high, row['kind'])}"
    pool = None if row["three_years"] is None else _three_years(row)
    at_most = None if row["at_most"] is None else f"{row['at_most']:.1%}"
    return row["counted"], row["n"], _figure(row), interval, row["unknown"], at_most, pool
