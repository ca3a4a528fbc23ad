"""What one cell of a spreadsheet says: a text, a date with its precision, a number, the month of a column."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from types import MappingProxyType
from typing import Final, Literal

Cell = str | int | float | date | datetime | bool | None
Precision = Literal["day", "month", "year"]

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2100

DATE: Final = "a date such as 31.12.2021, 2021-12-31, 12.2021, des. 2021 or 2021"
NUMBER: Final = "a number such as 37,5 or 1 250"
MONTH: Final = "a month such as sep.93, jan-21, sept 2021, 09.1993 or 1993-09"

_SHOWN = 60


class CellProblem(ValueError):
    """A cell that does not say what its column needs.

    :ivar code: permanent name of the problem, in kebab-case
    :ivar value: the cell as it was read
    :ivar expected: what was expected, as a phrase for a report
    """

    def __init__(self, code: str, value: Cell, expected: str, reason: str = "") -> None:
        self.code = code
        self.value = value
        self.expected = expected
        super().__init__(f"expected {expected}; got {_shown(value)}" + (f": {reason}" if reason else ""))


def _shown(value: Cell) -> str:
    if value is None:
        return "a blank cell"
    text = as_text(value)
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "...")


_MONTH_NAMES = (
    ("januar", "january", "jan"),
    ("februar", "february", "feb", "febr"),
    ("mars", "march", "mar"),
    ("april", "apr"),
    ("mai", "may"),
    ("juni", "june", "jun"),
    ("juli", "july", "jul"),
    ("august", "aug"),
    ("september", "sep", "sept"),
    ("oktober", "october", "okt", "oct"),
    ("november", "nov"),
    ("desember", "december", "des", "dec"),
)

MONTHS: Final[Mapping[str, int]] = MappingProxyType(
    {name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names}
)
"""Names and abbreviations of the months in bokmål, nynorsk and English; lower case, without a full stop."""

_TIME = r"(?:[T ]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
_DAY_FIRST = re.compile(r"([0-9]{1,2})\. ?([0-9]{1,2})\. ?([0-9]{4}|[0-9]{2})" + _TIME)
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})" + _TIME)
_DAY_AND_NAME = re.compile(r"([0-9]{1,2})\.? ?([^\W\d_]+)\.? ?([0-9]{4}|[0-9]{2})")
_NAME_AND_YEAR = re.compile(r"([^\W\d_]+)[. /-]{0,2}'?([0-9]{4}|[0-9]{2})")
_MONTH_FIRST = re.compile(r"([0-9]{1,2})[./-]([0-9]{4})")
_YEAR_AND_MONTH = re.compile(r"([0-9]{4})(?:-|M)([0-9]{2})")
_SHORT_NUMBER = re.compile(r"[0-9]{1,9}")

# A space, a no-break space, a narrow no-break space and a thin space part thousands.
_SPACES = " \u00a0\u202f\u2009"
_PLAIN_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_GROUPED_BY_SPACE = re.compile(rf"[0-9]{{1,3}}(?:[{_SPACES}][0-9]{{3}})+(?:[.,][0-9]+)?")
_GROUPED_BY_STOP = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[0-9]{1,3}(?:\.[0-9]{3}){2,}")
_STOP_OR_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")


def as_text(cell: Cell) -> str:
    """The cell as its reader sees it, without the spaces around it (no-break spaces too).

    A blank cell is "", a whole number has no decimals (12.0 is "12"), other numbers have the 15 digits that
    a spreadsheet keeps, a date is YYYY-MM-DD (followed by its time of day if that is not midnight), a truth
    value is "true" or "false".
    """
    match cell:
        case None:
            return ""
        case str():
            return cell.strip()
        case bool():
            return "true" if cell else "false"
        case datetime():
            return cell.date().isoformat() if cell.time() == time.min else cell.isoformat(sep=" ")
        case date():
            return cell.isoformat()
        case int():
            return str(cell)
        case float():
            return format(_from_float(cell), "f") if _finite(cell) else str(cell)


def _finite(number: float) -> bool:
    return number - number == 0


def _from_float(number: float) -> Decimal:
    # A spreadsheet keeps 15 digits: 0.1 + 0.2 is shown, and meant, as 0.3.
    read = Decimal(f"{number:.15g}")
    return Decimal(int(read)) if read == read.to_integral_value() else read


def as_date(cell: Cell) -> tuple[date, Precision]:
    """The day that a cell names, and how precisely; a month or a year is given by its first day.

    Understood: real dates; 31.12.2021, 31. desember 2021 and 2021-12-31 (a time of day is dropped); 12.2021,
    2021-12 and "des. 2021"; 2021, also as a number. Years run from 1900 to 2100.

    :raises CellProblem: blank-cell, two-digit-year, serial-number (a bare number, such as the day number of a
        spreadsheet that lost its format), no-such-day, year-out-of-range or not-a-date
    """
    if isinstance(cell, bool):
        raise CellProblem("not-a-date", cell, DATE)
    if isinstance(cell, datetime):
        return _day(cell, cell.year, cell.month, cell.day, DATE), "day"
    if isinstance(cell, date):
        return _day(cell, cell.year, cell.month, cell.day, DATE), "day"
    if isinstance(cell, (int, float)):
        return _year(cell, cell), "year"
    text = _one_line(cell)
    if not text:
        raise CellProblem("blank-cell", None, DATE)
    if found := _DAY_FIRST.fullmatch(text):
        return _day(cell, _full_year(cell, found[3]), int(found[2]), int(found[1]), DATE), "day"
    if found := _YEAR_FIRST.fullmatch(text):
        return _day(cell, int(found[1]), int(found[2]), int(found[3]), DATE), "day"
    if (found := _DAY_AND_NAME.fullmatch(text)) and (month := _named_month(found[2])):
        return _day(cell, _full_year(cell, found[3]), month, int(found[1]), DATE), "day"
    if found := _MONTH_FIRST.fullmatch(text):
        return _day(cell, int(found[2]), int(found[1]), 1, DATE), "month"
    if found := _YEAR_AND_MONTH.fullmatch(text):
        return _day(cell, int(found[1]), int(found[2]), 1, DATE), "month"
    if (found := _NAME_AND_YEAR.fullmatch(text)) and (month := _named_month(found[1])):
        return _day(cell, _full_year(cell, found[2]), month, 1, DATE), "month"
    if _SHORT_NUMBER.fullmatch(text):
        return _year(cell, int(text)), "year"
    raise CellProblem("not-a-date", cell, DATE)


def as_decimal(cell: Cell) -> Decimal:
    """The number that a cell holds, exactly as written.

    Understood: numbers of the spreadsheet; a decimal comma or point; thousands parted by a space, a
    no-break space or a thin space, or by points where a decimal comma or a second point tells so. A text
    such as 1.500 is refused, for it may mean 1,5 or 1500.

    :raises CellProblem: blank-cell, ambiguous-number or not-a-number
    """
    if isinstance(cell, (bool, date)):
        raise CellProblem("not-a-number", cell, NUMBER)
    if isinstance(cell, int):
        return Decimal(cell)
    if isinstance(cell, float):
        if not _finite(cell):
            raise CellProblem("not-a-number", cell, NUMBER)
        return _from_float(cell)
    text = as_text(cell)
    if not text:
        raise CellProblem("blank-cell", None, NUMBER)
    sign, digits = ("-", text[1:]) if text[0] in "-\u2212" else ("", text.removeprefix("+"))
    if _STOP_OR_THOUSANDS.fullmatch(digits):
        raise CellProblem(
            "ambiguous-number",
            cell,
            NUMBER,
            "the point may part thousands or decimals; use a decimal comma",
        )
    if _PLAIN_NUMBER.fullmatch(digits):
        plain = digits
    elif _GROUPED_BY_SPACE.fullmatch(digits):
        plain = "".join(character for character in digits if character not in _SPACES)
    elif _GROUPED_BY_STOP.fullmatch(digits):
        plain = digits.replace(".", "")
    else:
        raise CellProblem("not-a-number", cell, NUMBER)
    return Decimal(sign + plain.replace(",", "."))


def as_month(heading: Cell) -> date:
    """The first day of the month that a column heading stands for.

    Understood: names and abbreviations in bokmål, nynorsk and English with a year ("Sep.93", "jan-21",
    "sept 2021"), 1993-09, 1993M09, 09.1993, 9/1993, and any day of the month (01.09.1993, 1993-09-01, a
    real date). Two digits after a name are a year from 1950 to 2049: 00-49 are 2000-2049, 50-99 are
    1950-1999.

    :raises CellProblem: blank-cell, two-digit-year, no-such-day, year-out-of-range or not-a-month
    """
    if isinstance(heading, date):
        return _day(heading, heading.year, heading.month, 1, MONTH)
    if isinstance(heading, (bool, int, float)):
        raise CellProblem("not-a-month", heading, MONTH)
    text = _one_line(heading)
    if not text:
        raise CellProblem("blank-cell", None, MONTH)
    if (found := _NAME_AND_YEAR.fullmatch(text)) and (month := _named_month(found[1])):
        year = int(found[2])
        if len(found[2]) == 2:
            year += 2000 if year < 50 else 1900
        return _day(heading, year, month, 1, MONTH)
    try:
        on, precision = as_date(text)
    except CellProblem as problem:
        code = "not-a-month" if problem.code in ("not-a-date", "serial-number") else problem.code
        raise CellProblem(code, heading, MONTH) from None
    if precision == "year":
        raise CellProblem("not-a-month", heading, MONTH)
    return on.replace(day=1)


def _one_line(cell: Cell) -> str:
    return " ".join(as_text(cell).split())


def _named_month(name: str) -> int | None:
    return MONTHS.get(name.lower())


def _full_year(cell: Cell, year: str) -> int:
    if len(year) == 2:
        raise CellProblem("two-digit-year", cell, DATE, "the century is missing; write four digits")
    return int(year)


def _year(cell: Cell, number: float) -> date:
    if number in range(FIRST_YEAR, LAST_YEAR + 1):
        return date(int(number), 1, 1)
    raise CellProblem(
        "serial-number", cell, DATE, "a bare number is only read as a year, 1900 to 2100; format it as a date"
    )


def _day(cell: Cell, year: int, month: int, day: int, expected: str) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise CellProblem("year-out-of-range", cell, expected, "years run from 1900 to 2100")
    try:
        return date(year, month, day)
    except ValueError:
        raise CellProblem("no-such-day", cell, expected, "the calendar has no such day or month") from None
