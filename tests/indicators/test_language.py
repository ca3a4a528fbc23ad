"""Norwegian: levels gained over the programme, and months until the own target, A2 or B1."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from events import Fact
from events.language import LanguageLevelReached
from events.programme import AttendanceRecorded
from tests.indicators.cohorts import AUTHOR, counted, people
from tests.indicators.norwegian import ALL_A2, SKILLS, STARTED, reached, results_of, target, told
from tests.tables import table
from tracker.application import ProgressionTracker
from tracker.indicators.capacity.language import K2, K3

LEFT = """
    who | started    | left
    Ana | 2022-01-10 | 2024-01-31
    """


def gained(app: ProgressionTracker, steps: int, choice: str | None = None) -> tuple[int, int, int]:
    """(counted, out of, unknown) of those who gained so many levels in speaking."""
    figure = counted(app, K2)[f"speaking-gained-{steps}", choice]
    return figure.counted, figure.n, figure.unknown


@pytest.mark.parametrize(
    "row",
    table(
        """
        start     | end          | one | two | steps
        below-A1  | A1           | 1   | 0   | 1
        below-A1  | A2           | 1   | 1   | 2
        A1        | A1           | 0   | 0   | 0
        A2        | A1           | 0   | 0   | -1
        B1        | C1           | 1   | 1   | 2
        """
    ),
    ids=lambda row: f"{row['start']} to {row['end']}",
)
def test_levels_are_steps_from_below_a1_up(tmp_path: Path, row: dict[str, str]) -> None:
    text = f"""
        on         | skill    | level          | by
        2022-02-01 | speaking | {row["start"]} |
        2024-01-15 | speaking | {row["end"]}   | test
        """
    found = counted(told(tmp_path, LEFT, *results_of(text)), K2)
    assert found["speaking-gained-1", None].counted == int(row["one"])
    assert found["speaking-gained-2", None].counted == int(row["two"])
    assert found["speaking-levels", None].value == int(row["steps"])
    assert found["speaking-gained-1", None].n == 1
    assert found["reading-gained-1", None].n == 0


@pytest.mark.parametrize(
    "day, among, gains",
    [("2021-12-01", 1, 1), ("2022-04-10", 1, 1), ("2022-04-11", 0, 0)],
)
def test_the_baseline_is_what_was_shown_up_to_three_months_after_the_start(
    tmp_path: Path, day: str, among: int, gains: int
) -> None:
    text = f"on | skill | level | by\n{day} | speaking | A1 |\n2024-01-15 | speaking | A2 | test"
    assert gained(told(tmp_path, LEFT, *results_of(text)), 1) == (gains, among, 0)


def test_the_baseline_is_the_best_result_and_the_exit_is_the_last_one(tmp_path: Path) -> None:
    text = """
        on         | skill    | level        | by
        2022-02-01 | speaking | A2           |
        2022-03-01 | speaking | A1           | test
        2023-09-01 | speaking | B2           | test
        2023-12-01 | speaking | A2           | test
        2023-12-01 | speaking | B1           | test
        2024-01-15 | speaking | not-assessed | test
        """
    found = counted(told(tmp_path, LEFT, *results_of(text)), K2)
    assert found["speaking-levels", None].value == 1


@pytest.mark.parametrize(
    "day, unknown",
    [("2023-07-30", 1), ("2023-07-31", 0), ("2024-04-30", 0), ("2024-05-01", 1)],
)
def test_the_exit_lies_from_six_months_before_leaving_to_three_after_and_none_is_unknown(
    tmp_path: Path, day: str, unknown: int
) -> None:
    text = f"on | skill | level | by\n2022-02-01 | speaking | A1 |\n{day} | speaking | A2 | test"
    assert gained(told(tmp_path, LEFT, *results_of(text)), 1) == (1 - unknown, 1, unknown)


def test_the_national_test_is_the_line_and_other_evidence_stands_beside(tmp_path: Path) -> None:
    text = """
        on         | skill    | level | by
        2022-02-01 | speaking | A1    | teacher
        2023-12-01 | speaking | A2    | test
        2024-01-15 | speaking | B1    | teacher
        2022-02-01 | reading  | A1    | teacher
        2024-01-15 | reading  | B1    | local-test
        """
    found = counted(told(tmp_path, LEFT, *results_of(text)), K2)
    assert found["speaking-levels", None].value == 1
    assert found["speaking-levels", "other-evidence"].value == 2
    assert found["reading-gained-1", None].unknown == 1
    assert found["reading-gained-1", "other-evidence"].counted == 1


def test_a_short_programme_takes_no_result_of_its_first_three_months_for_an_exit(tmp_path: Path) -> None:
    text = """
        who | started    | left
        Ana | 2022-01-10 | 2022-06-30
        """
    results = "on | skill | level | by\n2022-04-10 | speaking | A1 | test"
    assert gained(told(tmp_path, text, *results_of(results)), 1) == (0, 1, 1)


def test_who_is_still_in_the_programme_is_seen_but_not_measured(tmp_path: Path) -> None:
    text = """
        who | started    | left
        Ana | 2022-01-10 | 2024-01-31
        Bo  | 2022-01-10 | 2024-02-01
        Che | 2022-01-10 |
        Dia | 2022-01-10 | 2024-01-31
        """
    app = people(tmp_path, text, now=datetime(2024, 4, 30, 12, tzinfo=UTC))
    for number in (1, 2, 3):
        app.log(UUID(int=number), LanguageLevelReached(on=date(2022, 2, 1), skill="speaking", level="A1"), AUTHOR)
    found = counted(app, K2)
    assert (found["left-the-programme", None].counted, found["left-the-programme", None].n) == (1, 3)
    assert found["speaking-gained-1", None].n == 1


def test_who_is_out_of_scope_on_the_day_of_leaving_is_not_among_them(tmp_path: Path) -> None:
    text = """
        who | started    | left       | abroad
        Ana | 2022-01-10 | 2024-01-31 | 2024-01-31
        Bo  | 2022-01-10 | 2024-01-31 | 2024-02-01
        """
    app = people(tmp_path, text)
    for number in (1, 2):
        app.log(UUID(int=number), LanguageLevelReached(on=date(2022, 2, 1), skill="speaking", level="A1"), AUTHOR)
    assert counted(app, K2)["speaking-gained-1", None].n == 1
    assert counted(app, K2, denominator="all")["speaking-gained-1", None].n == 2


def attended(month: str, hours: int) -> Fact:
    return AttendanceRecorded(
        on=date(2024, 2, 15), month=date.fromisoformat(month), planned=Decimal(300), attended=Decimal(hours)
    )


def test_hours_a_level_are_all_hours_over_all_levels_and_never_a_mean_of_quotients(tmp_path: Path) -> None:
    text = """
        who | started    | left
        Ana | 2022-01-10 | 2024-01-31
        Bo  | 2022-01-10 | 2024-01-31
        Che | 2022-01-10 | 2024-01-31
        """
    taken = "on | skill | level | by\n2022-02-01 | speaking | A1 |\n2024-01-15 | speaking | {} | test"
    app = told(
        tmp_path,
        text,
        *results_of(taken.format("B1")),
        attended("2021-12-01", 100),
        attended("2022-01-01", 50),
        attended("2022-02-01", 10),
        attended("2022-02-01", 100),
        attended("2024-01-01", 50),
        attended("2024-02-01", 70),
    )
    for fact in (*results_of(taken.format("A2")), attended("2022-02-01", 250)):
        app.log(UUID(int=2), fact, AUTHOR)
    for fact in results_of(taken.format("A2")):
        app.log(UUID(int=3), fact, AUTHOR)
    figure = counted(app, K2)["speaking-hours-a-level", None]
    assert figure.value == pytest.approx((200 + 250) / 3)
    assert (figure.counted, figure.n, figure.unknown) == (2, 3, 1), "nobody counted the hours of Che"


def test_the_target_is_reached_when_the_last_skill_is(tmp_path: Path) -> None:
    text = """
        on         | skill     | level | by
        2022-11-10 | listening | B1    | test
        2022-12-10 | reading   | A2    | teacher
        2022-12-10 | speaking  | A2    | test
        2023-03-11 | writing   | A2    | test
        """
    app = told(tmp_path, STARTED, target("2022-02-01", all="A2"), *results_of(text))
    assert reached(app, "own-target") == (15, 1)
    assert reached(app, "own-target-by-national-test") == (None, 1)


def test_a_target_in_three_skills_needs_these_three(tmp_path: Path) -> None:
    text = """
        on         | skill     | level | by
        2022-11-10 | listening | B1    | test
        2022-12-10 | reading   | A1    | test
        2023-01-10 | speaking  | A2    | test
        """
    goal = target("2022-02-01", listening="B1", reading="A1", speaking="A2")
    assert reached(told(tmp_path, STARTED, goal, *results_of(text)), "own-target") == (12, 1)


@pytest.mark.parametrize(
    "set_on, about", [("2021-12-01", 1), ("2022-04-10", 1), ("2022-04-11", 0)], ids=["before", "last day", "too late"]
)
def test_only_those_with_a_target_three_months_in_are_waited_for(tmp_path: Path, set_on: str, about: int) -> None:
    app = told(tmp_path, STARTED, target(set_on, all="A2"), *results_of(ALL_A2))
    assert reached(app, "own-target") == (12 if about else None, about)


def test_what_was_reached_before_the_start_is_there_in_month_0(tmp_path: Path) -> None:
    app = told(tmp_path, STARTED, target("2022-03-01", all="A2"), *results_of(ALL_A2.replace("2023", "2021")))
    assert reached(app, "own-target") == (0, 1)


def test_the_day_of_the_test_counts_and_not_that_of_the_result(tmp_path: Path) -> None:
    results = [
        LanguageLevelReached(on=date(2023, 1, 10), skill=skill, level="A2", result_received_on=date(2023, 2, 20))  # type: ignore[arg-type]
        for skill in SKILLS
    ]
    assert reached(told(tmp_path, STARTED, target("2022-02-01", all="A2"), *results), "own-target") == (12, 1)


@pytest.mark.parametrize(
    "later, first, revised",
    [
        (target("2022-06-01", all="B1"), 12, 24),
        (target("2023-01-10", all="B1"), 12, 24),
        (target("2023-01-11", all="B1"), 12, 12),
        (target("2022-06-01", all="A1"), 12, 8),
        (target("2023-12-01", all="A1"), 12, 12),
    ],
    ids=["raised before", "raised that day", "raised after", "lowered before", "lowered after"],
)
def test_the_first_target_counts_and_the_one_that_holds_on_the_day_stands_beside(
    tmp_path: Path, later: Fact, first: int, revised: int
) -> None:
    text = "2022-09-10 | all | A1 | test\n2023-01-10 | all | A2 | test\n2024-01-10 | all | B1 | test"
    app = told(
        tmp_path,
        STARTED,
        target("2022-02-01", all="A2"),
        later,
        *results_of("on | skill | level | by\n" + text),
    )
    assert reached(app, "own-target")[0] == first
    assert reached(app, "own-target-revised")[0] == revised


def test_an_easier_target_counts_as_reached_from_the_day_it_was_set(tmp_path: Path) -> None:
    app = told(
        tmp_path,
        STARTED,
        target("2022-02-01", all="B1"),
        target("2023-06-10", all="A2"),
        *results_of(ALL_A2),
    )
    assert reached(app, "own-target") == (None, 1)
    assert reached(app, "own-target-revised") == (17, 1)


@pytest.mark.parametrize(
    "row",
    table(
        """
        first on   | first    | then     | A2 month | A2 about | B1 about
        2022-01-10 | A1       | A2       | 12       | 1        | 1
        2022-04-10 | below-A1 | A2       | 12       | 1        | 1
        2022-04-11 | A1       | A2       |          | 0        | 0
        2022-02-01 | A2       | A2       |          | 0        | 1
        2021-06-01 | B1       | A2       |          | 0        | 0
        2021-06-01 | A1       | A1       |          | 1        | 1
        """
    ),
    ids=lambda row: f"{row['first']} on {row['first on']}",
)
def test_oral_levels_are_about_those_who_were_below_them(tmp_path: Path, row: dict[str, str]) -> None:
    text = f"""
        on                | skill     | level          | by
        {row["first on"]} | speaking  | {row["first"]} |
        2022-01-10        | listening | C1             | test
        2023-01-10        | speaking  | {row["then"]}  | test
        """
    app = told(tmp_path, STARTED, *results_of(text))
    month = int(row["A2 month"]) if row["A2 month"] else None
    assert reached(app, "oral-A2") == (month, int(row["A2 about"]))
    assert reached(app, "oral-A2-by-national-test") == (month, int(row["A2 about"]))
    assert reached(app, "oral-B1") == (None, int(row["B1 about"]))


def test_who_was_below_once_and_had_reached_it_by_the_start_is_not_below_it(tmp_path: Path) -> None:
    text = "on | skill | level | by\n2021-01-10 | speaking | A1 |\n{} | speaking | A2 | teacher"
    assert reached(told(tmp_path / "a", STARTED, *results_of(text.format("2022-01-10"))), "oral-A2") == (None, 0)
    after = told(tmp_path / "b", STARTED, *results_of(text.format("2022-01-11")))
    assert reached(after, "oral-A2") == (1, 1)
    assert reached(after, "oral-A2-by-national-test") == (None, 1)


def test_leaving_the_scope_competes_and_the_median_is_that_of_everybody(tmp_path: Path) -> None:
    text = """
        who | started    | abroad
        Ana | 2022-01-10 |
        Bo  | 2022-01-10 | 2022-07-10
        Che | 2022-01-10 |
        """
    app = told(tmp_path, text, target("2022-02-01", all="A2"), *results_of(ALL_A2))
    for number in (2, 3):
        app.log(UUID(int=number), target("2022-02-01", all="A2"), AUTHOR)
    for fact in results_of("on | skill | level | by\n2023-07-10 | all | A2 | test"):
        app.log(UUID(int=3), fact, AUTHOR)
    found = counted(app, K3)
    assert [found["own-target", month].value for month in (6, 12, 18)] == pytest.approx([0, 1 / 3, 2 / 3])
    assert found["own-target", None].value == 18, "two of three, and not one of two, is the middle"
    assert found["own-target", "if-all-stayed"].value == 12
