"""Late changes: exit causes that were made others after they had been on record for a month."""

from typing import Any

import polars as pl

from tracker.indicators.cohort import exits
from tracker.indicators.definition import Indicator, Selection
from tracker.indicators.details import with_details
from tracker.indicators.frames import Frames
from tracker.indicators.governing import governing
from tracker.indicators.measures import Count, Share
from tracker.indicators.robustness.snapshot import OFFICIAL
from tracker.journey import OSLO
from tracker.rules.changes import SLIP_FOR

NOBODY_TOLD = "not-registered"
ENDED = "programme-ended"
DAYS = SLIP_FOR.steps[-1][1]


def changes(selection: Selection) -> pl.DataFrame:
    """The exit cause of each leaver as it stood when the days for slips were over, and as it is held now.

    Only of those of whom it is known when the cause was first recorded, and of whom those days are over.

    :returns: participant, ``main_before``, ``reasons_before``, ``main``, ``reasons``
    """
    frames = selection.frames
    told = recorded(frames, selection.who.select("participant")).filter(TOLD.any().over("participant"))
    undated = pl.col("recorded_on").is_null().any().over("participant")
    told = told.filter(~undated).sort("recorded_on", "known_from")
    first = told.filter(TOLD).group_by("participant", maintain_order=True).agg(first=pl.col("recorded_on").first())
    settled = pl.col("first") + pl.duration(days=governing(SLIP_FOR, pl.col("first")))
    before = (
        told.join(first.with_columns(settled=settled), on="participant")
        .filter((pl.col("recorded_on") <= pl.col("settled")) & (pl.col("settled") < frames.known_on))
        .group_by("participant", maintain_order=True)
        .agg(main_before=pl.col("main").last(), reasons_before=pl.col("reasons").last())
    )
    now = told.filter(pl.col("known_to").is_null()).select("participant", "main", "reasons")
    return before.join(now, on="participant")


TOLD = (pl.col("main") != NOBODY_TOLD) | (pl.col("reasons") != "")
"""A cause was told: a main activity or a reason."""


def recorded(frames: Frames, who: pl.DataFrame) -> pl.DataFrame:
    """All that was ever recorded of each leaver's exit: the end as it was told, corrected, taken back and logged anew.

    An end that was taken back is the same exit where it lies in the same run of the programme, was never held together
    with the end that holds now, and was taken back on the day of that one or later: had it been taken back before,
    the programme went on.

    :returns: participant, known_from, known_to, ``main``, ``reasons`` sorted in one text, ``recorded_on`` (empty where
        it is not known when it was first recorded)
    """
    columns = ("participant", "version", "happened_on", "value", "details", "channel", "recorded_at", "position")
    left = exits(frames, "participant", "left_on").join(who, on="participant", how="semi")
    rows = frames.history(ENDED, columns=(*columns, "first_registered_on")).join(left, on="participant")
    rows = with_details(rows, manner="$.manner", reasons="$.reasons")
    rows = _dated(frames, rows.filter((pl.col("manner") != "transferred").fill_null(True)))
    one = ["participant", "version"]
    held = rows.filter(pl.col("known_to").is_null()).sort("happened_on", "version")
    current = rows.join(held.group_by("participant").agg(pl.col("version").last()), on=one, how="semi")
    gone = (
        rows.join(held, on=one, how="anti")
        .join(_runs(frames, left), on="participant", how="left")
        .filter((pl.col("happened_on") >= pl.col("run_from")).fill_null(True))
    )
    together = gone.join(
        current.select("participant", "known_from", "known_to"), on="participant", suffix="_now"
    ).filter(
        (pl.col("known_from_now") < pl.col("known_to"))
        & (pl.col("known_to_now").is_null() | (pl.col("known_from") < pl.col("known_to_now")))
    )
    taken_back = gone.group_by(one).agg(known_to=pl.col("known_to").max())
    taken_back = taken_back.join(frames.moments(taken_back["known_to"]), left_on="known_to", right_on="position")
    same = (
        gone.join(together, on=one, how="anti")
        .join(taken_back.select(*one, "moment"), on=one)
        .filter(pl.col("left_on") <= _day(pl.col("moment")))
    )
    told = ("participant", "known_from", "known_to", "value", "reasons", "recorded_on")
    found = pl.concat([current.select(told), same.select(told)]).rename({"value": "main"})
    # There are far fewer different lists than rows.
    lists = found.select(pl.col("reasons").unique()).with_columns(
        told=pl.col("reasons").fill_null("[]").str.json_decode(pl.List(pl.String)).list.sort().list.join(" ")
    )
    return (
        found.join(lists, on="reasons", how="left", nulls_equal=True, maintain_order="left")
        .drop("reasons")
        .rename({"told": "reasons"})
    )


def _dated(frames: Frames, rows: pl.DataFrame) -> pl.DataFrame:
    """With ``recorded_on``, the day on which each row was recorded."""
    changed = rows.filter(pl.col("known_from") != pl.col("position"))["known_from"]
    undated = (pl.col("channel") == "import") & pl.col("first_registered_on").is_null()
    first = pl.when(~undated).then(pl.coalesce("first_registered_on", _day(pl.col("recorded_at"))))
    return (
        rows.join(frames.moments(changed), left_on="known_from", right_on="position", how="left")
        .with_columns(
            recorded_on=pl.when(pl.col("known_from") == pl.col("position"))
            .then(first)
            .otherwise(_day(pl.col("moment")))
        )
        .drop("moment")
    )


def _runs(frames: Frames, left: pl.DataFrame) -> pl.DataFrame:
    """(participant, run_from): when the stretch of the programme began that ended on leaving."""
    begun = frames.facts("programme-started", "programme-reopened", columns=("participant", "happened_on"))
    return (
        begun.join(left, on="participant")
        .filter(pl.col("happened_on") <= pl.col("left_on"))
        .group_by("participant")
        .agg(run_from=pl.col("happened_on").max())
    )


def _day(moment: pl.Expr) -> pl.Expr:
    return moment.dt.convert_time_zone(str(OSLO)).dt.date()


def _counts_officially(main: str) -> pl.Expr:
    return pl.col(main).is_in(OFFICIAL)


_MAIN: Any = pl.col("main") != pl.col("main_before")
_BEFORE, _NOW = _counts_officially("main_before"), _counts_officially("main")

R6 = Indicator(
    id="R6",
    version=1,
    title="Exit causes changed after they had been on record for a month",
    definition=(
        "Of those who left the programme and whose exit cause (main activity or reasons) was recorded: of how many it "
        f"was made another more than {DAYS} days after the day of the first record. What stood when those days were "
        "over is set beside what is held now: what was put right within them is a slip, and what was changed and "
        "changed back is no change. A change is a correction, or an end taken back and logged anew for the same "
        "exit. Into counted: main activity not counted officially (work, upper secondary or higher education) "
        "before, and counted now; out of counted: the other way. An end logged without a cause counts from the day on "
        f"which one was told. Left out: whom the {DAYS} days are not over for, and imported history, unless the "
        "sheet told when it was first recorded. A late change may be right; the two ways beside each other show "
        "whether changes go one way."
    ),
    formula=f"x(cause now <> cause {DAYS} days after first record) / n(cause recorded)",
    example=(
        "10 left. On day 31 one was changed from other to work, and one on day 10: changed 1 of 10, into counted 1 of "
        "10, out of counted 0 of 10."
    ),
    dimension="R",
    tags="R",
    unit="per cent",
    axes={"left": ()},
    denominator="all",
    measures=(
        Share(
            changes,
            (
                Count("cause-changed", _MAIN | (pl.col("reasons") != pl.col("reasons_before"))),
                Count("main-activity-changed", _MAIN, within="cause-changed"),
                Count("into-counted", _MAIN & ~_BEFORE & _NOW, within="main-activity-changed"),
                Count("out-of-counted", _MAIN & _BEFORE & ~_NOW, within="main-activity-changed"),
            ),
        ),
    ),
    sensitive=True,
    caution="Not for judging those who register: a change may be what makes the record right.",
    rules=(SLIP_FOR,),
    source="choice of this product; NORCE 20-2019 sections 2.3.1 and 3.2",
)
