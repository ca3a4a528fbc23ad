"""The pages of reports: the list, making one, reading it, fetching its files."""

import io
from datetime import date, datetime
from uuid import NAMESPACE_URL, uuid4, uuid5

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from tracker.council.content import FIRST_YEAR, MOST_YEARS, Content, PeriodNotValid, check_years, made
from tracker.council.keeping import Kept, ReportDamaged, ReportNotFound, Reports
from tracker.errors import Refusal
from tracker.importing.cells import CellProblem, as_date
from tracker.indicators.frames import load
from tracker.journey import OSLO
from tracker.ledger import Ledger
from web import refusals, wording
from web.auth.gate import account, desk, needs
from web.forms.days import completed
from web.pages.reports import pages
from web.pages.reports.writing import article, can_make_pdf, documents

TYPES = {
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "pdf": "application/pdf",
}


def reports() -> Reports:
    return Reports(desk().database)


def report_of(id: str) -> Kept:
    """A report that the account may read."""
    found = reports().find(id)
    if found is None or found.municipality not in account().where("report-read"):
        abort(404)
    return found


@pages.get("/reports")
@needs("report-read")
def page() -> ResponseReturnValue:
    """The reports that were made, and where one makes another."""
    return _page()


def _page(problems: list[tuple[str, str]] | None = None, code: int = 200) -> ResponseReturnValue:
    listed = reports().all(account().where("report-read"))
    year = desk().today().year
    form = request.form
    return render_template(
        "reports/page.html",
        reports=listed,
        may_make=account().may("report-make"),
        municipalities=sorted(account().where("report-make")),
        first=form.get("first", str(year - 1)),
        last=form.get("last", str(year - 1)),
        known_on=form.get("known_on", ""),
        command=form.get("command") or uuid4().hex,
        problems=problems or [],
        most=MOST_YEARS,
        may_compare=len(listed) > 1,
        pdf=can_make_pdf(),
    ), code


@pages.post("/reports")
@needs("report-make")
def make() -> ResponseReturnValue:
    """Make a report and freeze it; the same form sent twice makes one."""
    form = request.form
    municipality = form.get("municipality", "")
    if municipality not in account().where("report-make"):
        abort(403)
    id = uuid5(NAMESPACE_URL, f"{account().user} {form.get('command', '')}").hex[:16]
    if reports().find(id) is not None:
        return redirect(url_for("reports.report", id=id), 303)
    first, last = (_year(form.get(name, "")) for name in ("first", "last"))
    if first is None or last is None:
        field = "first" if first is None else "last"
        return _page([(field, wording.text("Write a year with four digits, such as 2024."))], 422)
    if last < first:
        return _page([("last", wording.text("The last year is before the first."))], 422)
    day: date | None = None
    if form.get("known_on", "").strip():
        try:
            day = as_date(completed(form["known_on"], desk().today()))[0]
        except CellProblem:
            return _page([("known_on", wording.text("Write a day such as 12.3., 12.03.2024 or 2024-03-12."))], 422)
    try:
        content = _content(municipality, first, last, day)
    except PeriodNotValid:
        words = wording.text(
            "Give at most %(most)s years, from %(first)s on, that have begun by the day it is known on.",
            most=MOST_YEARS,
            first=FIRST_YEAR,
        )
        return _page([("first", words)], 422)
    except Refusal as refusal:
        return _page([("first", refusals.told(refusal))], 422)
    reports().keep(id, content, documents(content))
    desk().access_log.note(desk().app.clock(), account().user, "report.made", position=content.position)
    flash(wording.text("The report is made and frozen."), "success")
    return redirect(url_for("reports.report", id=id), 303)


def _year(text: str) -> int | None:
    return int(text) if text.isascii() and text.strip().isdigit() and len(text.strip()) == 4 else None


def _content(municipality: str, first: int, last: int, day: date | None) -> Content:
    app = desk().app
    position = app.read_model.known_at(None if day is None else day.isoformat())
    frames = load(app.read_model, position, desk().today())
    check_years(first, last, frames.known_on)
    names = frames.municipalities.filter(municipality=municipality)["name"].to_list()
    ledger = Ledger(app.settings)
    try:
        return made(
            frames,
            ledger,
            municipality=municipality,
            place=names[0] if names else municipality,
            first=first,
            last=last,
            at=app.clock(),
            by=account().user,
        )
    finally:
        ledger.close()


@pages.get("/reports/<id>")
@needs("report-read")
def report(id: str) -> ResponseReturnValue:
    """A report as it was made."""
    kept = report_of(id)
    chosen = request.args.get("text", wording.language())
    files = reports().files(id)
    if f"report-{chosen}.html" not in {one.name for one in files}:
        chosen = wording.language()
    damaged, text = "", Markup("")
    try:
        reports().content(id)
        text = article(reports().file(id, f"report-{chosen}.html"))
    except (ReportDamaged, ReportNotFound) as refusal:
        damaged = refusals.told(refusal)
    return render_template(
        "reports/report.html", kept=kept, article=text, files=files, chosen=chosen, damaged=damaged, pdf=can_make_pdf()
    ), (500 if damaged else 200)


@pages.get("/reports/<id>/<name>")
@needs("report-read")
def file(id: str, name: str) -> ResponseReturnValue:
    """A file of a report, to the byte as it was made."""
    kept = report_of(id)
    try:
        data = reports().file(id, name)
    except ReportNotFound:
        abort(404)
    day = kept.made_at.astimezone(OSLO).date()
    return send_file(
        io.BytesIO(data),
        mimetype=TYPES.get(name.rpartition(".")[2], "application/octet-stream"),
        as_attachment=True,
        download_name=f"{day}-{kept.municipality}-{name}",
        last_modified=datetime.fromtimestamp(int(kept.made_at.timestamp()), kept.made_at.tzinfo),
    )
