"""The page that goes with an export: what it is, at which position, and what each column means."""

from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version

from tracker.exporting.formats import Format
from tracker.journey import OSLO
from tracker.readmodel.tables import FOLD, SCHEMA, TABLES, Table

PACKAGE = "participant-progression-tracker"
FORMS: dict[Format, str] = {
    "csv": "CSV for spreadsheets in Norway: UTF-8 with BOM, `;` between cells, decimal comma, CRLF. A text that would "
    "be taken for a formula begins with an apostrophe.",
    "xlsx": "Workbooks of one sheet each. Every text is a text, never a formula.",
    "parquet": "Parquet, one file a table, in row groups.",
}
TYPES = {"TEXT": "text", "INTEGER": "whole number", "REAL": "number"}


def readme(
    rows: dict[str, int],
    *,
    form: Format,
    position: int,
    known_at: int | None,
    at: datetime,
    by: str,
    erased: int,
) -> str:
    """The page, as Markdown.

    :param rows: table -> number of rows exported
    :param erased: how many participants were erased, and so are missing
    """
    return "\n".join(
        (
            *_head(form=form, position=position, known_at=known_at, at=at, by=by, erased=erased),
            *_contents(rows, form),
            *(line for table in TABLES for line in _table(table)),
        )
    )


def _head(*, form: Format, position: int, known_at: int | None, at: datetime, by: str, erased: int) -> Iterator[str]:
    yield "# Export of the read model"
    yield ""
    yield "**Personal data. Exact rows about single persons: not for publication.** No names and no identity"
    yield "numbers are in it, but who knows somebody can find them here. Delete it when it has served."
    yield ""
    yield f"- made: {at.astimezone(OSLO):%Y-%m-%d %H:%M} (Norwegian time) by {by}"
    yield f"- position: @{position}"
    if known_at is None:
        yield "- known at: not limited; every row has `known_from` and `known_to`, and is held to be so now where"
        yield "  `known_to` is empty"
    else:
        yield f"- known at: @{known_at}; rows are as they were known there, so `known_to` is empty throughout"
    yield f"- versions: program {_version()}, schema {SCHEMA}, fold {FOLD}"
    yield f"- erased participants, of whom nothing is here: {erased}"
    yield f"- format: {FORMS[form]}"
    yield "- dates: YYYY-MM-DD; periods are half-open, from the first day to the first day after"
    yield ""


def _contents(rows: dict[str, int], form: Format) -> Iterator[str]:
    yield "| file | rows | what a row is |"
    yield "|---|---|---|"
    for table in TABLES:
        yield f"| `{table.name}.{form}` | {rows[table.name]} | {table.meaning} |"
    yield ""


def _table(table: Table) -> Iterator[str]:
    yield f"## {table.name}"
    yield ""
    yield "| column | type | meaning |"
    yield "|---|---|---|"
    for column in table.columns:
        yield f"| {column.name} | {TYPES[column.type]} | {column.meaning} |"
    yield ""


def _version() -> str:
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return "not installed"
