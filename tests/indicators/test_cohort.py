"""Who is counted, and in which group."""

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from events.intake import AdvisorAssigned, ParticipantRegistered, UnitAssigned
from tests.indicators.cohorts import AUTHOR, exact, frames_of, people
from tracker.indicators.breakdowns import SMALL_UNIT, with_groups
from tracker.indicators.cohort import Cohort, UnknownCohort, members
from tracker.indicators.robustness.snapshot import R1


@pytest.mark.parametrize("text", ["left:2023", "started:2021", "settled:2019..2021", "left", "active:2024-06-30"])
def test_a_cohort_reads_as_it_is_written(text: str) -> None:
    assert str(Cohort.parse(text)) == text


@pytest.mark.parametrize(
    "text", ["", "2023", "left:23", "left:2023..2021", "ended:2023", "left:2023..", "left:", "active:2024"]
)
def test_a_cohort_written_otherwise_is_refused(text: str) -> None:
    with pytest.raises(UnknownCohort, match="got"):
        Cohort.parse(text)


def test_settlement_is_the_first_one_and_start_the_first_one(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | settled    | started    | left       | reopened
        Ana | 2019-05-01 | 2020-01-01 | 2021-01-01 | 2022-01-01
        """,
    )
    frames = frames_of(app)
    assert members(frames, Cohort.parse("settled:2019")).height == 1
    assert members(frames, Cohort.parse("started:2020")).height == 1
    assert members(frames, Cohort.parse("left")).height == 0


def test_a_municipality_holds_those_who_lived_there_on_their_day(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | left       | moved
        Ana | 2024-01-31 | 2024-01-31 0301
        Bo  | 2024-01-31 | 2024-02-01 0301
        """,
    )
    frames = frames_of(app)
    assert members(frames, Cohort.parse("left"), "5001").height == 1
    assert members(frames, Cohort.parse("left"), "0301").height == 1


@pytest.mark.parametrize(
    "born, band",
    [("", "unknown"), ("2007", "under 18"), ("2006", "18-25"), ("1998", "26-35"), ("1968", "56+"), ("1969", "46-55")],
)
def test_age_is_that_in_the_year_of_the_day(tmp_path: Path, born: str, band: str) -> None:
    app = people(
        tmp_path,
        f"""
        who | left       | born
        Ana | 2024-01-31 | {born}
        """,
    )
    frames = frames_of(app)
    assert with_groups(frames, members(frames, Cohort.parse("left")), ("age",))["age"].to_list() == [band]


def test_an_empty_cohort_has_nobody_to_count_and_no_figure(tmp_path: Path) -> None:
    app = people(tmp_path, "who\nAna")
    for cohort in (None, "left:2023"):
        found = exact(app, R1, cohort)
        assert {(figure["shown"], figure["n"], figure["value"]) for figure in found} == {("nobody", 0, None)}


def test_a_unit_of_fewer_than_three_advisors_is_shown_with_other_small_ones(tmp_path: Path) -> None:
    app = people(tmp_path, "who | left\n" + "\n".join(f"p{number} | 2024-01-31" for number in range(6)))
    for number in range(6):
        stream, day = UUID(int=number + 1), date(2023, 1, 1)
        app.log(stream, UnitAssigned(on=day, unit="North" if number < 4 else "South"), AUTHOR)
        app.log(stream, AdvisorAssigned(on=day, advisor=f"advisor-{number % 4}"), AUTHOR)
    rows = [row for row in exact(app, R1, by=("unit",)) if row["line"] == "official"]
    assert [(row["unit"], row["n"]) for row in rows] == [("all", 6), ("North", 4), (SMALL_UNIT, 2)]


def test_who_was_settled_elsewhere_first_is_in_no_settlement_cohort_of_ours(tmp_path: Path) -> None:
    app = people(tmp_path, "who | settled\nAna | 2020-05-01")
    app.register(
        ParticipantRegistered(
            on=date(2021, 5, 1), municipality="5001", settled_on=date(2021, 5, 1), first_settled_on=date(2020, 5, 1)
        ),
        AUTHOR,
        participant=UUID(int=9),
    )
    frames = frames_of(app)
    assert members(frames, Cohort.parse("settled:2020")).height == 2
    assert members(frames, Cohort.parse("settled:2020"), "5001").height == 1
