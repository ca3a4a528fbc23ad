"""The timeline: a status that is looked up says what one that is worked out says, on every day."""

from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.indicators.thought_up import DAYS, FIRST, Given, disjoint
from tracker.indicators.frames import Frames
from tracker.indicators.status import EDUCATION, NAMES, RUNNING, state_of, status_at
from tracker.indicators.timeline import monthly_looks, status_on

KEYS = {"benefit": ["sickness-benefit", "child-benefit", "confirmed"], "wage-subsidy": ["a", "confirmed"]}
VALUES = {"work": ["ordinary", "self-employed", "wage-subsidy"], "residence": ["0301", "left-norway", "died"]}


@st.composite
def spells_of(draw: st.DrawFn, participant: int) -> list[dict[str, Any]]:
    rows = []
    for activity in (*RUNNING, "residence", "work"):
        key = draw(st.sampled_from(KEYS.get(activity, ["a", "b", "confirmed"])))
        # Confirmed work is ordinary work; a confirmed subsidy is an activity of its own.
        values = ["ordinary"] if activity == "work" and key == "confirmed" else VALUES.get(activity, [None])
        for first, last in draw(disjoint(2)):
            rows.append(
                {
                    "participant": participant,
                    "activity": activity,
                    "key": key,
                    "valid_from": first,
                    "valid_to": last,
                    "value": draw(st.sampled_from(values)),
                    "hours_per_week": draw(st.sampled_from([None, 0.1, 7.5, 12.35, 20.0, 37.0])),
                    "position_percent": draw(st.sampled_from([None, 50.0, 100.0])) if key != "confirmed" else None,
                }
            )
    return rows


@st.composite
def frames(draw: st.DrawFn) -> Frames:
    known = [(person, *stretch) for person in (0, 1) for stretch in draw(disjoint(2))]
    rows = Given([*draw(spells_of(0)), *draw(spells_of(1))], known)
    return Frames(1, FIRST + timedelta(draw(st.integers(40, DAYS))), 0, True, rows)


def every_day(home: str | None) -> pl.DataFrame:
    days = pl.date_range(FIRST - timedelta(2), FIRST + timedelta(DAYS + 2), eager=True)
    people = pl.DataFrame({"participant": [0, 1]}, schema={"participant": pl.UInt32})
    return people.join(pl.DataFrame({"day": days}), how="cross").with_columns(home=pl.lit(home, pl.String))


@pytest.mark.parametrize("home", [None, "5001", "0301"])
@settings(max_examples=60)
@given(found=frames())
def test_what_is_looked_up_is_what_is_worked_out(found: Frames, home: str | None) -> None:
    days = every_day(home)
    assert_frame_equal(status_on(found, days), status_at(found, days), rel_tol=0, abs_tol=1e-9)


@pytest.mark.parametrize("home", [None, "5001", "0301"])
@settings(max_examples=60)
@given(found=frames())
def test_monthly_looks_tell_the_state_of_the_same_day_of_each_month(found: Frames, home: str | None) -> None:
    who = pl.DataFrame(
        {"participant": [0, 1], "origin": [FIRST, FIRST + timedelta(30)], "home": [home, home]},
        schema={"participant": pl.UInt32, "origin": pl.Date, "home": pl.String},
    )
    for month, look in enumerate(monthly_looks(found, who, 4)):
        day = who.with_columns(day=pl.col("origin").dt.offset_by(f"{month}mo"))
        followed = day.filter(pl.col("day") <= found.known_on)
        status = status_at(found, followed.select("participant", "day", "home"))
        told = status.select("works", state=state_of(), educated=pl.any_horizontal(EDUCATION))
        assert look.followed.tolist() == (day["day"] <= found.known_on).to_list()
        assert [NAMES[state] for state in look.states] == [NAMES[state] for state in told["state"]]
        assert look.works.tolist() == told["works"].to_list()
        assert look.educated.tolist() == told["educated"].to_list()


def test_who_has_no_day_is_followed_at_no_look() -> None:
    nobody = Frames(1, FIRST, 0, True, Given([], []))
    who = pl.DataFrame(
        {"participant": [0, 1], "origin": [None, FIRST], "home": [None, None]},
        schema={"participant": pl.UInt32, "origin": pl.Date, "home": pl.String},
    )
    assert [look.followed.tolist() for look in monthly_looks(nobody, who, 2)] == [[False, True], [False, False]]


def test_who_is_not_told_of_has_nothing_and_is_not_known() -> None:
    nobody = Frames(1, FIRST, 0, True, Given([], []))
    (row,) = status_on(nobody, every_day(None).head(1)).to_dicts()
    assert not any(value for name, value in row.items() if name not in ("participant", "day"))
    assert row["hours"] == 0.0
