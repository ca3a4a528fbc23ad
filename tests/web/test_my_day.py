"""My day: what is due, its outcome logged in place, search, and the calendar feed."""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page

from events import Fact
from events.follow_up import FollowUpHeld, FollowUpScheduled
from tests.web.browsing import EACH_WAY, EACH_WIDTH, accessible
from tests.web.conftest import Site
from tracker.access_log import Asked
from tracker.application import Author
from tracker.demo.intake import MUNICIPALITY
from web.auth.accounts import Grant
from web.auth.reach import whereabouts
from web.demo_accounts import DEMO_PASSWORD

Visiting = Callable[..., Page]
ADVISOR, COLLEAGUE, MANAGER = "demo-advisor-1", "demo-advisor-2", "demo-manager"
DAY = timedelta(days=1)


def log(site: Site, participant: UUID, *facts: Fact) -> None:
    site.desk.app.log_all(participant, list(facts), Author("demo"))


def at_home(site: Site, advisor: str = ADVISOR) -> list[UUID]:
    """The advisor's participants who can be opened."""
    model, today = site.desk.app.read_model, site.desk.today()
    found = {one: whereabouts(model.database, one, model.state(), today) for one in site.participants_of(advisor)}
    return [one for one, there in found.items() if there and there.municipality == MUNICIPALITY and not there.protected]


def agree(site: Site, participant: UUID, planned: date | None = None) -> None:
    """Agree on a conversation, usually for today."""
    today = site.desk.today()
    log(site, participant, FollowUpScheduled(on=today - DAY, planned_on=planned or today))


def link(page: str, topic: str, participant: UUID) -> str:
    """The address of the form for an outcome."""
    found = re.search(rf'href="(/day/{participant}/[0-9a-f]+/{topic}[^"]*)"', page)
    assert found is not None, f"no link to {topic}"
    return found[1].replace("&amp;", "&")


def form_of(page: str) -> dict[str, Any]:
    """What the form of an outcome sends as it stands."""
    form = page[page.index('name="expected_version"') - 400 :]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))


def facts(site: Site, participant: UUID, cls: type[Fact]) -> Sequence[Fact]:
    return [entry.fact for entry in site.desk.app.journey(participant).facts if isinstance(entry.fact, cls)]


def name_of(site: Site, participant: UUID) -> str:
    person = site.desk.app.people.get(participant)
    assert person is not None
    assert person.name is not None
    return person.name


def test_a_count_opens_as_many_rows_as_it_says(site: Site) -> None:
    client = site.client(MANAGER)
    page = client.get("/day").text
    counts = re.findall(r'<a class="count[^"]*" href="([^"]+)"[^>]*><strong>(\d+)</strong>', page)
    assert len(counts) >= 4
    assert sum(int(number) for _, number in counts) > 0
    for address, number in counts:
        opened = address.replace("&amp;", "&")
        pages = [client.get(f"{opened}&page={page}").text for page in (1, 2, 3)]
        assert sum(page.count('<li class="task') for page in pages) == int(number)


def test_an_advisor_sees_what_is_due_of_own_participants_alone(site: Site) -> None:
    mine, page = {str(one) for one in site.participants_of(ADVISOR)}, site.client(ADVISOR).get("/day").text
    shown = set(re.findall(r'class="ds-link task-who" href="/participants/([0-9a-f-]+)', page))
    assert shown
    assert shown <= mine


def test_a_borrowed_caseload_stands_beside_ones_own(site: Site) -> None:
    theirs = at_home(site, COLLEAGUE)[0]
    agree(site, theirs)
    assert str(theirs) not in site.client(ADVISOR).get("/day").text
    today = site.desk.today()
    site.desk.loans.lend(COLLEAGUE, ADVISOR, MUNICIPALITY, today, today + DAY, site.desk.app.clock(), COLLEAGUE)
    page = site.client(ADVISOR).get("/day").text
    assert str(theirs) in page
    assert "On loan from Demo Rådgiver 2" in page
    assert "follow-up-held" in link(page, "follow-up-held", theirs)


def test_a_manager_sees_the_municipality_and_logs_nothing(site: Site) -> None:
    page = site.client(MANAGER).get("/day").text
    assert "All of Demo kommune (9901)" in page or page.count('<li class="task') > 0
    assert not re.search(r'href="/day/[0-9a-f-]+/', page)


def test_who_is_protected_is_masked_in_lists(site: Site) -> None:
    hidden = next(one for one in site.participants_of(ADVISOR) if one in site.protected())
    agree(site, hidden)
    page = site.client(ADVISOR).get("/day").text
    assert "Protected" in page
    assert str(hidden) not in page
    assert name_of(site, hidden) not in page


def test_every_saved_list_opens(site: Site) -> None:
    client = site.client(ADVISOR)
    lists = set(re.findall(r'href="(/day\?[^"]*list=[^"]+)"', client.get("/day").text))
    assert len(lists) >= 15
    assert {client.get(one.replace("&amp;", "&")).status_code for one in lists} == {200}


def test_a_held_conversation_and_the_next_one_are_one_act(site: Site) -> None:
    who = at_home(site)[0]
    agree(site, who)
    client = site.client(ADVISOR)
    address = link(client.get("/day").text, "follow-up-held", who)
    sent = form_of(client.get(address).text)
    later = (site.desk.today() + 60 * DAY).strftime("%d.%m.%Y")
    sent |= {"on": "i dag", "way": "phone", "next.planned-on": later}
    answer = client.post(address, data=sent)
    assert answer.status_code == 303, answer.text
    assert answer.location.startswith("/day")
    assert [fact.on for fact in facts(site, who, FollowUpHeld)][-1] == site.desk.today()
    assert facts(site, who, FollowUpScheduled)[-1].planned_on == site.desk.today() + 60 * DAY  # type: ignore[attr-defined]
    page = client.get("/day").text
    undo = re.search(r'action="(/undo/[^"]+)"', page)
    assert undo is not None
    client.post(undo[1])
    assert all(fact.on != site.desk.today() for fact in facts(site, who, FollowUpHeld))


def test_sending_a_form_twice_records_once(site: Site) -> None:
    who = at_home(site)[0]
    agree(site, who)
    client = site.client(ADVISOR)
    address = link(client.get("/day").text, "follow-up-held", who)
    sent = form_of(client.get(address).text) | {"on": "i dag", "way": "meeting"}
    before = len(facts(site, who, FollowUpHeld))
    assert [client.post(address, data=sent).status_code for _ in range(2)] == [303, 303]
    assert len(facts(site, who, FollowUpHeld)) == before + 1


def test_nonsense_is_told_at_its_field_and_kept(site: Site) -> None:
    who = at_home(site)[0]
    agree(site, who)
    client = site.client(ADVISOR)
    address = link(client.get("/day").text, "follow-up-held", who)
    answer = client.post(address, data=form_of(client.get(address).text) | {"on": "the other day", "way": "meeting"})
    assert answer.status_code == 422
    assert 'value="the other day"' in answer.text
    assert 'href="#f-on"' in answer.text


def test_who_comes_second_is_told_what_was_added_and_keeps_what_they_typed(site: Site) -> None:
    who = at_home(site)[0]
    agree(site, who)
    client = site.client(ADVISOR)
    address = link(client.get("/day").text, "follow-up-held", who)
    sent = form_of(client.get(address).text) | {"on": "i dag", "way": "visit", "agreed-next": "send the papers"}
    log(site, who, FollowUpHeld(on=site.desk.today(), way="phone"))
    answer = client.post(address, data=sent)
    assert answer.status_code == 409
    assert "Somebody else recorded something here" in answer.text
    assert "send the papers" in answer.text
    again = form_of(answer.text) | {"on": "i dag", "way": "visit", "agreed-next": "send the papers"}
    assert client.post(address, data=again).status_code == 303


def test_what_is_due_no_longer_is_told(site: Site) -> None:
    who = at_home(site)[0]
    agree(site, who)
    client = site.client(ADVISOR)
    address = link(client.get("/day").text, "follow-up-held", who)
    log(site, who, FollowUpHeld(on=site.desk.today(), way="phone"))
    answer = client.get(address, follow_redirects=True)
    assert "This is no longer due" in answer.text


@pytest.mark.parametrize("address", ["/day?show=nonsense&page=-1&whose=x", "/day?page=99999999999", "/day?list=nobody"])
def test_an_address_that_makes_no_sense_shows_the_day(site: Site, address: str) -> None:
    assert site.client(ADVISOR).get(address).status_code == 200


def test_search_finds_by_name_number_and_reference_and_no_address_tells_what(site: Site) -> None:
    who = at_home(site)[0]
    person = site.desk.app.people.get(who)
    assert person is not None
    number = person.national_identity_number or person.d_number or person.duf_number
    client = site.client(ADVISOR)
    (system, reference), *_ = site.desk.app.people.references(who)
    for words in (person.name, number, str(who)[:8], f"{system}:{reference}", reference, reference.lower()):
        answer = client.post("/search", data={"words": words})
        assert answer.status_code == 200
        assert str(who) in answer.text, words
    assert client.get("/search?words=Demo").text.count("<td") == 0
    lines = site.desk.access_log.lines(Asked(by=ADVISOR), limit=4)
    assert {line.what for line in lines} == {"my_day.search"}
    assert all(line.why is None for line in lines)


def test_search_never_finds_who_is_protected_nor_other_municipalities(site: Site) -> None:
    hidden = site.protected()[0]
    for words in (name_of(site, hidden), str(hidden)[:8], site.desk.app.people.references(hidden)[0][1]):
        assert str(hidden) not in site.client(ADVISOR).post("/search", data={"words": words}).text
        assert str(hidden) in site.client(MANAGER).post("/search", data={"words": words}).text
    who = at_home(site)[0]
    there = [Grant("advisor", "0301")]
    site.desk.accounts.make("elsewhere", "Elsewhere", DEMO_PASSWORD, there, site.desk.app.clock(), "test")
    assert str(who) not in site.client("elsewhere").post("/search", data={"words": name_of(site, who)}).text


def test_too_few_letters_are_told(site: Site) -> None:
    answer = site.client(ADVISOR).post("/search", data={"words": " a "})
    assert answer.status_code == 422
    assert "at least two letters" in answer.text


def test_the_calendar_is_read_by_its_address_until_that_is_revoked(site: Site) -> None:
    who = at_home(site)[0]
    agree(site, who, site.desk.today() + DAY)
    client = site.client(ADVISOR)
    made = client.post("/calendar").text
    found = re.search(r'value="http://[^/]+(/calendar/[\w-]+\.ics)"', made)
    assert found is not None
    assert found[1] not in client.get("/calendar").text
    answer = site.client().get(found[1])
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/calendar")
    assert str(who)[:8] in answer.text
    assert name_of(site, who) not in answer.text
    client.post("/calendar/end")
    assert site.client().get(found[1]).status_code == 404


def test_the_calendar_leaves_out_who_is_protected(site: Site) -> None:
    hidden = next(one for one in site.participants_of(ADVISOR) if one in site.protected())
    agree(site, hidden, site.desk.today() + DAY)
    made = site.client(ADVISOR).post("/calendar").text
    found = re.search(r'value="http://[^/]+(/calendar/[\w-]+\.ics)"', made)
    assert found is not None
    assert str(hidden)[:8] not in site.client().get(found[1]).text


@EACH_WAY
def test_an_outcome_is_logged_from_the_list(served: Site, visit: Visiting, width: int, javascript: bool) -> None:
    who = at_home(served)[0]
    agree(served, who)
    page = visit(ADVISOR, "/day", width=width, javascript=javascript)
    if javascript:
        accessible(page)
        page.evaluate("window.same = true")
    page.locator(f'a[href^="/day/{who}/"][href*="follow-up-held"]').first.click()
    page.wait_for_selector("form.card-form")
    if javascript:
        accessible(page)
    page.fill("#f-on", "tull")
    page.locator("form.card-form button").click()
    page.wait_for_selector(".ds-error-summary")
    if javascript:
        accessible(page)
    page.fill("#f-on", "i dag")
    page.select_option("#f-way", "phone")
    page.locator("form.card-form button").click()
    page.wait_for_selector("#messages .ds-alert")
    if javascript:
        assert page.evaluate("window.same")
        page.wait_for_selector(".task.is-done")
        accessible(page)
    assert facts(served, who, FollowUpHeld)[-1].on == served.desk.today()
    page.locator(".task.is-done button" if javascript else "#messages button").click()
    page.wait_for_load_state()
    page.wait_for_selector("text=Undone")


def test_the_keyboard_alone_logs_an_outcome(served: Site, visit: Visiting) -> None:
    who = at_home(served)[0]
    agree(served, who)
    page = visit(ADVISOR, "/day")
    page.locator(f'a[href^="/day/{who}/"][href*="follow-up-held"]').first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("form.card-form")
    page.wait_for_function("document.activeElement.closest('form.card-form') !== null")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "Save":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector(".task.is-done")


@EACH_WIDTH
@pytest.mark.parametrize("address", ["/day?list=no-contact", "/day?list=interpreter-tomorrow", "/search", "/calendar"])
def test_the_other_pages_are_accessible(visit: Visiting, width: int, address: str) -> None:
    page = visit(ADVISOR, address, width=width)
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_results_of_a_search_are_accessible(visit: Visiting) -> None:
    page = visit(ADVISOR, "/day", width=390)
    page.fill("#words", "demo")
    page.keyboard.press("Enter")
    page.wait_for_selector("table")
    assert "demo" not in page.url
    accessible(page)
