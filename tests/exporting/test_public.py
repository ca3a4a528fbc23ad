"""Rows that leave the house: each like at least four others, with more than one outcome, or nothing is written."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.indicators.cohorts import AUTHOR, frames_of, people
from tracker.application import ProgressionTracker
from tracker.exporting.public import (
    COARSER,
    COLUMNS,
    EVERY,
    NotAnonymous,
    Outcome,
    UnknownColumn,
    export_public,
    failing,
    public_rows,
)
from tracker.indicators.cohort import Cohort

LEFT = Cohort.parse("left:2023")
WORKS = Outcome("E2", "work-20-hours", 12)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[ProgressionTracker]:
    """Six women born in the eighties and six in the seventies; of each three work. They settled in 2019 or 2020."""
    rows = [
        f"P{number} | {2019 + number % 2}-02-01 | 2023-06-30 | female | {1985 - 10 * (number // 6)} | 2 | "
        f"{'2023-08-01' if number % 4 < 2 else ''} | {'30' if number % 4 < 2 else ''}"
        for number in range(12)
    ]
    app = people(tmp_path, "\n".join(["who | settled | left | gender | born | track | work | hours", *rows]))
    yield app
    app.close()


def test_classes_that_are_too_small_are_named_without_counts_and_nothing_is_written(
    app: ProgressionTracker, tmp_path: Path
) -> None:
    with pytest.raises(NotAnonymous) as refused:
        export_public(app, tmp_path / "out", AUTHOR, frames_of(app), LEFT, [WORKS])
    assert refused.value.classes[("5001", "female", "36-45", "2019", "2")] == "fewer than 5"
    assert refused.value.generalise == "settled-year"
    assert "say --generalise settled-year" in str(refused.value)
    assert not (tmp_path / "out").exists()


def test_a_column_made_coarser_as_hinted_lets_the_rows_out_without_ids(app: ProgressionTracker, tmp_path: Path) -> None:
    with pytest.raises(NotAnonymous) as refused:
        public_rows(frames_of(app), LEFT, [WORKS])
    hint = [str(refused.value.generalise)]
    done = export_public(app, tmp_path / "out", AUTHOR, frames_of(app), LEFT, [WORKS], hint, "parquet")
    rows = pl.read_parquet(tmp_path / "out" / "rows.parquet")
    assert (done, rows.height) == (12, 12)
    assert rows.columns == [*COLUMNS, "E2/work-20-hours/12"]
    assert set(rows["E2/work-20-hours/12"]) == {"counted", "unknown"}
    assert rows.equals(rows.sort(pl.all())), "the order tells nothing"
    assert (tmp_path / "out" / "rows.parquet").stat().st_mode & 0o777 == 0o600


def test_columns_become_coarser_step_by_step_until_they_say_nothing(app: ProgressionTracker) -> None:
    def values(*generalise: str) -> set[str]:
        rows = public_rows(frames_of(app), LEFT, [WORKS], ["settled-year", "settled-year", "settled-year", *generalise])
        return set(rows[generalise[0]]) if generalise else set(rows["settled-year"])

    assert values() == {EVERY}
    assert values("municipality") == {"50"}
    assert values("municipality", "municipality") == {EVERY}
    assert values("age") == {"26-45", "46+"}
    assert values("track") == {EVERY}


def test_who_has_not_come_to_a_municipality_is_in_no_county() -> None:
    (county,) = COARSER["municipality"]
    told = pl.DataFrame({"municipality": ["5001", "elsewhere", "unknown"]}).select(county(pl.col("municipality")))
    assert told["municipality"].to_list() == ["50", "elsewhere", "unknown"]


@pytest.mark.parametrize("generalise", [["name"], ["track", "track"], ["age"] * 3])
def test_what_cannot_be_coarser_is_refused(app: ProgressionTracker, generalise: list[str]) -> None:
    with pytest.raises(UnknownColumn, match="can be generalised, so often at most: municipality 2, gender 1, age 2"):
        public_rows(frames_of(app), LEFT, [WORKS], generalise)


@pytest.mark.parametrize("text", ["E2", "E2/", "/earning", "E2/earning/soon"])
def test_an_outcome_is_an_indicator_a_line_and_months(text: str) -> None:
    with pytest.raises(UnknownColumn, match="expected an outcome such as E2/work-20-hours/12"):
        Outcome.parse(text)


def test_a_line_that_the_indicator_does_not_have_is_refused_with_those_it_has(app: ProgressionTracker) -> None:
    with pytest.raises(UnknownColumn, match="E2 has no line 'job'; it has "):
        public_rows(frames_of(app), LEFT, [Outcome("E2", "job", 12)])


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["counted", "not counted"])), min_size=1, max_size=24))
def test_a_class_fails_if_it_is_small_or_all_alike(rows: list[tuple[str, str]]) -> None:
    frame = pl.DataFrame(
        [(value, "woman", "26-35", "2020", "2", outcome) for value, outcome in rows],
        schema=[*COLUMNS, "works"],
        orient="row",
    )
    for value in "ab":
        outcomes = [outcome for other, outcome in rows if other == value]
        wrong = failing(frame, ["works"]).get((value, "woman", "26-35", "2020", "2"))
        if not outcomes:
            assert wrong is None
        elif len(outcomes) < 5:
            assert wrong == "fewer than 5"
        else:
            assert (wrong is None) == (len(set(outcomes)) == 2)
