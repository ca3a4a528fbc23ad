"""Pages at 200,000 participants, on the server as users have it, under a load that does not wait for answers.

The read model is the large one of `benchmarks.population`, with a name for everybody. Since its log is empty, the
participants whose pages are opened are simulated into it as the demo does, behind the position of all others.
"""

import argparse
import random
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from uuid import UUID

from benchmarks.load import MANY, RATE, SYLLABLES, USER, Browser, Mixture, closed_loop, open_loop
from benchmarks.population import populated
from benchmarks.timing import quantile, said
from benchmarks.worklist import staffed
from events.intake import ParticipantRegistered
from tracker.application import ProgressionTracker
from tracker.bulk import Staging
from tracker.demo.intake import ADVISORS, MUNICIPALITY
from tracker.demo.municipality import own_journey
from tracker.demo.people import identity, participant_id
from tracker.demo.run import simulated
from tracker.indicators.frames import load
from tracker.journey import OSLO
from tracker.people import Person
from tracker.settings import Settings
from web.auth.reach import whereabouts
from web.demo_accounts import make_demo_accounts
from web.desk import Desk

OPENED = 60 * ADVISORS
"""Simulated participants whose pages are opened: sixty for each advisor of the demo."""

SEED = 2
YEARS = 6
SECONDS = 60
CONNECTIONS = 4
AIM = 0.1
FIGURES_AIM = 0.3
NAMED = 2_000


def prepared(home: Path, people: int) -> None:
    """Names for everybody, and behind them the participants whose pages are opened; nothing where that is done."""
    if not home.exists():
        populated(home, people).close()
    settings = Settings(home, by="benchmark", synthetic=True)
    app = ProgressionTracker(settings)
    try:
        if app.log_of_facts.head() == 0:
            staffed(app)
            _name_everybody(app)
            with closing(sqlite3.connect(home / "events.db")) as log:
                # The next fact gets the position behind the read model's.
                place = (app.read_model.state(), "0" * 32, 1, "placeholder", b"")
                log.execute(
                    "INSERT INTO stored_events (rowid, originator_id, originator_version, topic, state) "
                    "VALUES (?, ?, ?, ?, ?)",
                    place,
                )
                log.commit()
                _live(app)
                log.execute("DELETE FROM stored_events WHERE topic = 'placeholder'")
                log.commit()
    finally:
        app.close()
    desk = Desk(settings, app.clock, None)
    # As the server does before it answers.
    load(desk.app.read_model, desk.app.read_model.state(), desk.today())
    make_demo_accounts(desk)
    desk.close()


def _live(app: ProgressionTracker) -> None:
    """Simulate those whose pages are opened into the log, and let the read model follow: a rebuild would empty it."""
    now = app.clock()
    journeys = [own_journey(OPENED, SEED, YEARS, now)]
    people: list[tuple[UUID, Person]] = []
    taken: set[str] = set()
    for number in range(1, OPENED + 1):
        journey = simulated(participant_id(SEED, number), SEED, number, YEARS, now)
        registered = journey.recorded[0].fact
        assert isinstance(registered, ParticipantRegistered)
        named = identity(SEED, number, registered.birth_year or 1990, registered.gender, taken.__contains__)
        taken.add(named.national_identity_number or "")
        people.append((journey.id, named))
        journeys.append(journey)
    app.keys.make(journey.id for journey in journeys)
    with Staging(app.settings.home, "benchmark", app.sealing) as staging:
        for journey in journeys:
            staging.add(journey.recorded)
        staging.commit(app.log_of_facts)
    app.people.set_many(people, allow_synthetic=True)
    app.read_model.follow()


def _name_everybody(app: ProgressionTracker) -> None:
    rows = app.read_model.database.execute("SELECT DISTINCT participant FROM participants").fetchall()
    random_ = random.Random(1)

    def word() -> str:
        return "".join(random_.choices(SYLLABLES, k=3)).title()

    streams = [UUID(row[0]) for row in rows]
    print(f"  naming {len(streams)} people", flush=True)
    for start in range(0, len(streams), NAMED):
        part = streams[start : start + NAMED]
        app.keys.make(part)
        app.people.set_many([(one, Person(name=f"{word()} {word()}")) for one in part], allow_synthetic=True)


@contextmanager
def served(home: Path) -> Iterator[int]:
    """The pages in a process of their own; tells the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    code = (
        "import sys; from pathlib import Path; from waitress import serve; from tracker.settings import Settings; "
        "from tracker.memory import sparing; sparing(); "
        "from web.app import create_app; from web.desk import Desks; from web.settings import WebSettings; "
        "desks = Desks(Settings(Path(sys.argv[1]), by='benchmark', synthetic=True)); "
        "serve(create_app(desks, WebSettings(limits=False)), host='127.0.0.1', port=int(sys.argv[2]), threads=4)"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(home), str(port)], stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def told(how: str, mixture: Mixture) -> None:
    """p95 of each kind of request."""
    for kind in mixture.kinds:
        p95 = quantile(mixture.taken[kind], 0.95)
        half = quantile(mixture.taken[kind], 0.5)
        said("p95 under 0.1 s", f"{how}, {kind}: p95 {p95:.3f} s, median {half:.3f} s", p95 < AIM)


def against_datasette(home: Path, datasette: str, participant: str) -> float:
    """Median seconds of Datasette's page of a row of the same read model."""
    name = (home / "current").read_text(encoding="ascii").strip()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    rowid = _row_of(home / name, participant)
    process = subprocess.Popen(
        [datasette, str(home / name), "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        time.sleep(5)
        connection, taken = HTTPConnection("127.0.0.1", port, timeout=60), []
        for _ in range(50):
            start = time.perf_counter()
            connection.request("GET", f"/{Path(name).stem.replace('.', '~2E')}/participants/{rowid}")
            answer = connection.getresponse()
            answer.read()
            taken.append(time.perf_counter() - start)
            if answer.status != 200:
                raise RuntimeError(f"Datasette answered {answer.status}")
        return quantile(taken, 0.5)
    finally:
        process.terminate()
        process.wait(30)


def _row_of(path: Path, participant: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(
            connection.execute("SELECT rowid FROM participants WHERE participant = ?", (participant,)).fetchone()[0]
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--home", type=Path, help="keep the installation in this folder, or use the one that is there")
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--datasette", default=shutil.which("datasette"), help="the command, to compare with")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        home = chosen.home or Path(name) / "home"
        print(f"pages, {chosen.people} people", flush=True)
        prepared(home, chosen.people)
        participants = _mine(home)
        with served(home) as port:
            open_mix = Mixture(participants)
            open_loop(port, open_mix, chosen.seconds)
            told(f"{RATE} requests a second", open_mix)
            four = Mixture(participants)
            rate = closed_loop(port, four, CONNECTIONS, chosen.seconds // 2)
            told(f"{CONNECTIONS} connections, {rate:.0f} requests a second", four)
            twenty = Mixture(participants)
            rate = closed_loop(port, twenty, MANY, chosen.seconds // 2)
            print(f"       {MANY} connections: {rate:.0f} requests a second", flush=True)
            _figures(port)
            page = quantile(open_mix.taken["participant page"], 0.5)
        if chosen.datasette:
            row = against_datasette(home, chosen.datasette, participants[0])
            print(
                f"       a page of a row in Datasette: {row:.3f} s; the participant page takes {page / row:.1f}x of it"
            )


def _mine(home: Path) -> list[str]:
    """The participants of the advisor who asks."""
    app = ProgressionTracker(Settings(home, by="benchmark", synthetic=True))
    rows = app.read_model.database.execute(
        "SELECT DISTINCT participant FROM spells WHERE activity = 'advisor' AND value = ? "
        "AND known_to IS NULL AND valid_to IS NULL",
        [USER],
    )
    at, position = app.clock().astimezone(OSLO).date(), app.read_model.state()
    found = []
    for (who,) in rows.fetchall():
        there = whereabouts(app.read_model.database, UUID(who), position, at)
        if there is not None and there.municipality == MUNICIPALITY and not there.protected:
            found.append(who)
    app.close()
    return found


def _figures(port: int) -> None:
    browser, taken = Browser(port, "demo-manager"), []
    browser.get("/figures")
    for _ in range(20):
        start = time.perf_counter()
        browser.get("/figures")
        taken.append(time.perf_counter() - start)
    p95 = quantile(taken, 0.95)
    said("under 0.3 s", f"figures from warm frames: p95 {p95:.3f} s", p95 < FIGURES_AIM)


if __name__ == "__main__":
    main()
