"""Administration: accounts and roles, decisions of a municipality, rules and reference tables."""

import io
import json
import re
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from tests.reference_tables.files import after_the_programme
from tests.web.browsing import EACH_WIDTH, accessible
from tests.web.conftest import Site
from tracker.access_log import Asked
from tracker.application import municipality_stream
from tracker.reference_tables.lookup import references_of
from web.auth.accounts import Grant
from web.demo_accounts import DEMO_PASSWORD
from web.pages.administration.accounts import key_of

Visiting = Callable[..., Page]
ADMINISTRATOR = "demo-administrator"
COUNTS = "unit;year;counted;out_of\n0301;2024;30;60\n5001;2024;20;50\n"


def shown_password(page: str) -> str:
    found = re.search(r"The password is ([a-z0-9-]+)\.", page)
    assert found
    return found[1]


def test_a_new_account_signs_in_with_the_password_that_was_shown_once(site: Site) -> None:
    client = site.client(ADMINISTRATOR)
    answer = client.post(
        "/administration/accounts",
        data={"user": "demo-new", "name": "Demo New", "role": "analyst", "municipality": "9901", "about": ""},
    )
    password = shown_password(answer.text)
    assert password not in client.get(f"/administration/accounts/{key_of('demo-new')}").text
    signed_in = site.app.test_client().post("/sign-in", data={"user": "demo-new", "password": password})
    assert signed_in.status_code == 303


@pytest.mark.parametrize(
    "wrong, told",
    [
        ({"user": "demo-manager"}, "already"),
        ({"user": "two words"}, "no blanks"),
        ({"role": ""}, "roles"),
        ({"role": "teacher"}, "has a class"),
        ({"municipality": "0301"}, "only where one administers"),
    ],
)
def test_an_account_that_cannot_be_is_refused_and_what_was_typed_stays(
    site: Site, wrong: dict[str, str], told: str
) -> None:
    given = {"user": "demo-new", "name": "Demo New", "role": "analyst", "municipality": "9901", "about": ""} | wrong
    answer = site.client(ADMINISTRATOR).post("/administration/accounts", data=given)
    assert answer.status_code == 422
    assert told in answer.text
    assert 'value="Demo New"' in answer.text
    assert site.desk.accounts.find("demo-new") is None


def test_a_role_taken_away_ends_what_is_open(site: Site) -> None:
    analyst, administrator = site.client("demo-analyst"), site.client(ADMINISTRATOR)
    address = f"/administration/accounts/{key_of('demo-analyst')}"
    administrator.post(
        address, data={"name": "Demo Analytiker", "remove": "0", "role": "auditor", "municipality": "9901"}
    )
    assert analyst.get("/account").status_code == 302
    found = site.desk.accounts.find("demo-analyst")
    assert found is not None
    assert found.grants == (Grant("auditor", "9901"),)


def test_roles_in_other_municipalities_are_out_of_reach(site: Site) -> None:
    desk = site.desk
    desk.accounts.make(
        "both", "Both", "a good password", [Grant("advisor", "0301"), Grant("advisor", "9901")], desk.app.clock(), "x"
    )
    desk.accounts.make("other", "Other", "a good password", [Grant("advisor", "0301")], desk.app.clock(), "x")
    client = site.client(ADMINISTRATOR)
    client.post(f"/administration/accounts/{key_of('both')}", data={"name": "Both", "remove": ["0", "1"]})
    both = desk.accounts.find("both")
    assert both is not None
    assert both.grants == (Grant("advisor", "0301"),)
    assert client.get(f"/administration/accounts/{key_of('other')}").status_code == 404


@pytest.mark.parametrize("what", ["", "/password", "/state"])
def test_nobody_changes_the_own_account(site: Site, what: str) -> None:
    address = f"/administration/accounts/{key_of(ADMINISTRATOR)}{what}"
    answer = site.client(ADMINISTRATOR).post(address, data={"name": "Demo", "role": "manager", "municipality": "9901"})
    assert answer.status_code == 403


def test_disabling_and_enabling_and_a_new_password(site: Site) -> None:
    client, address = site.client(ADMINISTRATOR), f"/administration/accounts/{key_of('demo-analyst')}"
    client.post(f"{address}/state")
    assert "disabled" in client.get("/administration/").text
    client.post(f"{address}/state")
    password = shown_password(client.post(f"{address}/password").text)
    assert site.desk.accounts.authenticated("demo-analyst", password) is not None
    noted = [line.what for line in site.desk.access_log.lines(Asked(by=ADMINISTRATOR))]
    assert {"account disabled: demo-analyst", "account enabled: demo-analyst", "password set: demo-analyst"} <= {*noted}


def test_norms_that_are_not_there_cannot_be_adopted(site: Site) -> None:
    client = site.client(ADMINISTRATOR)
    given = {"on": "1.1.2024", "norm-set": "no-such", "version": "7", "told-by": "staff"}
    answer = client.post("/administration/decisions/norm-set-adopted", data=given)
    assert answer.status_code == 422
    assert "no-such" in answer.text


def test_a_target_is_set_and_taken_back_with_a_reason(site: Site) -> None:
    client = site.client(ADMINISTRATOR)
    before = len(site.desk.app.journey(municipality_stream("9901")).recorded)
    form = {"on": "1.2.2025", "indicator": "E2", "percent": "55,5", "decided-by": "kommunestyret", "command": "c1"}
    for _ in range(2):
        answer = client.post("/administration/decisions/target-set", data=form, follow_redirects=True)
    assert "kommunestyret" in answer.text
    recorded = site.desk.app.journey(municipality_stream("9901")).recorded
    assert len(recorded) == before + 1
    version = recorded[-1].version
    refused = client.post(f"/administration/decisions/{version}/retract", data={"reason": " "})
    assert refused.status_code == 422
    answer = client.post(
        f"/administration/decisions/{version}/retract", data={"reason": "another year"}, follow_redirects=True
    )
    assert "kommunestyret" not in answer.text


@pytest.mark.parametrize(
    "wrong, told",
    [({"indicator": "nonsense"}, "Write"), ({"percent": "155"}, "from 0 to 100"), ({"on": "31.2."}, "Write a day")],
)
def test_nonsense_in_a_decision_is_told_at_its_field(site: Site, wrong: dict[str, str], told: str) -> None:
    given = {"on": "1.2.2025", "indicator": "E2", "percent": "55"} | wrong
    answer = site.client(ADMINISTRATOR).post("/administration/decisions/target-set", data=given)
    assert answer.status_code == 422
    assert told in answer.text


def test_a_decision_of_another_municipality_or_kind_is_not_here(site: Site) -> None:
    client = site.client(ADMINISTRATOR)
    assert client.get("/administration/decisions?municipality=0301").status_code == 404
    assert client.get("/administration/decisions/job-started").status_code == 404


def test_a_reference_table_is_taken_into_use_once(site: Site) -> None:
    client = site.client(ADMINISTRATOR)

    def send(content: str = COUNTS, name: str = "table.csv", **changed: str) -> str:
        given = {"kind": "counts", "municipality": "9901", "table": "imdi-2024", "version": "1", "source": "IMDi 2024"}
        file = (io.BytesIO(content.encode()), name)
        answer = client.post("/administration/tables", data={**given, **changed, "file": file}, follow_redirects=True)
        return answer.text

    assert "The table is in use." in send()
    assert "imdi-2024@1" in client.get("/administration/tables").text
    assert "The table was there already." in send()
    assert "other content" in send(COUNTS.replace("30", "31"))
    assert "whole number" in send(version="one")
    assert "Choose a file" in send(name="table.exe")


@pytest.mark.parametrize(
    "line, period, words",
    [
        ("work-20-hours/12-months", "2016", "Work of at least 20 hours a week, 12 months after, 2016"),
        ("work-20-hours", "", "Work of at least 20 hours a week<"),
        ("income-support/strict/1-months", "", "income support, strict, 1 month after<"),
    ],
)
def test_what_a_table_is_about_is_told_in_words(site: Site, line: str, period: str, words: str) -> None:
    client = site.client(ADMINISTRATOR)
    told = {"kind": "counts", "municipality": "9901", "table": "own", "version": "1", "source": "A test"}
    file = (io.BytesIO(COUNTS.encode()), "counts.csv")
    about = {"indicator": "E2@1", "line": line, "period": period, "file": file}
    assert client.post("/administration/tables", data=told | about).status_code == 303
    assert f">E2@1: {words}" in client.get("/administration/tables").text


@pytest.mark.parametrize(
    "content, given, columns, words",
    [
        ("fylke,antall\nA,9\n", {}, "yes", "Det er ikke sagt hvilken kolonne som er «Kommune eller fylke»"),
        ("unit,counted,out_of\nA,tre,9\n", {}, "yes", "Rad 2, kolonnen «counted»: Dette er ikke et tall: «tre»."),
        ("unit,counted,out_of\nA,10,9\n", {}, "yes", "Rad 2: 10 er talt, men det finnes bare 9."),
        ("unit,counted,out_of\nA,1,9\n", {"table": "a b"}, "", "Dette mangler eller er ikke riktig: "),
        ("unit,counted,out_of\n", {}, "", "Filen: Det er ingen rader under raden med kolonnenavn."),
        ("unit,unit\n", {}, "", "Filen: To kolonner har samme navn."),
    ],
)
def test_what_is_wrong_in_a_table_is_told_in_norwegian_alone(
    site: Site, content: str, given: dict[str, str], columns: str, words: str
) -> None:
    client = site.client(ADMINISTRATOR, "nb")
    told = {"kind": "counts", "municipality": "9901", "table": "own", "version": "1", "source": "A test"} | given
    sent = {**told, "columns": columns, "file": (io.BytesIO(content.encode()), "own.csv")}
    answer = client.post("/administration/tables", data=sent)
    if columns:
        answer = client.post(answer.location, data={"do": "try"})
    found = re.search(r'id="summary".*?<ul[^>]*>(.*?)</ul>', unescape(answer.text), re.DOTALL)
    assert found and words in found[1]
    assert not re.search(r"expected|column |row |--[a-z]", found[1])


NAMED = "fylke;navn;n_work;n_education;n_ended\n03;Oslo;20;10;60\n50;Trøndelag;15;5;50\n"


def sent_in(client: FlaskClient, content: str, name: str, **given: str) -> str:
    """Send a file in; the address of the page that asks what its columns mean."""
    told = {"kind": "counts", "municipality": "9901", "table": "own", "version": "1", "source": "A test"} | given
    answer = client.post(
        "/administration/tables", data={**told, "columns": "yes", "file": (io.BytesIO(content.encode()), name)}
    )
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_columns_of_other_names_are_asked_about_tried_and_then_taken_into_use(site: Site) -> None:
    client = site.client(ADMINISTRATOR)
    file = (io.BytesIO(NAMED.encode()), "fylker.csv")
    given = {"kind": "counts", "municipality": "9901", "table": "own", "version": "1", "source": "A test"}
    answer = client.post("/administration/tables", data={**given, "file": file})
    assert answer.status_code == 303, "the columns have other names, so the next page asks"
    page = client.get(answer.location).text
    assert '<option value="n_education">' in page and "Trøndelag" in page
    assert "Say what its columns mean." in page and "--" not in page, "nothing of the command line's options"
    meaning = {"unit": "fylke", "called": "navn", "counted": ["n_work", "n_education"], "out_of": "n_ended"}
    tried = client.post(answer.location, data=meaning | {"do": "try"}).text
    assert "This would be taken into use: 2 rows" in tried
    assert not references_of(site.desk.app).tables
    wrong = client.post(answer.location, data=meaning | {"do": "take", "out_of": "n_work"})
    assert wrong.status_code == 422 and "expected at most 20 people counted" in wrong.text
    assert 'value="fylke" selected' in wrong.text, "what was chosen stays"
    assert client.post(answer.location, data=meaning | {"do": "take"}).status_code == 303
    (table,) = references_of(site.desk.app).tables
    assert {row.key["unit"]: row.cells["counted"].value for row in table.rows} == {"03": 30, "50": 20}
    assert table.label("unit", "50") == "Trøndelag"
    assert client.get(answer.location).status_code == 404, "the file is gone"


def test_columns_that_are_called_as_the_page_calls_them_are_chosen_already(site: Site) -> None:
    client = site.client(ADMINISTRATOR, "nb")
    page = client.get(sent_in(client, "kommune eller fylke;ÅR;n\n0301;2024;60\n", "own.csv")).text
    assert 'value="kommune eller fylke" selected' in page and 'value="ÅR" selected' in page
    assert 'value="n" selected' not in page


def test_categories_of_a_jsonstat_file_are_counted_and_chosen_by_what_they_are_called(site: Site) -> None:
    client = site.client(ADMINISTRATOR)
    address = sent_in(client, json.dumps(after_the_programme()), "10824.json")
    page = client.get(address).text
    assert '<option value="Status=01">01 Employed</option>' in page
    meaning = {"unit": "Region", "counted": ["Status=01", "Status=02"], "out_of": "Status=00", "where": "Tid=2022"}
    assert client.post(address, data=meaning | {"do": "take"}).status_code == 303
    (table,) = references_of(site.desk.app).tables
    assert {row.key["unit"]: row.cells["counted"].value for row in table.rows} == {
        "0301": 195,
        "1856": None,
        "5001": 60,
    }


def test_the_names_of_the_columns_can_stand_further_down(site: Site) -> None:
    client = site.client(ADMINISTRATOR)
    address = sent_in(client, "Tall for 2024;;;;\n;;;;\n" + NAMED, "fylker.csv")
    looked = client.post(address, data={"do": "look", "header-row": "3"}).text
    assert '<option value="n_ended">' in looked and 'name="header-row" value="3"' in looked
    assert client.post(address, data={"do": "look", "header-row": "0"}).status_code == 422
    assert client.post(address, data={"do": "look", "header-row": "150"}).status_code == 422


def test_a_file_sent_in_is_opened_by_who_sent_it_and_deleted_on_request(site: Site) -> None:
    client = site.client(ADMINISTRATOR)
    address = sent_in(client, NAMED, "fylker.csv")
    made = [Grant("administrator", "9901")]
    site.desk.accounts.make("another", "Another", DEMO_PASSWORD, made, site.desk.app.clock(), "test")
    other = site.client("another")
    for method, path in (("get", ""), ("post", ""), ("post", "/remove")):
        assert getattr(other, method)(f"{address}{path}").status_code == 404
    assert client.get("/administration/tables/..").status_code == 404
    assert client.post(f"{address}/remove").status_code == 303
    assert not list((site.desks.settings.home / "uploads").glob("*"))


def test_every_rule_is_listed_with_its_ground(site: Site) -> None:
    page = site.client(ADMINISTRATOR).get("/administration/rules").text
    rules = site.desk.app.read_model.rules.rules
    assert len(rules) > 5
    assert [id for id in rules if id not in page] == []


@EACH_WIDTH
def test_the_pages_are_accessible(visit: Visiting, width: int) -> None:
    page = visit(ADMINISTRATOR, "/administration/", width=width)
    accessible(page)
    for address in (
        "decisions",
        "decisions/teaching-recorded",
        "rules",
        "tables",
        f"accounts/{key_of('demo-manager')}",
    ):
        page.goto(page.url.split("/administration")[0] + f"/administration/{address}")
        accessible(page)


def test_the_keyboard_alone_makes_an_account_and_a_mistake_takes_the_focus(visit: Visiting) -> None:
    page = visit(ADMINISTRATOR, "/administration/")
    page.locator("#user").focus()
    page.keyboard.type("demo-new")
    page.keyboard.press("Tab")
    page.keyboard.type("Demo New")
    page.keyboard.press("Enter")
    expect(page.locator("#summary")).to_be_focused()
    accessible(page)
    page.locator("#role").focus()
    page.keyboard.type("Auditor")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("demo-new")
