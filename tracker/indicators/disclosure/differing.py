"""What earlier releases tell of the people of a new one, so that the two cannot be subtracted down to a few people."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import polars as pl

from tracker.indicators.disclosure.pieces import SMALLEST_GROUP, small
from tracker.indicators.disclosure.tables import Counted, Flags, Group, Numbers, counted_at, places
from tracker.indicators.figures import COUNTS, HIDDEN, KEYS, SHOWN
from tracker.indicators.partials import ALL
from tracker.ledger import Released

POSITION = "_position"


@dataclass(frozen=True)
class Known:
    """What is known of the figures of a result from before, a row a group and a column a figure.

    :ivar rows: the latest figures that were told, with the position that they are of
    :ivar changed: figures of which something that was told has changed by one to four people since
    :ivar unknown_changed: figures of which the people unknown, or those known and not counted, have
    :ivar people_changed: figures whose people have, so that nothing new is to be told of them
    :ivar stay_hidden: figures that were hidden among people who are as many as then
    :ivar stay_gone: figures whose n was hidden, in groups that together are about as many as then
    :ivar counted: figures told that are the same today
    :ivar unknown: of these, those whose unknown people were told too
    :ivar n: people told who are as many today
    :ivar given_away: figures that would give away others, of other years
    """

    rows: pl.DataFrame
    changed: Flags
    unknown_changed: Flags
    people_changed: Flags
    stay_hidden: Flags
    stay_gone: Flags
    counted: Flags
    unknown: Flags
    n: Flags
    given_away: Flags


def latest(earlier: Sequence[Released], by: Sequence[str], schema: pl.Schema, pooled: bool = False) -> pl.DataFrame:
    """The latest figures that were told: of the same groups, and of everybody in any breakdown.

    :param earlier: the newest first
    """
    told = []
    for release in earlier:
        frame = release.pooled if pooled else release.figures
        if frame is None:
            continue
        keys = [*release.by, *KEYS]
        positions = [[*key, position] for key, position in release.earlier.items()]
        shape: dict[str, Any] = {**{name: frame.schema[name] for name in keys}, POSITION: pl.Int64}
        at = pl.DataFrame(positions, schema=shape, orient="row")
        frame = frame.join(at, on=keys, how="left", nulls_equal=True)
        frame = frame.with_columns(pl.col(POSITION).fill_null(release.position))
        if release.by != tuple(by):
            if release.by:
                frame = frame.filter(pl.all_horizontal(pl.col(name) == ALL for name in release.by))
            frame = frame.with_columns(pl.lit(ALL).alias(name) for name in by)
        told.append(frame.select(*schema.names(), POSITION))
    found = pl.concat([pl.DataFrame(schema={**schema, POSITION: pl.Int64}), *told])
    return found.unique([*by, *KEYS], keep="first", maintain_order=True)


def known_of(rows: pl.DataFrame, by: Sequence[str], groups: Sequence[Group], today: Counted) -> Known:
    """What the figures told before mean for those of today.

    :param rows: of ``latest``
    """
    where = pl.DataFrame(today.keys, schema={name: rows.schema[name] for name in KEYS}, orient="row")
    rows = rows.join(where, on=list(KEYS), how="semi", nulls_equal=True)
    if by:
        named = pl.DataFrame(list(groups), schema=dict.fromkeys(by, pl.String), orient="row")
        rows = rows.join(named, on=list(by), how="semi")
    if not rows.height:
        return Known(rows, *(np.zeros(today.n.shape, dtype=bool) for _ in fields(Known)[1:]))
    at = places(rows, by, groups, today.keys)
    before = counted_at(at, rows, groups, today.keys)

    def flags(condition: pl.Expr) -> Flags:
        found = np.zeros(today.n.shape, dtype=bool)
        found[at] = rows.select(condition.fill_null(False)).to_series().to_numpy()
        return found

    told_n = flags(pl.col("n").is_not_null())
    told = flags(pl.col("counted").is_not_null() & pl.col("n").is_not_null())
    told_unknown = told & flags(pl.col("unknown").is_not_null())
    n, counted, unknown = today.n - before.n, today.counted - before.counted, today.unknown - before.unknown
    people_changed: Flags = told_n & _little(n)
    changed: Flags = told & (_little(counted) | _little(n - counted))
    unknown_changed: Flags = told_unknown & (_little(unknown) | _little(n - counted - unknown))
    fresh = told_n[1:] & ~(people_changed | changed)[1:]
    partly = np.asarray((told_n[1:] & ~fresh).any(axis=0))
    # Of the change of everybody less that of the groups told anew there remains that of the others.
    for change, known, found in ((n, told_n, people_changed), (counted, told, changed), (n - counted, told, changed)):
        left = change[0] - np.where(fresh & known[1:], change[1:], 0).sum(axis=0)
        found[0] |= known[0] & partly & _little(left)
    hidden = flags(pl.col("shown") == HIDDEN)
    gone = hidden & ~told_n
    left_then = before.n[0] - np.where(told_n, before.n, 0)[1:].sum(axis=0)
    left_now = np.where(gone, today.n, 0)[1:].sum(axis=0)
    stay_gone = gone & (np.abs(left_now - left_then) < SMALLEST_GROUP)[None, :] & (today.n > 0)
    same = told & (n == 0) & (counted == 0)
    return Known(
        rows,
        changed,
        unknown_changed,
        people_changed,
        hidden & told_n & (n == 0),
        stay_gone,
        same,
        same & told_unknown & (unknown == 0),
        told_n & (n == 0),
        np.zeros(today.n.shape, dtype=bool),
    )


def _little(change: Numbers) -> Flags:
    return small(np.abs(change))


def shared(earlier: Sequence[Released], by: Sequence[str]) -> list[tuple[str, ...]]:
    """The breakdowns that other releases have in common with this one, each of them once."""
    found = {tuple(name for name in by if name in release.by) for release in earlier if release.by != tuple(by)}
    return sorted(common for common in found if common)


def subtracted(
    release: Released, by: Sequence[str], groups: Sequence[Group], today: Counted, common: Sequence[str]
) -> Flags:
    """Figures that must not be told, since another breakdown of the same people could be worked out with them.

    Where groups of the earlier release were hidden, and its other groups with the same values in common are taken from
    the sum of the new groups with these values, what is left must be about two groups, and about nobody or enough.

    :param common: breakdowns in common; without any, the figures of everybody are looked at
    """
    found = np.zeros(today.n.shape, dtype=bool)
    of = [tuple(group[list(by).index(name)] for name in common) for group in groups]
    frame = release.figures.filter(pl.any_horizontal(pl.col(name) != ALL for name in release.by))
    told = frame.group_by(*common, *KEYS).agg(
        hidden=(pl.col("shown") == HIDDEN).sum(),
        n=pl.col("n").sum(),
        among=pl.col("n").filter(pl.col("shown") != HIDDEN).sum(),
        counted=pl.col("counted").sum(),
    )
    at = {row[: len(common) + len(KEYS)]: row[len(common) + len(KEYS) :] for row in told.iter_rows()}
    for value in dict.fromkeys(of[1:] if common else of[:1]):
        rows = [number for number, each in enumerate(of) if number and each == value] if common else [0]
        for column, key in enumerate(today.keys):
            hidden, n, among, counted = at.get((*value, *key), (0, 0, 0, 0))
            if not hidden:
                continue
            people, left = int(today.n[rows, column].sum()), int(today.counted[rows, column].sum()) - counted
            if hidden == 1 or any(0 < few < SMALLEST_GROUP for few in (people - n, left, people - among - left)):
                found[rows, column] = True
    return found


def as_then(
    figures: pl.DataFrame, then: pl.DataFrame, by: Sequence[str]
) -> tuple[pl.DataFrame, dict[tuple[Any, ...], int]]:
    """The figures, those that are hidden as they were told before; and the position of these."""
    keys = [*by, *KEYS]
    told = [name for name in figures.columns if name not in keys]
    then = then.filter(pl.col("shown").is_in([SHOWN, COUNTS]))
    if not then.height:
        return figures, {}
    found = figures.join(
        then.select(*keys, POSITION, *(pl.col(name).alias(f"_{name}") for name in told)),
        on=keys,
        how="left",
        nulls_equal=True,
        maintain_order="left",
    ).with_columns(_then=(pl.col("shown") == HIDDEN) & pl.col(POSITION).is_not_null())
    earlier = found.filter("_then").select(*keys, POSITION)
    return (
        found.select(*keys, *(pl.when("_then").then(f"_{name}").otherwise(name).alias(name) for name in told)).select(
            figures.columns
        ),
        {row[:-1]: row[-1] for row in earlier.iter_rows()},
    )
