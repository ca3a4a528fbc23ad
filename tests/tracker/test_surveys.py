"""Anonymous surveys: what an instrument asks, which answers a round takes, and that nothing tells whose they are."""

import json
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from events.municipality import MunicipalityRegistered
from events.surveys import SurveyAnswerReceived, SurveyRoundHeld
from tests.scenario import Clock
from tracker.application import Author, ProgressionTracker, municipality_stream
from tracker.errors import CommandMismatch, InFuture, NotCorrectable, OthersRestOnIt, Refusal, ValueNotAllowed
from tracker.municipality import correct, record, retract
from tracker.readmodel.verify import verify
from tracker.surveys.instruments import (
    FOLDER,
    AnswerNotAllowed,
    InstrumentNotFound,
    InstrumentNotValid,
    Scale,
    instrument,
    instruments,
)
from tracker.surveys.receiving import Given, receive, received
from tracker.surveys.rounds import AnswerTellsItsDay, MoreAnswersThanInvited, RoundAlreadyHeld, RoundNotFound
from tracker.wording import Wording

KARI = Author("kari")
CODE = "5001"
STREAM = municipality_stream(CODE)
LAST = date(2024, 5, 31)
SPRING = SurveyRoundHeld(
    on=date(2024, 5, 1),
    until=LAST,
    round="spring",
    instrument="participant-survey",
    version=1,
    invited={"basic-female": Decimal(30), "unknown-unknown": Decimal(10)},
)
ASKED = instrument("participant-survey", 1)


@pytest.fixture
def trondheim(app: ProgressionTracker) -> ProgressionTracker:
    """A municipality that held a survey round for 40 people."""
    app.register_municipality(MunicipalityRegistered(on=date(2021, 1, 1), municipality=CODE), KARI)
    record(app, CODE, SPRING, KARI)
    return app


def given(count: int) -> list[Given]:
    """Answers of which each is another, in the order of the file."""
    return [Given({"trust-people": number % 11, "influence-plan": 1 + number // 11}) for number in range(count)]


def recorded(app: ProgressionTracker) -> list[dict[str, int]]:
    facts = (item.fact for item in app.journey(STREAM).recorded)
    return [fact.answers for fact in facts if isinstance(fact, SurveyAnswerReceived)]


# What is asked


def test_the_survey_that_comes_along_feeds_every_survey_indicator_in_three_languages() -> None:
    counted = Counter(item.indicator for item in ASKED.items)
    assert counted == {"P3": 2, "S2": 1, "O2": 6, "O4": 2, "P2": 4}
    for item in ASKED.items:
        assert len({item.wording.nb, item.wording.nn, item.wording.en}) == 3, item.code
    assert [item.code for item in ASKED.feeding("O4")] == ["belonging", "equal-treatment"]


@pytest.mark.parametrize(
    "indicator, low, high, counts_from",
    [("P3", 0, 10, 6), ("S2", 0, 1, 1), ("O2", 1, 6, None), ("O4", 1, 5, 4), ("P2", 0, 1, 1)],
)
def test_each_indicator_has_the_scale_of_its_definition(
    indicator: str, low: int, high: int, counts_from: int | None
) -> None:
    for item in ASKED.feeding(indicator):
        scale = ASKED.scale_of(item.code)
        assert scale is not None
        assert (scale.low, scale.high, scale.counts_from) == (low, high, counts_from)


@pytest.mark.parametrize(
    "answer, holds", [(0, True), (10, True), (-1, False), (11, False), (True, False), (5.0, False)]
)
def test_an_answer_is_a_whole_number_on_the_scale(answer: Any, holds: bool) -> None:
    ends = Wording("a", "b", "c")
    assert Scale(0, 10, ends, ends).holds(answer) is holds


def own(folder: Path, text: str) -> Path:
    (folder / "instruments").mkdir()
    (folder / "instruments" / "own.toml").write_text(text, encoding="utf-8")
    return folder


def default() -> str:
    return (FOLDER / "participant-survey-1.toml").read_text(encoding="utf-8")


def test_an_instrument_of_its_own_lies_in_the_data_folder(tmp_path: Path) -> None:
    own(tmp_path, default().replace("version = 1", "version = 2", 1))
    assert list(instruments(tmp_path)) == ["participant-survey@1", "participant-survey@2"]
    with pytest.raises(InstrumentNotFound, match="there is no survey instrument participant-survey@2; known: "):
        instrument("participant-survey", 2)


@pytest.mark.parametrize(
    "before, after, problem",
    [
        ("version = 1", "version = ", "no TOML in UTF-8"),
        ("version = 1", "version = 1", "there is a survey instrument participant-survey@1 already"),
        ("version = 1", "version = 0", "version: expected a whole number from 1 to 9999"),
        ('id = "participant-survey"', 'id = "Own survey"', "id: expected a code of small letters"),
        ("high = 10\n", "high = 0\n", "scale 'trust': expected low below high, got 0 and 0"),
        ("counts_from = 6", "counts_from = 11", "scale 'trust': counts_from must lie above low"),
        ('scale = "agree"', 'scale = "agreement"', "item 'belonging': there is no scale 'agreement'"),
        ('code = "trust-people"', 'code = "Trust"', "item 'Trust': expected a code"),
        ('code = "trust-people"', 'code = "gender"', "item 'gender': expected a code"),
        ('code = "trust-people"', 'code = "belonging"', "item 'belonging': it is there twice"),
        ('indicator = "P3"', 'indicator = "E2"', "items[0].indicator: invalid enum value 'E2'"),
        ("nn = ", "se = ", "title"),
    ],
)
def test_an_instrument_that_cannot_be_used_names_the_file_and_the_value(
    tmp_path: Path, before: str, after: str, problem: str
) -> None:
    own(tmp_path, default().replace(before, after, 1))
    with pytest.raises(InstrumentNotValid) as refused:
        instruments(tmp_path)
    assert str(refused.value).startswith("own.toml: ")
    assert problem in str(refused.value)


def test_an_instrument_without_questions_is_none(tmp_path: Path) -> None:
    text = default().partition("[[items]]")[0].replace("version = 1", "version = 1\nitems = []", 1)
    with pytest.raises(InstrumentNotValid, match=r"own\.toml: items: expected one or more"):
        instruments(own(tmp_path, text))


# What a round is


def changed(**values: Any) -> SurveyRoundHeld:
    fields = {name: getattr(SPRING, name) for name in SPRING.__struct_fields__}
    return SurveyRoundHeld(**(fields | {"round": "autumn"} | values))


@pytest.mark.parametrize(
    "held, why, words",
    [
        (changed(round="spring"), RoundAlreadyHeld, "a survey round 'spring' already, fact 2"),
        (changed(until=date(2025, 1, 16)), InFuture, "record it afterwards"),
        (changed(version=2), InstrumentNotFound, "no survey instrument participant-survey@2"),
        (changed(invited={"basic-male": Decimal("2.5")}), ValueNotAllowed, "invited must have whole numbers"),
        (changed(invited={"basic-male": None}), ValueNotAllowed, "invited must have a number after each name"),
        (changed(invited={}), ValueNotAllowed, "invited must have at least one pair"),
        (changed(invited={"men": Decimal(2)}), ValueNotAllowed, "none-or-some-basic-female"),
    ],
)
def test_a_round_that_cannot_have_been_is_refused(
    trondheim: ProgressionTracker, held: SurveyRoundHeld, why: type[Refusal], words: str
) -> None:
    with pytest.raises(why) as refused:
        record(trondheim, CODE, held, KARI)
    assert words in str(refused.value)


# What comes in


def test_answers_stand_in_the_timeline_with_their_items_and_what_they_tell_of_themselves(
    trondheim: ProgressionTracker,
) -> None:
    receive(trondheim, CODE, "spring", [Given({"contact-weekly": 1, "trust-people": 7}, "basic", "female")], KARI)
    row = trondheim.read_model.database.execute(
        "SELECT happened_on, precision, activity, key, value, details FROM timeline_now WHERE fact = ?",
        ("survey-answer-received",),
    ).fetchone()
    assert tuple(row) == (
        "2024-05-31",
        "day",
        None,
        None,
        "spring",
        '{"answers":{"trust-people":7,"contact-weekly":1},"schooling":"basic","gender":"female"}',
    )
    held = trondheim.read_model.database.execute(
        "SELECT value, details FROM timeline_now WHERE fact = 'survey-round-held'"
    ).fetchone()
    assert (held[0], json.loads(held[1])) == (
        "spring",
        {
            "instrument": "participant-survey",
            "version": 1,
            "until": "2024-05-31",
            "invited": {"basic-female": 30, "unknown-unknown": 10},
        },
    )
    assert verify(trondheim).is_clean


def test_nothing_that_is_recorded_follows_the_order_of_the_file_or_tells_answers_apart(
    trondheim: ProgressionTracker,
) -> None:
    answers = given(40)
    receive(trondheim, CODE, "spring", answers, KARI)
    stored = recorded(trondheim)
    in_order = [each.answers for each in answers]
    # That a shuffle leaves forty answers as they were has a chance of one in 40!.
    assert stored != in_order
    assert sorted(map(repr, stored)) == sorted(map(repr, in_order))
    items = trondheim.journey(STREAM).recorded[2:]
    assert {item.fact.on for item in items} == {LAST}
    stamps = {(item.stamp.timestamp, item.stamp.by, item.stamp.act, item.stamp.command) for item in items}
    assert len(stamps) == 1


def test_the_order_of_the_columns_leaves_no_trace(trondheim: ProgressionTracker) -> None:
    receive(trondheim, CODE, "spring", [Given({"belonging": 5, "trust-people": 1})], KARI)
    assert [list(answers) for answers in recorded(trondheim)] == [["trust-people", "belonging"]]


def test_a_round_may_have_fewer_answers_than_invited_and_never_more(trondheim: ProgressionTracker) -> None:
    receive(trondheim, CODE, "spring", given(39), KARI)
    receive(trondheim, CODE, "spring", given(1), KARI)
    with pytest.raises(MoreAnswersThanInvited, match="round 'spring' would have 41 answers, more than the 40 invited"):
        receive(trondheim, CODE, "spring", given(1), KARI)
    assert received(trondheim, CODE, "spring")[1] == 40
    with pytest.raises(MoreAnswersThanInvited):
        correct(trondheim, CODE, 2, {"invited": {"basic-female": Decimal(39)}}, "counted anew", KARI)


@pytest.mark.parametrize(
    "answers, words",
    [
        ({"trust-people": 11}, "item 'trust-people': expected a whole number from 0 to 10, got 11"),
        ({"contact-weekly": 2}, "item 'contact-weekly': expected yes or no (1 or 0), got 2"),
        ({"belonging": 0}, "item 'belonging': expected a whole number from 1 to 5, got 0"),
        ({"trust-in-god": 1}, "item 'trust-in-god': participant-survey@1 has no such item"),
        ({}, "needs an answer to one item or more"),
    ],
)
def test_one_wrong_answer_keeps_all_of_them_out(
    trondheim: ProgressionTracker, answers: dict[str, int], words: str
) -> None:
    with pytest.raises(AnswerNotAllowed) as refused:
        receive(trondheim, CODE, "spring", [*given(3), Given(answers)], KARI)
    assert words in str(refused.value)
    assert recorded(trondheim) == []


def test_a_group_that_the_round_does_not_know_is_refused(trondheim: ProgressionTracker) -> None:
    with pytest.raises(ValueNotAllowed, match="schooling must be one of none-or-some-basic"):
        receive(trondheim, CODE, "spring", [Given({"belonging": 5}, schooling="higher")], KARI)


def test_answers_to_a_round_that_was_not_held_are_refused(trondheim: ProgressionTracker) -> None:
    with pytest.raises(RoundNotFound, match="no survey round 'autumn' was held here; there are spring"):
        receive(trondheim, CODE, "autumn", given(1), KARI)
    app = trondheim
    app.register_municipality(MunicipalityRegistered(on=date(2021, 1, 1), municipality="0301"), KARI)
    with pytest.raises(RoundNotFound, match="none has been recorded"):
        received(app, "0301", "spring")


@pytest.mark.parametrize(
    "when",
    [{"on": date(2024, 5, 30)}, {"on": date(2024, 5, 1), "on_precision": "month"}],
    ids=["another day", "the month"],
)
def test_an_answer_that_carries_another_day_than_the_last_is_refused(
    trondheim: ProgressionTracker, when: dict[str, Any]
) -> None:
    answer = SurveyAnswerReceived(round="spring", answers={"belonging": 4}, **when)
    with pytest.raises(AnswerTellsItsDay, match="carries its last day, 2024-05-31"):
        record(trondheim, CODE, answer, KARI)


@pytest.mark.parametrize("answer", [9, "4", True, 4.0, None])
def test_an_answer_recorded_by_itself_is_held_against_the_instrument_too(
    trondheim: ProgressionTracker, answer: Any
) -> None:
    with pytest.raises(AnswerNotAllowed, match="item 'belonging': expected a whole number from 1 to 5"):
        record(trondheim, CODE, SurveyAnswerReceived(on=LAST, round="spring", answers={"belonging": answer}), KARI)


def test_the_same_command_records_the_same_answers_once_in_whatever_order(
    trondheim: ProgressionTracker, clock: Clock
) -> None:
    assert len(receive(trondheim, CODE, "spring", given(5), KARI, command="file-1")) == 5
    clock.advance(days=1)
    assert receive(trondheim, CODE, "spring", given(5)[::-1], KARI, command="file-1") == []
    with pytest.raises(CommandMismatch, match="with other answers"):
        receive(trondheim, CODE, "spring", given(4), KARI, command="file-1")
    assert len(recorded(trondheim)) == 5


def test_a_round_is_retracted_with_its_answers_or_not_at_all(trondheim: ProgressionTracker) -> None:
    receive(trondheim, CODE, "spring", given(3), KARI)
    with pytest.raises(OthersRestOnIt, match="3 answers to the round rest on it") as refused:
        retract(trondheim, CODE, 2, "wrong file", KARI)
    assert refused.value.versions == (3, 4, 5)
    with pytest.raises(RoundNotFound):
        correct(trondheim, CODE, 2, {"round": "summer"}, "another name", KARI)
    with pytest.raises(AnswerTellsItsDay):
        correct(trondheim, CODE, 2, {"until": date(2024, 6, 1)}, "a day longer", KARI)
    assert len(retract(trondheim, CODE, 2, "wrong file", KARI, with_dependants=True)) == 4
    count = "SELECT COUNT(*) FROM timeline_now WHERE fact LIKE 'survey-%'"
    assert trondheim.read_model.database.execute(count).fetchone()[0] == 0
    record(trondheim, CODE, SPRING, KARI)
    assert received(trondheim, CODE, "spring")[1] == 0


def test_nobody_corrects_an_anonymous_answer(trondheim: ProgressionTracker) -> None:
    receive(trondheim, CODE, "spring", given(1), KARI)
    with pytest.raises(NotCorrectable, match="fact 3 is an anonymous answer"):
        correct(trondheim, CODE, 3, {"gender": "male"}, "a guess", KARI)
