"""Milestones of expected course: when each of many people first reached them.

For each person it is what :func:`tracker.course.reached.reaching` finds.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from events import fact_classes
from events.base import UNTOLD
from tracker.course.norms import ActivityBegun, BaselineTold, FactLogged, HoursReached, Levels, Need, ReachedBy
from tracker.course.reached import SKILLS
from tracker.indicators.begun import BEGUN, NAMED
from tracker.indicators.capacity.levels import RANKS, results
from tracker.indicators.capacity.levels import SKILLS as TOLD_SKILLS
from tracker.indicators.columns.derived import day_of, participant_of, place, risen
from tracker.indicators.firsts import first_days_in
from tracker.indicators.frames import Frames
from tracker.indicators.tellings import BACKGROUND, TARGETS

LOWEST = min(RANKS.values())
_DAY = ("participant", "happened_on")
Flags = npt.NDArray[np.bool_]
_NEVER = np.iinfo(np.int32).max
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
            found = self._first(self._frames.facts(by.fact, columns=_DAY))
        elif isinstance(by, HoursReached):
            found = self._hours(by)
        else:
            found = self._baseline(by)
        return found.select("participant", "on", expected=pl.lit(True))

    def facts(self, *topics: str, columns: Sequence[str] = ()) -> pl.DataFrame:
        """Facts that had happened by then, with these columns."""
        wanted = dict.fromkeys(("participant", "happened_on", *columns))
        found = self._frames.facts(*topics, columns=tuple(wanted))
        return self._of_these(found, pl.col("happened_on") <= self._until)

    def spells(self, *activities: str, columns: Sequence[str] = ()) -> pl.DataFrame:
        """Segments of spells that had begun by then, with these columns."""
        wanted = dict.fromkeys(("participant", "valid_from", *columns))
        found = self._frames.spells(*activities, columns=tuple(wanted))
        return self._of_these(found, pl.col("valid_from") <= self._until)

    @cached_property
    def levels(self) -> pl.DataFrame:
        """(participant, ``SKILL RANK`` for each skill and level): the first day on which it stood at it or above."""
        shown = results(self._frames).select("participant", "skill", "rank", "on")
        told = self._of_these(shown, pl.col("skill").is_not_null() & (pl.col("on") <= self._until))
        numbers = told["participant"].to_numpy()
        met = np.zeros(numbers.max(initial=0) + 1, dtype=np.bool_)
        met[numbers] = True
        people = np.flatnonzero(met)
        person = (np.cumsum(met) - 1)[numbers]
        rank, skill = told["rank"].to_numpy(), told["skill"].to_physical().to_numpy()
        first = np.full((len(TOLD_SKILLS), len(RANKS), len(people)), _NEVER, dtype=np.int32)
        at = (skill.astype(np.int64) * len(RANKS) + rank) * len(people) + person
        np.minimum.at(first.reshape(-1), at, told["on"].to_physical().to_numpy())
        for below in reversed(range(len(RANKS) - 1)):
            np.minimum(first[:, below], first[:, below + 1], out=first[:, below])
        reached = {
            f"{name} {least}": pl.Series(first[TOLD_SKILLS.index(name), least])
            for name in SKILLS
            for least in RANKS.values()
        }
        days = [pl.when(pl.col(name) != _NEVER).then(pl.col(name)).cast(pl.Date).alias(name) for name in reached]
        return risen(pl.DataFrame({"participant": people.astype(np.uint32), **reached}).with_columns(days))

    @cached_property
    def targets(self) -> pl.DataFrame:
        """(participant, ``target SKILL`` for each skill): the rank of the own target that held."""
        return (
            self._frames.derived(TARGETS)
            .join(self._people, on="participant")
            .filter(pl.col("on") <= pl.min_horizontal("decided", pl.lit(self._until)))
            .sort("on", "version")
            .unique("participant", keep="last", maintain_order=True)
            .select("participant", **{f"target {name}": name for name in SKILLS})
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
        return self._levels_and_targets.select("participant", on=pl.when(whole).then(last), expected=expected).filter(
            pl.col("on").is_not_null() | ~pl.col("expected")
        )

    @cached_property
    def _levels_and_targets(self) -> pl.DataFrame:
        return self.levels.join(self.targets, on="participant", how="full", coalesce=True)

    def _begun(self, any_of: Iterable[str]) -> pl.DataFrame:
        names = frozenset(any_of)
        begun = self._frames.derived(BEGUN).filter(pl.col("named").is_in(names & frozenset(NAMED)))
        parts = [begun.select("participant", "on"), *(self._told_of(name) for name in sorted(names - frozenset(NAMED)))]
        return self._of_these(first_days_in(pl.concat(parts), "on"), pl.col("on") <= self._until)

    def _told_of(self, name: str) -> pl.DataFrame:
        """(participant, on) of all that was told of an activity that is not kept by its first day."""
        activity, _, key = name.partition("=")
        topics = [cls.TOPIC for cls in fact_classes().values() if cls.activity == activity]
        which = pl.col("key") == key if key else pl.lit(True)
        facts = self._frames.facts(*topics, columns=("participant", "key", "happened_on"))
        spells = self._frames.spells(activity, columns=("participant", "key", "valid_from"))
        return pl.concat(
            [
                facts.filter(which).select("participant", on="happened_on"),
                spells.filter(which).select("participant", on="valid_from"),
            ]
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
        least = int(by.hours * Decimal(_PARTS))
        own = spells["participant"].to_numpy()
        # Who does not come to so many hours with all spells together never has them at once, and of who does with one
        # of them alone no later spell matters.
        together = np.bincount(own, (spells["parts"] + spells["confirmed"]).to_numpy(), len(self._these))
        runs = (pl.col("parts") >= least) & (pl.col("valid_to") > pl.col("valid_from"))
        alone = spells.select("participant", on=pl.when(runs).then("valid_from"))
        first = np.full(len(self._these), _NEVER, dtype=np.int32)
        reached = first_days_in(alone, "on")
        first[reached["participant"].to_numpy()] = reached["on"].to_physical().to_numpy()
        matters = (together[own] >= least) & (spells["valid_from"].to_physical().to_numpy() <= first[own])
        spells = spells.filter(pl.Series(matters, dtype=pl.Boolean))
        sums = ("running", "parts", "confirmed")
        person, at = pl.col("participant"), pl.col("place")
        turns = pl.concat(
            [
                spells.select(*sums, place=place(person, pl.col("valid_from"))),
                spells.select(*(-pl.col(name) for name in sums), place=place(person, pl.col("valid_to"))),
            ]
        )
        hours = pl.when(pl.col("running") > 0).then("parts").otherwise("confirmed")
        return (
            turns.lazy()
            .sort("place")
            # Each spell that begins also ends, so that nothing is left of one participant where the next begins.
            .with_columns(pl.col(sums).cum_sum())
            .filter((at != at.shift(-1)).fill_null(True))
            .filter(hours >= least)
            .select(participant_of(at), on=day_of(at))
            .filter(pl.col("on") <= self._until)
            .unique("participant", keep="first", maintain_order=True)
            .collect()
        )

    def _baseline(self, by: BaselineTold) -> pl.DataFrame:
        parts = [part for need in by.needs for part in self._needed(need)]
        last = np.full(len(self._these), np.iinfo(np.int32).min, dtype=np.int32)
        times = np.zeros(len(self._these), dtype=np.int32)
        for part in parts:
            people = part["participant"].to_numpy()
            times[people] += 1
            last[people] = np.maximum(last[people], part["on"].to_physical().to_numpy())
        found = np.flatnonzero(times == len(parts))
        days = pl.Series("on", last[found], dtype=pl.Int32).cast(pl.Date)
        return risen(pl.DataFrame([pl.Series("participant", found.astype(np.uint32)), days]))

    def _needed(self, need: Need) -> list[pl.DataFrame]:
        if need == "levels":
            lowest = [pl.col(f"{skill} {LOWEST}") for skill in SKILLS]
            return [
                self.levels.select("participant", *lowest)
                .drop_nulls()
                .select("participant", on=pl.max_horizontal(lowest))
            ]
        if need in _FIELDS:
            told = ~pl.col(_FIELDS[need]).is_in(UNTOLD)
            background = self._frames.derived(BACKGROUND, "participant", "on", _FIELDS[need])
            return [self._first(background.filter(told).rename({"on": "happened_on"}))]
        return [self._first(self._frames.facts(_FACTS_OF[need], columns=_DAY))]

    def _first(self, facts: pl.DataFrame) -> pl.DataFrame:
        """(participant, on): the first day, of those of these people for whom it lies by then."""
        return self._of_these(first_days_in(facts, "happened_on"), pl.col("on") <= self._until)

    def _of_these(self, rows: pl.DataFrame, which: pl.Expr) -> pl.DataFrame:
        """The rows of these people for which something holds."""
        numbers = rows["participant"].to_numpy()
        return rows.filter(pl.lit(pl.Series(np.take(self._these, numbers, mode="clip"), dtype=pl.Boolean)) & which)

    @cached_property
    def _these(self) -> Flags:
        """By number whether somebody is one of these people; the last stands for all numbers behind."""
        people = self._people["participant"].to_numpy()
        found = np.zeros(people.max(initial=0) + 2, dtype=np.bool_)
        found[people] = True
        return found
