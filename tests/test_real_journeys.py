"""The main job, end to end on real data: a sheet of journeys goes in, and the figures agree with published values."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.terminal import Terminal
from tests.mvad import MVAD

STATE = {
    "EM": "WORK37",
    "FE": "EDU_VGS",
    "HE": "EDU_HIGHER",
    "JL": "NONE",
    "SC": "EDU_GRUNN",
    "TR": "MEASURE",
}
"""McVicar and Anyadike-Danes' states, and the product's."""

CLOSE = 1e-9
Rows = list[dict[str, str]]


def rows(terminal: Terminal, *command: str) -> Rows:
    """What a command prints as CSV, run in a process of its own."""
    done = terminal.process(*command, "--format", "csv")
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(done.stdout.splitlines()))


def trajectory(terminal: Terminal, kind: str) -> Rows:
    return rows(terminal, "trajectory", kind, "--origin", "first-month", "--months", "70")


@pytest.fixture(scope="module")
def published(reference_data: Path) -> Path:
    return reference_data / "mvad"


@pytest.fixture(scope="module")
def terminal(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    folder = tmp_path_factory.mktemp("real-journeys")
    (folder / "mvad.toml").write_text(MVAD, encoding="utf-8")
    terminal = Terminal(folder / "data")
    terminal.done("import", str(published / "mvad.csv"), "--profile", str(folder / "mvad.toml"))
    return terminal


def table(path: Path) -> Rows:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_712_journeys_are_listed(terminal: Terminal) -> None:
    assert len(rows(terminal, "list")) == 712


def test_state_shares_of_every_month_equal_the_published_ones(terminal: Terminal, published: Path) -> None:
    found = {(row["month"], row["state"]): row for row in trajectory(terminal, "distribution")}
    for month in table(published / "traminer_state_distribution_unweighted.csv"):
        for name, state in STATE.items():
            row = found[month["position"], state]
            assert float(row["share"]) == pytest.approx(float(month[name]), abs=CLOSE)


def test_state_counts_of_the_key_months_equal_the_published_ones(terminal: Terminal, published: Path) -> None:
    found = {(row["month"], row["state"]): int(row["count"]) for row in trajectory(terminal, "distribution")}
    expected: Any = json.loads((published / "mvad_expected.json").read_text(encoding="utf-8"))
    for month, counts in expected["unweighted"]["counts_key_months"].items():
        assert {name: found[month, state] for name, state in STATE.items()} == counts


def test_transition_counts_and_rates_equal_the_published_ones(terminal: Terminal, published: Path) -> None:
    found = {(row["from"], row["to"]): row for row in trajectory(terminal, "transitions")}
    for before in table(published / "traminer_transition_rates_unweighted.csv"):
        for name, state in STATE.items():
            rate = float(found[STATE[before[""]], state]["rate"])
            assert rate == pytest.approx(float(before[name]), abs=CLOSE)
    expected: Any = json.loads((published / "mvad_expected.json").read_text(encoding="utf-8"))
    for before, counts in expected["unweighted"]["transition_counts"].items():
        for after, count in counts.items():
            assert int(found[STATE[before], STATE[after]]["count"]) == count


def test_mean_months_equal_the_published_ones(terminal: Terminal, published: Path) -> None:
    found = {row["state"]: float(row["mean_months"]) for row in trajectory(terminal, "mean-time")}
    for row in table(published / "traminer_mean_time_unweighted.csv"):
        assert found[STATE[row["state"]]] == pytest.approx(float(row["mean_months"]), abs=CLOSE)


def test_entropy_of_every_month_equals_the_published_one(terminal: Terminal, published: Path) -> None:
    found = {row["month"]: float(row["entropy"]) for row in trajectory(terminal, "entropy")}
    for row in table(published / "traminer_state_distribution_unweighted.csv"):
        assert found[row["position"]] == pytest.approx(float(row["entropy_norm"]), abs=CLOSE)


def test_entropy_complexity_and_turbulence_of_every_person_equal_the_published_ones(
    terminal: Terminal, published: Path
) -> None:
    found = {row["reference"]: row for row in trajectory(terminal, "individual")}
    expected = table(published / "traminer_individual_indicators.csv")
    assert len(expected) == len(found) == 712
    for row in expected:
        for figure in ("entropy", "complexity", "turbulence"):
            assert float(found[row["id"]][figure]) == pytest.approx(float(row[figure]), abs=CLOSE), row["id"]


def test_the_same_sheet_again_records_nothing_and_the_read_model_agrees_with_the_log(
    terminal: Terminal, published: Path, tmp_path: Path
) -> None:
    profile = tmp_path / "mvad.toml"
    profile.write_text(MVAD, encoding="utf-8")
    before = terminal.done("status")
    terminal.done("import", str(published / "mvad.csv"), "--profile", str(profile))
    assert "facts         " in before
    assert [line for line in terminal.done("status").splitlines() if line.startswith("facts")] == [
        line for line in before.splitlines() if line.startswith("facts")
    ]
    terminal.done("verify")
