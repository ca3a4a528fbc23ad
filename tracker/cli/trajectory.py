"""Trajectories: the state of each participant month by month; exact."""

from typing import Any

import click

from tracker.cli.answerable import answerable
from tracker.cli.basis import (
    frames_at,
    option_by,
    option_codes,
    option_cohort,
    option_municipality,
    references,
    say_basis,
)
from tracker.cli.session import emit, not_for_publication, opened, option_format, option_known_at, say

ORIGINS = ("settled", "programme-start", "programme-end", "first-month")


@click.command("trajectory")
@click.argument("kind", type=click.Choice(["distribution", "transitions", "mean-time", "entropy", "individual"]))
@click.option("--origin", type=click.Choice(ORIGINS), default="programme-start", show_default=True, help="Month 1.")
@click.option("--months", type=int, default=60, show_default=True, help="How many months from the origin on.")
@option_cohort
@option_by
@option_municipality
@option_codes
@option_known_at
@option_format
def trajectory(
    kind: str,
    origin: Any,
    months: int,
    cohort: str | None,
    by: str,
    municipality: str | None,
    codes: int | None,
    known_at: str | None,
    format: str,
) -> None:
    """The state of each participant month by month: how a group is spread, moves, and mixes.

    Exact, and not for publication. Each state is the first that holds of a printed table.
    """
    from tracker.indicators import trajectory as view
    from tracker.indicators.cohort import Cohort
    from tracker.indicators.pipeline import WrongMonths
    from tracker.indicators.status import STATE_VERSION, STATES

    if not 1 <= months <= 600:
        raise WrongMonths(f"expected 1 to 600 months, got {months}")
    group = tuple(name.strip() for name in by.split(",") if name.strip())
    about = Cohort.parse(cohort) if cohort else None
    with opened() as app:
        frames = frames_at(app, known_at, codes)
        answerable(frames, about, municipality)
        found = view.trajectories(frames, origin, months, about, group, municipality)
        columns: dict[str, tuple[str, ...]] = {
            "distribution": ("month", "state", "count", "share"),
            "transitions": ("from", "to", "count", "rate"),
            "mean-time": ("state", "mean_months"),
            "entropy": ("month", "entropy"),
        }
        if kind == "individual":
            figures = view.individual(found)
            names = references(app, (str(row[0]) for row in figures))
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
    say_basis(frames)


COMMANDS: tuple[click.Command, ...] = (trajectory,)
