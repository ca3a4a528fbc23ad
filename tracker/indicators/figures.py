"""Figures: shares, means, medians and incidences with their intervals, out of what was counted."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import polars as pl

from tracker.indicators.frames import Frames
from tracker.indicators.measures import IN_SCOPE, Average, Compared, Incidence, Line, Measure, Quotient
from tracker.indicators.partials import HUNDREDTHS, Partial
from tracker.indicators.statistics.proportions import standard_errors
from tracker.indicators.statistics.survival import EventTable
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
KEYS = ("line", "months", "choice", "kind")
"""With the breakdowns, what tells one figure from another."""

LATER = "months later than expected"
"""The kind of figure that tells how much longer than expected a restricted mean is."""

OUT_OF_SCOPE = "out-of-scope"
"""The choice of an incidence that tells how many had left the scope by then."""

IF_ALL_STAYED = "if-all-stayed"
"""The choice of a median as if nobody had left the scope (Kaplan-Meier); its share would be one nobody can reach."""


def empty(by: Sequence[str]) -> pl.DataFrame:
    """No figures."""
    return pl.DataFrame(schema=dict.fromkeys(by, pl.String) | {name: kind for name, (kind, _) in COLUMNS.items()})


def figures_of(measures: Iterable[Measure], partial: Partial, months: Sequence[int], frames: Frames) -> pl.DataFrame:
    """All figures of a partial: the columns of the breakdowns, then those of ``COLUMNS``, in the order of the lines.

    :param frames: where reference tables are found
    """
    measures = tuple(measures)
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
    return (
        found.with_columns(
            _line=pl.col("line").replace_strict(names, range(len(names)), default=len(names)),
            _choice=pl.col("choice").replace_strict(choices, range(len(choices)), default=len(choices)),
        )
        .sort(*partial.by, "months", "_line", "_choice", nulls_last=True, maintain_order=True)
        .drop("_line", "_choice")
    )


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
    rows = []
    for group, table in _tables(staying, partial.by):
        curve = table.survival()
        for month in months:
            at = curve.at(month)
            rows.append((*group, month, None if at is None else at.share))
    stay = pl.DataFrame(
        rows, schema=dict.fromkeys(partial.by, pl.String) | {"months": pl.Int32, "_stay": pl.Float64}, orient="row"
    )
    return shares.join(stay, on=[*partial.by, "months"], how="left").with_columns(
        pl.col("value", "low", "high", "at_most") * pl.col("_stay")
    )


def _sums(partial: Partial, lines: Sequence[Line | str]) -> pl.DataFrame:
    summed = [line.name for line in lines if isinstance(line, (Average, Quotient))]
    sums = partial.sums.filter(pl.col("line").is_in(summed))
    if not sums.height:
        return empty(partial.by)
    divisors = {line.name: line.divisor for line in lines if isinstance(line, Average)}
    people, per = pl.col("people"), pl.col("per")
    scale = pl.col("line").replace_strict(divisors, default=1.0, return_dtype=pl.Float64) * HUNDREDTHS
    is_mean = pl.col("line").is_in(list(divisors))
    mean = pl.when(people > 0).then(pl.col("total") / people)
    spread = ((pl.col("squares") - people * mean**2) / (people - 1)).clip(lower_bound=0).sqrt() / people.sqrt()
    from scipy.special import stdtrit

    found = sums.with_columns(
        kind=pl.when(is_mean).then(pl.lit("mean")).otherwise(pl.lit("quotient")),
        n=people + pl.col("unknown"),
        counted=people,
        value=pl.when(is_mean).then(mean / scale).when(per > 0).then(pl.col("total") / per),
        _half=pl.when(is_mean & (people > 1)).then(spread / scale),
    )
    freedom = np.maximum(found["people"].to_numpy() - 1, 1)
    half = found["_half"] * pl.Series(stdtrit(freedom, 0.975))
    return found.with_columns(
        low=pl.col("value") - half,
        high=pl.col("value") + half,
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
    events = partial.events.filter(pl.col("line").is_in(measure.lines))
    rows: list[tuple[object, ...]] = []
    counted = set(partial.counts["line"])
    for line in measure.lines:
        if line in counted:
            continue  # counted month by month instead, for another denominator
        expected = _expected(partial, line) if measure.expected is not None else {}
        for group, table in _tables(events.filter(pl.col("line") == line), partial.by):
            rows += [(*group, line, *row) for row in _curve_rows(table, measure, months, expected.get(group))]
    schema = dict.fromkeys(partial.by, pl.String) | {name: kind for name, (kind, _) in COLUMNS.items()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _expected(partial: Partial, line: str) -> Mapping[tuple[object, ...], float]:
    """Group -> the mean of what was expected of its people."""
    sums = partial.sums.filter(pl.col("line") == line)
    return {
        tuple(row[:-2]): row[-2] / row[-1] / HUNDREDTHS
        for row in sums.select(*partial.by, "total", "people").iter_rows()
    }


def _curve_rows(
    table: EventTable, measure: Incidence, months: Sequence[int], expected: float | None
) -> Iterable[tuple[object, ...]]:
    """(months, choice, kind, counted, n, unknown, value, low, high, at_most, shown) of one group and line."""
    n = table.people
    censored = np.cumsum(table.censored)
    for cause, choice in ((REACHED, None), (LEFT_SCOPE, OUT_OF_SCOPE)):
        curve = table.incidence(cause)
        so_far = np.cumsum(table.events[:, table.causes.index(cause)])
        for month in months:
            at = curve.at(month)
            counted = _up_to(so_far, month)
            unknown = _up_to(censored, month - 1)
            if at is None:
                yield month, choice, "incidence", counted, n, unknown, None, None, None, None, NOBODY
                continue
            low, high = (at.interval.low, at.interval.high) if at.interval else (None, None)
            yield month, choice, "incidence", counted, n, unknown, at.share, low, high, None, SHOWN
        if cause == REACHED and measure.median:
            median = curve.median()
            so_many = int(so_far[-1]) if so_far.size else 0
            yield (None, None, "median", so_many, n, None, median.time, median.low, median.high, None, SHOWN)
            if measure.alone:
                others = table.censored + table.events[:, table.causes.index(LEFT_SCOPE)]
                reached = table.events[:, [table.causes.index(REACHED)]]
                median = EventTable((REACHED,), reached, others, table.entered).survival().median()
                yield (
                    None,
                    IF_ALL_STAYED,
                    "median",
                    so_many,
                    n,
                    None,
                    median.time,
                    median.low,
                    median.high,
                    None,
                    SHOWN,
                )
    if measure.cap is not None:
        mean = table.restricted_mean(measure.cap)
        if mean is None:
            yield (None, None, "restricted mean", None, n, None, None, None, None, None, NOBODY)
        else:
            half = standard_errors(0.95) * float(np.sqrt(mean.variance))
            limits = mean.mean - half, mean.mean + half
            yield (None, None, "restricted mean", n, n, None, mean.mean, *limits, None, SHOWN)
            if expected is not None:
                later = (each - expected for each in (mean.mean, *limits))
                yield (None, None, LATER, n, n, None, *later, None, SHOWN)


def _up_to(so_far: np.typing.NDArray[np.int64], month: int) -> int:
    if month < 0 or not so_far.size:
        return 0
    return int(so_far[min(month, len(so_far) - 1)])


def _tables(events: pl.DataFrame, by: Sequence[str]) -> Iterable[tuple[tuple[object, ...], EventTable]]:
    """The event table of each group."""
    parts = events.partition_by(by, as_dict=True, maintain_order=True) if by else {(): events}
    for group, part in parts.items():
        yield group, event_table(part)


def event_table(events: pl.DataFrame) -> EventTable:
    """The events of one group and line."""
    causes = (REACHED, LEFT_SCOPE)
    length = int(events["time"].max() or 0) + 1 if events.height else 0  # type: ignore[arg-type]
    entered = np.zeros(length, dtype=np.int64)
    exits = np.zeros((length, 3), dtype=np.int64)
    code = events["cause"].replace_strict({REACHED: 0, LEFT_SCOPE: 1}, default=2, return_dtype=pl.Int64).to_numpy()
    people = events["people"].to_numpy()
    np.add.at(entered, events["entry"].to_numpy(), people)
    np.add.at(exits, (events["time"].to_numpy(), code), people)
    return EventTable(causes, exits[:, :2], exits[:, 2], entered)
