"""Tellings: what facts that there are very many of tell in their details, as columns."""

from collections.abc import Mapping
from typing import get_args

import polars as pl

from events.income import IncomeSource
from events.language import LEVELS, Skill
from tracker.indicators.columns.derived import Derived, Source
from tracker.indicators.details import with_details

SKILLS: tuple[str, ...] = get_args(Skill)
RANKS: Mapping[str, int] = {level: rank for rank, level in enumerate(LEVELS)}
"""Steps from below A1 = 0 to C1 = 5: an order, not a measure."""

AMOUNTS = ("own_work_income", "taxable_benefits", "pension", "other")
MAIN_INCOMES: tuple[str, ...] = get_args(IncomeSource)
_SKILL, _LEVEL = pl.Enum(SKILLS), pl.Enum(LEVELS)
_MAIN = pl.Enum(MAIN_INCOMES)
_TALK = pl.Enum(("scheduled", "moved", "held", "missed"))
_TOLD = ("participant", "version", "happened_on", "value", "details")


def _results(facts: pl.DataFrame) -> pl.DataFrame:
    rank = pl.col("value").cast(_LEVEL, strict=False).to_physical().cast(pl.Int8)
    told = facts.select("participant", "details", rank=rank, on="happened_on").drop_nulls("rank")
    return with_details(told.drop_nulls("details"), skill="$.skill", evidence="$.evidence").select(
        "participant",
        "on",
        "rank",
        skill=pl.col("skill").cast(_SKILL),
        tested=(pl.col("evidence") == "norskproven").fill_null(False),
    )


def _attended(facts: pl.DataFrame) -> pl.DataFrame:
    told = with_details(facts.drop_nulls("details"), hours="$.attended").select(
        "participant",
        "version",
        month=pl.col("value").str.to_date("%Y-%m-%d"),
        hours=pl.col("hours").cast(pl.Float64),
    )
    return (
        told.sort("participant", "month", "version")
        .unique(["participant", "month"], keep="last", maintain_order=True)
        .drop("version")
    )


def _incomes(facts: pl.DataFrame) -> pl.DataFrame:
    amounts = pl.Struct(dict.fromkeys(AMOUNTS, pl.Float64))
    told = facts.select(pl.col("details").unique()).with_columns(told=pl.col("details").str.json_decode(amounts))
    return (
        facts.sort("participant", "version")
        .unique(["participant", "value"], keep="last", maintain_order=True)
        .join(told.unnest("told"), on="details", how="left", nulls_equal=True, maintain_order="left")
        .select("participant", *AMOUNTS, year=pl.col("value").cast(pl.Int32))
    )


def _main_incomes(of_itself: pl.DataFrame, by_status: pl.DataFrame) -> pl.DataFrame:
    confirmed = with_details(by_status, main="$.main_income")
    return (
        pl.concat(
            part.select("participant", "version", "happened_on", "main")
            for part in (of_itself.with_columns(main=pl.col("value")), confirmed)
        )
        .filter(pl.col("main") != "not-asked")
        .sort("participant", "happened_on", "version")
        .select("participant", day="happened_on", main=pl.col("main").cast(_MAIN, strict=False))
    )


def _background(facts: pl.DataFrame) -> pl.DataFrame:
    told = with_details(facts, schooling="$.schooling", literate="$.literate", rule_set="$.rule_set")
    return told.with_columns(on="happened_on", later=pl.col("fact").cast(pl.String) == "background-updated")


def _targets(facts: pl.DataFrame) -> pl.DataFrame:
    told = with_details(facts, **{skill: f"$.goals.{skill}" for skill in SKILLS})
    ranks = [pl.col(skill).replace_strict(RANKS, default=None, return_dtype=pl.Int8) for skill in SKILLS]
    return told.with_columns(*ranks, on="happened_on")


def _exits(facts: pl.DataFrame) -> pl.DataFrame:
    manner = pl.col("manner").fill_null("unknown")
    last = (
        facts.sort("participant", "happened_on", "version")
        .filter(pl.col("participant").ne_missing(pl.col("participant").shift(-1)))
        .filter(pl.col("fact").cast(pl.String) == "programme-ended")
    )
    return (
        with_details(last, manner="$.manner", reasons="$.reasons")
        .filter(manner != "transferred")
        .with_columns(manner, pl.col("reasons").fill_null("[]"), left_on="happened_on", main_activity="value")
    )


def _goals(told: pl.DataFrame, reached: pl.DataFrame) -> pl.DataFrame:
    same_person = pl.col("participant") == pl.col("participant").shift(1)
    goals = (
        with_details(told, cause="$.cause")
        .sort("participant", "happened_on", "version")
        .filter(
            (pl.col("participant").ne_missing(pl.col("participant").shift(-1)))
            | (pl.col("happened_on") != pl.col("happened_on").shift(-1))
        )
        .select(
            "participant",
            set_on="happened_on",
            goal="value",
            other=pl.when(same_person).then(pl.col("value") != pl.col("value").shift(1)),
            cause=pl.col("cause").fill_null("unknown").replace("first", "unknown"),
        )
    )
    first_reached = (
        reached.join(goals, on="participant")
        .filter(pl.col("set_on") <= pl.col("happened_on"))
        .sort("set_on")
        .group_by("participant", "version", maintain_order=True)
        .agg(pl.col("goal", "happened_on").last())
        .group_by("participant", "goal")
        .agg(reached_on=pl.col("happened_on").min())
    )
    return goals.join(first_reached, on=["participant", "goal"], how="left", maintain_order="left")


def _accepted(facts: pl.DataFrame) -> pl.DataFrame:
    in_plan = pl.col("in_plan")
    return with_details(facts, starts_on="$.starts_on", hours="$.hours_per_week", in_plan="$.in_plan").with_columns(
        pl.col("starts_on").str.to_date("%Y-%m-%d"),
        pl.col("hours").cast(pl.Float64),
        pl.when(in_plan.is_in(["yes", "no"])).then(in_plan == "yes").alias("in_plan"),
        accepted_on="happened_on",
        kind="value",
    )


def _talks(facts: pl.DataFrame) -> pl.DataFrame:
    kind = pl.col("fact").cast(pl.String).str.strip_prefix("follow-up-")
    told = facts.sort("participant", "key", "happened_on", "version").with_columns(kind=kind.cast(_TALK))
    same = (pl.col("participant") == pl.col("participant").shift(1)) & (pl.col("key") == pl.col("key").shift(1))
    planned = pl.when(pl.col("kind").is_in(["scheduled", "moved"])).then("value")
    return told.with_columns(
        on="happened_on",
        thread=(~same.fill_null(False)).cum_sum().cast(pl.UInt32),
        planned=planned.str.to_date("%Y-%m-%d"),
        missed_by=pl.when(pl.col("kind") == "missed").then("value"),
    )


def _facts(topic: str, *columns: str) -> Source:
    return Source("facts", (topic,), columns or _TOLD)


RESULTS = Derived(
    "results",
    {
        "participant": pl.UInt32(),
        "skill": _SKILL,
        "rank": pl.Int8(),
        "tested": pl.Boolean(),
        "on": pl.Date(),
    },
    (_facts("language-level-reached", "participant", "happened_on", "value", "details"),),
    _results,
)
"""Every result of Norwegian on the day of its test; not assessed is none. ``tested``: by the national test."""

ATTENDED = Derived(
    "attended",
    {"participant": pl.UInt32(), "month": pl.Date(), "hours": pl.Float64()},
    (_facts("attendance-recorded", "participant", "version", "value", "details"),),
    _attended,
    shared=False,
)
"""Hours attended in each month; of a month told twice, as told last."""

INCOMES = Derived(
    "incomes",
    {"participant": pl.UInt32(), "year": pl.Int32(), **dict.fromkeys(AMOUNTS, pl.Float64())},
    (_facts("income-recorded", "participant", "version", "value", "details"),),
    _incomes,
    shared=False,
)
"""The amounts of each tax year, in kroner; of several records of a year the last told one."""

MAIN_SOURCES = Derived(
    "main-sources",
    {"participant": pl.UInt32(), "day": pl.Date(), "main": _MAIN},
    (_facts("income-source-recorded"), _facts("status-confirmed")),
    _main_incomes,
    shared=False,
)
"""The main source of income told on a day, the last of a day last; empty where it was unknown."""

BACKGROUND = Derived(
    "background",
    {
        "participant": pl.UInt32(),
        "version": pl.Int32(),
        "on": pl.Date(),
        "later": pl.Boolean(),
        **dict.fromkeys(("schooling", "literate", "rule_set"), pl.String()),
    },
    (
        Source(
            "facts",
            ("participant-registered", "background-updated"),
            ("participant", "version", "happened_on", "fact", "details"),
        ),
    ),
    _background,
)
"""What was told of the starting point; ``later``: after the registration."""

TARGETS = Derived(
    "targets",
    {
        "participant": pl.UInt32(),
        "version": pl.Int32(),
        "on": pl.Date(),
        **dict.fromkeys(SKILLS, pl.Int8()),
    },
    (_facts("language-goal-set", "participant", "version", "happened_on", "details"),),
    _targets,
)
"""Every target in Norwegian that was set: the rank of each skill, empty where there is none."""

EXITS = Derived(
    "exits",
    {
        "participant": pl.UInt32(),
        "left_on": pl.Date(),
        **dict.fromkeys(("main_activity", "manner", "reasons"), pl.String()),
    },
    (
        Source(
            "facts",
            ("programme-ended", "programme-reopened"),
            ("participant", "version", "happened_on", "fact", "value", "details"),
        ),
    ),
    _exits,
)
"""Who left the programme: the last end, unless the programme was reopened after it; a transfer is none."""

GOALS = Derived(
    "goals",
    {
        "participant": pl.UInt32(),
        "set_on": pl.Date(),
        "goal": pl.String(),
        "other": pl.Boolean(),
        "cause": pl.String(),
        "reached_on": pl.Date(),
    },
    (
        _facts("programme-goal-set", "participant", "happened_on", "version", "value", "details"),
        _facts("programme-goal-reached", "participant", "happened_on", "version"),
    ),
    _goals,
)
"""Goals of the programme in the order in which they were set; one that was replaced on the day it was set is none.
``other``: of another class than the one before, empty of the first; ``cause`` of that; ``reached_on``: the day on which
one of its class was first reached while it held."""

ACCEPTED = Derived(
    "accepted",
    {
        "participant": pl.UInt32(),
        "accepted_on": pl.Date(),
        "kind": pl.String(),
        "starts_on": pl.Date(),
        "hours": pl.Float64(),
        "in_plan": pl.Boolean(),
    },
    (_facts("place-accepted", "participant", "happened_on", "value", "details"),),
    _accepted,
)
"""Places that were accepted; ``in_plan``: whether it is a step of the plan, empty where nobody said so."""

TALKS = Derived(
    "talks",
    {
        "participant": pl.UInt32(),
        "thread": pl.UInt32(),
        "on": pl.Date(),
        "kind": _TALK,
        "planned": pl.Date(),
        "missed_by": pl.String(),
    },
    (
        Source(
            "facts",
            tuple(f"follow-up-{kind}" for kind in _TALK.categories),
            ("participant", "version", "happened_on", "fact", "key", "value"),
        ),
    ),
    _talks,
    shared=False,
)
"""What was told of conversations: ``thread`` tells those with one key apart, each in the order in which it happened;
``planned``: the day it was agreed for, or moved to; ``missed_by``: who did not come."""

TELLINGS = (RESULTS, ATTENDED, INCOMES, MAIN_SOURCES, BACKGROUND, TARGETS, EXITS, GOALS, ACCEPTED, TALKS)
