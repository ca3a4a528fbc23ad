"""Setback: enough work once, and neither that nor education later."""

from collections.abc import Mapping

import polars as pl

from tracker.indicators.cohort import Axis
from tracker.indicators.definition import Indicator, Selection
from tracker.indicators.hours import enough
from tracker.indicators.looking import EDUCATED, KNOWN, looks, status_after
from tracker.indicators.measures import Count, Share, if_known

THRESHOLD = 20
"""Hours a week."""

HAD_WORK_AT: Mapping[Axis, int] = {"left": 12, "settled": 60}
"""Months after the day at which people had work."""


def workers_later(selection: Selection) -> pl.DataFrame:
    """The later status of those who had enough work at the first look."""
    base = HAD_WORK_AT[selection.axis]
    had = (
        status_after(selection, base)
        .filter(KNOWN & pl.col("present") & enough(THRESHOLD).fill_null(False))
        .select("participant")
    )
    later = [month for month in selection.months if month > base] or [base]
    return looks(selection, later).filter(pl.col("months") > base).join(had, on="participant", how="semi")


E13 = Indicator(
    id="E13",
    version=1,
    title="Setback: lost the work of 20 hours or more",
    definition=(
        "Of those known to work 20 hours a week or more, ordinary and self-employed work summed, twelve months after "
        "they left the programme, and in scope then: the share who later work less, or not at all, and are not in "
        "education. Counted from settlement, those who worked so much five years (60 months) after it. A full post "
        "counts as enough; who works less but is in education is a line of its own. Unknown status, or unknown hours "
        "of somebody not in education, is unknown and no setback. Who is out of scope on the later day is left out "
        "unless the figure is for all."
    ),
    formula="x(h < 20 and not in education at X+m) / n(h >= 20 at X+12); from settlement S+m and S+60",
    example="Of ten people with 20 hours at X+12, two have 15 hours at X+36 and one of them studies: 1 of 10.",
    dimension="E",
    tags="N",
    unit="per cent",
    axes={"left": (36, 60), "settled": (84, 96, 108, 120)},
    denominator="present",
    measures=(
        Share(
            workers_later,
            (
                Count("setback", if_known(KNOWN, ~enough(THRESHOLD) & ~EDUCATED)),
                Count("less-work-but-in-education", if_known(KNOWN, ~enough(THRESHOLD) & EDUCATED)),
            ),
        ),
    ),
    source="Bratsberg et al. 2016: reversal after 7 to 10 years",
)
