"""Who is counted, and in which group."""

from pathlib import Path

import pytest

from tests.indicators.cohorts import figures, frames_of, people
from tracker.indicators.catalogue import UnknownIndicator, WrongCohort, indicator, published
from tracker.indicators.cohort import Cohort, UnknownBreakdown, UnknownCohort, groups, members
from tracker.indicators.economic import E2
from tracker.indicators.robustness import R1


@pytest.mark.parametrize("text", ["left:2023", "started:2021", "settled:2019..2021", "left"])
def test_a_cohort_reads_as_it_is_written(text: str) -> None:
    assert str(Cohort.parse(text)) == text


@pytest.mark.parametrize("text", ["", "2023", "left:23", "left:2023..2021", "ended:2023", "left:2023.."])
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
    assert groups(frames, members(frames, Cohort.parse("left")), ("age",))["age"].to_list() == [band]


def test_a_breakdown_shows_each_group_with_its_own_n(tmp_path: Path) -> None:
    rows = [f"p{number} | 2024-01-31 | work | {'female' if number < 6 else 'male'}" for number in range(11)]
    app = people(tmp_path, "\n".join(["who | left | main | gender", *rows]))
    official = [figure for figure in figures(app, R1, by="gender") if figure.line.name == "official"]
    assert [(figure.group, figure.line.out_of, figure.shown) for figure in official] == [
        (("female",), 6, "shown"),
        (("male",), 5, "shown"),
    ]


def test_an_unknown_breakdown_indicator_or_axis_is_refused_with_what_there_is(tmp_path: Path) -> None:
    app = people(tmp_path, "who\nAna")
    frames = frames_of(app)
    with pytest.raises(UnknownBreakdown, match="there are rule-set"):
        published(frames, R1, by=("shoe-size",))
    with pytest.raises(UnknownIndicator, match="there are E1"):
        indicator("E99")
    with pytest.raises(WrongCohort, match="give left:YEAR"):
        published(frames, E2, Cohort.parse("started:2021"))


def test_an_empty_cohort_has_nobody_to_count_and_no_figure(tmp_path: Path) -> None:
    app = people(tmp_path, "who\nAna")
    assert {figure.shown for figure in figures(app, R1)} == {"nobody"}
    assert all(figure.share is None for figure in figures(app, R1))
