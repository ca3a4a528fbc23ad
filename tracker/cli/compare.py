"""The command that sets units beside each other, with limits for chance and without any ranking."""

from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.answerable import answerable
from tracker.cli.basis import frames_at, option_cohort, say_basis
from tracker.cli.publishing import published
from tracker.cli.session import emit, emit_json, opened, option_format, option_known_at, position_at, say
from tracker.cli.sharing import option_at, option_choice, option_line

if TYPE_CHECKING:
    from tracker.indicators.cohort import Cohort
    from tracker.indicators.compare import Compared, Comparison
    from tracker.indicators.expected import Line
    from tracker.indicators.statistics.proportions import Interval
    from tracker.reference_tables.lookup import CountsReference, References

COLUMNS = (
    "unit",
    "called",
    "counted",
    "n",
    "share",
    "wilson_low",
    "wilson_high",
    "low_95",
    "high_95",
    "low_998",
    "high_998",
    "wide_low_95",
    "wide_high_95",
    "wide_low_998",
    "wide_high_998",
    "by_chance",
    "with_spread",
    "shrunk",
    "shrunk_low",
    "shrunk_high",
    "pooled_years",
    "pooled_counted",
    "pooled_n",
)
IN_WORDS = (
    "unit",
    "x",
    "n",
    "share",
    "95 % interval",
    "95 % limits",
    "99.8 % limits",
    "wide 95 %",
    "wide 99.8 %",
    "by chance",
    "with spread",
    "shrunk",
    "pooled years",
)


@click.command("compare", short_help="Units beside each other: more than chance? Never a ranking.")
@click.argument("name", required=False, metavar="[INDICATOR]")
@option_line
@option_choice
@option_at
@option_cohort
@click.option("--codes", "codes", type=int, metavar="YEAR", help="Municipalities by the codes of this year.")
@click.option("--table", metavar="ID[@VERSION]", help="A reference table of counts.")
@click.option("--year", type=int, help="The year of the table; left out, that of the cohort, or the last it has.")
@click.option("--svg", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write a funnel plot too.")
@option_known_at
@option_format
def compare(
    name: str | None,
    line: str | None,
    choice: str | None,
    at: int | None,
    cohort: str | None,
    codes: int | None,
    table: str | None,
    year: int | None,
    svg: Path | None,
    known_at: str | None,
    format: str,
) -> None:
    """Compare municipalities or counties by a funnel: share and n against what chance alone leaves.

    With an INDICATOR and a line, the municipalities of this installation, with the units of a table beside where one is
    named; observed over expected, residents of the same age and gender and local unemployment stand beside where there
    are reference tables. With a table alone, its units.

    Limits are exact binomial, 95 and 99.8 %; the wide ones add the spread between units (over-dispersion). Units stand
    in the order of their codes or names. Small ones show their share drawn toward the others, and three years together.
    """
    if name is not None:
        _own(name, line, choice, at, cohort, codes, table, year, svg, known_at, format)
        return
    for option, value in (("line", line), ("choice", choice), ("at", at), ("cohort", cohort), ("codes", codes)):
        if value is not None:
            raise click.UsageError(f"--{option} is for an indicator; name one, such as tracker compare E2")
    if table is None:
        raise click.UsageError("name an indicator, a table of counts with --table, or both")
    _of_table(table, year, svg, known_at, format)


def _own(
    name: str,
    line: str | None,
    choice: str | None,
    at: int | None,
    cohort: str | None,
    codes: int | None,
    table: str | None,
    year: int | None,
    svg: Path | None,
    known_at: str | None,
    format: str,
) -> None:
    from tracker.cli.own_units import show
    from tracker.indicators import catalogue
    from tracker.indicators.beside import beside
    from tracker.indicators.cohort import Cohort
    from tracker.indicators.lines import line_of
    from tracker.indicators.municipalities import not_compared, own_municipalities
    from tracker.reference_tables.lookup import references_in

    indicator = catalogue.indicator(name)
    not_compared(indicator)
    about = Cohort.parse(cohort) if cohort else Cohort(indicator.axis)
    meant = line_of(indicator, line, about.axis, at, choice)
    with opened() as app:
        frames = frames_at(app, known_at)
        if codes is not None:
            from tracker.codes import Codes

            frames = frames.in_codes_of(codes, Codes.load(app.settings.home))
        answerable(frames, about)
        counts = None if table is None else _counts_of(references_in(frames), table, year, meant, about)
        found = beside(own_municipalities(frames, meant, about, lambda results: published(app, results)), counts)
    if svg is not None:
        _draw(svg, found.funnel, found.title, found.source, found.why_none)
    show(found, format)
    say_basis(frames)


def _counts_of(
    references: "References", table: str, year: int | None, line: "Line", cohort: "Cohort"
) -> "CountsReference":
    """The units of a table, which must be about the same figure where it says about which."""
    from tracker.indicators.compare import NothingToCompare
    from tracker.indicators.statistics.standardisation import NoReference

    there = references.find(table)
    years = {int(row.key["year"]) for row in there.rows if "year" in row.key}
    if year is None and cohort.first == cohort.last and cohort.first in years:
        year = cohort.first
    told = {} if there.indicator is None else {"indicator": line.of.name, "line": line.key}
    counts = references.counts_for(there.name, year=year, **told)
    if isinstance(counts, NoReference):
        raise NothingToCompare(counts.reason)
    if there.indicator is None:
        say(f"{there.name} does not say which indicator it is of; see to it that it counts the same")
    return counts


def _draw(svg: Path, funnel: "Comparison | None", title: str, source: str, why_none: str) -> None:
    from tracker.indicators.funnel_drawing import drawn

    if funnel is None:
        say(f"no funnel is drawn: {why_none}")
        return
    svg.write_text(drawn(funnel, title, source), encoding="utf-8")
    say(f"wrote {svg}")


def _of_table(table: str, year: int | None, svg: Path | None, known_at: str | None, format: str) -> None:
    from tracker.indicators.compare import NothingToCompare, said_of
    from tracker.indicators.compare import compare as compared
    from tracker.indicators.statistics.standardisation import NoReference
    from tracker.reference_tables.lookup import references_of

    with opened() as app:
        counts = references_of(app, position_at(app, known_at)).counts_for(table, year=year)
    if isinstance(counts, NoReference):
        raise NothingToCompare(counts.reason)
    found = compared(
        counts.units,
        names=counts.table.labels.get("unit"),
        by_year=counts.by_year,
        year=counts.year,
        hidden=counts.hidden,
    )
    title = f"{counts.table.name}" + (
        f", {counts.year or counts.table.period}" if counts.year or counts.table.period else ""
    )
    if svg is not None:
        _draw(svg, found, title, counts.table.source, "")
    if format == "table":
        click.echo(f"{title}. Source: {counts.table.source}\n")
        emit((in_words(unit) for unit in found.units), IN_WORDS, "table")
        click.echo()
        for line in said_of(found):
            click.echo(fill(line, 110))
        return
    rows = [exact(unit) for unit in found.units]
    if format == "csv":
        emit(rows, COLUMNS, "csv")
        for line in said_of(found):
            say(line)
        return
    emit_json({"table": counts.table.name, "source": counts.table.source, **whole(found), "units": _named(rows)})


def whole(found: "Comparison") -> dict[str, Any]:
    """What all units have in common, for a machine to read."""
    from tracker.indicators.compare import said_of
    from tracker.indicators.statistics.shrinkage import Prior

    prior = found.prior
    told = {"alpha": prior.distribution.alpha, "beta": prior.distribution.beta} if isinstance(prior, Prior) else None
    return {
        "target": found.target,
        "phi": found.phi,
        "tau2": found.tau2,
        "prior": told,
        "hidden": found.hidden,
        "without_people": found.without_people,
        "reading": said_of(found),
    }


def _named(rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def exact(unit: "Compared") -> tuple[Any, ...]:
    """A unit in the order of ``COLUMNS``."""
    from tracker.indicators.statistics.funnel import ALARM, WARNING

    limits, wide = unit.point.limits, unit.point.wide_limits
    intervals = (unit.interval, limits[WARNING], limits[ALARM], wide[WARNING], wide[ALARM])
    shrunk, pooled = unit.shrunk_interval, unit.pooled
    return (
        unit.unit,
        unit.called,
        unit.proportion.counted,
        unit.proportion.out_of,
        unit.proportion.share,
        *(bound for interval in intervals for bound in (interval.low, interval.high)),
        unit.position(),
        unit.position(overdispersion=True),
        unit.shrunk,
        shrunk.low if shrunk else None,
        shrunk.high if shrunk else None,
        ", ".join(map(str, pooled.years)) if pooled else None,
        pooled.proportion.counted if pooled else None,
        pooled.proportion.out_of if pooled else None,
    )


def in_words(unit: "Compared") -> tuple[Any, ...]:
    """A unit in the order of ``IN_WORDS``."""
    from tracker.indicators.statistics.funnel import ALARM, WARNING

    limits, wide = unit.point.limits, unit.point.wide_limits
    pooled = unit.pooled
    return (
        unit.unit if unit.called == unit.unit else f"{unit.unit} {unit.called}",
        unit.proportion.counted,
        unit.proportion.out_of,
        f"{unit.proportion.share:.1%}",
        _span(unit.interval),
        _span(limits[WARNING]),
        _span(limits[ALARM]),
        _span(wide[WARNING]),
        _span(wide[ALARM]),
        unit.position(),
        unit.position(overdispersion=True),
        None if unit.shrunk is None else f"{unit.shrunk:.1%}",
        None
        if pooled is None
        else f"{pooled.proportion.counted}/{pooled.proportion.out_of} in {', '.join(map(str, pooled.years))}",
    )


def _span(interval: "Interval") -> str:
    return f"{interval.low:.1%} - {interval.high:.1%}"


COMMANDS: tuple[click.Command, ...] = (compare,)
