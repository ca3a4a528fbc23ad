"""Norwegian in time: the own legal deadline, and what moves it."""

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from events import Fact
from events.intake import BackgroundUpdated
from events.language import LanguageTrainingStarted
from events.programme import LeaveEnded, LeaveStarted
from tests.indicators.cohorts import AUTHOR, counted
from tests.indicators.norwegian import ALL_A2, STARTED, reached, results_of, target, told
from tests.tables import table
from tracker.indicators.capacity.language import K3

IN_TIME = "own-target-in-time"
TARGET = target("2022-02-01", all="A2")


def background(rule_set: str, schooling: str) -> Fact:
    return BackgroundUpdated(on=date(2022, 1, 10), rule_set=rule_set, schooling=schooling)  # type: ignore[arg-type]


def shown(day: str) -> list[Fact]:
    """All skills at A2 on a day."""
    return results_of(ALL_A2.replace("2023-01-10", day))


DEADLINES = table(
    """
    rule set             | schooling       | reached    | leave                  | in time
    integration-act-2021 | upper-secondary | 2023-07-10 |                        | 18
    integration-act-2021 | upper-secondary | 2023-07-11 |                        |
    integration-act-2025 | higher          | 2023-07-20 | 2022-08-01..2022-08-10 | 19
    integration-act-2025 | higher          | 2023-07-21 | 2022-08-01..2022-08-10 |
    integration-act-2025 | higher          | 2023-07-20 | 2023-07-11..           |
    integration-act-2021 | none            | 2025-01-10 |                        | 36
    integration-act-2021 | none            | 2025-01-11 |                        |
    collective-protection| not-asked       | 2023-01-10 |                        | 12
    collective-protection| not-asked       | 2023-01-11 |                        |
    """
)


@pytest.mark.parametrize("row", DEADLINES, ids=lambda row: f"{row['schooling']} {row['reached']} {row['leave']}")
def test_the_own_deadline_moves_with_approved_leave(tmp_path: Path, row: dict[str, str]) -> None:
    first, _, last = row["leave"].partition("..")
    leave: list[Fact] = [LeaveStarted(on=date.fromisoformat(first), cause="parental")] if first else []
    leave += [LeaveEnded(on=date.fromisoformat(last))] if last else []
    app = told(
        tmp_path,
        STARTED,
        background(row["rule set"], row["schooling"]),
        TARGET,
        *leave,
        *shown(row["reached"]),
    )
    assert reached(app, "own-target")[1] == 1
    assert reached(app, IN_TIME) == (int(row["in time"]) if row["in time"] else None, 1)


@pytest.mark.parametrize("rule_set, schooling", [("introduction-act", "none"), ("integration-act-2021", "unknown")])
def test_without_a_known_deadline_nobody_is_in_time_or_late(tmp_path: Path, rule_set: str, schooling: str) -> None:
    app = told(tmp_path, STARTED, background(rule_set, schooling), TARGET, *shown("2023-01-10"))
    assert reached(app, "own-target") == (12, 1)
    assert reached(app, IN_TIME) == (None, 0)


@pytest.mark.parametrize("leave", [{"approved": False}, {"extends_deadline": False}, {"cause": "other"}], ids=str)
def test_only_approved_leave_that_extends_the_deadline_moves_it(tmp_path: Path, leave: dict[str, object]) -> None:
    away = LeaveStarted(on=date(2022, 8, 1), **({"cause": "parental"} | leave))  # type: ignore[arg-type]
    app = told(
        tmp_path,
        STARTED,
        background("integration-act-2021", "higher"),
        TARGET,
        away,
        LeaveEnded(on=date(2022, 8, 10)),
        *shown("2023-07-20"),
    )
    assert reached(app, IN_TIME)[0] == (19 if leave == {"cause": "other"} else None)


@pytest.mark.parametrize("training, month", [("2021-12-10", None), ("2022-02-10", 19)], ids=["before", "after"])
def test_the_deadline_counts_from_the_start_of_training_in_norwegian(
    tmp_path: Path, training: str, month: int | None
) -> None:
    start = LanguageTrainingStarted(on=date.fromisoformat(training))
    act = background("integration-act-2021", "higher")
    app = told(tmp_path, STARTED, act, TARGET, start, *shown("2023-08-10"))
    assert reached(app, IN_TIME)[0] == month


@pytest.mark.parametrize("left, share", [("2023-09-01", 1 / 2), ("2022-03-01", 1)], ids=["missed it", "nobody knows"])
def test_who_missed_the_deadline_never_meets_it_and_who_was_lost_before_it_is_unknown(
    tmp_path: Path, left: str, share: float
) -> None:
    text = f"""
        who | started    | left
        Ana | 2022-01-10 | {left}
        Bo  | 2022-01-10 |
        """
    app = told(tmp_path, text, background("integration-act-2021", "higher"), TARGET)
    for fact in (background("integration-act-2021", "none"), TARGET, *shown("2024-11-10")):
        app.log(UUID(int=2), fact, AUTHOR)
    assert counted(app, K3)[IN_TIME, 36].value == pytest.approx(share)
