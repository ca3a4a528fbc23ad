"""Files of survey answers: what a spreadsheet saves is read, and what cannot be is told by row and column."""

from pathlib import Path

import pytest
from xlsxwriter import Workbook

from tracker.surveys.instruments import instrument
from tracker.surveys.receiving import AnswersNotUsable, Given, read_answers

ASKED = instrument("participant-survey", 1)


def sheet(folder: Path, text: str) -> Path:
    path = folder / "answers.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_as_a_norwegian_spreadsheet_saves_it(tmp_path: Path) -> None:
    text = "trust-people;contact-weekly;belonging;gender;schooling\n7;Ja;4;Female;basic\n;nei;;;\n10,0;1;;;\n"
    assert read_answers(sheet(tmp_path, text), ASKED) == [
        Given({"trust-people": 7, "contact-weekly": 1, "belonging": 4}, "basic", "female"),
        Given({"contact-weekly": 0}),
        Given({"trust-people": 10, "contact-weekly": 1}),
    ]


@pytest.mark.parametrize(
    "text, problem",
    [
        ("trust-people;Tidspunkt\n7;2024-05-02 10:31\n", "column 'Tidspunkt': participant-survey@1 has no such item"),
        ("trust-people;;belonging\n7;x;1\n", "column 2 has no name; take the column out"),
        ("trust-people\n11\n", "row 2, trust-people: expected a whole number from 0 to 10, got '11'"),
        ("trust-people\n7,5\n", "row 2, trust-people: expected a whole number from 0 to 10, got '7,5'"),
        ("belonging\n3\nja\n", "row 3, belonging: expected a whole number from 1 to 5, got 'ja'"),
        ("contact-weekly\nkanskje\n", "row 2, contact-weekly: expected yes or no (1 or 0), got 'kanskje'"),
        ("belonging;gender\n3;woman\n", "row 2, gender: expected one of female, male, other, or nothing, got 'woman'"),
        ("belonging;gender\n;female\n", "row 2: no item is answered"),
        ("belonging;gender\n1;female;9\n", "row 2: expected nothing to the right of column 2"),
        ("belonging\n", "there is no answer below the names of the columns"),
    ],
)
def test_a_file_that_cannot_be_used_names_row_and_column(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(AnswersNotUsable) as refused:
        read_answers(sheet(tmp_path, text), ASKED)
    assert str(refused.value).startswith("answers.csv, nothing was recorded:\n")
    assert problem in str(refused.value)


def test_every_problem_is_told_at_once_and_many_are_counted(tmp_path: Path) -> None:
    with pytest.raises(AnswersNotUsable) as refused:
        read_answers(sheet(tmp_path, "belonging\n" + "9\n" * 25), ASKED)
    lines = str(refused.value).splitlines()
    assert len(lines) == 22
    assert lines[-1] == "  and 5 more"


@pytest.mark.parametrize(
    "text, told",
    [
        ("belonging\n018190 50012\n", "got a long number"),
        ("belonging\n3;018190 50012\n", "expected nothing to the right of column 1"),
    ],
    ids=["in a column", "beside them"],
)
def test_what_may_be_an_identity_number_is_not_repeated(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(AnswersNotUsable) as refused:
        read_answers(sheet(tmp_path, text), ASKED)
    assert told in str(refused.value)
    assert "50012" not in str(refused.value)


def test_a_workbook_with_two_sheets_leaves_open_which_is_meant(tmp_path: Path) -> None:
    with Workbook(tmp_path / "answers.xlsx") as workbook:
        for name in ("answers", "codes"):
            workbook.add_worksheet(name).write_column(0, 0, ["belonging", 4])
    with pytest.raises(AnswersNotUsable, match="2 sheets; save the one with the answers as CSV"):
        read_answers(tmp_path / "answers.xlsx", ASKED)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(AnswersNotUsable, match="there is no file"):
        read_answers(tmp_path / "nothing.csv", ASKED)
