"""The worklist from the command line: what is due, lists that are kept, and who is on them."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.answerable import check_municipality
from tracker.cli.journeys import option_at
from tracker.cli.quality import References
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
from tracker.journey import OSLO
from tracker.wording import LANGUAGES

if TYPE_CHECKING:
    from tracker.application import ProgressionTracker
    from tracker.follow_up.saved_lists import Filters, SavedList
    from tracker.follow_up.scope import Scope
    from tracker.follow_up.worklist import Due
    from tracker.wording import Language

AHEAD = "90d"
"""How far ahead a worklist looks that is not asked for otherwise."""

option_of_municipality = click.option(
    "--municipality", metavar="CODE", callback=municipality_code, help="Only those in the care of this municipality."
)
option_advisor = click.option("--advisor", metavar="NAME", help="Only those whose advisor this is on the day.")


@click.command(short_help="What is due: overdue, this week, in 30 and in 90 days.")
@option_advisor
@option_of_municipality
@click.option("--participant", "participants", multiple=True, metavar="PARTICIPANT", help="Only this one; repeatable.")
@click.option("--due", metavar="TIME", help="Due within 7d, 30d, 6m, ..., or by the next-working-day.  [default: 90d]")
@click.option("--overdue", is_flag=True, help="Only what should have been done before the day and does not rest.")
@click.option("--task", "tasks", multiple=True, metavar="KIND", help="Only this kind of task; repeatable.")
@click.option("--has", multiple=True, metavar="FACT[.FIELD][=VALUE][@PERIOD]", help="To whom it happened; repeatable.")
@click.option("--has-not", multiple=True, metavar="FACT...", help="To whom it did not happen; repeatable.")
@click.option("--runs", multiple=True, metavar="ACTIVITY[=VALUE]", help="For whom it runs on the day; repeatable.")
@click.option("--runs-not", multiple=True, metavar="ACTIVITY...", help="For whom it does not run; repeatable.")
@click.option("--inactive", metavar="TIME", help="No contact for so long: 3m, 90d.")
@click.option("--list", "name", metavar="NAME", help="Start from a saved list; NAME@1 is its first version.")
@click.option("--lists", "all_lists", is_flag=True, help="Name the saved lists, and nothing else.")
@click.option("--save", metavar="NAME", help="Keep these filters as a list of this name.")
@click.option("--title", metavar="TEXT", help="With --save: what the list is called.")
@click.option("--limit", type=click.IntRange(min=1), metavar="NUMBER", help="Only so many of the first rows.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of titles.")
@option_at
@option_known_at
@option_format
def worklist(
    advisor: str | None,
    municipality: str | None,
    participants: tuple[str, ...],
    due: str | None,
    overdue: bool,
    tasks: tuple[str, ...],
    has: tuple[str, ...],
    has_not: tuple[str, ...],
    runs: tuple[str, ...],
    runs_not: tuple[str, ...],
    inactive: str | None,
    name: str | None,
    all_lists: bool,
    save: str | None,
    title: str | None,
    limit: int | None,
    language: "Language",
    at: date | None,
    known_at: str | None,
    format: str,
) -> None:
    """List what is due, of whom, why, and what to do: overdue first, then by the day; what rests last.

    Due today is not overdue. PERIOD is 2024, 2024-Q1, 2024-03, 2024-03-15 or last-90d; --has twice asks for both.
    """
    from tracker.follow_up.saved_lists import Filters, saved_list

    if title is not None and save is None:
        raise click.UsageError("--title is what a list is called that --save keeps; give both")
    given = Filters(
        tasks=tasks,
        due=due,
        overdue=overdue,
        advisor=advisor,
        municipality=municipality,
        has=has,
        has_not=has_not,
        runs=runs,
        runs_not=runs_not,
        inactive=inactive,
    )
    with opened() as app:
        if all_lists:
            _lists(app, language, format)
            return
        kept = saved_list(name, app.settings.home) if name is not None else None
        filters = kept.filters.narrowed(given) if kept is not None else _as_usual(given)
        if save is not None:
            _save(app, save, title, filters, kept)
        _answer(app, filters, kept, participants, limit, language, at, known_at, format)


def _as_usual(filters: "Filters") -> "Filters":
    """Filters that say how far ahead they look."""
    import msgspec

    if filters.due is not None or filters.overdue:
        return filters
    return msgspec.structs.replace(filters, due=AHEAD)


def _answer(
    app: "ProgressionTracker",
    filters: "Filters",
    kept: "SavedList | None",
    participants: tuple[str, ...],
    limit: int | None,
    language: "Language",
    at: date | None,
    known_at: str | None,
    format: str,
) -> None:
    from tracker.follow_up.scope import Scope

    position, day = position_at(app, known_at), at or app.clock().astimezone(OSLO).date()
    named = tuple(str(app.find(one)) for one in participants)
    check_municipality(app, filters.municipality)
    scope = Scope(position, day, filters.advisor, filters.municipality, named)
    if filters.rows == "tasks":
        _tasks(app, filters, scope, kept, limit, language, format)
    else:
        _people(app, filters, scope, kept, limit, format)
    if kept is not None:
        say(f"{kept.title.to(language)} ({kept.id}@{kept.version}): {kept.meaning.to(language)}")
    say(f"as it was on {day}, as known at @{position}")


def _tasks(
    app: "ProgressionTracker",
    filters: "Filters",
    scope: "Scope",
    kept: "SavedList | None",
    limit: int | None,
    language: "Language",
    format: str,
) -> None:
    from tracker.follow_up.listing import question_of
    from tracker.follow_up.saved_lists import DEFAULT, OF_TASKS
    from tracker.follow_up.worklist import counted
    from tracker.follow_up.worklist import worklist as asked

    question = question_of(filters, scope)
    rows = asked(app.read_model, question, language, limit)
    not_for_publication()
    references = References(app, nested=format == "json")
    if format == "table":
        columns = kept.shown if kept is not None else DEFAULT["tasks"]
        rows, in_bulk = _apart(app, rows)
        for group, found in groupby(rows, key=lambda row: row.group):
            click.echo(f"{group}:")
            emit(_of_tasks(list(found), columns, references), columns)
            click.echo()
        for title, those in in_bulk.items():
            late = sum(row.overdue_since is not None for row in those)
            click.echo(f"{title}: {len(those)} participants, {late} overdue, the first due {those[0].due}")
            click.echo(f"  {those[0].to_do}")
    else:
        columns = tuple(kept.columns) if kept is not None and kept.columns else OF_TASKS
        emit(_of_tasks(rows, columns, references), columns, format)
    numbers = counted(app.read_model, question)
    told = ", ".join(f"{number} {group}" for group, number in numbers.items())
    say(f"due: {sum(numbers.values())} ({told})" if told else "nothing is due")
    if limit is not None and sum(numbers.values()) > limit:
        say(f"only the first {limit} of them are listed")


def _apart(app: "ProgressionTracker", rows: Sequence["Due"]) -> tuple[list["Due"], dict[str, list["Due"]]]:
    """The rows that are read one by one, and those of rules that have a list of their own, by title."""
    single: list[Due] = []
    in_bulk: dict[str, list[Due]] = {}
    for row in rows:
        rule = app.read_model.rules.rules.get(row.task)
        if rule is not None and rule.oldest:
            in_bulk.setdefault(row.title, []).append(row)
        else:
            single.append(row)
    return single, in_bulk


def _of_tasks(rows: Sequence[Any], columns: Sequence[str], references: References) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        yield tuple(
            references.of(row.participant) if column == "references" else getattr(row, column) for column in columns
        )


def _people(
    app: "ProgressionTracker",
    filters: "Filters",
    scope: "Scope",
    kept: "SavedList | None",
    limit: int | None,
    format: str,
) -> None:
    from tracker.follow_up.listing import listed
    from tracker.follow_up.saved_lists import DEFAULT

    found = listed(app.read_model, filters, scope, app.settings.home)
    not_for_publication()
    references = References(app, nested=format == "json")
    columns = kept.shown if kept is not None else DEFAULT["people"]
    emit(
        (
            tuple(
                references.of(person["participant"]) if column == "references" else person[column] for column in columns
            )
            for person in found.people[:limit]
        ),
        columns,
        format,
    )
    say(f"{len(found.people)} participants")
    if limit is not None and len(found.people) > limit:
        say(f"only the first {limit} of them are listed")
    for remark in found.remarks:
        say(str(remark))


def _lists(app: "ProgressionTracker", language: "Language", format: str) -> None:
    from tracker.follow_up.saved_lists import saved_lists

    emit(
        (
            (one.id, one.version, one.title.to(language), one.meaning.to(language), " ".join(one.source.split()))
            for one in saved_lists(app.settings.home).values()
        ),
        ("list", "version", "title", "meaning", "source"),
        format,
    )


def _save(
    app: "ProgressionTracker", name: str, title: str | None, filters: "Filters", kept: "SavedList | None"
) -> None:
    from tracker.follow_up.saved_lists import OWN_FOLDER, save

    made = save(name, title or name, filters, app.settings.home, kept.columns if kept is not None else ())
    say(f"saved as {made.id}@{made.version} in {app.settings.home / OWN_FOLDER}; tracker worklist --list {made.id}")


COMMANDS: tuple[click.Command, ...] = (worklist,)
