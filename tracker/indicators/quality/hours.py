"""The hours of the programme: enough of them, attended, directed at work, and placements that are more than hours."""

import polars as pl

from tracker.indicators.capacity.presence import in_scope
from tracker.indicators.definition import Indicator, Selection
from tracker.indicators.frames import Frames
from tracker.indicators.governing import governing, months_on
from tracker.indicators.measures import Count, Mean, Quotient, Share, if_known
from tracker.indicators.status import activities_at
from tracker.rules.norwegian import UPPER_SECONDARY
from tracker.rules.programme import (
    FULL_TIME,
    WITH_OWN_STUDY,
    WORK_DIRECTED,
    WORK_DIRECTED_AFTER,
    WORK_DIRECTED_AFTER_UPPER_SECONDARY,
)

MARKS = {
    "chosen-workplace": "chosen_by_criteria",
    "mentor": "mentor",
    "class-follow-up": "followed_up_in_class",
    "in-plan": "in_plan",
}
_details = pl.col("details").str


def weeks(selection: Selection) -> pl.DataFrame:
    """One row a person in the programme: the hours of a week on the day, and attendance in the month before it.

    :returns: also ``away`` (on approved leave, or stopped), ``full_time`` and ``directed`` (enough hours directed at
        work; empty = unknown), ``directed_due``, ``planned``, ``attended`` and ``approved`` absence in the month before
    """
    frames, day = selection.frames, pl.col("day")
    people = in_scope(frames, selection.who.select("participant", "home", day="origin"))
    running = (pl.col("valid_from") <= day) & (day < pl.col("valid_to"))
    columns = ("participant", "activity", "key", "spell_from", "valid_from", "valid_to", "hours_per_week", "details")
    spells = frames.spells("programme", "programme-element", "leave", "suspension", columns=columns)
    now = people.select("participant", "day").join(spells, on="participant").filter(running)
    approved = (_details.json_path_match("$.approved") != "false").fill_null(True)
    kind, hours = pl.col("activity"), pl.col("hours_per_week")
    programme = now.filter(kind == "programme").group_by("participant")
    away = now.filter((kind == "suspension") | ((kind == "leave") & approved)).select("participant").unique()
    schooled = frames.people("schooling")
    rows = (
        people.join(programme.agg(began=pl.col("spell_from").min(), told=hours.max()), on="participant")
        .join(_elements(now.filter(kind == "programme-element")), on="participant", how="left")
        .join(_at_work(frames, people), on="participant", how="left")
        .join(away.with_columns(away=True), on="participant", how="left")
        .join(schooled, on="participant", how="left")
        .join(_attendance(frames, people), on="participant", how="left")
    )
    complete, least = pl.col("complete").fill_null(False), pl.col("hours").fill_null(0.0)
    organised = pl.when(complete).then(least).when(pl.col("told").is_not_null()).then(pl.max_horizontal("told", least))
    study = pl.col("own_study").fill_null(0.0)

    def full(hours: pl.Expr) -> pl.Expr:
        return (hours >= governing(WITH_OWN_STUDY, day)) & (hours + study >= governing(FULL_TIME, day))

    enough = pl.max_horizontal("directed", "at_work").fill_null(0.0) >= governing(WORK_DIRECTED, day)
    # Where no element was told of, nobody knows whether one is directed at work.
    all_told = pl.col("directed_complete").fill_null(False) & pl.col("at_work_complete").fill_null(True)
    after = months_on(WORK_DIRECTED_AFTER, pl.col("began"))
    sooner = months_on(WORK_DIRECTED_AFTER_UPPER_SECONDARY, pl.col("began"))
    return rows.with_columns(
        pl.col("away").fill_null(False),
        full_time=if_known(full(least) | organised.is_not_null(), full(organised.fill_null(least))),
        directed=if_known(enough | all_told, enough),
        directed_due=pl.when(pl.col("schooling").is_in(UPPER_SECONDARY)).then(sooner).otherwise(after) <= day,
    )


def _elements(now: pl.DataFrame) -> pl.DataFrame:
    """(participant, hours, complete, own_study, directed, directed_complete) of the elements that run."""
    hours, directed = pl.col("hours_per_week"), pl.col("key") == "work-directed"
    return now.group_by("participant").agg(
        hours=hours.sum(),
        complete=hours.is_not_null().all(),
        own_study=_details.json_path_match("$.own_study_hours").cast(pl.Float64).sum(),
        directed=hours.filter(directed).sum(),
        directed_complete=hours.filter(directed).is_not_null().all(),
    )


def _at_work(frames: Frames, people: pl.DataFrame) -> pl.DataFrame:
    """(participant, at_work, at_work_complete): hours of placements, measures and jobs on the day."""
    running = activities_at(frames, people, "work", "work-placement", "labour-market-measure")
    hours = pl.col("hours_per_week")
    return running.group_by("participant").agg(at_work=hours.sum(), at_work_complete=hours.is_not_null().all())


def _attendance(frames: Frames, people: pl.DataFrame) -> pl.DataFrame:
    """(participant, planned, attended, approved) hours in the month before the day's; told twice, as told last."""
    before = people.select(
        "participant", value=pl.col("day").dt.month_start().dt.offset_by("-1mo").dt.to_string("%Y-%m-%d")
    )
    number = {
        name: _details.json_path_match(f"$.{field}").cast(pl.Float64)
        for name, field in (("planned", "planned"), ("attended", "attended"), ("approved", "approved_absence"))
    }
    return (
        frames.facts("attendance-recorded", columns=("participant", "version", "value", "details"))
        .filter(pl.col("value").is_in(before["value"].unique().implode()))
        .join(before, on=["participant", "value"])
        .sort("version")
        .unique("participant", keep="last")
        .select("participant", **number)
        .with_columns(pl.col("approved").fill_null(0.0))
    )


def placements(selection: Selection) -> pl.DataFrame:
    """One row a placement that runs on the day: whether it has each of the ``MARKS``; empty = not told."""
    frames = selection.frames
    columns = ("participant", "key", "valid_from", "valid_to", "details")
    told = frames.spells("work-placement", columns=columns).filter(pl.col("key") != "confirmed")
    people = in_scope(frames, selection.who.select("participant", "home", day="origin"))
    answer = {name: _details.json_path_match(f"$.{field}") for name, field in MARKS.items()}
    return (
        people.join(told, on="participant")
        .filter((pl.col("valid_from") <= pl.col("day")) & (pl.col("day") < pl.col("valid_to")))
        .select(
            "participant",
            "present",
            **{name: if_known(said.is_in(["yes", "no"]), said == "yes") for name, said in answer.items()},
        )
    )


THERE = ~pl.col("away")
Q1 = Indicator(
    id="Q1",
    version=1,
    title="Full-time programme: enough organised hours, attended, and directed at work",
    definition=(
        "Of those who are in the programme and in scope on the day, not on approved leave and not stopped by "
        "decision: the share whose organised hours are 37.5 a week or more, or 30 or more where own study fills the "
        "rest of the 37.5. Organised hours are those of all elements that run; where none was told of, or not all "
        "their hours, those of the programme as told at its start, if these are more; else what is known of them may "
        "be enough, and is otherwise unknown. Attendance: hours attended of those planned in the calendar month "
        "before the day, hours of approved absence, leave among them, taken out of the planned ones; the same of all "
        "planned hours; people of whom no attendance was told are unknown. Beside: the share with 15 hours a week or "
        "more directed at work, among those not away whose programme began three months ago or more where they had "
        "completed upper secondary education, else six: the hours of elements directed at work, or of placements, "
        "labour market measures and jobs, whichever are more, since the same hours may be told in both ways; unknown "
        "where hours are missing, or no element was told of. Of the placements that run on the day, the share whose "
        "workplace was chosen by stated criteria, that have a mentor, are taken up in class, are part of the plan, "
        "and all four; placements are counted, not people. Of those away: a line."
    ),
    formula="x(h >= 37.5, or h >= 30 and h + own study >= 37.5) / n; attended / (planned - approved absence); x / n",
    example="30 organised hours and 7.5 of own study are full time; 37 organised hours without own study are not.",
    dimension="Q",
    tags="A",
    unit="per cent",
    axes={"active": ()},
    denominator="present",
    measures=(
        Share(
            weeks,
            (
                Count("full-time", pl.col("full_time"), among=THERE),
                Count("work-directed-15-hours", pl.col("directed"), among=THERE & pl.col("directed_due")),
                Count("away", pl.col("away")),
            ),
        ),
        Mean(
            weeks,
            (
                Quotient(
                    "attendance",
                    pl.col("attended"),
                    (pl.col("planned") - pl.col("approved")).clip(lower_bound=0),
                    unit="hours attended an hour planned, approved absence left out of both",
                ),
                Quotient(
                    "attendance-of-all-planned",
                    pl.col("attended"),
                    pl.col("planned"),
                    unit="hours attended an hour planned",
                ),
            ),
        ),
        Share(
            placements,
            (
                *(Count(f"placement-{name}", pl.col(name)) for name in MARKS),
                Count("placement-all-four", pl.all_horizontal(*MARKS), within="placement-mentor"),
            ),
        ),
    ),
    needs=("programme-element-started", "programme-started", "attendance-recorded"),
    rules=(FULL_TIME, WITH_OWN_STUDY, WORK_DIRECTED, WORK_DIRECTED_AFTER, WORK_DIRECTED_AFTER_UPPER_SECONDARY),
    source="NORCE 20-2019 section 2.2",
)
