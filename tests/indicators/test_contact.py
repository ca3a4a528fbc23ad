"""Conversations, months without contact and changes of advisor, as tables of facts."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.follow_up.random_lives import FIRST, journeys
from tests.indicators.cohorts import counted
from tests.indicators.followed_up import as_read, told, turn, value
from tests.tables import shown, table
from tracker.contracts.conversations import conversations
from tracker.indicators.following_up.agreements import conversations_on
from tracker.indicators.following_up.contact import F3, F4, F5
from tracker.journey import Journey

TALKS = """
    who | on         | fact                | values                                         | agreed and over
    Ana | 2025-05-01 | follow-up-scheduled | follow-up=a, planned-on=2025-05-10             | held
    Ana | 2025-05-02 | follow-up-moved     | follow-up=a, planned-on=2025-05-11             |
    Ana | 2025-05-03 | follow-up-moved     | follow-up=a, planned-on=2025-05-12             |
    Ana | 2025-05-12 | follow-up-held      | follow-up=a                                    |
    Ana | 2025-05-01 | follow-up-scheduled | follow-up=b, planned-on=2025-05-20             | missed
    Ana | 2025-05-20 | follow-up-missed    | follow-up=b, missed-by=interpreter             |
    Ana | 2025-05-25 | follow-up-held      |                                                | without
    Bo  | 2025-05-01 | follow-up-scheduled | planned-on=2025-05-31                          | untold
    Che | 2025-05-01 | follow-up-scheduled | planned-on=2025-06-01                          |
    Dia | 2025-05-01 | follow-up-scheduled | planned-on=2025-06-30                          | held
    Dia | 2025-06-01 | follow-up-held      |                                                |
    Eli | 2025-05-01 | follow-up-scheduled | planned-on=2025-05-20                          |
    """


def test_conversations_are_held_moved_missed_or_not_told_of(tmp_path: Path) -> None:
    who = """
        who | started    | abroad
        Ana | 2023-01-10 |
        Bo  | 2023-01-10 |
        Che | 2023-01-10 |
        Dia | 2023-01-10 |
        Eli | 2023-01-10 | 2025-05-20
        """
    text = "\n".join(line.rpartition("|")[0] for line in TALKS.strip().splitlines())
    found = {line: figure for (line, _), figure in counted(told(tmp_path, text, who), F3).items()}
    values = {line: value(found[f"conversations-{line}"]) for line in ("held", "moved", "unagreed")}
    assert values == {"held": 0.5, "moved": 0.25, "unagreed": 0.3333}
    assert value(found["moves"]) == 0.5
    assert found["moves"].n == 3, "people, not conversations"
    assert {
        line: figure.counted for line, figure in found.items() if line.startswith(("all", "one")) and figure.counted
    } == {
        "all-held": 1,
        "one-missed": 1,
        "one-missed-by-interpreter": 1,
        "one-untold": 1,
        "one-moved": 1,
        "one-unagreed": 1,
    }
    assert (found["all-held"].n, found["one-unagreed"].n) == (3, 2)


@pytest.mark.parametrize(
    "row",
    table(
        """
        contact                             | months | three | six
        2025-06-01 follow-up-held           | 0      | 0     | 0
        2025-03-02 follow-up-held           | 2      | 0     | 0
        2025-03-01 follow-up-held           | 3      | 1     | 0
        2024-12-02 follow-up-held           | 5      | 1     | 0
        2024-12-01 follow-up-held           | 6      | 1     | 1
        2025-03-02 participant-consulted    | 2      | 0     | 0
        2025-03-02 status-confirmed         | 2      | 0     | 0
        2025-03-02 status-confirmed unasked | 28     | 1     | 1
        2022-12-01 follow-up-held           | 28     | 1     | 1
        """
    ),
    ids=lambda row: row["contact"],
)
def test_months_without_contact_are_whole_and_count_from_the_start_at_the_latest(
    tmp_path: Path, row: dict[str, str]
) -> None:
    on, name, *more = row["contact"].split()
    values = {"participant-consulted": "way=conversation"}.get(name, "reached=no" if more else "")
    found = counted(told(tmp_path, f"on | fact | values\n{on} | {name} | {values}"), F4)
    assert value(found["months-since-contact", None]) == float(row["months"])
    assert value(found["median-months-since-contact", None]) == float(row["months"])
    shares = [found[f"none-for-{months}-months", None].counted for months in (3, 6)]
    assert shares == [int(row["three"]), int(row["six"])]


def test_only_those_in_the_programme_and_in_scope_are_asked_for_contact(tmp_path: Path) -> None:
    who = """
        who | started    | left       | abroad
        Ana | 2023-01-10 |            |
        Bo  | 2023-01-10 | 2025-05-31 |
        Che | 2023-01-10 | 2025-06-01 |
        Dia | 2023-01-10 |            | 2025-06-01
        """
    found = counted(told(tmp_path, "who | on | fact\nAna | 2025-05-01 | follow-up-held", who), F4)
    assert found["months-since-contact", None].n == 2, "the last day is one in the programme"
    assert value(found["months-since-contact", None]) == 14.5


def test_changes_of_advisor_count_in_the_programme_alone(tmp_path: Path) -> None:
    who = """
        who | started    | left
        Ana | 2023-06-02 |
        Bo  | 2023-06-02 | 2024-06-01
        Che |            |
        """
    text = """
        who | on         | fact                | values
        Ana | 2023-05-01 | advisor-assigned    | advisor=one
        Ana | 2023-06-01 | advisor-assigned    | advisor=two
        Ana | 2023-06-02 | advisor-handed-over | advisor=three, answer=accepted
        Ana | 2024-01-01 | advisor-handed-over | advisor=four, answer=declined
        Ana | 2024-02-01 | advisor-assigned    | advisor=three
        Ana | 2024-03-01 | advisor-assigned    | advisor=four
        Bo  | 2023-07-01 | advisor-assigned    | advisor=one
        Bo  | 2024-06-01 | advisor-assigned    | advisor=two
        Bo  | 2024-06-02 | advisor-assigned    | advisor=three
        Che | 2024-06-02 | advisor-assigned    | advisor=three
        """
    found = counted(told(tmp_path, text, who, signed=False), F5)
    assert value(found["changes-a-year", None]) == 1.0, "2 of Ana and 1 of Bo, in 2 years and 1"
    assert value(found["declined-a-year", None]) == 0.3333
    assert [found[line, None].counted for line in ("one-or-more", "two-or-more", "one-declined")] == [2, 1, 1]
    assert found["one-or-more", None].n == 2


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lives") / "read.db"


@given(journeys, st.integers(0, 2500))
def test_conversations_are_those_that_the_journey_tells_of(file: Path, journey: Journey, days: int) -> None:
    day = FIRST + timedelta(days=days)
    entries = sorted((e for e in journey.entries.values() if e.fact.on <= day), key=turn)
    columns = ("agreed", "moves", "state", "planned")
    expected = [
        {
            "agreed": one.agreed_on is not None,
            "moves": len(one.moves),
            "state": None if one.state == "agreed" else one.state,
            "planned": one.planned_on,
        }
        for one in conversations(entries)
        if one.agreed_on is not None or one.state == "held"
    ]
    frames, asked = as_read(file, journey, day)
    found = conversations_on(frames, asked).with_columns(planned="planned_on").to_dicts()
    assert shown(found, columns) == shown(expected, columns)
