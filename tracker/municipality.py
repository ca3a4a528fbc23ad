"""A municipality's own facts: recording them, putting them right, and what cannot have happened among them."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from events import Fact
from events.codec import Recorded
from events.municipality import MunicipalityRegistered, TeachingRecorded
from events.surveys import SurveyAnswerReceived, SurveyRoundHeld
from tracker import errors
from tracker.application import Author, ProgressionTracker, municipality_stream
from tracker.journey import OSLO, Journey
from tracker.spells import Entry
from tracker.surveys.instruments import instrument
from tracker.surveys.rounds import answers_of, possible, round_of

SCHOOL_YEAR_BEGINS = 8
"""The month, by the calendar of Norwegian schools: 1 August to 31 July."""


class CrossesSchoolYears(errors.FactRefused):
    """A period of teaching lies in two school years, and its hours could be counted in neither."""

    code = "crosses-school-years"


def stream_of(app: ProgressionTracker, municipality: str) -> UUID:
    """The stream of a municipality that uses this installation.

    :raises errors.NotRegistered: it does not
    """
    stream = municipality_stream(municipality)
    if not app.log_of_facts.stream(stream):
        raise errors.NotRegistered(
            f"municipality {municipality} is not registered; tracker municipality register does that"
        )
    return stream


def record(
    app: ProgressionTracker, municipality: str, fact: Fact, author: Author, *, command: str | None = None
) -> list[Recorded]:
    """Record a fact of a municipality's own.

    :param command: idempotency key: sent again, nothing more is recorded
    :returns: what was recorded; empty where the command had been carried out before
    :raises errors.NotRegistered: the municipality does not use this installation
    :raises errors.FactRefused: it cannot have happened
    """
    signature = app.signature(author, command=command)
    return decide(app, municipality, lambda journey: journey.record(fact, signature))


def correct(
    app: ProgressionTracker,
    municipality: str,
    version: int,
    values: Mapping[str, Any],
    reason: str,
    author: Author,
    *,
    command: str | None = None,
) -> list[Recorded]:
    """Put right some fields of a fact of a municipality's own.

    :raises errors.NotCorrectable: it is an answer to a survey (nobody can know what it should have been), or the code
    :raises errors.FactRefused: the fact is not there, or history would become impossible
    """
    signature = app.signature(author, command=command)

    def decision(journey: Journey) -> None:
        entry = journey.entries.get(version)
        if entry is not None and isinstance(entry.fact, SurveyAnswerReceived):
            raise errors.NotCorrectable(
                f"fact {version} is an anonymous answer, which cannot be corrected; retract it, and record it anew"
            )
        if entry is not None and isinstance(entry.fact, MunicipalityRegistered) and "municipality" in values:
            raise errors.NotCorrectable("the code names the stream and cannot be corrected; register the right one")
        journey.correct(version, values, reason, signature)

    return decide(app, municipality, decision)


def retract(
    app: ProgressionTracker,
    municipality: str,
    version: int,
    reason: str,
    author: Author,
    *,
    with_dependants: bool = False,
    command: str | None = None,
) -> list[Recorded]:
    """Take back a fact of a municipality's own, or a correction or retraction of one.

    :param with_dependants: take back a survey round with its answers, instead of refusing
    :raises errors.OthersRestOnIt: a survey round has answers
    :raises errors.FactRefused: the fact is not there, or history would become impossible
    """
    signature = app.signature(author, command=command)

    def decision(journey: Journey) -> None:
        entry = journey.entries.get(version)
        answers: list[Entry] = []
        if entry is not None and isinstance(entry.fact, SurveyRoundHeld):
            answers = answers_of(journey.entries.values(), entry.fact.round)
        if answers and not with_dependants:
            raise errors.OthersRestOnIt(
                f"fact {version} cannot be retracted alone: {len(answers)} answers to the round rest on it; "
                "retract it with its dependants",
                tuple(answer.version for answer in answers),
            )
        for answer in answers:
            journey.retract(answer.version, reason, signature._replace(command=None))
        journey.retract(version, reason, signature, with_dependants=with_dependants)

    return decide(app, municipality, decision)


def decide(app: ProgressionTracker, municipality: str, decision: Callable[[Journey], object]) -> list[Recorded]:
    """Record what a decision adds to a municipality's stream, if history remains possible with it: all or nothing."""

    def guarded(journey: Journey) -> None:
        before = dict(journey.entries)
        decision(journey)
        if journey.pending:
            _check(app, before, journey.entries)

    return app._decide([stream_of(app, municipality)], guarded)


def school_year(day: date) -> int:
    """The year in which the school year of a day began: 2025 for 2025/26."""
    return day.year if day.month >= SCHOOL_YEAR_BEGINS else day.year - 1


def _check(app: ProgressionTracker, before: Mapping[int, Entry], after: Mapping[int, Entry]) -> None:
    """Refuse what cannot have happened, looking closely at what differs alone."""
    today = app.clock().astimezone(OSLO).date()
    changed = [entry.fact for version, entry in after.items() if before.get(version) != entry]
    for fact in changed:
        if isinstance(fact, TeachingRecorded):
            _period(fact, fact.until, today)
            if school_year(fact.on) != school_year(fact.until):
                raise CrossesSchoolYears(
                    f"teaching-recorded: {fact.on} to {fact.until} lies in two school years; "
                    "record the hours up to 31 July and those from 1 August apart",
                    day=fact.on,
                    until=fact.until,
                )
            _numbers(fact, "hours", fact.hours)
            _numbers(fact, "heads", fact.heads, whole=True, empty=True)
        elif isinstance(fact, SurveyRoundHeld):
            _period(fact, fact.until, today)
            _numbers(fact, "invited", fact.invited, whole=True)
            instrument(fact.instrument, fact.version, app.settings.home)
    possible(after.values())
    for fact in changed:
        if isinstance(fact, SurveyAnswerReceived):
            held = round_of(after.values(), fact.round)
            instrument(held.instrument, held.version, app.settings.home).allows(fact.answers)


def _period(fact: Fact, until: date, today: date) -> None:
    if until < fact.on:
        message = f"{fact.TOPIC}: it began on {fact.on}, got {until} as the last day"
        raise errors.EndsBeforeStart(message, fact=fact.TOPIC, since=fact.on, day=until)
    if until > today:
        message = f"{fact.TOPIC}: the last day, {until}, is after today, {today}; record it afterwards"
        raise errors.InFuture(message, day=until, today=today)


def _numbers(
    fact: Fact, field: str, told: Mapping[Any, Decimal | None], *, whole: bool = False, empty: bool = False
) -> None:
    if not told and not empty:
        expected = "at least one pair"
    elif any(number is None for number in told.values()):
        expected = "a number after each name"
    elif whole and any(number != number.to_integral_value() for number in told.values() if number is not None):
        expected = "whole numbers"
    else:
        return
    raise errors.ValueNotAllowed(f"{fact.TOPIC}: {field} must have {expected}", field, expected)
