"""Mapping the columns of a sheet to what can be logged, with its first rows beside, and what its cells mean."""

from itertools import islice
from typing import cast, get_args

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from events import activities, fact_class
from events.fields import fields_by_name
from events.intake import ParticipantRegistered
from tracker import wording_of_facts
from tracker.errors import Refusal
from tracker.importing import headings, profiles, proposing
from tracker.importing.cells import as_text
from tracker.importing.profile import Kind, load_profile
from tracker.importing.proposing import FACT, PARTICIPANT, STATES, Mapped
from tracker.importing.sheets import Sheet, UnreadableFile, read_sheets
from web import wording
from web.auth.gate import desk, needs
from web.pages.importing import pages
from web.pages.importing.jobs import Job
from web.pages.importing.routes import job_of, jobs, upload_of
from web.pages.importing.words import KINDS

FIRST = 6
"""So many rows are shown."""

LOOKED_AT = 5_000
"""So many rows are looked through for the different cells of a column."""


@pages.get("/import/<id>/columns")
@needs("import")
def columns(id: str) -> ResponseReturnValue:
    """Which column tells what."""
    job = job_of(id)
    try:
        sheet = _sheet(job)
    except UnreadableFile as unreadable:
        return render_template("importing/unreadable.html", job=job, told=_unreadable(unreadable)), 422
    return _columns(job, sheet, _mapped(job, sheet))


@pages.post("/import/<id>/columns")
@needs("import")
def map_columns(id: str) -> ResponseReturnValue:
    """Take the choice of columns."""
    job = job_of(id)
    sheet = _sheet(job)
    before = _mapped(job, sheet)
    kind = cast(Kind, request.form.get("kind", ""))
    if kind not in get_args(Kind):
        kind = before.kind
    taken = _taken(job, sheet, kind)
    changed = kind != before.kind
    upload_of(job).note("mapping", _plain(taken) | {"name": request.form.get("name", "").strip().lower()})
    if changed or request.form.get("go") == "kind":
        suggested = Mapped(
            kind,
            taken.system,
            job.municipality,
            taken.worksheet,
            taken.header_row,
            taken.registers,
            headings.suggested(kind, sheet.header),
        )
        upload_of(job).note("mapping", _plain(suggested) | {"name": request.form.get("name", "").strip().lower()})
        return _columns(job, sheet, suggested)
    problems = _column_problems(taken, request.form.get("name", "").strip().lower())
    if problems:
        return _columns(job, sheet, taken, problems, 422)
    return redirect(url_for("importing.cells", id=id), 303)


@pages.get("/import/<id>/cells")
@needs("import")
def cells(id: str) -> ResponseReturnValue:
    """What the cells mean, where they do not say it themselves."""
    job = job_of(id)
    sheet = _sheet(job)
    return _cells(job, _mapped(job, sheet), sheet)


@pages.post("/import/<id>/cells")
@needs("import")
def map_cells(id: str) -> ResponseReturnValue:
    """Take what the cells mean, and try the import."""
    job = job_of(id)
    sheet = _sheet(job)
    mapped = _mapped(job, sheet)
    form = request.form
    meanings: dict[str, dict[str, str]] = {}
    hours: dict[str, str] = {}
    for name, column, cell in _asked(mapped, sheet):
        value = form.get(name, "")
        if value:
            meanings.setdefault(column, {})[cell] = value
        if told := form.get(f"{name}.hours", "").strip().replace(",", "."):
            hours[cell] = told
    constants = {target: form.get(f"constant.{target}", "").strip() for target, _ in proposing.missing(mapped)}
    chosen = Mapped(
        mapped.kind,
        mapped.system,
        mapped.municipality,
        mapped.worksheet,
        mapped.header_row,
        mapped.registers,
        mapped.targets,
        meanings,
        constants,
        hours,
    )
    upload = upload_of(job)
    name = str(upload.noted("mapping").get("name") or "")
    upload.note("mapping", _plain(chosen) | {"name": name})
    content = proposing.written(chosen)
    try:
        path = upload.write(f"{name}.toml", content.encode())
        load_profile(path)
        if form.get("keep") == "yes":
            profiles.keep(desk().app.settings.home, name, content)
    except Refusal as refusal:
        return _cells(job, chosen, sheet, _sentence(str(refusal)), 422)
    jobs().change(job.id, desk().app.clock(), profile=name)
    return redirect(url_for("importing.check", id=id), 307)


def _sheet(job: Job) -> Sheet:
    noted = upload_of(job).noted("mapping")
    return next(
        read_sheets(
            upload_of(job).sheet,
            sheet=cast("str | None", noted.get("worksheet")) or None,
            header_row=int(noted.get("header_row") or 1),
        )
    )


def _mapped(job: Job, sheet: Sheet) -> Mapped:
    noted = upload_of(job).noted("mapping")
    noted.pop("name", None)
    if noted:
        return Mapped(**noted)
    kind = headings.kind_of(sheet.header)
    return Mapped(kind, "", job.municipality, targets=headings.suggested(kind, sheet.header))


def _plain(mapped: Mapped) -> dict[str, object]:
    return {name: getattr(mapped, name) for name in Mapped.__dataclass_fields__}


def _taken(job: Job, sheet: Sheet, kind: Kind) -> Mapped:
    form = request.form
    allowed = {proposing.REFERENCE, FACT, proposing.DATE}
    allowed |= {one for _, group in proposing.targets(kind) for one in group}
    chosen = {
        column: target
        for number, column in enumerate(sheet.header)
        if column and (target := form.get(f"column.{number}", "")) in allowed
    }
    before = _mapped(job, sheet)
    keep = before.kind == kind and before.targets == chosen
    return Mapped(
        kind,
        form.get("system", "").strip(),
        job.municipality,
        before.worksheet,
        before.header_row,
        form.get("registers") == "yes",
        chosen,
        before.cells if keep else {},
        before.constants if keep else {},
        before.hours if keep else {},
    )


def _column_problems(mapped: Mapped, name: str) -> list[tuple[str, str]]:
    problems = []
    if not mapped.system or ":" in mapped.system or " " in mapped.system or len(mapped.system) > 60:
        problems.append(("system", wording.text("Name the system without spaces and colons, such as visma.")))
    if not profiles.NAME.fullmatch(name):
        problems.append(("name", wording.text("Name the profile with small letters, digits and hyphens.")))
    told = list(mapped.targets.values())
    if proposing.REFERENCE not in told:
        problems.append(("columns", wording.text("Say which column tells who the row is about.")))
    if any(told.count(one) > 1 for one in told):
        problems.append(("columns", wording.text("Two columns tell the same; choose one of them.")))
    if mapped.registers and "participant.settled_on" not in told:
        words = wording.text("Say which column tells the day of settlement, or register nobody new.")
        problems.append(("columns", words))
    if mapped.kind == "milestones" and not {FACT, proposing.DATE} <= set(told):
        problems.append(("columns", wording.text("Say which columns tell what happened, and when.")))
    for topic in mapped.topics:
        if mapped.kind == "participants" and f"{topic}.on" not in told:
            words = wording.text("Say which column tells the day of: %(fact)s.", fact=_title(topic))
            problems.append(("columns", words))
    return problems


def _columns(
    job: Job, sheet: Sheet, mapped: Mapped, problems: list[tuple[str, str]] | None = None, code: int = 200
) -> ResponseReturnValue:
    rows = [[as_text(cell) for cell in row.cells] for row in islice(sheet, FIRST)]
    months = set(headings.month_columns(sheet.header)) if mapped.kind == "monthly-status" else set()
    return render_template(
        "importing/columns.html",
        job=job,
        sheet=sheet,
        rows=rows,
        mapped=mapped,
        kinds=KINDS,
        months=months,
        groups=[
            (_group(group), [(one, _label(one)) for one in told]) for group, told in proposing.targets(mapped.kind)
        ],
        name=upload_of(job).noted("mapping").get("name") or _name(mapped),
        problems=problems or [],
    ), code


def _name(mapped: Mapped) -> str:
    return {"participants": "deltakere", "milestones": "hendelser", "monthly-status": "maanedsoversikt"}[mapped.kind]


def _asked(mapped: Mapped, sheet: Sheet) -> list[tuple[str, str, str]]:
    """(name of the field, column, cell) of every cell that needs a meaning."""
    rows = [row.cells for row in islice(sheet, LOOKED_AT)]
    asked = []
    for number, column in enumerate(sheet.header):
        target = mapped.targets.get(column, "")
        if target and proposing.needs_map(target):
            found = proposing.different(rows, number)[: proposing.MOST_CELLS]
            asked += [(f"cell.{number}.{at}", column, cell) for at, cell in enumerate(found)]
    if mapped.kind == "monthly-status":
        months = set(headings.month_columns(sheet.header))
        told: dict[str, None] = {}
        for number, column in enumerate(sheet.header):
            if column in months:
                told |= dict.fromkeys(proposing.different(rows, number))
        asked += [(f"state.{at}", STATES, cell) for at, cell in enumerate(list(told)[: proposing.MOST_CELLS])]
    return asked


def _cells(job: Job, mapped: Mapped, sheet: Sheet, error: str = "", code: int = 200) -> ResponseReturnValue:
    asked: dict[str, list[tuple[str, str, str, str]]] = {}
    for name, column, cell in _asked(mapped, sheet):
        known = mapped.cells.get(column, {}).get(cell)
        if column == STATES:
            activity, hours = proposing.state_for(cell)
            chosen = known if known is not None else activity
            asked.setdefault(column, []).append((name, cell, chosen, mapped.hours.get(cell, hours)))
        else:
            chosen = known if known is not None else proposing.value_for(mapped.targets[column], cell)
            asked.setdefault(column, []).append((name, cell, chosen, ""))
    return render_template(
        "importing/cells.html",
        job=job,
        mapped=mapped,
        asked=asked,
        choices={column: _choices(mapped.targets.get(column, ""), column) for column in asked},
        labels={column: _label(mapped.targets[column]) for column in asked if column != STATES},
        constants=[
            (target, _label(target), _choices(target, ""), mapped.constants.get(target, _usual(target)))
            for target, _ in proposing.missing(mapped)
        ],
        states=STATES,
        error=error,
    ), code


def _usual(target: str) -> str:
    found = proposing.field_of(target)
    return target.partition("-")[0] if found is not None and found.kind == "text" else ""


def _choices(target: str, column: str) -> list[tuple[str, str]]:
    language = wording.language()
    if column == STATES:
        named = [(one, wording_of_facts.title(activities()[one].opener, language)) for one in proposing.MONTHLY]
        return [*named, (proposing.NOTHING, wording.text("nothing runs"))]
    if target == FACT:
        return [(topic, _title(topic)) for topic in proposing.TOPICS]
    found = proposing.field_of(target)
    if found is None:
        return []
    if found.kind == "flag":
        return [(one, wording_of_facts.yes_or_no(one == "yes", language)) for one in ("yes", "no")]
    cls = _class_of(target)
    return [(one, wording_of_facts.choice(cls, found, one, language)) for one in found.choices]


def _class_of(target: str) -> type:
    group, _, name = target.partition(".")
    if group == PARTICIPANT:
        return ParticipantRegistered
    topics = proposing.TOPICS if group == FACT else (group,)
    return next(fact_class(topic) for topic in topics if name in fields_by_name(fact_class(topic)))


def _group(group: str) -> str:
    if group == PARTICIPANT:
        return wording.text("The participant")
    return wording.text("The entry") if group == FACT else _title(group)


def _label(target: str) -> str:
    if target == FACT:
        return wording.text("What happened")
    found = proposing.field_of(target)
    group, _, name = target.partition(".")
    if found is None:
        return target
    if name == "on":
        return wording.text("%(fact)s: day", fact=_title(group))
    label = wording_of_facts.label(_class_of(target), found, wording.language())
    return label if group in (PARTICIPANT, FACT) else f"{_title(group)}: {label[:1].lower()}{label[1:]}"


def _title(topic: str) -> str:
    return wording_of_facts.title(fact_class(topic), wording.language())


def _unreadable(unreadable: UnreadableFile) -> str:
    from tracker.importing.problems import Problem
    from web.pages.importing.words import problem

    return problem(Problem(unreadable.code, "error", "", None, None, "", str(unreadable)))


def _sentence(message: str) -> str:
    return message[:1].upper() + message[1:] + ("" if message.endswith(".") else ".")
