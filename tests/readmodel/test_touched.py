"""Which streams changed and when, for whoever keeps something beside the read model; and how that is cleared away."""

import os
import shutil
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from events.work import JobStarted
from tests.conftest import MakeApp
from tests.scenario import REGISTERED
from tracker.application import Author, ProgressionTracker
from tracker.errors import FolderNotUsable
from tracker.readmodel.follow import BESIDE, remove_folder
from tracker.readmodel.rebuild import rebuild

KARI = Author("advisor-1")
JOB = JobStarted(on=date(2024, 2, 1), job="cafe")


def touched(app: ProgressionTracker) -> dict[str, int]:
    return dict(app.read_model.database.execute("SELECT participant, position FROM touched").fetchall())


def folder_beside(app: ProgressionTracker) -> Path:
    folder = app.settings.home / f"{app.read_model.name}{BESIDE}"
    folder.mkdir(mode=0o700)
    (folder / "rows").write_text("kept in another form")
    return folder


def test_a_stream_is_noted_where_it_last_changed(app: ProgressionTracker) -> None:
    one, other = app.register(REGISTERED, KARI), app.register(REGISTERED, KARI)
    app.read_model.follow()
    before = touched(app)
    assert set(before) == {str(one), str(other)}
    app.log(one, JOB, KARI)
    position = app.read_model.follow()
    assert touched(app) == {str(one): position, str(other): before[str(other)]}


def test_nothing_is_noted_of_the_erased_nor_after_a_rebuild(app: ProgressionTracker) -> None:
    one, gone = app.register(REGISTERED, KARI), app.register(REGISTERED, KARI)
    app.forget(gone, KARI)
    assert set(touched(app)) == {str(one)}
    rebuild(app, processes=1)
    assert touched(app) == {}


def test_two_read_models_of_the_same_facts_can_be_told_apart(app: ProgressionTracker) -> None:
    def mark() -> int:
        return int(app.read_model.database.execute("PRAGMA user_version").fetchone()[0])

    app.register(REGISTERED, KARI)
    before = mark()
    rebuild(app, processes=1)
    assert mark() != before


def test_what_is_kept_beside_goes_with_an_erasure_and_with_a_rebuild(app: ProgressionTracker) -> None:
    app.register(REGISTERED, KARI)
    gone = app.register(REGISTERED, KARI)
    folder = folder_beside(app)
    app.forget(gone, KARI)
    assert not folder.exists()
    folder = folder_beside(app)
    rebuild(app, processes=1)
    assert not folder.exists()


def test_what_is_kept_beside_the_read_model_in_use_stays(app: ProgressionTracker, make_app: MakeApp) -> None:
    app.register(REGISTERED, KARI)
    app.read_model.follow()
    folder = folder_beside(app)
    make_app()
    assert folder.exists()


def test_a_folder_that_others_are_writing_to_is_removed_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    real, writes = os.rmdir, iter(["late"])

    def rmdir(path: str, **options: int | None) -> None:
        for name in writes:
            (folder / name).write_text("written meanwhile")
        real(path, **options)

    monkeypatch.setattr(os, "rmdir", rmdir)
    remove_folder(folder)
    assert not folder.exists()
    remove_folder(folder)


def test_a_folder_that_cannot_be_removed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(shutil, "rmtree", denied)
    with pytest.raises(FolderNotUsable, match="Permission denied"):
        remove_folder(tmp_path)


def test_an_older_read_model_without_the_note_is_followed_too(app: ProgressionTracker) -> None:
    app.read_model.follow()
    app.read_model.database.execute("DROP TABLE touched")
    who: UUID = app.register(REGISTERED, KARI)
    assert app.read_model.follow() == 1
    assert touched(app) == {str(who): 1}
