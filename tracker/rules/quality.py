"""By when a starting point is to be there, and how long it may be quiet in the programme."""

from datetime import date

from tracker.rules import Rule

BASELINE_BY = Rule(
    id="baseline-by",
    version=1,
    steps=((date.min, 3),),
    unit="months after the start of the programme; what is told of the last day is in time",
    basis="choice of this product: the month at which indicator K1 looks",
)
QUIET_FOR = Rule(
    id="quiet-for",
    version=1,
    steps=((date.min, 3),),
    unit="months without anything told in the programme",
    basis="choice of this product: attendance is counted up by the month, so three months of silence are unusual",
)
