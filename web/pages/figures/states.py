"""What a group does, month by month from a day on, drawn as areas on top of each other."""

from collections.abc import Mapping, Sequence

from tracker.indicators import trajectory
from tracker.indicators.cohort import Axis
from tracker.indicators.frames import Frames
from tracker.indicators.month_by_month import Spread, spread
from tracker.indicators.status import NAMES
from web import wording
from web.charts.areas import AreaWords, Band, areas
from web.charts.axes import HIDDEN
from web.desk import Desk
from web.pages.figures import words
from web.pages.figures.asking import Asked
from web.pages.figures.drawings import TITLES, Drawing, hidden, nothing
from web.pages.figures.standing import kept

MONTHS = 60
ORIGINS: Mapping[Axis, trajectory.Origin] = {
    "left": "programme-end",
    "started": "programme-start",
    "settled": "settled",
}


def states(desk: Desk, frames: Frames, asked: Asked, *, exact: bool) -> Drawing:
    """How the group is spread over states, month by month from the day on."""
    found = paths(desk, frames, asked)
    if not len(found):
        return nothing("states", wording.words(words.WHY["nobody"]))
    months = spread(found, len(NAMES), exact=exact)
    while months and not months[-1].people:
        months.pop()
    if not months:
        return nothing("states", wording.words(words.SHOWN["too-thin"]))
    occurring = [number for number in words.ORDER if any(month.shares[number] for month in months)]
    bands = [
        Band(wording.words(words.STATES[NAMES[number]][0]), words.STATES[NAMES[number]][1], _of(months, number))
        for number in occurring
    ]
    if any(month.hidden for month in months):
        bands.append(Band(hidden(), HIDDEN, [month.hidden for month in months]))
    text = wording.text("Each month everybody is in one state: the first that holds of the list below the drawing.")
    said = AreaWords(
        wording.words(TITLES["states"]),
        text,
        wording.words(words.AFTER[asked.axis]),
        wording.text("People"),
        words.percent,
    )
    body = [
        [
            str(number),
            wording.words(words.SHOWN["hidden"]) if month.people is None else wording.shown(month.people),
            *("" if not band.shares[number] else words.percent_exact(band.shares[number] or 0) for band in bands),
        ]
        for number, month in enumerate(months)
        if number % 3 == 0
    ]
    return Drawing(
        "states",
        said.title,
        text,
        areas("drawing-states", bands, [month.people for month in months], said).markup(),
        head=[said.months, said.people, *(band.words for band in bands)],
        body=body,
        internal=True,
        n=len(found),
    )


def paths(desk: Desk, frames: Frames, asked: Asked, without: Sequence[str] = ()) -> trajectory.States:
    """The states of the people picked, a row a person.

    :param without: ids of people who are left out
    """
    by = tuple(asked.only)
    found = kept(
        desk,
        frames,
        ("paths", asked.cohort, by, asked.municipality),
        lambda: trajectory.trajectories(frames, ORIGINS[asked.axis], MONTHS + 1, asked.cohort, by, asked.municipality),
    )
    wanted = tuple(asked.only.values())
    away = set(without)
    chosen = [
        number
        for number, (id, group) in enumerate(zip(found.participants, found.groups, strict=True))
        if group == wanted and id not in away
    ]
    return found.states[chosen]


def _of(months: Sequence[Spread], number: int) -> list[float | None]:
    return [month.shares[number] for month in months]
