"""What every test may ask for."""

import os
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

# How long an example takes says more about the machine than about the code.
hypothesis.settings.register_profile("tracker", deadline=None)
hypothesis.settings.load_profile("tracker")


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
