"""Takes a reference table into use: all of a file, or nothing; a version never changes."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from uuid import UUID

from events.reference_tables import ReferenceTableImported
from tracker.application import Author, ProgressionTracker
from tracker.errors import NotRegistered
from tracker.importing.cells import as_text
from tracker.municipality import stream_of
from tracker.reference_tables.building import build
from tracker.reference_tables.kinds import KINDS, Meaning, kind_of
from tracker.reference_tables.lookup import References, references_of
from tracker.reference_tables.reading import Grid, read_grid
from tracker.reference_tables.refusals import MunicipalityNotNamed, ReferenceForAnother, ReferenceVersionTaken
from tracker.schema import InputProblem, InvalidInput, parse

COMPARED = ("kind", "source", "period", "indicator", "line", "digest")
"""What makes two imports of one version the same table; the day may differ."""


def prepared(
    kind: str,
    path: Path,
    meaning: Meaning,
    *,
    table: str,
    version: int,
    source: str,
    on: date,
    period: str | None = None,
    indicator: str | None = None,
    line: str | None = None,
    header_row: int = 1,
) -> ReferenceTableImported:
    """The fact that an import of this file would record; nothing is recorded.

    :param kind: a name of :data:`tracker.reference_tables.kinds.KINDS`
    :param on: the day from which it is in use
    :param indicator: its id and version; left out, as a file of stratum counts says itself
    :param line: of the indicator; left out, as such a file says itself
    :raises ReferenceForAnother: such a file says another indicator or line
    :raises tracker.errors.Refusal: the file is not such a table, or a value cannot be
    """
    chosen = kind_of(kind)
    grid = read_grid(path, header_row)
    if KINDS[chosen].of_indicator:
        indicator, line = _told(grid, "indicator", indicator), _told(grid, "line", line)
    if KINDS[chosen].of_indicator and not (indicator and line):
        missing = "indicator" if not indicator else "line"
        example = "E2@1" if not indicator else "work-20-hours"
        problem = InputProblem(missing, f"missing: {chosen} belong to one line of an indicator, such as {example}")
        raise InvalidInput(ReferenceTableImported.TOPIC, [problem])
    content = build(chosen, grid, meaning)
    values: Mapping[str, object] = {
        "on": on,
        "table": table,
        "version": version,
        "kind": chosen,
        "source": source,
        "period": period,
        "indicator": indicator,
        "line": line,
        "digest": content.digest,
        "content": content.text,
        "told-by": "document",
    }
    return parse(ReferenceTableImported, {name: value for name, value in values.items() if value is not None})


def _told(grid: Grid, column: str, named: str | None) -> str | None:
    """What was named, or else what the file says of itself."""
    if column not in grid.columns:
        return named
    found = dict.fromkeys(as_text(record.cells[column]) for record in grid.records)
    if named is not None and set(found) != {named}:
        there = ", ".join(found)
        raise ReferenceForAnother(
            f"{grid.name} holds counts of {column} {there}, got {column} {named}; name what the file holds",
            about="counts",
            there=there,
            named=named,
        )
    return next(iter(found)) or None if len(found) == 1 else named


def take(
    app: ProgressionTracker, fact: ReferenceTableImported, author: Author, municipality: str | None = None
) -> bool:
    """Record a reference table in a municipality's stream.

    :param municipality: its code; left out, the only one that uses this installation
    :returns: False where the same table was there before, and nothing was recorded
    :raises ReferenceVersionTaken: this version is there with other content
    :raises NotRegistered: no such municipality uses this installation
    :raises MunicipalityNotNamed: several do, and none was named
    """
    # A version is one version in all of the installation: nothing may be missing when it is looked for.
    app.read_model.follow()
    stream = _stream(app, municipality)
    seen = app.journey(stream).version
    known = references_of(app)
    if repeats(known, fact):
        return False
    app.log(stream, fact, author, expected_version=seen)
    return True


def repeats(known: References, fact: ReferenceTableImported) -> bool:
    """Whether this very table is there.

    :raises ReferenceVersionTaken: the version is there with other content
    """
    there = known.facts.get((fact.table, fact.version))
    if there is None:
        return False
    differing = [name for name in COMPARED if getattr(there, name) != getattr(fact, name)]
    if differing:
        words = ", ".join("content" if name == "digest" else name for name in differing)
        highest = max(version for table, version in known.facts if table == fact.table)
        raise ReferenceVersionTaken(
            f"reference table {fact.table}@{fact.version} is there with other {words}, and never changes; "
            f"import this one as version {highest + 1}",
            table=f"{fact.table}@{fact.version}",
            next=highest + 1,
        )
    return True


def _stream(app: ProgressionTracker, municipality: str | None) -> UUID:
    if municipality is not None:
        return stream_of(app, municipality)
    rows = app.read_model.database.execute(
        "SELECT DISTINCT municipality FROM municipalities WHERE known_to IS NULL ORDER BY municipality"
    ).fetchall()
    if not rows:
        raise NotRegistered("no municipality is registered; tracker municipality register does that")
    if len(rows) > 1:
        codes = ", ".join(row[0] for row in rows)
        raise MunicipalityNotNamed(f"several municipalities use this installation: {codes}; name one")
    return stream_of(app, rows[0][0])
