"""Shares of a whole beside each other, such as hours of work year by year: bars cut into bands, hidden ones hatched."""

from collections.abc import Sequence
from typing import NamedTuple

from web.charts.axes import (
    HIDDEN,
    LETTER,
    Key,
    Look,
    Percent,
    Plot,
    box,
    filled,
    legend,
    legend_height,
    patterns,
)
from web.charts.svg import Svg

WIDTH, RIGHT, TOP, TALL, STEP = 760, 20, 8, 26, 38
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


class Bar(NamedTuple):
    """One whole.

    :ivar words: what it is, such as ``12 months``
    :ivar n: what stands under it, such as ``n = 83``
    :ivar shares: of each band; None where it is hidden. What is left of 1 then is drawn as hidden
    :ivar without: what is said in place of bands where there is no figure at all
    """

    words: str
    n: str
    shares: Sequence[float | None]
    without: str = ""


class BarWords(NamedTuple):
    """What stands beside the bars."""

    title: str
    description: str
    hidden: str
    percent: Percent


def bars(id: str, bands: Sequence[tuple[str, Look]], rows: Sequence[Bar], words: BarWords) -> Svg:
    """The drawing.

    :param bands: name and look of each band, from the left
    """
    some_hidden = any(share is None for row in rows if not row.without for share in row.shares)
    keys = [Key(name, look) for name, look in bands] + ([Key(words.hidden, HIDDEN)] if some_hidden else [])
    left = max([80.0, *(LETTER * max(len(row.words), len(row.n)) + 16 for row in rows)])
    plot = Plot(left, TOP, WIDTH - left - RIGHT, STEP * max(len(rows), 1), 0, 1)
    below = plot.bottom + 34
    svg = Svg(WIDTH, below + legend_height(keys, plot.width) + 4, words.title, words.description, id=id, kind="figures")
    patterns(svg, id, [key.look for key in keys])
    for share in SHARES:
        svg.line(plot.x(share), plot.top, plot.x(share), plot.bottom + 4, "grid")
        svg.text(plot.x(share), plot.bottom + 18, words.percent(share), "tick", text_anchor="middle")
    for number, row in enumerate(rows):
        top = plot.top + STEP * number + (STEP - TALL) / 2
        svg.text(plot.left - 8, top + 11, row.words, "label", text_anchor="end")
        svg.text(plot.left - 8, top + 24, row.n, "tick", text_anchor="end")
        if row.without:
            svg.text(plot.left + 8, top + 18, row.without, "tick")
        else:
            _bar(svg, id, plot, top, bands, row, words)
    svg.line(plot.left, plot.top, plot.left, plot.bottom, "base")
    legend(svg, id, keys, plot.left, below, plot.width)
    return svg


def _bar(
    svg: Svg, id: str, plot: Plot, top: float, bands: Sequence[tuple[str, Look]], row: Bar, words: BarWords
) -> None:
    at = 0.0
    for (name, look), share in zip(bands, row.shares, strict=True):
        if share:
            told = f"{row.words}: {name} {words.percent(share)}"
            filled(svg, id, look, box(plot.x(at), top, plot.x(share) - plot.left, TALL), told)
            at += share
    left_over = 1 - at
    if any(share is None for share in row.shares) and left_over > 0.0005:
        d = box(plot.x(at), top, plot.x(left_over) - plot.left, TALL)
        filled(svg, id, HIDDEN, d, f"{row.words}: {words.hidden}")
    svg.rect(plot.left, top, plot.width, TALL, "edge")
