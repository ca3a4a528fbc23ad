"""Time until something, drawn: a share that grows, with leaving the scope beside and the numbers at risk below."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from tracker.indicators.catalogue import CATALOGUE
from tracker.indicators.figures import OUT_OF_SCOPE
from tracker.indicators.frames import Frames
from tracker.indicators.month_by_month import Growth, growth
from tracker.indicators.pipeline import Result
from web import wording
from web.charts.axes import months_between
from web.charts.curves import CurveWords, Line, Point, curves
from web.desk import Desk
from web.pages.figures import rows, words
from web.pages.figures.asking import Asked
from web.pages.figures.drawings import TITLES, Drawing, hidden, nothing
from web.pages.figures.standing import kept, shown

MONTHS = 60


@dataclass(frozen=True)
class Growing:
    """An incidence that is drawn.

    :ivar lines: in the order drawn
    :ivar competing: leaving the scope is drawn as a line of its own
    """

    id: str
    lines: tuple[str, ...]
    last: int
    competing: bool


GROWING: Mapping[str, Growing] = {
    "first-job": Growing("E6", ("work-20-hours", "work-1-hours"), MONTHS, competing=True),
    "language": Growing("K3", ("own-target", "oral-A2", "oral-B1"), 48, competing=False),
    "primary-school": Growing("K7", ("primary-school-completed",), MONTHS, competing=True),
}


def growing(
    desk: Desk, frames: Frames, asked: Asked, name: str, *, exact: bool, result: Result | None = None
) -> Drawing:
    """An incidence with competing risk: month by month where it may be exact, else at the months of its definition."""
    about = GROWING[name]
    one = CATALOGUE[about.id]
    if one.needs and not frames.facts(*one.needs, columns=("participant",)).height:
        return nothing(name, wording.words(words.WHY["not-available"]), one)
    if exact:
        return _exact(desk, frames, asked, name, about)
    found = result or shown(desk, frames, [(one, asked.question())])[0]
    if found is None:
        return nothing(name, wording.words(words.WHY["too-thin"]), one)
    return _at_months(found, asked, name, about)


def _exact(desk: Desk, frames: Frames, asked: Asked, name: str, about: Growing) -> Drawing:
    one = CATALOGUE[about.id]
    question = asked.question()
    found = kept(
        desk,
        frames,
        ("growth", one.name, question, tuple(asked.only.items())),
        lambda: growth(frames, one, question, about.lines, asked.only, about.last),
    )
    some = found[about.lines[0]]
    if not some.people:
        return nothing(name, wording.words(words.WHY["nobody"]), one)
    ticks = months_between(0, about.last)
    lines = [_grown(line, number, found[line], ticks) for number, line in enumerate(about.lines, 1)]
    if about.competing:
        points = [Point(month, share) for month, share in enumerate(some.out)]
        lines.append(Line(_out_words(), 4, points))
    head = [wording.words(words.AFTER[asked.axis])]
    head += [cell for line in about.lines for cell in (words.line(line), wording.text("at risk"))]
    head += [_out_words()] if about.competing else []
    body = [
        [
            str(month),
            *(cell for line in about.lines for cell in _cells(found[line], month)),
            *([_share(some.out, month)] if about.competing else []),
        ]
        for month in range(0, about.last + 1, 3)
    ]
    text = _text_of(about)
    said = CurveWords(wording.words(TITLES[name]), text, head[0], wording.text("At risk"), hidden(), words.percent)
    return Drawing(
        name,
        said.title,
        text,
        curves(f"drawing-{name}", lines, ticks, said).markup(),
        head=head,
        body=body,
        notes=[_half(line, found[line]) for line in about.lines],
        internal=True,
        indicator=one,
        n=some.people,
    )


def _grown(line: str, look: int, found: Growth, ticks: Sequence[int]) -> Line:
    points = [
        Point(month, share, low, high)
        for month, (share, low, high) in enumerate(zip(found.share, found.low, found.high, strict=True))
    ]
    at_risk = [found.at_risk[month] if month < len(found.at_risk) else 0 for month in ticks]
    return Line(words.line(line), look, points, at_risk=at_risk)


def _cells(found: Growth, month: int) -> tuple[str, str]:
    if month >= len(found.share):
        return "", ""
    low, high = found.low[month], found.high[month]
    limits = "" if low is None or high is None else f" ({words.percent(low)} – {words.percent(high)})"
    return f"{words.percent_exact(found.share[month])}{limits}", wording.shown(found.at_risk[month])


def _share(shares: Sequence[float], month: int) -> str:
    return words.percent_exact(shares[month]) if month < len(shares) else ""


def _half(line: str, found: Growth) -> str:
    month = next((month for month, share in enumerate(found.share) if share >= 0.5), None)
    if month is None:
        return wording.text("%(line)s: half have not reached it while they were followed.", line=words.line(line))
    return wording.text("%(line)s: half have reached it by month %(month)s.", line=words.line(line), month=month)


def _at_months(found: Result, asked: Asked, name: str, about: Growing) -> Drawing:
    figures = rows.picked(found, asked.only)
    curve = figures.filter(pl.col("kind") == "incidence")
    competing = curve.filter(pl.col("choice") == OUT_OF_SCOPE)
    reached = curve.filter(pl.col("choice").is_null())
    lines = [
        _points(words.line(line), number, reached, line, found.months) for number, line in enumerate(about.lines, 1)
    ]
    if about.competing:
        lines.append(_points(_out_words(), 4, competing, about.lines[0], found.months))
    head = [wording.words(words.AFTER[asked.axis]), "n", *(line.words for line in lines)]
    kinds = [(reached, line) for line in about.lines] + ([(competing, about.lines[0])] if about.competing else [])
    body = []
    for month in found.months:
        at = [rows.found(frame, line, months=month) for frame, line in kinds]
        n = next((row["n"] for row in at if row is not None and row["n"] is not None), None)
        body.append([str(month), wording.shown(n), *(_cell(row) for row in at)])
    text = _text_of(about)
    said = CurveWords(wording.words(TITLES[name]), text, head[0], wording.text("At risk"), hidden(), words.percent)
    ns = [row["n"] for row in reached.iter_rows(named=True) if row["n"] is not None]
    drawn = curves(f"drawing-{name}", lines, [0, *found.months], said).markup()
    return Drawing(
        name,
        said.title,
        text,
        drawn,
        head=head,
        body=body,
        indicator=found.indicator,
        n=max(ns, default=None),
        results=(found,),
    )


def _cell(row: Mapping[str, object] | None) -> str:
    if row is None:
        return ""
    limits = rows.interval(row)
    return f"{rows.figure(row)} ({limits})" if limits else rows.figure(row)


def _points(called: str, look: int, figures: pl.DataFrame, line: str, months: Sequence[int]) -> Line:
    points = [Point(0, 0.0)]
    for month in months:
        row = rows.found(figures, line, months=month)
        told = row is not None and row["shown"] == "shown"
        share, low, high = (row["value"], row["low"], row["high"]) if told and row is not None else (None, None, None)
        hidden = row is not None and row["shown"] in ("hidden", "counts")
        points.append(Point(month, share, low, high, hidden=hidden))
    return Line(called, look, points, stepped=False)


def _text_of(about: Growing) -> str:
    if about.competing:
        return wording.text(
            "The share who have reached it by each month. Who moves away, leaves Norway or dies first is counted as "
            "such, and not as still waiting (Aalen-Johansen)."
        )
    return wording.text("The share who have reached it by each month, leaving the scope being a competing risk.")


def _out_words() -> str:
    return wording.text("Left the scope first")
