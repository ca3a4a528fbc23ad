"""People who are all but a few of those that figures were published of: their figures, less those, tell of the few.

Two days of those in the programme, a municipality or several beside all of them, and cohorts on two axes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from typing import ClassVar

import polars as pl

from tracker.errors import Refusal
from tracker.indicators.breakdowns import grouped
from tracker.indicators.cohort import Cohort, residence_at
from tracker.indicators.disclosure.pieces import SMALLEST_GROUP
from tracker.indicators.hiding import TooThinToPublish
from tracker.indicators.partials import ALL
from tracker.indicators.pipeline import YEAR, Result
from tracker.ledger import About, Released


class TooNearAnother(TooThinToPublish):
    """The same figures were published of all but one to four of these people, or of one to four more."""

    def __init__(self, text: str, **about: object) -> None:
        self.cells, self.merge = (), ()
        Refusal.__init__(self, text, **about)


class TooNearAnotherDay(TooNearAnother):
    """Figures of those in the programme on a day were published for another day, with one to four people in between."""

    code: ClassVar[str] = "too-near-another-day"


class TooNearOtherMunicipalities(TooNearAnother):
    """Figures of all and of municipalities were published, which leave one to four people elsewhere."""

    code: ClassVar[str] = "too-near-other-municipalities"


class TooNearAnotherCohort(TooNearAnother):
    """Figures that look at the same time were published of a cohort that one to four people tell from this one."""

    code: ClassVar[str] = "too-near-another-cohort"


def groups_too_near(result: Result, about: About, earlier: Sequence[Released], told: Sequence[Released]) -> bool:
    """Whether groups of a result are all but a few of groups that were published, in any denominator.

    :param about: whose figures they are
    :param earlier: releases of the same figure, whomever they are about
    :param told: what these tell of the same municipality
    :raises TooNearAnotherDay: all of its people are all but a few of those of another day
    :raises TooNearOtherMunicipalities: they leave few people who live elsewhere
    """
    return _of_days(result, about, told) or _of_municipalities(result, about, earlier)


def on_another_axis_too_near(result: Result, about: About, earlier: Sequence[Released]) -> bool:
    """Whether groups of a result are all but a few of groups of a cohort on another axis that were published.

    Where figures look at months after each one's day they look at other days on another axis, and tell nothing.

    :param earlier: releases
    :raises TooNearAnotherCohort: all of its people are all but a few of those of another cohort
    """
    if result.months:
        return False
    found, lines = False, set(result.figures["line"])
    # Published again at another position they are the same people.
    others = dict.fromkeys(
        (other, release.about.municipality, tuple(name for name in _common(result.by, release.by) if name != YEAR))
        for release in earlier
        if about.is_on_another_axis(release.about)
        if not (release.months or lines.isdisjoint(release.figures["line"]))
        for other in _by_year(Cohort.parse(release.about.cohort), release.by, release.figures)
    )
    for own, (other, municipality, by) in product(_by_year(result.cohort, result.by, result.figures), others):
        people = grouped(result.frames, own, by, result.municipality)
        there = grouped(result.frames, other, by, municipality)
        if own == result.cohort and _few_between(people, there, ()):
            raise TooNearAnotherCohort(
                f"one to four people tell {own} from {other}, of which this figure has been published, and "
                f"both look at the same time: ask for {other}, or for more years",
                asked=str(own),
                published=str(other),
            )
        found |= _few_between(people, there, by)
    return found


def _by_year(cohort: Cohort, by: Sequence[str], figures: pl.DataFrame) -> Iterator[Cohort]:
    """A cohort, and each year of it that is told by itself."""
    yield cohort
    for year in sorted(figures[YEAR].cast(pl.String).unique()) if YEAR in by else ():
        if year != ALL:
            yield replace(cohort, first=int(year), last=int(year))


def day_of(cohort: str, known_on: date) -> date | None:
    """The day on which the programme of a cohort runs; None where it is no such cohort."""
    read = Cohort.parse(cohort)
    return (read.on or known_on) if read.axis == "active" else None


def _of_days(result: Result, about: About, told: Iterable[Released]) -> bool:
    day = day_of(about.cohort, result.frames.known_on)
    if day is None:
        return False
    found = False
    # The same question on a later day is answered as it was, where few have come or gone.
    others = {(day_of(each.about.cohort, each.known_on), each.by) for each in told if each.about.cohort != about.cohort}
    for other, breakdown in sorted(others, key=str):
        if other is None or other == day:
            continue
        by = _common(result.by, breakdown)
        people, there = (
            grouped(result.frames, Cohort("active", on=each), by, result.municipality) for each in (day, other)
        )
        if _few_between(people, there, ()):
            raise TooNearAnotherDay(
                f"one to four people began or left the programme between {day} and {other}, for which this figure "
                f"has been published: ask for {other}, or for a day further from it",
                asked=day,
                published=other,
            )
        found |= _few_between(people, there, by)
    return found


def _of_municipalities(result: Result, about: About, earlier: Iterable[Released]) -> bool:
    """Few who live in none of the municipalities told, where all are told too."""
    own = [
        (release.about.municipality, _common(result.by, release.by))
        for release in earlier
        if release.about.cohort == about.cohort and (release.figures["n"] > 0).any()
    ]
    told = {about.municipality, *(municipality for municipality, _ in own)}
    if None not in told or told == {None}:
        return False
    found = False
    for by in dict.fromkeys([(), *(common for _, common in own)]):
        there = {municipality for municipality, common in own if set(by) <= set(common)} | {about.municipality}
        homes = sorted(each for each in there if each is not None)
        if None not in there or not homes:
            continue
        people = grouped(result.frames, result.cohort, by)
        at_home = residence_at(result.frames, people).filter(pl.col("residence").is_in(homes))
        few = _few_between(people, people.join(at_home, on="participant", how="semi"), by)
        if few and not by:
            raise TooNearOtherMunicipalities(
                f"all but one to four people of {about.cohort} live in municipalities whose figures are published "
                f"({', '.join(homes)}): the figures of all, less these, would be theirs",
                cohort=about.cohort,
                municipalities=", ".join(homes),
            )
        found |= few
    return found


def _common(by: Sequence[str], other: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in by if name in other)


def _few_between(one: pl.DataFrame, other: pl.DataFrame, by: Sequence[str]) -> bool:
    """Whether in some group one to four people tell the one from the other: the larger of those who came and went."""
    keys = ["participant", *by]
    apart = [
        here.join(there, on=keys, how="anti").with_columns(pl.lit(0).alias("all")).group_by("all", *by).len()
        for here, there in ((one, other), (other, one))
    ]
    most = pl.concat(apart).group_by("all", *by).agg(pl.col("len").max())["len"]
    return bool(most.is_between(1, SMALLEST_GROUP - 1).any())
