"""Social assistance: who received it in the months after the programme, where it is recorded at all."""

from collections.abc import Sequence

import polars as pl

from tracker.indicators.cohort import ELSEWHERE, residence_at
from tracker.indicators.definition import Indicator, Selection
from tracker.indicators.economic.there import there_after
from tracker.indicators.measures import Count, Share
from tracker.indicators.waiting import NO_LONGER_THERE, months_between

MONTHS = 12
"""Months that are looked back on."""

LONG = 6
"""Months out of them that are a long time."""

LATE = 60
"""Months after the day from which on assistance is late."""

_MONTHS_AT_ALL = 1 << 20
"""More months than there are between any two dates."""


def received(selection: Selection) -> pl.DataFrame:
    """Each person at each month: assistance in the twelve months before, later than five years, and in the programme.

    Only of people of municipalities where assistance is recorded.
    """
    recording = _recording(selection)
    lived = residence_at(selection.frames, selection.who.select("participant", "origin"))
    people = selection.who.select("participant", "origin").join(
        lived.filter(pl.col("residence").is_in(recording)), on="participant", how="semi"
    )
    months = selection.months or (MONTHS,)
    touched = _touched(people, _assistance(selection))
    known = pl.concat([_whole(people, selection.frames.windows), touched])
    paid, seen = _counted(touched, months, "paid"), _counted(known, months, "seen")
    counts = (
        people.select("participant")
        .join(paid, on="participant", how="left")
        .join(seen, on="participant", how="left")
        .join(_in_the_programme(selection, people), on="participant", how="left")
        .with_columns(pl.col("^(paid|seen) .*$", "topped_up").fill_null(0))
    )
    return pl.concat(
        there_after(selection, month).join(counts, on="participant").select(*_answers(month, recording))
        for month in months
    )


def _answers(months: int, recording: list[str]) -> tuple[str | pl.Expr, ...]:
    """The columns of a month; empty where something that it depends on is not known."""
    # Where the person lives now nobody may have been allowed to record it.
    told = pl.col("residence").is_in(recording)
    paid, seen = pl.col(f"paid {months}"), pl.col(f"seen {months}")
    late, seen_late = pl.col(f"paid late {months}"), pl.col(f"seen late {months}")
    unseen = min(months, MONTHS) - seen
    return (
        "participant",
        "months",
        "present",
        pl.when((paid > 0) | (told & (unseen == 0))).then(paid > 0).alias("any"),
        pl.when((paid >= LONG) | (told & (paid + unseen < LONG))).then(paid >= LONG).alias("long"),
        pl.when((late > 0) | (told & (seen_late == months - LATE))).then(late > 0).alias("late"),
        pl.lit(months > LATE).alias("is_late"),
        (pl.col("topped_up") > 0).alias("topped_up"),
    )


def _assistance(selection: Selection) -> pl.DataFrame:
    return selection.frames.spells("social-assistance", columns=("participant", "valid_from", "valid_to"))


def _recording(selection: Selection) -> list[str]:
    """The municipalities where assistance was recorded, with the basis that they stated, for anybody at all."""
    started = selection.frames.facts("social-assistance-started", columns=("participant", "happened_on"))
    turns = started.select("participant", origin="happened_on", turn=pl.int_range(pl.len()).over("participant"))
    places = [residence_at(selection.frames, turn) for turn in turns.partition_by("turn")]
    nowhere = {*NO_LONGER_THERE, ELSEWHERE}
    return sorted({place for found in places for place in found["residence"].unique()} - nowhere)


def _touched(people: pl.DataFrame, stretches: pl.DataFrame) -> pl.DataFrame:
    """(participant, first, last): the months that each stretch touches; month 1 begins the day after the origin."""
    origin, last_day = pl.col("origin"), pl.col("valid_to").dt.offset_by("-1d")
    return (
        stretches.join(people, on="participant")
        .select(
            "participant",
            first=months_between(origin, pl.col("valid_from"), whole=False),
            last=months_between(origin, last_day, whole=False),
        )
        .filter(pl.col("last") >= 1)
    )


def _whole(people: pl.DataFrame, windows: pl.DataFrame) -> pl.DataFrame:
    """(participant, first, last): the months after the origin that lie wholly in each window."""
    origin = pl.col("origin")
    day_before, last_day = (pl.col(edge).dt.offset_by("-1d") for edge in ("known_from", "known_to"))
    return (
        windows.join(people, on="participant")
        .select(
            "participant",
            first=months_between(origin, day_before, whole=False) + 1,
            last=months_between(origin, last_day, whole=True),
        )
        .filter(pl.col("last") >= pl.max_horizontal("first", pl.lit(1, pl.Int32)))
    )


def _counted(stretches: pl.DataFrame, months: Sequence[int], name: str) -> pl.DataFrame:
    """How many of the months that are looked at lie in any of the stretches: a row a person.

    :returns: participant, and for each month m ``NAME m``, of the last twelve, and ``NAME late m``, of those after the
        sixtieth
    """
    # Person and month as one number that rises from person to person: the furthest month is then never somebody else's.
    person = pl.col("participant").cast(pl.Int64) * _MONTHS_AT_ALL
    furthest = (person + pl.col("last")).cum_max().shift(1, fill_value=0) - person
    disjoint = (
        stretches.sort("participant", "first")
        .with_columns(first=pl.max_horizontal(pl.col("first"), furthest + 1, pl.lit(1)))
        .filter(pl.col("first") <= pl.col("last"))
    )

    def within(first: int, last: int) -> pl.Expr:
        inside = pl.col("last").clip(upper_bound=last) - pl.col("first").clip(lower_bound=first) + 1
        return inside.clip(lower_bound=0).sum().cast(pl.Int32)

    return disjoint.group_by("participant").agg(
        **{f"{name} {month}": within(max(month - MONTHS, 0) + 1, month) for month in months},
        **{f"{name} late {month}": within(LATE + 1, month) for month in months},
    )


def _in_the_programme(selection: Selection, people: pl.DataFrame) -> pl.DataFrame:
    """(participant, topped_up): 1 where any assistance ran together with the programme, up to the day of leaving."""
    programme = selection.frames.spells("programme", columns=("participant", "valid_from", "valid_to"))
    return (
        _assistance(selection)
        .join(programme, on="participant", suffix="_programme")
        .join(people, on="participant")
        .filter(
            (pl.max_horizontal("valid_from", "valid_from_programme") <= pl.col("origin"))
            & (pl.col("valid_from") < pl.col("valid_to_programme"))
            & (pl.col("valid_from_programme") < pl.col("valid_to"))
        )
        .select("participant", topped_up=pl.lit(1, pl.Int32))
        .unique()
    )


E12 = Indicator(
    id="E12",
    version=1,
    title="Social assistance after the programme",
    definition=(
        "Of those who left the programme and are in scope so many months later: the share with social assistance in "
        "any of the twelve months before; in six or more of them; and, more than 60 months after leaving, in any month "
        "later than the 60th. A month is from the day after one monthly day through the next, and counts where "
        "assistance runs on any day of it; months before the programme ended do not count. Assistance confirmed in a "
        "status runs until the next confirmation, a told end of it, or for as long as that makes the situation known. "
        "Assistance on top of the introduction benefit, together with the programme up to the day of leaving, is a "
        "line of its own, of what was told then. It is recorded only where a municipality has stated a legal basis: "
        "people of other municipalities are left out, and with no such record anywhere the indicator is not available. "
        "What is not reached is unknown where any of the months is not known in full, or the person has moved to a "
        "municipality that does not record it."
    ),
    formula="x(months with assistance >= 1), x(>= 6) in (X+m-12, X+m]; x(>= 1 in (X+60, X+m]); each / n",
    example="Assistance from the third to the seventh month after leaving: 5 of 12 months, so in (a) and not in (b).",
    dimension="E",
    tags="N H",
    unit="per cent",
    axes={"left": (12, 24, 36, 48, 60, 72, 84, 96, 108, 120)},
    denominator="present",
    measures=(
        Share(
            received,
            (
                Count("any-of-12-months", pl.col("any")),
                Count("6-or-more-of-12-months", pl.col("long"), within="any-of-12-months"),
                Count("later-than-60-months", pl.col("late"), among=pl.col("is_late")),
                Count("top-up-during-the-programme", pl.col("topped_up")),
            ),
        ),
    ),
    needs=("social-assistance-started",),
    sensitive=True,
    source="NORCE 20-2019 section 3.2 (Bamble municipality)",
)
