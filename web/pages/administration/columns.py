"""What the columns of a file of figures mean: the choices that a form offers, and the meaning that is chosen."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from werkzeug.datastructures import MultiDict

from tracker.errors import Refusal
from tracker.importing.cells import as_text
from tracker.reference_tables.kinds import KINDS, Meaning, kind_of
from tracker.reference_tables.reading import Grid, read_grid
from web import wording
from web.wording import marked as _

TITLES: Mapping[str, str] = {
    "unit": _("Municipality or county"),
    "year": _("Year"),
    "month": _("Month"),
    "municipality": _("Municipality"),
    "schooling": _("Schooling"),
    "gender": _("Gender"),
    "age": _("Age"),
    "track": _("Track"),
    "protection": _("Group of protection"),
    "counted": _("People counted"),
    "out_of": _("People in all"),
    "percent": _("Per cent"),
}
"""Role or figure -> what it is called, English."""

CATEGORIES = 60
"""A column with more different values than this is offered by its name alone."""

SLOTS = 3
"""So many columns or categories can be added up, and so many choices of rows be made."""

PREVIEW = 5
HIGHEST = 200
"""The last row in which the names of the columns may stand."""

Group = tuple[str, list[tuple[str, str]]]


@dataclass(frozen=True)
class Columns:
    """What is said of a file.

    :ivar header_row: in which row of a sheet the names of the columns stand
    :ivar there: the names; none where the file cannot be read
    :ivar chosen: name of an input -> what is chosen, with several where they are added up
    :ivar problem: what is wrong with what was said, in the language of the reader
    """

    path: Path
    kind: str
    header_row: int = 1
    grid: Grid | None = None
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    recode: str = ""
    problem: str = ""

    @classmethod
    def of(cls, path: Path, kind: str, header_row: int = 1) -> "Columns":
        """A file, with the columns chosen that are called as the tracker or this page calls them."""
        try:
            kind_of(kind)
            grid: Grid | None = read_grid(path, header_row)
        except Refusal:
            grid = None
        made = cls(path, kind, header_row, grid)
        called = {column.casefold(): column for column in reversed(made.there)}
        found = {
            name: called.get(name, called.get(made.title(name).casefold())) for name in (*made.roles, *made.figures)
        }
        return replace(made, chosen={name: (column,) for name, column in found.items() if column is not None})

    def take(self, sent: "MultiDict[str, str]") -> "Columns":
        """The same, as it was said in a form."""
        number = sent.get("header-row", "1")
        if not (number.isascii() and number.isdigit() and 1 <= int(number[:6]) <= HIGHEST):
            return replace(self, problem=wording.text("The row with the names is a whole number from 1."))
        anew = Columns.of(self.path, self.kind, int(number))
        if anew.header_row != self.header_row and sent.get("do") == "look":
            return anew if anew.there else replace(anew, problem=self._unreadable)
        names = (*self.roles, *self.figures, "keys", "values", "called", "value", "where")
        chosen = {name: tuple(filter(None, sent.getlist(name))) for name in names}
        return replace(
            anew,
            chosen={name: told for name, told in chosen.items() if told},
            recode=sent.get("recode", ""),
            problem="" if anew.there else self._unreadable,
        )

    @property
    def _unreadable(self) -> str:
        return wording.text("There is no table below this row. Look at the file, and say in which row the names stand.")

    @property
    def there(self) -> tuple[str, ...]:
        return self.grid.columns if self.grid else ()

    @property
    def preview(self) -> list[list[str]]:
        """The first rows, as they stand in the file."""
        records = self.grid.records[:PREVIEW] if self.grid else ()
        return [[as_text(getattr(cell, "written", cell)) for cell in record.cells.values()] for record in records]

    @property
    def roles(self) -> tuple[str, ...]:
        return KINDS[kind_of(self.kind)].roles

    @property
    def needed(self) -> tuple[str, ...]:
        return KINDS[kind_of(self.kind)].needs

    @property
    def figures(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for names in KINDS[kind_of(self.kind)].measures for name in names))

    def title(self, name: str) -> str:
        """What a role or a figure is called."""
        return wording.words(TITLES[name])

    def slots(self, name: str, number: int = SLOTS) -> list[str]:
        """What is chosen, with blanks up to so many."""
        told = self.chosen.get(name, ())
        return [*told, *[""] * (number - len(told))]

    @property
    def parts(self) -> list[Group]:
        """What a figure can be: a column, or a category of one: (heading, (value, words))."""
        plain = [(name, name) for name in self.there]
        return [(wording.text("Columns"), plain), *self.categories]

    @property
    def categories(self) -> list[Group]:
        """The values of each column that has few: (column, (``column=value``, words))."""
        if self.grid is None:
            return []
        found = []
        for column in self.there:
            values = {
                as_text(getattr(record.cells[column], "written", record.cells[column])) for record in self.grid.records
            }
            values.discard("")
            if 1 < len(values) <= CATEGORIES:
                labels = self.grid.labels.get(column, {})
                pairs = [(f"{column}={one}", f"{one} {labels.get(one, '')}".strip()) for one in sorted(values)]
                found.append((column, pairs))
        return found

    @property
    def meaning(self) -> Meaning:
        """What is said of the columns; what is left out is found by its own name."""
        recode = (line.strip() for line in self.recode.splitlines())
        return Meaning(
            columns={role: self.chosen[role][0] for role in self.roles if role in self.chosen},
            figures={name: "+".join(self.chosen[name]) for name in self.figures if name in self.chosen},
            value=self.chosen["value"][0] if "value" in self.chosen else None,
            keys=self.chosen.get("keys", ()),
            values=self.chosen.get("values", ()),
            called=self.chosen["called"][0] if "called" in self.chosen else None,
            where=tuple(_pair(one) for one in self.chosen.get("where", ())),
            recode=tuple(_recoding(one) for one in recode if one),
        )


def _pair(text: str) -> tuple[str, str]:
    column, _equals, value = text.partition("=")
    return column, value


def _recoding(text: str) -> tuple[str, str, str]:
    """``gender:1=male``; what is no such line changes nothing."""
    about, _equals, meant = text.partition("=")
    role, _colon, given = about.partition(":")
    return role.strip(), given.strip(), meant.strip()
