"""The published data of 712 young people, imported with the profile of the documentation."""

import csv
import shutil
from itertools import groupby
from pathlib import Path

import pytest

from events.corrections import FactCorrected
from tests.importing.installation import Installation
from tests.mvad import MVAD
from tracker.importing.profile import Profile
from tracker.readmodel.verify import verify

PEOPLE = 712


@pytest.fixture
def mvad(reference_data: Path) -> Path:
    return reference_data / "mvad" / "mvad.csv"


@pytest.fixture
def profile(here: Installation) -> Profile:
    return here.profile(MVAD, "mvad")


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def write(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def facts_expected(path: Path) -> int:
    """For each person a registration, a window and a consent; a start for each run, an end for all but the last."""
    header, *rows = rows_of(path)
    start = header.index("Sep.93")
    total = 0
    for row in rows:
        runs = [state for state, _ in groupby(row[start:])]
        total += 3 + sum(state != "joblessness" for state in runs) + sum(s != "joblessness" for s in runs[:-1])
    return total


def test_everybody_is_registered_with_the_spells_of_their_months(
    here: Installation, mvad: Path, profile: Profile
) -> None:
    report = here.imported(mvad, profile)
    assert (report.rows, report.participants, report.new) == (PEOPLE, PEOPLE, PEOPLE)
    assert (report.errors, report.warnings) == (0, 0)
    assert report.facts == facts_expected(mvad) == here.app.log_of_facts.count()
    assert (report.corrections, report.retractions) == (0, 0)
    verdict = verify(here.app)
    assert verdict.is_clean and verdict.facts == report.facts


def test_the_first_person_worked_trained_and_worked_again(here: Installation, mvad: Path, profile: Profile) -> None:
    here.imported(mvad, profile)
    assert here.told("1", "mvad") == [
        "1993-09-01 consent-given follow-up",
        "1993-09-01 job-started",
        "1993-09-01 participant-registered",
        "1993-09-01 period-observed until 1999-06-30",
        "1993-12-31 job-ended",
        "1994-01-01 labour-market-measure-started",
        "1994-02-28 labour-market-measure-ended",
        "1994-03-01 job-started",
    ]
    (registration, *_) = here.recorded("1", "mvad")
    assert getattr(registration.fact, "gender", None) == "female"
    assert (registration.stamp.channel, registration.stamp.source) == ("import", "mvad")


def test_the_same_file_again_records_nothing(here: Installation, mvad: Path, profile: Profile) -> None:
    here.imported(mvad, profile)
    head = here.app.log_of_facts.head()
    again = here.imported(mvad, profile)
    assert again.id is None
    assert (again.facts, again.corrections, again.retractions, again.new) == (0, 0, 0, 0)
    assert here.app.log_of_facts.head() == head


def test_one_month_more_extends_everybodys_window(here: Installation, mvad: Path, profile: Profile) -> None:
    rows = rows_of(mvad)
    shorter = write(here.folder / "until_may.csv", [row[:-1] for row in rows])
    until_may = here.profile(MVAD.replace('"Jun.99"', '"May.99"'), "mvad")
    here.imported(shorter, until_may)
    report = here.imported(mvad, profile)
    assert report.corrections == PEOPLE, "each window reaches a month further"
    assert report.retractions == 0
    changed = [row for row in rows[1:] if row[-1] != row[-2]]
    assert report.facts == sum((row[-1] != "joblessness") + (row[-2] != "joblessness") for row in changed)
    fresh = {str(n): here.told(str(n), "mvad") for n in (1, 2, 100, PEOPLE)}
    shutil.copy(mvad, here.folder / "other.csv")
    other = here.profile(MVAD.replace('"mvad"  ', '"other" '), "other")
    here.imported(here.folder / "other.csv", other)
    assert {str(n): here.told(str(n), "other") for n in (1, 2, 100, PEOPLE)} == fresh


def test_a_changed_cell_is_a_correction_that_names_the_import(here: Installation, mvad: Path, profile: Profile) -> None:
    here.imported(mvad, profile)
    rows = rows_of(mvad)
    column = rows[0].index("Jan.94")
    assert (rows[1][0], rows[1][column - 1], rows[1][column]) == ("1", "employment", "training")
    rows[1][column] = "employment"
    report = here.imported(write(here.folder / "changed.csv", rows), profile)
    assert (report.facts, report.retractions, report.corrections) == (0, 0, 2)
    recorded = [item.fact for item in here.recorded("1", "mvad")]
    reasons = {fact.reason for fact in recorded if isinstance(fact, FactCorrected)}
    assert reasons == {f"changed in the sheet, {report.id}"}
    assert "1994-01-31 job-ended" in here.told("1", "mvad")
    assert "1994-02-01 labour-market-measure-started" in here.told("1", "mvad")


def test_a_dry_run_leaves_every_byte_of_the_folder_as_it_was(here: Installation, mvad: Path, profile: Profile) -> None:
    here.imported("id;male;" + ";".join(rows_of(mvad)[0][16:]) + "\n" + "9;yes;" + ";".join(["FE"] * 70), profile)
    before = {path.name: path.read_bytes() for path in here.home.iterdir()}
    report = here.imported(mvad, profile, dry_run=True)
    assert report.dry_run and report.id is None
    assert report.new == PEOPLE - 1
    assert {path.name: path.read_bytes() for path in here.home.iterdir()} == before
