"""Rows of figures as people read them: the figure, its interval, its n, and in words why there is none."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast

import polars as pl

from tracker.exporting.results import with_pool
from tracker.indicators.partials import ALL
from tracker.indicators.pipeline import Result
from web import wording
from web.charts.ladder import Rung, State
from web.pages.figures import words

FEWEST = 3
"""Lines and variants from which on they are shown as a panel."""


class Row(NamedTuple):
    """A figure.

    :ivar group: of the breakdown; empty where there is none
    :ivar state: shown, counts, hidden, nobody, not-available, no-reference
    :ivar figure: the figure, or why there is none
    :ivar three_years: the same over three years, where there are few
    """

    group: str
    line: str
    choice: str
    months: int | None
    kind: str
    state: str
    figure: str
    interval: str
    counted: int | None
    n: int | None
    unknown: int | None
    at_most: str
    three_years: str
    rung: Rung

    @property
    def name(self) -> str:
        """Line and variant."""
        return f"{self.line} ({self.choice})" if self.choice else self.line


def picked(result: Result, only: Mapping[str, str], by: str = "") -> pl.DataFrame:
    """The figures of the people picked, and their groups where they are broken down.

    :param by: the breakdown that is shown; empty = everybody picked together
    """
    figures = with_pool(result)
    for name in result.by:
        wanted = only.get(name)
        if wanted is not None:
            figures = figures.filter(pl.col(name) == wanted)
        elif name != by:
            figures = figures.filter(pl.col(name) == ALL)
    if by and by in result.by and by not in only and only:
        # The row of everybody is of all values of everything, and not of those picked.
        figures = figures.filter(pl.col(by) != ALL)
    return figures


def rows(result: Result, only: Mapping[str, str], by: str = "") -> list[Row]:
    """The same in words."""
    found = [row_of(result, one, by) for one in picked(result, only, by).iter_rows(named=True)]
    if not words.awaited(result):
        return found
    yet = wording.words(words.SHOWN["awaited"])
    return [row._replace(figure=yet) if row.state == "not-available" else row for row in found]


class Panel(NamedTuple):
    """Figures that differ in two ways, as a table of both.

    :ivar columns: the variants
    :ivar lines: what is counted, and its figure in each variant; None where it has none
    """

    columns: list[str]
    lines: list[tuple[str, list[Row | None]]]


def panel(figures: Sequence[Row]) -> Panel | None:
    """The figures by line and variant; None where there are too few of either, or each has several figures."""
    by_both = {(row.line, row.choice): row for row in figures}
    lines = list(dict.fromkeys(line for line, _ in by_both))
    columns = list(dict.fromkeys(variant for _, variant in by_both))
    if len(by_both) < len(figures) or len(columns) < FEWEST or len(lines) < FEWEST:
        return None
    return Panel(columns, [(line, [by_both.get((line, column)) for column in columns]) for line in lines])


def row_of(result: Result, one: Mapping[str, Any], by: str) -> Row:
    """One figure in words."""
    state, kind = str(one["shown"]), str(one["kind"] or "")
    three = one["three_years"]
    line = words.line(str(one["line"]))
    variant = words.choice(one["choice"])
    return Row(
        group=words.group(by, str(one[by])) if by in result.by else "",
        line=line,
        choice=variant,
        months=one["months"],
        kind=wording.words(words.KINDS[kind]) if kind in words.KINDS else "",
        state=state,
        figure=figure(one),
        interval=interval(one),
        counted=one["counted"],
        n=one["n"],
        unknown=one["unknown"],
        at_most="" if one["at_most"] is None else words.percent_exact(one["at_most"]),
        three_years=""
        if three is None
        else wording.text("%(value)s of %(n)s", value=words.value(three, kind), n=one["three_years_n"]),
        rung=rung(f"{line}, {variant}" if variant else line, one),
    )


def figure(one: Mapping[str, Any]) -> str:
    """The figure itself, or a word for its not being there."""
    state = one["shown"]
    if state == "counts":
        return wording.text("%(counted)s of %(n)s", counted=one["counted"], n=one["n"])
    if state != "shown":
        return wording.words(words.SHOWN[state])
    if one["value"] is None:
        return wording.words(words.SHOWN["not-reached"])
    return words.value(one["value"], one["kind"])


def interval(one: Mapping[str, Any]) -> str:
    """The 95 % interval; empty where there is none."""
    if one["shown"] != "shown" or one["low"] is None or one["high"] is None:
        return ""
    return f"{words.value(one['low'], one['kind'])} – {words.value(one['high'], one['kind'])}"


def rung(name: str, one: Mapping[str, Any] | None, *, official: bool = False) -> Rung:
    """A figure as a rung of the ladder; None = there is no such figure."""
    if one is None:
        return Rung(name, wording.words(words.SHOWN["too-thin"]), "hidden")
    share = one["kind"] in ("share", "incidence")
    shown = one["shown"] == "shown" and share and one["value"] is not None
    return Rung(
        name,
        told(one),
        cast(State, one["shown"]),
        one["value"] if shown else None,
        one["low"] if shown else None,
        one["high"] if shown else None,
        official=official,
    )


def told(one: Mapping[str, Any]) -> str:
    """The figure with its n."""
    if one["shown"] != "shown" or one["value"] is None or one["n"] is None:
        return figure(one)
    return wording.text("%(value)s of %(n)s", value=figure(one), n=wording.shown(one["n"]))


def found(
    figures: pl.DataFrame, line: str, choice: str | None = None, months: int | None = None
) -> Mapping[str, Any] | None:
    """The row of a line; None where there is none."""
    kept = figures.filter(
        pl.col("line") == line, pl.col("kind").is_in(["share", "incidence"]) | pl.col("kind").is_null()
    )
    if choice is not None:
        kept = kept.filter(pl.col("choice") == choice)
    if months is not None:
        kept = kept.filter(pl.col("months") == months)
    return next(kept.iter_rows(named=True), None)


def by_months(figures: Sequence[Row]) -> Iterator[tuple[int | None, list[Row]]]:
    """Rows, those of the same months together."""
    for months in dict.fromkeys(row.months for row in figures):
        yield months, [row for row in figures if row.months == months]
