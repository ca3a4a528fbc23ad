"""Few people are hidden at the exit to publication, and cannot be worked out from what is shown."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.indicators.releases import Numbers, indicator, lines, reading, result
from tracker.indicators.disclosure import Published, TooThinToPublish, protected, protecting
from tracker.indicators.disclosure.pieces import SMALLEST_GROUP
from tracker.indicators.pipeline import Result

WORK = indicator(lines(work=""))
BANDS = indicator(lines(none="whole hours", part="whole hours", full="whole hours"))
NESTED = indicator(lines(one="", ten="within one", twenty="within ten"))


def shown(found: Result) -> dict[tuple[str, ...], str]:
    return {
        (*(row[name] for name in found.by), row["line"]): row["shown"] for row in found.figures.iter_rows(named=True)
    }


def one(people: dict[str, tuple[int, ...]], about: Any = WORK, **asked: Any) -> dict[str, dict[str, Any]]:
    found = protected([result(about, {(): people}, **asked)])[0]
    return {row["line"]: row for row in found.figures.iter_rows(named=True)}


@pytest.mark.parametrize(
    "counted, n, state",
    [
        (0, 4, "hidden"),
        (0, 5, "counts"),
        (5, 5, "counts"),
        (5, 9, "hidden"),
        (0, 9, "counts"),
        (5, 10, "shown"),
        (0, 10, "shown"),
        (10, 10, "shown"),
        (1, 20, "hidden"),
        (4, 20, "hidden"),
        (5, 20, "shown"),
        (15, 20, "shown"),
        (16, 20, "hidden"),
        (19, 20, "hidden"),
        (20, 20, "shown"),
        (0, 0, "nobody"),
    ],
)
def test_few_people_counted_and_few_not_counted_are_hidden_and_zero_is_shown(counted: int, n: int, state: str) -> None:
    assert one({"work": (counted, n)})["work"]["shown"] == state


def test_a_hidden_figure_keeps_its_n_and_nothing_else() -> None:
    row = one({"work": (3, 20)})["work"]
    assert {name: row[name] for name in ("counted", "n", "unknown", "value", "low", "high", "at_most")} == {
        "counted": None, "n": 20, "unknown": None, "value": None, "low": None, "high": None, "at_most": None,
    }  # fmt: skip


def test_of_fewer_than_five_not_even_n_is_told() -> None:
    assert one({"work": (0, 4)})["work"]["n"] is None


def test_of_five_to_nine_there_are_counts_and_no_share() -> None:
    row = one({"work": (0, 9)})["work"]
    assert (row["counted"], row["n"], row["value"], row["low"], row["high"]) == (0, 9, None, None, None)


def test_few_unknown_are_withheld_alone() -> None:
    row = one({"work": (10, 30, 2)})["work"]
    assert (row["shown"], row["counted"], row["n"], row["unknown"], row["at_most"]) == ("shown", 10, 30, None, None)


def test_few_known_and_not_counted_hide_the_figure_though_many_are_unknown() -> None:
    assert one({"work": (20, 32, 10)})["work"]["shown"] == "hidden"


@pytest.mark.parametrize("counted, state", [(20, "hidden"), (16, "hidden"), (15, "shown"), (0, "shown"), (5, "shown")])
def test_a_full_cell_tells_all_where_it_is_about_health_or_money(counted: int, state: str) -> None:
    assert one({"work": (counted, 20)}, indicator(lines(work=""), sensitive=True))["work"]["shown"] == state


def test_one_small_part_of_a_whole_takes_another_with_it() -> None:
    rows = one({"none": (2, 40), "part": (7, 40), "full": (31, 40)}, BANDS)
    assert [row["shown"] for row in rows.values()] == ["hidden", "hidden", "shown"]


def test_a_part_that_names_the_unknown_is_the_same_people_as_those_unknown() -> None:
    about = indicator(lines(none="whole hours", some="whole hours", lost="whole hours"))
    rows = one({"none": (20, 40, 3), "some": (17, 40, 3), "lost": (3, 40)}, about)
    assert (rows["lost"]["shown"], rows["none"]["unknown"], rows["some"]["unknown"]) == ("hidden", None, None)
    assert "hidden" in (rows["none"]["shown"], rows["some"]["shown"])


def test_a_step_of_few_between_lines_within_each_other_is_hidden() -> None:
    rows = one({"one": (20, 40), "ten": (18, 40), "twenty": (10, 40)}, NESTED)
    assert [row["shown"] for row in rows.values()].count("hidden") == 1


def groups(**people: tuple[int, ...]) -> Numbers:
    return {(name,): {"work": told} for name, told in people.items()}


def test_a_single_hidden_group_takes_another_with_it() -> None:
    found = protected([result(WORK, groups(a=(2, 20), b=(9, 20), c=(11, 20)), ("track",))])[0]
    assert shown(found) == {
        ("all", "work"): "shown",
        ("a", "work"): "hidden",
        ("b", "work"): "hidden",
        ("c", "work"): "shown",
    }


def test_a_single_group_of_few_takes_another_with_it_as_a_whole() -> None:
    found = protected([result(WORK, groups(a=(2, 3), b=(9, 20), c=(15, 30)), ("track",))])[0]
    hidden = found.figures.filter(pl.col("shown") == "hidden")
    assert sorted(hidden["track"]) == ["a", "b"]
    assert hidden["n"].to_list() == [None, None]


def test_groups_of_few_that_are_enough_together_hide_nobody_else() -> None:
    found = protected([result(WORK, groups(a=(3, 4), b=(2, 3), c=(1, 4), d=(15, 30)), ("track",))])[0]
    assert shown(found)["d", "work"] == "shown"


def test_a_table_whose_total_is_of_few_shows_nothing() -> None:
    found = protected([result(WORK, groups(a=(1, 2), b=(0, 2)), ("track",))])[0]
    assert set(shown(found).values()) == {"hidden"}


def test_hidden_nobody_and_zero_are_three_things() -> None:
    found = protected([result(WORK, groups(a=(2, 20), b=(0, 0), c=(0, 12), d=(8, 30)), ("track",))])[0]
    assert [shown(found)[group, "work"] for group in "abc"] == ["hidden", "nobody", "shown"]


def test_two_results_of_one_release_are_protected_as_one_where_one_sums_parts_of_the_other() -> None:
    """At least 20 hours are the bands part and full: shown, it would tell of those hidden in none."""
    atoms = indicator(lines(**{"at-least-20": ""}), id="X2")
    object.__setattr__(atoms.measures[0].lines[0], "atoms", ("X1/part", "X1/full"))  # type: ignore[union-attr]
    bands = result(BANDS, {(): {"none": (2, 40), "part": (3, 40), "full": (35, 40)}})
    both = protected([bands, result(atoms, {(): {"at-least-20": (38, 40)}})])
    assert shown(both[1]) == {("at-least-20",): "hidden"}


def test_the_three_years_stand_beside_a_year_and_tell_nothing_of_the_years_before() -> None:
    def pooled(people: tuple[int, ...], year: tuple[int, ...]) -> list[tuple[Any, ...]]:
        found = protected([result(WORK, {(): {"work": year}}, pooled={(): {"work": people}})])[0]
        assert found.pooled is not None
        return found.pooled.select("counted", "n", "shown").rows()

    assert pooled((30, 60), (6, 12)) == [(30, 60, "shown")]
    assert pooled((9, 30), (6, 12)) == [(None, 30, "hidden")], "three of the years before"
    assert pooled((8, 15), (6, 12)) == [(None, None, "hidden")], "three people in the years before"
    assert pooled((6, 12), (6, 12)) == [(6, 12, "shown")], "nobody in the years before"
    assert pooled((30, 60), (3, 12)) == [(None, 60, "hidden")], "hidden in the year itself"
    assert pooled((30, 60), (12, 25)) == [(30, 60, "shown")]
    assert pooled((30, 60), (1, 4)) == [], "too few in the year"


def test_the_municipality_table_is_not_published_with_its_small_cells_alone_hidden(reference_data: Path) -> None:
    """All four could be worked out from the margins; further ones are hidden, and the margins are shown."""
    table = pl.read_csv(reference_data / "disclosure" / "municipality_table.csv")
    statuses = table["status"].unique(maintain_order=True).to_list()
    n = dict(table.group_by("track").agg(pl.col("freq").sum()).iter_rows())
    people: dict[tuple[str, ...], dict[str, tuple[int, ...]]] = {}
    for track, status, counted in table.iter_rows():
        people.setdefault((track,), {})[status] = (counted, n[track])
    found = protected([result(indicator(lines(**dict.fromkeys(statuses, "whole status"))), people, ("track",))])[0]
    state = shown(found)
    small = [(track, status) for track, status, counted in table.iter_rows() if 0 < counted < 5]
    assert all(state[cell] == "hidden" for cell in small)
    assert sum(state[track, status] == "hidden" for track, status, _ in table.iter_rows()) > len(small)
    assert all(each == "shown" for (track, _), each in state.items() if track == "all")
    nothing_follows(result(indicator(lines(**dict.fromkeys(statuses, "whole status"))), people, ("track",)), found)


def nothing_follows(exact: Result, found: Published) -> None:
    """No hidden number of people can be told by a reader to within three; a zero may be, since zeros are shown."""
    told = {
        (tuple(row[name] for name in exact.by), row["line"]): row["counted"]
        for row in exact.figures.iter_rows(named=True)
    }
    limits = reading(found)
    for row in found.figures.iter_rows(named=True):
        cell = tuple(row[name] for name in found.by), row["line"]
        low, high = limits[cell]
        assert low - 1e-6 <= told[cell] <= high + 1e-6
        if row["shown"] == "hidden" and told[cell]:
            assert high - low >= 3 - 1e-6, f"{cell} lies between {low} and {high}"
        if row["shown"] in ("shown", "counts"):
            assert not 0 < row["counted"] < 5 and not 0 < row["n"] - row["counted"] < 5


@st.composite
def tables(draw: st.DrawFn) -> Numbers:
    """Groups with bands of hours, thresholds within each other with unknown of their own, and a line that stands alone."""
    people: dict[tuple[str, ...], dict[str, tuple[int, ...]]] = {}
    for group in range(draw(st.integers(1, 6))):
        unknown = draw(st.sampled_from([0, 0, 1, 3, 7]))
        bands = [draw(st.sampled_from([0, 0, 1, 2, 3, 5, 8, 13])) for _ in range(3)]
        n = sum(bands) + unknown
        one = draw(st.integers(0, sum(bands)))
        ten = max(one - draw(st.sampled_from([0, 1, 2, 6])), 0)
        lost = min(draw(st.sampled_from([0, 0, 1, 5])), one - ten)
        people[f"g{group}",] = {
            "none": (bands[0], n, unknown),
            "part": (bands[1], n, unknown),
            "full": (bands[2], n, unknown),
            "one": (one, n, unknown),
            "ten": (ten, n, unknown + lost),
            "alone": (draw(st.integers(0, n)), n),
        }
    return people


ALL_KINDS = indicator(
    lines(none="whole hours", part="whole hours", full="whole hours", one="", ten="within one", alone="")
)


@pytest.mark.parametrize("exactly", [True, False])
@settings(max_examples=30, deadline=None)
@given(people=tables())
def test_nothing_hidden_can_be_worked_out_by_a_reader(exactly: bool, people: Numbers) -> None:
    exact = result(ALL_KINDS, people, ("track",))
    largest = protecting.LARGEST_EXACT
    protecting.LARGEST_EXACT = largest if exactly else 0
    try:
        published = protected([exact])[0]
    except TooThinToPublish:
        # Nothing is shown of so few people that their number alone would tell of some.
        assert sum(numbers["none"][1] for numbers in people.values()) < 2 * SMALLEST_GROUP
    else:
        nothing_follows(exact, published)
    finally:
        protecting.LARGEST_EXACT = largest


def test_thousands_of_groups_are_protected_without_solving_anything() -> None:
    people: Numbers = {
        (f"g{group}",): {"work": ((group * 7) % 13, 13 + group % 40), "part": ((group * 5) % 11, 13 + group % 40)}
        for group in range(1000)
    }
    found = protected([result(indicator(lines(work="", part="")), people, ("track",))])[0]
    states = found.figures["shown"].value_counts()
    assert dict(states.iter_rows())["shown"] > 900
