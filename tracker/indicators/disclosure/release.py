"""A release: results of one command as they may be published, checked against each other and against earlier ones."""

from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl

from tracker.indicators.disclosure.days import check_days
from tracker.indicators.disclosure.differing import Known, as_then, known_of, latest, shared, subtracted
from tracker.indicators.disclosure.masking import Mask, counts_people, mask_of, masked, pool_needed
from tracker.indicators.disclosure.pieces import Given
from tracker.indicators.disclosure.protecting import EXACT_IN_ALL, hidden_cells
from tracker.indicators.disclosure.published import Published
from tracker.indicators.disclosure.tables import (
    Counted,
    Flags,
    Group,
    Table,
    counted_at,
    counted_in,
    groups_of,
    keys_of,
    places,
    table_of,
)
from tracker.indicators.disclosure.year_by_year import in_one, parts_of, parts_released
from tracker.indicators.disclosure.years import held_against, told_of
from tracker.indicators.figures import HIDDEN, NOBODY, NOT_AVAILABLE, each_text_once
from tracker.indicators.hiding import TooThinToPublish
from tracker.indicators.partials import ALL
from tracker.indicators.pipeline import YEAR, Result
from tracker.indicators.statistics.shrinkage import YEARS_POOLED
from tracker.ledger import WITHOUT_CONTROL, About, Ledger, ReasonNeeded, Released

TRIES = 20


def protected(
    results: Sequence[Result], ledger: Ledger | None = None, by: str = "unknown", at: datetime | None = None
) -> list[Published]:
    """The results of one command without what would tell of few people; zero is shown.

    Hidden figures lose count, share and interval, and n where that is hidden too; ``shown`` says so. A question that
    has been answered at the same position before gets the same answer. With a ledger the release is written down
    before this returns, so that nothing is ever shown that later releases are not checked against.

    :param by: who publishes
    :raises TooThinToPublish: what was published before leaves no way to protect the figures of everybody
    """
    for _ in range(TRIES):
        newest = 0 if ledger is None else ledger.newest()
        found = _checked(results, ledger)
        if ledger is None or ledger.write([_released(one) for one in found], by, at or datetime.now(UTC), newest):
            return found
    raise AssertionError(f"{TRIES} other releases came in between, one after the other")


def turned_off(
    results: Sequence[Result], by: str, reason: str, ledger: Ledger, at: datetime | None = None
) -> list[Published]:
    """The results as they are, with who answers for it and why on each; written into the ledger.

    :raises tracker.ledger.NotPermitted: the user has no permission to publish without disclosure control
    :raises ReasonNeeded: no reason is given
    """
    ledger.require(by, WITHOUT_CONTROL)
    if not reason.strip():
        raise ReasonNeeded("publishing without disclosure control needs a reason; it stands on the figures")
    found = [_published(result, without_disclosure_control=f"{by}: {reason.strip()}") for result in results]
    for _ in range(TRIES):
        if ledger.write([_released(one) for one in found], by, at or datetime.now(UTC), ledger.newest()):
            return found
    raise AssertionError(f"{TRIES} other releases came in between, one after the other")


def _as_counted(release: Released) -> Released:
    """A release with its texts kept as those of figures that have just been counted."""
    pooled = None if release.pooled is None else each_text_once(release.pooled)
    return replace(release, figures=each_text_once(release.figures), pooled=pooled)


def _earlier(ledger: Ledger, abouts: Collection[About]) -> list[Released]:
    """What was released of these people, and of others who were counted in the same way; of each the newest first."""
    found = [part for each in [*ledger.of(abouts), *ledger.beside(abouts)] for part in parts_released(each)]
    return [*map(_as_counted, found)]


def _checked(results: Sequence[Result], ledger: Ledger | None) -> list[Published]:
    parts = [parts_of(result) for result in results]
    checked = iter(_checked_by_itself([part for those in parts for part in those], ledger))
    return [in_one(result, [next(checked) for _ in those]) for result, those in zip(results, parts, strict=True)]


def _checked_by_itself(results: Sequence[Result], ledger: Ledger | None) -> list[Published]:
    earlier = [] if ledger is None else _earlier(ledger, {_about(result) for result in results})
    answered = {one.question: one for one in reversed(earlier)}
    found: dict[int, Published] = {}
    together: dict[tuple[Any, ...], list[int]] = {}
    for number, result in enumerate(results):
        before = answered.get(_released(result).question)
        if before is not None:
            found[number] = _published(
                result,
                figures=before.figures,
                pooled=before.pooled,
                earlier=before.earlier,
                left_out=_is_left_out(before),
            )
        elif not result.available:
            found[number] = _published(result)
        else:
            frames = result.frames
            key = (
                str(result.cohort),
                result.by,
                result.municipality,
                result.denominator,
                frames.position,
                frames.known_on,
            )
            together.setdefault(key, []).append(number)
    known = [_released(one) for one in found.values() if one.available] + earlier
    for numbers in sorted(together.values(), key=lambda each: len(results[each[0]].by)):
        own = [results[number] for number in numbers]
        chosen = _Table(own, known, EXACT_IN_ALL // len(together)).published()
        found.update(zip(numbers, chosen, strict=True))
        known = [_released(one) for one in chosen] + known
    return [found[number] for number in range(len(results))]


class _Table:
    """Results about the same groups of the same people."""

    def __init__(self, results: Sequence[Result], earlier: Sequence[Released], exact: int) -> None:
        self.results, self.by, self.exact = results, results[0].by, exact
        self.groups = groups_of(results)
        self.keys = [keys_of(result) for result in results]
        self.at = [
            places(result.figures, self.by, self.groups, keys) for result, keys in zip(results, self.keys, strict=True)
        ]
        self.today = [
            counted_at(at, result.figures, self.groups, keys)
            for at, result, keys in zip(self.at, results, self.keys, strict=True)
        ]
        self.earlier = [[each for each in earlier if each.about == _about(result)] for result in results]
        for result in results:
            check_days(result, _about(result), earlier)
        self.years = [
            told_of(result, _about(result), earlier, self.groups, keys)
            for result, keys in zip(results, self.keys, strict=True)
        ]
        self.known = [
            held_against(
                known_of(latest(own, self.by, result.figures.schema), self.by, self.groups, today),
                years.risk(today),
                years.known(today),
            )
            for own, result, today, years in zip(self.earlier, results, self.today, self.years, strict=True)
        ]
        self.stays = [self._stay(number) for number in range(len(results))]

    def _stay(self, number: int) -> Flags:
        """Figures of a result that earlier releases leave no way to tell."""
        stay: Flags = self.known[number].stay_hidden | self.known[number].changed
        for other in self.earlier[number]:
            common = tuple(name for name in self.by if name in other.by)
            if common and other.by != self.by:
                stay |= subtracted(other, self.by, self.groups, self.today[number], common)
        return stay

    def published(self) -> list[Published]:
        table = table_of(self.results, self.today, self.groups)
        commons = list(dict.fromkeys(common for own in self.earlier for common in shared(own, self.by)))
        finest = max(commons, key=len, default=())
        left_out = any(not set(common) <= set(finest) for common in commons)
        parts = self._parts(finest)
        masks = None if left_out else self._masks(table, self.today, self._given(table, parts), self.stays)
        if masks is None:
            masks, left_out = self._of_everybody(table), True
        masks = [self._with_earlier(number, mask) for number, mask in enumerate(masks)]
        pools = self._pools(masks, parts, left_out)
        return [
            self._one(number, mask, pool, left_out)
            for number, (mask, pool) in enumerate(zip(masks, pools, strict=True))
        ]

    def _with_earlier(self, number: int, mask: Mask, *known: Known) -> Mask:
        """With what earlier releases hide; beside other years no group is told where everybody is not."""
        mask = _with_changed(mask, *known or (self.known[number],))
        return mask.below_everybody() if self.years[number].heard else mask

    def _one(self, number: int, mask: Mask, pool: pl.DataFrame | None, left_out: bool) -> Published:
        result, known = self.results[number], self.known[number]
        curved = result.denominator == "aj"
        figures = masked(result.figures, self.at[number], mask, curved)
        figures, earlier = as_then(figures, known.rows, self.by)
        return _published(
            result,
            figures=figures,
            pooled=pool,
            earlier=earlier,
            left_out=left_out and bool(self.by),
            other_years=bool(known.given_away.any()),
        )

    def _masks(
        self, table: Table, counted: Sequence[Counted], given: Given, stays: Sequence[Flags]
    ) -> list[Mask] | None:
        """What to hide of each result; None where there is no way but to leave the breakdown out."""
        try:
            hidden = hidden_cells(table, given, self.exact)
        except TooThinToPublish:
            if not self.by:
                raise
            return None
        return self._masks_of(table, counted, hidden, given.parts, stays)

    def _masks_of(
        self,
        table: Table,
        counted: Sequence[Counted],
        hidden: Flags,
        parts: Sequence[Sequence[int]],
        stays: Sequence[Flags],
    ) -> list[Mask]:
        masks = []
        for number, numbers in enumerate(counted):
            printed = [each for each in table.printed if each.result == number]
            masks.append(mask_of(table, hidden, printed, numbers, parts, stays[number]))
        return masks

    def _of_everybody(self, table: Table) -> list[Mask]:
        """The figures of everybody alone."""
        given = self._given(table, ((),))
        alone = Table(
            table.groups[:1], table.names, table.values[:1], table.sizes, table.sums, table.printed, table.unknown
        )
        cells = np.ones(table.values.shape, dtype=bool)
        cells[0] = hidden_cells(alone, Given(given.hidden[:1], given.shown[:1], given.zeros[:1], ((),)))[0]
        return self._masks_of(table, self.today, cells, (), self.stays)

    def _given(self, table: Table, parts: tuple[tuple[int, ...], ...]) -> Given:
        hidden, shown, zeros = (np.zeros(table.values.shape, dtype=bool) for _ in range(3))
        for number, known in enumerate(self.known):
            people = known.stay_gone | known.people_changed
            people[0] = False
            for at, each in enumerate(each for each in table.printed if each.result == number):
                if each.counted is not None and counts_people(each.key[3]):
                    hidden[:, each.counted] |= self.stays[number][:, at]
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

    def _parts(self, common: tuple[str, ...]) -> tuple[tuple[int, ...], ...]:
        """The groups, by the values of the breakdowns that are in common with earlier releases."""
        found: dict[Group, list[int]] = {}
        for number, group in enumerate(self.groups):
            if number:
                found.setdefault(tuple(group[self.by.index(name)] for name in common), []).append(number)
        return tuple(tuple(rows) for rows in found.values()) or ((),)

    def _pools(
        self, masks: Sequence[Mask], parts: tuple[tuple[int, ...], ...], left_out: bool
    ) -> list[pl.DataFrame | None]:
        """The three years beside the year: what is told of both tells of the years before, too."""
        pooled = [number for number, result in enumerate(self.results) if result.pooled is not None]
        found: list[pl.DataFrame | None] = [None] * len(self.results)
        if not pooled or left_out:
            return found
        frames = [self.results[number].pooled for number in pooled]
        three = [
            counted_in(frame, self.by, self.groups, self.keys[number])
            for frame, number in zip(frames, pooled, strict=True)
            if frame is not None
        ]
        before = [one - self.today[number] for one, number in zip(three, pooled, strict=True)]
        if any((part < 0).any() for one in before for part in (one.n, one.counted, one.unknown)):
            return found
        table = table_of([self.results[number] for number in pooled], before, self.groups)
        given = Given.nothing(table)
        given = replace(given, parts=parts)
        known = []
        for place, number in enumerate(pooled):
            frame = self.results[number].figures
            told = latest(self.earlier[number], self.by, frame.schema, pooled=True)
            mask, years = masks[number], self.years[number]
            years.settle(self.today[number], mask)
            risk = years.risk_of_three(three[place])
            follows = years.known_before(before[place])
            known.append(held_against(known_of(told, self.by, self.groups, three[place]), risk))
            for at, each in enumerate(each for each in table.printed if each.result == place):
                if each.counted is not None:
                    given.hidden[:, each.counted] |= mask.counted[:, at] | (known[-1].stay_hidden | risk.counted)[:, at]
                    given.zeros[:, each.counted] |= risk.counted[:, at] & (table.values[:, each.size] > 0)
                    given.shown[:, each.counted] |= follows.counted[:, at]
                if each.unknown is not None:
                    given.hidden[:, each.unknown] |= mask.unknown[:, at]
                    given.shown[:, each.unknown] |= follows.unknown[:, at]
                if each.rest is not None:
                    given.shown[:, each.rest] |= follows.unknown[:, at]
                given.hidden[:, each.size] |= mask.n[:, at] | (known[-1].stay_gone | risk.n)[:, at]
        try:
            own = self._masks(table, before, given.but_known(), [each.stay_hidden | each.changed for each in known])
        except TooThinToPublish:
            own = None
        if own is None:
            return found
        for place, number in enumerate(pooled):
            pool = frames[place]
            assert pool is not None, "only results with three years are here"
            mask = self._with_earlier(number, own[place] | masks[number], known[place])
            mask = _without_groups(mask, self.years[number].known_of_three(three[place]).counted[0] & mask.counted[0])
            row = places(pool, self.by, self.groups, self.keys[number])
            needed = pool_needed(self.today[number])[row]
            kept, there = pool.filter(pl.Series(needed, dtype=pl.Boolean)), (row[0][needed], row[1][needed])
            curved = self.results[number].denominator == "aj"
            shown = masked(kept, there, mask, curved)
            if YEAR in self.by:
                shown = shown.filter(pl.Series(self._years_told(shown, masks[number], number), dtype=pl.Boolean))
            found[number], _ = as_then(shown, known[place].rows, self.by)
        return found

    def _years_told(self, frame: pl.DataFrame, mask: Mask, number: int) -> list[bool]:
        """Whether the three years of each figure are told year by year beside, so that together they tell no more."""
        row = {group: at for at, group in enumerate(self.groups)}
        told = []
        for group_at, key_at in zip(*places(frame, self.by, self.groups, self.keys[number]), strict=True):
            (year,) = self.groups[group_at]
            rows = [] if year == ALL else [row.get((str(int(year) - before),)) for before in range(YEARS_POOLED)]
            told.append(bool(rows) and all(at is not None and not mask.counted[at, key_at] for at in rows))
        return told


def _without_groups(mask: Mask, figures: Flags) -> Mask:
    """Of these figures no group: everybody's is known, though it is hidden, and the groups would be told by it."""
    return Mask(mask.n, mask.counted | figures, mask.unknown | figures, mask.value | figures)


def _with_changed(mask: Mask, *known: Known) -> Mask:
    """Nothing new of figures whose people, or those counted among them, have changed a little."""
    n = np.any([each.people_changed for each in known], axis=0)
    counted = n | np.any([each.changed for each in known], axis=0)
    unknown = counted | np.any([each.unknown_changed for each in known], axis=0)
    return Mask(mask.n | n, mask.counted | counted, mask.unknown | unknown, mask.value | counted)


def _about(result: Result) -> About:
    return About(result.indicator.name, str(result.cohort), result.municipality, result.denominator)


def _released(result: Result) -> Released:
    return Released(
        _about(result),
        result.by,
        result.months,
        result.frames.position,
        result.frames.known_on,
        result.frames.versions,
        result.figures,
        result.pooled,
        result.earlier if isinstance(result, Published) else {},
        result.without_disclosure_control,
    )


def _published(result: Result, **changed: Any) -> Published:
    own = {each.name: getattr(result, each.name) for each in fields(Result)}
    return Published(**(own | changed))


def _is_left_out(release: Released) -> bool:
    groups = (
        release.figures.filter(pl.any_horizontal(pl.col(name) != ALL for name in release.by)) if release.by else None
    )
    return (
        groups is not None
        and bool((groups["shown"].is_in([HIDDEN, NOBODY, NOT_AVAILABLE])).all())
        and groups.height > 0
    )
