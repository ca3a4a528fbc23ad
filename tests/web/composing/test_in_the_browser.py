"""Forms of several facts in a browser: the keyboard alone, small screens, drafts, with and without JavaScript."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from tests.web.browsing import accessible
from tests.web.class_grid.scene import ADVISOR, facts_of
from tests.web.composing.test_conversation import somebody
from tests.web.composing.test_register import number
from tests.web.conftest import Site

Visiting = Callable[..., Page]
SIZES = pytest.mark.parametrize("width, javascript", [(1280, True), (390, True), (390, False)], ids=str)
FITS = "document.documentElement.scrollWidth <= window.innerWidth"


@SIZES
def test_a_conversation_is_written_down(visit: Visiting, served: Site, width: int, javascript: bool) -> None:
    who = somebody(served)
    page = visit(ADVISOR, f"/participants/{who}/conversation", width=width, javascript=javascript)
    if javascript:
        accessible(page)
        assert page.evaluate(FITS)
    page.focus("#f-on")
    page.keyboard.press("Control+A")
    page.keyboard.type("31.2.")
    page.focus("#f-held-agreed-next")
    page.keyboard.type("asks the school")
    page.focus("#s-heard summary")
    page.keyboard.press("Enter")
    page.wait_for_selector("#s-heard-use", state="visible")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.is_checked("#s-heard-use")
    page.focus("#f-next-planned-on")
    page.keyboard.type((served.desk.today() + timedelta(days=30)).strftime("%d.%m.%Y"))
    page.keyboard.press("Enter")
    page.wait_for_selector(".ds-error-summary")
    if javascript:
        accessible(page)
        assert page.evaluate("document.activeElement.id") == "summary"
    page.fill("#f-on", "today")
    page.locator("text=Save the conversation").click()
    page.wait_for_selector("text=The conversation is saved.")
    recorded = [item.fact.TOPIC for item in served.desk.app.journey(who).recorded][-3:]
    assert recorded == ["follow-up-held", "participant-consulted", "follow-up-scheduled"]


def test_what_was_typed_is_there_after_the_session_has_run_out(visit: Visiting, served: Site) -> None:
    who = somebody(served)
    page = visit(ADVISOR, f"/participants/{who}/conversation")
    page.fill("#f-held-agreed-next", "asks the school")
    page.wait_for_selector("text=Kept at")
    served.desk.sessions.end_all(ADVISOR)
    page.fill("#f-held-agreed-next", "asks the school, and NAV")
    page.wait_for_selector("text=You have been signed out.")
    page.goto(f"{served.address}/sign-in?next=/participants/{who}/conversation")
    page.fill("#user", ADVISOR)
    page.fill("#password", "demo-demo-demo")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=and did not save it")
    accessible(page)
    page.locator("text=Go on with it").click()
    page.wait_for_selector("#f-held-agreed-next")
    assert page.input_value("#f-held-agreed-next") == "asks the school"


def test_without_javascript_a_draft_is_kept_with_a_button(visit: Visiting, served: Site) -> None:
    who = somebody(served)
    page = visit(ADVISOR, f"/participants/{who}/conversation", javascript=False)
    page.fill("#f-held-agreed-next", "asks the school")
    page.locator("text=Keep for later").click()
    page.wait_for_selector("text=What you wrote is kept for a week.")
    page.goto(f"{served.address}/participants/{who}/conversation?draft=yes")
    assert page.input_value("#f-held-agreed-next") == "asks the school"


@SIZES
def test_a_test_day_is_saved(visit: Visiting, served: Site, width: int, javascript: bool) -> None:
    who = somebody(served)
    page = visit(ADVISOR, f"/participants/{who}/test-day", width=width, javascript=javascript)
    if javascript:
        accessible(page)
        assert page.evaluate(FITS)
    page.focus("#s-reading")
    page.keyboard.type("B1")
    page.locator("text=Save the test day").click()
    page.wait_for_selector("text=The test day is saved.")
    fact = facts_of(served, who, "language-level-reached")[-1]
    assert (fact.skill, fact.level[:2]) == ("reading", "B1")  # type: ignore[attr-defined]


@SIZES
def test_the_end_of_a_programme_is_saved(visit: Visiting, served: Site, width: int, javascript: bool) -> None:
    who = somebody(served)
    page = visit(ADVISOR, f"/participants/{who}/programme-ends", width=width, javascript=javascript)
    if javascript:
        accessible(page)
        assert page.evaluate(FITS)
    page.select_option("#f-end-main-activity", "work")
    page.locator("text=Save the end of the programme").click()
    page.wait_for_selector("text=The end of the programme is saved.")
    page.goto(f"{served.address}/participants/{who}/programme-ends")
    page.wait_for_selector("text=No programme is running.")
    if javascript:
        accessible(page)


@SIZES
def test_a_participant_is_registered(visit: Visiting, served: Site, width: int, javascript: bool) -> None:
    page = visit(ADVISOR, "/register", width=width, javascript=javascript)
    if javascript:
        accessible(page)
        assert page.evaluate(FITS)
    page.focus("#f-who-name")
    page.keyboard.type("Test Testesen")
    page.keyboard.press("Enter")
    page.wait_for_selector(".ds-error-summary")
    if javascript:
        accessible(page)
    assert page.input_value("#f-who-name") == "Test Testesen"
    page.fill("#f-start-settled-on", "1.11.")
    page.fill("#f-who-national-identity-number", number())
    page.locator(".bottom button").click()
    page.wait_for_selector("text=The participant is registered.")
    if javascript:
        accessible(page)
    page.goto(f"{served.address}/register")
    page.fill("#f-who-name", "Test Testesen")
    page.fill("#f-start-settled-on", "1.11.")
    page.fill("#f-who-national-identity-number", number())
    page.locator(".bottom button").click()
    page.wait_for_selector("text=Somebody with this number is registered already")
    if javascript:
        accessible(page)
