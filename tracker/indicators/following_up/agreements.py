"""What was agreed with people as it stood on a day: contracts and whether they are followed, duties, conversations."""

import numpy as np
import numpy.typing as npt
import polars as pl

from tracker.contracts.following import BACK, LEFT
from tracker.indicators.columns.derived import risen
from tracker.indicators.details import with_details
from tracker.indicators.frames import LAST_DAY, Frames
from tracker.indicators.tellings import TALKS
from tracker.indicators.waiting import NO_LONGER_THERE

FOR_WORK_OR_SCHOOL = ("work", "other-education")
"""Causes of leaving a school with which a contract is followed all the same."""

_DAY = pl.duration(days=1)
_HOLDS = ("participant", "key", "spell_from", "valid_from", "valid_to", "value", "opened_by", "closed_by")


def followed(frames: Frames, contracts: pl.DataFrame) -> pl.DataFrame:
    """The contracts with ``follows``: whether the participant followed them on a day.

    The rule is :data:`tracker.contracts.following.RULE`: the last fact that says yes or no decides.

    :param contracts: participant, contract (its kind), signed_on, day; further columns are kept
    """
    rows = contracts.with_row_index("_asked")
    own = pl.col("duty_of").is_null() | (
        (pl.col("duty_of") == pl.col("contract")) & (pl.col("duty_agreed_on") >= pl.col("signed_on"))
    )
    said = (
        rows.select("_asked", "participant", "contract", "signed_on", "day")
        .join(frames.once(_turns), on="participant", maintain_order="left_right")
        .filter((pl.col("signed_on") <= pl.col("on")) & (pl.col("on") <= pl.col("day")) & own)
        .group_by("_asked", maintain_order=True)
        .agg(follows=pl.col("yes").last())
    )
    return (
        rows.join(said, on="_asked", how="left", maintain_order="left")
        .with_columns(pl.col("follows").fill_null(True))
        .drop("_asked")
    )


def _turns(frames: Frames) -> pl.DataFrame:
    """(participant, on, version, yes, duty_of, duty_agreed_on): facts that say that a contract is followed, or not.

    Those of a participant are in the order in which they happened. Of a duty of the participant, the kind of its
    contract and the day on which it was agreed.
    """
    columns = ("participant", "version", "happened_on", "fact", "value")
    left, back = ([cls.TOPIC for cls in kinds] for kinds in (LEFT, BACK))
    told = frames.facts(*left, *back, "language-training-ended", columns=columns)
    fact = pl.col("fact").cast(pl.String)
    nothing = {"duty_of": pl.lit(None, pl.String), "duty_agreed_on": pl.lit(None, pl.Date)}
    paths = told.select(
        "participant",
        "version",
        on="happened_on",
        yes=pl.when(fact.is_in(back))
        .then(True)
        .when(fact.is_in(left) & ~pl.col("value").is_in(FOR_WORK_OR_SCHOOL))
        .then(False)
        .when((fact == "language-training-ended") & (pl.col("value") == "left"))
        .then(False),
        **nothing,
    )
    agreed = fact == "obligation-agreed"
    duties = with_details(
        frames.facts("obligation-agreed", "obligation-met", "obligation-missed", columns=(*columns, "key", "details")),
        contract="$.contract",
    )
    duty = ["participant", "key"]
    own = (
        duties.sort(*duty, "happened_on", "version")
        .with_columns(
            party=pl.when(agreed).then("value").forward_fill().over(duty),
            duty_of=pl.when(agreed).then("contract").forward_fill().over(duty),
            duty_agreed_on=pl.when(agreed).then("happened_on").forward_fill().over(duty),
        )
        .filter(~agreed & (pl.col("party") == "participant"))
        .select(
            "participant",
            "version",
            "duty_of",
            "duty_agreed_on",
            on="happened_on",
            yes=fact == "obligation-met",
        )
    )
    turns = pl.concat([paths.drop_nulls("yes"), own.select(paths.columns)])
    return turns.sort("participant", "on", "version")


def contracts_on(frames: Frames, people: pl.DataFrame) -> pl.DataFrame:
    """A row a person and kind of contract: the last one signed by a day, and how it stands then.

    :param people: participant, day; further columns are kept
    :returns: also ``contract``, ``signed_on``, ``state`` (followed, not-followed, run-out, completed, terminated), and
        of one that was terminated the ``cause``
    """
    day = pl.col("day")
    last = (
        people.join(frames.spells("contract", columns=_HOLDS), on="participant")
        .filter(pl.col("valid_from") <= day)
        .sort("valid_from", "opened_by")
        .group_by("participant", "key", maintain_order=True)
        .last()
        .rename({"key": "contract", "spell_from": "signed_on"})
    )
    columns = ("participant", "happened_on", "version", "key", "value")
    causes = (
        frames.facts("contract-terminated", columns=columns)
        .join(last.select("participant", "day", contract="contract"), left_on=["participant", "key"],
              right_on=["participant", "contract"])
        .filter(pl.col("happened_on") <= day)
        .sort("happened_on", "version")
        .group_by("participant", "key", maintain_order=True)
        .agg(cause=pl.col("value").last())
        .rename({"key": "contract"})
    )  # fmt: skip
    ended = pl.col("valid_to") <= day
    completed = pl.col("closed_by").cast(pl.String) == "contract-completed"
    return (
        followed(frames, last)
        .join(causes, on=["participant", "contract"], how="left")
        .with_columns(
            state=pl.when(ended & completed)
            .then(pl.lit("completed"))
            .when(ended)
            .then(pl.lit("terminated"))
            .when(pl.col("value").str.to_date("%Y-%m-%d") < day)
            .then(pl.lit("run-out"))
            .when("follows")
            .then(pl.lit("followed"))
            .otherwise(pl.lit("not-followed"))
        )
        .with_columns(cause=pl.when(pl.col("state") == "terminated").then(pl.col("cause").fill_null("unknown")))
        .select(*people.columns, "contract", "signed_on", "state", "cause")
    )


def duties_on(frames: Frames, people: pl.DataFrame) -> pl.DataFrame:
    """A row a duty whose last day in time has passed on a day, and what came of it by then.

    The last day moves with the days on which its contract rested before.

    :param people: participant, day; further columns are kept
    :returns: also ``party`` and ``state``: in-time, late, missed, open, waived, called-off
    """
    columns = ("participant", "key", "spell_from", "valid_to", "value", "details", "opened_by", "closed_by")
    duties = with_details(
        frames.spells("obligation", columns=columns), contract="$.contract", due="$.due"
    ).with_columns(due=pl.col("due").str.to_date("%Y-%m-%d"))
    told = (
        people.join(duties, on="participant")
        .filter(pl.col("spell_from") <= pl.col("day"))
        .with_columns(closed_on=pl.when(pl.col("closed_by").is_not_null()).then(pl.col("valid_to") - _DAY))
        .with_columns(closed_on=pl.when(pl.col("closed_on") <= pl.col("day")).then("closed_on"))
        .with_row_index("_row")
    )
    told = _moved_by_pauses(frames, told).filter(pl.col("due") < pl.col("day"))
    bound = _bound(frames, told)
    still = pl.concat(_is_due(frames, told, bound, on) for on in ("due", "day")).unique().with_columns(still=True)
    how = pl.when(pl.col("closed_on").is_not_null()).then(pl.col("closed_by").cast(pl.String))
    return (
        told.join(still, on="_row", how="left")
        .with_columns(
            state=pl.when((how == "obligation-met") & (pl.col("closed_on") <= pl.col("due")))
            .then(pl.lit("in-time"))
            .when(how == "obligation-met")
            .then(pl.lit("late"))
            .when(how.is_not_null())
            .then(how.str.strip_prefix("obligation-"))
            .when(pl.col("still").fill_null(False))
            .then(pl.lit("open"))
            .otherwise(pl.lit("called-off"))
        )
        .select(*people.columns, "state", party="value")
    )


def _moved_by_pauses(frames: Frames, duties: pl.DataFrame) -> pl.DataFrame:
    """Duties with their last day moved by each pause of their contract that began by it, one pause after the other."""
    spells = frames.spells("contract-pause", columns=("participant", "key", "valid_from", "valid_to"))
    pauses = (
        duties.select("_row", "participant", "spell_from", "day", key="contract")
        .join(spells, on=["participant", "key"])
        .filter((pl.col("valid_to") > pl.col("spell_from")) & (pl.col("valid_from") <= pl.col("day")))
        .with_columns(first=pl.max_horizontal("valid_from", "spell_from"))
        .sort("first")
        .with_columns(nth=pl.int_range(pl.len()).over("_row"))
        .select("_row", "nth", "first", after="valid_to")
    )
    for nth in sorted(pauses["nth"].unique()):
        pause = pauses.filter(pl.col("nth") == nth).drop("nth")
        moved = pl.min_horizontal(pl.col("due") + (pl.col("after") - pl.col("first")), pl.lit(LAST_DAY))
        duties = (
            duties.join(pause, on="_row", how="left", maintain_order="left")
            .with_columns(due=pl.when((pl.col("first") <= pl.col("due")).fill_null(False)).then(moved).otherwise("due"))
            .drop("first", "after")
        )
    return duties


def _bound(frames: Frames, duties: pl.DataFrame) -> pl.DataFrame:
    """(_row, signed_on, valid_from, valid_to, until): the stretches of the contract in which each duty was agreed."""
    spells = frames.spells("contract", columns=_HOLDS)
    own = ["participant", "contract"]
    segments = spells.select(
        "participant",
        "opened_by",
        "valid_from",
        "valid_to",
        contract="key",
        signed_on="spell_from",
        until=pl.col("value").str.to_date("%Y-%m-%d"),
    )
    rows = duties.select("_row", *own, agreed_on="spell_from")
    # What is known to its month alone may have been agreed before the contract was signed in that month.
    which = (
        rows.join(segments, on=own)
        .filter(pl.col("valid_to") > pl.col("agreed_on"))
        .sort("valid_from")
        .group_by("_row", maintain_order=True)
        .agg(pl.col("opened_by").first())
    )
    return rows.join(which, on="_row").join(segments, on=[*own, "opened_by"]).drop(*own, "opened_by", "agreed_on")


def _is_due(frames: Frames, duties: pl.DataFrame, bound: pl.DataFrame, on: str) -> pl.DataFrame:
    """(_row) of duties that are due on a day: the contract holds and the participant is there, and follows it where it
    is the duty of an authority."""
    rows = duties.select("_row", "participant", "contract", party="value", day=on)
    holds = (
        rows.join(bound, on="_row")
        .filter((pl.col("valid_from") <= pl.col("day")) & (pl.col("day") < pl.col("valid_to")))
        .filter(pl.col("day") <= pl.col("until"))
        .unique("_row", keep="first", maintain_order=True)
    )
    follows = (pl.col("party") == "participant") | pl.col("follows")
    return without_those_away(frames, followed(frames, holds)).filter(follows).select("_row")


def without_those_away(frames: Frames, days: pl.DataFrame) -> pl.DataFrame:
    """The rows without those of people who on their day were dead, abroad or without protection.

    :param days: participant, day; further columns are kept
    """
    spells = frames.spells("residence", columns=("participant", "value", "valid_from", "valid_to"))
    spells = spells.filter(pl.col("value").is_in(NO_LONGER_THERE)).select("participant", "valid_from", "valid_to")
    away = (
        days.select("participant", "day")
        .unique()
        .join(spells, on="participant")
        .filter((pl.col("valid_from") <= pl.col("day")) & (pl.col("day") < pl.col("valid_to")))
    )
    return days.join(away, on=["participant", "day"], how="anti", maintain_order="left")


def conversations_on(frames: Frames, people: pl.DataFrame) -> pl.DataFrame:
    """A row a conversation by a day: agreed before, or held without that; by rising participant.

    :param people: participant, day; further columns are kept
    :returns: also ``agreed``, ``moves``, ``planned_on``, ``state`` (held, missed, or empty where nothing was recorded),
        ``missed_by``
    """
    told = (
        frames.derived(TALKS)
        .join(people, on="participant", maintain_order="left")
        .filter(pl.col("on") <= pl.col("day"))
    )
    scheduled, moved, held, missed = (
        (told["kind"] == kind).to_numpy() for kind in ("scheduled", "moved", "held", "missed")
    )
    over = held | missed
    begins = scheduled.copy()
    begins[:1] = True
    for name in ("participant", "thread"):
        each = told[name].to_numpy()
        begins[1:] |= each[1:] != each[:-1]
    begins[1:] |= over[:-1]
    first = np.flatnonzero(begins)

    def last(which: npt.NDArray[np.bool_], column: str) -> pl.Series:
        """Of each conversation what the last of these facts says; empty where there is none."""
        rows = np.maximum.reduceat(np.where(which, np.arange(len(which)), -1), first)
        return told[column].gather(pl.select(pl.when(pl.Series(rows) >= 0).then(pl.Series(rows))).to_series())

    agreed = pl.col("agreed")
    return (
        risen(told.select(pl.col(people.columns).gather(first)))
        .with_columns(
            agreed=pl.Series(scheduled[first]),
            moves=pl.Series(np.add.reduceat(moved.astype(np.int64), first)),
            planned_on=last(scheduled | moved, "planned"),
            state=last(over, "kind"),
            missed_by=last(missed, "missed_by"),
        )
        # One that had not been agreed cannot have been moved, though a move may have been recorded.
        .with_columns(moves=pl.when(agreed).then("moves").otherwise(0), planned_on=pl.when(agreed).then("planned_on"))
        .filter(agreed | (pl.col("state") == "held").fill_null(False))
    )
