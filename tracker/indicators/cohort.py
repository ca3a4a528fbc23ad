"""Cohorts: who is counted, fixed by the day of settlement, of programme start or of leaving, and never by outcome."""

import re
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from tracker.errors import Refusal
from tracker.indicators.frames import Frames

Axis = Literal["settled", "started", "left"]
AXES: dict[Axis, str] = {
    "settled": "first settlement",
    "started": "first start of the programme",
    "left": "last end of the programme that was not reopened; a transfer is none",
}


class UnknownCohort(Refusal):
    """The cohort is not written as one."""

    code = "unknown-cohort"


class UnknownBreakdown(Refusal):
    """There is no such breakdown."""

    code = "unknown-breakdown"


@dataclass(frozen=True)
class Cohort:
    """Everybody whose day on an axis falls in these years.

    :ivar axis: settled, started or left
    :ivar first: first year; None = from the beginning
    :ivar last: last year, included
    """

    axis: Axis
    first: int | None = None
    last: int | None = None

    @classmethod
    def parse(cls, text: str) -> "Cohort":
        """Read ``left:2023``, ``settled:2019..2021`` or ``left``.

        :raises UnknownCohort: it is not written so
        """
        match = re.fullmatch(r"(settled|started|left)(?::(\d{4})(?:\.\.(\d{4}))?)?", text.strip())
        if match is None:
            raise UnknownCohort(f"expected left:2023, started:2021 or settled:2019..2021, got {text!r}")
        axis: Axis = match[1]  # type: ignore[assignment]
        first = int(match[2]) if match[2] else None
        last = int(match[3]) if match[3] else first
        if first is not None and last is not None and last < first:
            raise UnknownCohort(f"the years must rise, got {text!r}")
        return cls(axis, first, last)

    def __str__(self) -> str:
        if self.first is None:
            return self.axis
        return f"{self.axis}:{self.first}" if self.first == self.last else f"{self.axis}:{self.first}..{self.last}"


def origins(frames: Frames, axis: Axis | Literal["first-month"]) -> pl.DataFrame:
    """(participant, origin): each participant's day on an axis, for those who have one.

    ``first-month`` is the first day of the month in which the participant's situation was first known.
    """
    if axis == "settled":
        return frames.participants.select("participant", origin=pl.coalesce("first_settled_on", "settled_on"))
    if axis == "started":
        started = frames.timeline.filter(pl.col("fact") == "programme-started")
        return started.group_by("participant").agg(origin=pl.col("happened_on").min())
    if axis == "left":
        return exits(frames).select("participant", origin="left_on")
    known = pl.concat(
        [
            frames.timeline.filter(pl.col("observes") == 1).select("participant", day="happened_on"),
            frames.spells.filter(pl.col("activity").is_in(["observed", "programme"])).select(
                "participant", day="valid_from"
            ),
        ]
    )
    return known.group_by("participant").agg(origin=pl.col("day").min().dt.month_start())


def exits(frames: Frames) -> pl.DataFrame:
    """(participant, left_on, main_activity, manner, reasons) of those who left the programme.

    The last end counts unless the programme was reopened after it; a transfer to another municipality is no exit.
    """
    ends = frames.timeline.filter(pl.col("fact").is_in(["programme-ended", "programme-reopened"]))
    last = ends.sort("happened_on", "version").group_by("participant", maintain_order=True).last()
    return (
        last.filter(pl.col("fact") == "programme-ended")
        .with_columns(
            manner=pl.col("details").str.json_path_match("$.manner").fill_null("unknown"),
            reasons=pl.col("details").str.json_path_match("$.reasons").fill_null("[]"),
        )
        .filter(pl.col("manner") != "transferred")
        .select("participant", "manner", "reasons", left_on="happened_on", main_activity="value")
    )


def members(frames: Frames, cohort: Cohort, municipality: str | None = None) -> pl.DataFrame:
    """(participant, origin) of a cohort; with a municipality, of those who lived there on their day."""
    found = origins(frames, cohort.axis)
    if cohort.first is not None:
        found = found.filter(pl.col("origin").dt.year().is_between(cohort.first, cohort.last))
    if municipality is not None:
        found = found.join(residence_at(frames, found), on="participant").filter(pl.col("residence") == municipality)
    return found.select("participant", "origin").sort("participant")


def residence_at(frames: Frames, days: pl.DataFrame) -> pl.DataFrame:
    """(participant, residence) on each participant's ``origin``: the municipality, or what took them out of scope."""
    moved = holding(frames, days, "residence").rename({"value": "residence"})
    return (
        days.select("participant")
        .join(frames.participants.select("participant", "municipality"), on="participant")
        .join(moved, on="participant", how="left")
        .select("participant", residence=pl.coalesce("residence", "municipality"))
    )


def holding(frames: Frames, days: pl.DataFrame, activity: str) -> pl.DataFrame:
    """(participant, value) of what an activity or property was on each participant's ``origin``."""
    spells = frames.spells.filter(pl.col("activity") == activity)
    return (
        days.join(spells, on="participant")
        .filter((pl.col("valid_from") <= pl.col("origin")) & (pl.col("origin") < pl.col("valid_to")))
        .sort("participant", "valid_from")
        .group_by("participant", maintain_order=True)
        .agg(pl.col("value").last())
    )


AGES = ((18, "under 18"), (26, "18-25"), (36, "26-35"), (46, "36-45"), (56, "46-55"))
BREAKDOWNS = {
    "rule-set": "the act and version the person is under",
    "schooling": "highest schooling at the start",
    "track": "track on the day",
    "gender": "gender as told",
    "age": "age in the year of the day, by year of birth",
    "goal": "class of the programme goal on the day",
    "municipality": "residence on the day, codes as they were",
    "cohort": "year of the day",
}


def groups(frames: Frames, who: pl.DataFrame, by: tuple[str, ...]) -> pl.DataFrame:
    """The members with a column for each breakdown; what is not known is ``unknown``.

    :raises UnknownBreakdown: there is no such breakdown
    """
    for name in by:
        if name not in BREAKDOWNS:
            raise UnknownBreakdown(f"no breakdown {name!r}; there are {', '.join(BREAKDOWNS)}")
    found = who.join(
        frames.participants.select("participant", "gender", "schooling", "birth_year", rule_set="rule_set"),
        on="participant",
        how="left",
    )
    for name, activity in (("track", "track"), ("goal", "programme-goal")):
        if name in by:
            found = found.join(holding(frames, who, activity).rename({"value": name}), on="participant", how="left")
    if "municipality" in by:
        found = found.join(
            residence_at(frames, who).rename({"residence": "municipality"}), on="participant", how="left"
        )
    age = pl.col("origin").dt.year() - pl.col("birth_year")
    band: Any = pl.when(age < AGES[0][0]).then(pl.lit(AGES[0][1]))
    for limit, label in AGES[1:]:
        band = band.when(age < limit).then(pl.lit(label))
    found = found.with_columns(
        age=pl.when(age.is_null()).then(pl.lit("unknown")).otherwise(band.otherwise(pl.lit("56+"))),
        cohort=pl.col("origin").dt.year().cast(pl.String),
    ).rename({"rule_set": "rule-set"})
    return found.select("participant", "origin", *(pl.col(name).fill_null("unknown") for name in by))
