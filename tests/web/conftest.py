"""A simulated municipality behind a real server, and a real browser before it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from argon2 import PasswordHasher, profiles
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from waitress.server import create_server

from tests.web.browsing import AXE, CHROMIUM, Visit, chromium
from tracker.application import ProgressionTracker
from tracker.demo.run import fill
from tracker.indicators.frames import load
from tracker.ledger import Ledger
from tracker.quality.rows import running
from tracker.settings import Settings
from web.app import create_app
from web.demo_accounts import DEMO_PASSWORD, make_demo_accounts
from web.desk import Desk, Desks
from web.pages.reports import writing
from web.settings import WebSettings

PEOPLE, YEARS = 60, 8
HASHER = PasswordHasher.from_parameters(profiles.CHEAPEST)


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a simulated municipality with the demo accounts; tests work on copies of it."""
    return simulate(tmp_path_factory.mktemp("simulated") / "home")


def simulate(home: Path, people: int = PEOPLE) -> Path:
    """Fill a folder with simulated people and the demo accounts."""
    with ProgressionTracker(Settings(home, by="demo", synthetic=True)) as app:
        fill(app, people, 1, YEARS)
    desk = Desk(Settings(home, by="demo", synthetic=True), app.clock, HASHER)
    make_demo_accounts(desk)
    # What figures are counted from is made once, and copied with the rest.
    load(desk.app.read_model, desk.app.read_model.state(), desk.today())
    desk.close()
    return home


@pytest.fixture(autouse=True)
def without_pdf(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports are made without PDFs, which take a second each, but where a test is about them (fixture ``pdf``)."""
    if "pdf" not in request.fixturenames:
        monkeypatch.setattr(writing, "can_make_pdf", lambda: False)


@dataclass
class Site:
    """An installation with its pages.

    :ivar address: of the running server; empty where there is none
    """

    app: Flask
    desks: Desks
    address: str = ""

    @property
    def desk(self) -> Desk:
        return self.desks.mine()

    def client(self, user: str | None = None, language: str = "en") -> FlaskClient:
        """A client without a browser, signed in."""
        client = self.app.test_client()
        client.set_cookie("language", language)
        if user is not None:
            answer = client.post("/sign-in", data={"user": user, "password": DEMO_PASSWORD})
            assert answer.status_code == 303, answer.text
        return client

    def participants_of(self, advisor: str) -> list[UUID]:
        """Whose advisor this is today."""
        return self._found("s.activity = 'advisor' AND s.value = :value", advisor)

    def protected(self) -> list[UUID]:
        """Whose address is protected today."""
        return self._found("s.activity = 'address-protection'", "")

    def with_most(self, advisor: str) -> UUID:
        """Of the participants of an advisor the one with the longest journey."""
        count = "SELECT COUNT(*) FROM timeline WHERE participant = ? AND known_to IS NULL"
        model = self.desk.app.read_model
        return max(
            self.participants_of(advisor),
            key=lambda one: int(model.database.execute(count, (str(one),)).fetchone()[0]),
        )

    def _found(self, condition: str, value: str) -> list[UUID]:
        model = self.desk.app.read_model
        rows = model.database.execute(
            f"SELECT s.participant FROM spells s WHERE {condition} AND {running('s')} ORDER BY 1",
            {"value": value, "position": model.state(), "at": self.desk.today().isoformat()},
        )
        return [UUID(row[0]) for row in rows.fetchall()]


MakeSite = Callable[..., Site]


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates as they were compiled for the first of the sites."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def make_site(simulated: Path, compiled: FileSystemBytecodeCache, tmp_path: Path) -> Iterator[MakeSite]:
    """Makes the pages of a copy of the simulated municipality, without a server."""
    made: list[Desks] = []

    def make(home: Path | None = None, **settings: Any) -> Site:
        if home is None:
            home = tmp_path / f"site-{len(made)}"
            shutil.copytree(simulated, home)
        desks = Desks(Settings(home, by="demo", synthetic=True), hasher=HASHER)
        made.append(desks)
        app = create_app(desks, WebSettings(**({"demo": True, "limits": False} | settings)))
        app.config["WTF_CSRF_ENABLED"] = settings.get("limits", False)
        app.testing = True
        app.jinja_env.bytecode_cache = compiled
        return Site(app, desks)

    yield make
    for desks in made:
        desks.close()


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    """The pages, asked without a browser; forms need no token."""
    return make_site()


@pytest.fixture(scope="session")
def only_looked_at(simulated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the simulated municipality that many tests look at: the figures of one are there for the next."""
    return shutil.copytree(simulated, tmp_path_factory.mktemp("looked-at") / "home")


@pytest.fixture
def looked_at(make_site: MakeSite, only_looked_at: Path) -> Iterator[Site]:
    """The pages of that copy: no fact may be logged there, and no figure released."""
    site = make_site(only_looked_at)
    before = _written(site)
    yield site
    assert _written(site) == before, "this test needs a copy of its own"


def _written(site: Site) -> tuple[int, int]:
    ledger = Ledger(site.desk.app.settings)
    try:
        return site.desk.app.log_of_facts.head(), ledger.newest()
    finally:
        ledger.close()


@pytest.fixture
def served(make_site: MakeSite) -> Iterator[Site]:
    """The pages behind the server that users have."""
    with serving(make_site()) as site:
        yield site


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    """The server that users have, before the pages."""
    site.app.config["WTF_CSRF_ENABLED"] = True
    # The loop looks up often, so that closing it is not waited for.
    server = create_server(site.app, host="127.0.0.1", port=0, threads=4, asyncore_loop_timeout=0.05)
    thread = Thread(target=run_until_closed, args=(server,), daemon=True)
    thread.start()
    site.address = f"http://127.0.0.1:{server.effective_port}"
    yield site
    server.close()
    thread.join(timeout=5)


def run_until_closed(server: Any) -> None:
    """Serve until the server is closed."""
    with suppress(OSError):  # what closing the socket under the loop raises
        server.run()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    if CHROMIUM is None or not AXE.is_file():
        chromium(None)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium without a window; tests that need it skip where it is missing, or fail under ``TRACKER_REQUIRE_BROWSER``."""
    started = chromium(playwright)
    yield started
    started.close()


Visiting = Callable[..., Page]


@pytest.fixture
def visit(served: Site, browser: Browser) -> Iterator[Visiting]:
    """Opens pages as a user: ``visit("demo-advisor-1", path, javascript=True, width=1280, language="nb")``.

    When the test is over, nothing may have gone to another host, and no page may have complained.
    """
    with _visiting(served, browser) as begin:
        yield begin


@pytest.fixture
def look(looked_at: Site, browser: Browser) -> Iterator[Visiting]:
    """Opens pages as ``visit`` does, of the copy that is only looked at."""
    with serving(looked_at) as site, _visiting(site, browser) as begin:
        yield begin


@contextmanager
def _visiting(site: Site, browser: Browser) -> Iterator[Visiting]:
    visits: list[Visit] = []

    def begin(user: str | None = None, path: str = "/", **options: Any) -> Page:
        made = Visit.begin(browser, site.address, user, **options)
        visits.append(made)
        made.page.goto(site.address + path)
        return made.page

    yield begin
    for made in visits:
        made.end()
