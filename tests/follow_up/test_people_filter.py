"""The filter language: what happened and what did not, in which period, what runs, and who was not talked to."""

from datetime import date

import pytest

from tests.follow_up.office import Office
from tests.tables import table
from tracker.follow_up.filters import FilterNotValid, Happened, Runs, back_to, period_of, span_of


@pytest.mark.parametrize(
    "line",
    table("""
        period     | first      | last
        2024       | 2024-01-01 | 2024-12-31
        2024-Q1    | 2024-01-01 | 2024-03-31
        2024-Q4    | 2024-10-01 | 2024-12-31
        2024-02    | 2024-02-01 | 2024-02-29
        2024-03-15 | 2024-03-15 | 2024-03-15
        last-90d   | 2024-03-03 | 2024-05-31
        last-3m    | 2024-03-01 | 2024-05-31
        last-1y    | 2023-06-01 | 2024-05-31
        """),
    ids=lambda line: line["period"],
)
def test_a_period_has_a_first_and_a_last_day(line: dict[str, str]) -> None:
    period = period_of(line["period"], date(2024, 5, 31))
    assert (str(period.first), str(period.last)) == (line["first"], line["last"])


@pytest.mark.parametrize("text", ["2024-13", "2024-Q5", "24", "2024-02-30", "last-90", "last", ""])
def test_what_is_no_period_is_refused_with_what_would_be_one(text: str) -> None:
    with pytest.raises(FilterNotValid, match=r"expected a (period|time) such as"):
        period_of(text, date(2024, 5, 31))


@pytest.mark.parametrize("day", [date(2024, 2, 29), date(2024, 5, 31), date(2024, 3, 1)])
@pytest.mark.parametrize("text", ["3m", "1y", "90d", "2w"])
def test_so_long_before_a_day_is_the_last_day_from_which_so_long_has_passed(day: date, text: str) -> None:
    span = span_of(text)
    found = back_to(day, span)
    assert span.after(found) <= day < span.after(date.fromordinal(found.toordinal() + 1))


@pytest.fixture
def levels(office: Office) -> Office:
    return office.told("""
        who | on         | fact                   | values
        Ana | 2023-11-20 | language-level-reached | skill=speaking level=A2
        Ana | 2024-03-31 | language-level-reached | skill=speaking level=B1
        Bo  | 2024-04-01 | language-level-reached | skill=reading level=B1
        Cy  | 2024-02-01 | job-started            | job=cafe hours-per-week=20 contract=permanent
        Cy  | 2024-03-01 | language-level-reached | skill=speaking level=A1 on-precision=month
        """)


@pytest.mark.parametrize(
    "line",
    table("""
        has                                                              | has not                      | who
        language-level-reached                                           |                              | Ana Bo Cy
        language-level-reached=B1                                        |                              | Ana Bo
        language-level-reached=B1@2024-Q1                                |                              | Ana
        language-level-reached@2024-04                                   |                              | Bo
        language-level-reached@2023 language-level-reached@2024          |                              | Ana
        language-level-reached=B1                                        | language-level-reached=A2    | Bo
                                                                         | job-started                  | Ana Bo
        language-level-reached.skill=speaking                            |                              | Ana Cy
        language-level-reached.skill=speaking@2024-03-20                 |                              | Cy
        job-started=permanent                                            |                              | Cy
        job-started.hours-per-week=20.0                                  |                              | Cy
        job-started.self-employed=no                                     |                              | Cy
        job-started.self-employed=yes                                    |                              |
        language-level-reached@last-1m                                   |                              | Bo
        """),
    ids=lambda line: f"{line['has']}-{line['has not']}",
)
def test_who_has_this_and_has_not_that(levels: Office, line: dict[str, str]) -> None:
    found = levels.whom("2024-04-30", has=tuple(line["has"].split()), has_not=tuple(line["has not"].split()))
    assert found == line["who"]


def test_what_happens_later_or_was_told_later_has_not_happened(levels: Office) -> None:
    before = levels.position
    levels.told("""
        who | recorded   | on         | fact                   | values
        Cy  | 2024-06-01 | 2024-01-20 | language-level-reached | skill=reading level=B1
        """)
    assert levels.whom("2024-03-30", has=("language-level-reached=B1",)) == "Cy"
    assert levels.whom("2024-03-31", has=("language-level-reached=B1",)) == "Ana Cy"
    assert levels.whom("2024-03-31", has=("language-level-reached=B1",), position=before) == "Ana"


def test_what_runs_on_the_day_has_begun_and_not_ended(office: Office) -> None:
    office.told("""
        who | on         | fact               | values
        Ana | 2024-02-01 | job-started        | job=cafe contract=permanent
        Ana | 2024-03-01 | job-ended          | job=cafe
        Bo  | 2024-02-01 | interpreter-needed | language=ti
        Bo  | 2024-04-01 | interpreter-needed | language=
        """)
    found = {at: office.whom(at, runs=("work=ordinary",)) for at in ("2024-01-31", "2024-02-01", "2024-03-01")}
    assert found == {"2024-01-31": "", "2024-02-01": "Ana", "2024-03-01": "Ana"}
    assert office.whom("2024-03-02", runs=("work",)) == ""
    assert office.whom("2024-02-01", runs=("anything",)) == "Ana"
    assert office.whom("2024-02-01", runs_not=("anything",)) == "Bo"
    assert (office.whom("2024-03-31", runs=("interpreter",)), office.whom("2024-04-01", runs=("interpreter",))) == (
        "Bo",
        "",
    )


@pytest.mark.parametrize("fact", ["follow-up-held", "participant-consulted", "status-confirmed"])
def test_nobody_was_in_contact_for_so_long_counts_from_the_last_contact(office: Office, fact: str) -> None:
    values = {"status-confirmed": "reached=yes activities=work", "participant-consulted": "way=conversation"}.get(
        fact, ""
    )
    office.told(f"""
        who | on         | fact   | values
        Ana | 2024-01-15 | {fact} | {values}
        """)
    assert office.whom("2024-04-14", inactive="3m") == ""
    assert office.whom("2024-04-15", inactive="3m") == "Ana"


def test_an_unanswered_question_is_no_contact_and_a_new_participant_is_not_inactive(office: Office) -> None:
    office.told("""
        who | on         | fact                   | values
        Ana | 2024-01-15 | participant-registered | on=2024-01-15 settled-on=2024-01-15
        Ana | 2024-03-20 | status-confirmed       | reached=no
        """)
    assert (office.whom("2024-04-14", inactive="3m"), office.whom("2024-04-15", inactive="3m")) == ("", "Ana")


def test_who_lives_where_decides_and_the_gone_are_on_no_list(office: Office) -> None:
    office.told("""
        who | on         | fact                  | values
        Ana | 2024-02-01 | moved-to-municipality | municipality=0301
        Bo  | 2024-02-01 | left-norway           |
        Cy  | 2024-01-01 | advisor-assigned      | advisor=kari
        """)
    assert office.whom("2024-01-31") == "Ana Bo Cy"
    assert office.whom("2024-02-01") == "Ana Cy"
    assert office.whom("2024-02-01", scope={"municipality": "5001"}) == "Cy"
    assert office.whom("2024-02-01", scope={"municipality": "0301"}) == "Ana"
    assert office.whom("2024-02-01", scope={"advisor": "kari"}) == "Cy"


@pytest.mark.parametrize(
    "line",
    table("""
        text                              | message
        langage-level-reached             | did you mean language-level-reached
        municipality-registered           | no fact 'municipality-registered' about participants
        fact-corrected                    | no fact 'fact-corrected' about participants
        language-level-reached=D1         | expected one of below-A1
        language-level-reached.skil=B1    | its fields: skill, level
        language-level-reached.skill      | expected a value after
        plan-agreed.own-wish-recorded=may | expected
        language-training-started=x       | has no value of its own
        language-level-reached@2024-Q9    | expected a period such as 2024, 2024-Q1
        follow-up-held.agreed-next=school | no field 'agreed-next' to ask for
        job-started.hours-per-week=many   | expected a number from 0.5 to 60
        contract-signed=soon              | expected a date
        """),
    ids=lambda line: line["text"],
)
def test_a_wrong_fact_value_or_period_is_refused_with_what_would_be_right(line: dict[str, str]) -> None:
    with pytest.raises(FilterNotValid) as refusal:
        Happened.parse(line["text"])
    assert line["message"] in str(refusal.value)


@pytest.mark.parametrize(
    "line",
    table("""
        text          | message
        wrk           | did you mean work
        norm-set      | there is no activity
        work=full     | work has ordinary, self-employed, wage-subsidy, got 'full'
        track=4       | track has 1, 2, 3, got '4'
        anything=work | anything has no value
        residence=moon | or a municipality code of four digits
        """),
    ids=lambda line: line["text"],
)
def test_a_wrong_activity_or_value_of_one_is_refused(line: dict[str, str]) -> None:
    with pytest.raises(FilterNotValid) as refusal:
        Runs.parse(line["text"])
    assert line["message"] in str(refusal.value)
