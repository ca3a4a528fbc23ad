"""Results about the same groups of the same people, protected together: what each of their figures tells of others."""

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from tracker.indicators.disclosure.differing import as_then, shared
from tracker.indicators.disclosure.held import Held
from tracker.indicators.disclosure.masking import Mask, counts_people, mask_of, masked
from tracker.indicators.disclosure.pieces import Given
from tracker.indicators.disclosure.protecting import hidden_cells
from tracker.indicators.disclosure.published import Published, about_of, published_of
from tracker.indicators.disclosure.tables import Flags, Group, Table, groups_of, table_of
from tracker.indicators.disclosure.three_years import three_years, untold
from tracker.indicators.hiding import TooThinToPublish
from tracker.indicators.partials import ALL
from tracker.indicators.pipeline import YEAR, Result
from tracker.ledger import Released

Parts = tuple[tuple[int, ...], ...]


def published_together(results: Sequence[Result], earlier: Sequence[Released], exact: int) -> list[Published]:
    """Results about the same groups of the same people, as they may be published.

    :param earlier: releases, the newest first
    :param exact: what exact solutions may cost, at most
    :raises TooThinToPublish: there is no way
    """
    by = results[0].by
    groups = groups_of(results, _groups_told(results, earlier))
    held = [Held.against(earlier, result, groups) for result in results]
    table = table_of(results, [each.today for each in held], groups)
    commons = list(dict.fromkeys(common for each in held for common in shared(each.earlier, by)))
    finest = max(commons, key=len, default=())
    left_out = any(each.too_near or each.absence_tells for each in held)
    left_out |= any(not set(common) <= set(finest) for common in commons)
    parts = _parts(groups, [by.index(name) for name in finest])
    masks = None
    if not left_out:
        try:
            masks = _masks(table, held, hidden_cells(table, _given(table, held, parts), exact), parts)
        except TooThinToPublish:
            if not by:
                raise
    if masks is None:
        masks, left_out = _of_everybody(table, held, exact), True
    masks = [each.hidden(mask) for each, mask in zip(held, masks, strict=True)]
    pools = untold(held) if left_out else three_years(held, masks, parts, exact)
    found = []
    for each, mask, pool in zip(held, masks, pools, strict=True):
        figures = masked(each.result.figures, each.at, mask, each.result.denominator == "aj")
        if each.absence_tells:
            figures = figures.filter(pl.all_horizontal(pl.col(name) == ALL for name in by))
        figures, positions = as_then(figures, each.known.rows, by)
        found.append(
            published_of(
                each.result,
                figures=figures,
                pooled=pool,
                earlier=positions,
                left_out=left_out and bool(by),
                other_years=bool(each.known.given_away.any()),
            )
        )
    return found


def _groups_told(results: Sequence[Result], earlier: Sequence[Released]) -> Iterator[Group]:
    """The groups of the same breakdown that earlier releases named."""
    by, abouts = results[0].by, [about_of(result) for result in results]
    for release in earlier if by and by != (YEAR,) else ():
        if set(release.by) == set(by) and any(release.about.is_related(about) for about in abouts):
            yield from release.figures.select(by).unique(maintain_order=True).iter_rows()


def _masks(table: Table, held: Sequence[Held], hidden: Flags, parts: Parts) -> list[Mask]:
    """What hidden cells take with them in each result."""
    return [
        mask_of(table, hidden, table.printed_in(number), each.today, parts, each.stay)
        for number, each in enumerate(held)
    ]


def _of_everybody(table: Table, held: Sequence[Held], exact: int) -> list[Mask]:
    """The figures of everybody alone."""
    given = _given(table, held, ((),))
    alone = Table(
        table.groups[:1], table.names, table.values[:1], table.sizes, table.sums, table.printed, table.unknown
    )
    cells = np.ones(table.values.shape, dtype=bool)
    cells[0] = hidden_cells(alone, Given(given.hidden[:1], given.shown[:1], given.zeros[:1], ((),)), exact)[0]
    return _masks(table, held, cells, ())


def _given(table: Table, held: Sequence[Held], parts: Parts) -> Given:
    """What earlier releases settle of the cells of a table."""
    hidden, shown, zeros = (np.zeros(table.values.shape, dtype=bool) for _ in range(3))
    for number, one in enumerate(held):
        known = one.known
        people = known.stay_gone | known.people_changed
        people[0] = False
        for at, each in enumerate(table.printed_in(number)):
            if each.counted is not None and counts_people(each.key[3]):
                hidden[:, each.counted] |= one.stay[:, at]
                zeros[:, each.counted] |= known.given_away[:, at] & (table.values[:, each.size] > 0)
            if each.unknown is not None:
                hidden[:, each.unknown] |= known.unknown_changed[:, at]
            hidden[:, each.size] |= people[:, at]
            told = {
                each.counted: known.counted,
                each.rest: known.unknown,
                each.unknown: known.unknown,
                each.size: known.n,
            }
            for column, flags in told.items():
                if column is not None:
                    shown[:, column] |= flags[:, at]
    for each in table.printed:
        # Of nobody, or of everybody, counted among all, each group tells by itself: then all is hidden, too.
        if each.counted is not None and each.rest is not None and zeros[1:, each.counted].any():
            zeros[0, each.counted] |= 0 in (table.values[0, each.counted], table.values[0, each.rest])
    return Given(hidden, shown, zeros, parts)


def _parts(groups: Sequence[Group], places: Sequence[int]) -> Parts:
    """The groups, by the values of the breakdowns that are in common with earlier releases.

    :param places: of these breakdowns in a group
    """
    found: dict[Group, list[int]] = {}
    for number, group in enumerate(groups):
        if number:
            found.setdefault(tuple(group[place] for place in places), []).append(number)
    return tuple(tuple(rows) for rows in found.values()) or ((),)
