"""Local unemployment is that of the months in which a cohort is looked at."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from tests.reference_tables.files import sheet
from tracker.indicators.labour_market import LocalUnemployment, local_unemployment
from tracker.indicators.statistics.standardisation import NoReference
from tracker.reference_tables.kinds import Meaning
from tracker.reference_tables.lookup import References
from tracker.reference_tables.taking import prepared


def series(folder: Path, months: Mapping[str, float]) -> References:
    text = "month | percent\n" + "\n".join(f"{month} | {percent}" for month, percent in months.items())
    about = {"table": "nav", "version": 1, "source": "-", "on": date(2024, 1, 1)}
    return References({("nav", 1): prepared("series", sheet(folder, text), Meaning(), **about)})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "months, first, last",
    [(0, "2022-01", "2022-12"), (12, "2023-01", "2023-12"), (18, "2023-07", "2024-06"), (1, "2022-02", "2023-01")],
)
def test_the_twelve_months_are_those_in_which_people_of_a_year_are_looked_at(
    tmp_path: Path, months: int, first: str, last: str
) -> None:
    """Each month tells its own number, so that the mean is half of the sum of the first and the last."""
    every = [f"{year}-{month:02d}" for year in (2021, 2022, 2023, 2024) for month in range(1, 13)]
    references = series(tmp_path, {month: place / 10 for place, month in enumerate(every)})
    found = local_unemployment(references, 2022, months)
    assert isinstance(found, LocalUnemployment)
    assert found.percent == pytest.approx((every.index(first) + every.index(last)) / 20)
    assert found.months == 12


def test_months_that_are_not_told_are_left_out_and_said(tmp_path: Path) -> None:
    found = local_unemployment(series(tmp_path, {"2023-03": 2, "2023-04": 3, "2024-01": 9}), 2022, 12)
    assert found == LocalUnemployment(2.5, 2)
    assert str(found) == "2.5 % (2 of 12 months)"
    assert str(LocalUnemployment(2.5, 12)) == "2.5 %"


def test_without_a_month_there_is_no_number(tmp_path: Path) -> None:
    found = local_unemployment(series(tmp_path, {"2022-12": 2}), 2022, 12)
    assert found == NoReference("no unemployment is told of 2023-01 to 2023-12")
    assert isinstance(local_unemployment(References({}), 2022, 12), NoReference)
