"""Imports that die on the way: the next one finds out what came of them and clears up."""

import fcntl
from datetime import date
from pathlib import Path
from typing import Any, NoReturn
from uuid import uuid4

import pytest

from events.plan import PlanAgreed
from tests.importing.installation import Installation
from tests.importing.test_problems import MONTH_HEADER, MONTHS
from tracker.application import Author
from tracker.bulk import Staging
from tracker.errors import Busy, Conflict
from tracker.importing import record, run, sorting
from tracker.importing.record import Imports, importing_alone
from tracker.log import SQLiteLog
from tracker.readmodel.verify import verify

SHEET = MONTH_HEADER + "1;jobb;jobb;ingenting\n2;ingenting;jobb;jobb\n"


class Died(BaseException):
    """Stands for the end of the process at this point."""


def die(*_: Any, **__: Any) -> NoReturn:
    raise Died


def import_and_die(here: Installation, monkeypatch: pytest.MonkeyPatch, where: object, step: str) -> None:
    """An import that ends at a step, without a chance to clear up."""
    with monkeypatch.context() as patch:
        patch.setattr(where, step, die)
        patch.setattr(Imports, "resolve", lambda *_: None)
        patch.setattr(Staging, "__exit__", lambda *_: None)
        patch.setattr(sorting.Sorting, "__exit__", lambda *_: None)
        with pytest.raises(Died):
            here.imported(SHEET, here.profile(MONTHS))


def statuses(here: Installation) -> list[str]:
    with Imports(here.home, read_only=True) as imports:
        return [each.status for each in imports.all()]


def left_over(home: Path) -> list[str]:
    return sorted(path.name.split(".")[0] for path in home.iterdir() if path.name.startswith(("sorting", "staging")))


def test_one_that_died_before_the_log_has_failed(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    import_and_die(here, monkeypatch, Staging, "commit")
    assert statuses(here) == ["running"]
    assert left_over(here.home) == ["sorting", "staging"]
    assert here.app.log_of_facts.count() == 0
    again = here.imported(SHEET, here.profile(MONTHS))
    assert statuses(here) == ["failed", "done"]
    assert left_over(here.home) == []
    assert again.facts == here.app.log_of_facts.count() > 0
    assert verify(here.app).is_clean


def test_one_that_died_after_the_log_is_done(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    import_and_die(here, monkeypatch, Imports, "end")
    assert statuses(here) == ["running"]
    facts = here.app.log_of_facts.count()
    assert here.imported(SHEET, here.profile(MONTHS)).id is None
    assert here.app.log_of_facts.count() == facts
    with Imports(here.home, read_only=True) as imports:
        (found,) = imports.all()
    assert (found.status, found.first_position, found.last_position) == ("done", 1, facts)
    assert here.undone(found.id).retracted == facts


def test_one_that_died_while_reading_leaves_nothing_that_can_be_read(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_and_die(here, monkeypatch, run, "settle")
    (left,) = here.home.glob("sorting.*.db")
    assert left.stat().st_mode & 0o777 == 0o600
    assert b"ingenting" not in left.read_bytes()
    assert statuses(here) == []
    here.imported(SHEET, here.profile(MONTHS))
    assert left_over(here.home) == []


def test_a_log_that_cannot_be_written_leaves_nothing(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(SQLiteLog, "append", die)
        with pytest.raises(Died):
            here.imported(SHEET, here.profile(MONTHS))
    assert statuses(here) == ["failed"]
    assert left_over(here.home) == []


def test_two_imports_at_once_are_refused(here: Installation) -> None:
    path = here.home / "import.lock"
    with importing_alone(here.app):
        assert path.exists()
    with path.open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(Busy, match="another import"):
            here.imported(SHEET, here.profile(MONTHS))


def test_a_write_to_the_same_journey_meanwhile_is_a_conflict(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = here.profile(MONTHS)
    here.imported(SHEET, profile)
    commit = Staging.commit

    def late(self: Staging, log: SQLiteLog) -> tuple[int, int] | None:
        here.app.log(here.id_of("1"), PlanAgreed(on=date(2021, 2, 1)), Author("ola", "web"))
        return commit(self, log)

    monkeypatch.setattr(Staging, "commit", late)
    with pytest.raises(Conflict):
        here.imported(SHEET.replace("jobb;jobb\n", "jobb;ingenting\n").replace("1;jobb;jobb", "1;jobb;"), profile)
    assert statuses(here) == ["done", "failed"]


def test_a_participant_registered_meanwhile_is_a_conflict(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    profile = here.profile(MONTHS)
    begin = record.Imports.begin

    def late(self: Imports, new: record.Import) -> None:
        begin(self, new)
        someone = uuid4()
        here.app.keys.make([someone])
        here.app.people.refer([(someone, "test", "2")])

    monkeypatch.setattr(Imports, "begin", late)
    with pytest.raises(Conflict, match="registered at the same time"):
        here.imported(SHEET, profile)
    assert here.app.log_of_facts.count() == 0
    assert statuses(here) == ["failed"]
