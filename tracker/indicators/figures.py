"""Figures: shares, means, medians and incidences with their intervals, out of what was counted."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from tracker.indicators.frames import Frames
from tracker.indicators.measures import IN_SCOPE, Average, Compared, Incidence, Line, Measure, Quotient
from tracker.indicators.partials import HUNDREDTHS, SCHEMAS, Partial
from tracker.indicators.statistics.groups import Curves, EventTables
from tracker.indicators.statistics.means import mean_errors
from tracker.indicators.statistics.proportions import standard_errors
from tracker.indicators.waiting import LEFT_SCOPE, REACHED

COLUMNS: Mapping[str, tuple[type[pl.DataType], str]] = {
    "line": (pl.String, "what is counted"),
    "months": (pl.Int32, "months after each person's day; empty where the definition itself says when"),
    "choice": (pl.String, "the variant, where lines differ in that only"),
    "kind": (
        pl.String,
        "share, incidence, mean, quotient, median, restricted mean, months later than expected, "
        "observed / or - expected",
    ),
    "counted": (pl.Int64, "people counted; of an incidence, those who had reached it by then"),
    "n": (pl.Int64, "people it is a share or a mean of; those of whom it is not known are among them"),
    "unknown": (pl.Int64, "people of whom it is not known; of an incidence, those last followed before"),
    "value": (pl.Float64, "the share (0 to 1), the mean, the median"),
    "low": (pl.Float64, "lower limit of the 95 % interval"),
    "high": (pl.Float64, "upper limit of the 95 % interval"),
    "at_most": (pl.Float64, "the share if everybody unknown counted"),
    "shown": (pl.String, "shown, counts (a share of few), hidden, nobody, not available, no reference"),
}
SHOWN, COUNTS, HIDDEN, NOBODY = "shown", "counts", "hidden", "nobody"
NOT_AVAILABLE, NO_REFERENCE = "not-available", "no-reference"
REPEATED = ("line", "choice", "kind", "shown")
KEYS = ("line", "months", "choice", "kind")
"""With the breakdowns, what tells one figure from another."""

LATER = "months later than expected"
"""The kind of figure that tells how much longer than expected a restricted mean is."""

OUT_OF_SCOPE = "out-of-scope"
"""The choice of an incidence that tells how many had left the scope by then."""

_AT_ONCE = 2_000
"""Groups whose curves are worked out together, so that memory stays small."""

Counts = npt.NDArray[np.int64]
Figures = npt.NDArray[np.float64]

IF_ALL_STAYED = "if-all-stayed"
"""The choice of a median as if nobody had left the scope (Kaplan-Meier); its share would be one nobody can reach."""


def empty(by: Sequence[str]) -> pl.DataFrame:
    """No figures."""
    return pl.DataFrame(schema=dict.fromkeys(by, pl.String) | {name: kind for name, (kind, _) in COLUMNS.items()})


def figures_of(measures: Iterable[Measure], partial: Partial, months: Sequence[int], frames: Frames) -> pl.DataFrame:
    """All figures of a partial: the columns of the breakdowns, then those of ``COLUMNS``, in the order of the lines.

    :param frames: where reference tables are found
    """
    measures, partial = tuple(measures), _value_by_value(partial)
    compared = [measure for measure in measures if isinstance(measure, Compared)]
    own = [measure.figures(partial, frames) for measure in compared]
    partial = partial.without([name for measure in compared for name in measure.names])
    lines = [line for measure in measures for line in _lines(measure)]
    parts = [
        *own,
        _shares(partial, months),
        _sums(partial, lines),
        _medians(partial),
        *(_incidences(partial, measure, months) for measure in measures if isinstance(measure, Incidence)),
    ]
    columns = [*partial.by, *COLUMNS]
    found = pl.concat([empty(partial.by), *(part.select(columns) for part in parts if part.height)])
    names = list(dict.fromkeys(line if isinstance(line, str) else line.name for line in lines))
    choices = list(dict.fromkeys(None if isinstance(line, str) else line.choice for line in lines))
    return _in_order(found, partial.by, names, choices)


def _in_order(
    figures: pl.DataFrame, by: Sequence[str], lines: Sequence[str], choices: Sequence[str | None]
) -> pl.DataFrame:
    """The rows by the breakdowns, the months, and the lines and choices in their order; others behind these.

    Each row's place is one number: to sort very many by texts takes many times as long.
    """
    place = pl.lit(0, pl.Int64)
    for name in by:
        values = figures[name].unique().drop_nulls().sort()
        number = pl.col(name).cast(pl.Enum(values)).to_physical().cast(pl.Int64)
        place = place * (len(values) + 1) + number.fill_null(len(values))
    last: int = figures.select(pl.col("months").max().fill_null(0) + 1).item()
    place = place * (last + 1) + pl.col("months").fill_null(last)
    for name, told in (("line", lines), ("choice", choices)):
        number = pl.col(name).replace_strict(told, range(len(told)), default=len(told), return_dtype=pl.Int64)
        place = place * (len(told) + 1) + number
    return figures.with_columns(_place=place).sort("_place", maintain_order=True).drop("_place")


def each_text_once(figures: pl.DataFrame) -> pl.DataFrame:
    """Figures, of which there may be millions, with texts that repeat in a quarter of the memory."""
    return figures.with_columns(pl.col(REPEATED).cast(pl.Categorical))


def _value_by_value(partial: Partial) -> Partial:
    """The same partial with every column written out.

    Polars may keep a column of one value as that value, and multiplies by its inverse instead of dividing by it, which
    may be another number in the last digit: figures must not differ by how their rows came about.
    """

    def written_out(frame: pl.DataFrame) -> pl.DataFrame:
        return pl.DataFrame([column.clear().append(column) for column in frame.get_columns()])

    return Partial(partial.by, **{name: written_out(getattr(partial, name)) for name in SCHEMAS})


def wilson(counted: pl.Expr, n: pl.Expr, confidence: float = 0.95) -> tuple[pl.Expr, pl.Expr]:
    """The Wilson interval of a share, as :meth:`Proportion.wilson` gives it: 0 and 1 exact at the ends."""
    z = standard_errors(confidence)
    share = counted / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * (share * (1 - share) / n + z * z / (4 * n * n)).sqrt() / (1 + z * z / n)
    low = pl.when(counted == 0).then(0.0).otherwise((centre - half).clip(0.0, 1.0))
    high = pl.when(counted == n).then(1.0).otherwise((centre + half).clip(0.0, 1.0))
    return low, high


def _lines(measure: Measure) -> Sequence[Line | str]:
    return measure.names if isinstance(measure, Compared) else measure.lines


def _shares(partial: Partial, months: Sequence[int]) -> pl.DataFrame:
    n, counted, unknown = pl.col("n"), pl.col("counted"), pl.col("unknown")
    low, high = wilson(counted, n)
    some = n > 0
    shares = partial.counts.rename({"out_of": "n"}).with_columns(
        kind=pl.lit("share"),
        value=pl.when(some).then(counted / n),
        low=pl.when(some).then(low),
        high=pl.when(some).then(high),
        at_most=pl.when(some & (unknown > 0)).then((counted + unknown) / n),
        shown=pl.when(some).then(pl.lit(SHOWN)).otherwise(pl.lit(NOBODY)),
    )
    staying = partial.events.filter(pl.col("line") == IN_SCOPE)
    if not staying.height:
        return shares
    stays = []
    for groups, tables in _tables(staying, partial.by):
        share = tables.survival().at(months).share
        for number, month in enumerate(months):
            stay = pl.Series(share[:, number]).fill_nan(None)
            stays.append(groups.with_columns(months=pl.lit(month, pl.Int32), _stay=stay))
    return shares.join(pl.concat(stays), on=[*partial.by, "months"], how="left").with_columns(
        pl.col("value", "low", "high", "at_most") * pl.col("_stay")
    )


def _sums(partial: Partial, lines: Sequence[Line | str]) -> pl.DataFrame:
    summed = [line.name for line in lines if isinstance(line, (Average, Quotient))]
    sums = partial.sums.filter(pl.col("line").is_in(summed))
    if not sums.height:
        return empty(partial.by)
    averages = [line for line in lines if isinstance(line, Average)]
    divisors = {line.name: line.divisor for line in averages}
    least, most = (
        pl.col("line").replace_strict({line.name: line.scale[end] for line in averages}, default=None)
        for end in range(2)
    )
    people, per = pl.col("people"), pl.col("per")
    scale = pl.col("line").replace_strict(divisors, default=1.0, return_dtype=pl.Float64) * HUNDREDTHS
    is_mean = pl.col("line").is_in(list(divisors))
    mean = pl.when(people > 0).then(pl.col("total") / people)
    spread = ((pl.col("squares") - people * mean**2) / (people - 1)).clip(lower_bound=0).sqrt() / people.sqrt()
    found = sums.with_columns(
        kind=pl.when(is_mean).then(pl.lit("mean")).otherwise(pl.lit("quotient")),
        n=people + pl.col("unknown"),
        counted=people,
        value=pl.when(is_mean).then(mean / scale).when(per > 0).then(pl.col("total") / per),
        _half=pl.when(is_mean & (people > 1)).then(spread / scale),
    )
    freedom = np.maximum(found["people"].to_numpy() - 1, 1)
    half = found["_half"] * pl.Series(mean_errors(freedom))
    return found.with_columns(
        low=pl.max_horizontal(pl.col("value") - half, pl.when(pl.col("_half").is_not_null()).then(least)),
        high=pl.min_horizontal(pl.col("value") + half, pl.when(pl.col("_half").is_not_null()).then(most)),
        at_most=pl.lit(None, pl.Float64),
        shown=pl.when(pl.col("value").is_null()).then(pl.lit(NOBODY)).otherwise(pl.lit(SHOWN)),
    )


def _medians(partial: Partial) -> pl.DataFrame:
    """The middle value, or the mean of the two in the middle."""
    if not partial.values.height:
        return empty(partial.by)
    keys = [*partial.by, "line", "choice", "months"]
    value, below = pl.col("value"), pl.col("_below")
    known = value.is_not_null()
    ordered = partial.values.sort("value", nulls_last=True).with_columns(
        _below=pl.when(known).then(pl.col("people")).otherwise(0).cum_sum().over(keys)
    )
    people = pl.col("people")
    found = ordered.group_by(keys, maintain_order=True).agg(
        counted=people.filter(known).sum(),
        unknown=people.filter(~known).sum(),
        _lower=value.filter(known & (2 * below >= people.filter(known).sum())).first(),
        _upper=value.filter(known & (2 * below > people.filter(known).sum())).first(),
    )
    return found.with_columns(
        kind=pl.lit("median"),
        n=pl.col("counted") + pl.col("unknown"),
        value=(pl.col("_lower") + pl.col("_upper")) / 2,
        low=pl.lit(None, pl.Float64),
        high=pl.lit(None, pl.Float64),
        at_most=pl.lit(None, pl.Float64),
        shown=pl.when(pl.col("counted") > 0).then(pl.lit(SHOWN)).otherwise(pl.lit(NOBODY)),
    )


def _incidences(partial: Partial, measure: Incidence, months: Sequence[int]) -> pl.DataFrame:
    # What was counted month by month instead, for another denominator, is no curve.
    lines = [line for line in measure.lines if line not in set(partial.counts["line"].unique())]
    events = partial.events.filter(pl.col("line").is_in(lines))
    columns = [*partial.by, *COLUMNS]
    found = [empty(partial.by)]
    everybody = None if partial.by else pl.DataFrame({"line": lines}, schema={"line": pl.String})
    for groups, tables in _tables(events, [*partial.by, "line"], everybody):
        if measure.expected is not None:
            groups = _with_expected(partial, groups)
        found += [part.select(columns) for part in _curves(groups, tables, measure, months)]
    return pl.concat(found)


def _with_expected(partial: Partial, groups: pl.DataFrame) -> pl.DataFrame:
    """Groups with ``expected``: the mean of what was expected of their people."""
    keys = [*partial.by, "line"]
    mean = pl.col("total") / pl.col("people") / HUNDREDTHS
    return groups.join(partial.sums.select(*keys, expected=mean), on=keys, how="left", maintain_order="left")


def _curves(
    groups: pl.DataFrame, tables: EventTables, measure: Incidence, months: Sequence[int]
) -> Iterable[pl.DataFrame]:
    """The figures of some groups, each of one line: a frame a kind, choice and month."""
    n = tables.people
    censored = np.cumsum(tables.censored, axis=1)
    for number, choice in enumerate((None, OUT_OF_SCOPE)):
        curves = tables.incidence(number)
        so_far = np.cumsum(tables.events[number], axis=1)
        at = curves.at(months)
        for place, month in enumerate(months):
            yield _told(
                groups,
                "incidence",
                (at.share[:, place], at.low[:, place], at.high[:, place]),
                months=month,
                choice=choice,
                counted=_up_to(so_far, month),
                n=n,
                unknown=_up_to(censored, month - 1),
            )
        if number == 0 and measure.median:
            by_choice: list[tuple[str | None, Curves]] = [(None, curves)]
            if measure.alone:
                by_choice.append((IF_ALL_STAYED, tables.as_if_alone(0).survival()))
            for variant, curve in by_choice:
                middle = curve.medians()
                told = _told(
                    groups, "median", (middle.time, middle.low, middle.high), choice=variant, counted=so_far[:, -1], n=n
                )
                # That half never reach it is told, too.
                yield told.with_columns(shown=pl.lit(SHOWN))
    if measure.cap is not None:
        mean, variance = tables.restricted_mean(measure.cap)
        half = standard_errors(0.95) * np.sqrt(variance)
        told = _told(groups, "restricted mean", (mean, mean - half, mean + half), counted=n, n=n)
        yield told.with_columns(counted=pl.when(pl.col("value").is_not_null()).then("counted"))
        if measure.expected is not None:
            later = told.with_columns(pl.col("value", "low", "high") - pl.col("expected"), kind=pl.lit(LATER))
            yield later.filter(pl.col("value").is_not_null())


def _told(
    groups: pl.DataFrame,
    kind: str,
    found: tuple[Figures, Figures, Figures],
    *,
    counted: Counts,
    n: Counts,
    months: int | None = None,
    choice: str | None = None,
    unknown: Counts | None = None,
) -> pl.DataFrame:
    """A figure of each group; nobody where it has no value."""
    value, low, high = (pl.Series(column).fill_nan(None) for column in found)
    return groups.with_columns(
        months=pl.lit(months, pl.Int32),
        choice=pl.lit(choice, pl.String),
        kind=pl.lit(kind),
        counted=pl.Series(counted),
        n=pl.Series(n),
        unknown=pl.lit(None, pl.Int64) if unknown is None else pl.Series(unknown),
        value=value,
        low=low,
        high=high,
        at_most=pl.lit(None, pl.Float64),
    ).with_columns(shown=pl.when(pl.col("value").is_null()).then(pl.lit(NOBODY)).otherwise(pl.lit(SHOWN)))


def _up_to(so_far: Counts, month: int) -> Counts:
    if month < 0:
        return np.zeros(len(so_far), dtype=np.int64)
    found: Counts = so_far[:, min(month, so_far.shape[1] - 1)]
    return found


def _tables(
    events: pl.DataFrame, by: Sequence[str], everybody: pl.DataFrame | None = None
) -> Iterable[tuple[pl.DataFrame, EventTables]]:
    """The events of all groups, some groups at a time.

    :param everybody: the groups, where they are there without any event too
    """
    coded = events.select(
        *by,
        "entry",
        "time",
        "people",
        cause=pl.col("cause").replace_strict({REACHED: 0, LEFT_SCOPE: 1}, default=2, return_dtype=pl.Int64),
    )
    if not by:
        yield pl.DataFrame([{}]), _event_tables(coded.with_columns(group=pl.lit(0)), 0, 1)
        return
    groups = events.select(by).unique(maintain_order=True) if everybody is None else everybody
    coded = coded.join(groups.with_row_index("group"), on=by).sort("group")
    for first in range(0, groups.height, _AT_ONCE):
        some = groups.slice(first, _AT_ONCE)
        begin, end = (coded["group"].search_sorted(place) for place in (first, first + some.height))
        yield some, _event_tables(coded.slice(begin, end - begin), first, some.height)


def _event_tables(coded: pl.DataFrame, first: int, groups: int) -> EventTables:
    """:param first: the number of the first of the groups"""
    length = int(coded["time"].max() or 0) + 1  # type: ignore[arg-type]
    group = coded["group"].to_numpy().astype(np.int64) - first
    people = coded["people"].to_numpy()
    exits = np.zeros((3, groups, length), dtype=np.int64)
    entered = np.zeros((groups, length), dtype=np.int64)
    np.add.at(exits, (coded["cause"].to_numpy(), group, coded["time"].to_numpy()), people)
    np.add.at(entered, (group, coded["entry"].to_numpy()), people)
    return EventTables(exits[:2], exits[2], entered)
