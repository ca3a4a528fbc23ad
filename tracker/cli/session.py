"""What every command shares: an open tracker, who is at work, and how answers and messages are written."""

import csv
import io
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

import click
import msgspec

from tracker.errors import Busy
from tracker.settings import Settings

if TYPE_CHECKING:
    from tracker.application import Author, ProgressionTracker

Format = Literal["table", "csv", "json"]
Told = Callable[[int, int], None]

option_format = click.option(
    "--format",
    "format",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="How the answer is written.",
)
option_known_at = click.option(
    "--known-at",
    "known_at",
    metavar="MOMENT|@POSITION",
    help="As known at a date (its end, Norwegian time), a moment, or a position in the log such as @1200; for figures "
    "with the day until which people are followed: @1200/2024-02-01.",
)


def municipality_code(context: click.Context, option: click.Parameter, value: str | None) -> str | None:  # noqa: ARG001
    """The check of an option that names a municipality: four digits, as everywhere else."""
    if value is not None and not re.fullmatch(r"[0-9]{4}", value):
        raise click.BadParameter(f"expected a municipality code of four digits, such as 0301, got {value!r}")
    return value


_LINES_BETWEEN = 5.0
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
_encode = msgspec.json.Encoder(decimal_format="number", enc_hook=str).encode


@contextmanager
def opened(*, rebuild_if_outdated: bool = True) -> "Iterator[ProgressionTracker]":
    """The tracker of this environment, closed again afterwards.

    :param rebuild_if_outdated: fold a read model anew that an older version or other rules of follow-up left
    :raises tracker.errors.Refusal: a setting, the folder or the master key is not usable
    """
    from tracker.application import ProgressionTracker

    app = ProgressionTracker(Settings.from_environment())
    try:
        if rebuild_if_outdated and app.read_model.is_outdated:
            _rebuild(app)
        yield app
    finally:
        app.close()


def _rebuild(app: "ProgressionTracker") -> None:
    from tracker.readmodel.rebuild import rebuild

    say("the read model was made by an older version or by other rules of follow-up; folding it anew")
    try:
        rebuild(app, progress("folding"))
    except Busy as busy:
        say(str(busy))


def author(app: "ProgressionTracker") -> "Author":
    """Who is at work: ``TRACKER_BY``, else the user of the operating system."""
    from tracker.application import Author

    return Author(app.settings.by, "cli")


def say(message: str) -> None:
    """A message to the person at work: on stderr, apart from the answer."""
    click.echo(printable(message), err=True)


def not_for_publication() -> None:
    """Say that an answer is exact."""
    say("exact figures about single persons: for work with them, not for publication")


def caught_up(app: "ProgressionTracker") -> int:
    """Catch up if little is missing, say on stderr what is not in the answer, and tell its position."""
    position = app.read_model.caught_up()
    lag = app.read_model.lag()
    if lag:
        say(
            f"the read model stands at @{position}, {lag} positions behind the log; "
            "tracker rebuild brings it up to date"
        )
    return position


def position_at(app: "ProgressionTracker", known_at: str | None) -> int:
    """Catch up, and tell the position meant by ``--known-at``.

    :raises tracker.readmodel.follow.UnknownMoment: it is neither a position nor a date nor a moment
    """
    caught_up(app)
    return app.read_model.known_at(known_at)


def progress(label: str) -> Told:
    """What is told (done, total) and shows it on stderr: in place on a terminal, else now and then."""
    shown_at = time.monotonic()
    on_terminal = sys.stderr.isatty()

    def told(done: int, total: int) -> None:
        nonlocal shown_at
        now = time.monotonic()
        last = done >= total
        if not last and now - shown_at < (0.1 if on_terminal else _LINES_BETWEEN):
            return
        shown_at = now
        line = f"{label}: {done} of {total}"
        if on_terminal:
            click.echo(f"\r{line}\x1b[K", err=True, nl=last)
        else:
            click.echo(line, err=True)

    return told


def emit(rows: Iterable[Sequence[Any]], columns: Sequence[str], format: Format | str = "table") -> None:
    """Write an answer to stdout.

    :param rows: values in the order of the columns; None = nothing known
    :param format: table; csv (RFC 4180, comma, cells that a spreadsheet would take for a formula begin with
        an apostrophe); json (a list of objects)
    """
    writers: dict[str, Callable[[Iterable[Sequence[Any]], Sequence[str]], Iterator[str]]] = {
        "table": _table,
        "csv": _csv,
        "json": _json,
    }
    for text in writers[format](rows, columns):
        click.echo(text, nl=False)


def emit_json(value: Any) -> None:
    """Write one JSON value to stdout."""
    click.echo(msgspec.json.format(_encode(value), indent=2).decode())


def words(value: Any) -> str:
    """A value as a person reads it; numbers to four decimals."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, (list, tuple)):
        return ", ".join(words(part) for part in value)
    return printable(str(value))


def printable(text: str) -> str:
    """The text without characters that would steer a terminal."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "\ufffd" for letter in text)


def _table(rows: Iterable[Sequence[Any]], columns: Sequence[str]) -> Iterator[str]:
    given = [tuple(row) for row in rows]
    cells = [[words(value).replace("\n", " ") for value in row] for row in given]
    numeric = [
        any(row[at] is not None for row in given) and all(_is_number(row[at]) or row[at] is None for row in given)
        for at in range(len(columns))
    ]
    widths = [max((len(line[at]) for line in cells), default=0) for at in range(len(columns))]
    widths = [max(width, len(name)) for width, name in zip(widths, columns, strict=True)]
    for line in chain([columns, ["-" * width for width in widths]], cells):
        padded = (
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, numeric, strict=True)
        )
        yield "  ".join(padded).rstrip() + "\n"


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _csv(rows: Iterable[Sequence[Any]], columns: Sequence[str]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for row in chain([columns], rows):
        writer.writerow([_cell(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        value = ", ".join(str(part) for part in value)
    text = str(value)
    if isinstance(value, str) and text.startswith(_STARTS_A_FORMULA) and not _PLAIN_NUMBER.fullmatch(text):
        return "'" + text
    return text


def _json(rows: Iterable[Sequence[Any]], columns: Sequence[str]) -> Iterator[str]:
    opening = "["
    for row in rows:
        yield f"{opening}\n  {_encode(dict(zip(columns, row, strict=True))).decode()}"
        opening = ","
    yield "[]\n" if opening == "[" else "\n]\n"
