"""Recording from pages: as one act, once however often a form is sent, and undone with one click right after."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import flash

from events import Fact
from events.codec import Recorded
from tracker.application import Author
from web import wording
from web.acts import Act
from web.auth.gate import account, desk

REASON = "undone right after it was saved"


def author() -> Author:
    """Who is at work, on the pages."""
    return Author(account().user, "web")


def record(
    participant: UUID,
    facts: Sequence[Fact],
    *,
    command: str | None = None,
    expected_version: int | None = None,
    said: str | None = None,
) -> list[Recorded]:
    """Record facts in a journey as one act, and say so with a button that undoes it.

    :param command: of the form: sent again, nothing more is recorded
    :param expected_version: what the journey stood at when the form was made
    :param said: what the message says, in the language of the reader; left out, that it was saved
    :raises tracker.errors.Conflict: somebody else wrote in between
    :raises tracker.errors.FactRefused: one of the facts cannot have happened
    """
    recorded = desk().app.log_all(participant, facts, author(), command=command, expected_version=expected_version)
    say_saved(recorded, [participant], said)
    return recorded


def record_each(
    facts: Mapping[UUID, Sequence[Fact]], *, command: str | None = None, said: str | None = None
) -> list[Recorded]:
    """Record facts in several journeys as one act, and say so with a button that undoes it."""
    recorded = desk().app.log_each(facts, author(), command=command)
    say_saved(recorded, list(facts), said)
    return recorded


def say_saved(recorded: Sequence[Recorded], participants: Sequence[UUID], said: str | None = None) -> None:
    """Say that something was saved; with a button that undoes it, where it was one act."""
    words = said or wording.text("Saved.")
    act = recorded[0].stamp.act if recorded else None
    if act is None:
        flash(words, "success")
        return
    desk().acts.note(Act(act, account().user, desk().app.clock(), tuple(participants)))
    flash(words, f"undo {act}")
