"""Means that few people bear: the mean and the width of its interval tell what these have."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.indicators.releases import NO_FRAMES, observed
from tracker.indicators.cohort import Cohort
from tracker.indicators.definition import Indicator
from tracker.indicators.disclosure import protected
from tracker.indicators.figures import each_text_once, figures_of
from tracker.indicators.measures import Average, Mean
from tracker.indicators.partials import Partial
from tracker.indicators.pipeline import Result
from tracker.ledger import Ledger
from tracker.settings import Settings

WEEKS = Average("weeks", pl.lit(1.0), unit="full weeks", scale=(0.0, 1.0))
MONTHS = Average("months", pl.lit(1.0), unit="months")


Shown = dict[str, tuple[str, float | None]]


def exact(line: Average, people: Mapping[str, Sequence[float]], by: tuple[str, ...] = ("track",)) -> Result:
    """The mean of what people have, by group and of everybody, or of everybody alone."""
    rows = [
        (name, "weeks" if line is WEEKS else "months", None, 12, len(values), *_sums(values), 0, 0)
        for name, values in people.items()
    ]
    names = ("track", "line", "choice", "months", "people", "total", "squares", "per", "unknown")
    texts = dict.fromkeys(("track", "line", "choice"), pl.String)
    sums = pl.DataFrame(rows, schema={name: texts.get(name, pl.Int64) for name in names}, orient="row")
    return result_of((line,), Partial.of(("track",), sums=sums), by)


def result_of(lines: tuple[Average, ...], partial: Partial, by: tuple[str, ...]) -> Result:
    about = Indicator(
        id="X1", version=1, title="", definition="", formula="", example="", dimension="E", tags="", unit="",
        axes={"left": (12,)}, denominator="all", measures=(Mean(observed, lines),), source="",
    )  # fmt: skip
    parts = (partial.total(), partial) if by else (partial.only(()),)
    found = pl.concat([figures_of(about.measures, part, (12,), NO_FRAMES) for part in parts])
    frames: Any = SimpleNamespace(position=1, known_on=date(2025, 1, 1), versions="")
    return Result(about, Cohort.parse("left:2023"), by, (12,), "all", None, frames, each_text_once(found), None)


def published(line: Average, people: Mapping[str, Sequence[float]]) -> Shown:
    """What is shown of a mean, and the mean, by group: everybody first."""
    (told,) = protected([exact(line, people)])
    return {row["track"]: (row["shown"], row["value"]) for row in told.figures.iter_rows(named=True)}


def _sums(values: Sequence[float]) -> tuple[int, int]:
    hundredths = [round(value * 100) for value in values]
    return sum(hundredths), sum(one * one for one in hundredths)


def alone(line: Average, values: Sequence[float]) -> str:
    return published(line, {"1": values})["all"][0]


NOBODY = [0.0] * 40


@pytest.mark.parametrize(
    "line, values, shown",
    [
        (WEEKS, [1.0, *NOBODY], "hidden"),
        (WEEKS, [0.5, 0.5, 1.0, 0.2, *NOBODY], "hidden"),
        (WEEKS, [0.5] * 5 + NOBODY, "shown"),
        (MONTHS, [11.0, 4.0, *NOBODY], "hidden"),
        (MONTHS, [37.0, *NOBODY], "hidden"),
        (MONTHS, [120.0] + [1.0] * 20 + NOBODY, "hidden"),
        (MONTHS, [3.0] * 20 + NOBODY, "shown"),
        (MONTHS, NOBODY, "shown"),
        (WEEKS, NOBODY, "shown"),
        (WEEKS, [1.0] * 40, "shown"),
        (WEEKS, [1.0] * 40 + [0.4], "hidden"),
        (WEEKS, [1.0] * 40 + [0.4] * 5, "shown"),
    ],
)
def test_a_mean_that_fewer_than_five_bear_is_hidden(line: Average, values: list[float], shown: str) -> None:
    assert alone(line, values) == shown


def test_a_group_whose_mean_few_bear_takes_one_with_it_that_more_bear() -> None:
    found = published(MONTHS, {"1": [37.0] + [0.0] * 12, "2": NOBODY, "3": [2.0] * 50, "4": [2.0] * 90})
    assert {group: shown for group, (shown, _) in found.items()} == {
        "all": "shown",
        "1": "hidden",
        "2": "hidden",
        "3": "hidden",
        "4": "shown",
    }


@given(
    st.dictionaries(
        st.sampled_from("123"),
        st.lists(st.sampled_from((0.0, 0.0, 0.0, 1.0, 4.0, 30.0)), min_size=10, max_size=40),
        min_size=2,
    )
)
def test_no_difference_of_shown_sums_is_of_one_person(people: dict[str, list[float]]) -> None:
    found = published(MONTHS, people)
    if found["all"][0] == "shown":
        left = [value for group, values in people.items() if found[group][0] == "hidden" for value in values]
        hidden = [group for group in people if found[group][0] == "hidden"]
        assert not hidden or len(hidden) > 1
        assert sum(value > 0 for value in left) != 1


def test_a_mean_that_was_hidden_stays_so_in_a_breakdown(tmp_path: Path) -> None:
    people = {"1": [37.0] + [0.0] * 12, "2": [2.0] * 20, "3": NOBODY}
    ledger = Ledger(Settings(tmp_path))
    (first,) = protected([exact(MONTHS, people, ())], ledger)
    assert first.figures["shown"].to_list() == ["hidden"]
    (then,) = protected([exact(MONTHS, people)], ledger)
    shown = dict(zip(then.figures["track"], then.figures["shown"], strict=True))
    assert shown == {"all": "hidden", "1": "hidden", "2": "shown", "3": "shown"}
    ledger.close()


def test_of_means_that_sum_to_what_is_known_more_than_one_is_hidden() -> None:
    months = {name: Average(name, pl.col(name), unit="months", scale=(0.0, 60.0), whole="60") for name in "abc"}
    people = {"a": [4.0] + [0.0] * 19, "b": [20.0] * 20, "c": [36.0] + [40.0] * 19}
    rows = [(name, None, 12, len(values), *_sums(values), 0, 0) for name, values in people.items()]
    names = ("line", "choice", "months", "people", "total", "squares", "per", "unknown")
    texts = dict.fromkeys(("line", "choice"), pl.String)
    sums = pl.DataFrame(rows, schema={name: texts.get(name, pl.Int64) for name in names}, orient="row")
    (told,) = protected([result_of(tuple(months.values()), Partial.of((), sums=sums), ())])
    assert dict(zip(told.figures["line"], told.figures["shown"], strict=True)) == {
        "a": "hidden",
        "b": "hidden",
        "c": "shown",
    }


@pytest.mark.parametrize(
    "others, shown",
    [
        pytest.param([1.0, *NOBODY], "hidden", id="one bears what the other year adds"),
        pytest.param([0.5] * 5 + NOBODY, "shown", id="five bear it"),
        pytest.param(NOBODY, "shown", id="nobody has anything"),
        pytest.param([0.5] * 9, "hidden", id="a mean of nine"),
    ],
)
def test_a_mean_of_several_years_does_not_tell_what_few_people_of_one_have(
    tmp_path: Path, others: list[float], shown: str
) -> None:
    year = [0.5] * 20 + NOBODY

    def publish(cohort: str, values: list[float]) -> str:
        asked = replace(exact(WEEKS, {"1": values}, by=()), cohort=Cohort.parse(cohort))
        (told,) = protected([asked], ledger)
        return str(told.figures["shown"][0])

    ledger = Ledger(Settings(tmp_path))
    assert publish("left:2023", year) == "shown"
    assert publish("left:2022..2023", year + others) == shown
    ledger.close()


def test_a_mean_that_other_years_leave_no_way_to_tell_takes_another_group_with_it(tmp_path: Path) -> None:
    year = [0.5] * 20 + [0.0] * 20

    def publish(cohort: str, people: Mapping[str, Sequence[float]]) -> Shown:
        asked = replace(exact(WEEKS, people), cohort=Cohort.parse(cohort))
        (told,) = protected([asked], ledger)
        return {row["track"]: (row["shown"], row["value"]) for row in told.figures.iter_rows(named=True)}

    ledger = Ledger(Settings(tmp_path))
    publish("left:2023", {"a": year, "b": year})
    found = publish("left:2022..2023", {"a": [*year, 1.0, *[0.0] * 19], "b": year + [0.5] * 20})
    ledger.close()
    assert found["a"][0] == "hidden"
    assert "hidden" in (found["b"][0], found["all"][0])
