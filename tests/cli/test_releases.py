"""The ledger of releases on the command line."""

import click
import pytest

from tests.cli.terminal import Terminal
from tests.indicators.releases import indicator, lines, result
from tracker.cli.releases import releases
from tracker.indicators.disclosure import NOT_COVERED, protected, turned_off
from tracker.ledger import PERMISSIONS, Ledger, NotPermitted
from tracker.settings import Settings

EXACT = [result(indicator(lines(work="")), {(): {"work": (20, 40)}}, position=12)]


@pytest.fixture
def ledger(terminal: Terminal) -> Ledger:
    terminal.done("status")
    return Ledger(Settings(terminal.home))


def test_the_releases_are_listed_with_what_they_are_not_checked_against(terminal: Terminal, ledger: Ledger) -> None:
    protected(EXACT, ledger, by="ola")
    ledger.close()
    listed = terminal.run("releases", "--format", "csv")
    header, row = listed.stdout.splitlines()
    assert header.startswith("release,at,by,indicator,cohort,breakdown")
    assert ",ola,X1@1,left:2023,,,12,all,'@12,1,0," in row
    assert NOT_COVERED in listed.stderr.replace("\n", "")


def test_every_permission_there_is_can_be_granted() -> None:
    (option,) = (each for each in releases.commands["allow"].params if each.name == "permission")
    assert isinstance(option.type, click.Choice) and tuple(option.type.choices) == PERMISSIONS


def test_a_permission_is_granted_by_name_dated_and_taken_back(terminal: Terminal, ledger: Ledger) -> None:
    terminal.done("releases", "allow", "ola")
    (found,) = terminal.done("releases", "permissions", "--format", "csv").splitlines()[1:]
    assert found.startswith("publish-without-disclosure-control,ola,20") and found.endswith(",kari")
    turned_off(EXACT, "ola", "for the council", ledger)
    assert "ola: for the council" in terminal.done("releases")
    terminal.done("releases", "disallow", "ola")
    with pytest.raises(NotPermitted):
        turned_off(EXACT, "ola", "for the council", ledger)
    ledger.close()
