"""One journey as a page: what held on a day, and every fact with what became of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from events import Fact
from events.codec import Recorded
from events.corrections import FactCorrected, FactRetracted
from events.language import LEVELS, LanguageLevelReached
from tracker.cli.session import printable, words
from tracker.effective import effective
from tracker.journey import OSLO
from tracker.readmodel.fold import Rows, fold
from tracker.readmodel.follow import Located
from tracker.readmodel.tables import BY_NAME, FOLD
from tracker.schema import as_written
from tracker.spells import Entry

Row = dict[str, Any]
_STAMPED = ("on", "on-precision", "told-by")
_CHARACTERS = {"day": 10, "month": 7, "year": 4}


@dataclass(frozen=True)
class Mark:
    """A correction or a retraction of a fact, by the version that stands in the log."""

    what: str
    version: int
    reason: str
    by: str
    values: dict[str, Any]

    def __str__(self) -> str:
        values = " ".join(f"{name.replace('_', '-')}={words(value)}" for name, value in self.values.items())
        said = f"{self.what} by {self.version}" + (f": {values}" if values else "")
        return f"{said} ({self.reason}, {self.by})"


@dataclass(frozen=True)
class Line:
    """A recorded fact, as it is held to be, with what was put right.

    :ivar holds: it has not been retracted
    """

    recorded: Recorded
    fact: Fact
    position: int
    holds: bool
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Page:
    """A journey on a day, as known at a position."""

    participant: UUID
    references: list[tuple[str, str]]
    at: date
    position: int
    version: int
    start: Row | None
    running: list[Row]
    levels: dict[str, LanguageLevelReached]
    lines: list[Line]
    flags: list[Row]


def page_of(participant: UUID, references: list[tuple[str, str]], located: Located, at: date, position: int) -> Page:
    """The page of a journey.

    :param located: the stream's recorded facts with their positions, as far as they were known
    """
    recorded = [item for _, item in located]
    entries = {version: entry for version, entry in effective(recorded).items() if entry.fact.on <= at}
    rows = fold(entries.values())
    starts = _named(rows, "participants") or _named(rows, "municipalities")
    return Page(
        participant,
        references,
        at,
        position,
        recorded[-1].version,
        starts[0] if starts else None,
        _running(rows, at.isoformat()),
        _best_levels(entries),
        _lines(located, entries, at),
        _named(rows, "flags"),
    )


def _named(rows: Rows, table: str) -> list[Row]:
    names = [name for name in BY_NAME[table].names if name not in ("participant", "known_from", "known_to")]
    return [dict(zip(names, line, strict=True)) for line in rows[table]]


def _running(rows: Rows, at: str) -> list[Row]:
    running = [row for row in _named(rows, "spells") if _runs(row, at)]
    for row in running:
        row["details"] = None if row["details"] is None else msgspec.json.decode(row["details"])
    return sorted(running, key=lambda row: (row["spell_from"], row["activity"], row["key"]))


def _runs(row: Row, at: str) -> bool:
    until = row["valid_to"]
    return row["activity"] != "observed" and row["valid_from"] <= at and (until is None or until > at)


def _best_levels(entries: dict[int, Entry]) -> dict[str, LanguageLevelReached]:
    """Skill -> the fact with the best level so far; of equal ones the earliest."""
    best: dict[str, LanguageLevelReached] = {}
    for entry in sorted(entries.values(), key=lambda entry: (entry.fact.on, entry.version)):
        fact = entry.fact
        if not isinstance(fact, LanguageLevelReached) or fact.level not in LEVELS:
            continue
        before = best.get(fact.skill)
        if before is None or LEVELS.index(fact.level) > LEVELS.index(before.level):
            best[fact.skill] = fact
    return best


def _lines(located: Located, entries: dict[int, Entry], at: date) -> list[Line]:
    marks = _marks([item for _, item in located])
    lines = []
    for position, item in located:
        if isinstance(item.fact, (FactCorrected, FactRetracted)):
            continue
        entry = entries.get(item.version)
        fact = entry.fact if entry else item.fact
        told = marks.get(item.version, [])
        # One that holds and is not among the entries happened after the day.
        retracted = any(mark.what == "retracted" for mark in told)
        if (entry or retracted) and fact.on <= at:
            lines.append(Line(item, fact, position, not retracted, tuple(told)))
    return sorted(lines, key=lambda line: (line.fact.on, line.recorded.version))


def _marks(recorded: Sequence[Recorded]) -> dict[int, list[Mark]]:
    """Version -> the corrections and retractions of it that stand, in the order of the log."""
    gone: set[int] = set()
    found: dict[int, list[Mark]] = {}
    for item in reversed(recorded):
        if item.version in gone:
            continue
        fact, by = item.fact, item.stamp.by
        if isinstance(fact, FactRetracted):
            gone.add(fact.retracts)
            found.setdefault(fact.retracts, []).insert(0, Mark("retracted", item.version, fact.reason, by, {}))
        elif isinstance(fact, FactCorrected):
            mark = Mark("corrected", item.version, fact.reason, by, fact.values)
            found.setdefault(fact.corrects, []).insert(0, mark)
    return found


def as_json(page: Page) -> dict[str, Any]:
    """The page as plain values; moments are UTC."""
    return {
        "participant": str(page.participant),
        "references": [{"system": system, "reference": reference} for system, reference in page.references],
        "at": page.at,
        "known_at": page.position,
        "fold": FOLD,
        "version": page.version,
        "start": page.start,
        "running": page.running,
        "levels": {
            skill: {"level": fact.level, "on": _day(fact), "evidence": fact.evidence}
            for skill, fact in page.levels.items()
        },
        "facts": [_line_json(line) for line in page.lines],
        "flags": page.flags,
    }


def _line_json(line: Line) -> Row:
    stamp = line.recorded.stamp
    return {
        "version": line.recorded.version,
        "position": line.position,
        "fact": line.fact.TOPIC,
        "on": line.fact.on,
        "on_precision": line.fact.on_precision,
        "told_by": line.fact.told_by,
        "values": _values(line.fact),
        "recorded_by": stamp.by,
        "recorded_at": stamp.timestamp,
        "channel": stamp.channel,
        "act": stamp.act,
        "source": stamp.source,
        "holds": line.holds,
        "marks": [mark.__dict__ for mark in line.marks],
    }


def as_text(page: Page) -> Iterator[str]:
    """The page for a terminal, line by line."""
    yield f"participant  {page.participant}"
    for system, reference in page.references:
        yield f"reference    {printable(f'{system}:{reference}')}"
    yield f"as it was on {page.at}, as known at @{page.position} (fold {FOLD}); at version {page.version}"
    yield ""
    yield from _section("starting point", _start_lines(page.start))
    yield from _section("running", [_spell_line(row) for row in page.running])
    yield from _section(
        "language levels reached",
        [f"{skill:<10} {fact.level} ({_day(fact)}, {fact.evidence})" for skill, fact in sorted(page.levels.items())],
    )
    yield from _section("facts", [text for line in page.lines for text in _fact_lines(line)])
    yield from _section(
        "unusual", [f"{row['flag']}: fact {row['version']}, {row['happened_on']}, {row['about']}" for row in page.flags]
    )


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    yield title
    for line in lines or ("none",):
        yield f"  {printable(line)}"
    yield ""


def _start_lines(start: Row | None) -> list[str]:
    told = {name: value for name, value in (start or {}).items() if value not in (None, "unknown", "not-asked")}
    return [f"{name.replace('_', '-'):<22} {words(value)}" for name, value in told.items()]


def _spell_line(row: Row) -> str:
    parts = [row["activity"]]
    if row["key"] not in (row["activity"], row["value"]):
        parts.append(repr(row["key"]))
    if row["value"] is not None:
        parts.append(words(row["value"]))
    if row["hours_per_week"] is not None:
        parts.append(f"{row['hours_per_week']:g} hours a week")
    if row["position_percent"] is not None:
        parts.append(f"{row['position_percent']:g} %")
    return f"{' '.join(parts)}, since {row['spell_from']}"


def _fact_lines(line: Line) -> Iterator[str]:
    stamp, fact = line.recorded.stamp, line.fact
    values = ", ".join(f"{name}={_shown(value)}" for name, value in _values(fact).items())
    recorded_at = stamp.timestamp.astimezone(OSLO).strftime("%Y-%m-%d %H:%M")
    told = f", told by {fact.told_by}" if fact.told_by != "unknown" else ""
    yield (
        f"{line.recorded.version:>3}  {_day(fact):<10}  {fact.TOPIC}"
        + (f"  {values}" if values else "")
        + f"  [{stamp.by}, {recorded_at}{told}]"
    )
    for mark in line.marks:
        yield f"{'':<17}{mark}"


def _values(fact: Fact) -> dict[str, Any]:
    return {name: value for name, value in as_written(fact).items() if name not in _STAMPED}


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(name if told is None else f"{name}:{words(told)}" for name, told in value.items())
    return words(value)


def _day(fact: Fact) -> str:
    """The day, month or year of a fact, as exactly as it is known."""
    return fact.on.isoformat()[: _CHARACTERS[fact.on_precision]]
