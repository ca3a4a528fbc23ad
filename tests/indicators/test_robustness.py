"""The official snapshot, and how far it could have moved."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.indicators.cohorts import counted, people
from tracker.indicators.robustness.snapshot import R1, R2, R3

LEFT = "2024-01-31"
COLUMN = {
    "grunnskole": "school",
    "vgs": "vgs",
    "hoyere_utdanning": "higher",
    "sosialhjelp": "assistance",
    "helse": "sick",
    "kvalifiseringstiltak": "measure",
}
SCENARIO = {
    "official_1h": "official",
    "official_excl_moved_health": "official-without-moved-or-health",
    "work_min10h": "work-10-hours",
    "work_min20h": "work-20-hours",
    "work_min30h": "work-30-hours",
    "plus_lonnstilskudd": "wage-subsidy-too",
    "plus_grunnskole": "primary-school-too",
    "plus_both": "wage-subsidy-and-primary-school-too",
}


@pytest.fixture(scope="session")
def worked_example(reference_data: Path) -> Any:
    return json.loads((reference_data / "fixtures" / "snapshot_range.json").read_text(encoding="utf-8"))


def test_the_twelve_leavers_of_the_worked_example_have_its_ranges(tmp_path: Path, worked_example: Any) -> None:
    columns = ["who", "left", "work", "hours", "subsidy", "moved", *COLUMN.values()]
    rows = [" | ".join(columns)]
    for leaver in worked_example["leavers"]:
        cells = dict.fromkeys(columns, "") | {"who": str(leaver["id"]), "left": LEFT}
        for activity, hours in leaver["acts"]:
            if activity in ("arbeid", "lonnstilskudd"):
                cells |= {"work": "2024-01-01", "hours": str(hours)}
                cells["subsidy"] = "2024-01-01" if activity == "lonnstilskudd" else ""
            elif activity == "flyttet":
                cells["moved"] = f"{LEFT} 0301"
            else:
                cells[COLUMN[activity]] = "2024-01-15"
        rows.append(" | ".join(cells[column] for column in columns))
    app = people(tmp_path, "\n".join(rows))
    panel, snapshot = counted(app, R3), counted(app, R2)
    for name, expected in worked_example["scenarios"].items():
        for line, key in (("low", "min"), ("high", "max")):
            found = panel[SCENARIO[name], line]
            assert (found.counted, found.n) == (expected[key], expected["n"]), (name, line)
    official = worked_example["scenarios"]["official_1h"]
    assert (snapshot["official", "low"].counted, snapshot["official", "high"].counted) == (
        official["min"],
        official["max"],
    )


def test_an_hour_of_work_a_week_is_officially_a_success_and_primary_school_is_nothing(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | left       | main           | work       | hours | school
        Ana | 2024-01-31 | work           | 2024-01-01 | 1     |
        Bo  | 2024-01-31 | primary-school |            |       | 2024-01-01
        Che | 2024-01-31 | not-registered | 2024-01-01 | 37.5  |
        """,
    )
    found = counted(app, R1)
    assert (found["official", None].counted, found["official", None].n) == (1, 3)
    assert found["primary-school", None].counted == 1
    assert found["not-registered", None].counted == 1


def test_a_transfer_is_no_exit_and_a_reopened_end_neither(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | left       | main | manner      | reopened
        Ana | 2024-01-31 | work | transferred |
        Bo  | 2024-01-31 | work | completed   | 2024-02-10
        Che | 2024-01-31 | work | completed   |
        """,
    )
    assert counted(app, R1)["official", None].n == 1


def test_what_was_registered_lies_in_the_range_even_where_no_record_supports_it(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | left       | main                      | assistance
        Ana | 2024-01-31 | work                      | 2024-01-01
        Bo  | 2024-01-31 | upper-secondary-or-higher |
        """,
    )
    found = counted(app, R2)
    assert [found["official", choice].counted for choice in ("low", "registered", "high")] == [1, 2, 2]


def test_the_classes_sum_to_everybody_who_left(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | left       | main
        Ana | 2024-01-31 | work
        Bo  | 2023-01-31 | moved
        Che | 2022-01-31 |
        """,
    )
    found = counted(app, R1)
    assert sum(line.counted for line in found.values() if line.line != "official") == 3


@pytest.mark.parametrize("day, counts", [("2023-12-31", 0), ("2024-01-01", 1), ("2024-12-31", 1), ("2025-01-01", 0)])
def test_a_cohort_is_the_calendar_year_of_leaving(tmp_path: Path, day: str, counts: int) -> None:
    app = people(
        tmp_path,
        f"""
        who | left  | main
        Ana | {day} | work
        """,
    )
    assert counted(app, R1, "left:2024")["official", None].n == counts
