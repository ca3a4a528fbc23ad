"""Robustness: the official figure, how far it could have moved, what is not known, and what others would have had."""

from tracker.indicators.robustness import by_plan, november, snapshot
from tracker.indicators.robustness.against import R4
from tracker.indicators.robustness.changes import R6
from tracker.indicators.robustness.loss import R5

INDICATORS = (snapshot.R1, november.R1, snapshot.R2, by_plan.R2, snapshot.R3, by_plan.R3, R4, R5, R6)
