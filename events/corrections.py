"""Corrections: what was recorded wrongly is put right by a further fact; nothing is edited or deleted."""

from typing import Annotated, Any

from events.base import FactVersion, Marks, Note


class FactCorrected(Marks, frozen=True):
    """A recorded fact was put right (rettelse); it always names the original, and the last value of a field holds.

    The kind of the fact and its key cannot be corrected: retract it and log it anew.

    :ivar corrects: version of the fact that was recorded wrongly
    :ivar values: field -> right value; an empty value leaves the field out
    :ivar reason: why
    """

    TOPIC = "fact-corrected"
    TERM = "rettelse"
    administrative = True
    corrects: Annotated[int, FactVersion()]
    values: dict[str, Any]
    reason: Note


class FactRetracted(Marks, frozen=True):
    """A recorded fact never happened, and is taken back (tilbaketrekking); a correction can be taken back too.

    :ivar retracts: version of the fact
    :ivar reason: why
    """

    TOPIC = "fact-retracted"
    TERM = "tilbaketrekking"
    administrative = True
    retracts: Annotated[int, FactVersion()]
    reason: Note


class ParticipantForgotten(Marks, frozen=True):
    """Everything about the person was erased; only this line, which tells nothing of them, can be read (sletting).

    It is the one fact that is not sealed, since its stream's key is destroyed.
    """

    TOPIC = "participant-forgotten"
    TERM = "sletting"
    administrative = True
    SEALED = False
