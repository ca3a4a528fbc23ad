"""Commands for reference tables: figures of others, taken into use with source and version."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.session import (
    author,
    emit,
    emit_json,
    municipality_code,
    opened,
    option_format,
    option_known_at,
    position_at,
    say,
)
from tracker.cli.sharing import export, pool
from tracker.journey import OSLO
from tracker.reference_tables.kinds import KINDS, ROLES, Meaning

if TYPE_CHECKING:
    from tracker.reference_tables.table import ReferenceTable, Row

LISTED = ("table", "version", "kind", "period", "indicator", "line", "rows", "in_use_from", "source")
SIGNS = "signs: `:` hidden at the source, `..` missing, `.` there can be none, `*` provisional; 0 is a true zero"
FIGURES = {
    "counted": "People counted: a column, a sum such as n_work+n_education, or COLUMN=CODE if each row has one figure.",
    "out_of": "People in all, in the same way.",
    "percent": "Per cent, in the same way.",
}
OF_ROLE = {
    "unit": "the municipality or county (counts)",
    "year": "the year (counts, residents)",
    "schooling": "the group of schooling (strata)",
    "gender": "the gender (strata, residents)",
    "age": "the age (strata, residents)",
    "track": "the track (strata)",
    "protection": "the group of protection, such as chapter 6A; groups are never added up (strata)",
    "municipality": "the municipality (residents, series)",
    "month": "the month (series)",
}
OPTIONS = {role: "in-municipality" if role == "municipality" else role for role in ROLES}
"""Role -> its option; the option of a municipality says in whose stream the table is recorded."""


@click.group(short_help="Figures of others, with source and version.")
def reference() -> None:
    """Reference tables: published or pooled figures that stand beside the municipality's own.

    A version never changes; other figures are imported as the next one. What was hidden at its source stays hidden,
    and is never 0.
    """


def _columns_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for name, words in reversed(FIGURES.items()):
        option = "--" + name.replace("_", "-")
        command = click.option(option, name, metavar="COLUMNS", help=words)(command)
    for role in reversed(ROLES):
        option, name = f"--{OPTIONS[role]}", f"column_{role}"
        command = click.option(option, name, metavar="COLUMN", help=f"Column with {OF_ROLE[role]}.")(command)
    return command


@reference.command("import")
@click.argument("kind", metavar="KIND")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--table", required=True, metavar="ID", help="Its id, such as imdi-2016.")
@click.option("--version", required=True, type=click.IntRange(1, 9999), metavar="NUMBER", help="Its version, from 1.")
@click.option("--source", required=True, metavar="TEXT", help="Who published it, where and when.")
@click.option("--period", metavar="PERIOD", help="What it is about: 2016, 2016-11, 2014..2016.")
@click.option("--indicator", metavar="ID@VERSION", help="The indicator whose figure it holds, such as E2@1.")
@click.option("--line", metavar="NAME", help="The line of that indicator, such as work-20-hours/12-months.")
@click.option("--municipality", metavar="CODE", callback=municipality_code, help="Whose stream; needed with several.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="In use from this day; left out, today.")
@_columns_options
@click.option("--name", "called", metavar="COLUMN", help="Column that says what a unit is called.")
@click.option("--key", "keys", multiple=True, metavar="COLUMN", help="Of an aggregate: a column that names its rows.")
@click.option("--value", "values", multiple=True, metavar="COLUMN", help="A column with figures, where not all are.")
@click.option("--where", multiple=True, metavar="COLUMN=VALUE", help="Take only these rows.")
@click.option("--recode", multiple=True, metavar="COLUMN:FROM=TO", help="Write a value of the file in another way.")
@click.option("--header-row", type=click.IntRange(min=1), default=1, show_default=True, help="Row with column names.")
@click.option("--rehearse", is_flag=True, help="Record nothing; show what would be recorded.")
def import_(
    kind: str,
    file: Path,
    table: str,
    version: int,
    source: str,
    period: str | None,
    indicator: str | None,
    line: str | None,
    municipality: str | None,
    on: Any,
    called: str | None,
    keys: tuple[str, ...],
    values: tuple[str, ...],
    where: tuple[str, ...],
    recode: tuple[str, ...],
    header_row: int,
    rehearse: bool,
    **columns: str | None,
) -> None:
    """Import a file as a reference table: all of it, or nothing.

    KIND is counts, strata, residents, series or aggregate: see docs/reference-tables.md. FILE is JSON-stat 2.0, as
    Statistics Norway's API answers (json-stat2), or a sheet: csv, xlsx, ods. A column that is not named is found by its
    own name.
    """
    from tracker.reference_tables.kinds import kind_of
    from tracker.reference_tables.lookup import references_of
    from tracker.reference_tables.table import table_of
    from tracker.reference_tables.taking import prepared, repeats, take

    chosen = kind_of(kind)
    meaning = _meaning(chosen, columns, called, keys, values, where, recode)
    with opened() as app:
        today = app.clock().astimezone(OSLO).date()
        fact = prepared(
            chosen,
            file,
            meaning,
            table=table,
            version=version,
            source=source,
            on=on.date() if on else today,
            period=period,
            indicator=indicator,
            line=line,
            header_row=header_row,
        )
        found = table_of(fact)
        if rehearse:
            there = repeats(references_of(app), fact)
            _show(found, "table")
            outcome = "is there already; nothing would be recorded" if there else "would be recorded"
        else:
            taken = take(app, fact, author(app), municipality)
            outcome = "is in use" if taken else "is there already; nothing was recorded"
    click.echo(f"{found.name}: {found.kind}, {len(found.rows)} rows: {outcome}")


@reference.command("list")
@option_known_at
@option_format
def list_(known_at: str | None, format: str) -> None:
    """List the reference tables, by id and version."""
    from tracker.reference_tables.lookup import references_of

    with opened() as app:
        tables = references_of(app, position_at(app, known_at)).tables
    rows = (
        (each.id, each.version, each.kind, each.period, each.indicator, each.line, len(each.rows), each.on, each.source)
        for each in tables
    )
    emit(rows, LISTED, format)


@reference.command("show")
@click.argument("table", metavar="TABLE[@VERSION]")
@option_known_at
@option_format
def show(table: str, known_at: str | None, format: str) -> None:
    """Show a reference table; without a version, the highest.

    In csv and json each figure has a status beside it: told, provisional, hidden, missing or impossible.
    """
    from tracker.reference_tables.lookup import references_of

    with opened() as app:
        found = references_of(app, position_at(app, known_at)).find(table)
    _show(found, format)


def _show(table: "ReferenceTable", format: str) -> None:
    called = [column for column in table.columns if column in table.labels]
    if format == "table":
        say(f"{table.name}  {table.kind}{f', {table.period}' if table.period else ''}. Source: {table.source}")
        if table.indicator:
            say(f"for {table.indicator}, line {table.line}")
        columns = (*table.columns, *(f"{column} is" for column in called), *table.measures)
        emit((_in_words(table, row, called) for row in table.rows), columns, "table")
        if any(cell.value is None or cell.status != "told" for row in table.rows for cell in row.cells.values()):
            say(SIGNS)
        return
    columns = (*table.columns, *(part for name in table.measures for part in (name, f"{name}_status")))
    rows = [_exact(row) for row in table.rows]
    if format == "csv":
        emit(rows, columns, "csv")
        return
    emit_json(
        {
            "table": table.id,
            "version": table.version,
            "kind": table.kind,
            "source": table.source,
            "period": table.period,
            "indicator": table.indicator,
            "line": table.line,
            "in_use_from": table.on,
            "labels": table.labels,
            "rows": [dict(zip(columns, row, strict=True)) for row in rows],
        }
    )


def _in_words(table: "ReferenceTable", row: "Row", called: Iterable[str]) -> tuple[str, ...]:
    names = (table.label(column, row.key[column]) for column in called)
    return (*row.key.values(), *names, *(cell.written for cell in row.cells.values()))


def _exact(row: "Row") -> tuple[Any, ...]:
    return (*row.key.values(), *(part for cell in row.cells.values() for part in (cell.value, cell.status)))


def _meaning(
    kind: Any,
    columns: dict[str, str | None],
    called: str | None,
    keys: tuple[str, ...],
    values: tuple[str, ...],
    where: tuple[str, ...],
    recode: tuple[str, ...],
) -> Meaning:
    """What the options say of the columns.

    :raises click.UsageError: an option is not for this kind, or is no pair
    """
    roles = {role: column for role in ROLES if (column := columns[f"column_{role}"]) is not None}
    figures = {name: text for name in FIGURES if (text := columns[name]) is not None}
    for role in roles:
        if role not in KINDS[kind].roles:
            raise click.UsageError(f"--{OPTIONS[role]} is not for {kind}; its columns are {_listed(KINDS[kind].roles)}")
    for name in figures:
        if not any(name in measures for measures in KINDS[kind].measures):
            there = _listed(dict.fromkeys(name for measures in KINDS[kind].measures for name in measures))
            raise click.UsageError(f"--{name.replace('_', '-')} is not for {kind}; its figures are {there}")
    if keys and kind != "aggregate":
        raise click.UsageError(f"--key is for an aggregate; the columns of {kind} are {_listed(KINDS[kind].roles)}")
    if len(values) > 1 and kind != "aggregate":
        raise click.UsageError(f"--value names one column with the figures of {kind}, got {len(values)}")
    if called is not None and kind != "counts":
        raise click.UsageError(f"--name is for the units of counts, not for {kind}")
    return Meaning(
        columns=roles,
        figures=figures,
        value=values[0] if values else None,
        keys=keys,
        values=values,
        called=called,
        where=tuple(_pair("--where", "COLUMN=VALUE", text) for text in where),
        recode=tuple(_recoding(text) for text in recode),
    )


def _pair(option: str, form: str, text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise click.UsageError(f"{option} expects {form}, got {text!r}")
    return name.strip(), value.strip()


def _recoding(text: str) -> tuple[str, str, str]:
    form = "COLUMN:FROM=TO, such as gender:1=male"
    about, meant = _pair("--recode", form, text)
    role, colon, given = about.partition(":")
    if not colon or not role.strip() or not given.strip() or not meant:
        raise click.UsageError(f"--recode expects {form}, got {text!r}")
    return role.strip(), given.strip(), meant


def _listed(names: Iterable[str]) -> str:
    return ", ".join(OPTIONS.get(name, name).replace("_", "-") for name in names) or "what the file has"


reference.add_command(export)
reference.add_command(pool)
COMMANDS: tuple[click.Command, ...] = (reference,)
