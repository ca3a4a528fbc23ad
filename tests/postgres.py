"""A PostgreSQL for the tests: the one that is named, or a throw-away cluster made from Debian's binaries."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Composed, Identifier

DEBIAN = Path("/usr/lib/postgresql")
_OTHERS_OUT = SQL(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


class NoPostgres(Exception):
    """No PostgreSQL was named, and none is installed here."""


class Postgres:
    """A server with a database of this process's own, which every test finds empty.

    :ivar address: its address, as in ``TRACKER_EVENTS``
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self._name = f"tracker_test_{os.getpid()}"
        self._made = False

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of the empty database; emptying it is ten times as fast as making a new one."""
        if not self._made:
            self._tell(self.address, SQL("CREATE DATABASE {}").format(Identifier(self._name)))
            self._made = True
        address = self._address_of(self._name)
        try:
            yield address
        finally:
            self._tell(address, _OTHERS_OUT, SQL("DROP SCHEMA public CASCADE"), SQL("CREATE SCHEMA public"))

    def close(self) -> None:
        if self._made:
            self._tell(self.address, SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(self._name)))

    def _tell(self, address: str, *statements: SQL | Composed) -> None:
        with psycopg.connect(address, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def _address_of(self, name: str) -> str:
        parts = {key: str(value) for key, value in conninfo_to_dict(self.address).items() if value is not None}
        user = quote(parts.pop("user", "postgres"), safe="")
        password = parts.pop("password", "")
        parts.pop("dbname", None)
        login = f"{user}:{quote(password, safe='')}" if password else user
        return f"postgresql://{login}@/{name}?{urlencode(parts)}"


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """The server named by ``TRACKER_TEST_PG``, else a cluster that lives as long as the tests.

    :raises NoPostgres: there is neither
    """
    named = os.environ.get("TRACKER_TEST_PG")
    if named:
        server = Postgres(named)
        try:
            yield server
        finally:
            server.close()
        return
    binaries = _binaries()
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    try:
        _start(binaries, folder, user)
        try:
            yield Postgres(f"postgresql://postgres@/postgres?host={folder}")
        finally:
            _run(user, folder, binaries / "pg_ctl", "stop", "-D", folder / "data", "-m", "immediate", "-w")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(binaries: Path, folder: Path, user: str | None) -> None:
    data = folder / "data"
    _run(user, folder, binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N")
    options = (
        f"-k {folder} -c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off "
        "-c max_connections=50"
    )
    _run(user, folder, binaries / "pg_ctl", "start", "-D", data, "-l", folder / "log", "-w", "-o", options)


def _run(user: str | None, folder: Path, *command: str | Path) -> None:
    # The server outlives pg_ctl and would keep a pipe open, so what it says goes to a file.
    with (folder / "output").open("ab") as output:
        done = subprocess.run(
            [str(part) for part in command], cwd=folder, user=user, stdout=output, stderr=output, check=False
        )
    if done.returncode != 0:
        raise RuntimeError(f"{Path(command[0]).name} failed: {(folder / 'output').read_text()[-2000:]}")


def _binaries() -> Path:
    installed = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: float(path.parent.parent.name))
    if installed:
        return installed[-1].parent
    found = shutil.which("initdb")
    if found is None or shutil.which("pg_ctl") is None:
        raise NoPostgres("no PostgreSQL here: install postgresql, or name a server in TRACKER_TEST_PG")
    return Path(found).resolve().parent
