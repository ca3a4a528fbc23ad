"""What every test may ask for."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.postgres import NoPostgres, Postgres, postgres_server
from tests.scenario import Clock
from tracker.application import ProgressionTracker
from tracker.settings import Settings

ROOT = Path(__file__).parent.parent
MakeApp = Callable[..., ProgressionTracker]

# A test that forgets to say where its data are must fail, and never meet somebody's data folder.
os.environ["TRACKER_HOME"] = str(Path(__file__) / "nowhere")

# Every test opens databases, which wait for the disk at each fact: in memory nothing is waited for, where there is room.
MEMORY = Path("/dev/shm")
ROOM = 4 << 30
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

# How long an example takes says more about the machine than about the code.
hypothesis.settings.register_profile("tracker", deadline=None)
hypothesis.settings.load_profile("tracker")


def pytest_collection_finish() -> None:
    """Thousands of tests and what they import stay to the end: the collector of rings need not look at them each time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_unconfigure() -> None:
    """Libraries that look at the end for what nobody let go find it let go."""
    gc.unfreeze()


@pytest.fixture(scope="session", autouse=True)
def as_users_have_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Processes that tests start find no pandas: what only tests need brings it, and sqlite-utils loads it if it can."""
    folder = tmp_path_factory.mktemp("without")
    (folder / "pandas.py").write_text('raise ImportError("users have no pandas")\n', encoding="utf-8")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The folder of published reference data; tests that need it skip where it is missing."""
    folder = Path(os.environ.get("TRACKER_REFERENCE_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no reference data in {folder}; set TRACKER_REFERENCE_DATA")
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server; tests that need it skip where there is none, or fail under ``TRACKER_REQUIRE_PG=1``."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(postgres_server())
        except NoPostgres as missing:
            if os.environ.get("TRACKER_REQUIRE_PG") == "1":
                pytest.fail(str(missing))
            pytest.skip(str(missing))
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """The settings of an empty installation; every test that asks for it runs on both stores."""
    home = tmp_path / "home"
    if request.param == "sqlite":
        yield Settings(home, by="advisor-1")
    else:
        server: Postgres = request.getfixturevalue("postgres")
        with server.database() as address:
            yield Settings(home, events=address, by="advisor-1")


@pytest.fixture
def make_app(settings: Settings, clock: Clock) -> Iterator[MakeApp]:
    """Opens the same installation as often as it is called: another process, or a new start."""
    with ExitStack() as stack:

        def make(**options: Any) -> ProgressionTracker:
            app = ProgressionTracker(settings, options.pop("clock", clock), **options)
            stack.callback(app.close)
            return app

        yield make


@pytest.fixture
def app(make_app: MakeApp) -> ProgressionTracker:
    """An empty installation whose clock is ``clock``."""
    return make_app()
