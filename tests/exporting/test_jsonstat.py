"""Figures as a JSON-stat cube, read back by pyjstat; no cell without a value keeps silent about why."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyjstat import pyjstat  # type: ignore[import-untyped]

from tests import tables
from tests.exporting.sample import written
from tracker.exporting import jsonstat
from tracker.exporting.figures import FigureTable, write_figures

# pyjstat warns of its own old function when its new one is called.
pytestmark = pytest.mark.filterwarnings("ignore:Shouldn't use this function anymore:DeprecationWarning:pyjstat")


def cell_of(cube: dict[str, Any], **categories: str) -> tuple[float | None, str | None]:
    """The value and the status of one cell, found as the standard says: the last dimension runs fastest."""
    number = 0
    for name, size in zip(cube["id"], cube["size"], strict=True):
        number = number * size + cube["dimension"][name]["category"]["index"].index(categories[name])
    found = cube["value"].get(str(number)) if isinstance(cube["value"], dict) else cube["value"][number]
    return found, cube["status"].get(str(number))


def test_pyjstat_reads_the_cube_back(table: FigureTable, tmp_path: Path) -> None:
    text = written(table, tmp_path / "figures.json", "jsonstat").read_text(encoding="utf-8")
    frame = pyjstat.Dataset.read(text).write("dataframe", naming="id")
    assert len(frame) == 2 * 2 * 3 * 4
    share = frame[(frame["metric"] == "share") & (frame["municipality"] == "0301") & (frame["line"] == "in work")]
    found = dict(zip(share["months"], share["value"], strict=True))
    assert (found["12"], found["24"]) == (0.0, 0.3333)
    assert found["none"] != found["none"], "a combination without a row has no value"


CELLS = """
    municipality | line     | months | metric  | value  | status
    0301         | in work  | 12     | share   | 0.0    | -
    0301         | in work  | 24     | share   | 0.3333 | -
    0301         | in work  | 24     | at_most | -      | missing
    0301         | in work  | none   | share   | -      | absent
    0301         | any goal | none   | counted | 7.0    | -
    0301         | any goal | none   | share   | -      | counts
    5001         | in work  | 12     | share   | -      | hidden
    5001         | in work  | 12     | counted | -      | hidden
    5001         | in work  | 12     | n       | 9.0    | -
    5001         | in work  | 24     | share   | -      | nobody
    5001         | any goal | none   | share   | -      | not-available
    """


@pytest.mark.parametrize("full_cells", [200_000, 10])
def test_every_cell_of_the_cube_without_a_value_says_why(
    table: FigureTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full_cells: int
) -> None:
    monkeypatch.setattr(jsonstat, "FULL_CELLS", full_cells)
    cube = json.loads(written(table, tmp_path / "cube.json", "jsonstat").read_text(encoding="utf-8"))
    assert isinstance(cube["value"], list if full_cells > 48 else dict)
    for row in tables.table(CELLS):
        expected = None if row["value"] == "-" else float(row["value"]), None if row["status"] == "-" else row["status"]
        if full_cells == 10 and row["status"] == "absent":
            expected = None, None
        where = {name: row[name] for name in ("municipality", "line", "months", "metric")}
        assert cell_of(cube, indicator="E2@1", cohort="left:2021", **where) == expected
    assert set(cube["status"].values()) <= set(cube["extension"]["status"])


def test_the_cube_says_what_it_rests_on(table: FigureTable, tmp_path: Path) -> None:
    cube = json.loads(written(table, tmp_path / "cube.json", "jsonstat").read_text(encoding="utf-8"))
    assert (cube["version"], cube["class"], cube["label"]) == ("2.0", "dataset", table.title)
    assert (cube["updated"], cube["source"], cube["note"]) == ("2026-11-20", table.source, list(table.notes))
    assert {name: cube["extension"][name] for name in ("position", "known_on", "versions")} == {
        "position": 1200,
        "known_on": "2026-11-20",
        "versions": "fold 1",
    }
    assert cube["role"] == {"metric": ["metric"], "geo": ["municipality"]}
    assert cube["dimension"]["metric"]["category"]["unit"] == {
        "counted": {"label": "number", "decimals": 0},
        "n": {"label": "number", "decimals": 0},
        "share": {"label": "share, 0 to 1", "decimals": 4},
        "at_most": {"label": "share, 0 to 1", "decimals": 4},
    }


def test_a_cube_that_lists_its_cells_is_read_by_pyjstat(
    table: FigureTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = pyjstat.Dataset.read(written(table, tmp_path / "1.json", "jsonstat").read_text(encoding="utf-8"))
    monkeypatch.setattr(jsonstat, "FULL_CELLS", 10)
    sparse = pyjstat.Dataset.read(written(table, tmp_path / "2.json", "jsonstat").read_text(encoding="utf-8"))
    assert full.write("dataframe").equals(sparse.write("dataframe"))


def test_two_rows_about_the_same_have_no_cell_of_their_own(table: FigureTable, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"about the same: \('E2@1', 'left:2021', '0301', 'in work', 12\)"):
        write_figures(replace(table, rows=[*table.rows, table.rows[0]]), "jsonstat", tmp_path / "cube.json")
    assert list(tmp_path.iterdir()) == []
