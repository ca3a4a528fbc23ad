"""The drawings of the figures page, each with its words, its table and what it stands on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from tracker.indicators.catalogue import CATALOGUE
from tracker.indicators.cohort import Axis
from tracker.indicators.definition import Indicator
from tracker.indicators.economic.intensity import BANDS
from tracker.indicators.frames import Frames
from tracker.indicators.pipeline import Result
from web import wording
from web.charts.axes import Look
from web.charts.bars import Bar, BarWords, bars
from web.desk import Desk
from web.pages.figures import rows, words
from web.pages.figures.asking import Asked
from web.pages.figures.standing import shown
from web.wording import marked as _

TITLES: Mapping[str, str] = {
    "hours": _("Hours of work a week, year by year"),
    "first-job": _("Time to the first job"),
    "language": _("Norwegian: own target, A2 and B1 oral"),
    "primary-school": _("Time to primary school completed"),
    "states": _("What people do, month by month"),
    "journeys": _("The journeys, each a line"),
    "municipalities": _("Beside other municipalities"),
}
OF_AXIS: Mapping[Axis, tuple[str, ...]] = {
    "left": ("hours", "first-job", "states", "journeys", "municipalities"),
    "started": ("language", "states", "journeys", "municipalities"),
    "settled": ("hours", "first-job", "primary-school", "states", "journeys", "municipalities"),
}
BAND_LOOKS = (
    Look("grey"),
    Look("sky", "lines"),
    Look("sky", "diagonal"),
    Look("sky", "dots"),
    Look("sky"),
    Look("blue", "lines"),
    Look("blue"),
    Look("amber", "dots"),
    Look("grey", "lines"),
)
"""Of the bands of hours, of unknown hours, and of an unknown status."""


@dataclass(frozen=True)
class Drawing:
    """What a page shows of it.

    :ivar svg: None where there is nothing to draw, and ``empty`` says why
    :ivar head: headings of the table with the same figures
    :ivar body: its rows, the first cell of each its heading
    :ivar internal: exact, and not for publication
    :ivar results: the figures that it was drawn from, where they are those of the catalogue
    :ivar people: rows of single people in it
    :ivar of: of several that it can be drawn of, the one that it is
    :ivar choices: (heading, (value, words)) of what else it can be drawn of
    """

    name: str
    title: str
    text: str
    svg: Markup | None
    empty: str = ""
    head: Sequence[str] = ()
    body: Sequence[Sequence[str]] = ()
    notes: Sequence[str] = ()
    internal: bool = False
    indicator: Indicator | None = None
    n: int | None = None
    people: int = 0
    results: Sequence[Result] = field(default=(), repr=False)
    of: str = ""
    choices: Sequence[tuple[str, Sequence[tuple[str, str]]]] = ()


def nothing(name: str, why: str, one: Indicator | None = None) -> Drawing:
    """A drawing of which there is nothing to draw."""
    return Drawing(name, wording.words(TITLES[name]), "", None, why, indicator=one)


def hours(desk: Desk, frames: Frames, asked: Asked, result: Result | None = None) -> Drawing:
    """E1: bands of weekly hours so many months after; always safe for few people.

    :param result: as it was released; left out, as it is shown on pages
    """
    one = CATALOGUE["E1"]
    found = result or shown(desk, frames, [(one, asked.question())])[0]
    if found is None:
        return nothing("hours", wording.words(words.WHY["too-thin"]), one)
    figures = rows.picked(found, asked.only)
    names = (*BANDS, "status-unknown")
    made, body = [], []
    for months in found.months:
        at = [rows.found(figures, name, months=months) for name in names]
        first = next((row for row in at if row is not None), None)
        if first is None:
            continue
        told = wording.plural("%(number)s month", "%(number)s months", months)
        n = first["n"]
        shares = [row["value"] if row is not None and row["shown"] == "shown" else None for row in at]
        without = "" if any(share is not None for share in shares) else rows.figure(first)
        made.append(Bar(told, f"n = {wording.shown(n)}" if n is not None else "", shares, without))
        cells = ["" if row is None else rows.figure(row) for row in at]
        body.append([told, "" if n is None else wording.shown(n), *cells])
    bands = [(words.line(name), look) for name, look in zip(names, BAND_LOOKS, strict=True)]
    text = wording.text(
        "Ordinary and self-employed work, by contracted hours a week on the day, of those who are in scope then."
    )
    said = BarWords(wording.words(TITLES["hours"]), text, hidden(), words.percent)
    return Drawing(
        "hours",
        said.title,
        text,
        bars("drawing-hours", bands, made, said).markup(),
        head=[wording.words(words.AFTER[asked.axis]), "n", *(name for name, _look in bands)],
        body=body,
        indicator=one,
        n=max((row["n"] or 0 for row in figures.iter_rows(named=True)), default=0) or None,
        results=(found,),
    )


def hidden() -> str:
    """What the legend says of what is hidden."""
    return wording.text("Hidden: fewer than five people")
