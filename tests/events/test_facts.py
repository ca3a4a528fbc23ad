"""What holds for every fact class, and the values that a fact may have."""

import inspect
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import AREAS, Changes, Closes, Fact, Marks, Opens, Reopens, Sets, activities, fact_classes
from events.base import key_field
from events.corrections import FactRetracted
from events.education import CreditsEarned, PrimarySchoolEnrolled, UpperSecondaryModuleCompleted
from events.fields import InvalidFact, check, fields_by_name, fields_of, meaning
from events.income import IncomeRecorded, IncomeSourceRecorded
from events.intake import InterpreterNeeded, ParticipantRegistered, SkillsMapped
from events.language import LanguageLevelReached
from events.plan import CareerGoalSet, LanguageGoalSet
from events.programme import AttendanceRecorded, ProgrammeElementStarted, ProgrammeEnded
from events.status import PeriodObserved, StatusConfirmed
from events.work import JobStarted
from tests.conftest import ROOT

DAY = date(2024, 2, 1)
CLASSES = list(fact_classes().values())
COMMON = set(Fact.__struct_fields__)
each_fact = pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.TOPIC)


def own_fields(cls: type[Fact]) -> set[str]:
    return set(cls.__struct_fields__) - COMMON


@each_fact
def test_the_log_name_is_the_name_of_the_class(cls: type[Fact]) -> None:
    assert re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower() == cls.TOPIC


@each_fact
def test_a_fact_says_what_it_means_and_its_norwegian_term(cls: type[Fact]) -> None:
    assert len(meaning(cls)) > 20
    assert cls.TERM
    assert cls.TERM.lower() in " ".join(meaning(cls).lower().split())


@each_fact
def test_every_field_says_what_it_means(cls: type[Fact]) -> None:
    described = re.findall(r"^:ivar (\w+):", inspect.cleandoc(cls.__doc__ or ""), re.MULTILINE)
    assert described == [name for name in cls.__struct_fields__ if name not in COMMON]
    assert [field.name for field in fields_of(cls) if not field.meaning] == []


@each_fact
def test_the_telling_field_is_a_field_that_holds_no_free_text(cls: type[Fact]) -> None:
    if cls.value_field is not None:
        assert cls.value_field in own_fields(cls)
        assert fields_by_name(cls)[cls.value_field].free_text is None


@each_fact
def test_a_word_is_bound_by_a_form_or_is_a_short_note(cls: type[Fact]) -> None:
    texts = [field for field in fields_of(cls) if field.kind in ("text", "texts")]
    assert [field.name for field in texts if not (field.pattern or field.free_text)] == []


@each_fact
def test_a_number_has_limits_and_an_amount_has_a_unit(cls: type[Fact]) -> None:
    numbers = [field for field in fields_of(cls) if field.kind in ("whole", "decimal", "measures")]
    assert [field.name for field in numbers if not (field.range or field.is_version)] == []
    assert [field.name for field in numbers if field.kind != "whole" and not field.unit] == []


@each_fact
def test_allowed_values_are_in_kebab_case(cls: type[Fact]) -> None:
    level = r"(below-)?[ABC][12][+-]?"
    word = r"[a-z]+(-[a-z0-9]+)*|\d+(\.\d+)?"
    choices = [choice for field in fields_of(cls) for choice in field.choices + field.levels]
    assert [choice for choice in choices if not re.fullmatch(f"{word}|{level}", choice)] == []


@each_fact
def test_a_fact_belongs_to_an_area_of_life(cls: type[Fact]) -> None:
    assert cls.__module__ in {area.__name__ for area in AREAS}


@each_fact
def test_a_fact_does_one_thing_to_a_journey(cls: type[Fact]) -> None:
    assert sum(issubclass(cls, kind) for kind in (Marks, Opens, Changes, Closes, Reopens, Sets)) == 1
    if not issubclass(cls, Marks):
        assert cls.activity


@each_fact
def test_what_changes_or_closes_has_something_that_opens(cls: type[Fact]) -> None:
    if cls.activity:
        assert issubclass(activities()[cls.activity].opener, (Opens, Sets))


@each_fact
def test_a_spell_is_named_by_the_same_field_in_all_its_facts(cls: type[Fact]) -> None:
    if cls.activity:
        opener = activities()[cls.activity].opener
        assert key_field(cls) == key_field(opener)
        if (key := key_field(opener)) is not None:
            assert fields_by_name(cls)[key].choices == fields_by_name(opener)[key].choices
            assert fields_by_name(cls)[key].required == fields_by_name(opener)[key].required


@each_fact
def test_a_change_names_values_that_its_spell_has(cls: type[Fact]) -> None:
    if issubclass(cls, Changes):
        assert own_fields(cls) - cls.of_itself <= own_fields(activities()[cls.activity].opener)
        assert cls.of_itself <= own_fields(cls)


def test_each_activity_is_opened_by_one_kind_of_fact() -> None:
    openers = [cls.activity for cls in CLASSES if issubclass(cls, Opens)]
    assert len(openers) == len(set(openers))
    assert not set(openers) & {cls.activity for cls in CLASSES if issubclass(cls, Sets)}


def test_every_spell_can_end_and_has_one_usual_end() -> None:
    for activity in activities().values():
        if issubclass(activity.opener, Opens):
            usual = [cls for cls in activity.closes if issubclass(cls, Closes) and cls.usual]
            assert len(usual) == 1, activity.name


def test_a_term_belongs_to_one_fact_and_stands_in_the_glossary_once() -> None:
    glossary = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
    terms = [line.split("|")[1].strip() for line in glossary.splitlines() if line.startswith("|")]
    assert {cls.TERM: terms.count(cls.TERM) for cls in CLASSES if terms.count(cls.TERM) != 1} == {}


@pytest.mark.parametrize(
    "activity, life, solitary",
    [
        ("programme", True, True),
        ("programme-element", True, False),
        ("leave", False, True),
        ("suspension", False, True),
        ("language-training", True, True),
        ("primary-school", True, True),
        ("upper-secondary", True, True),
        ("higher-education", True, True),
        ("work", True, False),
        ("benefit", True, False),
        ("social-assistance", True, True),
        ("volunteering", True, False),
        ("consent", False, False),
        ("group", False, False),
        ("income", False, False),
    ],
)
def test_what_an_activity_says_about_a_life(activity: str, life: bool, solitary: bool) -> None:
    assert (activities()[activity].observes, activities()[activity].solitary) == (life, solitary)


def test_two_schools_are_two_spells_and_one_without_a_name_is_the_activity() -> None:
    assert PrimarySchoolEnrolled(on=DAY, school="north").key == "north"
    assert PrimarySchoolEnrolled(on=DAY).key == "primary-school"
    assert ProgrammeElementStarted(on=DAY, element="life-skills").key == "life-skills"


def test_a_status_that_was_not_reached_shows_nothing() -> None:
    assert StatusConfirmed(on=DAY).observes
    assert not StatusConfirmed(on=DAY, reached=False).observes
    # Known inside its period alone, and not for a while after its first day.
    assert not PeriodObserved(on=DAY, until=date(2024, 12, 31)).observes
    assert not LanguageLevelReached(on=DAY, skill="reading", level="A2").observes


def test_two_statuses_do_not_share_their_activities() -> None:
    assert StatusConfirmed(on=DAY).activities is not StatusConfirmed(on=DAY).activities


SECRET = "Kari-9x"
REFUSED: list[tuple[Callable[..., Fact], dict[str, Any], str]] = [
    (LanguageLevelReached, {"skill": SECRET, "level": "A2"}, "skill: expected one of listening"),
    (LanguageLevelReached, {"skill": "reading", "level": "D1"}, "level: expected one of below-A1, A1"),
    (
        LanguageLevelReached,
        {"skill": "reading", "level": "A2", "sitting": SECRET + "\n"},
        "sitting: expected",
    ),
    (ProgrammeEnded, {"reasons": ("work", SECRET)}, "reasons: expected any of goal-reached"),
    (ProgrammeEnded, {"main_activity": SECRET}, "main-activity: expected one of work"),
    (LanguageGoalSet, {"goals": {SECRET: "B1"}}, "goals: expected pairs"),
    (LanguageGoalSet, {"goals": {"reading": SECRET}}, "goals: expected pairs"),
    (LanguageGoalSet, {"goals": {"reading": "not-assessed"}}, "goals: expected pairs"),
    (StatusConfirmed, {"activities": {SECRET: None}}, "activities: expected pairs"),
    (
        StatusConfirmed,
        {"activities": {"work": Decimal("60.5")}},
        "activities: expected pairs",
    ),
    (StatusConfirmed, {"activities": {"work": Decimal("0.4")}}, "activities: expected pairs"),
    (JobStarted, {"job": ""}, "job: expected a name of 1 to 60 characters"),
    (JobStarted, {"job": SECRET * 9}, "job: expected a name of 1 to 60 characters"),
    (
        JobStarted,
        {"job": "a", "hours_per_week": Decimal("0.4")},
        "hours-per-week: expected a number",
    ),
    (
        JobStarted,
        {"job": "a", "hours_per_week": Decimal("60.1")},
        "hours-per-week: expected a number",
    ),
    (JobStarted, {"job": "a", "full_time_hours": "37"}, "full-time-hours: expected one of 37.5"),
    (CreditsEarned, {"credits": Decimal(301)}, "credits: expected a number from 0.5 to 300 (credits)"),
    (IncomeRecorded, {"year": 1989}, "year: expected a whole number from 1990 to 2100"),
    (
        IncomeRecorded,
        {"year": 2023, "pension": Decimal(-1)},
        "pension: expected a number from 0",
    ),
    (IncomeSourceRecorded, {"main": "work", "sources": (SECRET,)}, "sources: expected any of work"),
    (
        ParticipantRegistered,
        {"municipality": SECRET, "settled_on": DAY},
        "municipality: expected a",
    ),
    (SkillsMapped, {"languages": ("ar", SECRET)}, "languages: expected a language code"),
    (InterpreterNeeded, {"language": "Tigrinya"}, "language: expected a language code"),
    (UpperSecondaryModuleCompleted, {"module": " "}, "module: expected a name"),
    (
        AttendanceRecorded,
        {"month": date(2024, 2, 2), "planned": Decimal(1), "attended": Decimal(1)},
        "month: expected",
    ),
    (
        CareerGoalSet,
        {"goal": "work", "wording": SECRET * 29},
        "wording: expected a text of at most",
    ),
    (
        FactRetracted,
        {"retracts": 3, "reason": SECRET * 29},
        "reason: expected a text of at most 200",
    ),
    (StatusConfirmed, {"on_precision": SECRET}, "on-precision: expected one of day, month, year"),
    (StatusConfirmed, {"told_by": SECRET}, "told-by: expected one of participant, document"),
]


@pytest.mark.parametrize("cls, values, message", REFUSED)
def test_a_value_that_a_field_cannot_have_is_refused_without_being_repeated(
    cls: Callable[..., Fact], values: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidFact) as refused:
        check(cls(on=DAY, **values))
    assert str(refused.value).startswith(message)
    assert SECRET not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    "fact",
    [
        JobStarted(on=DAY, job="a", hours_per_week=Decimal("0.5")),
        JobStarted(on=DAY, job="a" * 60, hours_per_week=Decimal(60)),
        StatusConfirmed(on=DAY, activities={"work": Decimal("0.5"), "benefit": None}),
        CreditsEarned(on=DAY, credits=Decimal(300)),
        IncomeRecorded(on=DAY, year=1990, own_work_income=Decimal(0)),
        CareerGoalSet(on=DAY, goal="work", wording="æ" * 200),
        InterpreterNeeded(on=DAY, language=None),
    ],
)
def test_the_limits_themselves_are_allowed(fact: Fact) -> None:
    check(fact)


@given(hours=st.decimals(min_value=-1000, max_value=1000, places=2))
def test_weekly_hours_lie_from_half_an_hour_to_sixty(hours: Decimal) -> None:
    fact = StatusConfirmed(on=DAY, activities={"work": hours})
    if Decimal("0.5") <= hours <= 60:
        check(fact)
    else:
        with pytest.raises(InvalidFact):
            check(fact)
