"""What is not known of a cohort, and who is out of scope: R5; and those in work or education in November: R1."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.indicators.cohorts import counted, people
from tracker.indicators.catalogue import indicator
from tracker.indicators.robustness.loss import R5
from tracker.indicators.robustness.snapshot import CHOICES, judged
from tracker.indicators.statistics.snapshot import KINDS, PLANNED, SCENARIOS, Activity, Leaver, range_of

R1 = indicator("R1@2")


def test_unknown_out_of_scope_and_dead_are_told_apart(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | left       | work       | moved           | abroad     | died       | confirmed
        Ana | 2022-01-31 | 2022-06-01 |                 |            |            |
        Bo  | 2022-01-31 |            |                 |            |            |
        Che | 2022-01-31 |            |                 |            | 2023-01-31 |
        Dia | 2022-01-31 |            |                 | 2023-01-31 |            |
        Eli | 2022-01-31 |            |                 | 2023-02-01 |            |
        Fay | 2022-01-31 |            | 2023-01-31 0301 |            |            | 2022-12-01
        """,
    )
    found = counted(app, R5)
    assert [found[line, 12].counted for line in ("status-known", "status-unknown", "out-of-scope", "died")] == [
        2,
        2,
        1,
        1,
    ]
    assert found["status-known", 12].n == 6
    there = counted(app, R5, municipality="5001")
    assert there["out-of-scope", 12].counted == 2


@pytest.mark.parametrize(
    "text, counts",
    [
        ("work: 2023-11-16", (1, 1, 0)),
        ("work: 2023-11-17", (0, 0, 0)),
        ("work: 2023-06-01..2023-11-15", (0, 0, 0)),
        ("work: 2023-06-01..2023-11-16", (1, 1, 0)),
        ("school: 2023-11-01", (1, 0, 1)),
        ("subsidy: 2023-06-01", (1, 1, 0)),
        ("measure: 2023-06-01", (0, 0, 0)),
    ],
)
def test_in_november_of_the_year_after_work_and_education_count(
    tmp_path: Path, text: str, counts: tuple[int, int, int]
) -> None:
    column, value = text.split(": ")
    cells = {"work": "", "school": "", "subsidy": "", "measure": ""} | {column: value}
    if column == "subsidy":
        cells["work"] = value
    app = people(
        tmp_path,
        f"""
        who | left       | confirmed  | hours | {" | ".join(cells)}
        Ana | 2022-03-31 | 2023-10-01 | 1     | {" | ".join(cells.values())}
        """,
    )
    found = counted(app, R1)
    lines = ("november-work-or-education", "november-work", "november-education")
    assert tuple(found[line, "resident-then"].counted for line in lines) == counts


def test_who_moved_is_counted_by_the_residence_of_then_and_not_of_now(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | left       | work       | hours | moved           | abroad     | died
        Ana | 2022-03-31 | 2023-06-01 | 20    |                 |            |
        Bo  | 2022-03-31 | 2023-06-01 | 20    | 2023-11-16 0301 |            |
        Che | 2022-03-31 | 2023-06-01 | 20    |                 | 2023-01-01 |
        Dia | 2022-03-31 |            |       |                 |            | 2023-01-01
        """,
    )
    for municipality in (None, "5001"):
        found = counted(app, R1, municipality=municipality)
        then, now = (found["november-work", choice] for choice in ("resident-then", "resident-now"))
        assert ((then.counted, then.n), (now.counted, now.n)) == ((2, 2), (1, 1))


def test_before_that_november_there_is_nobody_to_count(tmp_path: Path) -> None:
    app = people(tmp_path, "who | left\nAna | 2022-03-31", datetime(2023, 11, 15, 12, tzinfo=UTC))
    found = counted(app, R1)["november-work", "resident-then"]
    assert (found.n, found.shown) == (0, "nobody")


def test_a_year_is_looked_at_once_its_registration_has_closed(tmp_path: Path) -> None:
    text = "who | left | main | work | hours\nAna | 2023-06-30 | work | 2023-01-01 | 20"
    for day, n in ((29, 0), (30, 1)):
        now = datetime(2024, 2 if day == 29 else 3, 29 if day == 29 else 1, 12, tzinfo=UTC)
        app = people(tmp_path / str(day), text, now)
        assert counted(app, indicator("R2"))["official", "high"].n == n


HOURS = st.sampled_from([None, 0.5, 1.0, 9.5, 10.0, 19.5, 20.0, 30.0, 36.9, 37.0])
ACTIVITIES = st.builds(lambda kind, hours, full: (kind, hours, full), st.sampled_from(KINDS), HOURS, st.booleans())


@given(
    st.lists(
        st.tuples(
            st.lists(ACTIVITIES, max_size=4, unique_by=lambda activity: activity[0]),
            st.sampled_from([None, "work", "upper-secondary", "primary-school", "moved", "other"]),
            st.sampled_from([None, *PLANNED, "other"]),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_many_leavers_at_once_are_judged_as_one_by_one(
    leavers: list[tuple[list[tuple[str, float | None, bool]], str | None, str | None]],
) -> None:
    people_left, rows = [], []
    for number, (activities, registered, goal) in enumerate(leavers):
        people_left.append(Leaver(tuple(Activity(*activity) for activity in activities), registered, goal))
        for choice in people_left[-1].choices:
            unknown = choice.most.hours != choice.least.hours
            chosen = choice.kind == registered, choice.kind in PLANNED.get(goal or "", ())
            rows.append((number, choice.kind, choice.least.hours, unknown, choice.least.full_time, *chosen))
    schema = {"participant": pl.UInt32, "kind": pl.String, "least": pl.Float64}
    flags = ("hours_unknown", "full_time", "registered", "planned")
    kinds = pl.DataFrame(rows, schema={**schema, **dict.fromkeys(flags, pl.Boolean)}, orient="row")
    kinds = kinds.with_columns(rank=pl.col("kind").replace_strict(KINDS, range(len(KINDS)), return_dtype=pl.Int8))
    left = pl.DataFrame({"participant": range(len(leavers))}, schema={"participant": pl.UInt32})
    together = judged(SCENARIOS, left, kinds)
    for scenario in SCENARIOS:
        expected = range_of(people_left, scenario.counts, scenario.without)
        found = together.filter(f"{scenario.id} in")
        assert found.height == expected.n
        sums = found.select(pl.col(f"{scenario.id} {choice}").sum() for choice in CHOICES).row(0)
        by_choice = (expected.low, expected.registered, expected.main_by_hours, expected.main_by_plan, expected.high)
        assert sums == by_choice, scenario.id
        low, officially, by_hours, by_plan, high = sums
        assert low <= by_hours <= high
        assert low <= by_plan <= high
        assert officially <= high
