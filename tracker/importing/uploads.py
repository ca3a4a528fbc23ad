"""Sheets that were sent in to be imported: kept in the data folder for their owner only, and for a day at most."""

import json
import secrets
import shutil
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec

from tracker.errors import Refusal
from tracker.importing.problems import Problem
from tracker.importing.run import Report
from tracker.importing.sheets import TEXT_ENDINGS, WORKBOOK_ENDINGS
from tracker.storage import UPLOADS, make_file, make_folder, not_written

KEPT_FOR: Final = timedelta(days=1)
ENDINGS: Final = (*TEXT_ENDINGS, *WORKBOOK_ENDINGS)


class NotASheet(Refusal):
    """The name of the file does not end as that of a spreadsheet does."""

    code = "not-a-sheet"


class UploadNotFound(Refusal):
    """The sheet is there no more: the import is done, was called off, or a day has passed."""

    code = "upload-not-found"


class Upload:
    """One sheet that was sent in, with what goes with it; what it was called is not kept, since it may name a person.

    :ivar id: random
    """

    def __init__(self, home: Path, id: str) -> None:
        self.id = id
        self.folder = home / UPLOADS / id

    @property
    def sheet(self) -> Path:
        """The sheet itself.

        :raises UploadNotFound: it is there no more
        """
        found = next((path for ending in ENDINGS if (path := self.folder / f"sheet{ending}").exists()), None)
        if found is None:
            raise UploadNotFound("this sheet is kept no more; send it in again")
        return found

    @property
    def is_there(self) -> bool:
        return self.folder.is_dir()

    def write(self, name: str, content: bytes) -> Path:
        """Keep something beside the sheet."""
        path = self.folder / name
        part = self.folder / f"{name}.part"
        make_file(part)
        try:
            part.write_bytes(content)
            part.replace(path)
        except OSError as error:
            raise not_written(path, error) from None
        return path

    def note(self, name: str, told: Mapping[str, Any]) -> None:
        """Keep values beside the sheet."""
        self.write(f"{name}.json", json.dumps(told).encode())

    def noted(self, name: str) -> dict[str, Any]:
        """Values kept beside the sheet; none where there are none."""
        path = self.folder / f"{name}.json"
        return dict(json.loads(path.read_bytes())) if path.exists() else {}

    def keep_report(self, report: Report) -> None:
        """Keep what a dry run found."""
        self.write("report.msgpack", msgspec.msgpack.encode(report))

    @property
    def report(self) -> Report | None:
        """What the last dry run found."""
        path = self.folder / "report.msgpack"
        if not path.exists():
            return None
        found = msgspec.msgpack.decode(path.read_bytes(), type=Report)
        return msgspec.structs.replace(found, problems=tuple(Problem(*each) for each in found.problems))

    def remove(self) -> None:
        """Delete the sheet and all that goes with it."""
        shutil.rmtree(self.folder, ignore_errors=True)


def take_in(home: Path, name: str, content: bytes) -> Upload:
    """Keep a sheet.

    :param name: of the file; only its ending is looked at
    :raises NotASheet: it ends as no spreadsheet does
    """
    ending = Path(name).suffix.lower()
    if ending not in ENDINGS:
        raise NotASheet(f"expected a file that ends in {', '.join(ENDINGS)}; save the sheet as one of these")
    upload = empty_upload(home)
    upload.write(f"sheet{ending}", content)
    return upload


def empty_upload(home: Path) -> Upload:
    """A place for a file that is sent in, with nothing in it yet."""
    upload = Upload(home, secrets.token_hex(12))
    make_folder(home / UPLOADS)
    make_folder(upload.folder)
    return upload


def sweep_uploads(home: Path, now: datetime) -> None:
    """Delete what has been kept for a day."""
    for folder in (home / UPLOADS).glob("*"):
        try:
            age = now.timestamp() - folder.stat().st_mtime
        except OSError:
            continue
        if age > KEPT_FOR.total_seconds():
            shutil.rmtree(folder, ignore_errors=True)
