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
@option_known_at
def export_(folder: Path, personal_data: bool, format: str, known_at: str | None) -> None:
    """Write every table of the read model into FOLDER, with a README of the columns.

    FOLDER must be new or empty. The rows are about single persons, so it must be said with --personal-data and
    is noted in the access log; figures that may leave the house come from tracker indicators --format csv.
    """
    from tracker.exporting.export import export

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


COMMANDS: tuple[click.Command, ...] = (export_,)
