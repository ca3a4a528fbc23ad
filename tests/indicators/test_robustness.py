"""The official snapshot, and how far it could have moved."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.indicators.cohorts import counted, people
from tracker.indicators.catalogue import indicator
from tracker.indicators.robustness.snapshot import R1

R2, R3 = indicator("R2@2"), indicator("R3@2")

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
        by_hours = panel[SCENARIO[name], "main-by-hours"].counted
        assert panel[SCENARIO[name], "main-by-plan"].counted == by_hours, "nobody has a goal"
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


@pytest.mark.parametrize(
    "goal, counts",
    [
        pytest.param("", 1, id="no goal: most hours"),
        pytest.param("2023-01-01 primary-school", 0, id="the goal"),
        pytest.param("2023-01-01 primary-school, 2023-06-01 work", 1, id="changed on the way"),
        pytest.param("2023-01-01 work, 2024-01-31 primary-school", 0, id="changed on the day of leaving"),
        pytest.param("2023-01-01 work, 2024-02-01 primary-school", 1, id="changed the day after"),
        pytest.param("2023-01-01 higher-education", 1, id="a goal that nothing is about: most hours"),
    ],
)
def test_the_main_activity_by_plan_is_that_of_the_goal_on_the_day_of_leaving(
    tmp_path: Path, goal: str, counts: int
) -> None:
    app = people(
        tmp_path,
        f"""
        who | left       | main           | work       | hours | school     | goal
        Ana | 2024-01-31 | primary-school | 2024-01-01 | 20    | 2024-01-01 | {goal}
        """,
    )
    found = counted(app, R2)
    by_choice = [found["official", choice].counted for choice in ("low", "registered", "main-by-plan", "high")]
    assert by_choice == [0, 0, counts, 1]


def test_the_versions_without_the_plan_can_still_be_asked_for(tmp_path: Path) -> None:
    app = people(tmp_path, "who | left       | main | work | hours\nAna | 2024-01-31 | work | 2024-01-01 | 20")
    for name, lines in (("R2@1", 4), ("R2@2", 5), ("R3@1", 9 * 4), ("R3@2", 9 * 5 + 9 * 3)):
        found = counted(app, indicator(name))
        assert len(found) == lines
        assert found["official", "high"].counted == 1


IN_NOVEMBER = ("november-low", "november-main-by-hours", "november-high")


def test_the_panel_looks_at_november_of_the_year_after_too(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | left       | work                   | hours | subsidy    | school     | abroad     | confirmed  | sick
        Ana | 2023-03-31 | 2024-01-01             | 8     |            | 2024-01-01 |            |            |
        Bo  | 2023-03-31 | 2023-01-01..2024-11-15 | 20    |            |            |            | 2024-11-16 |
        Che | 2023-03-31 | 2024-11-16             | 20    |            |            |            |            |
        Dia | 2023-03-31 | 2024-01-01             | 30    | 2024-01-01 |            |            |            |
        Eli | 2023-03-31 | 2024-01-01             | 37    |            |            | 2024-11-16 |            |
        Fay | 2023-03-31 |                        |       |            |            |            |            |
        Gil | 2023-03-31 |                        |       |            |            |            |            | 2024-01-01
        """,
    )
    found = counted(app, R3)
    for line, expected in {
        "official": [1, 2, 2],
        "work-10-hours": [1, 1, 1],
        "work-20-hours": [1, 1, 1],
        "work-30-hours": [0, 0, 0],
        "wage-subsidy-too": [2, 3, 3],
        "primary-school-too": [2, 2, 2],
        "wage-subsidy-and-primary-school-too": [3, 3, 3],
    }.items():
        assert [found[line, choice].counted for choice in IN_NOVEMBER] == expected, line
    official, without = (found[line, "november-high"] for line in ("official", "official-without-moved-or-health"))
    assert (official.n, official.unknown) == (6, 1), "Eli is abroad, of Fay nothing is known"
    assert (without.n, without.unknown) == (5, 1)


@pytest.mark.parametrize(
    "moved, low, low_at_first",
    [("2023-06-01", 1, 0), ("2024-01-15", 1, 0), ("2024-01-16", 0, 0), ("2024-12-31", 0, 0), ("2025-01-01", 1, 1)],
)
def test_moved_is_who_lives_elsewhere_than_when_the_programme_began(
    tmp_path: Path, moved: str, low: int, low_at_first: int
) -> None:
    """Who came before it began, on that day or before, did not move; the first versions compared with the first home."""
    app = people(
        tmp_path,
        f"""
        who | settled    | started    | left       | moved        | work       | hours
        Ana | 2023-01-01 | 2024-01-15 | 2024-12-31 | {moved} 0301 | 2024-11-01 | 37.5
        """,
    )
    assert counted(app, R3)["official", "low"].counted == counted(app, R2)["official", "low"].counted == low
    for first in (indicator("R2@1"), indicator("R3@1")):
        assert counted(app, first)["official", "low"].counted == low_at_first


def test_in_november_who_moved_is_counted_wherever_they_live(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | left       | moved           | confirmed
        Ana | 2023-03-31 | 2024-02-01 0301 | 2024-11-16 work=37
        Bo  | 2023-03-31 | 2024-02-01 0301 |
        """,
    )
    found = counted(app, R3)
    assert [found["official", choice].counted for choice in IN_NOVEMBER] == [1, 1, 1]
    for line in ("official", "official-without-moved-or-health"):
        assert (found[line, "november-high"].n, found[line, "november-high"].unknown) == (2, 1)


def test_before_that_november_the_panel_is_of_the_day_of_leaving_alone(tmp_path: Path) -> None:
    app = people(tmp_path, "who | left\nAna | 2025-03-31")
    found = counted(app, R3)
    assert found["official", "high"].n == 1
    assert {found["official", choice].shown for choice in IN_NOVEMBER} == {"nobody"}


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
