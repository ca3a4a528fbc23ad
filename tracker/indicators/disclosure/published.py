"""Figures as they are published, and what has to stand beside them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from tracker.indicators.audit import few
from tracker.indicators.partials import ALL
from tracker.indicators.pipeline import Result
from tracker.ledger import LEFT_OUT, About, Released
from tracker.ledger import OTHER_YEARS as IN_OTHER_YEARS

NOT_COVERED = (
    "not controlled: figures that others publish of the same people, cohorts on another axis that are nearly the same "
    "people and are looked at on days of their own, sums of several groups over several years, two denominators or "
    "municipalities beside all, each of several years, what readers know themselves"
)
"""What no release is checked against; printed with the ledger."""
OTHER_YEARS = (
    "more is hidden, as figures published of other years, or of more or fewer people, less these, would tell of one to "
    "four people"
)


@dataclass(frozen=True, eq=False)
class Published(Result):
    """Figures as they may be published.

    :ivar earlier: figures (group, line, months, choice, kind) that are those of an earlier release, since what has
        changed since would tell of one to four people; and the position in the log that they are of
    :ivar other_years: figures are hidden that would tell of few people, less those published of other years
    :ivar left_out: the groups of the breakdown are hidden as a whole, for want of a way to protect them one by one
    """

    earlier: Mapping[tuple[Any, ...], int] = field(default_factory=dict)
    left_out: bool = False
    other_years: bool = False

    @property
    def kept_notes(self) -> frozenset[str]:
        """What has to stand beside the figures whenever they are told again, as the ledger keeps it."""
        return frozenset(name for name, told in ((LEFT_OUT, self.left_out), (IN_OTHER_YEARS, self.other_years)) if told)

    @property
    def notes(self) -> tuple[str, ...]:
        """What has to stand beside the figures."""
        found = []
        if self.earlier:
            then = [
                f"{' '.join(str(part) for part in key if part not in (None, ALL))} @{position}"
                for key, position in self.earlier.items()
            ]
            found.append(f"changed by fewer than five people since an earlier release, and shown as then: {few(then)}")
        if self.other_years:
            found.append(OTHER_YEARS)
        if self.left_out:
            found.append(f"not all groups by {', '.join(self.by)} can be published beside what was published before")
        return tuple(found)


def about_of(result: Result) -> About:
    """Whose figures they are."""
    return About(result.indicator.name, str(result.cohort), result.municipality, result.denominator)


def released_of(result: Result) -> Released:
    """A result as it stands in the ledger."""
    return Released(
        about_of(result),
        result.by,
        result.months,
        result.frames.position,
        result.frames.known_on,
        result.frames.versions,
        result.figures,
        result.pooled,
        result.earlier if isinstance(result, Published) else {},
        result.without_disclosure_control,
        result.kept_notes if isinstance(result, Published) else frozenset(),
    )


def published_of(result: Result, **changed: Any) -> Published:
    """A result as it is published."""
    own = {each.name: getattr(result, each.name) for each in fields(Result)}
    return Published(**(own | changed))
