"""Imports on their way: what each sheet is at, kept in ``app.db`` without anything personal, and the thread at work."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock, Thread
from typing import Final, Literal, NamedTuple, cast

import sqlite_utils

from tracker.application import Author, ProgressionTracker
from tracker.errors import Refusal
from tracker.importing.cells import as_text
from tracker.importing.problems import Problem
from tracker.importing.profile import Profile, load_profile
from tracker.importing.record import importing_alone
from tracker.importing.run import ImportRefused, Report, import_file
from tracker.importing.sheets import UnreadableFile, read_sheets
from tracker.importing.sorting import content_hash
from tracker.importing.uploads import Upload
from tracker.journey import OSLO
from tracker.storage import app_database, told, writing
from web.auth.reach import whereabouts
from web.desk import Desks

State = Literal["mapping", "checking", "checked", "importing", "done", "failed", "interrupted"]
RUNNING: Final = ("checking", "importing")
SILENT: Final = timedelta(seconds=20)
"""So long nothing is told of a job before it counts as broken off, where no thread of this process is at work on it."""

KEPT_FOR: Final = timedelta(days=1)
_TABLE = (
    "CREATE TABLE IF NOT EXISTS import_jobs (id TEXT PRIMARY KEY, user TEXT NOT NULL, municipality TEXT NOT NULL, "
    "at TEXT NOT NULL, state TEXT NOT NULL, label TEXT NOT NULL, done INTEGER NOT NULL, total INTEGER NOT NULL, "
    "beat TEXT NOT NULL, profile TEXT NOT NULL, outcome TEXT NOT NULL) WITHOUT ROWID"
)
_at_work: set[str] = set()
_lock = Lock()


class Job(NamedTuple):
    """A sheet on its way.

    :ivar label: what is being done: reading, comparing, sealing, folding
    :ivar total: how much there is to do; 0 = not known yet
    :ivar profile: the name of the profile; empty until one is chosen
    :ivar outcome: the id of the import, or the code of the refusal
    """

    id: str
    user: str
    municipality: str
    at: str
    state: State
    label: str
    done: int
    total: int
    beat: str
    profile: str
    outcome: str

    @property
    def running(self) -> bool:
        return self.state in RUNNING


class Jobs:
    """The table of jobs."""

    def __init__(self, database: sqlite_utils.Database) -> None:
        """
        :param database: ``app.db``
        """
        self._database = database
        with writing(database) as connection:
            connection.execute(_TABLE)

    def make(self, id: str, user: str, municipality: str, now: datetime) -> None:
        """Note a sheet that was sent in; what is older than a day is swept out."""
        stamp = now.isoformat()
        with writing(self._database) as connection:
            connection.execute("DELETE FROM import_jobs WHERE at < ?", ((now - KEPT_FOR).isoformat(),))
            connection.execute(
                "INSERT INTO import_jobs VALUES (?, ?, ?, ?, 'mapping', '', 0, 0, ?, '', '')",
                (id, user, municipality, stamp, stamp),
            )

    def find(self, id: str, user: str) -> Job | None:
        """A job of this user."""
        with told():
            row = self._database.execute(
                f"SELECT {', '.join(Job._fields)} FROM import_jobs WHERE id = ? AND user = ?", (id, user)
            ).fetchone()
        return None if row is None else Job(*row)

    def of(self, user: str) -> list[Job]:
        """The jobs of a user that are not over, the newest first."""
        with told():
            rows = self._database.execute(
                f"SELECT {', '.join(Job._fields)} FROM import_jobs WHERE user = ? AND state <> 'done' ORDER BY at DESC",
                (user,),
            ).fetchall()
        return [Job(*row) for row in rows]

    def change(self, id: str, now: datetime, **values: str | int) -> None:
        """Note where a job stands."""
        values["beat"] = now.isoformat()
        with writing(self._database) as connection:
            connection.execute(
                f"UPDATE import_jobs SET {', '.join(f'{name} = ?' for name in values)} WHERE id = ?",
                (*values.values(), id),
            )

    def begin(self, id: str, now: datetime, state: State, before: Collection[State]) -> bool:
        """Begin to work on a job, unless somebody does already."""
        marks = ", ".join("?" * len(before))
        with writing(self._database) as connection:
            done = connection.execute(
                "UPDATE import_jobs SET state = ?, label = 'reading', done = 0, total = 0, beat = ?, outcome = '' "
                f"WHERE id = ? AND state IN ({marks})",
                (state, now.isoformat(), id, *before),
            )
            return done.rowcount == 1

    def remove(self, id: str) -> None:
        with writing(self._database) as connection:
            connection.execute("DELETE FROM import_jobs WHERE id = ?", (id,))


def broken_off(job: Job, now: datetime) -> bool:
    """Whether the server stopped while it was at work on a job."""
    return job.running and job.id not in _at_work and now - datetime.fromisoformat(job.beat) > SILENT


def start(desks: Desks, job: Job, author: Author, allowed: Collection[str], *, dry_run: bool) -> None:
    """Work on a job in a thread of its own."""
    with _lock:
        _at_work.add(job.id)
    Thread(target=_work, args=(desks, job, author, frozenset(allowed), dry_run), name="import", daemon=True).start()


def at_work() -> bool:
    """Whether a thread of this process is at work on any sheet."""
    return bool(_at_work)


def _work(desks: Desks, job: Job, author: Author, allowed: frozenset[str], dry_run: bool) -> None:
    database = app_database(desks.settings.home)
    jobs = Jobs(database)
    upload = Upload(desks.settings.home, job.id)

    def progress(label: str, done: int, total: int) -> None:
        jobs.change(job.id, desks.clock(), label=label, done=done, total=total)

    try:
        with ProgressionTracker(desks.settings, desks.clock) as app:
            profile = load_profile(upload.folder / f"{job.profile}.toml")
            state, outcome = _run(app, upload, profile, author, allowed, progress, dry_run=dry_run)
        if state == "done":
            upload.remove()
        jobs.change(job.id, desks.clock(), state=state, outcome=outcome)
    except Refusal as refusal:
        jobs.change(job.id, desks.clock(), state="failed", outcome=refusal.code)
    except Exception:
        jobs.change(job.id, desks.clock(), state="failed", outcome="")
    finally:
        database.close()
        with _lock:
            _at_work.discard(job.id)


def _run(
    app: ProgressionTracker,
    upload: Upload,
    profile: Profile,
    author: Author,
    allowed: frozenset[str],
    progress: Callable[[str, int, int], None],
    *,
    dry_run: bool,
) -> tuple[State, str]:
    outside = elsewhere(app, upload.sheet, profile, allowed)
    if dry_run or outside:
        report = import_file(app, upload.sheet, profile, author, dry_run=True, progress=progress)
        upload.keep_report(_with(report, outside))
        return "checked", ""
    try:
        report = import_file(app, upload.sheet, profile, author, progress=progress)
    except ImportRefused as refusal:
        upload.keep_report(refusal.report)
        return "checked", ""
    return "done", report.id or ""


def _with(report: Report, outside: list[Problem]) -> Report:
    from msgspec.structs import replace

    problems = tuple(sorted((*report.problems, *outside), key=lambda one: one.row or 0))
    return replace(report, problems=problems, errors=report.errors + len(outside))


def elsewhere(app: ProgressionTracker, path: Path, profile: Profile, allowed: Collection[str]) -> list[Problem]:
    """The rows about people of other municipalities, and registrations there; they are nobody's business here."""
    problems = []
    template = profile.registration
    if template is not None and template.constants.get("municipality") not in allowed:
        expected = f"people registered in {', '.join(sorted(allowed))}; name the municipality in [participant]"
        problems.append(Problem("another-municipality", "error", "", None, None, "", expected))
    try:
        sheet = next(read_sheets(path, sheet=profile.worksheet, header_row=profile.header_row))
        place = sheet.header.index(profile.participant)
        rows = [(row.number, as_text(row.cells[place])) for row in sheet]
    except (UnreadableFile, ValueError, StopIteration):
        return problems  # the import itself tells what is wrong with it
    model, today = app.read_model, app.clock().astimezone(OSLO).date()
    model.caught_up()
    position = model.state()
    for number, reference in rows:
        known = app.people.by_reference(profile.system, reference) if reference else None
        found = whereabouts(model.database, known, position, today) if known else None
        if found is not None and found.municipality not in allowed:
            expected = "a participant of your own municipality"
            problems.append(
                Problem("another-municipality", "error", sheet.name, number, profile.participant, "", expected)
            )
    return problems


def settled(app: ProgressionTracker, jobs: Jobs, job: Job, now: datetime) -> Job:
    """Find out what came of a job that broke off: all of it was recorded, or nothing."""
    upload = Upload(app.settings.home, job.id)
    values: dict[str, str | int] = {"state": "interrupted", "outcome": ""}
    if job.state == "importing" and upload.is_there:
        sha256 = content_hash(upload.sheet)
        with importing_alone(app) as imports:
            found = imports.all("sha256 = ? AND by = ? AND at >= ?", (sha256, job.user, job.at[:19]))
        done = [one for one in found if one.status == "done"]
        if done:
            app.read_model.try_to_follow()
            upload.remove()
            values = {"state": "done", "outcome": done[-1].id}
    jobs.change(job.id, now, **values)
    return cast(Job, jobs.find(job.id, job.user))
