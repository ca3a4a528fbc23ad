"""The access log: every look at a person is in it, and only the auditor reads it."""

from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import Page

from tests.web.browsing import EACH_WIDTH, accessible
from tests.web.conftest import Site
from tracker.access_log import Asked
from web.auth.accounts import Grant

Visiting = Callable[..., Page]


def test_a_journey_opened_on_a_reason_is_in_the_log_with_the_reason(site: Site) -> None:
    (participant, *_) = site.participants_of("demo-advisor-2")
    client = site.client("demo-advisor-1")
    asked = client.get(f"/participants/{participant}")
    assert asked.status_code == 302
    assert asked.location.startswith(f"/open/{participant}")
    assert "Demo Deltaker" not in client.get(asked.location).text
    assert client.post(asked.location, data={"reason": "no"}).status_code == 422
    opened = client.post(asked.location, data={"reason": "asked at the front desk"})
    assert opened.location == f"/participants/{participant}"
    there = client.get(opened.location)
    assert there.status_code == 200
    assert "open to you on a reason until" in there.text
    own = client.get(f"/participants/{site.participants_of('demo-advisor-1')[0]}")
    assert "on a reason" not in own.text
    page = site.client("demo-auditor").post("/access-log", data={"participant": str(participant)}).text
    assert "asked at the front desk" in page
    assert "participant.page" in page
    assert "demo-advisor-1" in page


def test_a_refused_look_is_in_the_log_too(site: Site) -> None:
    (participant, *_) = site.protected()
    answer = site.client("demo-advisor-1").get(f"/participants/{participant}")
    assert answer.status_code in (403, 404)
    lines = site.desk.access_log.lines(Asked(participant=participant))
    assert [line.what for line in lines] == ["refused participant.page"]


@pytest.mark.parametrize("user", ["demo-advisor-1", "demo-manager", "demo-administrator", "demo-analyst"])
def test_nobody_but_the_auditor_reads_it(site: Site, user: str) -> None:
    assert site.client(user).get("/access-log").status_code == 403


def test_what_is_done_elsewhere_is_read_elsewhere(site: Site) -> None:
    desk = site.desk
    desk.accounts.make("oslo", "Oslo", "a good password", [Grant("advisor", "0301")], desk.app.clock(), "x")
    desk.access_log.note(desk.app.clock(), "oslo", "signed in")
    desk.access_log.note(desk.app.clock(), "cron", "export csv", rows=7)
    page = site.client("demo-auditor").get("/access-log").text
    assert ">oslo</td>" not in page
    assert ">cron</td>" in page


def test_a_day_is_a_day_in_norway(site: Site) -> None:
    desk = site.desk
    for moment in ("2026-03-09T22:59", "2026-03-09T23:00", "2026-03-10T22:59", "2026-03-10T23:00"):
        desk.access_log.note(datetime.fromisoformat(f"{moment}+00:00"), "cron", f"at {moment}")
    given = {"by": "cron", "since": "10.03.2026", "until": "10.03.2026"}
    page = site.client("demo-auditor").post("/access-log", data=given).text
    assert "2 lines" in page
    assert "at 2026-03-09T23:00" in page
    assert "at 2026-03-10T22:59" in page


@pytest.mark.parametrize(
    "given, told",
    [({"since": "nonsense"}, "Write a day"), ({"participant": "zzzz"}, "participant"), ({"page": "minus"}, "line")],
)
def test_nonsense_is_told(site: Site, given: dict[str, str], told: str) -> None:
    assert told in site.client("demo-auditor").post("/access-log", data=given).text


def test_lines_of_some_days_of_one_user_page_by_page(site: Site) -> None:
    desk = site.desk
    for number in range(230):
        desk.access_log.note(desk.app.clock(), "cron", f"export {number}")
    client = site.client("demo-auditor")
    first = client.post("/access-log", data={"by": "cron", "since": "1.1.2020"}).text
    assert "230 lines" in first
    assert "Page 1 of 3" in first
    last = client.post("/access-log", data={"by": "cron", "page": "3"}).text
    assert ">export 0</code></td>" in last
    assert "0 lines" in client.post("/access-log", data={"by": "cron", "until": "1.1.2020"}).text


@EACH_WIDTH
@pytest.mark.parametrize(
    "user, address", [("demo-auditor", "/access-log"), ("demo-auditor", "/status"), ("demo-auditor", "/account")]
)
def test_the_pages_are_accessible(visit: Visiting, user: str, address: str, width: int) -> None:
    accessible(visit(user, address, width=width))


def test_the_log_is_searched_by_keyboard_and_without_javascript(visit: Visiting) -> None:
    page = visit("demo-auditor", "/access-log", javascript=False)
    page.locator("#by").focus()
    page.keyboard.type("demo-auditor")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=signed in")
    assert "demo-auditor" not in page.url


def test_names_of_pages_and_grounds_are_told_in_words(site: Site) -> None:
    participant = site.with_most("demo-advisor-1")
    site.client("demo-advisor-1").get(f"/participants/{participant}")
    page = site.client("demo-auditor", "nn").get("/access-log").text
    assert 'Deltakar <code class="small">participant.page</code></td>' in page
    assert ">eigen portefølje</td>" in page
    assert "Logga inn" in page
