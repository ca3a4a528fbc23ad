"""When tests are held and when one can register for them: dates that a municipality writes down itself.

None come with the tracker: no source at hand gives them for the years to come.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Literal

from tracker.calendar import Span
from tracker.errors import Refusal
from tracker.saying import Said
from tracker.versioned import Shelf, Table

Test = Literal["norwegian", "social-studies"]
OWN_FOLDER = "test-sittings"
"""The folder, within the data folder, for the dates."""

EXAMPLE = """id = "norwegian-2027"
version = 1
source = "where the dates were found, and when"
[[sittings]]
test = "norwegian"        # or "social-studies"
held_on = 2027-05-31
opens = 2027-03-01
closes = 2027-03-15"""


class SittingsNotValid(Refusal):
    """A file of test dates cannot be used: it is no TOML, or a value in it cannot be."""

    code = "test-sittings-not-valid"


class SittingsNotTold(Refusal):
    """No file tells when one can register for a test."""

    code = "test-sittings-not-told"


class Sitting(Table, frozen=True):
    """A day on which a test is held.

    :ivar opens: the first day on which one can register for it
    :ivar closes: the last such day
    """

    test: Test
    held_on: date
    opens: date
    closes: date


class SittingFile(Table, frozen=True):
    """The sittings of one file; the newest version of an id is the one that holds."""

    id: str
    version: int
    source: str
    sittings: tuple[Sitting, ...]


def _problems(file: SittingFile) -> Iterator[str]:
    for sitting in file.sittings:
        if not sitting.opens <= sitting.closes <= sitting.held_on:
            yield Said(
                "sitting of %(day)s: expected opens, closes and held_on in this order, "
                "got %(opens)s, %(closes)s, %(day)s",
                day=sitting.held_on,
                opens=sitting.opens,
                closes=sitting.closes,
            )


SHELF = Shelf(
    "file of test dates",
    SittingFile,
    _problems,
    Path(__file__).parent / "no_sittings",
    OWN_FOLDER,
    SittingsNotValid,
    SittingsNotTold,
)


def sittings(test: Test, home: Path) -> list[Sitting]:
    """All sittings of a test that were written down, in the order of their days.

    :param home: the data folder
    :raises SittingsNotTold: there is none; the message says what to write, and where
    :raises SittingsNotValid: a file cannot be used
    """
    newest: dict[str, SittingFile] = {}
    for file in SHELF.all(home).values():
        if file.id not in newest or newest[file.id].version < file.version:
            newest[file.id] = file
    found = sorted(
        (sitting for file in newest.values() for sitting in file.sittings if sitting.test == test),
        key=lambda sitting: (sitting.held_on, sitting.opens),
    )
    if not found:
        raise SittingsNotTold(
            f"no file tells when one can register for the test in {test}; write one such as "
            f"{home / OWN_FOLDER / 'norwegian-2027.toml'} with the dates of the test centre:\n{EXAMPLE}"
        )
    return found


def registrable(found: Iterable[Sitting], at: date, ahead: Span) -> list[Sitting]:
    """The sittings for which registration is open on a day, or opens so soon after it."""
    return [sitting for sitting in found if sitting.opens <= ahead.after(at) and at <= sitting.closes]
