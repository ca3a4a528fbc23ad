"""One state a month: the precedence of the printed table, the origins, and what is beyond follow-up."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from events.status import PeriodObserved
from tests.indicators.cohorts import AUTHOR, frames_of, people
from tests.tables import table
from tracker.indicators.cohort import Cohort
from tracker.indicators.status import NAMES, STATES
from tracker.indicators.trajectory import Origin, distribution, individual, mean_time, trajectories, transitions

LIVES = """
    state        | started    | left       | work                   | hours | subsidy                | school     | vgs        | higher     | measure    | sick       | moved | abroad     | died       | confirmed
    WORK37       |            | 2023-12-31 | 2024-01-01             | 37    |                        |            |            | 2024-01-01 |            |            |       |            |            |
    WORK20_36    |            | 2023-12-31 | 2024-01-01             | 20    |                        | 2024-01-01 |            |            |            |            |       |            |            |
    WORK20_36    |            | 2023-12-31 | 2024-01-01             | 36.9  |                        |            |            |            |            |            |       |            |            |
    WORK_EDU     |            | 2023-12-31 | 2024-01-01             | 19.5  |                        |            | 2024-01-01 |            |            |            |       |            |            |
    WORK_EDU     |            | 2023-12-31 | 2024-01-01             |       |                        | 2024-01-01 |            |            |            |            |       |            |            |
    EDU_HIGHER   |            | 2023-12-31 |                        |       |                        | 2024-01-01 |            | 2024-01-01 |            |            |       |            |            |
    EDU_VGS      |            | 2023-12-31 |                        |       |                        | 2024-01-01 | 2024-01-01 |            |            |            |       |            |            |
    EDU_GRUNN    |            | 2023-12-31 | 2024-01-01             | 37.5  | 2024-01-01             | 2024-01-01 |            |            |            |            |       |            |            |
    WAGE_SUBSIDY |            | 2023-12-31 | 2024-01-01             | 37.5  | 2024-01-01             |            |            |            |            |            |       |            |            |
    PROGRAMME    | 2024-01-01 |            | 2024-01-01             | 10    |                        |            |            |            |            |            |       |            |            |
    WORK_LT20    |            | 2023-12-31 | 2024-01-01             | 19.5  |                        |            |            |            | 2024-01-01 |            |       |            |            |
    MEASURE      |            | 2023-12-31 |                        |       |                        |            |            |            | 2024-01-01 | 2024-01-01 |       |            |            |
    HEALTH       |            | 2023-12-31 |                        |       |                        |            |            |            |            | 2024-01-01 |       |            |            |
    NONE         |            | 2023-12-31 |                        |       |                        |            |            |            |            |            |       |            |            | 2024-01-15
    UNKNOWN      |            | 2021-12-31 | 2022-01-01             | 37    |                        |            |            |            |            |            |       |            |            |
    OUT          |            | 2023-12-31 | 2024-01-01             | 37    |                        |            |            |            |            |            |       | 2024-01-02 |            |
    DEAD         |            | 2023-12-31 |                        |       |                        |            |            |            |            |            |       |            | 2024-01-02 |
    """


def test_each_state_is_the_first_of_the_printed_table_that_holds(tmp_path: Path) -> None:
    rows = table(LIVES)
    numbered = [f"p{number} | " + " | ".join(row.values()) for number, row in enumerate(rows)]
    app = people(tmp_path, "\n".join(["who | " + " | ".join(rows[0]), *numbered]))
    # Month 62 of settlement on 1 January 2019 is 1 February 2024.
    found = trajectories(frames_of(app), "settled", 62)
    assert [NAMES[code] for code in found.states[:, 61]] == [row["state"] for row in rows]
    assert {row["state"] for row in rows} == set(NAMES)


def test_who_lives_elsewhere_is_out_of_a_municipality_s_own_figure_and_followed_in_that_of_all(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | settled    | work       | hours | moved
        Ana | 2024-01-01 | 2024-01-01 | 37    | 2024-02-15 0301
        """,
    )
    frames = frames_of(app)
    everywhere = trajectories(frames, "settled", 3)
    at_home = trajectories(frames, "settled", 3, Cohort("settled"), municipality="5001")
    assert [NAMES[code] for code in everywhere.states[0]] == ["WORK37"] * 3
    assert [NAMES[code] for code in at_home.states[0]] == ["WORK37", "WORK37", "OUT"]


@pytest.mark.parametrize(
    "origin, first",
    [
        ("settled", "UNKNOWN"),
        ("programme-start", "PROGRAMME"),
        ("programme-end", "PROGRAMME"),
        ("first-month", "UNKNOWN"),
    ],
)
def test_month_one_is_the_day_of_the_origin_itself(tmp_path: Path, origin: Origin, first: str) -> None:
    app = people(
        tmp_path,
        """
        who | settled    | started    | left
        Ana | 2020-01-15 | 2020-03-15 | 2021-03-15
        """,
    )
    found = trajectories(frames_of(app), origin, 2)
    assert NAMES[found.states[0, 0]] == first


def test_a_month_that_has_not_come_is_no_state(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | started
        Ana | 2026-04-15
        """,
        now=datetime(2026, 6, 15, 12, tzinfo=UTC),
    )
    found = trajectories(frames_of(app), "programme-start", 4)
    assert [int(code) for code in found.states[0]] == [*[NAMES.index("PROGRAMME")] * 3, -1]
    assert [row[:2] for row in distribution(found)] == [(1, "PROGRAMME"), (2, "PROGRAMME"), (3, "PROGRAMME")]


def test_an_observed_period_is_known_to_its_last_day_and_not_longer(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | settled
        Ana | 2024-01-01
        """,
    )
    app.log(app.find("00000000"), PeriodObserved(on=date(2024, 1, 1), until=date(2024, 2, 29)), AUTHOR)
    found = trajectories(frames_of(app), "first-month", 3)
    assert [NAMES[code] for code in found.states[0]] == ["NONE", "NONE", "UNKNOWN"]


def test_the_tables_are_long_and_name_states(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | started    | left       | work       | hours
        Ana | 2024-01-01 | 2024-02-15 | 2024-02-16 | 37
        Bo  | 2024-01-01 |            |            |
        """,
    )
    found = trajectories(frames_of(app), "programme-start", 3)
    assert found.alphabet == 2
    assert distribution(found)[4:] == [(3, "WORK37", 1, 0.5), (3, "PROGRAMME", 1, 0.5)]
    assert [row for row in transitions(found) if row[0] == "PROGRAMME"] == [
        ("PROGRAMME", "WORK37", 1, 0.25),
        ("PROGRAMME", "PROGRAMME", 3, 0.75),
    ]
    assert mean_time(found) == [("WORK37", 0.5), ("PROGRAMME", 2.5)]
    assert [row[0] for row in individual(found)] == found.participants


def test_groups_come_one_after_the_other_with_the_alphabet_of_all(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | started    | track
        Ana | 2024-01-01 | 1
        Bo  | 2024-01-01 |
        """,
    )
    rows = distribution(trajectories(frames_of(app), "programme-start", 1, by=("track",)))
    assert rows == [("1", 1, "PROGRAMME", 1, 1.0), ("unknown", 1, "PROGRAMME", 1, 1.0)]


def test_what_was_known_at_a_position_stays_the_same_after_a_correction(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | started    | left       | work       | hours
        Ana | 2024-01-01 | 2024-01-31 | 2024-02-01 | 37
        """,
    )
    before = app.read_model.follow()
    states = trajectories(frames_of(app), "programme-start", 3).states.tolist()
    who = app.find("00000000")
    app.correct(who, 4, {"hours_per_week": 10}, "a typing error", AUTHOR)
    app.retract(who, 3, "never left", AUTHOR)
    assert trajectories(frames_of(app, before), "programme-start", 3).states.tolist() == states
    assert trajectories(frames_of(app), "programme-start", 3).states.tolist() != states


def test_follow_up_of_an_earlier_position_ends_on_its_day(tmp_path: Path) -> None:
    app = people(
        tmp_path,
        """
        who | started
        Ana | 2026-04-15
        """,
        now=datetime(2026, 4, 20, 12, tzinfo=UTC),
    )
    before = app.read_model.follow()
    app.clock.now = datetime(2026, 8, 1, 12, tzinfo=UTC)  # type: ignore[attr-defined]
    who = app.find("00000000")
    app.correct(who, 2, {"hours_per_week": 30}, "learnt later", AUTHOR)
    assert frames_of(app, before).known_on == date(2026, 4, 20)
    assert frames_of(app).known_on == date(2026, 8, 1)


def test_the_printed_table_is_complete_and_ends_with_what_is_left() -> None:
    assert STATES[-1].name == "NONE"
    assert len(set(NAMES)) == len(STATES)
    assert all(state.predicate for state in STATES)
