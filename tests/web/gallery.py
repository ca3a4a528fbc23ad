"""The pictures in docs/screenshots: pages of the simulated municipality, as a user sees them.

``python -m tests.web.gallery`` takes them anew.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import NamedTuple

from playwright.sync_api import sync_playwright
from waitress.server import create_server

from tests.conftest import ROOT
from tests.web.browsing import Visit, chromium
from tests.web.conftest import HASHER, Site, run_until_closed, simulate
from tracker.settings import Settings
from web.app import create_app
from web.desk import Desks
from web.settings import WebSettings

FOLDER = ROOT / "docs" / "screenshots"
SCALE = 0.7
TALLEST = 1_500
PEOPLE = 300


class Picture(NamedTuple):
    """A picture of a page.

    :ivar path: ``PARTICIPANT`` stands for one of the account's own
    """

    name: str
    user: str | None
    path: str
    width: int = 1280
    scheme: str = "light"


PICTURES = (
    Picture("sign-in", None, "/sign-in"),
    Picture("my-day", "demo-advisor-1", "/day"),
    Picture("my-day-phone", "demo-advisor-1", "/day", 390),
    Picture("participant", "demo-advisor-1", "/participants/PARTICIPANT"),
    Picture("participant-dark", "demo-advisor-1", "/participants/PARTICIPANT", 1280, "dark"),
    Picture("log-a-milestone", "demo-advisor-1", "/participants/PARTICIPANT/log/job-started"),
    Picture("contract", "demo-advisor-1", "/participants/PARTICIPANT/contracts"),
    Picture("conversation", "demo-advisor-1", "/participants/PARTICIPANT/conversation"),
    Picture("class", "demo-teacher-1", "/class"),
    Picture("register", "demo-advisor-1", "/register"),
    Picture("figures", "demo-manager", "/figures"),
    Picture("import", "demo-manager", "/import"),
    Picture("reports", "demo-manager", "/reports"),
    Picture("quality", "demo-manager", "/quality"),
    Picture("partner", "demo-partner", "/agreed"),
    Picture("administration", "demo-administrator", "/administration/"),
    Picture("access-log", "demo-auditor", "/access-log"),
    Picture("status", "demo-auditor", "/status"),
)


@contextmanager
def served(home: Path) -> Iterator[Site]:
    """The pages of a folder."""
    desks = Desks(Settings(home, by="demo", synthetic=True), hasher=HASHER)
    app = create_app(desks, WebSettings(demo=True, limits=False))
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = Thread(target=run_until_closed, args=(server,), daemon=True)
    thread.start()
    yield Site(app, desks, f"http://127.0.0.1:{server.effective_port}")
    server.close()
    thread.join(timeout=5)
    desks.close()


def main() -> None:
    with (
        TemporaryDirectory() as folder,
        served(simulate(Path(folder) / "home", PEOPLE)) as site,
        sync_playwright() as started,
    ):
        browser = chromium(started)
        participant = site.with_most("demo-advisor-1")
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True)
        for picture in PICTURES:
            visit = Visit.begin(
                browser,
                site.address,
                picture.user,
                width=picture.width,
                language="nb",
                color_scheme=picture.scheme,
                device_scale_factor=SCALE,
            )
            visit.page.goto(site.address + picture.path.replace("PARTICIPANT", str(participant)))
            visit.page.wait_for_load_state("networkidle")
            height = min(TALLEST, visit.page.evaluate("document.documentElement.scrollHeight"))
            visit.page.set_viewport_size({"width": picture.width, "height": height})
            visit.page.screenshot(path=FOLDER / f"{picture.name}.png")
            visit.end()
        browser.close()


if __name__ == "__main__":
    main()
