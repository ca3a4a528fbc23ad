"""The three years beside a year: what is told of both tells of the years before, too."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from tracker.indicators.disclosure.differing import Known, as_then, known_of, latest
from tracker.indicators.disclosure.held import Held
from tracker.indicators.disclosure.masking import Mask, mask_of, masked, pool_needed
from tracker.indicators.disclosure.pieces import Given
from tracker.indicators.disclosure.protecting import hidden_cells
from tracker.indicators.disclosure.tables import Flags, counted_in, places, table_of
from tracker.indicators.disclosure.years import held_against
from tracker.indicators.hiding import TooThinToPublish
from tracker.indicators.partials import ALL
from tracker.indicators.pipeline import YEAR
from tracker.indicators.statistics.shrinkage import YEARS_POOLED


def three_years(
    held: Sequence[Held], masks: Sequence[Mask], parts: tuple[tuple[int, ...], ...], exact: int
) -> list[pl.DataFrame | None]:
    """The three years of each result as they may be published; empty where there is no way, None where it has none.

    :param masks: what is hidden of the year
    :param exact: what exact solutions may cost, at most
    """
    found = untold(held)
    those = [(number, pool) for number, each in enumerate(held) if (pool := each.result.pooled) is not None]
    three = [counted_in(pool, held[number].result.by, held[number].groups, held[number].keys) for number, pool in those]
    before = [one - held[number].today for one, (number, _) in zip(three, those, strict=True)]
    if not those or any((part < 0).any() for one in before for part in (one.n, one.counted, one.unknown)):
        return found
    table = table_of([held[number].result for number, _ in those], before, held[0].groups)
    given = replace(Given.nothing(table), parts=parts)
    known: list[Known] = []
    for place, (number, _) in enumerate(those):
        each, mask = held[number], masks[number]
        told = latest(each.earlier, each.result.by, each.result.figures.schema, pooled=True)
        each.years.settle(each.today, mask)
        risk = each.years.risk_of_three(three[place])
        follows = each.years.known_before(before[place])
        known.append(held_against(known_of(told, each.result.by, each.groups, three[place]), risk))
        for at, printed in enumerate(table.printed_in(place)):
            if printed.counted is not None:
                given.hidden[:, printed.counted] |= (mask.counted | known[-1].stay_hidden | risk.counted)[:, at]
                given.zeros[:, printed.counted] |= risk.counted[:, at] & (table.values[:, printed.size] > 0)
                given.shown[:, printed.counted] |= follows.counted[:, at]
            if printed.unknown is not None:
                given.hidden[:, printed.unknown] |= mask.unknown[:, at]
                given.shown[:, printed.unknown] |= follows.unknown[:, at]
            if printed.rest is not None:
                given.shown[:, printed.rest] |= follows.unknown[:, at]
            given.hidden[:, printed.size] |= (mask.n | known[-1].stay_gone | risk.n)[:, at]
    given = given.but_known()
    try:
        hidden = hidden_cells(table, given, exact)
    except TooThinToPublish:
        return found
    for place, (number, pool) in enumerate(those):
        each, own = held[number], known[place]
        stay = own.stay_hidden | own.changed
        mask = mask_of(table, hidden, table.printed_in(place), before[place], given.parts, stay)
        mask = each.hidden(mask | masks[number], own)
        mask = _without_groups(mask, each.years.known_of_three(three[place]).counted[0] & mask.counted[0])
        found[number], _ = as_then(_shown(each, pool, mask, masks[number]), own.rows, each.result.by)
    return found


def untold(held: Sequence[Held]) -> list[pl.DataFrame | None]:
    """No three years, of the results that have them."""
    return [None if each.result.pooled is None else each.result.pooled.clear() for each in held]


def _shown(held: Held, pool: pl.DataFrame, mask: Mask, of_year: Mask) -> pl.DataFrame:
    """The three years where they are needed, without what is hidden."""
    by = held.result.by
    row = places(pool, by, held.groups, held.keys)
    needed = pool_needed(held.today)[row]
    kept, there = pool.filter(pl.Series(needed, dtype=pl.Boolean)), (row[0][needed], row[1][needed])
    shown = masked(kept, there, mask, held.result.denominator == "aj")
    if YEAR in by:
        shown = shown.filter(pl.Series(_years_told(held, shown, of_year), dtype=pl.Boolean))
    return shown


def _years_told(held: Held, pool: pl.DataFrame, of_year: Mask) -> list[bool]:
    """Whether the three years of each figure are told year by year beside, so that together they tell no more."""
    row = {group: at for at, group in enumerate(held.groups)}
    told = []
    for group_at, key_at in zip(*places(pool, held.result.by, held.groups, held.keys), strict=True):
        (year,) = held.groups[group_at]
        rows = [] if year == ALL else [row.get((str(int(year) - before),)) for before in range(YEARS_POOLED)]
        told.append(bool(rows) and all(at is not None and not of_year.counted[at, key_at] for at in rows))
    return told


def _without_groups(mask: Mask, figures: Flags) -> Mask:
    """Of these figures no group: everybody's is known, though it is hidden, and the groups would be told by it."""
    return Mask(mask.n, mask.counted | figures, mask.unknown | figures, mask.value | figures)
