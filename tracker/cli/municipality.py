"""The municipality itself, from the command line: taking the tracker into use, and adopting norms."""

from typing import Any

import click

from events.fields import meaning
from events.municipality import MunicipalityRegistered, NormSetAdopted
from tracker.cli.options import fact_from, option_command, options_of
from tracker.cli.session import author, opened, say


@click.group(short_help="A municipality's own facts: registration and adopted norms.")
def municipality() -> None:
    """Facts that belong to a municipality and to no person: that it uses the tracker, and which norms it adopted."""


def _register(**values: Any) -> None:
    fact = fact_from(MunicipalityRegistered, values)
    with opened() as app:
        click.echo(str(app.register_municipality(fact, author(app))))


@option_command
def _adopt_norms(code: str, command: str | None, **values: Any) -> None:
    fact = fact_from(NormSetAdopted, values)
    with opened() as app:
        from tracker.application import municipality_stream
        from tracker.course.asking import adopt

        recorded = adopt(app, code, fact, author(app), command=command)
        if not recorded:
            say("this command was carried out before; nothing more was recorded")
        for item in recorded:
            click.echo(f"{municipality_stream(code)} {item.version}")


municipality.add_command(
    click.Command(
        "register",
        callback=_register,
        params=options_of(MunicipalityRegistered),
        help=f"{meaning(MunicipalityRegistered)}\n\nPrints the id of its stream.",
        short_help="Register a municipality; prints the id of its stream.",
    )
)
municipality.add_command(
    click.Command(
        "adopt-norms",
        callback=_adopt_norms,
        params=[
            click.Argument(["code"], metavar="MUNICIPALITY"),
            *options_of(NormSetAdopted),
            *_adopt_norms.__click_params__,  # type: ignore[attr-defined]
        ],
        help=f"{meaning(NormSetAdopted)}\n\nMUNICIPALITY is its code. default 1 comes with the tracker; own norms are "
        "files in the folder norms of the data folder. Prints the stream and the version of the fact.",
        short_help="Adopt norms of expected progression.",
    )
)

COMMANDS: tuple[click.Command, ...] = (municipality,)
