"""The small drawings of the report for the council: bars, and ranges between what could have been registered."""

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from web.charts.svg import Svg

WIDTH, LEFT, RIGHT = 640, 250, 110
LINE = 30


class Bar(NamedTuple):
    """A line with a bar.

    :ivar share: 0 to 1; None = it is not shown
    :ivar told: the figure in words, beside the bar
    """

    label: str
    share: float | None
    told: str
    low: float | None = None
    high: float | None = None


class Span(NamedTuple):
    """A line from the least to the most, with what was registered in it.

    :ivar low: 0 to 1; None = it is not shown
    """

    label: str
    low: float | None
    mark: float | None
    high: float | None
    told: str


def bars(id: str, title: str, description: str, lines: Sequence[Bar]) -> Markup:
    """Bars from 0 to 100 per cent, with the interval as a line where there is one."""
    svg = _begun(id, title, description, len(lines))
    for number, line in enumerate(lines):
        y = 8 + number * LINE
        svg.text(LEFT - 10, y + 16, line.label, "r-label", text_anchor="end")
        svg.rect(LEFT, y + 3, WIDTH - LEFT - RIGHT, LINE - 12, "r-room")
        if line.share is not None:
            svg.rect(LEFT, y + 3, _x(line.share) - LEFT, LINE - 12, "r-bar", f"{line.label}: {line.told}")
        if line.low is not None and line.high is not None:
            middle = y + 3 + (LINE - 12) / 2
            svg.line(_x(line.low), middle, _x(line.high), middle, "r-interval")
        svg.text(WIDTH - RIGHT + 8, y + 16, line.told, "r-told" if line.share is not None else "r-told r-hidden")
    _axis(svg, len(lines))
    return svg.markup()


def spans(id: str, title: str, description: str, lines: Sequence[Span]) -> Markup:
    """Ranges from 0 to 100 per cent; the mark is what was registered, an open end is one that is not shown."""
    svg = _begun(id, title, description, len(lines))
    for number, line in enumerate(lines):
        y = 8 + number * LINE
        svg.text(LEFT - 10, y + 16, line.label, "r-label", text_anchor="end")
        svg.rect(LEFT, y + 3, WIDTH - LEFT - RIGHT, LINE - 12, "r-room")
        if line.low is not None and line.high is not None:
            width = max(_x(line.high) - _x(line.low), 2)
            svg.rect(_x(line.low), y + 7, width, LINE - 20, "r-span", f"{line.label}: {line.told}")
        else:
            for end in (line.low, line.high):
                if end is not None:
                    svg.line(_x(end), y + 3, _x(end), y + LINE - 9, "r-end")
        if line.mark is not None:
            x, middle = _x(line.mark), y + 3 + (LINE - 12) / 2
            svg.path([(x, middle - 8), (x + 8, middle), (x, middle + 8), (x - 8, middle)], "r-mark", closed=True)
        svg.text(WIDTH - RIGHT + 8, y + 16, line.told, "r-told")
    _axis(svg, len(lines))
    return svg.markup()


def _begun(id: str, title: str, description: str, lines: int) -> Svg:
    return Svg(WIDTH, 8 + lines * LINE + 24, title, description, id=id, kind="r-chart")


def _x(share: float) -> float:
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _axis(svg: Svg, lines: int) -> None:
    bottom = 8 + lines * LINE
    svg.line(LEFT, 8, LEFT, bottom, "r-axis")
    for percent in (0, 25, 50, 75, 100):
        svg.text(_x(percent / 100), bottom + 16, f"{percent} %", "r-tick", text_anchor="middle")
