"""What a reader can work out of hidden cells: by published ranges, and by trying every table that fits."""

import csv
import json
from collections.abc import Collection, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from tracker.indicators.audit import (
    TOTAL,
    Cell,
    Cells,
    CellsCanBeWorkedOut,
    Equation,
    Range,
    Table,
    audit,
    breakdown,
    hidden_ranges,
)
from tracker.indicators.hiding import TooThinToPublish, complementary

MUNICIPALITY = {
    ("1", "work"): 2, ("1", "school"): 1, ("1", "other"): 20,
    ("2", "work"): 8, ("2", "school"): 12, ("2", "other"): 7,
    ("3", "work"): 14, ("3", "school"): 10, ("3", "other"): 0,
}  # fmt: skip


class Published(NamedTuple):
    """A table with hidden cells, and what other tools found that these can hold."""

    cells: Cells
    ranges: dict[Cell, Range]


def published(reference_data: Path, name: str) -> Published:
    with (reference_data / "disclosure" / name).open(encoding="utf-8") as table:
        cells = {
            (row["track"], row["status"]): None if row["suppressed"] == "TRUE" else int(row["freq"])
            for row in csv.DictReader(table)
        }
    expected = json.loads((reference_data / "disclosure" / "audit_intervals_expected.json").read_text(encoding="utf-8"))
    ranges = {
        (each["row"], each["col"]): Range(int(each["feasible_min"]), int(each["feasible_max"]))
        for each in expected[name]
    }
    return Published(cells, ranges)


@pytest.fixture(scope="module")
def municipality(reference_data: Path) -> Table:
    with (reference_data / "disclosure" / "municipality_table.csv").open(encoding="utf-8") as table:
        return breakdown({(row["track"], row["status"]): int(row["freq"]) for row in csv.DictReader(table)})


def without(table: Table, hidden: Collection[Cell]) -> dict[Cell, int | None]:
    return {cell: None if cell in hidden else people for cell, people in table.cells.items()}


def few_people(table: Table, fewest: int = 5) -> list[Cell]:
    return [cell for cell, people in table.cells.items() if 0 < people < fewest]


def margins(table: Table) -> list[Cell]:
    return [cell for cell in table.cells if isinstance(cell, tuple) and TOTAL in cell]


def fitting(cells: Cells, equations: Sequence[Equation], most: int) -> Iterator[dict[Cell, int]]:
    """Every way to fill the hidden cells with 0 to ``most`` people so that all sums hold, by trying them out."""
    hidden = [cell for cell, people in cells.items() if people is None]
    totals = {equation.total for equation in equations}
    free = [cell for cell in hidden if cell not in totals]
    # A hidden total follows from its parts; totals of totals come last.
    ordered = sorted(equations, key=lambda equation: str(equation.total).count(TOTAL))
    for people in product(range(most + 1), repeat=len(free)):
        filled: dict[Cell, int] = {cell: known for cell, known in cells.items() if known is not None}
        filled.update(zip(free, people, strict=True))
        for equation in ordered:
            found = sum(filled[part] for part in equation.parts)
            if filled.setdefault(equation.total, found) != found:
                break
        else:
            yield {cell: filled[cell] for cell in hidden}


@pytest.mark.parametrize("name", ["municipality_table_gauss_maxN3.csv", "municipality_table_primary_only.csv"])
def test_hidden_cells_have_the_published_ranges(reference_data: Path, municipality: Table, name: str) -> None:
    table = published(reference_data, name)
    assert table.ranges
    assert hidden_ranges(table.cells, municipality.equations) == table.ranges


def test_a_table_with_primary_hiding_only_is_refused_with_the_cells_that_fail(
    reference_data: Path, municipality: Table
) -> None:
    table = published(reference_data, "municipality_table_primary_only.csv")
    with pytest.raises(CellsCanBeWorkedOut, match=r"hidden cells can be worked out .* hide further cells") as refused:
        audit(table.cells, municipality.equations)
    assert refused.value.cells == table.ranges


def test_two_cells_that_are_seen_to_hold_three_people_together_are_refused(
    reference_data: Path, municipality: Table
) -> None:
    table = published(reference_data, "municipality_table_gauss_maxN3.csv")
    with pytest.raises(CellsCanBeWorkedOut) as refused:
        audit(table.cells, municipality.equations)
    assert refused.value.cells == {}
    assert (("spor1", "arbeid"), ("spor1", "vgs_hu")) in refused.value.pairs
    audit(table.cells, municipality.equations, smallest_pair=3)


@pytest.mark.parametrize("together, narrow", [(2, {"a": Range(0, 2), "b": Range(0, 2)}), (3, {}), (4, {})])
def test_a_range_of_three_people_is_wide_enough_and_one_of_two_is_not(together: int, narrow: dict[str, Range]) -> None:
    cells = {"all": together + 9, "a": None, "b": None, "c": 9}
    sums = [Equation("all", ("a", "b", "c"))]
    audit(cells, sums, minimum_width=2, smallest_pair=0)
    if narrow:
        with pytest.raises(CellsCanBeWorkedOut) as refused:
            audit(cells, sums, smallest_pair=0)
        assert refused.value.cells == narrow
    else:
        audit(cells, sums, smallest_pair=0)


def test_a_proof_is_believed_only_where_it_fits_what_is_shown() -> None:
    cells, sums, column = (
        {"all": 11, "a": None, "b": None, "c": 9},
        [Equation("all", ("a", "b", "c"))],
        {"a": 0, "b": 1},
    )
    for tables in ([[1, 1], [4, 1]], [[1, 1], [5, -3]]):
        with pytest.raises(CellsCanBeWorkedOut) as refused:
            audit(cells, sums, smallest_pair=0, proofs=[(column, np.array(tables))])
        assert refused.value.cells == {"a": Range(0, 2), "b": Range(0, 2)}


def test_five_people_in_two_hidden_cells_are_enough_and_four_are_not() -> None:
    sums = [Equation("all", ("a", "b", "c"))]
    audit({"all": 14, "a": None, "b": None, "c": 9}, sums)
    with pytest.raises(CellsCanBeWorkedOut) as refused:
        audit({"all": 13, "a": None, "b": None, "c": 9}, sums)
    assert (refused.value.cells, refused.value.pairs) == ({}, (("a", "b"),))


@pytest.mark.parametrize("a, b, hidden", [(2, 2, {"a", "b", "c"}), (2, 3, {"a", "b"}), (1, 3, {"a", "b", "c"})])
def test_no_more_is_hidden_than_two_cells_need(a: int, b: int, hidden: set[str]) -> None:
    cells = {"all": a + b + 9 + 20, "a": a, "b": b, "c": 9, "d": 20}
    assert complementary(cells, [Equation("all", ("a", "b", "c", "d"))], ["a", "b"], ["all"]).cells == hidden


def test_a_refusal_names_cells_and_no_numbers() -> None:
    table = breakdown({("work",): 3, ("school",): 71})
    with pytest.raises(CellsCanBeWorkedOut) as refused:
        audit(without(table, [("work",)]), table.equations)
    assert str(refused.value) == ("1 hidden cells can be worked out from what is shown: ('work',); hide further cells")


@pytest.mark.parametrize("keep_margins", [False, True])
def test_the_municipality_table_is_protected_by_three_cells_more(municipality: Table, keep_margins: bool) -> None:
    primary = few_people(municipality, 4)
    hidden = complementary(
        municipality.cells, municipality.equations, primary, margins(municipality) * keep_margins
    ).cells
    assert len(primary) == 4
    assert len(hidden - set(primary)) == 3
    assert hidden.isdisjoint(margins(municipality))
    audit(without(municipality, hidden), municipality.equations)


def test_nothing_is_hidden_where_nothing_must_be() -> None:
    table = breakdown(MUNICIPALITY)
    assert complementary(table.cells, table.equations, []).cells == frozenset()
    audit(table.cells, table.equations)
    assert hidden_ranges(table.cells, table.equations) == {}


def test_a_table_whose_hiding_is_enough_stays_as_it_is() -> None:
    table = breakdown(MUNICIPALITY)
    hidden = complementary(table.cells, table.equations, few_people(table)).cells
    assert complementary(table.cells, table.equations, hidden).cells == hidden


def test_a_zero_is_hidden_only_where_that_is_cheaper() -> None:
    few = breakdown({("a",): 4, ("b",): 0, ("c",): 9})
    many = breakdown({("a",): 4, ("b",): 0, ("c",): 90})
    assert complementary(few.cells, few.equations, [("a",)], [("Total",)]).cells == {("a",), ("c",)}
    with pytest.raises(TooThinToPublish):
        complementary(many.cells, many.equations, [("a",)], [("Total",), ("c",)])


def test_a_sum_of_too_few_people_that_stays_shown_is_too_thin_and_says_what_to_merge() -> None:
    table = breakdown({("1", "work"): 2, ("1", "school"): 1, ("2", "work"): 8, ("2", "school"): 12})
    with pytest.raises(TooThinToPublish, match=r"hiding cannot protect .*; merge ") as refused:
        complementary(table.cells, table.equations, [("1", "work"), ("1", "school")], [("1", TOTAL)])
    assert (("1", "work"), ("2", "work")) in refused.value.merge
    assert set(refused.value.cells) <= {("1", "work"), ("1", "school")}


def test_a_hidden_cell_that_is_a_whole_sum_by_itself_has_nothing_to_be_merged_with() -> None:
    with pytest.raises(TooThinToPublish, match="leave it out") as refused:
        complementary({"all": 3, "work": 3}, [Equation("all", ("work",))], ["work"], ["all"])
    assert (refused.value.cells, refused.value.merge) == (("work",), ())


def test_two_tables_that_share_a_margin_are_audited_as_one() -> None:
    by_track = breakdown({("1", "work"): 3, ("1", "school"): 30, ("2", "work"): 6, ("2", "school"): 40})
    hidden = complementary(by_track.cells, by_track.equations, [("1", "work")]).cells
    audit(without(by_track, hidden), by_track.equations)
    shown_elsewhere = Equation(("1", TOTAL), (("1", "work", "full time"), ("1", "work", "part time"), ("1", "school")))
    linked = {**without(by_track, hidden), ("1", "work", "full time"): 2, ("1", "work", "part time"): 1}
    with pytest.raises(CellsCanBeWorkedOut) as refused:
        audit(linked, [*by_track.equations, shown_elsewhere])
    assert refused.value.cells[("1", "work")] == Range(3, 3)


def test_the_same_sum_twice_tells_no_more() -> None:
    table = breakdown(MUNICIPALITY)
    cells = without(table, [("1", "work"), ("2", "work"), ("1", "school"), ("2", "school")])
    assert hidden_ranges(cells, table.equations * 2) == hidden_ranges(cells, table.equations)


def test_a_hidden_cell_that_no_shown_sum_limits_has_no_highest_value() -> None:
    sums = [Equation("all", ("work", "school"))]
    assert hidden_ranges({"all": None, "work": None, "school": 3}, sums) == {
        "all": Range(3, None),
        "work": Range(0, None),
    }
    assert hidden_ranges({"all": None, "work": None, "school": 3}, sums, of=["work"]) == {"work": Range(0, None)}
    assert hidden_ranges({"alone": None}, []) == {"alone": Range(0, None)}
    audit({"all": None, "work": None, "school": 3}, sums)


def test_cells_that_fit_only_in_halves_are_worked_out_among_whole_people() -> None:
    # Three cells of which each two hold the same odd number fit no whole people unless the last sum is hidden too.
    sums = [Equation("ab", ("a", "b")), Equation("bc", ("b", "c")), Equation("ca", ("c", "a"))]
    with pytest.raises(ValueError, match="contradict each other"):
        hidden_ranges({"ab": 5, "bc": 5, "ca": 5, "a": None, "b": None, "c": None}, sums)
    ranges = hidden_ranges({"ab": 5, "bc": 5, "ca": None, "a": None, "b": None, "c": None}, sums)
    assert ranges == {"ca": Range(0, 10), "a": Range(0, 5), "b": Range(0, 5), "c": Range(0, 5)}


@pytest.mark.parametrize(
    "cells, equation, message",
    [
        ({"all": 3, "a": -1, "b": 4}, Equation("all", ("a", "b")), "0 people or more, got -1 in 'a'"),
        ({"all": 3, "a": 3}, Equation("all", ("a", "b")), "'b' stands in the sum of 'all', but is no cell"),
        ({"all": 3, "a": 1, "b": 1}, Equation("all", ("a", "b")), "shown parts of 'all' do not sum to it"),
        ({"all": 3, "a": 1}, Equation("all", ("a", "a")), "a cell stands twice in the sum of 'all'"),
        ({"all": 3, "a": 4, "b": None}, Equation("all", ("a", "b")), "contradict each other"),
    ],
)
def test_what_is_no_release_is_refused(cells: Cells, equation: Equation, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        hidden_ranges(cells, [equation])


def test_a_cell_cannot_be_hidden_and_always_shown_nor_come_from_elsewhere() -> None:
    table = breakdown(MUNICIPALITY)
    with pytest.raises(ValueError, match=r"must be hidden and is always shown: \('1', 'work'\)"):
        complementary(table.cells, table.equations, [("1", "work")], [("1", "work")])
    with pytest.raises(ValueError, match="'nowhere' is to be hidden or shown, but is no cell"):
        complementary(table.cells, table.equations, ["nowhere"])


def test_a_breakdown_has_every_margin_and_every_sum() -> None:
    table = breakdown({("1", "work"): 2, ("2", "school"): 3})
    assert table.cells == {
        ("1", "work"): 2, ("1", "school"): 0, ("1", TOTAL): 2,
        ("2", "work"): 0, ("2", "school"): 3, ("2", TOTAL): 3,
        (TOTAL, "work"): 2, (TOTAL, "school"): 3, (TOTAL, TOTAL): 5,
    }  # fmt: skip
    assert set(table.equations) == {
        Equation(("1", TOTAL), (("1", "work"), ("1", "school"))),
        Equation(("2", TOTAL), (("2", "work"), ("2", "school"))),
        Equation((TOTAL, "work"), (("1", "work"), ("2", "work"))),
        Equation((TOTAL, "school"), (("1", "school"), ("2", "school"))),
        Equation((TOTAL, TOTAL), (("1", TOTAL), ("2", TOTAL))),
        Equation((TOTAL, TOTAL), ((TOTAL, "work"), (TOTAL, "school"))),
    }
    assert breakdown({}) == Table({}, ())


@pytest.mark.parametrize("counts", [{("1", TOTAL): 2}, {("1",): 2, ("1", "work"): 3}])
def test_a_breakdown_without_clear_dimensions_is_refused(counts: dict[tuple[str, ...], int]) -> None:
    with pytest.raises(ValueError, match="keys of one length without 'Total'"):
        breakdown(counts)


@st.composite
def tables(draw: st.DrawFn, sizes: Sequence[tuple[int, ...]], most: int) -> Table:
    size = draw(st.sampled_from(sizes))
    keys = product(*("abc"[:values] for values in size))
    return breakdown({key: draw(st.integers(0, most)) for key in keys})


@given(tables([(2,), (3,), (2, 2), (2, 3), (2, 2, 2)], most=3), st.data())
def test_ranges_are_those_of_all_tables_that_fit(table: Table, data: st.DataObject) -> None:
    inner = [cell for cell in table.cells if cell not in margins(table)]
    hidden = data.draw(st.sets(st.sampled_from(inner), min_size=1, max_size=6))
    cells = without(table, hidden)
    # With all margins shown no cell holds more than the largest number in its sums.
    most = max(min(table.cells[e.total] for e in table.equations if cell in e.parts) for cell in hidden)
    fits = list(fitting(cells, table.equations, min(most, 6)))
    ranges = hidden_ranges(cells, table.equations)
    for cell in hidden:
        met = [fit[cell] for fit in fits]
        high = ranges[cell].high
        assert high is not None
        if most <= 6:
            assert (min(met), max(met)) == (ranges[cell].low, high)
        else:
            assert ranges[cell].low <= min(met) and max(met) <= high


@settings(max_examples=60)
@given(tables([(3,), (2, 2), (2, 3), (2, 2, 2)], most=9), st.booleans())
def test_no_reader_can_work_a_hidden_cell_out(table: Table, keep_margins: bool) -> None:
    primary = [cell for cell in few_people(table) if cell not in margins(table) or not keep_margins]
    try:
        hidden = complementary(table.cells, table.equations, primary, margins(table) * keep_margins).cells
    except TooThinToPublish:
        event("too thin")
        assert keep_margins, "with all margins free to be hidden there is always a way"
        return
    cells = without(table, hidden)
    assert set(primary) <= hidden
    audit(cells, table.equations)
    free = [cell for cell in hidden if cell not in margins(table)]
    if len(free) > 5:
        return
    fits = list(fitting(cells, table.equations, 9 + 3))
    for cell in hidden:
        assert max(fit[cell] for fit in fits) - min(fit[cell] for fit in fits) >= 3
    for equation in table.equations:
        parts = [part for part in equation.parts if part in hidden]
        for one, other in product(parts, parts):
            assert one == other or max(fit[one] + fit[other] for fit in fits) >= 5


@settings(max_examples=30)
@given(tables([(3, 3), (2, 3), (3, 3, 2)], most=12), st.data())
def test_the_audit_refuses_exactly_the_cells_with_a_narrow_range(table: Table, data: st.DataObject) -> None:
    hidden = data.draw(st.sets(st.sampled_from(sorted(table.cells, key=str)), min_size=1, max_size=8))
    cells = without(table, hidden)
    narrow = {cell: found for cell, found in hidden_ranges(cells, table.equations).items() if found.width < 3}
    if not narrow:
        audit(cells, table.equations, smallest_pair=0)
        return
    with pytest.raises(CellsCanBeWorkedOut) as refused:
        audit(cells, table.equations, smallest_pair=0)
    assert refused.value.cells == narrow


def test_a_table_of_hundreds_of_cells_in_three_dimensions_is_protected() -> None:
    counts = {
        (f"m{m}", f"t{t}", f"a{a}"): (7 * m + 5 * t + 3 * a + m * t * a) % 23
        for m, t, a in product(range(6), range(5), range(5))
    }
    table = breakdown(counts)
    primary = few_people(table)
    hidden = complementary(table.cells, table.equations, primary).cells
    audit(without(table, hidden), table.equations)
    assert len(primary) <= len(hidden) < 2 * len(primary) + 10
    with pytest.raises(CellsCanBeWorkedOut):
        audit(without(table, primary), table.equations, minimum_width=30)
