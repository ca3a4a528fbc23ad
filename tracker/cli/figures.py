"""Indicators on the command line: safe to publish, with n, interval, definition and date."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from tracker.cli import figure_page
from tracker.cli.answerable import answerable
from tracker.cli.basis import (
    frames_at,
    names,
    option_by,
    option_codes,
    option_cohort,
    option_municipality,
    say_basis,
)
from tracker.cli.behind import open_people
from tracker.cli.publishing import published
from tracker.cli.session import opened, option_known_at, progress, say
from tracker.errors import Refusal

if TYPE_CHECKING:
    from tracker.indicators.definition import Denominator, Indicator
    from tracker.indicators.pipeline import Question, Result

FORMATS = ("table", "csv", "json", "xlsx", "parquet", "jsonstat")
option_denominator = click.option(
    "--denominator",
    type=click.Choice(["all", "present", "aj"]),
    help="Of all, of those in scope on the day, or of all with leaving the scope as a competing risk; left out, "
    "as the definition says.",
)


class NotMonths(Refusal):
    """What is given for months is no list of whole numbers."""

    code = "not-months"


@click.command("indicators")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@option_cohort
@option_by
@option_municipality
@click.option("--at", "at", metavar="MONTHS", help="Months after the day, such as 12,24; left out, as defined.")
@option_denominator
@option_codes
@option_known_at
@click.option(
    "--format", "format", type=click.Choice(FORMATS), default="table", show_default=True, help="How it is written."
)
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write to this file.")
@click.option("--overwrite", is_flag=True, help="The file may be there already.")
@click.option("--explain", is_flag=True, help="Tell the definition, formula, example and source instead of figures.")
@click.option(
    "--people",
    is_flag=True,
    help="With --explain: who is counted in each line; exact, not for publication; needs a permission.",
)
@click.option("--facts", is_flag=True, help="With --people: the facts of each of them, too, as they were known.")
@click.option(
    "--without-disclosure-control",
    "reason",
    metavar="REASON",
    help="Hide nothing; needs a permission, and is written on it.",
)
def indicators(
    ids: tuple[str, ...],
    cohort: str | None,
    by: str,
    municipality: str | None,
    at: str | None,
    denominator: str | None,
    codes: int | None,
    known_at: str | None,
    format: str,
    out: Path | None,
    overwrite: bool,
    explain: bool,
    people: bool,
    facts: bool,
    reason: str | None,
) -> None:
    """Indicators with n, interval (95 %), three years beside, definition and date; small groups are hidden.

    ID is one of the catalogue, such as E3, or E3@1 for an older version. Without ids, all that the cohort is for.
    """
    from tracker.indicators import catalogue
    from tracker.indicators.cohort import Cohort
    from tracker.indicators.pipeline import Question

    if people and not explain:
        raise click.UsageError("--people goes with --explain, which tells what they are counted by; give both")
    if facts and not people:
        raise click.UsageError("--facts goes with --people, whose facts they are; give both")
    about = Cohort.parse(cohort) if cohort else None
    chosen = [catalogue.indicator(id) for id in ids] or [
        one for one in catalogue.CATALOGUE.values() if about is None or about.axis in one.axes
    ]
    question = Question(about, names(by), municipality, _months(at), cast("Denominator | None", denominator))
    if explain and not people:
        for one in chosen:
            figure_page.explain(one)
        return
    with opened() as app:
        frames = frames_at(app, known_at, codes)
        answerable(frames, about, municipality)
        if people:
            open_people(app, frames, chosen, question, facts)
            return
        from tracker.indicators.pipeline import measured_each

        asked = [(one, question) for one in chosen] if ids else list(_fitting(chosen, question))
        counting = None if ids else progress("counting")
        results = published(app, measured_each(frames, asked, counting), reason)
    _write(results, format, out, overwrite)
    for said in dict.fromkeys(filter(None, (result.without_disclosure_control for result in results))):
        say(f"WITHOUT DISCLOSURE CONTROL: {said}")
    say_basis(frames)


def _fitting(chosen: "list[Indicator]", question: "Question") -> "Iterator[tuple[Indicator, Question]]":
    """Of the whole catalogue, what the question can be asked of, each as it can be; the others are named."""
    from tracker.indicators.breakdowns import UnknownBreakdown
    from tracker.indicators.pipeline import checked

    for one in chosen:
        axis = question.cohort.axis if question.cohort else one.axis
        fitting = question if one.axes[axis] else replace(question, months=None)
        try:
            checked(one, fitting)
        except UnknownBreakdown as refusal:
            say(f"left out: {refusal}")
        else:
            yield one, fitting


def _months(text: str | None) -> tuple[int, ...] | None:
    if text is None:
        return None
    try:
        months = tuple(int(month) for month in names(text))
    except ValueError:
        months = ()
    if not months:
        raise NotMonths(f"expected months such as 12,24,36, got {text!r}")
    return months


def _write(results: "list[Result]", format: str, out: Path | None, overwrite: bool) -> None:
    if format == "table" and out is None:
        for result in results:
            figure_page.show(result)
        return
    from tracker.exporting.figures import FigureFormat, write_figures
    from tracker.exporting.results import figure_table

    written = "csv" if format == "table" else format
    write_figures(figure_table(results), cast("FigureFormat", written), out, overwrite=overwrite)
    if out is not None:
        say(f"wrote {out}")


COMMANDS: tuple[click.Command, ...] = (indicators,)
