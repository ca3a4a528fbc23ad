"""The status of everybody from day to day, for questions that look at many days: worked out once, then looked up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from tracker.indicators.columns.derived import place
from tracker.indicators.forward import Forward
from tracker.indicators.frames import Frames
from tracker.indicators.situation import EDUCATION, FLAGS, SITUATIONS
from tracker.indicators.status import NAMES, OUT, state_of, status_at

Numbers = npt.NDArray[np.int64]
Days = npt.NDArray[np.int32]
States = npt.NDArray[np.int16]
Flags = npt.NDArray[np.bool_]

DEAD, ELSEWHERE, UNKNOWN = NAMES.index("DEAD"), NAMES.index("OUT"), NAMES.index("UNKNOWN")

_DAYS = 1 << 31
_WORK = ("works", "hours", "self_employed", "full_time", "subsidised", "subsidised_hours")
_WHERE = ("out", "dead")


@dataclass(frozen=True, eq=False)
class Timeline:
    """What holds for each participant from each day on which anything changes until the next.

    :ivar places: participant and day as one number that rises
    """

    frames: Frames
    places: Numbers

    def rows(self, columns: Sequence[str]) -> pl.DataFrame:
        """These columns of :func:`tracker.indicators.situation.situations_of`, at the places."""
        return self.frames.derived(SITUATIONS, *columns)

    def at(self, participants: pl.Series, days: pl.Series, columns: Sequence[str]) -> pl.DataFrame:
        """What holds on days of participants, a row each; nothing, and no work, before anything was told of one."""
        numbers = self.of(participants.cast(pl.Int64).to_numpy(), days.cast(pl.Int32).to_numpy())
        rows = self.rows(columns)
        rows = rows[np.maximum(numbers, 1) - 1] if rows.height else rows.clear(len(numbers))
        there = numbers > 0
        if there.all():
            return rows
        told = pl.lit(pl.Series(there))
        return rows.with_columns(
            pl.when(told).then(pl.col(pl.Boolean)).otherwise(False),
            pl.when(told).then(pl.col(pl.Float64)).otherwise(0.0),
            pl.when(told).then(pl.col(pl.Categorical)),
        )

    def of(self, person: Numbers, day: Days, passed: Forward | None = None) -> Numbers:
        """Which row holds on days of participants, counted from 1; 0 where none does. Days count from 1970.

        :param passed: of the places, where the same people are looked at later and later
        """
        if not len(self.places):
            return np.zeros(len(person), dtype=np.int64)
        at = (passed or Forward(self.places)).reached(person * _DAYS + day + _DAYS // 2)
        return np.where(self.places[at - 1] >= person * _DAYS, at, 0)


def timeline(frames: Frames) -> Timeline:
    """The timeline of everybody; worked out once."""
    return Timeline(frames, frames.once(_places))


def status_of(frames: Frames, days: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """What :func:`tracker.indicators.status.status_at` says: looked up, if the timeline is there, else worked out.

    :param days: as there
    :param columns: only these of a status, beside those of the days; none named, all
    """
    if frames.has(_places) or frames.keeps(SITUATIONS):
        return status_on(frames, days, *columns)
    found = status_at(frames, days)
    return found.select(*days.columns, *columns) if columns else found


def status_on(frames: Frames, days: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """What :func:`tracker.indicators.status.status_at` says, looked up: sooner where many days are asked for.

    :param days: as there
    :param columns: only these, beside those of the days; none named, all
    """
    wanted = columns or (*_WORK, *FLAGS, *_WHERE)
    runs = [name for name in wanted if name not in _WHERE]
    if len(runs) == len(wanted):
        return days.with_columns(*timeline(frames).at(days["participant"], days["day"], runs))
    found = timeline(frames).at(days["participant"], days["day"], (*runs, "residence"))
    lives = found["residence"]
    status = days.with_columns(
        *(found[name] for name in runs),
        out=lives.is_in(OUT).fill_null(False),
        dead=(lives == "died").fill_null(False),
    )
    if "home" not in days.columns or days["home"].null_count() == days.height:
        return status.select(*days.columns, *wanted)
    settled = frames.people("municipality").rename({"municipality": "settled_in"})
    elsewhere = pl.coalesce("residence", "settled_in") != pl.col("home")
    return (
        status.with_columns(residence=lives.cast(pl.String))
        .join(settled, on="participant", how="left", maintain_order="left")
        .with_columns(out=pl.col("out") | (elsewhere.fill_null(False) & ~pl.col("dead")))
        .select(*days.columns, *wanted)
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
    nothing = np.zeros(1, dtype=np.bool_)
    educated, works = (
        np.concatenate((nothing, found.rows(names).select(pl.any_horizontal(names)).to_series().to_numpy()))
        for names in (EDUCATION, ("works",))
    )
    residence = pl.concat([pl.Series([None], dtype=pl.String), found.rows(("residence",))["residence"].cast(pl.String)])
    settled = frames.people("municipality").rename({"municipality": "settled_in"})
    people = who.select("participant", "origin", "home").join(
        settled, on="participant", how="left", maintain_order="left"
    )
    in_one_place = people["home"].null_count() < people.height
    person = people["participant"].cast(pl.Int64).to_numpy()
    # There are far fewer days than people: each is counted on from once.
    origins = people.select(pl.col("origin").unique())
    origin = people.join(origins.with_row_index("at"), on="origin", how="left", nulls_equal=True, maintain_order="left")
    each = origin["at"].to_numpy()
    passed = Forward(found.places)
    for month in range(months):
        days = origins.select(pl.col("origin").dt.offset_by(f"{month}mo"))
        day = days["origin"].cast(pl.Int32).fill_null(0).to_numpy()[each]
        followed = (days["origin"] <= frames.known_on).fill_null(False).to_numpy()[each]
        at = found.of(person, day, passed)[followed]
        state = states[at]
        if in_one_place:
            lived_in = people.filter(pl.Series(followed)).with_columns(residence=residence.gather(at))
            elsewhere = lived_in.select(pl.coalesce("residence", "settled_in") != pl.col("home")).to_series()
            state = np.where(elsewhere.fill_null(False).to_numpy() & (state != DEAD), ELSEWHERE, state)
        yield Look(followed, state, works[at], educated[at])


def _states(frames: Frames) -> States:
    """The state at each place, wherever people live; before all of them that of who has none."""
    lives = pl.col("residence")
    rows = (
        timeline(frames)
        .rows((*_WORK, *FLAGS, "residence"))
        .with_columns(out=lives.is_in(OUT).fill_null(False), dead=(lives == "died").fill_null(False))
    )
    return np.concatenate((np.array([UNKNOWN], dtype=np.int16), rows.select(state_of()).to_series().to_numpy()))


def _places(frames: Frames) -> Numbers:
    rows = frames.derived(SITUATIONS, "participant", "day")
    return rows.select(place(pl.col("participant"), pl.col("day"))).to_series().to_numpy()
