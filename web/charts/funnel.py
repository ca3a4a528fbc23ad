"""Units beside each other as a funnel: share against number of people, with what chance alone leaves around all."""

from collections.abc import Sequence
from typing import NamedTuple

from tracker.indicators.compare import Comparison
from tracker.indicators.statistics.funnel import ALARM, WARNING, exact_limits, overdispersed_limits
from tracker.indicators.statistics.proportions import Interval
from web.charts.axes import LETTER, Key, Look, Percent, Plot, along, legend, legend_height, shares_up, steps
from web.charts.svg import Svg

WIDTH, HEIGHT, LEFT, TOP, RIGHT = 760, 380, 56, 14, 20
STEPS = 60
"""Numbers of people at which the limits are worked out."""
NAMED = 25
"""Units beyond so many are named only when one points at them."""


class FunnelWords(NamedTuple):
    """What stands beside the points.

    :ivar limits: what the four limits are: chance alone 95 and 99.8 %, then the same with the spread between units
    :ivar told: units in words, by their code, as one reads when pointing at them
    """

    title: str
    description: str
    people: str
    limits: tuple[str, str, str, str]
    told: dict[str, str]
    percent: Percent


def funnel(id: str, comparison: Comparison, own: Sequence[str], words: FunnelWords) -> Svg:
    """The drawing.

    :param own: units that are marked as one's own
    """
    sizes = [unit.proportion.out_of for unit in comparison.units]
    most = max(sizes) * 1.08
    first = max(1, min(sizes) // 2)
    people = sorted({first + round((most - first) * step / STEPS) for step in range(STEPS + 1)})
    kinds = [(WARNING, False), (ALARM, False), (WARNING, True), (ALARM, True)]
    limits = [[_limits(comparison, n, coverage, wide) for n in people] for coverage, wide in kinds]
    near = [limit for curve in (limits[0], limits[2]) for limit in curve[1:]]
    shares = [unit.proportion.counted / unit.proportion.out_of for unit in comparison.units]
    low = int(10 * min([*shares, *(limit.low for limit in near)])) / 10
    high = min(1.0, -(-10 * max([*shares, *(limit.high for limit in near)]) // 1) / 10)
    plot = Plot(LEFT, TOP, WIDTH - LEFT - RIGHT, HEIGHT, 0, most, low, max(high, low + 0.1))
    keys = [Key(words.limits[number], Look("pale"), number + 1) for number in range(4)]
    below = plot.bottom + 54
    svg = Svg(WIDTH, below + legend_height(keys, plot.width) + 4, words.title, words.description, id=id, kind="figures")
    shares_up(svg, plot, words.percent, steps(plot.low, plot.high, 6))
    along(svg, plot, [(n, f"{n:g}") for n in steps(0, most)], words.people)
    for number, curve in enumerate(limits, 1):
        for side in ("low", "high"):
            points = [(n, getattr(limit, side)) for n, limit in zip(people, curve, strict=True)]
            inside = [(plot.x(n), plot.y(share)) for n, share in points if plot.low <= share <= plot.high]
            svg.path(inside, f"line line-{number} thin")
    svg.line(plot.left, plot.y(comparison.target), plot.right, plot.y(comparison.target), "target")
    _points(svg, plot, comparison, own, words)
    legend(svg, id, keys, plot.left, below, plot.width)
    return svg


def _limits(comparison: Comparison, people: int, coverage: float, wide: bool) -> Interval:
    if wide:
        return overdispersed_limits(comparison.target, people, comparison.tau2, coverage)
    return exact_limits(comparison.target, people, coverage)


def _points(svg: Svg, plot: Plot, comparison: Comparison, own: Sequence[str], words: FunnelWords) -> None:
    taken: list[tuple[float, float]] = []
    for unit in sorted(comparison.units, key=lambda unit: unit.unit in own):
        share = unit.proportion.counted / unit.proportion.out_of
        x, y = plot.x(unit.proportion.out_of), plot.y(share)
        mine = unit.unit in own
        told = words.told.get(unit.unit, unit.called)
        if mine:
            svg.add("path", d=f"M{x:.1f} {y - 8:.1f}l8 8l-8 8l-8 -8z", cls="mark official", title=told)
        else:
            svg.add("circle", cx=x, cy=y, r=4, cls="mark", title=told)
        crowded = any(abs(x - at) < LETTER * len(unit.called) and abs(y - height) < 12 for at, height in taken)
        if mine or (len(comparison.units) <= NAMED and not crowded):
            taken.append((x, y))
            end = x + 10 + LETTER * len(unit.called) > plot.right
            svg.text(x - 10 if end else x + 10, y + 4, unit.called, "tick", text_anchor="end" if end else None)
