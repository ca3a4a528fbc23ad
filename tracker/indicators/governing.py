"""Rules on rows: the value of a dated rule on the day that stands in each row."""

from typing import Any

import polars as pl

from tracker.rules import Rule


def governing(rule: Rule[int] | Rule[float], day: pl.Expr) -> pl.Expr:
    """The value of a rule on each day; empty where the day is."""
    (_, value), *later = rule.steps
    found: Any = pl.lit(value)
    for first, value in later:
        found = pl.when(day >= pl.lit(first, pl.Date)).then(pl.lit(value)).otherwise(found)
    governed: pl.Expr = pl.when(day.is_not_null()).then(found)
    return governed


def months_on(rule: Rule[int], day: pl.Expr, sign: str = "") -> pl.Expr:
    """The day so many months later as a rule has it on that day; with the sign ``-`` so many earlier."""
    return day.dt.offset_by(pl.format(f"{sign}{{}}mo", governing(rule, day)))
