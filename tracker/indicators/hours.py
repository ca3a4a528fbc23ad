"""Hours of work through time: the stretches in which they stay the same, when they first suffice, monthly means."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from tracker.indicators.columns.derived import place
from tracker.indicators.forward import Forward
from tracker.indicators.frames import Frames
from tracker.indicators.same_day import same_day
from tracker.indicators.side_by_side import halves, side_by_side
from tracker.indicators.situation import PARTS, STEPS
from tracker.indicators.waiting import NO_LONGER_THERE

FULL_POST = 37.5
"""Hours of a full post whose hours were not told."""

_DAYS = 1 << 31
Figures = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class MonthlyHours:
    """Mean hours a week in each month after each participant's origin: a row a person, a column a month.

    NaN is a month that nobody knows all of. A month without work is 0.

    :ivar hours: of ordinary and self-employed work together
    :ivar self_employed: the part of them in an own business; not known where ``hours`` is not
    :ivar subsidised: of jobs while they are subsidised
    """

    hours: Figures
    self_employed: Figures
    subsidised: Figures

    def of(self, people: slice) -> "MonthlyHours":
        """Those of some people; what is written there is written here."""
        return MonthlyHours(self.hours[people], self.self_employed[people], self.subsidised[people])

    @property
    def ordinary(self) -> Figures:
        """The part of the hours that is not in an own business."""
        return self.hours - self.self_employed


def stretches(frames: Frames) -> pl.DataFrame:
    """The stretches in which a participant's work stays the same; neighbours may be alike.

    They say what :func:`tracker.indicators.status.status_at` says on each of their days: a confirmed activity counts
    only where no spell of it was told of. Days on which no work runs are in no stretch.

    :returns: participant, valid_from, valid_to (half-open; ``LAST_DAY`` while open), ``works``, ``hours`` (ordinary and
        self-employed work, summed; null = unknown), ``full_time``, ``subsidised``, ``subsidised_hours``
    """
    return (
        steps(frames)
        .with_columns(valid_to=pl.col("day").shift(-1))
        .filter(pl.col("works") | pl.col("subsidised"))
        .select(
            "participant",
            "valid_to",
            "works",
            "full_time",
            "subsidised",
            valid_from="day",
            hours=pl.when(~pl.col("unknown")).then(pl.col("parts") / PARTS),
            subsidised_hours=pl.when(~pl.col("subsidised_unknown")).then(pl.col("subsidised_parts") / PARTS),
        )
        .select(
            "participant",
            "valid_from",
            "valid_to",
            "works",
            "hours",
            "full_time",
            "subsidised",
            "subsidised_hours",
        )
    )


def first_days(frames: Frames, thresholds: Sequence[int], since: pl.DataFrame | None = None) -> pl.DataFrame:
    """The first day on which each participant's ordinary and self-employed work reaches each number of hours.

    A full post reaches every one; work of unknown hours reaches 1 hour and no more.

    :param since: (participant, origin): only of these, from the origin on; who works that much then is there at once
    :returns: participant, threshold (Int32), on; who never gets there has no row
    """
    return first_days_of(working(frames, since), thresholds)


def first_doubts(frames: Frames, since: pl.DataFrame | None = None) -> pl.DataFrame:
    """(participant, on): the first day with ordinary or self-employed work of unknown hours that is no full post.

    From then on it is doubtful whether a threshold above 1 hour is reached.

    :param since: as for :func:`first_days`
    """
    return first_doubts_of(working(frames, since))


def working(frames: Frames, since: pl.DataFrame | None = None) -> pl.DataFrame:
    """The stretches with ordinary or self-employed work, and ``on``, the first day of each that is asked about.

    :param since: as for :func:`first_days`
    """
    found = stretches(frames).filter("works")
    if since is None:
        return found.with_columns(on="valid_from")
    found = found.join(since.select("participant", "origin"), on="participant")
    return found.filter(pl.col("valid_to") > pl.col("origin")).select(
        pl.exclude("origin"), on=pl.max_horizontal("valid_from", "origin")
    )


def first_days_of(work: pl.DataFrame, thresholds: Sequence[int]) -> pl.DataFrame:
    """:func:`first_days` among the stretches of :func:`working`."""
    reached = [
        work.filter(enough(threshold).fill_null(False))
        .group_by("participant")
        .agg(threshold=pl.lit(threshold, pl.Int32), on=pl.col("on").min())
        for threshold in thresholds
    ]
    return pl.concat(reached).sort("participant", "threshold")


def first_doubts_of(work: pl.DataFrame) -> pl.DataFrame:
    """:func:`first_doubts` among the stretches of :func:`working`."""
    doubtful = work.filter(pl.col("hours").is_null() & ~pl.col("full_time"))
    return doubtful.group_by("participant").agg(pl.col("on").min())


def enough(threshold: int) -> pl.Expr:
    """Whether ordinary and self-employed work is of at least so many hours; empty where that is unknown.

    Of rows with ``works``, ``hours`` and ``full_time``: those of :func:`stretches` or of a status.
    """
    hours = pl.col("hours")
    reached = (hours >= threshold).fill_null(True) if threshold <= 1 else hours >= threshold
    return pl.col("works") & (pl.col("full_time") | reached)


def month_means(frames: Frames, origins: pl.DataFrame, months: int) -> pl.DataFrame:
    """:func:`monthly_hours` as rows: participant, month (1 is the first), hours (null = unknown)."""
    found = monthly_hours(frames, origins, months).hours
    return pl.DataFrame(
        {
            "participant": origins["participant"].gather(np.repeat(np.arange(origins.height), months)),
            "month": np.tile(np.arange(1, months + 1, dtype=np.int32), origins.height),
            "hours": found.ravel(),
        }
    ).with_columns(pl.col("hours").fill_nan(None))


def monthly_hours(frames: Frames, origins: pl.DataFrame, months: int) -> MonthlyHours:
    """The mean over each of the first months after an origin of summed contracted hours a week.

    The first month runs from the day after the origin through the same day of the next month, and so on. A month is
    known where the situation is known on each of its days, none of them is later than the day of the figure or out of
    scope, and the hours of all jobs are known; a full post of unknown hours counts as ``FULL_POST``.

    :param origins: (participant, origin), each participant once; with ``home``, a municipality's code or null, days on
        which the person lives elsewhere are out of scope too
    """
    work = steps(frames).with_columns(
        place=place(pl.col("participant"), pl.col("day")),
        known_parts=pl.when("unknown").then(0).otherwise("parts"),
        full=pl.col("full_time") & pl.col("unknown"),
        doubt=pl.col("unknown") & ~pl.col("full_time"),
        alone=pl.when("unknown").then(0).otherwise("self_employed_parts"),
    )
    sums = (
        _Sums(work, "known_parts", "full", "doubt", "alone", "unknown", "subsidised_parts", "subsidised_unknown"),
        _Sums(_as_steps(frames.windows), "holds"),
        _Sums(_as_steps(_out_of_scope(frames, origins)), "holds"),
    )
    today = pl.Series([frames.known_on]).cast(pl.Int64).item()
    found = MonthlyHours(*(np.full((origins.height, months), np.nan, order="F") for _ in range(3)))
    side_by_side(lambda half: _fill(found.of(half), origins[half], sums, today), halves(origins.height))
    return found


def _fill(found: MonthlyHours, origins: pl.DataFrame, sums: "Sequence[_Sums]", today: int) -> None:
    """Work out the months of some people.

    :param today: the day of the figure, as days since 1970
    """
    people = origins["participant"].cast(pl.Int64).to_numpy() * _DAYS + _DAYS // 2 + 1
    passed = [Forward(one.places) for one in sums]
    # A month begins, and ends, after its day.
    totals = (
        (day, [total for one, so_far in zip(sums, passed, strict=True) for total in one.until(people + day, so_far)])
        for day in (
            same_day(origins["origin"], month).cast(pl.Int64).to_numpy() for month in range(found.hours.shape[1] + 1)
        )
    )
    for month, ((first, before), (last, after)) in enumerate(pairwise(totals)):
        days = last - first
        parts, full, doubt, alone, unknown, of_subsidy, subsidy_unknown, known, out = map(np.subtract, after, before)
        seen = (known == days) & (out == 0) & (last <= today)
        for hours, total, doubtful in (
            (found.hours, parts / PARTS + full * FULL_POST, doubt),
            (found.self_employed, alone / PARTS, unknown),
            (found.subsidised, of_subsidy / PARTS, subsidy_unknown),
        ):
            np.divide(total, days, out=hours[:, month], where=seen & (doubtful == 0))


def _out_of_scope(frames: Frames, origins: pl.DataFrame) -> pl.DataFrame:
    """(participant, from, to): the stretches in which a person is out of scope, disjoint."""
    residence = frames.spells("residence", columns=("participant", "value", "valid_from", "valid_to"))
    home = pl.col("home") if "home" in origins.columns else pl.lit(None, pl.String)
    away = pl.col("value").is_in(NO_LONGER_THERE) | (pl.col("value") != pl.col("home")).fill_null(False)
    return (
        origins.select("participant", home=home)
        .join(residence, on="participant")
        .filter(away)
        .select("participant", "valid_from", "valid_to")
    )


def _as_steps(stretches: pl.DataFrame) -> pl.DataFrame:
    """Disjoint stretches as steps: something holds from a day on, or no longer."""
    participant, first, last = (pl.col(name) for name in stretches.columns)
    some = stretches.filter(first < last)
    edges = some.select(begun=place(participant, first), ended=place(participant, last)).sort("begun")
    # One that begins where another ends stands behind it, and counts.
    return pl.DataFrame({"place": edges.to_numpy().ravel(), "holds": np.tile([1, 0], edges.height)})


class _Sums:
    """Columns of steps summed over the days of each participant until a day.

    :param steps: (place, values from that day on), 0 at the end of each participant
    """

    def __init__(self, steps: pl.DataFrame, *columns: str) -> None:
        self.places = np.concatenate(([0], steps["place"].to_numpy()))
        self._rates = [np.concatenate(([0], steps[column].cast(pl.Int64).to_numpy())) for column in columns]
        # Open spells may sum to more than there are numbers; differences of such sums are right all the same.
        self._sums = [
            np.concatenate(([0], np.cumsum(rates[:-1] * np.diff(self.places)))) if rates.any() else None
            for rates in self._rates
        ]

    def until(self, days: Numbers, passed: Forward) -> list[Numbers]:
        """The sum of each column until the day before; only its difference from that of another day has a meaning.

        :param days: person and day as one number, never less than when last asked
        :param passed: of the places, where the same people are looked at later and later
        """
        at = passed.reached(days) - 1
        since = days - self.places.take(at)
        return [
            np.zeros_like(days) if sums is None else sums.take(at) + rates.take(at) * since
            for rates, sums in zip(self._rates, self._sums, strict=True)
        ]


def steps(frames: Frames) -> pl.DataFrame:
    """What a participant's work comes to from each day on which it changes: :func:`situation.steps_of`."""
    return frames.derived(STEPS)
