"""Breakdowns: the groups that a cohort is shown in, each told on the person's own day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl

from tracker.errors import Refusal
from tracker.indicators.cohort import Cohort, exits, holding, members, residence_at
from tracker.indicators.frames import Frames
from tracker.indicators.norms import adopted
from tracker.indicators.side_by_side import side_by_side

UNKNOWN = "unknown"
AGES = ((18, "under 18"), (26, "18-25"), (36, "26-35"), (46, "36-45"), (56, "46-55"))
OLDEST = "56+"
FEWEST_ADVISORS = 3
SMALL_UNIT = "units with fewer than three advisors"


class UnknownBreakdown(Refusal):
    """There is no such breakdown, or the indicator does not have it."""

    code = "unknown-breakdown"


@dataclass(frozen=True, eq=False)
class Breakdown:
    """A way to tell people apart.

    :ivar meaning: what it is, in words
    :ivar groups: (participant, value) of these people; who is left out is ``unknown``
    :ivar usual: every indicator about participants has it
    """

    meaning: str
    groups: Callable[[Frames, pl.DataFrame], pl.DataFrame]
    usual: bool = True


def _background(column: str) -> Callable[[Frames, pl.DataFrame], pl.DataFrame]:
    def groups(frames: Frames, _who: pl.DataFrame) -> pl.DataFrame:
        return frames.people(column).select("participant", value=pl.col(column).replace("not-asked", UNKNOWN))

    return groups


SCHOOLING_GROUPS = {
    "none": "none-or-some-basic",
    "some-basic": "none-or-some-basic",
    "basic-not-equal": "none-or-some-basic",
    "basic": "basic",
    "some-upper-secondary": "upper-secondary-or-more",
    "upper-secondary": "upper-secondary-or-more",
    "higher": "upper-secondary-or-more",
}
PROTECTION = {"unknown": UNKNOWN, "collective-protection": "collective"}


def _schooling_group(frames: Frames, _who: pl.DataFrame) -> pl.DataFrame:
    group = pl.col("schooling").replace_strict(SCHOOLING_GROUPS, default=None, return_dtype=pl.String)
    return frames.people("schooling").select("participant", value=group)


def _protection(frames: Frames, _who: pl.DataFrame) -> pl.DataFrame:
    group = pl.col("rule_set").replace_strict(PROTECTION, default="other", return_dtype=pl.String)
    return frames.people("rule_set").select("participant", value=group)


def _held(activity: str) -> Callable[[Frames, pl.DataFrame], pl.DataFrame]:
    return lambda frames, who: holding(frames, who, activity)


def _age(frames: Frames, who: pl.DataFrame) -> pl.DataFrame:
    band: Any = pl.when(_years < AGES[0][0]).then(pl.lit(AGES[0][1]))
    for limit, label in AGES[1:]:
        band = band.when(_years < limit).then(pl.lit(label))
    return _born(frames, who).select(
        "participant", value=pl.when(_years.is_not_null()).then(band.otherwise(pl.lit(OLDEST)))
    )


def _under_25(frames: Frames, who: pl.DataFrame) -> pl.DataFrame:
    young = pl.when(_years < 25).then(pl.lit("under 25")).when(_years >= 25).then(pl.lit("25 or older"))
    return _born(frames, who).select("participant", value=young)


_years = pl.col("origin").dt.year() - pl.col("birth_year")


def _born(frames: Frames, who: pl.DataFrame) -> pl.DataFrame:
    return who.select("participant", "origin").join(frames.people("birth_year"), on="participant")


def _unit(frames: Frames, who: pl.DataFrame) -> pl.DataFrame:
    """The unit on the day; units of few advisors are taken together, so that no figure is about one of them."""
    columns = ("participant", "value")
    units = frames.spells("unit", columns=columns).rename({"value": "unit"}).unique()
    advisors = frames.spells("advisor", columns=columns).rename({"value": "advisor"}).unique()
    large = (
        units.join(advisors, on="participant")
        .group_by("unit")
        .agg(pl.col("advisor").n_unique())
        .filter(pl.col("advisor") >= FEWEST_ADVISORS)["unit"]
    )
    value = pl.col("value")
    return holding(frames, who, "unit").with_columns(
        pl.when(value.is_null() | value.is_in(large.implode())).then(value).otherwise(pl.lit(SMALL_UNIT))
    )


def _municipality(frames: Frames, who: pl.DataFrame) -> pl.DataFrame:
    return residence_at(frames, who).rename({"residence": "value"})


def _year(_frames: Frames, who: pl.DataFrame) -> pl.DataFrame:
    return who.select("participant", value=pl.col("origin").dt.year().cast(pl.String))


def _sector(frames: Frames, who: pl.DataFrame) -> pl.DataFrame:
    """Of several jobs that of most hours; where they are as long, or of unknown hours, the one begun first."""
    jobs = frames.spells("work").filter((pl.col("value") != "wage-subsidy") & (pl.col("key") != "confirmed"))
    own = pl.when(pl.col("value") == "self-employed").then(pl.lit("private"))
    return (
        who.select("participant", "origin")
        .join(jobs, on="participant")
        .filter((pl.col("valid_from") <= pl.col("origin")) & (pl.col("origin") < pl.col("valid_to")))
        .sort("hours_per_week", "spell_from", "key", descending=[True, False, False], nulls_last=True)
        .group_by("participant", maintain_order=True)
        .agg(value=pl.coalesce(pl.col("details").str.json_path_match("$.sector"), own).first())
    )


def _early_leaver(frames: Frames, who: pl.DataFrame) -> pl.DataFrame:
    """Left to work before the last day that was planned; who left for unknown reasons may have."""
    planned = (
        frames.spells("programme", columns=("participant", "valid_from", "details"))
        .sort("valid_from")
        .group_by("participant", maintain_order=True)
        .agg(pl.col("details").last().str.json_path_match("$.planned_end").str.to_date("%Y-%m-%d").alias("planned"))
    )
    untold = (pl.col("main_activity") == "not-registered") & (pl.col("reasons") == "[]")
    to_work = (pl.col("main_activity") == "work") | pl.col("reasons").str.contains('"work"', literal=True)
    early = pl.when(~untold).then(to_work) & (pl.col("left_on") < pl.col("planned"))
    left = exits(frames).join(who, on="participant", how="semi").join(planned, on="participant", how="left")
    return left.select("participant", value=pl.when(early).then(pl.lit("yes")).when(~early).then(pl.lit("no")))


def _norms(frames: Frames, who: pl.DataFrame, by: pl.Expr) -> pl.DataFrame:
    people = who.select("participant", day="origin", by=by)
    return adopted(frames, people).select("participant", value="norm_set")


BREAKDOWNS: dict[str, Breakdown] = {
    "rule-set": Breakdown("the act and version the person is under", _background("rule_set")),
    "schooling": Breakdown("highest schooling at the start", _background("schooling")),
    "schooling-group": Breakdown("highest schooling at the start, in three groups", _schooling_group),
    "protection": Breakdown("collective protection (chapter 6A), or any other ground", _protection),
    "track": Breakdown("track on the day", _held("track")),
    "gender": Breakdown("gender as told", _background("gender")),
    "age": Breakdown("age in the year of the day, by year of birth", _age),
    "under-25": Breakdown("under 25 in the year of the day, by year of birth", _under_25),
    "goal": Breakdown("class of the programme goal on the day", _held("programme-goal")),
    "municipality": Breakdown("residence on the day; who lives elsewhere later is out of scope", _municipality),
    "unit": Breakdown("the unit responsible on the day, where it has three advisors or more", _unit),
    "cohort": Breakdown("year of the day", _year),
    "sector": Breakdown("sector of the job of most hours on the day; an own business is private", _sector, usual=False),
    "early-leaver": Breakdown(
        "left to work before the programme's planned end; not known without a planned end", _early_leaver, usual=False
    ),
    "norm-set": Breakdown(
        "the norms of expected course, with their version, that the municipality of residence had adopted by the day",
        lambda frames, who: _norms(frames, who, pl.col("origin")),
        usual=False,
    ),
    "newest-norm-set": Breakdown(
        "those that the municipality of residence on the day had adopted by the day of the figure",
        lambda frames, who: _norms(frames, who, pl.lit(frames.known_on)),
        usual=False,
    ),
}


def grouped(frames: Frames, cohort: Cohort, by: Sequence[str], municipality: str | None = None) -> pl.DataFrame:
    """(participant, origin, home, a column for each breakdown) of a cohort; what is not known is ``unknown``.

    :raises UnknownBreakdown: there is no such breakdown
    """
    return frames.once(_grouped, cohort, tuple(by), municipality)


def _grouped(frames: Frames, cohort: Cohort, by: tuple[str, ...], municipality: str | None) -> pl.DataFrame:
    who = with_groups(frames, members(frames, cohort, municipality), by)
    return who.with_columns(home=pl.col("municipality")) if "municipality" in by else who


def with_groups(frames: Frames, who: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """People with a column for each breakdown, as it was on their ``origin``.

    :raises UnknownBreakdown: there is no such breakdown
    """
    for name in by:
        if name not in BREAKDOWNS:
            raise UnknownBreakdown(
                f"no breakdown {name!r}; there are {', '.join(BREAKDOWNS)}", given=name, breakdowns=tuple(BREAKDOWNS)
            )
    told = side_by_side(partial(_told, frames, who), by)
    return who.with_columns(column for column in told)


def _told(frames: Frames, who: pl.DataFrame, name: str) -> pl.Series:
    """The group of each of these people."""
    told = BREAKDOWNS[name].groups(frames, who).select("participant", pl.col("value").cast(pl.String).alias(name))
    found = who.select("participant").join(told, on="participant", how="left", maintain_order="left")
    return found[name].fill_null(UNKNOWN)
