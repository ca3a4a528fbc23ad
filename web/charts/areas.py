"""How a group is spread over states, month by month: areas on top of each other, and how many were followed below."""

from collections.abc import Sequence
from typing import NamedTuple

from web.charts.axes import (
    Key,
    Look,
    Percent,
    Plot,
    along,
    filled,
    legend,
    legend_height,
    months_between,
    patterns,
    shares_up,
)
from web.charts.svg import Svg

WIDTH, HEIGHT = 760, 300
LEFT, TOP, RIGHT = 76, 12, 16


class Band(NamedTuple):
    """A state.

    :ivar shares: in each month, 0 to 1; None in a month of which nothing is drawn
    """

    words: str
    look: Look
    shares: Sequence[float | None]


class AreaWords(NamedTuple):
    """What stands beside the areas.

    :ivar months: title of the axis
    :ivar people: name of the row with the numbers of people
    """

    title: str
    description: str
    months: str
    people: str
    percent: Percent


def areas(id: str, bands: Sequence[Band], people: Sequence[int | None], words: AreaWords, origin: int = 0) -> Svg:
    """The drawing.

    :param bands: from the bottom up; together 1 in each month that is drawn
    :param people: followed in each month; None where the number is hidden
    :param origin: how the first month is numbered
    """
    months = len(people)
    keys = [Key(band.words, band.look) for band in bands]
    plot = Plot(LEFT, TOP, WIDTH - LEFT - RIGHT, HEIGHT, 0, max(months, 1))
    below = plot.bottom + 76
    svg = Svg(WIDTH, below + legend_height(keys, plot.width) + 4, words.title, words.description, id=id, kind="figures")
    patterns(svg, id, [band.look for band in bands])
    floor: list[float] = [0.0] * months
    for band in bands:
        top = [under + (share or 0.0) for under, share in zip(floor, band.shares, strict=True)]
        for d in _stretches(plot, floor, top, band.shares):
            filled(svg, id, band.look, d, band.words)
        floor = top
    shares_up(svg, plot, words.percent)
    ticks = months_between(origin, origin + months - 1) if months else []
    along(svg, plot, [(month - origin + 0.5, str(month)) for month in ticks], words.months, below=20)
    svg.text(4, plot.bottom + 36, words.people, "tick")
    for month in ticks:
        n = people[month - origin]
        if n is not None:
            svg.text(plot.x(month - origin + 0.5), plot.bottom + 36, str(n), "tick", text_anchor="middle")
    legend(svg, id, keys, plot.left, below, plot.width)
    return svg


def _stretches(plot: Plot, floor: Sequence[float], top: Sequence[float], shares: Sequence[float | None]) -> list[str]:
    """An area of steps for each run of months in which the band is there; months alike are one step."""
    found: list[str] = []
    begin = 0
    while begin < len(shares):
        if not shares[begin]:
            begin += 1
            continue
        end = begin
        while end < len(shares) and shares[end]:
            end += 1
        found.append(_stepped(plot, floor, top, begin, end))
        begin = end
    return ["".join(found)] if found else []


def _stepped(plot: Plot, floor: Sequence[float], top: Sequence[float], begin: int, end: int) -> str:
    upper, lower = [], []
    month = begin
    while month < end:
        next_one = month + 1
        while next_one < end and top[next_one] == top[month] and floor[next_one] == floor[month]:
            next_one += 1
        left, right = plot.x(month), plot.x(next_one)
        upper.append(f"{left:.1f} {plot.y(top[month]):.1f}L{right:.1f} {plot.y(top[month]):.1f}")
        lower.append(f"{right:.1f} {plot.y(floor[month]):.1f}L{left:.1f} {plot.y(floor[month]):.1f}")
        month = next_one
    return "M" + "L".join([*upper, *reversed(lower)]) + "Z"
