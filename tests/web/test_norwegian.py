"""No page speaks English to who reads Norwegian, and none writes numbers or days as English does."""

import re
import tomllib
from collections import Counter, deque
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from babel.messages.pofile import read_po
from werkzeug.exceptions import HTTPException

from tests.conftest import ROOT
from tests.web.conftest import Site
from web.demo_accounts import DEMO_ACCOUNTS
from web.wording import FOLDER, PLACE

SPOKEN = ("title", "aria-label", "placeholder", "alt")
EMPTY = frozenset(("area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"))
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
NUMBER = re.compile(r"(?<![\d.])\d+\.\d{1,2}(?![\d.])|\b[1-9]\d*,\d{3}\b|\d%|\b\d{4}-\d\d-\d\d\b")
"""A decimal point, a comma between thousands, a per cent sign without its space, a day of ISO 8601."""
CITED = re.compile(r"(kapittel|punkt) [\d., og]+\d|2024-03-12")
"""Sections of reports, and the one day that shows how a day can be written."""

ENDPOINTS = (
    *("access_log.page", "administration.rules", "agreed.participant_page", "class_grid.page", "contracts.page"),
    *("figures.one", "figures.people", "importing.page", "my_day.page", "participant.copy", "quality.people"),
    *("reports.report", "status.page"),
)
"""Some of the pages that must be among them."""


class Page(HTMLParser):
    """What a page says in the language of its reader, and where it leads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.links: list[str] = []
        self.within: list[tuple[str, bool]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.links += [told[name] or "" for name in ("href", "hx-get") if name in told and tag != "link"]
        if not self.is_other:
            self.said += [told[name] or "" for name in SPOKEN if name in told]
        if tag not in EMPTY:
            self.within.append((tag, tag in ("script", "style", "code") or told.get("lang") == "en"))

    def handle_endtag(self, tag: str) -> None:
        while self.within and self.within.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self.is_other:
            self.said.append(" ".join(data.split()))

    @property
    def is_other(self) -> bool:
        """Whether this is in another language, or in none: names in code."""
        return any(other for _, other in self.within)


def words(text: str) -> set[str]:
    return set(WORD.findall(PLACE.sub(" ", text).casefold()))


def english() -> frozenset[str]:
    """The words of all texts in English that no text in Norwegian has."""
    here: set[str] = set()
    there: set[str] = set()
    for language in ("nb", "nn"):
        product = ROOT / "tracker" / "translations" / language / "LC_MESSAGES" / "messages.po"
        for path in (product, *(FOLDER / language).glob("*.po")):
            with path.open("rb") as file:
                for message in read_po(file, locale=language):
                    here |= words(str(message.string))
                    there |= set() if str(message.context).startswith("refusal") else words(str(message.id))
    for path in (ROOT / "tracker").rglob("*.toml"):
        here |= set().union(*map(words, norwegian_of(tomllib.loads(path.read_text(encoding="utf-8")))))
    return frozenset(there - here)


def norwegian_of(told: Any) -> Iterator[str]:
    """Every Norwegian wording in a file of rules, paths or lists."""
    if isinstance(told, dict):
        yield from (told[language] for language in ("nb", "nn") if isinstance(told.get(language), str))
    for each in told.values() if isinstance(told, dict) else told if isinstance(told, list) else ():
        yield from norwegian_of(each)


def visited(site: Site, user: str, met: Counter[Any]) -> Iterator[tuple[str, Page]]:
    """(address, page) of whatever somebody comes to by links: two of each kind, and indicators once among all."""
    client, way = site.client(user, "nn"), deque(["/", f"/participants/{site.with_most('demo-advisor-1')}"])
    addresses = site.app.url_map.bind("localhost")
    while way:
        address = way.popleft().partition("#")[0]
        path, _, query = address.partition("?")
        try:
            endpoint, values = addresses.match(path)
        except HTTPException:
            continue
        about = tuple(values.get(name) for name in ("id", "topic", "name"))
        kind = (endpoint, *about) if endpoint.startswith("figures.") else (user, endpoint, *about, bool(query))
        if endpoint in ("static", "signing_in.sign_out") or met[kind]:
            continue
        met[kind] += 1
        answer = client.get(address, follow_redirects=True)
        if answer.status_code == 200 and "html" in answer.content_type:
            page = Page(answer.text)
            way += page.links
            yield address, page


def test_no_page_speaks_english(site: Site) -> None:
    site.client("demo-manager").post("/reports", data={"municipality": "9901", "first": "2022", "last": "2023"})
    only_english, met = english(), Counter[Any]()
    users = ["demo-manager", *(account.user for account in DEMO_ACCOUNTS if account.user != "demo-manager")]
    pages = [page for user in users for page in visited(site, user, met)]
    wrong = {
        (text[:100], *sorted(found), *NUMBER.findall(CITED.sub("", text))): address
        for address, page in pages
        for text in page.said
        if (found := words(text) & only_english) or NUMBER.search(CITED.sub("", text))
    }
    assert wrong == {}
    assert {endpoint for endpoint in ENDPOINTS if not any(endpoint in kind for kind in met)} == set()
