"""Which rows of the read model count at a position and on a day: conditions of SQL with :position and :at."""

from collections.abc import Callable, Iterable

from tracker.rules import Rule


def known(row: str) -> str:
    """The row was held to be so at the position."""
    return f"{row}.known_from <= :position AND ({row}.known_to IS NULL OR {row}.known_to > :position)"


def told(row: str) -> str:
    """The line of the timeline was held to be so at the position, and had happened by the day."""
    return f"{known(row)} AND {row}.happened_on <= :at"


def running(row: str, day: str = ":at") -> str:
    """The segment was held to be so at the position, and runs on the day."""
    return f"{known(row)} AND {row}.valid_from <= {day} AND ({row}.valid_to IS NULL OR {row}.valid_to > {day})"


def quoted(words: Iterable[str]) -> str:
    """A list of texts, as SQL writes it."""
    return "(" + ", ".join("'" + word.replace("'", "''") + "'" for word in words) + ")"


def months_later(day: str, months: int) -> str:
    """The day so many calendar months later, or the month's last day where it is shorter."""
    return f"MIN(date({day}, '+{months} months'), date({day}, 'start of month', '+{months + 1} months', '-1 day'))"


def governed(rule: Rule[int], day: str, expression: Callable[[str, int], str]) -> str:
    """An expression of a day and of the value that a rule has on it."""
    (_, value), *later = rule.steps
    text = expression(day, value)
    for first, value in later:
        text = f"CASE WHEN {day} >= '{first.isoformat()}' THEN {expression(day, value)} ELSE {text} END"
    return text


def year_closes(day: str, months: int) -> str:
    """The last day of the month that is so many months after the calendar year of a day."""
    return f"date({day}, 'start of year', '+1 year', '+{months} months', '-1 day')"


def last_possible(row: str) -> str:
    """The last day on which something known to its month or year can have happened."""
    return f"""CASE {row}.precision
        WHEN 'month' THEN date({row}.happened_on, 'start of month', '+1 month', '-1 day')
        WHEN 'year' THEN date({row}.happened_on, 'start of year', '+1 year', '-1 day')
        ELSE {row}.happened_on END"""
