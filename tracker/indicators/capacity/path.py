"""The end of the programme and the path agreed in a contract: whether a step of it was running by then."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from tracker.contracts.steps import AWARDED, DONE, RUNNING, SKILLS
from tracker.indicators.capacity.goals import K5 as K5_WITHOUT_PATH
from tracker.indicators.capacity.goals import WITHIN_DAYS
from tracker.indicators.capacity.levels import RANKS, results
from tracker.indicators.capacity.presence import in_scope
from tracker.indicators.definition import Selection
from tracker.indicators.details import with_details
from tracker.indicators.frames import Frames
from tracker.indicators.hours import stretches
from tracker.indicators.measures import Count, Share
from tracker.indicators.tellings import RESULTS

AIMED_AT: Mapping[str, str] = {
    **{str(target): activity for target, activity in RUNNING.items()},
    "primary-school-completed": "primary-school",
    "upper-secondary-completed": "upper-secondary",
    "higher-education-completed": "higher-education",
    "language-level": "language-training",
}
"""Target of a step -> the activity that leads to it, where there is one; work is told apart by its hours."""

_STEP = ("_row", "participant", "agreed_on", "origin", "day")


def paths(selection: Selection) -> pl.DataFrame:
    """One row a person who left so many days ago with steps ahead: ``running``, empty where it is not known."""
    frames = selection.frames
    left = selection.who.select("participant", "origin", "home", day=pl.col("origin").dt.offset_by(f"{WITHIN_DAYS}d"))
    left = in_scope(frames, left.filter(pl.col("day") <= frames.known_on))
    steps = _steps(frames, left)
    ways = pl.concat([_attended(frames, steps), _worked(frames, steps), _reached(frames, steps)])
    found = ways.group_by("_row").agg(pl.col("running").any(ignore_nulls=False))
    each = (
        steps.join(found, on="_row", how="left")
        .with_columns(running=pl.when(pl.col("_row").is_in(found["_row"].implode())).then("running").otherwise(False))
        .group_by("participant")
        .agg(pl.col("running").any(ignore_nulls=False))
    )
    return left.join(each, on="participant")


def _steps(frames: Frames, left: pl.DataFrame) -> pl.DataFrame:
    """The steps of each path as it stood on the day of leaving, of contracts that held that day."""
    columns = ("participant", "key", "spell_from", "valid_from", "valid_to", "value")
    on_leaving = (pl.col("valid_from") <= pl.col("origin")) & (pl.col("origin") < pl.col("valid_to"))
    held = (
        left.join(frames.spells("contract", columns=columns), on="participant")
        .filter(on_leaving & (pl.col("origin") <= pl.col("value").str.to_date("%Y-%m-%d")))
        .select("participant", contract="key", signed_on="spell_from")
        .unique()
    )
    steps = with_details(
        left.select("participant", "origin", "day")
        .join(frames.spells("step", columns=(*columns, "hours_per_week", "details", "closed_by")), on="participant")
        .filter(on_leaving),
        contract="$.contract",
        level="$.level",
        skills="$.skills",
    )
    judged = pl.col("closed_by").cast(pl.String) == "step-judged-reached"
    return (
        steps.join(held, on=["participant", "contract"])
        # What is known to its month alone stands on its first day, before the contract was signed in it.
        .filter(pl.col("spell_from") >= pl.col("signed_on").dt.month_start())
        .with_row_index("_row")
        .select(
            *("_row", "participant", "origin", "day", "level", "skills", "hours_per_week"),
            agreed_on="spell_from",
            target="value",
            judged_on=pl.when(judged).then(pl.col("valid_to") - pl.duration(days=1)),
        )
    )


def _attended(frames: Frames, steps: pl.DataFrame) -> pl.DataFrame:
    """(_row, running) of steps whose activity ran on a day looked at; empty where participation may not be counted."""
    activities = tuple(dict.fromkeys(AIMED_AT.values()))
    spells = frames.spells(*activities, columns=("participant", "activity", "valid_from", "valid_to"))
    ran = (
        steps.with_columns(activity=pl.col("target").replace_strict(AIMED_AT, default=None, return_dtype=pl.String))
        .join(spells.with_columns(pl.col("activity").cast(pl.String)), on=["participant", "activity"])
        .filter((pl.col("valid_from") <= pl.col("day")) & (pl.col("valid_to") > pl.col("origin")))
    )
    takes_part = pl.col("target") == "volunteering"
    told = frames.spells("consent", columns=("participant", "key", "valid_from", "valid_to"))
    told = told.filter(pl.col("key") == "participation").rename({"valid_from": "given_on", "valid_to": "until"})
    consent = told.select("participant", "given_on", "until")
    asked = steps.filter(takes_part)
    open_to_us = (
        asked.join(consent, on="participant")
        .filter((pl.col("given_on") <= pl.col("day")) & (pl.col("until") > pl.col("origin")))
        .select("_row")
    )
    first, last = pl.max_horizontal("valid_from", "origin"), pl.min_horizontal("valid_to", "until")
    counts = (
        ran.filter(takes_part)
        .join(consent, on="participant")
        .filter(pl.max_horizontal(first, "given_on") < last)
        .filter(pl.col("given_on") <= pl.col("day"))
    )
    yes, unknown = pl.lit(True), pl.lit(None, pl.Boolean)
    return pl.concat(
        [
            ran.filter(~takes_part).select("_row", running=yes),
            counts.select("_row", running=yes),
            asked.join(open_to_us, on="_row", how="anti").select("_row", running=unknown),
        ]
    )


def _worked(frames: Frames, steps: pl.DataFrame) -> pl.DataFrame:
    """(_row, running) of steps to work that ran on a day looked at, with the hours agreed; empty where hours are not
    known."""
    aimed = steps.filter(pl.col("target") == "work")
    agreed, hours = pl.col("hours_per_week"), pl.col("hours")
    # A full post tells that there are enough, where its hours are not known.
    full = pl.when("full_time").then(True)
    enough = agreed.is_null() | pl.when(hours.is_null()).then(full).otherwise(hours >= agreed)
    ran = (pl.col("valid_from") <= pl.col("day")) & (pl.col("valid_to") > pl.col("origin"))
    worked = stretches(frames).filter("works").drop("subsidised", "subsidised_hours")
    return aimed.join(worked, on="participant").filter(ran).select("_row", running=enough)


def _reached(frames: Frames, steps: pl.DataFrame) -> pl.DataFrame:
    """(_row, running) of steps that were reached on a day looked at, as the journey tells or as it was judged."""
    topics = {cls.TOPIC: target for kinds in (DONE, AWARDED) for target, cls in kinds.items()}
    test = "social-studies-test-taken"
    told = frames.facts(*topics, test, columns=("participant", "happened_on", "fact", "value"))
    passed = (pl.col("fact") != test) | (pl.col("value") == "yes")
    target = pl.col("fact").cast(pl.String).replace_strict({**topics, test: "social-studies-test"})
    done = (
        steps.join(told.filter(passed).with_columns(target=target), on=["participant", "target"])
        .filter(~pl.col("target").is_in(list(AWARDED)) | (pl.col("happened_on") >= pl.col("agreed_on")))
        .group_by(_STEP)
        .agg(on=pl.col("happened_on").min())
    )
    judged = steps.drop_nulls("judged_on").select(*_STEP, on="judged_on")
    on = pl.max_horizontal("on", "agreed_on")
    return (
        pl.concat([done, _levels(frames, steps).select(done.columns), judged.select(done.columns)])
        .filter((pl.col("origin") <= on) & (on <= pl.col("day")))
        .select("_row", running=pl.lit(True))
    )


def _levels(frames: Frames, steps: pl.DataFrame) -> pl.DataFrame:
    """Steps to a level of Norwegian, and when the last of their skills reached it; those of which one never did are
    left out."""
    wanted = pl.col("level").fill_null("A1").replace_strict(RANKS, default=None, return_dtype=pl.Int8)
    skills = pl.col("skills").str.json_decode(pl.List(pl.String))
    wanted_of_each = (
        steps.filter(pl.col("target") == "language-level")
        .with_columns(wanted=wanted, skill=skills.fill_null(pl.lit(list(SKILLS))))
        .explode("skill")
        .with_columns(pl.col("skill").cast(RESULTS.schema["skill"], strict=False))
    )
    reached = (
        wanted_of_each.join(results(frames).rename({"on": "happened_on"}), on=["participant", "skill"])
        .filter(pl.col("rank") >= pl.col("wanted"))
        .group_by("_row", "skill")
        .agg(on=pl.col("happened_on").min())
    )
    return (
        wanted_of_each.join(reached, on=["_row", "skill"], how="left")
        .group_by(_STEP)
        .agg(on=pl.col("on").max(), told=pl.col("on").is_not_null().all())
        .filter("told")
        .drop("told")
    )


K5 = replace(
    K5_WITHOUT_PATH,
    version=2,
    definition=(
        K5_WITHOUT_PATH.definition + " Beside, of those who left with a path (steps of a contract that held on the day "
        "of leaving, agreed by then and neither judged reached nor dropped before): the share who left into a running "
        "step of it. On some day from the day of leaving to 92 days later, both included, an activity ran that such a "
        "step aims at (work with the hours agreed, wage subsidy, primary school, upper secondary, higher education, a "
        "labour market measure, a work placement, volunteering; the school that is to be completed; training in "
        "Norwegian, where a level is to be reached), or the step was reached. A step reached before counts where its "
        "activity still ran. Work of unknown hours is unknown where hours were agreed, and volunteering without "
        "consent to its being counted."
    ),
    formula=K5_WITHOUT_PATH.formula + "; x(step running or reached in X..X+92 days) / n(X with a path)",
    example=(K5_WITHOUT_PATH.example + " A step to work of 20 hours a week is not running in a job of 15."),
    measures=(
        *K5_WITHOUT_PATH.measures,
        Share(paths, (Count("running-step", pl.col("running")),)),
    ),
    source=K5_WITHOUT_PATH.source + "; KIPE in Trondheim: section 3.2",
)
INDICATORS = (K5,)
