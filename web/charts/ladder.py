"""One figure after the other, from the official to the graded ones: a dot with its interval on a line of 0 to 100 %."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from web.charts.axes import HIDDEN, Percent, box, filled, patterns
from web.charts.svg import Svg

WIDTH, LEFT, RIGHT = 760, 330, 20
STRIP_WIDTH, STRIP_HEIGHT, EDGE = 400, 26, 8
ROW = 46
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
State = Literal["shown", "counts", "hidden", "nobody", "not-available", "no-reference"]


class Rung(NamedTuple):
    """A figure.

    :ivar told: the figure in words, such as ``43 % of 83``; or why there is none
    :ivar state: whether it is shown, hidden, or not there
    :ivar low: lower limit of the interval
    :ivar span: from where to where it could have been moved; None = that is not what it tells
    :ivar official: it is the official figure
    """

    words: str
    told: str
    state: State
    share: float | None = None
    low: float | None = None
    high: float | None = None
    span: tuple[float, float] | None = None
    official: bool = False


def strip(id: str, rung: Rung) -> Svg:
    """One rung by itself, without words: those stand beside it on the page."""
    svg = Svg(STRIP_WIDTH, STRIP_HEIGHT, rung.words, rung.told, id=id, kind="figures strip")
    patterns(svg, id, [HIDDEN] if rung.state in ("hidden", "counts") else [])
    for share in SHARES:
        x = _at(share, EDGE, STRIP_WIDTH - EDGE)
        svg.line(x, 4, x, STRIP_HEIGHT - 4, "grid")
    _mark(svg, id, rung, EDGE, STRIP_WIDTH - EDGE, STRIP_HEIGHT / 2)
    return svg


def ladder(id: str, rungs: Sequence[Rung], title: str, description: str, percent: Percent) -> Svg:
    """All of them under one another, with their words: to be printed or kept as a file."""
    bottom = 12 + ROW * max(len(rungs), 1)
    svg = Svg(WIDTH, bottom + 28, title, description, id=id, kind="figures")
    patterns(svg, id, [HIDDEN])
    for share in SHARES:
        x = _at(share, LEFT, WIDTH - RIGHT)
        svg.line(x, 8, x, bottom, "grid")
        svg.text(x, bottom + 18, percent(share), "tick", text_anchor="middle")
    for number, rung in enumerate(rungs):
        y = 12 + ROW * (number + 0.5)
        svg.text(4, y - 4, rung.words, "label strong" if rung.official else "label")
        svg.text(4, y + 12, rung.told, "tick")
        _mark(svg, id, rung, LEFT, WIDTH - RIGHT, y)
    return svg


def _at(share: float, left: float, right: float) -> float:
    return left + (right - left) * share


def _mark(svg: Svg, id: str, rung: Rung, left: float, right: float, y: float) -> None:
    """What is drawn of a rung; what is hidden, what is not there and what is zero do not look alike."""
    if rung.state in ("hidden", "counts"):
        filled(svg, id, HIDDEN, box(left, y - 6, right - left, 12), rung.told)
        return
    if rung.state != "shown" or (rung.share is None and rung.span is None):
        svg.line(left, y, right, y, "absent")
        return
    svg.line(left, y, right, y, "rail")
    if rung.span is not None:
        low, high = (_at(share, left, right) for share in rung.span)
        svg.rect(low, y - 5, high - low, 10, "span", rung.told)
    if rung.low is not None and rung.high is not None:
        low, high = _at(rung.low, left, right), _at(rung.high, left, right)
        svg.line(low, y, high, y, "interval")
        svg.line(low, y - 5, low, y + 5, "interval")
        svg.line(high, y - 5, high, y + 5, "interval")
    if rung.share is not None:
        x = _at(rung.share, left, right)
        if rung.official:
            svg.add("path", d=f"M{x:.1f} {y - 8:.1f}l8 8l-8 8l-8 -8z", cls="mark official", title=rung.told)
        else:
            svg.add("circle", cx=x, cy=y, r=6, cls="mark", title=rung.told)
