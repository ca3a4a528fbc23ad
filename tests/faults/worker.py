"""What the tests of faults do in a process of its own, so that it can be killed, starved of disk or raced.

``python -m tests.faults.worker HOME TASK...`` says ``ready`` when it is open, waits for a line, and begins. A task that
goes on for ever says what it has been told is done, one line each; a refusal is the last line: ``refused CODE MESSAGE``.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from events import Fact
from events.intake import ParticipantRegistered
from events.work import HoursPaid, JobEnded, JobStarted
from tracker.application import Author, ProgressionTracker
from tracker.errors import Refusal
from tracker.importing.profile import load_profile
from tracker.importing.run import import_file
from tracker.keys import Keys
from tracker.people import People
from tracker.readmodel import rebuild as rebuilding
from tracker.readmodel.follow import ReadModel
from tracker.settings import Settings

AUTHOR = Author("worker")
START = date(2020, 1, 1)
SHEET_PROFILE = """
[sheet]
kind = "monthly-status"
references = "ark"
participant = "id"
months = { first = "2023-01", columns = ["m1", "m6"] }
[participant]
municipality = "0301"
settled_on = "2022-01-01"
[states]
jobb = { activity = "work" }
ingenting = {}
"""


def say(*words: object) -> None:
    click.echo(" ".join(map(str, words)))


def settings_of(home: Path) -> Settings:
    return Settings(home, events=os.environ.get("TRACKER_EVENTS") or None)


def registration() -> ParticipantRegistered:
    return ParticipantRegistered(on=START, municipality="5001", settled_on=START)


def jobs(name: str) -> Iterator[Fact]:
    """One job after the other, each begun and ended."""
    for number in count():
        day = START + timedelta(days=number % 1500)
        yield JobStarted(on=day, job=f"{name}{number}")
        yield JobEnded(on=day, job=f"{name}{number}")


def log(app: ProgressionTracker, participant: str, times: str = "1000000") -> None:
    """Says the version of every fact that is acknowledged."""
    facts = jobs(str(os.getpid()))
    for _ in range(int(times)):
        try:
            recorded = app.log(UUID(participant), next(facts), AUTHOR)
        except Refusal as refusal:
            if refusal.code != "conflict":
                raise
            say("conflict")
            facts = jobs(f"{os.getpid()}c")
            continue
        say(recorded[-1].version)


def paid(app: ProgressionTracker, participant: str, times: str) -> None:
    """Facts that hinder no other: whoever writes them at the same time, all of them are possible."""
    for number in range(int(times)):
        fact = HoursPaid(on=START, job=f"j{os.getpid()}", month=START, hours=number % 700)  # type: ignore[arg-type]
        try:
            say(app.log(UUID(participant), fact, AUTHOR)[-1].version)
        except Refusal as refusal:
            if refusal.code != "conflict":
                raise
            say("conflict")


def register(app: ProgressionTracker, times: str = "1000000") -> None:
    """Says the id of every participant that is acknowledged."""
    for _ in range(int(times)):
        say(app.register(registration(), AUTHOR))


def rebuild(app: ProgressionTracker, processes: str = "1") -> None:
    """Says the file in use after each; several processes share the work even where it is little."""
    if int(processes) > 1:
        rebuilding.BATCH = 1
    while True:
        rebuilding.rebuild(app, processes=int(processes))
        say(app.read_model.name)


def forget(app: ProgressionTracker, *participants: str) -> None:
    """Says who is forgotten."""
    for participant in participants:
        app.forget(UUID(participant), AUTHOR)
        say(participant)


def imported(app: ProgressionTracker, rows: str) -> None:
    """Imports sheets of other people, one after the other; says which were acknowledged."""
    folder = app.settings.home.parent
    (folder / "ark.toml").write_text(SHEET_PROFILE, encoding="utf-8")
    profile = load_profile(folder / "ark.toml")
    for sheet in count(1):
        lines = [f"{sheet}-{row};jobb;jobb;ingenting;jobb;jobb;jobb" for row in range(int(rows))]
        path = folder / f"{sheet}.csv"
        path.write_text("\n".join(["id;m1;m2;m3;m4;m5;m6", *lines]), encoding="utf-8")
        import_file(app, path, profile, AUTHOR)
        say(sheet)


def opened(app: ProgressionTracker) -> None:
    """Only the first start; says what it found there."""
    say(app.keys.index_key.hex(), app.read_model.follow())


TASKS: dict[str, Callable[..., None]] = {
    task.__name__: task for task in (log, paid, register, rebuild, forget, imported, opened)
}
STEPS: dict[str, tuple[type[Any], str]] = {
    "begin": (Keys, "begin_forgetting"),
    "people": (People, "forget"),
    "key": (Keys, "destroy"),
    "follow": (ReadModel, "follow"),
    "wipe": (ReadModel, "wipe"),
}


def die_at(step: str) -> None:
    """From now on the process kills itself ``before:`` or ``after:`` a step."""
    when, _, name = step.partition(":")
    cls, method = STEPS[name]
    whole = getattr(cls, method)

    def dying(self: Any, *given: Any, **named: Any) -> Any:
        if when == "after":
            whole(self, *given, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(cls, method, dying)


def main() -> None:
    home, task, *words = sys.argv[1:]
    late = task == "opened"
    try:
        app = None if late else ProgressionTracker(settings_of(Path(home)))
        say("ready")
        sys.stdin.readline()
        if os.environ.get("DIE_AT"):
            die_at(os.environ["DIE_AT"])
        app = app or ProgressionTracker(settings_of(Path(home)))
        TASKS[task](app, *words)
        app.close()
        say("done")
    except Refusal as refusal:
        say("refused", refusal.code, refusal)


if __name__ == "__main__":
    main()
