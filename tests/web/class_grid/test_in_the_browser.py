"""The class page in a browser: keyboard, paste, small screens, with and without JavaScript."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Page

from events.residence import AddressProtectionSet
from tests.web.browsing import EACH_WAY, EACH_WIDTH, accessible
from tests.web.class_grid.scene import ADVISOR, CLASS, a_class, facts_of, name_of
from tests.web.conftest import Site
from tracker.application import Author
from web.demo_accounts import TEACHER

Visiting = Callable[..., Page]
PAGE = f"/class?group={quote(CLASS)}"
LEVELS = "language-level-reached"
PASTE = """([selector, text]) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
    document.querySelector(selector).dispatchEvent(event);
}"""


def newest(site: Site, participant: object) -> list[tuple[str, str]]:
    today = site.desk.today()
    return [
        (fact.skill, fact.level)  # type: ignore[attr-defined]
        for fact in facts_of(site, participant, LEVELS)  # type: ignore[arg-type]
        if fact.on == today  # type: ignore[attr-defined]
    ]


@EACH_WAY
def test_levels_are_typed_with_the_keyboard_saved_and_undone(
    visit: Visiting, served: Site, width: int, javascript: bool
) -> None:
    ana, bo, *_ = a_class(served)
    page = visit(TEACHER, PAGE, width=width, javascript=javascript)
    page.focus("[data-cell]")
    page.keyboard.type("a2")
    page.keyboard.press("Tab")
    page.keyboard.type("b1+")
    if javascript:
        page.keyboard.press("Enter")
        page.keyboard.type("a9")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
    else:
        for _ in range(4):
            page.keyboard.press("Tab")
        page.keyboard.type("a9")
        page.keyboard.press("Tab")
    page.locator("text=Save all").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".ds-error-summary")
    assert page.locator(".ds-error-summary li").count() == 1
    assert name_of(served, bo) in page.inner_text(".ds-error-summary")
    if javascript:
        accessible(page)
    page.locator("[data-cell]").nth(5).fill("x")
    page.locator("text=Save all").click()
    page.wait_for_selector("text=Saved 3 entries for 2 in the class.")
    assert newest(served, ana) == [("listening", "A2"), ("reading", "B1")]
    assert newest(served, bo) == [("reading", "not-assessed")]
    assert page.locator("[data-cell]").first.input_value() == ""
    page.locator("text=Undo").click()
    page.wait_for_selector("text=Undone.")
    assert newest(served, ana) == []


def test_arrows_and_enter_move_as_in_a_spreadsheet(visit: Visiting, served: Site) -> None:
    a_class(served, people=3)
    page = visit(ADVISOR, PAGE)
    page.focus("[data-cell]")
    here = "[...document.querySelectorAll('[data-cell]')].indexOf(document.activeElement)"
    places = []
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "Enter", "Enter", "Enter", "Shift+Enter"):
        page.keyboard.press(key)
        places.append(page.evaluate(here))
    assert places == [1, 5, 4, 0, 4, 8, 1, 1]


def test_a_column_is_pasted_in_order_or_by_name(visit: Visiting, served: Site) -> None:
    ana, bo, cia, *_ = a_class(served, people=3)
    page = visit(ADVISOR, PAGE)
    values = "[...document.querySelectorAll('[data-cell]')].map(one => one.value)"
    page.evaluate(PASTE, ["[data-cell]", "a1\r\n\r\nB1\r\n"])
    assert page.evaluate(values)[0::4] == ["A1", "", "B1"]
    lines = [f"{name_of(served, cia)}\tb2\ta2", f"{name_of(served, ana)}\tc1", "Somebody Else\ta1"]
    page.evaluate(PASTE, ["[data-cell]", "\n".join(lines)])
    assert page.evaluate(values)[0::4] == ["C1", "", "B2"]
    assert page.evaluate(values)[1::4] == ["", "", "A2"]
    assert page.inner_text("[data-grid-told]") == "3 cells were filled in. 1 lines fit nobody: 3"
    assert name_of(served, bo) in page.inner_text("table")


@pytest.mark.parametrize(
    "kind", ["levels", "attendance", "modules", "upper-modules", "basic-school", "upper-secondary", "meetings"]
)
@EACH_WIDTH
def test_every_grid_is_accessible_empty_and_with_errors(visit: Visiting, served: Site, kind: str, width: int) -> None:
    a_class(served, people=3)
    page = visit(ADVISOR, f"{PAGE}&kind={kind}", width=width)
    accessible(page)
    page.locator("text=Save all").click()
    page.wait_for_selector(".ds-error-summary")
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "the page itself never scrolls"


def test_the_page_is_accessible_where_people_are_masked(visit: Visiting, served: Site) -> None:
    ana, *_ = a_class(served)
    served.desk.app.log(ana, AddressProtectionSet(on=served.desk.today(), level="confidential"), Author("demo"))
    page = visit(TEACHER, PAGE)
    page.wait_for_selector("text=protected address")
    assert name_of(served, ana) not in page.content()
    accessible(page)
