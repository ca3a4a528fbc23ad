"""The people behind figures on the command line, and their facts: for those who may, and written down each time."""

from collections.abc import Iterable
from contextlib import closing
from typing import TYPE_CHECKING
from uuid import UUID

import click

from tracker.cli import figure_page
from tracker.cli.basis import references
from tracker.cli.releases import ledger_of
from tracker.cli.session import emit, not_for_publication, printable

if TYPE_CHECKING:
    from tracker.application import ProgressionTracker
    from tracker.indicators.definition import Indicator
    from tracker.indicators.frames import Frames
    from tracker.indicators.pipeline import Question


def open_people(
    app: "ProgressionTracker", frames: "Frames", chosen: "Iterable[Indicator]", question: "Question", facts: bool
) -> None:
    """Show who is counted in each line of some indicators, exactly.

    :param facts: and the facts of each of them
    :raises tracker.ledger.NotPermitted: the user may not
    :raises tracker.indicators.behind.NotOpenedToPersons: nobody may, of one of them
    """
    from tracker.ledger import OPEN_PEOPLE

    with ledger_of(app) as ledger:
        ledger.require(app.settings.by, OPEN_PEOPLE)
    for one in chosen:
        _people(app, frames, one, question, facts)


def _people(app: "ProgressionTracker", frames: "Frames", one: "Indicator", question: "Question", facts: bool) -> None:
    from tracker.indicators.behind import people_behind

    behind = people_behind(frames, one, question)
    ids = behind["id"].unique(maintain_order=True).to_list()
    _note(app, frames, one, question, len(ids))
    figure_page.explain(one)
    called = dict(zip(ids, references(app, ids), strict=True))
    columns = [name for name in behind.columns if name != "id"]
    emit(
        ((called[id], *row) for id, *row in behind.select("id", *columns).iter_rows()),
        ("reference", *columns),
        "table",
    )
    click.echo()
    if facts:
        for id in ids:
            _facts(app, frames, id, called[id])
    not_for_publication()


def _facts(app: "ProgressionTracker", frames: "Frames", id: str, called: str) -> None:
    """What is told of one of the people, as it was known at the position and had happened by the day."""
    from tracker.cli.journey_page import fact_lines
    from tracker.journey_page import page_of

    participant = UUID(id)
    located = app.read_model.located(participant, frames.position)
    click.echo(printable(called))
    for line in page_of(participant, [], located, frames.known_on, frames.position).lines:
        for text in fact_lines(line):
            click.echo(f"  {printable(text)}")
    click.echo()


def _note(app: "ProgressionTracker", frames: "Frames", one: "Indicator", question: "Question", people: int) -> None:
    """Note who opened whom, before anybody is shown."""
    from tracker.access_log import AccessLog
    from tracker.indicators.cohort import Cohort
    from tracker.storage import app_database

    about = question.cohort or Cohort(one.axis)
    what = f"figures people {one.name} {about}" + (f" {question.municipality}" if question.municipality else "")
    with closing(app_database(app.settings.home)) as database:
        AccessLog(database).note(app.clock(), app.settings.by, what, position=frames.position, rows=people)
