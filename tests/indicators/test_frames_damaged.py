"""Frames when the files are damaged, the disk is full or a process dies: the figures come, and they are the same."""

import errno

import polars as pl
import pytest

from tests.indicators.kept_frames import app as app
from tests.indicators.kept_frames import assert_same, frames_of, from_files, listing_of, path_of, someone, work
from tracker.application import ProgressionTracker
from tracker.indicators.columns import files, keeping
from tracker.indicators.columns.files import listed
from tracker.indicators.columns.keeping import beside
from tracker.indicators.columns.parts import ANYWHERE, IN_ORDER, Writer

DAMAGES = ("cut short", "gone", "no listing", "another's listing", "of another program")


@pytest.mark.parametrize("damage", DAMAGES)
def test_files_that_are_not_what_was_written_are_made_anew(app: ProgressionTracker, damage: str) -> None:
    who = someone(app)
    folder = beside(path_of(app))
    file = max(folder.glob("*/*.arrow"), key=lambda path: path.stat().st_size)
    if damage == "cut short":
        file.write_bytes(file.read_bytes()[:-100])
    elif damage == "gone":
        file.unlink()
    elif damage == "of another program":
        listing = folder / files.LISTING
        listing.write_text(listing.read_text().replace('"files ', '"others '))
    else:
        (folder / files.LISTING).write_text("{" if damage == "no listing" else '{"parts": []}')
    work(app, who)
    assert_same(from_files(app), path_of(app))
    assert len(listing_of(app).parts) == 1


@pytest.mark.parametrize("suffix, damage", [(ANYWHERE, "zeros"), (IN_ORDER, "zeros"), (IN_ORDER, "fewer rows")])
@pytest.mark.parametrize("when", ["before they are opened", "while they are being read"])
def test_files_with_other_content_are_answered_for_by_the_read_model(
    app: ProgressionTracker, when: str, suffix: str, damage: str
) -> None:
    from_files(app)
    work(app, someone(app))
    before = from_files(app)
    numbers = before.people().select("participant", "id").sort("id")
    files = list(beside(path_of(app)).glob(f"*/*{suffix}"))
    assert files
    for file in files:
        size = file.stat().st_size
        if damage == "zeros":
            file.write_bytes(b"\0" * size)
        else:
            pl.read_ipc_stream(file).clear().write_ipc_stream(file)
            file.write_bytes(file.read_bytes().ljust(size, b"\0"))
    frames = before if when.startswith("while") else frames_of(app)
    assert_same(frames, path_of(app))
    if frames is before:
        people = pl.concat([frames.facts("programme-started"), frames.facts("participant-registered")])
        assert people.join(numbers, on="participant").height == 6
    assert_same(from_files(app), path_of(app))


def test_where_no_files_can_be_written_the_figures_still_come(
    app: ProgressionTracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(writer: Writer, frame: pl.DataFrame, batch: int = 0) -> str:
        raise OSError(errno.ENOSPC, "no space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Writer, "_file", full)
        assert_same(frames_of(app), path_of(app))
        assert listed(beside(path_of(app))) is None
    from_files(app)
    work(app, someone(app))
    before = listing_of(app)
    with monkeypatch.context() as patched:
        patched.setattr(Writer, "_file", full)
        assert frames_of(app).spells("work").height == 1
    assert listing_of(app) == before, "what was there does not count any more"
    assert from_files(app).spells("work").height == 1


def test_a_folder_that_cannot_be_made_is_done_without(app: ProgressionTracker) -> None:
    app.read_model.follow()
    beside(path_of(app)).write_text("in the way")
    assert_same(frames_of(app), path_of(app))


def test_what_died_while_writing_leaves_what_counted_and_is_swept(
    app: ProgressionTracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    from_files(app)
    before = listing_of(app)
    work(app, someone(app))

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(keeping, "publish", killed)
        with pytest.raises(Killed):
            frames_of(app)
    assert listing_of(app) == before
    left = {path.name for path in beside(path_of(app)).iterdir() if path.is_dir()}
    assert len(left) == 2
    assert_same(from_files(app), path_of(app))
    names = {part.folder for part in listing_of(app).parts}
    assert {path.name for path in beside(path_of(app)).iterdir() if path.is_dir()} == names
