"""The participant's page: what it shows, on which day, and to whom."""

from datetime import date
from uuid import UUID

import pytest

from events.contract import ContractSigned
from events.work import JobEnded
from tests.web.conftest import Site
from tests.web.participant.conftest import ADVISOR, COLLEAGUE, JOB, Making
from tracker.course.asking import course
from tracker.wording import LANGUAGES
from web.pages.participant.course_words import MILESTONES, reason_words


@pytest.fixture
def who(site: Site, making: Making) -> UUID:
    return making(site)


def test_it_tells_who_it_is_and_what_runs(site: Site, who: UUID) -> None:
    page = site.client(ADVISOR).get(f"/participants/{who}").text
    for words in (
        "Test Deltaker Prøve",
        "Demo Rådgiver 1",
        "born 1990",
        "Job: kafe, 15 hours a week",
        "<strong>A1</strong>",
    ):
        assert words in page


def test_the_title_names_nobody(site: Site, who: UUID) -> None:
    page = site.client(ADVISOR).get(f"/participants/{who}").text
    assert "<title>Participant · " in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_simulated_journey_is_shown_in_every_language(site: Site, language: str) -> None:
    client = site.client("demo-manager", language)
    codes = [
        client.get(f"/participants/{one}", query_string={"facts": "all"}).status_code
        for number in (1, 2)
        for one in site.participants_of(f"demo-advisor-{number}")
    ]
    assert set(codes) <= {200, 404}
    assert codes.count(200) > 5


def test_every_reason_of_a_course_has_words(site: Site) -> None:
    app = site.desk.app
    head = app.log_of_facts.head()
    told = [
        reason
        for number in (1, 2, 3)
        for one in site.participants_of(f"demo-advisor-{number}")
        for step in course(app, one, site.desk.today(), head).steps
        for reason in (*step.reasons, step.title)
    ]
    assert told
    with site.app.test_request_context(headers={"Cookie": "language=nb"}):
        site.app.preprocess_request()
        left = {one for one in told if reason_words(one) == one and one not in MILESTONES}
    assert left == set()


def test_the_newest_entry_comes_first_and_says_who_recorded_it(site: Site, who: UUID) -> None:
    page = site.client(ADVISOR).get(f"/participants/{who}").text
    entries = page[page.index('class="plain entries"') :]
    assert entries.index("Job") < entries.index("Level of Norwegian") < entries.index("Starting point")
    assert "by demo-advisor-2, through the web pages" in entries
    assert "told by: the school" in entries


def test_entries_can_be_looked_at_by_area_of_life(site: Site, who: UUID) -> None:
    page = site.client(ADVISOR).get(f"/participants/{who}?area=work").text
    entries = page[page.index('class="plain entries"') :]
    assert "Level of Norwegian" not in entries
    assert f'id="entry-{JOB}"' in entries


def test_as_it_was_on_a_day_leaves_out_what_happened_later_and_logs_nothing(site: Site, who: UUID) -> None:
    page = site.client(ADVISOR).get(f"/participants/{who}?at=31.12.2023").text
    assert "As it was on 31 Dec 2023" in page
    assert "kafe" not in page
    assert "Log what happened" not in page
    assert "/correct" not in page


def test_as_known_on_a_day_leaves_out_what_was_recorded_later(site: Site, who: UUID) -> None:
    answer = site.client(ADVISOR).get(f"/participants/{who}?known_at=2024-01-01")
    assert answer.status_code == 200
    assert "Nothing had been recorded of this participant by then." in answer.text


@pytest.mark.parametrize("given", ["at=32.1.2024", "at=nonsense", "known_at=2999-01-01", "at=2024-13-01"])
def test_a_day_that_is_none_is_refused_in_words(site: Site, who: UUID, given: str) -> None:
    answer = site.client(ADVISOR).get(f"/participants/{who}?{given}")
    assert answer.status_code == 422
    assert "This day cannot be shown" in answer.text
    assert "Write a day" in answer.text or "cannot be after today" in answer.text


def test_what_is_unusual_is_said_in_words(site: Site, who: UUID) -> None:
    from events.programme import LeaveEnded

    site.desk.app.log(who, LeaveEnded(on=date(2023, 9, 1)), COLLEAGUE)
    page = site.client(ADVISOR).get(f"/participants/{who}").text
    assert "ended, and no start is known" in page


def test_a_contract_is_summed_up(site: Site, who: UUID) -> None:
    site.desk.app.log(
        who,
        ContractSigned(
            on=date(2024, 2, 1),
            contract="integration-contract",
            parties=("participant", "municipality"),
            until=date(2030, 2, 1),
        ),
        COLLEAGUE,
    )
    page = site.client(ADVISOR).get(f"/participants/{who}").text
    assert "running since 1 Feb 2024" in page


def test_a_manager_reads_and_logs_nothing(site: Site, who: UUID) -> None:
    client = site.client("demo-manager")
    page = client.get(f"/participants/{who}").text
    assert "Test Deltaker Prøve" in page
    assert "Log what happened" not in page
    assert "/retract" not in page
    assert client.get(f"/participants/{who}/log/job-started").status_code == 403


def test_a_protected_person_is_shown_to_named_users_alone(site: Site) -> None:
    protected = site.protected()[0]
    assert site.client(ADVISOR).get(f"/participants/{protected}").status_code in (403, 404)
    shown = site.client("demo-manager").get(f"/participants/{protected}")
    assert shown.status_code == 200
    assert "protected address" in shown.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_own_copy_is_a_file_that_names_nobody(site: Site, who: UUID, language: str) -> None:
    answer = site.client(ADVISOR).get(f"/participants/{who}/copy?language={language}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="own-copy.html"'
    assert f'lang="{language}"' in answer.text
    assert "Test Deltaker Prøve" in answer.text


def test_a_look_is_written_in_the_access_log(site: Site, who: UUID) -> None:
    site.client(ADVISOR).get(f"/participants/{who}")
    rows = site.desk.database.execute("SELECT what FROM access_log WHERE participant = ?", (str(who),)).fetchall()
    assert ("participant.page",) in rows


def test_what_runs_comes_first_in_the_menu_and_what_ended_is_gone(site: Site, who: UUID) -> None:
    client = site.client(ADVISOR)
    before = client.get(f"/participants/{who}").text
    assert f"/log/job-ended?spell={JOB}" in before
    assert "/log/programme-started" not in before
    site.desk.app.log(who, JobEnded(on=date(2024, 5, 1), job="kafe"), COLLEAGUE)
    assert "/log/job-ended?spell=" not in client.get(f"/participants/{who}").text
