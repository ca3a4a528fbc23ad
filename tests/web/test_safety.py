"""Headers, cookies, failures and logs: nothing from elsewhere, nothing kept, nothing of anybody."""

import logging
import re
from urllib.parse import urlsplit

import pytest

from tests.web.conftest import MakeSite, Site
from web.auth.gate import PUBLIC, permission_of
from web.auth.roles import PERMISSIONS
from web.headers import ALWAYS

TRIES = ["/", "/sign-in", "/no-such-page", "/account", "/static/pages.css"]


@pytest.mark.parametrize("address", TRIES)
def test_every_answer_carries_the_headers(site: Site, address: str) -> None:
    with site.client().get(address) as answer:
        answer.get_data()
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    kept = "immutable" if address.startswith("/static") else "no-store"
    assert kept in answer.headers["Cache-Control"]


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    policy = ALWAYS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "*" not in policy


def test_cookies_are_sent_over_https_alone_where_there_is_a_proxy(make_site: MakeSite) -> None:
    site = make_site(https=True, proxies=1)
    client = site.app.test_client()
    answer = client.post(
        "/sign-in",
        data={"user": "demo-manager", "password": "demo-demo-demo"},
        headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "tracker.example"},
    )
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-tracker=")
    assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert answer.headers["Strict-Transport-Security"]


def test_the_word_of_a_proxy_counts_only_where_one_was_announced(site: Site) -> None:
    answer = site.client().get("/sign-in", headers={"X-Forwarded-Proto": "https"})
    assert "Strict-Transport-Security" not in answer.headers


def test_every_route_declares_a_permission_that_there_is(site: Site) -> None:
    endpoints = {rule.endpoint for rule in site.app.url_map.iter_rules()}
    declared = {endpoint: permission_of(site.app, endpoint) for endpoint in endpoints}
    assert {endpoint: told for endpoint, told in declared.items() if told not in (*PERMISSIONS, PUBLIC)} == {}


def test_little_is_public(site: Site) -> None:
    endpoints = {rule.endpoint for rule in site.app.url_map.iter_rules()}
    public = {endpoint for endpoint in endpoints if permission_of(site.app, endpoint) == PUBLIC}
    assert {endpoint for endpoint in public if not endpoint.startswith(("signing_in.", "static"))} == {
        "my_day.calendar_feed"
    }


def test_a_route_that_declares_nothing_is_closed(site: Site) -> None:
    site.app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    assert site.client("demo-manager").get("/forgotten").status_code == 403
    assert site.client().get("/forgotten").status_code == 302


def test_a_failure_is_a_page_without_a_trace_and_the_log_holds_no_value(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> str:
        raise RuntimeError("Ana Demo, 15879099887")

    broken.permission = "home"  # type: ignore[attr-defined]
    site.app.add_url_rule("/broken", "broken", broken)
    client = site.client("demo-manager")
    site.app.testing = False
    with caplog.at_level(logging.DEBUG):
        answer = client.get("/broken")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.text
    for told in (answer.text, caplog.text):
        assert "Ana Demo" not in told
        assert "15879099887" not in told
        assert "Traceback" not in told
    assert "RuntimeError in GET broken" in caplog.text


@pytest.mark.parametrize("address, code", [("/no-such-page", 404), ("/administration/", 403)])
def test_a_failure_says_what_to_do(site: Site, address: str, code: int) -> None:
    answer = site.client("demo-manager").get(address)
    assert answer.status_code == code
    assert "To the start page" in answer.text


def test_pages_name_no_other_host(site: Site) -> None:
    page = site.client("demo-manager").get("/account").text
    addresses = re.findall(r'(?:src|href|action)="([^"]+)"', page)
    assert addresses
    assert [address for address in addresses if urlsplit(address).netloc] == []


def test_a_request_that_is_too_large_is_refused(site: Site) -> None:
    site.app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = site.client().post("/sign-in", data={"user": "x" * 2000})
    assert answer.status_code == 413
    assert "32 MB" in answer.text
