"""A profile: what the columns of a municipality's sheet mean, read from a small TOML file."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal, get_args

import msgspec

from events import Closes, Fact, Opens, activities
from events.base import ToldBy, key_field, required_fields
from events.fields import fields_by_name
from events.intake import ParticipantRegistered
from tracker.importing.cells import CellProblem, as_date, as_month
from tracker.importing.problems import choice_of
from tracker.importing.strict import Table, read_toml, shown
from tracker.importing.template import Column, Template
from tracker.journey import loggable
from tracker.saying import Said
from tracker.schema import InvalidInput, parse, parse_values

Kind = Literal["monthly-status", "milestones", "participants"]
SOME_DAY: Final = date(1900, 1, 1)
_NAME: Final = r"[^\s:]{1,60}"


class Months(msgspec.Struct, frozen=True):
    """Which columns are months.

    :ivar first: the month of the first of them; None = as its heading says
    :ivar columns: the first and the last of them; None = all whose headings name a month
    """

    first: date | None = None
    columns: tuple[str, str] | None = None


class Spell(msgspec.Struct, frozen=True):
    """An activity that runs in a month, with its values.

    :ivar opener: the fact that opens it, on some day
    """

    opener: Opens

    @property
    def place(self) -> tuple[str, str]:
        return self.opener.activity, self.opener.key

    @property
    def words(self) -> Fact:
        """What it says, apart from when it began and who told so."""
        return msgspec.structs.replace(self.opener, on=SOME_DAY, on_precision="day", told_by="unknown")

    def opened(self, on: date) -> Fact:
        return msgspec.structs.replace(self.opener, on=on)

    def closed(self, on: date) -> Fact:
        """The usual end, on the last day."""
        close = activities()[self.opener.activity].usual_close
        assert close is not None
        name, own = key_field(close), key_field(type(self.opener))
        values = {name: getattr(self.opener, own)} if name and own else {}
        return close(on=on, told_by=self.opener.told_by, **values)


class Milestone(msgspec.Struct, frozen=True):
    """The fact that each row of a milestones sheet is.

    :ivar fact: the column that says which; None = always the same
    :ivar templates: log name -> how it is read
    :ivar columns: every column of a field, whether the row's fact has the field or not: column -> log names
    """

    fact: Column | None
    templates: dict[str, Template]
    columns: dict[str, frozenset[str]]


class Profile(msgspec.Struct, frozen=True):
    """What the columns of a sheet mean.

    :ivar name: of the profile: its file name without the ending
    :ivar system: the reference system: the same reference in another system is another person
    :ivar participant: the column with the reference
    :ivar worksheet: name of the worksheet in a workbook; None = it has only one
    :ivar complete: a milestones sheet tells all there is of its participants, so that what it no longer tells is
        taken back
    :ivar registration: how participants not known yet are registered; None = all must be known
    """

    name: str
    kind: Kind
    system: str
    participant: str
    worksheet: str | None
    header_row: int
    complete: bool
    first_registered_on: Column | date | None
    registration: Template | None
    facts: tuple[Template, ...]
    months: Months | None = None
    states: dict[str, tuple[Spell, ...]] = {}
    milestone: Milestone | None = None

    @property
    def columns(self) -> list[str]:
        """Every column that the profile names, without those of months."""
        named = [self.participant]
        if isinstance(self.first_registered_on, Column):
            named.append(self.first_registered_on.name)
        for template in (*([self.registration] if self.registration else []), *self.facts):
            named += template.sources.values()
        if self.milestone is not None:
            named += ([self.milestone.fact.name] if self.milestone.fact else []) + list(self.milestone.columns)
            named += [name for template in self.milestone.templates.values() for name in template.sources.values()]
        return list(dict.fromkeys(named))


def load_profile(path: Path) -> Profile:
    """The profile in a TOML file.

    :raises ProfileUnreadable: it cannot be opened, or is no TOML
    :raises ProfileInvalid: a key is missing, unknown, or has a value that it cannot have
    """
    file = read_toml(path)
    sheet = file.table("sheet")
    kind: Kind = sheet.take("kind", choice_of(get_args(Kind)), lambda value: value in get_args(Kind))
    told_by = sheet.take("told_by", choice_of(get_args(ToldBy)), lambda value: value in get_args(ToldBy), None)
    common = {"told_by": told_by} if told_by else {}
    profile = Profile(
        name=path.stem,
        kind=kind,
        system=sheet.text("references", Said("a name without spaces and colons, such as visma"), pattern=_NAME),
        participant=_heading(sheet.text("participant", Said("the name of a column"))),
        worksheet=sheet.text("name", Said("the name of a worksheet"), None),
        header_row=sheet.take("header_row", Said("the number of a row"), lambda v: type(v) is int and v > 0, 1),
        complete=_complete(sheet) if kind == "milestones" else False,
        first_registered_on=_first_registered_on(sheet),
        months=_months(sheet) if kind == "monthly-status" else None,
        registration=_registration(file, common),
        states=_states(file, common) if kind == "monthly-status" else {},
        milestone=_milestone(file, common) if kind == "milestones" else None,
        facts=tuple(_further(table, common) for table in file.tables("facts")),
    )
    sheet.done()
    file.done()
    if kind == "participants" and profile.registration is None and not profile.facts:
        file.refuse("participant", Said("missing; a sheet of participants needs [participant] or [[facts]]"))
    return profile


def _otherwise(expected: Said, given: object) -> Said:
    return Said("expected %(expected)s; got %(got)s", expected=expected, got=shown(given))


def _heading(text: str) -> str:
    """A column as the header names it: runs of white space are one space there."""
    return " ".join(text.split())


def _complete(sheet: Table) -> bool:
    return bool(sheet.take("complete", Said("true or false"), lambda value: isinstance(value, bool), False))


def _first_registered_on(sheet: Table) -> Column | date | None:
    expected = Said('a day, or { column = "..." }')
    given = sheet.take("first_registered_on", expected, lambda value: isinstance(value, (dict, str, date)), None)
    if isinstance(given, dict):
        return _column(sheet, "first_registered_on", given)[0]
    try:
        return None if given is None else as_date(given)[0]
    except CellProblem:
        sheet.refuse("first_registered_on", _otherwise(expected, given))


def _months(sheet: Table) -> Months:
    table = sheet.table("months")
    expected = Said('a month, such as "1993-09"')
    given = table.take("first", expected, lambda value: isinstance(value, (str, date)), None)
    try:
        first = None if given is None else as_month(given)
    except CellProblem:
        table.refuse("first", _otherwise(expected, given))
    columns = table.take(
        "columns",
        Said("the names of the first and the last month column"),
        lambda v: isinstance(v, list) and len(v) == 2 and all(isinstance(name, str) and name.strip() for name in v),
        None,
    )
    table.done()
    return Months(first, (_heading(columns[0]), _heading(columns[1])) if columns else None)


def _registration(file: Table, common: Mapping[str, Any]) -> Template | None:
    if not file.has("participant"):
        return None
    table = file.table("participant")
    given = table.rest()
    if "on" not in given and "settled_on" in given:
        given["on"] = given["settled_on"]
    return _template(table, ParticipantRegistered, {**common, **given}, needed=True)


def _further(table: Table, common: Mapping[str, Any]) -> Template:
    cls = _fact_class(table, "fact", table.text("fact", Said("the name of a fact")))
    return _template(table, cls, {**common, **table.rest()}, needed=False)


def _fact_class(table: Table, where: str, topic: Any) -> type[Fact]:
    known = loggable()
    if topic not in known:
        table.refuse(
            where, Said("expected a fact that can be logged, such as job-started; got %(got)s", got=shown(topic))
        )
    return known[topic]


def _states(file: Table, common: Mapping[str, Any]) -> dict[str, tuple[Spell, ...]]:
    table = file.table("states")
    states: dict[str, tuple[Spell, ...]] = {}
    expected = Said('a table, such as { activity = "work" } or {}, or a list of such tables')
    for name, given in table.rest().items():
        several = given if isinstance(given, list) else [given]
        if not all(isinstance(each, dict) for each in several):
            table.refuse(name, _otherwise(expected, given))
        made = [Table(file.file, table.at(name), each) for each in several if each]
        spells = tuple(_spell(each, common) for each in made)
        if len({spell.place for spell in spells}) < len(spells):
            table.refuse(name, Said("names the same activity twice; give each its own key"))
        states[name.strip()] = spells
    if not states:
        file.refuse("states", Said('missing; expected what each cell means, such as work = { activity = "work" }'))
    return states


def _spell(table: Table, common: Mapping[str, Any]) -> Spell:
    usable = [name for name, each in activities().items() if _is_monthly(each.opener, each.usual_close)]
    name = table.take("activity", choice_of(usable), lambda value: value in usable)
    opener = activities()[name].opener
    own = key_field(opener)
    key = table.text("key", Said("the key of the spell"), None) if own and own != "key" else None
    given = {**common, **table.rest()}
    if own and own not in given and (key is not None or fields_by_name(opener)[own].kind == "text"):
        if key is None and own not in required_fields(opener):
            key = None
        else:
            given[own] = key or name
    for fixed in ("on", "on_precision"):
        if fixed in given:
            table.refuse(fixed, Said("cannot be given here; the months say when"))
    fact = _parsed(table, opener, given | {"on": SOME_DAY})
    assert isinstance(fact, Opens)
    return Spell(fact)


def _is_monthly(opener: type[Fact], close: type[Fact] | None) -> bool:
    if not issubclass(opener, Opens) or close is None or not issubclass(close, Closes):
        return False
    return required_fields(close) <= {"on", key_field(close)}


def _milestone(file: Table, common: Mapping[str, Any]) -> Milestone:
    table = file.table("milestone")
    fact = table.take(
        "fact",
        Said('the name of a fact, or { column = "...", map = { ... } }'),
        lambda value: isinstance(value, (str, dict)),
    )
    given = {**common, **table.rest()}
    if "on" not in given:
        table.refuse("on", Said('missing; expected { column = "..." } with the date'))
    if isinstance(fact, str):
        cls = _fact_class(table, "fact", fact)
        return Milestone(None, {fact: _template(table, cls, given, needed=True)}, {})
    column, mapping = _column(table, "fact", fact)
    classes = (
        {topic: _fact_class(table, f"fact.map.{cell}", topic) for cell, topic in mapping.items()}
        if mapping is not None
        else loggable()
    )
    classes = {cls.TOPIC: cls for cls in classes.values()}
    known = {name for cls in classes.values() for name in fields_by_name(cls)}
    for name in given:
        if name.replace("-", "_") not in known:
            table.refuse(name, Said("none of these facts has such a field"))
    templates = {}
    columns: dict[str, frozenset[str]] = {}
    for topic, cls in classes.items():
        own = {name: value for name, value in given.items() if name.replace("-", "_") in fields_by_name(cls)}
        lacking = required_fields(cls) - {name.replace("-", "_") for name in own}
        if lacking and mapping is not None:
            table.refuse(sorted(lacking)[0], Said("missing; %(fact)s needs it", fact=topic))
        if lacking:
            continue
        templates[topic] = _template(table, cls, own, needed=True)
        for name in templates[topic].sources.values():
            columns[name] = columns.get(name, frozenset()) | {topic}
    return Milestone(Column(column.name, mapping or {topic: topic for topic in templates}), templates, columns)


def _template(table: Table, cls: type[Fact], given: Mapping[str, Any], *, needed: bool) -> Template:
    constants: dict[str, Any] = {}
    columns: dict[str, Column] = {}
    for written, value in given.items():
        name = written.replace("-", "_")
        if not (isinstance(value, dict) and "column" in value):
            constants |= _constant(table, cls, written, name, value)
            continue
        if name not in fields_by_name(cls):
            _constant(table, cls, written, name, None)
        column, mapping = _column(table, written, value)
        if mapping is not None:
            mapping = {
                cell: _constant(table, cls, f"{written}.map.{cell}", name, each) for cell, each in mapping.items()
            }
        columns[name] = Column(column.name, mapping)
    missing = sorted(required_fields(cls) - constants.keys() - columns.keys())
    if missing:
        table.refuse(missing[0], Said("missing; %(fact)s needs it", fact=cls.TOPIC))
    return Template(cls, constants, columns, needed)


def _constant(table: Table, cls: type[Fact], where: str, name: str, value: Any) -> dict[str, Any]:
    """A value of the file as values of fields; a date tells its precision too, a blank one leaves its field out."""
    loaded: dict[str, Any] = _told(table, where, lambda: parse_values(cls, {name: value}))
    return {field: each for field, each in loaded.items() if each is not None}


def _parsed(table: Table, cls: type[Fact], values: Mapping[str, Any]) -> Fact:
    fact: Fact = _told(table, None, lambda: parse(cls, values))
    return fact


def _told(table: Table, where: str | None, action: Callable[[], Any]) -> Any:
    try:
        return action()
    except InvalidInput as invalid:
        problem = invalid.problems[0]
        table.refuse(where or problem.field.replace("-", "_"), Said("%(reason)s", reason=problem.message))


def _column(table: Table, name: str, given: dict[str, Any]) -> tuple[Column, dict[str, Any] | None]:
    inner = Table(table.file, table.at(name), given)
    heading = inner.text("column", Said("the name of a column"))
    mapping = inner.take(
        "map", Said("a table of cells and their values"), lambda v: isinstance(v, dict) and bool(v), None
    )
    inner.done()
    return Column(_heading(heading)), None if mapping is None else {str(k).strip(): v for k, v in mapping.items()}
