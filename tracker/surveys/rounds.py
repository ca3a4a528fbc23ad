"""Rounds of an anonymous survey: which round there can be, and which answers it can hold."""

from collections.abc import Iterable

from events.surveys import SurveyAnswerReceived, SurveyRoundHeld
from tracker.errors import FactRefused
from tracker.spells import Entry


class RoundNotFound(FactRefused):
    """The municipality held no survey round of this name."""

    code = "round-not-found"


class RoundAlreadyHeld(FactRefused):
    """A survey round of this name is there already."""

    code = "round-already-held"


class MoreAnswersThanInvited(FactRefused):
    """A survey round would have more answers than people were invited to it."""

    code = "more-answers-than-invited"


class AnswerTellsItsDay(FactRefused):
    """An anonymous answer carries another day than the last of its round, and would tell when it was given."""

    code = "answer-tells-its-day"


def rounds_of(entries: Iterable[Entry]) -> dict[str, SurveyRoundHeld]:
    """The survey rounds by name.

    :raises RoundAlreadyHeld: two have the same name
    """
    found: dict[str, Entry] = {}
    for entry in entries:
        if isinstance(entry.fact, SurveyRoundHeld):
            first = found.setdefault(entry.fact.round, entry)
            if first is not entry:
                raise RoundAlreadyHeld(
                    f"there is a survey round {entry.fact.round!r} already, fact {first.version}; "
                    "give this one another name, or correct that one"
                )
    return {name: fact for name, entry in found.items() if isinstance(fact := entry.fact, SurveyRoundHeld)}


def round_of(entries: Iterable[Entry], name: str) -> SurveyRoundHeld:
    """The survey round of a name.

    :raises RoundNotFound: there is none
    """
    return _named(rounds_of(entries), name)


def answers_of(entries: Iterable[Entry], name: str) -> list[Entry]:
    """The answers that a round holds, in the random order in which they were recorded."""
    return [entry for entry in entries if isinstance(entry.fact, SurveyAnswerReceived) and entry.fact.round == name]


def invited_to(held: SurveyRoundHeld) -> int:
    """How many people were invited, all groups together."""
    return int(sum(number or 0 for number in held.invited.values()))


def possible(entries: Iterable[Entry]) -> None:
    """Refuse rounds and answers that cannot be there together.

    :raises RoundAlreadyHeld: two rounds have the same name
    :raises RoundNotFound: an answer is to a round that was not held
    :raises AnswerTellsItsDay: an answer carries another day than the last of its round
    :raises MoreAnswersThanInvited: a round has more answers than people were invited
    """
    entries = list(entries)
    rounds = rounds_of(entries)
    received = dict.fromkeys(rounds, 0)
    for entry in entries:
        answer = entry.fact
        if not isinstance(answer, SurveyAnswerReceived):
            continue
        held = _named(rounds, answer.round)
        if (answer.on, answer.on_precision) != (held.until, "day"):
            raise AnswerTellsItsDay(
                f"an answer to round {answer.round!r} carries its last day, {held.until}, whenever it was given",
                round=answer.round,
                until=held.until,
            )
        received[answer.round] += 1
    for name, number in received.items():
        if number > (invited := invited_to(rounds[name])):
            raise MoreAnswersThanInvited(
                f"round {name!r} would have {number} answers, more than the {invited} invited; "
                "is a file recorded twice, or is someone missing from invited?",
                round=name,
                number=number,
                invited=invited,
            )


def _named(rounds: dict[str, SurveyRoundHeld], name: str) -> SurveyRoundHeld:
    if name not in rounds:
        known = f"there are {', '.join(sorted(rounds))}" if rounds else "none has been recorded"
        raise RoundNotFound(f"no survey round {name!r} was held here; {known}; log survey-round-held first")
    return rounds[name]
