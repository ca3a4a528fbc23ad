"""Published figures were put into the demo's rates; the indicators find them again among many simulated lives."""

import csv
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.demo.population import NOW, Lived, Population, population
from tracker.calendar import months_after
from tracker.demo import rates
from tracker.demo.calibration import CALIBRATED, NOT_CALIBRATED, Calibrated
from tracker.indicators.capacity import primary_school
from tracker.indicators.catalogue import VERSIONS
from tracker.indicators.cohort import Cohort
from tracker.indicators.definition import Indicator
from tracker.indicators.pipeline import Question, measured

LONG = (date(2012, 1, 1), date(2016, 12, 31))
"""Settled so long ago that nine years have passed."""

SHORT = (date(2019, 7, 1), date(2023, 6, 30))
"""Settled in time to leave in 2022 and 2023."""

KNOWN = {one.name: one for group in (*(v.values() for v in VERSIONS.values()), (primary_school.K8,)) for one in group}
each = pytest.mark.parametrize("row", CALIBRATED, ids=[row.name for row in CALIBRATED])
WITHOUT = ("none", "some-basic", "basic-not-equal")


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Population:
    return population(tmp_path_factory.mktemp("many"), {LONG: 2_500, SHORT: 2_200})


@pytest.fixture(scope="module")
def figures(many: Population) -> dict[str, dict[str, Any]]:
    """The figure of each row by its name."""
    return {row.name: figure(many, row) for row in CALIBRATED}


def figure(many: Population, row: Calibrated) -> dict[str, Any]:
    indicator: Indicator = KNOWN[row.indicator]
    question = Question(
        Cohort.parse(row.cohort),
        by=() if row.group is None else (row.group[0],),
        months=None if row.months is None else (row.months,),
    )
    figures = measured(many.frames, indicator, question).figures.to_dicts()
    (found,) = (
        one
        for one in figures
        if (one["line"], one["choice"], one["months"]) == (row.line, row.choice, row.months)
        and (row.group is None or one[row.group[0]] == row.group[1])
    )
    return found


def agrees(row: Calibrated, found: dict[str, Any]) -> bool:
    """Whether the published value, as exactly as it is known, lies in the interval; a quotient has none."""
    low, high = found["low"], found["high"]
    if low is None:
        low = high = found["value"]
    return bool(low - row.rounded <= row.value <= high + row.rounded)


@each
def test_the_published_value_lies_inside_the_interval_of_the_figure(
    row: Calibrated, figures: dict[str, dict[str, Any]], record_property: Callable[[str, str], None]
) -> None:
    found = figures[row.name]
    shown = f"{row.name}: {row.value} published, {found['value']} [{found['low']}, {found['high']}] of {found['n']}"
    record_property("figure", shown)
    assert found["n"] >= 200
    assert found["unknown"] <= found["n"] / 50
    assert agrees(row, found), shown


@each
def test_a_value_a_third_away_would_not_be_found(row: Calibrated, figures: dict[str, dict[str, Any]]) -> None:
    """The intervals are so narrow that the test above can fail."""
    for away in (2 / 3, 4 / 3) if row.value > 0.05 else (0, 3):
        assert not agrees(replace(row, value=row.value * away), figures[row.name])


def test_lives_in_which_work_is_found_a_third_less_often_do_not_give_the_published_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates, "JOB_FOUND", {who: rate * 2 / 3 for who, rate in rates.JOB_FOUND.items()})
    fewer = population(tmp_path, {LONG: 800})
    rows = {row.name: row for row in CALIBRATED}
    for name in ("b04", "b05", "b13"):
        assert not agrees(rows[name], figure(fewer, rows[name])), name


def test_no_figure_hangs_on_contracts_conversations_and_changes_of_advisor(tmp_path: Path) -> None:
    """So that none of them needs to be told of the many above."""
    told = []
    for conversations in (False, True):
        folder = tmp_path / str(conversations)
        folder.mkdir()
        few = population(folder, {LONG: 50, SHORT: 40}, conversations=conversations)
        told.append((few.frames.position, [figure(few, row) for row in CALIBRATED]))
    (without, figures), (with_them, same) = told
    assert without < with_them
    assert figures == same


def test_what_is_measured_is_what_was_lived(many: Population, figures: dict[str, dict[str, Any]]) -> None:
    """The shares counted once more in plain steps from the lives themselves, whatever was told of them."""
    for name, counted in (
        ("b03", list(small_jobs(many.lives))),
        ("b04", list(primary_school_and_work(many.lives, completed=True))),
        ("b05", list(primary_school_and_work(many.lives, completed=False))),
    ):
        found = figures[name]
        assert found["n"] == pytest.approx(len(counted), rel=0.02)
        assert found["value"] == pytest.approx(sum(counted) / len(counted), abs=0.015), name


def small_jobs(lives: Iterable[Lived]) -> Iterable[bool]:
    """Whether each who left to 1 to 9 hours a week had no work 60 months later."""
    for one in lives:
        if one.left is not None and 2013 <= one.left.year <= 2019:
            later = months_after(one.left, 60)
            small = 1 <= one.life.ordinary_hours_on(months_after(one.left, 1)) < 10
            if small and is_there(one, later):
                yield one.life.ordinary_hours_on(later) == 0


def primary_school_and_work(lives: Iterable[Lived], completed: bool) -> Iterable[bool]:
    """Whether each settled without primary school worked 108 months later, of who had or had not completed it by 60."""
    for one in lives:
        told = one.life.traits.schooling
        if told in WITHOUT and 2012 <= one.settled.year <= 2016 and (one.completed or date.max) >= one.settled:
            landmark, later = (months_after(one.settled, months) for months in (60, 108))
            by_then = (one.completed or date.max) <= landmark
            if by_then == completed and is_there(one, landmark) and is_there(one, later):
                yield one.life.ordinary_hours_on(later) > 0


def is_there(one: Lived, day: date) -> bool:
    return day <= NOW.date() and (one.gone is None or one.gone > day)


def test_every_benchmark_is_calibrated_or_the_reason_why_not_is_given(reference_data: Path) -> None:
    with (reference_data / "norway" / "published_benchmarks.csv").open(encoding="utf-8", newline="") as file:
        published = {row["id"]: row["value"] for row in csv.DictReader(file)}
    calibrated = {row.name.partition("-")[0] for row in CALIBRATED if row.name.startswith("b")}
    assert calibrated | NOT_CALIBRATED.keys() == published.keys()
    assert not calibrated & NOT_CALIBRATED.keys()
    for row in CALIBRATED:
        if (name := row.name.partition("-")[0]) in published:
            values = [float(value) / 100 for value in published[name].split("-")]
            assert any(abs(row.value - value) <= 1e-9 for value in values), row.name


def test_the_november_figures_are_those_of_the_reference_data(reference_data: Path) -> None:
    with (reference_data / "norway" / "ssb_status_1yr_after_2023.csv").open(encoding="utf-8", newline="") as file:
        counts = {row["status"]: row for row in csv.DictReader(file)}
    for row in CALIBRATED:
        if row.name.startswith("ssb-2023") and row.group is not None:
            column = {"male": "men", "female": "women"}[row.group[1]]
            share = int(counts["employed_and_or_in_education"][column]) / int(counts["total"][column])
            assert row.value == pytest.approx(share, abs=row.rounded)


def line_of(row: Calibrated) -> str:
    months = "" if row.months is None else f", {row.months} months"
    group = "" if row.group is None else f", {' '.join(row.group)}"
    value = f"{row.value:.2f} of {row.cohort}{months}{group}"
    cells = (row.name, row.published, f"{row.indicator} {row.line}", value, f"± {row.rounded}", row.source)
    return f"| {' | '.join(cells)} |"


def test_the_page_shows_every_calibrated_figure_and_every_one_that_is_not() -> None:
    page = (ROOT / "docs" / "demo.md").read_text(encoding="utf-8")
    for row in CALIBRATED:
        assert line_of(row) in page.splitlines()
    for name, reason in NOT_CALIBRATED.items():
        assert f"| {name} | {reason} |" in page
