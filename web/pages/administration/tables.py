"""Reference tables: figures of others, taken into use from a file whose columns have the tracker's names or others."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import secure_filename

from events.fields import fields_by_name
from events.reference_tables import ReferenceKind, ReferenceTableImported
from tracker.errors import Refusal
from tracker.importing import uploads
from tracker.importing.uploads import Upload
from tracker.reference_tables.kinds import Meaning
from tracker.reference_tables.lookup import references_of
from tracker.reference_tables.refusals import NotAReferenceTable
from tracker.reference_tables.table import ReferenceTable, table_of
from tracker.reference_tables.taking import prepared, take
from tracker.schema import InvalidInput
from tracker.wording_of_facts import choice, label
from web import refusals, wording
from web.auth.gate import account, desk, needs
from web.pages.administration import pages
from web.pages.administration.columns import Columns
from web.pages.figures.words import keyed
from web.recording import author

KINDS: tuple[ReferenceKind, ...] = get_args(ReferenceKind)
ENDINGS = (".csv", ".xlsx", ".ods", ".json")
ASKED = ("kind", "municipality", "table", "version", "source", "period", "indicator", "line")
SHOWN = 20
"""Rows of a table that are shown before it is taken into use."""


@pages.get("/tables")
@needs("settings")
def tables() -> ResponseReturnValue:
    """The reference tables in use, and the form for another version."""
    return _page()


@pages.post("/tables")
@needs("settings")
def take_table() -> ResponseReturnValue:
    """Take a file into use, all of it or nothing; where its columns have other names, ask what they mean."""
    home = desk().app.settings.home
    uploads.sweep_uploads(home, desk().app.clock())
    file = request.files.get("file")
    ending = Path(secure_filename(file.filename or "")).suffix.lower() if file else ""
    given = {name: request.form.get(name, "").strip() for name in ASKED}
    if given["municipality"] not in account().where("settings"):
        abort(404)
    if file is None or ending not in ENDINGS:
        return _page(wording.text("Choose a file: CSV, XLSX, ODS or JSON-stat.")), 422
    if given["kind"] not in KINDS:
        return _page(wording.text("Choose one of the values.")), 422
    if not _is_version(given["version"]):
        return _page(wording.text("A version is a whole number from 1.")), 422
    upload = uploads.empty_upload(home)
    upload.write(f"table{ending}", file.read())
    upload.note("given", given | {"by": account().user, "ending": ending})
    if request.form.get("columns"):
        return redirect(url_for("administration.columns", id=upload.id), 303)
    try:
        return _taken(upload, given, Meaning())
    except NotAReferenceTable as refusal:
        if Columns.of(_file(upload), given["kind"]).there:
            flash(
                wording.text("The file cannot be taken into use as it is. Say what its columns mean."),
                "warning",
            )
            return redirect(url_for("administration.columns", id=upload.id), 303)
        upload.remove()
        return _page(_told(refusal)), 422
    except Refusal as refusal:
        upload.remove()
        return _page(_told(refusal)), 422


@pages.get("/tables/<id>")
@needs("settings")
def columns(id: str) -> ResponseReturnValue:
    """What the columns of a file mean, as far as their names tell."""
    upload, given = _mine(id)
    return _columns(upload, given, Columns.of(_file(upload), given["kind"]))


@pages.post("/tables/<id>")
@needs("settings")
def take_columns(id: str) -> ResponseReturnValue:
    """Look at the file anew, try what was said of its columns, or take the table into use."""
    upload, given = _mine(id)
    found = Columns.of(_file(upload), given["kind"]).take(request.form)
    if request.form.get("do") == "look" or found.problem:
        return _columns(upload, given, found, found.problem), 422 if found.problem else 200
    try:
        if request.form.get("do") == "take":
            return _taken(upload, given, found.meaning, found.header_row)
        fact = _prepared(upload, given, found.meaning, found.header_row)
        return _columns(upload, given, found, tried=table_of(fact))
    except Refusal as refusal:
        return _columns(upload, given, found, _told(refusal)), 422


@pages.post("/tables/<id>/remove")
@needs("settings")
def remove_table(id: str) -> ResponseReturnValue:
    """Delete a file that was sent in."""
    upload, _ = _mine(id)
    upload.remove()
    flash(wording.text("The file is deleted. Nothing was recorded."), "success")
    return redirect(url_for("administration.tables"), 303)


def _is_version(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4 and int(text) >= 1


def _mine(id: str) -> tuple[Upload, dict[str, Any]]:
    """A file of who is at work; nobody else opens it."""
    upload = Upload(desk().app.settings.home, secure_filename(id))
    given = upload.noted("given") if upload.is_there else {}
    if given.get("by") != account().user or given["municipality"] not in account().where("settings"):
        abort(404)
    return upload, given


def _file(upload: Upload) -> Path:
    return upload.folder / f"table{upload.noted('given')['ending']}"


def _prepared(
    upload: Upload, given: Mapping[str, Any], meaning: Meaning, header_row: int = 1
) -> ReferenceTableImported:
    return prepared(
        given["kind"],
        _file(upload),
        meaning,
        table=given["table"],
        version=int(given["version"]),
        source=given["source"],
        on=desk().today(),
        period=given["period"] or None,
        indicator=given["indicator"] or None,
        line=given["line"] or None,
        header_row=header_row,
    )


def _taken(upload: Upload, given: Mapping[str, Any], meaning: Meaning, header_row: int = 1) -> ResponseReturnValue:
    fact = _prepared(upload, given, meaning, header_row)
    taken = take(desk().app, fact, author(), given["municipality"])
    upload.remove()
    words = wording.text("The table is in use.") if taken else wording.text("The table was there already.")
    flash(words, "success")
    return redirect(url_for("administration.tables"), 303)


def _told(refusal: Refusal) -> str:
    if not isinstance(refusal, InvalidInput) or wording.language() == "en":
        return refusals.told(refusal)
    fields = fields_by_name(ReferenceTableImported)
    labels = [
        label(ReferenceTableImported, fields[one.field.replace("-", "_")], wording.language())
        for one in refusal.problems
    ]
    return wording.text("What is given here is missing, or is not right: %(fields)s.", fields=", ".join(labels))


def _kind_words(kind: ReferenceKind) -> str:
    fields = fields_by_name(ReferenceTableImported)
    return choice(ReferenceTableImported, fields["kind"], kind, wording.language())


def _columns(
    upload: Upload,
    given: Mapping[str, Any],
    found: Columns,
    error: str = "",
    tried: ReferenceTable | None = None,
) -> str:
    return render_template(
        "administration/columns.html",
        id=upload.id,
        given=given,
        kind_words=_kind_words,
        found=found,
        error=error,
        tried=tried,
        shown=SHOWN,
    )


def _page(error: str = "") -> str:
    return render_template(
        "administration/tables.html",
        tables=references_of(desk().app).tables,
        kinds=KINDS,
        kind_words=_kind_words,
        line_words=keyed,
        municipalities=sorted(account().where("settings")),
        given=request.form,
        error=error,
    )
