"""Chromium as a user has it, with an eye on what it asks for and complains of."""

import os
import re
import shutil
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request

from tests.conftest import ROOT
from web.demo_accounts import DEMO_PASSWORD

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The shell is the same browser without the window that nobody sees, and starts in a third of the time."""

CHROMIUM = next((path for name in NAMES if (path := shutil.which(name))), None)
AXE = ROOT / "web" / "assets" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
QUIET = (
    "--no-sandbox",
    "--font-render-hinting=none",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HEIGHT = 900
NARROW = 500


def chromium(playwright: Playwright | None) -> Browser:
    """The browser of the machine."""
    if playwright is None or CHROMIUM is None or not AXE.is_file():
        missing = "no chromium on the PATH" if CHROMIUM is None else "no axe-core; make assets fetches it (needs npm)"
        if os.environ.get("TRACKER_REQUIRE_BROWSER") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    return playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))


EACH_WAY = pytest.mark.parametrize(
    "width, javascript",
    [
        pytest.param(1280, True, id="1280 js"),
        pytest.param(390, False, id="390 no js"),
        pytest.param(1280, False, id="1280 no js", marks=pytest.mark.soak),
        pytest.param(390, True, id="390 js", marks=pytest.mark.soak),
    ],
)
"""Of four ways to meet a page the two that differ most; the others take minutes and wait for `make soak`."""

EACH_WIDTH = pytest.mark.parametrize("width", [1280, pytest.param(390, marks=pytest.mark.soak)])
"""For looking through many pages."""


@dataclass
class Visit:
    """One user's browser.

    :ivar elsewhere: addresses asked for on other hosts
    :ivar complaints: what the console said
    """

    context: BrowserContext
    page: Page
    elsewhere: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def begin(
        cls,
        browser: Browser,
        address: str,
        user: str | None,
        *,
        javascript: bool = True,
        width: int = 1280,
        language: str = "en",
        **options: Any,
    ) -> "Visit":
        """Open a browser, and sign in where a user is named."""
        context = browser.new_context(
            java_script_enabled=javascript,
            viewport={"width": width, "height": HEIGHT},
            locale={"nb": "nb-NO", "nn": "nn-NO"}.get(language, "en-GB"),
            **options,
        )
        context.add_cookies([{"name": "language", "value": language, "url": address}])
        visit = cls(context, context.new_page())
        context.on("request", lambda request: visit._asked(request, address))
        visit.page.on("console", visit._said)
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        if user is not None:
            visit._sign_in(address, user)
        return visit

    def _sign_in(self, address: str, user: str) -> None:
        """As the page does, which has tests of its own, without drawing it."""
        page = self.context.request.get(f"{address}/sign-in").text()
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token is not None
        form = {"csrf_token": token[1], "user": user, "password": DEMO_PASSWORD}
        answer = self.context.request.post(f"{address}/sign-in", form=form, max_redirects=0)
        assert answer.status == 303, answer.text()

    def end(self) -> None:
        """Close it; nothing may have left the host or been complained of."""
        self.context.close()
        assert not self.elsewhere
        assert not self.complaints

    def _asked(self, request: Request, address: str) -> None:
        if not request.url.startswith((address, "data:", "about:", "blob:")):
            self.elsewhere.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        # A refused form is an answer with a code of its own, which Chromium remarks upon.
        if message.type in ("error", "warning") and "status of 4" not in message.text:
            self.complaints.append(message.text)


def accessible(page: Page, *, ignore: tuple[str, ...] = ()) -> None:
    """axe finds nothing: WCAG 2.2 A and AA, and what it calls best practice.

    Colours are the same at every width, and comparing them takes longest: a narrow page is not looked at for them.
    """
    wide = page.evaluate("window.innerWidth") > NARROW
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "([tags, contrast]) => axe.run(document, {runOnly: {type: 'tag', values: tags}, "
        "resultTypes: ['violations'], rules: {'color-contrast': {enabled: contrast}}})",
        [RULES, wide],
    )
    told = [
        f"{one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in found["violations"]
        if one["id"] not in ignore
    ]
    assert not told, "\n".join(told)
