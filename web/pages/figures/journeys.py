"""The journeys of a group, each a line of states: single people without names, for those who may open them anyway."""

from tracker.indicators.disclosure import SMALLEST_GROUP
from tracker.indicators.frames import Frames
from tracker.indicators.status import NAMES
from tracker.quality.rows import running
from web import wording
from web.charts.sequences import SequenceWords, State, sequences
from web.desk import Desk
from web.pages.figures import words
from web.pages.figures.asking import Asked
from web.pages.figures.drawings import TITLES, Drawing, nothing
from web.pages.figures.states import paths

MOST = 400
"""Lines of a drawing: more cannot be told apart."""


def protected_people(desk: Desk) -> list[str]:
    """Ids of those whose address is protected today, whatever moment is asked about."""
    model = desk.app.read_model
    rows = model.database.execute(
        f"SELECT s.participant FROM spells s WHERE s.activity = 'address-protection' AND {running('s')}",
        {"position": model.state(), "at": desk.today().isoformat()},
    )
    return [row[0] for row in rows.fetchall()]


def journeys(desk: Desk, frames: Frames, asked: Asked, *, sees_protected: bool) -> Drawing:
    """The sequence index plot.

    :param sees_protected: those with a protected address are drawn, too
    """
    found = paths(desk, frames, asked, () if sees_protected else protected_people(desk))
    lines = [[int(state) for state in row] for row in found if (row >= 0).any()]
    if len(lines) < SMALLEST_GROUP:
        return nothing("journeys", wording.text("Fewer than five journeys are not drawn."))
    place = {number: at for at, number in enumerate(words.ORDER)}
    lines.sort(key=lambda row: [place.get(state, len(place)) for state in row])
    drawn = [lines[len(lines) * number // MOST] for number in range(MOST)] if len(lines) > MOST else lines
    longest = max(max(month for month, state in enumerate(row) if state >= 0) for row in drawn) + 1
    drawn = [row[:longest] for row in drawn]
    occurring = {state for row in drawn for state in row}
    states = [
        State(number, wording.words(words.STATES[NAMES[number]][0]), words.STATES[NAMES[number]][1])
        for number in words.ORDER
        if number in occurring
    ]
    text = wording.text(
        "Each line is one person from the day on, alike ones together. A line ends where following ends."
    )
    said = SequenceWords(wording.words(TITLES["journeys"]), text, wording.words(words.AFTER[asked.axis]))
    notes = []
    if len(drawn) < len(lines):
        notes.append(
            wording.text("%(drawn)s of %(all)s journeys are drawn, evenly chosen.", drawn=MOST, all=len(lines))
        )
    if not sees_protected:
        notes.append(wording.text("People with a protected address are not drawn."))
    months = [
        [
            words_of.words,
            wording.shown(sum(row.count(words_of.number) for row in lines) / len(lines), 1),
        ]
        for words_of in states
    ]
    return Drawing(
        "journeys",
        said.title,
        text,
        sequences("drawing-journeys", drawn, states, said).markup(),
        head=[wording.text("State"), wording.text("Mean months in it")],
        body=months,
        notes=notes,
        internal=True,
        n=len(lines),
        people=len(lines),
    )


def not_for_you() -> Drawing:
    """What stands in its place for others."""
    return nothing(
        "journeys", wording.text("Single journeys are drawn for those who may open the people behind figures.")
    )
