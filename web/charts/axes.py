"""What drawings of figures share: the room for values, axes with their ticks, looks that differ in more than colour."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from web.charts.svg import Number, Svg

Tone = Literal["blue", "sky", "amber", "green", "grey", "red", "dark", "pale"]
Pattern = Literal["", "diagonal", "back", "dots", "lines"]
Percent = Callable[[float], str]
"""A share (0 to 1) as the reader's language writes it."""

LETTER = 6.4
"""Width of a letter, about, at the size of labels."""
ROW = 20
KEY = 16
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


class Look(NamedTuple):
    """How something is told from the others: its tone, and a pattern that is there without colours, too."""

    tone: Tone
    pattern: Pattern = ""


HIDDEN = Look("pale", "back")
"""Figures that are there and not shown, to protect few people."""


class Key(NamedTuple):
    """A line of the legend.

    :ivar line: number of the line that it explains; None where it explains an area
    """

    words: str
    look: Look
    line: int | None = None


@dataclass(frozen=True)
class Plot:
    """The room in which values lie.

    :ivar first: value at the left edge
    :ivar last: value at the right edge
    :ivar low: value at the bottom
    :ivar high: value at the top
    """

    left: float
    top: float
    width: float
    height: float
    first: float
    last: float
    low: float = 0.0
    high: float = 1.0

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def x(self, value: float) -> float:
        return self.left + self.width * (value - self.first) / (self.last - self.first or 1)

    def y(self, value: float) -> float:
        return self.bottom - self.height * (value - self.low) / (self.high - self.low or 1)


def steps(first: float, last: float, most: int = 8) -> list[float]:
    """Round numbers between two values, so many at most."""
    size = 1.0
    while True:
        for part in (1, 2, 5):
            step = size * part
            if (last - first) / step <= most:
                begin = -(-first // step)
                found = []
                while begin * step <= last + 1e-9:
                    found.append(round(begin * step, 6))
                    begin += 1
                return found
        size *= 10


def months_between(first: int, last: int) -> list[int]:
    """Months at which an axis is marked: every year, or every quarter or month of short ones."""
    length = last - first
    step = 12 if length >= 24 else 3 if length >= 9 else 1
    if length > 144:
        step = 24
    return [month for month in range(first, last + 1) if month % step == 0]


def shares_up(svg: Svg, plot: Plot, percent: Percent, at: Iterable[float] = SHARES) -> None:
    """Shares along the left edge, with a line across at each."""
    for share in at:
        if plot.low <= share <= plot.high + 1e-9:
            svg.line(plot.left, plot.y(share), plot.right, plot.y(share), "base" if share == plot.low else "grid")
            svg.text(plot.left - 8, plot.y(share) + 4, percent(share), "tick", text_anchor="end")


def along(svg: Svg, plot: Plot, ticks: Sequence[tuple[float, str]], title: str, below: float = 0) -> None:
    """Marks along the bottom, and what they are.

    :param below: room between marks and title
    """
    for value, words in ticks:
        svg.line(plot.x(value), plot.bottom, plot.x(value), plot.bottom + 5, "base")
        svg.text(plot.x(value), plot.bottom + 18, words, "tick", text_anchor="middle")
    svg.text(plot.left + plot.width / 2, plot.bottom + 36 + below, title, "axis-title", text_anchor="middle")


def patterns(svg: Svg, id: str, looks: Iterable[Look]) -> None:
    """Define the patterns that looks need, once a drawing."""
    wanted = sorted({look.pattern for look in looks if look.pattern})
    if not wanted:
        return
    with svg.within("defs"):
        for name in wanted:
            with svg.within("pattern", id=f"{id}-{name}", width=6, height=6, patternUnits="userSpaceOnUse"):
                if name == "dots":
                    svg.add("circle", cx=3, cy=3, r=1.2, cls="dots")
                elif name == "lines":
                    svg.line(0, 3, 6, 3, "stripe")
                elif name == "diagonal":
                    svg.add("path", d="M-1 5L1 7M0 0L6 6M5 -1L7 1", cls="stripe")
                else:
                    svg.add("path", d="M-1 1L1 -1M0 6L6 0M5 7L7 5", cls="stripe")


def filled(svg: Svg, id: str, look: Look, d: str, title: str = "") -> None:
    """An area in its look."""
    svg.add("path", d=d, cls=f"area {look.tone}", title=title)
    if look.pattern:
        svg.add("path", d=d, fill=f"url(#{id}-{look.pattern})", cls="over")


def box(x: Number, y: Number, width: Number, height: Number) -> str:
    """A rectangle as a path."""
    return f"M{x:.1f} {y:.1f}h{max(width, 0):.1f}v{max(height, 0):.1f}h{-max(width, 0):.1f}z"


def rows_of(keys: Sequence[Key], width: float) -> list[list[Key]]:
    """The keys of a legend, as many in a row as there is room for."""
    rows: list[list[Key]] = [[]]
    used = 0.0
    for key in keys:
        room = KEY + 26 + LETTER * len(key.words)
        if rows[-1] and used + room > width:
            rows.append([])
            used = 0
        rows[-1].append(key)
        used += room
    return [row for row in rows if row]


def legend(svg: Svg, id: str, keys: Sequence[Key], x: float, y: float, width: float) -> None:
    """What each look means, in the order of the drawing."""
    for number, row in enumerate(rows_of(keys, width)):
        at, top = x, y + ROW * number
        for key in row:
            if key.line is None:
                filled(svg, id, key.look, box(at, top, KEY, 12))
                svg.rect(at, top, KEY, 12, "edge")
            else:
                svg.line(at, top + 6, at + KEY, top + 6, f"line line-{key.line}")
            svg.text(at + KEY + 6, top + 10, key.words)
            at += KEY + 26 + LETTER * len(key.words)


def legend_height(keys: Sequence[Key], width: float) -> float:
    """The room that a legend takes."""
    return float(ROW * len(rows_of(keys, width)))
