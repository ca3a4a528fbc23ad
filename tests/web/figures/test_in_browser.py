"""Figures in a browser: with and without scripts, wide and narrow, by keyboard alone, and for every reader."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.web.browsing import EACH_WIDTH, accessible

Visiting = Callable[..., Page]
YEARS = "from=2019&to=2025"


def _seen(page: Page) -> None:
    """Scroll until every drawing has been fetched."""
    for later in page.locator(".figures-later").all():
        later.scroll_into_view_if_needed()
        later.locator("figure").wait_for()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_overview_shows_the_ladder_and_fetches_the_drawings(look: Visiting, width: int) -> None:
    page = look("demo-manager", f"/figures?{YEARS}", width=width, language="nb")
    _seen(page)
    accessible(page)
    assert page.locator("figure svg.chart").count() >= 3
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@EACH_WIDTH
def test_without_scripts_each_drawing_has_a_page(look: Visiting, width: int) -> None:
    page = look("demo-advisor-1", f"/figures?{YEARS}", width=width, javascript=False, language="nn")
    page.locator(".figures-later a").first.click()
    page.wait_for_load_state()
    assert page.locator("figure svg.chart").count() == 1
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize(
    "path", [f"/figures/E2?{YEARS}&by=gender", "/figures/all", f"/figures/E3/people?{YEARS}", "/figures/E11"]
)
@EACH_WIDTH
def test_the_other_pages_are_accessible_and_fit(look: Visiting, path: str, width: int) -> None:
    page = look("demo-manager", path, width=width)
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_cannot_be_read_is_told_first(look: Visiting) -> None:
    page = look("demo-manager", "/figures?from=abc&known=huff", language="nb")
    accessible(page)
    assert page.evaluate("document.activeElement.id") == "summary"


def test_the_keyboard_alone_picks_a_cohort(look: Visiting) -> None:
    page = look("demo-manager", "/figures")
    page.locator("#axis").focus()
    page.keyboard.press("s")
    page.keyboard.press("Tab")
    page.keyboard.type("2019")
    page.keyboard.press("Enter")
    page.wait_for_url("**/figures?axis=started&from=2019*")


def test_in_the_dark_and_on_paper(look: Visiting) -> None:
    page = look("demo-manager", f"/figures?{YEARS}", color_scheme="dark")
    accessible(page)
    page.emulate_media(media="print", color_scheme="light")
    assert not page.locator(".figures-picker").is_visible()
    assert page.locator(".figures-rung").first.is_visible()


def test_a_file_is_downloaded(visit: Visiting) -> None:
    page = visit("demo-manager", f"/figures/E2?{YEARS}")
    page.locator("summary", has_text="Download").click()
    with page.expect_download() as begun:
        page.get_by_role("button", name="Excel").click()
    assert begun.value.suggested_filename == "E2-left-2019-2025.xlsx"
