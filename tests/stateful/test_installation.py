"""Whatever two writers do to an installation, its read model is a fold of its log, and an answer stays an answer."""

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as drawing
from hypothesis.stateful import run_state_machine_as_test

from tests.postgres import Postgres
from tests.stateful.machine import Installation
from tracker.settings import Settings

FEW = drawing(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    database=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
FEWER = drawing(FEW, max_examples=6)
MANY = drawing(FEW, max_examples=600, stateful_step_count=60, derandomize=False)


def installations(postgres: Postgres | None = None) -> type[Installation]:
    """A machine that begins every run in an empty folder, and with an empty database where there is a server."""

    class Fresh(Installation):
        def __init__(self) -> None:
            self.emptied = ExitStack()
            folder = Path(tempfile.mkdtemp(prefix="installation-"))
            self.emptied.callback(shutil.rmtree, folder)
            address = self.emptied.enter_context(postgres.database()) if postgres else None
            super().__init__(Settings(folder / "home", events=address))

        def teardown(self) -> None:
            with self.emptied:
                super().teardown()

    return Fresh


def test_the_read_model_follows_two_writers_whatever_they_do() -> None:
    run_state_machine_as_test(installations(), settings=FEW)


def test_the_read_model_follows_two_writers_on_postgresql(postgres: Postgres) -> None:
    run_state_machine_as_test(installations(postgres), settings=FEWER)


@pytest.mark.soak
def test_the_read_model_follows_two_writers_for_long() -> None:
    run_state_machine_as_test(installations(), settings=MANY)


@pytest.mark.soak
def test_the_read_model_follows_two_writers_on_postgresql_for_long(postgres: Postgres) -> None:
    run_state_machine_as_test(installations(postgres), settings=drawing(MANY, max_examples=120))
