"""Facts that rows tell of: where each field comes from, and how a row is read as such a fact."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import msgspec

from events import Fact
from events.fields import Field, InvalidFact, check, expectation, fields_by_name
from tracker.importing.cells import Cell, CellProblem, as_date, as_month, as_text
from tracker.importing.problems import Problems, choice_of
from tracker.schema import READERS

REMEMBERED: Final = 4_096
_COMMON: Final = frozenset(("on", "on_precision", "told_by"))


class Column(msgspec.Struct, frozen=True):
    """A column that a value comes from.

    :ivar mapping: cell -> what it means, where the cell does not say it itself: values of fields, or a log name
    """

    name: str
    mapping: dict[str, Any] | None = None


class Line(NamedTuple):
    """One row of a sheet, with its cells by the names of their columns."""

    number: int
    cells: Sequence[Cell]
    places: Mapping[str, int]

    def cell(self, column: str) -> Cell:
        return self.cells[self.places[column]]


class Wanted(NamedTuple):
    """A fact that the sheet tells of, and where it does.

    :ivar columns: field -> the column it comes from
    :ivar column: the column to name where none of the fields is at fault
    """

    fact: Fact
    row: int
    column: str | None
    columns: Mapping[str, str]
    first_registered_on: date | None = None


class Template(msgspec.Struct, frozen=True, eq=False):
    """A fact that each row may tell of.

    :ivar constants: field -> value, the same for all rows
    :ivar columns: field -> column
    :ivar needed: every row must tell of it; otherwise a row leaves it out by leaving its cells blank
    """

    cls: type[Fact]
    constants: dict[str, Any]
    columns: dict[str, Column]
    needed: bool = False
    remembered: dict[tuple[str, Cell], Any] = msgspec.field(default_factory=dict)

    @property
    def sources(self) -> dict[str, str]:
        return {name: column.name for name, column in self.columns.items()}

    def speaks_of(self, fact: Fact) -> bool:
        """Whether a fact is such a one: of the class, with all the constants."""
        return type(fact) is self.cls and all(getattr(fact, name) == value for name, value in self.constants.items())

    def wanted(self, line: Line, problems: Problems) -> Wanted | None:
        """The fact that a row tells of; None where it tells of none, or cannot be read."""
        values = dict(self.constants)
        blank: list[str] = []
        failed: set[str] = set()
        for name, column in self.columns.items():
            cell = line.cell(column.name)
            if cell is None:
                blank.append(name)
                continue
            try:
                self._read(name, column, cell, values)
            except CellProblem as problem:
                if column.name not in failed:
                    problems.error(problem.code, line.number, column.name, cell, problem.expected)
                failed.add(column.name)
        if self._left_out(blank, line, problems):
            return None
        for name in blank:
            field, column = fields_by_name(self.cls)[name], self.columns[name]
            if field.required:
                if column.name not in failed:
                    problems.error("blank-cell", line.number, column.name, None, expectation(field))
                failed.add(column.name)
        if failed:
            return None
        return Wanted(self.cls(**values), line.number, self._column(), self.sources)

    def _left_out(self, blank: list[str], line: Line, problems: Problems) -> bool:
        if self.needed or not self.columns:
            return False
        filled = [name for name in self.columns if name not in blank and name not in _COMMON]
        if "on" in blank:
            if filled:
                column = self.columns["on"].name
                problems.warning("date-missing", line.number, column, None, f"the date of {self.cls.TOPIC}")
            return True
        own = [name for name in self.columns if name not in _COMMON]
        required = [name for name in blank if fields_by_name(self.cls)[name].required]
        return bool(own) and (not filled or bool(required))

    def _read(self, name: str, column: Column, cell: Cell, values: dict[str, Any]) -> None:
        place = (name, cell if not isinstance(cell, bool) else str(cell))
        if place not in self.remembered:
            if len(self.remembered) >= REMEMBERED:
                self.remembered.clear()
            self.remembered[place] = read(fields_by_name(self.cls)[name], column, cell)
        values.update(self.remembered[place])

    def _column(self) -> str | None:
        on = self.columns.get("on")
        return on.name if on else next((column.name for column in self.columns.values()), None)


def read(field: Field, column: Column, cell: Cell) -> dict[str, Any]:
    """What a cell says of a field, as values of one or two fields: a date tells its precision too.

    :raises CellProblem: it says nothing that the field could be
    """
    if column.mapping is not None:
        values: dict[str, Any] = mapped(column.mapping, cell)
        return values
    if field.name == "on":
        on, precision = as_date(cell)
        return {"on": on, "on_precision": precision}
    try:
        return {field.name: _birth_year(cell) if field.name == "birth_year" else _reader(field)(field, cell)}
    except CellProblem as problem:
        raise CellProblem(problem.code, cell, expectation(field)) from None
    except (ValueError, TypeError, KeyError):
        raise CellProblem("value-not-allowed", cell, expectation(field)) from None


def mapped(mapping: Mapping[str, Any], cell: Cell) -> Any:
    """The value that a map gives for a cell; capitals make no difference where nothing else fits.

    :raises CellProblem: not-in-map
    """
    text = as_text(cell)
    if text in mapping:
        return mapping[text]
    folded = [value for name, value in mapping.items() if name.casefold() == text.casefold()]
    if len(folded) != 1:
        raise CellProblem("not-in-map", cell, choice_of(mapping))
    return folded[0]


def invalid_fields(fact: Fact) -> list[InvalidFact]:
    """Every field of a fact with a value that it cannot have."""
    found: list[InvalidFact] = []
    while True:
        try:
            check(fact)
        except InvalidFact as invalid:
            found.append(invalid)
            field = fields_by_name(type(fact)).get(invalid.field)
            if field is None or field.required or getattr(fact, field.name) == field.default:
                return found
            fact = msgspec.structs.replace(fact, **{field.name: field.default})
        else:
            return found


def _reader(field: Field) -> Callable[[Field, Any], Any]:
    return READERS[field.kind] if field.kind != "month" else lambda _, cell: as_month(cell)


def _birth_year(cell: Cell) -> int:
    """A year, or the year of a date of birth, which itself is not kept."""
    return as_date(cell)[0].year
