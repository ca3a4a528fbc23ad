"""Primary school (grunnskole): how many complete it, and what it leads on to."""

import polars as pl

from events.base import UNTOLD
from tracker.indicators.definition import Indicator, Selection
from tracker.indicators.frames import Frames
from tracker.indicators.hours import enough
from tracker.indicators.looking import KNOWN, looks, status_after
from tracker.indicators.measures import Count, Incidence, Share, if_known
from tracker.indicators.waiting import waiting

COMPLETED = "primary-school-completed"
LESS_THAN_PRIMARY_SCHOOL = ("none", "some-basic", "basic-not-equal")
"""Schooling at the start that does not equal primary school, at home or from abroad."""

LANDMARK = 60
"""Months after settlement at which people are told apart by whether they have completed primary school."""

UPPER_SECONDARY_COMPLETED = ("upper-secondary-completed", "trade-certificate-awarded")
UPPER_SECONDARY_TOLD = (
    "upper-secondary-left",
    "upper-secondary-completed",
    "upper-secondary-module-completed",
    "upper-secondary-year-completed",
)
"""Facts that show that somebody was in upper secondary, where no start was told of."""


def completed_on(frames: Frames) -> pl.DataFrame:
    """(participant, on): the day on which each first completed primary school."""
    told = frames.facts(COMPLETED, columns=("participant", "happened_on"))
    return told.group_by("participant").agg(on=pl.col("happened_on").min())


def without_primary_school(selection: Selection) -> pl.DataFrame:
    """(participant, without): whether people had not completed primary school by their day; empty where not known."""
    schooling = pl.col("schooling")
    known = ~schooling.is_in(UNTOLD).fill_null(True)
    background = selection.frames.people("schooling")
    before = (pl.col("on") < pl.col("origin")).fill_null(False)
    return (
        selection.who.select("participant", "origin")
        .join(background, on="participant", how="left")
        .join(completed_on(selection.frames), on="participant", how="left")
        .select(
            "participant",
            without=pl.when(before).then(pl.lit(False)).when(known).then(schooling.is_in(LESS_THAN_PRIMARY_SCHOOL)),
        )
    )


def until_completed(selection: Selection) -> pl.DataFrame:
    """Time until those without primary school completed it, as of :func:`waiting`."""
    events = completed_on(selection.frames).with_columns(line=pl.lit(COMPLETED))
    without = without_primary_school(selection).filter("without")
    return waiting(selection, events, (COMPLETED,)).join(without.select("participant"), on="participant", how="semi")


def schooling_told(selection: Selection) -> pl.DataFrame:
    """One row a person and month, of those settled that long: whether they were without primary school."""
    told = without_primary_school(selection)
    return pl.concat(
        selection.days(months).join(told, on="participant").with_columns(months=pl.lit(months, pl.Int32))
        for months in selection.months
    )


def afterwards(selection: Selection) -> pl.DataFrame:
    """The status of those who completed primary school, and by when they came to upper secondary and completed it."""
    if selection.axis != "primary-school":
        return _nobody(selection).with_columns(begun_on=pl.lit(None, pl.Date), completed_on=pl.lit(None, pl.Date))
    frames, who = selection.frames, selection.who.select("participant", "origin")
    columns = ("participant", "valid_from", "valid_to")
    running = (
        frames.spells("upper-secondary", columns=columns)
        .join(who, on="participant")
        .filter(pl.col("valid_to") > pl.col("origin"))
        .select("participant", on=pl.max_horizontal("valid_from", "origin"))
    )
    begun = pl.concat([running, _since(frames, who, *UPPER_SECONDARY_TOLD)])
    completed = _since(frames, who, *UPPER_SECONDARY_COMPLETED)
    found = [
        told.group_by("participant").agg(pl.col("on").min().alias(name))
        for name, told in (("begun_on", begun), ("completed_on", completed))
    ]
    status = looks(selection, selection.months)
    for told in found:
        status = status.join(told, on="participant", how="left")
    return status


def _since(frames: Frames, who: pl.DataFrame, *topics: str) -> pl.DataFrame:
    """(participant, on) of facts from each one's day on."""
    return (
        frames.facts(*topics, columns=("participant", "happened_on"))
        .join(who, on="participant")
        .filter(pl.col("happened_on") >= pl.col("origin"))
        .select("participant", on="happened_on")
    )


def by_landmark(selection: Selection) -> pl.DataFrame:
    """The later status of those settled without primary school, and whether they had ``completed`` it by the landmark.

    Only of those who are in scope at the landmark, and of whom it is known then how things stand.
    """
    if selection.axis != "settled":
        return _nobody(selection).with_columns(completed=pl.lit(False))
    without = without_primary_school(selection).filter("without")
    there = (
        status_after(selection, LANDMARK)
        .filter(KNOWN & pl.col("present"))
        .join(without, on="participant", how="semi")
        .join(completed_on(selection.frames), on="participant", how="left")
        .select("participant", completed=(pl.col("on") <= pl.col("day")).fill_null(False))
    )
    later = looks(selection, selection.months)
    return later.filter(pl.col("months") > LANDMARK).join(there, on="participant")


def _nobody(selection: Selection) -> pl.DataFrame:
    return status_after(selection, 0).clear()


def _by_then(day: str) -> pl.Expr:
    """Whether something had happened by the day looked at; that it had not is known only of those whose status is."""
    happened = (pl.col(day) <= pl.col("day")).fill_null(False)
    return pl.when(happened | KNOWN).then(happened)


_SPLIT = {
    "completed-by-60-months": pl.col("completed"),
    "not-completed-by-60-months": ~pl.col("completed"),
}
K7 = Indicator(
    id="K7",
    version=1,
    title="Primary school completed",
    definition=(
        "Of those settled without completed primary school (grunnskole), the share who have completed it by each month "
        "after settlement, while leaving the scope (death, moving away or abroad, lost protection) competes. Without "
        "is who had no schooling, some of it, or seven to nine years that do not equal primary school; whose schooling "
        "from abroad equals it, who has more, or who completed it here before the settlement is not among them. "
        "Unknown schooling is left out, and counted in a line of its own. Completed is counted, not started: the first "
        "time, with a certificate or equal competence. On the day itself is month 0, the day after is month 1. People "
        "are followed until the last day on which their situation was known."
    ),
    formula="Aalen-Johansen F(m) of completing, m = 24, 36, 48, 60",
    example="Of 10 settled without it 4 complete it within 48 months and nobody leaves: 40 per cent.",
    dimension="K",
    tags="H N",
    unit="per cent; months",
    axes={"settled": (24, 36, 48, 60)},
    denominator="aj",
    measures=(
        Incidence(until_completed, (COMPLETED,)),
        Share(
            schooling_told,
            (
                Count("schooling-unknown", pl.col("without").is_null(), whole="settled"),
                Count("without-primary-school", pl.col("without").fill_null(False), whole="settled"),
                Count("with-primary-school", (~pl.col("without")).fill_null(False), whole="settled"),
            ),
        ),
    ),
    source="NORCE 20-2019 sections 2.3.3 and 3.1",
)
K8 = Indicator(
    id="K8",
    version=1,
    title="Primary school as a springboard",
    definition=(
        "Of those who completed primary school (grunnskole), counted from the first day they did, and who are in "
        "scope so many months later: the share who (a) had been in upper secondary by then, on that day or since, "
        "(b) had completed upper secondary or got a trade or journeyman's certificate, (c) have ordinary and "
        "self-employed work of 20 hours a week or more, or are in higher education, on the day. (a) is meant for 12 "
        "months, (b) and (c) for 60; only those who completed it so long ago are counted. What is not told of is a no "
        "only where the status is known on the day, else unknown. From settlement instead, (d): of those settled "
        "without completed primary school who 60 months later are in scope and of known status, told apart by whether "
        "they have completed it by then, the share with ordinary and self-employed work of at least 1 hour and at "
        "least 20 hours a week 108 months after settlement. Who completes it after 60 months stays among those who had "
        "not, so that nobody counts as completed for having stayed on; months up to 60 give nothing. A full post "
        "reaches 20 hours; work of unknown hours reaches 1. The two groups differ in more than school."
    ),
    formula="x(a), x(b), x(c) / n(completed, followed m months); x(h >= t at S+108) / n(completed or not by S+60)",
    example="Of 20 who completed it in 2019, 12 were in upper secondary within 12 months: 60 per cent.",
    dimension="K",
    tags="H N",
    unit="per cent",
    axes={"primary-school": (12, LANDMARK), "settled": (108,)},
    denominator="present",
    measures=(
        Share(
            afterwards,
            (
                Count("in-upper-secondary-by-then", _by_then("begun_on")),
                Count("upper-secondary-or-certificate-completed", _by_then("completed_on")),
                Count("work-20-hours-or-higher-education", if_known(KNOWN, enough(20) | pl.col("higher-education"))),
            ),
            axes=("primary-school",),
        ),
        Share(
            by_landmark,
            tuple(
                Count(
                    line,
                    if_known(KNOWN, enough(hours)),
                    among=among,
                    choice=f"work-{hours}-hour{'s' if hours > 1 else ''}",
                    within=f"{line}/work-1-hour" if hours > 1 else None,
                )
                for line, among in _SPLIT.items()
                for hours in (1, 20)
            ),
            axes=("settled",),
        ),
    ),
    needs=(COMPLETED,),
    source="Mølland 2018, as told in NORCE 20-2019: 80 against 60 per cent in work nine years on",
)
INDICATORS = (K7, K8)
