"""Questions that cannot be answered are refused with what would be right; where nobody is meant, that is said."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.terminal import Terminal
from tracker.cli import tracker
from tracker.cli.figures import NotMonths
from tracker.errors import MunicipalityNotHere
from tracker.indicators.answerable import ImpossiblePeriod
from tracker.indicators.lines import LineNotFound

LEAVERS = 6


@pytest.fixture
def left_in_2023(terminal: Terminal) -> Terminal:
    """Six who left in 2023."""
    return terminal.with_leavers(*["work"] * LEAVERS)


IMPOSSIBLE = [
    ("left:1700", "nothing is known of before 1990"),
    ("started:1980..1989", "nothing is known of before 1990"),
    ("left:2050", "2050 has not begun on the day of the figures"),
    ("active:2050-01-01", "2050-01-01 has not come on the day of the figures"),
    ("active:1989-12-31", "nothing is known of before 1990"),
    ("settled:1200", "nothing is known of before 1990"),
]


@pytest.mark.parametrize("cohort, said", IMPOSSIBLE)
@pytest.mark.parametrize("command", [["indicators"], ["compare", "E2", "--line", "work-1-hours"]])
def test_a_cohort_that_cannot_be_is_refused(left_in_2023: Terminal, command: list[str], cohort: str, said: str) -> None:
    if command == ["compare", "E2", "--line", "work-1-hours"] and not cohort.startswith("left"):
        command = ["indicators"]
    refused = left_in_2023.refused(*command, "--cohort", cohort)
    assert said in refused
    assert f"got {cohort}" in refused
    assert "ask for" in refused


def test_what_cannot_be_is_told_apart_by_its_type(left_in_2023: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_HOME", str(left_in_2023.home))
    for words, refusal in (
        (["indicators", "R1", "--cohort", "left:1700"], ImpossiblePeriod),
        (["indicators", "R1", "--municipality", "9999"], MunicipalityNotHere),
        (["nir-list", "--municipality", "9999"], MunicipalityNotHere),
        (["indicators", "E2", "--at", ""], NotMonths),
        (["compare", "E2"], LineNotFound),
    ):
        with pytest.raises(refusal):
            tracker.main(words, standalone_mode=False)


def test_a_year_in_which_nobody_left_is_answered_and_the_years_with_somebody_are_named(left_in_2023: Terminal) -> None:
    result = left_in_2023.run("indicators", "R1", "--cohort", "left:2022")
    assert result.exit_code == 0
    assert "nobody is in the cohort left:2022; there is somebody in 2023" in result.stderr
    official = next(line for line in result.stdout.splitlines() if line.startswith("official  "))
    assert official.split() == ["official", "nobody"]
    assert "nobody is in" not in left_in_2023.run("indicators", "R1", "--cohort", "left:2023").stderr
    assert (
        "nobody is in the cohort active:2024-01-01"
        in left_in_2023.run("indicators", "--cohort", "active:2024-01-01").stderr
    )


@pytest.mark.parametrize(
    "command",
    [
        ["indicators", "R1"],
        ["trajectory", "entropy"],
        ["nir-list"],
        ["reference", "export", "E2"],
        ["list"],
        ["quality"],
        ["quality", "--list", "missing-baseline"],
        ["worklist"],
        ["digest"],
        ["calendar", "--advisor", "kari"],
    ],
)
def test_a_municipality_that_nobody_here_lived_in_is_refused_with_those_there_are(
    left_in_2023: Terminal, command: list[str], tmp_path: Path
) -> None:
    if command[0] == "reference":
        command = [*command, "--line", "work-1-hours", "--cohort", "left:2023", "--out", str(tmp_path / "counts.json")]
    refused = left_in_2023.refused(*command, "--municipality", "9999")
    assert "nobody here was settled in or moved to municipality 9999; there is 5001" in refused


def test_where_somebody_moved_to_can_be_asked_for(left_in_2023: Terminal) -> None:
    left_in_2023.done("log", "socio:0", "moved-to-municipality", "--on", "2024-01-01", "--municipality", "0301")
    result = left_in_2023.run("indicators", "R1", "--cohort", "left:2023", "--municipality", "0301")
    assert result.exit_code == 0
    assert "nobody is in the cohort left:2023 in municipality 0301; there is nobody in other years" in result.stderr


def test_no_months_are_not_the_months_of_the_definition(left_in_2023: Terminal) -> None:
    for empty in ("", " , "):
        assert "expected months such as 12,24,36, got" in left_in_2023.refused("indicators", "E2", "--at", empty)


def test_a_comparison_without_a_line_says_which_lines_there_are(left_in_2023: Terminal) -> None:
    refused = left_in_2023.refused("compare", "E2")
    assert "E2 is compared by one of its lines; name one with --line: work-1-hours, work-10-hours" in refused
    assert "None" not in refused


def test_people_are_opened_with_the_definition_and_it_is_noted_who_opened_them(left_in_2023: Terminal) -> None:
    assert "--people goes with --explain" in left_in_2023.misused("indicators", "E2", "--people")
    left_in_2023.done("releases", "allow", "kari", "--permission", "open-people-behind-figures")
    asked = ("indicators", "E2", "--cohort", "left:2023", "--municipality", "5001", "--explain", "--people")
    assert left_in_2023.run(*asked).exit_code == 0
    assert noted(left_in_2023) == [("kari", "figures people E2@1 left:2023 5001", None, LEAVERS)]


def noted(terminal: Terminal) -> list[tuple[str, str, str | None, int | None]]:
    from contextlib import closing

    from tracker.access_log import AccessLog
    from tracker.storage import app_database

    with closing(app_database(terminal.home)) as database:
        return [(line.by, line.what, line.participant, line.rows) for line in AccessLog(database).lines()]


def test_a_figure_of_the_register_that_is_not_told_yet_is_neither_nobody_nor_zero(left_in_2023: Terminal) -> None:
    year = datetime.now(UTC).year
    asked = ("indicators", "R2", "R3", "--cohort", f"left:{year}")
    rows = json.loads(left_in_2023.done(*asked, "--format", "json"))
    assert {(row["n"], row["value"], row["shown"]) for row in rows} == {(None, None, "not-available")}
    closes = f"the registration for {year} closes at the end of {year + 1}-02-"
    assert all(closes in row["notes"] for row in rows)
    printed = left_in_2023.done(*asked)
    assert "not available" in printed
    assert closes in " ".join(printed.split())


def test_of_several_years_those_that_the_register_has_closed_are_told(left_in_2023: Terminal) -> None:
    year = datetime.now(UTC).year
    rows = json.loads(left_in_2023.done("indicators", "R2", "--cohort", f"left:2023..{year}", "--format", "json"))
    assert {row["n"] for row in rows} == {LEAVERS}
    assert all(f"the registration for {year} closes" in row["notes"] for row in rows)
    before = json.loads(left_in_2023.done("indicators", "R2", "--cohort", "left:2022", "--format", "json"))
    assert {(row["n"], row["shown"]) for row in before} == {(0, "nobody")}
    assert not any("closes" in row["notes"] for row in before)


def test_the_own_count_in_november_says_from_when_on_it_looks(left_in_2023: Terminal) -> None:
    year = datetime.now(UTC).year
    rows = json.loads(left_in_2023.done("indicators", "R1", "--cohort", f"left:{year}", "--format", "json"))
    assert all(f"those who left in {year} are looked at in November {year + 1}" in row["notes"] for row in rows)
