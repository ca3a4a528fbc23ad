"""Years told by group: to a reader the figures of everybody year by year, and then those of each year by group."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import polars as pl

from tracker.indicators.cohort import Cohort
from tracker.indicators.disclosure.published import Published
from tracker.indicators.figures import KEYS
from tracker.indicators.partials import ALL
from tracker.indicators.pipeline import YEAR, Result
from tracker.ledger import Released

Key = tuple[Any, ...]


class Part(NamedTuple):
    """What is a question by itself.

    :ivar by: its breakdowns, in the order of the whole
    :ivar year: the year whose groups these are; None = everybody year by year
    """

    cohort: Cohort
    by: tuple[str, ...]
    year: str | None

    def of(self, figures: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
        """Its figures, of those of the whole by these breakdowns."""
        if self.year is not None:
            return figures.filter(pl.col(YEAR) == self.year).drop(YEAR)
        others = [name for name in by if name != YEAR]
        return figures.filter(pl.all_horizontal(pl.col(name) == ALL for name in others)).drop(others)

    def key_of(self, key: Key, by: Sequence[str]) -> Key | None:
        """The key of a figure of the whole; None where it is none of this part's."""
        group = dict(zip(by, key[: len(by)], strict=True))
        everybody = all(value == ALL for name, value in group.items() if name != YEAR)
        if everybody if self.year is None else group[YEAR] == self.year:
            return (*(group[name] for name in self.by), *key[len(by) :])
        return None

    def back(self, figures: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
        """Its figures as those of the whole, each of them in one part only."""
        if self.year is None:
            return figures.with_columns(pl.lit(ALL).alias(name) for name in by if name != YEAR)
        groups = figures.filter(pl.any_horizontal(pl.col(name) != ALL for name in self.by))
        return groups.with_columns(pl.lit(self.year).alias(YEAR))

    def key_back(self, key: Key, by: Sequence[str]) -> Key:
        """The key of a figure of the whole."""
        group = dict(zip(self.by, key[: len(self.by)], strict=True)) | ({} if self.year is None else {YEAR: self.year})
        return (*(group.get(name, ALL) for name in by), *key[len(self.by) :])


def parts_of(result: Result) -> list[Result]:
    """A result as those that it is made of; one that is not by years and groups as it is."""
    return [
        replace(
            result,
            cohort=part.cohort,
            by=part.by,
            figures=part.of(result.figures, result.by),
            pooled=None if result.pooled is None else part.of(result.pooled, result.by),
        )
        for part in _parts(result.cohort, result.by, result.figures)
    ] or [result]


def parts_released(release: Released) -> list[Released]:
    """The same of a release."""
    return [
        release.told_as(
            partial(part.of, by=release.by),
            about=replace(release.about, cohort=str(part.cohort)),
            by=part.by,
            earlier={
                own: position
                for key, position in release.earlier.items()
                if (own := part.key_of(key, release.by)) is not None
            },
            whole=release.whole and (part.year is not None or _has_years(release)),
        )
        for part in _parts(Cohort.parse(release.about.cohort), release.by, release.figures)
    ] or [release]


def _has_years(release: Released) -> bool:
    """Whether it tells everybody of each year: those of 0.1 do not."""
    everybody = pl.all_horizontal(pl.col(name) == ALL for name in release.by if name != YEAR)
    return bool(release.figures.select((everybody & (pl.col(YEAR) != ALL)).any()).item())


def in_one(result: Result, published: Sequence[Published]) -> Published:
    """The parts of a result, in the order of :func:`parts_of`, as they are published: together again."""
    parts = list(_parts(result.cohort, result.by, result.figures))
    if not parts:
        return published[0]
    by, told = result.by, list(zip(parts, published, strict=True))
    earlier: dict[Key, int] = {}
    for part, one in told:
        earlier |= {part.key_back(key, by): position for key, position in one.earlier.items()}
    pools = [part.back(one.pooled, by) for part, one in told if one.pooled is not None]
    return replace(
        published[0],
        cohort=result.cohort,
        by=by,
        figures=_in_order(result.figures, [part.back(one.figures, by) for part, one in told], by),
        pooled=None if result.pooled is None or not pools else _in_order(result.pooled, pools, by),
        earlier=earlier,
        left_out=any(one.left_out for one in published),
        other_years=any(one.other_years for one in published),
    )


def _parts(cohort: Cohort, by: Sequence[str], figures: pl.DataFrame) -> Iterator[Part]:
    """The parts of what is by years and groups; of anything else none."""
    if YEAR not in by or len(by) == 1:
        return
    others = tuple(name for name in by if name != YEAR)
    yield Part(cohort, (YEAR,), None)
    for year in sorted(set(figures[YEAR].unique()) - {ALL}):
        # Those in the programme on a day are all of one year.
        own = cohort if cohort.axis == "active" else Cohort(cohort.axis, int(year), int(year))
        yield Part(own, others, year)


def _in_order(figures: pl.DataFrame, parts: Sequence[pl.DataFrame], by: Sequence[str]) -> pl.DataFrame:
    """The rows of all parts, in the order that they had."""
    keys = [*by, *KEYS]
    order = figures.select(keys).with_row_index("_at")
    found = pl.concat(part.select(figures.columns) for part in parts)
    found = found.join(order, on=keys, how="left", nulls_equal=True).sort("_at", nulls_last=True, maintain_order=True)
    return found.select(figures.columns)
