"""How the installation's own municipalities are shown beside each other and beside what was to be expected of them."""

from collections.abc import Iterator, Mapping
from textwrap import fill
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.session import emit, emit_json, say

if TYPE_CHECKING:
    from tracker.indicators.beside import Beside
    from tracker.indicators.municipalities import Against, Own

PROTECTIONS = ("other", "collective", "unknown")
PER_PROTECTION = ("ratio", "ratio_low", "ratio_high", "ratio_shown")
COLUMNS = (
    "shown",
    "unknown",
    *(f"{name}_{protection}" for protection in PROTECTIONS for name in PER_PROTECTION),
    "residents_expected",
    "residents_gap",
    "residents_gap_low",
    "residents_gap_high",
    "unemployment",
    "unemployment_months",
)
"""What a machine-readable row of an own municipality has beyond that of any unit."""


def show(found: "Beside", format: str) -> None:
    """Write the comparison to stdout, and to stderr what goes with it where the format has no place for it."""
    from tracker.cli.compare import COLUMNS as OF_UNIT
    from tracker.cli.compare import exact, in_words, whole

    if format == "table":
        _show_table(found, in_words)
        return
    told = {} if found.funnel is None else {unit.unit: exact(unit) for unit in found.funnel.units}
    own = {unit.unit: unit for unit in found.own.units}
    rows = []
    for code in sorted({*told, *own}):
        of_unit = told[code] if code in told else _without_limits(own[code], len(OF_UNIT))
        rows.append((*of_unit, *(_exact(own[code]) if code in own else _of_table())))
    columns = (*OF_UNIT, *COLUMNS)
    notes = list(_notes(found))
    if format == "csv":
        emit(rows, columns, "csv")
        for note in notes:
            say(note)
        return
    emit_json(
        {
            "indicator": found.own.line.of.name,
            "line": found.own.line.key,
            "cohort": str(found.own.result.cohort),
            "denominator": found.own.result.denominator,
            "position": found.own.result.frames.position,
            "known_on": found.own.result.frames.known_on,
            "table": found.table.table.name if found.table else None,
            "source": found.source,
            **({} if found.funnel is None else whole(found.funnel)),
            "notes": notes,
            "units": [dict(zip(columns, row, strict=True)) for row in rows],
        }
    )


def _show_table(found: "Beside", in_words: Any) -> None:
    from tracker.cli.compare import IN_WORDS

    click.echo(f"{found.title}. Source: {found.source}\n")
    if found.funnel is not None:
        emit((in_words(unit) for unit in found.funnel.units), IN_WORDS, "table")
        click.echo()
    grounds = [each for each in PROTECTIONS if any(_has(unit, each) for unit in found.own.units)] or ["other"]
    emit(
        (
            (
                unit.unit if unit.called == unit.unit else f"{unit.unit} {unit.called}",
                *_people(unit),
                *(_ratio(unit, protection) for protection in grounds),
                *_gap(unit),
                _local(unit),
            )
            for unit in found.own.units
        ),
        (
            "municipality",
            "x",
            "n",
            "unknown",
            "share",
            *(f"O/E{'' if ground == 'other' else f', {ground} protection'}" for ground in grounds),
            "residents",
            "gap (points)",
            "local unemployment",
        ),
        "table",
    )
    click.echo()
    for note in _notes(found):
        click.echo(fill(note, 110))


def _people(unit: "Own") -> tuple[Any, ...]:
    if unit.people is None:
        return None, None, None, "hidden"
    share = "-" if unit.people.share is None else f"{unit.people.share:.1%}"
    few = unit.shown == "counts"
    return unit.people.counted, unit.people.out_of, unit.unknown, "too few for a share" if few else share


def _ratio(unit: "Own", protection: str) -> str:
    from tracker.indicators.statistics.standardisation import NoReference

    if isinstance(unit.against, NoReference):
        return "no reference"
    found = _against(unit, protection)
    if found is None or found.shown == "nobody":
        return "-"
    if found.ratio is None:
        # Where nobody is expected there is nothing to divide by.
        return {"no-reference": "no reference", "shown": "-"}.get(found.shown, found.shown)
    limits = "" if found.interval is None else f" ({found.interval[0]:.2f} - {found.interval[1]:.2f})"
    return f"{found.ratio:.2f}{limits}"


def _has(unit: "Own", protection: str) -> bool:
    """Whether the municipality has people on this ground of protection."""
    found = _against(unit, protection)
    return found is not None and found.shown != "nobody"


def _against(unit: "Own", protection: str) -> "Against | None":
    if not isinstance(unit.against, tuple):
        return None
    return next((each for each in unit.against if each.protection == protection), None)


def _gap(unit: "Own") -> tuple[str, str]:
    from tracker.indicators.municipalities import Gap

    gap = unit.residents
    if not isinstance(gap, Gap):
        return "no reference" if unit.shown == "shown" else "-", "-"
    points = (100 * value for value in (gap.difference, gap.interval.low, gap.interval.high))
    return f"{gap.expected:.1%}", "{:+.1f} ({:+.1f} to {:+.1f})".format(*points)


def _local(unit: "Own") -> str:
    from tracker.indicators.labour_market import LocalUnemployment

    return str(unit.unemployment) if isinstance(unit.unemployment, LocalUnemployment) else "no reference"


def _exact(unit: "Own") -> tuple[Any, ...]:
    from tracker.indicators.labour_market import LocalUnemployment
    from tracker.indicators.municipalities import Gap

    ratios: list[Any] = []
    for protection in PROTECTIONS:
        each = _against(unit, protection)
        if each is None:
            ratios += [None, None, None, "nobody" if isinstance(unit.against, tuple) else "no-reference"]
        else:
            ratios += [each.ratio, *(each.interval or (None, None)), each.shown]
    gap, local = unit.residents, unit.unemployment
    return (
        unit.shown,
        unit.unknown,
        *ratios,
        *((gap.expected, gap.difference, gap.interval.low, gap.interval.high) if isinstance(gap, Gap) else [None] * 4),
        *((local.percent, local.months) if isinstance(local, LocalUnemployment) else (None, None)),
    )


def _of_table() -> tuple[Any, ...]:
    """A unit of a table has its own figure, and nothing more is known of its people."""
    return ("table", *[None] * (len(COLUMNS) - 1))


def _without_limits(unit: "Own", width: int) -> tuple[Any, ...]:
    told: tuple[Any, ...] = (unit.unit, unit.called)
    if unit.people is not None:
        told += (unit.people.counted, unit.people.out_of)
    if unit.people is not None and unit.shown == "shown":
        interval = unit.people.wilson()
        told += (unit.people.share, interval.low, interval.high)
    return (*told, *[None] * (width - len(told)))


def _notes(found: "Beside") -> Iterator[str]:
    """What a reader must know: how to read it, what is missing and why, and what it must not be used for."""
    from tracker.exporting.results import notes_of
    from tracker.indicators.compare import said_of
    from tracker.indicators.labour_market import BESIDE
    from tracker.indicators.municipalities import Gap
    from tracker.indicators.robustness.against import R4
    from tracker.indicators.statistics.standardisation import NoReference

    yield from notes_of(found.own.result)
    if found.own.line.of.id == "R1":
        yield R4.caution
    if found.funnel is None:
        yield f"no funnel: {found.why_none}"
    else:
        yield from said_of(found.funnel)
    against = found.own.units[0].against if found.own.units else NoReference("there is no municipality")
    if isinstance(against, NoReference):
        yield f"O/E: no reference: {against.reason}"
    else:
        yield f"O/E: observed over expected of people of the same schooling, gender and age. {R4.caution}"
    residents = found.own.residents
    if isinstance(residents, NoReference):
        yield f"residents: no reference: {residents.reason}"
    else:
        table = residents.table
        yield (
            f"residents: {table.name}{f', {residents.year}' if residents.year else ''}, with the ages and genders of "
            f"the cohort; {table.source}"
        )
    if any(isinstance(unit.residents, Gap) for unit in found.own.units):
        yield "gap: percentage points with a 95 % interval; the residents' share is taken as known"
    reasons: Mapping[str, None] = dict.fromkeys(
        unit.unemployment.reason for unit in found.own.units if isinstance(unit.unemployment, NoReference)
    )
    if reasons:
        yield f"local unemployment: no reference: {'; '.join(reasons)}"
    else:
        yield f"{BESIDE['unemployment']}"
