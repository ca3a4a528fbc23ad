"""Every fact, field, choice, unit and sentence has words in each language, and no catalogue has words for nothing."""

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from babel.messages.extract import extract_from_file

from events import fact_class, fact_classes
from events.fields import fields_by_name, fields_of
from tests.conftest import ROOT
from tracker.catalogues import Catalogue, Untranslated, catalogue
from tracker.follow_up.agreed import AGREED
from tracker.follow_up.digest import SECTIONS
from tracker.follow_up.rules import rulebook
from tracker.own_copy.entries import CHANNELS
from tracker.own_copy.page import IDENTITY
from tracker.wording import LANGUAGES, Language
from tracker.wording_of_facts import choice, day, label, language_name, moment, number, sentence, title, unit, value

GIVEN_AS_NAMES = {*CHANNELS.values(), *IDENTITY.values(), *SECTIONS.values(), "contract", "law", "rule", "local"}
"""Sentences that the code looks up by a variable."""

OUTPUTS = ("calendar_file.py", "digest.py")


def lookups() -> Iterator[tuple[str, tuple[str, ...]]]:
    """(context, ids from the most exact to the most general) of all that facts can ask for."""
    for topic, cls in fact_classes().items():
        yield "fact", (topic,)
        if cls.STREAM == "participant":
            yield "told", (topic,)
        for field in fields_of(cls):
            names = (f"{topic}.{field.option}", field.option)
            yield "field", names
            for chosen in (*field.choices, *field.levels):
                yield "value", (*(f"{name}.{chosen}" for name in names), chosen)
            if field.unit:
                yield "unit", (field.unit,)


def sentences() -> set[str]:
    """Every sentence that the code or a template asks for."""
    found = set(GIVEN_AS_NAMES)
    for path in ROOT.glob("tracker/own_copy/templates/*.html"):
        messages = extract_from_file("jinja2.ext:babel_extract", path, keywords={"_": None})
        found |= {message for _, message, _, _ in messages if isinstance(message, str)}
    for path in (*ROOT.glob("tracker/own_copy/*.py"), *(ROOT / "tracker/follow_up" / name for name in OUTPUTS)):
        found |= set(_spoken(ast.parse(path.read_text(encoding="utf-8"))))
    return found


def _spoken(module: ast.Module) -> Iterator[str]:
    """What stands in ``text(...)``, ``_text(...)`` and ``_mark(...)``, and whatever has a place for a value."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("text", "_text", "_mark") and node.args:
                first = node.args[0]
                parts = (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,)
                yield from (str(part.value) for part in parts if isinstance(part, ast.Constant))
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and "%(" in node.value
            and "``" not in node.value
        ):
            yield node.value


@pytest.fixture(params=LANGUAGES)
def words(request: pytest.FixtureRequest) -> Catalogue:
    return catalogue(request.param)


def test_every_fact_field_choice_and_unit_has_words(words: Catalogue) -> None:
    missing = [(context, ids) for context, ids in lookups() if not any(words.messages.get((context, id)) for id in ids)]
    assert missing == []
    assert len(list(lookups())) > 1500


def test_every_sentence_of_code_and_templates_has_words(words: Catalogue) -> None:
    asked = sentences()
    assert len(asked) > 100
    assert {sentence for sentence in asked if not words.messages.get((None, sentence))} == set()


def test_no_words_stand_for_what_nobody_asks_for(words: Catalogue) -> None:
    needed = {(context, next(id for id in ids if (context, id) in words.messages)) for context, ids in lookups()} | {
        (None, sentence) for sentence in sentences()
    }
    assert set(words.messages) - needed == set()


def test_the_catalogues_have_the_same_messages() -> None:
    assert len({frozenset(catalogue(language).messages) for language in LANGUAGES}) == 1


def test_words_have_the_places_for_values_that_their_english_has(words: Catalogue) -> None:
    class Places(dict[str, str]):
        def __missing__(self, name: str) -> str:
            self[name] = name
            return name

    for (context, id), told in words.messages.items():
        wanted, given = Places(), Places()
        if context is None and "%(" in id:
            _ = id % wanted, told % given
        assert set(given) == set(wanted), id
        assert told == told.strip(), id


def test_nynorsk_is_not_bokmål() -> None:
    bokmål, nynorsk = catalogue("nb").messages, catalogue("nn").messages
    told = [key for key in bokmål if key[0] == "told"]
    differing = [key for key in told if bokmål[key] != nynorsk[key]]
    assert len(differing) > 0.8 * len(told)
    foreign = ("ikke", "ble", "fra", "hva", "hvem", "hvordan", "jeg", "noe", "dere", "en", "et")
    assert [key for key, words in nynorsk.items() if set(words.casefold().split()) & set(foreign)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_and_agreed_task_has_a_title_and_what_to_do(language: Language) -> None:
    wordings = [(rule.title, rule.to_do) for rule in rulebook().rules.values()] + list(AGREED.values())
    assert all(wording.to(language).strip() for pair in wordings for wording in pair)


def test_words_that_are_missing_are_told_by_name() -> None:
    with pytest.raises(Untranslated, match="'no-such-fact'"):
        catalogue("nb").find("fact", "no-such-fact")
    with pytest.raises(Untranslated, match="'No such sentence'"):
        catalogue("nb").text("No such sentence")


def test_the_words_of_one_fact_go_before_those_of_all() -> None:
    job, signed = fact_class("job-started"), fact_class("contract-signed")
    assert label(job, fields_by_name(job)["contract"], "nb") == "Ansettelse"
    assert label(signed, fields_by_name(signed)["contract"], "nb") == "Kontrakt"
    track = fact_class("track-assigned")
    assert choice(track, fields_by_name(track)["track"], "1", "nn") == "spor 1 (lite eller ingen skulegang)"


@pytest.mark.parametrize(
    "language, told",
    [
        ("nb", ("Jobb", "Du begynte i en jobb.", "Timer i uka", "timer i uka")),
        ("nn", ("Jobb", "Du begynte i ein jobb.", "Timar i veka", "timar i veka")),
        ("en", ("Job", "You started a job.", "Hours a week", "hours a week")),
    ],
)
def test_a_fact_and_its_field_are_told_in_each_language(language: Language, told: tuple[str, ...]) -> None:
    job = fact_class("job-started")
    hours = fields_by_name(job)["hours_per_week"]
    said = title(job, language), sentence(job, language), label(job, hours, language), unit(hours, language)
    assert said == told


@pytest.mark.parametrize(
    "topic, field, given, nb, en",
    [
        ("job-started", "hours_per_week", Decimal("17.5"), "17,5", "17.5"),
        ("job-started", "position_percent", Decimal(60), "60 prosent av full stilling", "60 per cent of a full post"),
        ("job-started", "self_employed", False, "nei", "no"),
        ("job-started", "contract", None, "", ""),
        ("income-recorded", "pension", Decimal(250000), "250\xa0000 kroner i året", "250,000 NOK a year"),
        ("participant-registered", "birth_year", 1990, "1990", "1990"),
        ("participant-registered", "municipality", "5001", "Trondheim (5001)", "Trondheim (5001)"),
        ("participant-registered", "municipality", "0301", "0301", "0301"),
        ("participant-registered", "settled_on", date(2024, 3, 5), "5. mars 2024", "5 March 2024"),
        ("attendance-recorded", "month", date(2024, 3, 1), "mars 2024", "March 2024"),
        (
            "language-goal-set",
            "goals",
            {"speaking": "B1", "reading": "A2"},
            "snakke: B1, lese: A2",
            "speaking: B1, reading: A2",
        ),
        (
            "status-confirmed",
            "activities",
            {"work": Decimal(20), "benefit": None},
            "arbeid: 20 timer i uka, ytelse",
            "work: 20 hours a week, benefit",
        ),
        ("skills-mapped", "languages", ("tir", "ar", "xx"), "tigrinja, arabisk, xx", "Tigrinya, Arabic, xx"),
        ("follow-up-held", "with_whom", ("county", "school"), "fylkeskommunen, skolen", "the county, the school"),
        ("follow-up-held", "with_whom", (), "", ""),
        ("fact-corrected", "values", {"on": "2024-01-01"}, "on: 2024-01-01", "on: 2024-01-01"),
    ],
)
def test_a_value_is_told_as_people_say_it(topic: str, field: str, given: Any, nb: str, en: str) -> None:
    cls = fact_class(topic)
    of = fields_by_name(cls)[field]
    places = {"5001": "Trondheim"}
    assert (value(cls, of, given, "nb", places), value(cls, of, given, "en", places)) == (nb, en)


def test_days_are_told_as_exactly_as_they_are_known() -> None:
    first = date(2024, 1, 1)
    assert [day(first, "nn", precision) for precision in ("day", "month", "year")] == [
        "1. januar 2024",
        "januar 2024",
        "2024",
    ]
    assert [day(first, language, length="short") for language in LANGUAGES] == [
        "01.01.2024",
        "01.01.2024",
        "1 Jan 2024",
    ]
    assert moment(datetime(2024, 6, 30, 22, 5, tzinfo=UTC), "en") == "1 July 2024 00:05"
    assert number(1234.5, "nb") == "1\xa0234,5"
    assert number(Decimal("-0.00"), "nb") == number(Decimal(0), "nb") == "0"
    assert language_name("tir", "nn") == "tigrinja"
