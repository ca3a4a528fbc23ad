"""Wage subsidy: who has a subsidised job, and whether ordinary work follows when the subsidy ends."""

import polars as pl

from tracker.indicators.definition import Indicator, Selection
from tracker.indicators.hours import enough, stretches
from tracker.indicators.looking import KNOWN, status_after
from tracker.indicators.measures import Count, Share, if_known
from tracker.indicators.status import activities_at
from tracker.indicators.timeline import status_of
from tracker.indicators.windows import windows_of

AFTERWARDS = "12mo"
"""How long after the end of a subsidy ordinary work is looked for."""

THRESHOLD = 20
"""Hours a week of ordinary work that count."""


def subsidies(selection: Selection) -> pl.DataFrame:
    """Each person at each month: in a subsidised job or not, and what came of it once the subsidy had ended."""
    return pl.concat([_at(selection, months) for months in selection.months or (1,)])


def _at(selection: Selection, months: int) -> pl.DataFrame:
    status = status_after(selection, months, "known").select("participant", "day", "months", "known", "present", "home")
    days = status.select("participant", "day")
    running = activities_at(selection.frames, days, "work", "wage-subsidy")
    told = pl.col("key") != "confirmed"
    of_a_job = told & (pl.col("activity") == "work") & (pl.col("value") == "wage-subsidy")
    by_word = ~told & (pl.col("activity") == "wage-subsidy")
    kinds = running.group_by("participant").agg(
        subsidised=of_a_job.fill_null(False).any(), confirmed=by_word.fill_null(False).any()
    )
    return (
        status.join(kinds, on="participant", how="left")
        .with_columns(pl.col("subsidised", "confirmed").fill_null(False))
        .join(_outcomes(selection, status), on="participant", how="left")
        .with_columns(pl.col("looked_after").fill_null(False))
    )


def _outcomes(selection: Selection, status: pl.DataFrame) -> pl.DataFrame:
    """(participant, looked_after, reached) of those in a subsidised job on their day whose subsidy ended long enough
    ago.

    ``looked_after``: in scope at the end of the months looked at, or the figure is for everybody. ``reached``: empty
    where it was not, and something in those months is not known.
    """
    frames = selection.frames
    ended = (
        _subsidised(selection)
        .join(status.select("participant", "day", "home"), on="participant")
        .filter((pl.col("first") <= pl.col("day")) & (pl.col("day") < pl.col("after")))
        .with_columns(until=pl.col("after").dt.offset_by("-1d").dt.offset_by(AFTERWARDS))
        .filter(pl.col("until") <= frames.known_on)
        .select("participant", "after", "until", "home")
    )
    there = status_of(frames, ended.select("participant", "home", day="until"), "out", "dead").select(
        "participant",
        looked_after=~pl.col("out") & ~pl.col("dead") if selection.denominator != "all" else pl.lit(True),
    )
    within = (pl.col("valid_from") <= pl.col("until")) & (pl.col("valid_to") > pl.col("after"))
    work = (
        stretches(frames)
        .join(ended, on="participant")
        .filter(within)
        .group_by("participant")
        .agg(worked=enough(THRESHOLD).fill_null(False).any(), doubt=enough(THRESHOLD).is_null().any())
    )
    seen = (
        frames.windows.join(ended, on="participant")
        .filter((pl.col("known_from") <= pl.col("after")) & (pl.col("known_to") > pl.col("until")))
        .select("participant", seen=pl.lit(True))
    )
    worked = pl.col("worked").fill_null(False)
    return (
        ended.join(there, on="participant")
        .join(work, on="participant", how="left")
        .join(seen, on="participant", how="left")
        .select(
            "participant",
            "looked_after",
            reached=pl.when(worked | (pl.col("seen").fill_null(False) & ~pl.col("doubt").fill_null(False))).then(
                worked
            ),
        )
    )


def _subsidised(selection: Selection) -> pl.DataFrame:
    """(participant, first, after): the stretches in which jobs are subsidised; one that goes on in the next is one."""
    jobs = selection.frames.spells("work", columns=("participant", "key", "value", "valid_from", "valid_to"))
    subsidised = jobs.filter((pl.col("value") == "wage-subsidy") & (pl.col("key") != "confirmed"))
    nothing = pl.DataFrame(schema={"participant": jobs.schema["participant"], "happened_on": pl.Date})
    joined = windows_of(subsidised.select("participant", "valid_from", "valid_to"), nothing)
    return joined.rename({"known_from": "first", "known_to": "after"})


E9 = Indicator(
    id="E9",
    version=1,
    title="Wage subsidy, and ordinary work after it",
    definition=(
        "Of those who left the programme and are in scope a month later, the share in a job that is subsidised that "
        "day: an employment contract is required, so that a subsidy told of in a status alone is a line of its own. "
        "Subsidised work is never merged into ordinary work. Then, of those in a subsidised job that day whose subsidy "
        "ended twelve months ago or longer, the share who had ordinary or self-employed work of 20 hours a week or "
        "more, or a full post, on any day from the day after the last subsidised day through the same day twelve "
        "months on; the same job going on without subsidy counts. Subsidies that follow each other without a day "
        "between are one. Where it was not reached and any of those months, or hours of work in them, are not known, "
        "it is unknown. Who is out of scope at their end is left out unless the figure is for all."
    ),
    formula="(a) x(subsidised at X+1) / n; (b) x(h >= 20 within 12 months after the subsidy) / x(a) followed that long",
    example="Of six leavers two have a subsidised job at X+1: 2 of 6. One keeps it at 30 hours afterwards: 1 of 2.",
    dimension="E",
    tags="H R",
    unit="per cent",
    axes={"left": (1,)},
    denominator="present",
    measures=(
        Share(
            subsidies,
            (
                Count("in-wage-subsidy", if_known(KNOWN, pl.col("subsidised"))),
                Count("wage-subsidy-confirmed-without-a-job", if_known(KNOWN, pl.col("confirmed"))),
                Count(
                    "ordinary-work-after-wage-subsidy",
                    pl.col("reached"),
                    among=KNOWN & pl.col("subsidised") & pl.col("looked_after"),
                ),
            ),
        ),
    ),
    source=(
        "NORCE 20-2019 section 3.1 and chapter 4; Statistics Norway counts people in paid schemes as employed; the "
        "United States' WIOA counts unsubsidised employment only"
    ),
)
