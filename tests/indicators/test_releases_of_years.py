"""Releases of several years: years add up, and what was hidden of one is not told by the others."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.indicators.releases import Numbers, indicator, lines, result
from tracker.indicators.disclosure import OTHER_YEARS, protected
from tracker.indicators.disclosure.published import released_of
from tracker.ledger import Ledger
from tracker.settings import Settings

WORK = indicator(lines(work=""))
BANDS_NAMES = ("none", "part", "full")
BANDS = indicator(lines(none="whole hours", part="whole hours", full="whole hours"))


def released(ledger: Ledger, cohort: str, work: int, n: int, three: tuple[int, int] | None = None) -> dict[str, Any]:
    """A year or years of one line, published: (counted, n), and (counted, n) of the three years."""
    pool: Numbers | None = None if three is None else {(): {"work": three}}
    found = protected([result(WORK, {(): {"work": (work, n)}}, cohort=cohort, pooled=pool)], ledger)[0]
    told = {"years": tuple(found.figures.select("counted", "n").row(0))}
    if found.pooled is not None and found.pooled.height:
        told["three"] = tuple(found.pooled.select("counted", "n").row(0))
    return told


@pytest.mark.parametrize(
    "counted, n, told",
    [
        pytest.param(22, 60, (None, 60), id="two of the other year"),
        pytest.param(38, 60, (None, 60), id="all but two of it"),
        pytest.param(20, 60, (20, 60), id="none of it"),
        pytest.param(25, 60, (25, 60), id="five of it"),
        pytest.param(22, 43, (None, None), id="three in it"),
    ],
)
def test_years_less_a_year_tell_of_no_few_people(
    ledger: Ledger, counted: int, n: int, told: tuple[int | None, int | None]
) -> None:
    assert released(ledger, "left:2021", 20, 40) == {"years": (20, 40)}
    assert released(ledger, "left:2020..2021", counted, n) == {"years": told}


def test_it_is_said_why_more_is_hidden(ledger: Ledger) -> None:
    (first,) = protected([result(WORK, {(): {"work": (20, 40)}}, cohort="left:2021")], ledger)
    (later,) = protected([result(WORK, {(): {"work": (22, 60)}}, cohort="left:2020..2021")], ledger)
    assert (first.notes, later.notes) == ((), (OTHER_YEARS,))


def test_a_year_less_the_years_around_it_is_the_same_the_other_way_round(ledger: Ledger) -> None:
    assert released(ledger, "left:2020..2021", 22, 60) == {"years": (22, 60)}
    assert released(ledger, "left:2021", 20, 40) == {"years": (None, 40)}
    assert released(ledger, "left", 60, 140) == {"years": (60, 140)}
    assert released(ledger, "left:2022", 38, 80)["years"] == (38, 80)


def test_of_three_years_with_the_sum_beside_one_two_single_ones_tell_the_third(ledger: Ledger) -> None:
    assert released(ledger, "left:2021", 12, 40, three=(24, 120)) == {"years": (12, 40), "three": (24, 120)}
    assert released(ledger, "left:2020", 10, 40) == {"years": (None, 40)}, "2019 would follow"
    assert released(ledger, "left:2019", 2, 40) == {"years": (None, 40)}


def test_the_sum_of_three_years_is_held_against_what_was_told_of_them(ledger: Ledger) -> None:
    assert released(ledger, "left:2020", 10, 40) == {"years": (10, 40)}
    assert released(ledger, "left:2019", 2, 40) == {"years": (None, 40)}
    found = released(ledger, "left:2021", 12, 40, three=(24, 120))
    assert found == {"years": (12, 40), "three": (None, 120)}


def test_three_years_that_single_ones_tell_already_hide_nothing_else(ledger: Ledger) -> None:
    """The parts that are known of each year are shown of the three; those that are not are enough to hide."""

    def bands(none: int, part: int, full: int) -> Numbers:
        n = none + part + full
        return {(): {"none": (none, n), "part": (part, n), "full": (full, n)}}

    protected([result(BANDS, bands(2, 10, 28), cohort="left:2020")], ledger)
    protected([result(BANDS, {(): dict.fromkeys(BANDS_NAMES, (0, 0))}, cohort="left:2019")], ledger)
    found = protected([result(BANDS, bands(9, 9, 30), cohort="left:2021", pooled=bands(11, 19, 58))], ledger)[0]
    assert found.pooled is not None
    assert dict(found.pooled.select("line", "counted").iter_rows()) == {"none": None, "part": None, "full": 58}


def test_what_was_hidden_for_the_sake_of_another_is_not_told_by_years(ledger: Ledger) -> None:
    """One of the two other bands is hidden with the few of one: told by subtraction, it would tell them."""

    def bands(cohort: str, none: int, part: int, full: int) -> set[str]:
        n = none + part + full
        numbers: Numbers = {(): {"none": (none, n), "part": (part, n), "full": (full, n)}}
        found = protected([result(BANDS, numbers, cohort=cohort)], ledger)[0].figures
        return {row["line"] for row in found.iter_rows(named=True) if row["counted"] is None}

    assert bands("left:2021", 2, 10, 28) == {"none", "part"}
    assert bands("left:2020", 30, 30, 30) == set()
    assert {"none", "part"} <= bands("left:2020..2021", 32, 40, 58)


def test_groups_are_held_against_those_of_other_years(ledger: Ledger) -> None:
    def groups(cohort: str, **of: tuple[int, int]) -> dict[str, tuple[int | None, int | None]]:
        numbers: Numbers = {(name,): {"work": counted} for name, counted in of.items()}
        found = protected([result(WORK, numbers, ("track",), cohort=cohort)], ledger)[0].figures
        return {row["track"]: (row["counted"], row["n"]) for row in found.iter_rows(named=True)}

    assert groups("left:2021", a=(10, 20), b=(10, 20))["a"] == (10, 20)
    later = groups("left:2020..2021", a=(12, 40), b=(30, 60), c=(10, 20))
    assert later["a"] == (None, 40)
    assert groups("left:2019..2021", a=(30, 60), b=(40, 80), c=(10, 20))["a"] == (30, 60)


def test_the_order_of_breakdowns_makes_no_difference(ledger: Ledger) -> None:
    one: Numbers = {("1", "female"): {"work": (10, 20)}, ("2", "male"): {"work": (10, 20)}}
    more: Numbers = {("female", "1"): {"work": (12, 40)}, ("male", "2"): {"work": (30, 60)}}
    protected([result(WORK, one, ("track", "gender"), cohort="left:2021")], ledger)
    found = protected([result(WORK, more, ("gender", "track"), cohort="left:2020..2021")], ledger)[0].figures
    assert found.filter(pl.col("gender") == "female", pl.col("track") == "1")["counted"].to_list() == [None]


def test_years_told_one_by_one_are_held_against_those_told_alone(ledger: Ledger) -> None:
    numbers: Numbers = {("2020",): {"work": (10, 40)}, ("2021",): {"work": (20, 40)}}
    released(ledger, "left:2019..2021", 32, 120)
    found = protected([result(WORK, numbers, ("cohort",), cohort="left:2020..2021")], ledger)[0].figures
    told = {row["cohort"]: row["counted"] for row in found.iter_rows(named=True)}
    assert told["all"] is None
    assert None in (told["2020"], told["2021"])
    released(ledger, "left:2018..2019", 30, 80)
    released(ledger, "left:2018", 28, 40)
    assert released(ledger, "left:2017..2018", 50, 80) == {"years": (50, 80)}


def test_another_version_of_an_indicator_tells_nothing_that_this_one_hides(ledger: Ledger) -> None:

    few: Numbers = {(): {"none": (2, 40), "part": (10, 40), "full": (28, 40)}}
    protected([result(BANDS, few)], ledger)
    second = replace(BANDS, version=2, measures=indicator(lines(none="", part="", full="")).measures)
    found = protected([result(second, few)], ledger)[0].figures
    assert [row["counted"] for row in found.iter_rows(named=True)] == [None, None, 28]


def test_other_axes_other_measures_and_other_years_are_left_alone(ledger: Ledger) -> None:
    released(ledger, "left:2021", 20, 40)
    assert released(ledger, "settled:2021", 22, 40) == {"years": (22, 40)}
    assert released(ledger, "left:2022", 22, 41) == {"years": (22, 41)}


Told = dict[tuple[str, ...], tuple[int | None, int | None]]


def publish(
    ledger: Ledger, cohort: str, people: dict[str, tuple[int, int]], by: tuple[str, ...] = (), position: int = 1
) -> Told:
    """(counted, n) by group; groups are given as ``2020 a``."""
    numbers: Numbers = {tuple(name.split()): {"work": told} for name, told in people.items()}
    found = protected([result(WORK, numbers, by, position=position, cohort=cohort)], ledger)[0].figures
    return {tuple(row[name] for name in by): (row["counted"], row["n"]) for row in found.iter_rows(named=True)}


TWO_BY_TWO = {f"{year} {track}": (20, 40) for year in (2020, 2021) for track in "ab"}


def test_the_groups_of_a_year_tell_of_everybody_of_that_year(ledger: Ledger) -> None:
    publish(ledger, "left:2020..2021", TWO_BY_TWO, ("cohort", "track"))
    assert publish(ledger, "left:2019..2020", {"": (42, 120)}) == {(): (None, 120)}


def test_groups_of_years_and_groups_of_a_year_are_held_against_each_other(ledger: Ledger) -> None:
    publish(ledger, "left:2020..2021", TWO_BY_TWO, ("cohort", "track"))
    found = publish(ledger, "left:2019..2020", {"a": (22, 80), "b": (40, 80)}, ("track",))
    assert found["a",] == (None, 80)


def test_everybody_of_a_year_less_one_group_is_the_other_group(ledger: Ledger) -> None:
    publish(ledger, "left:2020", {"": (22, 62)})
    found = publish(ledger, "left:2020..2021", TWO_BY_TWO | {"2020 a": (2, 22)}, ("cohort", "track"))
    assert found["2020", "a"][0] is None and found["2020", "b"][0] is None


def test_a_group_in_which_everybody_is_counted_is_not_told_by_all_being_counted(ledger: Ledger) -> None:
    publish(ledger, "left:2019..2020", {"a": (41, 61), "b": (80, 100)}, ("track",))
    found = publish(ledger, "left:2020", {"a": (40, 40), "b": (40, 40)}, ("track",))
    assert found["a",] == (None, 40) and found["all",][0] is None


def test_a_group_of_few_is_hidden_with_another_after_a_finer_breakdown(ledger: Ledger) -> None:
    publish(ledger, "left:2020", {"a m": (20, 40), "a f": (20, 40), "b m": (0, 2)}, ("track", "gender"))
    found = publish(ledger, "left:2020", {"a": (40, 80), "b": (0, 2)}, ("track",))
    assert found["b",][1] is None and (found["a",][1] is None or found["all",][1] is None)


def test_the_same_moment_as_before_is_held_against_what_was_told_of_it(ledger: Ledger) -> None:
    publish(ledger, "left:2021", {"": (20, 40)}, position=1)
    publish(ledger, "left:2021", {"": (30, 60)}, position=2)
    assert publish(ledger, "left:2020..2021", {"": (22, 60)}, position=1) == {(): (None, 60)}


def test_years_that_follow_already_are_told_as_they_are_unless_few_have_come_since(ledger: Ledger) -> None:
    publish(ledger, "left:2020", {"": (20, 40)})
    publish(ledger, "left:2021", {"": (20, 40)})
    assert publish(ledger, "left:2020..2021", {"": (40, 80)}, position=2) == {(): (40, 80)}
    assert publish(ledger, "left:2020..2021", {"": (42, 82)}, position=3)[()] == (40, 80), "as then"


def test_few_who_have_come_since_are_not_told_by_years_that_follow(ledger: Ledger) -> None:
    publish(ledger, "left:2020", {"": (20, 40)})
    publish(ledger, "left:2021", {"": (20, 40)})
    assert publish(ledger, "left:2020..2021", {"": (42, 82)}, position=2) == {(): (None, None)}


def test_a_year_in_which_there_is_nobody_has_no_groups(ledger: Ledger) -> None:
    publish(ledger, "left:2019", {"": (20, 40)})
    assert publish(ledger, "left:2018", {}, ("track",)) == {}


def test_years_told_by_group_are_each_a_release_of_that_year(ledger: Ledger) -> None:
    publish(ledger, "left:2020..2021", TWO_BY_TWO, ("cohort", "track"))
    again = publish(ledger, "left:2020", {"a": (20, 40), "b": (20, 40)}, ("track",))
    assert again == {("all",): (40, 80), ("a",): (20, 40), ("b",): (20, 40)}
    assert publish(ledger, "left:2020", {"": (42, 82)}, position=2) == {(): (40, 80)}, "as then"


def test_a_hidden_group_of_a_year_stays_hidden_when_the_year_is_asked_for_alone(ledger: Ledger) -> None:
    few = TWO_BY_TWO | {"2020 a": (2, 40)}
    found = publish(ledger, "left:2020..2021", few, ("cohort", "track"))
    assert found["2020", "all"] == (22, 80)
    assert found["2020", "a"][0] is None and found["2020", "b"][0] is None
    alone = publish(ledger, "left:2020", {"a": (2, 40), "b": (20, 40)}, ("track",))
    assert alone == {("all",): (22, 80), ("a",): (None, 40), ("b",): (None, 40)}


def test_no_group_of_a_year_is_told_where_everybody_of_it_is_not(ledger: Ledger) -> None:
    """The two years sum to everybody: what one of them is without its groups, the other one would tell."""
    few = {"2020 a": (2, 40), "2020 b": (0, 40), "2021 a": (20, 40), "2021 b": (20, 40)}
    found = publish(ledger, "left:2020..2021", few, ("cohort", "track"))
    assert found["all", "all"] == (42, 160)
    assert {group for group, (counted, _) in found.items() if counted is None} == {
        (year, track) for year in ("2020", "2021") for track in ("all", "a", "b")
    }


def test_a_year_is_not_broken_down_where_the_absence_of_a_group_would_tell_of_another(ledger: Ledger) -> None:
    """Of 2019 and 2020 together a group is told, of 2020 it is hidden: in 2019 it must not be told that it is empty."""
    publish(ledger, "left:2020", {"a": (3, 3), "b": (20, 40), "c": (20, 40)}, ("track",))
    publish(ledger, "left:2019..2020", {"a": (9, 9), "b": (40, 80), "c": (40, 80)}, ("track",))
    found = publish(ledger, "left:2019", {"b": (20, 40), "c": (20, 40)}, ("track",), position=2)
    assert list(found) == [("all",)]


def test_years_by_group_that_were_told_without_everybody_of_each_year_still_tell_of_them(tmp_path: Path) -> None:
    """As 0.1 wrote them: by sums of groups, as whole files, and without a column for what stood beside them."""
    numbers: Numbers = {tuple(name.split()): {"work": told} for name, told in TWO_BY_TWO.items()}
    old = result(WORK, numbers, ("cohort", "track"), cohort="left:2020..2021")
    groups = pl.col("track") != "all"
    kept = replace(released_of(old), figures=old.figures.filter(groups | (pl.col("cohort") == "all")))
    with closing(Ledger(Settings(tmp_path))) as before:
        assert before.write([kept], "analyst", datetime(2026, 11, 21, tzinfo=UTC), 0)
    with closing(sqlite3.connect(tmp_path / "app.db")) as database:
        database.execute("ALTER TABLE released DROP COLUMN notes")
        file = BytesIO()
        kept.figures.with_columns(pl.col(pl.Categorical).cast(pl.String)).write_ipc(file, compression="zstd")
        database.execute("UPDATE released SET figures = ?", (file.getvalue(),))
        database.commit()
    with closing(Ledger(Settings(tmp_path))) as ledger:
        assert publish(ledger, "left:2019..2020", {"": (42, 120)}) == {(): (None, 120)}
