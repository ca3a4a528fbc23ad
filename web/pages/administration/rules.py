"""Rules of follow-up in force, and reference tables: figures of others beside the municipality's own."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import secure_filename

from events.reference_tables import ReferenceKind
from tracker.errors import Refusal
from tracker.reference_tables.kinds import Meaning
from tracker.reference_tables.lookup import references_of
from tracker.reference_tables.taking import prepared, take
from web import refusals, wording
from web.auth.gate import account, desk, needs
from web.pages.administration import pages
from web.recording import author

KINDS: tuple[ReferenceKind, ...] = get_args(ReferenceKind)
ENDINGS = (".csv", ".xlsx", ".ods", ".json")


@pages.get("/rules")
@needs("settings")
def rules() -> ResponseReturnValue:
    """Every rule with what governs today, where it comes from, and in which file it stands."""
    book = desk().app.read_model.rules
    return render_template(
        "administration/rules.html",
        rules=list(book.rules.values()),
        file_of=book.file_of,
        folder="follow-up",
        codes=account().where("settings"),
    )


@pages.get("/tables")
@needs("settings")
def tables() -> ResponseReturnValue:
    """The reference tables in use, and the form for another version."""
    return _page()


@pages.post("/tables")
@needs("settings")
def take_table() -> ResponseReturnValue:
    """Take a file into use as a version of a table: all of it, or nothing."""
    form, file = request.form, request.files.get("file")
    name = secure_filename(file.filename or "") if file else ""
    code = form.get("municipality", "")
    if code not in account().where("settings"):
        abort(404)
    if file is None or Path(name).suffix.lower() not in ENDINGS:
        return _page(wording.text("Choose a file: CSV, XLSX, ODS or JSON-stat.")), 422
    version = form.get("version", "")
    if not (version.isdigit() and 1 <= int(version) <= 9999):
        return _page(wording.text("A version is a whole number from 1.")), 422
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        file.save(path)
        try:
            fact = prepared(
                form.get("kind", ""),
                path,
                Meaning(),
                table=form.get("table", "").strip(),
                version=int(version),
                source=form.get("source", "").strip(),
                on=desk().today(),
                period=form.get("period", "").strip() or None,
                indicator=form.get("indicator", "").strip() or None,
                line=form.get("line", "").strip() or None,
            )
            taken = take(desk().app, fact, author(), code)
        except Refusal as refusal:
            # Which column or cell is wrong is what helps here, and the message has it.
            return _page(f"{refusals.told(refusal)} ({refusal})"), 422
    words = wording.text("The table is in use.") if taken else wording.text("The table was there already.")
    flash(words, "success")
    return redirect(url_for("administration.tables"), 303)


def _page(error: str = "") -> str:
    return render_template(
        "administration/tables.html",
        tables=references_of(desk().app).tables,
        kinds=KINDS,
        municipalities=sorted(account().where("settings")),
        given=request.form,
        error=error,
    )
