"""Logging, putting right and taking back on the pages: once, guarded, undone with one click, and never over another's."""

import re
from datetime import date
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from events.corrections import FactCorrected, FactRetracted
from events.work import JobEnded, JobStarted
from tests.web.conftest import Site
from tests.web.participant.conftest import ADVISOR, COLLEAGUE, JOB, Making
from tracker.journey import loggable


@pytest.fixture
def who(site: Site, making: Making) -> UUID:
    return making(site)


@pytest.fixture
def client(site: Site) -> FlaskClient:
    return site.client(ADVISOR)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the form of a page."""
    found = dict(re.findall(r'name="(command|expected_version)" value="([^"]*)"', page))
    assert set(found) == {"command", "expected_version"}
    return found


def facts(site: Site, who: UUID) -> list[object]:
    return [item.fact for item in site.desk.app.journey(who).recorded]


def undo(client: FlaskClient, page: str) -> None:
    act = re.search(r'action="(/undo/[^"]+)"', page)
    assert act is not None
    assert client.post(act[1], data={"back": "/account"}).status_code == 303


def test_every_kind_of_fact_has_a_form(client: FlaskClient, who: UUID) -> None:
    codes = {topic: client.get(f"/participants/{who}/log/{topic}").status_code for topic in loggable()}
    assert {topic for topic, code in codes.items() if code != 200} == set()


def test_every_kind_of_fact_can_be_reached(client: FlaskClient, who: UUID) -> None:
    page = client.get(f"/participants/{who}/log").text
    assert sorted(set(re.findall(r"/log/([a-z-]+)", page))) == sorted(loggable())


@pytest.mark.parametrize("topic", ["nonsense", "participant-registered", "fact-retracted", "participant-forgotten"])
def test_what_is_no_milestone_has_no_form(client: FlaskClient, who: UUID, topic: str) -> None:
    assert client.get(f"/participants/{who}/log/{topic}").status_code == 404
    assert client.post(f"/participants/{who}/log/{topic}").status_code == 404


def test_the_end_of_a_job_asks_neither_which_nor_how_it_is_called(site: Site, client: FlaskClient, who: UUID) -> None:
    address = f"/participants/{who}/log/job-ended?spell={JOB}"
    page = client.get(address).text
    assert "Job: kafe, 15 hours a week" in page
    assert 'name="job"' not in page
    answer = client.post(address, data={**hidden(page), "on": "1.5.2024", "cause": "quit"})
    assert answer.status_code == 303
    assert facts(site, who)[-1] == JobEnded(on=date(2024, 5, 1), job="kafe", cause="quit")


def test_a_change_without_anything_changed_is_asked_for_once_more(site: Site, who: UUID) -> None:
    client = site.client(ADVISOR, "nb")
    address = f"/participants/{who}/log/job-changed?spell={JOB}"
    before = facts(site, who)
    answer = client.post(address, data={**hidden(client.get(address).text), "on": "1.5.2024"})
    assert answer.status_code == 422
    assert "Fyll ut minst én opplysning som er endret." in answer.text
    assert facts(site, who) == before


def test_what_was_saved_is_said_and_can_be_undone(site: Site, client: FlaskClient, who: UUID) -> None:
    address = f"/participants/{who}/log/job-started"
    page = client.post(
        address, data={**hidden(client.get(address).text), "on": "1.5.2024", "job": "butikk"}, follow_redirects=True
    ).text
    assert "Saved: Job." in page
    undo(client, page)
    assert isinstance(facts(site, who)[-1], FactRetracted)


def test_a_form_that_is_sent_twice_records_once(site: Site, client: FlaskClient, who: UUID) -> None:
    address = f"/participants/{who}/log/job-started"
    data = {**hidden(client.get(address).text), "on": "1.5.2024", "job": "butikk"}
    assert [client.post(address, data=data).status_code for _ in range(2)] == [303, 303]
    assert len([fact for fact in facts(site, who) if isinstance(fact, JobStarted)]) == 2


@pytest.mark.parametrize(
    "data, said",
    [
        ({"on": "nonsense", "job": "butikk"}, "Write a day such as"),
        ({"on": "1.5.2024", "job": ""}, "Write a short name."),
        ({"on": "1.5.2024", "job": "butikk", "hours-per-week": "900"}, "Write a number from 0.5 to 60."),
        ({"on": "1.1.2050", "job": "butikk"}, "is after today"),
        ({"on": "1.5.2024", "job": "kafe"}, "kafe"),
    ],
    ids=["no day", "no key", "too many hours", "future", "runs already"],
)
def test_what_cannot_be_is_refused_at_its_field_and_kept(
    site: Site, client: FlaskClient, who: UUID, data: dict[str, str], said: str
) -> None:
    address = f"/participants/{who}/log/job-started"
    before = len(facts(site, who))
    answer = client.post(address, data={**hidden(client.get(address).text), **data, "industry": "I"})
    assert answer.status_code == 422
    assert said in answer.text
    assert 'id="summary"' in answer.text
    assert 'value="I"' in answer.text
    assert len(facts(site, who)) == before


def test_the_second_of_two_is_told_what_the_first_added_and_keeps_what_was_typed(
    site: Site, client: FlaskClient, who: UUID
) -> None:
    address = f"/participants/{who}/log/job-started"
    page = client.get(address).text
    site.desk.app.log(who, JobEnded(on=date(2024, 5, 1), job="kafe"), COLLEAGUE)
    answer = client.post(address, data={**hidden(page), "on": "1.6.2024", "job": "butikk"})
    assert answer.status_code == 409
    assert "Somebody else wrote in this journey meanwhile" in answer.text
    assert "Job ended, 1 May 2024" in answer.text
    assert 'value="butikk"' in answer.text
    assert client.post(address, data={**hidden(answer.text), "on": "1.6.2024", "job": "butikk"}).status_code == 303


def test_by_htmx_only_the_form_is_answered_and_the_page_is_loaded_anew_when_it_is_saved(
    client: FlaskClient, who: UUID
) -> None:
    address = f"/participants/{who}/log/job-started"
    headers = {"HX-Request": "true"}
    page = client.get(address, headers=headers).text
    assert "<html" not in page
    refused = client.post(address, data={**hidden(page), "on": "x", "job": "butikk"}, headers=headers)
    assert (refused.status_code, "<html" in refused.text) == (422, False)
    saved = client.post(address, data={**hidden(page), "on": "1.5.2024", "job": "butikk"}, headers=headers)
    assert (saved.status_code, saved.headers["HX-Redirect"]) == (204, f"/participants/{who}")


def test_an_entry_is_corrected_with_a_reason_marked_and_undone(site: Site, client: FlaskClient, who: UUID) -> None:
    address = f"/participants/{who}/facts/{JOB}/correct"
    page = client.get(address).text
    assert 'value="15"' in page
    data = {**hidden(page), "on": "08.01.2024", "hours-per-week": "20", "contract": "permanent", "sector": "unknown"}
    data |= {"self-employed": "no", "told-by": "unknown"}
    without = client.post(address, data=data)
    assert without.status_code == 422
    assert "Say why, in a few words." in without.text
    said = client.post(address, data={**data, "reason": "slip of the pen"}, follow_redirects=True).text
    assert "Corrected: Job." in said
    assert "before 15, now 20" in said
    assert "Reason: slip of the pen" in said
    correction = facts(site, who)[-1]
    assert isinstance(correction, FactCorrected)
    assert correction.values == {"hours_per_week": "20"}
    assert client.post(address, data={**data, "reason": "slip of the pen"}).status_code == 303
    assert facts(site, who)[-1] is not None
    undo(client, said)
    assert "before 15, now 20" not in client.get(f"/participants/{who}").text


def test_a_correction_that_changes_nothing_is_refused(client: FlaskClient, who: UUID) -> None:
    address = f"/participants/{who}/facts/{JOB}/correct"
    page = client.get(address).text
    data = {**hidden(page), "on": "08.01.2024", "hours-per-week": "15", "contract": "permanent", "sector": "unknown"}
    answer = client.post(address, data={**data, "self-employed": "no", "told-by": "unknown", "reason": "none"})
    assert answer.status_code == 422


def test_a_conflict_in_a_correction_keeps_what_was_typed(site: Site, client: FlaskClient, who: UUID) -> None:
    address = f"/participants/{who}/facts/{JOB}/correct"
    page = client.get(address).text
    site.desk.app.log(who, JobEnded(on=date(2024, 5, 1), job="kafe"), COLLEAGUE)
    data = {**hidden(page), "on": "08.01.2024", "hours-per-week": "22", "contract": "permanent", "sector": "unknown"}
    answer = client.post(address, data={**data, "self-employed": "no", "told-by": "unknown", "reason": "wrong hours"})
    assert answer.status_code == 409
    assert "Job ended" in answer.text
    assert 'value="22"' in answer.text
    assert 'value="wrong hours"' in answer.text


def test_an_entry_is_taken_back_shown_as_such_and_put_back(site: Site, client: FlaskClient, who: UUID) -> None:
    address = f"/participants/{who}/facts/{JOB}/retract"
    page = client.get(address).text
    assert client.post(address, data=hidden(page)).status_code == 422
    said = client.post(address, data={**hidden(page), "reason": "wrong participant"}, follow_redirects=True).text
    assert "Taken back: Job." in said
    assert "<del>Job</del>" in said
    assert "Reason: wrong participant" in said
    back = re.search(r'href="([^"]+/retract)">Put back', said)
    assert back is not None
    page = client.get(back[1]).text
    said = client.post(back[1], data={**hidden(page), "reason": "it was right"}, follow_redirects=True).text
    assert "Put back: Job." in said
    assert "<del>Job</del>" not in said


def test_a_retraction_is_undone_with_one_click(client: FlaskClient, who: UUID) -> None:
    address = f"/participants/{who}/facts/{JOB}/retract"
    data = {**hidden(client.get(address).text), "reason": "wrong participant"}
    undo(client, client.post(address, data=data, follow_redirects=True).text)
    assert "<del>" not in client.get(f"/participants/{who}").text


def test_what_others_rest_on_goes_only_with_them(site: Site, client: FlaskClient, who: UUID) -> None:
    site.desk.app.log(who, JobEnded(on=date(2024, 5, 1), job="kafe"), COLLEAGUE)
    address = f"/participants/{who}/facts/{JOB}/retract"
    data = {**hidden(client.get(address).text), "reason": "wrong participant"}
    refused = client.post(address, data=data)
    assert refused.status_code == 422
    assert "Job ended, 1 May 2024" in refused.text
    said = client.post(
        address, data={**hidden(refused.text), "reason": "wrong participant", "with_dependants": "yes"},
        follow_redirects=True,
    ).text  # fmt: skip
    assert "<del>Job</del>" in said
    assert "<del>Job ended</del>" in said
    undo(client, said)
    assert "<del>" not in client.get(f"/participants/{who}").text


@pytest.mark.parametrize("version", [0, 999])
@pytest.mark.parametrize("verb", ["correct", "retract"])
def test_an_entry_that_is_not_there_is_not_found(client: FlaskClient, who: UUID, verb: str, version: int) -> None:
    assert client.get(f"/participants/{who}/facts/{version}/{verb}").status_code == 404
