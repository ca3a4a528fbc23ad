"""Data quality on the pages: what there is to put right, of whom, and for whose eyes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.web.browsing import EACH_WAY, accessible
from tests.web.conftest import Site
from tracker.access_log import AccessLog
from tracker.quality.asking import Question, findings
from tracker.quality.kinds import BY_CODE, KINDS
from web.pages.quality.words import KINDS as WORDS

Visiting = Callable[..., Page]


def question(site: Site) -> Question:
    return Question(site.desk.app.read_model.state(), site.desk.today(), "9901")


def behind(site: Site, kind: str) -> set[str]:
    return {one.participant for one in findings(site.desk.app.read_model, question(site), BY_CODE[kind])}


def commonest(site: Site) -> str:
    return max(BY_CODE, key=lambda kind: len(behind(site, kind)))


def test_every_kind_has_words() -> None:
    assert {kind.code for kind in KINDS} == set(WORDS)


def test_a_manager_is_told_of_the_whole_municipality_what_the_use_case_tells(site: Site) -> None:
    kind = commonest(site)
    page = site.client("demo-manager").get("/quality").text
    assert f"<strong>{len(behind(site, kind))}</strong>" in page
    assert WORDS[kind].title in page


def test_an_advisor_is_shown_only_the_own_caseload(site: Site) -> None:
    kind = commonest(site)
    own = {str(one) for one in site.participants_of("demo-advisor-1")}
    page = site.client("demo-advisor-1").get(f"/quality/{kind}").text
    shown = page.count('<th scope="row">')
    hidden = {str(one) for one in site.protected()}
    found = [
        one
        for one in findings(site.desk.app.read_model, question(site), BY_CODE[kind])
        if one.participant in own and one.participant not in hidden
    ]
    assert shown == min(50, len(found)) and len(found) < len(behind(site, kind))


def test_a_look_at_the_list_stands_in_the_access_log(site: Site) -> None:
    kind = commonest(site)
    site.client("demo-manager").get(f"/quality/{kind}")
    line = next(iter(AccessLog(site.desk.database).lines(limit=1)))
    assert (line.by, line.what, bool(line.rows)) == ("demo-manager", f"quality.people {kind}", True)


@pytest.mark.parametrize(
    "user, address, code",
    [
        ("demo-analyst", "/quality", 403),
        ("demo-administrator", "/quality", 403),
        ("demo-manager", "/quality?municipality=0301", 403),
        ("demo-manager", "/quality/no-such-kind", 404),
        ("demo-manager", "/quality/stale?page=-3", 200),
        ("demo-manager", "/quality/stale?page=nonsense", 200),
    ],
)
def test_nobody_sees_what_is_not_theirs_and_nonsense_is_harmless(
    site: Site, user: str, address: str, code: int
) -> None:
    assert site.client(user).get(address).status_code == code


@EACH_WAY
def test_from_the_counts_to_the_people_by_the_keyboard(visit: Visiting, width: int, javascript: bool) -> None:
    page = visit("demo-manager", "/quality", width=width, javascript=javascript, language="nb")
    link = page.locator(".problem a").first
    title = link.inner_text()
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/quality/*")
    assert page.locator("h1").inner_text() == title


def test_axe_finds_nothing(visit: Visiting) -> None:
    page = visit("demo-manager", "/quality", language="nn")
    accessible(page)
    page.locator(".problem a").first.click()
    page.wait_for_load_state()
    accessible(page)
