"""Keeping an installation in order: rebuild, verify, status, forget."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.options import participant
from tracker.cli.session import author, emit, emit_json, opened, progress, say
from tracker.errors import Refusal

if TYPE_CHECKING:
    from uuid import UUID

    from tracker.application import ProgressionTracker
    from tracker.readmodel.verify import Difference

TYPED = 8


class NotConfirmed(Refusal):
    """What cannot be undone was not confirmed, so it was not done."""

    code = "not-confirmed"


@click.command(short_help="Fold the read model anew from the log.")
@click.option("--processes", type=click.IntRange(min=1), metavar="NUMBER", help="Folding processes; one a core.")
def rebuild(processes: int | None) -> None:
    """Fold the whole read model anew from the log; the old one serves until the new one is in place."""
    from tracker.readmodel.rebuild import rebuild as fold_anew

    with opened(rebuild_if_outdated=False) as app:
        position = fold_anew(app, progress("folding"), processes)
        say(f"{app.read_model.name} stands at @{position}, with {app.log_of_facts.count()} facts")


@click.command(short_help="Compare the read model with the log, row by row.")
def verify() -> None:
    """Compare the read model with a fold of the whole log, row by row; exit code 1 where they differ."""
    from tracker.readmodel.verify import verify as compare

    with opened() as app:
        verdict = compare(app, progress("comparing"))
        if verdict.is_clean:
            _note_verified(app, verdict.position)
            click.echo(f"{verdict.rows} rows of {verdict.facts} facts agree with the log at @{verdict.position}")
            return
        for difference in verdict.differences:
            click.echo(_readable(difference))
        more = verdict.differing - len(verdict.differences)
        say(
            f"{verdict.differing} rows differ from the log at @{verdict.position}"
            + (f", {more} of them not shown" if more else "")
            + "; tracker rebuild makes the read model anew, and this is worth reporting"
        )
        raise SystemExit(1)


def _note_verified(app: "ProgressionTracker", position: int) -> None:
    from tracker.storage import writing

    with writing(app.read_model.database) as connection:
        connection.execute("UPDATE state SET value = ? WHERE name = 'verified'", (position,))


def _readable(difference: "Difference") -> str:
    from tracker.readmodel.tables import BY_NAME, MOMENTS, NEWEST

    table = BY_NAME.get(difference.table) or {MOMENTS.name: MOMENTS, NEWEST.name: NEWEST}[difference.table]
    cells = zip(table.names, difference.row, strict=False)
    told = ", ".join(f"{name}={value}" for name, value in cells if value is not None) or "(no row)"
    return f"{difference.table}: {difference.what} {told}"


@click.command(short_help="Where the installation stands.")
@click.option("--format", "format", type=click.Choice(["table", "json"]), default="table", show_default=True)
def status(format: str) -> None:
    """Where the installation stands: log, read model, participants, files."""
    with opened(rebuild_if_outdated=False) as app:
        app.read_model.caught_up()
        known = dict(_standing(app))
        if format == "json":
            emit_json(known)
            return
        files = known.pop("files")
        emit(((name, _shown(value)) for name, value in known.items()), ("what", "value"))
        click.echo()
        emit(sorted(files.items()), ("file", "bytes"))


def _standing(app: "ProgressionTracker") -> Iterator[tuple[str, Any]]:
    from tracker.readmodel.tables import FOLD, SCHEMA

    model, verified = app.read_model, app.read_model.state("verified")
    yield "folder", str(app.settings.home)
    yield "store", "the folder" if app.settings.events is None else "PostgreSQL"
    yield "facts", app.log_of_facts.count()
    yield "head", app.log_of_facts.head()
    yield "read_model", model.name
    yield "position", model.state()
    yield "lag", model.lag()
    yield "fold", model.state("fold")
    yield "schema", model.state("schema")
    yield "outdated", f"yes: the program has fold {FOLD}, schema {SCHEMA}" if model.is_outdated else False
    yield "verified_at", verified or None
    yield "participants", _count(app, "SELECT COUNT(DISTINCT participant) FROM participants WHERE known_to IS NULL")
    yield "erased", _count(app, "SELECT COUNT(*) FROM erased")
    folder = app.settings.home
    yield "files", {path.name: path.stat().st_size for path in folder.iterdir() if path.is_file()}


def _count(app: "ProgressionTracker", statement: str) -> int | None:
    """None where a read model of an older schema has no such table."""
    try:
        return int(app.read_model.database.execute(statement).fetchone()[0])
    except sqlite3.OperationalError:
        return None


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "never" if value is None else str(value)


@click.command(short_help="Erase everything about a participant for good.")
@participant
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(participant: str, yes: bool) -> None:
    """Erase everything about a participant for good: facts, names, numbers, references.

    Only the fact that somebody was erased stays. It cannot be undone.
    """
    with opened() as app:
        found = app.find(participant)
        # A forgotten participant, or one who never was, is refused before anybody is asked.
        facts = len(app.journey(found).recorded)
        if not yes:
            _confirm(found, facts)
        app.forget(found, author(app))
        say(f"{found} is erased; backups hold the participant until they are overwritten")


@click.command("rotate-key", short_help="Wrap every key anew with a new master key.")
@click.argument("new_file", type=click.Path(path_type=Path), metavar="NEWFILE")
def rotate_key(new_file: Path) -> None:
    """Make a new master key in NEWFILE and wrap every participant's key with it; sealed facts do not change.

    From then on the old master key opens nothing: put the new one in its place.
    """
    from tracker.keys import new_master_key_file

    with opened(rebuild_if_outdated=False) as app:
        # The key is on disk before anything depends on it.
        count = app.keys.rotate(new_master_key_file(new_file))
    say(
        f"{count} keys are wrapped by the key in {new_file}; put it in the place of the old one "
        "(master.key in the data folder, TRACKER_MASTER_KEY_FILE or TRACKER_MASTER_KEY), and keep a copy elsewhere"
    )


def _confirm(found: "UUID", facts: int) -> None:
    begins = str(found)[:TYPED]
    say(f"{found} has {facts} facts; erasing them cannot be undone")
    typed = click.prompt(f"type {begins} to erase", err=True, default="", show_default=False)
    if typed.strip() != begins:
        raise NotConfirmed(f"{begins} was not typed; nothing was erased")


COMMANDS: tuple[click.Command, ...] = (rebuild, verify, status, forget, rotate_key)
