"""Answers to an anonymous survey come in: a whole file at once, in random order, with nothing that tells whose."""

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, cast
from uuid import uuid4

from events.codec import Recorded
from events.fields import fields_by_name
from events.surveys import SurveyAnswerReceived, SurveyRoundHeld
from tracker.application import Author, ProgressionTracker
from tracker.effective import effective
from tracker.errors import CommandMismatch, Refusal
from tracker.importing.cells import Cell, CellProblem, as_decimal, as_text
from tracker.importing.sheets import Row, Sheet, UnreadableFile, read_sheets
from tracker.journey import Journey
from tracker.municipality import decide, stream_of
from tracker.schema import FLAGS
from tracker.surveys.instruments import TAKEN, Instrument, Scale, instrument
from tracker.surveys.rounds import round_of

SHOWN = 20
_MANY_DIGITS = re.compile(r"\d[\d ]{5,}")
_shuffle = random.SystemRandom().shuffle


class AnswersNotUsable(Refusal):
    """A file with answers to a survey cannot be read, or has columns or rows that are no answers to its questions."""

    code = "answers-not-usable"


class Given(NamedTuple):
    """What one answer says.

    :ivar answers: item -> answer; an item that was not answered is left out
    :ivar schooling: the group, where the answer tells it
    :ivar gender: where the answer tells it
    """

    answers: dict[str, int]
    schooling: str | None = None
    gender: str | None = None


def receive(
    app: ProgressionTracker,
    municipality: str,
    name: str,
    given: Sequence[Given],
    author: Author,
    *,
    command: str | None = None,
) -> list[Recorded]:
    """Record answers to a round: all of them or none, in random order, on the last day of the round.

    :param name: of the round
    :param command: idempotency key: sent again with the same answers, nothing more is recorded
    :returns: what was recorded; empty where the command had been carried out before
    :raises tracker.surveys.rounds.RoundNotFound: no such round was held
    :raises tracker.surveys.rounds.MoreAnswersThanInvited: it would have more answers than people invited
    :raises tracker.surveys.instruments.AnswerNotAllowed: an answer is none to the questions of the round
    """
    act = command or f"survey-answers-{uuid4().hex[:12]}"
    signature = app.signature(author, act=act)

    def decision(journey: Journey) -> None:
        held = round_of(journey.entries.values(), name)
        asked = instrument(held.instrument, held.version, app.settings.home)
        facts = [_fact(held, asked, each) for each in given]
        earlier = [item.fact for item in journey.recorded if command is not None and item.stamp.act == command]
        if earlier:
            if Counter(map(repr, earlier)) != Counter(map(repr, facts)):
                raise CommandMismatch("this command was recorded before with other answers; send a new command key")
            return
        _shuffle(facts)
        for fact in facts:
            journey.record(fact, signature)

    return decide(app, municipality, decision)


def received(app: ProgressionTracker, municipality: str, name: str) -> tuple[SurveyRoundHeld, int]:
    """A round, and how many answers it has.

    :raises tracker.surveys.rounds.RoundNotFound: no such round was held
    """
    entries = effective(app.journey(stream_of(app, municipality)).recorded)
    held = round_of(entries.values(), name)
    facts = (entry.fact for entry in entries.values())
    return held, sum(isinstance(fact, SurveyAnswerReceived) and fact.round == name for fact in facts)


def read_answers(path: Path, asked: Instrument) -> list[Given]:
    """The answers in a file: one row an answer, one column an item, and schooling and gender where they were asked.

    Yes and no may stand as words. A blank cell is an item that was not answered.

    :raises AnswersNotUsable: names every row and column that is wrong; nothing of the file can be used then
    """
    try:
        sheets = list(read_sheets(path))
        if len(sheets) != 1:
            raise AnswersNotUsable(f"{path.name} has {len(sheets)} sheets; save the one with the answers as CSV")
        sheet = sheets[0]
        problems = list(_column_problems(sheet, asked))
        read = [] if problems else [_row(row, sheet.header, asked) for row in sheet]
    except UnreadableFile as error:
        raise AnswersNotUsable(str(error)) from None
    problems += [problem for _, wrong in read for problem in wrong]
    if not problems and not read:
        problems = ["there is no answer below the names of the columns"]
    if problems:
        more = [f"and {len(problems) - SHOWN} more"] if len(problems) > SHOWN else []
        raise AnswersNotUsable("\n  ".join([f"{path.name}, nothing was recorded:", *problems[:SHOWN], *more]))
    return [given for given, _ in read]


def _fact(held: SurveyRoundHeld, asked: Instrument, given: Given) -> SurveyAnswerReceived:
    """The items in the order of the instrument, so that not even their order tells one answer from another."""
    asked.allows(given.answers)
    return SurveyAnswerReceived(
        on=held.until,
        told_by="participant",
        round=held.round,
        answers={item.code: given.answers[item.code] for item in asked.items if item.code in given.answers},
        schooling=given.schooling,  # type: ignore[arg-type]  # checked when it is recorded
        gender=given.gender,  # type: ignore[arg-type]
    )


def _column_problems(sheet: Sheet, asked: Instrument) -> Iterator[str]:
    for number, name in enumerate(sheet.header, start=1):
        if name not in TAKEN and asked.scale_of(name) is None:
            known = ", ".join([*(item.code for item in asked.items), *TAKEN])
            told = f"column {number} has no name" if not name else f"column {name!r}: {asked.name} has no such item"
            yield f"{told}; take the column out, or name it one of {known}"


def _row(row: Row, header: Iterable[str], asked: Instrument) -> tuple[Given, list[str]]:
    problems = [f"row {row.number}: expected {row.problem.expected}"] if row.problem is not None else []
    answers: dict[str, int] = {}
    groups: dict[str, str] = {}
    for name, cell in zip(header, row.cells, strict=True):
        if cell is None:
            continue
        try:
            if name in TAKEN:
                groups[name] = _group(name, cell)
            else:
                answers[name] = _answer(cast(Scale, asked.scale_of(name)), cell)
        except ValueError as error:
            problems.append(f"row {row.number}, {name}: {error}")
    if not answers and not problems:
        problems.append(f"row {row.number}: no item is answered")
    return Given(answers, **groups), problems


def _group(name: str, cell: Cell) -> str:
    choices = fields_by_name(SurveyAnswerReceived)[name].choices
    text = as_text(cell).casefold()
    if text not in choices:
        raise ValueError(f"expected one of {', '.join(choices)}, or nothing, got {_shown(cell)}")
    return text


def _answer(scale: Scale, cell: Cell) -> int:
    if scale.is_yes_no and (told := FLAGS.get(as_text(cell).casefold())) is not None:
        return int(told)
    try:
        number = as_decimal(cell)
    except CellProblem:
        number = None
    if number is None or number != number.to_integral_value() or not scale.holds(int(number)):
        raise ValueError(f"expected {scale.expected}, got {_shown(cell)}")
    return int(number)


def _shown(cell: Cell) -> str:
    """A cell in a message; not what may be an identity number."""
    text = as_text(cell)
    return "a long number" if _MANY_DIGITS.search(text) else repr(text[:40])
