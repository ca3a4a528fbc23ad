"""Verdicts on the course of many people at once: what each milestone comes to by the norms that hold for them.

They are those of :mod:`tracker.course`, which judges one participant and says why.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

import polars as pl

from tracker.course.norms import TRACKS, Milestone, NormSet, Track
from tracker.course.verdict import LESS, MORE
from tracker.indicators.capacity.effective import days_of, leaves, passed
from tracker.indicators.capacity.milestones import LOWEST, Told
from tracker.indicators.frames import Frames
from tracker.indicators.norms import adopted, named
from tracker.indicators.side_by_side import side_by_side
from tracker.indicators.tellings import BACKGROUND
from tracker.indicators.waiting import NO_LONGER_THERE

SCALES: Mapping[str, Decimal] = {"on_course": Decimal(1), "if_shorter": LESS, "if_longer": MORE}
"""Column with the verdict -> what the norms are taken times."""


def courses(frames: Frames, people: pl.DataFrame, day: date) -> pl.DataFrame:
    """The verdict on each one's course on a day, as :func:`tracker.course.verdict.judge` gives it while the programme
    runs.

    :param people: participant
    :returns: participant, outcome, norm_set, and of those judged on_course, if_shorter, if_longer, due (milestones that
        count and whose typical day has come) and reached (those of them that are reached); empty for others
    """
    standing = _standing(frames, people.select("participant"), day)
    parts = [_judged(frames, norms, group, day) for norms, group in by_norms(frames, standing)]
    verdicts = dict.fromkeys(("missing", *SCALES), pl.Boolean) | {"due": pl.UInt32, "reached": pl.UInt32}
    found = pl.concat([pl.DataFrame(schema={"participant": pl.UInt32, **verdicts}), *parts])
    outcome = (
        pl.when("gone")
        .then(pl.lit("out-of-scope"))
        .when(pl.col("start").is_null())
        .then(pl.lit("not-started"))
        .when(pl.col("norm_set").is_null())
        .then(pl.lit("no-norm-set"))
        .when(pl.col("missing").is_null())
        .then(pl.lit("not-for-rule-set"))
        .when("missing")
        .then(pl.lit("missing-baseline"))
        .otherwise(pl.lit("judged"))
    )
    judged = pl.col("outcome") == "judged"
    return (
        standing.join(found, on="participant", how="left")
        .with_columns(outcome=outcome)
        .select(
            "participant",
            "outcome",
            "norm_set",
            *(pl.when(judged).then(pl.col(name)).alias(name) for name in (*SCALES, "due", "reached")),
        )
    )


def by_norms(frames: Frames, people: pl.DataFrame) -> Iterator[tuple[NormSet, pl.DataFrame]]:
    """Each norm set with those who are judged by it, with ``track`` and schooling filled in.

    :param people: norm_set, start, rule_set, schooling, assigned (the track)
    """
    with_norms = people.filter(pl.col("norm_set").is_not_null() & pl.col("start").is_not_null()).with_columns(
        # Of who was not asked it is unknown.
        pl.col("schooling").replace("not-asked", "unknown").fill_null("unknown")
    )
    for (name,), group in with_norms.partition_by("norm_set", as_dict=True).items():
        norms = named(frames.home, name)
        derived = pl.col("schooling").replace_strict(
            dict(norms.track_of_schooling), default=None, return_dtype=pl.String
        )
        yield (
            norms,
            group.filter(~pl.col("rule_set").is_in(norms.not_for_rule_sets)).with_columns(
                track=pl.coalesce(pl.when(pl.col("assigned").is_in(TRACKS)).then("assigned"), derived)
            ),
        )


def applying(milestone: Milestone, goal: pl.Expr | None) -> pl.Expr:
    """Whether a milestone is part of the course toward a goal, with the schooling of the row.

    :param goal: None = whatever the goal
    """
    if not milestone.applies_to:
        return pl.lit(True)
    found = pl.lit(False)
    for each in milestone.applies_to:
        for_goal = pl.lit(not each.goals) if goal is None or not each.goals else goal.is_in(each.goals).fill_null(False)
        found |= for_goal & (pl.col("schooling").is_in(each.schooling) if each.schooling else pl.lit(True))
    return found


def _standing(frames: Frames, people: pl.DataFrame, day: date) -> pl.DataFrame:
    """(participant, start, gone, norm_set, assigned, schooling, rule_set) as told by the day."""
    norm_sets = adopted(frames, people.with_columns(day=pl.lit(day), by=pl.lit(day)))
    columns = ("participant", "activity", "key", "value", "valid_from", "valid_to")
    running = (
        frames.spells("programme", "residence", "track", columns=columns)
        .filter(pl.col("valid_from") <= day)
        .join(people, on="participant", how="semi")
        .with_columns(pl.col("activity").cast(pl.String), runs=pl.col("valid_to") > day)
        .sort("valid_from", "key")
    )
    activity, value = pl.col("activity"), pl.col("value")

    def held(name: str) -> pl.Expr:
        return value.filter((activity == name) & pl.col("runs")).last()

    spells = running.group_by("participant", maintain_order=True).agg(
        start=pl.col("valid_from").filter((activity == "programme") & (pl.col("key") != "confirmed")).first(),
        gone=held("residence").is_in(NO_LONGER_THERE),
        assigned=held("track"),
    )
    return (
        people.join(spells, on="participant", how="left")
        .join(_background(frames, people, day), on="participant", how="left")
        .join(norm_sets, on="participant", how="left")
        .with_columns(pl.col("gone").fill_null(False), pl.col("rule_set").fill_null(""))
    )


def _background(frames: Frames, people: pl.DataFrame, day: date) -> pl.DataFrame:
    """(participant, schooling, rule_set): the starting point with what had been learnt of it by the day."""
    told = (
        frames.derived(BACKGROUND)
        .filter(pl.col("on") <= day)
        .join(people, on="participant", how="semi")
        .sort("later", "on", "version")
    )
    return (
        told.group_by("participant", maintain_order=True)
        .agg(
            registered=(~pl.col("later")).any(),
            **{name: pl.col(name).drop_nulls().last() for name in ("schooling", "rule_set")},
        )
        .filter("registered")
        .drop("registered")
    )


def goals_of(told: Told) -> pl.DataFrame:
    """(participant, goal, on, number): the goals of the programme, the last one being number 0.

    One that was set and changed on the same day is left out.
    """
    same_person = (pl.col("participant") == pl.col("participant").shift(-1)).fill_null(False)
    same_day = (pl.col("happened_on") == pl.col("happened_on").shift(-1)).fill_null(False)
    row = pl.int_range(pl.len())
    return (
        told.facts("programme-goal-set", columns=("version", "value"))
        .sort("participant", "happened_on", "version")
        .filter(~(same_person & same_day))
        .select(
            "participant",
            goal="value",
            on="happened_on",
            number=pl.when(~same_person).then(row).backward_fill() - row,
        )
    )


def _judged(frames: Frames, norms: NormSet, people: pl.DataFrame, day: date) -> pl.DataFrame:
    """(participant, missing, a verdict for each of ``SCALES``, due, reached) of those who are judged by these norms."""
    told = Told(frames, people.select("participant", decided=pl.lit(day)), day)
    goals = goals_of(told)
    levels = {f"{skill} {LOWEST}" for each in norms.milestones for skill in getattr(each.reached_by, "skills", ())}
    missing = (
        people.join(goals.filter(pl.col("number") == 0).select("participant", "goal"), on="participant", how="left")
        .join(told.levels, on="participant", how="left")
        .with_columns(missing=pl.any_horizontal(pl.col("track", "goal", *levels).is_null()))
    )
    whole = missing.filter(~pl.col("missing")).select("participant", "start", "track", "schooling", "goal")
    leave = leaves(frames, whole)
    whole = whole.with_columns(passed=passed(whole.with_columns(day=pl.lit(day)), leave, "day"))
    steps = side_by_side(
        lambda milestone: _steps(milestone, norms, whole, told, goals, leave),
        (milestone for milestone in norms.milestones if milestone.mandatory),
    )
    empty = {"participant": pl.UInt32, "due": pl.Boolean, "reached": pl.Boolean} | dict.fromkeys(SCALES, pl.Boolean)
    verdicts = (
        pl.concat([pl.DataFrame(schema=empty), *steps])
        .group_by("participant")
        .agg(pl.col(*SCALES).all(), pl.col("due").sum(), (pl.col("due") & pl.col("reached")).sum().alias("reached"))
    )
    return (
        missing.select("participant", "missing")
        .join(verdicts, on="participant", how="left")
        .with_columns(pl.col(*SCALES).fill_null(True), pl.col("due", "reached").fill_null(0))
    )


def _steps(
    milestone: Milestone, norms: NormSet, people: pl.DataFrame, told: Told, goals: pl.DataFrame, leave: pl.DataFrame
) -> pl.DataFrame:
    """(participant, due, reached, not overdue by each of ``SCALES``) of those for whom a milestone counts."""
    start = pl.col("start")
    rows = (
        people.filter(applying(milestone, pl.col("goal")))
        .join(told.reached(milestone.reached_by), on="participant", how="left")
        .filter(pl.col("expected").fill_null(True))
        .join(_since(milestone, people, goals), on="participant", how="left")
        .with_columns(since=pl.max_horizontal("since", start), base=start)
    )
    if milestone.after is not None:
        before = next(each for each in norms.milestones if each.id == milestone.after)
        base = told.reached(before.reached_by).select("participant", base="on")
        rows = (
            rows.drop("base")
            .join(base, on="participant", how="left")
            .with_columns(base=pl.when(pl.col("base").is_not_null()).then(pl.max_horizontal("base", start)))
        )
    rows = rows.with_columns(base_passed=passed(rows, leave, "base"), since_passed=passed(rows, leave, "since"))
    parts = [rows.filter(pl.col("track") == track).with_columns(**_days(milestone, norms, track)) for track in TRACKS]
    reached = pl.col("on").is_not_null()
    return pl.concat(parts).select(
        "participant",
        due=(pl.col("passed") >= _from("typical on_course", "on_course")).fill_null(False),
        reached=reached,
        **{name: reached | (pl.col("passed") < _from(f"late {name}", name)).fill_null(True) for name in SCALES},
    )


def _days(milestone: Milestone, norms: NormSet, track: Track) -> dict[str, pl.Expr]:
    """The effective days on which so many months from the base are full; empty while it waits for another milestone."""
    months = {"typical": milestone.typical[track], "late": norms.late(milestone, track)}
    return {
        f"{norm} {name}": pl.col("base_passed") + days_of(value * scale, pl.col("base"))
        for norm, value in months.items()
        for name, scale in SCALES.items()
    }


def _from(day: str, name: str) -> pl.Expr:
    """What a change of goal brings is due on its day at the earliest, and late as long after that as usual."""
    return pl.max_horizontal(
        day,
        pl.col("since_passed") + pl.col(day) - pl.col(f"typical {name}"),
    )


def _since(milestone: Milestone, people: pl.DataFrame, goals: pl.DataFrame) -> pl.DataFrame:
    """(participant, since): the day from which goals have made a milestone part of the course without a break.

    Who it is part of the course of whatever the goal has no row.
    """
    applies = applying(milestone, pl.col("goal"))
    return (
        goals.join(people.select("participant", "schooling"), on="participant")
        .filter(~applying(milestone, None))
        .sort("participant", "number")
        .filter(applies.cast(pl.Int8).cum_min().over("participant") == 1)
        .group_by("participant")
        .agg(since=pl.col("on").min())
    )
