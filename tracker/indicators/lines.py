"""Finds the one line of an indicator that is meant, where figures are set beside those of others."""

from tracker.errors import Refusal
from tracker.indicators.cohort import Axis
from tracker.indicators.definition import Denominator, Indicator
from tracker.indicators.expected import ExpectedMonths, ExpectedShare, Line
from tracker.indicators.measures import Count, Share
from tracker.indicators.pipeline import WrongMonths


class LineNotFound(Refusal):
    """The indicator has no such line that is a share of people, or several lines have this name."""

    code = "line-not-found"


def line_of(
    indicator: Indicator, name: str | None, axis: Axis, months: int | None = None, choice: str | None = None
) -> Line:
    """The line that is meant.

    Of an indicator whose figures are observed against expected, such as R4, it is the line that is observed.

    :param axis: of the cohort that it is asked for
    :param months: months after the day; left out, those at which the indicator usually looks, where they are one
    :param choice: its variant; left out, the only one
    :raises LineNotFound: there is none, or there are several; those that there are, are named
    :raises WrongMonths: it is not said which months are meant, or the definition itself says when
    """
    for measure in indicator.measures:
        if isinstance(measure, ExpectedShare) and measure.line.title == name:
            return measure.line
    found = [line for line in _shares(indicator) if line.name == name and choice in (None, line.choice)]
    if len(found) != 1:
        raise _not_found(indicator, name, found)
    return Line(indicator, found[0].name, _months(indicator, axis, months), found[0].choice)


def months_waited(indicator: Indicator, name: str | None) -> ExpectedMonths | None:
    """The measure behind a line of months that is set against expected ones; None where the line is no such one."""
    measures = (measure for measure in indicator.measures if isinstance(measure, ExpectedMonths))
    return next((measure for measure in measures if measure.name == name), None)


def denominator_of(line: Line) -> Denominator:
    """Of whom it is a share where people are set beside other people.

    A share weighed by who stays in scope is no number of people out of others: those in scope stand in its place.
    """
    return "present" if line.of.denominator == "aj" else line.of.denominator


def _shares(indicator: Indicator) -> list[Count]:
    return [line for measure in indicator.measures if isinstance(measure, Share) for line in measure.lines]


def _months(indicator: Indicator, axis: Axis, months: int | None) -> int | None:
    usual = indicator.axes.get(axis, ())
    if months is not None and not usual:
        raise WrongMonths(
            f"{indicator.id} looks at the times that its definition names; leave --at out",
            about="none",
            indicator=indicator.id,
        )
    if months is None and len(usual) > 1:
        there = ", ".join(map(str, usual))
        raise WrongMonths(
            f"{indicator.id} looks at {there} months; name one of them with --at",
            about="several",
            indicator=indicator.id,
            known=there,
        )
    return months if months is not None or not usual else usual[0]


def _not_found(indicator: Indicator, name: str | None, found: list[Count]) -> LineNotFound:
    if found:
        choices = ", ".join(line.choice or "-" for line in found)
        return LineNotFound(
            f"{indicator.id} has {name!r} in several variants; name one with --choice: {choices}",
            about="choice",
            indicator=indicator.id,
            share=name,
            variants=tuple(line.choice or "-" for line in found),
        )
    expected = [measure.line.title for measure in indicator.measures if isinstance(measure, ExpectedShare)]
    there = tuple(dict.fromkeys([*expected, *(line.name for line in _shares(indicator))]))
    known = ", ".join(there)
    if not there:
        said = f"{indicator.id} has no line that is a share of people"
    elif name is None:
        said = f"{indicator.id} is compared by one of its lines; name one with --line: {known}"
    else:
        said = f"{indicator.id} has no line {name!r} that is a share of people; name one with --line: {known}"
    return LineNotFound(said, indicator=indicator.id, share=name or "", lines=there)
