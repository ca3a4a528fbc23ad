"""Commands that carry stratum counts out of a municipality, and add those of several up."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.answerable import answerable
from tracker.cli.basis import frames_at, option_cohort, option_municipality, say_basis
from tracker.cli.publishing import published
from tracker.cli.session import opened, option_known_at, say

if TYPE_CHECKING:
    from tracker.reference_tables.sharing import StratumCounts

option_line = click.option("--line", metavar="NAME", help="The line of the indicator; left out, those it has are told.")
option_choice = click.option("--choice", metavar="NAME", help="The variant of the line, where it has several.")
option_at = click.option(
    "--at", type=click.IntRange(min=0), metavar="MONTHS", help="Months after the day; needed where there are several."
)
option_out = click.option(
    "--out", required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write to this file."
)
option_overwrite = click.option("--overwrite", is_flag=True, help="The file may be there already.")


@click.command("export")
@click.argument("name", metavar="INDICATOR")
@option_line
@option_choice
@option_at
@option_cohort
@option_municipality
@click.option("--codes", "codes", type=int, metavar="YEAR", help="Municipalities by the codes of this year.")
@option_known_at
@option_out
@option_overwrite
def export(
    name: str,
    line: str | None,
    choice: str | None,
    at: int | None,
    cohort: str | None,
    municipality: str | None,
    codes: int | None,
    known_at: str | None,
    out: Path,
    overwrite: bool,
) -> None:
    """Write the counts of a line by stratum, to be pooled with those of other municipalities.

    A stratum is protection, schooling group, gender and age. Small groups are hidden as in every publication; where too
    much is hidden, ages are taken together, then genders, then schooling. The file is imported with tracker reference
    import strata, best after tracker reference pool.
    """
    from tracker.indicators import catalogue
    from tracker.indicators.cohort import Cohort
    from tracker.indicators.lines import line_of, months_waited
    from tracker.reference_tables.sharing import shared

    indicator = catalogue.indicator(name)
    waited = months_waited(indicator, line)
    about = Cohort.parse(cohort) if cohort else Cohort(waited.axis if waited else indicator.axis)
    meant = waited or line_of(indicator, line, about.axis, at, choice)
    with opened() as app:
        frames = frames_at(app, known_at)
        if codes is not None:
            from tracker.codes import Codes

            frames = frames.in_codes_of(codes, Codes.load(app.settings.home))
        answerable(frames, about, municipality)
        found = shared(frames, meant, about, municipality, lambda results: published(app, results))
    _write(found, out, overwrite)
    assert found.people is not None, "of one municipality all people are known"
    say(
        f"{len(found.cells)} strata, {found.hidden} of them hidden with {found.people - found.told} of "
        f"{found.people} people"
    )
    if found.merged:
        say(f"taken together, since too much would be hidden: {', '.join(found.merged)}")
    say_basis(frames)


@click.command("pool")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE..."
)
@option_out
@option_overwrite
def pool(files: tuple[Path, ...], out: Path, overwrite: bool) -> None:
    """Add up the stratum counts of several municipalities, each of them once.

    The result is imported by each of them with tracker reference import strata, as a new version.
    """
    from tracker.reference_tables.pooling import pooled_counts, read_counts

    read = [(str(file), read_counts(file)) for file in files]
    found = pooled_counts(read)
    _write(found, out, overwrite)
    say(f"{len(found.places)} municipalities: {', '.join(place.code for place in found.places)}; {found.told} people")
    for file, counts in read:
        if counts.hidden:
            say(f"{file}: {counts.hidden} hidden strata are left out of both counts")
    if found.merged:
        say(f"not told apart by all files, and so by none: {', '.join(found.merged)}")


def _write(counts: "StratumCounts", out: Path, overwrite: bool) -> None:
    from tracker.exporting.figures import written_beside
    from tracker.reference_tables.pooling import write_counts

    with written_beside(Path(os.path.abspath(out)), overwrite) as path:
        write_counts(counts, path)
    say(f"wrote {out}: {counts.indicator}, line {counts.line}, cohort {counts.cohort}")
