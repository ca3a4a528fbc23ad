"""The legal deadline for Norwegian: when training started, what leave adds, and whether it was over."""

from typing import Any

import polars as pl

from tracker.indicators.firsts import first_days_in
from tracker.indicators.frames import Frames
from tracker.rules import Rule
from tracker.rules.norwegian import (
    AFTER_UPPER_SECONDARY,
    COLLECTIVE,
    COLLECTIVE_PROTECTION,
    INTEGRATION_ACT,
    LESS,
    OTHERS,
    UPPER_SECONDARY,
)


def training_ends(frames: Frames, people: pl.DataFrame) -> pl.DataFrame:
    """(participant, start, due): the start of the training and the last day of the deadline before leave is added.

    ``due`` is empty where rule set or schooling do not tell it.

    :param people: participant, origin: the start of the programme, for whom no start of training is recorded
    """
    trained = frames.spells("language-training", columns=("participant", "valid_from"))
    first = first_days_in(trained, "valid_from", called="start")
    background = frames.people("rule_set", "schooling")
    rule_set, schooling, start = pl.col("rule_set"), pl.col("schooling"), pl.col("start")
    act = rule_set.is_in(INTEGRATION_ACT)
    months = (
        pl.when(rule_set == COLLECTIVE_PROTECTION)
        .then(_months(COLLECTIVE, start))
        .when(act & schooling.is_in(UPPER_SECONDARY))
        .then(_months(AFTER_UPPER_SECONDARY, start))
        .when(act & schooling.is_in(LESS))
        .then(_months(OTHERS, start))
    )
    return (
        people.select("participant", "origin")
        .join(first, on="participant", how="left")
        .join(background, on="participant", how="left")
        .with_columns(start=pl.coalesce("start", "origin"))
        .select("participant", "start", due=start.dt.offset_by(pl.format("{}mo", months)))
    )


def away(frames: Frames, days: pl.DataFrame) -> pl.DataFrame:
    """(participant, away): days of approved leave that extends the deadline, from ``start`` up to each one's ``day``.

    :param days: participant, start, day
    """
    columns = ("participant", "valid_from", "valid_to", "details")
    refused = pl.any_horizontal(
        (pl.col("details").str.json_path_match(f"$.{name}") == "false").fill_null(False)
        for name in ("approved", "extends_deadline")
    )
    return (
        days.join(frames.spells("leave", columns=columns).filter(~refused), on="participant")
        .select(
            "participant",
            first=pl.max_horizontal("valid_from", "start"),
            last=pl.min_horizontal("valid_to", "day"),
        )
        .filter(pl.col("last") > pl.col("first"))
        .group_by("participant")
        .agg(away=(pl.col("last") - pl.col("first")).dt.total_days().sum())
    )


def in_time(frames: Frames, days: pl.DataFrame) -> pl.DataFrame:
    """(participant, in_time): whether the deadline, with the leave so far, was not over yet on each one's ``day``.

    :param days: participant, start, due, day
    """
    on_leave = away(frames, days.select("participant", "start", "day"))
    return days.join(on_leave, on="participant", how="left").select(
        "participant",
        in_time=pl.col("day") <= pl.col("due") + pl.duration(days=pl.col("away").fill_null(0)),
    )


def _months(rule: Rule[int], day: pl.Expr) -> pl.Expr:
    """The value of a rule on the day of each row."""
    (_, value), *later = rule.steps
    months: Any = pl.lit(value)
    for first, value in later:
        months = pl.when(day >= pl.lit(first, pl.Date)).then(pl.lit(value)).otherwise(months)
    governing: pl.Expr = months
    return governing
