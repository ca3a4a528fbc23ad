"""Finds the reference figures that belong beside a figure; where there are none, that is an answer and no error."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

import msgspec

from events.reference_tables import ReferenceKind, ReferenceTableImported
from tracker.application import ProgressionTracker
from tracker.effective import effective
from tracker.indicators.partials import ALL
from tracker.indicators.statistics.proportions import Proportion
from tracker.indicators.statistics.standardisation import NoReference, Strata, Stratum
from tracker.reference_tables.refusals import ReferenceForAnother, ReferenceTableNotFound, WrongReferenceKind
from tracker.reference_tables.table import ReferenceTable, Row, table_of

if TYPE_CHECKING:
    import polars as pl

STRATUM = ("schooling", "gender", "age", "track")
"""Parts of a stratum, the most important first; a table without tracks has the first three."""


class HasFacts(Protocol):
    """Frames of the read model, as :mod:`tracker.indicators.frames` has them."""

    def facts(self, *topics: str) -> "pl.DataFrame":
        """The facts with these log names: value, details, happened_on, told_by, position ...."""


@dataclass(frozen=True)
class StrataReference:
    """Counts by stratum, for indirect standardisation.

    :ivar parts: what the parts of a stratum are, in order; one that strata were merged over (``all``) is none
    :ivar strata: group of protection -> stratum -> people. The group is "" where the table does not tell it; groups
        are never added up, since chapter 6A is a programme of another kind
    :ivar hidden: (group, stratum) of those whose counts are not there
    """

    table: ReferenceTable
    parts: tuple[str, ...]
    strata: Mapping[str, Strata]
    hidden: tuple[tuple[str, Stratum], ...]


@dataclass(frozen=True)
class CountsReference:
    """Counts by unit: municipalities or counties.

    :ivar year: the year of ``units``; None where the table tells none
    :ivar units: unit -> people, in that year
    :ivar by_year: unit -> year -> people; empty where the table tells no years
    :ivar hidden: units of that year whose counts are not there
    """

    table: ReferenceTable
    year: int | None
    units: Mapping[str, Proportion]
    by_year: Mapping[str, Mapping[int, Proportion]]
    hidden: tuple[str, ...]


@dataclass(frozen=True)
class ResidentsReference:
    """Shares among all residents, to compare with people of the same age and gender.

    :ivar shares: (age, gender) as the table writes them -> share, 0 to 1
    :ivar hidden: (age, gender) of those whose figures are not there
    """

    table: ReferenceTable
    year: int | None
    shares: Mapping[tuple[str, str], float]
    hidden: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class References:
    """The reference tables that are in use, as known at a position.

    :ivar facts: (id, version) -> the fact
    """

    facts: Mapping[tuple[str, int], ReferenceTableImported]
    positions: Mapping[tuple[str, int], int] = field(default_factory=dict)

    @cached_property
    def tables(self) -> list[ReferenceTable]:
        """All versions, by id and version."""
        return [table_of(self.facts[key], self.positions.get(key, 0)) for key in sorted(self.facts)]

    def find(self, name: str) -> ReferenceTable:
        """A table by ``id`` (the highest version) or ``id@version``.

        :raises ReferenceTableNotFound: there is none
        """
        id, at, number = name.partition("@")
        versions = sorted(version for table, version in self.facts if table == id)
        if not versions:
            there = ", ".join(sorted({table for table, _ in self.facts})) or "none"
            message = f"there is no reference table {id!r}; there are: {there}"
            raise ReferenceTableNotFound(message, table=id, known=there)
        version = versions[-1] if not at else int(number) if number.isascii() and number.isdigit() else 0
        if version not in versions:
            there = ", ".join(f"{id}@{each}" for each in versions)
            message = f"there is no reference table {name!r}; there are: {there}"
            raise ReferenceTableNotFound(message, table=name, known=there)
        return table_of(self.facts[id, version], self.positions.get((id, version), 0))

    def strata_for(self, indicator: str, line: str, table: str | None = None) -> StrataReference | NoReference:
        """The strata that a line of an indicator is standardised against.

        :param indicator: with its version, such as ``E2@1``
        :param table: ``id`` or ``id@version``; left out, the one taken into use last
        :raises ReferenceForAnother: the tables for this line belong to another version of the indicator
        :raises ReferenceTableNotFound: the one that was named is not there
        """
        found = self._for("strata", indicator, line, table)
        if isinstance(found, NoReference):
            return found
        parts = tuple(
            part for part in STRATUM if part in found.columns and any(row.key[part] != ALL for row in found.rows)
        )
        strata: dict[str, dict[Stratum, Proportion]] = {}
        hidden = []
        for row in found.rows:
            group, stratum = row.key.get("protection", ""), tuple(row.key[part] for part in parts)
            if row.proportion is None:
                hidden.append((group, stratum))
            else:
                strata.setdefault(group, {})[stratum] = row.proportion
        return StrataReference(found, parts, strata, tuple(hidden))

    def counts_for(
        self,
        table: str | None = None,
        *,
        indicator: str | None = None,
        line: str | None = None,
        year: int | None = None,
    ) -> CountsReference | NoReference:
        """The counts of other units: of a named table, or of the one for a line of an indicator.

        :param year: left out, the last that the table has
        :raises ReferenceForAnother: the table is for another figure than the one that was named
        :raises ReferenceTableNotFound: the one that was named is not there
        :raises WrongReferenceKind: it holds no counts by unit
        """
        found = self._for("counts", indicator, line, table)
        if isinstance(found, NoReference):
            return found
        if "year" not in found.columns:
            units, hidden = _units(found.rows)
            return CountsReference(found, None, units, {}, hidden)
        years = sorted({int(row.key["year"]) for row in found.rows})
        chosen = years[-1] if year is None else year
        if chosen not in years:
            there = ", ".join(map(str, years))
            return NoReference(f"reference table {found.name} has no year {chosen}; it has {there}")
        units, hidden = _units(row for row in found.rows if int(row.key["year"]) == chosen)
        by_year: dict[str, dict[int, Proportion]] = {}
        for row in found.rows:
            if row.proportion is not None:
                by_year.setdefault(row.key["unit"], {})[int(row.key["year"])] = row.proportion
        return CountsReference(found, chosen, units, by_year, hidden)

    def residents_for(
        self, year: int | None = None, municipality: str | None = None, table: str | None = None
    ) -> ResidentsReference | NoReference:
        """Shares among all residents by age and gender.

        :param year: left out, the last that the table has
        :param municipality: only residents of this one; needed where the table has several
        """
        found = self._for("residents", None, None, table)
        if isinstance(found, NoReference):
            return found
        chosen = year
        if "year" in found.columns:
            years = sorted({int(row.key["year"]) for row in found.rows})
            chosen = years[-1] if year is None else year
        rows = [
            row
            for row in found.rows
            if ("year" not in row.key or int(row.key["year"]) == chosen)
            and ("municipality" not in row.key or municipality in (None, row.key["municipality"]))
        ]
        if not rows:
            about = " and ".join(str(part) for part in (chosen, municipality) if part is not None)
            return NoReference(f"reference table {found.name} tells nothing of {about}")
        if len({row.key.get("municipality") for row in rows}) > 1:
            return NoReference(f"reference table {found.name} is about several municipalities; name one")
        shares, hidden = {}, []
        for row in rows:
            share = _share(row)
            if share is None:
                hidden.append((row.key["age"], row.key["gender"]))
            else:
                shares[row.key["age"], row.key["gender"]] = share
        return ResidentsReference(found, chosen, shares, tuple(hidden))

    def unemployment(
        self, month: str, municipality: str | None = None, table: str | None = None
    ) -> Decimal | NoReference:
        """Local unemployment in a month, per cent.

        :param month: such as ``2023-11``
        """
        found = self._for("series", None, None, table)
        if isinstance(found, NoReference):
            return found
        rows = [
            row
            for row in found.rows
            if row.key["month"] == month and municipality in (None, row.key.get("municipality", municipality))
        ]
        if len(rows) > 1:
            return NoReference(f"reference table {found.name} is about several municipalities; name one")
        if not rows:
            return NoReference(f"reference table {found.name} tells nothing of {month}")
        cell = rows[0].cells["percent"]
        return NoReference(f"{month} is {cell.status} in {found.name}") if cell.value is None else cell.value

    def unemployment_by_month(
        self, municipality: str | None = None, table: str | None = None
    ) -> Mapping[str, Decimal] | NoReference:
        """Local unemployment, per cent, in each month that a table tells; months such as ``2023-11``."""
        found = self._for("series", None, None, table)
        if isinstance(found, NoReference):
            return found
        rows = [row for row in found.rows if municipality in (None, row.key.get("municipality", municipality))]
        if not rows:
            return NoReference(f"reference table {found.name} tells nothing of {municipality}")
        if len({row.key.get("municipality") for row in rows}) > 1:
            return NoReference(f"reference table {found.name} is about several municipalities; name one")
        cells = {row.key["month"]: row.cells["percent"].value for row in rows}
        return {month: value for month, value in cells.items() if value is not None}

    def _for(
        self, kind: ReferenceKind, indicator: str | None, line: str | None, name: str | None
    ) -> ReferenceTable | NoReference:
        """The table that was named, or the one for this figure that was taken into use last."""
        if name is not None:
            table = self.find(name)
            if table.kind != kind:
                raise WrongReferenceKind(f"reference table {table.name} holds {table.kind}, expected {kind}")
            if indicator is not None and (table.indicator, table.line) != (indicator, line):
                raise _for_another(table, indicator, line)
            return table
        tables = [
            table
            for table in self.tables
            if table.kind == kind
            and (indicator is None or (_id(table.indicator), table.line) == (_id(indicator), line))
        ]
        what = f"{kind} of {indicator}, line {line}" if indicator else kind
        if not tables:
            return NoReference(f"no reference table with {what}")
        newest = sorted(tables, key=lambda table: (table.on, table.position, table.version))
        fitting = [table for table in newest if indicator in (None, table.indicator)]
        if not fitting:
            assert indicator is not None
            raise _for_another(newest[-1], indicator, line)
        return fitting[-1]


def references_in(frames: HasFacts) -> References:
    """The reference tables that frames know of."""
    facts, positions = {}, {}
    for row in frames.facts(ReferenceTableImported.TOPIC).iter_rows(named=True):
        told = msgspec.json.decode(row["details"] or "{}")
        told |= {"table": row["value"], "on": row["happened_on"], "told_by": row["told_by"]}
        fact = msgspec.convert(told, ReferenceTableImported)
        facts[fact.table, fact.version] = fact
        positions[fact.table, fact.version] = row["position"]
    return References(facts, positions)


def references_of(app: ProgressionTracker, position: int | None = None) -> References:
    """The reference tables of all municipalities of an installation.

    :param position: as known at this position in the log; left out, now
    """
    app.read_model.caught_up()
    streams = app.read_model.database.execute("SELECT DISTINCT participant FROM municipalities").fetchall()
    facts, positions = {}, {}
    for (stream,) in streams:
        located = app.read_model.located(UUID(stream), position)
        places = {recorded.version: place for place, recorded in located}
        for entry in effective([recorded for _, recorded in located]).values():
            if isinstance(entry.fact, ReferenceTableImported):
                facts[entry.fact.table, entry.fact.version] = entry.fact
                positions[entry.fact.table, entry.fact.version] = places[entry.version]
    return References(facts, positions)


def _for_another(table: ReferenceTable, indicator: str, line: str | None) -> ReferenceForAnother:
    belongs = f"{table.indicator or 'no indicator'}" + (f", line {table.line}" if table.line else "")
    return ReferenceForAnother(
        f"reference table {table.name} belongs to {belongs}; the figure is {indicator}, line {line}: "
        f"import a table for {indicator}, or ask for {table.indicator or 'another figure'}"
    )


def _units(rows: Iterable[Row]) -> tuple[dict[str, Proportion], tuple[str, ...]]:
    units, hidden = {}, []
    for row in rows:
        if row.proportion is None:
            hidden.append(row.key["unit"])
        else:
            units[row.key["unit"]] = row.proportion
    return units, tuple(hidden)


def _share(row: Row) -> float | None:
    if "percent" in row.cells:
        percent = row.cells["percent"].value
        return None if percent is None else float(percent) / 100
    return None if row.proportion is None else row.proportion.share


def _id(indicator: str | None) -> str | None:
    return None if indicator is None else indicator.partition("@")[0]
