"""A municipality's own facts: what can be recorded, what cannot have happened, and where it stands in the read model."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from events import Fact
from events.intake import ParticipantRegistered
from events.municipality import InvolvementHeld, MunicipalityRegistered, NormSetAdopted, TargetSet, TeachingRecorded
from events.surveys import SurveyRoundHeld
from tests.scenario import TODAY
from tracker.application import Author, ProgressionTracker, municipality_stream
from tracker.errors import (
    CommandMismatch,
    EndsBeforeStart,
    FactNotFound,
    InFuture,
    NotCorrectable,
    NotRegistered,
    Refusal,
    ValueNotAllowed,
    WrongStream,
)
from tracker.municipality import CrossesSchoolYears, correct, record, retract, school_year
from tracker.readmodel.rebuild import rebuild
from tracker.readmodel.verify import verify

KARI = Author("kari")
CODE = "5001"
STREAM = municipality_stream(CODE)
AUTUMN = TeachingRecorded(
    on=date(2024, 8, 1),
    until=date(2024, 12, 20),
    hours={"credits-30": Decimal("412.5"), "teacher-training": Decimal(120), "unknown": Decimal(20)},
    heads={"credits-30": Decimal(4), "teacher-training": Decimal(2)},
    unit="North",
)
COUNCIL = InvolvementHeld(
    on=date(2024, 10, 1), method="user-council", unit="North", dialogue_meeting_after="yes", present=14
)
TARGET = TargetSet(
    on=date(2024, 1, 1),
    indicator="E2",
    percent=Decimal(60),
    line="at least 20 hours",
    cohort=2023,
    decided_by="council",
)


@pytest.fixture
def trondheim(app: ProgressionTracker) -> ProgressionTracker:
    """An installation that a municipality uses."""
    app.register_municipality(MunicipalityRegistered(on=date(2021, 1, 1), municipality=CODE), KARI)
    return app


def timeline(app: ProgressionTracker) -> list[tuple[Any, ...]]:
    rows = app.read_model.database.execute(
        "SELECT version, happened_on, fact, value, details FROM timeline_now WHERE participant = ? AND version > 1 "
        "ORDER BY version",
        (str(STREAM),),
    )
    return [(*row[:4], json.loads(row[4])) for row in rows.fetchall()]


def test_every_field_of_a_fact_stands_in_the_timeline(trondheim: ProgressionTracker) -> None:
    for fact in (AUTUMN, COUNCIL, TARGET):
        record(trondheim, CODE, fact, KARI)
    hours = {"credits-30": 412.5, "teacher-training": 120, "unknown": 20}
    heads = {"credits-30": 4, "teacher-training": 2}
    teaching = {"until": "2024-12-20", "hours": hours, "heads": heads, "unit": "North"}
    council = {"unit": "North", "dialogue_meeting_after": "yes", "present": 14}
    target = {"percent": 60, "line": "at least 20 hours", "cohort": 2023, "decided_by": "council"}
    assert timeline(trondheim) == [
        (2, "2024-08-01", "teaching-recorded", None, teaching),
        (3, "2024-10-01", "involvement-held", "user-council", council),
        (4, "2024-01-01", "target-set", "E2", target),
    ]
    assert verify(trondheim).is_clean
    rebuild(trondheim, processes=1)
    assert verify(trondheim).is_clean


@pytest.mark.parametrize("fact", [AUTUMN, COUNCIL, TARGET], ids=lambda fact: fact.TOPIC)
def test_a_fact_needs_a_municipality_that_is_registered_and_is_no_participants(
    trondheim: ProgressionTracker, fact: Fact
) -> None:
    with pytest.raises(NotRegistered, match="municipality 0301 is not registered; tracker municipality register"):
        record(trondheim, "0301", fact, KARI)
    settled = date(2024, 1, 1)
    ana = trondheim.register(ParticipantRegistered(on=settled, municipality=CODE, settled_on=settled), KARI)
    with pytest.raises(WrongStream, match=f"{fact.TOPIC} belongs to a municipality"):
        trondheim.log(ana, fact, KARI)


def teaching(on: date, until: date, **changed: Any) -> TeachingRecorded:
    return TeachingRecorded(on=on, until=until, **({"hours": {"neither": Decimal(10)}} | changed))


@pytest.mark.parametrize(
    "fact, why, words",
    [
        (teaching(date(2024, 8, 2), date(2024, 8, 1)), EndsBeforeStart, "began on 2024-08-02, got 2024-08-01"),
        (teaching(date(2025, 1, 2), date(2025, 1, 16)), InFuture, "2025-01-16, is after today, 2025-01-15"),
        (teaching(date(2024, 7, 31), date(2024, 8, 1)), CrossesSchoolYears, "lies in two school years"),
        (teaching(date(2023, 8, 1), date(2024, 8, 1)), CrossesSchoolYears, "lies in two school years"),
        (teaching(date(2024, 8, 1), date(2024, 9, 1), hours={}), ValueNotAllowed, "hours must have at least one pair"),
        (teaching(date(2024, 8, 1), date(2024, 9, 1), hours={"unknown": None}), ValueNotAllowed, "hours must have a n"),
        (teaching(date(2024, 8, 1), date(2024, 9, 1), heads={"neither": Decimal("1.5")}), ValueNotAllowed, "whole"),
        (teaching(date(2024, 8, 1), date(2024, 9, 1), heads={"neither": None}), ValueNotAllowed, "heads must have a n"),
        (TargetSet(on=TODAY, indicator="employment", percent=Decimal(5)), ValueNotAllowed, "the id of an indicator"),
        (TargetSet(on=TODAY, indicator="E2", percent=Decimal(101)), ValueNotAllowed, "from 0 to 100 (per cent)"),
    ],
)
def test_what_cannot_have_happened_is_refused_and_nothing_is_recorded(
    trondheim: ProgressionTracker, fact: Fact, why: type[Refusal], words: str
) -> None:
    with pytest.raises(why) as refused:
        record(trondheim, CODE, fact, KARI)
    assert words in str(refused.value)
    assert trondheim.journey(STREAM).version == 1


@pytest.mark.parametrize(
    "on, until",
    [
        (date(2024, 8, 1), date(2024, 8, 1)),
        (date(2023, 8, 1), date(2024, 7, 31)),
        (date(2025, 1, 15), date(2025, 1, 15)),
    ],
)
def test_a_period_may_be_a_day_or_a_whole_school_year_up_to_today(
    trondheim: ProgressionTracker, on: date, until: date
) -> None:
    [recorded] = record(trondheim, CODE, teaching(on, until), KARI)
    assert recorded.version == 2


def test_a_school_year_begins_on_the_first_of_august() -> None:
    assert [school_year(date(2024, 7, 31)), school_year(date(2024, 8, 1)), school_year(date(2025, 1, 1))] == [
        2023,
        2024,
        2024,
    ]


def test_the_same_command_records_once(trondheim: ProgressionTracker) -> None:
    assert len(record(trondheim, CODE, TARGET, KARI, command="board-7")) == 1
    assert record(trondheim, CODE, TARGET, KARI, command="board-7") == []
    with pytest.raises(CommandMismatch):
        record(trondheim, CODE, COUNCIL, KARI, command="board-7")


def test_a_correction_is_guarded_as_if_it_had_been_so_from_the_start(trondheim: ProgressionTracker) -> None:
    record(trondheim, CODE, AUTUMN, KARI)
    with pytest.raises(CrossesSchoolYears):
        correct(trondheim, CODE, 2, {"on": date(2024, 7, 1)}, "typed wrong", KARI)
    with pytest.raises(ValueNotAllowed, match="heads must have whole numbers"):
        correct(trondheim, CODE, 2, {"heads": {"neither": Decimal("0.5")}}, "typed wrong", KARI)
    correct(trondheim, CODE, 2, {"until": date(2024, 12, 19)}, "typed wrong", KARI)
    assert timeline(trondheim)[0][4]["until"] == "2024-12-19"


def test_a_retracted_fact_is_gone_and_comes_back_with_its_retraction_retracted(trondheim: ProgressionTracker) -> None:
    record(trondheim, CODE, TARGET, KARI)
    [gone] = retract(trondheim, CODE, 2, "not decided", KARI)
    assert timeline(trondheim) == []
    with pytest.raises(FactNotFound, match="already been retracted"):
        retract(trondheim, CODE, 2, "not decided", KARI)
    retract(trondheim, CODE, gone.version, "decided after all", KARI)
    assert [row[2] for row in timeline(trondheim)] == ["target-set"]


def test_the_code_that_names_the_stream_cannot_be_corrected_and_its_name_can(trondheim: ProgressionTracker) -> None:
    with pytest.raises(NotCorrectable, match="the code names the stream"):
        correct(trondheim, CODE, 1, {"municipality": "0301"}, "typed wrong", KARI)
    correct(trondheim, CODE, 1, {"name": "Trondheim"}, "left out", KARI)
    assert trondheim.read_model.database.execute("SELECT name FROM municipalities_now").fetchone()[0] == "Trondheim"


def test_a_retracted_registration_takes_its_municipality_out_of_use(trondheim: ProgressionTracker) -> None:
    retract(trondheim, CODE, 1, "registered by mistake", KARI)
    with pytest.raises(NotRegistered, match="nothing is registered here"):
        record(trondheim, CODE, NormSetAdopted(on=TODAY, norm_set="default", version=1), KARI)


def test_a_survey_round_names_an_instrument_that_is_there(trondheim: ProgressionTracker) -> None:
    held = SurveyRoundHeld(
        on=TODAY, until=TODAY, round="spring", instrument="own", version=1, invited={"unknown-unknown": Decimal(5)}
    )
    with pytest.raises(Refusal) as refused:
        record(trondheim, CODE, held, KARI)
    assert refused.value.code == "instrument-not-found"
    assert "there is no survey instrument own@1; known: participant-survey@1" in str(refused.value)
