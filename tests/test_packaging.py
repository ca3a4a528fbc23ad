"""What is locked, named and offered agrees with itself: lock files, version, targets of the Makefile."""

import configparser
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt")
PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+)", re.MULTILINE)


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def setup() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text("setup.cfg"))
    return parser


def wanted(lines: str) -> set[str]:
    """The requirements among the lines of a `.in` file or of a list in setup.cfg."""
    return {line for line in map(str.strip, lines.splitlines()) if line and not line.startswith(("#", "-"))}


def bare(requirement: str) -> str:
    """`psycopg[binary,pool]>=3` -> `psycopg`"""
    return re.split(r"[\[<>=!~; ]", requirement)[0]


def pins(lock: str) -> set[tuple[str, str]]:
    return {(pin["name"], pin["version"]) for pin in PIN.finditer(text(lock))}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_is_pinned_and_hashed(lock: str) -> None:
    logical_lines = text(lock).replace("\\\n", " ").splitlines()
    packages = [line for line in logical_lines if line.strip() and not line.lstrip().startswith("#")]
    assert len(packages) > 10
    for package in packages:
        assert PIN.match(package), f"{lock}: not pinned: {package[:60]}"
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", package), f"{lock}: no hash: {package[:60]}"


@pytest.mark.parametrize("name", [*LOCKS, "requirements.in", "requirements-dev.in"])
def test_no_requirements_file_holds_an_address_or_a_path_of_a_machine(name: str) -> None:
    address = r"://| @ |--\S*(?:index|find-links|trusted-host)"
    path = r"(?<=\s)[/~]|\b[A-Z]:\\"
    assert not [line for line in text(name).splitlines() if re.search(f"{address}|{path}", line)]


def test_the_lock_of_the_javascript_oracles_holds_hashes_and_no_addresses() -> None:
    packages = json.loads(text("tests/oracles/package-lock.json"))["packages"]
    fetched = {path: package for path, package in packages.items() if path}
    assert fetched
    for path, package in fetched.items():
        assert package["integrity"].startswith("sha512-"), path
        assert "resolved" not in package, path


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_every_wanted_package_is_locked(name: str) -> None:
    locked = {package for package, _ in pins(f"{name}.txt")}
    assert {bare(requirement).lower() for requirement in wanted(text(f"{name}.in"))} <= locked


def test_the_two_locks_never_want_different_versions_of_a_package() -> None:
    run, dev = pins(LOCKS[0]), pins(LOCKS[1])
    shared = {name for name, _ in run} & {name for name, _ in dev}
    differing = {pin for pin in run ^ dev if pin[0] in shared and pin not in run}
    assert not differing


def test_requirements_in_is_what_setup_cfg_says_with_the_postgres_extra() -> None:
    config = setup()
    runs_with = wanted(config["options"]["install_requires"])
    moves_with = wanted(config["options.extras_require"]["postgres"])
    built_with = {"setuptools>=77"}
    assert wanted(text("requirements.in")) == runs_with | moves_with | built_with
    assert 'requires = ["setuptools>=77"]' in text("pyproject.toml")


def test_the_version_is_the_newest_of_the_changelog() -> None:
    versions = re.findall(r"^## \[?v?(\d+\.\d+\.\d+)\b", text("CHANGELOG.md"), re.MULTILINE)
    assert versions[:1] == [setup()["metadata"]["version"]]


def test_every_target_of_the_makefile_is_explained_by_make_help() -> None:
    make = shutil.which("make")
    if make is None:
        pytest.skip("no make here")
    targets = set(re.findall(r"^([a-z][a-z-]*):", text("Makefile"), re.MULTILINE))
    assert {"install", "run", "test", "lock"} <= targets
    shown = subprocess.run([make, "-C", str(ROOT)], capture_output=True, text=True, check=True).stdout
    explained = re.findall(r"^  make ([a-z-]+) +\S.*$", shown, re.MULTILINE)
    assert set(explained) == targets
    assert len(explained) == len(targets)


def test_every_target_without_a_file_is_declared_phony() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", text("Makefile"), re.MULTILINE))
    phony = re.search(r"^\.PHONY: (.*)$", text("Makefile"), re.MULTILINE)
    assert phony is not None
    assert set(phony[1].split()) == targets
