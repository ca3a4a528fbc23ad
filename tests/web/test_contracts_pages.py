"""Contracts, the NIR list and what a partner sees."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page

from events.contract import (
    ContractPaused,
    ContractResumed,
    ContractSigned,
    ObligationAgreed,
    ObligationMet,
    PartyAgreed,
)
from events.follow_up import FollowUpHeld
from events.programme import RegisteredInNir
from tests.web.browsing import EACH_WAY, EACH_WIDTH, accessible
from tests.web.conftest import Site
from tests.web.test_my_day import ADVISOR, COLLEAGUE, DAY, MANAGER, Visiting, at_home, facts, log, name_of
from tracker.access_log import Asked
from web.demo_accounts import DEMO_PASSWORD
from web.outcomes import mark
from web.pages.agreed import STATEMENTS
from web.pages.contracts.words import STATES

PARTNER, OFFICE = "demo-partner", "NAV Demo"
YEAR = timedelta(days=365)


def unbound(site: Site) -> UUID:
    """Somebody of the advisor's without a long contract."""
    return next(one for one in at_home(site) if not facts(site, one, ContractSigned))


def bind(site: Site, participant: UUID) -> None:
    """Sign a long contract with NAV, which takes a duty upon itself."""
    on = site.desk.today() - 10 * DAY
    log(
        site,
        participant,
        ContractSigned(
            on=on, contract="long-contract", until=on + YEAR, parties=("participant", "municipality", "state")
        ),
        PartyAgreed(on=on, contract="long-contract", party="state", office=OFFICE),
        ObligationAgreed(
            on=on,
            obligation="livelihood",
            contract="long-contract",
            party="state",
            due=on + 5 * DAY,
            wording="clarified",
        ),
        ObligationAgreed(
            on=on, obligation="school place", contract="long-contract", party="municipality", due=on + 60 * DAY
        ),
    )


def inputs(page: str) -> dict[str, Any]:
    """What a form sends as it stands."""
    sent: dict[str, Any] = {}
    form = page[page.index('name="command"') - 400 : page.rindex("</form>")]
    for tag in re.findall(r"<input[^>]*>", form):
        found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if found.get("type") in ("checkbox", "radio") and not re.search(r"\schecked", tag):
            continue
        if "name" in found:
            sent.setdefault(found["name"], []).append(found.get("value", ""))
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', body)
        sent[name] = [chosen[1] if chosen else ""]
    for name, body in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S):
        sent[name] = [body]
    return sent


def drafted(client: FlaskClient, participant: UUID) -> dict[str, Any]:
    answer = client.post(f"/participants/{participant}/contracts/draft", data={"path": "trade", "on": "i dag"})
    assert answer.status_code == 200
    return inputs(answer.text)


def test_a_contract_is_signed_from_a_path_in_one_act(site: Site) -> None:
    who, client = unbound(site), site.client(ADVISOR)
    sent = drafted(client, who)
    del sent["steps.0.keep"]
    own = f"steps.{int(sent['steps.rows'][0]) - 1}."
    sent |= {f"{own}step": "own shop", f"{own}target": "other", f"{own}due": sent["contract.until"]}
    before = site.desk.app.journey(who).version
    answers = [client.post(f"/participants/{who}/contracts/sign", data=sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303], answers[0].text
    after = site.desk.app.journey(who)
    assert len({item.stamp.act for item in after.recorded if item.version > before}) == 1
    page = client.get(f"/participants/{who}/contracts").text
    assert "Long contract" in page
    assert "own shop" in page
    assert sent["steps.0.step"][0] not in page


def test_what_cannot_be_agreed_is_told_at_its_place_and_nothing_is_recorded(site: Site) -> None:
    who, client = unbound(site), site.client(ADVISOR)
    sent = drafted(client, who)
    sent |= {"steps.1.due": "01.01.2001", "duties.1.due": "whenever"}
    before = site.desk.app.journey(who).version
    answer = client.post(f"/participants/{who}/contracts/sign", data=sent)
    assert answer.status_code == 422
    assert 'href="#f-duties-1-due"' in answer.text
    sent["duties.1.due"] = sent["contract.until"]
    answer = client.post(f"/participants/{who}/contracts/sign", data=sent)
    assert answer.status_code == 422
    assert "01.01.2001" in answer.text
    assert site.desk.app.journey(who).version == before


def test_signing_after_somebody_else_wrote_is_told(site: Site) -> None:
    who, client = unbound(site), site.client(ADVISOR)
    sent = drafted(client, who)
    log(site, who, FollowUpHeld(on=site.desk.today(), way="phone"))
    answer = client.post(f"/participants/{who}/contracts/sign", data=sent)
    assert answer.status_code == 409
    assert "Somebody else recorded something here" in answer.text


def test_a_contract_rests_and_goes_on_from_its_page(site: Site) -> None:
    who, client = unbound(site), site.client(ADVISOR)
    bind(site, who)
    address = f"/participants/{who}/contracts/log/contract-paused/{mark('long-contract')}"
    assert address in client.get(f"/participants/{who}/contracts").text
    sent = inputs(client.get(address).text) | {"on": "i dag", "cause": "leave"}
    assert client.post(address, data=sent).status_code == 303
    assert facts(site, who, ContractPaused)[-1].on == site.desk.today()
    page = client.get(f"/participants/{who}/contracts").text
    assert "contract-resumed" in page
    assert "contract-completed" not in page
    assert "Rests from</dt>" in page and "Rested</dt>" not in page


def test_what_is_added_says_to_which_of_two_contracts(site: Site) -> None:
    who, client = unbound(site), site.client(ADVISOR)
    bind(site, who)
    until = site.desk.today() + YEAR
    both = ContractSigned(
        on=until - YEAR, contract="integration-contract", until=until, parties=("participant", "municipality")
    )
    log(site, who, both)
    page = client.get(f"/participants/{who}/contracts").text
    for which in ("long contract", "integration contract"):
        assert page.count(f">Add a step: {which}</a>") == page.count(f">Add a duty: {which}</a>") == 1


@pytest.mark.parametrize("days, state", [(0, "running"), (3, "paused")])
def test_a_contract_that_goes_on_is_not_offered_to_go_on(site: Site, days: int, state: str) -> None:
    who, client = unbound(site), site.client(ADVISOR)
    bind(site, who)
    today = site.desk.today()
    log(site, who, ContractPaused(on=today - days * DAY, contract="long-contract"))
    log(site, who, ContractResumed(on=today, contract="long-contract"))
    page = client.get(f"/participants/{who}/contracts").text
    assert "contract-resumed" not in page
    assert "contract-completed" in page
    assert ("to and including" in page) == ("Rested</dt>" in page) == (state == "paused")
    assert f">{STATES[state]}</span>" in page


@pytest.mark.parametrize("day, code", [("1.1.2020", 422), ("", 303)])
def test_a_contract_goes_on_no_sooner_than_it_rested(site: Site, day: str, code: int) -> None:
    who, client = unbound(site), site.client(ADVISOR)
    bind(site, who)
    address = f"/participants/{who}/contracts/log/{{}}/{mark('long-contract')}"
    pausing = address.format("contract-paused")
    assert client.post(pausing, data=inputs(client.get(pausing).text) | {"on": "1.1.2020"}).status_code == 422
    assert client.post(pausing, data=inputs(client.get(pausing).text) | {"on": "i dag"}).status_code == 303
    resuming = address.format("contract-resumed")
    answer = client.post(
        resuming, data=inputs(client.get(resuming).text) | {"on": day or site.desk.today().isoformat()}
    )
    assert answer.status_code == code
    assert ('href="#f-on"' in answer.text) == (code == 422)
    assert ("The contract has rested since" in answer.text) == (code == 422)
    assert len(facts(site, who, ContractResumed)) == (code == 303)


def test_a_manager_reads_contracts_and_changes_none(site: Site) -> None:
    who, client = unbound(site), site.client(MANAGER)
    bind(site, who)
    page = client.get(f"/participants/{who}/contracts")
    assert page.status_code == 200
    assert "/contracts/log/" not in page.text
    assert client.get(f"/participants/{who}/contracts/sign").status_code == 403
    address = f"/participants/{who}/contracts/log/contract-paused/{mark('long-contract')}"
    assert client.post(address, data={"about": "long-contract", "on": "i dag"}).status_code == 403


@pytest.mark.parametrize("topic", ["job-started", "nonsense"])
def test_nothing_else_is_logged_on_pages_of_contracts(site: Site, topic: str) -> None:
    who = unbound(site)
    assert site.client(ADVISOR).get(f"/participants/{who}/contracts/log/{topic}/new").status_code == 404


def test_what_is_ticked_is_marked_as_in_the_register_in_one_act(site: Site) -> None:
    client = site.client(ADVISOR)
    page = client.get("/nir").text
    names = re.findall(r'name="item" value="([^"]+)"', page)[:3]
    assert len(names) == 3
    sent = {"item": names, "on": "i dag", "command": "c" * 32}
    assert [client.post("/nir", data=sent).status_code for _ in range(2)] == [303, 303]
    marked = [
        (str(who), fact.registers)  # type: ignore[attr-defined]
        for who in {UUID(name.partition(":")[0]) for name in names}
        for fact in facts(site, who, RegisteredInNir)
    ]
    assert all(marked.count((name.partition(":")[0], int(name.partition(":")[2]))) == 1 for name in names)
    after = client.get("/nir").text
    assert not any(f'value="{name}"' in after for name in names)


def test_nobody_marks_entries_of_a_colleagues_participant(site: Site) -> None:
    theirs = at_home(site, COLLEAGUE)[0]
    answer = site.client(ADVISOR).post("/nir", data={"item": [f"{theirs}:1", "nonsense"], "on": "i dag"})
    assert answer.status_code == 422
    assert site.client(ADVISOR).post("/nir", data={"on": "i dag"}).status_code == 422
    assert site.client(MANAGER).post("/nir", data={"item": [f"{theirs}:1"]}).status_code == 403


def test_a_partner_sees_own_contracts_without_names_and_answers_own_duties_alone(site: Site) -> None:
    who, client = unbound(site), site.client(PARTNER)
    before = client.get("/agreed").text
    assert str(who) not in before
    bind(site, who)
    page = client.get("/agreed").text
    assert str(who) in page
    assert name_of(site, who) not in page
    one = client.get(f"/agreed/{who}").text
    assert name_of(site, who) in one
    assert "livelihood" in one
    assert "school place" not in one
    address = f"/agreed/{who}/duty/obligation-met/{mark('livelihood')}"
    assert address in one
    sent = inputs(client.get(address).text) | {"on": "i dag"}
    assert client.post(address, data=sent).status_code == 303
    assert facts(site, who, ObligationMet)[-1].told_by == "nav"
    others = f"/agreed/{who}/duty/obligation-met/{mark('school place')}"
    assert client.get(others).status_code == 404
    assert client.post(others, data={"on": "i dag"}).status_code == 404
    assert any(line.participant == str(who) for line in site.desk.access_log.lines(Asked(by=PARTNER)))


def test_a_partner_reaches_nobody_whom_no_contract_ties_to_it(site: Site) -> None:
    who = unbound(site)
    client = site.client(PARTNER)
    assert client.get(f"/agreed/{who}").status_code == 404
    assert client.get(f"/participants/{who}/contracts").status_code == 403
    assert {client.get(path).status_code for path in ("/day", "/nir", "/handover", "/search", "/calendar")} == {403}


@pytest.mark.parametrize("about", ["office", "party"])
def test_the_list_of_a_partner_is_begun_from_the_people_of_the_municipality(site: Site, about: str) -> None:
    values = {"municipality": "9901", "position": 1, "at": "2025-01-01", "about": "x", "sees": False}
    plan = site.desk.app.read_model.database.execute(f"EXPLAIN QUERY PLAN {STATEMENTS[about]}", values).fetchall()
    steps = [row[3] for row in plan]
    tables = re.compile(r"(SCAN|SEARCH) (p|s|c|t|k|h|a)\b(.*)")
    used = [found for step in steps if (found := tables.match(step))]
    assert {found[1] for found in used} == {"SEARCH"}, steps
    assert not [found[0] for found in used if "fact" in found[3] or "(contract=" in found[3]], steps
    assert [found[0] for found in used if "municipality=" in found[3]]


def test_a_partner_that_is_the_state_itself_is_named_as_a_party(site: Site) -> None:
    who = unbound(site)
    bind(site, who)
    grants = [*(site.desk.accounts.find(PARTNER) or pytest.fail("no partner")).grants]
    grants = [grants[0]._replace(about="state")]
    site.desk.accounts.make("state", "Staten", DEMO_PASSWORD, grants, site.desk.app.clock(), "test")
    client = site.client("state")
    assert str(who) in client.get("/agreed").text
    assert "livelihood" in client.get(f"/agreed/{who}").text


@EACH_WAY
def test_signing_works_in_the_browser(served: Site, visit: Visiting, width: int, javascript: bool) -> None:
    who = unbound(served)
    page = visit(ADVISOR, f"/participants/{who}/contracts", width=width, javascript=javascript)
    _fine(page, javascript)
    page.get_by_role("link", name="Sign a contract").click()
    _fine(page, javascript)
    page.locator("input[value=trade]").check()
    page.get_by_role("button", name="Make the draft").click()
    page.wait_for_selector("#f-contract-until")
    _fine(page, javascript)
    until = page.input_value("#f-contract-until")
    page.fill("#f-contract-until", "tull")
    page.get_by_role("button", name="Sign", exact=True).click()
    page.wait_for_selector(".ds-error-summary")
    _fine(page, javascript)
    page.fill("#f-contract-until", until)
    page.get_by_role("button", name="Sign", exact=True).click()
    page.wait_for_selector("text=The contract is signed.")
    _fine(page, javascript)


@EACH_WIDTH
def test_handover_register_and_partner_pages_are_accessible(served: Site, visit: Visiting, width: int) -> None:
    who = unbound(served)
    bind(served, who)
    for user, paths in {
        ADVISOR: ("/handover", "/nir"),
        MANAGER: ("/handover", "/nir", "/day", f"/participants/{who}/contracts"),
        PARTNER: ("/agreed", f"/agreed/{who}", f"/agreed/{who}/duty/obligation-missed/{mark('livelihood')}"),
    }.items():
        page = visit(user, paths[0], width=width, language="nb")
        for path in paths:
            page.goto(served.address + path)
            _fine(page)


def _fine(page: Page, javascript: bool = True) -> None:
    if javascript:
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
