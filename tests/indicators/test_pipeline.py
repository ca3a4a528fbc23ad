"""From a question to figures: groups, totals, three years, denominators, and sums of what was counted apart."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.indicators.cohorts import counted, exact, frames_of, people
from tracker.indicators.breakdowns import UnknownBreakdown
from tracker.indicators.catalogue import UnknownIndicator, indicator
from tracker.indicators.cohort import Cohort
from tracker.indicators.economic.intensity import E1, E2
from tracker.indicators.figures import wilson
from tracker.indicators.partials import Partial, added
from tracker.indicators.pipeline import Question, WrongCohort, WrongMonths, measured
from tracker.indicators.pipeline import counted as partial_of
from tracker.indicators.robustness.snapshot import R1
from tracker.indicators.statistics.proportions import Proportion

MIXED = """
    who | gender | left       | work                   | hours | moved           | died
    Ana | female | 2022-01-31 | 2022-06-01             | 20    |                 |
    Bo  | male   | 2022-03-31 | 2022-06-01             | 37.5  |                 |
    Che | male   | 2023-01-31 | 2023-06-01..2023-08-01 | 10    |                 |
    Dia | female | 2024-01-31 | 2024-06-01             | 30    | 2024-12-01 0301 |
    Eli |        | 2024-05-31 | 2024-06-01             | 5     |                 | 2025-03-01
"""


def test_everybody_comes_before_the_groups_and_is_their_sum(tmp_path: Path) -> None:
    rows = [row for row in exact(people(tmp_path, MIXED), R1, by=("gender",)) if row["line"] == "not-registered"]
    assert [(row["gender"], row["counted"], row["n"]) for row in rows] == [
        ("all", 5, 5),
        ("female", 2, 2),
        ("male", 2, 2),
        ("unknown", 1, 1),
    ]


def test_a_year_carries_the_three_years_that_end_with_it(tmp_path: Path) -> None:
    app = people(tmp_path, MIXED)
    result = measured(frames_of(app), R1, Question(Cohort.parse("left:2024")))
    assert result.pooled is not None
    assert result.figures["n"][0] == 2
    assert result.pooled["n"][0] == 5
    years = measured(frames_of(app), R1, Question(Cohort.parse("left:2022..2024"), ("cohort",)))
    assert years.pooled is not None
    assert dict(years.figures.filter(pl.col("line") == "official").select("cohort", "n").iter_rows()) == {
        "all": 5,
        "2022": 2,
        "2023": 1,
        "2024": 2,
    }
    pooled = dict(years.pooled.filter(pl.col("line") == "official").select("cohort", "n").iter_rows())
    assert (pooled["2022"], pooled["2023"], pooled["2024"]) == (2, 3, 5)


def test_several_years_together_have_no_three_years_beside(tmp_path: Path) -> None:
    assert measured(frames_of(people(tmp_path, MIXED)), R1, Question(Cohort.parse("left:2022..2024"))).pooled is None


@pytest.mark.parametrize("one", [E1, E2, R1], ids=lambda one: one.id)
@pytest.mark.parametrize("by", [(), ("gender",)])
def test_years_counted_apart_add_up_to_the_years_together(tmp_path: Path, one: object, by: tuple[str, ...]) -> None:
    frames = frames_of(people(tmp_path, MIXED))

    def of(years: str) -> Partial:
        return partial_of(frames, one, Question(Cohort.parse(f"left:{years}"), by))  # type: ignore[arg-type]

    together = of("2022..2024")
    apart = added(of(str(year)) for year in (2024, 2022, 2023))
    for name in ("counts", "sums", "values", "events"):
        assert_frame_equal(getattr(together, name), getattr(apart, name), check_row_order=False)


def test_of_all_of_those_present_and_with_leaving_as_a_competing_risk(tmp_path: Path) -> None:
    app = people(tmp_path, MIXED)

    def share(denominator: str, municipality: str | None = None) -> tuple[int, int, float]:
        found = counted(app, E2, denominator=denominator, months=(12,), municipality=municipality)["work-1-hours", 12]
        return found.counted, found.n, found.value

    assert share("all") == pytest.approx((4, 5, 4 / 5))
    assert share("present") == pytest.approx((3, 4, 3 / 4))
    # One of five left the scope, after eleven months: four fifths are in scope, three quarters of them work.
    assert share("aj") == pytest.approx((3, 4, 4 / 5 * 3 / 4))
    assert share("all", "5001") == pytest.approx((4, 5, 4 / 5))
    assert share("present", "5001") == pytest.approx((2, 3, 2 / 3))


def test_who_moved_the_day_after_is_still_in_scope_on_the_day(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | left       | work       | hours | moved
        Ana | 2024-01-31 | 2024-06-01 | 20    | 2025-01-31 0301
        Bo  | 2024-01-31 | 2024-06-01 | 20    | 2025-02-01 0301
        """,
    )
    found = counted(app, E2, municipality="5001")["work-20-hours", 12]
    assert (found.counted, found.n) == (1, 1)
    assert counted(app, E2)["work-20-hours", 12].n == 2


def test_nobody_is_looked_at_beyond_what_was_known(tmp_path: Path) -> None:
    found = counted(people(tmp_path, MIXED), E2, months=(12, 36, 60))
    assert [found["work-1-hours", months].n for months in (12, 36, 60)] == [4, 3, 0]
    assert found["work-1-hours", 60].shown == "nobody"


def test_wrong_questions_are_refused_with_what_would_be_right(tmp_path: Path) -> None:
    frames = frames_of(people(tmp_path, "who\nAna"))
    with pytest.raises(UnknownBreakdown, match="R1 has no breakdown 'shoe-size'; it has rule-set"):
        measured(frames, R1, Question(by=("shoe-size",)))
    with pytest.raises(UnknownBreakdown, match="each breakdown once, got gender, gender"):
        measured(frames, R1, Question(by=("gender", "gender")))
    with pytest.raises(WrongCohort, match="give left:YEAR, got started:2021"):
        measured(frames, E2, Question(Cohort.parse("started:2021")))
    with pytest.raises(WrongMonths, match="R1 looks at the times that its definition names"):
        measured(frames, R1, Question(months=(12,)))
    with pytest.raises(WrongMonths, match="expected months from 0 to 600, got 601"):
        measured(frames, E2, Question(months=(601,)))
    with pytest.raises(UnknownIndicator, match="no indicator 'E99'; there are K1"):
        indicator("E99")
    with pytest.raises(UnknownIndicator, match="E2 has no version '7'; there are E2@1"):
        indicator("E2@7")


def test_an_old_version_is_asked_for_by_its_number() -> None:
    assert indicator("e2@1") is E2


def test_a_day_of_the_axis_active_is_a_day(tmp_path: Path) -> None:
    assert Cohort.parse("active:2024-06-30").on == date(2024, 6, 30)


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_of_a_column_is_that_of_a_proportion(pair: tuple[int, int]) -> None:
    counted, n = pair
    low, high = _wilson(counted, n)
    expected = Proportion(counted, n).wilson()
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-12)


def _wilson(counted: int, n: int) -> tuple[float, float]:
    low, high = wilson(pl.col("x"), pl.col("n"))
    row = pl.DataFrame({"x": [counted], "n": [n]}).select(low=low, high=high).row(0)
    return float(row[0]), float(row[1])


def test_of_whom_nothing_was_ever_known_nobody_has_waited(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | settled    | started    | work       | hours
        Ana | 2020-01-01 | 2020-02-01 | 2020-07-01 | 20
        Bo  | 2020-01-01 |            |            |
        """,
    )
    found = counted(app, indicator("E6"), months=(12,))["work-20-hours", 12]
    # Bo is last seen in month 0, and nobody else is waited for: Ana is all that is known.
    assert (found.counted, found.n, found.unknown) == (1, 2, 1)
    assert found.value == 1.0
