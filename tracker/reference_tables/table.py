"""A reference table as it is kept: named rows of figures, each told, hidden, missing or impossible at its source."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal

import msgspec

from events.reference_tables import ReferenceKind, ReferenceTableImported
from tracker.indicators.statistics.proportions import Proportion
from tracker.reference_tables.refusals import ReferenceTableDamaged

Status = Literal["told", "provisional", "hidden", "missing", "impossible"]
SIGNS: Mapping[str, Status] = {":": "hidden", "..": "missing", "...": "missing", ".": "impossible"}
"""Statistics Norway's signs for a figure that is not there; ``-`` is a true zero, ``*`` after a number provisional."""

_WRITTEN: Mapping[Status, str] = {"hidden": ":", "missing": "..", "impossible": "."}
_SIGNS_IN_WORDS = ": hidden, .. missing, . impossible, * provisional; a true zero is 0"


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure.

    :ivar value: the number; None where it is hidden, missing or impossible
    :ivar status: told; provisional (a number that may change); hidden (kept back for the sake of people);
        missing (not measured or not told); impossible (there can be none)
    """

    value: Decimal | None
    status: Status = "told"

    @property
    def written(self) -> str:
        """The figure as it stands in a table: a number, or the sign for why there is none."""
        if self.value is None:
            return _WRITTEN[self.status]
        return format(self.value, "f") + ("*" if self.status == "provisional" else "")

    @classmethod
    def read(cls, written: str) -> "Cell":
        """The figure that ``written`` stands for.

        :raises ValueError: it is neither a number nor a sign
        """
        if written in SIGNS:
            return cls(None, SIGNS[written])
        try:
            value = Decimal(written.removesuffix("*"))
        except InvalidOperation:
            raise ValueError(f"expected a number or a sign ({_SIGNS_IN_WORDS}), got {written!r}") from None
        if not value.is_finite():
            raise ValueError(f"expected a finite number, got {written!r}")
        return cls(value, "provisional" if written.endswith("*") else "told")


class Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a reference table holds, in its written form.

    :ivar columns: what tells its rows apart, such as unit and year
    :ivar measures: the figures of each row, such as counted and out_of
    :ivar rows: the values of the columns, then the figures as in :attr:`Cell.written`
    :ivar labels: column -> value -> what it is called
    """

    columns: tuple[str, ...]
    measures: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    labels: dict[str, dict[str, str]] = {}

    @property
    def text(self) -> str:
        """The same content gives the same text."""
        return msgspec.json.encode(self, order="sorted").decode()

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what it is about, and its figures by measure."""

    key: Mapping[str, str]
    cells: Mapping[str, Cell]

    @property
    def proportion(self) -> Proportion | None:
        """Counted out of all; None where either of them is not there."""
        counted, out_of = self.cells["counted"].value, self.cells["out_of"].value
        return None if counted is None or out_of is None else Proportion(int(counted), int(out_of))

    @property
    def status(self) -> Status:
        """Why there is no full answer; told where there is one."""
        found = {cell.status for cell in self.cells.values()}
        return next((s for s in ("hidden", "missing", "impossible", "provisional") if s in found), "told")


@dataclass(frozen=True)
class ReferenceTable:
    """A version of a reference table that was taken into use.

    :ivar id: its id, the same for all versions
    :ivar on: the day it was taken into use
    :ivar position: its place in the log
    """

    id: str
    version: int
    kind: ReferenceKind
    source: str
    period: str | None
    indicator: str | None
    line: str | None
    on: date
    position: int
    columns: tuple[str, ...]
    measures: tuple[str, ...]
    rows: tuple[Row, ...]
    labels: Mapping[str, Mapping[str, str]]

    @property
    def name(self) -> str:
        """Id and version, as in ``imdi-2016@1``."""
        return f"{self.id}@{self.version}"

    def label(self, column: str, value: str) -> str:
        """What a value is called; the value itself where nothing was said."""
        return self.labels.get(column, {}).get(value, value)


def table_of(fact: ReferenceTableImported, position: int = 0) -> ReferenceTable:
    """The table that a fact holds.

    :raises ReferenceTableDamaged: its content is no table, or not the one that its digest names
    """
    name = f"{fact.table}@{fact.version}"
    if hashlib.sha256(fact.content.encode()).hexdigest() != fact.digest:
        raise ReferenceTableDamaged(
            f"the content of reference table {name} is not what its digest says; import it anew as another version"
        )
    try:
        content = msgspec.json.decode(fact.content, type=Content)
        rows = tuple(_rows(content))
    except (msgspec.DecodeError, msgspec.ValidationError, ValueError) as error:
        raise ReferenceTableDamaged(
            f"the content of reference table {name} cannot be read: {error}; import it anew as another version"
        ) from None
    return ReferenceTable(
        fact.table,
        fact.version,
        fact.kind,
        fact.source,
        fact.period,
        fact.indicator,
        fact.line,
        fact.on,
        position,
        content.columns,
        content.measures,
        rows,
        content.labels,
    )


def _rows(content: Content) -> Iterable[Row]:
    width = len(content.columns)
    for row in content.rows:
        if len(row) != width + len(content.measures):
            raise ValueError(f"a row has {len(row)} cells, expected {width + len(content.measures)}")
        yield Row(
            dict(zip(content.columns, row[:width], strict=True)),
            dict(zip(content.measures, map(Cell.read, row[width:]), strict=True)),
        )


def in_norwegian(text: str) -> str:
    """A key to order names by: æ, ø and å come last."""
    return text.casefold().replace("æ", "{").replace("ø", "|").replace("å", "}")
