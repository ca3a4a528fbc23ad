"""``tracker export``: the read model's tables as files."""

from pathlib import Path

import click

from tracker.cli.session import (
    author,
    caught_up,
    not_for_publication,
    opened,
    option_known_at,
    position_at,
    progress,
    say,
)


@click.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--personal-data", is_flag=True, help="Yes, rows about single persons are wanted.")
@click.option(
    "--format",
    "format",
    type=click.Choice(["csv", "xlsx", "parquet"]),
    default="csv",
    show_default=True,
    help="csv opens in Norwegian spreadsheets; xlsx holds a million rows; parquet is for analysis.",
)
@click.option(
    "--public", is_flag=True, help="Rows without names, each like at least four others in what is known of people."
)
@click.option("--cohort", metavar="AXIS:YEARS", help="With --public: left:2023, settled:2019..2021.")
@click.option(
    "--outcome", "outcomes", multiple=True, metavar="ID/LINE/MONTHS", help="With --public: E2/work-20-hours/12."
)
@click.option(
    "--generalise", default="", metavar="COLUMNS", help="With --public: municipality, gender, age, settled-year, track."
)
@option_known_at
def export_(
    folder: Path,
    personal_data: bool,
    format: str,
    public: bool,
    cohort: str | None,
    outcomes: tuple[str, ...],
    generalise: str,
    known_at: str | None,
) -> None:
    """Write every table of the read model into FOLDER, with a README of the columns.

    FOLDER must be new or empty. The rows are about single persons, so it must be said with --personal-data and
    is noted in the access log; figures that may leave the house come from tracker indicators --format csv, and rows
    that may from --public: a cohort by municipality, gender, age, year of settlement and track, with outcomes.
    A column named under --generalise is made coarser, each time by one step.
    """
    from tracker.exporting.export import export

    if public:
        if personal_data:
            raise click.UsageError("--public rows are about nobody in particular; leave --personal-data out")
        if cohort is None or not outcomes:
            raise click.UsageError("--public needs a --cohort and an --outcome, such as E2/work-20-hours/12")
        _public(folder, format, cohort, outcomes, generalise, known_at)
        return

    with opened() as app:
        position = None
        if personal_data:
            position = position_at(app, known_at) if known_at is not None else None
            if known_at is None:
                caught_up(app)
        done = export(
            app,
            folder,
            author(app),
            personal_data=personal_data,
            form=format,  # type: ignore[arg-type]
            known_at=position,
            progress=progress("exporting"),
        )
    shown = f"@{done.position}" if done.known_at is None else f"@{done.position}, as known at @{done.known_at}"
    say(f"exported {sum(done.rows.values())} rows of {len(done.rows)} tables to {folder}, at {shown}")
    not_for_publication()


def _public(
    folder: Path, format: str, cohort: str, outcomes: tuple[str, ...], generalise: str, known_at: str | None
) -> None:
    from tracker.cli.basis import frames_at
    from tracker.exporting.public import SMALLEST_CLASS, Outcome, export_public
    from tracker.indicators.cohort import Cohort

    wanted, about = [Outcome.parse(each) for each in outcomes], Cohort.parse(cohort)
    coarser = [name.strip() for name in generalise.split(",") if name.strip()]
    with opened() as app:
        frames = frames_at(app, known_at)
        done = export_public(app, folder, author(app), frames, about, wanted, coarser, format)  # type: ignore[arg-type]
    say(f"exported {done} rows to {folder}, at @{frames.position}; each is like at least {SMALLEST_CLASS - 1} others")
    say("do not publish beside another export of the same cohort: two of them together may single out a person")


COMMANDS: tuple[click.Command, ...] = (export_,)
