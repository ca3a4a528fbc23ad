"""Quality from the command line: what to put right, and what the national register has not been told."""

import textwrap
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from tracker.cli.answerable import check_municipality
from tracker.cli.journeys import option_at
from tracker.cli.options import Day
from tracker.cli.session import (
    emit,
    municipality_code,
    not_for_publication,
    opened,
    option_format,
    option_known_at,
    position_at,
    progress,
    say,
)
from tracker.journey import OSLO
from tracker.quality.kinds import BY_CODE, KINDS
from tracker.rules.nir import UNVERIFIED, cut_off

if TYPE_CHECKING:
    from tracker.application import ProgressionTracker
    from tracker.indicators.frames import Frames
    from tracker.quality.asking import By, Question
    from tracker.quality.kinds import Kind
    from tracker.quality.register import Item, Order

option_municipality = click.option(
    "--municipality", metavar="CODE", callback=municipality_code, help="Only those settled in this municipality."
)


class References:
    """How people are named in lists: by their references in other systems, each looked up once."""

    def __init__(self, app: "ProgressionTracker", *, nested: bool) -> None:
        self._app = app
        self._nested = nested
        self._told: dict[str, list[Any]] = {}

    def of(self, participant: str) -> list[Any]:
        if participant not in self._told:
            found = self._app.people.references(UUID(participant))
            self._told[participant] = (
                [{"system": system, "reference": reference} for system, reference in found]
                if self._nested
                else [f"{system}:{reference}" for system, reference in found]
            )
        return self._told[participant]


@click.command(short_help="What to put right before figures are trusted.")
@click.option(
    "--list", "listed", type=click.Choice(list(BY_CODE)), metavar="KIND", help="The participants behind a kind."
)
@click.option("--explain", is_flag=True, help="Definition, reason and source of each kind, and nothing else.")
@click.option("--by", type=click.Choice(["municipality", "unit"]), help="Count for each of these.")
@option_municipality
@click.option(
    "--year",
    type=click.IntRange(1900, 9998),
    help="Data loss (R5) and late changes (R6) of those who left in this year; left out, the last year that the "
    "register has closed.",
)
@option_at
@option_known_at
@option_format
def quality(
    listed: str | None,
    explain: bool,
    by: "By | None",
    municipality: str | None,
    year: int | None,
    at: date | None,
    known_at: str | None,
    format: str,
) -> None:
    """Count what is missing, late, contradictory or quiet, kind by kind.

    past_due is how many should have been put right by now, next_due the first day ahead, left_out what cannot be
    told. Below it, as a table, of how many leavers of a year nobody knows any more, and whose exit cause was changed
    late; in other formats, and published, they are R5 and R6 of `tracker indicators`.
    """
    if listed and by:
        raise click.UsageError("--by counts and --list names the participants; give one of them")
    if year is not None and (listed or explain or format != "table"):
        raise click.UsageError("--year is about the table of figures below the counts; see tracker indicators R5 R6")
    if explain:
        _explain([BY_CODE[listed]] if listed else KINDS, format)
        return
    from tracker.indicators.frames import load
    from tracker.quality.asking import Question

    with opened() as app:
        question = Question(position_at(app, known_at), at or _today(app), municipality)
        check_municipality(app, municipality)
        not_for_publication()
        if listed:
            _list(app, question, BY_CODE[listed], format)
        else:
            frames = load(app.read_model, question.position, question.at, progress=progress("reading"))
            _count(app, question, by, format, frames)
            if format == "table":
                _figures(question, by, year or _open_year(question.at).year - 1, frames)
        say(f"as it was on {question.at}, as known at @{question.position}")


def _count(app: "ProgressionTracker", question: "Question", by: "By | None", format: str, frames: "Frames") -> None:
    from tracker.quality.asking import counts

    told = list(counts(app.read_model, question, by, frames=frames))
    emit(
        (
            (
                count.kind.code,
                *([count.group or "none"] if by else []),
                count.participants,
                count.out_of,
                count.findings,
                count.past_due,
                count.next_due,
                count.left_out,
            )
            for count in told
        ),
        ("kind", *([by] if by else []), "participants", "out_of", "findings", "past_due", "next_due", "left_out"),
        format,
    )
    for kind in KINDS:
        left_out = sum(count.left_out for count in told if count.kind is kind)
        if left_out:
            say(f"{kind.code}: {left_out} facts are left out: {kind.left_out_because}")
    say("tracker quality --explain tells what each kind means; --list KIND names the participants behind it")


def _figures(question: "Question", by: "By | None", year: int, frames: "Frames") -> None:
    """What figures about the leavers of a year rest on: exact."""
    from tracker.indicators import catalogue, pipeline
    from tracker.indicators.cohort import Cohort

    asked = pipeline.Question(Cohort("left", year, year), (by,) if by else (), question.municipality)
    results = [pipeline.measured(frames, catalogue.indicator(id), asked) for id in ("R5", "R6")]
    click.echo()
    emit(
        (
            (
                result.indicator.id,
                *([row[by]] if by else []),
                row["line"],
                row["months"],
                row["counted"],
                row["n"],
                f"{row['value']:.1%}" if row["value"] is not None else "-",
            )
            for result in results
            for row in result.figures.iter_rows(named=True)
            if row["n"] or not row["months"]
        ),
        ("indicator", *([by] if by else []), "line", "months_after", "participants", "out_of", "share"),
    )
    for result in results:
        say(f"{result.indicator.id}: {result.indicator.title}, of those who left in {year}")


def _list(app: "ProgressionTracker", question: "Question", kind: "Kind", format: str) -> None:
    from tracker.quality.asking import findings

    references = References(app, nested=format == "json")
    emit(
        (
            (
                found.participant,
                references.of(found.participant),
                found.municipality,
                found.unit,
                found.version,
                found.happened_on,
                found.due,
                found.detail,
            )
            for found in findings(app.read_model, question, kind)
        ),
        ("participant", "references", "municipality", "unit", "fact_version", "day", "due", "detail"),
        format,
    )
    say(f"{kind.code}: {kind.definition}")


def _explain(kinds: "Iterable[Kind]", format: str) -> None:
    if format != "table":
        emit(
            ((kind.code, kind.title, kind.definition, kind.why, kind.source, kind.left_out_because) for kind in kinds),
            ("kind", "title", "definition", "why", "source", "left_out"),
            format,
        )
        return
    for text in explained(kinds):
        click.echo(text)


def explained(kinds: "Iterable[Kind]") -> Iterator[str]:
    """The kinds in words, a paragraph a line of meaning."""
    for kind in kinds:
        yield f"{kind.code}: {kind.title}"
        for name, words in (
            ("counted", kind.definition),
            ("why", kind.why),
            ("left out", kind.left_out_because),
            ("source", kind.source),
        ):
            if words:
                yield textwrap.fill(words, 110, initial_indent=f"  {name:<9} ", subsequent_indent=" " * 12)
        yield ""


@click.command("nir-list", short_help="What the national register (NIR) has not been told.")
@click.option(
    "--order",
    type=click.Choice(["urgency", "register"]),
    default="urgency",
    show_default=True,
    help="By the day it is due, or by the register's subjects.",
)
@option_municipality
@click.option("--since", type=Day(), metavar="DATE", help="Only what happened on this day or later.")
@click.option("--until", type=Day(), metavar="DATE", help="Only what is due on this day or before.")
@option_at
@option_known_at
@option_format
def nir_list(
    order: "Order",
    municipality: str | None,
    since: date | None,
    until: date | None,
    at: date | None,
    known_at: str | None,
    format: str,
) -> None:
    """List the facts that are not marked as registered in NIR, or were corrected after that.

    days_left counts to the last day of the two months, days_to_cut_off to the last of February on which the year closes
    in which it happened; below zero the day has passed. Log registered-in-nir with the fact's version to take it off.
    """
    from tracker.quality.register import outstanding

    with opened() as app:
        position, day = position_at(app, known_at), at or _today(app)
        check_municipality(app, municipality)
        not_for_publication()
        found = outstanding(
            app.read_model, position, day, municipality=municipality, since=since, until=until, order=order
        )
        tally = {"listed": 0, "overdue": 0, "closed": 0}
        emit(
            _counted(_rows(found, References(app, nested=format == "json"), day), tally),
            (
                "participant",
                "references",
                "subject",
                "fact",
                "fact_version",
                "day",
                "state",
                "due",
                "days_left",
                "cut_off",
                "days_to_cut_off",
            ),
            format,
        )
        say(f"{tally['listed']} facts to register, {tally['overdue']} of them after their two months")
        if tally["closed"]:
            say(f"{tally['closed']} of them are of years that have closed; --since {_open_year(day)} leaves them out")
        say(UNVERIFIED)
        say(f"as it was on {day}, as known at @{position}")


STATES = {"not-registered": "not registered", "changed": "changed since registration"}


def _rows(found: "Iterable[Item]", references: References, day: date) -> Iterator[tuple[Any, ...]]:
    for item in found:
        yield (
            item.participant,
            references.of(item.participant),
            item.subject,
            item.fact,
            item.version,
            item.happened_on,
            STATES[item.state],
            item.due_on,
            (item.due_on - day).days,
            item.cut_off,
            (item.cut_off - day).days,
        )


def _counted(rows: Iterator[tuple[Any, ...]], tally: dict[str, int]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        tally["listed"] += 1
        tally["overdue"] += row[8] < 0
        tally["closed"] += row[10] < 0
        yield row


def _open_year(day: date) -> date:
    """The first day of the first year whose figures what is registered on this day still reaches."""
    before = date(day.year - 1, 1, 1)
    return before if day <= cut_off(before) else date(day.year, 1, 1)


def _today(app: "ProgressionTracker") -> date:
    return app.clock().astimezone(OSLO).date()


COMMANDS: tuple[click.Command, ...] = (quality, nir_list)
