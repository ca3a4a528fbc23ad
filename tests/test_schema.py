"""Schemas of facts: what is understood, and what is refused with every problem named."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import Fact, fact_classes
from events.corrections import FactCorrected
from events.fields import Field, check, fields_of
from events.intake import BackgroundUpdated, InterpreterNeeded, ParticipantRegistered, SkillsMapped, TrackAssigned
from events.plan import LanguageGoalSet
from events.programme import AttendanceRecorded, LeaveStarted, ProgrammeEnded, ProgrammeStarted, RegisteredInNir
from events.status import StatusConfirmed
from events.work import JobStarted
from tracker.errors import Refusal
from tracker.schema import FactField, InvalidInput, as_written, parse, parse_values, schema_for

JOB = {"on": "2024-02-01", "job": "cafe"}


def refused(cls: type[Fact], values: Any) -> dict[str, str]:
    """The problems of an input, by field."""
    with pytest.raises(InvalidInput) as caught:
        parse(cls, values)
    return dict(caught.value.problems)


@pytest.mark.parametrize("cls", fact_classes().values(), ids=lambda cls: cls.TOPIC)
def test_a_schema_has_every_field_of_its_fact_by_its_option_name(cls: type[Fact]) -> None:
    fields = schema_for(cls).fields
    assert [field.data_key for field in fields.values()] == [field.option for field in fields_of(cls)]
    assert all(isinstance(field, FactField) for field in fields.values())
    required = {field.option for field in fields_of(cls) if field.required}
    if cls is not FactCorrected:
        assert set(refused(cls, {})) == required


def test_a_refusal_names_every_problem_at_once_with_what_was_expected() -> None:
    problems = refused(JobStarted, {"hours-per-week": "many", "contract": "forever", "jobb": "cafe"})
    assert problems == {
        "job": "missing, expected a name of 1 to 60 characters",
        "hours-per-week": "expected a number from 0.5 to 60 (hours a week), got 'many'",
        "contract": "expected one of permanent, temporary, on-call, unknown, got 'forever'",
        "on": "missing, expected a date, such as 2024-02-01 or 01.02.2024",
        "jobb": "there is no such field; did you mean job?",
    }


def test_a_refusal_is_one_sentence_with_a_code() -> None:
    with pytest.raises(InvalidInput) as caught:
        parse(TrackAssigned, {"on": "2024-02-01", "track": "4"})
    assert isinstance(caught.value, Refusal)
    assert caught.value.code == "invalid-input"
    assert str(caught.value) == "track-assigned: track: expected one of 1, 2, 3, got '4'"


@pytest.mark.parametrize(
    "written, on, precision",
    [
        ("2024-03-05", date(2024, 3, 5), "day"),
        ("5.3.2024", date(2024, 3, 5), "day"),
        ("2024-03", date(2024, 3, 1), "month"),
        ("03.2024", date(2024, 3, 1), "month"),
        ("mars 2024", date(2024, 3, 1), "month"),
        ("2024", date(2024, 1, 1), "year"),
        (2024, date(2024, 1, 1), "year"),
        (date(2024, 3, 5), date(2024, 3, 5), "day"),
        (datetime(2024, 3, 5, 12, 30), date(2024, 3, 5), "day"),  # noqa: DTZ001 - as a spreadsheet has it
    ],
    ids=repr,
)
def test_a_day_a_month_or_a_year_tells_its_own_precision(written: Any, on: date, precision: str) -> None:
    job = parse(JobStarted, {**JOB, "on": written})
    assert (job.on, job.on_precision) == (on, precision)


@pytest.mark.parametrize(
    "on, told, kept",
    [
        ("2024-03-05", "month", date(2024, 3, 1)),
        ("2024-03-05", "year", date(2024, 1, 1)),
        ("2024-03", "year", date(2024, 1, 1)),
        ("2024-03", "month", date(2024, 3, 1)),
    ],
)
def test_a_coarser_precision_that_was_given_holds(on: str, told: str, kept: date) -> None:
    job = parse(JobStarted, {**JOB, "on": on, "on-precision": told})
    assert (job.on, job.on_precision) == (kept, told)


@pytest.mark.parametrize("on, told", [("2024-03", "day"), ("2024", "day"), ("2024", "month")])
def test_a_finer_precision_than_the_date_has_is_refused(on: str, told: str) -> None:
    assert f"{on} is no {told}" in refused(JobStarted, {**JOB, "on": on, "on-precision": told})["on"]


@pytest.mark.parametrize(
    "written, reason",
    [
        ("2024-02-30", "the calendar has no such day"),
        ("31.12.21", "write four digits for the year"),
        ("2999-01-01", "years run from 1900 to 2100"),
        ("soon", "got 'soon'"),
        (45000, "got '45000'"),
        ([2024], "expected a date"),
        (True, "expected a date"),
    ],
    ids=repr,
)
def test_what_is_no_date_is_refused_with_the_reason(written: Any, reason: str) -> None:
    assert reason in refused(JobStarted, {**JOB, "on": written})["on"]


def test_only_the_day_of_the_fact_may_be_a_month() -> None:
    assert "planned-end" in refused(ProgrammeStarted, {"on": "2024-02-01", "planned-end": "2024-03"})


@pytest.mark.parametrize("written", ["37,5", "37.5", 37.5, Decimal("37.5"), " 37,5 "], ids=repr)
def test_a_number_has_a_decimal_comma_or_a_point(written: Any) -> None:
    assert parse(JobStarted, {**JOB, "hours-per-week": written}).hours_per_week == Decimal("37.5")


@pytest.mark.parametrize(
    "written",
    ["0", "0,4", "60.1", -1, float("nan"), float("inf"), Decimal("NaN"), "1e3", True, [20], "1.500"],
    ids=repr,
)
def test_a_number_outside_its_limits_or_none_at_all_is_refused(written: Any) -> None:
    problem = refused(JobStarted, {**JOB, "hours-per-week": written})["hours-per-week"]
    assert problem.startswith("expected a number from 0.5 to 60 (hours a week)")


@pytest.mark.parametrize("written", ["0.5", 60])
def test_the_limits_of_a_number_are_allowed(written: Any) -> None:
    assert parse(JobStarted, {**JOB, "hours-per-week": written}).hours_per_week == Decimal(written)


def test_a_whole_number_has_no_decimals() -> None:
    assert parse(RegisteredInNir, {"on": "2024-02-01", "registers": "12,0"}).registers == 12
    assert refused(RegisteredInNir, {"on": "2024-02-01", "registers": 1.5})["registers"] == (
        "expected a whole number, got '1.5'"
    )


@pytest.mark.parametrize(
    "written, meant",
    [("yes", True), ("Ja", True), ("1", True), (1, True), (True, True), ("no", False), ("NEI", False), (0, False)],
    ids=repr,
)
def test_a_flag_is_said_in_words_or_digits(written: Any, meant: bool) -> None:
    assert parse(LeaveStarted, {"on": "2024-02-01", "cause": "work", "approved": written}).approved is meant


@pytest.mark.parametrize("written", ["maybe", "2", 2, [True], 0.5], ids=repr)
def test_what_is_neither_yes_nor_no_is_refused(written: Any) -> None:
    values = {"on": "2024-02-01", "cause": "work", "approved": written}
    assert refused(LeaveStarted, values)["approved"].startswith("expected yes or no")


def test_a_choice_is_found_in_any_case_and_as_a_number() -> None:
    assert parse(JobStarted, {**JOB, "contract": "On-Call", "full-time-hours": "37,5"}).contract == "on-call"
    assert parse(JobStarted, {**JOB, "full-time-hours": 37.5}).full_time_hours == "37.5"
    assert parse(TrackAssigned, {"on": "2024-02-01", "track": 2.0}).track == "2"
    registered = {"on": "2024-02-01", "settled-on": "2024-02-01", "municipality": "0301"}
    assert parse(ParticipantRegistered, {**registered, "literate": True}).literate == "yes"


@pytest.mark.parametrize(
    "written", ["health, work", "health;work", "work health", ["health", "work"], ("work", "health,work")], ids=repr
)
def test_several_choices_are_a_list_or_words(written: Any) -> None:
    ended = parse(ProgrammeEnded, {"on": "2024-02-01", "reasons": written})
    assert sorted(ended.reasons) == ["health", "work"]


def test_several_words_are_checked_one_by_one() -> None:
    assert parse(SkillsMapped, {"on": "2024-02-01", "languages": "ar, tir"}).languages == ("ar", "tir")
    assert "languages" in refused(SkillsMapped, {"on": "2024-02-01", "languages": ["ar", "arabic"]})


@pytest.mark.parametrize(
    "written",
    [
        "work=37,5 volunteering",
        "work=37.5; volunteering=",
        "volunteering, work = 37,5",
        ("work=37,5", "volunteering"),
        {"work": 37.5, "volunteering": None},
        {"work": "37,5", "volunteering": None},
    ],
    ids=repr,
)
def test_pairs_of_activity_and_hours(written: Any) -> None:
    confirmed = parse(StatusConfirmed, {"on": "2024-02-01", "activities": written})
    assert confirmed.activities == {"work": Decimal("37.5"), "volunteering": None}


@pytest.mark.parametrize(
    "written", ["flying=2", "work=200", "work=x", "work=1 work=2", 5, {"work": [1]}, {"work": "0,1"}], ids=repr
)
def test_pairs_that_cannot_be_are_refused(written: Any) -> None:
    problem = refused(StatusConfirmed, {"on": "2024-02-01", "activities": written})["activities"]
    assert problem.startswith("expected pairs such as work=20 from 0.5 to 60 (hours a week), or work; ")


def test_pairs_of_skill_and_level() -> None:
    goal = parse(LanguageGoalSet, {"on": "2024-02-01", "goals": "speaking=b1 writing=A2"})
    assert goal.goals == {"speaking": "B1", "writing": "A2"}
    assert "goals" in refused(LanguageGoalSet, {"on": "2024-02-01", "goals": "speaking"})


def test_a_month_is_any_way_to_write_one() -> None:
    told = {"on": "2024-04-02", "planned": 100, "attended": "80,5"}
    for written in ("2024-03", "03.2024", "mars 2024", date(2024, 3, 7)):
        assert parse(AttendanceRecorded, {**told, "month": written}).month == date(2024, 3, 1)
    assert "month" in refused(AttendanceRecorded, {**told, "month": "2024"})


def test_names_may_have_dashes_or_underscores() -> None:
    with_dashes = parse(JobStarted, {**JOB, "hours-per-week": 20})
    assert parse(JobStarted, {**JOB, "hours_per_week": 20}) == with_dashes


def test_a_blank_value_is_as_if_left_out() -> None:
    assert parse(JobStarted, {**JOB, "contract": "", "hours-per-week": None, "sector": "  "}) == parse(JobStarted, JOB)
    assert refused(JobStarted, {"on": "2024-02-01", "job": " "})["job"] == "expected a name of 1 to 60 characters"


def test_a_required_field_that_may_be_empty_must_be_said_to_be() -> None:
    assert parse(InterpreterNeeded, {"on": "2024-02-01", "language": ""}).language is None
    assert "language" in refused(InterpreterNeeded, {"on": "2024-02-01"})


@pytest.mark.parametrize("given", [None, [], "x", 5, [("on", 1)]], ids=repr)
def test_what_is_no_mapping_is_refused(given: Any) -> None:
    assert refused(JobStarted, given) == {"input": "expected pairs of field and value"}


def test_a_refusal_never_shows_what_may_be_an_identity_number_or_words_of_a_person() -> None:
    with pytest.raises(InvalidInput) as caught:
        parse(JobStarted, {**JOB, "hours-per-week": "018190 50012", "01819050012": "x"})
    assert "50012" not in str(caught.value)
    assert "got a long number" in str(caught.value)
    long = FactCorrected, {"on": "2024-02-01", "corrects": 2, "values": {"a": 1}, "reason": "secret " * 40}
    assert refused(*long)["reason"] == "expected a text of at most 200 characters"


def test_a_long_value_is_cut_in_the_message() -> None:
    problem = refused(JobStarted, {**JOB, "contract": "x" * 500})["contract"]
    assert problem.endswith(f"got '{'x' * 40}...'")


def test_values_of_a_correction_need_not_be_all_and_may_be_empty() -> None:
    assert parse_values(JobStarted, {"hours-per-week": "25,5"}) == {"hours_per_week": Decimal("25.5")}
    assert parse_values(JobStarted, {"hours-per-week": ""}) == {"hours_per_week": None}
    assert parse_values(BackgroundUpdated, {}) == {}
    with pytest.raises(InvalidInput, match="there is no such field; did you mean hours-per-week"):
        parse_values(JobStarted, {"hours-week": 25})


def test_a_corrected_day_always_tells_its_precision() -> None:
    assert parse_values(JobStarted, {"on": "2024-03-05"}) == {"on": date(2024, 3, 5), "on_precision": "day"}
    assert parse_values(JobStarted, {"on": "2024-03"}) == {"on": date(2024, 3, 1), "on_precision": "month"}
    with pytest.raises(InvalidInput, match="on=2024-03"):
        parse_values(JobStarted, {"on-precision": "month"})


def test_a_fact_is_written_without_what_was_left_out() -> None:
    job = parse(JobStarted, {**JOB, "hours-per-week": 20, "self-employed": "ja"})
    assert as_written(job) == {"job": "cafe", "hours-per-week": 20, "self-employed": True, "on": "2024-02-01"}


def value_of(field: Field) -> st.SearchStrategy[Any]:
    """A JSON value that a field can have."""
    low, high = (field.range.low, field.range.high) if field.range else (Decimal(0), Decimal(1000))
    number = st.decimals(low, high, places=1).map(float)
    text = st.text(st.characters(codec="utf-8", categories=["L"]), min_size=1, max_size=20)
    if field.pattern is not None:
        text = st.from_regex(field.pattern.regex, fullmatch=True).filter(lambda word: word == word.strip())
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "text": text,
        "choice": st.sampled_from(field.choices or ("",)),
        "choices": st.lists(st.sampled_from(field.choices or ("",)), unique=True),
        "texts": st.lists(st.sampled_from(["ar", "tir", "so"]), unique=True),
        "measures": st.dictionaries(st.sampled_from(field.choices or ("",)), st.none() | number),
        "levels": st.dictionaries(
            st.sampled_from(field.choices or ("",)), st.sampled_from(field.levels or ("",)), min_size=1
        ),
        "values": st.dictionaries(st.sampled_from(["job", "contract"]), st.text(max_size=5), min_size=1),
        "whole": st.integers(int(low), int(high)),
        "decimal": number,
        "date": st.dates(date(1950, 1, 1), date(2050, 1, 1)).map(date.isoformat),
        "month": st.dates(date(1950, 1, 1), date(2050, 1, 1)).map(lambda day: day.isoformat()[:7]),
        "flag": st.booleans(),
    }
    return kinds[field.kind]


@st.composite
def inputs(draw: st.DrawFn) -> tuple[type[Fact], dict[str, Any]]:
    cls = draw(st.sampled_from(list(fact_classes().values())))
    fields = [field for field in fields_of(cls) if field.required or draw(st.booleans())]
    return cls, {field.option: draw(value_of(field)) for field in fields}


@given(inputs())
def test_what_is_written_of_a_fact_reads_back_as_the_same_fact(given: tuple[type[Fact], dict[str, Any]]) -> None:
    cls, values = given
    fact = parse(cls, values)
    check(fact)
    assert parse(cls, as_written(fact)) == fact


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(list(fact_classes().values())), st.data())
def test_any_nonsense_is_either_a_fact_that_holds_or_refused_by_name(cls: type[Fact], data: st.DataObject) -> None:
    names = st.sampled_from([field.option for field in fields_of(cls)]) | st.text(max_size=8)
    values = data.draw(st.dictionaries(names, JSON, max_size=8))
    try:
        fact = parse(cls, values)
    except InvalidInput:
        return
    check(fact)
