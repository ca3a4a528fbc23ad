"""Status: which activities a participant has on a day, with their hours, and the one state that plots need."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from tracker.indicators.frames import Frames
from tracker.indicators.situation import EDUCATION as EDUCATION
from tracker.indicators.situation import HEALTH as HEALTH
from tracker.indicators.situation import MEASURES
from tracker.indicators.windows import observed_windows as observed_windows

OUT = ("left-norway", "protection-ended")


@dataclass(frozen=True)
class State:
    """One state of the single-status view.

    :ivar predicate: when a participant is in it, in words; the first of the table that holds is taken
    """

    name: str
    predicate: str
    holds: pl.Expr


_hours = pl.col("hours")
_works = pl.col("works")
_educated = pl.col("higher-education") | pl.col("upper-secondary") | pl.col("primary-school")

STATES = (
    State("DEAD", "has died", pl.col("dead")),
    State(
        "OUT",
        "has left Norway, lost protection, or lives in another municipality than the figure is for",
        pl.col("out"),
    ),
    State("UNKNOWN", "nobody knows: outside the observed windows, open spells included", ~pl.col("known")),
    State("WORK37", "ordinary or self-employed work of 37 hours a week or more", _works & (_hours >= 37)),
    State("WORK20_36", "ordinary or self-employed work of 20 up to 37 hours", _works & (_hours >= 20)),
    State(
        "WORK_EDU",
        "ordinary or self-employed work under 20 hours or of unknown hours, and education",
        _works & _educated,
    ),
    State("EDU_HIGHER", "higher education", pl.col("higher-education")),
    State("EDU_VGS", "upper secondary", pl.col("upper-secondary")),
    State("EDU_GRUNN", "primary school (grunnskole)", pl.col("primary-school")),
    State("WAGE_SUBSIDY", "work while it is subsidised", pl.col("subsidised")),
    State("PROGRAMME", "the introduction programme", pl.col("programme")),
    State("WORK_LT20", "ordinary or self-employed work under 20 hours or of unknown hours", _works),
    State("MEASURE", "labour market measure or work placement", pl.col("measure")),
    State("HEALTH", "a health benefit", pl.col("health")),
    State("NONE", "known, and nothing of the above", pl.lit(True)),
)
"""State | predicate, precedence top-down; version 1. Source: INDICATORS catalogue, section 3.1."""

STATE_VERSION = 1
NAMES = tuple(state.name for state in STATES)


RUNNING = ("work", "wage-subsidy", *EDUCATION, "programme", *MEASURES, "benefit", "social-assistance")
"""The activities that a status is made of."""


def activities_at(frames: Frames, days: pl.DataFrame, *activities: str) -> pl.DataFrame:
    """What runs on each participant's ``day``.

    A confirmed activity counts only where no spell of the same activity runs, so that hours are not counted twice.

    :param days: (participant, day)
    :param activities: only these; none named, everything
    :returns: (participant, day, activity, key, value, hours_per_week, position_percent)
    """
    running = _running(frames, days, activities, "activity", "key", "value", "hours_per_week", "position_percent")
    told = pl.col("key") != "confirmed"
    confirmed = running.filter(~told)
    if confirmed.height == 0:
        return running
    about = ["participant", "day", "activity"]
    told_of = running.filter(told).select(about)
    return pl.concat([running.filter(told), confirmed.join(told_of, on=about, how="anti")])


def _running(frames: Frames, days: pl.DataFrame, activities: tuple[str, ...], *columns: str) -> pl.DataFrame:
    wanted = dict.fromkeys(("participant", "valid_from", "valid_to", *columns))
    spells = frames.spells(*activities, columns=tuple(wanted))
    return (
        days.lazy()
        .select("participant", "day")
        .join(spells.lazy(), on="participant")
        .filter((pl.col("valid_from") <= pl.col("day")) & (pl.col("day") < pl.col("valid_to")))
        .select("participant", "day", *columns)
        .collect()
    )


def status_at(frames: Frames, days: pl.DataFrame, windows: pl.DataFrame | None = None) -> pl.DataFrame:
    """One row a (participant, day): which activities run, the hours of ordinary work, and what is known.

    :param days: (participant, day), and for figures of a municipality ``home``, its code: who lives elsewhere on the
        day is out of scope; null = wherever they live. Further columns are kept.
    :param windows: from ``frames.windows``, where others than these are meant
    :returns: participant, day, ``works`` and ``hours`` (ordinary and self-employed, summed; 0 without, null = unknown),
        ``full_time``, ``self_employed``, ``subsidised`` and ``subsidised_hours``, a flag for each education,
        ``programme``, ``measure``, ``health``, ``social_assistance``, ``known``, ``out``, ``dead``
    """
    windows = frames.windows if windows is None else windows
    day = ["participant", "day"]
    summed = _summed(activities_at(frames, days, *RUNNING))
    known = (
        days.lazy()
        .select(day)
        .join(windows.lazy(), on="participant")
        .filter((pl.col("known_from") <= pl.col("day")) & (pl.col("day") < pl.col("known_to")))
        .select(*day, known=pl.lit(True))
        .unique()
        .collect()
    )
    status = days
    for found in (summed, known, residence_on(frames, days)):
        status = status.join(found, on=day, how="left", maintain_order="left")
    flags = [name for name, kind in summed.schema.items() if kind == pl.Boolean] + ["known"]
    status = status.with_columns(
        pl.col(flags).fill_null(False),
        hours=pl.when(pl.col("works").fill_null(False)).then("hours").otherwise(0.0),
        subsidised_hours=pl.when(pl.col("subsidised").fill_null(False)).then("subsidised_hours").otherwise(0.0),
    )
    lives = pl.col("residence")
    out = lives.is_in(OUT).fill_null(False)
    dead = (lives == "died").fill_null(False)
    if "home" in days.columns:
        settled = frames.people("municipality").rename({"municipality": "settled_in"})
        status = status.join(settled, on="participant", how="left", maintain_order="left")
        elsewhere = pl.coalesce("residence", "settled_in") != pl.col("home")
        status = status.with_columns(out=out | (elsewhere.fill_null(False) & ~dead), dead=dead)
        return status.drop("residence", "settled_in")
    return status.with_columns(out=out, dead=dead).drop("residence")


def residence_on(frames: Frames, days: pl.DataFrame) -> pl.DataFrame:
    """(participant, day, residence) of those of whom a move was told of by then: the municipality, or where to.

    :param days: (participant, day)
    """
    return (
        _running(frames, days, ("residence",), "valid_from", "value")
        .sort("valid_from")
        .group_by("participant", "day", maintain_order=True)
        .agg(residence=pl.col("value").last())
    )


def _summed(running: pl.DataFrame) -> pl.DataFrame:
    """One row a (participant, day) on which anything runs."""
    activity, value = pl.col("activity"), pl.col("value")
    work = activity == "work"
    hours = pl.col("hours_per_week")
    rows = running.lazy().with_columns(
        works=(work & (value != "wage-subsidy")).fill_null(False),
        subsidised=(
            (work & (value == "wage-subsidy")) | (activity == "wage-subsidy") & (pl.col("key") == "confirmed")
        ).fill_null(False),
    )
    works, subsidised = pl.col("works"), pl.col("subsidised")
    rows = rows.with_columns(
        self_employed=works & (value == "self-employed"),
        full_time=works & ((pl.col("position_percent") >= 100) | (hours >= 37)).fill_null(False),
        **{name: activity == name for name in EDUCATION},
        programme=activity == "programme",
        measure=activity.is_in(MEASURES),
        health=(activity == "benefit") & pl.col("key").is_in(HEALTH),
        social_assistance=activity == "social-assistance",
        own_hours=hours * works.cast(pl.Float64),
        subsidy_hours=hours * subsidised.cast(pl.Float64),
        own_unknown=works & hours.is_null(),
        subsidy_unknown=subsidised & hours.is_null(),
    )
    flags = ("works", "self_employed", "full_time", "subsidised", *EDUCATION)
    others = ("programme", "measure", "health", "social_assistance")
    return (
        rows.group_by("participant", "day")
        .agg(
            pl.col(*flags, *others).any(),
            hours=pl.col("own_hours").sum(),
            subsidised_hours=pl.col("subsidy_hours").sum(),
            own_unknown=pl.col("own_unknown").any(),
            subsidy_unknown=pl.col("subsidy_unknown").any(),
        )
        .select(
            "participant",
            "day",
            "works",
            pl.when(~pl.col("own_unknown")).then("hours").alias("hours"),
            *flags[1:4],
            pl.when(~pl.col("subsidy_unknown")).then("subsidised_hours").alias("subsidised_hours"),
            *EDUCATION,
            *others,
        )
        .collect()
    )


def state_of() -> pl.Expr:
    """The number of the state in ``STATES``, from the columns of :func:`status_at`."""
    expression: Any = pl.when(STATES[0].holds.fill_null(False)).then(0)
    for number, state in enumerate(STATES[1:], start=1):
        expression = expression.when(state.holds.fill_null(False)).then(number)
    number_of_state: pl.Expr = expression.otherwise(len(STATES) - 1).cast(pl.Int16)
    return number_of_state
