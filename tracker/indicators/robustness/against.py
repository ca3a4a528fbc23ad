"""Against expected: what leavers came to, beside what others led to expect of people like these."""

import polars as pl

from tracker.indicators.capacity.goals import K5, K6
from tracker.indicators.definition import Indicator, Selection
from tracker.indicators.economic.intensity import E2
from tracker.indicators.economic.sustained import E3
from tracker.indicators.expected import ExpectedMonths, ExpectedShare, Line
from tracker.indicators.hours import first_days
from tracker.indicators.waiting import REACHED, waiting

CAP = 60
STUDIES = ("upper-secondary", "higher-education")


def waited(selection: Selection) -> pl.DataFrame:
    """Months until work of one hour or education, at most 60, of those in scope and followed that long."""
    who = selection.who.select("participant", "origin")
    frames = selection.frames
    work = first_days(frames, (1,), who).select("participant", "on")
    spells = frames.spells(*STUDIES, columns=("participant", "valid_from", "valid_to"))
    study = (
        who.join(spells, on="participant")
        .filter(pl.col("valid_to") > pl.col("origin"))
        .select("participant", on=pl.max_horizontal("valid_from", "origin"))
    )
    first = pl.concat([work, study]).group_by("participant").agg(pl.col("on").min())
    rows = waiting(selection, first.with_columns(line=pl.lit("any")), ("any",), known=False)
    in_scope = pl.col("out").is_null() | (pl.col("out") > CAP)
    reached = (pl.col("cause") == REACHED).fill_null(False) & (pl.col("time") <= CAP)
    return rows.filter((pl.col("followed") >= CAP) & (pl.col("entry") == 0) & in_scope).select(
        "participant", waited=pl.when(reached).then("time").otherwise(CAP)
    )


R4 = Indicator(
    id="R4",
    version=1,
    title="Against what others led to expect of people like these",
    definition=(
        "For lines of E2, E3, K5 and K6 of those who left the programme: observed (O) over expected (E), and O - E in "
        "people. E is the sum over strata (schooling group, gender, age) of the cohort's people times the share that a "
        "reference table of other municipalities has in that stratum; strata with fewer than 30 people in it are "
        "merged. For those settled: the mean of months until work of 1 hour a week or upper secondary or higher "
        "education, waiting longer than 60 counting as 60, less the mean expected, of those in scope and followed for "
        "60 months. People under collective protection are never mixed with others. Without a reference table there is "
        "no figure. Mix beyond the strata, the labour market, chance and lost data are not taken out."
    ),
    formula="O / E, O - E; E = sum over strata s of n_s * p_s(reference)",
    example="10 people in a stratum of 60 % in the reference, 10 in one of 30 %: E = 9; with O = 12, O / E = 1.33",
    dimension="R",
    tags="U N",
    unit="ratio; people; months",
    axes={"left": (), "settled": ()},
    denominator="present",
    measures=(
        ExpectedShare(Line(E2, "work-20-hours", 12)),
        ExpectedShare(Line(E3, "work-20-hours", 12, "gap-1")),
        ExpectedShare(Line(K5, "course")),
        ExpectedShare(Line(K5, "course-in-plan")),
        ExpectedShare(Line(K6, "first-goal-reached", 6)),
        ExpectedShare(Line(K6, "last-goal-reached", 6)),
        ExpectedMonths("months-to-work-or-education", waited, CAP, "R4@1"),
    ),
    caution="Not fit for decisions on settlement.",
    personal=False,
    source="NORCE 20-2019 chapter 4; indirect standardisation as in Breslow and Day (1987); SSB 2013/55 for the months",
)
