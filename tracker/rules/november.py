"""The day of November on which Statistics Norway's way of counting looks at those who left the year before."""

from datetime import date

from tracker.rules import Rule

REFERENCE_DAY = Rule(
    id="november-reference-day",
    version=1,
    steps=((date.min, 16),),
    unit="day of November in the year after leaving",
    basis="Statistics Norway, introinnv: status in November one year after the programme. That a day in the middle of "
    "the month stands for its reference week is a choice of this product",
)
