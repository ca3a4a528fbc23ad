"""The pages of an import: sent in, tried, confirmed, followed, undone."""

import io
from contextlib import suppress
from pathlib import Path

from flask import abort, current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from events import fact_class
from tracker.application import Author
from tracker.errors import Busy, Refusal
from tracker.importing import profiles, uploads
from tracker.importing.marked import marked
from tracker.importing.places import homes_of, places
from tracker.importing.problems import LaterFactsRestOnImport
from tracker.importing.profile import load_profile
from tracker.importing.record import Import, Imports
from tracker.importing.undo import Rehearsal, rehearse, undo
from tracker.importing.uploads import Upload
from tracker.wording_of_facts import title
from web import refusals, wording
from web.auth.gate import account, desk, needs
from web.desk import Desks
from web.pages.importing import pages
from web.pages.importing.jobs import Job, Jobs, State, broken_off, settled, start
from web.pages.importing.words import KINDS, STAGES, STATUSES, problem, value

SHOWN = 200
"""So many problems are shown on the page; the sheet has them all."""

MAP = ""
"""Instead of the name of a profile: the columns are mapped on the page."""


def jobs() -> Jobs:
    return Jobs(desk().database)


def job_of(id: str) -> Job:
    """A job of who is at work; nobody else opens it."""
    found = jobs().find(id, account().user)
    if found is None:
        abort(404)
    if broken_off(found, desk().app.clock()):
        with suppress(Busy):  # another import runs; it is found out when that is done
            found = settled(desk().app, jobs(), found, desk().app.clock())
    return found


def upload_of(job: Job) -> Upload:
    return Upload(desk().app.settings.home, job.id)


@pages.get("/import")
@needs("import")
def page() -> ResponseReturnValue:
    """Send a sheet in; what was imported before."""
    return _page()


def _page(error: str = "", field: str = "", code: int = 200) -> ResponseReturnValue:
    home = desk().app.settings.home
    uploads.sweep_uploads(home, desk().app.clock())
    listed = _mine(desk().app.settings.home)
    answer = render_template(
        "importing/page.html",
        imports=listed,
        statuses=STATUSES,
        profiles=profiles.names(home),
        jobs=[job for job in jobs().of(account().user) if Upload(home, job.id).is_there],
        municipalities=sorted(account().where("import")),
        error=error,
        field=field,
        endings=", ".join(uploads.ENDINGS),
    )
    return answer, code


def _mine(home: Path) -> list[Import]:
    """The imports about people of municipalities in which the account may import, and its own that failed."""
    allowed, found = account().where("import"), places(desk().app)
    with Imports(home, read_only=True) as imports:
        return [
            one
            for one in reversed(imports.all())
            if found.get(one.id, frozenset()) & allowed or (one.status == "failed" and one.by == account().user)
        ]


@pages.post("/import")
@needs("import")
def send_in() -> ResponseReturnValue:
    """Take a sheet in."""
    municipality = request.form.get("municipality", "")
    if municipality not in account().where("import"):
        abort(403)
    given = request.files.get("sheet")
    if given is None or not given.filename:
        return _page(wording.text("Choose a file."), "sheet", 422)
    home = desk().app.settings.home
    name = request.form.get("profile", MAP)
    if name and name not in profiles.names(home):
        return _page(wording.text("Choose one of the values."), "profile", 422)
    try:
        upload = uploads.take_in(home, given.filename, given.read())
    except uploads.NotASheet as refusal:
        return _page(refusals.told(refusal), "sheet", 422)
    now = desk().app.clock()
    jobs().make(upload.id, account().user, municipality, now)
    desk().access_log.note(now, account().user, "import.sent-in")
    if not name:
        return redirect(url_for("importing.columns", id=upload.id), 303)
    upload.write(f"{name}.toml", profiles.path_of(home, name).read_bytes())
    jobs().change(upload.id, now, profile=name)
    return _begin(job_of(upload.id), dry_run=True)


@pages.get("/import/<id>")
@needs("import")
def progress(id: str) -> ResponseReturnValue:
    """Where an import stands: its progress, what a dry run found, or what came of it."""
    job = job_of(id)
    if job.state == "mapping":
        return redirect(url_for("importing.columns", id=id))
    upload = upload_of(job)
    report = upload.report if job.state == "checked" else None
    found = None
    if job.state == "done" and job.outcome:
        with Imports(desk().app.settings.home, read_only=True) as imports:
            found = imports.get(job.outcome)
    return render_template(
        "importing/job.html",
        job=job,
        stage=STAGES.get(job.label, STAGES[""]),
        report=report,
        value=value,
        problems=[(one, problem(one)) for one in report.problems[:SHOWN]] if report else [],
        shown=SHOWN,
        done=found,
        mapped=bool(upload.noted("mapping")),
        failure=_failure(job),
        is_there=upload.is_there,
    )


def _failure(job: Job) -> str:
    if job.state != "failed":
        return ""
    if job.outcome:
        try:
            told = wording.refusal(job.outcome)
        except LookupError:
            told = None
        return told or job.outcome
    return wording.text("Something went wrong")


@pages.post("/import/<id>/check")
@needs("import")
def check(id: str) -> ResponseReturnValue:
    """Try the import: nothing is changed."""
    return _begin(job_of(id), dry_run=True)


@pages.post("/import/<id>/confirm")
@needs("import")
def confirm(id: str) -> ResponseReturnValue:
    """Import the sheet."""
    job = job_of(id)
    if job.state == "checked":
        report = upload_of(job).report
        if report is None or report.errors:
            return redirect(url_for("importing.progress", id=id), 303)
    return _begin(job, dry_run=False)


def _begin(job: Job, *, dry_run: bool) -> ResponseReturnValue:
    now = desk().app.clock()
    before: tuple[State, ...] = ("mapping", "checked", "failed", "interrupted") if dry_run else ("checked",)
    if job.profile and jobs().begin(job.id, now, "checking" if dry_run else "importing", before):
        desk().access_log.note(now, account().user, "import.tried" if dry_run else "import.recorded")
        desks: Desks = current_app.config["DESKS"]
        start(desks, job, Author(account().user, "web"), account().where("import"), dry_run=dry_run)
    return redirect(url_for("importing.progress", id=job.id), 303)


@pages.post("/import/<id>/remove")
@needs("import")
def remove(id: str) -> ResponseReturnValue:
    """Delete a sheet that was sent in."""
    job = job_of(id)
    if not job.running:
        upload_of(job).remove()
        jobs().remove(id)
        flash(wording.text("The sheet is deleted. Nothing was recorded."), "success")
    return redirect(url_for("importing.page"), 303)


@pages.get("/import/<id>/problems.xlsx")
@needs("import")
def sheet_with_problems(id: str) -> ResponseReturnValue:
    """The sheet with its problems marked."""
    job = job_of(id)
    upload = upload_of(job)
    report = upload.report
    if report is None:
        abort(404)
    words = {
        "problems": wording.text("Problems"),
        "severity": wording.text("Weight"),
        "row": wording.text("Row"),
        "column": wording.text("Column"),
        "value": wording.text("Value"),
        "expected": wording.text("What is expected"),
        "error": wording.text("error"),
        "warning": wording.text("warning"),
    }
    told = tuple(one._replace(value=value(one), expected=_told(problem(one), one.expected)) for one in report.problems)
    content = marked(upload.sheet, load_profile(upload.folder / f"{job.profile}.toml"), told, words)
    desk().access_log.note(desk().app.clock(), account().user, "import.problems", rows=report.rows)
    return send_file(
        io.BytesIO(content),
        mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        as_attachment=True,
        download_name="import-problems.xlsx",
    )


def _told(words: str, expected: str) -> str:
    return words if words == expected else f"{words} ({expected})"


@pages.get("/imports/<id>/undo")
@needs("import")
def undoing(id: str) -> ResponseReturnValue:
    """What undoing an import would take back."""
    return _undoing(id)


def _undoing(id: str, error: str = "", code: int = 200) -> ResponseReturnValue:
    found, rehearsal, homes = _in_reach(id)
    language = wording.language()
    return render_template(
        "importing/undo.html",
        found=found,
        rehearsal=rehearsal,
        facts=[(title(fact_class(topic), language), count) for topic, count in rehearsal.facts.items()],
        kinds=KINDS,
        error=error,
        elsewhere=bool(homes - account().where("import")),
    ), code


@pages.post("/imports/<id>/undo")
@needs("import")
def take_back(id: str) -> ResponseReturnValue:
    """Undo a whole import."""
    _, _, homes = _in_reach(id)
    if homes - account().where("import"):
        abort(403)
    with_dependants = request.form.get("with-dependants") == "yes"
    try:
        undone = undo(
            desk().app, id, Author(account().user, "web"), with_dependants=with_dependants, progress=lambda *_: None
        )
    except LaterFactsRestOnImport:
        return _undoing(id, wording.text("Later entries rest on this import. Say below that they go too."), 409)
    desk().access_log.note(desk().app.clock(), account().user, "import.undone", rows=undone.participants)
    flash(
        wording.plural(
            "The import is undone; the journey of %(number)s participant was changed.",
            "The import is undone; the journeys of %(number)s participants were changed.",
            undone.participants,
        ),
        "success",
    )
    return redirect(url_for("importing.page"), 303)


def _in_reach(id: str) -> tuple[Import, Rehearsal, frozenset[str]]:
    """An import, what undoing it would take back, and where its people live today: some of them here."""
    app = desk().app
    try:
        with Imports(app.settings.home, read_only=True) as imports:
            found = imports.get(id)
        rehearsal = rehearse(app, id, Author(account().user, "web"))
    except Refusal:
        abort(404)
    homes = homes_of(app, found)
    if not homes & account().where("import"):
        abort(403)
    return found, rehearsal, homes
