"""The participant's page in a browser: the main job with and without JavaScript, by keyboard alone, and accessible."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from events.work import JobEnded
from tests.web.browsing import EACH_WAY, accessible
from tests.web.conftest import Site
from tests.web.participant.conftest import ADVISOR, COLLEAGUE, JOB, Making

Visiting = Callable[..., Page]


@pytest.fixture
def who(served: Site, making: Making) -> UUID:
    return making(served)


@EACH_WAY
def test_the_end_of_a_job_is_logged_in_two_clicks_and_undone_with_one(
    visit: Visiting, who: UUID, width: int, javascript: bool
) -> None:
    page = visit(ADVISOR, f"/participants/{who}", width=width, javascript=javascript)
    page.get_by_role("link", name="Job ended", exact=True).click()
    page.fill("#f-on", "nonsense")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#summary")).to_contain_text("Write a day such as")
    if javascript:
        assert page.url.endswith(str(who))
        expect(page.locator("#summary")).to_be_focused()
    page.fill("#f-on", "1.5.2024")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#messages")).to_contain_text("Saved: Job ended.")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#messages")).to_contain_text("Undone.")
    expect(page.get_by_role("link", name="Job ended", exact=True)).to_be_visible()


def test_the_keyboard_alone_logs_a_milestone(visit: Visiting, who: UUID) -> None:
    page = visit(ADVISOR, f"/participants/{who}")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "Job ended":
            break
    page.keyboard.press("Enter")
    expect(page.locator("#log-form h3")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "f-on"
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("1.5.2024")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Saved: Job ended.")


def test_a_second_click_saves_nothing_more(served: Site, visit: Visiting, who: UUID) -> None:
    page = visit(ADVISOR, f"/participants/{who}")
    page.get_by_role("link", name="Job ended", exact=True).click()
    page.fill("#f-on", "1.5.2024")
    page.get_by_role("button", name="Save").dblclick()
    expect(page.locator("#messages")).to_contain_text("Saved")
    recorded = served.desk.app.journey(who).recorded
    assert len([item for item in recorded if isinstance(item.fact, JobEnded)]) == 1


@EACH_WAY
def test_an_entry_is_corrected_and_the_filter_finds_it(
    visit: Visiting, who: UUID, width: int, javascript: bool
) -> None:
    page = visit(ADVISOR, f"/participants/{who}", width=width, javascript=javascript)
    page.get_by_role("navigation", name="Area of life").get_by_role("link", name="Work and measures").click()
    expect(page.locator(".entry")).to_have_count(1)
    page.locator(f"#entry-{JOB}").get_by_role("link", name="Correct").click()
    page.fill("#f-hours-per-week", "20")
    page.fill("#reason", "slip of the pen")
    page.get_by_role("button", name="Save the correction").click()
    expect(page.locator("#messages")).to_contain_text("Corrected: Job.")
    expect(page.locator(f"#entry-{JOB}")).to_contain_text("before 15, now 20")


@pytest.mark.parametrize("language, width", [("nb", 390), ("nn", 1280)])
def test_nothing_stands_in_the_way_of_anybody(
    served: Site, visit: Visiting, who: UUID, width: int, language: str
) -> None:
    page = visit(ADVISOR, f"/participants/{who}", width=width, language=language)
    accessible(page)
    page.locator("details > summary").first.click()
    page.locator(".journey-figure ~ details > summary").click()
    page.locator(".log-group a").first.click()
    page.wait_for_selector("#log-form form")
    accessible(page)
    page.locator("#f-on").fill("nonsense")
    page.locator("#log-form button").click()
    page.wait_for_selector("#log-form .ds-error-summary")
    accessible(page)
    served.desk.app.log(who, JobEnded(on=date(2024, 5, 1), job="kafe"), COLLEAGUE)
    for path in (
        "?at=31.12.2023",
        "?at=nonsense",
        "?known_at=2023-01-01",
        "?area=work",
        "/log",
        "/log/language-goal-set",
        "/log/programme-ended",
        f"/facts/{JOB}/correct",
        f"/facts/{JOB}/retract",
    ):
        page.goto(f"{served.address}/participants/{who}{path}")
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.fill("#reason", "wrong participant")
    page.locator("main form button").last.click()
    page.wait_for_selector("#with-dependants")
    accessible(page)


def test_a_protected_person_and_the_dark_are_accessible_too(served: Site, visit: Visiting) -> None:
    page = visit("demo-manager", f"/participants/{served.protected()[0]}", color_scheme="dark")
    accessible(page)


@pytest.mark.parametrize("width", [1280, 390])
def test_one_drawing_is_shown_and_it_fits(visit: Visiting, who: UUID, width: int) -> None:
    page = visit(ADVISOR, f"/participants/{who}", width=width)
    shown = [one for one in page.locator("svg.journey").all() if one.is_visible()]
    assert len(shown) == 1
    box = shown[0].bounding_box()
    assert box is not None
    assert box["width"] <= width
    assert page.locator("svg.journey:visible text").first.evaluate("one => one.getBoundingClientRect().height") >= 10


def test_on_paper_the_journey_stands_without_buttons(visit: Visiting, who: UUID) -> None:
    page = visit(ADVISOR, f"/participants/{who}")
    page.emulate_media(media="print")
    assert page.locator(".journey-wide").is_visible()
    assert page.locator(".entry").first.is_visible()
    for hidden in (".log", ".clocks", ".entry-do", ".tabs"):
        assert not page.locator(hidden).first.is_visible()
