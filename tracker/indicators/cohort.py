"""Cohorts: who is counted, fixed by a day in each journey, and never by outcome."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

import polars as pl

from tracker.errors import Refusal
from tracker.indicators.columns.derived import last_of_each
from tracker.indicators.firsts import first_days_in
from tracker.indicators.frames import Frames
from tracker.indicators.tellings import EXITS

Axis = Literal["settled", "started", "left", "active", "first-job", "primary-school", "year"]
AXES: dict[Axis, str] = {
    "settled": "first settlement",
    "started": "first start of the programme",
    "left": "last end of the programme that was not reopened; a transfer is none",
    "active": "a day on which the programme runs; written active:2024-06-30, else the day of the figure",
    "first-job": "first day with ordinary or self-employed work of 20 hours a week or more",
    "primary-school": "completion of primary school",
    "year": "the calendar year in which the municipality did or was told something; of no participant's journey",
}
EMPTY = {"participant": pl.UInt32, "origin": pl.Date, "home": pl.String}


class UnknownCohort(Refusal):
    """The cohort is not written as one."""

    code = "unknown-cohort"


@dataclass(frozen=True)
class Cohort:
    """Everybody whose day on an axis falls in these years.

    :ivar axis: one of ``AXES``
    :ivar first: first year; None = from the beginning
    :ivar last: last year, included
    :ivar on: the day of the axis ``active``; None = the day of the figure
    """

    axis: Axis
    first: int | None = None
    last: int | None = None
    on: date | None = None

    @classmethod
    def parse(cls, text: str) -> "Cohort":
        """Read ``left:2023``, ``settled:2019..2021``, ``left`` or ``active:2024-06-30``.

        :raises UnknownCohort: it is not written so
        """
        axis, _, when = text.strip().partition(":")
        if axis not in get_args(Axis) or text.strip().endswith(":"):
            raise UnknownCohort(
                f"expected left:2023, settled:2019..2021, active:2024-06-30 or the like, with one of "
                f"{', '.join(AXES)}; got {text!r}",
                given=text,
            )
        if axis == "active":
            try:
                return cls("active", on=date.fromisoformat(when) if when else None)
            except ValueError:
                raise UnknownCohort(
                    f"expected a day such as active:2024-06-30, got {text!r}", about="day", given=text
                ) from None
        match = re.fullmatch(r"(\d{4})(?:\.\.(\d{4}))?", when)
        if when and match is None:
            raise UnknownCohort(
                f"expected a year or years such as 2023 or 2019..2021, got {text!r}", about="years", given=text
            )
        first = int(match[1]) if match else None
        last = int(match[2]) if match and match[2] else first
        if first is not None and last is not None and last < first:
            raise UnknownCohort(f"the years must rise, got {text!r}", about="order", given=text)
        return cls(axis, first, last)  # type: ignore[arg-type]

    def __str__(self) -> str:
        if self.on is not None:
            return f"{self.axis}:{self.on}"
        if self.first is None:
            return self.axis
        return f"{self.axis}:{self.first}" if self.first == self.last else f"{self.axis}:{self.first}..{self.last}"

    @property
    def years(self) -> range | None:
        """Its years; None where it is not limited to any."""
        return None if self.first is None or self.last is None else range(self.first, self.last + 1)


def origins(frames: Frames, axis: Axis | Literal["first-month"], on: date | None = None) -> pl.DataFrame:
    """(participant, origin): each participant's day on an axis, for those who have one.

    ``first-month`` is the first day of the month in which the participant's situation was first known.

    :param on: the day of the axis ``active``
    """
    if axis == "settled":
        return frames.people("first_settled_on", "settled_on").select(
            "participant", origin=pl.coalesce("first_settled_on", "settled_on")
        )
    if axis == "started":
        return _first(frames, "programme-started")
    if axis == "left":
        return exits(frames, "participant", "left_on").rename({"left_on": "origin"})
    if axis == "active":
        day = on or frames.known_on
        running = frames.spells("programme", columns=("participant", "valid_from", "valid_to")).filter(
            (pl.col("valid_from") <= day) & (pl.col("valid_to") > day)
        )
        return running.select("participant").unique().with_columns(origin=pl.lit(day))
    if axis == "first-job":
        from tracker.indicators.hours import first_days

        return first_days(frames, (20,)).select("participant", origin="on")
    if axis == "primary-school":
        return _first(frames, "primary-school-completed")
    if axis == "year":
        return pl.DataFrame(schema={"participant": pl.UInt32, "origin": pl.Date})
    return frames.windows.group_by("participant").agg(origin=pl.col("known_from").min().dt.month_start())


def _first(frames: Frames, fact: str) -> pl.DataFrame:
    return first_days_in(frames.facts(fact, columns=("participant", "happened_on")), "happened_on", called="origin")


def exits(frames: Frames, *columns: str) -> pl.DataFrame:
    """(participant, left_on, main_activity, manner, reasons) of those who left the programme, a row each.

    The last end counts unless the programme was reopened after it; a transfer to another municipality is no exit.

    :param columns: only these; none named, all
    """
    return frames.derived(EXITS, *columns)


def members(frames: Frames, cohort: Cohort, municipality: str | None = None) -> pl.DataFrame:
    """(participant, origin, home) of a cohort; with a municipality, of those who lived there on their day.

    ``home`` is that municipality, and empty where a figure is for all.
    """
    found = origins(frames, cohort.axis, cohort.on)
    found = found.join(frames.people("participant"), on="participant", how="semi")
    if cohort.first is not None:
        found = found.filter(pl.col("origin").dt.year().is_between(cohort.first, cohort.last))
    if municipality is not None:
        found = found.join(residence_at(frames, found), on="participant").filter(pl.col("residence") == municipality)
    return found.select("participant", "origin", home=pl.lit(municipality, pl.String)).sort("participant")


ELSEWHERE = "elsewhere"
"""The residence of who had not come to a municipality of this installation yet."""


def residence_at(frames: Frames, days: pl.DataFrame) -> pl.DataFrame:
    """(participant, residence) on each participant's ``origin``: the municipality, or what took them out of scope."""
    moved = holding(frames, days, "residence").rename({"value": "residence"})
    people = frames.people("municipality", "settled_on")
    home = pl.when(pl.col("origin") < pl.col("settled_on")).then(pl.lit(ELSEWHERE)).otherwise(pl.col("municipality"))
    return (
        days.select("participant", "origin")
        .join(people, on="participant")
        .join(moved, on="participant", how="left")
        .select("participant", residence=pl.coalesce("residence", home))
    )


def holding(frames: Frames, days: pl.DataFrame, activity: str) -> pl.DataFrame:
    """(participant, value) of what an activity or property was on each participant's ``origin``."""
    found = (
        days.select("participant", "origin")
        .join(frames.once(_values_of, activity), on="participant")
        .filter((pl.col("valid_from") <= pl.col("origin")) & (pl.col("origin") < pl.col("valid_to")))
    )
    return last_of_each(found, "valid_from").select("participant", "value")


def _values_of(frames: Frames, activity: str) -> pl.DataFrame:
    return frames.spells(activity, columns=("participant", "value", "valid_from", "valid_to"))
