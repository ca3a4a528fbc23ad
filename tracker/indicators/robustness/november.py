"""The official figure beside an own count by Statistics Norway's rule: in November of the year after leaving."""

from dataclasses import replace
from datetime import date

import polars as pl

from tracker.indicators.cohort import Cohort, residence_at
from tracker.indicators.definition import Awaited, Selection
from tracker.indicators.frames import Frames
from tracker.indicators.looking import EDUCATED, KNOWN, WORKS
from tracker.indicators.measures import Count, Share, if_known, of_choice
from tracker.indicators.robustness.snapshot import R1 as R1_DIRECT
from tracker.indicators.timeline import status_of
from tracker.rules.november import REFERENCE_DAY

PAID = WORKS | pl.col("subsidised")


def in_november(selection: Selection) -> pl.DataFrame:
    """Each leaver's status in November of the year after leaving, of those followed until then.

    ``in_norway``: alive, and with a right to be here, wherever they live; ``stayed``: where they lived on leaving.
    """
    lived = residence_at(selection.frames, selection.who).rename({"residence": "home"})
    looked = november_days(selection).join(lived, on="participant", how="left", maintain_order="left")
    there = status_of(selection.frames, looked, "out", "dead")
    return november_status(selection.frames, looked.drop("home")).with_columns(stayed=~there["out"] & ~there["dead"])


def november_days(selection: Selection) -> pl.DataFrame:
    """(participant, day): the reference day of each leaver, of those followed until then."""
    year = pl.col("origin").dt.year() + 1
    who = selection.who.select("participant", "origin")
    years = who["origin"].dt.year().unique().to_list()
    days = {one: REFERENCE_DAY.on(date(one + 1, 11, 1)) for one in years} or {0: 1}
    day = pl.date(year, 11, pl.col("origin").dt.year().replace_strict(days, return_dtype=pl.Int32))
    return who.select("participant", day=day).filter(pl.col("day") <= selection.frames.known_on)


def november_status(frames: Frames, days: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """The status on the days, and ``in_norway``: alive, and with a right to be here, wherever they live.

    :param columns: only these of a status; none named, all
    """
    wanted = (*columns, "out", "dead") if columns else ()
    return status_of(frames, days, *wanted).with_columns(in_norway=~pl.col("out") & ~pl.col("dead"))


def november_awaited(cohort: Cohort, known_on: date) -> Awaited | None:
    """The years of a cohort whose leavers have not come to November of the year after; the official figure stands."""
    years = cohort.years or range(known_on.year - 1, known_on.year + 1)
    early = tuple(year for year in years if year <= known_on.year and _day(year) > known_on)
    return Awaited(november=early) if early else None


def _day(left: int) -> date:
    """The reference day for those who left in a year."""
    november = date(left + 1, 11, 1)
    return november.replace(day=REFERENCE_DAY.on(november))


_LINES = (
    Count("november-work-or-education", if_known(KNOWN, PAID | EDUCATED)),
    Count("november-work", if_known(KNOWN, PAID), within="november-work-or-education"),
    Count("november-education", if_known(KNOWN, EDUCATED), within="november-work-or-education"),
    Count("november-work-and-education", if_known(KNOWN, PAID & EDUCATED), within="november-work"),
)

R1 = replace(
    R1_DIRECT,
    version=2,
    definition=(
        R1_DIRECT.definition + " Beside it, an own count that is not official, by the rule of Statistics Norway: paid "
        "work of one hour or more (with wage subsidy, too) or education in the reference week of November in the year "
        "after leaving; of those who then are alive and in Norway, wherever they live (resident-then), and of those "
        "who still live where they left the programme (resident-now; who moved in from elsewhere is not known here)."
    ),
    formula=R1_DIRECT.formula + "; x(work >= 1 h or education) / n(in November)",
    measures=(
        *R1_DIRECT.measures,
        Share(
            in_november,
            (
                *of_choice("resident-then", (replace(line, among=pl.col("in_norway")) for line in _LINES)),
                *of_choice("resident-now", (replace(line, among=pl.col("stayed")) for line in _LINES)),
            ),
        ),
    ),
    rules=(REFERENCE_DAY,),
    awaits=november_awaited,
    source=R1_DIRECT.source + "; Statistics Norway, introinnv",
)
