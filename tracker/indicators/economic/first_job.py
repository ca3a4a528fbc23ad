"""Jobs at the beginning: how long until the first one, whether it lasts, and what becomes of small ones."""

import polars as pl

from tracker.indicators.definition import Indicator, Selection
from tracker.indicators.hours import enough, first_days_of, first_doubts_of, working
from tracker.indicators.looking import HOURS, KNOWN, WORKS, status_after, statuses
from tracker.indicators.measures import Count, Incidence, Share, if_known
from tracker.indicators.waiting import LEFT_SCOPE, months_between, waiting

THRESHOLDS = (1, 10, 20, 30)
LINES = {f"work-{threshold}-hours": threshold for threshold in THRESHOLDS}
YEARLY = (12, 24, 36, 48, 60)


def first_jobs(selection: Selection) -> pl.DataFrame:
    """Time until work of each number of hours, as of :func:`waiting`.

    From work of unknown hours on nobody knows whether a threshold above 1 hour is reached: the wait for it is seen
    until the day before.
    """
    names = pl.DataFrame({"line": list(LINES), "threshold": list(LINES.values())}).cast({"threshold": pl.Int32})
    work = working(selection.frames, selection.who)
    doubts = first_doubts_of(work).rename({"on": "doubtful_on"})
    origin, doubtful_on = pl.col("origin"), pl.col("doubtful_on")
    events = (
        first_days_of(work, THRESHOLDS)
        .join(names, on="threshold")
        .join(doubts, on="participant", how="left")
        .filter((pl.col("on") <= doubtful_on).fill_null(True))
    )
    seen = doubts.join(selection.who.select("participant", "origin"), on="participant").select(
        "participant",
        doubtful=months_between(origin, doubtful_on, whole=False),
        seen=months_between(origin, doubtful_on.dt.offset_by("-1d"), whole=True).clip(lower_bound=0),
    )
    cause, time = pl.col("cause"), pl.col("time")
    # Who leaves the scope in the month in which the doubt begins has left it.
    cut = (cause.is_null() & (pl.col("seen") < time)) | ((cause == LEFT_SCOPE) & (pl.col("doubtful") < time))
    cut = cut.fill_null(False)
    return (
        waiting(selection, events, tuple(LINES))
        .join(seen, on="participant", how="left")
        .with_columns(time=pl.when(cut).then("seen").otherwise("time"), cause=pl.when(~cut).then("cause"))
        .filter(pl.col("time") >= pl.col("entry"))
        .drop("seen", "doubtful")
    )


SMALL = KNOWN & WORKS & ~pl.col("full_time") & (HOURS >= 1) & (HOURS < 10)


def small_jobs(selection: Selection) -> pl.DataFrame:
    """The statuses of those who were in work of 1 to 9 hours one month after their day."""
    small = status_after(selection, 1).filter(SMALL.fill_null(False))
    return statuses(selection).join(small.select("participant"), on="participant", how="semi")


E5 = Indicator(
    id="E5",
    version=1,
    title="Retention: still in work of 20 hours a week after the first such job",
    definition=(
        "Of all who ever came to ordinary or self-employed work of 20 hours a week or more, counted from the first day "
        "of it, and who are in scope on the day: the share who have 20 hours or more 6, 12 and 24 months later, with "
        "any employer, whatever lay between. A full post reaches 20 hours. Unknown status and work of unknown hours "
        "are unknown. By sector: that of the job of most hours on the first day."
    ),
    formula="x(h >= 20 on the day) / n(first day with h >= 20)",
    example="A first job of 30 hours on 1 March 2023, another of 20 on 1 March 2024: still in work after 12 months.",
    dimension="E",
    tags="N",
    unit="per cent",
    axes={"first-job": (6, 12, 24)},
    denominator="present",
    measures=(Share(statuses, (Count("still-20-hours", if_known(KNOWN, enough(20))),)),),
    breakdowns=("sector",),
    source="after the payments for staying in work of the Work Programme (DWP)",
)
E6 = Indicator(
    id="E6",
    version=1,
    title="Time to the first work of 1, 10, 20, 30 hours a week",
    definition=(
        "Of all who were settled, or who left the programme, the share who had come to ordinary or self-employed work "
        "of at least so many hours a week by each month after, and the month by which half had. Leaving the scope "
        "(death, moving away or abroad, lost protection) competes; study does not: who studies still waits. Work "
        "training and subsidised work are not work. Who works that much on the day itself is there at month 0. A full "
        "post reaches every number. Work of unknown hours counts at 1 hour; the wait for more is then seen no further. "
        "People are followed until the last day on which their situation was known."
    ),
    formula="Aalen-Johansen incidence F(m), and the first m with F(m) >= 0.5",
    example="Of four settled, one works 20 hours after 5 months, one after 20, one moves away: F(12) = 1 of 4.",
    dimension="E",
    tags="N H",
    unit="per cent; months",
    axes={"settled": YEARLY, "left": YEARLY},
    denominator="aj",
    measures=(Incidence(first_jobs, tuple(LINES)),),
    source="Statistics Norway 2013/55, which starts at settlement; Aalen and Johansen (1978)",
)
E8 = Indicator(
    id="E8",
    version=1,
    title="Small-job trap: without work later, of those who left to work of 1 to 9 hours",
    definition=(
        "Of those who one month after leaving the programme had ordinary and self-employed work of 1 up to 10 hours a "
        "week in all, and are in scope on the day: the share without such work 12, 36 and 60 months after leaving. "
        "Work whose hours are unknown at one month is not among them; a status unknown on the day is unknown. Few "
        "leave to so little work: three years together say more than one."
    ),
    formula="x(h = 0 on the day) / n(1 <= h < 10 at one month)",
    example="Of ten who cleaned 6 hours a week a month after leaving, three have no work after 60 months: 30 per cent.",
    dimension="E",
    tags="H",
    unit="per cent",
    axes={"left": (12, 36, 60)},
    denominator="present",
    measures=(Share(small_jobs, (Count("no-work", if_known(KNOWN, ~WORKS)),)),),
    source="Mølland 2018, as told in NORCE 20-2019: 30 per cent after five years",
)
INDICATORS = (E5, E6, E8)
