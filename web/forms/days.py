"""Days as people write them in a hurry: ``12.3.``, ``i går``, ``today``."""

import re
from datetime import date, timedelta

from tracker.importing.cells import CellProblem, as_date

DAY = timedelta(days=1)
WORDS = {
    **dict.fromkeys(("i dag", "idag", "today"), 0),
    **dict.fromkeys(("i går", "igår", "i gjær", "yesterday"), -1),
    **dict.fromkeys(("i morgen", "i morgon", "imorgen", "tomorrow"), 1),
}
_SHORT = re.compile(r"(\d{1,2})[./ ](\d{1,2})\.?")
_SHORT_YEAR = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{2})")


class NotADay(ValueError):
    """A text is no day; its message is empty, for it is told at the field in the reader's language."""


def completed(text: str, today: date, *, ahead: bool = False) -> str:
    """A day with what was left out filled in, as ISO text; what is no such short form stays as it is.

    :param ahead: it lies in the future, as an agreed day does; else the last such day up to today
    """
    written = " ".join(text.casefold().split())
    if written in WORDS:
        return (today + WORDS[written] * DAY).isoformat()
    if found := _SHORT.fullmatch(written):
        return _nearest(int(found[1]), int(found[2]), today, ahead=ahead) or text
    if found := _SHORT_YEAR.fullmatch(written):
        return _day(2000 + int(found[3]), int(found[2]), int(found[1])) or text
    return text


def read_day(text: str, today: date, *, ahead: bool = False) -> date | None:
    """The day that is meant; None where nothing was written.

    :raises NotADay: it is no day, or only a month or a year
    """
    if not text.strip():
        return None
    try:
        day, precision = as_date(completed(text, today, ahead=ahead))
    except CellProblem:
        raise NotADay from None
    if precision != "day":
        raise NotADay
    return day


def _nearest(day: int, month: int, today: date, *, ahead: bool) -> str | None:
    # Eight years hold a leap day, whichever way one looks.
    years = range(today.year, today.year + 9) if ahead else range(today.year, today.year - 9, -1)
    for year in years:
        found = _day(year, month, day)
        if found is not None and (found >= today.isoformat() if ahead else found <= today.isoformat()):
            return found
    return None


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
