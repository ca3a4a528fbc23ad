"""Data loss: of how many the status is not known, and how many are out of scope, as time goes by."""

import polars as pl

from tracker.indicators.definition import Indicator
from tracker.indicators.looking import KNOWN, statuses
from tracker.indicators.measures import Count, Share

AFTER_LEAVING = (0, 12, 24, 36, 48, 60)
DEAD, OUT = pl.col("dead"), pl.col("out")
IN_SCOPE = ~DEAD & ~OUT

R5 = Indicator(
    id="R5",
    version=1,
    title="Of how many the status is not known, or is nobody's business here any more",
    definition=(
        "Of everybody of the cohort who could be followed that long: whose status is known on the day; of whom nobody "
        "knows (outside programme, observed windows and the time after a confirmation); who has died; who is out of "
        "scope otherwise: has left Norway, lost protection or, in a figure for a municipality, lives elsewhere. The "
        "four are the whole. A figure of the same cohort is the less certain the more are unknown."
    ),
    formula="x(unknown) / n, x(out of scope) / n",
    example="Of 20 who left, 2 moved abroad and of 3 nobody knows after a year: unknown 3 of 20, out of scope 2 of 20.",
    dimension="R",
    tags="R",
    unit="per cent",
    axes={"left": AFTER_LEAVING, "settled": tuple(range(12, 121, 12))},
    denominator="all",
    measures=(
        Share(
            statuses,
            (
                Count("status-known", IN_SCOPE & KNOWN, whole="everybody"),
                Count("status-unknown", IN_SCOPE & ~KNOWN, whole="everybody"),
                Count("out-of-scope", OUT & ~DEAD, whole="everybody"),
                Count("died", DEAD, whole="everybody"),
            ),
        ),
    ),
    source="NORCE 20-2019 section 2.3.1",
)
