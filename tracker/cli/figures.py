"""Commands for figures: indicators, safe to publish, and trajectories, exact."""

import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.session import (
    emit,
    municipality_code,
    not_for_publication,
    opened,
    option_format,
    option_known_at,
    position_at,
    say,
)
from tracker.errors import Refusal

if TYPE_CHECKING:
    from tracker.application import ProgressionTracker
    from tracker.indicators.catalogue import Result
    from tracker.indicators.definition import Figure
    from tracker.indicators.frames import Frames

SMALLEST_GROUP = 5
"""Groups below this have no n shown, as in :mod:`tracker.indicators.disclosure`."""

COLUMNS = (
    "indicator",
    "cohort",
    "line",
    "months",
    "choice",
    "counted",
    "n",
    "share",
    "low",
    "high",
    "unknown",
    "at_most",
    "shown",
)
ORIGINS = ("settled", "programme-start", "programme-end", "first-month")
option_cohort = click.option(
    "--cohort", metavar="AXIS:YEARS", help="left:2023, started:2021 or settled:2019..2021; left out, everybody."
)
option_by = click.option(
    "--by",
    default="",
    metavar="NAMES",
    help="Break down by rule-set, schooling, track, gender, age, goal, municipality, cohort.",
)
option_municipality = click.option(
    "--municipality",
    metavar="CODE",
    callback=municipality_code,
    help="Only those who lived there on their day; who lives elsewhere later is out.",
)


class WrongMonths(Refusal):
    """The number of months cannot be followed."""

    code = "wrong-months"


@click.command("indicators")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@option_cohort
@option_by
@option_municipality
@option_known_at
@option_format
def indicators(
    ids: tuple[str, ...], cohort: str | None, by: str, municipality: str | None, known_at: str | None, format: str
) -> None:
    """Indicators with n, Wilson interval (95 %) and definition; small groups are hidden.

    Without ids, all. A cohort must be on the axis that the indicator is about.
    """
    from tracker.indicators import catalogue
    from tracker.indicators.cohort import Cohort

    chosen = [catalogue.indicator(id) for id in ids] or list(catalogue.CATALOGUE.values())
    group = tuple(name.strip() for name in by.split(",") if name.strip())
    about = Cohort.parse(cohort) if cohort else None
    with opened() as app:
        frames = _frames(app, known_at)
        results = [catalogue.published(frames, item, about, group, municipality) for item in chosen]
    if format == "table":
        for result in results:
            _print(result)
        _say_basis(results[0].frames)
        say("small groups are hidden in each table by itself; several tables of a small cohort are for internal use")
        return
    emit(
        (row for result in results for row in _rows(result)),
        (*COLUMNS[:2], *group, *COLUMNS[2:], "position", "known_on", "versions"),
        format,
    )
    _say_basis(results[0].frames)


@click.command("trajectory")
@click.argument("kind", type=click.Choice(["distribution", "transitions", "mean-time", "entropy", "individual"]))
@click.option("--origin", type=click.Choice(ORIGINS), default="programme-start", show_default=True, help="Month 1.")
@click.option("--months", type=int, default=60, show_default=True, help="How many months from the origin on.")
@option_cohort
@option_by
@option_municipality
@option_known_at
@option_format
def trajectory(
    kind: str,
    origin: Any,
    months: int,
    cohort: str | None,
    by: str,
    municipality: str | None,
    known_at: str | None,
    format: str,
) -> None:
    """The state of each participant month by month: how a group is spread, moves, and mixes.

    Exact, and not for publication. Each state is the first that holds of a printed table.
    """
    from tracker.indicators import trajectory as view
    from tracker.indicators.cohort import Cohort
    from tracker.indicators.status import STATE_VERSION, STATES

    if not 1 <= months <= 600:
        raise WrongMonths(f"expected 1 to 600 months, got {months}")
    group = tuple(name.strip() for name in by.split(",") if name.strip())
    about = Cohort.parse(cohort) if cohort else None
    with opened() as app:
        frames = _frames(app, known_at)
        found = view.trajectories(frames, origin, months, about, group, municipality)
        columns: dict[str, tuple[str, ...]] = {
            "distribution": ("month", "state", "count", "share"),
            "transitions": ("from", "to", "count", "rate"),
            "mean-time": ("state", "mean_months"),
            "entropy": ("month", "entropy"),
        }
        if kind == "individual":
            figures = view.individual(found)
            names = _references(app, (str(row[0]) for row in figures))
            told = {name: row[1:] for name, row in zip(names, figures, strict=True)}
            rows = [(name, *told[name]) for name in sorted(told, key=lambda name: (len(name), name))]
            emit(rows, ("reference", "entropy", "complexity", "turbulence"), format)
        else:
            tables = {
                "distribution": view.distribution,
                "transitions": view.transitions,
                "mean-time": view.mean_time,
                "entropy": view.entropy,
            }
            emit(tables[kind](found), (*group, *columns[kind]), format)
    say(f"n = {len(found.participants)}; origin {origin} = month 1; {found.alphabet} states occur (a in / ln a)")
    say(f"state | predicate, the first that holds (table {STATE_VERSION})")
    for state in STATES:
        say(f"  {state.name} | {state.predicate}")
    not_for_publication()
    _say_basis(frames)


def _frames(app: "ProgressionTracker", known_at: str | None) -> "Frames":
    from tracker.indicators.frames import load
    from tracker.journey import OSLO

    position = position_at(app, known_at)
    return load(app.read_model, position, app.clock().astimezone(OSLO).date())


def _references(app: "ProgressionTracker", participants: Iterable[str]) -> list[str]:
    """How people are named to those who keep the sheet: by its reference, with its system where there are several."""
    from uuid import UUID

    told = {participant: app.people.references(UUID(participant))[:1] for participant in participants}
    one_system = len({system for pairs in told.values() for system, _ in pairs}) <= 1
    names = []
    for participant, pairs in told.items():
        names.append(pairs[0][1] if pairs and one_system else ":".join(pairs[0]) if pairs else participant)
    return names


def _rows(result: "Result") -> list[tuple[Any, ...]]:
    frames = result.frames
    basis = (frames.position, frames.known_on, frames.versions)
    return [(*_row(result, figure), *basis) for figure in result.figures]


def _row(result: "Result", figure: "Figure") -> tuple[Any, ...]:
    line = figure.line
    shown = figure.shown == "shown"
    return (
        f"{result.indicator.id}@{result.indicator.version}",
        figure.cohort,
        *figure.group,
        line.name,
        line.months,
        line.choice,
        line.counted if shown and line.value is None else None,
        line.out_of if line.out_of == 0 or line.out_of >= SMALLEST_GROUP else None,
        figure.share,
        figure.low,
        figure.high,
        line.unknown if shown and line.unknown >= 0 else None,
        figure.at_most,
        figure.shown,
    )


def _print(result: "Result") -> None:
    item = result.indicator
    click.echo(f"{item.id}@{item.version}  {item.title}")
    click.echo(textwrap.fill(f"Cohort {result.cohort}. {item.definition} Source: {item.source}.", 110))
    click.echo()
    across = list(dict.fromkeys(_across(figure) for figure in result.figures))
    if len(across) > 1:
        lines: dict[tuple[str, ...], dict[str, str]] = {}
        for figure in result.figures:
            lines.setdefault((*figure.group, figure.line.name), {})[_across(figure)] = _cell(figure, with_n=True)
        rows = [(*line, *(cells.get(column, "") for column in across)) for line, cells in lines.items()]
        emit(rows, (*result.by, "line", *across), "table")
    else:
        emit(
            ((*figure.group, figure.line.name, *_told(figure)) for figure in result.figures),
            (*result.by, "line", "counted", "n", "share", "95 % interval", "unknown", "at most"),
            "table",
        )
    click.echo()


def _across(figure: "Figure") -> str:
    """What the lines of one table differ in from column to column."""
    return figure.line.choice or ("" if figure.line.months is None else f"{figure.line.months} months")


def _cell(figure: "Figure", *, with_n: bool = False) -> str:
    if figure.shown != "shown" or figure.share is None:
        return {"hidden": "hidden", "nobody": "-"}.get(figure.shown, "")
    if figure.line.value is not None:
        return f"{figure.share:.3f}"
    return f"{figure.share:.1%}" + (f" ({figure.line.counted}/{figure.line.out_of})" if with_n else "")


def _told(figure: "Figure") -> tuple[object, ...]:
    line = figure.line
    if figure.shown != "shown":
        shown_n = line.out_of if line.out_of == 0 or line.out_of >= SMALLEST_GROUP else None
        return None, shown_n, _cell(figure), None, None, None
    return (
        line.counted if line.value is None else None,
        line.out_of,
        _cell(figure),
        f"{figure.low:.1%} - {figure.high:.1%}" if figure.low is not None else None,
        line.unknown if line.unknown >= 0 else "hidden",
        f"{figure.at_most:.1%}" if figure.at_most is not None else None,
    )


def _say_basis(frames: "Frames") -> None:
    if frames.position == 0:
        say("nothing had been recorded by then")
        return
    say(f"as known at @{frames.position}, followed until {frames.known_on}; {frames.versions}")
    if frames.erased:
        say(f"{frames.erased} participants have been erased; figures from before may differ by them")


COMMANDS: tuple[click.Command, ...] = (indicators, trajectory)
