"""From own figures to a reference and back: export, pool, import, and municipalities beside each other."""

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.terminal import Terminal
from tests.indicators.cohorts import people
from tests.reference_tables.files import sheet
from tests.reference_tables.leavers import leavers
from tracker.exporting.figures import OutputFileExists
from tracker.indicators.lines import LineNotFound
from tracker.indicators.municipalities import NotForComparison
from tracker.indicators.pipeline import WrongMonths
from tracker.reference_tables.pooling import CannotBePooled
from tracker.reference_tables.refusals import ReferenceForAnother
from tracker.reference_tables.sharing import NothingToShare

LEAVERS = """
    municipality | born | gender | schooling | rules                | people | working
    5001         | 1990 | female | basic     | integration-act-2021 | 20     | 12
    5001         | 1990 | male   | basic     | integration-act-2021 | 20     | 14
    5014         | 1990 | female | basic     | integration-act-2021 | 18     | 6
    5014         | 1990 | male   | basic     | integration-act-2021 | 12     | 6
    1103         | 1990 | male   | basic     | integration-act-2021 | 3      | 1
    1106         | 1990 | male   | basic     | integration-act-2021 | 12     | 6
"""
FIGURE = ("E2", "--line", "work-20-hours", "--at", "12", "--cohort", "left:2022")
SOURCE = ("--version", "1", "--source", "Made up", "--municipality", "5001")


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of two municipalities, and of one with few leavers."""
    folder = tmp_path_factory.mktemp("recorded")
    people(folder, leavers(LEAVERS)).close()
    terminal = Terminal(folder / "home")
    for code, name in (("5001", "Trondheim"), ("5014", "Frøya")):
        terminal.done("municipality", "register", "--municipality", code, "--name", name, "--on", "2021-01-01")
    return folder / "home"


@pytest.fixture
def home(recorded: Path, tmp_path: Path) -> Terminal:
    """A copy of it for one test."""
    shutil.copytree(recorded, tmp_path / "home", symlinks=True)
    return Terminal(tmp_path / "home")


def exported(home: Terminal, folder: Path, code: str, *words: object) -> Path:
    file = folder / f"{code}.csv"
    home.done("reference", "export", *FIGURE, "--municipality", code, "--out", file, *words)
    return file


def imported(home: Terminal, kind: str, path: Path, *words: str, table: str = "") -> str:
    return home.done("reference", "import", kind, path, "--table", table or kind, *SOURCE, *words)


def units(home: Terminal, *words: object) -> dict[str, dict[str, Any]]:
    told = json.loads(home.done("compare", *FIGURE, "--format", "json", *words))
    assert [unit["unit"] for unit in told["units"]] == sorted(unit["unit"] for unit in told["units"])
    return {unit["unit"]: unit for unit in told["units"]}


def test_counts_go_out_are_pooled_come_back_and_give_observed_over_expected(home: Terminal, tmp_path: Path) -> None:
    files = [exported(home, tmp_path, code) for code in ("5001", "5014")]
    pool = tmp_path / "pool.csv"
    ran = home.run("reference", "pool", *files, "--out", pool)
    assert ran.exit_code == 0, ran.stderr
    assert "2 municipalities: 5001, 5014; 70 people" in ran.stderr
    assert "is in use" in imported(home, "strata", pool)
    # Women 18 of 38 and men 20 of 32 in the pool: with 30 people or more in each, they stay apart.
    found = units(home)
    assert found["5001"]["ratio_other"] == pytest.approx(26 / (20 * 18 / 38 + 20 * 20 / 32))
    assert found["5001"]["ratio_low_other"] < found["5001"]["ratio_other"] < found["5001"]["ratio_high_other"]
    assert found["5001"]["ratio_shown_collective"] == "nobody"
    words = " ".join(home.done("compare", *FIGURE).split())
    assert "Not fit for decisions on settlement." in words
    assert "1.18 (" in words


def test_an_export_says_what_it_is_of_and_how_many_people_are_hidden(home: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    ran = home.run("reference", "export", *FIGURE, "--municipality", "5001", "--out", file)
    assert "2 strata, 0 of them hidden with 0 of 40 people" in ran.stderr
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig")), delimiter=";"))
    assert [(row["gender"], row["counted"], row["out_of"]) for row in rows] == [
        ("female", "12", "20"),
        ("male", "14", "20"),
    ]
    assert {(row["indicator"], row["line"], row["cohort"], row["municipality"]) for row in rows} == {
        ("E2@1", "work-20-hours/12-months", "left:2022", "5001")
    }
    assert OutputFileExists.code == "output-file-exists"
    again = home.refused("reference", "export", *FIGURE, "--municipality", "5001", "--out", file)
    assert "say --overwrite" in again
    assert NothingToShare.code == "nothing-to-share"
    few = home.refused("reference", "export", *FIGURE, "--municipality", "1103", "--out", tmp_path / "b.csv")
    assert "every stratum is of too few people" in few
    assert not (tmp_path / "b.csv").exists()


def test_an_export_is_a_release_like_any_other(home: Terminal, tmp_path: Path) -> None:
    exported(home, tmp_path, "5001")
    released = json.loads(home.done("releases", "--format", "json"))
    assert [(row["indicator"], row["municipality"]) for row in released] == [("E2@1", "5001")]


def test_the_same_municipality_twice_is_not_pooled(home: Terminal, tmp_path: Path) -> None:
    file = exported(home, tmp_path, "5001")
    assert CannotBePooled.code == "cannot-be-pooled"
    told = home.refused("reference", "pool", file, file, "--out", tmp_path / "pool.csv")
    assert "municipality 5001 is in" in told


def test_a_file_is_imported_for_the_figure_that_it_says_and_no_other(home: Terminal, tmp_path: Path) -> None:
    file = exported(home, tmp_path, "5001")
    assert ReferenceForAnother.code == "reference-for-another"
    told = home.refused("reference", "import", "strata", file, "--table", "x", *SOURCE, "--indicator", "E3@1")
    assert "holds counts of indicator E2@1, got indicator E3@1; name what the file holds" in told


def test_own_municipalities_stand_in_the_order_of_codes_with_small_ones_hidden(home: Terminal) -> None:
    found = units(home)
    assert list(found) == ["1103", "1106", "5001", "5014"]
    assert (found["5001"]["counted"], found["5001"]["n"], found["5001"]["unknown"]) == (26, 40, 0)
    assert (found["1103"]["counted"], found["1103"]["n"], found["1103"]["shown"]) == (None, None, "hidden")
    # Of three hidden alone the total would tell.
    assert (found["1106"]["counted"], found["1106"]["shown"]) == (None, "hidden")
    assert found["5001"]["ratio_shown_other"] == "no-reference"
    assert found["5001"]["low_95"] < 38 / 70 < found["5001"]["high_95"]
    words = home.done("compare", *FIGURE)
    assert "no reference table with strata of E2@1, line work-20-hours/12-months" in words
    assert "5014 Frøya" in words


def test_an_imported_table_of_counts_stands_beside(home: Terminal, tmp_path: Path) -> None:
    table = "unit | year | counted | out_of\n 4601 | 2022 | 50 | 100\n 4601 | 2023 | 1 | 9\n 5014 | 2022 | 1 | 99\n"
    imported(home, "counts", sheet(tmp_path, table))
    svg = tmp_path / "funnel.svg"
    found = units(home, "--table", "counts", "--svg", svg)
    assert (found["4601"]["counted"], found["4601"]["n"], found["4601"]["shown"]) == (50, 100, "table")
    # Frøya's own figure stands in the place of its row in the table.
    assert (found["5014"]["counted"], found["5014"]["n"]) == (12, 30)
    assert found["4601"]["ratio_other"] is None
    assert svg.read_text(encoding="utf-8").startswith("<svg ")
    other = ("--indicator", "E2@1", "--line", "work-30-hours/12-months")
    imported(home, "counts", sheet(tmp_path, table), *other, table="other")
    assert "belongs to E2@1, line work-30-hours" in home.refused("compare", *FIGURE, "--table", "other")
    assert "has no year 2019" in home.refused("compare", *FIGURE, "--table", "counts", "--year", "2019")


def test_the_gap_is_to_residents_with_the_ages_and_genders_of_the_cohort(home: Terminal, tmp_path: Path) -> None:
    table = "age | gender | percent\n 26-35 | female | 60\n 26-35 | male | 80\n"
    imported(home, "residents", sheet(tmp_path, table))
    found = units(home)
    assert found["5001"]["residents_expected"] == pytest.approx(0.7)
    assert found["5001"]["residents_gap"] == pytest.approx(26 / 40 - 0.7)
    assert found["5014"]["residents_expected"] == pytest.approx((18 * 0.6 + 12 * 0.8) / 30)
    # Wilson's interval of 26 of 40 is 0.4951 to 0.7787.
    assert found["5001"]["residents_gap_low"] == pytest.approx(0.4951 - 0.7, abs=1e-4)
    assert found["5001"]["residents_gap_high"] == pytest.approx(0.7787 - 0.7, abs=1e-4)
    assert found["1103"]["residents_gap"] is None


def test_residents_of_other_ages_are_no_reference(home: Terminal, tmp_path: Path) -> None:
    imported(home, "residents", sheet(tmp_path, "age | gender | percent\n 26-35 | female | 60\n"))
    assert units(home)["5001"]["residents_gap"] is None


def test_local_unemployment_is_that_of_the_year_looked_at(home: Terminal, tmp_path: Path) -> None:
    table = "month | municipality | percent\n 2022-12 | 5001 | 9\n 2023-01 | 5001 | 2\n 2023-12 | 5001 | 3\n 2024-01 | 5001 | 9\n"
    imported(home, "series", sheet(tmp_path, table))
    found = units(home)
    assert (found["5001"]["unemployment"], found["5001"]["unemployment_months"]) == (2.5, 2)
    assert found["5014"]["unemployment"] is None
    assert "2.5 % (2 of 12 months)" in home.done("compare", *FIGURE)


def test_long_tables_have_local_unemployment_beside_each_cohort_and_month(home: Terminal, tmp_path: Path) -> None:
    words = ("indicators", "E1", "--by", "cohort", "--cohort", "left:2022", "--municipality", "5001", "--at", "0,12")
    assert "unemployment" not in home.done(*words, "--format", "csv").splitlines()[0]
    imported(home, "series", sheet(tmp_path, "month | percent\n 2022-06 | 4\n 2023-06 | 2\n 2023-07 | 3\n"))
    rows = json.loads(home.done(*words, "--format", "json"))
    told = {(row["cohort_year"], row["months"]): (row["unemployment"], row["unemployment_months"]) for row in rows}
    assert told == {("all", 0): (None, None), ("all", 12): (None, None), ("2022", 0): (4, 1), ("2022", 12): (2.5, 2)}
    lines = [line for line in home.done(*words).splitlines() if "local unemployment" in line]
    assert [line.split("  ")[0] for line in lines] == ["2022"]
    assert "4.0 % (1 of 12 months)" in lines[0] and "2.5 % (2 of 12 months)" in lines[0]


def test_what_is_not_for_comparison_is_refused_and_r4_is_what_it_observes(home: Terminal) -> None:
    assert NotForComparison.code == "not-for-comparison"
    for name in ("R2", "R3"):
        assert f"{name} shows how far" in home.refused("compare", name, "--line", "official")
    assert "Not fit for decisions on settlement." in home.done("compare", "R1", "--line", "official")
    observed = ("compare", "R4", "--line", "E2 work-20-hours", "--cohort", "left:2022", "--format", "json")
    assert json.loads(home.done(*observed))["line"] == "work-20-hours/12-months"


def test_a_line_that_is_not_there_or_not_clear_is_refused_with_those_there_are(home: Terminal) -> None:
    assert LineNotFound.code == "line-not-found"
    assert "name one with --line: work-1-hours, " in home.refused("compare", "E2")
    assert "name one with --choice: gap-1" in home.refused("compare", "E3", "--line", "work-20-hours")
    assert WrongMonths.code == "wrong-months"
    assert "months; name one of them with --at" in home.refused("compare", "E1", "--line", "no-work")
    assert "leave --at out" in home.refused("compare", "K5", "--line", "course", "--at", "12")
    assert "is for an indicator" in home.misused("compare", "--line", "course")
    assert "name an indicator, a table" in home.misused("compare")
