"""The worklist: what is due, from which day it is overdue, in whose care, and as it was known."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.follow_up.office import Office, opened_office
from tests.tables import table
from tracker.follow_up.filters import FilterNotValid
from tracker.follow_up.scope import Scope
from tracker.follow_up.worklist import GROUPS, People, Question, counted, group_of, worklist
from tracker.wording import LANGUAGES

CONTRACT = """
    Ana | 2024-01-10 | contract-signed | contract=integration-contract until=2025-01-09 parties=participant,municipality
    """


@pytest.fixture
def agreed(office: Office) -> Office:
    """A duty of the municipality, due on 1 March 2024."""
    return office.told(
        f"""
        who | on         | fact              | values
        {CONTRACT.strip()}
        Ana | 2024-01-10 | obligation-agreed | obligation=mentor contract=integration-contract party=municipality due=2024-03-01
        """
    )


@pytest.mark.parametrize(
    "line",
    table("""
        at         | overdue_since | days | group
        2024-01-31 |               | 30   | within 30 days
        2024-02-22 |               | 8    | within 30 days
        2024-02-23 |               | 7    | within 7 days
        2024-03-01 |               | 0    | within 7 days
        2024-03-02 | 2024-03-02    | -1   | overdue
        """),
    ids=lambda line: line["at"],
)
def test_due_today_is_not_overdue_and_the_day_after_it_is(agreed: Office, line: dict[str, str]) -> None:
    (row,) = agreed.due(line["at"], tasks="obligation")
    assert row.due == date(2024, 3, 1)
    since = str(row.overdue_since or "")
    assert (since, str(row.days), row.group) == (line["overdue_since"], line["days"], line["group"])
    assert bool(agreed.due(line["at"], tasks="obligation", overdue=True)) == bool(line["overdue_since"])


def test_something_is_due_from_the_very_day_it_was_agreed(agreed: Office) -> None:
    assert agreed.due("2024-01-09", tasks="obligation") == []
    assert len(agreed.due("2024-01-10", tasks="obligation")) == 1


def test_what_was_done_is_due_no_longer_from_that_day(agreed: Office) -> None:
    agreed.told("""
        who | on         | fact           | values
        Ana | 2024-02-20 | obligation-met | obligation=mentor
        """)
    assert len(agreed.due("2024-02-19", tasks="obligation")) == 1
    assert agreed.due("2024-02-20", tasks="obligation") == []


def test_what_was_not_known_yet_is_still_due_as_known_then(agreed: Office) -> None:
    before = agreed.position
    agreed.told("""
        who | recorded   | on         | fact           | values
        Ana | 2024-04-01 | 2024-02-20 | obligation-met | obligation=mentor
        """)
    assert agreed.due("2024-03-10", tasks="obligation") == []
    ways: list[dict[str, Any]] = [{"who": "Ana"}, {"municipality": "5001"}, {}]
    for scope in ways:
        assert [row.days for row in agreed.due("2024-03-10", tasks="obligation", position=before, **scope)] == [-9]


def test_due_within_a_time_takes_its_last_day_along(agreed: Office) -> None:
    assert agreed.due("2024-02-22", tasks="obligation", due="7d") == []
    assert len(agreed.due("2024-02-23", tasks="obligation", due="7d")) == 1
    assert len(agreed.due("2024-02-01", tasks="obligation", due="1m")) == 1
    assert agreed.due("2024-01-31", tasks="obligation", due="1m") == []


def test_what_lies_ahead_leaves_out_today_and_before(agreed: Office) -> None:
    assert agreed.due("2024-03-01", tasks="obligation", ahead=True) == []
    assert len(agreed.due("2024-02-29", tasks="obligation", ahead=True)) == 1


def test_the_next_working_day_leaps_over_the_weekend_and_holidays(agreed: Office) -> None:
    agreed.told("""
        who | on         | fact                | values
        Ana | 2024-03-20 | follow-up-scheduled | planned-on=2024-04-02
        """)
    # Maundy Thursday is 28 March, Easter Monday 1 April.
    (row,) = agreed.due("2024-03-27", tasks="follow-up", due="next-working-day")
    assert row.due == date(2024, 4, 2)
    assert agreed.due("2024-03-26", tasks="follow-up", due="next-working-day") == []


def test_what_rests_is_not_overdue_and_stands_last(agreed: Office) -> None:
    agreed.told("""
        who | on         | fact              | values
        Ana | 2024-01-10 | obligation-agreed | obligation=school contract=integration-contract party=municipality due=2024-05-01
        Ana | 2024-02-01 | contract-paused   | contract=integration-contract
        """)
    agreed.lists(
        "2024-06-01",
        """
        who | about                | due        | paused | overdue_since | group
        Ana | integration-contract | 2025-01-09 | False  |               | later
        Ana | mentor               | 2024-03-01 | True   |               | paused
        Ana | school               | 2024-05-01 | True   |               | paused
        """,
        tasks="obligation contract-ends",
    )
    assert agreed.due("2024-06-01", tasks="obligation", overdue=True) == []


def test_overdue_comes_first_by_its_day_and_then_the_rest(office: Office) -> None:
    office.told(
        f"""
        who | on         | fact              | values
        {CONTRACT.strip()}
        Ana | 2024-01-10 | obligation-agreed | obligation=late contract=integration-contract party=municipality due=2024-06-01
        Ana | 2024-01-10 | obligation-agreed | obligation=first contract=integration-contract party=participant due=2024-02-01
        Bo  | 2024-01-11 | follow-up-scheduled | planned-on=2024-03-02
        Bo  | 2024-01-10 | advisor-assigned  | advisor=kari
        """
    )
    office.lists(
        "2024-03-02",
        """
        who | task          | about                | due        | party        | basis    | advisor | group
        Ana | obligation    | first                | 2024-02-01 | participant  | contract |         | overdue
        Bo  | follow-up     |                      | 2024-03-02 | municipality | contract | kari    | within 7 days
        Ana | obligation    | late                 | 2024-06-01 | municipality | contract |         | later
        Ana | contract-ends | integration-contract | 2025-01-09 | municipality | contract |         | later
        """,
        tasks="obligation contract-ends follow-up",
    )


def test_a_rule_says_what_it_rests_on_in_which_file_and_where_that_is_from(office: Office) -> None:
    office.told("""
        who | on         | fact              | values
        Ana | 2024-01-10 | programme-started |
        """)
    (row,) = office.due("2024-01-10", tasks="plan")
    assert (row.title, row.basis) == ("No plan yet", "law (default@1)")
    assert row.source.startswith("integration act (integreringsloven) § 15")
    assert row.to_do == "Make the plan together with the participant"


def test_a_source_is_that_of_the_participants_own_starting_point(office: Office) -> None:
    office.told("""
        who | on         | fact                      | values
        Ana | 2024-01-10 | participant-registered    | on=2024-01-10 settled-on=2024-01-10 rule-set=integration-act-2021 schooling=none
        Bo  | 2024-01-10 | participant-registered    | on=2024-01-10 settled-on=2024-01-10 rule-set=collective-protection
        Ana | 2024-02-01 | language-training-started |
        Bo  | 2024-02-01 | language-training-started |
        """)
    sources = {office.name(row.participant): row.source for row in office.due("2024-03-01", tasks="language-goal")}
    assert sorted(sources) == ["Ana", "Bo"]
    assert sources["Ana"] != sources["Bo"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_are_told_in_three_languages(agreed: Office, language: str) -> None:
    rows = worklist(agreed.app.read_model, Question(agreed.scope("2024-02-01"), tasks=("obligation",)), language)  # type: ignore[arg-type]
    titles = {"nb": "Forpliktelse i kontrakten", "nn": "Plikt i kontrakten", "en": "Duty in the contract"}
    assert [row.title for row in rows] == [titles[language]]


def test_tasks_go_with_the_participant_to_another_municipality_and_advisor(office: Office) -> None:
    office.told("""
        who | on         | fact                  | values
        Ana | 2024-01-10 | programme-started     |
        Ana | 2024-01-10 | advisor-assigned      | advisor=kari
        Bo  | 2024-01-10 | programme-started     |
        Bo  | 2024-01-10 | advisor-assigned      | advisor=kari
        Ana | 2024-02-01 | moved-to-municipality | municipality=0301
        Ana | 2024-02-05 | advisor-handed-over   | advisor=ola answer=accepted
        Bo  | 2024-02-05 | advisor-handed-over   | advisor=ola answer=declined
        """)

    def whose(at: str, **asked: Any) -> str:
        return " ".join(sorted({office.name(row.participant) for row in office.due(at, tasks="plan", **asked)}))

    assert (whose("2024-01-31", municipality="5001"), whose("2024-01-31", municipality="0301")) == ("Ana Bo", "")
    assert (whose("2024-02-01", municipality="5001"), whose("2024-02-01", municipality="0301")) == ("Bo", "Ana")
    assert whose("2024-02-01") == "Ana Bo"
    assert (whose("2024-02-04", advisor="kari"), whose("2024-02-04", advisor="ola")) == ("Ana Bo", "")
    assert (whose("2024-02-05", advisor="kari"), whose("2024-02-05", advisor="ola")) == ("Bo", "Ana")
    assert whose("2024-02-05", advisor="ola", municipality="5001") == ""
    assert (whose("2024-02-05", who="Ana"), whose("2024-02-05", who="Ana", advisor="kari")) == ("Ana", "")


def test_every_way_of_asking_finds_the_same_tasks(agreed: Office) -> None:
    agreed.told("""
        who | on         | fact              | values
        Bo  | 2024-01-10 | programme-started |
        Ana | 2024-01-10 | advisor-assigned  | advisor=kari
        Bo  | 2024-01-10 | advisor-assigned  | advisor=kari
        Bo  | 2024-01-20 | plan-agreed       |
        """)
    for position in range(1, agreed.position + 1):
        for at in ("2024-01-10", "2024-01-25", "2024-05-01"):
            everybody = agreed.due(at, position=position)
            assert agreed.due(at, position=position, municipality="5001") == everybody
            assert agreed.due(at, position=position, who="Ana Bo") == everybody


def test_people_narrow_the_worklist(agreed: Office) -> None:
    agreed.told("""
        who | on         | fact              | values
        Bo  | 2024-01-10 | programme-started |
        """)
    running = agreed.due("2024-02-15", people=People(runs=("programme",)))
    assert {agreed.name(row.participant) for row in running} == {"Bo"}
    others = agreed.due("2024-02-15", people=People(runs_not=("programme",)))
    assert {agreed.name(row.participant) for row in others} == {"Ana"}


def test_a_limit_takes_the_first_and_the_count_is_of_all(agreed: Office) -> None:
    question = Question(agreed.scope("2024-03-02"))
    rows = worklist(agreed.app.read_model, question)
    assert len(rows) > 2
    assert worklist(agreed.app.read_model, question, limit=2) == rows[:2]
    found = counted(agreed.app.read_model, question)
    assert found == {group: n for group in GROUPS if (n := sum(row.group == group for row in rows))}


def test_a_task_or_a_time_that_there_is_none_of_is_refused(agreed: Office) -> None:
    with pytest.raises(FilterNotValid, match=r"there is no task 'plans'; expected one of .*plan-review"):
        agreed.due("2024-03-02", tasks="plans")
    with pytest.raises(FilterNotValid, match=r"expected a time such as 7d, .* got 'soon'"):
        agreed.due("2024-03-02", due="soon")


@pytest.mark.parametrize(
    "line",
    table("""
        days | group
        -1   | overdue
        0    | within 7 days
        7    | within 7 days
        8    | within 30 days
        30   | within 30 days
        31   | within 90 days
        90   | within 90 days
        91   | later
        """),
    ids=lambda line: line["days"],
)
def test_groups_end_with_their_last_day(line: dict[str, str]) -> None:
    assert group_of(int(line["days"])) == line["group"]


def test_what_is_due_within_three_months_of_the_leap_day(tmp_path: Path) -> None:
    assert Question(Scope(1, date(2024, 2, 29)), due="1y").until == date(2025, 2, 28)
    with opened_office(tmp_path) as empty:
        assert empty.due("2024-02-29") == []
