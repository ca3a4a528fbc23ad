"""People who are all but a few of those that figures were published of: their figures, less those, tell of the few.

Two days of those in the programme, and a municipality or several beside all of them.
"""

from collections.abc import Iterable, Sequence
from typing import ClassVar

import polars as pl

from tracker.errors import Refusal
from tracker.indicators.breakdowns import grouped
from tracker.indicators.cohort import Cohort, residence_at
from tracker.indicators.disclosure.pieces import SMALLEST_GROUP
from tracker.indicators.hiding import TooThinToPublish
from tracker.indicators.pipeline import Result
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


def groups_too_near(result: Result, about: About, earlier: Iterable[Released]) -> bool:
    """Whether groups of a result are all but a few of groups that were published.

    :param about: whose figures they are
    :raises TooNearAnotherDay: all of its people are all but a few of those of another day
    :raises TooNearOtherMunicipalities: they leave few people who live elsewhere
    """
    earlier = [release for release in earlier if release.about.denominator == about.denominator]
    return _of_days(result, about, earlier) or _of_municipalities(result, about, earlier)


def _of_days(result: Result, about: About, earlier: Iterable[Released]) -> bool:
    if result.cohort.axis != "active":
        return False
    day = result.cohort.on or result.frames.known_on
    found = False
    for release in earlier:
        other = Cohort.parse(release.about.cohort).on or release.known_on
        if other == day or release.about.municipality != about.municipality:
            continue
        by = _common(result.by, release.by)
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
    own = [release for release in earlier if release.about.cohort == about.cohort]
    told = {about.municipality, *(release.about.municipality for release in own)}
    homes = sorted(each for each in told if each is not None)
    if None not in told or not homes:
        return False
    breakdowns = [_common(result.by, release.by) for release in own if release.about.municipality != about.municipality]
    by = max(breakdowns, key=len, default=())
    people = grouped(result.frames, result.cohort, by)
    at_home = residence_at(result.frames, people).filter(pl.col("residence").is_in(homes))
    there = people.join(at_home, on="participant", how="semi")
    if _few_between(people, there, ()):
        raise TooNearOtherMunicipalities(
            f"all but one to four people of {about.cohort} live in municipalities whose figures are published "
            f"({', '.join(homes)}): the figures of all, less these, would be theirs",
            cohort=about.cohort,
            municipalities=", ".join(homes),
        )
    return _few_between(people, there, by)


def _common(by: Sequence[str], other: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in by if name in other)


def _few_between(one: pl.DataFrame, other: pl.DataFrame, by: Sequence[str]) -> bool:
    """Whether in some group one to four people tell the one from the other, and nobody more."""
    keys = ["participant", *by]
    apart = [
        here.join(there, on=keys, how="anti").group_by(pl.lit(0).alias("all"), *by).len()
        for here, there in ((one, other), (other, one))
    ]
    most = pl.concat(apart).group_by("all", *by).agg(pl.col("len").max())
    return bool((most["len"] < SMALLEST_GROUP).any())
