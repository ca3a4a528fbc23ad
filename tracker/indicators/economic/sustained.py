"""Work that lasts: at least so many months with enough hours, short gaps bridged."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import polars as pl

from tracker.indicators.definition import Indicator, Observe, Selection
from tracker.indicators.hours import monthly_hours
from tracker.indicators.looking import status_after
from tracker.indicators.measures import Count, Share
from tracker.indicators.side_by_side import all_of
from tracker.indicators.statistics.sustained import NO, ROUNDING, UNKNOWN, YES, Answers, Hours, sustained

USUAL_THRESHOLD, USUAL_GAP = 20, 1
THRESHOLDS = (20, 10, 30)
"""Hours a week, as monthly means; the usual ones first."""

GAPS = (1, 0, 2)
"""Months in a row without enough hours that are bridged; the usual number first."""

BELOW = {20: 10, 30: 20}
OF_ONE_TYPE = {
    "ordinary-20-hours": "ordinary",
    "self-employed-20-hours": "self_employed",
    "wage-subsidy-20-hours": "subsidised",
}
"""Line -> the hours of one type of work, by the usual threshold and gap."""


def lasting(run: int) -> Observe:
    """Whether each person had ``run`` months of enough work within so many months after the day; null = unknown."""

    def rows(selection: Selection) -> pl.DataFrame:
        periods = selection.months or (run,)
        found = monthly_hours(selection.frames, selection.who, max(periods))
        parts = []
        for months in periods:
            asked = [
                *((found.hours[:, :months], threshold, GAPS) for threshold in THRESHOLDS),
                *(
                    (getattr(found, of_type)[:, :months], USUAL_THRESHOLD, (USUAL_GAP,))
                    for of_type in OF_ONE_TYPE.values()
                ),
            ]
            there, *answers = all_of(
                partial(status_after, selection, months, "out", "dead"),
                *(partial(_answers, hours, threshold, run, gaps) for hours, threshold, gaps in asked),
            )
            flags = dict(zip(_COLUMNS, (flag for answer in answers for flag in answer), strict=True))
            told = selection.who.select("participant", **flags)
            parts.append(told.join(there.select("participant", "months", "present"), on="participant"))
        return pl.concat(parts)

    return rows


def _answers(hours: Hours, threshold: float, run: int, gaps: Sequence[int]) -> pl.DataFrame:
    """Whether the work was sustained, by each of the gaps; only who has months enough can have them in a run."""
    unknown = np.where(np.isnan(hours).any(axis=1), UNKNOWN, NO).astype(np.int8)
    candidates = np.flatnonzero((hours >= threshold - ROUNDING).sum(axis=1) >= run)
    theirs = hours[candidates]
    found = []
    for gap in gaps:
        answers = unknown.copy()
        answers[candidates] = sustained(theirs, threshold, run, gap)
        found.append(_as_flag(answers).alias(f"gap {gap}"))
    return pl.DataFrame(found)


def _as_flag(answers: Answers) -> pl.Series:
    return pl.Series(answers == YES).set(pl.Series(answers == UNKNOWN), None)


def _column(threshold: int, gap: int) -> str:
    return f"{threshold} hours, gap {gap}"


_COLUMNS = (*(_column(threshold, gap) for threshold in THRESHOLDS for gap in GAPS), *OF_ONE_TYPE)


def _within(threshold: int, gap: int) -> str | None:
    """Who may have longer gaps includes who has shorter ones; of the longest gaps, fewer hours include more."""
    if gap < max(GAPS):
        return f"work-{threshold}-hours/gap-{gap + 1}"
    return f"work-{BELOW[threshold]}-hours" if threshold in BELOW else None


LINES = (
    *(
        Count(
            f"work-{threshold}-hours",
            pl.col(_column(threshold, gap)),
            choice=f"gap-{gap}",
            within=_within(threshold, gap),
        )
        for threshold in THRESHOLDS
        for gap in GAPS
    ),
    *(
        Count(
            line,
            pl.col(line),
            choice=f"gap-{USUAL_GAP}",
            within=None if of_type == "subsidised" else f"work-{USUAL_THRESHOLD}-hours",
        )
        for line, of_type in OF_ONE_TYPE.items()
    ),
)
_HOW = (
    "The hours of a month are the mean over its days of the contracted weekly hours of all ordinary and self-employed "
    "work; the first month begins the day after leaving. A run is counted in months of at least 20 hours; single "
    "months with fewer are bridged as often as they occur, and not counted. Variants: 10 and 30 hours, no gap and gaps "
    "of two months; ordinary, self-employed and subsidised work each alone. A full post of unknown hours counts as "
    "37.5. Who reached it counts, whatever was not seen later; who did not is unknown if any month was not known all "
    "through: situation or hours unknown, or out of scope. Only those who left long enough ago are counted; in scope "
    "means at the end of the period."
)
E3 = Indicator(
    id="E3",
    version=1,
    title="Sustained work: six months of 20 hours a week or more in the first year",
    definition=(
        "Of those who left the programme and are in scope twelve months later, the share whose longest run of months "
        "in work after leaving comes to six or more. " + _HOW
    ),
    formula="x(longest run of months with mean h >= t, gaps <= g bridged, is >= 6) / n, t = 20, g = 1, months 1 to 12",
    example="Three months of 25 hours, one without work, three of 20 hours: a run of six months, sustained.",
    dimension="E",
    tags="N H",
    unit="per cent",
    axes={"left": (12,)},
    denominator="present",
    measures=(Share(lasting(6), LINES),),
    source="after the 26 weeks of the Work Programme (DWP)",
)
E4 = Indicator(
    id="E4",
    version=1,
    title="Sustained work: twelve months of 20 hours a week or more in the first two years",
    definition=(
        "Of those who left the programme and are in scope 24 months later, the share whose longest run of months in "
        "work after leaving comes to twelve or more. " + _HOW + " By early-leaver: those who left to work before the "
        "planned end of the programme, and the others."
    ),
    formula="x(longest run of months with mean h >= t, gaps <= g bridged, is >= 12) / n, t = 20, g = 1, months 1 to 24",
    example="Left in January; work of 30 hours from March until February, then none: twelve months, sustained.",
    dimension="E",
    tags="N H",
    unit="per cent",
    axes={"left": (24,)},
    denominator="present",
    measures=(Share(lasting(12), LINES),),
    breakdowns=("early-leaver",),
    source="Meld. St. 30; after employment in the fourth quarter after exit (WIOA)",
)
INDICATORS = (E3, E4)
