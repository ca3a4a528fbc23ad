"""Exporting every table into a folder: asked for on purpose, logged, and there as a whole or not at all."""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from polars.exceptions import PolarsError
from xlsxwriter.exceptions import XlsxWriterException

from tracker.access_log import AccessLog
from tracker.application import Author, ProgressionTracker
from tracker.errors import FolderNotUsable, Refusal, StorageFull
from tracker.exporting.formats import SHEET_ROWS, WRITERS, Format, TooMuchForSheet
from tracker.exporting.readme import readme
from tracker.exporting.rows import Snapshot, snapshot
from tracker.readmodel.tables import TABLES
from tracker.storage import app_database

Progress = Callable[[int, int], None]
"""Is told (rows done, rows in all)."""


class PersonalDataNotAskedFor(Refusal):
    """An export holds single persons, so it must be asked for in so many words."""

    code = "personal-data-not-asked-for"


class FolderNotEmpty(Refusal):
    """There is something in the folder already; an export never mixes with it."""

    code = "folder-not-empty"


@dataclass(frozen=True)
class Exported:
    """What was exported.

    :ivar rows: table -> rows
    :ivar position: the position of the read model
    :ivar known_at: the position as known at which; None = every row, with both clocks
    """

    rows: dict[str, int]
    position: int
    known_at: int | None


def export(
    app: ProgressionTracker,
    folder: Path,
    author: Author,
    *,
    personal_data: bool,
    form: Format = "csv",
    known_at: int | None = None,
    progress: Progress | None = None,
) -> Exported:
    """Write every table of the read model, one file each, and a README of their columns.

    :param personal_data: said in so many words that single persons are to be in it
    :param known_at: a position; rows are then given as they were known there
    :raises PersonalDataNotAskedFor: it was not
    :raises FolderNotEmpty: something is there
    :raises tracker.exporting.formats.TooMuchForSheet: a table does not fit into a sheet
    """
    if not personal_data:
        raise PersonalDataNotAskedFor(
            "an export holds single persons; figures that may leave the house come from "
            "tracker indicators ... --format csv; if you need the persons, say --personal-data"
        )
    target = Path(os.path.abspath(folder))
    _refuse_unless_empty(target)
    with snapshot(app.read_model, known_at) as taken:
        rows = {table.name: taken.count(table) for table in TABLES}
        if form == "xlsx":
            _refuse_what_no_sheet_holds(rows)
        with _made_beside(target) as part:
            _write(part, taken, form, rows, progress)
            text = readme(
                rows,
                form=form,
                position=taken.position,
                known_at=known_at,
                at=app.clock(),
                by=author.by,
                erased=taken.erased(),
            )
            (part / "README.md").write_text(text, encoding="utf-8")
            for path in part.iterdir():
                path.chmod(0o600)
            _note(app, author, form, known_at, taken.position, sum(rows.values()))
        return Exported(rows, taken.position, known_at)


def _write(part: Path, taken: Snapshot, form: Format, rows: dict[str, int], progress: Progress | None) -> None:
    done, total = 0, sum(rows.values())

    def counted(more: int) -> None:
        nonlocal done
        done += more
        if progress is not None:
            progress(done, total)

    for table in TABLES:
        path = part / f"{table.name}.{form}"
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        WRITERS[form](path, table, taken.rows(table), counted)


def _refuse_unless_empty(target: Path) -> None:
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise FolderNotEmpty(f"{target} is not a folder; name a new one")
    if target.is_dir() and any(target.iterdir()):
        raise FolderNotEmpty(f"there is something in {target} already; name a new or an empty folder")
    if not target.parent.is_dir():
        raise FolderNotUsable(f"there is no folder {target.parent} to make the export in")


def _refuse_what_no_sheet_holds(rows: dict[str, int]) -> None:
    for name, count in rows.items():
        if count >= SHEET_ROWS:
            raise TooMuchForSheet(
                f"{name} has {count} rows, a sheet holds {SHEET_ROWS - 1}; export with --format csv or parquet"
            )


@contextmanager
def _made_beside(target: Path) -> Iterator[Path]:
    """A folder to fill that takes the place of the target at the end, and is gone if it comes to nothing."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        part.mkdir(mode=0o700)
        yield part
        part.rename(target)
    except (OSError, PolarsError, XlsxWriterException) as error:
        if (isinstance(error, OSError) and error.errno == errno.ENOSPC) or "no space left" in str(error).lower():
            raise StorageFull(f"there is no room left for the export in {target.parent}; nothing was written") from None
        raise FolderNotUsable(f"the export cannot be written to {target}: {str(error).lower()}") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _note(
    app: ProgressionTracker, author: Author, form: Format, known_at: int | None, position: int, rows: int
) -> None:
    """Note who took what. It stands before the folder does, so that no export goes without its note."""
    what = f"export {form}" + ("" if known_at is None else f" known-at @{known_at}")
    with closing(app_database(app.settings.home)) as database:
        AccessLog(database).note(app.clock(), author.by, what, position=position, rows=rows)
