"""One journey for a terminal, and as plain values."""

from collections.abc import Iterator, Sequence
from typing import Any

from events import Fact
from tracker.cli.session import printable, words
from tracker.journey import OSLO
from tracker.journey_page import Line, Mark, Page, Row
from tracker.readmodel.tables import FOLD
from tracker.schema import as_written

_STAMPED = ("on", "on-precision", "told-by")
_CHARACTERS = {"day": 10, "month": 7, "year": 4}


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
    yield from _section("facts", [text for line in page.lines for text in fact_lines(line)])
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


def fact_lines(line: Line) -> Iterator[str]:
    """A fact with who recorded it and when, and below it what became of it."""
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
        yield f"{'':<17}{_mark(mark)}"


def _mark(mark: Mark) -> str:
    values = " ".join(f"{name.replace('_', '-')}={words(value)}" for name, value in mark.values.items())
    said = f"{mark.what} by {mark.version}" + (f": {values}" if values else "")
    return f"{said} ({mark.reason}, {mark.by})"


def _values(fact: Fact) -> dict[str, Any]:
    return {name: value for name, value in as_written(fact).items() if name not in _STAMPED}


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(name if told is None else f"{name}:{words(told)}" for name, told in value.items())
    return words(value)


def _day(fact: Fact) -> str:
    """The day, month or year of a fact, as exactly as it is known."""
    return fact.on.isoformat()[: _CHARACTERS[fact.on_precision]]
