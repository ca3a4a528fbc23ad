"""One row a fact, as case systems export them."""

from datetime import date
from decimal import Decimal

import pytest

from events.language import LanguageLevelReached
from events.work import JobStarted
from tests.importing.files import write_xlsx
from tests.importing.installation import Installation, codes
from tracker.importing.profile import Profile

PROFILE = """
[sheet]
kind = "milestones"
references = "test"
participant = "Deltaker"
first_registered_on = { column = "Registrert" }
told_by = "register"
[participant]
municipality = "5001"
settled_on = { column = "Bosatt" }
[milestone]
on = { column = "Dato" }
fact = { column = "Hendelse", map = { "Begynt i jobb" = "job-started", "Sluttet i jobb" = "job-ended", "Norskprøve" = "language-level-reached" } }
job = { column = "Jobb" }
hours_per_week = { column = "Timer" }
skill = { column = "Del", map = { muntlig = "speaking", lesing = "reading" } }
level = { column = "Nivå" }
evidence = "norskproven"
"""
HEADER = "Deltaker;Bosatt;Hendelse;Dato;Jobb;Timer;Del;Nivå;Registrert\n"
JOB = "17;15.03.2021;Begynt i jobb;01.02.2022;kafé;37,5;;;10.02.2022\n"
END = "17;15.03.2021;Sluttet i jobb;30.06.2022;kafé;;;;\n"
TEST = "17;15.03.2021;Norskprøve;12.05.2022;;;muntlig;A2;\n17;15.03.2021;Norskprøve;12.05.2022;;;lesing;B1;\n"


@pytest.fixture
def profile(here: Installation) -> Profile:
    return here.profile(PROFILE)


def test_norwegian_habits_are_understood(here: Installation, profile: Profile) -> None:
    sheet = here.sheet(HEADER + END + TEST + JOB, encoding="cp1252")
    report = here.imported(sheet, profile)
    assert (report.facts, report.new) == (5, 1)
    assert here.told("17") == [
        "2021-03-15 participant-registered",
        "2022-02-01 job-started kafé",
        "2022-05-12 language-level-reached",
        "2022-05-12 language-level-reached",
        "2022-06-30 job-ended kafé",
    ]
    job = next(item for item in here.recorded("17") if isinstance(item.fact, JobStarted))
    assert isinstance(job.fact, JobStarted)
    assert (job.fact.hours_per_week, job.fact.told_by) == (Decimal("37.5"), "register")
    assert job.stamp.first_registered_on == date(2022, 2, 10)


def test_a_workbook_says_the_same_as_a_text_file(here: Installation, profile: Profile) -> None:
    here.imported(HEADER + JOB + TEST, profile)
    path = here.folder / "ark.xlsx"
    settled, day = date(2021, 3, 15), date(2022, 5, 12)
    write_xlsx(
        path,
        [
            list(HEADER.strip().split(";")),
            [17, settled, "Begynt i jobb", date(2022, 2, 1), "kafé", 37.5, None, None, date(2022, 2, 10)],
            [17, settled, "norskprøve", day, None, None, "muntlig", "A2", None],
            [17, settled, "norskprøve", day, None, None, "lesing", "B1", None],
        ],
    )
    assert here.imported(path, profile).id is None


def test_parts_of_a_test_on_one_day_are_told_apart(here: Installation, profile: Profile) -> None:
    here.imported(HEADER + TEST, profile)
    report = here.imported(HEADER + TEST.replace("muntlig;A2", "muntlig;B1"), profile)
    assert (report.facts, report.corrections, report.retractions) == (0, 1, 0)
    levels = {
        entry.fact.skill: entry.fact.level
        for entry in here.journey("17").facts
        if isinstance(entry.fact, LanguageLevelReached)
    }
    assert levels == {"speaking": "B1", "reading": "B1"}


def test_a_sheet_with_only_new_rows_takes_nothing_back(here: Installation, profile: Profile) -> None:
    here.imported(HEADER + JOB + TEST, profile)
    report = here.imported(HEADER + END, profile)
    assert (report.facts, report.corrections, report.retractions) == (1, 0, 0)


def test_a_complete_sheet_takes_back_what_it_no_longer_tells(here: Installation) -> None:
    profile = here.profile(PROFILE.replace('"milestones"', '"milestones"\ncomplete = true'))
    here.imported(HEADER + JOB + END + TEST, profile)
    report = here.imported(HEADER + TEST, profile)
    assert (report.facts, report.corrections, report.retractions) == (0, 0, 2)
    assert not any("job" in line for line in here.told("17"))


def test_rows_of_the_same_fact_are_recorded_once(here: Installation, profile: Profile) -> None:
    report = here.imported(HEADER + JOB + JOB, profile)
    assert report.facts == 2
    assert codes(report) == [("same-fact-twice", 3, "Dato")]


def test_a_day_may_be_a_month(here: Installation, profile: Profile) -> None:
    here.imported(HEADER + JOB.replace("01.02.2022", "02.2022"), profile)
    (job,) = [e.fact for e in here.journey("17").facts if isinstance(e.fact, JobStarted)]
    assert (job.on, job.on_precision) == (date(2022, 2, 1), "month")


def test_without_a_map_the_cells_name_the_facts(here: Installation) -> None:
    profile = here.profile("""
        [sheet]
        kind = "milestones"
        references = "test"
        participant = "who"
        [participant]
        municipality = "5001"
        settled_on = "2021-03-15"
        [milestone]
        fact = { column = "what" }
        on = { column = "when" }
        job = { column = "job" }
        """)
    here.imported("who,what,when,job\n1,job-started,2022-02-01,cafe\n1,plan-agreed,2022-03-01,\n", profile)
    assert here.told("1")[1:] == ["2022-02-01 job-started cafe", "2022-03-01 plan-agreed"]


def test_all_rows_may_be_of_one_fact(here: Installation) -> None:
    profile = here.profile("""
        [sheet]
        kind = "milestones"
        references = "test"
        participant = "who"
        [participant]
        municipality = "5001"
        settled_on = "2021-03-15"
        [milestone]
        fact = "plan-agreed"
        on = { column = "when" }
        """)
    here.imported("who,when\n1,2022-02-01\n1,2022-03-01\n", profile)
    assert here.told("1")[1:] == ["2022-02-01 plan-agreed", "2022-03-01 plan-agreed"]
