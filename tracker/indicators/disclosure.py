"""Disclosure control: the single exit to publication, where small groups are hidden."""

from collections.abc import Iterable
from dataclasses import replace

from tracker.indicators.definition import Figure

SMALLEST_GROUP = 5
"""A share of fewer people is hidden, and so is a count of 1 to 4, and one of all but 1 to 4."""


def protect(figures: Iterable[Figure]) -> list[Figure]:
    """Hide what would tell of few people; zero is shown.

    A share of a group of fewer than five is hidden. A count is hidden if it, its complement or the number of unknown
    among it is 1 to 4. Where a single part of a whole would be hidden it could be worked out from the others, so that
    the smallest other part is hidden with it. Of lines that count fewer and fewer of the same people, one that is 1 to
    4 below the line shown before it is hidden, since the step is a count too.
    """
    protected = _steps([_primary(figure) for figure in figures])
    wholes: dict[tuple[object, ...], list[int]] = {}
    for number, figure in enumerate(protected):
        if figure.line.whole is not None:
            place = (figure.indicator, figure.cohort, figure.group, figure.line.months, figure.line.whole)
            wholes.setdefault(place, []).append(number)
    for numbers in wholes.values():
        hidden = [number for number in numbers if protected[number].shown == "hidden"]
        if len(hidden) == 1:
            others = [n for n in numbers if protected[n].shown == "shown" and protected[n].line.counted > 0]
            if others:
                smallest = min(others, key=lambda n: protected[n].line.counted)
                protected[smallest] = _hidden(protected[smallest])
    return protected


def _primary(figure: Figure) -> Figure:
    line = figure.line
    if figure.shown != "shown":
        return figure
    small = range(1, SMALLEST_GROUP)
    if line.out_of < SMALLEST_GROUP:
        return _hidden(figure)
    if line.value is None and (line.counted in small or line.out_of - line.counted in small):
        return _hidden(figure)
    if line.unknown in small:
        return replace(figure, at_most=None, line=replace(line, unknown=-1))
    return figure


def _steps(figures: list[Figure]) -> list[Figure]:
    above: dict[tuple[object, ...], int] = {}
    kept = []
    for figure in figures:
        place = (figure.indicator, figure.cohort, figure.group, figure.line.months, figure.line.falling)
        if figure.line.falling is not None and figure.shown == "shown":
            if above.get(place, 0) - figure.line.counted in range(1, SMALLEST_GROUP):
                figure = _hidden(figure)
            else:
                above[place] = figure.line.counted
        kept.append(figure)
    return kept


def _hidden(figure: Figure) -> Figure:
    return replace(figure, share=None, low=None, high=None, at_most=None, shown="hidden")
