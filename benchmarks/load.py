"""What users of the pages ask for, from many connections at once, and how long each answer took."""

import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from http.client import HTTPConnection
from urllib.parse import urlencode

from web.demo_accounts import DEMO_PASSWORD

USER = "demo-advisor-1"
RATE = 10
MANY = 20
SYLLABLES = (
    "an",
    "ber",
    "da",
    "el",
    "fa",
    "gun",
    "ha",
    "il",
    "jo",
    "ka",
    "li",
    "ma",
    "no",
    "ol",
    "per",
    "ra",
    "sa",
    "to",
)
Ask = Callable[["Browser", int], None]


class Browser:
    """One signed-in connection, kept open."""

    def __init__(self, port: int, user: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=30)
        self._cookies: dict[str, str] = {"language": "nb"}
        page = self.get("/sign-in")
        self.post("/sign-in", {"user": user, "password": DEMO_PASSWORD}, page, expected=(303,))

    def get(self, address: str, expected: tuple[int, ...] = (200,)) -> str:
        """Ask for a page."""
        return self._ask("GET", address, None, expected)

    def post(self, address: str, form: dict[str, str], page: str, expected: tuple[int, ...] = (200,)) -> str:
        """Send a form of a page, with its token."""
        body = urlencode({**form, "csrf_token": hidden(page, "csrf_token")})
        return self._ask("POST", address, body, expected)

    def _ask(self, method: str, address: str, body: str | None, expected: tuple[int, ...]) -> str:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, address, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.msg.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        if answer.status not in expected:
            raise RuntimeError(f"{method} {address.split('?')[0]}: {answer.status}, expected {expected}")
        return text


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""


class Mixture:
    """What users ask for, and how often: three looks at a participant to two worklists, a search and a save."""

    def __init__(self, participants: Sequence[str]) -> None:
        self.participants = participants
        self.taken: dict[str, list[float]] = defaultdict(list)
        self._lock = threading.Lock()
        self.kinds: dict[str, Ask] = {
            "participant page": self.participant,
            "worklist": self.worklist,
            "search": self.search,
            "saving a milestone": self.save,
        }
        self.order = ["participant page", "worklist", "participant page", "search", "participant page", "worklist"]
        self.order.append("saving a milestone")

    def participant(self, browser: Browser, number: int) -> None:
        browser.get(f"/participants/{self.participants[number % len(self.participants)]}")

    def worklist(self, browser: Browser, _: int) -> None:
        browser.get("/day")

    def search(self, browser: Browser, number: int) -> None:
        if not hasattr(browser, "day"):
            browser.day = browser.get("/day")  # type: ignore[attr-defined]
        words = f"{SYLLABLES[number % len(SYLLABLES)]}{SYLLABLES[(number * 7) % len(SYLLABLES)]}"
        self._timed("search", lambda: browser.post("/search", {"words": words}, browser.day))  # type: ignore[attr-defined]

    def save(self, browser: Browser, number: int) -> None:
        address = f"/participants/{self.participants[(number * 11) % len(self.participants)]}/log/participant-consulted"
        page = browser.get(address)
        form = {name: hidden(page, name) for name in ("command", "expected_version")}
        form |= {"on": "i dag", "about": "plan", "way": "conversation"}
        # 409: another connection saved in this journey since the form was fetched.
        self._timed("saving a milestone", lambda: browser.post(address, form, page, expected=(303, 409)))

    def ask(self, browser: Browser, number: int) -> None:
        """The next thing of the mixture."""
        kind = self.order[number % len(self.order)]
        if kind in ("search", "saving a milestone"):
            # Only the request itself counts, not the page that its form stands on.
            self.kinds[kind](browser, number)
        else:
            self._timed(kind, lambda: self.kinds[kind](browser, number))

    def _timed(self, kind: str, action: Callable[[], object]) -> None:
        start = time.perf_counter()
        action()
        with self._lock:
            self.taken[kind].append(time.perf_counter() - start)


def open_loop(port: int, mixture: Mixture, seconds: int) -> None:
    """Ten requests a second, each begun when its time has come, whether or not others have been answered."""
    browsers = [Browser(port, USER) for _ in range(MANY)]
    free, threads, begun = list(browsers), [], time.perf_counter()

    def run(browser: Browser, number: int) -> None:
        mixture.ask(browser, number)
        free.append(browser)

    for number in range(RATE * seconds):
        time.sleep(max(0.0, begun + number / RATE - time.perf_counter()))
        if not free:
            raise RuntimeError("the server falls behind: twenty requests wait for their answers")
        thread = threading.Thread(target=run, args=(free.pop(0), number))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()


def closed_loop(port: int, mixture: Mixture, connections: int, seconds: int) -> float:
    """Connections that each ask anew as soon as they are answered; tells requests a second."""
    browsers = [Browser(port, USER) for _ in range(connections)]
    until, done = time.perf_counter() + seconds, [0] * connections

    def run(place: int) -> None:
        number = place * 1_000
        while time.perf_counter() < until:
            mixture.ask(browsers[place], number)
            number += 1
            done[place] += 1

    threads = [threading.Thread(target=run, args=(place,)) for place in range(connections)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - begun)
