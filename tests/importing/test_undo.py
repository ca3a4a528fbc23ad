"""Undoing imports whole, and not at all where later facts rest on them."""

from datetime import date

import pytest

from events.work import JobEnded
from tests.importing.installation import KARI, Installation
from tests.importing.test_problems import MONTH_HEADER, MONTHS
from tracker.importing.problems import ImportNotFound, ImportNotInForce, LaterFactsRestOnImport
from tracker.importing.profile import Profile
from tracker.importing.record import Imports
from tracker.readmodel.verify import verify

FIRST = MONTH_HEADER + "1;jobb;jobb;ingenting\n2;ingenting;jobb;jobb\n"
CHANGED = MONTH_HEADER + "1;jobb;ingenting;jobb\n2;ingenting;ingenting;\n3;jobb;jobb;jobb\n"


@pytest.fixture
def profile(here: Installation) -> Profile:
    return here.profile(MONTHS)


def imported(here: Installation, sheet: str, profile: Profile) -> str:
    id = here.imported(sheet, profile).id
    assert id is not None
    return id


def statuses(here: Installation) -> list[str]:
    with Imports(here.home, read_only=True) as imports:
        return [each.status for each in imports.all()]


def test_an_undone_import_leaves_no_fact_that_holds(here: Installation, profile: Profile) -> None:
    id = imported(here, FIRST, profile)
    undone = here.undone(id)
    assert undone.participants == 2
    assert here.told("1") == [] and here.told("2") == []
    assert statuses(here) == ["undone"]
    assert verify(here.app).is_clean
    assert here.app.read_model.database["participants"].count_where("known_to IS NULL") == 0


def test_corrections_and_retractions_of_an_import_are_taken_back_too(here: Installation, profile: Profile) -> None:
    imported(here, FIRST, profile)
    before = here.told("1"), here.told("2")
    second = imported(here, CHANGED, profile)
    assert (here.told("1"), here.told("2")) != before
    here.undone(second)
    assert (here.told("1"), here.told("2")) == before
    assert here.told("3") == []
    assert verify(here.app).is_clean


def test_the_file_can_be_imported_again_afterwards(here: Installation, profile: Profile) -> None:
    id = imported(here, FIRST, profile)
    before = here.told("1")
    here.undone(id)
    again = here.imported(FIRST, profile)
    assert (again.new, here.told("1")) == (0, before)
    assert here.imported(FIRST, profile).id is None


def test_an_import_is_undone_once(here: Installation, profile: Profile) -> None:
    id = imported(here, FIRST, profile)
    here.undone(id)
    with pytest.raises(ImportNotInForce, match="was undone before"):
        here.undone(id)


def test_an_unknown_import_is_refused(here: Installation) -> None:
    with pytest.raises(ImportNotFound):
        here.undone("import-0")


def test_a_later_fact_that_rests_on_it_is_named(here: Installation, profile: Profile) -> None:
    id = imported(here, FIRST, profile)
    stream = here.id_of("2")
    (ended,) = here.app.log(stream, JobEnded(on=date(2021, 8, 31), job="work"), KARI)
    head = here.app.log_of_facts.head()
    with pytest.raises(LaterFactsRestOnImport) as caught:
        here.undone(id)
    assert caught.value.versions == {str(stream): (ended.version,)}
    assert here.app.log_of_facts.head() == head
    assert statuses(here) == ["done"]


def test_with_its_dependants_later_facts_go_too(here: Installation, profile: Profile) -> None:
    id = imported(here, FIRST, profile)
    here.app.log(here.id_of("2"), JobEnded(on=date(2021, 8, 31), job="work"), KARI)
    here.undone(id, with_dependants=True)
    assert here.told("1") == [] and here.told("2") == []


def test_a_later_import_that_corrected_it_stands_in_the_way(here: Installation, profile: Profile) -> None:
    first = imported(here, FIRST, profile)
    second = imported(here, CHANGED, profile)
    with pytest.raises(LaterFactsRestOnImport):
        here.undone(first)
    here.undone(second)
    here.undone(first)
    assert here.told("1") == []


def test_what_a_person_retracted_meanwhile_stays_retracted(here: Installation, profile: Profile) -> None:
    id = imported(here, FIRST, profile)
    job = next(e.version for e in here.journey("2").facts if e.fact.TOPIC == "job-started")
    here.app.retract(here.id_of("2"), job, "never", KARI)
    here.undone(id)
    assert here.told("2") == []


def test_somebody_erased_meanwhile_is_left_out(here: Installation, profile: Profile) -> None:
    id = imported(here, FIRST, profile)
    here.app.forget(here.id_of("2"), KARI)
    assert here.undone(id).participants == 1
