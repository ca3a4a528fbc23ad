"""Signing in and out: who may, what they are told, and what becomes of sessions."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.web.browsing import EACH_WAY, accessible
from tests.web.conftest import MakeSite, Site
from web.auth.sessions import IDLE, LONGEST
from web.demo_accounts import DEMO_ACCOUNTS, DEMO_PASSWORD

Visiting = Callable[..., Page]


@pytest.mark.parametrize("account", DEMO_ACCOUNTS, ids=lambda account: account.user)
def test_every_demo_account_comes_to_a_page_of_its_own(site: Site, account: object) -> None:
    answer = site.client(account.user).get("/", follow_redirects=True)  # type: ignore[attr-defined]
    assert answer.status_code == 200
    assert account.name in answer.text  # type: ignore[attr-defined]


def test_a_wrong_password_and_an_unknown_name_are_told_in_the_same_words(site: Site) -> None:
    told = [
        site.client().post("/sign-in", data={"user": user, "password": "wrong wrong wrong"})
        for user in ("demo-manager", "nobody")
    ]
    assert [answer.status_code for answer in told] == [422, 422]
    assert all("The user name or the password is not right." in answer.text for answer in told)


def test_a_disabled_account_is_out_at_once(site: Site) -> None:
    client = site.client("demo-manager")
    assert client.get("/account").status_code == 200
    site.desk.accounts.change("demo-manager", site.desk.app.clock(), disabled=True)
    assert client.get("/account").status_code == 302
    assert client.post("/sign-in", data={"user": "demo-manager", "password": DEMO_PASSWORD}).status_code == 422


@pytest.mark.parametrize("over", [IDLE, LONGEST], ids=["idle", "longest"])
def test_a_session_runs_out(site: Site, over: object, monkeypatch: pytest.MonkeyPatch) -> None:
    client = site.client("demo-manager")
    now = site.desk.app.clock
    monkeypatch.setattr(site.desk.app, "clock", lambda: now() + over * 1.01)  # type: ignore[operator]
    answer = client.get("/account")
    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/account"


def test_signing_in_begins_a_new_session_and_signing_out_ends_it(site: Site) -> None:
    client = site.client("demo-manager")
    before = client.get_cookie("tracker")
    client.post("/sign-in", data={"user": "demo-manager", "password": DEMO_PASSWORD})
    after = client.get_cookie("tracker")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    client.post("/sign-out")
    client.set_cookie("tracker", after.value)
    assert client.get("/account").status_code == 302


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example/x", "/\\evil.example", "evil"])
def test_nobody_is_sent_elsewhere_after_signing_in(site: Site, elsewhere: str) -> None:
    answer = site.client().post(
        "/sign-in", query_string={"next": elsewhere}, data={"user": "demo-manager", "password": DEMO_PASSWORD}
    )
    assert answer.status_code == 303
    assert "evil" not in answer.location


def test_guessing_is_slowed_down(make_site: MakeSite) -> None:
    site = make_site(limits=True)
    site.app.config["WTF_CSRF_ENABLED"] = False
    client = site.client()
    codes = [
        client.post("/sign-in", data={"user": "demo-manager", "password": f"wrong wrong {number}"}).status_code
        for number in range(12)
    ]
    assert codes == [422] * 10 + [429] * 2


def test_a_form_without_its_token_changes_nothing(make_site: MakeSite) -> None:
    site = make_site()
    site.app.config["WTF_CSRF_ENABLED"] = True
    answer = site.client().post("/sign-in", data={"user": "demo-manager", "password": DEMO_PASSWORD})
    assert answer.status_code == 400
    assert not site.desk.sessions.running("demo-manager", site.desk.app.clock())


@EACH_WAY
def test_the_page_is_accessible_and_works(visit: Visiting, width: int, javascript: bool) -> None:
    page = visit(None, "/sign-in", width=width, javascript=javascript)
    page.fill("#user", "demo-manager")
    page.fill("#password", "not the password")
    page.keyboard.press("Enter")
    page.wait_for_selector(".ds-error-summary")
    if javascript:
        accessible(page)
        assert page.evaluate("document.activeElement.id") == "summary"
    page.fill("#password", DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Demo Leder")


def test_the_language_is_the_browsers_then_the_accounts_then_the_one_chosen_here(site: Site) -> None:
    site.desk.accounts.change("demo-manager", site.desk.app.clock(), language="nn")
    client = site.app.test_client()

    def language() -> str:
        return client.get("/account", follow_redirects=True, headers={"Accept-Language": "en"}).text[:40]

    assert 'lang="en"' in language()
    client.post("/sign-in", data={"user": "demo-manager", "password": DEMO_PASSWORD})
    assert 'lang="nn"' in language()
    client.post("/language", data={"language": "nb", "back": "/account"})
    assert 'lang="nb"' in language()


def test_writes_are_limited_by_user(make_site: MakeSite) -> None:
    site = make_site(limits=True)
    site.app.config["WTF_CSRF_ENABLED"] = False
    client = site.client("demo-manager")
    codes = {client.post("/undo/nothing").status_code for _ in range(118)}
    assert codes == {303}
    assert [client.post("/undo/nothing").status_code for _ in range(3)][-1] == 429
    assert client.get("/account").status_code == 200
    assert site.client("demo-analyst").post("/undo/nothing").status_code == 303
