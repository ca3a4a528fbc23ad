"""The end of the programme: what it led on to, and whether its goal was reached."""

from functools import partial

import polars as pl

from tracker.indicators.capacity.presence import in_scope
from tracker.indicators.definition import Indicator, Selection
from tracker.indicators.frames import Frames
from tracker.indicators.hours import stretches
from tracker.indicators.measures import Count, Share
from tracker.indicators.side_by_side import all_of
from tracker.indicators.tellings import ACCEPTED, GOALS

WITHIN_DAYS = 92
FEWEST_HOURS = 10
COURSES = ("primary-school", "upper-secondary", "higher-education", "labour-market-measure", "work-placement")
"""Activities that are a purposeful course whatever their hours; places have the same names."""

CAUSES = ("own-wish", "faster", "slower", "health", "offer", "other", "unknown")
_THING = ("participant", "kind", "qualifies", "planned")
_details = pl.col("details").str


def courses(selection: Selection) -> pl.DataFrame:
    """One row a person who left so many days ago: ``course``, ``planned`` (empty = not known), goal and if reached."""
    frames = selection.frames
    left = selection.who.select("participant", "origin", "home", day=pl.col("origin").dt.offset_by(f"{WITHIN_DAYS}d"))
    left = left.filter(pl.col("day") <= frames.known_on)
    goals, places, working, attending, there = all_of(
        partial(selection.rows_of_people, goals_held),
        partial(_places, frames, left),
        partial(_working, frames, left),
        partial(_attending, frames, left),
        partial(in_scope, frames, left),
    )
    starting = places.filter(pl.col("starts_on") >= pl.col("origin")).select(_THING)
    planned = places.group_by("participant", "kind").agg(in_plan=_any("planned"))
    running = (
        pl.concat([working, attending])
        .join(planned, on=["participant", "kind"], how="left")
        .with_columns(planned=pl.coalesce("planned", "in_plan"))
        .select(_THING)
    )
    ways = (
        pl.concat([running, starting])
        .with_columns(planned=pl.col("qualifies") & pl.col("planned"), there=True)
        .group_by("participant")
        .agg(course=_any("qualifies"), planned=_any("planned"), there=pl.col("there").first())
    )
    nothing = pl.col("there").is_null()
    return (
        there.join(ways, on="participant", how="left")
        .join(goals, on="participant", how="left")
        .with_columns(
            course=pl.when(nothing).then(False).otherwise("course"),
            planned=pl.when(nothing).then(False).otherwise("planned"),
            with_goal=pl.col("last_goal").is_not_null(),
            reached=(pl.col("last_on") <= pl.col("day")).fill_null(False),
        )
    )


def _any(column: str) -> pl.Expr:
    """True where any is, else empty where any is."""
    return pl.col(column).any(ignore_nulls=False)


def _yes() -> pl.Expr:
    told = _details.json_path_match("$.in_plan")
    return pl.when(told.is_in(["yes", "no"])).then(told == "yes")


def _places(frames: Frames, left: pl.DataFrame) -> pl.DataFrame:
    """Places accepted by the last day looked at that start by then, each told whether it is a step of the plan."""
    return (
        frames.derived(ACCEPTED)
        .join(left.select("participant", "origin", "day"), on="participant")
        .filter((pl.col("accepted_on") <= pl.col("day")) & (pl.col("starts_on") <= pl.col("day")))
        .select(
            "participant",
            "origin",
            "starts_on",
            "kind",
            qualifies=pl.when(pl.col("kind") == "work")
            .then(pl.col("hours") >= FEWEST_HOURS)
            .otherwise(pl.col("kind").is_in(["wage-subsidy", *COURSES])),
            planned="in_plan",
        )
    )


def _working(frames: Frames, left: pl.DataFrame) -> pl.DataFrame:
    """Work and subsidised work that run on a day looked at."""
    enough, empty = pl.col("full_time") | (pl.col("hours") >= FEWEST_HOURS), pl.lit(None, pl.Boolean)
    ran = (
        stretches(frames)
        .join(left.select("participant", "origin", "day"), on="participant")
        .filter((pl.col("valid_from") <= pl.col("day")) & (pl.col("valid_to") > pl.col("origin")))
    )
    return pl.concat(
        [
            ran.filter("works").select("participant", kind=pl.lit("work"), qualifies=enough, planned=empty),
            ran.filter("subsidised").select(
                "participant", kind=pl.lit("wage-subsidy"), qualifies="subsidised", planned=empty
            ),
        ]
    )


def _attending(frames: Frames, left: pl.DataFrame) -> pl.DataFrame:
    columns = ("participant", "activity", "valid_from", "valid_to", "details")
    return (
        left.join(frames.spells(*COURSES, columns=columns), on="participant")
        .filter((pl.col("valid_from") <= pl.col("day")) & (pl.col("valid_to") > pl.col("origin")))
        .select("participant", kind=pl.col("activity").cast(pl.String), qualifies=pl.lit(True), planned=_yes())
    )


def goals_held(selection: Selection) -> pl.DataFrame:
    """The goals of those who had one by their ``origin``, and when each was reached.

    Goals of one class are one goal; one that was replaced on the day it was set is none.

    :returns: participant, first_goal, first_on, last_goal, last_on (the last one by the origin; the days on which each
        was first reached while a goal of its class held), changed, and a flag for each of ``CAUSES``
    """
    other, cause = pl.col("other").fill_null(False), pl.col("cause")
    return (
        selection.frames.derived(GOALS)
        .join(selection.who.select("participant", "origin"), on="participant", maintain_order="left")
        .filter(pl.col("set_on") <= pl.col("origin"))
        .group_by("participant", maintain_order=True)
        .agg(
            first_goal=pl.col("goal").first(),
            first_on=pl.col("reached_on").first(),
            last_goal=pl.col("goal").last(),
            last_on=pl.col("reached_on").last(),
            changed=other.any(),
            **{name: (other & (cause == name)).any() for name in CAUSES},
        )
    )


def goals_reached(selection: Selection) -> pl.DataFrame:
    """One row a person and month, of those who left with a goal: whether the first and the last one were reached."""
    held = selection.rows_of_people(goals_held)
    return pl.concat(
        in_scope(selection.frames, selection.days(months))
        .join(held, on="participant")
        .with_columns(
            first=(pl.col("first_on") <= pl.col("day")).fill_null(False),
            last=(pl.col("last_on") <= pl.col("day")).fill_null(False),
            months=pl.lit(months, pl.Int32),
        )
        for months in selection.months
    )


K5 = Indicator(
    id="K5",
    version=1,
    title="Left the programme to a purposeful course",
    definition=(
        "Of those who left the programme and are in scope 92 days later, the share with (a) a course: on some day "
        "from the day of leaving to 92 days later, both included, ordinary or self-employed work of 10 hours a week "
        "or more over all jobs, work with wage subsidy, primary school, upper secondary, higher education, a labour "
        "market measure or a work placement ran, or by then a place in one of these was accepted that starts in that "
        "time; (b) the same, where it is a step of the plan: the placement or the place accepted for it says so; for "
        "a job or a course that runs any place of the same kind accepted before does. Work of unknown hours is "
        "unknown; so is (b) where nobody said whether it is a step of the plan. Beside: of those with a goal of the "
        "programme when they left, the share for whom it was recorded as reached by then."
    ),
    formula="x(course in X..X+92 days) / n(X)",
    example="A place at upper secondary accepted in May that starts 60 days after leaving counts in (a).",
    dimension="K",
    tags="R A",
    unit="per cent",
    axes={"left": ()},
    denominator="present",
    measures=(
        Share(
            courses,
            (
                Count("course", pl.col("course")),
                Count("course-in-plan", pl.col("planned"), within="course"),
                Count("goal-reached", pl.col("reached"), among=pl.col("with_goal")),
            ),
        ),
    ),
    sensitive=True,
    source="NORCE 20-2019 section 3.1",
)
K6 = Indicator(
    id="K6",
    version=1,
    title="Goal of the programme reached",
    definition=(
        "Of those who left the programme with a goal of it (sluttmål) and are in scope, the share for whom it was "
        "recorded as reached by the day of leaving and by six months later: the first goal and, beside it, the last "
        "one held on the day of leaving. Goals of one class are one goal; a goal is reached while one of its class "
        "holds, and one that was replaced on the day it was set is none. Not recorded as reached is not reached. "
        "Beside: the share whose goal changed to another class up to the day of leaving, and for which reasons, one "
        "or more each."
    ),
    formula="x(goal recorded as reached by X+m) / n(X with a goal)",
    example="First goal upper secondary, changed to work, work reached: the last goal is reached, the first is not.",
    dimension="K",
    tags="A N",
    unit="per cent",
    axes={"left": (0, 6)},
    denominator="present",
    measures=(
        Share(
            goals_reached,
            (
                Count("first-goal-reached", pl.col("first")),
                Count("last-goal-reached", pl.col("last")),
                Count("goal-changed", pl.col("changed")),
                *(Count(f"changed-{cause}", pl.col(cause), within="goal-changed") for cause in CAUSES),
            ),
        ),
    ),
    needs=("programme-goal-set",),
    sensitive=True,
    source="integreringsloven § 13",
)
INDICATORS = (K5, K6)
