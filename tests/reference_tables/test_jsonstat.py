"""JSON-stat 2.0 is read whole or refused with the place of its fault; what was hidden is never a number."""

import json
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference_tables.files import cube
from tracker.reference_tables.jsonstat import Dataset, read_jsonstat
from tracker.reference_tables.refusals import NotAReferenceTable, ReferenceCellWrong
from tracker.reference_tables.table import Cell

TWO = {"Sex": {"1": "Men", "2": "Women"}, "Year": {"2022": "2022", "2023": "2023"}}


def read(told: Any) -> Dataset:
    return read_jsonstat(json.dumps(told), "answer.json")


def written(told: Any) -> list[str]:
    return [cell.written for cell in read(told).cells]


def refusal(told: Any, kind: type[Exception] = NotAReferenceTable) -> str:
    with pytest.raises(kind) as caught:
        read_jsonstat(told if isinstance(told, str) else json.dumps(told), "answer.json")
    return str(caught.value)


def test_each_cell_stands_in_its_place_the_last_dimension_first_to_change() -> None:
    cells = [(codes["Sex"], codes["Year"], cell.written) for codes, cell in read(cube(TWO, [1, 2, 3, 4]))]
    assert cells == [("1", "2022", "1"), ("1", "2023", "2"), ("2", "2022", "3"), ("2", "2023", "4")]


def test_hidden_missing_impossible_and_zero_are_four_things() -> None:
    assert written(cube(TWO, [None, None, None, 0], [":", "..", ".", None])) == [":", "..", ".", "0"]


def test_a_number_in_a_hidden_cell_is_not_the_figure() -> None:
    assert written(cube(TWO, [0, 2, 3, 4], {"0": ":"})) == [":", "2", "3", "4"]


def test_nothing_without_a_sign_is_missing_and_a_dash_is_a_true_zero() -> None:
    assert written(cube(TWO, [None, None, 3, 4], {"1": "-"})) == ["..", "0", "3", "4"]


def test_a_figure_that_may_change_is_marked() -> None:
    assert written(cube(TWO, [1, 2, 3, 4.5], {"3": "*"})) == ["1", "2", "3", "4.5*"]


def test_values_may_be_told_by_their_places_and_one_sign_may_hold_for_all() -> None:
    assert written(cube(TWO, {"0": 1, "3": 4})) == ["1", "..", "..", "4"]
    assert written(cube(TWO, {"0": 1}, "*")) == ["1*", "..", "..", ".."]
    assert written(cube(TWO, [None] * 4, [":"])) == [":"] * 4


def test_an_index_may_be_a_list_and_one_category_needs_none() -> None:
    told = cube(TWO, [1, 2, 3, 4])
    told["dimension"]["Sex"]["category"]["index"] = ["2", "1"]
    assert next(iter(read(told)))[0] == {"Sex": "2", "Year": "2022"}
    alone = cube({"Sex": {"0": "Both"}}, [7])
    del alone["dimension"]["Sex"]["category"]["index"]
    assert [codes for codes, _ in read(alone)] == [{"Sex": "0"}]


def test_decimals_are_kept_as_they_are_written() -> None:
    text = json.dumps(cube(TWO, [1, 2, 3, 4])).replace("[1, 2, 3, 4]", "[0.1, 2.20, 3, 1e2]")
    assert [cell.value for cell in read_jsonstat(text, "answer.json").cells] == [
        Decimal("0.1"),
        Decimal("2.20"),
        Decimal(3),
        Decimal(100),
    ]


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"class": "collection"}, "class: expected 'dataset'"),
    ({"id": []}, "id: expected a list of the names of the dimensions"),
    ({"id": ["Sex", "Sex"]}, "id: expected"),
    ({"id": "Sex"}, "id: expected"),
    ({"size": [2]}, "size: expected a list of 2 whole numbers"),
    ({"size": [2, 0]}, "size: expected"),
    ({"size": [2, True]}, "size: expected"),
    ({"size": [2, 3]}, "dimension.Year.category.index: expected each place from 0 to 2 once"),
    ({"size": [2000, 2000]}, "size: expected at most 300,000 cells"),
    ({"dimension": []}, "dimension: expected an object"),
    ({"dimension": {"Sex": {}}}, "dimension.Sex.category: expected an object"),
    ({"value": [1, 2, 3]}, "value: expected 4 values, the product of size, got 3"),
    ({"value": None}, "value: expected a list"),
    ({"value": {"4": 1}}, "value.4: expected a place from 0 to 3"),
    ({"value": {"one": 1}}, "value.one: expected a place"),
    ({"status": [":", ":"]}, "status: expected 4 signs"),
    ({"status": 5}, "status: expected a text, a list"),
    ({"status": {"-1": ":"}}, "status.-1: expected a place"),
]


@pytest.mark.parametrize("changed, message", FAULTS, ids=lambda part: str(part)[:40])
def test_a_fault_is_refused_with_its_place(changed: dict[str, Any], message: str) -> None:
    assert f"answer.json: {message}" in refusal(cube(TWO, [1, 2, 3, 4], **changed))


@pytest.mark.parametrize(
    "category, message",
    [
        ({"index": {"1": 0, "2": 2}}, "dimension.Sex.category.index: expected each place from 0 to 1 once"),
        ({"index": ["1"]}, "dimension.Sex.category.index: expected 2 codes"),
        ({"index": ["1", "1"]}, "dimension.Sex.category.index: expected each code once"),
        ({"index": ["1", 2]}, "dimension.Sex.category.index: expected 2 codes"),
        ({"label": {"1": "Men", "2": "Women"}}, "dimension.Sex.category.index: expected 2 codes"),
        ({"index": ["1", "2"], "label": ["Men"]}, "dimension.Sex.category.label: expected an object"),
    ],
    ids=str,
)
def test_categories_that_do_not_fit_are_refused_with_their_place(category: dict[str, Any], message: str) -> None:
    told = cube(TWO, [1, 2, 3, 4])
    told["dimension"]["Sex"]["category"] = category
    assert message in refusal(told)


@pytest.mark.parametrize(
    "values, status, message",
    [
        ([1, "2", 3, 4], None, "the value of Sex=1, Year=2023: expected a number, or null with a status, got '2'"),
        ([1, 2, True, 4], None, "the value of Sex=2, Year=2022: expected a number"),
        ([1, 2, 3, 4], {"3": "x"}, "the status of Sex=2, Year=2023: expected one of : .. ... . - *, got 'x'"),
        ([1, 2, 3, 4], {"3": 1}, "the status of Sex=2, Year=2023: expected one of"),
    ],
    ids=str,
)
def test_a_cell_that_is_no_figure_is_refused_with_its_categories(values: Any, status: Any, message: str) -> None:
    assert f"answer.json: {message}" in refusal(cube(TWO, values, status), ReferenceCellWrong)


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", "null", '"dataset"', '{"class": NaN}'], ids=repr)
def test_what_is_no_dataset_at_all_is_refused(text: str) -> None:
    assert "answer.json" in refusal(text)


cells = st.one_of(
    st.decimals(-1000, 1000, places=2).map(Cell),
    st.decimals(0, 1000, places=0).map(lambda value: Cell(value, "provisional")),
    st.sampled_from([Cell(None, "hidden"), Cell(None, "missing"), Cell(None, "impossible")]),
)


@given(st.lists(st.integers(1, 3), min_size=1, max_size=3), st.data())
def test_what_is_written_as_a_cube_reads_back_cell_by_cell(size: list[int], data: st.DataObject) -> None:
    sides = {f"d{at}": {f"c{code}": f"C{code}" for code in range(each)} for at, each in enumerate(size)}
    places = list(product(*sides.values()))
    given_cells = data.draw(st.lists(cells, min_size=len(places), max_size=len(places)))
    signs = {"hidden": ":", "missing": "..", "impossible": ".", "provisional": "*"}
    values = [None if cell.value is None else float(cell.value) for cell in given_cells]
    status = {str(at): signs[cell.status] for at, cell in enumerate(given_cells) if cell.status in signs}
    found = read(cube(sides, values, status))
    assert [tuple(codes.values()) for codes, _ in found] == places
    assert [(cell.status, cell.value) for cell in found.cells] == [(c.status, c.value) for c in given_cells]
