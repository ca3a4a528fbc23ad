"""Milestones of expected course: when each of many people first reached them.

For each person it is what :func:`tracker.course.reached.reaching` finds.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property

import polars as pl

from events import fact_classes
from events.language import LEVELS
from tracker.course.history import UNTOLD
from tracker.course.norms import ActivityBegun, BaselineTold, FactLogged, HoursReached, Levels, Need, ReachedBy
from tracker.course.reached import SKILLS
from tracker.indicators.frames import Frames

RANKS = {level: rank for rank, level in enumerate(LEVELS)}
LOWEST = min(RANKS.values())
_PARTS = 10_000
"""Hours are added up in ten-thousandths, as whole numbers."""

_FACTS_OF: dict[Need, str] = {
    "work-history": "skills-mapped",
    "track": "track-assigned",
    "programme-goal": "programme-goal-set",
    "career-goal": "career-goal-set",
}
_FIELDS: dict[Need, str] = {"schooling": "schooling", "literacy": "literate"}


class Told:
    """What had happened to people by a day.

    :param people: participant, decided (the day whose own target in Norwegian holds)
    :param until: the last day that counts
    """

    def __init__(self, frames: Frames, people: pl.DataFrame, until: date) -> None:
        self._frames = frames
        self._people = people.select("participant", "decided")
        self._until = until

    def reached(self, by: ReachedBy) -> pl.DataFrame:
        """(participant, on, expected): when it was first reached, empty where it was not; who has no row did not.

        ``expected`` is false where all of it lies above the participant's own target (norskmål).
        """
        if isinstance(by, Levels):
            return self._levels(by)
        if isinstance(by, ActivityBegun):
            found = self._begun(by.any_of)
        elif isinstance(by, FactLogged):
            found = self._first(self.facts(by.fact))
        elif isinstance(by, HoursReached):
            found = self._hours(by)
        else:
            found = self._baseline(by)
        return found.select("participant", "on", expected=pl.lit(True))

    def facts(self, *topics: str, columns: Sequence[str] = ()) -> pl.DataFrame:
        """Facts that had happened by then, with these columns."""
        wanted = dict.fromkeys(("participant", "happened_on", *columns))
        found = self._frames.facts(*topics, columns=tuple(wanted)).filter(pl.col("happened_on") <= self._until)
        return found.join(self._people, on="participant", how="semi")

    def spells(self, *activities: str, columns: Sequence[str] = ()) -> pl.DataFrame:
        """Segments of spells that had begun by then, with these columns."""
        wanted = dict.fromkeys(("participant", "valid_from", *columns))
        found = self._frames.spells(*activities, columns=tuple(wanted)).filter(pl.col("valid_from") <= self._until)
        return found.join(self._people, on="participant", how="semi")

    @cached_property
    def levels(self) -> pl.DataFrame:
        """(participant, ``SKILL RANK`` for each skill and level): the first day on which it stood at it or above."""
        facts = self.facts("language-level-reached", columns=("value", "details"))
        # There are many results and few ways of telling them: each way is read once.
        ways = facts.select("value", "details").unique().filter(pl.col("value").is_in(LEVELS))
        ways = ways.with_columns(
            rank=pl.col("value").replace_strict(RANKS, return_dtype=pl.Int8),
            skill=pl.col("details").str.json_path_match("$.skill"),
        )
        on, rank, skill = pl.col("happened_on"), pl.col("rank"), pl.col("skill")
        reached = {
            f"{name} {least}": pl.when((skill == name) & (rank >= least)).then(on)
            for name in SKILLS
            for least in RANKS.values()
        }
        told = facts.join(ways, on=["value", "details"]).select("participant", **reached)
        return told.group_by("participant").agg(pl.col(*reached).min())

    @cached_property
    def targets(self) -> pl.DataFrame:
        """(participant, ``target SKILL`` for each skill): the rank of the own target that held."""
        goals = (
            self.facts("language-goal-set", columns=("version", "details"))
            .join(self._people, on="participant")
            .filter(pl.col("happened_on") <= pl.col("decided"))
            .sort("happened_on", "version")
            .group_by("participant", maintain_order=True)
            .agg(pl.col("details").last())
        )
        target = {name: pl.col("details").str.json_path_match(f"$.goals.{name}") for name in SKILLS}
        return goals.select(
            "participant",
            **{
                f"target {name}": level.replace_strict(RANKS, default=None, return_dtype=pl.Int8)
                for name, level in target.items()
            },
        )

    def _levels(self, by: Levels) -> pl.DataFrame:
        least = RANKS[by.level]
        above = {skill: (pl.col(f"target {skill}") < least).fill_null(False) for skill in by.skills}
        expected = ~pl.all_horizontal(above.values())
        # What lies above the own target is looked at only where all of it does.
        spared = {skill: expected & is_above for skill, is_above in above.items()}
        on = {skill: pl.col(f"{skill} {least}") for skill in by.skills}
        whole = pl.all_horizontal(spared[skill] | on[skill].is_not_null() for skill in by.skills)
        last = pl.max_horizontal(pl.when(~spared[skill]).then(on[skill]) for skill in by.skills)
        return (
            self.levels.join(self.targets, on="participant", how="full", coalesce=True)
            .select("participant", on=pl.when(whole).then(last), expected=expected)
            .filter(pl.col("on").is_not_null() | ~pl.col("expected"))
        )

    def _begun(self, any_of: Iterable[str]) -> pl.DataFrame:
        named = [each.partition("=")[::2] for each in any_of]
        activities = list(dict.fromkeys(activity for activity, _ in named))
        topics = [cls.TOPIC for cls in fact_classes().values() if cls.activity in activities]
        matching = pl.any_horizontal(
            (pl.col("activity") == activity) & (pl.col("key") == key if key else True) for activity, key in named
        )
        told = self.facts(*topics, columns=("activity", "key")).filter(matching)
        begun = self.spells(*activities, columns=("activity", "key")).filter(matching)
        return self._first(
            pl.concat(
                [told.select("participant", "happened_on"), begun.select("participant", happened_on="valid_from")]
            )
        )

    def _hours(self, by: HoursReached) -> pl.DataFrame:
        """Unknown hours count as none; a confirmed status only where no spell of the activity was told of."""
        told = pl.col("key") != "confirmed"
        parts = (pl.col("hours_per_week") * _PARTS).round().cast(pl.Int64)
        wanted = pl.when(pl.col("value").is_in(by.values)).then(parts).fill_null(0)
        spells = self.spells(by.activity, columns=("key", "value", "valid_to", "hours_per_week")).select(
            "participant",
            "valid_from",
            "valid_to",
            running=told.cast(pl.Int64),
            parts=pl.when(told).then(wanted).otherwise(0),
            confirmed=pl.when(~told).then(wanted).otherwise(0),
        )
        sums = ("running", "parts", "confirmed")
        turns = pl.concat(
            [
                spells.select("participant", *sums, day="valid_from"),
                spells.select("participant", *(-pl.col(name) for name in sums), day="valid_to"),
            ]
        )
        hours = pl.when(pl.col("running") > 0).then("parts").otherwise("confirmed")
        return (
            turns.group_by("participant", "day")
            .agg(pl.col(sums).sum())
            .sort("participant", "day")
            .with_columns(pl.col(sums).cum_sum().over("participant"))
            .filter((hours >= int(by.hours * Decimal(_PARTS))) & (pl.col("day") <= self._until))
            .group_by("participant")
            .agg(on=pl.col("day").min())
        )

    def _baseline(self, by: BaselineTold) -> pl.DataFrame:
        parts = [part for need in by.needs for part in self._needed(need)]
        found = parts[0]
        for part in parts[1:]:
            found = found.join(part, on="participant").select("participant", on=pl.max_horizontal("on", "on_right"))
        return found

    def _needed(self, need: Need) -> list[pl.DataFrame]:
        if need == "levels":
            lowest = [pl.col(f"{skill} {LOWEST}") for skill in SKILLS]
            return [self.levels.select("participant", on=day).drop_nulls() for day in lowest]
        if need in _FIELDS:
            told = self.facts("participant-registered", "background-updated", columns=("details",))
            value = pl.col("details").str.json_path_match(f"$.{_FIELDS[need]}")
            return [self._first(told.filter(~value.is_in([each for each in UNTOLD if each])))]
        return [self._first(self.facts(_FACTS_OF[need]))]

    @staticmethod
    def _first(facts: pl.DataFrame) -> pl.DataFrame:
        return facts.group_by("participant").agg(on=pl.col("happened_on").min())
