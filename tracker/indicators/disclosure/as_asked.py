"""Earlier releases as tellings of the people who are asked about: a municipality is a group of all, and alone, too."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from tracker.indicators.disclosure.near import day_of
from tracker.indicators.disclosure.year_by_year import parts_released
from tracker.indicators.partials import ALL
from tracker.ledger import About, Released

MUNICIPALITY = "municipality"


def of_the_same_day(release: Released, about: About, known_on: date) -> Released:
    """A release under the name of the people asked about, where both are those in the programme on one day.

    :param known_on: the day of the figures that are asked for
    """
    day = day_of(about.cohort, known_on)
    if day is None or day != day_of(release.about.cohort, release.known_on):
        return release
    return replace(release, about=replace(release.about, cohort=about.cohort))


def as_asked(release: Released, about: About, by: Sequence[str]) -> Iterator[Released]:
    """What a release told of these people, or of others who are counted in the same way.

    :param about: the people who are asked about
    :param by: the breakdowns in which they are
    """
    asked, told = about.municipality, release.about.municipality
    if asked == told:
        yield release
    elif told is None and MUNICIPALITY in release.by:
        yield _group(release, str(asked))
    elif asked is None and MUNICIPALITY in by:
        for groups in _as_groups(release, by):
            yield from parts_released(groups)


def _group(release: Released, municipality: str) -> Released:
    """The group of a municipality, as those who live there."""
    others = tuple(name for name in release.by if name != MUNICIPALITY)
    place = release.by.index(MUNICIPALITY)

    def own(figures: pl.DataFrame) -> pl.DataFrame:
        return figures.filter(pl.col(MUNICIPALITY) == municipality).drop(MUNICIPALITY)

    return release.told_as(
        own,
        about=replace(release.about, municipality=municipality),
        by=others,
        earlier={
            (*key[:place], *key[place + 1 :]): position
            for key, position in release.earlier.items()
            if key[place] == municipality
        },
        among=True,
    )


def _as_groups(release: Released, by: Sequence[str]) -> Iterator[Released]:
    """Those who live in a municipality as a group of all; and their own groups as groups of all in finer ones."""
    municipality = release.about.municipality
    # What is told of a municipality's own groups tells no more of a municipality that is told as a whole.
    for names in dict.fromkeys(((), release.by if len(by) > 1 else ())):
        finer = (MUNICIPALITY, *names)
        order = tuple(by) if set(finer) == set(by) else finer

        def rows(figures: pl.DataFrame, names: tuple[str, ...] = names) -> pl.DataFrame:
            alone = pl.all_horizontal(pl.lit(True), *(pl.col(name) == ALL for name in release.by))
            kept = figures.filter(~alone) if names else figures.filter(alone).drop(release.by)
            return kept.with_columns(pl.lit(municipality).alias(MUNICIPALITY))

        yield release.told_as(rows, about=replace(release.about, municipality=None), by=order, earlier={}, whole=False)
