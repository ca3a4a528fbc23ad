"""What the register is to be told, by when, and in which order."""

from datetime import date

import pytest

from events import fact_class
from events.fields import fields_by_name
from tests.quality.installation import Installation
from tests.tables import table
from tracker.rules.nir import CUT_OFF, REGISTRATION, SUBJECTS, UNVERIFIED, cut_off, due_on


@pytest.mark.parametrize(
    "row",
    table(
        """
        happened   | due        | closes
        2023-07-01 | 2023-09-01 | 2024-02-29
        2023-01-01 | 2023-03-01 | 2024-02-29
        2022-12-31 | 2023-02-28 | 2023-02-28
        2023-12-31 | 2024-02-29 | 2024-02-29
        2023-12-29 | 2024-02-29 | 2024-02-29
        2024-01-01 | 2024-03-01 | 2025-02-28
        2024-02-29 | 2024-04-29 | 2025-02-28
        """
    ),
    ids=lambda row: row["happened"],
)
def test_two_calendar_months_and_the_last_of_february(row: dict[str, str]) -> None:
    day = date.fromisoformat(row["happened"])
    assert (due_on(day), cut_off(day)) == (date.fromisoformat(row["due"]), date.fromisoformat(row["closes"]))


def test_every_fact_of_the_table_exists_and_is_asked_for_once() -> None:
    facts = [fact for subject in SUBJECTS for fact in subject.facts]
    assert len(facts) == len(set(facts)) > 15
    for subject in SUBJECTS:
        assert subject.title and subject.source
        for fact in subject.facts:
            assert not subject.field or subject.field in fields_by_name(fact_class(fact))


def test_what_the_sources_do_not_confirm_is_marked() -> None:
    assert "unverified" in UNVERIFIED and "Unverified" in REGISTRATION.basis and "not known here" in CUT_OFF.basis


def test_the_integration_contract_is_asked_for_and_the_long_one_is_not(installation: Installation) -> None:
    values = "until=2024-06-30 parties=participant,municipality"
    installation.told(
        f"""
        who | recorded | on         | fact            | values
        Ana |          | 2023-01-01 | contract-signed | contract=long-contract {values}
        Bo  |          | 2023-01-01 | contract-signed | contract=integration-contract {values}
        """
    )
    listed = [(installation.name(item.participant), item.subject) for item in installation.outstanding("2023-02-01")]
    assert ("Bo", "contract") in listed
    assert "Ana" not in dict(listed)


def test_days_left_count_down_to_the_last_day_in_time(installation: Installation) -> None:
    """From 1 July two months are 62 days, from 1 January 59."""
    installation.told(
        """
        who | recorded | on         | fact              | values
        Ana |          | 2023-01-01 | programme-offered |
        Ana |          | 2023-07-01 | programme-started |
        """
    )
    for at, offered, started in (
        ("2023-07-01", -122, 62),
        ("2023-08-31", -183, 1),
        ("2023-09-01", -184, 0),
        ("2023-09-02", -185, -1),
    ):
        year = (date(2024, 2, 29) - date.fromisoformat(at)).days
        installation.lists(
            at,
            f"""
            who | fact              | state          | left      | year
            Ana | programme-offered | not-registered | {offered} | {year}
            Ana | programme-started | not-registered | {started} | {year}
            """,
        )


def test_what_is_not_asked_for_is_not_listed(installation: Installation) -> None:
    installation.told(
        """
        who | recorded | on         | fact                   | values
        Ana |          | 2023-01-01 | job-started            | job=cafe
        Ana |          | 2023-01-01 | advisor-assigned       | advisor=kari
        Ana |          | 2023-01-01 | background-updated     | children=2
        Ana |          | 2023-01-01 | background-updated     | schooling=unknown
        """
    )
    assert installation.outstanding("2023-02-01") == []


def test_what_is_asked_for_depends_on_the_rules_a_participant_is_under(installation: Installation) -> None:
    rows = "who | recorded | on         | fact                   | values\n"
    for who, act in (
        ("old", "introduction-act"),
        ("new", "integration-act-2021"),
        ("tmp", "collective-protection"),
        ("any", "unknown"),
    ):
        rows += f"{who} | | | participant-registered | rule-set={act} schooling=basic\n"
        rows += f"{who} | | 2023-01-01 | programme-goal-set | goal=work\n"
        rows += f"{who} | | 2023-01-01 | programme-started |\n"
    installation.told(rows)
    listed: dict[str, list[str]] = {}
    for item in installation.outstanding("2023-02-01"):
        listed.setdefault(installation.name(item.participant), []).append(item.fact)
    goal, start, schooling = "programme-goal-set", "programme-started", "participant-registered"
    assert {who: sorted(facts) for who, facts in listed.items()} == {
        "old": [start],
        "new": [schooling, goal, start],
        "tmp": [goal, start],
        "any": [schooling, goal, start],
    }


REGISTERED = """
    who | recorded   | on         | fact              | values
    Ana |            | 2023-01-10 | programme-started | hours-per-week=30
    Ana |            | 2023-01-20 | registered-in-nir | registers=2
    """


def test_a_registered_fact_is_off_the_list_from_the_day_of_its_registration(installation: Installation) -> None:
    installation.told(REGISTERED)
    assert installation.outstanding("2023-01-20") == []
    assert [item.fact for item in installation.outstanding("2023-01-19")] == ["programme-started"]
    assert [item.version for item in installation.outstanding("2023-01-20", position=2)] == [2]


def test_a_fact_corrected_after_its_registration_is_listed_again(installation: Installation) -> None:
    installation.told(REGISTERED).told(
        """
        who | recorded   | on         | fact      | values
        Ana | 2023-05-31 |            | correct 2 | hours-per-week=20
        """
    )
    installation.lists(
        "2023-07-30",
        """
        who | fact              | state   | left | year
        Ana | programme-started | changed | 1    | 214
        """,
    )
    installation.told(
        """
        who | recorded   | on         | fact              | values
        Ana |            | 2023-06-02 | registered-in-nir | registers=2
        """
    )
    assert installation.outstanding("2023-07-30") == []
    assert [item.state for item in installation.outstanding("2023-07-30", position=4)] == ["changed"]


@pytest.mark.parametrize(
    "why, lines",
    [
        ("corrected before", "Ana | 2023-01-15 | | correct 2 | hours-per-week=20"),
        ("what the register does not know", "Ana | 2023-05-01 | | correct 2 | told-by=document"),
    ],
)
def test_a_correction_that_the_registration_knew_or_need_not_know_is_no_change(
    installation: Installation, why: str, lines: str
) -> None:
    head = "who | recorded | on | fact | values\n"
    rows = ["Ana | | 2023-01-10 | programme-started | hours-per-week=30", lines]
    mark = "Ana | 2023-01-20 | 2023-01-20 | registered-in-nir | registers=2"
    rows.insert(2 if "before" in why else 1, mark)
    installation.told(head + "\n".join(rows))
    assert installation.outstanding("2023-07-30") == []


def test_a_correction_that_was_taken_back_is_no_change(installation: Installation) -> None:
    installation.told(REGISTERED).told(
        """
        who | recorded   | on | fact      | values
        Ana | 2023-05-01 |    | correct 2 | hours-per-week=20
        Ana | 2023-05-02 |    | retract 4 |
        """
    )
    assert installation.outstanding("2023-07-30") == []


def test_a_registration_noted_later_counts_for_what_was_held_to_be_so_on_its_day(installation: Installation) -> None:
    """Registered on 20 January, corrected on 25 January, and noted only on 1 February."""
    installation.told(
        """
        who | recorded   | on         | fact              | values
        Ana |            | 2023-01-10 | programme-started | hours-per-week=30
        Ana | 2023-01-25 |            | correct 2         | hours-per-week=20
        Ana | 2023-02-01 | 2023-01-20 | registered-in-nir | registers=2
        """
    )
    assert [(item.state, item.counts_from) for item in installation.outstanding("2023-02-02")] == [
        ("changed", date(2023, 1, 25))
    ]


def test_a_registration_from_before_the_fact_was_recorded_here_is_taken_at_its_word(
    installation: Installation,
) -> None:
    installation.told(
        """
        who | recorded   | on         | fact              | values
        Ana | 2023-03-01 | 2023-01-10 | programme-started | hours-per-week=30
        Ana | 2023-03-02 |            | correct 2         | hours-per-week=20
        Ana | 2023-03-03 | 2023-01-20 | registered-in-nir | registers=2
        """
    )
    assert installation.outstanding("2023-03-04") == []


def test_of_earlier_education_only_the_education_counts_as_a_change(installation: Installation) -> None:
    installation.told(
        """
        who | recorded   | on         | fact                   | values
        Ana |            |            | participant-registered | schooling=basic
        Ana |            | 2020-01-10 | registered-in-nir      | registers=1
        Ana | 2020-02-01 |            | correct 1              | children=3
        """
    )
    assert installation.outstanding("2020-03-01") == []
    installation.told("who | recorded | on | fact | values\nAna | 2020-02-02 | | correct 1 | schooling=higher")
    assert [(item.subject, item.state) for item in installation.outstanding("2020-03-01")] == [("education", "changed")]


def test_a_retracted_fact_or_registration_is_as_if_it_had_never_been(installation: Installation) -> None:
    installation.told(REGISTERED).told("who | recorded | on | fact | values\nAna | 2023-02-01 | | retract 3 |")
    assert [item.state for item in installation.outstanding("2023-02-02")] == ["not-registered"]
    installation.told("who | recorded | on | fact | values\nAna | 2023-02-03 | | retract 2 |")
    assert installation.outstanding("2023-02-04") == []


ORDERED = """
    who | recorded   | on         | fact                | values
    Ana |            | 2023-03-01 | programme-started   | hours-per-week=30
    Ana |            | 2023-03-02 | registered-in-nir   | registers=2
    Bo  |            | 2023-03-10 | programme-offered   |
    Bo  |            | 2023-03-20 | programme-started   |
    Ana | 2023-03-15 |            | correct 2           | hours-per-week=20
    Bo  |            | 2023-04-01 | leave-started       | cause=welfare
    """


@pytest.mark.parametrize(
    "options, expected",
    [
        ({}, "Bo offer, Ana start, Bo start, Bo leave"),
        ({"order": "register"}, "Bo offer, Ana start, Bo start, Bo leave"),
        ({"until": date(2023, 5, 15)}, "Bo offer, Ana start"),
        ({"until": date(2023, 5, 14)}, "Bo offer"),
        ({"since": date(2023, 3, 20)}, "Bo start, Bo leave"),
        ({"municipality": "0301"}, ""),
    ],
)
def test_the_most_urgent_comes_first(installation: Installation, options: dict[str, object], expected: str) -> None:
    items = installation.told(ORDERED).outstanding("2023-04-10", **options)
    assert ", ".join(f"{installation.name(item.participant)} {item.subject}" for item in items) == expected


def test_the_order_of_the_register_is_by_subject_first(installation: Installation) -> None:
    installation.told(
        """
        who | recorded | on         | fact                | values
        Ana |          | 2023-03-01 | leave-started       | cause=welfare
        Ana |          | 2023-03-02 | programme-started   |
        Bo  |          | 2023-03-03 | programme-offered   |
        """
    )
    urgent = [item.subject for item in installation.outstanding("2023-04-10")]
    ordered = installation.outstanding("2023-04-10", order="register")
    assert urgent == ["leave", "start", "offer"]
    assert [item.subject for item in ordered] == ["offer", "start", "leave"]
    assert [item.place for item in ordered] == [1, 5, 7]
