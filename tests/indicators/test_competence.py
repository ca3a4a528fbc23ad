"""Formal competence: what counts, from when, and until when."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from events import Fact
from events.education import (
    CourseCertificateAwarded,
    CreditsEarned,
    ForeignEducationRecognised,
    HigherEducationCompleted,
    HigherEducationEnrolled,
    PrimarySchoolCompleted,
    PrimarySchoolEnrolled,
    PrimarySchoolModuleCompleted,
    TradeCertificateAwarded,
    UpperSecondaryCompleted,
    UpperSecondaryEnrolled,
    UpperSecondaryModuleCompleted,
    UpperSecondaryYearCompleted,
)
from events.status import StatusConfirmed
from tests.indicators.cohorts import AUTHOR, counted, people
from tests.tables import table
from tracker.indicators.capacity.competence import K9, LINES

ANA = """
    who | started    | left       | confirmed
    Ana | 2020-01-10 | 2022-01-31 | 2025-01-15
    """
DAY = date(2023, 5, 5)


def counts(folder: Path, facts: list[Fact], text: str = ANA) -> dict[str, tuple[int, int, int]]:
    """Line -> (counted, out of, unknown), where the first person has these facts."""
    app = people(folder, text)
    app.log(UUID(int=1), CourseCertificateAwarded(on=date(2020, 1, 1), course="truck"), AUTHOR)
    for fact in facts:
        app.log(UUID(int=1), fact, AUTHOR)
    found = counted(app, K9)
    return {line: (figure.counted, figure.n, figure.unknown) for (line, _), figure in found.items()}


def certificate(on: date) -> Fact:
    return TradeCertificateAwarded(on=on, trade="cook")


@pytest.mark.parametrize(
    "line, facts",
    [
        ("primary-school", [PrimarySchoolEnrolled(on=DAY), PrimarySchoolCompleted(on=DAY)]),
        ("upper-secondary-module", [UpperSecondaryEnrolled(on=DAY), UpperSecondaryModuleCompleted(on=DAY, module="1")]),
        ("upper-secondary-year", [UpperSecondaryEnrolled(on=DAY), UpperSecondaryYearCompleted(on=DAY, year="1")]),
        ("upper-secondary-year", [UpperSecondaryEnrolled(on=DAY), UpperSecondaryCompleted(on=DAY)]),
        ("trade-certificate", [certificate(DAY)]),
        ("foreign-education", [ForeignEducationRecognised(on=DAY, level="profession", extent="part")]),
        ("higher-education-credits", [HigherEducationEnrolled(on=DAY), CreditsEarned(on=DAY, credits=Decimal(30))]),
        (
            "higher-education-credits",
            [HigherEducationEnrolled(on=DAY), HigherEducationCompleted(on=DAY, kind="master")],
        ),
    ],
)
def test_each_type_counts_alone_and_in_any(tmp_path: Path, line: str, facts: list[Fact]) -> None:
    found = counts(tmp_path, facts)
    assert {name: counted for name, (counted, _, _) in found.items()} == {
        "any": 1,
        **{name: int(name == line) for name in LINES},
    }


@pytest.mark.parametrize(
    "facts",
    [
        [],
        [PrimarySchoolEnrolled(on=DAY), PrimarySchoolModuleCompleted(on=DAY, module="1")],
        [UpperSecondaryEnrolled(on=DAY)],
        [HigherEducationEnrolled(on=DAY), CreditsEarned(on=DAY, credits=Decimal("29.5"))],
        [HigherEducationEnrolled(on=DAY), HigherEducationCompleted(on=DAY, kind="courses")],
    ],
)
def test_what_was_only_begun_or_is_too_small_does_not_count(tmp_path: Path, facts: list[Fact]) -> None:
    text = ANA + "Bo | 2020-01-10 | 2022-01-31 | 2025-01-15\n"
    app = people(tmp_path, text)
    for fact in facts:
        app.log(UUID(int=1), fact, AUTHOR)
    app.log(UUID(int=2), certificate(DAY), AUTHOR)
    found = counted(app, K9)["any", 36]
    assert (found.counted, found.n, found.unknown) == (1, 2, 0)


@pytest.mark.parametrize(
    "day, counts_then",
    [
        tuple(row.values())
        for row in table(
            """
            day        | counts
            2020-01-09 | 0
            2020-01-10 | 1
            2025-01-31 | 1
            2025-02-01 | 0
            """
        )
    ],
)
def test_it_counts_from_the_first_day_of_the_programme_to_36_months_after_the_last(
    tmp_path: Path, day: str, counts_then: str
) -> None:
    assert counts(tmp_path, [certificate(date.fromisoformat(day))])["any"] == (int(counts_then), 1, 0)


@pytest.mark.parametrize(
    "first, second, counts_then", [("2021-01-10", "2024-12-31", 1), ("2019-06-01", "2024-12-31", 0)]
)
def test_credits_add_up_but_not_with_those_from_before_the_programme(
    tmp_path: Path, first: str, second: str, counts_then: int
) -> None:
    found = counts(
        tmp_path,
        [
            HigherEducationEnrolled(on=date(2019, 3, 1)),
            CreditsEarned(on=date.fromisoformat(first), credits=Decimal(15)),
            CreditsEarned(on=date.fromisoformat(second), credits=Decimal(15)),
        ],
    )
    assert found["higher-education-credits"][0] == counts_then


def test_who_gained_nothing_and_of_whom_nobody_knows_is_unknown_and_who_gained_is_not(tmp_path: Path) -> None:
    text = """
        who | started    | left       | confirmed
        Ana | 2020-01-10 | 2022-01-31 |
        Bo  | 2020-01-10 | 2022-01-31 |
        Che | 2020-01-10 | 2022-01-31 | 2024-01-31
        Dia | 2020-01-10 | 2022-01-31 | 2024-02-01
        """
    found = counts(tmp_path, [certificate(date(2022, 6, 1))], text)
    assert found["any"] == (1, 4, 2)
    assert found["primary-school"] == (0, 4, 3)


def test_who_is_out_of_scope_on_the_day_or_was_not_followed_that_long_is_not_among_them(tmp_path: Path) -> None:
    text = """
        who | started    | left       | confirmed  | abroad     | died
        Ana | 2020-01-10 | 2022-01-31 | 2025-01-15 |            |
        Bo  | 2020-01-10 | 2022-01-31 | 2023-01-15 | 2025-01-31 |
        Che | 2020-01-10 | 2022-01-31 | 2023-01-15 |            | 2024-01-31
        Dia | 2020-01-10 | 2022-02-02 | 2024-12-15 |            |
        """
    app = people(tmp_path, text, now=datetime(2025, 2, 1, 12, tzinfo=UTC))
    app.log(UUID(int=1), certificate(DAY), AUTHOR)
    assert counted(app, K9)["any", 36].n == 1
    assert counted(app, K9, denominator="all")["any", 36].n == 3


def test_where_nothing_of_the_kind_was_ever_recorded_it_is_not_available(tmp_path: Path) -> None:
    app = people(tmp_path, ANA)
    app.log(UUID(int=1), StatusConfirmed(on=DAY), AUTHOR)
    found = counted(app, K9)
    assert [figure.shown for figure in found.values()] == ["not-available"]
