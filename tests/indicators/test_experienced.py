"""Being heard, having influence, getting answers, belonging: every boundary, and what is not recorded."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from events import Fact
from events.intake import InterpreterNeeded, UnitAssigned
from events.involvement import FeedbackAnswered, FeedbackGiven, ParticipantConsulted
from events.plan import PlanAgreed, PlanRevised
from tests.indicators.cohorts import AUTHOR, counted, exact, people
from tests.indicators.rounds import alike, hold
from tests.tables import table
from tracker.application import ProgressionTracker
from tracker.indicators.experienced import O1, O2, O3, O4

day = date.fromisoformat
ALL = ("wish", "language", "confirmed", "interpreter")


def consulted(on: str, *told: str, way: str = "conversation") -> ParticipantConsulted:
    """A talk of which these were recorded; ``no X`` says no, what is not named was not asked."""
    named = {
        "wish": "own_wish_recorded",
        "language": "understood_language",
        "confirmed": "confirmed_by_participant",
        "interpreter": "interpreter",
    }
    fields = {named[name.removeprefix("no ")]: "no" if name.startswith("no ") else "yes" for name in told}
    return ParticipantConsulted(on=day(on), way=way, **fields)  # type: ignore[arg-type]


def heard(folder: Path, text: str) -> ProgressionTracker:
    """People who started and met: ``met`` days with commas, of meetings that have everything but an interpreter."""
    app = people(folder, text)
    for number, row in enumerate(table(text), start=1):
        for on in filter(None, row.get("met", "").split(",")):
            app.log(UUID(int=number), consulted(on.strip(), *ALL[:3]), AUTHOR)
    return app


Lines = dict[str, tuple[int, int]]


def lines(app: ProgressionTracker, on: str, **question: Any) -> Lines:
    """(counted, out of) of each line of O1 on a day; nothing is ever unknown."""
    found = counted(app, O1, f"active:{on}", **question)
    app.close()
    assert not any(figure.unknown for figure in found.values())
    return {line: (figure.counted, figure.n) for (line, _), figure in found.items()}


@pytest.mark.parametrize(
    "met, first",
    [
        ("2024-04-15", 1),
        ("2024-04-16", 0),
        ("2024-01-15", 1),
        ("2023-10-15", 1),
        ("2023-10-14", 0),
    ],
)
def test_the_first_meeting_lies_three_months_before_or_after_the_start(tmp_path: Path, met: str, first: int) -> None:
    app = heard(
        tmp_path,
        f"""
        who | started    | met
        Ana | 2024-01-15 | {met}
        """,
    )
    assert lines(app, "2024-05-01")["first-in-time"] == (first, 1)


@pytest.mark.parametrize(
    "met, throughout, recent",
    [
        ("2024-02-01, 2024-08-01, 2025-02-01", 1, 1),
        ("2024-02-01, 2024-08-02, 2025-02-01", 0, 1),
        ("2024-02-01, 2024-07-31, 2025-01-31", 1, 1),
        ("2024-02-01, 2024-08-01, 2024-08-31", 1, 1),
        ("2024-02-01, 2024-08-01, 2024-08-27", 0, 0),
        ("2024-05-01, 2024-08-01, 2025-01-01", 0, 1),
        # Before the start counts as at the start.
        ("2023-12-01, 2024-07-15, 2025-01-15", 1, 1),
        ("2023-12-01, 2024-07-16, 2025-01-15", 0, 1),
    ],
)
def test_from_one_meeting_to_the_next_and_to_the_day_are_six_months(
    tmp_path: Path, met: str, throughout: int, recent: int
) -> None:
    app = heard(
        tmp_path,
        f"""
        who | started    | met
        Ana | 2024-01-15 | {met}
        """,
    )
    found = lines(app, "2025-02-28")
    assert (found["throughout"], found["last-six-months"]) == ((throughout, 1), (recent, 1))


def test_who_is_not_due_yet_is_left_out_unless_there_was_a_meeting(tmp_path: Path) -> None:
    app = heard(
        tmp_path,
        """
        who | started    | met
        Ana | 2024-02-01 |
        Bo  | 2024-01-31 |
        Che | 2024-02-01 | 2024-02-10
        Dia | 2024-02-01 | 2024-05-02
        """,
    )
    # Meetings after the day of the figure are not known of on it.
    assert lines(app, "2024-05-01")["throughout"] == (1, 2)


def test_everything_has_to_be_recorded_and_not_asked_is_not(tmp_path: Path) -> None:
    app = people(tmp_path, "who | started\n" + "\n".join(f"P{number} | 2024-01-15" for number in range(6)))
    told = [("wish", "language", "confirmed"), ("wish", "language"), ("wish", "confirmed"), ("language", "confirmed")]
    told += [("no wish", "language", "confirmed"), ()]
    for number, each in enumerate(told, start=1):
        app.log(UUID(int=number), consulted("2024-02-01", *each), AUTHOR)
    found = lines(app, "2024-06-01")
    assert found["throughout"] == (1, 6)
    assert (found["own-wish"], found["language"], found["confirmed"]) == ((3, 6), (4, 6), (4, 6))
    assert found["interpreter"] == (0, 0)


def test_a_needed_interpreter_has_to_be_there(tmp_path: Path) -> None:
    app = people(tmp_path, "who | started\n" + "\n".join(f"P{number} | 2024-01-15" for number in range(4)))
    for number in (1, 2, 3):
        app.log(UUID(int=number), InterpreterNeeded(on=date(2024, 1, 15), language="ti"), AUTHOR)
    app.log(UUID(int=3), InterpreterNeeded(on=date(2024, 2, 1), language=None), AUTHOR)
    for number, told in enumerate((ALL, ALL[:3], ALL[:3], ALL[:3]), start=1):
        app.log(UUID(int=number), consulted("2024-02-01", *told), AUTHOR)
    found = lines(app, "2024-06-01")
    assert found["throughout"] == (3, 4)
    assert found["interpreter"] == (1, 2)


PARTS = ("language", "confirmed")
ON = date(2024, 2, 1)


@pytest.mark.parametrize(
    "facts, counts",
    [
        ([consulted("2024-02-01", *ALL[:3], way="survey")], 0),
        ([consulted("2024-02-01", *ALL[:3], way="both")], 1),
        ([PlanAgreed(on=ON, with_participant="yes", own_wish_recorded="yes"), consulted("2024-02-01", *PARTS)], 1),
        ([PlanAgreed(on=ON, with_participant="yes", own_wish_recorded="yes"), consulted("2024-02-02", *PARTS)], 0),
        ([PlanAgreed(on=ON, with_participant="yes", own_wish_recorded="yes")], 0),
        (
            [
                PlanRevised(on=ON, with_participant="yes", own_wish_recorded="yes"),
                consulted("2024-02-01", *PARTS, way="survey"),
            ],
            1,
        ),
        (
            [
                PlanRevised(on=ON, with_participant="no", own_wish_recorded="yes"),
                consulted("2024-02-01", *PARTS, way="survey"),
            ],
            0,
        ),
    ],
)
def test_what_is_told_of_one_day_is_one_meeting(tmp_path: Path, facts: list[Fact], counts: int) -> None:
    app = people(tmp_path, "who | started\nAna | 2024-01-15")
    for fact in facts:
        app.log(UUID(int=1), fact, AUTHOR)
    assert lines(app, "2024-06-01")["throughout"] == (counts, 1)


def test_only_who_is_in_the_programme_on_the_day_and_lives_there(tmp_path: Path) -> None:
    app = heard(
        tmp_path,
        """
        who | started    | left       | moved           | met
        Ana | 2024-01-15 | 2024-05-31 |                 | 2024-02-01
        Bo  | 2024-01-15 | 2024-06-01 |                 | 2024-02-01
        Che | 2024-01-15 |            | 2024-06-01 0301 | 2024-02-01
        Dia | 2024-06-02 |            |                 |
        """,
    )
    assert lines(app, "2024-06-01", municipality="5001")["throughout"] == (1, 1)


def test_influence_is_the_mean_of_what_each_person_answered(tmp_path: Path) -> None:
    app = people(tmp_path, "who")
    hold(app, [*alike(10, influence_plan=3, influence_goal=5), *alike(10, influence_plan=6), *alike(5, belonging=1)])
    found = counted(app, O2, "year:2024")
    whole, plan = found["influence", None], found["influence", "influence-plan"]
    assert (whole.value, whole.counted, whole.unknown) == (5.0, 20, 5)
    assert (plan.value, plan.counted) == (4.5, 20)
    assert found["influence", "influence-goal"].value == 5.0
    assert found["influence", "influence-days"].shown == "nobody"


def test_agreeing_is_4_or_5(tmp_path: Path) -> None:
    app = people(tmp_path, "who")
    told = [
        *alike(5, belonging=3, equal_treatment=4),
        *alike(6, belonging=4, equal_treatment=5),
        *alike(2, belonging=5),
        *alike(1, belonging=1),
    ]
    hold(app, told, invited=30)
    found = counted(app, O4, "year:2024")

    def of(line: str) -> tuple[int, int, int]:
        return found[line, None].counted, found[line, None].n, found[line, None].unknown

    assert of("belonging") == (8, 14, 0)
    assert of("equal-treatment") == (11, 14, 3)
    assert of("both") == (6, 14, 2)


def given_feedback(folder: Path, text: str, who: str = "who\nAna\nBo") -> ProgressionTracker:
    """Feedback in rows: of (a number), given, name, and answers: ``day decision`` with commas."""
    app = people(folder, who)
    for row in table(text):
        person = UUID(int=int(row["of"]))
        app.log(person, FeedbackGiven(on=day(row["given"]), feedback=row["name"]), AUTHOR)
        for answer in filter(None, row["answers"].split(",")):
            on, decision = answer.split()
            app.log(
                person,
                FeedbackAnswered(on=day(on), feedback=row["name"], decision=decision),  # type: ignore[arg-type]
                AUTHOR,
            )
    return app


def feedback(app: ProgressionTracker, cohort: str = "year:2024", **question: Any) -> Lines:
    found = counted(app, O3, cohort, **question)
    return {line: (figure.counted, figure.n) for (line, _), figure in found.items()}


def test_feedback_is_answered_within_90_days_by_a_decision(tmp_path: Path) -> None:
    app = given_feedback(
        tmp_path,
        """
        of | given      | name    | answers
        1  | 2024-01-01 | bus     | 2024-03-31 followed
        1  | 2024-01-01 | room    | 2024-04-01 followed
        1  | 2024-01-01 | meals   |
        2  | 2024-01-01 | room    | 2024-01-02 passed-on
        2  | 2024-01-01 | teacher | 2024-01-02 passed-on, 2024-02-01 not-followed
        2  | 2024-01-01 | hours   | 2024-02-01 followed-in-part, 2024-03-01 not-followed
        """,
    )
    assert feedback(app) == {"in-time": (3, 6), "decided": (4, 6), "reply": (5, 6), "followed": (3, 4)}


def test_the_same_name_of_two_participants_is_two_things(tmp_path: Path) -> None:
    app = given_feedback(
        tmp_path,
        """
        of | given      | name | answers
        1  | 2024-01-01 | room | 2024-01-10 followed
        2  | 2024-01-01 | room |
        """,
    )
    assert feedback(app)["decided"] == (1, 2)


def test_feedback_whose_90_days_run_is_left_out_unless_it_is_decided(tmp_path: Path) -> None:
    # 90 days before the day of the figure, 1 June 2026, is 3 March: its last day has not passed.
    app = given_feedback(
        tmp_path,
        """
        of | given      | name  | answers
        1  | 2026-03-02 | late  |
        1  | 2026-03-03 | today |
        1  | 2026-05-01 | new   | 2026-05-02 passed-on
        2  | 2026-05-01 | fast  | 2026-05-02 followed
        """,
    )
    assert feedback(app, "year:2026")["in-time"] == (1, 2)


def test_feedback_counts_in_the_year_it_was_given(tmp_path: Path) -> None:
    app = given_feedback(
        tmp_path,
        """
        of | given      | name | answers
        1  | 2023-12-31 | one  | 2024-01-02 followed
        1  | 2024-01-01 | two  |
        1  | 2024-12-31 | more | 2025-01-02 followed
        """,
    )
    assert feedback(app)["decided"] == (1, 2)
    assert feedback(app, "year:2023")["decided"] == (1, 1)
    assert feedback(app, "year:2022")["decided"] == (0, 0)


def test_feedback_belongs_to_where_the_participant_was_on_its_day(tmp_path: Path) -> None:
    app = given_feedback(
        tmp_path,
        """
        of | given      | name | answers
        1  | 2024-05-31 | one  | 2024-06-10 followed
        1  | 2024-06-01 | two  |
        2  | 2024-06-01 | one  | 2024-06-10 followed
        """,
        who="who | gender | moved\nAna | female | 2024-06-01 0301\nBo | male |",
    )
    app.log(UUID(int=2), UnitAssigned(on=date(2024, 1, 1), unit="North"), AUTHOR)
    assert feedback(app, municipality="5001")["decided"] == (2, 2)
    assert feedback(app, municipality="0301")["decided"] == (0, 1)
    rows = [row for row in exact(app, O3, "year:2024", by=("gender", "municipality")) if row["line"] == "decided"]
    assert {(row["gender"], row["municipality"]): (row["counted"], row["n"]) for row in rows} == {
        ("all", "all"): (2, 3),
        ("female", "0301"): (0, 1),
        ("female", "5001"): (1, 1),
        ("male", "5001"): (1, 1),
    }
    units = [row for row in exact(app, O3, "year:2024", by=("unit",)) if row["line"] == "decided"]
    assert {row["unit"]: row["n"] for row in units} == {
        "all": 3,
        "units with fewer than three advisors": 1,
        "unknown": 2,
    }


def test_without_feedback_it_is_not_available(tmp_path: Path) -> None:
    assert counted(people(tmp_path, "who\nAna"), O3, "year:2024")["all", None].shown == "not-available"
