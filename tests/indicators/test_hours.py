"""Hours through time: they agree with the status of every day, and a month's mean with its days."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.work import JobStarted
from tests.indicators.cohorts import AUTHOR, frames_of, people
from tests.indicators.thought_up import DAYS, FIRST, Given, disjoint
from tests.tables import table
from tracker.indicators.frames import Frames
from tracker.indicators.hours import first_days, first_doubts, month_means, monthly_hours, stretches
from tracker.indicators.status import status_at
from tracker.indicators.waiting import months_between, months_in

FULL_POST = JobStarted(on=date(2023, 3, 1), job="post", position_percent=Decimal(100))
ORIGINS = {"participant": pl.UInt32, "origin": pl.Date, "home": pl.String}


@st.composite
def spells_of(draw: st.DrawFn, participant: int) -> list[dict[str, Any]]:
    rows = []
    for activity, key in (
        ("work", "a"),
        ("work", "b"),
        ("work", "confirmed"),
        ("wage-subsidy", "a"),
        ("wage-subsidy", "confirmed"),
        ("residence", "residence"),
    ):
        for first, last in draw(disjoint(2)):
            value = {"work": "ordinary", "wage-subsidy": None}.get(activity, draw(st.sampled_from(["0301", "died"])))
            if activity == "work" and key != "confirmed":
                value = draw(st.sampled_from(["ordinary", "self-employed", "wage-subsidy"]))
            rows.append(
                {
                    "participant": participant,
                    "activity": activity,
                    "key": key,
                    "valid_from": first,
                    "valid_to": last,
                    "value": value,
                    "hours_per_week": draw(st.sampled_from([None, 0.1, 7.5, 12.35, 20.0, 37.0])),
                    "position_percent": draw(st.sampled_from([None, 50.0, 100.0])) if key != "confirmed" else None,
                }
            )
    return rows


@st.composite
def frames(draw: st.DrawFn) -> Frames:
    known = [(person, *stretch) for person in (0, 1) for stretch in draw(disjoint(1))]
    given_rows = Given([*draw(spells_of(0)), *draw(spells_of(1))], known)
    return Frames(1, FIRST + timedelta(draw(st.integers(40, DAYS))), 0, True, given_rows)


def every_day(found: Frames, home: str | None) -> pl.DataFrame:
    days = pl.date_range(FIRST, FIRST + timedelta(DAYS + 2), eager=True)
    people = pl.DataFrame({"participant": [0, 1]}, schema={"participant": pl.UInt32})
    return status_at(
        found, people.join(pl.DataFrame({"day": days}), how="cross").with_columns(home=pl.lit(home, pl.String))
    )


@settings(max_examples=60)
@given(found=frames())
def test_stretches_say_what_the_status_of_every_day_says(found: Frames) -> None:
    days = every_day(found, None).select(
        "participant", "day", "works", "hours", "full_time", "subsidised", "subsidised_hours"
    )
    told = stretches(found)
    running = days.select("participant", "day").join(told, on="participant")
    running = running.filter((pl.col("valid_from") <= pl.col("day")) & (pl.col("day") < pl.col("valid_to")))
    assert running.select("participant", "day").is_unique().all()
    expected = days.filter(pl.col("works") | pl.col("subsidised")).sort("participant", "day").to_dicts()
    assert running.select(days.columns).sort("participant", "day").to_dicts() == [
        pytest.approx(row, abs=1e-9) for row in expected
    ]


@given(
    st.lists(
        st.tuples(
            st.dates(date(2019, 12, 28), date(2024, 3, 2)),
            st.dates(date(2019, 12, 28), date(2024, 3, 2)),
            st.booleans(),
        )
    )
)
def test_months_of_many_rows_are_those_of_each(rows: list[tuple[date, date, bool]]) -> None:
    told = pl.DataFrame(rows, schema={"first": pl.Date, "day": pl.Date, "whole": pl.Boolean}, orient="row")
    each = told.select(months_between(pl.col("first"), pl.col("day"), pl.col("whole"))).to_series()
    assert months_in(told, "first", "day", pl.col("whole")).to_list() == each.to_list()


@settings(max_examples=60)
@given(found=frames(), begins=st.integers(0, 40), home=st.sampled_from([None, "5001"]))
def test_a_months_mean_is_that_of_its_days_if_all_of_them_are_known(
    found: Frames, begins: int, home: str | None
) -> None:
    origin = FIRST + timedelta(begins)
    origins = pl.DataFrame({"participant": [0, 1], "origin": origin, "home": home}, schema=ORIGINS)
    days = every_day(found, home).with_columns(
        month=months_between(pl.lit(origin), pl.col("day"), whole=False),
        day_hours=pl.when(pl.col("full_time") & pl.col("hours").is_null()).then(37.5).otherwise("hours"),
        seen=pl.col("known") & ~pl.col("out") & ~pl.col("dead") & (pl.col("day") <= found.known_on),
    )
    means = month_means(found, origins, 2).sort("participant", "month")
    kinds = monthly_hours(found, origins, 2)
    for number, row in enumerate(means.to_dicts()):
        of_month = days.filter(pl.col("participant") == row["participant"], pl.col("month") == row["month"])
        hours, seen = of_month["day_hours"], of_month["seen"].all()
        mean = hours.mean() if seen and not hours.has_nulls() else None
        assert row["hours"] == (None if mean is None else pytest.approx(mean, abs=1e-9))
        subsidised = of_month["subsidised_hours"]
        of_jobs = subsidised.mean() if seen and not subsidised.has_nulls() else float("nan")
        assert kinds.subsidised[divmod(number, 2)] == pytest.approx(of_jobs, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize(
    "row",
    table("""
        work                   | hours | position | work 2     | hours 2 | at 1       | at 20      | why
        2023-05-10             | 20    |          |            |         | 2023-05-10 | 2023-05-10 | the day it starts
        2023-05-10             | 19.5  |          |            |         | 2023-05-10 |            | too few
        2023-05-10             | 12    |          | 2023-07-01 | 8       | 2023-05-10 | 2023-07-01 | two jobs together
        2023-05-10..2023-06-30 | 12    |          | 2023-07-01 | 8       | 2023-05-10 |            | one after the other
        2023-05-10..2023-07-01 | 12    |          | 2023-07-01 | 8       | 2023-05-10 | 2023-07-01 | one day together
        2023-05-10             |       |          |            |         | 2023-05-10 |            | unknown hours reach 1
        2023-05-10             |       | 100      |            |         | 2023-05-10 | 2023-05-10 | a full post reaches all
        2023-05-10             |       |          | 2023-07-01 | 30      | 2023-05-10 |            | a sum with an unknown
        2022-05-10             | 20    |          |            |         | 2023-01-31 | 2023-01-31 | there already
        2022-05-10..2023-01-31 | 20    |          |            |         | 2023-01-31 | 2023-01-31 | on the day alone
        2022-05-10..2023-01-30 | 20    |          |            |         |            |            | over the day before
    """),
    ids=lambda row: row["why"],
)
def test_first_days_are_those_from_the_origin_on_on_which_the_hours_suffice(
    tmp_path: Path, row: dict[str, str]
) -> None:
    columns = [name for name in row if not name.startswith("at ") and name != "why"]
    app = people(tmp_path, " | ".join(["who", *columns]) + "\n" + " | ".join(["Ana", *(row[name] for name in columns)]))
    origins = pl.DataFrame({"participant": [0], "origin": [date(2023, 1, 31)], "home": [None]}, schema=ORIGINS)
    found = first_days(frames_of(app), (1, 20), origins)
    app.close()
    days = {f"at {threshold}": str(on) for _, threshold, on in found.iter_rows()}
    assert days == {name: row[name] for name in ("at 1", "at 20") if row[name]}


def test_without_an_origin_the_first_day_is_that_of_the_whole_journey(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | work                   | hours | work 2     | hours 2
        Ana | 2020-05-10..2020-06-30 | 20    | 2023-01-01 | 20
        Bo  | 2020-05-10             | 10    |            |
        """,
    )
    assert first_days(frames_of(app), (20,)).rows() == [(0, 20, date(2020, 5, 10))]
    app.close()


def test_subsidised_work_and_work_training_are_not_the_first_work(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | work       | hours | subsidy                | measure
        Ana | 2023-03-01 | 30    | 2023-03-01..2023-08-31 | 2023-02-01
        """,
    )
    assert first_days(frames_of(app), (1,)).rows() == [(0, 1, date(2023, 9, 1))]
    app.close()


def test_work_becomes_doubtful_with_the_first_job_of_unknown_hours_that_is_no_full_post(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | work       | hours | position | work 2     | hours 2
        Ana | 2023-03-01 | 30    |          | 2023-05-01 |
        Bo  |            |       |          |            |
        """,
    )
    app.log(UUID(int=2), FULL_POST, AUTHOR)
    assert first_doubts(frames_of(app)).rows() == [(0, date(2023, 5, 1))]
    app.close()


def test_a_full_post_of_unknown_hours_reaches_every_threshold_and_is_37_and_a_half_hours_of_a_month(
    tmp_path: Path,
) -> None:
    app = people(tmp_path, "who | settled\nAna | 2022-01-01")
    app.log(UUID(int=1), FULL_POST, AUTHOR)
    found = frames_of(app)
    origins = pl.DataFrame({"participant": [0], "origin": [date(2023, 2, 28)], "home": [None]}, schema=ORIGINS)
    assert first_days(found, (30,)).rows() == [(0, 30, date(2023, 3, 1))]
    assert month_means(found, origins, 2)["hours"].to_list() == [37.5, 37.5]
    app.close()


@pytest.mark.parametrize(
    "row",
    table("""
        moved           | died       | abroad     | months    | why
                        |            |            | 20 20     | there all the time
        2023-04-15 0301 |            |            | 20 ?      | moved away
        2023-03-28 0301 |            |            | ? ?       | moved on the last day of the first month
        2023-03-29 0301 |            |            | 20 ?      | moved the day after
                        | 2023-04-15 |            | 20 ?      | died
                        |            | 2023-04-15 | 20 ?      | left Norway
    """),
    ids=lambda row: row["why"],
)
def test_a_month_with_a_day_out_of_scope_is_not_known(tmp_path: Path, row: dict[str, str]) -> None:
    columns = [name for name in ("moved", "died", "abroad") if row[name]]
    cells = [row[name] for name in columns]
    app = people(
        tmp_path,
        " | ".join(["who", "work", "hours", *columns]) + "\n" + " | ".join(["Ana", "2023-01-01", "20", *cells]),
    )
    home = "5001" if row["moved"] else None
    origins = pl.DataFrame({"participant": [0], "origin": [date(2023, 2, 28)], "home": [home]}, schema=ORIGINS)
    hours = month_means(frames_of(app), origins, 2)["hours"]
    app.close()
    assert " ".join("?" if mean is None else f"{mean:g}" for mean in hours) == row["months"]


def test_an_installation_without_work_has_no_stretches_and_months_without_hours(tmp_path: Path) -> None:
    app = people(tmp_path, "who | left\nAna | 2024-01-31")
    found = frames_of(app)
    origins = pl.DataFrame({"participant": [0], "origin": [date(2019, 1, 31)], "home": [None]}, schema=ORIGINS)
    assert stretches(found).is_empty()
    assert month_means(found, origins, 2)["hours"].to_list() == [0.0, 0.0]
    app.close()
