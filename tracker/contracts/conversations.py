"""Conversations with a participant: agreed, moved, held and missed, as the facts tell."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from events.follow_up import FollowUpHeld, FollowUpMissed, FollowUpMoved, FollowUpScheduled
from tracker.spells import Entry


@dataclass(frozen=True)
class Move:
    """A conversation was moved."""

    on: date
    planned_on: date
    reason: str


@dataclass(frozen=True)
class Conversation:
    """A conversation.

    :ivar planned_on: the day it is or was planned for at last; None where it was held without having been agreed
    :ivar state: agreed, held, missed
    :ivar how: of one held its way, of one missed who did not come and why
    """

    name: str
    agreed_on: date | None
    first_planned_on: date | None
    planned_on: date | None
    moves: tuple[Move, ...]
    state: str
    on: date | None
    how: str | None
    with_whom: tuple[str, ...]
    interpreter_used: str | None
    agreed_next: str | None
    own_comment: str | None


def conversations(entries: Iterable[Entry]) -> Iterator[Conversation]:
    """Every conversation: those that something came of, then those that are agreed.

    :param entries: facts in the order of time
    """
    running: dict[str, tuple[FollowUpScheduled, list[FollowUpMoved]]] = {}
    found: list[Conversation] = []
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, FollowUpScheduled):
            running[fact.key] = fact, []
        elif isinstance(fact, FollowUpMoved) and fact.key in running:
            running[fact.key][1].append(fact)
        elif isinstance(fact, (FollowUpHeld, FollowUpMissed)):
            found.append(_conversation(fact.key, running.pop(fact.key, None), fact))
    yield from found
    for key, planned in running.items():
        yield _conversation(key, planned, None)


def _conversation(
    key: str, planned: tuple[FollowUpScheduled, list[FollowUpMoved]] | None, told: FollowUpHeld | FollowUpMissed | None
) -> Conversation:
    agreed, moves = planned or (None, [])
    with_whom = () if agreed is None else agreed.with_whom
    how: str | None = None
    if isinstance(told, FollowUpHeld):
        how, with_whom = told.way, told.with_whom
    elif isinstance(told, FollowUpMissed):
        how = f"{told.missed_by}, {told.cause}"
    last = moves[-1].planned_on if moves else None if agreed is None else agreed.planned_on
    return Conversation(
        key,
        None if agreed is None else agreed.on,
        None if agreed is None else agreed.planned_on,
        last,
        tuple(Move(move.on, move.planned_on, move.reason) for move in moves),
        "agreed" if told is None else "held" if isinstance(told, FollowUpHeld) else "missed",
        None if told is None else told.on,
        how,
        with_whom,
        told.interpreter_used if isinstance(told, FollowUpHeld) else None,
        told.agreed_next if isinstance(told, FollowUpHeld) else None,
        told.own_comment if isinstance(told, FollowUpMissed) else None,
    )
