"""A full disk or a folder that cannot be written to: a clear refusal, nothing recorded, and all is well afterwards."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.faults.commands import run
from tests.faults.folders import CannotMount, full_disk, no_larger_file, read_only, small_disk
from tests.faults.worker import AUTHOR, SHEET_PROFILE, jobs, registration
from tracker.application import ProgressionTracker
from tracker.errors import FolderNotUsable, StorageFull
from tracker.importing.profile import load_profile
from tracker.importing.run import import_file
from tracker.people import Person
from tracker.readmodel.rebuild import rebuild
from tracker.readmodel.verify import verify
from tracker.settings import Settings

Full = Callable[[Path], AbstractContextManager[None]]


@pytest.fixture(params=["a small disk", "a limit on files"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, Full]]:
    """A folder, and what fills its disk."""
    if request.param == "a limit on files":
        (tmp_path / "disk").mkdir()
        yield tmp_path / "disk", no_larger_file
        return
    try:
        with small_disk(tmp_path / "disk") as folder:
            yield folder, full_disk
    except CannotMount:
        pytest.skip("only the administrator can make a small disk")


@pytest.fixture
def tracker(disk: tuple[Path, Full]) -> Iterator[ProgressionTracker]:
    app = ProgressionTracker(Settings(disk[0] / "home"))
    yield app
    app.close()


def test_a_fact_for_which_there_is_no_room_is_refused_and_not_recorded(
    disk: tuple[Path, Full], tracker: ProgressionTracker
) -> None:
    folder, full = disk
    participant = tracker.register(registration(), AUTHOR)
    facts, acknowledged = jobs("j"), 1
    with full(folder):
        for fact in facts:
            try:
                acknowledged += len(tracker.log(participant, fact, AUTHOR))
            except StorageFull:
                break
            assert acknowledged < 5_000, "the disk is never full"
        assert tracker.journey(participant).version == acknowledged
        with pytest.raises(StorageFull, match="nothing was recorded"):
            tracker.log(participant, fact, AUTHOR)
    tracker.log(participant, fact, AUTHOR)
    assert tracker.journey(participant).version == acknowledged + 1
    assert verify(tracker).differences == []


def test_an_identity_for_which_there_is_no_room_is_refused(
    disk: tuple[Path, Full], tracker: ProgressionTracker
) -> None:
    folder, full = disk
    participant = tracker.register(registration(), AUTHOR)
    tracker.people.set(participant, Person(name="Testine Prøve"), allow_synthetic=True)
    long = Person(name="Testine Prøve", contact="x" * (1 << 18))
    with full(folder), pytest.raises(StorageFull):
        tracker.people.set(participant, long, allow_synthetic=True)
    assert tracker.people.get(participant) == Person(name="Testine Prøve")
    assert tracker.people.find("testine") == [participant]
    tracker.people.set(participant, long, allow_synthetic=True)
    assert tracker.people.get(participant) == long


def test_a_rebuild_for_which_there_is_no_room_leaves_the_old_read_model(
    disk: tuple[Path, Full], tracker: ProgressionTracker
) -> None:
    folder, full = disk
    participant = tracker.register(registration(), AUTHOR)
    for fact, _ in zip(jobs("j"), range(300), strict=False):
        tracker.log(participant, fact, AUTHOR)
    name, spells = tracker.read_model.name, tracker.read_model.database.execute("SELECT COUNT(*) FROM spells")
    limited = full is no_larger_file
    with full(folder):
        if limited:
            # The new file is no larger than the old one, so a limit on the size does not hinder it.
            rebuild(tracker)
        else:
            with pytest.raises(StorageFull):
                rebuild(tracker)
            assert tracker.read_model.name == name
            assert tracker.read_model.database.execute("SELECT COUNT(*) FROM spells").fetchone() == spells.fetchone()
            assert [path.name for path in tracker.settings.home.glob("read.*.db")] == [name]
    rebuild(tracker)
    assert verify(tracker).differences == []


def test_an_import_for_which_there_is_no_room_records_nothing(
    disk: tuple[Path, Full], tracker: ProgressionTracker
) -> None:
    folder, full = disk
    (folder / "ark.toml").write_text(SHEET_PROFILE, encoding="utf-8")
    lines = [f"{row};jobb;jobb;ingenting;jobb;jobb;jobb" for row in range(300)]
    (folder / "ark.csv").write_text("\n".join(["id;m1;m2;m3;m4;m5;m6", *lines]), encoding="utf-8")
    profile = load_profile(folder / "ark.toml")
    with full(folder), pytest.raises(StorageFull):
        import_file(tracker, folder / "ark.csv", profile, AUTHOR)
    assert tracker.log_of_facts.count() == 0
    assert not [path for path in tracker.settings.home.iterdir() if path.name.startswith(("staging", "sorting"))]
    assert import_file(tracker, folder / "ark.csv", profile, AUTHOR).new == 300
    assert verify(tracker).differences == []


def test_a_first_start_for_which_there_is_no_room_leaves_nothing_that_hinders_the_next(
    disk: tuple[Path, Full],
) -> None:
    folder, full = disk
    home = folder / "home"
    with full(folder), pytest.raises(StorageFull):
        ProgressionTracker(Settings(home)).register(registration(), AUTHOR)
    app = ProgressionTracker(Settings(home))
    app.register(registration(), AUTHOR)
    assert verify(app).differences == []
    app.close()


def test_a_full_disk_is_a_message_and_exit_code_1(disk: tuple[Path, Full], tracker: ProgressionTracker) -> None:
    folder, full = disk
    participant = tracker.register(registration(), AUTHOR)
    if full is no_larger_file:
        pytest.skip("the limit holds for this process, and a command is one of its own")
    with full(folder):
        refusal = run(tracker.settings.home, "rebuild")
    assert refusal.code == 1
    assert refusal.message == "error: there is no room left on the disk of the data folder; nothing was recorded"
    assert tracker.journey(participant).version == 1


def test_a_folder_that_cannot_be_written_to_is_refused_at_the_start(tmp_path: Path) -> None:
    home = tmp_path / "home"
    app = ProgressionTracker(Settings(home))
    participant = app.register(registration(), AUTHOR)
    app.close()
    try:
        with read_only(home):
            with pytest.raises(FolderNotUsable, match="cannot be written"):
                ProgressionTracker(Settings(home))
            refusal = run(home, "show", str(participant))
            assert refusal.code == 1
            assert refusal.message.startswith(f"error: the data folder {home} cannot be written to")
    except CannotMount:
        pytest.skip("nothing can be mounted here")
    app = ProgressionTracker(Settings(home))
    assert app.journey(participant).version == 1
    app.close()


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(FolderNotUsable, match="cannot be made"):
        ProgressionTracker(Settings(tmp_path / "home"))
    assert run(tmp_path / "home", "status").code == 1
