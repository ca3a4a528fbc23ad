"""Figures on the command line: with n, interval, definition and date, and nothing that tells of few people."""

import json

import pytest

from tests.cli.terminal import Terminal
from tracker.cli import tracker
from tracker.cli.figures import WrongMonths

LEAVERS = 12


@pytest.fixture
def left_in_2023(terminal: Terminal) -> Terminal:
    """Twelve who left in 2023, nine of them registered as in work."""
    for number in range(LEAVERS):
        who = terminal.done(
            "register", "--municipality", "5001", "--settled-on", "2021-01-01", "--reference", f"socio:{number}"
        ).strip()
        terminal.done("log", who, "programme-started", "--on", "2021-02-01")
        main = "work" if number < 9 else "other"
        terminal.done("log", who, "programme-ended", "--on", "2023-02-01", "--main-activity", main)
    return terminal


def test_an_indicator_is_printed_with_definition_n_interval_and_date(left_in_2023: Terminal) -> None:
    result = left_in_2023.run("indicators", "R1", "--cohort", "left:2023")
    assert result.exit_code == 0
    assert "R1@1  Official snapshot" in result.stdout
    assert "Source: IMDi" in result.stdout
    # 9 of 12, but the three others would be told too.
    assert "75.0%" not in result.stdout
    assert "hidden" in result.stdout
    assert "as known at @36, followed until" in result.stderr


def test_csv_and_json_carry_what_fixes_the_answer(left_in_2023: Terminal) -> None:
    rows = json.loads(left_in_2023.done("indicators", "R2", "E2", "--format", "json"))
    assert {row["indicator"] for row in rows} == {"R2@1", "E2@1"}
    assert {row["position"] for row in rows} == {36}
    assert all(row["versions"] for row in rows)
    unknown = next(row for row in rows if row["line"] == "work-1-hours")
    assert (unknown["n"], unknown["counted"], unknown["unknown"], unknown["at_most"]) == (12, 0, 12, 1.0)
    header = left_in_2023.done("indicators", "R1", "--by", "gender", "--format", "csv").splitlines()[0]
    assert header.startswith("indicator,cohort,gender,line")


def test_a_group_of_fewer_than_five_has_no_n(left_in_2023: Terminal) -> None:
    rows = json.loads(left_in_2023.done("indicators", "R1", "--cohort", "left:2023", "--format", "json"))
    assert {row["n"] for row in rows} == {LEAVERS}
    who = left_in_2023.done("list", "--format", "csv").splitlines()[1].split(",")[0]
    left_in_2023.done("log", who, "track-assigned", "--on", "2021-02-01", "--track", "1")
    rows = json.loads(left_in_2023.done("indicators", "R1", "--by", "track", "--format", "json"))
    assert {row["n"] for row in rows if row["track"] == "1"} == {None}
    assert {row["shown"] for row in rows if row["track"] == "1"} == {"hidden"}


def test_an_earlier_position_gives_the_figure_of_then(left_in_2023: Terminal) -> None:
    before = left_in_2023.done("indicators", "R1", "--known-at", "@36", "--format", "csv")
    left_in_2023.done("correct", "socio:0", "3", "--set", "main-activity=other", "--reason", "read again")
    assert left_in_2023.done("indicators", "R1", "--known-at", "@36", "--format", "csv") == before
    assert left_in_2023.done("indicators", "R1", "--format", "csv") != before


def test_an_erasure_is_told_beside_the_figures(left_in_2023: Terminal) -> None:
    left_in_2023.done("forget", "socio:0", "--yes")
    result = left_in_2023.run("indicators", "R2", "--known-at", "@36")
    assert "1 participants have been erased" in result.stderr


def test_trajectories_are_exact_and_say_so(left_in_2023: Terminal) -> None:
    result = left_in_2023.run("trajectory", "distribution", "--months", "2", "--format", "csv")
    assert result.stdout.splitlines() == ["month,state,count,share", "1,PROGRAMME,12,1.0", "2,PROGRAMME,12,1.0"]
    assert "not for publication" in result.stderr
    assert "1 states occur" in result.stderr
    assert "UNKNOWN | nobody knows" in result.stderr


def test_individual_figures_name_people_by_reference_and_in_its_order(left_in_2023: Terminal) -> None:
    rows = left_in_2023.done("trajectory", "individual", "--months", "3", "--format", "csv").splitlines()
    assert rows[0] == "reference,entropy,complexity,turbulence"
    assert [row.split(",")[0] for row in rows[1:]] == [str(number) for number in range(LEAVERS)]


@pytest.mark.parametrize("months", ["0", "-3", "601"])
def test_wrong_months_are_refused(terminal: Terminal, months: str) -> None:
    assert f"expected 1 to 600 months, got {months}" in terminal.refused("trajectory", "entropy", f"--months={months}")
    with pytest.raises(WrongMonths):
        tracker.main(["trajectory", "entropy", f"--months={months}"], standalone_mode=False)


def test_what_is_not_there_is_refused_with_what_is(terminal: Terminal) -> None:
    assert "there are E1" in terminal.refused("indicators", "E99")
    assert "there are rule-set" in terminal.refused("indicators", "R1", "--by", "shoe-size")
    assert "got 'left:23'" in terminal.refused("indicators", "R1", "--cohort", "left:23")
    assert "give left:YEAR" in terminal.refused("indicators", "R1", "--cohort", "started:2021")


def test_nobody_to_count_is_no_figure(terminal: Terminal) -> None:
    rows = json.loads(terminal.done("indicators", "R1", "--format", "json"))
    assert {(row["n"], row["share"], row["shown"]) for row in rows} == {(0, None, "nobody")}


@pytest.mark.parametrize("command", [["indicators", "R1"], ["trajectory", "entropy"], ["list"]])
def test_a_municipality_is_named_by_its_code(terminal: Terminal, command: list[str]) -> None:
    assert "four digits" in terminal.misused(*command, "--municipality", "Oslo")
