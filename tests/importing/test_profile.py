"""Profiles: what they must say, and the refusal of what they cannot say."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from events.work import JobStarted
from tests.importing.installation import Installation
from tracker.importing.problems import ProfileInvalid, ProfileUnreadable
from tracker.importing.profile import load_profile

SHEET = '[sheet]\nkind = "monthly-status"\nreferences = "test"\nparticipant = "id"\n'
STATES = '[states]\njobb = { activity = "work", hours_per_week = 37.5 }\n'
LIST = SHEET.replace("monthly-status", "participants")
PERSON = '[participant]\nmunicipality = "5001"\nsettled_on = 2021-03-15\n'
ROWS = SHEET.replace("monthly-status", "milestones")

INVALID = [
    # profile                                          | key                     | part of the message
    ("", "sheet.kind", "missing"),
    (SHEET.replace("monthly-status", "weekly"), "sheet.kind", 'got "weekly"'),
    (SHEET.replace('"test"', '"a b"'), "sheet.references", "without spaces"),
    (SHEET + 'colour = "red"\n' + STATES, "sheet.colour", "there is no such key"),
    (SHEET + "header_row = 0\n" + STATES, "sheet.header_row", "the number of a row"),
    (SHEET + 'told_by = "me"\n' + STATES, "sheet.told_by", 'got "me"'),
    (SHEET + 'first_registered_on = "soon"\n' + STATES, "sheet.first_registered_on", 'got "soon"'),
    (SHEET + 'months = { first = "soon" }\n' + STATES, "sheet.months.first", 'got "soon"'),
    (SHEET + 'months = { columns = ["a"] }\n' + STATES, "sheet.months.columns", "the first and the last"),
    (SHEET + 'months = { last = "a" }\n' + STATES, "sheet.months.last", "there is no such key"),
    (SHEET, "states", "missing"),
    (SHEET + '[states]\nx = "work"\n', "states.x", "expected a table"),
    (SHEET + '[states]\nx = { activity = "juggling" }\n', "states.x.activity", 'got "juggling"'),
    (SHEET + '[states]\nx = { activity = "work", on = "2021-01-01" }\n', "states.x.on", "the months say when"),
    (SHEET + '[states]\nx = { activity = "work", hours_per_week = 99 }\n', "states.x.hours_per_week", "0.5 to 60"),
    (SHEET + '[states]\nx = { activity = "work", wage = 9 }\n', "states.x.wage", "there is no such field"),
    (SHEET + '[states]\nx = [{ activity = "work" }, { activity = "work" }]\n', "states.x", "twice"),
    (SHEET + STATES + "[surprise]\n", "surprise", "there is no such key"),
    (LIST, "participant", "missing"),
    (LIST + '[participant]\nmunicipality = "5001"\n', "participant.on", "missing"),
    (LIST + PERSON.replace('"5001"', '"51"'), "participant.municipality", "four digits"),
    (LIST + PERSON + 'gender = "robot"\n', "participant.gender", "'robot'"),
    (LIST + PERSON + 'gender = { column = "k", map = { M = "man" } }\n', "participant.gender.map.M", "'man'"),
    (LIST + PERSON + 'gender = { column = "k", maps = {} }\n', "participant.gender.maps", "did you mean map?"),
    (LIST + PERSON + 'gender = { column = "" }\n', "participant.gender.column", "the name of a column"),
    (LIST + PERSON + 'shoe_size = { column = "s" }\n', "participant.shoe_size", "there is no such field"),
    (LIST + PERSON + "facts = 1\n", "participant.facts", "there is no such field"),
    (LIST + '[[facts]]\non = "2021"\n', "facts[0].fact", "missing"),
    (LIST + '[[facts]]\nfact = "won-lottery"\n', "facts[0].fact", 'got "won-lottery"'),
    (LIST + '[[facts]]\nfact = "participant-registered"\n', "facts[0].fact", "can be logged"),
    (LIST + '[[facts]]\nfact = "plan-agreed"\n', "facts[0].on", "plan-agreed needs it"),
    (ROWS, "milestone.fact", "missing"),
    (ROWS + '[milestone]\nfact = "plan-agreed"\n', "milestone.on", "missing"),
    (ROWS + '[milestone]\nfact = { column = "f", map = { a = "b" } }\non = { column = "o" }\n', "milestone.fact.map.a", '"b"'),
    (ROWS + '[milestone]\nfact = { column = "f", map = { a = "job-started" } }\non = { column = "o" }\n', "milestone.job", "job-started needs it"),
    (ROWS + '[milestone]\nfact = { column = "f" }\non = { column = "o" }\nhat = { column = "h" }\n', "milestone.hat", "such a field"),
]  # fmt: skip


@pytest.mark.parametrize("text, key, message", INVALID, ids=[f"{key}-{n}" for n, (_, key, _) in enumerate(INVALID)])
def test_a_wrong_profile_names_the_key_the_value_and_what_is_expected(
    here: Installation, text: str, key: str, message: str
) -> None:
    with pytest.raises(ProfileInvalid) as caught:
        here.profile(text)
    assert caught.value.where == key
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"oversikt.toml: {key}: ")
    assert caught.value.code == "profile-invalid"


@pytest.mark.parametrize("content", [b"[sheet", b"x = \xff", None])
def test_a_profile_that_is_no_toml_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "profil.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ProfileUnreadable, match=r"profil\.toml"):
        load_profile(path)


def test_a_state_is_a_fact_with_the_activitys_name_as_key(here: Installation) -> None:
    profile = here.profile(SHEET + STATES + 'kafe = { activity = "work", key = "kafé" }\n')
    (work,), (cafe,) = profile.states["jobb"], profile.states["kafe"]
    assert work.opened(date(2021, 1, 1)) == JobStarted(on=date(2021, 1, 1), job="work", hours_per_week=Decimal("37.5"))
    assert cafe.closed(date(2021, 1, 31)).key == "kafé"


def test_values_may_be_dates_of_toml_and_lists(here: Installation) -> None:
    profile = here.profile(
        LIST
        + PERSON
        + '[[facts]]\nfact = "skills-mapped"\non = 2021-04\nlanguages = ["ar", "tir"]\n'.replace("2021-04", '"2021-04"')
    )
    (mapped,) = profile.facts
    assert mapped.constants["languages"] == ("ar", "tir")
    assert (mapped.constants["on"], mapped.constants["on_precision"]) == (date(2021, 4, 1), "month")
    assert profile.registration is not None
    assert profile.registration.constants["on"] == date(2021, 3, 15)


def test_another_meaning_of_a_state_takes_back_what_the_old_one_recorded(here: Installation) -> None:
    sheet = "id;jan.21;feb.21;mar.21\n1;jobb;jobb;jobb\n"
    here.imported(sheet, here.profile(SHEET + STATES + PERSON))
    other = here.profile(SHEET + '[states]\njobb = { activity = "work-placement" }\n' + PERSON)
    report = here.imported(sheet, other)
    assert (report.facts, report.corrections, report.retractions) == (1, 0, 1)
    assert here.told("1")[0] == "2021-01-01 period-observed until 2021-03-31"
    assert here.told("1")[1] == "2021-01-01 work-placement-started"


def test_months_may_be_left_to_the_headings(here: Installation) -> None:
    profile = here.profile(SHEET + STATES + PERSON)
    here.imported("id;navn;jan.21;feb.21\n1;x;jobb;jobb\n", profile)
    assert "2021-01-01 period-observed until 2021-02-28" in here.told("1")
    here.imported("id;navn;feb.21;mar.21\n1;x;jobb;jobb\n", profile)
    assert "2021-01-01 period-observed until 2021-03-31" in here.told("1")
