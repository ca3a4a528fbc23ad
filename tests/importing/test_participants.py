"""One row a person: registrations and dated facts in columns, as offices keep their lists."""

from datetime import date
from pathlib import Path

import pytest

from events.intake import ParticipantRegistered
from events.work import JobStarted
from tests.importing.files import Write, write_ods, write_xls, write_xlsx
from tests.importing.installation import KARI, Installation, codes
from tracker.importing.cells import Cell
from tracker.importing.profile import Profile

PROFILE = """
[sheet]
kind = "participants"
references = "test"
participant = "Ref."
[participant]
municipality = "5001"
settled_on = { column = "Bosatt dato" }
birth_year = { column = "Født" }
gender = { column = "Kjønn", map = { K = "female", M = "male" } }
children = { column = "Barn" }
[[facts]]
fact = "language-level-reached"
skill = "speaking"
level = "A2"
evidence = "norskproven"
on = { column = "Norskprøve muntlig A2" }
[[facts]]
fact = "track-assigned"
track = { column = "Spor" }
on = { column = "Bosatt dato" }
"""
TABLE: list[list[Cell]] = [
    ["Ref.", "Bosatt dato", "Født", "Kjønn", "Barn", "Norskprøve muntlig A2", "Spor"],
    ["a-1", date(2021, 3, 15), 1990, "K", 2, date(2022, 5, 12), 2],
    ["a-2", date(2021, 4, 1), 1985, "m", None, None, None],
]
TOLD = [
    "2021-03-15 participant-registered",
    "2021-03-15 track-assigned",
    "2022-05-12 language-level-reached",
]
HEADER = "Ref.;Bosatt dato;Født;Kjønn;Barn;Norskprøve muntlig A2;Spor\n"
ROW = "a-1;15.03.2021;1990;K;2;12.05.2022;2\n"


@pytest.fixture
def profile(here: Installation) -> Profile:
    return here.profile(PROFILE)


def registration(here: Installation, reference: str) -> ParticipantRegistered:
    held = here.journey(reference).registration
    assert held is not None and isinstance(held.fact, ParticipantRegistered)
    return held.fact


@pytest.mark.parametrize("ending, write", [("xlsx", write_xlsx), ("xls", write_xls), ("ods", write_ods)])
def test_columns_become_registrations_and_dated_facts(
    here: Installation, profile: Profile, ending: str, write: Write
) -> None:
    path: Path = here.folder / f"liste.{ending}"
    write(path, TABLE)
    assert here.imported(path, profile).new == 2
    assert here.told("a-1") == TOLD
    assert here.told("a-2") == ["2021-04-01 participant-registered"]
    told = registration(here, "a-1")
    assert (told.birth_year, told.gender, told.children) == (1990, "female", 2)
    told = registration(here, "a-2")
    assert (told.birth_year, told.gender, told.children) == (1985, "male", None)


def test_a_date_of_birth_gives_the_year_alone(here: Installation, profile: Profile) -> None:
    here.imported(HEADER + ROW.replace("1990", "24.12.1990"), profile)
    assert registration(here, "a-1").birth_year == 1990


@pytest.mark.parametrize(
    "changed, facts, corrections, retractions",
    [
        (ROW.replace("12.05.2022", "19.05.2022"), 0, 1, 0),
        (ROW.replace("12.05.2022", ""), 0, 0, 1),
        (ROW.replace(";2\n", ";3\n"), 0, 1, 0),
        (ROW.replace("15.03.2021", "16.03.2021"), 0, 2, 0),
        (ROW.replace("1990", "1991"), 0, 1, 0),
        (ROW.replace("K;2;", "K;;"), 0, 1, 0),
    ],
)
def test_a_changed_cell_corrects_and_an_emptied_one_takes_back(
    here: Installation, profile: Profile, changed: str, facts: int, corrections: int, retractions: int
) -> None:
    here.imported(HEADER + ROW, profile)
    report = here.imported(HEADER + changed, profile)
    assert (report.facts, report.corrections, report.retractions) == (facts, corrections, retractions)
    assert here.imported(HEADER + changed, profile).id is None
    back = here.imported(HEADER + ROW, profile)
    assert here.told("a-1") == TOLD and back.id is not None


def test_who_is_no_longer_in_the_sheet_is_left_as_is(here: Installation, profile: Profile) -> None:
    here.imported(HEADER + ROW + ROW.replace("a-1", "a-2"), profile)
    assert here.imported(HEADER + ROW, profile).id is None
    assert here.told("a-2") == TOLD


def test_what_a_person_corrected_stays_until_the_sheet_changes(here: Installation, profile: Profile) -> None:
    here.imported(HEADER + ROW, profile)
    here.app.correct(here.id_of("a-1"), 1, {"children": 3}, "told by the participant", KARI)
    assert here.imported(HEADER + ROW, profile).id is None
    assert registration(here, "a-1").children == 3
    here.imported(HEADER + ROW.replace("K;2;", "K;4;"), profile)
    assert registration(here, "a-1").children == 4


def test_what_a_person_retracted_is_not_recorded_again(here: Installation, profile: Profile) -> None:
    here.imported(HEADER + ROW, profile)
    version = next(e.version for e in here.journey("a-1").facts if e.fact.TOPIC == "track-assigned")
    here.app.retract(here.id_of("a-1"), version, "never so", KARI)
    report = here.imported(HEADER + ROW, profile)
    assert (report.id, codes(report)) == (None, [("taken-back-by-hand", 2, "Bosatt dato")])


def test_what_was_recorded_in_another_way_is_not_recorded_again(here: Installation, profile: Profile) -> None:
    here.imported(HEADER + ROW.replace(";2\n", ";\n"), profile)
    same = here.imported(HEADER + ROW, profile)
    fact = here.recorded("a-1")[-1].fact
    assert same.id is not None
    here.undone(same.id)
    here.app.log(here.id_of("a-1"), fact, KARI)
    report = here.imported(HEADER + ROW, profile)
    assert (report.id, codes(report)) == (None, [("known-already", 2, "Bosatt dato")])


def test_a_registration_made_in_another_way_stays(here: Installation, profile: Profile) -> None:
    settled = date(2021, 3, 15)
    made = here.app.register(
        ParticipantRegistered(on=settled, settled_on=settled, municipality="0301", birth_year=1988), KARI
    )
    here.app.people.refer([(made, "test", "a-1")])
    report = here.imported(HEADER + ROW, profile)
    assert (report.new, report.facts) == (0, 2)
    assert codes(report) == [("registered-otherwise", 2, "Født")]
    assert registration(here, "a-1").birth_year == 1988


def test_several_sheets_of_one_system_are_about_the_same_people(here: Installation, profile: Profile) -> None:
    here.imported(HEADER + ROW, profile)
    jobs = here.profile(
        """
        [sheet]
        kind = "participants"
        references = "test"
        participant = "ref"
        [[facts]]
        fact = "job-started"
        job = { column = "job" }
        on = { column = "from" }
        """,
        "jobs",
    )
    here.imported("ref,job,from\na-1,cafe,2022-02-01\n", jobs)
    assert any(isinstance(entry.fact, JobStarted) for entry in here.journey("a-1").facts)
    assert here.imported(HEADER + ROW, profile).id is None, "it must not take back what the other sheet told"
