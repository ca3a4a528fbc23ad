"""Observed against expected: E counted by hand, people of the same ground of protection only, and no number without."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from events.municipality import MunicipalityRegistered
from tests.indicators.cohorts import AUTHOR, exact, people
from tests.reference_tables.files import sheet
from tracker.application import ProgressionTracker
from tracker.indicators.economic.intensity import E2
from tracker.indicators.expected import Line
from tracker.indicators.robustness.against import R4
from tracker.reference_tables.kinds import Meaning
from tracker.reference_tables.refusals import ReferenceForAnother
from tracker.reference_tables.taking import prepared, take

WORK = "E2 work-20-hours"
KEY = "work-20-hours/12-months"
MONTHS = "months-to-work-or-education"
LEAVERS = """
    who | born | gender | schooling | rules                 | left       | work       | hours
    Ana | 1990 | female | basic     | integration-act-2021  | 2023-01-31 | 2023-06-01 | 20
    Bea | 1991 | female | basic     | integration-act-2021  | 2023-01-31 | 2023-06-01 | 37.5
    Cia | 1992 | female | basic     | introduction-act      | 2023-01-31 | 2023-06-01 | 30
    Dia | 1993 | female | basic     | integration-act-2025  | 2023-01-31 | 2023-06-01 | 19.5
    Ed  | 1980 | male   | basic     | integration-act-2021  | 2023-01-31 | 2023-06-01 | 10
    Fay | 1975 | male   | basic     | integration-act-2021  | 2023-01-31 | 2023-06-01 | 10
    Gia | 1990 | female | basic     | collective-protection | 2023-01-31 | 2023-06-01 | 20
"""
# E of the others: 4 x 30/60 + 2 x 20/80 = 2.5, of which 3 are observed.
REFERENCE = """
    protection | schooling | gender | age   | counted | out_of
    other      | basic     | female | 26-35 | 30      | 60
    other      | basic     | male   | 36-45 | 20      | 80
    other      | basic     | male   | 46-55 | 10      | 40
    collective | basic     | female | 26-35 | 5       | 50
"""
Told = dict[tuple[str, str], tuple[Any, ...]]


def refer(app: ProgressionTracker, folder: Path, text: str, **changed: Any) -> None:
    """Take a table of strata into use."""
    app.register_municipality(MunicipalityRegistered(on=date(2021, 1, 1), municipality="5001"), AUTHOR)
    about = {"indicator": "E2@1", "line": KEY, **changed}
    fact = prepared(
        "strata", sheet(folder, text), Meaning(), table="net", version=1, source="-", on=date(2024, 1, 1), **about
    )
    take(app, fact, AUTHOR)


def told(app: ProgressionTracker, line: str = WORK, cohort: str = "left:2023") -> Told:
    """(protection, kind) -> counted, n, value, shown."""
    rows = [row for row in exact(app, R4, cohort) if row["line"] == line]
    return {(row["choice"], row["kind"]): (row["counted"], row["n"], row["value"], row["shown"]) for row in rows}


def test_expected_is_summed_over_the_strata_and_observed_set_against_it(tmp_path: Path) -> None:
    app = people(tmp_path, LEAVERS)
    refer(app, tmp_path, REFERENCE)
    found = told(app)
    assert found["other", "observed / expected"] == (3, 6, pytest.approx(3 / 2.5), "shown")
    assert found["other", "observed - expected"] == (3, 6, pytest.approx(0.5), "shown")
    row = next(row for row in exact(app, R4, "left:2023") if (row["line"], row["choice"]) == (WORK, "other"))
    # The limits are those of the score interval: 1 lies within, as O - E is within 1.96 x sqrt(4/4 + 2 x 3/16).
    assert row["low"] < 1 < row["value"] < row["high"]


def test_the_difference_has_the_limits_of_its_variance(tmp_path: Path) -> None:
    app = people(tmp_path, LEAVERS)
    refer(app, tmp_path, REFERENCE)
    rows = [row for row in exact(app, R4, "left:2023") if row["kind"] == "observed - expected"]
    row = next(row for row in rows if (row["line"], row["choice"]) == (WORK, "other"))
    half = 1.959964 * (4 * 0.5 * 0.5 + 2 * 0.25 * 0.75) ** 0.5
    assert (row["low"], row["high"]) == pytest.approx((0.5 - half, 0.5 + half), abs=1e-5)


def test_people_under_collective_protection_are_set_against_their_like_alone(tmp_path: Path) -> None:
    app = people(tmp_path, LEAVERS)
    refer(app, tmp_path, REFERENCE)
    assert told(app)["collective", "observed / expected"] == (1, 1, pytest.approx(1 / 0.1), "shown")


def test_without_a_group_in_the_reference_there_is_none_for_its_people_and_no_other_in_its_place(
    tmp_path: Path,
) -> None:
    app = people(tmp_path, LEAVERS)
    others = [line for line in REFERENCE.splitlines() if "collective" not in line]
    refer(app, tmp_path, "\n".join(others))
    found = told(app)
    assert found["collective", "observed / expected"] == (1, 1, None, "no-reference")
    assert found["other", "observed / expected"][2] == pytest.approx(1.2)


def test_a_reference_that_does_not_tell_the_protection_is_one_for_nobody(tmp_path: Path) -> None:
    app = people(tmp_path, LEAVERS)
    refer(app, tmp_path, "schooling | gender | age | counted | out_of\n basic | female | 26-35 | 30 | 60\n")
    assert {shown for _, _, value, shown in told(app).values() if value is None} == {"no-reference"}
    assert {value for _, _, value, _ in told(app).values()} == {None}


def test_without_a_reference_no_number_is_shown(tmp_path: Path) -> None:
    found = told(people(tmp_path, LEAVERS))
    assert len(found) == 4
    assert {(value, shown) for _, _, value, shown in found.values()} == {(None, "no-reference")}


def test_people_of_a_stratum_that_the_reference_hides_leave_no_figure(tmp_path: Path) -> None:
    app = people(tmp_path, LEAVERS)
    refer(app, tmp_path, REFERENCE.replace("| 10      | 40", "| :       | :"))
    assert told(app)["other", "observed / expected"] == (3, 6, None, "no-reference")


def test_a_reference_for_another_version_of_the_indicator_is_refused(tmp_path: Path) -> None:
    app = people(tmp_path, LEAVERS)
    refer(app, tmp_path, REFERENCE, indicator="E2@2")
    with pytest.raises(ReferenceForAnother, match=r"belongs to E2@2.*the figure is E2@1"):
        exact(app, R4, "left:2023")


def test_a_reference_for_another_line_is_none(tmp_path: Path) -> None:
    app = people(tmp_path, LEAVERS)
    refer(app, tmp_path, REFERENCE, line="work-30-hours/12-months")
    assert {shown for _, _, _, shown in told(app).values()} == {"no-reference"}


def test_parts_that_the_reference_was_merged_over_are_summed_over_here_too(tmp_path: Path) -> None:
    app = people(tmp_path, LEAVERS)
    text = """
        protection | schooling | gender | age | counted | out_of
        other      | basic     | female | all | 30      | 60
        other      | basic     | male   | all | 12      | 120
    """
    refer(app, tmp_path, text)
    assert told(app)["other", "observed / expected"][2] == pytest.approx(3 / (4 * 0.5 + 2 * 0.1))


def test_a_line_is_called_alike_by_figures_and_reference_tables() -> None:
    line = Line(E2, "work-20-hours", 12)
    assert (line.title, line.key) == (WORK, KEY)
    with pytest.raises(KeyError, match="no share 'work-21-hours'"):
        _ = Line(E2, "work-21-hours", 12).shares


SETTLED = """
    who | settled    | born | gender | schooling | rules                | work
    Ana | 2019-01-01 | 1990 | female | basic     | integration-act-2021 | 2020-01-01
    Bea | 2019-01-01 | 1990 | female | basic     | integration-act-2021 |
"""


def months(people_in_reference: int) -> str:
    """A reference of people who waited half of the sixty months that each of them could."""
    possible = 60 * people_in_reference
    return (
        "protection | schooling | gender | age | counted | out_of\n"
        f"other | basic | female | 26-35 | {possible // 2} | {possible}\n"
    )


def test_months_waited_are_set_against_those_expected(tmp_path: Path) -> None:
    app = people(tmp_path, SETTLED)
    refer(app, tmp_path, months(30), indicator="R4@1", line=MONTHS)
    rows = [row for row in exact(app, R4, "settled:2019") if row["line"] == MONTHS]
    # Ana waited 12 months and Bea 60: 36 on average, where 30 were to be expected.
    assert [(row["n"], row["value"], row["shown"]) for row in rows] == [(2, pytest.approx(6), "shown")]
    half = 1.959964 * 24 / 2**0.5
    assert (rows[0]["low"], rows[0]["high"]) == pytest.approx((6 - half, 6 + half), abs=1e-4)


def test_a_reference_of_fewer_than_thirty_people_is_too_thin_for_months_too(tmp_path: Path) -> None:
    app = people(tmp_path, SETTLED)
    refer(app, tmp_path, months(29), indicator="R4@1", line=MONTHS)
    assert told(app, MONTHS, "settled:2019") == {("other", "observed - expected"): (2, 2, None, "no-reference")}


def test_months_without_a_reference_are_no_number(tmp_path: Path) -> None:
    found = told(people(tmp_path, SETTLED), MONTHS, "settled:2019")
    assert found == {("other", "observed - expected"): (2, 2, None, "no-reference")}
