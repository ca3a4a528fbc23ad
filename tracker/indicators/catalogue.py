"""The catalogue: every indicator by its id, and the way from a cohort to figures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tracker.errors import Refusal
from tracker.indicators import economic, robustness
from tracker.indicators.cohort import Cohort, groups, members
from tracker.indicators.definition import Figure, Indicator, Selection, figure_of
from tracker.indicators.disclosure import protect
from tracker.indicators.frames import Frames

CATALOGUE = {
    indicator.id: indicator for indicator in (economic.E1, economic.E2, robustness.R1, robustness.R2, robustness.R3)
}


class UnknownIndicator(Refusal):
    """There is no indicator with this id."""

    code = "unknown-indicator"


class WrongCohort(Refusal):
    """The indicator is defined for cohorts on another axis."""

    code = "wrong-cohort"


@dataclass(frozen=True)
class Result:
    """Figures with all that fixes them.

    :ivar by: the breakdowns, in the order of each figure's group
    """

    indicator: Indicator
    cohort: Cohort
    by: tuple[str, ...]
    figures: list[Figure]
    frames: Frames


def indicator(id: str) -> Indicator:
    """The indicator with this id.

    :raises UnknownIndicator: there is none
    """
    try:
        return CATALOGUE[id.upper()]
    except KeyError:
        raise UnknownIndicator(f"no indicator {id!r}; there are {', '.join(sorted(CATALOGUE))}") from None


def published(
    frames: Frames,
    indicator: Indicator,
    cohort: Cohort | None = None,
    by: Sequence[str] = (),
    municipality: str | None = None,
) -> Result:
    """The figures of one indicator for one cohort, safe to publish.

    :param cohort: left out, everybody on the indicator's axis
    :raises WrongCohort: the cohort is on another axis than the indicator
    """
    cohort = cohort or Cohort(indicator.population)
    if cohort.axis != indicator.population:
        raise WrongCohort(
            f"{indicator.id} is about those who {indicator.population}; give {indicator.population}:YEAR, got {cohort}"
        )
    figures = [
        figure_of(indicator, cohort, selection.group, line)
        for selection in _selections(frames, indicator, cohort, by, municipality)
        for line in indicator.measure(selection)
    ]
    return Result(indicator, cohort, tuple(by), protect(figures), frames)


def _selections(
    frames: Frames, indicator: Indicator, cohort: Cohort, by: Sequence[str], municipality: str | None
) -> list[Selection]:
    """The cohort, whole or one group after the other."""
    who = groups(frames, members(frames, cohort, municipality), tuple(by))
    whole = Selection(frames, who, indicator.months, indicator.denominator, (), municipality)
    if not by:
        return [whole]
    parts = {tuple(map(str, group)): part for group, part in who.partition_by(list(by), as_dict=True).items()}
    return [
        replace(whole, who=part.select("participant", "origin"), group=group) for group, part in sorted(parts.items())
    ]
