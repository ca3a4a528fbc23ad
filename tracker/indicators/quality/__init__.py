"""Quality of the programme: its hours, who teaches in it, and whether it starts in time."""

from tracker.indicators.quality.hours import Q1
from tracker.indicators.quality.start import Q3
from tracker.indicators.quality.teaching import Q2

INDICATORS = (Q1, Q2, Q3)
