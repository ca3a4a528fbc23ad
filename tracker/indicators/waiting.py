"""Time until something happens, in whole months from each participant's day, and until when people were followed."""

from collections.abc import Sequence
from datetime import date
from functools import partial

import numpy as np
import polars as pl

from tracker.indicators.definition import Selection
from tracker.indicators.side_by_side import all_of
from tracker.indicators.status import OUT

REACHED = "reached"
LEFT_SCOPE = "left the scope"
CAUSE = pl.Enum([REACHED, LEFT_SCOPE])
NO_LONGER_THERE = (*OUT, "died")


def months_between(first: pl.Expr, day: pl.Expr, whole: bool | pl.Expr) -> pl.Expr:
    """Calendar months from one day to another: the whole ones that have passed, or those begun.

    The same day of a later month is that many months on; a month too short for the day ends with its last day.

    :param whole: the whole ones; as an expression, of which rows
    """
    return _months(_taken_apart(first), _taken_apart(day), whole)


def months_in(rows: pl.DataFrame, first: str, day: str, whole: pl.Expr) -> pl.Series:
    """:func:`months_between` two columns of very many rows, none of them empty: each day is taken apart once."""
    if not rows.height:
        return pl.Series("months", [], dtype=pl.Int32)
    days = [rows[name].to_physical().to_numpy() for name in (first, day)]
    lowest, highest = min(int(numbers.min()) for numbers in days), max(int(numbers.max()) for numbers in days)
    calendar = pl.DataFrame({"day": pl.Series(np.arange(lowest, highest + 1), dtype=pl.Int32).cast(pl.Date)})
    apart = calendar.select(_taken_apart(pl.col("day"))).get_columns()
    told = [
        pl.Series(f"{number} {part.name}", part.to_numpy()[numbers - lowest])
        for number, numbers in enumerate(days)
        for part in apart
    ]
    one, other = ([pl.col(f"{number} {part.name}") for part in apart] for number in range(2))
    return rows.with_columns(told).select(months=_months(one, other, whole)).to_series()


def _taken_apart(day: pl.Expr) -> list[pl.Expr]:
    """The number of the month, the day of the month, and the last day that the month has."""
    month = day.dt.year() * 12 + day.dt.month().cast(pl.Int32)
    return [month.alias("month"), day.dt.day().alias("of_month"), day.dt.days_in_month().alias("last")]


def _months(first: Sequence[pl.Expr], day: Sequence[pl.Expr], whole: bool | pl.Expr) -> pl.Expr:
    month, of_month, last = day
    same = pl.min_horizontal(first[1], last)
    short, over = (of_month < same).cast(pl.Int32) * -1, (of_month > same).cast(pl.Int32)
    step = short if whole is True else over
    if isinstance(whole, pl.Expr):
        step = pl.when(whole).then(short).otherwise(over)
    return (month - first[0] + step).cast(pl.Int32)


def leaving_scope(selection: Selection) -> pl.DataFrame:
    """(participant, out_on): the first day from the origin on when a person is out of scope; who never is, has no row.

    Out of scope is who died, left Norway or lost protection; in a figure for a municipality also who lives elsewhere.
    """
    moved = pl.col("home").is_not_null() & (pl.col("value") != pl.col("home"))
    return (
        selection.who.select("participant", "origin", "home")
        .join(
            selection.frames.spells("residence", columns=("participant", "value", "valid_from", "valid_to")),
            on="participant",
        )
        .filter((pl.col("valid_to") > pl.col("origin")) & (pl.col("value").is_in(NO_LONGER_THERE) | moved))
        .group_by("participant")
        .agg(out_on=pl.max_horizontal("valid_from", "origin").min())
    )


def followed_until(selection: Selection, *, known: bool) -> pl.DataFrame:
    """(participant, until): the last day on which the person was followed.

    :param known: only while the person's situation was known; else until the day of the figure
    """
    last = selection.frames.known_on
    who = selection.who.select("participant")
    if not known:
        return who.with_columns(until=pl.lit(last))
    ends = (
        selection.frames.windows.join(who, on="participant", how="semi")
        .group_by("participant")
        .agg(until=(pl.col("known_to").max().dt.offset_by("-1d")))
    )
    return who.join(ends, on="participant", how="left").with_columns(
        # Of whom nothing was ever known, nobody has waited.
        until=pl.min_horizontal(pl.col("until").fill_null(date.min), pl.lit(last))
    )


def waiting(
    selection: Selection,
    events: pl.DataFrame,
    lines: Sequence[str],
    *,
    known: bool = True,
    among: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """One row a person and line: after how many months it was reached, or until when it was waited for.

    An event counts in the month that it lies in the end of: on the day itself it is month 0, the day after month 1.
    One before the day is there already: month 0. Who came into the installation later than the origin (first settled
    elsewhere) enters then. What is told of later than the last day on which the situation was known counts still.

    :param events: (participant, line, on): the first day on which it was reached; others have no row
    :param known: people are followed only while their situation is known
    :param among: (participant, line), each once, of those whom a line is about; left out, every line is about everybody
    :returns: participant, line, entry, time, cause (``REACHED``, ``LEFT_SCOPE``, empty where neither happened),
        followed, out: all in months
    """
    who = selection.who.select("participant", "origin")
    origin = pl.col("origin")
    entry: pl.Expr = pl.lit(0, pl.Int32)
    people = who
    if selection.axis == "settled":
        people = who.join(selection.frames.people("settled_on"), on="participant", how="left")
        entry = pl.max_horizontal(months_between(origin, pl.col("settled_on"), whole=False), entry)
    out, until, reached = all_of(
        lambda: _in_months(who, leaving_scope(selection), "out_on", "out"),
        partial(followed_until, selection, known=known),
        partial(_in_months, who, events, "on", "at"),
    )
    people = (
        people.join(out, on="participant", how="left")
        .join(until, on="participant", how="left")
        .select(
            "participant",
            "out",
            entry=entry,
            seen=months_between(origin, pl.col("until"), whole=True),
            followed=months_between(origin, pl.lit(selection.frames.known_on), whole=True),
        )
        .filter(pl.col("followed") >= pl.col("entry"))
    )
    line = pl.Enum(list(lines))
    if among is None:
        rows = people.join(pl.DataFrame({"line": list(lines)}, schema={"line": line}), how="cross")
    else:
        rows = people.join(among.select("participant", pl.col("line").cast(line)), on="participant")
    # Person and line as one number: joining by it takes half the time.
    each = pl.col("participant").cast(pl.Int64) * len(lines) + pl.col("line").cast(line).to_physical().cast(pl.Int64)
    at, happened, left = pl.col("at"), pl.col("happened"), pl.col("left")
    return (
        rows.with_columns(each=each)
        .join(reached.select("at", each=each), on="each", how="left", maintain_order="left")
        .with_columns(
            happened=(at <= pl.col("followed")) & (pl.col("out").is_null() | (at <= pl.col("out"))),
            # Who moved away or died is known to have done so, whenever anybody last asked.
            left=(pl.col("out") <= pl.col("followed")).fill_null(False),
        )
        .with_columns(
            cause=pl.when(happened).then(pl.lit(REACHED, CAUSE)).when(left).then(pl.lit(LEFT_SCOPE, CAUSE)),
            time=pl.when(happened)
            .then(at)
            .when(left)
            .then("out")
            .otherwise(pl.max_horizontal(pl.min_horizontal("seen", "followed"), pl.lit(0, pl.Int32))),
        )
        .filter(~((pl.col("cause") == REACHED).fill_null(False) & (pl.col("time") < pl.col("entry"))))
        .filter(pl.col("time") >= pl.col("entry"))
        .select("participant", "line", "entry", "time", "cause", "followed", "out")
    )


def _in_months(who: pl.DataFrame, days: pl.DataFrame, on: str, called: str) -> pl.DataFrame:
    """Days as months after the origin of each, at least 0; who has none has no row."""
    told = days.drop_nulls(on).join(who, on="participant")
    months = months_in(told, "origin", on, whole=pl.lit(False)).clip(lower_bound=0)
    return told.drop("origin", on).with_columns(months.alias(called))


def scope(selection: Selection, line: str) -> pl.DataFrame:
    """Rows as of :func:`waiting` in which nothing is waited for: how long people stay in scope."""
    nothing = pl.DataFrame(
        schema={"participant": selection.who.schema["participant"], "line": pl.String, "on": pl.Date}
    )
    return waiting(selection, nothing, (line,), known=False)
