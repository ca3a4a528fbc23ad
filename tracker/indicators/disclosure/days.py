"""Cohorts of those whose programme runs on a day: two days with few people between them tell of those people."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from tracker.errors import Refusal
from tracker.indicators.cohort import Cohort, members
from tracker.indicators.disclosure.pieces import SMALLEST_GROUP
from tracker.indicators.hiding import TooThinToPublish
from tracker.indicators.pipeline import Result
from tracker.ledger import About, Released


class TooNearAnotherDay(TooThinToPublish):
    """Figures of those in the programme on a day were published for another day, with one to four people in between."""

    code: ClassVar[str] = "too-near-another-day"

    def __init__(self, asked: date, published: date) -> None:
        self.cells, self.merge = (), ()
        Refusal.__init__(
            self,
            f"one to four people began or left the programme between {asked} and {published}, for which this figure "
            f"has been published: ask for {published}, or for a day further from it",
            asked=asked,
            published=published,
        )


def check_days(result: Result, about: About, earlier: Iterable[Released]) -> None:
    """Refuse those in the programme on a day, where few people tell them from those on a day that was published.

    :param about: whose figures they are
    :raises TooNearAnotherDay: there is such a day
    """
    if result.cohort.axis != "active":
        return
    day = result.cohort.on or result.frames.known_on
    others = {
        Cohort.parse(release.about.cohort).on or release.known_on
        for release in earlier
        if release.about.is_beside(about)
    }
    own = _active(result, day)
    for other in sorted(others - {day}):
        there = _active(result, other)
        if 0 < max(len(own - there), len(there - own)) < SMALLEST_GROUP:
            raise TooNearAnotherDay(day, other)


def _active(result: Result, day: date) -> set[int]:
    return set(members(result.frames, Cohort("active", on=day), result.municipality)["participant"])
