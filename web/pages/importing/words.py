"""What imports are told in: stages, states of an import, problems of a sheet."""

from collections.abc import Mapping

from tracker.importing.problems import PROBLEMS, Problem
from web import wording
from web.wording import marked as _

STAGES: Mapping[str, str] = {
    "": _("Waiting"),
    "reading": _("Reading the sheet"),
    "comparing": _("Comparing with what is known"),
    "sealing": _("Sealing the new entries"),
    "folding": _("Bringing lists and figures up to date"),
    "retracting": _("Taking back"),
}
STATUSES: Mapping[str, str] = {
    "running": _("running"),
    "done": _("recorded"),
    "failed": _("failed, nothing recorded"),
    "undone": _("undone"),
}
KINDS: Mapping[str, str] = {
    "participants": _("One row a participant"),
    "milestones": _("One row an event"),
    "monthly-status": _("One row a participant, one column a month"),
}
_SAID: Mapping[str, str] = {
    "several-sheets": _("The workbook has several sheets, and it is not said which."),
    "unknown-column": _("The sheet has no such column."),
    "month-differs": _("The heading names another month than its place says."),
    "no-months": _("There are no columns that name months."),
    "row-too-long": _("Something stands to the right of the last column."),
    "blank-reference": _("The row does not say who it is about."),
    "duplicate-reference": _("Two rows are about the same participant."),
    "unknown-participant": _("Nobody is known by this reference, and the profile registers nobody."),
    "unknown-state": _("It is not said what this cell means."),
    "unknown-fact": _("This names nothing that can be logged."),
    "not-in-map": _("It is not said what this cell means."),
    "not-of-fact": _("This kind of entry has no such field."),
    "blank-cell": _("The cell is blank, and its value is needed."),
    "value-not-allowed": _("The value is outside what is possible."),
    "registration-differs": _("Rows of the same participant do not agree."),
    "same-fact-twice": _("Two rows tell the same; it is recorded once."),
    "date-missing": _("It is not said when this happened; it is left out."),
    "known-already": _("The same is recorded already; it is not recorded again."),
    "registered-otherwise": _("The participant was registered with other values; they stay."),
    "taken-back-by-hand": _("Somebody took this back; it is not recorded again."),
    "not-a-date": _("This is no date."),
    "not-a-number": _("This is no number."),
    "not-a-month": _("This is no month."),
    "no-such-day": _("There is no such day."),
    "two-digit-year": _("Write the year with four digits."),
    "year-out-of-range": _("The year cannot be right."),
    "empty-file": _("The file is empty."),
    "no-header": _("The row with the names of the columns is empty."),
    "duplicate-columns": _("Two columns have the same name."),
    "not-a-spreadsheet": _("This is no spreadsheet, or its content is not what its name says."),
    "encrypted-workbook": _("The file has a password. Save it without one."),
    "damaged-file": _("The file is damaged. Open it and save it anew."),
    "no-such-sheet": _("The workbook has no sheet of this name."),
    "cannot-open": _("The file cannot be opened."),
    "too-large": _("The file is too large. Split it, or leave out columns that are not needed."),
    "too-many-cells": _("The sheet has too many cells. Split it, or leave out columns that are not needed."),
    "unknown-encoding": _("The text of the file cannot be read. Save it as CSV in UTF-8."),
    "unclosed-quote": _("A quotation mark is opened and never closed."),
    "line-too-long": _("A line of the file is too long. Look whether a quotation mark is missing."),
    "ambiguous-number": _("This can be read as two numbers. Write it without a thousands separator."),
    "serial-number": _("A bare number is only read as a year. Format the cell as a date."),
    "another-municipality": _("This is about somebody of another municipality."),
}


def problem(one: Problem) -> str:
    """What a problem is, in the language of the reader; where there are no words for it, what is expected."""
    return coded(one.code) or one.expected


def coded(code: str) -> str | None:
    """What a problem is by its permanent code; None where there are no words for it."""
    if code in _SAID:
        return wording.text(_SAID[code])
    try:
        return wording.refusal(code)
    except LookupError:
        return None


def value(one: Problem) -> str:
    """The cell that a problem is about; what must not be shown of a person is named in the language of the reader."""
    told = one.value
    for hidden in _HIDDEN:
        told = told.replace(hidden, wording.words(hidden))
    return told


_HIDDEN = (_("(a reference)"), _("(a number)"))

UNTOLD = PROBLEMS.keys() - _SAID.keys()
"""Codes of problems that have no words here; a test says that there are none."""
