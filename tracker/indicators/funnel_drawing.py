"""Draws a comparison as a funnel plot: an SVG without scripts or fonts of others, which says what it shows."""

from collections.abc import Callable, Iterator, Sequence
from math import ceil, floor, log10
from textwrap import wrap
from typing import Literal
from xml.sax.saxutils import escape

from tracker.indicators.compare import READING, Compared, Comparison, in_words
from tracker.indicators.statistics.funnel import ALARM, WARNING, exact_limits, overdispersed_limits
from tracker.indicators.statistics.proportions import Interval

WIDTH, HEIGHT = 960, 640
LEFT, RIGHT, TOP, BOTTOM = 70, 24, 62, 62
LETTER, LINE = 7.2, 12
HALO = 'stroke="#fff" stroke-width="3" paint-order="stroke"'
STEPS = 160
"""Numbers of people at which the limits are worked out, evenly along the axis."""

# Told apart by the form of the line as well as by the colour, and readable in grey.
STYLES = {
    (WARNING, False): ("#1b4f72", "", "95 %, chance alone"),
    (ALARM, False): ("#1b4f72", "2 3", "99.8 %, chance alone"),
    (WARNING, True): ("#8a5a00", "9 4", "95 %, with the spread between units"),
    (ALARM, True): ("#8a5a00", "9 4 2 4", "99.8 %, with the spread between units"),
}
Anchor = Literal["start", "middle", "end"]
Scale = Callable[[float], float]


def drawn(comparison: Comparison, title: str, source: str = "") -> str:
    """The funnel plot as an SVG document.

    Every point has its name in a tooltip; as many names as fit without covering each other stand beside their points.

    :param title: what is compared, without a verdict
    :param source: where the figures are from
    """
    sizes = [unit.proportion.out_of for unit in comparison.units]
    most = _round_up(max(sizes) * 1.06)
    step = max(1, most // STEPS)
    people = range(max(1, min(sizes) // 2), most + 1, step)
    curves = {(coverage, wide): [_limits(comparison, n, coverage, wide) for n in people] for coverage, wide in STYLES}
    shares = [unit.proportion.counted / unit.proportion.out_of for unit in comparison.units]
    near = [curve for (coverage, _), curve in curves.items() if coverage == WARNING]
    low = max(0.0, floor(10 * min(shares + [limits.low for curve in near for limits in curve[1:]])) / 10)
    high = min(1.0, ceil(10 * max(shares + [limits.high for curve in near for limits in curve[1:]])) / 10)

    def x(n: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * n / most

    def y(share: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - min(high, max(low, share))) / (high - low)

    words = [*(line for text in READING[:2] for line in wrap(text, 145)), *([f"Source: {source}"] if source else [])]
    height = HEIGHT + 62 + 15 * len(words)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'role="img" aria-labelledby="title desc" font-family="sans-serif" font-size="12" fill="#222">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="desc">{escape(_description(comparison))}</desc>',
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="{LEFT}" y="24" font-size="16" font-weight="bold">{escape(title)}</text>',
        f'<text x="{LEFT}" y="44">Share of all {comparison.target:.1%}; spread phi {comparison.phi:.2f} '
        "(1 = chance alone). Each point is a unit.</text>",
        *_axes(x, y, most, low, high),
    ]
    for (coverage, wide), curve in curves.items():
        colour, dashes, _ = STYLES[coverage, wide]
        for side in ("low", "high"):
            points = [(n, getattr(limits, side)) for n, limits in zip(people, curve, strict=True)]
            parts.append(_curve([(x(n), y(share)) for n, share in points if low <= share <= high], colour, dashes))
    parts.append(
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(comparison.target):.1f}" y2="{y(comparison.target):.1f}" '
        'stroke="#555"/>'
    )
    parts += _points(comparison.units, x, y)
    parts += _legend(HEIGHT + 10)
    parts += [
        f'<text x="{LEFT}" y="{HEIGHT + 62 + 15 * row}" font-size="11.5">{escape(line)}</text>'
        for row, line in enumerate(words)
    ]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _limits(comparison: Comparison, people: int, coverage: float, wide: bool) -> Interval:
    if wide:
        return overdispersed_limits(comparison.target, people, comparison.tau2, coverage)
    return exact_limits(comparison.target, people, coverage)


def _description(comparison: Comparison) -> str:
    outside = [
        f"{unit.called} {unit.position()} with {unit.proportion.counted} of {unit.proportion.out_of}"
        for unit in comparison.units
        if unit.point.position(WARNING) != "within"
    ]
    wide = [unit.called for unit in comparison.units if unit.point.position(WARNING, overdispersion=True) != "within"]
    return (
        f"Funnel plot of {len(comparison.units)} units: share against number of people, with limits of "
        f"{in_words(WARNING)} and {in_words(ALARM)} around {comparison.target:.1%}. "
        f"Outside the limits of chance alone: {'; '.join(outside) or 'none'}. "
        f"Outside the 95 % limits with the spread between units: {', '.join(wide) or 'none'}. {' '.join(READING[:2])}"
    )


def _axes(x: Scale, y: Scale, most: int, low: float, high: float) -> Iterator[str]:
    bottom = HEIGHT - BOTTOM
    for tenth in range(round(10 * low), round(10 * high) + 1):
        at = y(tenth / 10)
        yield f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}" stroke="#e4e4e4"/>'
        yield f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{10 * tenth} %</text>'
    step = _round_up(most / 8, (1, 2, 5, 10))
    for n in range(0, most + 1, step):
        yield f'<line x1="{x(n):.1f}" x2="{x(n):.1f}" y1="{bottom}" y2="{bottom + 5}" stroke="#222"/>'
        yield f'<text x="{x(n):.1f}" y="{bottom + 20}" text-anchor="middle">{n}</text>'
    yield f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{bottom}" y2="{bottom}" stroke="#222"/>'
    yield f'<line x1="{LEFT}" x2="{LEFT}" y1="{TOP}" y2="{bottom}" stroke="#222"/>'
    middle = (LEFT + WIDTH - RIGHT) / 2
    yield f'<text x="{middle:.0f}" y="{bottom + 42}" text-anchor="middle">people (n)</text>'
    turned = f'transform="translate(18 {(TOP + bottom) / 2:.0f}) rotate(-90)" text-anchor="middle"'
    yield f"<text {turned}>share counted</text>"


def _curve(points: Sequence[tuple[float, float]], colour: str, dashes: str) -> str:
    path = " ".join(f"{at:.1f},{height:.1f}" for at, height in points)
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.4"{dash}/>'


def _points(units: Sequence[Compared], x: Scale, y: Scale) -> Iterator[str]:
    spots = [(x(u.proportion.out_of), y(u.proportion.counted / u.proportion.out_of)) for u in units]
    taken = [(at - 5, height - 5, at + 5, height + 5) for at, height in spots]
    for unit, (at, height) in zip(units, spots, strict=True):
        told = f"{unit.called}: {unit.proportion.counted} of {unit.proportion.out_of}, {unit.proportion.share:.1%}"
        yield (
            f'<circle cx="{at:.1f}" cy="{height:.1f}" r="4" fill="#222" fill-opacity="0.85">'
            f"<title>{escape(told)}</title></circle>"
        )
        wide = LETTER * len(unit.called)
        choices: tuple[tuple[float, float, Anchor], ...] = (
            (at + 8, height + 4, "start"),
            (at - 8, height + 4, "end"),
            (at, height - 9, "middle"),
            (at, height + 18, "middle"),
        )
        for left, base, anchor in choices:
            start = left - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
            box = (start, base - LINE + 2, start + wide, base + 2)
            fits = LEFT <= box[0] and box[2] <= WIDTH - RIGHT and TOP <= box[1]
            if fits and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                where = f'x="{left:.1f}" y="{base:.1f}" text-anchor="{anchor}"'
                yield f"<text {where} {HALO}>{escape(unit.called)}</text>"
                break


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    # A point's own box touches its name; only a real overlap counts.
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _legend(top: float) -> Iterator[str]:
    for number, (colour, dashes, words) in enumerate(STYLES.values()):
        at, row = LEFT + 430 * (number % 2), top + 18 * (number // 2)
        dash = f' stroke-dasharray="{dashes}"' if dashes else ""
        yield f'<line x1="{at}" x2="{at + 40}" y1="{row}" y2="{row}" stroke="{colour}" stroke-width="1.6"{dash}/>'
        yield f'<text x="{at + 48}" y="{row + 4}">{words}</text>'


def _round_up(number: float, parts: Sequence[float] = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)) -> int:
    """The next number that is one of these parts of 10, 100, 1000 ...."""
    size = 10 ** max(0, floor(log10(max(1.0, number))))
    return next(int(size * part) for part in parts if size * part >= number and (size * part) % 1 == 0)
