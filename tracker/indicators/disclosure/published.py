"""Figures as they are published, and what has to stand beside them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tracker.indicators.audit import few
from tracker.indicators.partials import ALL
from tracker.indicators.pipeline import Result

NOT_COVERED = (
    "not controlled: figures that others publish of the same people, cohorts on another axis and municipalities that "
    "overlap with these, another denominator, sums of several groups over several years, groups on two days, "
    "what readers know themselves"
)
"""What no release is checked against; printed with the ledger."""
OTHER_YEARS = "more is hidden, as figures published of other years, less these, would tell of one to four people"


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
            found.append(f"the breakdown by {', '.join(self.by)} cannot be published beside what was published before")
        return tuple(found)
