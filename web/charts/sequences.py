"""Each journey as a line of states, one under the other: the sequence index plot. Nobody is named in it."""

from collections.abc import Sequence
from typing import NamedTuple

from web.charts.axes import Key, Look, Plot, along, box, filled, legend, legend_height, months_between, patterns
from web.charts.svg import Svg

WIDTH, LEFT, TOP, RIGHT = 760, 56, 12, 16
TALLEST, LOWEST, ROOM = 6.0, 1.0, 480.0


class State(NamedTuple):
    """A state that occurs."""

    number: int
    words: str
    look: Look


class SequenceWords(NamedTuple):
    """What stands beside the lines."""

    title: str
    description: str
    months: str


def sequences(
    id: str, rows: Sequence[Sequence[int]], states: Sequence[State], words: SequenceWords, origin: int = 0
) -> Svg:
    """The drawing.

    :param rows: the number of the state in each month, a row a person in the order drawn; below 0 where nobody
        followed
    :param states: those that occur, in the order of the legend
    :param origin: how the first month is numbered
    """
    months = max((len(row) for row in rows), default=1)
    tall = max(LOWEST, min(TALLEST, ROOM / max(len(rows), 1)))
    keys = [Key(state.words, state.look) for state in states]
    plot = Plot(LEFT, TOP, WIDTH - LEFT - RIGHT, tall * max(len(rows), 1), 0, months)
    below = plot.bottom + 54
    svg = Svg(WIDTH, below + legend_height(keys, plot.width) + 4, words.title, words.description, id=id, kind="figures")
    patterns(svg, id, [state.look for state in states])
    drawn: dict[int, list[str]] = {state.number: [] for state in states}
    wide = plot.width / months
    for number, row in enumerate(rows):
        top = plot.top + tall * number
        begin = 0
        for month in range(1, len(row) + 1):
            if month == len(row) or row[month] != row[begin]:
                if row[begin] in drawn:
                    drawn[row[begin]].append(box(plot.left + wide * begin, top, wide * (month - begin), tall))
                begin = month
    with svg.group("crisp"):
        for state in states:
            if drawn[state.number]:
                filled(svg, id, state.look, "".join(drawn[state.number]), state.words)
    svg.line(plot.left, plot.bottom, plot.right, plot.bottom, "base")
    ticks = months_between(origin, origin + months - 1)
    along(svg, plot, [(month - origin + 0.5, str(month)) for month in ticks], words.months)
    legend(svg, id, keys, plot.left, below, plot.width)
    return svg
