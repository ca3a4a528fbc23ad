"""Sheets that wait to be imported: for their owner only, without the name they had, and for a day."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tracker.importing.profiles import ProfileNameNotValid, path_of
from tracker.importing.uploads import KEPT_FOR, NotASheet, Upload, UploadNotFound, sweep_uploads, take_in
from tracker.storage import UPLOADS

SHEET = b"ref;start\n1;2024-01-01\n"


def test_a_sheet_is_kept_for_its_owner_only_and_not_by_its_name(tmp_path: Path) -> None:
    upload = take_in(tmp_path, "Ana Demo.csv", SHEET)
    assert upload.sheet.read_bytes() == SHEET
    assert upload.sheet.stat().st_mode & 0o777 == 0o600
    assert upload.folder.stat().st_mode & 0o777 == 0o700
    assert not [path for path in (tmp_path / UPLOADS).rglob("*") if "Ana" in path.name]


@pytest.mark.parametrize("name", ["people.exe", "people", "people.csv.html", ""])
def test_what_is_no_sheet_is_refused_and_not_kept(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotASheet):
        take_in(tmp_path, name, SHEET)
    assert not list((tmp_path / UPLOADS).glob("*"))


def test_a_sheet_that_is_kept_no_more_is_said_to_be_gone(tmp_path: Path) -> None:
    upload = take_in(tmp_path, "people.csv", SHEET)
    upload.remove()
    with pytest.raises(UploadNotFound):
        _ = Upload(tmp_path, upload.id).sheet


def test_after_a_day_it_is_swept_out(tmp_path: Path) -> None:
    upload = take_in(tmp_path, "people.csv", SHEET)
    made = datetime.fromtimestamp(upload.folder.stat().st_mtime, UTC)
    sweep_uploads(tmp_path, made + KEPT_FOR - timedelta(minutes=1))
    assert upload.is_there
    sweep_uploads(tmp_path, made + KEPT_FOR + timedelta(minutes=1))
    assert not upload.is_there


@pytest.mark.parametrize("name", ["", "../keys", "Two Words", "x" * 41, "-first"])
def test_a_profile_is_never_called_so_that_it_would_lie_elsewhere(tmp_path: Path, name: str) -> None:
    with pytest.raises(ProfileNameNotValid):
        path_of(tmp_path, name)
