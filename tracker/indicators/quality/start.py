"""The start of the programme: whether it came in time, and what it waited for."""

import polars as pl

from tracker.indicators.breakdowns import UNKNOWN
from tracker.indicators.capacity.presence import in_scope
from tracker.indicators.definition import Indicator, Selection
from tracker.indicators.frames import Frames
from tracker.indicators.governing import governing, months_on
from tracker.indicators.measures import Count, Mean, Middle, Share
from tracker.indicators.timeline import status_of
from tracker.rules.programme import FREED_BY_WORK, START_WITHIN

CAUSES = (
    "no-place",
    "childcare",
    "housing",
    "own-illness",
    "leave",
    "work",
    "late-papers",
    "own-wish",
    "other",
    UNKNOWN,
)
_details = pl.col("details").str


def starts(selection: Selection) -> pl.DataFrame:
    """One row a person: whether the programme started in time.

    :returns: also ``category``, ``due`` (started, or the time is over), ``freed`` (by work or leave on the last day),
        ``in_time``, ``in_time_of_settlement``, ``days`` from settlement or claim, ``late``, each of ``CAUSES`` told
    """
    frames, today = selection.frames, pl.lit(selection.frames.known_on)
    offers = frames.facts("programme-offered", columns=("participant", "happened_on", "value"))
    began = frames.facts("programme-started", columns=("participant", "happened_on"))
    causes = frames.facts("start-delayed", columns=("participant", "value"))
    first = pl.col("happened_on").min()
    offered = pl.col("happened_on").filter(pl.col("value") == "offer").min()
    claims = (
        offers.group_by("participant")
        .agg(claimed=pl.col("happened_on").filter(pl.col("value") == "claim").min(), offered=offered)
        .filter((pl.col("offered") >= pl.col("claimed")).fill_null(True))
        .select("participant", "claimed")
    )
    people = (
        selection.who.select("participant", "origin", "home")
        .join(frames.people("category"), on="participant", how="left")
        .join(claims, on="participant", how="left")
        .join(began.group_by("participant").agg(began=first), on="participant", how="left")
        .with_columns(since=pl.max_horizontal("origin", "claimed"))
        .with_columns(
            last_day=months_on(START_WITHIN, pl.col("since")), by_settlement=months_on(START_WITHIN, pl.col("origin"))
        )
        .with_columns(day=pl.min_horizontal("last_day", today))
    )
    rows = in_scope(frames, people).join(_freed(frames, people), on="participant", how="left")
    told = causes.group_by("participant").agg((pl.col("value") == cause).any().alias(cause) for cause in CAUSES)
    in_time = (pl.col("began") <= pl.col("last_day")).fill_null(False)
    waited = (pl.col("began") - pl.col("since")).dt.total_days().clip(lower_bound=0)
    return (
        rows.join(told, on="participant", how="left")
        .with_columns(
            pl.col(CAUSES).fill_null(False),
            pl.col("freed").fill_null(False),
            told=pl.any_horizontal(CAUSES).fill_null(False),
            due=pl.col("began").is_not_null() | (pl.col("last_day") < today),
            in_time=in_time,
            in_time_of_settlement=(pl.col("began") <= pl.col("by_settlement")).fill_null(False),
            days=waited,
        )
        .with_columns(late=pl.col("due") & ~in_time)
    )


def _freed(frames: Frames, people: pl.DataFrame) -> pl.DataFrame:
    """(participant, freed): in work of enough hours, or on approved leave begun before the programme, on the day."""
    status = status_of(frames, people.select("participant", "day"), "hours", "full_time")
    working = status.filter(pl.col("full_time") | (pl.col("hours") >= governing(FREED_BY_WORK, pl.col("day"))))
    columns = ("participant", "spell_from", "valid_from", "valid_to", "details")
    approved = (_details.json_path_match("$.approved") != "false").fill_null(True)
    leave = (
        people.join(frames.spells("leave", columns=columns).filter(approved), on="participant")
        .filter((pl.col("valid_from") <= pl.col("day")) & (pl.col("day") < pl.col("valid_to")))
        .filter((pl.col("spell_from") < pl.col("began")).fill_null(True))
    )
    freed = pl.concat([working.select("participant"), leave.select("participant")]).unique()
    return freed.with_columns(freed=True)


AMONG = (pl.col("category") == "right-and-duty") & pl.col("due") & ~pl.col("freed")
Q3 = Indicator(
    id="Q3",
    version=1,
    title="Started in time: within three months of settlement or claim",
    definition=(
        "Of those first settled who have the right and duty (rett og plikt) and are in scope on the last day, the "
        "share who had started the programme within three months of settlement, the same day of the third month "
        "included; where the participant claimed the programme later, and no offer came before the claim, of the "
        "claim. No start is no; who has not started while there is still time is left out, and so is who on the last "
        "day has ordinary or self-employed work of 30 hours a week or more, or is on approved leave that began "
        "before the programme. A start before settlement is in time, after 0 days. Beside: the same from settlement "
        "for everybody, claim or none; the median of days from settlement or claim to the start, of those who have "
        "started; of those late, the causes that were told, one or more each, or none told; who is left out for work "
        "or leave; and, of everybody, whose category is not known and who is therefore in none of these."
    ),
    formula="x(first start <= max(S, claim) + 3 months) / n(right and duty, not freed, time over or started)",
    example="Settled on 15 January, started on 15 April: in time, after 91 days in a year of 366.",
    dimension="Q",
    tags="U",
    unit="per cent; days",
    axes={"settled": ()},
    denominator="present",
    measures=(
        Share(
            starts,
            (
                Count("started-in-time", pl.col("in_time"), among=AMONG),
                Count(
                    "started-in-time-of-settlement",
                    pl.col("in_time_of_settlement"),
                    among=AMONG,
                    within="started-in-time",
                ),
                *(Count(f"delayed-{cause}", pl.col(cause), among=AMONG & pl.col("late")) for cause in CAUSES),
                Count("delayed-cause-not-told", ~pl.col("told"), among=AMONG & pl.col("late")),
                Count(
                    "left-out-for-work-or-leave",
                    pl.col("freed"),
                    among=(pl.col("category") == "right-and-duty") & pl.col("due"),
                ),
                Count("category-unknown", pl.col("category") == UNKNOWN),
            ),
        ),
        Mean(
            starts,
            (Middle("days-to-start", pl.col("days"), unit="days", among=AMONG & pl.col("days").is_not_null()),),
        ),
    ),
    sensitive=True,
    caution="It says when people started, not why: places, papers and housing are not the municipality's alone.",
    rules=(START_WITHIN, FREED_BY_WORK),
    source="NORCE 20-2019 section 3.4",
)
