"""What leaves for other programs and people: a calendar file, the weekly digest, the participant's own copy."""

from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from tracker.cli.answerable import check_municipality
from tracker.cli.journeys import option_at
from tracker.cli.options import participant
from tracker.cli.session import author, caught_up, municipality_code, opened, option_known_at, position_at, say
from tracker.journey import OSLO
from tracker.wording import Language

if TYPE_CHECKING:
    from tracker.application import ProgressionTracker
    from tracker.follow_up.scope import Scope

option_language = click.option(
    "--language",
    type=click.Choice(get_args(Language)),
    default="nb",
    show_default=True,
    help="Bokmål, nynorsk or English.",
)
option_municipality = click.option(
    "--municipality", metavar="CODE", callback=municipality_code, help="Only those in the care of this municipality."
)


@click.command(short_help="Write what is due for an advisor as a calendar file.")
@click.option("--advisor", required=True, metavar="NAME", help="User name of the advisor.")
@click.option(
    "--ahead", default="90d", show_default=True, metavar="TIME", help="How far to look ahead: 7d, 2w, 3m, 1y."
)
@option_municipality
@option_language
@option_at
@option_known_at
def calendar(
    advisor: str, ahead: str, municipality: str | None, language: Language, at: date | None, known_at: str | None
) -> None:
    """Write conversations and tasks of an advisor's participants as iCalendar, for Outlook or Thunderbird.

    Each is an event of a whole day that does not make the day busy. Titles hold no names: the reference is the
    beginning of the participant's id. The same task has the same identity in every file, so a newer file takes the
    place of an older one.
    """
    from tracker.follow_up.calendar_file import calendar_file

    with opened() as app:
        scope = _scope(app, advisor, municipality, at, known_at)
        made = calendar_file(app, scope, ahead, language)
        click.echo(made, nl=False)
        say(f"{made.count(b'BEGIN:VEVENT')} events from {scope.at}, as known at @{scope.position}")


@click.command(short_help="Write the weekly digest of each advisor.")
@click.option("--advisor", metavar="NAME", help="Only the digest of this advisor.")
@option_municipality
@option_language
@click.option(
    "--inactive",
    default="3m",
    show_default=True,
    metavar="TIME",
    help="Tell of those not contacted for so long: 3m, 90d.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Write a file for each advisor into this folder; left out, all go to stdout.",
)
@option_at
@option_known_at
def digest(
    advisor: str | None,
    municipality: str | None,
    language: Language,
    inactive: str,
    out: Path | None,
    at: date | None,
    known_at: str | None,
) -> None:
    """Write a plain text for each advisor: what is overdue and due, what is new, who was not contacted.

    Counts and references only, no names, in lines of at most 72 characters; the first line is the subject. A digest of
    the same week and advisor is written anew.
    """
    from tracker.follow_up.digest import digests

    with opened() as app:
        scope = _scope(app, advisor, municipality, at, known_at)
        week_before = (scope.at - timedelta(days=7)).isoformat()
        before = min(app.read_model.known_at(week_before), scope.position)
        found = list(digests(app.read_model, scope, before, language, inactive))
        if out is not None:
            out.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number, one in enumerate(found):
            if out is None:
                click.echo(("\n" if number else "") + one.text, nl=False)
            else:
                (out / one.file_name).write_text(one.text, encoding="utf-8", newline="\n")
        say(f"{len(found)} digests of {scope.at}, as known at @{scope.position}")


@click.command("copy", short_help="Write a participant's own copy of all that is recorded.")
@participant
@option_language
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.html",
    help="Write a new file that only its owner can read; left out, the page goes to stdout.",
)
def own_copy(participant: str, language: Language, out: Path | None) -> None:
    """Write all that is recorded about a participant as a page for the participant, which prints well.

    Who the person is, goals, contract, follow-up and every entry, with who recorded it and when; corrections are shown
    as such. It is also the answer to a request for access.
    """
    from tracker.access_log import AccessLog
    from tracker.own_copy.page import own_copy as page_of
    from tracker.own_copy.page import write
    from tracker.storage import app_database

    with opened() as app:
        found = app.find(participant)
        app.journey(found)
        caught_up(app)
        page = page_of(app, found, language, author(app))
        with closing(app_database(app.settings.home)) as database:
            AccessLog(database).note(app.clock(), app.settings.by, f"copy {language}", participant=found)
        if out is None:
            click.echo(page.encode(), nl=False)
        else:
            write(page, out)
        say("the copy holds personal data: name, numbers and every entry; give it to the participant alone")


def _scope(
    app: "ProgressionTracker", advisor: str | None, municipality: str | None, at: date | None, known_at: str | None
) -> "Scope":
    from tracker.follow_up.scope import Scope

    position = position_at(app, known_at)
    check_municipality(app, municipality)
    return Scope(position, at or app.clock().astimezone(OSLO).date(), advisor, municipality)


COMMANDS: tuple[click.Command, ...] = (calendar, digest, own_copy)
