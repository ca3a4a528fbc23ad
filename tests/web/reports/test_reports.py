"""Reports for the council on the pages: made once, frozen, fetched again to the byte, and explained."""

import hashlib
import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page

from tests.web.browsing import accessible
from tests.web.conftest import Site
from tracker.council.keeping import ReportDamaged, Reports
from tracker.indicators.statistics.snapshot import SCENARIOS
from tracker.ledger import Ledger
from web.pages.reports.words import DEFINITIONS, INDICATORS, line_of

Visiting = Callable[..., Page]
FORM = {"municipality": "9901", "first": "2020", "last": "2023", "known_on": "", "command": "one"}


def made(client: FlaskClient, **other: str) -> str:
    answer = client.post("/reports", data=FORM | other)
    assert answer.status_code == 303, answer.text
    return str(answer.location).rpartition("/")[2]


def test_every_definition_has_words() -> None:
    assert {one.id for one in SCENARIOS} == set(DEFINITIONS)


def test_a_report_is_frozen_and_comes_again_to_the_byte(site: Site) -> None:
    client = site.client("demo-manager")
    id = made(client)
    reports = Reports(site.desk.database)
    before = {one.name: client.get(f"/reports/{id}/{one.name}").data for one in reports.files(id)}
    assert {"data.json", "report-nb.html", "report-nn.html", "report-en.html"} <= before.keys()
    person = site.participants_of("demo-advisor-1")[0]
    from tracker.application import Author

    site.desk.app.forget(person, Author("demo", "cli"))
    for file in reports.files(id):
        again = client.get(f"/reports/{id}/{file.name}")
        assert again.data == before[file.name]
        assert hashlib.sha256(again.data).hexdigest() == file.sha256
        assert "attachment" in again.headers["Content-Disposition"]


def test_the_same_form_twice_makes_one_report(site: Site) -> None:
    client = site.client("demo-manager")
    assert made(client) == made(client)
    assert len(Reports(site.desk.database).all(["9901"])) == 1
    assert made(client, command="two") != made(client)


def test_what_was_tampered_with_is_not_shown_as_the_report(site: Site) -> None:
    client = site.client("demo-manager")
    id = made(client)
    database = site.desk.database
    database.execute("DROP TRIGGER council_files_stay")
    database.execute("UPDATE council_files SET packed = x'00' WHERE name = 'data.json'")
    with pytest.raises(ReportDamaged):
        Reports(database).content(id)
    answer = client.get(f"/reports/{id}")
    assert answer.status_code == 500 and "<article" not in answer.text


def test_years_that_go_backwards_are_told_at_the_last(site: Site) -> None:
    answer = site.client("demo-manager").post("/reports", data=FORM | {"first": "2023", "last": "2020"})
    assert answer.status_code == 422 and 'href="#last"' in answer.text
    assert "The last year is before the first." in answer.text


def test_shares_below_each_other_have_one_decimal_each(site: Site) -> None:
    client = site.client("demo-manager", "nb")
    first, second = made(client, known_on="2025-06-30"), made(client, command="two")
    page = client.get(f"/reports/why?first={first}&second={second}").text
    assert '<th scope="col">Tall</th>' in page
    shares = re.findall(r'nowrap">([^<]*?)\s%', page)
    changes = re.findall(r'nowrap">([+−±][^<]*)</td>', page)
    assert len(shares) == 2 * len(changes) > 20
    assert all(re.fullmatch(r"\d+,\d", one) for one in shares)
    assert all(re.fullmatch(r"[+−±]\d+,\d", one) for one in changes)


def test_numbers_that_have_changed_stand_before_those_that_have_not(site: Site) -> None:
    client = site.client("demo-manager")
    first, again = made(client), made(client, command="two")
    page = client.get(f"/reports/why?first={first}&second={again}").text
    assert "No number has changed." in page and page.count("<tr>") - 1 == int(
        re.findall(r"(\d+) numbers are as", page)[0]
    )
    more = made(client, command="three", first="2021", last="2025")
    page = client.get(f"/reports/why?first={first}&second={more}").text
    changed = page.partition("<details")[0]
    assert re.search(r">[+−](?!0,0)\d", changed) and not re.search(r">[+−]\d", page.removeprefix(changed))


def test_a_report_cannot_be_changed_in_the_database(site: Site) -> None:
    made(site.client("demo-manager"))
    with pytest.raises(Exception, match="never changed"):
        site.desk.database.execute("UPDATE council_reports SET last = 2030")


def test_its_figures_stand_in_the_ledger_of_releases(site: Site) -> None:
    made(site.client("demo-manager"))
    ledger = Ledger(site.desk.app.settings)
    listed = ledger.listed()
    ledger.close()
    assert {one.about.indicator.partition("@")[0] for one in listed} == set(INDICATORS)
    assert {one.by for one in listed} == {"demo-manager"}


class Words(HTMLParser):
    """The languages that a document says it is in."""

    def __init__(self) -> None:
        super().__init__()
        self.styled: list[str] = []
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.styled.append(tag)
            if name in ("src", "href") and value and not value.startswith("#"):
                self.loaded.append(value)


@pytest.mark.parametrize(
    "language, words",
    [("nb", "Hva det offisielle tallet sier"), ("nn", "Kva det offisielle talet seier"), ("en", "What the official")],
)
def test_the_document_is_complete_in_itself_in_each_language(site: Site, language: str, words: str) -> None:
    client = site.client("demo-manager")
    id = made(client)
    document = client.get(f"/reports/{id}/report-{language}.html").text
    assert words in document and f'<html lang="{language}">' in document
    parser = Words()
    parser.feed(document)
    assert not parser.styled and not parser.loaded
    assert document.count("<svg") == 4


@pytest.mark.parametrize(
    "given",
    [
        {"first": "x"},
        {"last": ""},
        {"first": "1900"},
        {"first": "2023", "last": "2020"},
        {"last": "9999"},
        {"known_on": "in the spring"},
    ],
)
def test_nonsense_is_answered_with_the_form(site: Site, given: dict[str, str]) -> None:
    answer = site.client("demo-manager").post("/reports", data=FORM | given)
    assert answer.status_code == 422 and 'id="summary"' in answer.text
    assert not Reports(site.desk.database).all(["9901"])


def test_who_reads_and_who_makes(site: Site) -> None:
    id = made(site.client("demo-manager"))
    answered = {}
    for user in ("demo-manager", "demo-analyst", "demo-advisor-1", "demo-auditor", "demo-administrator"):
        client = site.client(user)
        elsewhere = client.post("/reports", data=FORM | {"municipality": "0301"})
        assert elsewhere.status_code == 403
        made_one = client.post("/reports", data=FORM | {"command": user})
        answered[user] = client.get(f"/reports/{id}").status_code, made_one.status_code
    assert answered == {
        "demo-manager": (200, 303),
        "demo-analyst": (200, 303),
        "demo-advisor-1": (200, 403),
        "demo-auditor": (403, 403),
        "demo-administrator": (403, 403),
    }


def two(client: FlaskClient) -> tuple[str, str]:
    return made(client, known_on="01.07.2024"), made(client, command="two", first="2021", last="2024")


def test_the_official_figure_is_never_opened_to_people(site: Site) -> None:
    client = site.client("demo-manager")
    first, second = two(client)
    page = client.get(f"/reports/why/{first}/{second}/R1.official..").text
    assert "never opened to the people behind it" in page and "counts otherwise" not in page
    assert "Other years" in page


def test_who_may_not_see_people_is_not_told_of_few(site: Site) -> None:
    first, second = two(site.client("demo-manager"))
    for user in ("demo-manager", "demo-analyst"):
        page = site.client(user).get(f"/reports/why/{first}/{second}/R1.official..").text
        hidden = "tells of fewer than five people" in page
        assert not hidden or user == "demo-analyst"
        assert "for internal use" in page or user == "demo-analyst"


def test_a_figure_that_is_none_is_said_to_be_none(site: Site) -> None:
    client = site.client("demo-manager")
    first, second = two(client)
    for figure in ("R1", "R1.nothing..", "X9.a..", "R1.official.12.", "..."):
        assert client.get(f"/reports/why/{first}/{second}/{figure}").status_code == 422, figure
    assert client.get(f"/reports/why?first={first}&second={first}").status_code == 422
    assert client.get("/reports/why?first=nothing").status_code == 404


def test_every_line_of_a_comparison_has_words() -> None:
    from tracker.indicators import catalogue
    from web.pages.reports.words import LINES

    for id in INDICATORS:
        for measure in catalogue.indicator(id).measures:
            for line in getattr(measure, "lines", ()):
                if type(line).__name__ == "Count":
                    words = line_of(id, line.name)
                    assert words != line.name.replace("-", " ") or line.name in LINES, (id, line.name)


@pytest.mark.parametrize("javascript, width", [(True, 1280), (False, 390)])
def test_from_making_to_why_by_keyboard(visit: Visiting, javascript: bool, width: int) -> None:
    page = visit("demo-manager", "/reports", javascript=javascript, width=width, language="nb")
    for number, (first, last) in enumerate((("2020", "2022"), ("2020", "2024"))):
        if number:
            page.goto(page.url.partition("/reports")[0] + "/reports")
        page.fill("#first", first)
        page.fill("#last", last)
        page.locator("#last").press("Enter")
        page.wait_for_selector("article.report", timeout=60_000)
        if javascript:
            accessible(page)
    page.goto(page.url.partition("/reports")[0] + "/reports")
    if javascript:
        accessible(page)
    page.get_by_role("button", name="Hvorfor").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/why*")
    if javascript:
        accessible(page)
    page.locator("tbody a").first.press("Enter")
    page.wait_for_selector(".why-step", timeout=60_000)
    if javascript:
        accessible(page)


def test_on_paper_there_is_the_report_and_nothing_else(visit: Visiting) -> None:
    page = visit("demo-manager", "/reports", language="nn")
    page.locator("#last").press("Enter")
    page.wait_for_selector("article.report", timeout=60_000)
    page.emulate_media(media="print")
    assert page.locator("article.report").is_visible()
    assert not page.locator(".no-print").is_visible() and not page.locator(".head").is_visible()
