"""Whether a question can have an answer here: a period that can be, a municipality that somebody lived in, anybody."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from tracker.errors import MunicipalityNotHere, Refusal
from tracker.indicators.cohort import Axis, Cohort, members
from tracker.indicators.frames import Frames

FIRST_YEAR = 1990
"""No cohort is asked for of a year before this: a way to find a mistyped year, and no statement of law."""


class ImpossiblePeriod(Refusal):
    """The cohort lies before any year that is asked for, or after the day of the figures."""

    code = "impossible-period"


def possible(frames: Frames, cohort: Cohort | None, municipality: str | None = None) -> None:
    """Refuse a question that nothing recorded could ever answer.

    :raises ImpossiblePeriod: nobody is in the cohort, and nobody could be
    :raises MunicipalityNotHere: nobody lived there
    """
    if municipality is not None:
        _lived_in(frames, municipality)
    said = None if cohort is None else _impossible(cohort, frames.known_on)
    # What was recorded all the same is answered; data quality tells of it.
    if cohort is None or said is None or members(frames, cohort).height:
        return
    raise ImpossiblePeriod(
        f"{said}, got {cohort}; ask for {_right(cohort, frames.known_on)}",
        cohort=str(cohort),
        first=_first(cohort.axis),
        last=str(frames.known_on if cohort.axis == "active" else frames.known_on.year),
    )


def without_anybody(frames: Frames, cohort: Cohort, municipality: str | None = None) -> str | None:
    """What is said of a cohort that nobody is in, with the years in which there is somebody; None where there is one.

    A cohort of the axis ``year`` is about no people.
    """
    if cohort.axis == "year" or members(frames, cohort, municipality).height:
        return None
    where = f" in municipality {municipality}" if municipality else ""
    said = f"nobody is in the cohort {cohort}{where}"
    if cohort.axis == "active":
        return said
    days = members(frames, Cohort(cohort.axis), municipality)["origin"]
    years = days.dt.year().unique().drop_nulls().sort().to_list()
    return f"{said}; there is {f'somebody in {_spans(years)}' if years else 'nobody in other years'}"


def _impossible(cohort: Cohort, known_on: date) -> str | None:
    begins = date(FIRST_YEAR, 1, 1)
    before = f"nothing is known of before {FIRST_YEAR}"
    if cohort.axis == "active":
        if cohort.on is None:
            return None
        if cohort.on < begins:
            return before
        return f"{cohort.on} has not come on the day of the figures, {known_on}" if cohort.on > known_on else None
    if cohort.first is None or cohort.last is None:
        return None
    if cohort.last < begins.year:
        return before
    ahead = cohort.first > known_on.year
    return f"{cohort.first} has not begun on the day of the figures, {known_on}" if ahead else None


def _right(cohort: Cohort, known_on: date) -> str:
    if cohort.axis == "active":
        return f"a day from {_first('active')} to {known_on}"
    return f"years from {_first(cohort.axis)} to {known_on.year}, such as {cohort.axis}:{known_on.year}"


def _first(axis: Axis) -> str:
    return f"{FIRST_YEAR}-01-01" if axis == "active" else str(FIRST_YEAR)


def _lived_in(frames: Frames, municipality: str) -> None:
    settled = frames.people("municipality")["municipality"].unique().drop_nulls().to_list()
    registered = frames.municipalities["municipality"].to_list()
    moved = frames.spells("residence", columns=("value",))
    if municipality in (*settled, *registered) or moved.filter(pl.col("value") == municipality).height:
        return
    raise MunicipalityNotHere(municipality, {*settled, *registered})


def _spans(years: list[int]) -> str:
    """2019, 2021..2023: years in a row taken together."""
    return ", ".join(str(first) if first == last else f"{first}..{last}" for first, last in _runs(years))


def _runs(years: list[int]) -> Iterator[tuple[int, int]]:
    first = last = years[0]
    for year in years[1:]:
        if year != last + 1:
            yield first, last
            first = year
        last = year
    yield first, last
