"""The first jobs of 712 young people, imported month by month, counted as published."""

import csv
import json
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.importing.installation import installation
from tests.mvad import MVAD
from tracker.indicators.cohort import Cohort, members
from tracker.indicators.definition import Indicator
from tracker.indicators.economic.first_job import E5, E6
from tracker.indicators.economic.sustained import E3
from tracker.indicators.frames import Frames, load
from tracker.indicators.hours import monthly_hours
from tracker.indicators.pipeline import Question, measured
from tracker.indicators.statistics.survival import CENSORED, EventTable
from tracker.indicators.statistics.sustained import first_run_start

MONTHS = 70
LAST = date(1999, 6, 30)
LEFT_A_PROGRAMME = """
[[facts]]
fact = "programme-started"
on = "1993-08-01"
[[facts]]
fact = "programme-ended"
on = "1993-08-31"
"""
"""Everybody leaves a programme on the day before the first of the months."""


@pytest.fixture(scope="module")
def published(reference_data: Path) -> Path:
    return reference_data / "mvad"


@pytest.fixture(scope="module")
def young(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Frames]:
    """Everybody as known on the last day of the last month."""
    with installation(tmp_path_factory.mktemp("young")) as here:
        profile = here.profile(
            MVAD.replace('settled_on = "1993-09-01"', 'settled_on = "1993-08-01"') + LEFT_A_PROGRAMME
        )
        here.imported(published / "mvad.csv", profile)
        yield load(here.app.read_model, here.app.read_model.follow(), LAST)


@pytest.fixture(scope="module")
def expected(published: Path) -> Any:
    return json.loads((published / "mvad_sustained_employment_expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def employed(published: Path) -> list[list[bool]]:
    """Whether each was employed in each of the months, straight from the sheet."""
    with (published / "mvad.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    first = header.index("Sep.93")
    return [[state == "employment" for state in row[first:]] for row in rows]


def figures(young: Frames, indicator: Indicator, **question: Any) -> dict[tuple[str, Any], Any]:
    found = measured(young, indicator, Question(**question)).figures
    return {(row["line"], row["choice"] or row["months"]): row for row in found.to_dicts() if row["kind"] != "median"}


def test_after_twelve_months_441_of_552_were_still_in_work(young: Frames, expected: Any) -> None:
    row = figures(young, E5)["still-20-hours", 12]
    assert (row["counted"], row["n"], row["unknown"]) == (441, 552, 0)
    assert (expected["first_EM"]["still_EM_plus12"], expected["first_EM"]["den_plus12"]) == (441, 552)


@pytest.mark.parametrize("months", [1, 6, 24])
def test_retention_equals_a_count_of_the_sheet(young: Frames, employed: list[list[bool]], months: int) -> None:
    starts = [(person, person.index(True)) for person in employed if any(person)]
    followed = [person[start + months] for person, start in starts if start + months < MONTHS]
    row = figures(young, E5, months=(months,))["still-20-hours", months]
    assert (row["counted"], row["n"], row["unknown"]) == (sum(followed), len(followed), 0)


@pytest.mark.parametrize("run", [3, 6, 12])
def test_first_long_spells_of_work_equal_the_published_ones(young: Frames, expected: Any, run: int) -> None:
    hours = monthly_hours(young, members(young, Cohort("left")), MONTHS).hours
    assert hours.shape == (712, MONTHS)
    runs = first_run_start(hours, threshold=20, run=run, gap=0)
    spells = EventTable.of(("work",), runs.months, np.where(runs.reached, 0, CENSORED))
    told = expected[f"k{run}"]
    assert (int(runs.reached.sum()), int((~runs.reached).sum())) == (told["n_events"], told["n_censored"])
    for place, share in told["cum_incidence"].items():
        at = spells.incidence("work").at(int(place.removeprefix("pos")))
        assert at is not None and at.share == pytest.approx(share, abs=1e-9)
    assert spells.incidence("work").median().time == told["median_start_position"]


@pytest.mark.parametrize("period", [12, 24, 60])
def test_sustained_work_equals_a_count_of_the_sheet(young: Frames, employed: list[list[bool]], period: int) -> None:
    longest = [max(len(list(run)) if works else 0 for works, run in groupby(person[:period])) for person in employed]
    row = figures(young, E3, months=(period,))["work-20-hours", "gap-0"]
    assert (row["counted"], row["n"], row["unknown"]) == (sum(months >= 6 for months in longest), 712, 0)


def test_time_to_first_work_equals_a_count_of_the_sheet(young: Frames, employed: list[list[bool]]) -> None:
    found = figures(young, E6, cohort=Cohort("left"), months=(12, 58, 70))
    for months in (12, 58, 70):
        assert found["work-20-hours", months]["counted"] == sum(any(person[:months]) for person in employed)
        assert found["work-20-hours", months]["value"] == pytest.approx(
            sum(any(person[:months]) for person in employed) / 712, abs=1e-12
        )
