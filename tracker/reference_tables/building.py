"""Makes the rows of a reference table from those of a file, and checks every figure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import NoReturn

from events.reference_tables import ReferenceKind
from tracker.importing.cells import CellProblem, as_month, as_text
from tracker.reference_tables.kinds import COUNTED, KINDS, Meaning
from tracker.reference_tables.reading import VALUE, Grid, Record
from tracker.reference_tables.refusals import CountedAboveAll, NotAReferenceTable, ReferenceCellWrong
from tracker.reference_tables.table import Cell, Content, Status, in_norwegian
from tracker.saying import Said

_GONE: tuple[Status, ...] = ("hidden", "missing", "impossible")
Key = tuple[str, ...]


@dataclass(frozen=True)
class Wide:
    """A figure that stands in columns of its own row, added up."""

    columns: tuple[str, ...]


@dataclass(frozen=True)
class Long:
    """A figure that stands in rows of its own, those with these codes in a column, added up."""

    column: str
    codes: tuple[str, ...]


def build(kind: ReferenceKind, grid: Grid, meaning: Meaning) -> Content:
    """The content of a reference table, its rows in the order of their names, those of an aggregate as in the file.

    :raises NotAReferenceTable: a column is not there, or two rows are about the same
    :raises ReferenceCellWrong: a cell does not hold what its column needs
    :raises CountedAboveAll: more people are counted than there are
    """
    builder = _Builder(kind, grid, meaning)
    return builder.aggregate() if kind == "aggregate" else builder.content()


class _Builder:
    def __init__(self, kind: ReferenceKind, grid: Grid, meaning: Meaning) -> None:
        self.kind = kind
        self.grid = grid
        self.meaning = meaning
        self.records = [record for record in grid.records if self._wanted(record)]
        if not self.records:
            chosen = ", ".join("=".join(pair) for pair in meaning.where)
            self.refuse(Said("no row is left of those with %(chosen)s; choose others", chosen=chosen))

    def refuse(self, problem: Said) -> NoReturn:
        raise NotAReferenceTable(self.grid.file, problem)

    def column(self, name: str, role: str) -> str:
        """A column of the file.

        :raises NotAReferenceTable: there is none of this name
        """
        if name not in self.grid.columns:
            close = get_close_matches(name, self.grid.columns, n=1)
            if close:
                self.refuse(
                    Said(
                        "%(role)s: there is no column %(column)r; did you mean %(close)r?",
                        role=role,
                        column=name,
                        close=close[0],
                    )
                )
            self.refuse(
                Said(
                    "%(role)s: there is no column %(column)r; there are %(there)s",
                    role=role,
                    column=name,
                    there=self.there,
                )
            )
        return name

    @property
    def there(self) -> str:
        """The columns of the file, for a message."""
        return ", ".join(self.grid.columns)

    def _wanted(self, record: Record) -> bool:
        return all(as_text(record.cells[self.column(column, "where")]) == value for column, value in self.meaning.where)

    def content(self) -> Content:
        """The rows of a kind that has columns of its own."""
        roles = self._roles()
        figures = self._figures()
        groups: dict[Key, list[Record]] = {}
        for record in self.records:
            groups.setdefault(tuple(self._value(record, role, roles[role]) for role in roles), []).append(record)
        rows = []
        for key in sorted(groups, key=lambda key: [in_norwegian(part) for part in key]):
            cells = {name: self._sum(figure, groups[key], roles) for name, figure in figures.items()}
            self._check(cells, groups[key][0])
            rows.append((*key, *(cell.written for cell in cells.values())))
        return Content(tuple(roles), tuple(figures), tuple(rows), self._labels(roles))

    def aggregate(self) -> Content:
        """Any labelled figures, in the order of the file."""
        columns = [name for name in self.grid.columns if not (self.grid.long and name == VALUE)]
        keys = self.meaning.keys or (tuple(columns) if self.grid.long else self.grid.columns[:1])
        keys = tuple(self.column(name, "key") for name in keys)
        given = self.meaning.values or ((VALUE,) if self.grid.long else ())
        values = tuple(self.column(name, "value") for name in given) or tuple(n for n in columns if n not in keys)
        if not values:
            self.refuse(Said("no column with figures is left; name those that have them"))
        rows: dict[Key, tuple[str, ...]] = {}
        for record in self.records:
            key = tuple(self._recoded(name, self.grid.text(record, name)) for name in keys)
            if key in rows:
                self._twice(keys, key, record)
            rows[key] = (*key, *(self.grid.figure(record, name).written for name in values))
        return Content(keys, values, tuple(rows.values()), self._labels({name: name for name in keys}))

    def _roles(self) -> dict[str, str]:
        """Role -> column of the file, of the roles that the file has."""
        found = {}
        for role in KINDS[self.kind].roles:
            if role in self.meaning.columns:
                found[role] = self.column(self.meaning.columns[role], role)
            elif role in self.grid.columns:
                found[role] = role
            elif role in KINDS[self.kind].needs:
                self._unnamed(role)
        return found

    def _figures(self) -> dict[str, Wide | Long]:
        """Measure -> where its figures stand."""
        choices = KINDS[self.kind].measures
        given = self.meaning.figures
        measures = next((names for names in choices if any(name in given for name in names)), None)
        measures = measures or next((n for n in choices if all(name in self.grid.columns for name in n)), choices[-1])
        found = {}
        for name in measures:
            if name in given:
                found[name] = self._figure(given[name], name)
            elif name in self.grid.columns:
                found[name] = Wide((name,))
            elif name == "percent" and VALUE in self.grid.columns:
                found[name] = Wide((VALUE,))
            else:
                self._unnamed(name)
        return found

    def _unnamed(self, role: str) -> NoReturn:
        self.refuse(
            Said("no column is called %(role)r; name the one meant: there are %(there)s", role=role, there=self.there)
        )

    def _figure(self, written: str, role: str) -> Wide | Long:
        """A column, a sum of columns, or ``column=code`` and sums of those."""
        if written in self.grid.columns:
            return Wide((written,))
        terms = [term.strip() for term in written.split("+")]
        if len(set(terms)) < len(terms):
            self.refuse(Said("%(role)s: expected each part of the sum once, got %(got)s", role=role, got=written))
        parts = [term.partition("=") for term in terms]
        if not any(equals for _, equals, _ in parts):
            return Wide(tuple(self.column(term, role) for term in terms))
        column = self.column(parts[0][0].strip(), role)
        if any(name.strip() not in ("", column) for name, equals, _ in parts if equals):
            self.refuse(
                Said(
                    "%(role)s: expected codes of one column, such as %(column)s=1+%(column)s=2, got %(got)s",
                    role=role,
                    column=column,
                    got=written,
                )
            )
        codes = tuple(code.strip() if equals else name.strip() for name, equals, code in parts)
        there = {as_text(record.cells[column]) for record in self.records}
        for code in codes:
            if code not in there:
                self.refuse(
                    Said(
                        "%(role)s: no row has %(column)s=%(code)s; there are %(there)s",
                        role=role,
                        column=column,
                        code=code,
                        there=", ".join(sorted(there)),
                    )
                )
        return Long(column, codes)

    def _value(self, record: Record, role: str, column: str) -> str:
        """What a row is about, as the reference table keeps it."""
        text = self._recoded(role, self.grid.text(record, column))
        place = self.grid.place(record, column)
        if role == "month":
            try:
                return as_month(text).isoformat()[:7]
            except CellProblem as problem:
                raise ReferenceCellWrong(place, Said("%(cell)s", cell=problem)) from None
        if role == "year" and not re.fullmatch(r"(19|20)\d\d", text):
            raise ReferenceCellWrong(place, Said("expected a year such as 2016, got %(got)r", got=text))
        return text

    def _recoded(self, role: str, text: str) -> str:
        return next((meant for name, given, meant in self.meaning.recode if (name, given) == (role, text)), text)

    def _sum(self, figure: Wide | Long, records: list[Record], roles: Mapping[str, str]) -> Cell:
        if isinstance(figure, Wide):
            if len(records) > 1:
                self._twice(tuple(roles), tuple(self._value(records[1], r, roles[r]) for r in roles), records[1])
            return added([self.grid.figure(records[0], column) for column in figure.columns])
        value = self.column(self.meaning.value or VALUE, "value")
        found: dict[str, Cell] = {}
        for record in records:
            code = as_text(record.cells[figure.column])
            if code not in figure.codes:
                continue
            if code in found:
                key = tuple(self._value(record, r, roles[r]) for r in roles)
                self._twice((*roles, figure.column), (*key, code), record)
            found[code] = self.grid.figure(record, value)
        return added([found.get(code, Cell(None, "missing")) for code in figure.codes])

    def _twice(self, names: Key, key: Key, record: Record) -> NoReturn:
        about = ", ".join(f"{name}={part}" for name, part in zip(names, key, strict=True))
        self.refuse(
            Said(
                "%(where)s is about %(about)s, as a row before it; choose the rows meant by a value of another column",
                where=record.where,
                about=about,
            )
        )

    def _check(self, cells: Mapping[str, Cell], record: Record) -> None:
        where = Said("%(file)s, %(where)s", file=self.grid.name, where=record.where)
        for name, cell in cells.items():
            number = cell.value
            if number is None:
                continue
            if name in COUNTED and (number < 0 or number != number.to_integral_value()):
                raise ReferenceCellWrong(
                    where, Said("%(role)s: expected a whole number of people, got %(got)s", role=name, got=number)
                )
            if name == "percent" and not 0 <= number <= 100:
                raise ReferenceCellWrong(
                    where, Said("%(role)s: expected per cent from 0 to 100, got %(got)s", role=name, got=number)
                )
        if COUNTED[0] in cells:
            counted, out_of = (cells[name].value for name in COUNTED)
            if counted is not None and out_of is not None and counted > out_of:
                raise CountedAboveAll(
                    where,
                    Said(
                        "expected at most %(out_of)s people counted, since there are no more, got %(counted)s; "
                        "look at which columns were chosen",
                        out_of=out_of,
                        counted=counted,
                    ),
                    counted=counted,
                    out_of=out_of,
                )

    def _labels(self, roles: Mapping[str, str]) -> dict[str, dict[str, str]]:
        labels: dict[str, dict[str, str]] = {}
        for role, column in roles.items():
            called = {}
            for record in self.records:
                code = as_text(record.cells[column])
                if (label := self.grid.labels.get(column, {}).get(code, code)) != code:
                    called[self._recoded(role, code)] = label
            if called:
                labels[role] = called
        if self.meaning.called is not None and "unit" in roles:
            column = self.column(self.meaning.called, "name")
            labels["unit"] = {
                self._value(record, "unit", roles["unit"]): self.grid.text(record, column) for record in self.records
            }
        return labels


def added(cells: list[Cell]) -> Cell:
    """The sum; hidden where a part is hidden, missing where one is missing: never as if it were 0."""
    found = {cell.status for cell in cells}
    for status in _GONE:
        if status in found:
            return Cell(None, status)
    total = sum((cell.value for cell in cells if cell.value is not None), Decimal(0))
    return Cell(total, "provisional" if "provisional" in found else "told")
