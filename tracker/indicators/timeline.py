"""The status of everybody from day to day, for questions that look at many days: worked out once, then looked up."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from tracker.indicators.frames import Frames
from tracker.indicators.hours import PARTS, steps
from tracker.indicators.status import EDUCATION, HEALTH, MEASURES, NAMES, OUT, residence_on, state_of, status_at

Numbers = npt.NDArray[np.int64]
Days = npt.NDArray[np.int32]
States = npt.NDArray[np.int16]
Flags = npt.NDArray[np.bool_]

DEAD, ELSEWHERE = NAMES.index("DEAD"), NAMES.index("OUT")

_DAYS = 1 << 31
_FLAGS = (*EDUCATION, "programme", "measure", "health", "social_assistance", "known")
_WORK, _HOME = len(_FLAGS), len(_FLAGS) + 1
_ACTIVITIES = (*EDUCATION, "programme", *MEASURES, "benefit", "social-assistance")
_NUMBER_OF = {name: number for number, name in enumerate(EDUCATION)} | {
    "programme": _FLAGS.index("programme"),
    **dict.fromkeys(MEASURES, _FLAGS.index("measure")),
    "benefit": _FLAGS.index("health"),
    "social-assistance": _FLAGS.index("social_assistance"),
}


@dataclass(frozen=True, eq=False)
class Timeline:
    """What holds for each participant from each day on which anything changes until the next.

    :ivar places: participant and day as one number that rises; the first is before everybody, where nothing holds
    :ivar flags: at each place what runs, and whether the situation is known; ``work`` and ``home``, rows of the others
    :ivar work: the work that runs, as :func:`tracker.indicators.status.status_at` says it
    :ivar homes: ``residence``: municipality, or what took the participant out of scope; empty where nothing was told
    """

    places: Numbers
    flags: pl.DataFrame
    work: pl.DataFrame
    homes: pl.DataFrame

    def at(self, participants: pl.Series, days: pl.Series) -> Numbers:
        """The rows of ``flags`` that hold on days of participants."""
        return self.of(participants.cast(pl.Int64).to_numpy(), days.cast(pl.Int32).to_numpy())

    def of(self, person: Numbers, day: Days) -> Numbers:
        """The same of numbers; days count from 1970."""
        at = np.searchsorted(self.places, _place(person, day), side="right") - 1
        return np.where(self.places[at] // _DAYS == person, at, 0)


def timeline(frames: Frames) -> Timeline:
    """The timeline of everybody; worked out once."""
    return frames.once(_timeline)


def status_of(frames: Frames, days: pl.DataFrame) -> pl.DataFrame:
    """What :func:`tracker.indicators.status.status_at` says: looked up, if the timeline is there, else worked out."""
    return status_on(frames, days) if frames.has(_timeline) else status_at(frames, days)


def status_on(frames: Frames, days: pl.DataFrame) -> pl.DataFrame:
    """What :func:`tracker.indicators.status.status_at` says, looked up: sooner where many days are asked for.

    :param days: as there
    """
    found = timeline(frames)
    flags = found.flags[found.at(days["participant"], days["day"])]
    work = found.work[flags["work"]]
    lives = found.homes[flags["home"]]["residence"]
    status = days.with_columns(
        *(work[name] for name in ("works", "hours", "self_employed", "full_time", "subsidised", "subsidised_hours")),
        *(flags[name] for name in _FLAGS),
        out=lives.is_in(OUT).fill_null(False),
        dead=(lives == "died").fill_null(False),
    )
    if "home" not in days.columns or days["home"].null_count() == days.height:
        return status
    settled = frames.participants.select("participant", settled_in="municipality")
    elsewhere = pl.coalesce("residence", "settled_in") != pl.col("home")
    return (
        status.with_columns(residence=lives)
        .join(settled, on="participant", how="left", maintain_order="left")
        .with_columns(out=pl.col("out") | (elsewhere.fill_null(False) & ~pl.col("dead")))
        .drop("residence", "settled_in")
    )


@dataclass(frozen=True, eq=False)
class Look:
    """One look at people, an element a person.

    :ivar followed: whether they were followed until that day; the others hold only those who were
    :ivar states: the number of the state, as :func:`tracker.indicators.status.state_of` tells it
    :ivar works: ordinary or self-employed work
    :ivar educated: any education
    """

    followed: Flags
    states: States
    works: Flags
    educated: Flags


def monthly_looks(frames: Frames, who: pl.DataFrame, months: int) -> Iterator[Look]:
    """A look at everybody on the day of the origin, and on the same day of each month after it.

    :param who: (participant, origin, home); who lives elsewhere than ``home`` is out of scope
    """
    found, states = timeline(frames), frames.once(_states)
    educated = found.flags.select(pl.any_horizontal(EDUCATION)).to_series().to_numpy()
    works = found.work["works"].gather(found.flags["work"]).to_numpy()
    settled = frames.participants.select("participant", settled_in="municipality")
    people = who.select("participant", "origin", "home").join(
        settled, on="participant", how="left", maintain_order="left"
    )
    in_one_place = people["home"].null_count() < people.height
    person = people["participant"].cast(pl.Int64).to_numpy()
    # There are far fewer days than people: each is counted on from once.
    origins = people.select(pl.col("origin").unique())
    origin = people.join(origins.with_row_index("at"), on="origin", how="left", nulls_equal=True, maintain_order="left")
    each = origin["at"].to_numpy()
    for month in range(months):
        days = origins.select(pl.col("origin").dt.offset_by(f"{month}mo"))
        day = days["origin"].cast(pl.Int32).fill_null(0).to_numpy()[each]
        followed = (days["origin"] <= frames.known_on).fill_null(False).to_numpy()[each]
        at = found.of(person[followed], day[followed])
        state = states[at]
        if in_one_place:
            lives = found.homes["residence"].gather(found.flags["home"].gather(at))
            lived_in = people.filter(pl.Series(followed)).with_columns(lives)
            elsewhere = lived_in.select(pl.coalesce("residence", "settled_in") != pl.col("home")).to_series()
            state = np.where(elsewhere.fill_null(False).to_numpy() & (state != DEAD), ELSEWHERE, state)
        yield Look(followed, state, works[at], educated[at])


def _states(frames: Frames) -> States:
    """The state at each place, wherever people live."""
    found = timeline(frames)
    work = found.work.select("works", "hours", "subsidised")
    lives = found.homes.select(
        out=pl.col("residence").is_in(OUT).fill_null(False), dead=(pl.col("residence") == "died").fill_null(False)
    )
    rows = found.flags.select(
        *_FLAGS,
        *(column.gather(found.flags["work"]) for column in work),
        *(column.gather(found.flags["home"]) for column in lives),
    )
    return rows.select(state_of()).to_series().to_numpy()


def _timeline(frames: Frames) -> Timeline:
    work, homes = _work(frames), _homes(frames)
    turns = pl.concat(
        [
            *_turns(_others(frames)),
            *_turns(frames.windows.select("participant", "known_from", "known_to", flag=pl.lit(_FLAGS.index("known")))),
            *(
                rows.select(
                    place=_place(pl.col("participant").cast(pl.Int64), pl.col("day").cast(pl.Int32)),
                    flag=pl.lit(flag, pl.Int8),
                    sign=pl.lit(0, pl.Int8),
                    row=pl.int_range(pl.len(), dtype=pl.UInt32),
                ).slice(1)
                for flag, rows in ((_WORK, work), (_HOME, homes))
            ),
        ]
    ).sort("place")
    flag, row = pl.col("flag"), pl.col("row")
    # Each spell that begins also ends, so that nothing is left of one participant where the next begins.
    found = turns.select(
        "place",
        *(
            pl.when(flag == number).then("sign").otherwise(0).cast(pl.Int32).cum_sum().cast(pl.Boolean).alias(name)
            for number, name in enumerate(_FLAGS)
        ),
        work=pl.when(flag == _WORK).then(row).forward_fill().fill_null(0),
        home=pl.when(flag == _HOME).then(row).forward_fill().fill_null(0),
    ).filter((pl.col("place") != pl.col("place").shift(-1)).fill_null(True))
    nothing = pl.select(
        pl.lit(np.iinfo(np.int64).min).alias("place"),
        *(pl.lit(False).alias(name) for name in _FLAGS),
        work=pl.lit(0, pl.UInt32),
        home=pl.lit(0, pl.UInt32),
    )
    found = pl.concat([nothing, found])
    return Timeline(
        found["place"].to_numpy(),
        found.drop("place"),
        work.drop("participant", "day"),
        homes.select("residence"),
    )


def _others(frames: Frames) -> pl.DataFrame:
    """(participant, valid_from, valid_to, flag) of the activities that are no work."""
    columns = ("participant", "activity", "key", "valid_from", "valid_to")
    other = pl.col("activity") != "benefit"
    return (
        frames.spells(*_ACTIVITIES, columns=columns)
        .filter(other | pl.col("key").is_in(HEALTH))
        .select(
            "participant",
            "valid_from",
            "valid_to",
            flag=pl.col("activity").replace_strict(_NUMBER_OF, return_dtype=pl.Int8),
        )
    )


def _turns(stretches: pl.DataFrame) -> tuple[pl.DataFrame, ...]:
    """Where each stretch begins and where it ends."""
    _, *edges, _ = stretches.columns
    return tuple(
        stretches.select(
            place=_place(pl.col("participant").cast(pl.Int64), pl.col(edge).cast(pl.Int32)),
            flag=pl.col("flag").cast(pl.Int8),
            sign=pl.lit(sign, pl.Int8),
            row=pl.lit(0, pl.UInt32),
        )
        for edge, sign in zip(edges, (1, -1), strict=True)
    )


def _work(frames: Frames) -> pl.DataFrame:
    """The steps of work as a status tells them; the first row is nobody's, without work."""
    rows = steps(frames).select(
        "participant",
        "day",
        "works",
        "full_time",
        "self_employed",
        "subsidised",
        hours=pl.when(~(pl.col("works") & pl.col("unknown"))).then(pl.col("parts") / PARTS),
        subsidised_hours=pl.when(~(pl.col("subsidised") & pl.col("subsidised_unknown"))).then(
            pl.col("subsidised_parts") / PARTS
        ),
    )
    flags = ("works", "full_time", "self_employed", "subsidised")
    nothing = pl.DataFrame(
        {name: [False] for name in flags} | {name: [0.0] for name in ("hours", "subsidised_hours")},
    )
    return pl.concat([nothing, rows], how="diagonal").select(rows.columns)


def _homes(frames: Frames) -> pl.DataFrame:
    """(participant, day, residence) from each day on which it changes; the first row is nobody's, and tells nothing."""
    spells = frames.spells("residence", columns=("participant", "valid_from", "valid_to"))
    days = pl.concat(spells.select("participant", day=edge) for edge in ("valid_from", "valid_to")).unique()
    told = days.join(residence_on(frames, days), on=["participant", "day"], how="left")
    nothing = pl.DataFrame({"participant": [None], "day": [None], "residence": [None]}, schema=told.schema)
    return pl.concat([nothing, told])


def _place(participant: Any, day: Any) -> Any:
    """Person and day as one number."""
    return participant * _DAYS + day + _DAYS // 2
