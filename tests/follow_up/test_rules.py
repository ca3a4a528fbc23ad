"""Rules of follow-up are data: what a file may say, what is refused with file and place, and what a change of them does."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import MakeApp
from tests.follow_up.lives import Life, life
from tests.scenario import REGISTERED
from tracker.application import Author
from tracker.follow_up.rules import FIXED, SHELF, RulesNotFound, RulesNotValid, Value, rulebook
from tracker.readmodel.rebuild import rebuild
from tracker.readmodel.verify import verify

HEAD = """
id = "own"
version = 1
title = "Own rules"
source = "the council of Lillevik, 3 May 2024"
"""
RULE = """
[[rules]]
id = "look-in"
rests_on = "local"
party = "municipality"
closes = ["contact"]
title = { nb = "Se innom", nn = "Sjå innom", en = "Look in" }
to_do = { nb = "Se innom", nn = "Sjå innom", en = "Look in" }
"""
VALUE = """
[[rules.values]]
due = "2 weeks"
basis = "the council"
"""
OTHER_RHYTHM = """
[[overrides]]
rule = "contact-in-programme"
[[overrides.values]]
from = 2024-06-01
due = "2 months"
again = "2 months"
basis = "the council"
"""

Put = Callable[..., Path]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Puts a file of rules into a data folder."""

    def write(*parts: str, name: str = "own.toml") -> Path:
        folder = tmp_path / "home" / "follow-up"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("".join(parts), encoding="utf-8")
        return folder.parent

    return write


# Those that come with the tracker


def test_the_rules_of_the_tracker_are_there_with_their_sources() -> None:
    found = rulebook()
    assert set(found.rules) == {
        "programme-offer",
        "plan",
        "plan-review",
        "plan-after-moving",
        "next-step",
        "contact-before",
        "contact-in-programme",
        "contact-after",
        "status-before-november",
        "level-result",
        "level-rises",
        "language-goal",
        "social-studies-test",
        "nir-registration",
        "end-reason",
    }
    assert set(found.file_of.values()) == {"default@1"}
    for rule in found.rules.values():
        for value in rule.values:
            assert value.basis or value.like in FIXED, rule.id
        for words in (rule.title, rule.to_do):
            assert words.nb and words.nn and words.en, rule.id


def test_a_set_is_found_by_id_and_version() -> None:
    assert SHELF.one("default", 1).title == "Default rules of follow-up"
    with pytest.raises(RulesNotFound, match=r"no set of follow-up rules default@2; known: default@1"):
        SHELF.one("default", 2)


# Problems


@pytest.mark.parametrize(
    "text, told",
    [
        ("id = ", "no TOML in UTF-8"),
        (HEAD + "colour = 'red'", "the file: object contains unknown field `colour`"),
        (HEAD.replace('"own"', '"Own rules"'), "id: expected a name of small letters, digits and -, got 'Own rules'"),
        (HEAD.replace("version = 1", 'version = "one"'), "version: expected `int`, got `str`"),
        (HEAD + RULE + RULE + VALUE, "rules[0]: object missing required field `values`"),
        (HEAD + RULE + VALUE + RULE + VALUE, "rule 'look-in': it is there twice"),
        (HEAD + RULE.replace("contact", "coffee-had") + VALUE, "there is no fact 'coffee-had'"),
        (HEAD + RULE.replace('"municipality"', '"king"') + VALUE, "rules[0].party: invalid enum value 'king'"),
        (HEAD + RULE + VALUE.replace("2 weeks", "soon"), 'due: expected a time such as "3 months", '),
        (HEAD + RULE + VALUE.replace("2 weeks", "9999 years"), "due: expected 50 years at most, got '9999 years'"),
        (HEAD + RULE + VALUE.replace("due", "again"), "expected one of due, like, points, yearly, cut_off, got none"),
        (HEAD + RULE + VALUE + "points = [12]", "expected one of due, like, points, yearly, cut_off, got due, points"),
        (HEAD + RULE + VALUE + "off = true", "off: expected nothing beside it, got due"),
        (HEAD + RULE + VALUE.replace('basis = "the council"', ""), "basis: expected where the value comes from"),
        (
            HEAD + RULE + VALUE.replace('due = "2 weeks"', "points = [24, 12]"),
            "points: expected months in rising order",
        ),
        (
            HEAD + RULE + VALUE.replace('due = "2 weeks"', "points = [0]"),
            "points: expected months in rising order, from",
        ),
        (HEAD + RULE + VALUE.replace('due = "2 weeks"', 'yearly = "29 February"'), "yearly: expected a day such as"),
        (HEAD + RULE + VALUE.replace('due = "2 weeks"', 'like = "my-own"'), "like: expected one of start-within"),
        (HEAD + RULE + VALUE + 'municipality = "Lillevik"', "municipality: expected a code of four digits"),
        (HEAD + OTHER_RHYTHM.replace("2 months", "now and then"), "override of 'contact-in-programme': due: expected"),
        (
            HEAD + OTHER_RHYTHM.replace("contact-in-programme", "coffee"),
            "there is no rule coffee; known: contact-after",
        ),
        (HEAD + RULE.replace("look-in", "plan") + VALUE, "there is a rule plan already, in default@1; override it"),
        (HEAD.replace('"own"', '"default"'), "there is a set of follow-up rules default@1 already"),
    ],
)
def test_what_cannot_be_used_is_refused_with_file_and_place(put: Put, text: str, told: str) -> None:
    home = put(text)
    with pytest.raises(RulesNotValid) as refused:
        rulebook(home)
    assert str(refused.value).startswith(("own.toml: ", "own@1: "))
    assert told in str(refused.value)


def test_a_file_that_is_no_text_is_refused(put: Put) -> None:
    home = put("")
    (home / "follow-up" / "own.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RulesNotValid, match=r"^own\.toml: no TOML in UTF-8"):
        rulebook(home)


# A municipality's own


def contacts(told: Life, day: str) -> list[str]:
    return told.on(day, "contact-in-programme")


STARTED = """
    on         | fact              | values
    2024-01-31 | programme-started |
    2024-03-01 | follow-up-held    |
    2024-05-31 | follow-up-held    |
    2024-06-01 | follow-up-held    |
    """


def test_a_value_governs_what_begins_from_its_day_on_and_what_began_before_keeps_its_own(put: Put) -> None:
    told = life(STARTED).under(put(HEAD, OTHER_RHYTHM))
    assert contacts(told, "2024-05-31") == ["contact-in-programme 2024-08-31"]
    assert contacts(told, "2024-06-01") == ["contact-in-programme 2024-08-01"]
    assert contacts(life(STARTED), "2024-06-01") == ["contact-in-programme 2024-09-01"]
    assert rulebook(put(HEAD, OTHER_RHYTHM)).file_of["contact-in-programme"] == "default@1, own@1"


def test_the_newest_of_several_values_governs_wherever_it_stands(put: Put) -> None:
    earlier = OTHER_RHYTHM.replace("[[overrides]]", "").replace('rule = "contact-in-programme"', "")
    earlier = earlier.replace("2024-06-01", "2024-01-01").replace("2 months", "1 month")
    told = life(STARTED).under(put(HEAD, OTHER_RHYTHM, earlier))
    assert contacts(told, "2024-03-01") == ["contact-in-programme 2024-04-01"]
    assert contacts(told, "2024-06-01") == ["contact-in-programme 2024-08-01"]


def test_a_value_of_one_municipality_is_for_who_lives_there_that_day(put: Put) -> None:
    told = life(STARTED).under(put(HEAD, OTHER_RHYTHM, 'municipality = "0301"'))
    assert contacts(told, "2024-06-01") == ["contact-in-programme 2024-09-01"]
    told.then("on | fact | values\n 2024-04-01 | moved-to-municipality | municipality=0301")
    assert contacts(told, "2024-06-01") == ["contact-in-programme 2024-08-01"]


def test_a_rule_can_be_turned_off_from_a_day_on(put: Put) -> None:
    off = OTHER_RHYTHM.replace('due = "2 months"\nagain = "2 months"', "off = true")
    told = life(STARTED).under(put(HEAD, off))
    assert contacts(told, "2024-05-31") == ["contact-in-programme 2024-08-31"]
    assert contacts(told, "2024-06-01") == []


def test_a_rule_of_ones_own_is_due_like_any_other(put: Put) -> None:
    home = put(HEAD, RULE, VALUE)
    told = life(STARTED).under(home)
    told.has_due("look-in", "from | to | due | ended\n 2024-01-31 | 2024-03-01 | 2024-02-14 | done")
    assert rulebook(home).file_of["look-in"] == "own@1"


def test_a_day_of_the_year_is_due_every_year_for_five_years() -> None:
    value = Value(yearly="31 October")
    assert value.points_after(date(2024, 10, 31)) == [date(year, 10, 31) for year in range(2025, 2030)]
    assert value.points_after(date(2024, 10, 30)) == [date(year, 10, 31) for year in range(2024, 2029)]


# What a change of the rules does


def test_a_changed_rule_makes_the_read_model_anew(make_app: MakeApp) -> None:
    author = Author("advisor-1")
    app = make_app()
    participant = app.register(REGISTERED, author)
    for one in life(STARTED).journey.facts[1:]:
        app.log(participant, one.fact, author)
    due = "SELECT due FROM tasks_now WHERE task = 'contact-in-programme' AND valid_to IS NULL"
    assert app.read_model.database.execute(due).fetchall() == [("2024-09-01",)]
    assert not make_app().read_model.is_outdated

    folder = app.settings.home / "follow-up"
    folder.mkdir()
    (folder / "own.toml").write_text(HEAD + OTHER_RHYTHM, encoding="utf-8")
    changed = make_app()
    assert changed.read_model.rules.digest != app.read_model.rules.digest
    assert changed.read_model.is_outdated
    rebuild(changed, processes=1)
    assert not changed.read_model.is_outdated
    assert changed.read_model.database.execute(due).fetchall() == [("2024-08-01",)]
    assert verify(changed).is_clean


def test_the_same_rules_have_the_same_digest_and_others_another(put: Put) -> None:
    assert rulebook().digest == rulebook().digest
    one = rulebook(put(HEAD, OTHER_RHYTHM)).digest
    other = rulebook(put(HEAD, OTHER_RHYTHM.replace("2 months", "4 months"))).digest
    assert len({rulebook().digest, one, other}) == 3
