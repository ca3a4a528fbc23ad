"""Status: which activities a participant has on a day, with their hours, and the one state that plots need."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from tracker.indicators.frames import Frames
from tracker.rules.observation import KNOWN_FOR

EDUCATION = ("higher-education", "upper-secondary", "primary-school")
MEASURES = ("labour-market-measure", "work-placement")
HEALTH = ("sickness-benefit", "work-assessment-allowance", "disability-benefit")
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


def activities_at(frames: Frames, days: pl.DataFrame) -> pl.DataFrame:
    """Everything that runs on each participant's ``day``.

    A confirmed activity counts only where no spell of the same activity runs, so that hours are not counted twice.

    :param days: (participant, day)
    :returns: (participant, day, activity, key, value, hours_per_week, position_percent)
    """
    running = (
        days.join(frames.spells, on="participant")
        .filter((pl.col("valid_from") <= pl.col("day")) & (pl.col("day") < pl.col("valid_to")))
        .select("participant", "day", "activity", "key", "value", "hours_per_week", "position_percent")
    )
    told = pl.col("key") != "confirmed"
    return running.filter(told | (told.sum().over("participant", "day", "activity") == 0))


def observed_windows(frames: Frames) -> pl.DataFrame:
    """(participant, known_from, known_to): the stretches in which a participant's situation is known, disjoint.

    While the programme runs, inside an observed window, and for a while (a dated rule) after any confirmation or
    fact about an activity.
    """
    windows = frames.spells.filter(pl.col("activity").is_in(["programme", "observed"])).select(
        "participant", known_from="valid_from", known_to="valid_to"
    )
    told = frames.timeline.filter(pl.col("observes") == 1).select("participant", known_from="happened_on")
    told = told.with_columns(known_to=_known_until(pl.col("known_from")))
    pieces = pl.concat([windows, told]).sort("participant", "known_from")
    reach = pl.col("known_to").cum_max().over("participant")
    starts = pl.col("known_from") > reach.shift(1).over("participant")
    return (
        pieces.with_columns(window=starts.fill_null(True).cum_sum().over("participant"))
        .group_by("participant", "window", maintain_order=True)
        .agg(pl.col("known_from").min(), pl.col("known_to").max())
        .drop("window")
    )


def _known_until(day: pl.Expr) -> pl.Expr:
    expression = day.dt.offset_by(f"{KNOWN_FOR.steps[0][1]}mo")
    for first, months in KNOWN_FOR.steps[1:]:
        expression = pl.when(day >= first).then(day.dt.offset_by(f"{months}mo")).otherwise(expression)
    return expression


def status_at(
    frames: Frames, days: pl.DataFrame, windows: pl.DataFrame | None = None, municipality: str | None = None
) -> pl.DataFrame:
    """One row a (participant, day): which activities run, the hours of ordinary work, and what is known.

    :param windows: from :func:`observed_windows`, where it is at hand
    :param municipality: for a figure of one municipality: who lives elsewhere is out of scope
    :returns: participant, day, ``works`` and ``hours`` (ordinary and self-employed, summed; null = unknown hours),
        ``full_time``, ``self_employed_hours``, ``subsidised`` and ``subsidised_hours``, a flag for each education,
        ``programme``, ``measure``, ``health``, ``social_assistance``, ``known``, ``out``, ``dead``
    """
    windows = observed_windows(frames) if windows is None else windows
    activity, value = pl.col("activity"), pl.col("value")
    work = activity == "work"
    own = work & (value != "wage-subsidy")
    subsidised = (work & (value == "wage-subsidy")) | (activity == "wage-subsidy") & (pl.col("key") == "confirmed")
    hours = pl.col("hours_per_week")
    summed = (
        activities_at(frames, days)
        .group_by("participant", "day")
        .agg(
            works=own.any(),
            hours=_sum_or_unknown(hours, own),
            self_employed=(own & (value == "self-employed")).any(),
            full_time=(own & ((pl.col("position_percent") >= 100) | (hours >= 37))).any(),
            subsidised=subsidised.any(),
            subsidised_hours=_sum_or_unknown(hours, subsidised),
            **{name: (activity == name).any() for name in EDUCATION},
            programme=(activity == "programme").any(),
            measure=activity.is_in(MEASURES).any(),
            health=((activity == "benefit") & pl.col("key").is_in(HEALTH)).any(),
            social_assistance=(activity == "social-assistance").any(),
            residence=value.filter(activity == "residence").last(),
        )
    )
    known = (
        days.join(windows, on="participant")
        .filter((pl.col("known_from") <= pl.col("day")) & (pl.col("day") < pl.col("known_to")))
        .select("participant", "day", known=pl.lit(True))
        .unique()
    )
    status = days.join(summed, on=["participant", "day"], how="left").join(known, on=["participant", "day"], how="left")
    flags = [name for name, kind in status.schema.items() if kind == pl.Boolean]
    status = status.with_columns(pl.col(flags).fill_null(False))
    residence = pl.col("residence")
    out = residence.is_in(OUT)
    if municipality is not None:
        status = status.join(
            frames.participants.select("participant", home="municipality"), on="participant", how="left"
        )
        out = out | (pl.coalesce("residence", "home") != municipality) & ~residence.is_in(["died"]).fill_null(False)
        status = status.with_columns(out=out.fill_null(False), dead=(residence == "died").fill_null(False)).drop("home")
    else:
        status = status.with_columns(out=out.fill_null(False), dead=(residence == "died").fill_null(False))
    return status.drop("residence")


def _sum_or_unknown(hours: pl.Expr, which: pl.Expr) -> pl.Expr:
    """The sum over what is running; null where the hours of one of them are unknown."""
    chosen = hours.filter(which)
    return pl.when(chosen.null_count() > 0).then(None).otherwise(chosen.sum())


def state_of() -> pl.Expr:
    """The number of the state in ``STATES``, from the columns of :func:`status_at`."""
    expression: Any = pl.when(STATES[0].holds.fill_null(False)).then(0)
    for number, state in enumerate(STATES[1:], start=1):
        expression = expression.when(state.holds.fill_null(False)).then(number)
    number_of_state: pl.Expr = expression.otherwise(len(STATES) - 1).cast(pl.Int16)
    return number_of_state
