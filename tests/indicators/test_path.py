"""Left the programme into a running step of the own path."""

from pathlib import Path
from uuid import UUID

import pytest

from tests.follow_up.lives import fact as told_as
from tests.indicators.cohorts import AUTHOR, counted, people
from tests.indicators.test_goals import BO, LEFT, told
from tests.tables import table
from tracker.application import ProgressionTracker
from tracker.indicators.capacity import path
from tracker.indicators.capacity.goals import K5
from tracker.indicators.catalogue import CATALOGUE, indicator
from tracker.indicators.robustness.against import R4


def running(app: ProgressionTracker) -> tuple[int, int, int]:
    """(counted, out of, unknown) of those who left into a running step of their path."""
    figure = counted(app, path.K5)["running-step", None]
    return figure.counted, figure.n, figure.unknown


def with_path(folder: Path, steps: str, text: str = BO) -> ProgressionTracker:
    """The people of a table, of whom the first signed a contract in 2023 and has the facts of another."""
    signed = "contract=long-contract, until=2027-12-31, parties=participant+county"
    app = told(folder, text, [told_as("2023-01-10", "contract-signed", signed)])
    for row in table(steps):
        app.log(UUID(int=1), told_as(row["on"], row["fact"], row["values"]), AUTHOR)
    return app


@pytest.mark.parametrize(
    "row",
    table(
        """
        target                   | then                                                        | counts
        upper-secondary          |                                                             | 0
        upper-secondary          | 2023-08-15 upper-secondary-enrolled                         | 1
        upper-secondary          | 2024-05-02 upper-secondary-enrolled                         | 1
        upper-secondary          | 2024-05-03 upper-secondary-enrolled                         | 0
        upper-secondary          | 2024-02-01 primary-school-enrolled                          | 0
        upper-secondary          | 2022-08-15 upper-secondary-enrolled; 2024-01-30 upper-secondary-left | 0
        upper-secondary          | 2022-08-15 upper-secondary-enrolled; 2024-01-31 upper-secondary-left | 1
        primary-school-completed | 2023-08-15 primary-school-enrolled                          | 1
        primary-school-completed | 2024-01-30 primary-school-completed                         | 0
        primary-school-completed | 2024-01-31 primary-school-completed                         | 1
        trade-certificate        | 2024-05-02 trade-certificate-awarded trade=cook             | 1
        trade-certificate        | 2024-05-03 trade-certificate-awarded trade=cook             | 0
        social-studies-test      | 2024-05-02 social-studies-test-taken passed=yes, language=ar | 1
        social-studies-test      | 2024-05-02 social-studies-test-taken passed=no, language=ar | 0
        volunteering             | 2024-01-01 consent-given purpose=participation; 2024-02-01 volunteering-started kind=sport | 1
        volunteering             | 2024-01-01 consent-given purpose=participation             | 0
        wage-subsidy             | 2024-02-01 job-started job=a; 2024-02-01 wage-subsidy-granted job=a | 1
        work                     | 2024-02-01 job-started job=a; 2024-02-01 wage-subsidy-granted job=a | 0
        work                     | 2024-02-01 job-started job=a                                | 1
        other                    | 2024-05-02 step-judged-reached step=s                       | 1
        other                    | 2024-01-31 step-judged-reached step=s                       | 1
        other                    | 2024-05-03 step-judged-reached step=s                       | 0
        """
    ),
    ids=lambda row: f"{row['target']} {row['then']}",
)
def test_a_step_of_the_path_runs_on_some_day_from_leaving_to_92_days_later_or_is_reached(
    tmp_path: Path, row: dict[str, str]
) -> None:
    step = f"step=s, contract=long-contract, target={row['target']}, due=2026-12-31"
    text = f"on | fact | values\n2023-02-01 | step-agreed | {step}\n"
    for then in filter(None, row["then"].split("; ")):
        on, name, *values = then.split(maxsplit=2)
        text += f"{on} | {name} | {' '.join(values)}\n"
    assert running(with_path(tmp_path, text)) == (int(row["counts"]), 1, 0)


def test_volunteering_without_consent_is_unknown(tmp_path: Path) -> None:
    text = """
        on         | fact                 | values
        2023-02-01 | step-agreed          | step=s, contract=long-contract, target=volunteering, due=2026-12-31
        2024-02-01 | volunteering-started | kind=sport
        2024-05-03 | consent-given        | purpose=participation
        """
    assert running(with_path(tmp_path, text)) == (0, 1, 1)


@pytest.mark.parametrize(
    "row",
    table(
        """
        hours | counts | unknown
        20    | 1      | 0
        19.5  | 0      | 0
              | 0      | 1
        """
    ),
    ids=lambda row: row["hours"],
)
def test_a_step_to_work_needs_the_hours_that_were_agreed(tmp_path: Path, row: dict[str, str]) -> None:
    step = "step=s, contract=long-contract, target=work, hours-per-week=20, due=2026-12-31"
    text = f"who | left | work | hours\nBo | {LEFT} | 2024-02-01 | {row['hours']}"
    app = with_path(tmp_path, f"on | fact | values\n2023-02-01 | step-agreed | {step}", text)
    assert running(app) == (int(row["counts"]), 1, int(row["unknown"]))


LEVELS = """
    on         | level | skill     | counts
    2024-01-30 | A2    | reading   | 0
    2024-01-31 | A2    | reading   | 1
    2024-01-31 | B1    | reading   | 1
    2024-05-02 | A2    | reading   | 1
    2024-05-03 | A2    | reading   | 0
    2024-02-01 | A1    | reading   | 0
    2024-02-01 | A2    | listening | 0
    """


@pytest.mark.parametrize("row", table(LEVELS), ids=lambda row: f"{row['on']} {row['level']} {row['skill']}")
def test_a_step_to_a_level_is_reached_with_the_last_of_its_skills(tmp_path: Path, row: dict[str, str]) -> None:
    step = "step=s, contract=long-contract, target=language-level, level=A2, due=2026-12-31, skills=reading+speaking"
    text = f"""
        on         | fact                   | values
        2023-02-01 | step-agreed            | {step}
        2023-03-01 | language-level-reached | skill=speaking, level=A2
        {row["on"]} | language-level-reached | skill={row["skill"]}, level={row["level"]}
        """
    assert running(with_path(tmp_path, text)) == (int(row["counts"]), 1, 0)


PATHS = """
    step       | then                                                                      | counts | n
    2024-01-31 |                                                                           | 1      | 1
    2024-02-01 |                                                                           | 0      | 0
    2023-02-01 | 2024-01-30 step-dropped step=s                                            | 0      | 0
    2023-02-01 | 2024-01-30 step-judged-reached step=s                                     | 0      | 0
    2023-02-01 | 2024-01-30 contract-terminated contract=long-contract                     | 0      | 0
    2023-02-01 | 2024-01-31 contract-terminated contract=long-contract                     | 1      | 1
    2023-02-01 | 2024-01-31 contract-paused contract=long-contract                         | 1      | 1
    """


@pytest.mark.parametrize("row", table(PATHS), ids=lambda row: f"{row['step']} {row['then']}")
def test_the_path_is_that_of_the_day_of_leaving(tmp_path: Path, row: dict[str, str]) -> None:
    step = "step=s, contract=long-contract, target=upper-secondary, due=2026-12-31"
    text = f"on | fact | values\n{row['step']} | step-agreed | {step}\n"
    if row["then"]:
        text += " | ".join(row["then"].split())
    app = with_path(tmp_path, text, "who | left | vgs\nBo | 2024-01-31 | 2023-08-15\nEve | 2024-01-31 | 2023-08-15")
    assert running(app) == (int(row["counts"]), int(row["n"]), 0), "Eve has no contract, and no path"


def test_a_contract_that_had_run_out_is_no_path(tmp_path: Path) -> None:
    facts = [
        told_as(
            "2023-01-10",
            "contract-signed",
            "contract=integration-contract, until=2024-01-30, parties=participant+municipality",
        ),
        told_as("2023-02-01", "step-agreed", "step=s, contract=integration-contract, target=work, due=2024-01-30"),
    ]
    assert running(told(tmp_path, BO, facts)) == (0, 0, 0)


def test_the_first_version_of_k5_stays_and_the_lines_that_others_compare_are_its(tmp_path: Path) -> None:
    assert indicator("K5@1") is K5
    assert CATALOGUE["K5"] is path.K5
    app = people(tmp_path, "who | left | school\nBo | 2024-01-31 | 2024-02-01")
    before, now = counted(app, K5), counted(app, path.K5)
    assert {key: now[key] for key in before} == before
    assert set(now) - set(before) == {("running-step", None)}
    lines = [measure.line for measure in R4.measures if hasattr(measure, "line")]
    assert {line.name for line in lines if line.of is K5} == {"course", "course-in-plan"}
