"""Figures on the command line: with n, interval, definition and date, and nothing that tells of few people."""

import json
import re
from itertools import takewhile
from pathlib import Path

import pytest

from tests.cli.terminal import Terminal
from tracker.cli import tracker
from tracker.cli.figures import NotMonths
from tracker.indicators.behind import NotOpenedToPersons
from tracker.indicators.pipeline import WrongMonths

LEAVERS = 12


@pytest.fixture
def left_in_2023(terminal: Terminal) -> Terminal:
    """Twelve who left in 2023, nine of them registered as in work."""
    return terminal.with_leavers(*["work"] * 9, *["other"] * (LEAVERS - 9))


def test_an_indicator_is_printed_with_definition_n_interval_and_date(left_in_2023: Terminal) -> None:
    result = left_in_2023.run("indicators", "R1", "--cohort", "left:2023")
    assert result.exit_code == 0
    assert "R1@2  Official snapshot" in result.stdout
    assert "Source: IMDi" in result.stdout
    assert "Cohort left:2023: last end of the programme" in result.stdout
    # 9 of 12, but the three others would be told too.
    assert "75.0%" not in result.stdout
    assert "hidden" in result.stdout
    assert "as known at @36, followed until" in result.stderr


def test_what_is_said_of_a_figure_gives_it_again(left_in_2023: Terminal) -> None:
    asked = ("indicators", "E2", "R1", "--cohort", "left:2023", "--format", "csv")
    first = left_in_2023.run(*asked)
    again = re.search(r"the same again: (--known-at) (\S+)\)", first.stderr)
    assert again is not None
    for who in [line.split(",")[0] for line in left_in_2023.done("list", "--format", "csv").splitlines()[1:8]]:
        left_in_2023.done("log", who, "job-started", "--on", "2023-03-01", "--job", "cafe", "--hours-per-week", "20")
    assert left_in_2023.run(*asked, *again.groups()).stdout == first.stdout
    assert left_in_2023.run(*asked).stdout != first.stdout


def test_csv_and_json_carry_what_fixes_the_answer(left_in_2023: Terminal) -> None:
    rows = json.loads(left_in_2023.done("indicators", "R2", "E2", "--format", "json"))
    assert {row["indicator"] for row in rows} == {"R2@2", "E2@1"}
    assert {row["position"] for row in rows} == {36}
    assert all(row["versions"] and row["known_on"] and row["denominator"] for row in rows)
    unknown = next(row for row in rows if row["line"] == "work-1-hours")
    assert (unknown["n"], unknown["counted"], unknown["unknown"], unknown["at_most"]) == (12, 0, 12, 1.0)
    header = left_in_2023.done("indicators", "R1", "--by", "gender", "--format", "csv").splitlines()[0]
    assert header.startswith("indicator,cohort,gender,line")


def test_a_group_of_fewer_than_five_has_no_n(left_in_2023: Terminal) -> None:
    rows = json.loads(left_in_2023.done("indicators", "R2", "--cohort", "left:2023", "--format", "json"))
    assert {row["n"] for row in rows} == {LEAVERS}
    who = left_in_2023.done("list", "--format", "csv").splitlines()[1].split(",")[0]
    left_in_2023.done("log", who, "track-assigned", "--on", "2021-02-01", "--track", "1")
    rows = json.loads(left_in_2023.done("indicators", "R2", "--by", "track", "--format", "json"))
    assert {row["n"] for row in rows if row["track"] == "1"} == {None}
    assert {row["shown"] for row in rows if row["track"] == "1"} == {"hidden"}


def test_months_and_denominator_are_asked_for(left_in_2023: Terminal) -> None:
    asked = ("indicators", "E2", "--at", "6,24", "--denominator", "all", "--format", "json")
    rows = json.loads(left_in_2023.done(*asked))
    assert {row["months"] for row in rows} == {6, 24}
    assert {row["denominator"] for row in rows} == {"all"}
    assert "expected months such as 12,24,36, got 'a year'" in left_in_2023.refused(
        "indicators", "E2", "--at", "a year"
    )
    with pytest.raises(NotMonths):
        tracker.main(["indicators", "E2", "--at", "a year"], standalone_mode=False)


def test_an_old_version_is_asked_for_by_its_number(left_in_2023: Terminal) -> None:
    def lines(name: str) -> set[str]:
        return {row["line"] for row in json.loads(left_in_2023.done("indicators", name, "--format", "json"))}

    assert lines("R1") - lines("R1@1") == {
        "november-work",
        "november-education",
        "november-work-or-education",
        "november-work-and-education",
    }


def test_a_definition_is_explained_without_figures(terminal: Terminal) -> None:
    said = terminal.done("indicators", "E3", "--explain")
    assert said.startswith("E3@1  Sustained work")
    for part in (
        "Definition: ",
        "Formula: ",
        "Example: ",
        "Denominator: present",
        "Answers: when it is measured",
        "Source: ",
    ):
        assert part in said


def test_the_people_behind_a_figure_are_opened_exactly_and_never_those_of_the_snapshot(
    left_in_2023: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = ("indicators", "E2", "--explain", "--people")
    assert "tracker releases allow kari --permission open-people-behind-figures" in left_in_2023.refused(*opened)
    left_in_2023.done("releases", "allow", "kari", "--permission", "open-people-behind-figures")
    result = left_in_2023.run(*opened)
    assert "not for publication" in result.stderr
    line = next(line for line in result.stdout.splitlines() if line.startswith("0 "))
    assert "unknown" in line
    asked = ("indicators", "R3", "--explain", "--people")
    assert "never opened to persons" in left_in_2023.refused(*asked)
    monkeypatch.setenv("TRACKER_HOME", str(left_in_2023.home))
    monkeypatch.setenv("TRACKER_BY", "kari")
    with pytest.raises(NotOpenedToPersons):
        tracker.main(asked, standalone_mode=False)


def test_the_facts_behind_a_figure_are_opened_as_they_were_known(left_in_2023: Terminal) -> None:
    asked = ("indicators", "E2", "--explain", "--people", "--facts")
    assert "--facts goes with --people" in left_in_2023.misused("indicators", "E2", "--facts")
    left_in_2023.done("releases", "allow", "kari", "--permission", "open-people-behind-figures")
    left_in_2023.done("log", "socio:0", "volunteering-started", "--on", "2024-05-01", "--kind", "sport")
    told = left_in_2023.done(*asked).splitlines()
    own = list(takewhile(bool, told[told.index("0") + 1 :]))
    assert any("participant-registered" in line for line in own)
    assert any(line.split()[1:3] == ["2024-05-01", "volunteering-started"] and "[kari," in line for line in own)
    assert "volunteering-started" not in left_in_2023.done(*asked, "--known-at", "2024-04-30")


def test_figures_are_written_to_a_file_that_is_not_there_yet(left_in_2023: Terminal, tmp_path: Path) -> None:
    out = tmp_path / "figures.xlsx"
    asked = ("indicators", "E2", "R1", "--format", "xlsx", "--out", str(out))
    assert f"wrote {out}" in left_in_2023.run(*asked).stderr
    assert out.stat().st_size > 1000
    assert "already" in left_in_2023.refused(*asked)
    assert left_in_2023.run(*asked, "--overwrite").exit_code == 0
    assert "--out" in left_in_2023.refused("indicators", "E2", "--format", "parquet")


def test_nothing_is_hidden_only_with_a_permission_and_a_reason_which_stands_on_the_figures(
    left_in_2023: Terminal,
) -> None:
    asked = ("indicators", "R1@1", "--cohort", "left:2023", "--without-disclosure-control")
    refused = left_in_2023.refused(*asked, "the council asked")
    assert "has no permission publish-without-disclosure-control" in refused
    left_in_2023.done("releases", "allow", refused.removeprefix("error: ").split()[0])
    result = left_in_2023.run(*asked, "the council asked")
    assert "WITHOUT DISCLOSURE CONTROL" in result.stdout
    assert "the council asked" in result.stdout
    assert "75.0%" in result.stdout


def test_without_ids_the_whole_catalogue_is_asked_and_what_does_not_fit_is_named(left_in_2023: Terminal) -> None:
    result = left_in_2023.run("indicators", "--cohort", "left:2023", "--format", "json")
    asked = {row["indicator"] for row in json.loads(result.stdout)}
    assert {"E1@1", "K5@2", "R6@1"} <= asked
    assert not {"K1@1", "P3@1"} & asked, "these are about other cohorts"
    result = left_in_2023.run("indicators", "--by", "track", "--format", "json")
    assert "left out: P3 has no breakdown 'track'" in result.stderr


def test_what_has_no_data_is_not_available_and_never_zero(left_in_2023: Terminal) -> None:
    rows = json.loads(left_in_2023.done("indicators", "E11", "P3", "--format", "json"))
    assert {(row["indicator"], row["n"], row["value"], row["shown"]) for row in rows} == {
        ("E11@1", None, None, "not-available"),
        ("P3@1", None, None, "not-available"),
    }


def test_an_earlier_position_gives_the_figure_of_then(left_in_2023: Terminal) -> None:
    before = left_in_2023.done("indicators", "R1", "--known-at", "@36", "--format", "csv")
    left_in_2023.done("correct", "socio:0", "3", "--set", "main-activity=other", "--reason", "read again")
    assert left_in_2023.done("indicators", "R1", "--known-at", "@36", "--format", "csv") == before
    assert left_in_2023.done("indicators", "R1", "--format", "csv") != before


def test_an_erasure_is_told_beside_the_figures(left_in_2023: Terminal) -> None:
    left_in_2023.done("forget", "socio:0", "--yes")
    result = left_in_2023.run("indicators", "R2", "--known-at", "@36")
    assert "1 participant has been erased" in result.stderr


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
    assert "there are K1" in terminal.refused("indicators", "E99")
    assert "it has rule-set" in terminal.refused("indicators", "R1", "--by", "shoe-size")
    assert "got 'left:23'" in terminal.refused("indicators", "R1", "--cohort", "left:23")
    assert "give left:YEAR" in terminal.refused("indicators", "R1", "--cohort", "started:2021")


def test_nobody_to_count_is_no_figure(terminal: Terminal) -> None:
    rows = json.loads(terminal.done("indicators", "R1", "--format", "json"))
    assert {(row["n"], row["value"], row["shown"]) for row in rows} == {(0, None, "nobody")}


@pytest.mark.parametrize("command", [["indicators", "R1"], ["trajectory", "entropy"], ["list"]])
def test_a_municipality_is_named_by_its_code(terminal: Terminal, command: list[str]) -> None:
    assert "four digits" in terminal.misused(*command, "--municipality", "Oslo")
