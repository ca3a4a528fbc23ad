"""Saved lists: those that come with the tracker, each at its boundaries, and those of one's own."""

from datetime import date
from pathlib import Path

import pytest

from tests.follow_up.office import Office
from tracker.follow_up.filters import span_of
from tracker.follow_up.saved_lists import SHELF, Filters, ListNotFound, ListNotValid, save, saved_list, saved_lists
from tracker.follow_up.sittings import OWN_FOLDER, SittingsNotTold, SittingsNotValid, registrable, sittings
from tracker.follow_up.working_days import next_working_day

SITTING = """
id = "norwegian-2024"
version = 1
source = "invented for a test"
[[sittings]]
test = "norwegian"
held_on = 2024-06-10
opens = 2024-04-15
closes = 2024-04-30
"""


def written(office: Office, text: str, name: str = "dates.toml") -> None:
    folder = office.home / OWN_FOLDER
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def test_every_list_that_comes_with_the_tracker_is_told_in_three_languages_with_its_source() -> None:
    for one in SHELF.all().values():
        for wording in (one.title, one.meaning):
            assert wording.nb and wording.nn and wording.en
        assert len(one.source.strip()) > 20


def test_every_list_that_comes_with_the_tracker_can_be_asked_for(office: Office) -> None:
    written(office, SITTING)
    for name in saved_lists(office.home):
        assert office.on(name, "2024-02-01") == ""


def test_no_level_result_is_on_the_list_the_day_after_six_months(office: Office) -> None:
    office.told("""
        who | on         | fact              | values
        Ana | 2024-01-10 | programme-started |
        """)
    assert (office.on("no-level-result", "2024-07-10"), office.on("no-level-result", "2024-07-11")) == ("", "Ana")


def test_a_level_that_does_not_rise_is_on_the_list_the_day_after_twelve_months(office: Office) -> None:
    office.told("""
        who | on         | fact                   | values
        Ana | 2024-01-10 | programme-started      |
        Ana | 2024-02-10 | language-level-reached | skill=speaking level=A2
        Ana | 2024-09-10 | language-level-reached | skill=speaking level=A2
        """)
    assert (office.on("level-not-moving", "2025-02-10"), office.on("level-not-moving", "2025-02-11")) == ("", "Ana")


def test_a_programme_that_ends_is_on_the_list_for_ninety_days_until_a_place_is_accepted(office: Office) -> None:
    office.told("""
        who | on         | fact              | values
        Ana | 2024-01-10 | programme-started | planned-end=2024-06-30
        """)
    assert (office.on("programme-ends", "2024-03-31"), office.on("programme-ends", "2024-04-01")) == ("", "Ana")
    office.told("""
        who | on         | fact           | values
        Ana | 2024-05-02 | place-accepted | place=work starts-on=2024-08-01
        """)
    assert (office.on("programme-ends", "2024-05-01"), office.on("programme-ends", "2024-05-02")) == ("Ana", "")


def test_a_contract_is_soon_over_until_its_last_day_and_has_run_out_from_the_next(office: Office) -> None:
    office.told("""
        who | on         | fact            | values
        Ana | 2024-01-10 | contract-signed | contract=integration-contract until=2024-06-30 parties=participant,municipality
        """)
    days = ("2024-03-31", "2024-04-01", "2024-06-30", "2024-07-01")
    assert [office.on("contract-soon-over", day) for day in days] == ["", "Ana", "Ana", ""]
    assert [office.on("contract-ran-out", day) for day in days] == ["", "", "", "Ana"]
    office.told("""
        who | recorded   | on         | fact               | values
        Ana | 2024-07-05 | 2024-06-30 | contract-completed | contract=integration-contract
        """)
    assert office.on("contract-ran-out", "2024-07-01") == ""


def test_left_into_nothing_needs_neither_work_nor_an_accepted_place(office: Office) -> None:
    office.told("""
        who | on         | fact              | values
        Ana | 2024-01-10 | programme-started |
        Ana | 2024-06-30 | programme-ended   | manner=completed
        Bo  | 2024-01-10 | programme-started |
        Bo  | 2024-05-01 | place-accepted    | place=upper-secondary starts-on=2024-08-19
        Bo  | 2024-06-30 | programme-ended   | manner=completed
        Cy  | 2024-01-10 | programme-started |
        Cy  | 2024-06-01 | job-started       | job=cafe contract=permanent
        Cy  | 2024-06-30 | programme-ended   | manner=completed
        Di  | 2024-01-10 | programme-started |
        Di  | 2024-06-30 | programme-ended   | manner=transferred
        """)
    assert office.on("left-into-nothing", "2024-06-30") == ""
    assert office.on("left-into-nothing", "2024-07-01") == "Ana"
    assert office.on("left-into-nothing", "2024-11-02") == "Ana Bo"
    assert office.on("left-into-nothing", "2025-06-30") == ""


def test_moved_in_without_a_plan_ends_with_a_plan(office: Office) -> None:
    office.told("""
        who | on         | fact                  | values
        Ana | 2024-01-10 | programme-started     |
        Ana | 2024-02-01 | moved-to-municipality | municipality=0301
        Ana | 2024-03-01 | plan-agreed           |
        """)
    days = ("2024-01-31", "2024-02-01", "2024-02-29", "2024-03-01")
    assert [office.on("moved-in-without-plan", day, municipality="0301") for day in days] == ["", "Ana", "Ana", ""]


def test_an_interpreter_is_needed_tomorrow_over_a_weekend_and_only_where_one_is_needed(office: Office) -> None:
    office.told("""
        who | on         | fact                | values
        Ana | 2024-01-10 | interpreter-needed  | language=ti
        Ana | 2024-02-01 | follow-up-scheduled | planned-on=2024-02-12
        Bo  | 2024-02-01 | follow-up-scheduled | planned-on=2024-02-12
        """)
    days = ("2024-02-08", "2024-02-09", "2024-02-11", "2024-02-12")
    assert [office.on("interpreter-tomorrow", day) for day in days] == ["", "Ana", "Ana", ""]


def test_working_days_leap_over_the_holidays_of_norway() -> None:
    assert next_working_day(date(2024, 5, 16)) == date(2024, 5, 21)  # the 17th, and Whit Monday
    assert next_working_day(date(2024, 12, 24)) == date(2024, 12, 27)


def test_a_summer_gap_is_school_alone_in_a_programme_that_goes_on_past_the_first_of_july(office: Office) -> None:
    office.told("""
        who | on         | fact                      | values
        Ana | 2024-01-10 | programme-started         | planned-end=2024-07-01
        Ana | 2024-01-10 | language-training-started |
        Bo  | 2024-01-10 | programme-started         | planned-end=2024-06-30
        Cy  | 2024-01-10 | programme-started         |
        Cy  | 2024-02-01 | job-started               | job=cafe contract=permanent
        """)
    days = ("2024-01-09", "2024-01-10", "2024-08-15", "2024-08-16")
    assert [office.on("summer-gap", day) for day in days] == ["", "Ana Cy", "Ana", ""]
    assert (office.on("summer-gap", "2024-01-31"), office.on("summer-gap", "2024-02-01")) == ("Ana Cy", "Ana")


def test_no_contact_is_for_those_before_the_programme_or_in_it(office: Office) -> None:
    office.told("""
        who | on         | fact              | values
        Ana | 2024-01-10 | programme-started |
        Ana | 2024-02-01 | follow-up-held    |
        """)
    assert (office.on("no-contact", "2024-04-30"), office.on("no-contact", "2024-05-01")) == ("", "Ana")


def test_without_test_dates_the_list_says_which_file_to_write_and_how(office: Office) -> None:
    with pytest.raises(SittingsNotTold) as refusal:
        office.on("test-registration", "2024-02-01")
    assert str(office.home / OWN_FOLDER / "norwegian-2027.toml") in str(refusal.value)
    example = str(refusal.value).partition(":\n")[2]
    written(office, example)
    assert len(sittings("norwegian", office.home)) == 1
    with pytest.raises(SittingsNotTold):
        sittings("social-studies", office.home)


def test_registration_is_told_of_from_fourteen_days_before_it_opens_until_it_closes(office: Office) -> None:
    written(office, SITTING)
    found = sittings("norwegian", office.home)
    days = [date(2024, 3, 31), date(2024, 4, 1), date(2024, 4, 30), date(2024, 5, 1)]
    assert [bool(registrable(found, day, span_of("14 days"))) for day in days] == [False, True, True, False]


def test_test_dates_out_of_order_are_refused(office: Office) -> None:
    written(office, SITTING.replace("2024-04-30", "2024-04-01"))
    with pytest.raises(SittingsNotValid, match="expected opens, closes and held_on in this order"):
        sittings("norwegian", office.home)


def test_a_list_of_ones_own_is_written_read_and_never_changed(tmp_path: Path) -> None:
    tmp_path.joinpath("lists").mkdir()
    filters = Filters(due="30d", has=("language-level-reached=B1@2024",), advisor='kari "k"', overdue=True)
    first = save("b1-now", "B1 nå", filters, tmp_path)
    second = save("b1-now", "B1 nå", Filters(rows="people", inactive="3m"), tmp_path, ("participant", "last_contact"))
    assert (first.version, second.version) == (1, 2)
    assert saved_list("b1-now@1", tmp_path) == first
    assert saved_list("b1-now", tmp_path) == second
    assert saved_list("b1-now@1", tmp_path).filters == filters


def test_a_list_under_a_name_of_the_trackers_or_no_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ListNotValid, match="a list no-contact comes with the tracker"):
        save("no-contact", "x", Filters(), tmp_path)
    with pytest.raises(ListNotValid, match="expected a name of small letters"):
        save("../x", "x", Filters(), tmp_path)
    with pytest.raises(ListNotValid, match="there is no fact 'level'"):
        save("x", "x", Filters(has=("level",)), tmp_path)
    assert not list(tmp_path.rglob("*.toml"))
    with pytest.raises(ListNotFound, match="there is no saved list 'x'; known: contract-ran-out"):
        saved_list("x", tmp_path)


def test_further_filters_narrow_a_list() -> None:
    kept = Filters(rows="people", has=("plan-agreed",), due="30d", advisor="kari")
    found = kept.narrowed(Filters(has=("plan-agreed", "job-started"), due="7d", municipality="0301"))
    assert found == Filters(
        rows="people", has=("plan-agreed", "job-started"), due="7d", advisor="kari", municipality="0301"
    )
