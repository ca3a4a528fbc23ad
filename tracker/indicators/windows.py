"""Observed windows: when a participant's situation is known, from the facts and spells that show it."""

from typing import TYPE_CHECKING

import polars as pl

from tracker.rules.observation import KNOWN_FOR

if TYPE_CHECKING:
    from tracker.indicators.frames import Frames

KNOWN_WHILE = ("programme", "observed")
"""Activities during which the situation is known."""

DAYS = 1 << 31
"""More days than there are between any two dates."""


def observed_windows(frames: "Frames") -> pl.DataFrame:
    """(participant, known_from, known_to): the stretches in which a participant's situation is known, disjoint.

    While the programme runs, inside an observed window, and for a while (a dated rule) after any confirmation or
    fact about an activity.
    """
    told = frames.facts(columns=("participant", "happened_on", "observes")).filter(pl.col("observes") == 1)
    spells = frames.spells(*KNOWN_WHILE, columns=("participant", "valid_from", "valid_to"))
    return windows_of(spells, told)


def windows_of(spells: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """The windows of some participants.

    :param spells: (participant, valid_from, valid_to) of ``KNOWN_WHILE``
    :param told: (participant, happened_on) of the facts that show that the situation was known
    """
    days = told.select("participant", known_from="happened_on")
    known_until = days.select("known_from").unique().with_columns(known_to=_known_until(pl.col("known_from")))
    pieces = pl.concat(
        [
            spells.select("participant", known_from="valid_from", known_to="valid_to"),
            days.join(known_until, on="known_from").select("participant", "known_from", "known_to"),
        ]
    )
    # Person and day as one number that rises from row to row: the furthest end so far is then never of somebody else.
    person = pl.col("participant").cast(pl.Int64) * DAYS
    return (
        pieces.select("participant", start=person + _number("known_from"), end=person + _number("known_to"))
        .sort("start")
        .with_columns(reach=pl.col("end").cum_max())
        .with_columns(begins=(pl.col("start") > pl.col("reach").shift(1)).fill_null(True))
        .with_columns(ends=pl.col("begins").shift(-1).fill_null(True))
        .select(
            "participant",
            known_from=pl.when("begins").then("start").forward_fill(),
            known_to="reach",
            ends="ends",
        )
        .filter("ends")
        .select("participant", known_from=_day(pl.col("known_from")), known_to=_day(pl.col("known_to")))
    )


def _number(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Int32).cast(pl.Int64) + DAYS // 2


def _day(expression: pl.Expr) -> pl.Expr:
    return (expression % DAYS - DAYS // 2).cast(pl.Int32).cast(pl.Date)


def _known_until(day: pl.Expr) -> pl.Expr:
    expression = day.dt.offset_by(f"{KNOWN_FOR.steps[0][1]}mo")
    for first, months in KNOWN_FOR.steps[1:]:
        expression = pl.when(day >= first).then(day.dt.offset_by(f"{months}mo")).otherwise(expression)
    return expression
