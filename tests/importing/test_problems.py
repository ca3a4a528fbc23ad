"""Everything that can be wrong in a sheet: each code with its row and column, and nothing recorded."""

from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from events.intake import ParticipantRegistered
from events.work import JobEnded
from tests.importing.installation import KARI, Installation, codes
from tracker.importing.problems import KEPT, PROBLEMS
from tracker.importing.run import ImportRefused

REGISTERED = '[participant]\nmunicipality = "5001"\nsettled_on = "2021-03-15"\n'
MONTHS = (
    '[sheet]\nkind = "monthly-status"\nreferences = "test"\nparticipant = "id"\n'
    'months = { columns = ["jan.21", "mar.21"] }\n'
    '[states]\njobb = { activity = "work" }\ningenting = {}\n' + REGISTERED
)
PEOPLE = (
    '[sheet]\nkind = "participants"\nreferences = "test"\nparticipant = "id"\n'
    '[participant]\nmunicipality = "5001"\nsettled_on = { column = "bosatt" }\n'
    'gender = { column = "kjønn", map = { K = "female" } }\nchildren = { column = "barn" }\n'
    '[[facts]]\nfact = "track-assigned"\ntrack = { column = "spor" }\non = { column = "fra" }\n'
)
MILESTONES = (
    '[sheet]\nkind = "milestones"\nreferences = "test"\nparticipant = "id"\n'
    '[milestone]\nfact = { column = "hva", map = { start = "job-started", slutt = "job-ended" } }\n'
    'on = { column = "dato" }\njob = { column = "jobb" }\nhours_per_week = { column = "timer" }\n'
)
WITH_REGISTRATION = MILESTONES + REGISTERED
MONTH_HEADER = "id;jan.21;feb.21;mar.21\n"
PEOPLE_HEADER = "id;bosatt;kjønn;barn;spor;fra\n"
FACT_HEADER = "id;hva;dato;jobb;timer\n"
FIRST = "1;start;01.02.2022;kafé;20\n"

CASES = [
    # code                 | profile            | sheet                                            | where
    ("unknown-column", MONTHS.replace('"id"', '"Id"'), MONTH_HEADER + "1;jobb;;\n", [(1, "Id")]),
    ("month-differs", MONTHS, MONTH_HEADER.replace("feb", "apr") + "1;jobb;;\n", [(1, "apr.21")]),
    ("no-months", MONTHS, MONTH_HEADER.replace("mar", "des") + "1;jobb;;\n", [(1, None)]),
    ("row-too-long", MONTHS, MONTH_HEADER + "1;jobb;;;mer\n", [(2, None)]),
    ("blank-reference", MONTHS, MONTH_HEADER + "1;jobb;;\n;jobb;;\n", [(3, "id")]),
    ("duplicate-reference", MONTHS, MONTH_HEADER + "1;jobb;;\n2;;;\n1;jobb;;\n", [(4, "id")]),
    ("unknown-participant", MILESTONES, FACT_HEADER + FIRST, [(2, "id")]),
    ("unknown-state", MONTHS, MONTH_HEADER + "1;jobb;syk;ferie\n", [(2, "feb.21"), (2, "mar.21")]),
    ("unknown-fact", WITH_REGISTRATION, FACT_HEADER + "1;begynt;01.02.2022;kafé;\n", [(2, "hva")]),
    ("not-in-map", PEOPLE, PEOPLE_HEADER + "1;15.03.2021;X;;;\n", [(2, "kjønn")]),
    ("not-of-fact", WITH_REGISTRATION, FACT_HEADER + FIRST + "1;slutt;01.03.2022;kafé;20\n", [(3, "timer")]),
    ("blank-cell", WITH_REGISTRATION, FACT_HEADER + "1;start;;kafé;\n1;;01.02.2022;;\n", [(2, "dato"), (3, "hva")]),
    (
        "value-not-allowed",
        PEOPLE,
        PEOPLE_HEADER + "1;15.03.2021;K;99;;\n2;15.03.2021;;1,5;;\n",
        [(2, "barn"), (3, "barn")],
    ),
    ("two-digit-year", PEOPLE, PEOPLE_HEADER + "1;15.03.21;;;;\n", [(2, "bosatt")]),
    ("not-a-date", PEOPLE, PEOPLE_HEADER + "1;snart;;;1;straks\n", [(2, "bosatt"), (2, "fra")]),
    ("ambiguous-number", WITH_REGISTRATION, FACT_HEADER + FIRST.replace(";20", ";1.500"), [(2, "timer")]),
    ("in-future", WITH_REGISTRATION, FACT_HEADER + FIRST.replace("2022", "2034"), [(2, "dato")]),
    ("not-running", WITH_REGISTRATION, FACT_HEADER + FIRST + "1;slutt;01.03.2022;kiosk;\n", [(3, "dato")]),
    ("ends-before-start", WITH_REGISTRATION, FACT_HEADER + FIRST + "1;slutt;01.01.2022;kafé;\n", [(3, "dato")]),
    ("already-running", WITH_REGISTRATION, FACT_HEADER + FIRST + FIRST.replace("01.02", "01.05"), [(3, "dato")]),
]


@pytest.mark.parametrize("code, profile, sheet, where", CASES, ids=[case[0] for case in CASES])
def test_each_problem_is_named_by_row_and_column(
    here: Installation, code: str, profile: str, sheet: str, where: list[tuple[int | None, str | None]]
) -> None:
    read = here.profile(profile)
    tried = here.imported(sheet, read, dry_run=True)
    assert codes(tried) == [(code, row, column) for row, column in where]
    assert {problem.severity for problem in tried.problems} == {"error"}
    assert all(problem.expected for problem in tried.problems)
    assert here.refused(sheet, read).problems == tried.problems
    assert here.app.log_of_facts.count() == 0
    assert here.app.people.by_reference("test", "1") is None


def test_rows_must_agree_about_the_registration(here: Installation) -> None:
    profile = here.profile(
        WITH_REGISTRATION.replace('settled_on = "2021-03-15"', 'settled_on = { column = "timer" }').replace(
            'hours_per_week = { column = "timer" }\n', ""
        )
    )
    sheet = FACT_HEADER + FIRST.replace("20\n", "15.03.2021\n") + "1;slutt;01.03.2022;kafé;16.03.2021\n"
    assert codes(here.refused(sheet, profile)) == [("registration-differs", 3, "timer")]


def test_a_value_without_its_date_is_left_out_with_a_warning(here: Installation) -> None:
    report = here.imported(PEOPLE_HEADER + "1;15.03.2021;;;2;\n", here.profile(PEOPLE))
    assert codes(report) == [("date-missing", 2, "fra")]
    assert (report.errors, report.warnings, report.facts) == (0, 1, 1)


def test_of_several_sheets_the_profile_must_name_one(here: Installation) -> None:
    path: Path = here.folder / "bok.xlsx"
    book = xlsxwriter.Workbook(path)
    for name in ("Liste", "Notater"):
        book.add_worksheet(name).write_row(0, 0, ["id", "bosatt", "kjønn", "barn", "spor", "fra"])
    book.get_worksheet_by_name("Liste").write_row(1, 0, [1, "15.03.2021"])
    book.close()
    assert codes(here.refused(path, here.profile(PEOPLE))) == [("several-sheets", None, None)]
    named = here.profile(PEOPLE.replace("[sheet]", '[sheet]\nname = "Liste"'))
    assert here.imported(path, named).new == 1


@pytest.mark.parametrize(
    "name, code", [("borte.csv", "file-not-found"), ("tom.csv", "empty-file"), ("bilde.png", "not-a-spreadsheet")]
)
def test_a_file_that_cannot_be_read_is_a_problem_of_the_whole_sheet(here: Installation, name: str, code: str) -> None:
    if code != "file-not-found":
        here.sheet("" if code == "empty-file" else "id;x\n", name)
    assert codes(here.refused(here.folder / name, here.profile(PEOPLE))) == [(code, None, None)]


def test_a_hand_logged_fact_that_rests_on_what_the_sheet_takes_back_refuses_the_file(here: Installation) -> None:
    profile = here.profile(MONTHS)
    here.imported(MONTH_HEADER + "1;ingenting;jobb;jobb\n", profile)
    here.app.log(here.id_of("1"), JobEnded(on=date(2021, 6, 30), job="work"), KARI)
    report = here.refused(MONTH_HEADER + "1;ingenting;ingenting;ingenting\n", profile)
    assert codes(report) == [("others-rest-on-it", 2, None)]


def test_a_reference_is_never_shown(here: Installation) -> None:
    sheet = MONTH_HEADER + "hemmelig-17;jobb;;\nhemmelig-17;jobb;;\n"
    report = here.refused(sheet, here.profile(MONTHS))
    assert codes(report) == [("duplicate-reference", 3, "id")]
    assert "hemmelig" not in repr(report)


def test_what_else_is_wrong_in_the_rows_of_a_double_reference_is_told_at_once(here: Installation) -> None:
    report = here.refused(MONTH_HEADER + "1;jobb;syk;\n1;jobb;;ferie\n", here.profile(MONTHS))
    assert sorted(codes(report)) == [
        ("duplicate-reference", 3, "id"),
        ("unknown-state", 2, "feb.21"),
        ("unknown-state", 3, "mar.21"),
    ]


@pytest.mark.parametrize("cell", ["01829012345", "018290 12345", "Ola f. 018290", "201712345602"])
def test_what_may_be_the_number_of_a_person_is_never_shown(here: Installation, cell: str) -> None:
    report = here.refused(PEOPLE_HEADER + f"1;{cell};K;;;\n", here.profile(PEOPLE))
    assert report.problems[0].column == "bosatt"
    assert "(a number)" in report.problems[0].value
    assert not any(run in repr(report) for run in cell.split() if run.isdigit())


def test_the_refusal_says_how_many_errors_there_are(here: Installation) -> None:
    sheet = here.sheet(MONTH_HEADER + "1;jobb;x;x\n")
    with pytest.raises(ImportRefused, match="has 2 errors; nothing was recorded") as caught:
        here.imported(sheet, here.profile(MONTHS))
    assert (caught.value.code, caught.value.report.id) == ("import-refused", None)


def test_very_many_problems_are_counted_and_not_all_kept(here: Installation) -> None:
    rows = "".join(f"{number};x;x;x\n" for number in range(KEPT // 3 + 10))
    report = here.imported(MONTH_HEADER + rows, here.profile(MONTHS), dry_run=True)
    assert report.errors == 3 * (KEPT // 3 + 10)
    assert (len(report.problems), report.untold) == (KEPT, report.errors - KEPT)


def test_somebody_unregistered_by_hand_stays_so(here: Installation) -> None:
    profile = here.profile(PEOPLE)
    here.imported(PEOPLE_HEADER + "1;15.03.2021;K;2;;\n", profile)
    here.app.retract(here.id_of("1"), 1, "never came", KARI)
    report = here.imported(PEOPLE_HEADER + "1;15.03.2021;K;2;;\n", profile)
    assert (report.id, codes(report)) == (None, [("taken-back-by-hand", 2, None)])


def test_the_facts_of_known_participants_need_no_registration(here: Installation) -> None:
    settled = date(2021, 3, 15)
    made = here.app.register(ParticipantRegistered(on=settled, settled_on=settled, municipality="5001"), KARI)
    here.app.people.refer([(made, "test", "1")])
    report = here.imported(FACT_HEADER + FIRST, here.profile(MILESTONES))
    assert (report.new, report.facts) == (0, 1)


def test_every_code_of_an_import_is_provoked_by_a_test() -> None:
    provoked = {case[0] for case in CASES}
    here = Path(__file__)
    others = "".join(path.read_text(encoding="utf-8") for path in here.parent.glob("test_*.py"))
    assert {code for code in PROBLEMS if code not in provoked and f'"{code}"' not in others} == set()
