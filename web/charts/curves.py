"""Shares that grow with time: steps with their interval, what is hidden in between, and the numbers at risk below."""

from collections.abc import Sequence
from typing import NamedTuple

from web.charts.axes import (
    HIDDEN,
    LETTER,
    Key,
    Look,
    Percent,
    Plot,
    along,
    box,
    filled,
    legend,
    legend_height,
    patterns,
    shares_up,
)
from web.charts.svg import Svg

WIDTH, HEIGHT = 760, 300
LEFT, TOP, RIGHT = 56, 12, 20
WIDEST = 220
"""Room for the names of the lines beside their numbers at risk, at most."""
ROW = 17
INTERVALS = 4
"""Lines beyond so many are drawn without their interval: more cannot be told apart."""


class Point(NamedTuple):
    """A share at a month; None where there is none, and ``hidden`` tells whether it is hidden.

    :ivar low: of the interval; None = there is none
    """

    month: int
    share: float | None
    low: float | None = None
    high: float | None = None
    hidden: bool = False


class Line(NamedTuple):
    """One of the lines.

    :ivar look: number of its form, from 1: its colour and its dashes
    :ivar stepped: it is known for each month in between, and holds until the next point
    :ivar at_risk: number at risk at each tick; None where it is not told
    """

    words: str
    look: int
    points: Sequence[Point]
    stepped: bool = True
    at_risk: Sequence[int | None] = ()


class CurveWords(NamedTuple):
    """What stands beside the lines.

    :ivar risk: heading of the numbers at risk
    :ivar hidden: what the legend says of hidden points
    """

    title: str
    description: str
    months: str
    risk: str
    hidden: str
    percent: Percent


def curves(id: str, lines: Sequence[Line], ticks: Sequence[int], words: CurveWords) -> Svg:
    """The drawing.

    :param lines: the first is drawn above the others
    :param ticks: months that are marked
    """
    last = max([*ticks, *(point.month for line in lines for point in line.points)], default=1)
    hidden = sorted({point.month for line in lines for point in line.points if point.hidden})
    keys = [Key(line.words, Look("pale"), line.look) for line in lines]
    keys += [Key(words.hidden, HIDDEN)] if hidden else []
    at_risk = [line for line in lines if any(n is not None for n in line.at_risk)]
    left = min(WIDEST, max([LEFT, *(LETTER * len(line.words) + 24 for line in at_risk)]))
    plot = Plot(left, TOP, WIDTH - left - RIGHT, HEIGHT, 0, max(last, 1))
    rows = plot.bottom + 50
    below = rows + (ROW * (len(at_risk) + 1) if at_risk else 0) + 8
    svg = Svg(WIDTH, below + legend_height(keys, plot.width) + 4, words.title, words.description, id=id, kind="figures")
    patterns(svg, id, [key.look for key in keys])
    for month in hidden:
        filled(svg, id, HIDDEN, box(plot.x(month) - 5, plot.top, 10, plot.height), words.hidden)
    shares_up(svg, plot, words.percent)
    along(svg, plot, [(month, str(month)) for month in ticks], words.months)
    for line in reversed(lines):
        if len(lines) <= INTERVALS:
            _interval(svg, plot, line)
        _line(svg, plot, line)
    if at_risk:
        svg.text(4, rows + 12, words.risk, "axis-title")
        for number, line in enumerate(at_risk, 1):
            svg.text(4, rows + 12 + ROW * number, line.words, "tick")
            for month, n in zip(ticks, line.at_risk, strict=False):
                if n is not None:
                    svg.text(plot.x(month), rows + 12 + ROW * number, str(n), "tick", text_anchor="middle")
    legend(svg, id, keys, plot.left, below, plot.width)
    return svg


def _interval(svg: Svg, plot: Plot, line: Line) -> None:
    if not line.stepped:
        for point in line.points:
            if point.low is not None and point.high is not None:
                x = plot.x(point.month)
                svg.line(x, plot.y(point.low), x, plot.y(point.high), f"whisker line-{line.look}")
        return
    upper: list[tuple[float, float]] = []
    lower: list[tuple[float, float]] = []
    for point in line.points:
        if point.low is None or point.high is None:
            continue
        x = plot.x(point.month)
        if upper:
            upper.append((x, upper[-1][1]))
            lower.append((x, lower[-1][1]))
        upper.append((x, plot.y(point.high)))
        lower.append((x, plot.y(point.low)))
    if len(upper) > 1:
        svg.path([*upper, *reversed(lower)], f"band line-{line.look}", closed=True)


def _line(svg: Svg, plot: Plot, line: Line) -> None:
    points: list[tuple[float, float]] = []
    before: float | None = None
    for point in line.points:
        if point.share is None:
            continue
        x, y = plot.x(point.month), plot.y(point.share)
        if line.stepped and points:
            if point.share == before and point is not line.points[-1]:
                continue
            points.append((x, points[-1][1]))
        if not points or points[-1] != (x, y):
            points.append((x, y))
        before = point.share
    svg.path(points, f"line line-{line.look}", title=line.words)
    if not line.stepped:
        for x, y in points:
            svg.add("circle", cx=x, cy=y, r=4, cls=f"dot line-{line.look}")
