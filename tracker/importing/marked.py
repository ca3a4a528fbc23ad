"""A sheet with its problems marked: the cells coloured, what is expected beside them, and a list of all of them."""

import io
from collections import defaultdict
from pathlib import Path
from typing import Any

import xlsxwriter

from tracker.importing.cells import as_text
from tracker.importing.problems import Problem
from tracker.importing.profile import Profile
from tracker.importing.sheets import Row, UnreadableFile, read_sheets

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_ROWS = 1_048_000
"""Rows that a worksheet can have."""


def marked(path: Path, profile: Profile, problems: tuple[Problem, ...], words: dict[str, str]) -> bytes:
    """The sheet as a workbook: cells as they stand, wrong ones coloured with a note, and a list of the problems.

    :param words: of the language: problems, row, column, value, expected, error, warning
    """
    by_place: dict[tuple[int | None, str | None], list[Problem]] = defaultdict(list)
    for problem in problems:
        by_place[problem.row, problem.column].append(problem)
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, _OPTIONS) as workbook:
        bold = workbook.add_format({"bold": True})
        formats = {
            "error": workbook.add_format({"bg_color": "#FFC7CE", "border": 1}),
            "warning": workbook.add_format({"bg_color": "#FFEB9C", "border": 1}),
        }
        listed = workbook.add_worksheet(words["problems"][:31])
        for place, name in enumerate(("severity", "row", "column", "value", "expected")):
            listed.write_string(0, place, words[name], bold)
        for number, one in enumerate(problems, start=1):
            told = (words[one.severity], one.row, one.column, one.value, one.expected)
            for place, value in enumerate(told):
                _write(listed, number, place, value, None)
        listed.freeze_panes(1, 0)
        listed.set_column(0, 2, 14)
        listed.set_column(3, 4, 40)
        _sheet(workbook, path, profile, by_place, formats, bold)
    return stream.getvalue()


def _sheet(
    workbook: Any,
    path: Path,
    profile: Profile,
    by_place: dict[tuple[int | None, str | None], list[Problem]],
    formats: dict[str, Any],
    bold: Any,
) -> None:
    try:
        sheet = next(read_sheets(path, sheet=profile.worksheet, header_row=profile.header_row))
    except UnreadableFile:
        return
    page = workbook.add_worksheet("data")
    for place, name in enumerate(sheet.header):
        page.write_string(sheet.header_row - 1, place, name, bold)
        _mark(page, sheet.header_row - 1, place, name, by_place.get((sheet.header_row, name), []), formats)
    try:
        for row in sheet:
            if row.number > _ROWS:
                break
            _row(page, row, sheet.header, by_place, formats)
    except UnreadableFile:
        return


def _row(
    page: Any,
    row: Row,
    header: tuple[str, ...],
    by_place: dict[tuple[int | None, str | None], list[Problem]],
    formats: dict[str, Any],
) -> None:
    whole = by_place.get((row.number, None), [])
    for place, (name, cell) in enumerate(zip(header, row.cells, strict=True)):
        found = by_place.get((row.number, name), []) or (whole if place == 0 else [])
        text = as_text(cell)
        if found:
            _mark(page, row.number - 1, place, text, found, formats)
        elif text:
            page.write_string(row.number - 1, place, text)


def _mark(page: Any, row: int, place: int, text: str, found: list[Problem], formats: dict[str, Any]) -> None:
    if not found:
        return
    worst = "error" if any(one.severity == "error" for one in found) else "warning"
    page.write_string(row, place, text, formats[worst])
    page.write_comment(row, place, "\n".join(one.expected for one in found)[:1000])


def _write(page: Any, row: int, place: int, value: object, format: Any) -> None:
    if isinstance(value, int):
        page.write_number(row, place, value, format)
    elif value is not None:
        page.write_string(row, place, str(value), format)
