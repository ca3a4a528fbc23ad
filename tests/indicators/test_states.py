"""Mean months in each state: one look a month, sixty in all."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from tests.indicators.cohorts import counted, frames_of, people
from tracker.indicators.cohort import Cohort
from tracker.indicators.economic.states import E10, LINES, SETS, months_in_states
from tracker.indicators.looking import EDUCATED, WORKS, status_after
from tracker.indicators.pipeline import Question, checked, selected
from tracker.indicators.status import NAMES
from tracker.indicators.trajectory import trajectories

LIVES = """
    who | left       | work                   | hours | work 2     | hours 2 | school     | vgs        | moved           | died       | subsidy                | confirmed
    Ana | 2020-01-31 | 2020-02-01..2021-01-30 | 37    |            |         |            |            |                 |            |                        | 2021-01-31, 2022-02-28, 2023-03-01 work=10
    Bo  | 2020-02-29 | 2020-03-01             | 20    | 2021-02-28 | 17      | 2020-06-30 |            | 2022-06-30 0301 |            | 2020-03-01..2020-08-31 | 2021-12-31 work=20 upper-secondary
    Che | 2020-03-30 | 2020-03-15..2020-03-30 | 8     |            |         |            | 2020-08-17 |                 | 2022-03-30 |                        |
    Dia | 2020-04-30 |                        |       | 2020-05-30 |         |            | 2023-05-31 |                 |            |                        | 2024-05-30
    Eli | 2021-05-31 | 2021-06-30             | 40    |            |         |            |            |                 |            |                        |
    Fay | 2021-06-02 | 2021-06-30             | 40    |            |         |            |            |                 |            |                        |
    """


@pytest.mark.parametrize("municipality", [None, "5001"])
def test_the_months_are_those_of_sixty_looks_one_by_one(tmp_path: Path, municipality: str | None) -> None:
    app = people(tmp_path, LIVES)
    frames = frames_of(app)
    one_by_one = trajectories(frames, "programme-end", 60, Cohort("left"), municipality=municipality)
    question = checked(E10, Question(municipality=municipality))
    found = months_in_states(selected(frames, question)).join(
        frames.people().select("participant", "id"), on="participant"
    )
    by_id = {row["id"]: row for row in found.to_dicts()}
    assert len(by_id) == 5
    for person, states in zip(one_by_one.participants, one_by_one.states, strict=True):
        if person in by_id:
            assert {name: by_id[person][LINES[name]] for name in NAMES} == {
                name: int((states == number).sum()) for number, name in enumerate(NAMES)
            }


def test_the_sets_are_counted_look_by_look_too(tmp_path: Path) -> None:
    app = people(tmp_path, LIVES)
    selection = selected(frames_of(app), checked(E10, Question(municipality="5001")))
    looks = pl.concat([status_after(selection, month) for month in range(60)])
    here = pl.col("known") & pl.col("present")
    expected = looks.group_by("participant").agg(
        (here & WORKS).sum().alias("any-work"), (here & EDUCATED).sum().alias("any-education")
    )
    found = months_in_states(selection).select("participant", *SETS)
    both = found.join(expected, on="participant", suffix=" expected")
    assert both.height == 5
    for name in SETS:
        assert both[name].to_list() == both[f"{name} expected"].to_list()
        assert sum(both[name].to_list()) > 0


def test_the_mean_months_of_all_states_sum_to_sixty(tmp_path: Path) -> None:
    found = counted(people(tmp_path, LIVES), E10)
    assert {found[line, 60].n for line in LINES.values()} == {5}
    assert sum(found[line, 60].value for line in LINES.values()) == pytest.approx(60)


@pytest.mark.parametrize(
    "work, months",
    [
        ("2020-02-01..2020-02-28", 0),
        ("2020-02-01..2020-02-29", 1),
        ("2020-02-29..2020-03-30", 1),
        ("2020-02-29..2020-03-31", 2),
        ("2020-03-01..2020-03-30", 0),
    ],
)
def test_a_month_counts_where_its_day_is_in_it(tmp_path: Path, work: str, months: int) -> None:
    text = f"""
        who | left       | work   | hours
        Ana | 2020-01-31 | {work} | 37
        """
    assert counted(people(tmp_path, text), E10)["work37", 60].value == months


def test_the_first_state_of_the_precedence_is_taken_and_the_sets_count_both(tmp_path: Path) -> None:
    text = """
        who | left       | work                   | hours | vgs
        Ana | 2020-01-31 | 2020-02-01..2020-07-30 | 20    | 2020-02-01
        """
    found = counted(people(tmp_path, text), E10)
    states = ("work20-36", "edu-vgs", "programme", "unknown")
    assert [found[line, 60].value for line in states] == [5, 12, 1, 42]
    assert (found["any-work", 60].value, found["any-education", 60].value) == (5, 17)


def test_only_those_followed_for_sixty_months_count(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | left       | work       | hours
        Ana | 2020-01-31 | 2020-02-01 | 37
        Bo  | 2020-02-01 | 2020-02-01 | 37
        """,
        now=datetime(2025, 1, 31, 12, tzinfo=UTC),
    )
    assert counted(app, E10)["work37", 60].n == 1


def test_a_cohort_without_anybody_has_no_mean(tmp_path: Path) -> None:
    text = """
        who | left       | work       | hours
        Ana | 2020-01-31 | 2020-02-01 | 37
        """
    found = counted(people(tmp_path, text), E10, "left:2015")["work37", 60]
    assert (found.n, found.value, found.shown) == (0, None, "nobody")
