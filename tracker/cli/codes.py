"""Commands for municipality codes: taking in a file of them, and seeing what became of a code."""

from pathlib import Path

import click

from tracker.cli.session import municipality_code, say


@click.group("codes", short_help="Municipality codes through the years.")
def codes() -> None:
    """Municipality codes through the years, so that figures can be told by the codes of one of them."""


@codes.command("import")
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
def import_(files: tuple[Path, ...]) -> None:
    """Take in the correspondence of Klass 131, in place of what was taken in before.

    One FILE has the columns GRUPPEKODE, GRUPPETEKST, KODE and TEKST (Statistics Norway, merged time series of
    municipalities). Lists of the codes of single years (kommunenummer, navn; kommuner_2024.csv) may be given with it:
    they tell since when a code has been in force.
    """
    from tracker.code_files import read_codes
    from tracker.settings import Settings

    found = read_codes(files)
    found.save(Settings.from_environment().home)
    say(f"imported {len(found.spans)} municipality codes, {found.first_year} to {found.newest}")


@codes.command("show")
@click.argument("code", metavar="CODE", callback=municipality_code)
@click.option(
    "--from", "from_year", type=int, required=True, metavar="YEAR", help="The year in which CODE was in force."
)
@click.option("--to", "year", type=int, metavar="YEAR", help="The year whose code is wanted; left out, the newest.")
def show(code: str, from_year: int, year: int | None) -> None:
    """Print the code of another year under which the people of CODE are counted; `split: CODE` where there is none."""
    from tracker.codes import Codes
    from tracker.settings import Settings

    known = Codes.load(Settings.from_environment().home)
    wanted = known.newest if year is None else year
    found = known.in_year(code, from_year, wanted)
    click.echo(known.group(code, from_year, wanted))
    if found is None:
        say(f"{code} of {from_year} has no single code in {wanted}; its people are a group of their own there")
    else:
        say(f"{code} {known.name(code, min(from_year, known.newest))} -> {found} {known.name(found, wanted)}")


COMMANDS: tuple[click.Command, ...] = (codes,)
