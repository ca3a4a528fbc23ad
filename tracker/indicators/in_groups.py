"""Rows in their groups: what is observed of a cohort, by the number of the group that each person is in."""

from collections.abc import Sequence

import polars as pl

from tracker.indicators.definition import GROUP, Observe, Selection

MONTHS = {"months": pl.Int32}


def grouped(
    selection: Selection, observe: Observe, parts: dict[str, pl.Expr], together: Sequence[str] = ()
) -> pl.DataFrame:
    """The parts of every group at every month, 0 where nobody is in it.

    :param together: rows that are alike in these columns are counted first; ``times`` says how many they are
    """
    rows, by = rows_in_groups(selection, observe)
    keys = [*by, "months"]
    if together:
        rows = rows.group_by(*keys, *together).agg(times=pl.len().cast(pl.Int64))
    found = rows.group_by(keys).agg(**parts)
    months = pl.DataFrame({"months": selection.months or (None,)}, schema=MONTHS)
    if by == [GROUP]:
        grid = selection.groups.select(GROUP).join(months, how="cross")
    else:
        grid = rows.select(keys).unique() if by else months
    counted = grid.join(found, on=keys, how="left", nulls_equal=True, maintain_order="left")
    return named(selection, counted.with_columns(pl.col(*parts).fill_null(0)))


def rows_in_groups(selection: Selection, observe: Observe) -> tuple[pl.DataFrame, list[str]]:
    """The rows of those that the denominator is about, and the columns that tell their groups."""
    rows = selection.rows(observe)
    if "months" not in rows.columns:
        rows = rows.with_columns(months=pl.lit(None, pl.Int32))
    if "present" in rows.columns and selection.denominator != "all":
        rows = rows.filter("present")
    return in_groups(selection, rows.with_columns(pl.col("months").cast(pl.Int32)))


def in_groups(selection: Selection, rows: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Rows with the number of their group; those that are about no participant bring their breakdowns along."""
    if not selection.by or "participant" not in rows.columns:
        return rows, list(selection.by)
    return selection.in_groups(rows), [GROUP]


def named(selection: Selection, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of groups with the columns of their breakdowns, where they have a number."""
    return rows.join(selection.groups, on=GROUP, maintain_order="left") if GROUP in rows.columns else rows
